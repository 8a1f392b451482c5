// dynmetrics.hpp on a library of another ABI, which this file pretends to have: nothing is given, both numbers are named.
#include <dynmetrics.hpp>

#include "check.h"

// The program's own comes before the library's.
uint32_t dynm_abi_version(void) { return 7; }

namespace {

const char wanted[] = " has ABI 7, this program was built for ABI 0; use a library and headers that belong together";

template <typename Give>
void expect_refused(Give give) {
    try {
        give();
        const bool it_was_refused = false;
        EXPECT(it_was_refused);
    } catch (const dynmetrics::Error &error) {
        EXPECT(error.status() == DYNM_EINVAL);
        EXPECT_HAS(error.what(), wanted);
    }
}

void another_abi() {
    expect_refused([] { dynmetrics::create_runtime(); });
    expect_refused([] { dynmetrics::default_runtime(); });
    expect_refused([] { dynmetrics::Node::copy_of(nullptr); });
    expect_refused([] { dynmetrics::create_table(); });
    expect_refused([] { dynmetrics::create_value(); });
    expect_refused([] { dynmetrics::create_table_metric("a", "A", dynmetrics::Kind::gauge); });
    expect_refused([] { dynmetrics::filter_exposition(""); });
    expect_refused([] { dynmetrics::merge_multiprocess("."); });
    expect_refused([] { dynmetrics::check_exposition(""); });
    expect_refused([] { dynmetrics::set_log({}); });
}

} // namespace

int main() {
    test("a library of another ABI is refused, wherever something is had from it", another_abi);
    return finish();
}
