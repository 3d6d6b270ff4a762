#include "base/exception_web.h"

#include "base/memory.h"
#include "base/runtime.h"

#include <stdlib.h>

static bool web_add(exception_web *web, asyncio_exception *e)
{
    enum { AT_FIRST = 16 };
    if (!e || e->mark || exception_is_static(e))
        return true;
    if (!memory_reserve(&web->all, &web->capacity, web->count + 1, sizeof *web->all, AT_FIRST))
        return false;
    web->all[web->count++] = e;
    e->mark = (uint32_t)web->count;
    return true;
}

static bool web_follow(exception_web *web)
{
    bool all = true;
    for (size_t i = 0; all && i < web->count; i++) {
        const asyncio_exception *e = web->all[i];
        all = web_add(web, e->cause) && web_add(web, e->context);
        for (uint32_t member = 0; all && member < e->count; member++)
            all = web_add(web, e->members[member]);
    }
    return all;
}

static void web_end(exception_web *web)
{
    for (size_t i = 0; i < web->count; i++)
        web->all[i]->mark = 0;
    free(web->all);
    *web = (exception_web){0};
}

/* ---- rings ----
 *
 * Exceptions refer to exceptions alone. So in the web of those that may be in a ring, who is referred to from outside
 * is known by having more references than the web accounts for; what such a one leads to stays as well, and the rest
 * goes. */

enum { SUSPECTS_AT_FIRST = 64 };

static _Thread_local struct {
    list all;
    size_t count, enough; /* so many are too many: those that were left the last time, twice */
} suspects;

static void web_suspect(asyncio_exception *e)
{
    if (list_linked(&e->suspect))
        return;
    list_append(&suspects.all, &e->suspect);
    if (++suspects.count >= (suspects.enough ? suspects.enough : SUSPECTS_AT_FIRST))
        web_free_rings();
}

static void web_forget(asyncio_exception *e)
{
    if (!list_linked(&e->suspect))
        return;
    list_remove(&e->suspect);
    suspects.count--;
}

/* Calls the function with each exception of the web that this one refers to. */
static void each_referred_to(const asyncio_exception *e, void (*function)(asyncio_exception *, void *), void *arg)
{
    if (e->cause && e->cause->mark)
        function(e->cause, arg);
    if (e->context && e->context->mark)
        function(e->context, arg);
    for (uint32_t i = 0; i < e->count; i++)
        if (e->members[i]->mark)
            function(e->members[i], arg);
}

static void account_for(asyncio_exception *e, void *outside)
{
    ((uint32_t *)outside)[e->mark - 1]--;
}

typedef struct staying {
    uint32_t *outside,
        *list; /* outside: how many references come from outside; who stays, in the order of being found */
    size_t count;
} staying;

static const uint32_t STAYS = UINT32_MAX;

static void let_stay(asyncio_exception *e, void *arg)
{
    staying *s = arg;
    uint32_t place = e->mark - 1;
    if (s->outside[place] == STAYS)
        return;
    s->outside[place] = STAYS;
    s->list[s->count++] = place;
}

static void find_who_stays(const exception_web *web, staying *s)
{
    for (size_t i = 0; i < web->count; i++)
        s->outside[i] = web->all[i]->object.refs;
    for (size_t i = 0; i < web->count; i++)
        each_referred_to(web->all[i], account_for, s->outside);
    for (size_t i = 0; i < web->count; i++)
        if (s->outside[i])
            let_stay(web->all[i], s);
    for (size_t i = 0; i < s->count; i++)
        each_referred_to(web->all[s->list[i]], let_stay, s);
}

static void open_rings(const exception_web *web, const staying *s)
{
    for (size_t i = 0; i < web->count; i++)
        if (s->outside[i] != STAYS)
            object_ref(web->all[i]);
    for (size_t i = 0; i < web->count; i++)
        if (s->outside[i] != STAYS)
            exception_let_go(web->all[i]);
    for (size_t i = 0; i < web->count; i++)
        if (s->outside[i] != STAYS)
            object_unref(web->all[i]);
}

/* Without the memory to look for them, they are looked for another time. */
static void web_free_rings(void)
{
    exception_web web = {0};
    bool all = suspects.count;
    LIST_EACH (&suspects.all, link)
        all = all && web_add(&web, CONTAINER(link, asyncio_exception, suspect));
    all = all && web_follow(&web);
    uint32_t *places = all ? calloc(2 * web.count, sizeof *places) : NULL;
    if (places) {
        staying s = {places, places + web.count, 0};
        find_who_stays(&web, &s);
        for (size_t i = 0; i < web.count; i++) /* before some of them go */
            web.all[i]->mark = 0;
        open_rings(&web, &s);
        web.count = 0;
    }
    web_end(&web);
    free(places);
    suspects.enough = suspects.count * 2 > SUSPECTS_AT_FIRST ? suspects.count * 2 : SUSPECTS_AT_FIRST;
}
