-- Deploy cerberus:policies to pg
-- requires: campaigns users identity voters interactions surveys donations
-- requires: consents imports
--
-- Who may do what with the tables before this change; a later change with a
-- table of its own has the policies for it.  A verb needs a GRANT and a policy.
-- Without an identity a caller sees no rows: caller_is_admin() is false and
-- caller_campaigns() is empty.
--
-- Each function is called in a subquery of its own, so that the planner runs it
-- once per statement and not once per row.  An EXISTS on another table is
-- filtered by the policies of that table, so a policy does not repeat them.
BEGIN;
SET LOCAL ROLE cerberus_owner;

-- campaigns: members read, managers update, admins insert and delete.
ALTER TABLE cerberus.campaigns ENABLE ROW LEVEL SECURITY;
GRANT SELECT, INSERT, UPDATE, DELETE ON cerberus.campaigns TO cerberus_app;
-- For currval(), which finds the new row after an INSERT.
GRANT USAGE ON SEQUENCE cerberus.campaigns_campaign_id_seq TO cerberus_app;
CREATE POLICY read ON cerberus.campaigns FOR SELECT TO cerberus_app
	USING ((SELECT cerberus.caller_is_admin()) OR campaign_id = ANY (
	    (SELECT cerberus.caller_campaigns('viewer'))::bigint[]));
CREATE POLICY add ON cerberus.campaigns FOR INSERT TO cerberus_app
	WITH CHECK ((SELECT cerberus.caller_is_admin()));
CREATE POLICY change ON cerberus.campaigns FOR UPDATE TO cerberus_app
	USING ((SELECT cerberus.caller_is_admin()) OR campaign_id = ANY (
	    (SELECT cerberus.caller_campaigns('manager'))::bigint[]));
CREATE POLICY remove ON cerberus.campaigns FOR DELETE TO cerberus_app
	USING ((SELECT cerberus.caller_is_admin()));

-- users: users see themselves, admins do everything.  The grants leave out
-- password_hash, which no caller reads or writes here.
ALTER TABLE cerberus.users ENABLE ROW LEVEL SECURITY;
GRANT SELECT (user_id, username, email_address, full_name, role, is_active,
	last_login_at, created_at, updated_at),
    INSERT (username, email_address, full_name, role, is_active),
    UPDATE (username, email_address, full_name, role, is_active),
    DELETE ON cerberus.users TO cerberus_app;
CREATE POLICY read ON cerberus.users FOR SELECT TO cerberus_app
	USING ((SELECT cerberus.caller_is_admin())
	    OR user_id = (SELECT cerberus.caller_id()));
CREATE POLICY add ON cerberus.users FOR INSERT TO cerberus_app
	WITH CHECK ((SELECT cerberus.caller_is_admin()));
CREATE POLICY change ON cerberus.users FOR UPDATE TO cerberus_app
	USING ((SELECT cerberus.caller_is_admin()));
CREATE POLICY remove ON cerberus.users FOR DELETE TO cerberus_app
	USING ((SELECT cerberus.caller_is_admin()));

-- api_tokens: accessible through functions only.
ALTER TABLE cerberus.api_tokens ENABLE ROW LEVEL SECURITY;

-- May the caller know of this user?  Members of a campaign may know of each
-- other, and admins of every user.
CREATE FUNCTION cerberus.caller_knows(p_user_id bigint) RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, cerberus, pg_temp AS $$
BEGIN
	RETURN EXISTS (SELECT FROM users u
	    WHERE u.user_id = p_user_id AND (caller_is_admin()
	    OR EXISTS (SELECT FROM campaign_members m
		WHERE m.user_id = u.user_id AND m.campaign_id = ANY (
		caller_campaigns('viewer')))));
END
$$;
GRANT EXECUTE ON FUNCTION cerberus.caller_knows(bigint) TO cerberus_app;

-- campaign_members: members read, managers write.  They add users whom they may
-- know of; for other users there is member_request().
ALTER TABLE cerberus.campaign_members ENABLE ROW LEVEL SECURITY;
GRANT SELECT, INSERT, DELETE, UPDATE (role)
	ON cerberus.campaign_members TO cerberus_app;
CREATE POLICY read ON cerberus.campaign_members FOR SELECT TO cerberus_app
	USING ((SELECT cerberus.caller_is_admin()) OR campaign_id = ANY (
	    (SELECT cerberus.caller_campaigns('viewer'))::bigint[]));
CREATE POLICY add ON cerberus.campaign_members FOR INSERT TO cerberus_app
	WITH CHECK ((SELECT cerberus.caller_is_admin()) OR (campaign_id = ANY (
	    (SELECT cerberus.caller_campaigns('manager'))::bigint[])
	    AND cerberus.caller_knows(user_id)));
CREATE POLICY change ON cerberus.campaign_members FOR UPDATE TO cerberus_app
	USING ((SELECT cerberus.caller_is_admin()) OR campaign_id = ANY (
	    (SELECT cerberus.caller_campaigns('manager'))::bigint[]));
CREATE POLICY remove ON cerberus.campaign_members FOR DELETE TO cerberus_app
	USING ((SELECT cerberus.caller_is_admin()) OR campaign_id = ANY (
	    (SELECT cerberus.caller_campaigns('manager'))::bigint[]));

-- campaign_voters: viewers read, editors write.  Which voters an editor may let
-- join is in voter_joinable().
ALTER TABLE cerberus.campaign_voters ENABLE ROW LEVEL SECURITY;
GRANT SELECT, INSERT, DELETE ON cerberus.campaign_voters TO cerberus_app;
CREATE POLICY read ON cerberus.campaign_voters FOR SELECT TO cerberus_app
	USING ((SELECT cerberus.caller_is_admin()) OR campaign_id = ANY (
	    (SELECT cerberus.caller_campaigns('viewer'))::bigint[]));
CREATE POLICY add ON cerberus.campaign_voters FOR INSERT TO cerberus_app
	WITH CHECK ((SELECT cerberus.caller_is_admin()) OR (campaign_id = ANY (
	    (SELECT cerberus.caller_campaigns('editor'))::bigint[])
	    AND cerberus.voter_joinable(voter_id)));
CREATE POLICY remove ON cerberus.campaign_voters FOR DELETE TO cerberus_app
	USING ((SELECT cerberus.caller_is_admin()) OR campaign_id = ANY (
	    (SELECT cerberus.caller_campaigns('editor'))::bigint[]));

-- May the caller delete this voter?  Admins may, and so may an editor of every
-- campaign that the voter is in or has records in.  Other editors can only
-- remove the voter from their own campaign.  A record without a campaign
-- belongs to the admins, except for consents: those without a campaign apply to
-- all campaigns.
CREATE FUNCTION cerberus.voter_removable(p_voter_id bigint) RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, cerberus, pg_temp AS $$
DECLARE
	own bigint[];
BEGIN
	IF caller_is_admin() THEN
		RETURN true;
	END IF;
	own := caller_campaigns('editor');
	RETURN coalesce((SELECT bool_and(cv.campaign_id = ANY (own))
	    FROM campaign_voters cv
	    WHERE cv.voter_id = p_voter_id), false)
	AND NOT EXISTS (SELECT FROM interactions i
	    WHERE i.voter_id = p_voter_id
	    AND (i.campaign_id = ANY (own)) IS NOT TRUE)
	AND NOT EXISTS (SELECT FROM survey_responses r
	    JOIN survey_questions q ON q.question_id = r.question_id
	    WHERE r.voter_id = p_voter_id
	    AND (q.campaign_id = ANY (own)) IS NOT TRUE)
	AND NOT EXISTS (SELECT FROM donations d
	    WHERE d.voter_id = p_voter_id
	    AND (d.campaign_id = ANY (own)) IS NOT TRUE)
	AND NOT EXISTS (SELECT FROM consents c
	    WHERE c.voter_id = p_voter_id AND c.campaign_id <> ALL (own));
END
$$;
GRANT EXECUTE ON FUNCTION cerberus.voter_removable(bigint) TO cerberus_app;

-- voters: viewers of each campaign that a voter is in read, its editors write.
-- A new voter is not in a campaign yet, so its creator does not see it before
-- it joins one: INSERT without RETURNING, let it join, then read it.
ALTER TABLE cerberus.voters ENABLE ROW LEVEL SECURITY;
GRANT SELECT, INSERT, UPDATE, DELETE ON cerberus.voters TO cerberus_app;
GRANT USAGE ON SEQUENCE cerberus.voters_voter_id_seq TO cerberus_app;
CREATE POLICY read ON cerberus.voters FOR SELECT TO cerberus_app
	USING ((SELECT cerberus.caller_is_admin()) OR EXISTS (
	    SELECT FROM cerberus.campaign_voters cv
	    WHERE cv.voter_id = voters.voter_id));
CREATE POLICY add ON cerberus.voters FOR INSERT TO cerberus_app
	WITH CHECK ((SELECT cerberus.caller_is_admin())
	    OR (SELECT cerberus.caller_campaigns('editor')) <> '{}');
CREATE POLICY change ON cerberus.voters FOR UPDATE TO cerberus_app
	USING ((SELECT cerberus.caller_is_admin()) OR EXISTS (
	    SELECT FROM cerberus.campaign_voters cv
	    WHERE cv.voter_id = voters.voter_id AND cv.campaign_id = ANY (
	    (SELECT cerberus.caller_campaigns('editor'))::bigint[])));
CREATE POLICY remove ON cerberus.voters FOR DELETE TO cerberus_app
	USING ((SELECT cerberus.caller_is_admin())
	    OR cerberus.voter_removable(voter_id));

-- The source of a voter must be a campaign that the caller sees.  Any other
-- campaign raises the same error as a missing one, so that the caller cannot
-- tell them apart.
CREATE FUNCTION cerberus.check_source() RETURNS trigger
LANGUAGE plpgsql
SET search_path = pg_catalog, cerberus, pg_temp AS $$
BEGIN
	IF NOT EXISTS (SELECT FROM campaigns c
	    WHERE c.campaign_id = NEW.source_campaign_id) THEN
		RAISE foreign_key_violation USING
		    MESSAGE = 'The source campaign is not there.',
		    SCHEMA = 'cerberus', TABLE = 'voters',
		    CONSTRAINT = 'voters_source_campaign_id_fkey';
	END IF;
	RETURN NEW;
END
$$;
CREATE TRIGGER check_source_added BEFORE INSERT ON cerberus.voters
	FOR EACH ROW WHEN (current_user = 'cerberus_app'
	    AND NEW.source_campaign_id IS NOT NULL)
	EXECUTE FUNCTION cerberus.check_source();
CREATE TRIGGER check_source_changed
	BEFORE UPDATE OF source_campaign_id ON cerberus.voters
	FOR EACH ROW WHEN (current_user = 'cerberus_app'
	    AND NEW.source_campaign_id <> coalesce(OLD.source_campaign_id, 0))
	EXECUTE FUNCTION cerberus.check_source();

-- interactions: viewers read, editors write, about voters whom they see and in
-- their own name.  Interactions without a campaign are for admins only.
ALTER TABLE cerberus.interactions ENABLE ROW LEVEL SECURITY;
GRANT SELECT, INSERT, DELETE, UPDATE (voter_id, campaign_id, interaction_type,
	interaction_date, outcome, notes, duration_minutes)
	ON cerberus.interactions TO cerberus_app;
CREATE POLICY read ON cerberus.interactions FOR SELECT TO cerberus_app
	USING ((SELECT cerberus.caller_is_admin()) OR campaign_id = ANY (
	    (SELECT cerberus.caller_campaigns('viewer'))::bigint[]));
CREATE POLICY add ON cerberus.interactions FOR INSERT TO cerberus_app
	WITH CHECK ((SELECT cerberus.caller_is_admin()) OR (campaign_id = ANY (
	    (SELECT cerberus.caller_campaigns('editor'))::bigint[])
	    AND user_id = (SELECT cerberus.caller_id())
	    AND EXISTS (SELECT FROM cerberus.voters v
		WHERE v.voter_id = interactions.voter_id)));
CREATE POLICY change ON cerberus.interactions FOR UPDATE TO cerberus_app
	USING ((SELECT cerberus.caller_is_admin()) OR campaign_id = ANY (
	    (SELECT cerberus.caller_campaigns('editor'))::bigint[]))
	WITH CHECK ((SELECT cerberus.caller_is_admin()) OR (campaign_id = ANY (
	    (SELECT cerberus.caller_campaigns('editor'))::bigint[])
	    AND EXISTS (SELECT FROM cerberus.voters v
		WHERE v.voter_id = interactions.voter_id)));
CREATE POLICY remove ON cerberus.interactions FOR DELETE TO cerberus_app
	USING ((SELECT cerberus.caller_is_admin()) OR campaign_id = ANY (
	    (SELECT cerberus.caller_campaigns('editor'))::bigint[]));

-- survey_questions: viewers read, editors write.
ALTER TABLE cerberus.survey_questions ENABLE ROW LEVEL SECURITY;
GRANT SELECT, INSERT, UPDATE, DELETE
	ON cerberus.survey_questions TO cerberus_app;
CREATE POLICY read ON cerberus.survey_questions FOR SELECT TO cerberus_app
	USING ((SELECT cerberus.caller_is_admin()) OR campaign_id = ANY (
	    (SELECT cerberus.caller_campaigns('viewer'))::bigint[]));
CREATE POLICY add ON cerberus.survey_questions FOR INSERT TO cerberus_app
	WITH CHECK ((SELECT cerberus.caller_is_admin()) OR campaign_id = ANY (
	    (SELECT cerberus.caller_campaigns('editor'))::bigint[]));
CREATE POLICY change ON cerberus.survey_questions FOR UPDATE TO cerberus_app
	USING ((SELECT cerberus.caller_is_admin()) OR campaign_id = ANY (
	    (SELECT cerberus.caller_campaigns('editor'))::bigint[]));
CREATE POLICY remove ON cerberus.survey_questions FOR DELETE TO cerberus_app
	USING ((SELECT cerberus.caller_is_admin()) OR campaign_id = ANY (
	    (SELECT cerberus.caller_campaigns('editor'))::bigint[]));

-- survey_responses: like their question.
ALTER TABLE cerberus.survey_responses ENABLE ROW LEVEL SECURITY;
GRANT SELECT, INSERT, UPDATE, DELETE
	ON cerberus.survey_responses TO cerberus_app;
CREATE POLICY read ON cerberus.survey_responses FOR SELECT TO cerberus_app
	USING ((SELECT cerberus.caller_is_admin()) OR EXISTS (
	    SELECT FROM cerberus.survey_questions q
	    WHERE q.question_id = survey_responses.question_id));
CREATE POLICY add ON cerberus.survey_responses FOR INSERT TO cerberus_app
	WITH CHECK ((SELECT cerberus.caller_is_admin()) OR (EXISTS (
	    SELECT FROM cerberus.survey_questions q
	    WHERE q.question_id = survey_responses.question_id
	    AND q.campaign_id = ANY (
	    (SELECT cerberus.caller_campaigns('editor'))::bigint[]))
	    AND EXISTS (SELECT FROM cerberus.voters v
		WHERE v.voter_id = survey_responses.voter_id)
	    AND (interaction_id IS NULL OR EXISTS (
		SELECT FROM cerberus.interactions i
		WHERE i.interaction_id = survey_responses.interaction_id))));
CREATE POLICY change ON cerberus.survey_responses FOR UPDATE TO cerberus_app
	USING ((SELECT cerberus.caller_is_admin()) OR EXISTS (
	    SELECT FROM cerberus.survey_questions q
	    WHERE q.question_id = survey_responses.question_id
	    AND q.campaign_id = ANY (
	    (SELECT cerberus.caller_campaigns('editor'))::bigint[])))
	WITH CHECK ((SELECT cerberus.caller_is_admin()) OR (EXISTS (
	    SELECT FROM cerberus.survey_questions q
	    WHERE q.question_id = survey_responses.question_id
	    AND q.campaign_id = ANY (
	    (SELECT cerberus.caller_campaigns('editor'))::bigint[]))
	    AND EXISTS (SELECT FROM cerberus.voters v
		WHERE v.voter_id = survey_responses.voter_id)
	    AND (interaction_id IS NULL OR EXISTS (
		SELECT FROM cerberus.interactions i
		WHERE i.interaction_id = survey_responses.interaction_id))));
CREATE POLICY remove ON cerberus.survey_responses FOR DELETE TO cerberus_app
	USING ((SELECT cerberus.caller_is_admin()) OR EXISTS (
	    SELECT FROM cerberus.survey_questions q
	    WHERE q.question_id = survey_responses.question_id
	    AND q.campaign_id = ANY (
	    (SELECT cerberus.caller_campaigns('editor'))::bigint[])));

-- donations: viewers read, managers write, no caller deletes.
ALTER TABLE cerberus.donations ENABLE ROW LEVEL SECURITY;
GRANT SELECT, INSERT, UPDATE ON cerberus.donations TO cerberus_app;
CREATE POLICY read ON cerberus.donations FOR SELECT TO cerberus_app
	USING ((SELECT cerberus.caller_is_admin()) OR campaign_id = ANY (
	    (SELECT cerberus.caller_campaigns('viewer'))::bigint[]));
CREATE POLICY add ON cerberus.donations FOR INSERT TO cerberus_app
	WITH CHECK ((SELECT cerberus.caller_is_admin()) OR (campaign_id = ANY (
	    (SELECT cerberus.caller_campaigns('manager'))::bigint[])
	    AND (voter_id IS NULL OR EXISTS (SELECT FROM cerberus.voters v
		WHERE v.voter_id = donations.voter_id))));
CREATE POLICY change ON cerberus.donations FOR UPDATE TO cerberus_app
	USING ((SELECT cerberus.caller_is_admin()) OR campaign_id = ANY (
	    (SELECT cerberus.caller_campaigns('manager'))::bigint[]))
	WITH CHECK ((SELECT cerberus.caller_is_admin()) OR (campaign_id = ANY (
	    (SELECT cerberus.caller_campaigns('manager'))::bigint[])
	    AND (voter_id IS NULL OR EXISTS (SELECT FROM cerberus.voters v
		WHERE v.voter_id = donations.voter_id))));

-- consents: viewers read, editors insert, no caller updates or deletes.  A
-- consent without a campaign applies to all campaigns, so every caller who sees
-- the voter sees it.
ALTER TABLE cerberus.consents ENABLE ROW LEVEL SECURITY;
GRANT SELECT, INSERT ON cerberus.consents TO cerberus_app;
CREATE POLICY read ON cerberus.consents FOR SELECT TO cerberus_app
	USING ((SELECT cerberus.caller_is_admin()) OR campaign_id = ANY (
	    (SELECT cerberus.caller_campaigns('viewer'))::bigint[])
	    OR (campaign_id IS NULL AND EXISTS (SELECT FROM cerberus.voters v
		WHERE v.voter_id = consents.voter_id)));
CREATE POLICY add ON cerberus.consents FOR INSERT TO cerberus_app
	WITH CHECK ((SELECT cerberus.caller_is_admin()) OR (campaign_id = ANY (
	    (SELECT cerberus.caller_campaigns('editor'))::bigint[])
	    AND EXISTS (SELECT FROM cerberus.voters v
		WHERE v.voter_id = consents.voter_id)));

-- imports: viewers read, editors write in their own name, no caller deletes.
ALTER TABLE cerberus.imports ENABLE ROW LEVEL SECURITY;
GRANT SELECT, INSERT, UPDATE (campaign_id, file_name, layout, mode, dry_run,
	state, stage, bytes_read, rows, created, updated, unchanged,
	duplicates, rejected, sha256, error, unmapped_columns, options,
	finished_at) ON cerberus.imports TO cerberus_app;
CREATE POLICY read ON cerberus.imports FOR SELECT TO cerberus_app
	USING ((SELECT cerberus.caller_is_admin()) OR campaign_id = ANY (
	    (SELECT cerberus.caller_campaigns('viewer'))::bigint[]));
CREATE POLICY add ON cerberus.imports FOR INSERT TO cerberus_app
	WITH CHECK ((SELECT cerberus.caller_is_admin()) OR (campaign_id = ANY (
	    (SELECT cerberus.caller_campaigns('editor'))::bigint[])
	    AND user_id = (SELECT cerberus.caller_id())));
CREATE POLICY change ON cerberus.imports FOR UPDATE TO cerberus_app
	USING ((SELECT cerberus.caller_is_admin()) OR campaign_id = ANY (
	    (SELECT cerberus.caller_campaigns('editor'))::bigint[]));

-- import_rejects: like their import.
ALTER TABLE cerberus.import_rejects ENABLE ROW LEVEL SECURITY;
GRANT SELECT, INSERT ON cerberus.import_rejects TO cerberus_app;
CREATE POLICY read ON cerberus.import_rejects FOR SELECT TO cerberus_app
	USING ((SELECT cerberus.caller_is_admin()) OR EXISTS (
	    SELECT FROM cerberus.imports i
	    WHERE i.import_id = import_rejects.import_id));
CREATE POLICY add ON cerberus.import_rejects FOR INSERT TO cerberus_app
	WITH CHECK ((SELECT cerberus.caller_is_admin()) OR EXISTS (
	    SELECT FROM cerberus.imports i
	    WHERE i.import_id = import_rejects.import_id
	    AND i.campaign_id = ANY (
	    (SELECT cerberus.caller_campaigns('editor'))::bigint[])));

COMMIT;
