-- Deploy cerberus:import_undo to pg
-- requires: import_revert import_history
--
-- Undoing an import, for 30 days: voters whom it created and whom nobody has
-- touched since are deleted here, import_revert changes the others back, and
-- votes_undo() the votes.
BEGIN;
SET LOCAL ROLE cerberus_owner;

-- Find the import and check that the caller may undo it.  Raise CB403, CB404 or
-- CB409.
CREATE FUNCTION cerberus.import_undoable(p_import_id bigint)
RETURNS cerberus.imports LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, cerberus, pg_temp AS $$
DECLARE
	this imports;
	reason text;
BEGIN
	SELECT * INTO this FROM imports WHERE import_id = p_import_id;
	-- IS NOT TRUE: imports without a campaign are for admins.
	IF NOT FOUND OR (caller_is_admin() OR this.campaign_id = ANY (
	    caller_campaigns('viewer'))) IS NOT TRUE THEN
		RAISE EXCEPTION USING ERRCODE = 'CB404', MESSAGE = format(
		    'Import with ID %s not found.', p_import_id);
	END IF;
	IF (caller_is_admin() OR this.campaign_id = ANY (
	    caller_campaigns('editor'))) IS NOT TRUE THEN
		RAISE EXCEPTION USING ERRCODE = 'CB403',
		    MESSAGE = 'Your role does not allow this.';
	END IF;
	reason := CASE
	    WHEN this.state = 'running' THEN 'The import is still running.'
	    WHEN this.state = 'failed' OR this.dry_run
		THEN 'The import stored nothing.'
	    WHEN this.undone_at IS NOT NULL
		THEN 'This import was undone already.'
	    WHEN this.finished_at < now() - interval '30 days'
		THEN 'An import can be undone for 30 days only.'
	    WHEN this.audit_id IS NULL THEN 'This import ran before the '
		'changes of an import were recorded; it cannot be undone.' END;
	IF reason IS NOT NULL THEN
		RAISE EXCEPTION USING ERRCODE = 'CB409', MESSAGE = reason;
	END IF;
	RETURN this;
END
$$;

-- Delete the voters whom the import created and nobody has touched since: they
-- were not edited, are in no other campaign and in no later import, no other
-- import stored votes for them, and nobody was merged into them.  Signups and
-- donations of these people wait as during a merge: see import_lock().
CREATE FUNCTION cerberus.undo_created(p_import cerberus.imports,
	p_dry_run boolean,
	OUT deleted bigint, OUT kept bigint, OUT gone bigint)
LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, cerberus, pg_temp AS $$
DECLARE
	room bigint := current_setting('max_locks_per_transaction')::bigint
	    * current_setting('max_connections')::bigint / 3;
	n bigint;
BEGIN
	CREATE TEMPORARY TABLE undo_made ON COMMIT DROP AS
	SELECT b AS voter_id FROM import_bits(p_import.import_id, false) b;
	GET DIAGNOSTICS n = ROW_COUNT;
	CREATE TEMPORARY TABLE undo_delete (voter_id bigint) ON COMMIT DROP;
	ANALYZE pg_temp.undo_made;
	IF NOT p_dry_run THEN
		IF 2 * n <= room THEN
			PERFORM pg_advisory_xact_lock(k.key)
			FROM (SELECT hashtextextended(v.email_address, 1) AS key
			    FROM pg_temp.undo_made u
			    JOIN voters v USING (voter_id)
			    WHERE v.email_address IS NOT NULL
			    UNION
			    SELECT hashtextextended(v.phone_number, 2)
			    FROM pg_temp.undo_made u
			    JOIN voters v USING (voter_id)
			    WHERE v.phone_number IS NOT NULL
			    ORDER BY 1) k;
		END IF;
		PERFORM FROM pg_temp.undo_made u
		JOIN voters v USING (voter_id) FOR UPDATE OF v;
	END IF;
	SELECT n - count(*) INTO gone
	FROM pg_temp.undo_made JOIN voters USING (voter_id);
	EXECUTE format('INSERT INTO pg_temp.undo_delete
	    SELECT u.voter_id
	    FROM pg_temp.undo_made u JOIN voters v USING (voter_id)
	    WHERE v.updated_at = v.created_at AND %s AND %s
	    AND NOT EXISTS (SELECT FROM campaign_voters cv
		WHERE cv.voter_id = u.voter_id
		AND cv.campaign_id IS DISTINCT FROM $1)
	    AND NOT EXISTS (SELECT FROM votes h WHERE h.voter_id = u.voter_id
		AND h.import_id IS DISTINCT FROM $2)
	    AND NOT EXISTS (SELECT FROM merges m
		WHERE m.kept_id = u.voter_id AND m.undone_at IS NULL)',
	    undo_alone(NULL), undo_last(p_import, false))
	USING p_import.campaign_id, p_import.import_id;
	GET DIAGNOSTICS deleted = ROW_COUNT;
	kept := n - gone - deleted;
	IF p_dry_run OR deleted = 0 THEN
		RETURN;
	END IF;
	ANALYZE pg_temp.undo_delete;
	INSERT INTO audit_log (user_id, request_id, action, table_name, row_id,
	    before, import_id)
	SELECT who.user_id, who.request_id, 'delete', 'voters', v.voter_id,
	    jsonb_strip_nulls(to_jsonb(v)) - 'updated_at', p_import.import_id
	FROM pg_temp.undo_delete u
	JOIN voters v USING (voter_id), (SELECT caller_id() AS user_id,
	    nullif(current_setting('cerberus.request', true), '')
		AS request_id OFFSET 0) who;
	DELETE FROM campaign_voters cv USING pg_temp.undo_delete u
	WHERE cv.voter_id = u.voter_id;
	DELETE FROM voters v USING pg_temp.undo_delete u
	WHERE v.voter_id = u.voter_id;
END
$$;

-- Undo an import, or with p_dry_run only count.  deleted: voters whom it
-- created and who are deleted; reverted: voters who are as before it; kept:
-- voters who keep something because it was changed since; gone: voters who no
-- longer exist; votes_reverted and votes_kept: see votes_undo().  Raise CB403,
-- CB404 or CB409.
CREATE FUNCTION cerberus.import_undo(p_import_id bigint, p_dry_run boolean)
RETURNS TABLE (reverted bigint, deleted bigint, kept bigint, gone bigint,
	votes_reverted bigint, votes_kept bigint)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, cerberus, pg_temp
SET work_mem = '128MB' AS $$
#variable_conflict use_column
DECLARE
	this imports;
	made record;
	known record;
	votes record;
BEGIN
	PERFORM set_config('cerberus.task', '', true);
	this := import_undoable(p_import_id);
	IF NOT p_dry_run THEN
		PERFORM pg_advisory_xact_lock(import_merge_lock());
		-- It may have been undone meanwhile.
		this := import_undoable(p_import_id);
		-- With this task, touch() keeps the old updated_at.
		PERFORM set_config('cerberus.task', 'unmerge', true);
	END IF;
	-- Counted before voters are deleted, and undone after they are locked.
	votes := votes_undo(p_import_id, true);
	made := undo_created(this, p_dry_run);
	known := undo_known(this, p_dry_run);
	reverted := known.reverted;
	deleted := made.deleted;
	kept := made.kept + known.kept;
	gone := made.gone + known.gone;
	votes_reverted := votes.reverted;
	votes_kept := votes.kept;
	IF NOT p_dry_run THEN
		PERFORM votes_undo(p_import_id, false);
		UPDATE imports
		SET undone_at = clock_timestamp(), undone_by = caller_id()
		WHERE import_id = p_import_id;
		PERFORM audit_add('import', 'imports', p_import_id, NULL,
		    jsonb_build_object('undone', true,
			'reverted', import_undo.reverted,
			'deleted', import_undo.deleted,
			'kept', import_undo.kept, 'gone', import_undo.gone,
			'votes_reverted', votes.reverted,
			'votes_kept', votes.kept));
		PERFORM set_config('cerberus.task', '', true);
	END IF;
	RETURN NEXT;
END
$$;
GRANT EXECUTE ON FUNCTION cerberus.import_undo(bigint, boolean)
	TO cerberus_app;

COMMIT;
