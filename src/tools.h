/* What a program is looked at with: traces and seeds. lean.c stands in its place where they are not wanted. */
SMALL_BEGIN
#include "trace.c"
#include "trace_chrome.c"
#include "seeds.c"
SMALL_END
