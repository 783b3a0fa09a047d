-- Deploy cerberus:donor_consents to pg
-- requires: signup offline_gifts
--
-- What a donor answers about being contacted becomes consents, as on the signup
-- form, once the donation has its voter: when it is paid, or when the answer
-- comes later.
BEGIN;
SET LOCAL ROLE cerberus_owner;

-- consented: the answers that were recorded as consents.  Those of donations that
-- exist are old: what the voter has said since counts, so they are not recorded.
ALTER TABLE cerberus.donations
	ADD consented jsonb NOT NULL DEFAULT '{}';
-- This is not a change of the donations: it is not audited.
ALTER TABLE cerberus.donations DISABLE TRIGGER USER;
UPDATE cerberus.donations d
SET consented = jsonb_strip_nulls(jsonb_build_object('email', d.contact_email,
    'phone', d.contact_phone, 'mail', d.contact_mail, 'sms', d.contact_sms))
WHERE d.recorded_at IS NOT NULL;
ALTER TABLE cerberus.donations ENABLE TRIGGER USER;

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
	IF fresh IS NOT NULL THEN
		PERFORM visitor_consents(NEW.voter_id, NEW.campaign_id,
		    CASE WHEN NEW.email ~ '^[^@[:space:]]+@[^@[:space:]]+$'
			THEN lower(NEW.email) END,
		    NEW.phone_number, fresh, 'Donation');
		NEW.consented := NEW.consented || fresh;
	END IF;
	RETURN NEW;
END
$$;
CREATE TRIGGER record_donor_consents BEFORE UPDATE ON cerberus.donations
	FOR EACH ROW WHEN (NEW.voter_id IS NOT NULL
	    AND NEW.recorded_at IS NOT NULL)
	EXECUTE FUNCTION cerberus.record_donor_consents();

COMMIT;
