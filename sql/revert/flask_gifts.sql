-- Revert cerberus:flask_gifts from pg
BEGIN;
SET LOCAL ROLE cerberus_owner;

DROP FUNCTION cerberus.flask_move(bigint[]), cerberus.flask_sequences(),
	cerberus.flask_donations(bigint[]), cerberus.flask_donors();

COMMIT;
