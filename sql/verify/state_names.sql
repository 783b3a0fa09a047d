-- Verify cerberus:state_names on pg
BEGIN;
\ir expect.psql

SELECT pg_temp.expect_function('cerberus.state_code(text)', 'text',
	definer => false, for_app => true);
SELECT pg_temp.expect('the codes of states', ARRAY['OH OH OH DC GA'],
	ARRAY[(SELECT string_agg(cerberus.state_code(s), ' ' ORDER BY n)
	FROM unnest(ARRAY['Ohio', 'oh', ' OHIO ', 'Washington, D.C.', 'Bavaria',
	    '', 'georgia']) WITH ORDINALITY u (s, n))]);

ROLLBACK;
