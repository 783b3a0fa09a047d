-- Deploy cerberus:import_missing to pg
-- requires: import_merge
--
-- Who is no longer in the file: voters of an import's campaign and registration
-- state whom the file, the newest of its layout, does not name.
BEGIN;
SET LOCAL ROLE cerberus_owner;

-- Find the import and check that its file is the newest of its layout, for
-- callers who have p_role in the campaign.  Raise CB403, CB404, CB409 or CB422.
CREATE FUNCTION cerberus.missing_import(p_import_id bigint, p_role text)
RETURNS cerberus.imports LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, cerberus, pg_temp AS $$
DECLARE
	this imports;
	newer bigint;
BEGIN
	SELECT * INTO this FROM imports WHERE import_id = p_import_id;
	-- IS NOT TRUE: imports without a campaign are for admins.
	IF NOT FOUND OR (caller_is_admin() OR this.campaign_id = ANY (
	    caller_campaigns('viewer'))) IS NOT TRUE THEN
		RAISE EXCEPTION USING ERRCODE = 'CB404', MESSAGE = format(
		    'Import with ID %s not found.', p_import_id);
	END IF;
	IF (caller_is_admin() OR this.campaign_id = ANY (
	    caller_campaigns(p_role))) IS NOT TRUE THEN
		RAISE EXCEPTION USING ERRCODE = 'CB403',
		    MESSAGE = 'Your role does not allow this.';
	END IF;
	IF this.state <> 'done' OR this.dry_run OR this.undone_at IS NOT NULL
	OR this.audit_id IS NULL THEN
		RAISE EXCEPTION USING ERRCODE = 'CB409', MESSAGE = CASE
		    WHEN this.state = 'running'
			THEN 'The import is still running.'
		    WHEN this.state = 'failed' OR this.dry_run
			THEN 'The import stored nothing.'
		    WHEN this.undone_at IS NOT NULL
			THEN 'This import was undone.'
		    ELSE 'This import ran before the voters of a file were '
			'recorded.' END;
	END IF;
	IF this.layout IS NULL OR this.registration_state IS NULL THEN
		RAISE EXCEPTION USING ERRCODE = 'CB422', MESSAGE = CASE
		    WHEN this.layout IS NULL THEN 'The file was imported '
			'without a layout, so that it replaces no other file.'
		    ELSE 'The rows of the file do not have one and the same '
			'registration state.' END;
	END IF;
	SELECT max(i.import_id) INTO newer FROM imports i
	WHERE i.campaign_id IS NOT DISTINCT FROM this.campaign_id
	AND i.layout = this.layout
	AND i.registration_state = this.registration_state
	AND i.state = 'done' AND NOT i.dry_run AND i.undone_at IS NULL
	AND i.audit_id > this.audit_id;
	IF newer IS NOT NULL THEN
		RAISE EXCEPTION USING ERRCODE = 'CB409', MESSAGE = format(
		    'Import %s has a newer file of this layout.', newer);
	END IF;
	RETURN this;
END
$$;

-- Return the ids of these voters.  Raise errors like missing_import().
CREATE FUNCTION cerberus.missing_voters(p_import_id bigint, p_role text)
RETURNS SETOF bigint LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, cerberus, pg_temp
SET work_mem = '64MB' AS $$
DECLARE
	this imports := missing_import(p_import_id, p_role);
BEGIN
	RETURN QUERY SELECT v.voter_id FROM voters v
	    WHERE v.registration_state = this.registration_state
	    AND (this.campaign_id IS NULL OR EXISTS (SELECT
		FROM campaign_voters cv WHERE cv.voter_id = v.voter_id
		AND cv.campaign_id = this.campaign_id))
	    AND NOT EXISTS (SELECT FROM import_voters b
		WHERE b.import_id = p_import_id
		AND b.block = v.voter_id >> 10
		AND get_bit(b.named, (v.voter_id & 1023)::integer) = 1);
END
$$;

-- Give these voters a tag, or a registration status; the other is null.  Each
-- changed voter has an audit entry.  missing: their number; marked: how many of
-- them changed.  For editors; raise errors like missing_import().
CREATE FUNCTION cerberus.mark_missing(p_import_id bigint, p_tag text,
	p_status text)
RETURNS TABLE (missing bigint, marked bigint)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, cerberus, pg_temp
SET work_mem = '64MB' AS $$
BEGIN
	-- Write the audit entries as a set, not one for each row.
	PERFORM set_config('cerberus.task', 'import', true);
	CREATE TEMPORARY TABLE missing_voter ON COMMIT DROP AS
	SELECT m AS voter_id FROM missing_voters(p_import_id, 'editor') m;
	GET DIAGNOSTICS missing = ROW_COUNT;
	ANALYZE pg_temp.missing_voter;
	CREATE TEMPORARY TABLE missing_change (voter_id bigint, before jsonb,
	    after jsonb) ON COMMIT DROP;
	INSERT INTO pg_temp.missing_change
	SELECT v.voter_id, CASE WHEN p_tag IS NULL
	    THEN jsonb_build_object('registration_status',
		v.registration_status)
	    ELSE jsonb_build_object('tags', v.tags) END,
	    CASE WHEN p_tag IS NULL
	    THEN jsonb_build_object('registration_status', p_status)
	    ELSE jsonb_build_object('tags', v.tags || p_tag) END
	FROM pg_temp.missing_voter m
	JOIN voters v USING (voter_id)
	WHERE CASE WHEN p_tag IS NULL
	    THEN v.registration_status IS DISTINCT FROM p_status
	    ELSE NOT v.tags @> ARRAY[p_tag] END
	FOR NO KEY UPDATE OF v;
	GET DIAGNOSTICS marked = ROW_COUNT;
	INSERT INTO audit_log (user_id, request_id, action, table_name, row_id,
	    before, after)
	SELECT who.user_id, who.request_id, 'update', 'voters', c.voter_id,
	    c.before, c.after
	FROM pg_temp.missing_change c, (SELECT caller_id() AS user_id, nullif(
	    current_setting('cerberus.request', true), '') AS request_id
	    OFFSET 0) who;
	UPDATE voters v
	SET tags = CASE WHEN p_tag IS NULL THEN v.tags ELSE v.tags || p_tag END,
	    registration_status = coalesce(p_status, v.registration_status)
	FROM pg_temp.missing_change c
	WHERE c.voter_id = v.voter_id;
	PERFORM set_config('cerberus.task', '', true);
	RETURN NEXT;
END
$$;

GRANT EXECUTE ON FUNCTION cerberus.missing_import(bigint, text),
	cerberus.missing_voters(bigint, text),
	cerberus.mark_missing(bigint, text, text) TO cerberus_app;

COMMIT;
