-- Revert cerberus:doors from pg
BEGIN;
SET LOCAL ROLE cerberus_owner;

DROP TRIGGER door_added ON cerberus.voters;
DROP TRIGGER door_changed ON cerberus.voters;
DROP FUNCTION cerberus.door_set();
ALTER TABLE cerberus.voters DROP door;
DROP FUNCTION cerberus.and_list(text[]);
DROP FUNCTION cerberus.door_of(text, text, text);
DROP FUNCTION cerberus.street_text(text[]);
DROP FUNCTION cerberus.unit_key(text);
DROP FUNCTION cerberus.unit_text(text);
DROP FUNCTION cerberus.unit_position(text[]);
DROP FUNCTION cerberus.street_direction(text);
DROP FUNCTION cerberus.street_suffix(text);

COMMIT;
