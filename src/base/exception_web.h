/* All exceptions that one leads to: by causes, contexts and members of groups, which may be very many and close rings.
 * So whoever has to do with all of them (telling, packing, freeing rings) goes through a web, not by recursion. */
#ifndef EXCEPTION_WEB_H
#define EXCEPTION_WEB_H

#include "base/exceptions.h"

/* Those that were added, each once: e->mark is its place, counted from 1. The one MemoryError, which all threads
 * share, is never among them. */
typedef struct exception_web {
    asyncio_exception **all;
    size_t count, capacity;
} exception_web;

static bool web_add(exception_web *web, asyncio_exception *e); /* false for lack of memory; NULL is ignored */
static bool web_follow(exception_web *web);                    /* adds all that those in it lead to; likewise */
static void web_end(exception_web *web);

/* An exception that leads to this one may have become its context. If that has closed a ring, whose members hold each
 * other, they are freed when nobody else holds one of them: now and then, and when a loop closes. */
static void web_suspect(asyncio_exception *e);
static void web_free_rings(void);
static void web_forget(asyncio_exception *e); /* which comes to its end */

#endif
