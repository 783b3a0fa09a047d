/* Arenas: alignment, marks, reset, and running out of memory. */
#include <criterion/criterion.h>

#include "core/arena.h"

TestSuite(arena);

Test(arena, allocates_aligned_memory_of_any_size)
{
	static const size_t	 sizes[] = { 0, 1, 7, 16, 17, 1000, 16383,
				    16384, 16385, 1 << 20 };
	struct arena		 a = { 0 };

	for (size_t i = 0; i < ARRAY_LEN(sizes); i++) {
		char	*p = arena_alloc(&a, sizes[i]);

		cr_assert(p != NULL);
		cr_expect_eq((uintptr_t)p % _Alignof(max_align_t), 0, "%zu",
		    sizes[i]);
		memset(p, 'x', sizes[i]);
	}
	arena_release(&a);
	cr_expect(a.first == NULL && a.current == NULL);
}

Test(arena, zalloc_zeroes_reused_memory)
{
	struct arena	 a = { 0 };
	char		*p;

	memset(arena_alloc(&a, 4096), 0xff, 4096);
	arena_reset(&a);
	p = arena_zalloc(&a, 4096);
	for (size_t i = 0; i < 4096; i++)
		cr_assert_eq(p[i], 0);
	arena_release(&a);
}

Test(arena, reset_keeps_the_first_block)
{
	struct arena	 a = { 0 };
	char		*first = arena_alloc(&a, 10);

	for (int i = 0; i < 100; i++)
		arena_alloc(&a, 10000);
	arena_reset(&a);
	cr_expect_eq(arena_alloc(&a, 10), first);
	arena_release(&a);
}

Test(arena, rewind_frees_what_was_allocated_after_the_mark)
{
	struct arena		 a = { 0 };
	char			*kept = arena_strdup(&a, "kept"), *next;
	struct arena_mark	 mark = arena_mark(&a);

	next = arena_alloc(&a, 32);
	arena_alloc(&a, 100000);
	arena_rewind(&a, mark);
	cr_expect_eq(arena_alloc(&a, 32), next);
	cr_expect_str_eq(kept, "kept");
	arena_release(&a);
}

Test(arena, rewinds_to_a_mark_of_the_empty_arena)
{
	struct arena		 a = { 0 };
	struct arena_mark	 mark = arena_mark(&a);
	char			*first = arena_alloc(&a, 8);

	arena_rewind(&a, mark);
	cr_expect_eq(arena_alloc(&a, 8), first);
	arena_release(&a);
}

Test(arena, copies_and_prints_text)
{
	struct arena	 a = { 0 };

	cr_expect_str_eq(arena_strdup(&a, ""), "");
	cr_expect_str_eq(arena_strndup(&a, "voters", 4), "vote");
	cr_expect_str_eq(arena_printf(&a, "%s-%d", "x", 7), "x-7");
	cr_expect_eq(strlen(arena_printf(&a, "%*s", 50000, "")), 50000);
	arena_release(&a);
}

static void
last_words(void)
{
	_Exit(77);
}

Test(arena, calls_the_hook_when_memory_runs_out, .exit_code = 77)
{
	struct arena	 a = { 0 };

	arena_on_failure(last_words);
	arena_alloc(&a, SIZE_MAX);
	cr_assert(false, "the hook was not called");
}
