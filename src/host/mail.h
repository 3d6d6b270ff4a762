/* What other threads have for this one, as libuv's host sees it. A door: behind it stands threads_native.c. */
#ifndef MAIL_H
#define MAIL_H

#include <stdbool.h>
#include <stddef.h>

static void read_mail(void);       /* does what it says */
static bool mail_has_come(void);   /* so that the loop should yield */
static bool mail_waits(void);      /* whether there is any */
static bool others_may_call(void); /* whether there may be any one day */

/* Text that the program prints, if it is a function on a thread that does; otherwise false. */
static bool printed_in_a_thread(int fd, const char *text, size_t length);

#endif
