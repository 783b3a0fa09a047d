-- Revert cerberus:erase from pg
BEGIN;
SET LOCAL ROLE cerberus_owner;

-- Blank the rows of import_rejects that contain one of these e-mail addresses,
-- phone numbers (E.164) or registration ids.  This erases too much rather than
-- too little, but ignores ids so short that many rows contain them by chance.
-- Return the number of rows.
CREATE OR REPLACE FUNCTION cerberus.erase_rejects(p_emails text[], p_phones text[],
	p_ids text[]) RETURNS bigint
LANGUAGE plpgsql SET search_path = pg_catalog, cerberus, pg_temp AS $$
DECLARE
	n bigint;
	emails text[] := ARRAY(SELECT lower(e) FROM unnest(p_emails) e
	    WHERE e <> '');
	-- North American numbers are usually written without the 1.
	phones text[] := ARRAY(SELECT regexp_replace(p,
		'^[+]1?|[^0-9]', '', 'g')
	    FROM unnest(p_phones) p WHERE p ~ '[0-9]{7}');
	ids text := (SELECT '(^|[^[:alnum:]])(' || string_agg(regexp_replace(i,
	    '([^[:alnum:]])', '\\\1', 'g'), '|') || ')([^[:alnum:]]|$)'
	    FROM unnest(p_ids) i WHERE length(i) >= 5);
BEGIN
	IF emails = '{}' AND phones = '{}' AND ids IS NULL THEN
		RETURN 0;
	END IF;
	UPDATE import_rejects r SET raw = NULL
	WHERE r.raw IS NOT NULL AND (
	    EXISTS (SELECT FROM unnest(emails) e
		WHERE strpos(lower(r.raw), e) > 0)
	    OR r.raw ~* ids
	    OR EXISTS (SELECT FROM unnest(phones) p WHERE strpos(
		regexp_replace(r.raw, '[^0-9]', '', 'g'), p) > 0));
	GET DIAGNOSTICS n = ROW_COUNT;
	RETURN n;
END
$$;

-- Erase what the audit log, merges and rejected rows contain about a voter who
-- was deleted, and about all voters who were merged into it, because they are
-- the same person.  Those merges can no longer be undone.  Return the number of
-- audit entries that were emptied.
CREATE OR REPLACE FUNCTION cerberus.erase_traces(p_voter_id bigint) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, cerberus, pg_temp AS $$
DECLARE
	ids bigint[];
	emails text[];
	phones text[];
	numbers text[];
	entry record;
	n bigint := 0;
	one bigint;
BEGIN
	PERFORM set_config('cerberus.task', '', true);
	WITH RECURSIVE same (id) AS (
		SELECT p_voter_id
		UNION
		SELECT m.merged_id FROM same s JOIN merges m
		    ON m.kept_id = s.id AND m.undone_at IS NULL
	) SELECT array_agg(s.id) INTO ids FROM same s
	-- A voter whose merge was undone exists again.
	WHERE s.id = p_voter_id
	OR NOT EXISTS (SELECT FROM voters v WHERE v.voter_id = s.id);
	WITH known AS (
		SELECT unnest(ARRAY[before, before -> 'merged', after]) AS r
		FROM audit_log
		WHERE table_name = 'voters' AND row_id = ANY (ids)
		UNION ALL
		SELECT m.snapshot -> 'merged' FROM merges m
		WHERE m.merged_id = ANY (ids)
	) SELECT array_agg(DISTINCT r ->> 'email_address'),
	    array_agg(DISTINCT r ->> 'phone_number'),
	    array_agg(DISTINCT r ->> 'voter_registration_id')
	INTO emails, phones, numbers FROM known;
	FOREACH one IN ARRAY ids LOOP
		n := n + audit_erase(one);
	END LOOP;
	-- The audit entry of a merge belongs to the kept voter and has both.
	FOR entry IN SELECT a.audit_id FROM merges m
	    JOIN audit_log a ON a.table_name = 'voters'
		AND a.row_id = m.kept_id AND a.action = 'merge'
		AND a.before -> 'merged' ->> 'voter_id' = m.merged_id::text
	    WHERE m.merged_id = ANY (ids) LOOP
		PERFORM set_config('cerberus.task',
		    'erase ' || entry.audit_id, true);
		UPDATE audit_log SET before = NULL, after = NULL
		WHERE audit_id = entry.audit_id;
		n := n + 1;
	END LOOP;
	PERFORM set_config('cerberus.task', '', true);
	UPDATE merges SET snapshot = NULL
	WHERE snapshot IS NOT NULL
	AND (kept_id = ANY (ids) OR merged_id = ANY (ids));
	PERFORM erase_rejects(emails, phones, numbers);
	RETURN n;
END
$$;

COMMIT;
