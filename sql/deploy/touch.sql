-- Deploy cerberus:touch to pg
--
-- Keeps updated_at: it always moves forward, also for a second change within
-- one transaction, where now() stands still.  ETags and cursors count on that.
BEGIN;
SET LOCAL ROLE cerberus_owner;

CREATE FUNCTION cerberus.touch() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
	NEW.updated_at := greatest(now(),
	    OLD.updated_at + interval '1 microsecond');
	RETURN NEW;
END
$$;

COMMIT;
