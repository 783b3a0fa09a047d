-- Deploy cerberus:touch to pg
--
-- The trigger function that maintains updated_at; the changes that create
-- tables attach it.  updated_at always increases, also for a second change
-- within one transaction, where now() does not advance.  ETags and cursors
-- depend on that.  Undoing a merge restores the old time.
BEGIN;
SET LOCAL ROLE cerberus_owner;

CREATE FUNCTION cerberus.touch() RETURNS trigger
LANGUAGE plpgsql
SET search_path = pg_catalog, cerberus, pg_temp AS $$
BEGIN
	IF current_user = 'cerberus_owner'
	AND current_setting('cerberus.task', true) = 'unmerge' THEN
		RETURN NEW;
	END IF;
	NEW.updated_at := greatest(now(),
	    OLD.updated_at + interval '1 microsecond');
	RETURN NEW;
END
$$;

COMMIT;
