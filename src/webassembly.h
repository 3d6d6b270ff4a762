/* What stands behind the doors in WebAssembly, but for memory and coroutines, which come first. */
#include "host/host_js.c"
#include "host/growth_js.c"
SMALL_BEGIN
#include "bridge/ticks.c"
SMALL_END
#include "bridge/js.c"
#include "bridge/js_tasks.c"
SMALL_BEGIN
#include "threads/threads_js.c"
#include "watch/pstree_js.c"
SMALL_END
