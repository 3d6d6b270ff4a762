/* Intrusive lists: an object carries its own links, so putting it into a list cannot fail for lack of memory. */
#ifndef LIST_H
#define LIST_H

#include <stdbool.h>
#include <stddef.h>

/* The struct that a member belongs to. */
#define CONTAINER(pointer, type, member) ((type *)((char *)(pointer) - offsetof(type, member)))

/* A doubly linked ring with a head: O(1) removal from anywhere. A head or link of zeros is an empty list or a link in
 * no list, so that zeroed memory needs no initialisation. */
typedef struct list {
    struct list *next, *previous;
} list;

static inline bool list_empty(const list *head)
{
    return !head->next || head->next == head;
}
static inline bool list_linked(const list *link)
{
    return link->next != NULL;
}
static inline list *list_first(const list *head)
{
    return list_empty(head) ? NULL : head->next;
}
static inline list *list_after(const list *head, const list *link)
{
    return link->next == head ? NULL : link->next;
}

static inline void list_append(list *head, list *link)
{
    if (!head->next)
        head->next = head->previous = head;
    link->next = head;
    link->previous = head->previous;
    head->previous->next = link;
    head->previous = link;
}

static inline void list_remove(list *link)
{
    if (!list_linked(link))
        return;
    link->previous->next = link->next;
    link->next->previous = link->previous;
    link->next = link->previous = NULL;
}

/* Moves all of one list to the end of another. */
static inline void list_move_all(list *from, list *to)
{
    list *link;
    while ((link = list_first(from))) {
        list_remove(link);
        list_append(to, link);
    }
}

#define LIST_EACH(head, link) for (list *link = list_first(head); link; link = list_after((head), link))

/* A singly linked first-in-first-out queue. */
typedef struct fifo_link {
    struct fifo_link *next;
} fifo_link;

typedef struct fifo {
    fifo_link *first, *last;
} fifo;

static inline void fifo_push(fifo *queue, fifo_link *link)
{
    link->next = NULL;
    if (queue->last)
        queue->last->next = link;
    else
        queue->first = link;
    queue->last = link;
}

static inline fifo_link *fifo_pop(fifo *queue)
{
    fifo_link *link = queue->first;
    if (link && !(queue->first = link->next))
        queue->last = NULL;
    return link;
}

/* Takes a link out, wherever it is. */
static inline void fifo_remove(fifo *queue, const fifo_link *link)
{
    fifo kept = {NULL, NULL};
    fifo_link *each;
    while ((each = fifo_pop(queue)))
        if (each != link)
            fifo_push(&kept, each);
    *queue = kept;
}

#endif
