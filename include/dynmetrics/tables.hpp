// Series of which somebody else keeps the books, with values that live in the library. See "Tables" in dynmetrics.h.
#ifndef DYNMETRICS_TABLES_HPP
#define DYNMETRICS_TABLES_HPP

#include "instruments.hpp"

#include <limits>

DYNMETRICS_BEGIN

/// A value that no metric of a node owns: 0 at first. Nobody may update it any more when it has ended.
class Value : public detail::Owned<dynm_gauge, dynm_value_free> {
public:
    using Owned::Owned;
    void set(double value) const noexcept { dynm_gauge_set(get(), value); }
    void add(double delta) const noexcept { dynm_gauge_add(get(), delta); }
    double value() const noexcept { return dynm_gauge_get(get()); }
    /// Good while this lives.
    Gauge gauge() const noexcept { return Gauge(get()); }
};

inline Value create_value() {
    dynm_gauge *out = nullptr;
    if (detail::check_abi()) detail::check(dynm_value_create(&out));
    return Value(out);
}

/// A metric of a table: a counter, gauge, histogram or summary.
class TableMetric : public detail::Owned<dynm_table_metric, dynm_table_metric_free> {
public:
    using Owned::Owned;

    /// Shows `values` as the child of these label values: one value of a counter or gauge; a summary's count and sum; a
    /// histogram's count of each bucket alone, that of +Inf last, and its sum. `created` in seconds since 1970.
    dynm_status put(const TextList &label_values, detail::View<Gauge> values,
                    double created = std::numeric_limits<double>::quiet_NaN()) const noexcept {
        static_assert(sizeof(Gauge) == sizeof(dynm_gauge *), "a Gauge is its handle");
        constexpr size_t few = 32;
        dynm_gauge *few_handles[few];
        dynm_gauge **handles = few_handles;
        if (values.size() > few) handles = static_cast<dynm_gauge **>(std::malloc(values.size() * sizeof *handles));
        if (handles == nullptr) return DYNM_ENOMEM;
        for (size_t index = 0; index < values.size(); index++) handles[index] = values.data()[index].get_handle();
        const dynm_status status = dynm_table_metric_put(get(), label_values.data(), label_values.size(), handles,
                                                         values.size(), created);
        if (handles != few_handles) std::free(handles);
        return status;
    }
    dynm_status remove(const TextList &label_values) const noexcept {
        return dynm_table_metric_remove(get(), label_values.data(), label_values.size());
    }
    dynm_status clear() const noexcept { return dynm_table_metric_clear(get()); }
};

/// `name` is without "_total"; `buckets` are a histogram's upper bounds, rising, without +Inf.
inline TableMetric create_table_metric(std::string_view name, std::string_view description, Kind kind,
                                       const TextList &label_names = {}, detail::View<double> buckets = {}) {
    const detail::Text c_name(name), c_description(description);
    if (!detail::check_abi()) return TableMetric();
    if (!detail::check_text(c_name.is_good() && c_description.is_good() && label_names.is_good())) return TableMetric();
    dynm_table_metric_options options{};
    options.struct_size = sizeof options;
    options.name = c_name.get();
    options.description = c_description.get();
    options.kind = static_cast<int32_t>(kind);
    options.label_names = label_names.data();
    options.label_name_count = label_names.size();
    options.buckets = buckets.data();
    options.bucket_count = buckets.size();
    dynm_table_metric *out = nullptr;
    detail::check(dynm_table_metric_create(&options, &out));
    return TableMetric(out);
}

/// Metrics in the order of their page; a node shows them by Node::register_table.
class Table : public detail::Owned<dynm_table, dynm_table_free> {
public:
    using Owned::Owned;
    /// Adds `metric` behind the others.
    dynm_status add(const TableMetric &metric) const noexcept { return dynm_table_add(get(), metric.get()); }
    dynm_status remove(const TableMetric &metric) const noexcept { return dynm_table_remove(get(), metric.get()); }
    /// Whether creation times are series too, as at first.
    dynm_status show_created(bool shows) const noexcept { return dynm_table_show_created(get(), shows ? 1 : 0); }
};

inline Table create_table() {
    dynm_table *out = nullptr;
    if (detail::check_abi()) detail::check(dynm_table_create(&out));
    return Table(out);
}

DYNMETRICS_END

#endif // DYNMETRICS_TABLES_HPP
