/* What a program is looked at with: traces and seeds. lean.c stands in its place where they are not wanted. */
SMALL_BEGIN
#include "watch/trace.c"
#include "watch/trace_chrome.c"
#include "watch/seeds.c"
SMALL_END
