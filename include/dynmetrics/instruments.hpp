// Metrics as code updates them, their writers and their vecs. Handles are pointers to what lives as long as the process:
// copy them freely. Updates are hot: the call of C and nothing else; an empty handle is ignored and counted.
#ifndef DYNMETRICS_INSTRUMENTS_HPP
#define DYNMETRICS_INSTRUMENTS_HPP

#include "base.hpp"

#include <type_traits>

DYNMETRICS_BEGIN

namespace detail {

/// What all metrics and vecs can tell.
template <typename Handle>
class Metric {
public:
    using c_type = Handle;
    Metric() noexcept = default;
    explicit Metric(Handle *handle) noexcept : handle_(handle) {}
    explicit operator bool() const noexcept { return handle_ != nullptr; }
    /// For the C face.
    Handle *get_handle() const noexcept { return handle_; }

    /// The full name, as it is on the page.
    std::string name() const {
        return text_of([this](const dynm_sink *sink) { return dynm_metric_name(handle_, sink); });
    }
    /// The fixed labels, automatic ones included, sorted by name.
    Labels const_labels() const { return labels_told(dynm_metric_const_labels); }

protected:
    Labels labels_told(dynm_status (*tell)(const void *, dynm_label_fn, void *)) const {
        struct Told {
            Labels labels;
            dynm_status status = DYNM_OK;
        } told;
        const auto each = [](const char *name, const char *value, void *payload) {
            auto *to = static_cast<Told *>(payload);
            const dynm_status added = guarded([&] {
                to->labels.emplace_back(name, value);
                return DYNM_OK;
            });
            if (added != DYNM_OK) to->status = added;
        };
        check(tell(handle_, each, &told));
        if (told.status != DYNM_OK) refuse(told.status, "no memory for labels");
        return std::move(told.labels);
    }

    Handle *handle_ = nullptr;
};

} // namespace detail

/// One thread's own grip on a counter, for the hottest loops.
class CounterWriter : public detail::Owned<dynm_counter_writer, dynm_counter_writer_free> {
public:
    using Owned::Owned;
    void inc() const noexcept { dynm_counter_writer_inc(get()); }
    void inc_by(double delta) const noexcept { dynm_counter_writer_inc_by(get(), delta); }
};

class IntCounterWriter : public detail::Owned<dynm_intcounter_writer, dynm_intcounter_writer_free> {
public:
    using Owned::Owned;
    void inc() const noexcept { dynm_intcounter_writer_inc(get()); }
    void inc_by(uint64_t delta) const noexcept { dynm_intcounter_writer_inc_by(get(), delta); }
};

class HistogramWriter : public detail::Owned<dynm_histogram_writer, dynm_histogram_writer_free> {
public:
    using Owned::Owned;
    void observe(double value) const noexcept { dynm_histogram_writer_observe(get(), value); }
};

/// Goes up: seconds, bytes, requests.
class Counter : public detail::Metric<dynm_counter> {
public:
    using Metric::Metric;
    void inc() const noexcept { dynm_counter_inc(handle_); }
    /// A negative or NaN `delta` is refused and counted.
    void inc_by(double delta) const noexcept { dynm_counter_inc_by(handle_, delta); }
    double get() const noexcept { return dynm_counter_get(handle_); }
    /// Adds, and keeps `labels`, such as a trace id, as the newest exemplar.
    dynm_status inc_by_with_exemplar(double delta, const LabelList &labels) const noexcept {
        return dynm_counter_inc_by_with_exemplar(handle_, delta, labels.data(), labels.size());
    }
    /// For one thread at a time.
    CounterWriter create_writer() const {
        dynm_counter_writer *out = nullptr;
        detail::check(dynm_counter_writer_create(handle_, &out));
        return CounterWriter(out);
    }
};

/// Goes up by whole numbers; exact to 2^64-1.
class IntCounter : public detail::Metric<dynm_intcounter> {
public:
    using Metric::Metric;
    void inc() const noexcept { dynm_intcounter_inc(handle_); }
    void inc_by(uint64_t delta) const noexcept { dynm_intcounter_inc_by(handle_, delta); }
    uint64_t get() const noexcept { return dynm_intcounter_get(handle_); }
    dynm_status inc_by_with_exemplar(uint64_t delta, const LabelList &labels) const noexcept {
        return dynm_intcounter_inc_by_with_exemplar(handle_, delta, labels.data(), labels.size());
    }
    IntCounterWriter create_writer() const {
        dynm_intcounter_writer *out = nullptr;
        detail::check(dynm_intcounter_writer_create(handle_, &out));
        return IntCounterWriter(out);
    }
};

/// Goes up and down.
class Gauge : public detail::Metric<dynm_gauge> {
public:
    using Metric::Metric;
    void set(double value) const noexcept { dynm_gauge_set(handle_, value); }
    void add(double delta) const noexcept { dynm_gauge_add(handle_, delta); }
    void sub(double delta) const noexcept { dynm_gauge_add(handle_, -delta); }
    double get() const noexcept { return dynm_gauge_get(handle_); }
};

/// Goes up and down by whole numbers; wraps at the ends of int64_t.
class IntGauge : public detail::Metric<dynm_intgauge> {
public:
    using Metric::Metric;
    void set(int64_t value) const noexcept { dynm_intgauge_set(handle_, value); }
    void add(int64_t delta) const noexcept { dynm_intgauge_add(handle_, delta); }
    void sub(int64_t delta) const noexcept {
        dynm_intgauge_add(handle_, static_cast<int64_t>(0 - static_cast<uint64_t>(delta)));
    }
    int64_t get() const noexcept { return dynm_intgauge_get(handle_); }
};

/// Counts observations in buckets.
class Histogram : public detail::Metric<dynm_histogram> {
public:
    using Metric::Metric;
    void observe(double value) const noexcept { dynm_histogram_observe(handle_, value); }
    uint64_t count() const noexcept { return dynm_histogram_count(handle_); }
    double sum() const noexcept { return dynm_histogram_sum(handle_); }
    /// Counts `value`, and keeps `labels` as the newest exemplar of its bucket.
    dynm_status observe_with_exemplar(double value, const LabelList &labels) const noexcept {
        return dynm_histogram_observe_with_exemplar(handle_, value, labels.data(), labels.size());
    }
    HistogramWriter create_writer() const {
        dynm_histogram_writer *out = nullptr;
        detail::check(dynm_histogram_writer_create(handle_, &out));
        return HistogramWriter(out);
    }
};

/// Counts observations and adds them up, without buckets.
class Summary : public detail::Metric<dynm_summary> {
public:
    using Metric::Metric;
    void observe(double value) const noexcept { dynm_summary_observe(handle_, value); }
    uint64_t count() const noexcept { return dynm_summary_count(handle_); }
    double sum() const noexcept { return dynm_summary_sum(handle_); }
};

/// What something is, told in labels; its value is always 1.
class Info : public detail::Metric<dynm_info> {
public:
    using Metric::Metric;
    /// Replaces what it says beside its constant labels.
    dynm_status set(const LabelList &labels) const noexcept { return dynm_info_set(handle_, labels.data(), labels.size()); }
};

/// Which of some states something is in.
class StateSet : public detail::Metric<dynm_stateset> {
public:
    using Metric::Metric;
    /// Puts it in this state alone.
    dynm_status enter(std::string_view state) const noexcept {
        return dynm_stateset_enter(handle_, detail::Text(state).get());
    }
    dynm_status set(std::string_view state, bool is_on) const noexcept {
        return dynm_stateset_set(handle_, detail::Text(state).get(), is_on ? 1 : 0);
    }
};

/// A metric with variable labels. Take a child once and keep it where updates are hot.
template <typename Child, typename Handle,
          dynm_status (*With)(Handle *, const char *const *, size_t, typename Child::c_type **)>
class Vec : public detail::Metric<Handle> {
    template <typename... Values>
    using if_texts = std::enable_if_t<(std::is_convertible_v<const Values &, std::string_view> && ...)>;

public:
    using detail::Metric<Handle>::Metric;

    /// The child for these values, one per label name in their order; made when there is none.
    template <typename... Values, typename = if_texts<Values...>>
    Child with(const Values &...values) const {
        return with(TextList{std::string_view(values)...});
    }
    Child with(const TextList &values) const {
        typename Child::c_type *out = nullptr;
        if (!detail::check_text(values.is_good())) return Child();
        detail::check(With(this->handle_, values.data(), values.size(), &out));
        return Child(out);
    }
    /// As with; gives an empty child, whose updates are ignored and counted, where that throws.
    template <typename... Values, typename = if_texts<Values...>>
    Child try_with(const Values &...values) const noexcept {
        return try_with(TextList{std::string_view(values)...});
    }
    Child try_with(const TextList &values) const noexcept {
        typename Child::c_type *out = nullptr;
        return Child(With(this->handle_, values.data(), values.size(), &out) == DYNM_OK ? out : nullptr);
    }
    /// The child for these labels by name, in any order.
    Child with_labels(const LabelList &labels) const {
        void *out = nullptr;
        if (!detail::check_text(labels.is_good())) return Child();
        detail::check(dynm_vec_with_labels(this->handle_, labels.data(), labels.size(), &out));
        return Child(static_cast<typename Child::c_type *>(out));
    }
    /// Takes the child for these values off the page. Nothing happens when there is none.
    template <typename... Values, typename = if_texts<Values...>>
    dynm_status remove(const Values &...values) const noexcept {
        return remove(TextList{std::string_view(values)...});
    }
    dynm_status remove(const TextList &values) const noexcept {
        return dynm_vec_remove(this->handle_, values.data(), values.size());
    }
    /// Takes all children off the page.
    dynm_status clear() const noexcept { return dynm_vec_clear(this->handle_); }
    /// In the order in which values are given.
    std::vector<std::string> label_names() const {
        std::vector<std::string> names;
        for (auto &label : this->labels_told(dynm_metric_variable_labels)) names.push_back(std::move(label.first));
        return names;
    }
};

using CounterVec = Vec<Counter, dynm_counter_vec, dynm_counter_vec_with>;
using IntCounterVec = Vec<IntCounter, dynm_intcounter_vec, dynm_intcounter_vec_with>;
using GaugeVec = Vec<Gauge, dynm_gauge_vec, dynm_gauge_vec_with>;
using IntGaugeVec = Vec<IntGauge, dynm_intgauge_vec, dynm_intgauge_vec_with>;
using HistogramVec = Vec<Histogram, dynm_histogram_vec, dynm_histogram_vec_with>;
using SummaryVec = Vec<Summary, dynm_summary_vec, dynm_summary_vec_with>;

DYNMETRICS_END

#endif // DYNMETRICS_INSTRUMENTS_HPP
