// dynmetrics.hpp without exceptions: what cannot be given comes back empty, and nothing breaks on it. Linked with a file that
// has exceptions, to see that they get along.
#include <dynmetrics.hpp>

#include "check.h"

bool throws_beside();

namespace {

void plain() {
    const auto root = dynmetrics::create_runtime();
    const auto requests = root.create_intcounter("requests_total", "R");
    requests.inc();
    const auto twice = root.create_intcounter("requests_total", "R");
    EXPECT(requests && !twice);
    EXPECT_HAS(dynmetrics::last_error().c_str(), "requests_total");
    twice.inc();
    EXPECT(!twice.create_writer());
    const auto wrong = root.endpoint("generate");
    EXPECT(!wrong && !wrong.create_gauge("g", "G") && wrong.scrape().empty());
    EXPECT(!root.namespace_(std::string_view("a\0b", 3)));
    EXPECT(!root.create_counter_vec("vec_total", "V", {"a"}).with("1", "2"));
    auto none = root.add_multiprocess_dir("/nowhere");
    EXPECT(!none && none.set_stale_policy(dynmetrics::StalePolicy::drop) == DYNM_EINVAL);
    auto text = root.register_text([] { return std::string("engine_load 1\n"); });
    const auto page = root.scrape();
    EXPECT_HAS(page.c_str(), "dynamo_component_requests_total");
    EXPECT_HAS(page.c_str(), "engine_load 1\n");
}

void beside() { EXPECT(throws_beside()); }

} // namespace

int main() {
    test("without exceptions what is refused is empty", plain);
    test("a file with exceptions beside it throws", beside);
    return finish();
}
