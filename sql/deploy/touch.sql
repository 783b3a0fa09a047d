-- Deploy cerberus:touch to pg
--
-- Keeps updated_at: it always moves forward, also for a second change within
-- one transaction, where now() stands still.  ETags and cursors count on that.
-- Undoing a merge puts the old time back.
BEGIN;
SET LOCAL ROLE cerberus_owner;

CREATE FUNCTION cerberus.touch() RETURNS trigger
LANGUAGE plpgsql
SET search_path = pg_catalog, cerberus, pg_temp AS $$
BEGIN
	IF current_user = 'cerberus_owner'
	AND pg_catalog.current_setting('cerberus.task', true) = 'unmerge' THEN
		RETURN NEW;
	END IF;
	NEW.updated_at := greatest(now(),
	    OLD.updated_at + interval '1 microsecond');
	RETURN NEW;
END
$$;

COMMIT;
