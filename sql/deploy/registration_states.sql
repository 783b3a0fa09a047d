-- Deploy cerberus:registration_states to pg
-- requires: voter_details audit state_names
--
-- The programs store the state of a registration id as its two letters.
-- Convert states that were stored by their names, unless the same id exists
-- with the two letters, too: these may be two people.
BEGIN;
SET LOCAL ROLE cerberus_owner;

WITH spelled AS (
	SELECT v.voter_id, v.voter_registration_id AS id, k.code,
	    row_number() OVER (PARTITION BY v.voter_registration_id, k.code
		ORDER BY v.voter_id) AS n
	FROM cerberus.voters v,
	    cerberus.state_code(v.registration_state) k (code)
	WHERE v.registration_state <> k.code
)
UPDATE cerberus.voters v SET registration_state = s.code
FROM spelled s
WHERE v.voter_id = s.voter_id AND (s.id IS NULL OR s.n = 1 AND NOT EXISTS (
    SELECT FROM cerberus.voters o WHERE o.voter_registration_id = s.id
    AND o.registration_state = s.code));

COMMIT;
