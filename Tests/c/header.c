/* The header as C99, from two files of one program, after nothing else, and twice. */
#include <dynmetrics.h>
#include <dynmetrics.h>

int header_second_file(void);

int main(void) {
    /* The header and the library that is loaded belong together. */
    return dynm_abi_version() == DYNM_ABI_VERSION && header_second_file() ? 0 : 1;
}
