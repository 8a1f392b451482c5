// The header as C++11 and C++17, from two files of one program: structs can be zeroed, callbacks can be lambdas.
#include <dynmetrics.h>
#include <dynmetrics.h>

bool header_second_file();

int main() {
    dynm_metric_options options{};
    options.struct_size = sizeof options;
    dynm_sink sink{[](const char *, size_t, void *) -> dynm_status { return DYNM_OK; }, nullptr};
    return dynm_abi_version() == DYNM_ABI_VERSION && sink.write != nullptr && header_second_file() ? 0 : 1;
}
