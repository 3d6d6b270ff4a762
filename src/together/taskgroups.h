/* asyncio.TaskGroup. */
#ifndef TASKGROUPS_H
#define TASKGROUPS_H

#include "base/object.h"

static bool task_group_enter(asyncio_task_group *group, const asyncio_site *site);
static void task_group_exit(asyncio_task_group *group);                  /* may suspend */
static asyncio_task *task_group_parent(const asyncio_task_group *group); /* the task in the block, or NULL; borrowed */
static size_t task_group_finalize(asyncio_task_group *group);

#endif
