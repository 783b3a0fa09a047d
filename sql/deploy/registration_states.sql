-- Deploy cerberus:registration_states to pg
-- requires: voter_details audit
--
-- The state of a registration id is stored as its two letters since state_code()
-- in lib/record/state.c knows the names.  Convert what is stored already.  An id
-- that exists with the two letters, too, stays as it is: these may be two people.
BEGIN;
SET LOCAL ROLE cerberus_owner;

WITH states (code, name) AS (VALUES
	    ('AL', 'alabama'), ('AK', 'alaska'), ('AS', 'american samoa'),
	    ('AZ', 'arizona'), ('AR', 'arkansas'), ('CA', 'california'),
	    ('CO', 'colorado'), ('CT', 'connecticut'), ('DE', 'delaware'),
	    ('DC', 'district of columbia'), ('FL', 'florida'),
	    ('GA', 'georgia'), ('GU', 'guam'), ('HI', 'hawaii'),
	    ('ID', 'idaho'), ('IL', 'illinois'), ('IN', 'indiana'),
	    ('IA', 'iowa'), ('KS', 'kansas'), ('KY', 'kentucky'),
	    ('LA', 'louisiana'), ('ME', 'maine'), ('MD', 'maryland'),
	    ('MA', 'massachusetts'), ('MI', 'michigan'), ('MN', 'minnesota'),
	    ('MS', 'mississippi'), ('MO', 'missouri'), ('MT', 'montana'),
	    ('NE', 'nebraska'), ('NV', 'nevada'), ('NH', 'new hampshire'),
	    ('NJ', 'new jersey'), ('NM', 'new mexico'), ('NY', 'new york'),
	    ('NC', 'north carolina'), ('ND', 'north dakota'),
	    ('MP', 'northern mariana islands'), ('OH', 'ohio'),
	    ('OK', 'oklahoma'), ('OR', 'oregon'), ('PA', 'pennsylvania'),
	    ('PR', 'puerto rico'), ('RI', 'rhode island'),
	    ('SC', 'south carolina'), ('SD', 'south dakota'),
	    ('TN', 'tennessee'), ('TX', 'texas'), ('UT', 'utah'),
	    ('VT', 'vermont'), ('VA', 'virginia'), ('VI', 'virgin islands'),
	    ('WA', 'washington'), ('DC', 'washington dc'),
	    ('WV', 'west virginia'), ('WI', 'wisconsin'), ('WY', 'wyoming')
), spelled AS (
	SELECT v.voter_id, v.voter_registration_id AS id, s.code,
	    row_number() OVER (PARTITION BY v.voter_registration_id, s.code
		ORDER BY v.voter_id) AS n
	FROM cerberus.voters v
	JOIN states s ON lower(btrim(v.registration_state, ' .'))
	    IN (lower(s.code), s.name)
	WHERE v.registration_state <> s.code
)
UPDATE cerberus.voters v SET registration_state = s.code
FROM spelled s
WHERE v.voter_id = s.voter_id AND (s.id IS NULL OR s.n = 1 AND NOT EXISTS (
    SELECT FROM cerberus.voters o WHERE o.voter_registration_id = s.id
    AND o.registration_state = s.code));

COMMIT;
