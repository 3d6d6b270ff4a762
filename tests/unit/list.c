/* Intrusive lists. White-box. */
#include "../../src/base/list.h"
#include "unit.h"

typedef struct entry {
    int number;
    list link;
} entry;

static entry entries[5];

static void fill(list *head)
{
    for (int i = 0; i < 5; i++) {
        entries[i].number = i;
        list_append(head, &entries[i].link);
    }
}

static void log_list(const list *head)
{
    LIST_EACH (head, link)
        log_("%d", CONTAINER(link, entry, link)->number);
}

TEST(zeroed_memory_is_an_empty_list)
{
    list head = {0};
    CHECK(list_empty(&head));
    CHECK(list_first(&head) == NULL);
    log_list(&head);
    CHECK_LOG("");
}

TEST(what_is_appended_stands_in_order)
{
    list head = {0};
    fill(&head);
    CHECK(!list_empty(&head));
    CHECK_POINTER(list_first(&head), &entries[0].link);
    log_list(&head);
    CHECK_LOG("0 1 2 3 4");
}

TEST(links_can_be_removed_from_anywhere)
{
    list head = {0};
    fill(&head);
    list_remove(&entries[2].link);
    list_remove(&entries[0].link);
    list_remove(&entries[4].link);
    log_list(&head);
    CHECK_LOG("1 3");
    CHECK(!list_linked(&entries[2].link));
    CHECK(list_linked(&entries[1].link));
}

TEST(a_list_that_was_emptied_is_empty_and_can_be_filled_again)
{
    list head = {0};
    fill(&head);
    for (int i = 0; i < 5; i++)
        list_remove(&entries[i].link);
    CHECK(list_empty(&head));
    CHECK(list_first(&head) == NULL);
    fill(&head);
    log_list(&head);
    CHECK_LOG("0 1 2 3 4");
}

TEST(removing_a_link_twice_or_from_no_list_does_nothing)
{
    list head = {0};
    fill(&head);
    list_remove(&entries[1].link);
    list_remove(&entries[1].link);
    log_list(&head);
    CHECK_LOG("0 2 3 4");
}

TEST(list_after_ends_with_null)
{
    list head = {0};
    fill(&head);
    CHECK_POINTER(list_after(&head, &entries[3].link), &entries[4].link);
    CHECK(list_after(&head, &entries[4].link) == NULL);
}

TEST(list_before_goes_back_to_null)
{
    list head = {0};
    CHECK(list_last(&head) == NULL);
    fill(&head);
    CHECK_POINTER(list_last(&head), &entries[4].link);
    CHECK_POINTER(list_before(&head, &entries[4].link), &entries[3].link);
    CHECK(list_before(&head, &entries[0].link) == NULL);
}

TEST(list_pop_gives_back_in_the_order_of_appending)
{
    list head = {0};
    CHECK(list_pop(&head) == NULL);
    fill(&head);
    for (int i = 0; i < 5; i++)
        CHECK_POINTER(list_pop(&head), &entries[i].link);
    CHECK(list_pop(&head) == NULL);
    CHECK(!list_linked(&entries[0].link));
}
