-- Deploy cerberus:public_campaigns to pg
-- requires: campaign_committee
-- requires: signup
--
-- What the public forms show of a campaign.  Visitors have no rights, so a
-- function reads it for them: these columns and nothing else.
BEGIN;
SET LOCAL ROLE cerberus_owner;

-- One campaign as a JSON object; no row if there is no such campaign.  The
-- member "forms" of its details has what the campaign has chosen for its forms;
-- a value that does not have the right form is left out, so that a mistake
-- costs no donation.
CREATE FUNCTION cerberus.campaign_public(p_campaign_id bigint)
RETURNS TABLE (campaign jsonb)
LANGUAGE sql STABLE SECURITY DEFINER ROWS 1
SET search_path = pg_catalog, cerberus, pg_temp AS $$
	SELECT jsonb_build_object(
	    'campaign_id', c.campaign_id,
	    'campaign_name', c.campaign_name,
	    'committee_kind', c.committee_kind,
	    'paid_for_by', c.paid_for_by,
	    'signup_redirect_url', c.signup_redirect_url,
	    'donation_redirect_url', c.donation_redirect_url,
	    'currency', CASE WHEN f.form ->> 'currency' ~ '^[a-z]{3}$'
		THEN f.form ->> 'currency' ELSE 'usd' END,
	    'amounts', (SELECT coalesce(jsonb_agg(a.value ORDER BY a.n), '[]')
		FROM jsonb_array_elements(CASE WHEN
		    jsonb_typeof(f.form -> 'amounts') = 'array'
		    THEN f.form -> 'amounts' ELSE '[]' END)
		    WITH ORDINALITY a (value, n)
		WHERE a.n <= 12 AND jsonb_typeof(a.value) = 'number'
		AND a.value::text ~ '^[1-9][0-9]{0,7}$'),
	    'colors', (SELECT coalesce(jsonb_object_agg(k.name, k.value), '{}')
		FROM (SELECT name, f.form ->> name AS value FROM unnest(ARRAY[
		    'accent', 'accent_text', 'background']) name) k
		WHERE k.value ~ '^#[0-9a-fA-F]{6}$'))
	FROM campaigns c
	CROSS JOIN LATERAL (SELECT CASE WHEN
	    jsonb_typeof(c.details -> 'forms') = 'object'
	    THEN c.details -> 'forms' ELSE '{}' END AS form) f
	WHERE c.campaign_id = p_campaign_id
$$;

GRANT EXECUTE ON FUNCTION cerberus.campaign_public(bigint) TO cerberus_app;

COMMIT;
