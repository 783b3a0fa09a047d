-- Revert cerberus:client_events from pg
BEGIN;
SET LOCAL ROLE cerberus_owner;

DROP FUNCTION cerberus.record_event(jsonb);
DROP FUNCTION cerberus.event_undo(cerberus.client_events);
DROP TABLE cerberus.client_events;

COMMIT;
