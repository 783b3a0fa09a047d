-- Moving from the Flask backend: who may, and into which database.  What becomes
-- of the rows is tested by tests/move.  And the regular commands.
\ir fixture.psql
SELECT no_plan();

SELECT is(pg_temp.app(who, 'SELECT flask_stage()', 'cerberus_stripe'), code,
    coalesce(who, 'nobody') || ' moves into a database with campaigns')
FROM (VALUES ('admin', 'CB409'), ('manager', 'CB403'), (NULL, 'CB403'))
    t (who, code);
SELECT is(pg_temp.app('admin', 'SELECT flask_move(''{}'')', 'cerberus_stripe'),
    'CB403', 'a move without a stage');

-- Without rows it is an empty move.
TRUNCATE cerberus.campaigns, cerberus.voters, cerberus.interactions,
    cerberus.survey_questions, cerberus.donations CASCADE;
SELECT is(pg_temp.app('admin', 'SELECT sum(found + moved + made) FROM
    (SELECT flask_stage()) s, flask_move(''{}'')', 'cerberus_stripe'), '0',
    'a move of nothing');

-- When a command was last complete.
SELECT is(pg_temp.app(NULL, 'SELECT job_age(''tidy'')', 'cerberus_stripe'), '0',
    'the age of an installation');
UPDATE cerberus.users SET created_at = now() - interval '30 hours';
SELECT is(pg_temp.app(NULL, 'SELECT job_age(''tidy'')', 'cerberus_stripe'),
    '30', 'a command that was never complete');
SELECT cerberus.job_done('tidy');
SELECT is(pg_temp.app(NULL, 'SELECT job_age(''tidy'')', 'cerberus_stripe'),
    '0', 'a command that was');
SELECT is(pg_temp.app(NULL, 'SELECT job_age(''reconcile'')',
    'cerberus_stripe'), '30', 'another one');

INSERT INTO cerberus.campaigns (campaign_id, campaign_name) VALUES (5000, 'X');
SELECT is(pg_temp.app(NULL, 'SELECT highest FROM sequences_behind()
    WHERE table_name = ''campaigns''', 'cerberus_stripe'), '5000',
    'a sequence behind its table');
SELECT is(setval('cerberus.campaigns_campaign_id_seq', 5000), 5000::bigint,
    'it is moved');
SELECT is(pg_temp.app(NULL, 'SELECT count(*) FROM sequences_behind()
    WHERE table_name = ''campaigns''', 'cerberus_stripe'), '0',
    'a sequence that is not');
SELECT * FROM finish();
ROLLBACK;
