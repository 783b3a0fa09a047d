-- Deploy cerberus:donor_consents to pg
-- requires: signup offline_gifts
--
-- A donor's answers about being contacted become consents, as those of the
-- signup form do, as soon as the donation has a voter: when it is paid, or when
-- the answers arrive after that.
BEGIN;
SET LOCAL ROLE cerberus_owner;

-- consented: the answers that were recorded as consents.  Those of donations
-- that exist are old: what the voter has said since counts, so they are not
-- recorded.
-- consent_proof: page_url, user_agent, remote and wording of answers that wait
-- for their voter.
ALTER TABLE cerberus.donations
	ADD consented jsonb NOT NULL DEFAULT '{}',
	ADD consent_proof jsonb;
-- This is not a change of the donations: it is not audited.
ALTER TABLE cerberus.donations DISABLE TRIGGER USER;
UPDATE cerberus.donations d
SET consented = jsonb_strip_nulls(jsonb_build_object('email', d.contact_email,
    'phone', d.contact_phone, 'mail', d.contact_mail, 'sms', d.contact_sms))
WHERE d.recorded_at IS NOT NULL;
ALTER TABLE cerberus.donations ENABLE TRIGGER USER;

-- The programs set cerberus.proof for the statement that stores the answers.
CREATE FUNCTION cerberus.record_donor_consents() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, cerberus, pg_temp AS $$
DECLARE
	fresh jsonb := (SELECT jsonb_object_agg(a.key, a.value)
	    FROM jsonb_each(jsonb_build_object('email', NEW.contact_email,
		'phone', NEW.contact_phone, 'mail', NEW.contact_mail,
		'sms', NEW.contact_sms)) a
	    WHERE a.value <> 'null'
	    AND NEW.consented -> a.key IS DISTINCT FROM a.value);
BEGIN
	IF TG_OP = 'INSERT' OR (OLD.contact_email, OLD.contact_phone,
	    OLD.contact_mail, OLD.contact_sms) IS DISTINCT FROM
	    (NEW.contact_email, NEW.contact_phone, NEW.contact_mail,
	    NEW.contact_sms) THEN
		NEW.consent_proof := CASE WHEN fresh IS NOT NULL THEN nullif(
		    current_setting('cerberus.proof', true), '')::jsonb END;
	END IF;
	IF fresh IS NOT NULL AND NEW.voter_id IS NOT NULL
	AND NEW.recorded_at IS NOT NULL THEN
		PERFORM visitor_consents(NEW.voter_id, NEW.campaign_id,
		    CASE WHEN NEW.email ~ '^[^@[:space:]]+@[^@[:space:]]+$'
			THEN lower(NEW.email) END,
		    NEW.phone_number, fresh, 'Donation',
		    (NEW.consent_proof ->> 'remote')::inet,
		    NEW.consent_proof ->> 'page_url',
		    NEW.consent_proof ->> 'user_agent',
		    NEW.consent_proof ->> 'wording');
		NEW.consented := NEW.consented || fresh;
		NEW.consent_proof := NULL;
	END IF;
	RETURN NEW;
END
$$;
CREATE TRIGGER record_donor_consents BEFORE INSERT OR UPDATE
	ON cerberus.donations FOR EACH ROW
	EXECUTE FUNCTION cerberus.record_donor_consents();

COMMIT;
