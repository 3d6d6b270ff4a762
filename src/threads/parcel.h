/* What crosses from one thread to another: a value, the bytes of a result, or an exception. Threads share nothing here
 * (in WebAssembly they cannot): results are copied as bytes, and an exception is packed into bytes and made anew from
 * them. Types of exceptions and places in the source are constants, which have the same address in every instance of a
 * module. */
#ifndef PARCEL_H
#define PARCEL_H

#include "base/object.h"

typedef struct parcel {
    void *value; /* what a function returned, if that is no block of bytes, */
    char *bytes; /* or a copy of the block (malloc), one zero byte longer, */
    size_t size;
    char *exception; /* or the exception that it left pending, packed (malloc) */
    size_t exception_size;
    bool no_memory; /* there was none to pack it */
} parcel;

/* Packs what a function has returned; an exception that is pending is taken. */
static void parcel_pack(parcel *parcel, void *value);

/* Packs an exception, which stays the caller's. */
static void parcel_pack_exception(parcel *parcel, asyncio_exception *exception);

/* The exception in a parcel, made anew, with a reference of the caller's; NULL if there is none. */
static asyncio_exception *parcel_exception(const parcel *parcel);

/* What was returned: the value, or the bytes, which stay the parcel's. */
static void *parcel_value(const parcel *parcel);

static void parcel_free(parcel *parcel);

#endif
