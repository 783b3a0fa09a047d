/* Growing strings with a maximum. */
#include <criterion/criterion.h>

#include "core/buf.h"

Test(buf, grows_and_stays_nul_terminated)
{
	struct buf	 b;

	buf_init(&b, 1 << 20);
	cr_expect_str_eq(buf_str(&b), "");
	for (int i = 0; i < 1000; i++)
		buf_addf(&b, "%03d", i);
	cr_expect_eq(b.len, 3000);
	cr_expect_eq(strlen(b.data), 3000);
	cr_expect_eq(memcmp(b.data + 2997, "999", 4), 0);
	buf_release(&b);
}

Test(buf, fills_to_its_maximum_and_not_beyond)
{
	struct buf	 b;

	buf_init(&b, 4);
	buf_adds(&b, "abcd");
	cr_expect(!b.failed);
	buf_addc(&b, 'e');
	cr_expect(b.failed);
	cr_expect_str_eq(buf_str(&b), "abcd");
	buf_release(&b);
}

Test(buf, stays_failed_until_cleared)
{
	struct buf	 b;

	buf_init(&b, 4);
	buf_adds(&b, "too long");
	buf_adds(&b, "a");
	cr_expect(b.failed);
	cr_expect_eq(b.len, 0);
	buf_clear(&b, 1024);
	buf_adds(&b, "a");
	cr_expect(!b.failed);
	cr_expect_str_eq(buf_str(&b), "a");
	buf_release(&b);
}

Test(buf, lengths_near_size_max_do_not_wrap)
{
	struct buf	 b;

	buf_init(&b, 16);
	buf_adds(&b, "x");
	cr_expect(buf_reserve(&b, SIZE_MAX) == NULL);
	cr_expect(b.failed);
	buf_release(&b);
}

Test(buf, keeps_nul_bytes)
{
	struct buf	 b;

	buf_init(&b, 16);
	buf_add(&b, "a\0b", 3);
	buf_add(&b, NULL, 0);
	cr_expect_eq(b.len, 3);
	cr_expect_eq(memcmp(b.data, "a\0b", 4), 0);
	buf_release(&b);
}

Test(buf, clear_frees_memory_beyond_what_is_kept)
{
	struct buf	 b;

	buf_init(&b, 1 << 20);
	cr_assert(buf_reserve(&b, 100000) != NULL);
	buf_clear(&b, 1024);
	cr_expect_eq(b.cap, 0);
	buf_adds(&b, "x");
	buf_clear(&b, 1024);
	cr_expect_gt(b.cap, 0);
	cr_expect_str_eq(buf_str(&b), "");
	buf_release(&b);
}
