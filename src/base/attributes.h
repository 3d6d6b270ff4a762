/* What is said to the compiler of a function: whether it is to be inlined. In WebAssembly that decides what a switch
 * costs. */
#ifndef ATTRIBUTES_H
#define ATTRIBUTES_H

/* Out of line and out of the way. Above all for what needs room on the stack (a trace event, a formatted message) in a
 * function that may suspend: a task that is suspended in it would keep a whole stack alive for that room's sake. */
#define COLD __attribute__((noinline, cold))

/* Out of line, because who calls it may suspend and it does not: what is inlined into a function that may suspend is
 * guarded there in each of its parts, in WebAssembly, and its variables are put away. (What calls through pointers must
 * be in the list of wasm/build/pass.mjs besides.) */
#define NEVER_SUSPENDS __attribute__((noinline))

/* Into whoever calls it: a look at a variable which nearly always ends there. An engine takes as long to call a
 * WebAssembly function as it takes for ten simple instructions. Where the whole library is compiled for size, the
 * compiler decides. */
#ifdef __OPTIMIZE_SIZE__
#define INLINED static inline
#else
#define INLINED __attribute__((always_inline)) static inline
#endif

#endif
