// A metric of your own and an engine's text on one page.
//
//     c++ -std=c++17 quickstart.cpp -ldynmetrics -o quickstart && ./quickstart    serves until Ctrl-C
//     ./quickstart --once                                                         prints the page and ends
#include <dynmetrics.hpp>

#include <iostream>
#include <string_view>
#include <unistd.h>

int main(int argc, char **argv) try {
    auto runtime = dynmetrics::create_runtime();
    auto endpoint = runtime.namespace_("prod").component("backend").endpoint("generate");
    auto requests = endpoint.create_intcounter("requests_total", "Requests served");
    requests.inc();

    dynmetrics::SourceOptions options;
    options.name = "vllm";
    options.labels = dynmetrics::SourceLabels::node;
    auto engine = endpoint.register_text(
        [] {
            return std::string("# HELP vllm:num_requests_running Requests in the model's batch.\n"
                               "# TYPE vllm:num_requests_running gauge\n"
                               "vllm:num_requests_running{model_name=\"demo\"} 3.0\n");
        },
        options);

    if (argc > 1 && std::string_view(argv[1]) == "--once") {
        std::cout << runtime.scrape();
        return 0;
    }
    auto server = runtime.serve();
    std::cout << server.url() << "/metrics" << std::endl;
    for (;;) pause();
} catch (const dynmetrics::Error &error) {
    std::cerr << "quickstart: " << error.what() << '\n';
    return 1;
}
