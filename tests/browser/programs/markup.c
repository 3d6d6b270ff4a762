/* Text and names that would be markup if anybody took them for it. */
#include <asyncio.h>
#include <stdio.h>

static void *print(void *arg)
{
    (void)arg;
    printf("<img src=\"nowhere.png\" onerror=\"alert(1)\">\n");
    printf("<script>alert(2)</script>\n");
    printf("<b>bold</b> & &amp;\n");
    return NULL;
}

static void *main_(void *arg)
{
    (void)arg;
    asyncio_await(asyncio_create_task(print, NULL, .name = "<i>name</i>"));
    return NULL;
}

int main(void)
{
    return asyncio_run(main_, NULL);
}
