/* asyncio_explore. */
#ifndef EXPLORE_H
#define EXPLORE_H

/* Tells it of an error that came to the default exception handler: the run has failed. */
static void explore_error(void);

#endif
