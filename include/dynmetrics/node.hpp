// The hierarchy: runtime > namespace (which may nest) > component > endpoint; what is created, registered, scraped and
// served there.
#ifndef DYNMETRICS_NODE_HPP
#define DYNMETRICS_NODE_HPP

#include "instruments.hpp"
#include "sources.hpp"
#include "tables.hpp"

#include <algorithm>
#include <chrono>
#include <limits>

DYNMETRICS_BEGIN

/// See dynm_native_histogram; `schema` 3 is what most want.
struct NativeHistogram {
    int32_t schema = 3;
    double zero_threshold = 0;
    uint32_t max_buckets = 0;
    double min_reset_seconds = 0;
};

/// What a metric is beside its name, description and label names. See dynm_metric_options.
struct MetricOptions {
    bool name_as_is = false;
    Labels const_labels = {};
    /// Histograms only: upper bounds, rising, without +Inf; none: 0.005 to 10 seconds.
    std::vector<double> buckets = {};
    /// Histograms only.
    std::optional<NativeHistogram> native = {};
    /// Gauges of doubles only.
    double ttl_seconds = 0;
};

struct RuntimeOptions {
    /// The id behind worker_id; none: DYN_WORKER_ID, else random.
    std::optional<uint64_t> connection_id = {};
    Labels constant_labels = {};
};

struct ScrapeOptions {
    Format format = Format::text;
    bool self_metrics = true;
    /// How long sources may take; 0: DYN_METRICS_SCRAPE_DEADLINE_MS, else a second.
    std::chrono::milliseconds deadline{0};
    /// Only these families; none: all.
    std::vector<std::string> names = {};
};

struct ServeOptions {
    /// "": DYN_SYSTEM_HOST, else 0.0.0.0 when DYN_SYSTEM_PORT is set, else 127.0.0.1.
    std::string host = {};
    /// None: DYN_SYSTEM_PORT, else any free one, as 0.
    std::optional<int32_t> port = {};
};

/// Serves for as long as this lives. Two for one address are one server: the end of the first closes it.
class [[nodiscard]] Server {
public:
    Server() noexcept = default;
    explicit Server(dynm_server *handle) noexcept : handle_(handle) {}
    Server(Server &&) noexcept = default;
    Server &operator=(Server &&other) noexcept {
        if (this != &other) {
            close();
            handle_ = std::move(other.handle_);
        }
        return *this;
    }
    ~Server() { close(); }

    explicit operator bool() const noexcept { return static_cast<bool>(handle_); }
    dynm_server *get() const noexcept { return handle_.get(); }
    int32_t port() const noexcept { return dynm_server_port(handle_.get()); }
    /// Like "http://127.0.0.1:9464".
    std::string url() const {
        return detail::text_of([this](const dynm_sink *sink) { return dynm_server_url(handle_.get(), sink); });
    }
    /// The port is free afterwards; waits for that.
    void close() noexcept {
        if (handle_) dynm_server_close(handle_.get());
        handle_.reset();
    }
    /// The server runs until the process ends.
    void keep() noexcept { handle_.reset(); }

private:
    detail::Owned<dynm_server, dynm_server_free> handle_;
};

/// A place in the hierarchy. The tree lives for as long as a Node of it.
class Node : public detail::Owned<dynm_node, dynm_node_free> {
public:
    using Owned::Owned;

    /// A node of the C face, or of another part of the program; `handle` stays its owner's.
    static Node copy_of(dynm_node *handle) {
        return detail::check_abi() ? made([&](dynm_node **out) { return dynm_node_copy(handle, out); }) : Node();
    }
    /// Another handle to the same node.
    Node copy() const { return copy_of(get()); }

    Node namespace_(std::string_view name) const { return below(name, dynm_node_namespace); }
    Node component(std::string_view name) const { return below(name, dynm_node_component); }
    Node endpoint(std::string_view name) const { return below(name, dynm_node_endpoint); }

    uint64_t connection_id() const noexcept { return dynm_node_connection_id(get()); }
    /// Endpoints only: /health answers 503 while one is not ready.
    dynm_status set_health(bool is_ready) const noexcept {
        return dynm_node_set_health_status(get(), is_ready ? DYNM_HEALTH_READY : DYNM_HEALTH_NOTREADY);
    }

    // ---- metrics ----

    Counter create_counter(std::string_view name, std::string_view description, const MetricOptions &options = {}) const {
        return create<Counter>(dynm_node_create_counter, name, description, {}, {}, options);
    }
    IntCounter create_intcounter(std::string_view name, std::string_view description,
                                 const MetricOptions &options = {}) const {
        return create<IntCounter>(dynm_node_create_intcounter, name, description, {}, {}, options);
    }
    Gauge create_gauge(std::string_view name, std::string_view description, const MetricOptions &options = {}) const {
        return create<Gauge>(dynm_node_create_gauge, name, description, {}, {}, options);
    }
    IntGauge create_intgauge(std::string_view name, std::string_view description, const MetricOptions &options = {}) const {
        return create<IntGauge>(dynm_node_create_intgauge, name, description, {}, {}, options);
    }
    Histogram create_histogram(std::string_view name, std::string_view description,
                               const MetricOptions &options = {}) const {
        return create<Histogram>(dynm_node_create_histogram, name, description, {}, {}, options);
    }
    Summary create_summary(std::string_view name, std::string_view description, const MetricOptions &options = {}) const {
        return create<Summary>(dynm_node_create_summary, name, description, {}, {}, options);
    }
    /// Its name ends in "_info", which is added when it does not.
    Info create_info(std::string_view name, std::string_view description, const MetricOptions &options = {}) const {
        return create<Info>(dynm_node_create_info, name, description, {}, {}, options);
    }
    StateSet create_stateset(std::string_view name, std::string_view description, const TextList &states,
                             const MetricOptions &options = {}) const {
        return create<StateSet>(dynm_node_create_stateset, name, description, {}, states, options);
    }
    CounterVec create_counter_vec(std::string_view name, std::string_view description, const TextList &label_names,
                                  const MetricOptions &options = {}) const {
        return create<CounterVec>(dynm_node_create_counter_vec, name, description, label_names, {}, options);
    }
    IntCounterVec create_intcounter_vec(std::string_view name, std::string_view description, const TextList &label_names,
                                        const MetricOptions &options = {}) const {
        return create<IntCounterVec>(dynm_node_create_intcounter_vec, name, description, label_names, {}, options);
    }
    GaugeVec create_gauge_vec(std::string_view name, std::string_view description, const TextList &label_names,
                              const MetricOptions &options = {}) const {
        return create<GaugeVec>(dynm_node_create_gauge_vec, name, description, label_names, {}, options);
    }
    IntGaugeVec create_intgauge_vec(std::string_view name, std::string_view description, const TextList &label_names,
                                    const MetricOptions &options = {}) const {
        return create<IntGaugeVec>(dynm_node_create_intgauge_vec, name, description, label_names, {}, options);
    }
    HistogramVec create_histogram_vec(std::string_view name, std::string_view description, const TextList &label_names,
                                      const MetricOptions &options = {}) const {
        return create<HistogramVec>(dynm_node_create_histogram_vec, name, description, label_names, {}, options);
    }
    SummaryVec create_summary_vec(std::string_view name, std::string_view description, const TextList &label_names,
                                  const MetricOptions &options = {}) const {
        return create<SummaryVec>(dynm_node_create_summary_vec, name, description, label_names, {}, options);
    }

    // ---- sources ----

    /// Runs `update` before each scrape of this node or one above.
    Registration on_scrape(UpdateCallback update) const {
        return detail::registered(std::move(update), [&](void *payload, dynm_release_fn let_go, dynm_registration **out) {
            return dynm_node_on_scrape(get(), &detail::call_update, payload, let_go, out);
        });
    }
    /// Text 0.0.4 or OpenMetrics, asked for at each scrape.
    Registration register_text(TextCallback text, const SourceOptions &options = {}) const {
        return register_source(std::move(text), dynm_node_register_text, &detail::call_text, options);
    }
    /// The same, in pieces.
    Registration register_text(TextSinkCallback text, const SourceOptions &options = {}) const {
        return register_source(std::move(text), dynm_node_register_text, &detail::call_text_sink, options);
    }
    /// Typed metrics, asked for at each scrape.
    Registration register_typed(TypedCallback typed, const SourceOptions &options = {}) const {
        return register_source(std::move(typed), dynm_node_register_typed, &detail::call_typed, options);
    }
    /// `rest`, if any, brings what belongs to the table and cannot be in it.
    Registration register_table(const Table &table, const SourceOptions &options = {}, TextCallback rest = {}) const {
        const detail::SourceParts parts(options);
        if (!detail::check_text(parts.is_good())) return Registration();
        if (!rest) {
            dynm_registration *out = nullptr;
            detail::check(dynm_node_register_table(get(), parts.get(), table.get(), nullptr, nullptr, nullptr, &out));
            return Registration(out);
        }
        return detail::registered(std::move(rest), [&](void *payload, dynm_release_fn let_go, dynm_registration **out) {
            return dynm_node_register_table(get(), parts.get(), table.get(), &detail::call_text, payload, let_go, out);
        });
    }
    /// A directory of prometheus_client's multiprocess mode; it must exist.
    Registration add_multiprocess_dir(std::string_view path, const SourceOptions &options = {}) const {
        return add(path, dynm_node_add_multiprocess_dir, options);
    }
    /// Another program's page: http://127.0.0.1:8002/metrics or unix:/run/engine.sock:/metrics.
    Registration add_page_source(std::string_view url, const SourceOptions &options = {}) const {
        return add(url, dynm_node_add_page_source, options);
    }

    /// What became of the sources of this node and below at their last scrape, as JSON. See dynm_node_sources.
    std::string sources() const {
        return detail::text_of([this](const dynm_sink *sink) { return dynm_node_sources(get(), sink); });
    }

    // ---- leaving ----

    /// Takes every child of a vec on this node or below off the page that has all of `labels`.
    dynm_status remove_matching(const LabelList &labels, size_t *removed = nullptr) const noexcept {
        return dynm_node_remove_matching(get(), labels.data(), labels.size(), removed);
    }
    /// Leaves series of sources with all of `labels` out, until show_matching.
    dynm_status hide_matching(const LabelList &labels) const noexcept {
        return dynm_node_hide_matching(get(), labels.data(), labels.size());
    }
    dynm_status show_matching(const LabelList &labels) const noexcept {
        return dynm_node_show_matching(get(), labels.data(), labels.size());
    }

    // ---- configuration ----

    /// Of a runtime: takes the configuration in this file in the place of the one before. Its error has each problem with its
    /// line and column; then nothing has changed.
    void configure(std::string_view path) const {
        const detail::Text c_path(path);
        if (detail::check_text(c_path.is_good())) detail::check(dynm_runtime_configure(get(), c_path.get(), nullptr, 0));
    }
    /// The same, from the text itself.
    void configure_text(std::string_view text) const {
        detail::check(dynm_runtime_configure(get(), nullptr, text.data() ? text.data() : "", text.size()));
    }

    // ---- scraping and serving ----

    /// The page of this node and what is below. Waits for its sources, up to the deadline; hold no lock that one needs.
    std::string scrape(const ScrapeOptions &options = {}) const {
        const TextList names(options.names);
        if (!detail::check_text(names.is_good())) return {};
        dynm_scrape_options native{};
        native.struct_size = sizeof native;
        native.format = static_cast<int32_t>(options.format);
        native.without_self_metrics = options.self_metrics ? 0 : 1;
        const auto longest = std::chrono::milliseconds(std::numeric_limits<int32_t>::max());
        native.deadline_ms = static_cast<int32_t>(std::clamp(options.deadline, -longest, longest).count());
        native.names = names.data();
        native.name_count = names.size();
        return detail::text_of([&](const dynm_sink *sink) { return dynm_node_scrape(get(), &native, sink); });
    }
    /// Runtimes only: /metrics, /health and /live.
    Server serve(const ServeOptions &options = {}) const {
        const detail::Text host(options.host);
        if (!detail::check_text(host.is_good())) return Server();
        dynm_serve_options native{};
        native.struct_size = sizeof native;
        native.host = host.get_if_any();
        native.port = options.port.value_or(0);
        native.has_port = options.port.has_value() ? 1 : 0;
        dynm_server *out = nullptr;
        detail::check(dynm_node_serve(get(), &native, &out));
        return Server(out);
    }

private:
    template <typename Make>
    static Node made(Make &&make) {
        dynm_node *out = nullptr;
        detail::check(make(&out));
        return Node(out);
    }
    friend Node create_runtime(const RuntimeOptions &options);
    friend Node default_runtime();

    Node below(std::string_view name, dynm_status (*make)(dynm_node *, const char *, dynm_node **)) const {
        const detail::Text c_name(name);
        if (!detail::check_text(c_name.is_good())) return Node();
        return made([&](dynm_node **out) { return make(get(), c_name.get(), out); });
    }

    template <typename Metric>
    Metric create(dynm_status (*make)(dynm_node *, const dynm_metric_options *, typename Metric::c_type **),
                  std::string_view name, std::string_view description, const TextList &label_names,
                  const TextList &states, const MetricOptions &options) const {
        const detail::Text c_name(name), c_description(description);
        const LabelList const_labels(options.const_labels);
        const bool is_good = c_name.is_good() && c_description.is_good() && const_labels.is_good();
        if (!detail::check_text(is_good && label_names.is_good() && states.is_good())) return Metric();
        dynm_native_histogram histogram{};
        if (options.native) {
            histogram.struct_size = sizeof histogram;
            histogram.schema = options.native->schema;
            histogram.zero_threshold = options.native->zero_threshold;
            histogram.max_buckets = options.native->max_buckets;
            histogram.min_reset_seconds = options.native->min_reset_seconds;
        }
        dynm_metric_options native{};
        native.struct_size = sizeof native;
        native.name = c_name.get();
        native.name_as_is = options.name_as_is ? 1 : 0;
        native.description = c_description.get();
        native.const_labels = const_labels.data();
        native.const_label_count = const_labels.size();
        native.label_names = label_names.data();
        native.label_name_count = label_names.size();
        native.buckets = options.buckets.data();
        native.bucket_count = options.buckets.size();
        native.states = states.data();
        native.state_count = states.size();
        native.native = options.native ? &histogram : nullptr;
        native.ttl_seconds = options.ttl_seconds;
        typename Metric::c_type *out = nullptr;
        detail::check(make(get(), &native, &out));
        return Metric(out);
    }

    template <typename Function, typename Register, typename Call>
    Registration register_source(Function function, Register register_, Call call, const SourceOptions &options) const {
        const detail::SourceParts parts(options);
        if (!detail::check_text(parts.is_good())) return Registration();
        return detail::registered(std::move(function), [&](void *payload, dynm_release_fn let_go, dynm_registration **out) {
            return register_(get(), parts.get(), call, payload, let_go, out);
        });
    }

    Registration add(std::string_view where,
                     dynm_status (*add_)(dynm_node *, const char *, const dynm_source_options *, dynm_registration **),
                     const SourceOptions &options) const {
        const detail::Text c_where(where);
        const detail::SourceParts parts(options);
        if (!detail::check_text(c_where.is_good() && parts.is_good())) return Registration();
        dynm_registration *out = nullptr;
        detail::check(add_(get(), c_where.get(), parts.get(), &out));
        return Registration(out);
    }
};

/// The root of a new tree. Starts no thread and opens nothing.
inline Node create_runtime(const RuntimeOptions &options = {}) {
    const LabelList constant(options.constant_labels);
    if (!detail::check_abi() || !detail::check_text(constant.is_good())) return Node();
    dynm_runtime_options native{};
    native.struct_size = sizeof native;
    native.connection_id = options.connection_id.value_or(0);
    native.has_connection_id = options.connection_id.has_value() ? 1 : 0;
    native.constant_labels = constant.data();
    native.constant_label_count = constant.size();
    return Node::made([&](dynm_node **out) { return dynm_runtime_create(&native, out); });
}

/// The runtime that all parts of the process share which are not handed one; dynmetrics.default_runtime() in Python.
inline Node default_runtime() { return detail::check_abi() ? Node::made(dynm_runtime_default) : Node(); }

DYNMETRICS_END

#endif // DYNMETRICS_NODE_HPP
