/* SwiftPM wants a source file; this one proves that the public header stands on its own. */
#include "dynmetrics.h"
