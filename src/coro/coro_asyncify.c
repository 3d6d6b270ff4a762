/* Stack switching in WebAssembly, on Binaryen's Asyncify, without leaving the module.
 *
 * A wasm function cannot leave its frame behind and come back to it: the call stack belongs to the engine. Binaryen's
 * Asyncify pass rewrites every function that may suspend so that it can *unwind* (save its locals to a buffer and
 * return at once, so that the whole stack peels off) and *rewind* (called again, skip to the call it was in, and
 * restore its locals). A global says which of the two is going on, if any. The pass turns the four imports below into
 * changes of that global; it runs after linking (wasm/build/pass.mjs).
 *
 *     coro_resume (firewall)                           coro_suspend
 *        │  start_rewind, call the entry ──────────────► stop_rewind: we are back where we were, go on
 *        │  stop_unwind, save the frames ◄────────────── start_unwind, return
 *
 * Who calls start_unwind/stop_rewind or stop_unwind/start_rewind is not rewritten itself; the first kind's callers are,
 * and the second kind's are not. So coro_resume is a firewall: nothing below it (the loop) pays for suspension. If the
 * compiler inlined either function before the pass, its caller would take over that role, and programs would silently
 * never suspend: hence noinline, and a test.
 *
 * Two things have to be put aside when a coroutine suspends:
 *
 *   its frames, the locals that Asyncify saves. All coroutines unwind into one scratch buffer. What was written there
 *   (a few dozen bytes) is copied to a buffer of its own size when the next one unwinds: a task that is resumed before
 *   any other has run is rewound from where its frames lie. Memory for the copy is taken at once, while there is
 *   somebody who can be told that there is none.
 *
 *   its shadow stack, the part of linear memory where C keeps arrays and whatever has its address taken. Each coroutine
 *   runs on a block. If at suspension the stack pointer stands at the top of the block, nothing in it is alive, and the
 *   block goes back to the pool: ten thousand parked coroutines then need ten thousand small buffers and one block. If
 *   something is alive the coroutine keeps its block, because addresses in it may be known to others.
 */
#include "coro/coro.h"
#include "base/memory.h"

#include <stdint.h>
#include <stdlib.h>

enum {
    STACK_SIZE = 64 * 1024, /* printf of a double alone needs 8 KB */
    SCRATCH = 512 * 1024
};

#define ASYNCIFY(name) __attribute__((import_module("asyncify"), import_name(#name)))
ASYNCIFY(start_unwind) void asyncio__start_unwind(void *frames);
ASYNCIFY(stop_unwind) void asyncio__stop_unwind(void);
ASYNCIFY(start_rewind) void asyncio__start_rewind(void *frames);
ASYNCIFY(stop_rewind) void asyncio__stop_rewind(void);

/* Two of our own, which wasm/build/pass.mjs ties to what the passes make: the state that Asyncify is in, and a change
 * of the stack together with the limits that every other change of the stack pointer is checked against. */
#define PASS(name) __attribute__((import_module("pass"), import_name(#name)))
PASS(asyncify_state) int asyncio__asyncify_state(void);
PASS(use_stack) void asyncio__use_stack(uintptr_t top, uintptr_t bottom, uintptr_t pointer);
enum { NORMAL, UNWINDING, REWINDING };

typedef struct block {
    struct block *next; /* in the pool */
    size_t size;
} block;

struct coro {
    /* The pair that Asyncify reads: next byte to write or read, and the end. (wasm/build/pass.mjs: only at the
     * beginning and at the end of either; in between, the first is in a global.) */
    char *frames, *limit;
    char *saved;         /* the frames while suspended */
    uint32_t capacity;   /* of saved */
    uint32_t stack_size; /* 0: the usual */
    block *block;        /* NULL: nothing of it is alive on a shadow stack */
    uintptr_t stack;     /* shadow stack pointer while suspended */
    coro_entry *entry;
    void *arg;     /* then what the entry returned */
    coro *resumer; /* the coroutine that resumed it, or NULL */
    coro_state state;
};

static _Alignas(8) char scratch[SCRATCH];

static struct {
    coro *running;
    coro *in_scratch; /* whose frames have not been copied from there yet, or NULL */
    block *pool;
    uintptr_t top, bottom;      /* of the shadow stack in use, as the pass was told */
} coros = {.top = UINTPTR_MAX}; /* on the stack that JavaScript calls in on only functions of ours run: no limits */

/* __stack_pointer is what the linker calls the shadow stack's pointer, in every Emscripten and in plain clang. */
static inline uintptr_t stack_pointer(void)
{
    uintptr_t pointer;
    __asm__ volatile(".globaltype __stack_pointer, i32\n global.get __stack_pointer\n local.set %0" : "=r"(pointer));
    return pointer;
}

static uintptr_t top_of(const block *b)
{
    return ((uintptr_t)b + b->size) & ~(uintptr_t)15;
}

static block *take_block(size_t size)
{
    block *b = coros.pool;
    if (!size && b) {
        coros.pool = b->next;
        return b;
    }
    size_t whole = size ? size : coro_usual_stack_size(STACK_SIZE);
    if ((b = malloc(whole)))
        b->size = whole;
    return b;
}

static void give_block(coro *c)
{
    if (!c->block)
        return;
    if (c->stack_size) {
        free(c->block);
    } else {
        c->block->next = coros.pool;
        coros.pool = c->block;
    }
    c->block = NULL;
}

static void use_stack(uintptr_t top, uintptr_t bottom, uintptr_t pointer)
{
    coros.top = top;
    coros.bottom = bottom;
    asyncio__use_stack(top, bottom, pointer);
}

static void coro_prepare(coro *c, coro_entry *entry, void *arg, size_t stack_size)
{
    c->state = CORO_NEW;
    c->entry = entry;
    c->arg = arg;
    c->stack_size = (uint32_t)stack_size;
}

static coro *coro_running(void)
{
    return coros.running;
}

/* Makes room in the scratch buffer for the next one. */
static void copy_frames(coro *c)
{
    uint32_t size = (uint32_t)(c->frames - scratch);
    for (uint32_t i = 0; i < size; i += sizeof(uint32_t)) /* a few words: less than the call of memcpy costs */
        *(uint32_t *)(c->saved + i) = *(uint32_t *)(scratch + i);
    c->frames = c->limit = c->saved + size; /* rewinding reads downwards from here */
    coros.in_scratch = NULL;
}

__attribute__((noinline)) void coro_suspend(void)
{
    if (asyncio__asyncify_state() == REWINDING) { /* the second arrival: back where we were */
        asyncio__stop_rewind();
        return;
    }
    coro *c = coros.running;
    if (coros.in_scratch)
        copy_frames(coros.in_scratch);
    c->stack = stack_pointer();
    c->frames = scratch;
    c->limit = scratch + SCRATCH;
    asyncio__start_unwind(&c->frames);
}

/* Sees to it that the frames can be copied out of the scratch buffer. False for lack of memory: then they have to be
 * rewound at once. */
static bool keep_frames(coro *c)
{
    uint32_t size = (uint32_t)(c->frames - scratch);
    if (size > c->capacity) {
        char *saved = memory_take(size);
        if (!saved)
            return false;
        if (c->saved)
            memory_give(c->saved, c->capacity);
        c->saved = saved;
        c->capacity = size;
    }
    coros.in_scratch = c;
    return true;
}

__attribute__((noinline)) static coro_state coro_resume(coro *c)
{
    uintptr_t our_pointer = stack_pointer(), our_top = coros.top, our_bottom = coros.bottom;
    if (!c->block) {
        if (!(c->block = take_block(c->stack_size)))
            return c->state = CORO_NO_MEMORY;
        c->stack = top_of(c->block);
    }
    c->resumer = coros.running;
    coros.running = c;
    use_stack(top_of(c->block), (uintptr_t)(c->block + 1), c->stack);
    if (c->state == CORO_SUSPENDED || c->state == CORO_UNSAVED)
        asyncio__start_rewind(&c->frames);
    if (coros.in_scratch == c)
        coros.in_scratch = NULL;
    void *result = c->entry(c->arg);
    if (asyncio__asyncify_state() == UNWINDING) {
        asyncio__stop_unwind();
        c->state = keep_frames(c) ? CORO_SUSPENDED : CORO_UNSAVED;
    } else {
        c->state = CORO_DONE;
        c->arg = result;
    }
    bool unused = c->state == CORO_SUSPENDED && c->stack == top_of(c->block);
    if (c->state == CORO_DONE ||
        (unused && !c->stack_size)) /* one of its own size is not for the pool, and will be wanted again */
        give_block(c);
    coros.running = c->resumer;
    use_stack(our_top, our_bottom, our_pointer);
    return c->state;
}

/* The stack of one that was prepared with a size of its own is always there. */
__attribute__((noinline)) static void coro_call_on(coro *c, void (*call)(void))
{
    uintptr_t our_pointer = stack_pointer(), our_top = coros.top, our_bottom = coros.bottom;
    coro *caller = coros.running;
    coros.running = c;
    use_stack(top_of(c->block), (uintptr_t)(c->block + 1), c->stack);
    call();
    coros.running = caller;
    use_stack(our_top, our_bottom, our_pointer);
}

static void *coro_result(const coro *c)
{
    return c->arg;
}

/* After a trap: lets the host's questions be answered. The program is over, so the scratch buffer is free to be their
 * stack: of the one that overflowed nothing is left, and what lies below it (names of tasks) is still wanted. */
static void coro_lift_limits(void)
{
    asyncio__use_stack(UINTPTR_MAX, 0, (uintptr_t)(scratch + SCRATCH) & ~(uintptr_t)15);
}

static void coro_free(coro *c)
{
    give_block(c);
    if (coros.in_scratch == c)
        coros.in_scratch = NULL;
    if (c->saved)
        memory_give(c->saved, c->capacity);
    c->saved = NULL;
    c->capacity = 0;
}
