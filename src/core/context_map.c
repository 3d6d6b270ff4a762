/* A persistent hash trie, as CPython's is (PEP 567).
 *
 * A variable's address is scrambled to a hash, which is read as digits of five bits, the first ones first. A map is the
 * root: it has a child for each digit with which a hash in it begins; a child is a binding, if there is only one such,
 * or another map in which the next digit decides. So a thousand variables stand two or three levels deep, and to set
 * one is to copy as many maps, of 32 children at most.
 *
 * Scrambling maps no two addresses to the same hash (to multiply by an odd number can be undone), so two variables
 * always part at some digit. */
#include "core/context_map.h"

#include "base/exceptions.h"
#include "base/memory.h"
#include "core/contextvars.h"
#include "core/coroutines.h"

enum { DIGIT_BITS = 5, HASH_BITS = sizeof(uintptr_t) * 8 };

struct map {
    uint32_t refs;
    uint32_t taken;    /* a bit for each digit that there is a child for: these stand in the order of their digits */
    uint32_t bindings; /* ... whose child is a binding and no map */
    void *children[];  /* each with a reference */
};

/* ---- bindings ---- */

static binding *binding_ref(binding *b)
{
    if (b)
        b->refs++;
    return b;
}

static void binding_unref(binding *b)
{
    if (!b || --b->refs)
        return;
    if (!b->borrowed)
        variable_unref(b->variable);
    argument_free(b->copy);
    memory_give(b, sizeof *b);
}

static binding *binding_new(asyncio_contextvar *variable, void *value, size_t size, bool borrowed)
{
    struct argument *copy = size ? argument_copy(value, size) : NULL;
    binding *b = !size || copy ? memory_take(sizeof *b) : NULL;
    if (!b) {
        argument_free(copy);
        exception_raise_no_memory();
        return NULL;
    }
    *b = (binding){1, borrowed ? variable : variable_ref(variable), copy ? argument_pointer(copy) : value, copy,
                   borrowed};
    return b;
}

/* ---- maps ---- */

static uintptr_t hash_of(const asyncio_contextvar *variable)
{
    return (uintptr_t)variable *
           (uintptr_t)0x9E3779B97F4A7C15; /* 2^64 through the golden ratio: neighbours part early */
}

/* The bit of the digit at the beginning of a hash. */
static uint32_t first_digit(uintptr_t hash)
{
    return 1u << (hash >> (HASH_BITS - DIGIT_BITS));
}

static unsigned children_before(const map *m, uint32_t digit)
{
    return (unsigned)__builtin_popcount(m->taken & (digit - 1));
}

static size_t map_size(const map *m)
{
    return sizeof *m + (size_t)__builtin_popcount(m->taken) * sizeof(void *);
}

static map *map_ref(map *m)
{
    if (m)
        m->refs++;
    return m;
}

static void child_unref(void *child, bool is_binding)
{
    if (is_binding)
        binding_unref(child);
    else
        map_unref(child);
}

static void map_unref(map *m)
{
    if (!m || --m->refs)
        return;
    void **child = m->children;
    for (uint32_t left = m->taken; left; left &= left - 1, child++)
        child_unref(*child, m->bindings & left & -left);
    memory_give(m, map_size(m));
}

static binding *map_find(const map *m, const asyncio_contextvar *variable)
{
    for (uintptr_t hash = hash_of(variable); m; hash <<= DIGIT_BITS) {
        uint32_t digit = first_digit(hash);
        if (!(m->taken & digit))
            return NULL;
        void *child = m->children[children_before(m, digit)];
        if (m->bindings & digit)
            return ((binding *)child)->variable == variable ? child : NULL;
        m = child;
    }
    return NULL;
}

static void map_visit(const map *m, binding_visitor *function, void *arg)
{
    void *const *child = m ? m->children : NULL;
    for (uint32_t left = m ? m->taken : 0; left; left &= left - 1, child++)
        if (m->bindings & left & -left)
            function(*child, arg);
        else
            map_visit(*child, function, arg);
}

/* The same map (NULL: an empty one), but with this child, whose reference it takes over; or with none for NULL. */
static bool map_with_child(const map *m, uint32_t digit, void *child, bool is_binding, map **changed)
{
    static const map empty = {0};
    m = m ? m : &empty;
    map like = {1, child ? m->taken | digit : m->taken & ~digit,
                child && is_binding ? m->bindings | digit : m->bindings & ~digit};
    *changed = like.taken ? memory_take(map_size(&like)) : NULL;
    if (!*changed) {
        child_unref(child, is_binding);
        if (like.taken)
            exception_raise_no_memory();
        return !like.taken;
    }
    **changed = like;
    void **to = (*changed)->children, *const *from = m->children;
    for (uint32_t left = m->taken | digit; left; left &= left - 1) {
        uint32_t here = left & -left;
        void *old = m->taken & here ? *from++ : NULL;
        if (here == digit && child)
            *to++ = child;
        else if (here != digit)
            *to++ = m->bindings & here ? (void *)binding_ref(old) : (void *)map_ref(old);
    }
    return true;
}

static bool map_put_at(map *m, const asyncio_contextvar *variable, binding *put, unsigned depth, map **changed);

/* A map in which both are, for the place that one of them has had for itself. */
static bool map_of_two(binding *old, binding *put, unsigned depth, map **both)
{
    map *one;
    if (!map_put_at(NULL, old->variable, old, depth, &one))
        return false;
    bool done = map_put_at(one, put->variable, put, depth, both);
    map_unref(one);
    return done;
}

/* `depth`: how many digits have been used up on the way to this map. */
static bool map_put_at(map *m, const asyncio_contextvar *variable, binding *put, unsigned depth, map **changed)
{
    uint32_t digit = first_digit(hash_of(variable) << depth * DIGIT_BITS);
    void *child = m && m->taken & digit ? m->children[children_before(m, digit)] : NULL;
    bool was_binding = child && m->bindings & digit;
    map *below = NULL;
    if (child && !was_binding) {
        if (!map_put_at(child, variable, put, depth + 1, &below))
            return false;
    } else if (child && ((binding *)child)->variable != variable) {
        if (!put) /* to take out what is not there */
            return (*changed = map_ref(m)), true;
        if (!map_of_two(child, put, depth + 1, &below))
            return false;
    }
    bool stays_binding = !child || was_binding;
    return below ? map_with_child(m, digit, below, false, changed)
                 : map_with_child(m, digit, stays_binding ? binding_ref(put) : NULL, true, changed);
}

static bool map_put(map *m, const asyncio_contextvar *variable, binding *put, map **changed)
{
    return map_put_at(m, variable, put, 0, changed);
}
