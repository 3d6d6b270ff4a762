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
static inline list *list_last(const list *head)
{
    return list_empty(head) ? NULL : head->previous;
}
static inline list *list_before(const list *head, const list *link)
{
    return link->previous == head ? NULL : link->previous;
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

static inline list *list_pop(list *head)
{
    list *first = list_first(head);
    if (first)
        list_remove(first);
    return first;
}

/* Moves all of one list to the end of another. */
static inline void list_move_all(list *from, list *to)
{
    list *link;
    while ((link = list_pop(from)))
        list_append(to, link);
}

#define LIST_EACH(head, link) for (list *link = list_first(head); link; link = list_after((head), link))

#endif
