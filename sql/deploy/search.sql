-- Deploy cerberus:search to pg
-- requires: search@v0.1.0 search_score
--
-- Search for voters by folded names.  What a query means is in names.  Two plans
-- find the same voters: from the names by an index, or by reading each voter of
-- a small campaign.
BEGIN;
SET LOCAL ROLE cerberus_owner;

DROP FUNCTION cerberus.search_total(text, bigint[]);
DROP FUNCTION cerberus.search_voters(text, bigint[], bigint, integer, text,
	text, bigint);
DROP FUNCTION cerberus.search_count(cerberus.search, bigint);
DROP FUNCTION cerberus.search_rows(cerberus.search, bigint, integer, text,
	text, bigint);
DROP FUNCTION cerberus.search_plan(text, bigint[]);
DROP TYPE cerberus.search;

-- Bytes are compared, which costs less than a collation.  The indexes of names
-- include the names as they are, to allow index-only scans.
DROP INDEX cerberus.voters_name_idx, cerberus.voters_first_name_idx;
CREATE INDEX voters_name_idx ON cerberus.voters (
	cerberus.name_fold(last_name) text_pattern_ops,
	cerberus.name_fold(first_name) text_pattern_ops, voter_id)
	INCLUDE (last_name, first_name, middle_name);
CREATE INDEX voters_first_name_idx ON cerberus.voters (
	cerberus.name_fold(first_name) text_pattern_ops, voter_id)
	INCLUDE (first_name);
CREATE INDEX voters_middle_name_idx ON cerberus.voters (
	cerberus.name_fold(middle_name) text_pattern_ops,
	cerberus.name_fold(last_name) text_pattern_ops,
	cerberus.name_fold(first_name) text_pattern_ops)
	WHERE length(middle_name) > 1;
-- For look-ups by the last digits of a phone number.
CREATE INDEX voters_phone_end_idx ON cerberus.voters (
	reverse(phone_number) text_pattern_ops)
	WHERE phone_number LIKE '+%';

-- Few campaigns have most of the voters, so that the planner expects a campaign
-- to have many and reads the whole table for a small one.
ALTER FUNCTION cerberus.campaign_voter_ids(bigint[]) SET enable_seqscan = off;

-- The matches of a single word, from the names: the best first.  The parameters
-- p_after_... are the last row of the page before, or null.  Voters found by
-- their first or middle name have an empty last_name, and are in the order of
-- their ids.
CREATE FUNCTION cerberus.search_rows(s cerberus.search_query, p_limit bigint,
	p_after_score integer, p_after_last text, p_after_first text,
	p_after_id bigint)
RETURNS TABLE (score integer, last_name text, first_name text, voter_id bigint)
LANGUAGE plpgsql STABLE SECURITY DEFINER ROWS 50
SET search_path = pg_catalog, cerberus, pg_temp
SET plan_cache_mode = force_generic_plan
SET max_parallel_workers_per_gather = 0 AS $$
#variable_conflict use_column
DECLARE
	-- The scores at which a tier of matches begins.  Within a tier, matches
	-- are returned in the order of their scores.
	tiers integer[] := '{0,2,4,10,12,14,20,220,420,1000,1200,1400}';
	remaining bigint := p_limit;
	tier integer := -1;
	-- The names that put a voter into an earlier tier, by kind.
	lasts text[];
	firsts text[];
	middles text[];
	resumed boolean;
	k record;
	n bigint;
BEGIN
	FOR k IN SELECT x.*, width_bucket(x.score, tiers) AS tier
	    FROM search_columns(s) x
	    WHERE p_after_id IS NULL
	    OR (x.score, x.l COLLATE "C",
		coalesce(x.f, p_after_first) COLLATE "C")
		>= (p_after_score, p_after_last, p_after_first)
	    ORDER BY x.score, x.l COLLATE "C", x.f COLLATE "C"
	LOOP
		IF k.tier <> tier THEN
			tier := k.tier;
			SELECT e.lasts, e.firsts, e.middles
			INTO lasts, firsts, middles
			FROM search_better(s, tiers[tier]) e;
		END IF;
		resumed := p_after_id IS NOT NULL AND k.score = p_after_score
		    AND k.l = p_after_last
		    AND coalesce(k.f, p_after_first) = p_after_first;
		IF k.kind = 0 THEN
			RETURN QUERY SELECT k.score, k.l,
			    name_fold(v.first_name), v.voter_id
			    FROM voters v WHERE name_fold(v.last_name) = k.l
			    AND (NOT resumed
				OR name_fold(v.first_name) ~>~ p_after_first
				OR name_fold(v.first_name) = p_after_first
				AND v.voter_id > p_after_id)
			    AND (firsts = '{}' OR name_fold(v.first_name)
				NOT IN (SELECT unnest(firsts)))
			    AND (middles = '{}' OR length(v.middle_name) < 2
				OR (name_fold(v.middle_name) NOT IN (
				    SELECT unnest(middles))) IS NOT FALSE)
			    AND (s.campaigns IS NULL OR EXISTS (
				SELECT FROM campaign_voters cv
				WHERE cv.voter_id = v.voter_id
				AND cv.campaign_id = ANY (s.campaigns)))
			    ORDER BY name_fold(v.last_name) USING ~<~,
				name_fold(v.first_name) USING ~<~, v.voter_id
			    LIMIT remaining;
		ELSIF k.kind = 1 THEN
			RETURN QUERY SELECT k.score, '', k.f, v.voter_id
			    FROM voters v WHERE name_fold(v.first_name) = k.f
			    AND (NOT resumed OR v.voter_id > p_after_id)
			    AND (lasts = '{}' OR name_fold(v.last_name)
				NOT IN (SELECT unnest(lasts)))
			    AND (middles = '{}' OR length(v.middle_name) < 2
				OR (name_fold(v.middle_name) NOT IN (
				    SELECT unnest(middles))) IS NOT FALSE)
			    AND (s.campaigns IS NULL OR EXISTS (
				SELECT FROM campaign_voters cv
				WHERE cv.voter_id = v.voter_id
				AND cv.campaign_id = ANY (s.campaigns)))
			    ORDER BY name_fold(v.first_name) USING ~<~,
				v.voter_id
			    LIMIT remaining;
		ELSE
			RETURN QUERY SELECT k.score, '', k.f, v.voter_id
			    FROM voters v WHERE length(v.middle_name) > 1
			    AND name_fold(v.middle_name) = k.f
			    AND (NOT resumed OR v.voter_id > p_after_id)
			    AND (lasts = '{}' OR name_fold(v.last_name)
				NOT IN (SELECT unnest(lasts)))
			    AND (firsts = '{}' OR name_fold(v.first_name)
				NOT IN (SELECT unnest(firsts)))
			    AND (s.campaigns IS NULL OR EXISTS (
				SELECT FROM campaign_voters cv
				WHERE cv.voter_id = v.voter_id
				AND cv.campaign_id = ANY (s.campaigns)))
			    ORDER BY v.voter_id LIMIT remaining;
		END IF;
		GET DIAGNOSTICS n = ROW_COUNT;
		remaining := remaining - n;
		EXIT WHEN remaining <= 0;
	END LOOP;
END
$$;

-- The number of matches, and whether it is exact.
CREATE FUNCTION cerberus.search_count(s cerberus.search_query)
RETURNS TABLE (total bigint, exact boolean)
LANGUAGE plpgsql STABLE SECURITY DEFINER ROWS 1
SET search_path = pg_catalog, cerberus, pg_temp
SET plan_cache_mode = force_generic_plan
SET max_parallel_workers_per_gather = 0 AS $$
DECLARE
	lasts text[];
	givens text[];
BEGIN
	exact := true;
	IF s.word_count > 1 OR s.voter_ids IS NOT NULL THEN
		total := (SELECT count(*) FROM search_scored(s));
	ELSIF s.campaigns IS NOT NULL THEN
		total := (SELECT count(*) FROM search_rows(s, 10001,
		    NULL, NULL, NULL, NULL));
		exact := total <= 10000;
		IF NOT exact THEN
			total := greatest(total, (SELECT (s.last_count
			    + s.first_count + s.middle_count) * sum(t.n)
			    FILTER (WHERE t.scope <> 0) / greatest(sum(t.n)
			    FILTER (WHERE t.scope = 0), 1)
			    FROM tallies t
			    WHERE t.scope = 0 OR t.scope = ANY (s.campaigns)));
		END IF;
	ELSIF greatest(s.last_count, s.first_count, s.middle_count)
	    > 10000 THEN
		total := s.last_count + s.first_count + s.middle_count;
		exact := s.last_count = total;
	ELSE
		-- Voters with two or three of the names count once.
		lasts := ARRAY(SELECT n.name FROM unnest(s.lasts, s.names)
		    n (is_last, name) WHERE n.is_last);
		givens := ARRAY(SELECT n.name FROM unnest(s.lasts, s.names)
		    n (is_last, name) WHERE NOT n.is_last);
		total := s.last_count + s.first_count + s.middle_count;
		IF s.last_count > 0 AND s.first_count > 0 THEN
			total := total - (SELECT count(*) FROM voters v
			    WHERE name_fold(v.last_name) = ANY (lasts)
			    AND name_fold(v.first_name) = ANY (givens));
		END IF;
		IF s.middle_count > 0 THEN
			total := total - (SELECT count(*) FROM voters v
			    WHERE length(v.middle_name) > 1
			    AND name_fold(v.middle_name) = ANY (givens)
			    AND (name_fold(v.first_name) = ANY (givens)
				OR name_fold(v.last_name) = ANY (lasts)));
		END IF;
	END IF;
	RETURN NEXT;
END
$$;

-- One page of the matches, the best first, with the total in each row.  The
-- order of last_name and first_name is that of their bytes.  Without any match,
-- names that look similar count, too.
CREATE FUNCTION cerberus.search_voters(p_query text, p_campaigns bigint[],
	p_limit bigint, p_after_score integer DEFAULT NULL,
	p_after_last text DEFAULT NULL, p_after_first text DEFAULT NULL,
	p_after_id bigint DEFAULT NULL)
RETURNS TABLE (score integer, last_name text, first_name text,
	voter_id bigint, total bigint, exact boolean)
LANGUAGE plpgsql STABLE SECURITY DEFINER ROWS 50
SET search_path = pg_catalog, cerberus, pg_temp
SET plan_cache_mode = force_generic_plan
SET max_parallel_workers_per_gather = 0 AS $$
#variable_conflict use_column
DECLARE
	s search_query := search_plan(p_query, p_campaigns,
	    coalesce(p_after_score >= 1000, false));
BEGIN
	LOOP
		IF s.word_count > 1 OR s.voter_ids IS NOT NULL THEN
			RETURN QUERY WITH r AS MATERIALIZED (
				SELECT * FROM search_scored(s)
			)
			SELECT r.*, (SELECT count(*) FROM r), true FROM r
			WHERE p_after_id IS NULL OR (r.score,
			    r.last_name COLLATE "C", r.first_name COLLATE "C",
			    r.voter_id) > (p_after_score, p_after_last,
			    p_after_first, p_after_id)
			ORDER BY r.score, r.last_name COLLATE "C",
			    r.first_name COLLATE "C", r.voter_id
			LIMIT p_limit;
		ELSE
			RETURN QUERY SELECT r.*, c.total, c.exact
			FROM search_count(s) c, search_rows(s, p_limit,
			    p_after_score, p_after_last, p_after_first,
			    p_after_id) r;
		END IF;
		EXIT WHEN FOUND OR s.is_similar OR p_after_id IS NOT NULL;
		s := search_plan(p_query, p_campaigns, true);
	END LOOP;
END
$$;

-- The total for a page without rows.
CREATE FUNCTION cerberus.search_total(p_query text, p_campaigns bigint[])
RETURNS TABLE (total bigint, exact boolean)
LANGUAGE plpgsql STABLE SECURITY DEFINER ROWS 1
SET search_path = pg_catalog, cerberus, pg_temp
SET plan_cache_mode = force_generic_plan
SET max_parallel_workers_per_gather = 0 AS $$
BEGIN
	RETURN QUERY SELECT c.* FROM search_count(
	    search_plan(p_query, p_campaigns, false)) c WHERE c.total > 0;
	IF NOT FOUND THEN
		RETURN QUERY SELECT c.* FROM search_count(
		    search_plan(p_query, p_campaigns, true)) c;
	END IF;
END
$$;

GRANT EXECUTE ON FUNCTION cerberus.search_voters(text, bigint[], bigint,
	    integer, text, text, bigint),
	cerberus.search_total(text, bigint[]) TO cerberus_app;

COMMIT;
