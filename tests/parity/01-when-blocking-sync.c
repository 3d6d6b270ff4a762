/* Step 1 - When to use AsyncIO.
 * Question: what does plain blocking code cost when it only waits?
 * Prediction: waits add up, 1 + 2 = 3 units; nothing overlaps.
 */
#include <asyncio.h>
#include <stdio.h>
#include <stdlib.h>

static double U; /* one delay unit in seconds */

static long fetch(long units)
{
    printf("fetch %ld: start\n", units);
    asyncio_time_sleep(units * U);
    printf("fetch %ld: end\n", units);
    return units; /* the number alone: "data" is put before it where it is printed */
}

static void main_(void)
{
    double t0 = asyncio_time_monotonic();
    long first = fetch(1);
    printf("main: first is complete\n");
    long second = fetch(2);
    printf("main: second is complete\n");
    printf("results: data %ld | data %ld\n", first, second);
    printf("elapsed units: %d\n", (int)((asyncio_time_monotonic() - t0) / U + 0.05));
}

int main(void)
{
    U = getenv("GUIDE_UNIT") ? atof(getenv("GUIDE_UNIT")) : 0.1;
    main_();
    return 0;
}
