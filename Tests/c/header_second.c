/* The second file of header.c: nothing in the header is defined twice. */
#include <dynmetrics.h>

int header_second_file(void);
int header_second_file(void) { return dynm_version()[0] != '\0' && dynm_last_error()[0] == '\0'; }
