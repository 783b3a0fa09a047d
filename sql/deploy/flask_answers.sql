-- Deploy cerberus:flask_answers to pg
-- requires: flask_people interactions_canvass surveys_answers
--
-- Moving from the Flask backend: who is in which campaign, interactions, survey
-- questions and responses.
BEGIN;
SET LOCAL ROLE cerberus_owner;

-- Voters are in the campaigns that list them, and in those that they came from,
-- were contacted for, answered a question of, or gave to.
CREATE FUNCTION cerberus.flask_memberships() RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, cerberus, pg_temp AS $$
BEGIN
	INSERT INTO flask_notes
	SELECT 'row', 'campaign_voters', f.campaign_voter_id, v.name, v.value,
	    v.message
	FROM flask_campaign_voters f
	LEFT JOIN campaigns c ON c.campaign_id = f.campaign_id
	LEFT JOIN voters t ON t.voter_id = f.voter_id
	CROSS JOIN LATERAL (SELECT 'campaign_id', f.campaign_id::text,
	    'The campaign is gone.' WHERE c.campaign_id IS NULL
	    UNION ALL SELECT 'voter_id', f.voter_id::text,
	    'The voter is gone.' WHERE c.campaign_id IS NOT NULL)
	    v (name, value, message)
	WHERE c.campaign_id IS NULL OR t.voter_id IS NULL;
	INSERT INTO campaign_voters (campaign_id, voter_id, joined_at)
	SELECT m.campaign_id, m.voter_id,
	    coalesce(min(m.at) FILTER (WHERE m.listed), min(m.at), now())
	FROM (SELECT f.campaign_id, f.voter_id, flask_time(f.added_at) AS at,
		true AS listed FROM flask_campaign_voters f
	    UNION ALL SELECT v.source_campaign_id, v.voter_id, v.created_at,
		false FROM voters v
	    UNION ALL SELECT f.campaign_id, f.voter_id,
		flask_time(f.created_at), false FROM flask_interactions f
	    UNION ALL SELECT q.campaign_id, f.voter_id,
		flask_time(f.responded_at), false
	    FROM flask_responses f JOIN flask_questions q USING (question_id)
	    UNION ALL SELECT d.campaign_id, d.person_id, d.created_at, false
	    FROM flask_donations d) m
	JOIN campaigns c ON c.campaign_id = m.campaign_id
	JOIN voters t ON t.voter_id = m.voter_id
	GROUP BY m.campaign_id, m.voter_id;
END
$$;

-- Interactions keep their ids, and lose a campaign or a user who is gone.
CREATE FUNCTION cerberus.flask_interactions() RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, cerberus, pg_temp AS $$
BEGIN
	INSERT INTO flask_notes
	SELECT v.kind, 'interactions', f.interaction_id, v.name, v.value,
	    v.message
	FROM flask_interactions f
	LEFT JOIN voters t ON t.voter_id = f.voter_id
	LEFT JOIN campaigns c ON c.campaign_id = f.campaign_id
	LEFT JOIN flask_known k ON k.flask_id = f.user_id
	CROSS JOIN LATERAL (VALUES
	    ('row', 'voter_id', f.voter_id::text, 'The voter is gone.',
	     t.voter_id IS NULL),
	    ('value', 'campaign_id', f.campaign_id::text, 'The campaign is '
	     'gone. It is left blank; admins see the interaction.',
	     f.campaign_id IS NOT NULL AND c.campaign_id IS NULL),
	    ('value', 'user_id', f.user_id::text, 'The user is gone. It is '
	     'left blank.', f.user_id IS NOT NULL AND k.user_id IS NULL),
	    ('value', 'interaction_type', NULL, 'The type is blank. It becomes '
	     'Other.', f.interaction_type IS NULL),
	    ('value', 'duration_minutes', f.duration_minutes::text,
	     'This is not a duration. It is left blank.',
	     f.duration_minutes NOT BETWEEN 0 AND 1000000))
	    v (kind, name, value, message, wrong)
	WHERE v.wrong AND (v.kind = 'row' OR t.voter_id IS NOT NULL);
	INSERT INTO interactions (interaction_id, voter_id, campaign_id,
	    user_id, interaction_type, interaction_date, outcome, notes,
	    duration_minutes, created_at, updated_at)
	SELECT f.interaction_id, f.voter_id, c.campaign_id, k.user_id,
	    coalesce(f.interaction_type, 'Other'),
	    coalesce(flask_time(f.interaction_date), flask_time(f.created_at),
		now()),
	    f.outcome, f.notes, CASE WHEN f.duration_minutes BETWEEN 0
		AND 1000000 THEN f.duration_minutes END, t.at, t.at
	FROM flask_interactions f
	JOIN voters v ON v.voter_id = f.voter_id
	LEFT JOIN campaigns c ON c.campaign_id = f.campaign_id
	LEFT JOIN flask_known k ON k.flask_id = f.user_id
	CROSS JOIN LATERAL (SELECT coalesce(flask_time(f.created_at),
	    flask_time(f.interaction_date), now()) AS at) t;
END
$$;

-- The responses as they will be stored: an answer is one text, or a list of them
-- for a multiple choice.  possible_answers may be a list of texts, a list of
-- objects with value and label, or an object of values and labels: what is stored
-- here are the values, and an answer that is a label becomes its value.
CREATE FUNCTION cerberus.flask_answers() RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, cerberus, pg_temp AS $$
BEGIN
	CREATE TEMPORARY TABLE flask_choices ON COMMIT DROP AS
	SELECT DISTINCT ON (q.question_id, a.value) q.question_id,
	    left(a.value, 500) AS value, a.label, a.at
	FROM flask_questions q CROSS JOIN LATERAL (
	    SELECT btrim(coalesce(e.item ->> 'value', e.item ->> 'label',
		e.item ->> 'text', e.item #>> '{}')), coalesce(
		e.item ->> 'label', e.item ->> 'text'), e.at
	    FROM jsonb_array_elements(CASE jsonb_typeof(q.possible_answers)
		WHEN 'array' THEN q.possible_answers ELSE '[]' END)
		WITH ORDINALITY e (item, at)
	    UNION ALL
	    SELECT btrim(o.key), o.value #>> '{}', 0
	    FROM jsonb_each(CASE jsonb_typeof(q.possible_answers)
		WHEN 'object' THEN q.possible_answers ELSE '{}' END) o
	    ) a (value, label, at)
	WHERE a.value <> ''
	ORDER BY q.question_id, a.value, a.at;
	INSERT INTO flask_notes
	SELECT 'note', 'survey_questions', c.question_id, 'possible_answers',
	    c.label, format('This is the label of %s. Labels are not moved.',
		c.value)
	FROM flask_choices c WHERE c.label <> c.value;

	CREATE TEMPORARY TABLE flask_types ON COMMIT DROP AS
	SELECT q.question_id, CASE WHEN t.type IN ('single_choice',
	    'multiple_choice', 'open_text', 'rating_scale', 'yes_no')
	    THEN t.type
	    WHEN t.type IN ('text', 'open', 'open_ended', 'free_text')
	    THEN 'open_text'
	    WHEN t.type IN ('rating', 'scale') THEN 'rating_scale'
	    WHEN t.type IN ('boolean', 'yes/no') THEN 'yes_no'
	    WHEN EXISTS (SELECT FROM flask_choices c
		WHERE c.question_id = q.question_id) THEN 'single_choice'
	    ELSE 'open_text' END AS type, t.type AS given
	FROM flask_questions q CROSS JOIN LATERAL (SELECT
	    replace(replace(lower(q.question_type), ' ', '_'), '-', '_')
	    AS type) t;

	CREATE TEMPORARY TABLE flask_said ON COMMIT DROP AS
	SELECT r.response_id, r.question_id, k.n,
	    string_agg(coalesce(c.value, CASE WHEN t.type = 'yes_no'
		AND lower(a.value) IN ('yes', 'y', 'true') THEN 'yes'
		WHEN t.type = 'yes_no' AND lower(a.value) IN ('no', 'n',
		    'false') THEN 'no'
		ELSE a.value END), ', ' ORDER BY a.n) AS value
	FROM flask_responses r JOIN flask_types t USING (question_id)
	CROSS JOIN LATERAL (
	    SELECT btrim(e.item #>> '{}'), e.n
	    FROM jsonb_array_elements(CASE jsonb_typeof(r.response_values)
		WHEN 'array' THEN r.response_values ELSE '[]' END)
		WITH ORDINALITY e (item, n)
	    WHERE t.type = 'multiple_choice' OR r.response_value IS NULL
	    UNION ALL
	    SELECT btrim(r.response_values #>> '{}'), 1
	    WHERE jsonb_typeof(r.response_values) IN ('string', 'number',
		'boolean') AND r.response_value IS NULL
	    UNION ALL
	    SELECT btrim(r.response_value), 0
	    WHERE t.type <> 'multiple_choice'
	    OR jsonb_typeof(r.response_values) IS DISTINCT FROM 'array'
	    ) a (value, n)
	LEFT JOIN LATERAL (SELECT c.value FROM flask_choices c
	    WHERE c.question_id = r.question_id AND c.label = a.value
	    AND NOT EXISTS (SELECT FROM flask_choices o
		WHERE o.question_id = r.question_id AND o.value = a.value)
	    ORDER BY c.at LIMIT 1) c ON true
	-- Several answers to any other question are one text.
	CROSS JOIN LATERAL (SELECT CASE t.type WHEN 'multiple_choice'
	    THEN a.n ELSE 0 END) k (n)
	WHERE a.value <> ''
	GROUP BY r.response_id, r.question_id, k.n;
	ANALYZE flask_said, flask_choices, flask_types;
END
$$;

-- Questions whose answers do not fit their type get one that they fit, or the
-- missing choices: no answer is lost.
CREATE FUNCTION cerberus.flask_questions() RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, cerberus, pg_temp AS $$
BEGIN
	PERFORM flask_answers();
	WITH changed AS (
		UPDATE flask_types t SET type = CASE
		    WHEN EXISTS (SELECT FROM flask_said s
			WHERE s.question_id = t.question_id
			AND length(s.value) > 500) THEN 'open_text'
		    WHEN t.type IN ('single_choice', 'multiple_choice')
		    THEN 'open_text' ELSE 'single_choice' END
		WHERE t.type = 'yes_no' AND EXISTS (SELECT FROM flask_said s
		    WHERE s.question_id = t.question_id
		    AND s.value NOT IN ('yes', 'no'))
		OR t.type = 'rating_scale' AND (EXISTS (SELECT
		    FROM flask_said s WHERE s.question_id = t.question_id
		    AND s.value !~ '^-?[0-9]{1,6}$')
		    OR EXISTS (SELECT FROM flask_choices c
		    WHERE c.question_id = t.question_id
		    AND c.value !~ '^-?[0-9]{1,6}$'))
		OR t.type IN ('single_choice', 'multiple_choice')
		AND (NOT EXISTS (SELECT FROM flask_choices c
		    WHERE c.question_id = t.question_id)
		OR EXISTS (SELECT FROM flask_said s
		    WHERE s.question_id = t.question_id
		    AND length(s.value) > 500))
		RETURNING t.question_id, t.type
	)
	INSERT INTO flask_notes
	SELECT 'value', 'survey_questions', c.question_id, 'question_type',
	    q.question_type, format('The answers do not fit. It becomes %s.',
		c.type)
	FROM changed c JOIN flask_questions q USING (question_id);
	INSERT INTO flask_notes
	SELECT 'value', 'survey_questions', q.question_id, 'question_type',
	    q.question_type, format('This type does not exist here. It '
		'becomes %s.', t.type)
	FROM flask_questions q JOIN flask_types t USING (question_id)
	WHERE (t.given IN ('single_choice', 'multiple_choice', 'open_text',
	    'rating_scale', 'yes_no', t.type)) IS NOT TRUE;
	-- Choices that were given, and that the question does not list.
	WITH added AS (
		INSERT INTO flask_choices (question_id, value, at)
		SELECT DISTINCT s.question_id, s.value, 1000000
		FROM flask_said s JOIN flask_types t USING (question_id)
		WHERE (t.type IN ('single_choice', 'multiple_choice')
		    OR t.type = 'rating_scale' AND s.value::bigint NOT BETWEEN
			(SELECT coalesce(min(c.value::bigint), 1)
			FROM flask_choices c
			WHERE c.question_id = s.question_id)
			AND (SELECT coalesce(max(c.value::bigint), 5)
			FROM flask_choices c
			WHERE c.question_id = s.question_id))
		AND NOT EXISTS (SELECT FROM flask_choices c
		    WHERE c.question_id = s.question_id AND c.value = s.value)
		RETURNING question_id, value
	)
	INSERT INTO flask_notes
	SELECT 'note', 'survey_questions', a.question_id, 'possible_answers',
	    a.value, 'This was answered, and is added to the possible answers.'
	FROM added a;
	-- A scale has at least two numbers.
	INSERT INTO flask_choices (question_id, value, at)
	SELECT t.question_id, n.value, n.value::bigint
	FROM flask_types t CROSS JOIN (VALUES ('1'), ('5')) n (value)
	WHERE t.type = 'rating_scale' AND EXISTS (SELECT FROM flask_choices c
	    WHERE c.question_id = t.question_id)
	AND NOT EXISTS (SELECT FROM flask_choices c
	    WHERE c.question_id = t.question_id AND c.value = n.value)
	AND (SELECT count(*) FROM flask_choices c
	    WHERE c.question_id = t.question_id AND c.at < 1000000) < 2;

	INSERT INTO flask_notes
	SELECT 'value', 'survey_questions', q.question_id, v.name, v.value,
	    v.message
	FROM flask_questions q LEFT JOIN campaigns c USING (campaign_id)
	CROSS JOIN LATERAL (VALUES ('campaign_id', q.campaign_id::text,
	    'The campaign is gone. It is left blank; admins see the question.',
	    q.campaign_id IS NOT NULL AND c.campaign_id IS NULL),
	    ('question_text', NULL, 'The text is blank. The question is named '
	    'by its id.', q.question_text IS NULL),
	    ('question_text', q.question_text, 'The text is cut after 1,000 '
	    'characters.', length(q.question_text) > 1000))
	    v (name, value, message, wrong)
	WHERE v.wrong;
	INSERT INTO survey_questions (question_id, campaign_id, question_text,
	    question_type, possible_answers, created_at, updated_at)
	SELECT q.question_id, c.campaign_id,
	    left(coalesce(q.question_text, 'Question ' || q.question_id), 1000),
	    t.type, CASE WHEN t.type NOT IN ('open_text', 'yes_no')
		THEN (SELECT jsonb_agg(h.value ORDER BY
		    CASE WHEN t.type = 'rating_scale' THEN h.value::bigint
		    ELSE h.at END, h.value)
		FROM flask_choices h WHERE h.question_id = q.question_id) END,
	    coalesce(flask_time(q.created_at), now()),
	    coalesce(flask_time(q.created_at), now())
	FROM flask_questions q JOIN flask_types t USING (question_id)
	LEFT JOIN campaigns c ON c.campaign_id = q.campaign_id;
END
$$;

-- Responses keep their ids.  One without a voter or a question cannot be taken.
CREATE FUNCTION cerberus.flask_responses() RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, cerberus, pg_temp AS $$
BEGIN
	INSERT INTO flask_notes
	SELECT v.kind, 'survey_responses', r.response_id, v.name, v.value,
	    v.message
	FROM flask_responses r
	LEFT JOIN voters t ON t.voter_id = r.voter_id
	LEFT JOIN survey_questions q ON q.question_id = r.question_id
	LEFT JOIN interactions i ON i.interaction_id = r.interaction_id
	CROSS JOIN LATERAL (VALUES
	    (1, 'row', 'voter_id', r.voter_id::text, 'The voter is gone.',
	     t.voter_id IS NULL),
	    (1, 'row', 'question_id', r.question_id::text, 'The question is '
	     'gone.', t.voter_id IS NOT NULL AND q.question_id IS NULL),
	    (1, 'row', 'response_value', NULL, 'There is no answer.',
	     t.voter_id IS NOT NULL AND q.question_id IS NOT NULL
		AND NOT EXISTS (SELECT FROM flask_said s
		    WHERE s.response_id = r.response_id)),
	    (2, 'value', 'interaction_id', r.interaction_id::text,
	     'The interaction is gone, or is another voter''s. It is left '
	     'blank.', r.interaction_id IS NOT NULL
		AND i.voter_id IS DISTINCT FROM r.voter_id),
	    (2, 'value', 'response_value', r.response_value, 'The text is cut '
	     'after 10,000 characters.', length(r.response_value) > 10000))
	    v (n, kind, name, value, message, wrong)
	WHERE v.wrong AND (v.n = 1 OR EXISTS (SELECT FROM flask_said s
	    WHERE s.response_id = r.response_id)
	    AND t.voter_id IS NOT NULL AND q.question_id IS NOT NULL);
	INSERT INTO survey_responses (response_id, voter_id, question_id,
	    interaction_id, response_value, response_values, responded_at,
	    created_at, updated_at)
	SELECT r.response_id, r.voter_id, r.question_id, i.interaction_id,
	    CASE WHEN q.question_type <> 'multiple_choice'
		THEN left(s.one, 10000) END,
	    CASE WHEN q.question_type = 'multiple_choice' THEN s.many END,
	    t.at, t.at, t.at
	FROM flask_responses r
	JOIN voters v ON v.voter_id = r.voter_id
	JOIN survey_questions q ON q.question_id = r.question_id
	JOIN (SELECT a.response_id,
	    string_agg(a.value, ', ' ORDER BY a.n) AS one,
	    jsonb_agg(DISTINCT a.value) AS many
	    FROM flask_said a GROUP BY a.response_id) s
	    ON s.response_id = r.response_id
	LEFT JOIN interactions i ON i.interaction_id = r.interaction_id
	    AND i.voter_id = r.voter_id
	CROSS JOIN LATERAL (SELECT coalesce(flask_time(r.responded_at), now())
	    AS at) t;
END
$$;

COMMIT;
