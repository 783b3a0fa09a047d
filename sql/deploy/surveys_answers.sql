-- Deploy cerberus:surveys_answers to pg
-- requires: interactions_canvass
--
-- Checks of survey questions and responses: a question has possible answers if
-- its type needs them, and a response fits its question.
BEGIN;
SET LOCAL ROLE cerberus_owner;

-- Raise CB400 unless possible_answers fits question_type.
CREATE FUNCTION cerberus.check_question() RETURNS trigger
LANGUAGE plpgsql
SET search_path = pg_catalog, cerberus, pg_temp AS $$
DECLARE
	said text;
BEGIN
	IF NEW.question_type IN ('single_choice', 'multiple_choice') THEN
		IF coalesce(jsonb_array_length(NEW.possible_answers), 0) = 0
		THEN
			said := 'This type of question needs possible answers.';
		ELSIF EXISTS (SELECT
		    FROM jsonb_array_elements(NEW.possible_answers) a
		    WHERE jsonb_typeof(a) <> 'string'
		    OR btrim(a #>> '{}') = '' OR length(a #>> '{}') > 500)
		THEN
			said := 'Possible answers are texts of at most 500 '
			    'characters.';
		ELSIF (SELECT count(*) <> count(DISTINCT a)
		    FROM jsonb_array_elements_text(NEW.possible_answers) a)
		THEN
			said := 'A possible answer is given twice.';
		END IF;
	ELSIF NEW.question_type = 'rating_scale'
	AND NEW.possible_answers IS NOT NULL AND (
	    jsonb_array_length(NEW.possible_answers) < 2 OR EXISTS (SELECT
	    FROM jsonb_array_elements_text(NEW.possible_answers) a
	    WHERE a !~ '^-?[0-9]{1,6}$')) THEN
		said := 'A scale has whole numbers: at least its lowest and '
		    'its highest.';
	END IF;
	IF said IS NOT NULL THEN
		RAISE EXCEPTION USING ERRCODE = 'CB400', MESSAGE = said,
		    COLUMN = 'possible_answers';
	END IF;
	RETURN NEW;
END
$$;
CREATE TRIGGER check_question BEFORE INSERT
	OR UPDATE OF question_type, possible_answers
	ON cerberus.survey_questions
	FOR EACH ROW EXECUTE FUNCTION cerberus.check_question();

-- Raise CB400 or CB404 unless the response fits its question and voter.  This
-- runs with the caller's rights, so it does not find a voter or a question that
-- the caller cannot see.
CREATE FUNCTION cerberus.check_answer() RETURNS trigger
LANGUAGE plpgsql
SET search_path = pg_catalog, cerberus, pg_temp AS $$
DECLARE
	q record;
	one text := NEW.response_value;
	said text;
	at text := 'response_value';
BEGIN
	IF NOT EXISTS (SELECT FROM voters v
	    WHERE v.voter_id = NEW.voter_id) THEN
		RAISE EXCEPTION USING ERRCODE = 'CB404', MESSAGE = format(
		    'Voter with ID %s not found.', NEW.voter_id);
	END IF;
	SELECT s.* INTO q FROM survey_questions s
	WHERE s.question_id = NEW.question_id;
	IF FOUND AND q.campaign_id IS NOT NULL AND caller_is_admin() THEN
		PERFORM check_contact(NEW.voter_id, q.campaign_id);
	END IF;
	IF q.question_id IS NULL THEN
		said := format('Question with ID %s not found.',
		    NEW.question_id);
		at := 'question_id';
	ELSIF q.campaign_id IS NOT NULL AND NOT EXISTS (
	    SELECT FROM campaign_voters cv
	    WHERE cv.campaign_id = q.campaign_id
	    AND cv.voter_id = NEW.voter_id) THEN
		said := format('Voter %s is not in the campaign of question '
		    '%s.', NEW.voter_id, NEW.question_id);
		at := 'voter_id';
	ELSIF q.question_type = 'multiple_choice' THEN
		IF one IS NOT NULL THEN
			said := 'This question is answered by response_values.';
		ELSIF coalesce(jsonb_array_length(NEW.response_values), 0) = 0
		THEN
			said := 'response_values must not be empty.';
			at := 'response_values';
		ELSIF NOT q.possible_answers @> NEW.response_values
		OR EXISTS (SELECT FROM jsonb_array_elements(NEW.response_values)
		    a WHERE jsonb_typeof(a) <> 'string') THEN
			said := 'Each of response_values must be one of the '
			    'possible answers.';
			at := 'response_values';
		ELSIF (SELECT count(*) <> count(DISTINCT a)
		    FROM jsonb_array_elements_text(NEW.response_values) a)
		THEN
			said := 'An answer is given twice.';
			at := 'response_values';
		END IF;
	ELSIF NEW.response_values IS NOT NULL THEN
		said := 'This question is answered by response_value.';
		at := 'response_values';
	ELSIF one IS NULL OR btrim(one) = '' THEN
		said := 'response_value is required.';
	ELSIF q.question_type = 'single_choice' THEN
		IF NOT q.possible_answers ? one THEN
			said := 'response_value must be one of the possible '
			    'answers.';
		END IF;
	ELSIF q.question_type = 'yes_no' THEN
		NEW.response_value := lower(btrim(one));
		IF NEW.response_value NOT IN ('yes', 'no') THEN
			said := 'response_value must be yes or no.';
		END IF;
	ELSIF q.question_type = 'rating_scale' THEN
		IF one !~ '^-?[0-9]{1,6}$' THEN
			said := 'response_value must be a whole number.';
		ELSIF NOT (SELECT one::integer BETWEEN coalesce(min(a::integer),
		    1) AND coalesce(max(a::integer), 5)
		    FROM jsonb_array_elements_text(q.possible_answers) a) THEN
			said := 'response_value is not on the scale.';
		ELSE
			NEW.response_value := one::integer;
		END IF;
	ELSIF length(one) > 10000 THEN
		said := 'response_value must have at most 10000 characters.';
	END IF;
	IF said IS NOT NULL THEN
		RAISE EXCEPTION USING ERRCODE = 'CB400', MESSAGE = said,
		    COLUMN = at;
	END IF;
	RETURN NEW;
END
$$;
CREATE TRIGGER check_answer BEFORE INSERT
	OR UPDATE OF question_id, response_value, response_values
	ON cerberus.survey_responses
	FOR EACH ROW EXECUTE FUNCTION cerberus.check_answer();
-- Check a response that is moved to another voter.  Merges run as the owner and
-- are not checked.
CREATE TRIGGER check_moved BEFORE UPDATE OF voter_id
	ON cerberus.survey_responses
	FOR EACH ROW WHEN (current_user = 'cerberus_app'
	    AND OLD.voter_id IS DISTINCT FROM NEW.voter_id)
	EXECUTE FUNCTION cerberus.check_answer();

COMMIT;
