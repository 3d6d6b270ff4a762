/* The exception types: this table exists once.
 *
 * From it come the constants of asyncio.h (ASYNCIO_VALUE_ERROR), the type objects in exceptions.c and the JavaScript
 * classes (errors.mjs, made by wasm/build/make-errors.mjs). A base stands above the types that derive from it.
 *
 *   X(CONSTANT, Python's name, base's CONSTANT)
 *
 * The tree is Python's: CancelledError, KeyboardInterrupt and SystemExit are no Exceptions, so that a handler for
 * Exception lets a cancellation pass. */
#ifndef ASYNCIO_EXCEPTION_TYPES_H
#define ASYNCIO_EXCEPTION_TYPES_H

#define ASYNCIO_EXCEPTION_TYPES(X)                                        \
    X(BASE_EXCEPTION, BaseException, BASE_EXCEPTION)                      \
    X(CANCELLED_ERROR, CancelledError, BASE_EXCEPTION)                    \
    X(GENERATOR_EXIT, GeneratorExit, BASE_EXCEPTION)                      \
    X(KEYBOARD_INTERRUPT, KeyboardInterrupt, BASE_EXCEPTION)              \
    X(SYSTEM_EXIT, SystemExit, BASE_EXCEPTION)                            \
    X(BASE_EXCEPTION_GROUP, BaseExceptionGroup, BASE_EXCEPTION)           \
    X(EXCEPTION, Exception, BASE_EXCEPTION)                               \
    X(EXCEPTION_GROUP, ExceptionGroup, BASE_EXCEPTION_GROUP)              \
    X(ARITHMETIC_ERROR, ArithmeticError, EXCEPTION)                       \
    X(OVERFLOW_ERROR, OverflowError, ARITHMETIC_ERROR)                    \
    X(ZERO_DIVISION_ERROR, ZeroDivisionError, ARITHMETIC_ERROR)           \
    X(ASSERTION_ERROR, AssertionError, EXCEPTION)                         \
    X(ATTRIBUTE_ERROR, AttributeError, EXCEPTION)                         \
    X(EOF_ERROR, EOFError, EXCEPTION)                                     \
    X(INCOMPLETE_READ_ERROR, IncompleteReadError, EOF_ERROR)              \
    X(INVALID_STATE_ERROR, InvalidStateError, EXCEPTION)                  \
    X(JS_ERROR, JsError, EXCEPTION)                                       \
    X(LIMIT_OVERRUN_ERROR, LimitOverrunError, EXCEPTION)                  \
    X(LOOKUP_ERROR, LookupError, EXCEPTION)                               \
    X(INDEX_ERROR, IndexError, LOOKUP_ERROR)                              \
    X(KEY_ERROR, KeyError, LOOKUP_ERROR)                                  \
    X(MEMORY_ERROR, MemoryError, EXCEPTION)                               \
    X(NAME_ERROR, NameError, EXCEPTION)                                   \
    X(OS_ERROR, OSError, EXCEPTION)                                       \
    X(BLOCKING_IO_ERROR, BlockingIOError, OS_ERROR)                       \
    X(CHILD_PROCESS_ERROR, ChildProcessError, OS_ERROR)                   \
    X(CONNECTION_ERROR, ConnectionError, OS_ERROR)                        \
    X(BROKEN_PIPE_ERROR, BrokenPipeError, CONNECTION_ERROR)               \
    X(CONNECTION_ABORTED_ERROR, ConnectionAbortedError, CONNECTION_ERROR) \
    X(CONNECTION_REFUSED_ERROR, ConnectionRefusedError, CONNECTION_ERROR) \
    X(CONNECTION_RESET_ERROR, ConnectionResetError, CONNECTION_ERROR)     \
    X(FILE_EXISTS_ERROR, FileExistsError, OS_ERROR)                       \
    X(FILE_NOT_FOUND_ERROR, FileNotFoundError, OS_ERROR)                  \
    X(INTERRUPTED_ERROR, InterruptedError, OS_ERROR)                      \
    X(PERMISSION_ERROR, PermissionError, OS_ERROR)                        \
    X(PROCESS_LOOKUP_ERROR, ProcessLookupError, OS_ERROR)                 \
    X(TIMEOUT_ERROR, TimeoutError, OS_ERROR)                              \
    X(QUEUE_EMPTY, QueueEmpty, EXCEPTION)                                 \
    X(QUEUE_FULL, QueueFull, EXCEPTION)                                   \
    X(QUEUE_SHUT_DOWN, QueueShutDown, EXCEPTION)                          \
    X(RUNTIME_ERROR, RuntimeError, EXCEPTION)                             \
    X(BROKEN_BARRIER_ERROR, BrokenBarrierError, RUNTIME_ERROR)            \
    X(NOT_IMPLEMENTED_ERROR, NotImplementedError, RUNTIME_ERROR)          \
    X(RECURSION_ERROR, RecursionError, RUNTIME_ERROR)                     \
    X(STOP_ASYNC_ITERATION, StopAsyncIteration, EXCEPTION)                \
    X(STOP_ITERATION, StopIteration, EXCEPTION)                           \
    X(TYPE_ERROR, TypeError, EXCEPTION)                                   \
    X(VALUE_ERROR, ValueError, EXCEPTION)                                 \
    X(UNICODE_ERROR, UnicodeError, VALUE_ERROR)

#endif
