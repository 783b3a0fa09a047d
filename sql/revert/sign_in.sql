-- Revert cerberus:sign_in from pg
BEGIN;
SET LOCAL ROLE cerberus_owner;

DROP FUNCTION cerberus.login_finish(text, text, bytea, bytea, text, bytea,
	text, integer, text, boolean, bigint, bytea, text);
DROP FUNCTION cerberus.login_uncount(text, text, bigint);
DROP FUNCTION cerberus.login_forget(text, text, bigint);
DROP FUNCTION cerberus.login_begin(text, text, integer, bytea);
DROP FUNCTION cerberus.login_device(text, bytea);
DROP FUNCTION cerberus.login_wait(text, text, integer, bigint);
DROP FUNCTION cerberus.login_ticket(text, text, integer);
DROP FUNCTION cerberus.login_key(text, text);
DROP FUNCTION cerberus.login_name(text);
DROP FUNCTION cerberus.login_try(text, integer, integer);
DROP FUNCTION cerberus.password_matches(text, bytea);
DROP FUNCTION cerberus.phc_parameters(text);
DROP TABLE cerberus.login_tries;

COMMIT;
