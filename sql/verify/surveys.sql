-- Verify cerberus:surveys on pg
BEGIN;
\ir expect.psql

SELECT pg_temp.expect_table('cerberus.survey_questions', ARRAY[
	'question_id bigint identity not null',
	'campaign_id bigint',
	'question_text character varying(1000) not null',
	'question_type character varying(50) not null',
	'possible_answers jsonb',
	'created_at timestamp with time zone not null default now()',
	'updated_at timestamp with time zone not null default now()'], ARRAY[
	'CHECK ((jsonb_typeof(possible_answers) = ''array''::text))',
	'CHECK (((question_text)::text <> ''''::text))',
	'CHECK (((question_type)::text = ANY '
	    '((ARRAY[''single_choice''::character varying, '
	    '''multiple_choice''::character varying, ''open_text''::character '
	    'varying, ''rating_scale''::character varying, '
	    '''yes_no''::character varying])::text[])))',
	'FOREIGN KEY (campaign_id) REFERENCES cerberus.campaigns(campaign_id) '
	    'ON DELETE SET NULL',
	'PRIMARY KEY (question_id)'], ARRAY[
	'CREATE INDEX btree (campaign_id, question_id)'], ARRAY[
	'touch cerberus.touch']);

SELECT pg_temp.expect_table('cerberus.survey_responses', ARRAY[
	'response_id bigint identity not null',
	'voter_id bigint not null',
	'question_id bigint not null',
	'interaction_id bigint',
	'response_value text',
	'response_values jsonb',
	'responded_at timestamp with time zone not null default now()',
	'created_at timestamp with time zone not null default now()',
	'updated_at timestamp with time zone not null default now()'], ARRAY[
	'CHECK ((num_nonnulls(response_value, response_values) = 1))',
	'CHECK ((jsonb_typeof(response_values) = ''array''::text))',
	'FOREIGN KEY (interaction_id) REFERENCES '
	    'cerberus.interactions(interaction_id) ON DELETE SET NULL',
	'FOREIGN KEY (question_id) REFERENCES '
	    'cerberus.survey_questions(question_id) ON DELETE RESTRICT',
	'FOREIGN KEY (voter_id) REFERENCES cerberus.voters(voter_id) ON DELETE '
	    'CASCADE',
	'PRIMARY KEY (response_id)'], ARRAY[
	'CREATE INDEX btree (voter_id, responded_at)',
	'CREATE INDEX btree (question_id, response_id)',
	'CREATE INDEX btree (interaction_id) WHERE (interaction_id IS NOT '
	    'NULL)'], ARRAY[
	'touch cerberus.touch']);

ROLLBACK;
