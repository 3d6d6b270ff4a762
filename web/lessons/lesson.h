/* What the programs of the lessons share: numbers that the reader may change without compiling anew.
 *
 * PARAM("delay", 2) is 2, unless the environment says otherwise: the playground shows it as that number, with a control
 * beside the code, and gives the program delay=3 in its environment. lesson.py is the same for Python. */
#ifndef LESSON_H
#define LESSON_H

#include <stdlib.h>

#define PARAM(name, value) (getenv(name) ? atof(getenv(name)) : (double)(value))

#endif
