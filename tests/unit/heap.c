/* The heap of timers: order, equal keys, removal from anywhere. White-box. */
#include "inside.h"
#include "unit.h"

enum { MANY = 500 };

static heap_item items[MANY];

/* Small numbers that look random, the same in every run. */
static unsigned next_random(unsigned *state)
{
    *state = *state * 1103515245u + 12345u;
    return (*state >> 16) & 0x7fff;
}

static int index_of(const heap_item *item)
{
    return item ? (int)(item - items) : -1;
}

/* Takes the first out and tells which it was. */
static int pop(heap *h, double *key)
{
    heap_item *first = heap_first(h, key);
    if (first)
        heap_remove(h, first);
    return index_of(first);
}

static void check_is_heap(const heap *h)
{
    for (uint32_t i = 0; i < h->count; i++) {
        CHECK_INT(h->entries[i].item->place, i + 1);
        if (i > 0)
            CHECK(!heap_before(&h->entries[i], &h->entries[(i - 1) / ARITY]));
    }
}

TEST(an_empty_heap_has_no_first)
{
    heap h = {0};
    double key = 7;
    CHECK(heap_first(&h, &key) == NULL);
    CHECK_NUMBER(key, 7);
}

TEST(a_single_item_goes_in_and_out)
{
    heap h = {0};
    double key = 0;
    CHECK_INT(heap_push(&h, &items[0], 2.5), 0);
    CHECK_INT(items[0].place, 1);
    CHECK_INT(pop(&h, &key), 0);
    CHECK_NUMBER(key, 2.5);
    CHECK_INT(items[0].place, 0);
    CHECK(heap_first(&h, NULL) == NULL);
    heap_free(&h);
}

TEST(items_come_out_by_key)
{
    heap h = {0};
    unsigned state = 1;
    for (int i = 0; i < MANY; i++)
        heap_push(&h, &items[i], next_random(&state));
    check_is_heap(&h);
    double before = -1, key = 0;
    for (int i = 0; i < MANY; i++) {
        pop(&h, &key);
        CHECK(key >= before);
        before = key;
    }
    CHECK_INT(h.count, 0);
    heap_free(&h);
}

TEST(equal_keys_come_out_in_the_order_in_which_they_came)
{
    heap h = {0};
    for (int i = 0; i < MANY; i++)
        heap_push(&h, &items[i], i % 3);
    for (int key = 0; key < 3; key++)
        for (int i = key; i < MANY; i += 3)
            CHECK_INT(pop(&h, NULL), i);
    heap_free(&h);
}

TEST(equal_keys_keep_their_order_while_others_come_and_go)
{
    heap h = {0};
    for (int i = 0; i < 100; i++) {
        heap_push(&h, &items[i], 5);
        heap_push(&h, &items[100 + i], i % 10);
    }
    for (int i = 0; i < 100; i++)
        heap_remove(&h, &items[100 + i]);
    for (int i = 0; i < 100; i++)
        CHECK_INT(pop(&h, NULL), i);
    heap_free(&h);
}

TEST(the_order_of_equal_keys_survives_the_wrap_of_its_counter)
{
    heap h = {.order = UINT32_MAX - 2};
    for (int i = 0; i < 6; i++)
        heap_push(&h, &items[i], 1);
    for (int i = 0; i < 6; i++)
        CHECK_INT(pop(&h, NULL), i);
    heap_free(&h);
}

TEST(any_item_can_be_removed_and_the_rest_stays_in_order)
{
    for (int victim = 0; victim < 40; victim++) {
        heap h = {0};
        unsigned state = (unsigned)victim;
        for (int i = 0; i < 40; i++)
            heap_push(&h, &items[i], next_random(&state) % 20);
        heap_remove(&h, &items[victim]);
        CHECK_INT(items[victim].place, 0);
        CHECK_INT(h.count, 39);
        check_is_heap(&h);
        heap_free(&h);
    }
}

TEST(removing_an_item_that_is_in_no_heap_does_nothing)
{
    heap h = {0};
    heap_push(&h, &items[0], 1);
    heap_remove(&h, &items[1]);
    heap_remove(&h, &items[0]);
    heap_remove(&h, &items[0]);
    CHECK_INT(h.count, 0);
    heap_free(&h);
}

TEST(pushes_and_removals_at_random_leave_a_heap)
{
    heap h = {0};
    unsigned state = 42;
    for (int step = 0; step < 5000; step++) {
        heap_item *item = &items[next_random(&state) % 100];
        if (item->place)
            heap_remove(&h, item);
        else
            heap_push(&h, item, next_random(&state) % 50);
        if (step % 50 == 0)
            check_is_heap(&h);
    }
    check_is_heap(&h);
    heap_free(&h);
}

TEST(a_heap_grows_as_needed_and_can_be_used_again_after_free)
{
    heap h = {0};
    for (int i = 0; i < MANY; i++)
        CHECK_INT(heap_push(&h, &items[i], -i), 0);
    CHECK(h.capacity >= MANY);
    CHECK_INT(pop(&h, NULL), MANY - 1);
    heap_free(&h);
    CHECK_INT(h.count, 0);
    CHECK_INT(heap_push(&h, &items[0], 1), 0);
    CHECK_INT(pop(&h, NULL), 0);
    heap_free(&h);
}

TEST(infinite_and_negative_keys_are_keys_like_others)
{
    heap h = {0};
    heap_push(&h, &items[0], INFINITY);
    heap_push(&h, &items[1], 0);
    heap_push(&h, &items[2], -3);
    heap_push(&h, &items[3], INFINITY);
    CHECK_INT(pop(&h, NULL), 2);
    CHECK_INT(pop(&h, NULL), 1);
    CHECK_INT(pop(&h, NULL), 0);
    CHECK_INT(pop(&h, NULL), 3);
    heap_free(&h);
}
