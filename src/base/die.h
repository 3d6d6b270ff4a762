/* Last words. A door: behind it stand host_uv.c and host_js.c. */
#ifndef DIE_H
#define DIE_H

/* Ends the process, from within a signal handler perhaps, with this status and message; what it has printed and traced
 * so far is written out first. */
static void die(int status, const char *format, ...) __attribute__((noreturn, format(printf, 2, 3)));

#endif
