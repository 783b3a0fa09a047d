-- Deploy cerberus:merge to pg
-- requires: merge@v0.1.0 votes
--
-- Merging voters and undoing it.  Votes are merged, too: a voter has one row of
-- votes for each state, so moving the rows is not enough.  The tables are in
-- merge@v0.1.0; duplicates finds voters to merge.
BEGIN;
SET LOCAL ROLE cerberus_owner;

-- Raise an error if the voters p_ids may not be merged into p_keep: CB400,
-- CB403, CB404 or CB409.
CREATE FUNCTION cerberus.merge_refuse(p_keep bigint, p_ids bigint[])
RETURNS void LANGUAGE plpgsql
SET search_path = pg_catalog, cerberus, pg_temp AS $$
DECLARE
	own bigint[] := caller_campaigns('editor');
	seen bigint[] := caller_campaigns('viewer');
	one bigint;
	id bigint;
BEGIN
	IF p_keep = ANY (p_ids) THEN
		RAISE EXCEPTION USING ERRCODE = 'CB400', COLUMN = 'merge',
		    MESSAGE = 'A voter cannot be merged with itself.';
	END IF;
	FOREACH one IN ARRAY p_keep || p_ids LOOP
		IF NOT caller_is_admin() AND NOT EXISTS (
		    SELECT FROM campaign_voters cv WHERE cv.voter_id = one
		    AND cv.campaign_id = ANY (seen))
		OR NOT EXISTS (SELECT FROM voters WHERE voter_id = one) THEN
			SELECT m.kept_id INTO id FROM merges m
			WHERE m.merged_id = one AND m.undone_at IS NULL
			AND (caller_is_admin() OR m.campaigns <@ seen
			    AND m.campaigns <> '{}')
			ORDER BY m.merge_id DESC LIMIT 1;
			IF FOUND THEN
				RAISE EXCEPTION USING ERRCODE = 'CB409',
				    MESSAGE = format('Voter %s was merged into '
					'voter %s already.', one, id);
			END IF;
			RAISE EXCEPTION USING ERRCODE = 'CB404',
			    MESSAGE = format('Voter with ID %s not found.',
				one);
		END IF;
		IF NOT caller_is_admin() AND EXISTS (
		    SELECT FROM campaign_voters cv WHERE cv.voter_id = one
		    AND cv.campaign_id <> ALL (own)) THEN
			RAISE EXCEPTION USING ERRCODE = 'CB403',
			    MESSAGE = format('Voter %s is in a campaign that '
				'you may not edit.', one);
		END IF;
		-- The merged voter is deleted.
		IF one <> p_keep AND NOT voter_removable(one) THEN
			RAISE EXCEPTION USING ERRCODE = 'CB403',
			    MESSAGE = format('Voter %s has a history in a '
				'campaign that you may not edit.', one);
		END IF;
	END LOOP;
	-- Voters with two registrations of one state are two people.
	IF (SELECT count(DISTINCT v.voter_registration_id) > 1 FROM voters v
	    WHERE v.voter_id = ANY (p_ids || p_keep)
	    AND v.voter_registration_id IS NOT NULL
	    GROUP BY v.registration_state
	    ORDER BY 1 DESC LIMIT 1) THEN
		RAISE EXCEPTION USING ERRCODE = 'CB409',
		    MESSAGE = 'These voters have different registrations of '
			'one state: they are different people.';
	END IF;
END
$$;

-- Move the rows that reference p_gone to p_keep, except memberships.  Return
-- which rows these are, for the snapshot.
CREATE FUNCTION cerberus.merge_children(p_keep bigint, p_gone bigint)
RETURNS jsonb LANGUAGE plpgsql
SET search_path = pg_catalog, cerberus, pg_temp AS $$
DECLARE
	c record;
	rows jsonb;
	result jsonb := '[]';
BEGIN
	FOR c IN SELECT * FROM voter_children
	    WHERE child <> 'campaign_voters'::regclass LOOP
		EXECUTE format('SELECT jsonb_agg(jsonb_build_object(
		    ''id'', %1$I, ''at'', %2$s) ORDER BY %1$I)
		    FROM %3$s WHERE %4$I = $1', c.id,
		    CASE WHEN c.touched THEN 'updated_at'
		    ELSE 'NULL' END, c.child, c.parent)
		INTO rows USING p_gone;
		CONTINUE WHEN rows IS NULL;
		EXECUTE format('UPDATE %s SET %I = $1 WHERE %2$I = $2',
		    c.child, c.parent) USING p_keep, p_gone;
		result := result || jsonb_build_object('table',
		    c.child::text, 'column', c.parent, 'id', c.id,
		    'touched', c.touched, 'rows', rows);
	END LOOP;
	RETURN result;
END
$$;

-- The row of the kept voter after the merge: its blank columns are filled from
-- the merged one; tags and custom fields are those of both.
CREATE FUNCTION cerberus.merge_values(kept jsonb, gone jsonb) RETURNS jsonb
LANGUAGE sql STABLE SET search_path = pg_catalog, cerberus, pg_temp AS $$
	SELECT kept || (SELECT coalesce(jsonb_object_agg(k.key, k.value), '{}')
	    FROM jsonb_each(gone) k
	    WHERE kept -> k.key = 'null' AND k.value <> 'null')
	|| jsonb_build_object(
	    'custom_fields', (gone -> 'custom_fields')
		|| (kept -> 'custom_fields'),
	    'tags', to_jsonb(tags_with(
		ARRAY(SELECT jsonb_array_elements_text(kept -> 'tags')),
		ARRAY(SELECT jsonb_array_elements_text(gone -> 'tags')))),
	    'engagement_score', greatest(
		(kept ->> 'engagement_score')::integer,
		(gone ->> 'engagement_score')::integer),
	    'last_contacted_date', greatest(
		(kept ->> 'last_contacted_date')::timestamptz,
		(gone ->> 'last_contacted_date')::timestamptz))
$$;

-- Merge one voter into p_keep, and keep a snapshot.  Return the merge_id.
CREATE FUNCTION cerberus.merge_voter(p_keep bigint, p_gone bigint)
RETURNS bigint LANGUAGE plpgsql
SET search_path = pg_catalog, cerberus, pg_temp AS $$
DECLARE
	kept jsonb := (SELECT to_jsonb(v) FROM voters v
	    WHERE v.voter_id = p_keep);
	gone jsonb := (SELECT to_jsonb(v) FROM voters v
	    WHERE v.voter_id = p_gone);
	children jsonb := merge_children(p_keep, p_gone);
	members jsonb;
	places bigint[];
	added jsonb;
	votes jsonb;
	filled jsonb;
	id bigint;
BEGIN
	members := (SELECT coalesce(jsonb_agg(jsonb_build_object(
	    'campaign_id', cv.campaign_id, 'joined_at', cv.joined_at)),
	    '[]') FROM campaign_voters cv WHERE cv.voter_id = p_gone);
	places := ARRAY(SELECT cv.campaign_id FROM campaign_voters cv
	    WHERE cv.voter_id IN (p_gone, p_keep) GROUP BY 1 ORDER BY 1);
	WITH joined AS (
		INSERT INTO campaign_voters (campaign_id, voter_id, joined_at)
		SELECT cv.campaign_id, p_keep, cv.joined_at
		FROM campaign_voters cv WHERE cv.voter_id = p_gone
		ON CONFLICT DO NOTHING RETURNING campaign_id
	) SELECT coalesce(jsonb_agg(j.campaign_id), '[]') INTO added
	FROM joined j;
	votes := votes_merge(p_keep, p_gone);
	DELETE FROM voters WHERE voter_id = p_gone;
	PERFORM overwrite_voter(merge_values(kept, gone));
	SELECT to_jsonb(v) INTO filled FROM voters v
	WHERE voter_id = p_keep;
	INSERT INTO merges (kept_id, merged_id, campaigns, user_id, snapshot)
	VALUES (p_keep, p_gone, places, caller_id(),
	    jsonb_build_object('kept', kept, 'after', filled, 'merged', gone,
		'children', children, 'members', members, 'added', added,
		'votes', votes))
	RETURNING merge_id INTO id;
	PERFORM audit_add('merge', 'voters', p_keep,
	    jsonb_build_object('kept', kept, 'merged', gone),
	    jsonb_build_object('merge_id', id, 'voter', filled));
	RETURN id;
END
$$;

-- Merge voters into p_keep: move everything that references them, fill blank
-- columns, delete them, and keep a snapshot to undo it.  Return a merge_id for
-- each.  Raise CB400, CB403, CB404 or CB409.
CREATE OR REPLACE FUNCTION cerberus.merge_voters(p_keep bigint, p_merge bigint[])
RETURNS SETOF bigint
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, cerberus, pg_temp AS $$
DECLARE
	ids bigint[] := ARRAY(SELECT DISTINCT unnest(p_merge));
	one bigint;
BEGIN
	-- Write one audit entry for each merge.
	PERFORM set_config('cerberus.task', 'merge', true);
	-- Lock in one order, so that two merges cannot deadlock.
	PERFORM FROM voters WHERE voter_id = ANY (ids || p_keep)
	ORDER BY voter_id FOR UPDATE;
	PERFORM merge_refuse(p_keep, ids);
	FOREACH one IN ARRAY ids LOOP
		RETURN NEXT merge_voter(p_keep, one);
	END LOOP;
	PERFORM set_config('cerberus.task', '', true);
	-- Delete the snapshots that can no longer be used.
	UPDATE merges SET snapshot = NULL
	WHERE snapshot IS NOT NULL
	AND (created_at < now() - interval '30 days'
	    OR undone_at IS NOT NULL);
END
$$;

-- Raise an error if the merge may not be undone: CB403, CB404 or CB409.  m has
-- only nulls if there is no such merge.
CREATE FUNCTION cerberus.unmerge_refuse(p_merge_id bigint,
	m cerberus.merges) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, cerberus, pg_temp AS $$
BEGIN
	IF m.merge_id IS NULL OR NOT (caller_is_admin() OR m.campaigns <> '{}'
	    AND m.campaigns <@ caller_campaigns('viewer')) THEN
		RAISE EXCEPTION USING ERRCODE = 'CB404', MESSAGE = format(
		    'Merge with ID %s not found.', p_merge_id);
	END IF;
	IF NOT (caller_is_admin()
	    OR m.campaigns <@ caller_campaigns('editor')) THEN
		RAISE EXCEPTION USING ERRCODE = 'CB403',
		    MESSAGE = 'Your role does not allow this.';
	END IF;
	IF m.undone_at IS NOT NULL THEN
		RAISE EXCEPTION USING ERRCODE = 'CB409',
		    MESSAGE = 'This merge was undone already.';
	END IF;
	IF m.snapshot IS NULL
	AND m.created_at >= now() - interval '30 days' THEN
		RAISE EXCEPTION USING ERRCODE = 'CB409',
		    MESSAGE = 'This merge cannot be undone: what that needs '
			'was erased.';
	END IF;
	IF m.snapshot IS NULL OR m.created_at < now() - interval '30 days' THEN
		RAISE EXCEPTION USING ERRCODE = 'CB409',
		    MESSAGE = 'A merge can be undone for 30 days only.';
	END IF;
	IF EXISTS (SELECT FROM merges o WHERE o.merge_id > m.merge_id
	    AND o.undone_at IS NULL
	    AND m.kept_id IN (o.kept_id, o.merged_id)) THEN
		RAISE EXCEPTION USING ERRCODE = 'CB409',
		    MESSAGE = 'The voter was merged again since; undo the '
			'later merge first.';
	END IF;
END
$$;

-- Undo a merge.  Columns of the kept voter that were changed since the merge
-- keep their new value.  Return the id of the kept voter.
CREATE OR REPLACE FUNCTION cerberus.unmerge_voters(p_merge_id bigint) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, cerberus, pg_temp AS $$
DECLARE
	m merges;
	seen bigint[] := caller_campaigns('viewer');
	now_row jsonb;
	back jsonb;
	c jsonb;
BEGIN
	-- Write one audit entry.
	PERFORM set_config('cerberus.task', 'unmerge', true);
	SELECT * INTO m FROM merges WHERE merge_id = p_merge_id FOR UPDATE;
	PERFORM unmerge_refuse(p_merge_id, m);
	SELECT to_jsonb(v) INTO now_row FROM voters v
	WHERE voter_id = m.kept_id FOR UPDATE;
	IF now_row IS NULL THEN
		RAISE EXCEPTION USING ERRCODE = 'CB409',
		    MESSAGE = 'The voter who was kept is no longer there.';
	END IF;
	-- Restore the kept voter first, because it releases a registration id,
	-- which is unique.  A column that was changed since keeps its value.
	SELECT jsonb_object_agg(k.key, CASE
	    WHEN k.value = m.snapshot -> 'after' -> k.key
	    THEN m.snapshot -> 'kept' -> k.key ELSE k.value END) INTO back
	FROM jsonb_each(now_row) k;
	PERFORM overwrite_voter(back);
	INSERT INTO voters SELECT * FROM jsonb_populate_record(NULL::voters,
	    m.snapshot -> 'merged');
	INSERT INTO campaign_voters (campaign_id, voter_id, joined_at)
	SELECT r.campaign_id, m.merged_id, r.joined_at
	FROM jsonb_to_recordset(m.snapshot -> 'members') r (
	    campaign_id bigint, joined_at timestamptz)
	WHERE EXISTS (SELECT FROM campaigns p
	    WHERE p.campaign_id = r.campaign_id);
	FOR c IN SELECT jsonb_array_elements(m.snapshot -> 'children') LOOP
		EXECUTE format('UPDATE %s t SET %I = $1 %s
		    FROM jsonb_to_recordset($2) r (id bigint, at timestamptz)
		    WHERE t.%I = r.id AND t.%2$I = $3',
		    (c ->> 'table')::regclass, c ->> 'column',
		    CASE WHEN (c ->> 'touched')::boolean
		    THEN ', updated_at = r.at' ELSE '' END, c ->> 'id')
		USING m.merged_id, c -> 'rows', m.kept_id;
	END LOOP;
	PERFORM votes_unmerge(m.kept_id, m.merged_id, m.snapshot -> 'votes');
	DELETE FROM campaign_voters cv WHERE cv.voter_id = m.kept_id
	AND cv.campaign_id IN (SELECT a::bigint
	    FROM jsonb_array_elements_text(m.snapshot -> 'added') a);
	-- The kept voter may have left the caller's campaigns since, and the
	-- memberships that the merge added are deleted.  Without this check the
	-- voter could end up in no campaign.
	IF NOT (caller_is_admin() OR EXISTS (SELECT FROM campaign_voters cv
	    WHERE cv.voter_id = m.kept_id AND cv.campaign_id = ANY (seen))) THEN
		RAISE EXCEPTION USING ERRCODE = 'CB409', MESSAGE =
		    'The voter who was kept has left your campaigns since; only '
			'an administrator can undo this merge.';
	END IF;
	UPDATE merges SET undone_at = now(), snapshot = NULL
	WHERE merge_id = m.merge_id;
	PERFORM audit_add('merge', 'voters', m.kept_id, NULL,
	    jsonb_build_object('merge_id', m.merge_id, 'undone', true,
		'merged_id', m.merged_id));
	PERFORM set_config('cerberus.task', '', true);
	RETURN m.kept_id;
END
$$;

COMMIT;
