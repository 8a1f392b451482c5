// A C++17 engine as people write one: handles in RAII, callbacks that are lambdas, threads that update while the page is
// scraped and served. Uses nothing but the header.
#include "check.h"

#include <atomic>
#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace {

struct NodeFree {
    void operator()(dynm_node *node) const { dynm_node_free(node); }
};
using Node = std::unique_ptr<dynm_node, NodeFree>;

struct ServerClose {
    void operator()(dynm_server *server) const {
        dynm_server_close(server);
        dynm_server_free(server);
    }
};
using Server = std::unique_ptr<dynm_server, ServerClose>;

void must(dynm_status status) {
    if (status != DYNM_OK) throw std::runtime_error(dynm_last_error());
}

Node made(const std::function<dynm_status(dynm_node **)> &make) {
    dynm_node *out = nullptr;
    must(make(&out));
    return Node(out);
}

std::string page_of(dynm_node *node) {
    std::string text;
    dynm_sink sink{[](const char *data, size_t length, void *payload) -> dynm_status {
                       static_cast<std::string *>(payload)->append(data, length);
                       return DYNM_OK;
                   },
                   &text};
    must(dynm_node_scrape(node, nullptr, &sink));
    return text;
}

bool has(const std::string &text, std::string_view part) { return text.find(part) != std::string::npos; }

struct Engine {
    Node root = made([](auto out) { return dynm_runtime_create(nullptr, out); });
    Node prod = made([this](auto out) { return dynm_node_namespace(root.get(), "prod", out); });
    Node backend = made([this](auto out) { return dynm_node_component(prod.get(), "backend", out); });
    Node generate = made([this](auto out) { return dynm_node_endpoint(backend.get(), "generate", out); });
};

void an_engine_updates_is_called_back_scraped_and_served() {
    Engine engine;
    dynm_metric_options options{};
    options.struct_size = sizeof options;
    options.name = "requests_total";
    options.description = "Requests served";
    dynm_intcounter *requests = nullptr;
    must(dynm_node_create_intcounter(engine.generate.get(), &options, &requests));
    dynm_intcounter_inc_by(requests, 5);

    // A callback that carries state, released by the library.
    auto state = std::make_shared<std::string>("# TYPE engine_load gauge\nengine_load 0.5\n");
    std::weak_ptr<std::string> alive = state;
    auto payload = new std::shared_ptr<std::string>(std::move(state));
    dynm_registration *registration = nullptr;
    must(dynm_node_register_text(
        engine.generate.get(), nullptr,
        [](const dynm_sink *sink, void *payload) -> dynm_status {
            const auto &text = **static_cast<std::shared_ptr<std::string> *>(payload);
            return sink->write(text.data(), text.size(), sink->payload);
        },
        payload, [](void *payload) { delete static_cast<std::shared_ptr<std::string> *>(payload); }, &registration));

    dynm_serve_options serve{};
    serve.struct_size = sizeof serve;
    serve.host = "127.0.0.1";
    serve.has_port = 1;
    dynm_server *started = nullptr;
    must(dynm_node_serve(engine.root.get(), &serve, &started));
    Server server(started);

    std::string scraped = page_of(engine.root.get());
    page served = get(dynm_server_port(server.get()), "/metrics");

    EXPECT(has(scraped, "dynamo_component_requests_total{"));
    EXPECT(has(scraped, "engine_load 0.5\n"));
    EXPECT_HAS(served.text, "engine_load 0.5\n");
    EXPECT_HAS(served.text, "} 5\n");
    std::free(served.text);

    must(dynm_registration_close(registration));
    dynm_registration_free(registration);
    for (double end = now_ms() + 20000; !alive.expired() && now_ms() < end;) usleep(1000);
    EXPECT(alive.expired());
    EXPECT(!has(page_of(engine.root.get()), "engine_load"));
}

void threads_count_exactly_while_the_page_is_scraped() {
    Engine engine;
    dynm_metric_options options{};
    options.struct_size = sizeof options;
    options.name = "tokens_total";
    const char *names[] = {"model"};
    options.label_names = names;
    options.label_name_count = 1;
    dynm_intcounter_vec *tokens = nullptr;
    must(dynm_node_create_intcounter_vec(engine.generate.get(), &options, &tokens));
    const int updates = setting("DYNM_UPDATES", 50000);
    std::atomic<int> running{4};

    std::vector<std::thread> threads;
    for (int i = 0; i < 4; i++) {
        threads.emplace_back([&, i] {
            const char *values[] = {i % 2 == 0 ? "even" : "odd"};
            dynm_intcounter *child = nullptr;
            must(dynm_intcounter_vec_with(tokens, values, 1, &child));
            for (int n = 0; n < updates; n++) dynm_intcounter_inc(child);
            running--;
        });
    }
    while (running > 0) EXPECT(has(page_of(engine.root.get()), "dynmetrics_build_info"));
    for (auto &thread : threads) thread.join();

    std::string page = page_of(engine.root.get());
    std::string wanted = "model=\"odd\",worker_id=\"";
    EXPECT(has(page, wanted));
    EXPECT(has(page, "\"} " + std::to_string(2 * updates) + "\n"));
}

void a_refusal_can_be_an_exception() {
    Engine engine;
    dynm_metric_options options{};
    options.struct_size = sizeof options;
    options.name = "";
    dynm_gauge *gauge = nullptr;
    std::string message;
    try {
        must(dynm_node_create_gauge(engine.generate.get(), &options, &gauge));
    } catch (const std::runtime_error &error) {
        message = error.what();
    }
    EXPECT(has(message, "requests_total"));
    EXPECT(gauge == nullptr);
}

}  // namespace

int main() {
    test("an engine updates, is called back, scraped and served", an_engine_updates_is_called_back_scraped_and_served);
    test("threads count exactly while the page is scraped", threads_count_exactly_while_the_page_is_scraped);
    test("a refusal can be an exception", a_refusal_can_be_an_exception);
    return finish();
}
