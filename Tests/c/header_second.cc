// The second file of header.cc.
#include <dynmetrics.h>

bool header_second_file();
bool header_second_file() { return dynm_version()[0] != '\0' && dynm_last_error()[0] == '\0'; }
