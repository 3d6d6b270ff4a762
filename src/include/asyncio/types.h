/* What the chapters of asyncio.h are about: the kinds of objects, and places in the source. */
#ifndef ASYNCIO_TYPES_H
#define ASYNCIO_TYPES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

typedef struct asyncio_loop asyncio_loop;
typedef struct asyncio_runner asyncio_runner;
typedef struct asyncio_handle asyncio_handle;
typedef struct asyncio_future asyncio_future;
typedef struct asyncio_task asyncio_task;
typedef struct asyncio_coroutine asyncio_coroutine;
typedef struct asyncio_exception asyncio_exception;
typedef struct asyncio_exception_type asyncio_exception_type;
typedef struct asyncio_task_group asyncio_task_group;
typedef struct asyncio_lock asyncio_lock;
typedef struct asyncio_semaphore asyncio_semaphore;
typedef struct asyncio_event asyncio_event;
typedef struct asyncio_condition asyncio_condition;
typedef struct asyncio_barrier asyncio_barrier;
typedef struct asyncio_queue asyncio_queue;
typedef struct asyncio_timeout asyncio_timeout;
typedef struct asyncio_as_completed asyncio_as_completed;
typedef struct asyncio_agen asyncio_agen;
typedef struct asyncio_aiter asyncio_aiter;
typedef struct asyncio_context_manager asyncio_context_manager;
typedef struct asyncio_context asyncio_context;
typedef struct asyncio_contextvar asyncio_contextvar;
typedef struct asyncio_contextvar_token asyncio_contextvar_token;
typedef struct asyncio_executor asyncio_executor;
typedef struct asyncio_concurrent_future asyncio_concurrent_future;
typedef struct asyncio_object asyncio_object; /* what all of the above begin with */
struct asyncio_js;                            /* asyncio_js.h */

/* A place in the source, recorded by the macros below for the trace and for reports. It costs nothing at run time. */
typedef struct asyncio_site {
    const char *file, *function;
    int line;
} asyncio_site;

#define ASYNCIO_HERE                                                                   \
    (__extension__({                                                                   \
        static const asyncio_site asyncio_here_ = {__FILE_NAME__, __func__, __LINE__}; \
        &asyncio_here_;                                                                \
    }))
#ifndef __FILE_NAME__
#define __FILE_NAME__ __FILE__
#endif

#endif
