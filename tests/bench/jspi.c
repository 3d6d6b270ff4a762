/* The peer that suspends through JSPI: the engine switches stacks, whenever an import gives a promise. */
__attribute__((import_module("env"), import_name("soon"))) void soon(void);

__attribute__((export_name("await_many"))) void await_many(int count)
{
    for (int i = 0; i < count; i++)
        soon();
}
