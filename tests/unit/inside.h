/* For white-box tests: the library itself, as the one unit that it is, so that its static functions can be called. */
#ifndef INSIDE_H
#define INSIDE_H

#pragma GCC diagnostic ignored "-Wunused-function"
#pragma GCC diagnostic ignored "-Wunused-variable"

#ifdef __wasm__
#include "../../src/wasm.c"
#else
#include "../../src/native.c"
#endif

#endif
