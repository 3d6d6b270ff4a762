/* A loadable function for GNU make: $(exit-with command) runs a command and ends make with its exit status. A recipe
 * cannot do that (make makes 2 of every failure, and says so), but `make run` is to stand for the program itself. */
#include <gnumake.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>

int plugin_is_GPL_compatible;

static char *exit_with(const char *name, unsigned int count, char **arguments)
{
    (void)name;
    (void)count;
    fflush(NULL);
    int status = system(arguments[0]);
    exit(WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status));
}

int make_exit_setup(void);
int make_exit_setup(void)
{
    gmk_add_function("exit-with", exit_with, 1, 1, GMK_FUNC_DEFAULT);
    return 1;
}
