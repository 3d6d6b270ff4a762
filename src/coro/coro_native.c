/* Stack switching on Linux: every coroutine has a stack of its own, and a switch saves the registers that a call would
 * preserve and exchanges stack pointers. Assembly for x86-64 and AArch64; ucontext (slower: it changes the signal
 * mask) elsewhere. A guard page below each stack turns an overflow into a fault, which the handler below tells by its
 * address.
 *
 * AddressSanitizer, LeakSanitizer and ThreadSanitizer are told of each switch and each stack, valgrind of each stack,
 * or they would take one for the other. */
#define _GNU_SOURCE
#include "coro/coro.h"
#include "base/die.h"
#include "base/runtime.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#ifndef __has_feature /* clang's way to tell of its sanitizers */
#define __has_feature(feature) 0
#endif

#if defined(__SANITIZE_ADDRESS__) || __has_feature(address_sanitizer)
#define SANITIZED 1
#include <sanitizer/asan_interface.h>
#include <sanitizer/common_interface_defs.h>
#include <sanitizer/lsan_interface.h>
#else
#define SANITIZED 0
#endif

#if defined(__SANITIZE_THREAD__) || __has_feature(thread_sanitizer)
#define RACES_WATCHED 1
#include <sanitizer/tsan_interface.h>
#else
#define RACES_WATCHED 0
#endif

#if __has_include(<valgrind/valgrind.h>)
#include <valgrind/valgrind.h>
#else
#define VALGRIND_STACK_REGISTER(bottom, top) 0
#define VALGRIND_STACK_DEREGISTER(number) (void)(number)
#endif

enum {
    STACK_SIZE = SANITIZED ? 1024 * 1024 : 256 * 1024, /* reserved; the kernel backs what is touched */
    GUARD = 4096,
    GUARDED_STACKS = 16000 /* a guard page splits a mapping, and a process may have some 65,000 of those */
};

typedef struct stack {
    struct stack *next; /* in the pool; the struct stands at the very top of the stack itself */
    char *bottom;       /* of the mapping, with the guard */
    size_t size;        /* of the mapping */
    bool guarded;
    unsigned number; /* valgrind's */
} stack;

struct coro {
    void *pointer; /* stack pointer while suspended */
    stack *stack;
    coro_entry *entry;
    void *arg; /* then what the entry returned */
    coro *resumer;
    void *resumer_pointer;
    size_t stack_size;
    coro_state state;
#if SANITIZED
    void *fake_stack, *resumer_fake_stack;
    const void *resumer_bottom;
    size_t resumer_size;
#endif
#if RACES_WATCHED
    void *fiber, *resumer_fiber;
#endif
};

static _Thread_local struct {
    coro *running;
    stack *pool;
    unsigned stacks;
} coros;

/* ---- the switch ---- */

/* Saves the registers on this stack and its pointer in *save, then goes on where `load` was saved. */
void asyncio__switch(void **save, void *load);
void asyncio__first_step(void);

#if defined(__x86_64__)
__asm__(".text\n"
        ".globl asyncio__switch\n.hidden asyncio__switch\n.type asyncio__switch,@function\n"
        "asyncio__switch:\n"
        "  push %rbp\n  push %rbx\n  push %r12\n  push %r13\n  push %r14\n  push %r15\n"
        "  sub $8, %rsp\n  stmxcsr (%rsp)\n  fnstcw 4(%rsp)\n"
        "  mov %rsp, (%rdi)\n"
        "  mov %rsi, %rsp\n"
        "  ldmxcsr (%rsp)\n  fldcw 4(%rsp)\n  add $8, %rsp\n"
        "  pop %r15\n  pop %r14\n  pop %r13\n  pop %r12\n  pop %rbx\n  pop %rbp\n"
        "  ret\n"
        ".size asyncio__switch, .-asyncio__switch\n"
        /* A new stack begins as if it had been switched away from just before the call of coro_main. */
        ".globl asyncio__first_step\n.hidden asyncio__first_step\n.type asyncio__first_step,@function\n"
        "asyncio__first_step:\n"
        "  .cfi_startproc\n  .cfi_undefined rip\n"
        "  mov %rbx, %rdi\n  call *%r12\n  ud2\n"
        "  .cfi_endproc\n"
        ".size asyncio__first_step, .-asyncio__first_step\n");

static void *first_frame(char *top, coro *c, void (*entry)(coro *))
{
    uint64_t *frame = (uint64_t *)top - 10;
    memset(frame, 0, 80);
    frame[0] = 0x1f80 | (uint64_t)0x037f << 32; /* the default MXCSR and x87 control words */
    frame[4] = (uint64_t)(uintptr_t)entry;      /* r12 */
    frame[5] = (uint64_t)(uintptr_t)c;          /* rbx */
    frame[7] = (uint64_t)(uintptr_t)asyncio__first_step;
    return frame;
}
#elif defined(__aarch64__)
__asm__(".text\n"
        ".globl asyncio__switch\n.hidden asyncio__switch\n.type asyncio__switch,%function\n"
        "asyncio__switch:\n"
        "  sub sp, sp, #176\n"
        "  stp x19, x20, [sp, #0]\n  stp x21, x22, [sp, #16]\n  stp x23, x24, [sp, #32]\n"
        "  stp x25, x26, [sp, #48]\n  stp x27, x28, [sp, #64]\n  stp x29, x30, [sp, #80]\n"
        "  stp d8, d9, [sp, #96]\n  stp d10, d11, [sp, #112]\n  stp d12, d13, [sp, #128]\n  stp d14, d15, [sp, #144]\n"
        "  mov x9, sp\n  str x9, [x0]\n"
        "  mov sp, x1\n"
        "  ldp x19, x20, [sp, #0]\n  ldp x21, x22, [sp, #16]\n  ldp x23, x24, [sp, #32]\n"
        "  ldp x25, x26, [sp, #48]\n  ldp x27, x28, [sp, #64]\n  ldp x29, x30, [sp, #80]\n"
        "  ldp d8, d9, [sp, #96]\n  ldp d10, d11, [sp, #112]\n  ldp d12, d13, [sp, #128]\n  ldp d14, d15, [sp, #144]\n"
        "  add sp, sp, #176\n"
        "  ret\n"
        ".size asyncio__switch, .-asyncio__switch\n"
        ".globl asyncio__first_step\n.hidden asyncio__first_step\n.type asyncio__first_step,%function\n"
        "asyncio__first_step:\n"
        "  .cfi_startproc\n  .cfi_undefined x30\n"
        "  mov x0, x19\n  blr x20\n  brk #1\n"
        "  .cfi_endproc\n"
        ".size asyncio__first_step, .-asyncio__first_step\n");

static void *first_frame(char *top, coro *c, void (*entry)(coro *))
{
    uint64_t *frame = (uint64_t *)top - 22;
    memset(frame, 0, 176);
    frame[0] = (uint64_t)(uintptr_t)c;                    /* x19 */
    frame[1] = (uint64_t)(uintptr_t)entry;                /* x20 */
    frame[11] = (uint64_t)(uintptr_t)asyncio__first_step; /* x30, where `ret` goes */
    return frame;
}
#else
#include <ucontext.h>

/* A saved stack pointer is a ucontext_t that lives on the stack it describes. */
void asyncio__switch(void **save, void *load)
{
    ucontext_t here;
    *save = &here;
    swapcontext(&here, load);
}

static void ucontext_step(unsigned high, unsigned low, unsigned entry_high, unsigned entry_low)
{
    coro *c = (coro *)(uintptr_t)((uint64_t)high << 32 | low);
    ((void (*)(coro *))(uintptr_t)((uint64_t)entry_high << 32 | entry_low))(c);
}

static void *first_frame(char *top, coro *c, void (*entry)(coro *))
{
    ucontext_t *context = (ucontext_t *)(top - sizeof *context);
    char *bottom = c->stack->bottom;
    getcontext(context);
    context->uc_stack.ss_sp = bottom;
    context->uc_stack.ss_size = (size_t)((char *)context - bottom) & ~(size_t)63;
    uint64_t pointer = (uintptr_t)c, function = (uintptr_t)entry;
    makecontext(context, (void (*)(void))ucontext_step, 4, (unsigned)(pointer >> 32), (unsigned)pointer,
                (unsigned)(function >> 32), (unsigned)function);
    return context;
}
#endif

/* ---- stack overflow ---- */

enum { CRASHED = 134 };          /* as if it had aborted */
enum { FAR = 64 * 1024 * 1024 }; /* a large array begins far below the stack's end */

static struct sigaction former_handler;

static _Thread_local struct {
    char *bottom; /* of the thread's own stack, where main() and callbacks run; NULL: it is not known */
    size_t size;
} own_stack;

static bool is_below(const char *address, const char *bottom)
{
    return address >= bottom - FAR && address < bottom + GUARD;
}

static void on_fault(int signal, siginfo_t *info, void *context)
{
    const stack *s = coros.running ? coros.running->stack : NULL;
    if (s && is_below(info->si_addr, s->bottom))
        die(CRASHED,
            "asyncio: stack overflow in %s: its %zu KB are used up (recursion without end, or large "
            "arrays; run with ASYNCIO_STACK_SIZE=bytes for more)\n",
            coro_running_name(), (s->size - GUARD) / 1024);
    if (!s && own_stack.bottom && is_below(info->si_addr, own_stack.bottom))
        die(CRASHED,
            "asyncio: stack overflow in %s: its %zu KB are used up (recursion without end, or large "
            "arrays; `ulimit -s` says how many there are)\n",
            runtime.loop ? "a callback" : coro_running_name(), own_stack.size / 1024);
    sigaction(signal, &former_handler, NULL); /* not ours: whoever was there before handles it when it strikes again */
    (void)context;
}

static void find_own_stack(void)
{
    pthread_attr_t attributes;
    void *bottom;
    if (pthread_getattr_np(pthread_self(), &attributes) != 0)
        return;
    if (pthread_attr_getstack(&attributes, &bottom, &own_stack.size) == 0)
        own_stack.bottom = bottom;
    pthread_attr_destroy(&attributes);
}

/* Of this thread's stack and of all that coroutines on it have. */
static void watch_for_overflow(void)
{
    static _Thread_local char alternate[16 * 1024];
    static atomic_flag installed = ATOMIC_FLAG_INIT;
    stack_t before;
    if (own_stack.size)
        return;
    find_own_stack();
    if (sigaltstack(NULL, &before) == 0 && (before.ss_flags & SS_DISABLE))
        sigaltstack(&(stack_t){.ss_sp = alternate, .ss_size = sizeof alternate}, NULL);
    if (atomic_flag_test_and_set(&installed))
        return;
    struct sigaction action = {.sa_flags = SA_SIGINFO | SA_ONSTACK};
    action.sa_sigaction = on_fault;
    sigaction(SIGSEGV, &action, &former_handler);
}

/* main() may use up its stack before there is any other. */
__attribute__((constructor)) static void watch_from_the_start(void)
{
    watch_for_overflow();
}

/* ---- stacks ---- */

static stack *new_stack(size_t size)
{
    size = (size + GUARD + 4095) & ~(size_t)4095;
    char *bottom = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (bottom == MAP_FAILED)
        return NULL;
    if (!coros.stacks)
        watch_for_overflow();
    stack *s = (stack *)(bottom + size) - 1;
    *s = (stack){.bottom = bottom, .size = size};
    s->number = VALGRIND_STACK_REGISTER(bottom + GUARD, bottom + size);
    s->guarded = coros.stacks < GUARDED_STACKS && mprotect(bottom, GUARD, PROT_NONE) == 0;
    coros.stacks++;
    return s;
}

static void free_stack(stack *s)
{
    coros.stacks--;
    VALGRIND_STACK_DEREGISTER(s->number);
    munmap(s->bottom, s->size);
}

static stack *pooled_or_new_stack(size_t size)
{
    stack *s = coros.pool;
    if (size || !s)
        return new_stack(size ? size : coro_usual_stack_size(STACK_SIZE));
    coros.pool = s->next;
    return s;
}

static void coro_thread_ends(void)
{
    for (stack *s; (s = coros.pool);) {
        coros.pool = s->next;
        free_stack(s);
    }
}

/* What a stack refers to counts as reachable only while a coroutine runs on it: left in the pool, it would hide leaks.
 * */
static stack *take_stack(size_t size)
{
    stack *s = pooled_or_new_stack(size);
#if SANITIZED
    if (s)
        __lsan_register_root_region(s->bottom + GUARD, s->size - GUARD);
#endif
    return s;
}

static void give_stack(coro *c)
{
    if (!c->stack)
        return;
#if SANITIZED
    __lsan_unregister_root_region(c->stack->bottom + GUARD, c->stack->size - GUARD);
    __asan_unpoison_memory_region(c->stack->bottom + GUARD, c->stack->size - GUARD); /* frames that were abandoned */
#endif
#if RACES_WATCHED
    __tsan_destroy_fiber(c->fiber);
#endif
    if (c->stack_size) {
        free_stack(c->stack);
    } else {
        c->stack->next = coros.pool;
        coros.pool = c->stack;
    }
    c->stack = NULL;
}

static char *top_of(stack *s)
{
    return (char *)((uintptr_t)s & ~(uintptr_t)63);
}

/* ---- the door ---- */

static void coro_prepare(coro *c, coro_entry *entry, void *arg, size_t stack_size)
{
    c->state = CORO_NEW;
    c->entry = entry;
    c->arg = arg;
    c->stack_size = stack_size;
}

static coro *coro_running(void)
{
    return coros.running;
}

static void leave(coro *c, bool for_ever)
{
#if SANITIZED
    __sanitizer_start_switch_fiber(for_ever ? NULL : &c->fake_stack, c->resumer_bottom, c->resumer_size);
#else
    (void)for_ever;
#endif
#if RACES_WATCHED
    __tsan_switch_to_fiber(c->resumer_fiber, 0);
#endif
    asyncio__switch(&c->pointer, c->resumer_pointer);
#if SANITIZED
    __sanitizer_finish_switch_fiber(c->fake_stack, &c->resumer_bottom, &c->resumer_size);
#endif
}

static void coro_main(coro *c)
{
#if SANITIZED
    __sanitizer_finish_switch_fiber(NULL, &c->resumer_bottom, &c->resumer_size);
#endif
    c->arg = c->entry(c->arg);
    c->state = CORO_DONE;
    leave(c, true);
}

void coro_suspend(void)
{
    coro *c = coros.running;
    leave(c, false);
}

static coro_state coro_resume(coro *c)
{
    if (!c->stack) {
        if (!(c->stack = take_stack(c->stack_size)))
            return c->state = CORO_NO_MEMORY;
        c->pointer = first_frame(top_of(c->stack), c, coro_main);
#if RACES_WATCHED
        c->fiber = __tsan_create_fiber(0);
#endif
    }
    c->resumer = coros.running;
    coros.running = c;
    c->state = CORO_SUSPENDED;
#if SANITIZED
    char *usable = c->stack->bottom + GUARD;
    __sanitizer_start_switch_fiber(&c->resumer_fake_stack, usable, (size_t)((char *)c->stack - usable));
#endif
#if RACES_WATCHED
    c->resumer_fiber = __tsan_get_current_fiber();
    __tsan_switch_to_fiber(c->fiber, 0);
#endif
    asyncio__switch(&c->resumer_pointer, c->pointer);
#if SANITIZED
    __sanitizer_finish_switch_fiber(c->resumer_fake_stack, NULL, NULL);
#endif
    coros.running = c->resumer;
    if (c->state == CORO_DONE)
        give_stack(c);
    return c->state;
}

static void *coro_result(const coro *c)
{
    return c->arg;
}

static void coro_free(coro *c)
{
    give_stack(c);
}
