-- Deploy cerberus:audit to pg
-- requires: invitations
--
-- The audit log: who changed what.  Triggers write it with the owner's rights;
-- admins can read it, and no program can write it.  Changes that a superuser
-- makes to voters and donations by hand, such as loading millions of rows, are
-- not logged.  Erasing a person from the log is in erase.
BEGIN;
SET LOCAL ROLE cerberus_owner;

CREATE TABLE cerberus.audit_log (
	audit_id	bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	at		timestamptz NOT NULL DEFAULT now(),
	user_id		bigint,		-- no foreign key: outlives the user
	request_id	varchar(64),
	action		varchar(20) NOT NULL CHECK (action IN
			('insert', 'update', 'delete', 'import', 'merge',
			'erase')),
	table_name	varchar(63) NOT NULL,
	row_id		bigint,
	before		jsonb,
	after		jsonb
);
CREATE INDEX audit_log_row_idx ON cerberus.audit_log (table_name, row_id);
-- Visitors have no user_id, so their signups cost no entry in this index.
CREATE INDEX audit_log_user_id_idx ON cerberus.audit_log (user_id, audit_id)
	WHERE user_id IS NOT NULL;
-- Rows are inserted in the order of time, so a small BRIN index finds a day.
CREATE INDEX audit_log_at_idx ON cerberus.audit_log USING brin (at);

ALTER TABLE cerberus.audit_log ENABLE ROW LEVEL SECURITY;
GRANT SELECT ON cerberus.audit_log TO cerberus_app;
CREATE POLICY read ON cerberus.audit_log FOR SELECT TO cerberus_app
	USING ((SELECT cerberus.caller_is_admin()));

-- Refuse to change or delete an entry, even by the owner, except to erase it:
-- the functions that do so set cerberus.task to 'erase <audit_id>'.
CREATE FUNCTION cerberus.audit_keep() RETURNS trigger
LANGUAGE plpgsql
SET search_path = pg_catalog, cerberus, pg_temp AS $$
BEGIN
	IF TG_OP = 'UPDATE' AND current_user = 'cerberus_owner'
	AND current_setting('cerberus.task', true)
	    = 'erase ' || OLD.audit_id THEN
		RETURN NEW;
	END IF;
	RAISE EXCEPTION USING ERRCODE = '42501',
	    MESSAGE = 'The audit log is append-only.';
END
$$;
CREATE TRIGGER keep BEFORE UPDATE OR DELETE ON cerberus.audit_log
	FOR EACH ROW EXECUTE FUNCTION cerberus.audit_keep();
CREATE TRIGGER keep_all BEFORE TRUNCATE ON cerberus.audit_log
	EXECUTE FUNCTION cerberus.audit_keep();

-- Add one entry in the caller's name.
CREATE FUNCTION cerberus.audit_add(p_action text, p_table text, p_row bigint,
	p_before jsonb, p_after jsonb) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
	INSERT INTO cerberus.audit_log (user_id, request_id, action,
	    table_name, row_id, before, after)
	-- An entry for a visitor needs no look-up of a token.
	VALUES (CASE WHEN pg_catalog.current_setting('cerberus.token', true)
	    <> '' THEN cerberus.caller_id() END,
	    nullif(pg_catalog.current_setting('cerberus.request', true), ''),
	    p_action, p_table, p_row, p_before, p_after);
END
$$;

-- Log the change of a row.  The argument of the trigger is the name of the
-- column for row_id.  An update is logged as the columns that changed; null
-- columns of an inserted or deleted row are left out.  Neither hashes of tokens
-- nor of passwords are logged.
CREATE FUNCTION cerberus.audit_row() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, cerberus, pg_temp AS $$
DECLARE
	old_row jsonb;
	new_row jsonb;
	old_values jsonb;
	new_values jsonb;
BEGIN
	IF TG_OP = 'INSERT' THEN
		new_values := jsonb_strip_nulls(to_jsonb(NEW))
		    - '{password_hash,token_hash,updated_at}'::text[];
		PERFORM audit_add('insert', TG_TABLE_NAME,
		    (new_values ->> TG_ARGV[0])::bigint, NULL, new_values);
		RETURN NULL;
	END IF;
	old_row := to_jsonb(OLD) - '{token_hash,updated_at}'::text[];
	IF old_row ? 'password_hash' THEN
		old_row := old_row || '{"password_hash": null}';
	END IF;
	IF TG_OP = 'DELETE' THEN
		old_values := jsonb_strip_nulls(old_row);
		PERFORM audit_add('delete', TG_TABLE_NAME,
		    (old_row ->> TG_ARGV[0])::bigint, old_values, NULL);
		RETURN NULL;
	END IF;
	new_row := to_jsonb(NEW);
	-- Log that the password changed, but not its hash.
	IF new_row ? 'password_hash' THEN
		new_row := jsonb_set(new_row, '{password_hash}',
		    CASE WHEN new_row -> 'password_hash'
			<> to_jsonb(OLD) -> 'password_hash'
		    THEN '"changed"'::jsonb ELSE 'null' END);
	END IF;
	new_row := new_row - '{token_hash,updated_at}'::text[];
	SELECT jsonb_object_agg(n.key, old_row -> n.key),
	    jsonb_object_agg(n.key, n.value)
	INTO old_values, new_values
	FROM jsonb_each(new_row) n
	WHERE n.value <> old_row -> n.key;
	IF new_values IS NULL OR new_values - 'last_login_at' = '{}' THEN
		RETURN NULL;
	END IF;
	IF TG_TABLE_NAME = 'campaign_members' THEN
		new_values := new_values || jsonb_build_object('user_id',
		    new_row -> 'user_id');
	END IF;
	PERFORM audit_add('update', TG_TABLE_NAME,
	    (new_row ->> TG_ARGV[0])::bigint, old_values, new_values);
	RETURN NULL;
END
$$;

CREATE TRIGGER audit AFTER INSERT OR UPDATE OR DELETE ON cerberus.campaigns
	FOR EACH ROW EXECUTE FUNCTION cerberus.audit_row('campaign_id');
CREATE TRIGGER audit AFTER INSERT OR UPDATE OR DELETE ON cerberus.users
	FOR EACH ROW EXECUTE FUNCTION cerberus.audit_row('user_id');
CREATE TRIGGER audit AFTER INSERT OR UPDATE OR DELETE
	ON cerberus.campaign_members
	FOR EACH ROW EXECUTE FUNCTION cerberus.audit_row('campaign_id');
-- Who invited whom, and which links were used.
CREATE TRIGGER audit AFTER INSERT OR UPDATE ON cerberus.invitations
	FOR EACH ROW EXECUTE FUNCTION cerberus.audit_row('invitation_id');
-- API keys are logged, sessions are not.
CREATE TRIGGER audit_added AFTER INSERT ON cerberus.api_tokens
	FOR EACH ROW WHEN (NEW.kind = 'api_key')
	EXECUTE FUNCTION cerberus.audit_row('token_id');
CREATE TRIGGER audit_changed AFTER UPDATE ON cerberus.api_tokens
	FOR EACH ROW WHEN (OLD.kind = 'api_key')
	EXECUTE FUNCTION cerberus.audit_row('token_id');
CREATE TRIGGER audit_removed AFTER DELETE ON cerberus.api_tokens
	FOR EACH ROW WHEN (OLD.kind = 'api_key')
	EXECUTE FUNCTION cerberus.audit_row('token_id');
-- An import, a merge and a signup write their own entries in audit_import(),
-- merge_voters() and voter_new(), and say so in cerberus.task.  The triggers
-- trust the setting only from our own functions, which clear it when the
-- programs call them, and not within another trigger: a cascade runs as the
-- owner too, under whatever the caller has set.  A WHEN condition costs each
-- row far less than a function that does nothing.
CREATE TRIGGER audit AFTER INSERT OR UPDATE OR DELETE ON cerberus.voters
	FOR EACH ROW WHEN (current_user IN ('cerberus_app', 'cerberus_stripe')
	    OR (current_user = 'cerberus_owner' AND (pg_trigger_depth() > 0
		OR coalesce(current_setting('cerberus.task', true), '') = '')))
	EXECUTE FUNCTION cerberus.audit_row('voter_id');
CREATE TRIGGER audit AFTER INSERT OR UPDATE OR DELETE ON cerberus.donations
	FOR EACH ROW WHEN (current_user IN ('cerberus_app', 'cerberus_stripe',
	    'cerberus_owner'))
	EXECUTE FUNCTION cerberus.audit_row('donation_id');

-- Log a completed import as one entry.
CREATE FUNCTION cerberus.audit_import() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, cerberus, pg_temp AS $$
BEGIN
	PERFORM audit_add('import', 'imports', NEW.import_id, NULL,
	    jsonb_strip_nulls(jsonb_build_object(
		'campaign_id', NEW.campaign_id, 'mode', NEW.mode,
		'rows', NEW.rows, 'created', NEW.created,
		'updated', NEW.updated, 'unchanged', NEW.unchanged,
		'rejected', NEW.rejected)));
	RETURN NULL;
END
$$;
CREATE TRIGGER audit AFTER UPDATE ON cerberus.imports
	FOR EACH ROW WHEN (OLD.state = 'running' AND NEW.state = 'done'
	    AND NOT NEW.dry_run)
	EXECUTE FUNCTION cerberus.audit_import();

-- Erase a deleted voter's personal data from the log.  The entries stay, and a
-- new one says who erased them.  For admins, and for the administrator of the
-- database.  Return the number of entries that were emptied.  Raise CB403, or
-- CB409 if the voter still exists.
CREATE FUNCTION cerberus.audit_erase(p_voter_id bigint) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, cerberus, pg_temp AS $$
DECLARE
	entry record;
	n bigint := 0;
BEGIN
	PERFORM set_config('cerberus.task', '', true);
	IF NOT (caller_is_admin() OR (caller_id() IS NULL
	    AND pg_has_role(session_user, 'cerberus_owner', 'MEMBER'))) THEN
		RAISE EXCEPTION USING ERRCODE = 'CB403',
		    MESSAGE = 'Your role does not allow this.',
		    DETAIL = 'forbidden';
	END IF;
	IF EXISTS (SELECT FROM voters WHERE voter_id = p_voter_id) THEN
		RAISE EXCEPTION USING ERRCODE = 'CB409',
		    MESSAGE = format('Voter %s still exists; delete it first.',
			p_voter_id),
		    DETAIL = 'conflict';
	END IF;
	FOR entry IN SELECT audit_id FROM audit_log
	    WHERE table_name = 'voters' AND row_id = p_voter_id
	    AND action <> 'erase' AND (before IS NOT NULL OR after IS NOT NULL)
	LOOP
		PERFORM set_config('cerberus.task',
		    'erase ' || entry.audit_id, true);
		UPDATE audit_log SET before = NULL, after = NULL
		WHERE audit_id = entry.audit_id;
		n := n + 1;
	END LOOP;
	PERFORM set_config('cerberus.task', '', true);
	PERFORM audit_add('erase', 'voters', p_voter_id, NULL,
	    jsonb_build_object('entries', n));
	RETURN n;
END
$$;

COMMIT;
