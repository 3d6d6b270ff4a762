/* All tasks of a loop, as `python -m asyncio ps` and `pstree` show them, and as JSON. */
#ifndef PSTREE_H
#define PSTREE_H

#include "include/asyncio.h"

/* For JavaScript: {"tasks": [...], "between": [...], "text": "..."}, see wasm/README.md. To be freed with free(); NULL
 * for lack of memory, and nothing is raised. Without a loop there are no tasks. */
COLD static char *pstree_json(asyncio_loop *loop) __attribute__((unused));

#endif
