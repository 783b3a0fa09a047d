-- Deploy cerberus:import_revert to pg
-- requires: import_merge merge
--
-- Restoring the voters whom an import changed.  Columns that still have its
-- value get their old one, and updated_at too if the voter is then as before.
-- Tags and memberships that it added are removed.  Nothing else changes.
--
-- Like the merge, undoing uses statements about all rows at once.  Rows are
-- locked before it is decided what becomes of them, so that nothing is written
-- about a voter between that decision and the change.
BEGIN;
SET LOCAL ROLE cerberus_owner;

-- Tags without those that an import added: p_before and p_after are what the
-- voter had before and after it.
CREATE FUNCTION cerberus.undo_tags(p_tags text[], p_before jsonb,
	p_after jsonb) RETURNS text[]
LANGUAGE sql IMMUTABLE AS $$
	SELECT CASE WHEN to_jsonb(p_tags) = p_after
	    THEN ARRAY(SELECT jsonb_array_elements_text(p_before))
	    ELSE ARRAY(SELECT t.tag FROM unnest(p_tags) WITH ORDINALITY
		    t (tag, at)
		WHERE p_before ? t.tag OR NOT p_after ? t.tag
		ORDER BY t.at) END
$$;

-- The same for custom_fields: each key that still has the import's value gets
-- its old one, or is removed.
CREATE FUNCTION cerberus.undo_fields(p_fields jsonb, p_before jsonb,
	p_after jsonb) RETURNS jsonb
LANGUAGE sql IMMUTABLE AS $$
	SELECT CASE WHEN p_fields = p_after THEN p_before
	    ELSE p_fields - ARRAY(SELECT a.key FROM jsonb_each(p_after) a
		WHERE p_fields -> a.key = a.value)
		|| (SELECT coalesce(jsonb_object_agg(b.key, b.value), '{}')
		    FROM jsonb_each(p_before) b
		    WHERE p_fields -> b.key = p_after -> b.key) END
$$;

-- SQL conditions on the voter u.voter_id: nothing else in the database refers
-- to the voter; or, with p_campaign_id, nothing of that campaign does.
CREATE FUNCTION cerberus.undo_alone(p_campaign_id bigint) RETURNS text
LANGUAGE sql STABLE
SET search_path = pg_catalog, cerberus, pg_temp AS $$
	SELECT string_agg(format('NOT EXISTS (SELECT FROM %s c %s
	    WHERE c.%I = u.voter_id %s)', c.child,
	    CASE WHEN p_campaign_id IS NOT NULL
		AND c.child = 'survey_responses'::regclass
	    THEN 'JOIN survey_questions q USING (question_id)' ELSE '' END,
	    c.parent, format(CASE WHEN p_campaign_id IS NULL THEN ''
		WHEN c.child = 'survey_responses'::regclass
		THEN 'AND q.campaign_id = %s'
		ELSE 'AND c.campaign_id = %s' END, p_campaign_id)), ' AND ')
	FROM voter_children c
	WHERE p_campaign_id IS NULL OR c.child = 'survey_responses'::regclass
	OR EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = c.child
	    AND a.attname = 'campaign_id' AND NOT a.attisdropped)
$$;

-- An SQL condition: no later import contains the voter u.voter_id, apart from
-- imports that were undone; with p_own, no later import of the same campaign
-- does.  Imports finish one after the other.
CREATE FUNCTION cerberus.undo_last(p_import cerberus.imports,
	p_own boolean)
RETURNS text LANGUAGE sql IMMUTABLE
SET search_path = pg_catalog, cerberus, pg_temp AS $$
	SELECT format('NOT EXISTS (SELECT FROM import_voters b
		JOIN imports i ON i.import_id = b.import_id
		WHERE b.block = u.voter_id >> 10
		AND get_bit(b.named, (u.voter_id & 1023)::integer) = 1
		AND i.audit_id > %s AND i.undone_at IS NULL %s)',
	    p_import.audit_id, CASE WHEN p_own THEN format(
	    'AND i.campaign_id = %s', p_import.campaign_id) ELSE '' END)
$$;

-- The registration ids to restore: pairs of id and state that both have the
-- import's value, and whose old id no other voter has by now.
CREATE FUNCTION cerberus.undo_ids() RETURNS void
LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, cerberus, pg_temp AS $$
BEGIN
	CREATE TEMPORARY TABLE undo_id ON COMMIT DROP AS
	SELECT v.voter_id, CASE WHEN u.after ? 'voter_registration_id'
	    THEN u.before ->> 'voter_registration_id'
	    ELSE v.voter_registration_id END AS id,
	    CASE WHEN u.after ? 'registration_state'
	    THEN u.before ->> 'registration_state'
	    ELSE v.registration_state END AS state
	FROM pg_temp.undo_change u JOIN voters v USING (voter_id)
	WHERE u.after ?| '{voter_registration_id,registration_state}'
	AND (NOT u.after ? 'voter_registration_id'
	    OR v.voter_registration_id IS NOT DISTINCT FROM
		u.after ->> 'voter_registration_id')
	AND (NOT u.after ? 'registration_state'
	    OR v.registration_state IS NOT DISTINCT FROM
		u.after ->> 'registration_state');
	LOOP
		ANALYZE pg_temp.undo_id;
		DELETE FROM pg_temp.undo_id i
		USING voters o
		WHERE o.voter_registration_id = i.id
		AND o.registration_state IS NOT DISTINCT FROM i.state
		AND o.voter_id <> i.voter_id
		AND NOT EXISTS (SELECT FROM pg_temp.undo_id j
		    WHERE j.voter_id = o.voter_id)
		AND NOT EXISTS (SELECT FROM pg_temp.undo_delete d
		    WHERE d.voter_id = o.voter_id);
		EXIT WHEN NOT FOUND;
	END LOOP;
END
$$;

-- SQL expressions for the column c of a voter v whom the import changed; u has
-- its columns before and after.  undone: its value after undoing.
-- changed_since: it was changed since the import.  k is the voter in undo_id,
-- if any.
CREATE FUNCTION cerberus.undo_value(c text, type text, OUT undone text,
	OUT changed_since text)
LANGUAGE sql IMMUTABLE AS $$
	SELECT format(CASE
	WHEN c = 'tags' THEN 'CASE WHEN u.after ? %2$L THEN cerberus.undo_tags(
	    v.%1$I, u.before -> %2$L, u.after -> %2$L) ELSE v.%1$I END'
	WHEN c = 'custom_fields' THEN 'CASE WHEN u.after ? %2$L
	    THEN cerberus.undo_fields(v.%1$I, u.before -> %2$L,
		u.after -> %2$L) ELSE v.%1$I END'
	WHEN c = 'voter_registration_id' THEN
	    'CASE WHEN k.voter_id IS NOT NULL THEN k.id ELSE v.%1$I END'
	WHEN c = 'registration_state' THEN
	    'CASE WHEN k.voter_id IS NOT NULL THEN k.state ELSE v.%1$I END'
	ELSE 'CASE WHEN u.after ? %2$L AND v.%1$I IS NOT DISTINCT FROM
	    (u.after ->> %2$L)::%3$s THEN (u.before ->> %2$L)::%3$s
	    ELSE v.%1$I END' END, c, c, type),
	format(CASE
	WHEN c = 'tags' THEN 'false'
	WHEN c = 'custom_fields' THEN '(u.after ? %2$L
	    AND v.%1$I <> u.after -> %2$L AND EXISTS (SELECT
		FROM jsonb_each(u.after -> %2$L) a
		WHERE u.before -> %2$L -> a.key IS DISTINCT FROM a.value
		AND v.%1$I -> a.key IS DISTINCT FROM a.value))'
	WHEN c IN ('voter_registration_id', 'registration_state')
	    THEN '(u.after ? %2$L AND k.voter_id IS NULL)'
	ELSE '(u.after ? %2$L AND v.%1$I IS DISTINCT FROM
	    (u.after ->> %2$L)::%3$s)' END, c, c, type)
$$;

-- Restore the columns of known voters; u in the expressions is undo_change, k
-- undo_id and r undo_row.  changed_since: something was changed since and keeps
-- its value.
CREATE FUNCTION cerberus.undo_columns(p_import_id bigint, p_dry_run boolean)
RETURNS void LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, cerberus, pg_temp AS $$
DECLARE
	present text;	-- the columns of voters
	wanted text;	-- the values that they get
	same text;	-- the names of the columns that keep their value
	changed_since text;
	assign text;
BEGIN
	SELECT string_agg(format('v.%I', a.attname), ', '),
	    string_agg(format('%s AS %I', e.undone, a.attname), ', '),
	    string_agg(format('CASE WHEN o.%1$I IS NOT DISTINCT FROM n.%1$I '
		'THEN %1$L END', a.attname), ', '),
	    string_agg(e.changed_since, ' OR '),
	    string_agg(format('%I = %s', a.attname, e.undone), ', ')
	INTO present, wanted, same, changed_since, assign
	FROM pg_attribute a, LATERAL undo_value(a.attname,
	    format_type(a.atttypid, a.atttypmod)) e
	WHERE a.attrelid = 'cerberus.voters'::regclass
	AND a.attname IN (SELECT DISTINCT jsonb_object_keys(u.after)
	    FROM pg_temp.undo_change u) AND a.attname <> 'updated_at';
	CREATE TEMPORARY TABLE undo_row (voter_id bigint, changed_since boolean,
	    restored boolean, before jsonb, after jsonb) ON COMMIT DROP;
	IF present IS NULL THEN
		RETURN;
	END IF;
	EXECUTE format('INSERT INTO pg_temp.undo_row
	    SELECT v.voter_id, e.changed_since,
		NOT e.changed_since AND v.updated_at
		    = (u.after ->> ''updated_at'')::timestamptz,
		to_jsonb(o) - same.columns, to_jsonb(n) - same.columns
	    FROM pg_temp.undo_change u
	    JOIN voters v USING (voter_id)
	    LEFT JOIN pg_temp.undo_id k USING (voter_id)
	    CROSS JOIN LATERAL (SELECT %s AS changed_since) e
	    CROSS JOIN LATERAL (SELECT %s) o
	    CROSS JOIN LATERAL (SELECT %s) n
	    CROSS JOIN LATERAL (SELECT array_remove(ARRAY[%s], NULL)
		AS columns) same', changed_since, present, wanted, same);
	IF p_dry_run THEN
		RETURN;
	END IF;
	ANALYZE pg_temp.undo_row;
	INSERT INTO audit_log (user_id, request_id, action, table_name, row_id,
	    before, after, import_id)
	SELECT who.user_id, who.request_id, 'import', 'voters', r.voter_id,
	    r.before, r.after, p_import_id
	FROM pg_temp.undo_row r, (SELECT caller_id() AS user_id, nullif(
	    current_setting('cerberus.request', true), '') AS request_id
	    OFFSET 0) who
	WHERE r.after <> '{}';
	-- Two voters may have exchanged their ids, which are unique.
	UPDATE voters v SET voter_registration_id = NULL
	FROM pg_temp.undo_id k
	WHERE k.voter_id = v.voter_id
	AND v.voter_registration_id IS DISTINCT FROM k.id;
	EXECUTE format('UPDATE voters v SET %s, updated_at =
		CASE WHEN r.restored
		THEN (u.before ->> ''updated_at'')::timestamptz
		ELSE greatest(now(), v.updated_at + interval ''1 microsecond'')
		END
	    FROM pg_temp.undo_row r
	    JOIN pg_temp.undo_change u USING (voter_id)
	    LEFT JOIN pg_temp.undo_id k USING (voter_id)
	    WHERE v.voter_id = r.voter_id AND r.after <> ''{}''', assign);
END
$$;

-- Restore the known voters.  The memberships that the import added are
-- removed unless something of the campaign refers to the voter by now, or a
-- later import of the campaign contains the voter.
CREATE FUNCTION cerberus.undo_known(p_import cerberus.imports,
	p_dry_run boolean, OUT reverted bigint, OUT kept bigint,
	OUT gone bigint)
LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, cerberus, pg_temp AS $$
BEGIN
	CREATE TEMPORARY TABLE undo_change ON COMMIT DROP AS
	SELECT a.row_id AS voter_id, a.before, a.after FROM audit_log a
	WHERE a.import_id = p_import.import_id AND a.action = 'import'
	AND a.before IS NOT NULL;
	CREATE TEMPORARY TABLE undo_join ON COMMIT DROP AS
	SELECT b AS voter_id, true AS needed
	FROM import_bits(p_import.import_id, true) b
	WHERE p_import.campaign_id IS NOT NULL;
	CREATE TEMPORARY TABLE undo_voter ON COMMIT DROP AS
	SELECT voter_id FROM pg_temp.undo_change
	UNION SELECT voter_id FROM pg_temp.undo_join;
	ANALYZE pg_temp.undo_change, pg_temp.undo_join, pg_temp.undo_voter;
	IF NOT p_dry_run THEN
		PERFORM FROM pg_temp.undo_voter u
		JOIN voters v USING (voter_id) FOR UPDATE OF v;
	END IF;
	PERFORM undo_ids();
	PERFORM undo_columns(p_import.import_id, p_dry_run);
	IF p_import.campaign_id IS NOT NULL THEN
		EXECUTE format('UPDATE pg_temp.undo_join u SET needed = false
		    WHERE %s AND %s', undo_alone(p_import.campaign_id),
		    undo_last(p_import, true));
	END IF;
	IF NOT p_dry_run THEN
		DELETE FROM campaign_voters cv USING pg_temp.undo_join u
		WHERE cv.voter_id = u.voter_id AND NOT u.needed
		AND cv.campaign_id = p_import.campaign_id;
	END IF;
	SELECT count(*) FILTER (WHERE v.voter_id IS NULL),
	    count(v.voter_id) FILTER (WHERE r.changed_since OR j.needed),
	    count(v.voter_id) FILTER (WHERE (r.changed_since OR j.needed)
		IS NOT TRUE)
	INTO gone, kept, reverted
	FROM pg_temp.undo_voter u
	LEFT JOIN voters v USING (voter_id)
	LEFT JOIN pg_temp.undo_row r USING (voter_id)
	LEFT JOIN pg_temp.undo_join j USING (voter_id);
END
$$;

COMMIT;
