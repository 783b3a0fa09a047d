-- Deploy cerberus:upkeep to pg
-- requires: policies schema_version
--
-- What "cerberus check" asks the database: when the commands that have to run
-- regularly were last complete, and which sequences are behind their tables.
BEGIN;
SET LOCAL ROLE cerberus_owner;

-- When a command that runs regularly was last complete.
CREATE TABLE cerberus.job_runs (
	job		varchar(40) PRIMARY KEY,
	ended_at	timestamptz NOT NULL
);
-- Only functions read and write it.
ALTER TABLE cerberus.job_runs ENABLE ROW LEVEL SECURITY;

-- A run is complete.
CREATE FUNCTION cerberus.job_done(p_job text) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, cerberus, pg_temp AS $$
BEGIN
	PERFORM set_config('cerberus.task', '', true);
	INSERT INTO job_runs AS j (job, ended_at) VALUES (p_job, now())
	ON CONFLICT (job) DO UPDATE SET ended_at = EXCLUDED.ended_at;
END
$$;

-- Hours since the last complete run of a job, or, if there was none, since the
-- first user was created; null without users.
CREATE FUNCTION cerberus.job_age(p_job text) RETURNS integer
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, cerberus, pg_temp AS $$
	SELECT floor(extract(epoch FROM now() - coalesce(
	    (SELECT j.ended_at FROM job_runs j WHERE j.job = p_job),
	    (SELECT min(u.created_at) FROM users u))) / 3600)::integer
$$;

-- The tables whose sequence would next give an id that a row has already, for
-- example because rows were loaded by hand.  next_id is that id.
CREATE FUNCTION cerberus.sequences_behind()
RETURNS TABLE (table_name text, next_id bigint, highest bigint)
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, cerberus, pg_temp AS $$
DECLARE
	key text;
	sequence text;
BEGIN
	FOR table_name, key, sequence IN
		SELECT c.relname, a.attname,
		    pg_get_serial_sequence(c.oid::regclass::text, a.attname)
		FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
		WHERE c.relnamespace = 'cerberus'::regnamespace
		AND c.relkind IN ('r', 'p') AND a.attidentity <> ''
		AND NOT a.attisdropped
		ORDER BY c.relname
	LOOP
		EXECUTE format('SELECT last_value + is_called::integer, '
		    '(SELECT max(%I) FROM %I) FROM %s', key, table_name,
		    sequence) INTO next_id, highest;
		IF next_id <= highest THEN
			RETURN NEXT;
		END IF;
	END LOOP;
END
$$;

GRANT EXECUTE ON FUNCTION cerberus.job_done(text), cerberus.job_age(text),
	cerberus.sequences_behind() TO cerberus_stripe;

COMMIT;
