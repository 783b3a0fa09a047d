-- Revert cerberus:search from pg
BEGIN;
SET LOCAL ROLE cerberus_owner;

DROP FUNCTION cerberus.search_total(text, bigint[]);
DROP FUNCTION cerberus.search_voters(text, bigint[], bigint, integer, text,
	text, bigint);
DROP FUNCTION cerberus.search_count(cerberus.search_query);
DROP FUNCTION cerberus.search_rows(cerberus.search_query, bigint, integer, text,
	text, bigint);

ALTER FUNCTION cerberus.campaign_voter_ids(bigint[]) RESET enable_seqscan;

DROP INDEX cerberus.voters_name_idx, cerberus.voters_first_name_idx,
	cerberus.voters_middle_name_idx, cerberus.voters_phone_end_idx;
CREATE INDEX voters_name_idx ON cerberus.voters
	(lower(last_name), lower(first_name), voter_id)
	INCLUDE (last_name, first_name);
CREATE INDEX voters_first_name_idx ON cerberus.voters
	(lower(first_name), voter_id);

-- What a search looks for, and where.
CREATE TYPE cerberus.search AS (
	scores		integer[],	-- from search_names(), in order
	lasts		text[],
	firsts		text[],
	campaigns	bigint[],	-- null: every voter
	voter_ids	bigint[],	-- their voters, if these are few
	by_voter	boolean,	-- reading each of them costs least
	name_count	bigint,		-- voters with the names, everywhere
	is_exact	boolean		-- that is the number of matches
);

-- Plan a search: its names, its campaigns, and whether to start from the names
-- or from the voters of a small campaign.
CREATE FUNCTION cerberus.search_plan(p_query text, p_campaigns bigint[])
RETURNS cerberus.search
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, cerberus, pg_temp AS $$
DECLARE
	s search;
	size bigint;
BEGIN
	s.campaigns := search_where(p_campaigns);
	IF s.campaigns IS NOT NULL THEN
		size := (SELECT coalesce(sum(t.n), 0) FROM tallies t
		    WHERE t.scope = ANY (s.campaigns));
		IF size <= 5000 THEN
			s.voter_ids := campaign_voter_ids(s.campaigns);
		-- A campaign with every voter need not be tested.
		ELSIF cardinality(s.campaigns) = 1 AND size = (
		    SELECT sum(t.n) FROM tallies t WHERE t.scope = 0) THEN
			s.campaigns := NULL;
		END IF;
	END IF;
	SELECT array_agg(k.score), array_agg(k.last_name),
	    array_agg(k.first_name), coalesce(sum((
		SELECT sum(t.n) FROM tallies t
		WHERE t.scope = CASE WHEN k.last_name IS NULL THEN -2
		    ELSE -1 END
		AND t.block = hashtextextended(coalesce(k.last_name,
		    k.first_name), 0))), 0),
	    coalesce(bool_and(k.first_name IS NULL)
		OR bool_and(k.last_name IS NULL), true)
	INTO s.scores, s.lasts, s.firsts, s.name_count, s.is_exact
	FROM (SELECT * FROM search_names(p_query, s.campaigns, s.voter_ids)
	    ORDER BY score, last_name, first_name) k;
	s.is_exact := s.is_exact AND s.campaigns IS NULL;
	-- Names are found in an index alone; each voter is a row to read.
	s.by_voter := s.voter_ids IS NOT NULL AND 2 * size < s.name_count;
	RETURN s;
END
$$;

-- The best matches first.  p_after_score, p_after_last, p_after_first and
-- p_after_id are the last row of the page before, or null.  Voters found by
-- their first name alone have an empty last_name, and are in the order of
-- their ids.
CREATE FUNCTION cerberus.search_rows(s cerberus.search, p_limit bigint,
	p_after_score integer, p_after_last text, p_after_first text,
	p_after_id bigint)
RETURNS TABLE (score integer, last_name text, first_name text, voter_id bigint)
LANGUAGE plpgsql STABLE SECURITY DEFINER ROWS 50
SET search_path = pg_catalog, cerberus, pg_temp AS $$
#variable_conflict use_column
DECLARE
	remaining bigint := p_limit;
	listed text[] := ARRAY(SELECT k.l
	    FROM ROWS FROM (unnest(s.lasts), unnest(s.firsts)) k (l, f)
	    WHERE k.l IS NOT NULL AND k.f IS NULL);
	name record;
	n bigint;
BEGIN
	IF s.by_voter THEN
		RETURN QUERY WITH v AS MATERIALIZED (
			SELECT v.voter_id, lower(v.last_name) AS l,
			    lower(v.first_name) AS f
			FROM voters v
			WHERE v.voter_id = ANY (s.voter_ids)
		), k AS (
			SELECT * FROM ROWS FROM (
			    unnest(s.scores), unnest(s.lasts),
			    unnest(s.firsts)) k (score, l, f)
		), found AS (
			SELECT k.score, k.l, v.f, v.voter_id
			FROM v JOIN k ON k.l = v.l
			WHERE k.f IS NULL OR k.f = v.f
			UNION ALL
			SELECT k.score, '', v.f, v.voter_id
			FROM v JOIN k ON k.l IS NULL AND k.f = v.f
			WHERE v.l <> ALL (listed)
		)
		SELECT * FROM found r
		WHERE p_after_id IS NULL OR (r.score, r.l, r.f, r.voter_id)
		    > (p_after_score, p_after_last, p_after_first, p_after_id)
		ORDER BY 1, 2, 3, 4 LIMIT p_limit;
		RETURN;
	END IF;
	FOR name IN SELECT k.score, coalesce(k.l, '') AS l, k.f
	    FROM ROWS FROM (unnest(s.scores),
		unnest(s.lasts), unnest(s.firsts))
		k (score, l, f)
	    WHERE p_after_id IS NULL OR (k.score, coalesce(k.l, ''))
		>= (p_after_score, p_after_last)
	    ORDER BY 1, 2, 3
	LOOP
		IF name.l = '' THEN
			RETURN QUERY SELECT name.score, name.l, name.f,
			    v.voter_id
			    FROM voters v
			    WHERE lower(v.first_name) = name.f
			    AND lower(v.last_name) <> ALL (listed)
			    AND CASE WHEN s.campaigns IS NULL THEN true
				WHEN s.voter_ids IS NOT NULL THEN
				    v.voter_id IN (SELECT unnest(s.voter_ids))
				ELSE EXISTS (
				    SELECT FROM campaign_voters cv
				    WHERE cv.voter_id = v.voter_id
				    AND cv.campaign_id = ANY (s.campaigns)) END
			    AND (p_after_id IS NULL
				OR (name.score, name.l, name.f)
				> (p_after_score, p_after_last, p_after_first)
				OR (name.f = p_after_first
				AND v.voter_id > p_after_id))
			    ORDER BY lower(v.first_name), v.voter_id
			    LIMIT remaining;
		ELSE
			RETURN QUERY SELECT name.score, name.l,
			    lower(v.first_name), v.voter_id
			    FROM voters v
			    WHERE lower(v.last_name) = name.l
			    AND lower(v.first_name)
				>= coalesce(name.f, '')
			    AND lower(v.first_name)
				<= coalesce(name.f, chr(1114111))
			    AND CASE WHEN s.campaigns IS NULL THEN true
				WHEN s.voter_ids IS NOT NULL THEN
				    v.voter_id IN (SELECT unnest(s.voter_ids))
				ELSE EXISTS (
				    SELECT FROM campaign_voters cv
				    WHERE cv.voter_id = v.voter_id
				    AND cv.campaign_id = ANY (s.campaigns)) END
			    AND (p_after_id IS NULL OR (name.score, name.l)
				> (p_after_score, p_after_last)
				OR (lower(v.first_name), v.voter_id)
				> (p_after_first, p_after_id))
			    ORDER BY lower(v.last_name),
				lower(v.first_name), v.voter_id
			    LIMIT remaining;
		END IF;
		GET DIAGNOSTICS n = ROW_COUNT;
		remaining := remaining - n;
		EXIT WHEN remaining <= 0;
	END LOOP;
END
$$;

-- The number of matches, and whether it is exact.  p_counted: how many rows the
-- caller has read already, of at most 10,001; null: not counted yet.
CREATE FUNCTION cerberus.search_count(s cerberus.search, p_counted bigint)
RETURNS TABLE (total bigint, exact boolean)
LANGUAGE plpgsql STABLE SECURITY DEFINER ROWS 1
SET search_path = pg_catalog, cerberus, pg_temp AS $$
BEGIN
	IF s.is_exact THEN
		total := s.name_count;
		exact := true;
		RETURN NEXT;
		RETURN;
	END IF;
	total := coalesce(p_counted, (SELECT count(*)
	    FROM search_rows(s, 10001, NULL, NULL, NULL, NULL)));
	exact := total <= 10000;
	IF NOT exact THEN
		total := greatest(total, coalesce((SELECT s.name_count
		    * sum(t.n)
		    FILTER (WHERE t.scope = ANY (s.campaigns))
		    / greatest(sum(t.n)
		    FILTER (WHERE t.scope = 0), 1)
		    FROM tallies t
		    WHERE t.scope = 0 OR t.scope = ANY (s.campaigns)),
		    s.name_count));
	END IF;
	RETURN NEXT;
END
$$;

-- One page of the matches, with the total in each row.
CREATE FUNCTION cerberus.search_voters(p_query text, p_campaigns bigint[],
	p_limit bigint, p_after_score integer DEFAULT NULL,
	p_after_last text DEFAULT NULL, p_after_first text DEFAULT NULL,
	p_after_id bigint DEFAULT NULL)
RETURNS TABLE (score integer, last_name text, first_name text,
	voter_id bigint, total bigint, exact boolean)
LANGUAGE plpgsql STABLE SECURITY DEFINER ROWS 50
SET search_path = pg_catalog, cerberus, pg_temp AS $$
#variable_conflict use_column
DECLARE
	s search := search_plan(p_query, p_campaigns);
BEGIN
	IF s.is_exact OR p_after_id IS NOT NULL THEN
		RETURN QUERY SELECT r.score, r.last_name, r.first_name,
		    r.voter_id, c.total, c.exact
		    FROM search_count(s, NULL) c,
		    search_rows(s, p_limit, p_after_score,
			p_after_last, p_after_first, p_after_id) r;
		RETURN;
	END IF;
	-- The rows that are read for the count include the page.
	RETURN QUERY WITH r AS MATERIALIZED (
		SELECT * FROM search_rows(s, greatest(p_limit, 10001),
		    NULL, NULL, NULL, NULL)
	)
	SELECT r.score, r.last_name, r.first_name, r.voter_id, c.total, c.exact
	FROM search_count(s, (SELECT count(*) FROM r)) c, r
	LIMIT p_limit;
END
$$;

-- The total for a page without rows.
CREATE FUNCTION cerberus.search_total(p_query text, p_campaigns bigint[])
RETURNS TABLE (total bigint, exact boolean)
LANGUAGE plpgsql STABLE SECURITY DEFINER ROWS 1
SET search_path = pg_catalog, cerberus, pg_temp AS $$
BEGIN
	RETURN QUERY SELECT c.total, c.exact FROM search_count(
	    search_plan(p_query, p_campaigns), NULL) c;
END
$$;

GRANT EXECUTE ON FUNCTION cerberus.search_voters(text, bigint[], bigint,
	    integer, text, text, bigint),
	cerberus.search_total(text, bigint[]) TO cerberus_app;

COMMIT;
