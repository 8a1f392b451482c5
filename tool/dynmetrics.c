/* The `dynmetrics` command. All of it is in the library, which has the Swift runtime inside: this only calls it. */
#include <dynmetrics.h>

int main(int argc, char **argv) {
    return dynm_tool_main(argc, argv);
}
