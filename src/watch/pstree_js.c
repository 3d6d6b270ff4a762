/* What JavaScript asks about all tasks. */
#include "base/runtime.h"
#include "host/host_js.h"
#include "watch/pstree.h"

/* What every task is doing, as JSON; memory for `free`. */
EXPORT(call_graph) char *js_call_graph(void)
{
    return pstree_json(runtime.loop ? runtime.loop : js.library_loop);
}
