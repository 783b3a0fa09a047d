/*
 * Cutting streets into turfs of about one size, by dynamic programming over the
 * streets.  turf.c reads the doors and stores the turfs.
 */
#include "turf_cut.h"

size_t
turf_most(size_t size)
{
	return size + size / 4;
}

/* The cheapest way to cut the streets up to a certain one. */
struct best {
	uint64_t	 cost;		/* UINT64_MAX: none is known yet */
	size_t		 from;		/* the last turf's first street */
};

static uint64_t
deviation(size_t doors, size_t size)
{
	uint64_t	 d = doors > size ? doors - size : size - doors;

	return d * d;
}

/* Append the turfs of a long street that begins behind door start. */
static void
split(size_t start, size_t doors, size_t size, size_t *ends, size_t *turfs)
{
	size_t	 parts = (doors + size / 2) / size;

	if (parts * turf_most(size) < doors)
		parts++;
	for (size_t i = 1; i <= parts; i++)
		ends[(*turfs)++] = start + doors * i / parts;
}

/* Set best[i] for each i: how to cut the first i of n short streets. */
static void
find_best(const struct street *s, size_t n, size_t size, struct best *best)
{
	best[0].cost = 0;
	for (size_t i = 1; i <= n; i++) {
		size_t	 doors = 0;

		best[i].cost = UINT64_MAX;
		for (size_t from = i; from-- > 0; ) {
			uint64_t	 cost;

			doors += s[from].doors;
			if (doors > turf_most(size))
				break;
			cost = best[from].cost + deviation(doors, size);
			if (cost < best[i].cost)
				best[i] = (struct best){ cost, from };
			if (s[from].fresh)
				break;
		}
	}
}

void
turf_cut(struct arena *a, const struct street *s, size_t n, size_t size,
    size_t *ends, size_t *turfs)
{
	struct best	*best = arena_alloc(a, (n + 1) * sizeof(*best));
	size_t		*cut = arena_alloc(a, (n + 1) * sizeof(*cut));
	size_t		 start = 0;

	*turfs = 0;
	for (size_t i = 0; i < n; ) {
		size_t	 run = 0, cuts = 0;

		if (s[i].doors > turf_most(size)) {
			split(start, s[i].doors, size, ends, turfs);
			start += s[i++].doors;
			continue;
		}
		while (i + run < n && s[i + run].doors <= turf_most(size))
			run++;
		find_best(s + i, run, size, best);
		for (size_t at = run; at > 0; at = best[at].from)
			cut[cuts++] = at;
		for (size_t at = 0; cuts > 0; ) {
			while (at < cut[cuts - 1])
				start += s[i + at++].doors;
			ends[(*turfs)++] = start;
			cuts--;
		}
		i += run;
	}
}
