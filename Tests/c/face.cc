// dynmetrics.hpp: every call of the C face in the dress of C++17, what it throws and what it does not, whose handle is whose.
#include <dynmetrics.hpp>

#include "check.h"

#include <atomic>
#include <cmath>
#include <memory>
#include <thread>
#include <type_traits>

namespace dm = dynmetrics;

namespace {

dm::Node runtime() {
    dm::RuntimeOptions options;
    options.connection_id = 255;
    return dm::create_runtime(options);
}

dm::Node endpoint_of(const dm::Node &root) { return root.namespace_("prod").component("backend").endpoint("generate"); }

std::string page_of(const dm::Node &node, dm::Format format = dm::Format::text) {
    dm::ScrapeOptions options;
    options.format = format;
    options.self_metrics = false;
    options.deadline = std::chrono::seconds(20);
    return node.scrape(options);
}

#define HAS(page, part) EXPECT_HAS((page).c_str(), part)
#define HAS_NOT(page, part) EXPECT_HAS_NOT((page).c_str(), part)

// What `call` throws: its status, with a message that has `part` in it.
template <typename Call>
void expect_error(dynm_status status, const char *part, Call call) {
    try {
        call();
        const bool it_threw = false;
        EXPECT(it_threw);
    } catch (const dm::Error &error) {
        EXPECT(error.status() == status);
        EXPECT_HAS(error.what(), part);
    }
}

template <typename Thing>
constexpr bool is_only_moved = std::is_nothrow_move_constructible_v<Thing> && std::is_nothrow_move_assignable_v<Thing> &&
                               !std::is_copy_constructible_v<Thing> && !std::is_copy_assignable_v<Thing>;
static_assert(is_only_moved<dm::Node> && is_only_moved<dm::Server> && is_only_moved<dm::Registration>);
static_assert(is_only_moved<dm::Template> && is_only_moved<dm::Table> && is_only_moved<dm::TableMetric>);
static_assert(is_only_moved<dm::Value> && is_only_moved<dm::Mount> && is_only_moved<dm::HistogramWriter>);
// A metric is a pointer, and updating it throws nothing.
static_assert(sizeof(dm::Counter) == sizeof(void *) && std::is_trivially_copyable_v<dm::Counter>);
static_assert(noexcept(dm::Counter().inc()) && noexcept(dm::IntCounter().inc_by(1)) && noexcept(dm::Gauge().set(1)));
static_assert(noexcept(dm::Histogram().observe(1)) && noexcept(dm::HistogramWriter().observe(1)));
static_assert(noexcept(dm::CounterVec().try_with("a").inc()));

void instrumentation() {
    const dm::Node root = runtime();
    const dm::WorkHandler handler = dm::work_handler(endpoint_of(root), "m");
    const dm::WorkRequest request = handler.begin(100, true);
    request.start();
    request.received(1);
    request.sent(7);
    request.retry();
    EXPECT(handler.open_requests() == 1);
    request.end(dm::Outcome::error, "serialization");
    { const dm::WorkRequest forgotten = handler.begin(); }
    EXPECT(handler.took(DYNM_TOOK_CLEANUP, 2) == DYNM_OK);
    const dm::Frontend frontend = dm::frontend(root);
    const dm::FrontendRequest asked = frontend.begin("m");
    asked.input(300, 120);
    asked.responded();
    asked.tokens(4);
    asked.end();
    const dm::Registration refresh = frontend.on_refresh([&frontend] {
        dynm_model_configuration known{};
        known.context_length = 4096;
        frontend.set_model("n", known);
    });
    EXPECT(frontend.remove_model("never seen") == DYNM_OK);
    const dm::KVBlocks blocks = dm::kv_blocks(root);
    EXPECT(blocks.moved("offload_d2h", 5) == DYNM_OK && blocks.matched(1) == DYNM_OK);
    EXPECT(blocks.failed(1, 2) == DYNM_OK && blocks.looked_up("host", 4, 3) == DYNM_OK);
    EXPECT(blocks.moved("sideways", 1) == DYNM_EINVAL);
    EXPECT(dm::show_process(root) == DYNM_OK);
    const std::string page = page_of(root);
    HAS(page, "error_type=\"serialization\",model=\"m\",model_name=\"m\",worker_id=\"ff\"} 1\n");
    HAS(page, "dynamo_frontend_output_tokens_total{model=\"m\"} 4\n");
    HAS(page, "dynamo_frontend_model_context_length{model=\"n\"} 4096\n");
    HAS(page, "kvbm_host_cache_hit_rate{worker_id=\"ff\"} 0.75\n");
    HAS(page, "process_open_fds{");
    expect_error(DYNM_EINVAL, "endpoint", [&] { dm::work_handler(root); });
}

void metrics() {
    const auto root = runtime();
    const auto endpoint = endpoint_of(root);
    EXPECT(root.connection_id() == 255);
    dm::MetricOptions options;
    options.const_labels = {{"model", "llama"}};
    auto seconds = endpoint.create_counter("busy_seconds_total", "Busy", options);
    seconds.inc();
    seconds.inc_by(0.5);
    auto requests = endpoint.create_intcounter("requests_total", "Requests");
    requests.inc();
    requests.inc_by(UINT64_MAX - 1);
    auto temperature = endpoint.create_gauge("temperature_celsius", "Temperature");
    temperature.set(20);
    temperature.add(2);
    temperature.sub(0.5);
    auto queue = endpoint.create_intgauge("queue", "Queue");
    queue.set(5);
    queue.add(2);
    queue.sub(3);
    EXPECT(seconds.get() == 1.5 && requests.get() == UINT64_MAX && temperature.get() == 21.5 && queue.get() == 4);
    queue.set(0);
    queue.sub(INT64_MIN);
    EXPECT(queue.get() == INT64_MIN);
    dm::MetricOptions buckets;
    buckets.buckets = {0.1, 1};
    auto latency = endpoint.create_histogram("latency_seconds", "Latency", buckets);
    latency.observe(0.5);
    EXPECT(latency.count() == 1 && latency.sum() == 0.5);
    auto size = endpoint.create_summary("size_bytes", "Size");
    size.observe(8);
    EXPECT(size.count() == 1 && size.sum() == 8);
    EXPECT(endpoint.create_info("build", "Build").set({{"version", "1"}}) == DYNM_OK);
    auto state = endpoint.create_stateset("phase", "Phase", {"loading", "ready"});
    EXPECT(state.enter("ready") == DYNM_OK && state.set("loading", true) == DYNM_OK);
    EXPECT(state.enter("gone") == DYNM_EINVAL);
    HAS(dm::last_error(), "gone");

    EXPECT(seconds.name() == "dynamo_component_busy_seconds_total");
    const auto labels = seconds.const_labels();
    EXPECT(labels.size() == 5 && labels[3] == (std::pair<std::string, std::string>("model", "llama")));
    const auto page = page_of(root);
    HAS(page, "dynamo_component_busy_seconds_total{" NODE_LABELS ",model=\"llama\",worker_id=\"ff\"} 1.5\n");
    HAS(page, "dynamo_component_requests_total{" NODE_LABELS ",worker_id=\"ff\"} 18446744073709551615\n");
    HAS(page, "le=\"0.1\"} 0\n");
    HAS(page, "dynamo_component_size_bytes_sum{" NODE_LABELS ",worker_id=\"ff\"} 8\n");
    HAS(page, "version=\"1\"");
    HAS(page, "dynamo_component_phase=\"loading\"");
}

void native_histograms_exemplars_and_time_to_live() {
    const auto root = runtime();
    dm::MetricOptions options;
    options.native = dm::NativeHistogram();
    auto latency = root.create_histogram("latency_seconds", "Latency", options);
    EXPECT(latency.observe_with_exemplar(0.3, {{"trace_id", "abc"}}) == DYNM_OK);
    auto requests = root.create_intcounter("requests_total", "R");
    EXPECT(requests.inc_by_with_exemplar(2, {{"trace_id", "def"}}) == DYNM_OK);
    auto seconds = root.create_counter("seconds_total", "S");
    EXPECT(seconds.inc_by_with_exemplar(2, {{"trace_id", "ghi"}}) == DYNM_OK);
    EXPECT(seconds.inc_by_with_exemplar(1, dm::Labels{{"trace_id", std::string(200, 'x')}}) == DYNM_EINVAL);
    EXPECT(seconds.get() == 3);
    const auto page = page_of(root, dm::Format::openmetrics);
    HAS(page, "# {trace_id=\"abc\"} 0.3");
    HAS(page, "# {trace_id=\"def\"} 2");
    HAS(page, "# {trace_id=\"ghi\"} 2");
    EXPECT(!page_of(root, dm::Format::protobuf).empty());
    options.native->schema = 99;
    expect_error(DYNM_EINVAL, "99", [&] { root.create_histogram("other_seconds", "O", options); });
    dm::MetricOptions mortal;
    mortal.ttl_seconds = 3600;
    root.create_gauge("mortal", "M", mortal).set(1);
    HAS(page_of(root), "dynamo_component_mortal{worker_id=\"ff\"} 1\n");
    expect_error(DYNM_EINVAL, "ttl", [&] { root.create_counter("immortal_total", "I", mortal); });
}

void vecs() {
    const auto root = runtime();
    auto requests = root.create_intcounter_vec("requests_total", "R", {"model", "status"});
    requests.with("llama", std::string("200")).inc_by(3);
    requests.with({"llama", std::string_view("500")}).inc();
    requests.with(std::vector<std::string>{"qwen", "200"}).inc();
    requests.with_labels({{"status", "404"}, {"model", "llama"}}).inc();
    EXPECT(requests.with("llama", "200").get() == 3);
    EXPECT((requests.label_names() == std::vector<std::string>{"model", "status"}));
    expect_error(DYNM_EINVAL, "model", [&] { requests.with("llama"); });
    EXPECT(!requests.try_with("llama"));
    requests.try_with("llama").inc();
    // More and longer than what takes no memory.
    const std::vector<std::string> names = {"a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l"};
    const std::vector<std::string> long_values(12, std::string(100, 'v'));
    auto wide = root.create_counter_vec("wide_total", "W", names);
    wide.with(long_values).inc_by(7);
    EXPECT(wide.with(long_values).get() == 7);
    dm::Labels wide_labels;
    for (const auto &name : names) wide_labels.emplace_back(name, std::string(100, 'v'));
    EXPECT(wide.with_labels(wide_labels).get() == 7);
    auto page = page_of(root);
    HAS(page, "dynamo_component_requests_total{model=\"llama\",status=\"200\",worker_id=\"ff\"} 3\n");
    HAS(page, "dynamo_component_requests_total{model=\"llama\",status=\"404\",worker_id=\"ff\"} 1\n");

    root.create_gauge_vec("gauge", "G", {"a"}).with("1").set(1);
    root.create_intgauge_vec("intgauge", "G", {"a"}).with("1").set(1);
    root.create_summary_vec("summary", "S", {"a"}).with("1").observe(1);
    root.create_histogram_vec("histogram", "H", {"a"}).with("1").observe(1);
    EXPECT(requests.remove("qwen", "200") == DYNM_OK);
    size_t removed = 0;
    EXPECT(root.remove_matching({{"a", "1"}}, &removed) == DYNM_OK && removed == 4);
    page = page_of(root);
    HAS_NOT(page, "qwen");
    HAS_NOT(page, "summary");
    EXPECT(requests.clear() == DYNM_OK);
    HAS_NOT(page_of(root), "requests_total{");
}

void writers() {
    const auto root = runtime();
    auto seconds = root.create_counter("seconds_total", "S");
    auto requests = root.create_intcounter("requests_total", "R");
    auto latency = root.create_histogram("latency_seconds", "L");
    std::vector<std::thread> threads;
    for (int thread = 0; thread < 4; thread++) {
        threads.emplace_back([&] {
            auto first = seconds.create_writer();
            auto mine = std::move(first);
            first.inc(); // empty now: ignored
            const auto count = requests.create_writer();
            const auto observe = latency.create_writer();
            for (int round = 0; round < 10000; round++) {
                mine.inc_by(0.5);
                count.inc();
                observe.observe(0.25);
            }
            mine.inc();
            count.inc_by(2);
        });
    }
    for (auto &thread : threads) thread.join();
    EXPECT(seconds.get() == 4 * 5001 && requests.get() == 4 * 10002 && latency.sum() == 10000);
}

void errors() {
    const auto root = runtime();
    const auto endpoint = endpoint_of(root);
    auto first = endpoint.create_intcounter("requests_total", "R");
    expect_error(DYNM_ECONFLICT, "dynamo_component_requests_total", [&] { endpoint.create_gauge("requests_total", "R"); });
    expect_error(DYNM_EINVAL, "endpoint", [&] { root.endpoint("generate"); });
    expect_error(DYNM_EINVAL, "le", [&] {
        dm::MetricOptions options;
        options.const_labels = {{"le", "1"}};
        endpoint.create_histogram("h", "H", options);
    });
    // NUL: what C would cut short is refused, wherever it stands.
    const std::string_view cut("a\0b", 3);
    expect_error(DYNM_EINVAL, "NUL", [&] { root.namespace_(cut); });
    expect_error(DYNM_EINVAL, "NUL", [&] { root.create_counter(cut, "C"); });
    expect_error(DYNM_EINVAL, "NUL", [&] { root.create_counter("c", cut); });
    expect_error(DYNM_EINVAL, "NUL", [&] { root.create_counter_vec("c", "C", {cut}); });
    expect_error(DYNM_EINVAL, "NUL", [&] { root.create_stateset("c", "C", {"a", cut}); });
    auto vec = root.create_counter_vec("vec_total", "V", {"a"});
    expect_error(DYNM_EINVAL, "NUL", [&] { vec.with(cut); });
    expect_error(DYNM_EINVAL, "NUL", [&] { vec.with_labels({{"a", cut}}); });
    EXPECT(!vec.try_with(cut) && vec.remove(cut) == DYNM_EINVAL);
    EXPECT(root.create_stateset("phase", "P", {"a"}).enter(cut) == DYNM_EINVAL);
    EXPECT(first.inc_by_with_exemplar(1, {{"trace", cut}}) == DYNM_EINVAL);
    EXPECT(root.hide_matching({{"a", cut}}) == DYNM_EINVAL);
    expect_error(DYNM_EINVAL, "NUL", [&] { root.scrape({dm::Format::text, true, {}, {std::string(cut)}}); });
    expect_error(DYNM_EINVAL, "NUL", [&] { root.configure(cut); });
    expect_error(DYNM_EIO, "/nowhere/at/all", [&] { root.configure("/nowhere/at/all"); });
    expect_error(DYNM_EIO, "/nowhere/at/all", [&] { root.add_multiprocess_dir("/nowhere/at/all").keep(); });
    expect_error(DYNM_EINVAL, "ftp", [&] { root.add_page_source("ftp://127.0.0.1/").keep(); });
    expect_error(DYNM_EINVAL, "callback is empty", [&] { root.on_scrape({}).keep(); });
    // Of what is empty nothing comes, and nothing breaks.
    const dm::Node nowhere;
    EXPECT(!nowhere && nowhere.connection_id() == 0 && nowhere.set_health(true) == DYNM_EINVAL);
    expect_error(DYNM_EINVAL, "NULL", [&] { nowhere.create_counter("c", "C"); });
    expect_error(DYNM_EINVAL, "NULL", [&] { nowhere.scrape(); });
    expect_error(DYNM_EINVAL, "NULL", [&] { dm::Histogram().create_writer(); });
    expect_error(DYNM_EINVAL, "NULL", [&] { nowhere.copy(); });
    dm::Counter().inc();
    EXPECT(dm::Counter().get() == 0);
}

// Counts how many of it there are: whoever holds a callback lets it go in the end.
struct Tally {
    static std::atomic<int> alive;
    Tally() { alive++; }
    Tally(const Tally &) { alive++; }
    ~Tally() { alive--; }
};
std::atomic<int> Tally::alive{0};

void callbacks() {
    const auto root = runtime();
    auto load = root.create_gauge("load", "Load");
    dm::SourceOptions vllm;
    vllm.name = "engine";
    vllm.filter.include = {"vllm:"};
    vllm.filter.exclude = {"vllm:hidden"};
    vllm.filter.labels = {{"model", "llama"}};
    {
        Tally tally;
        auto update = root.on_scrape([=] {
            static_cast<void>(tally);
            load.add(1);
        });
        auto text = root.register_text(
            [tally] {
                static_cast<void>(tally);
                return std::string("vllm:running 3\nvllm:hidden 4\nother 5\n");
            },
            vllm);
        auto pieces = root.register_text([](dm::TextSink &sink) {
            sink.write("pieces 1\n");
            sink.write("more_pieces 2\n");
        });
        auto typed = root.register_typed([kept = std::make_shared<dm::Template>()](dm::Emitter &emitter) {
            EXPECT(emitter.family("typed_requests", dm::Kind::counter, "Requests", "") == DYNM_OK);
            EXPECT(emitter.sample("typed_requests_total", {{"model", "llama"}}, 4, 1.5) == DYNM_OK);
            EXPECT(emitter.exemplar({{"trace_id", "abc"}}, 1) == DYNM_OK);
            EXPECT(emitter.family("typed_seconds", dm::Kind::histogram) == DYNM_OK);
            EXPECT(emitter.histogram({}, {0.1, 1}, {1, 2, 3}, 4.5) == DYNM_OK);
            EXPECT(emitter.histogram({{"a", "b"}}, {0.1, 1}, {1, 2}, 4.5) == DYNM_EINVAL);
            EXPECT(emitter.text("from_text 7\n") == DYNM_OK);
            if (!*kept) *kept = emitter.create_template("kept{a=\"1\"} 0\nkept{a=\"2\"} 0\n");
            EXPECT(kept->series() == 2);
            EXPECT(emitter.emit(*kept, {8, 9}) == DYNM_OK && emitter.emit(*kept, {8}) == DYNM_EINVAL);
            EXPECT(emitter.filtered(2, 40) == DYNM_OK);
            dm::note_hold(0.001);
        });
        EXPECT(typed.set_stale_policy(dm::StalePolicy::keep) == DYNM_OK);
        for (int round = 1; round <= 2; round++) {
            const auto page = page_of(root);
            HAS(page, round == 1 ? "dynamo_component_load{worker_id=\"ff\"} 1\n" : "load{worker_id=\"ff\"} 2\n");
            HAS(page, "vllm:running{model=\"llama\"} 3\n");
            HAS_NOT(page, "hidden");
            HAS_NOT(page, "other");
            HAS(page, "pieces 1\n");
            HAS(page, "more_pieces 2\n");
            HAS(page, "typed_requests_total{model=\"llama\"} 4");
            HAS(page, "typed_seconds_bucket{le=\"1.0\"} 3");
            HAS(page, "from_text 7\n");
            HAS(page, "kept{a=\"2\"} 9");
        }
        HAS(root.sources(), "\"name\":\"engine\"");
        HAS(root.sources(), "\"filtered_series\":40");
        EXPECT(Tally::alive > 1);
        root.configure_text("[[rename]]\nfrom = \"vllm:running\"\nto = \"engine_running\"\n");
        HAS(page_of(root), "engine_running");
        root.configure_text("");
        EXPECT(root.hide_matching({{"model", "llama"}}) == DYNM_OK);
        HAS_NOT(page_of(root), "vllm:running");
        EXPECT(root.show_matching({{"model", "llama"}}) == DYNM_OK);
        auto moved = std::move(text);
        text = std::move(moved);
        HAS(page_of(root), "vllm:running");
    }
    // They ended with their registrations.
    const auto page = page_of(root);
    HAS_NOT(page, "vllm:running");
    HAS_NOT(page, "typed");
    for (int wait = 0; wait < 20000 && Tally::alive != 0; wait++) usleep(1000);
    EXPECT(Tally::alive == 0);
    root.register_text([] { return std::string("kept_source 1\n"); }).keep();
    HAS(page_of(root), "kept_source 1\n");
}

void what_callbacks_throw() {
    const auto root = runtime();
    auto good = root.register_text([] { return std::string("good 1\n"); });
    dm::SourceOptions options;
    options.name = "a_string";
    auto text = root.register_text([]() -> std::string { throw std::string("no exception of ours"); }, options);
    options.name = "a_runtime_error";
    auto pieces = root.register_text([](dm::TextSink &) { throw std::runtime_error("gone"); }, options);
    options.name = "an_error_that_is_none";
    auto typed = root.register_typed([](dm::Emitter &) { throw dm::Error(DYNM_OK, "said to be well"); }, options);
    auto update = root.on_scrape([] { throw 7; });
    dm::ScrapeOptions scraped;
    scraped.deadline = std::chrono::seconds(20);
    const auto page = root.scrape(scraped);
    HAS(page, "good 1\n");
    HAS(page, "dynmetrics_source_up{source=\"a_string\",worker_id=\"ff\"} 0\n");
    HAS(page, "dynmetrics_source_up{source=\"a_runtime_error\",worker_id=\"ff\"} 0\n");
    HAS(page, "dynmetrics_source_up{source=\"an_error_that_is_none\",worker_id=\"ff\"} 0\n");
    HAS(page, "dynmetrics_source_errors_total{reason=\"failed\",source=\"a_string\",worker_id=\"ff\"} 1\n");
    // A log that throws.
    dm::set_log([](dm::LogLevel, std::string_view) { throw 7; });
    auto late = root.register_text([]() -> std::string { throw 7; });
    root.scrape(scraped);
    dm::set_log({});
}

void tables() {
    const auto root = runtime();
    const auto table = dm::create_table();
    const auto requests = dm::create_table_metric("app_requests", "Requests", dm::Kind::counter, {"model"});
    const auto seconds = dm::create_table_metric("app_seconds", "Seconds", dm::Kind::histogram, {}, {0.5, 1});
    std::vector<dm::Value> values;
    for (int index = 0; index < 5; index++) values.push_back(dm::create_value());
    values[0].add(3);
    EXPECT(requests.put({"llama"}, {values[0].gauge()}, 12.5) == DYNM_OK);
    EXPECT(seconds.put({}, {values[1].gauge(), values[2].gauge(), values[3].gauge(), values[4].gauge()}) == DYNM_OK);
    EXPECT(seconds.put({}, {values[1].gauge()}) == DYNM_EINVAL);
    EXPECT(table.add(requests) == DYNM_OK && table.add(seconds) == DYNM_OK);
    dm::SourceOptions options;
    options.name = "app";
    auto shown = root.register_table(table, options, [] { return std::string("app_rest 1\n"); });
    values[1].set(2);
    auto page = page_of(root);
    HAS(page, "app_requests_total{model=\"llama\"} 3.0\n");
    HAS(page, "app_requests_created{model=\"llama\"} 12.5\n");
    HAS(page, "app_seconds_bucket{le=\"0.5\"} 2.0\n");
    HAS(page, "app_rest 1\n");
    EXPECT(shown.ask_rest(false) == DYNM_OK && table.show_created(false) == DYNM_OK);
    EXPECT(requests.remove({"llama"}) == DYNM_OK && table.remove(seconds) == DYNM_OK);
    page = page_of(root);
    HAS_NOT(page, "app_requests_total{");
    HAS_NOT(page, "app_seconds");
    HAS_NOT(page, "app_rest");
    EXPECT(seconds.clear() == DYNM_OK && values[0].value() == 3);
    auto again = root.register_table(table);
    expect_error(DYNM_EINVAL, "1abc", [] { dm::create_table_metric("1abc", "", dm::Kind::gauge); });
}

void serving() {
    const auto root = runtime();
    const auto endpoint = endpoint_of(root);
    int32_t port = 0;
    {
        dm::ServeOptions options;
        options.host = "127.0.0.1";
        options.port = 0;
        auto server = root.serve(options);
        port = server.port();
        EXPECT(server.url() == "http://127.0.0.1:" + std::to_string(port));
        page answer = get(port, "/metrics");
        EXPECT_HAS(answer.text, "HTTP/1.1 200");
        free(answer.text);
        EXPECT(endpoint.set_health(false) == DYNM_OK);
        answer = get(port, "/health");
        EXPECT_HAS(answer.text, "HTTP/1.1 503");
        free(answer.text);
        options.port = 70000;
        expect_error(DYNM_EINVAL, "70000", [&] { root.serve(options).keep(); });
    }
    page answer = get(port, "/metrics");
    EXPECT(answer.length == 0);
    free(answer.text);
}

void mounts() {
    dm::Mount mount;
    {
        const auto root = runtime();
        root.create_counter("mounted_total", "M").inc();
        mount = dm::create_mount(root);
        expect_error(DYNM_EINVAL, "mount the runtime", [&] { dm::create_mount(endpoint_of(root)); });
    }
    const auto answer = mount.answer("GET", "/metrics", {{"Accept", "application/openmetrics-text"}});
    EXPECT(answer.status == 200 && !answer.headers.empty());
    HAS(answer.body, "dynamo_component_mounted_total{worker_id=\"ff\"} 1");
    HAS(answer.body, "# EOF\n");
    EXPECT(mount.answer("HEAD", "").body.empty());
    EXPECT(mount.answer("GET", "/nowhere").status == 404);
    expect_error(DYNM_EINVAL, "NUL", [&] { mount.answer("GET", std::string_view("/\0", 2)); });
    expect_error(DYNM_EINVAL, "NULL", [] { dm::Mount().answer("GET", ""); });
}

void nodes_and_runtimes() {
    dm::Node kept;
    {
        auto root = runtime();
        kept = endpoint_of(root).copy();
        root.create_counter("root_total", "R").inc();
    }
    kept.create_counter("kept_total", "K").inc();
    HAS(page_of(kept), "dynamo_component_kept_total{" NODE_LABELS ",worker_id=\"ff\"} 1\n");
    // By way of C and back.
    dynm_node *raw = kept.release();
    EXPECT(!kept && dynm_node_connection_id(raw) == 255);
    {
        const auto other = dm::Node::copy_of(raw);
        EXPECT(other.get() != raw && other.connection_id() == 255);
    }
    kept.reset(raw);
    EXPECT(kept.connection_id() == 255);
    // One for all.
    dynm_node *shared = nullptr;
    MUST(dynm_runtime_default(&shared));
    dm::default_runtime().create_counter("shared_total", "S").inc();
    HAS(page_of(dm::Node(shared)), "dynamo_component_shared_total");
    EXPECT_REFUSED(dynm_runtime_default(nullptr), DYNM_EINVAL, "NULL", "pointer");
    EXPECT_REFUSED(dynm_node_copy(nullptr, &raw), DYNM_EINVAL, "NULL", "create");
    EXPECT(!dm::version().empty());
}

void pages() {
    dm::Filter filter;
    filter.include = {"vllm:"};
    filter.add_prefix = "dynamo_";
    const auto left = dm::filter_exposition("vllm:a 1\nb 2\n", filter);
    EXPECT(left == "dynamo_a 1\n");
    const auto problems = dm::check_exposition("a 1\na{ 2\n");
    EXPECT(problems.size() == 1 && problems[0].line == 2 && problems[0].is_error && !problems[0].message.empty());
    EXPECT(dm::check_exposition("# EOF\n", dm::Format::openmetrics).empty());
    char folder[] = "/tmp/dynm-face-XXXXXX";
    EXPECT(mkdtemp(folder) != nullptr);
    EXPECT(dm::merge_multiprocess(folder).empty());
    const auto root = runtime();
    auto directory = root.add_multiprocess_dir(folder);
    EXPECT(page_of(root).empty());
    rmdir(folder);
    expect_error(DYNM_EIO, "nowhere", [] { dm::merge_multiprocess("/nowhere"); });
    char name[] = "dynmetrics", word[] = "check", file[] = "/nowhere/at/all";
    char *arguments[] = {name, word, file, nullptr};
    EXPECT(dm::tool_main(3, arguments) != 0);
}

} // namespace

int main() {
    test("every kind of metric", metrics);
    test("requests of workers and frontends, models, KV blocks", instrumentation);
    test("native histograms, exemplars, time to live", native_histograms_exemplars_and_time_to_live);
    test("children of vecs", vecs);
    test("writers of several threads", writers);
    test("what is refused throws, and says why", errors);
    test("callbacks of text, in pieces, typed, before a scrape", callbacks);
    test("what a callback throws fails its source alone", what_callbacks_throw);
    test("tables", tables);
    test("a server, for as long as its object lives", serving);
    test("pages mounted in a server of one's own", mounts);
    test("nodes are kept, handed over and shared", nodes_and_runtimes);
    test("plain functions on pages", pages);
    return finish();
}
