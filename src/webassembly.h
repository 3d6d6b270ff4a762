/* What stands behind the doors in WebAssembly, but for memory and coroutines, which come first. */
#include "host/host_js.c"
#include "host/growth_js.c"
