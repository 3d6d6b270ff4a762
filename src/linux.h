/* What stands behind the doors on Linux, but for memory and coroutines, which come first. */
#include "host/host_uv.c"
#include "threads/threads_native.c"
#include "bridge/no_js.c"
