-- Deploy cerberus:campaign_committee to pg
-- requires: campaigns
--
-- What reports about money need to know of a campaign: its days, its election
-- cycle, and the committee that files them.
BEGIN;
SET LOCAL ROLE cerberus_owner;

ALTER TABLE cerberus.campaigns
	ADD donation_redirect_url varchar(2048),
	-- Days begin and end in this time zone.
	ADD time_zone		varchar(64) NOT NULL DEFAULT 'America/New_York',
	-- Null: start_date.
	ADD cycle_starts_on	date,
	ADD committee_id	varchar(9)
		CHECK (committee_id ~
		    '^([PC][0-9]{8}|[HS][0-9][A-Z]{2}[0-9]{5})$'),
	ADD committee_name	varchar(200),
	ADD committee_kind	varchar(20) NOT NULL DEFAULT 'candidate'
		CHECK (committee_kind IN ('candidate', 'party', 'pac')),
	ADD paid_for_by		varchar(500);

-- Refuse a time zone that PostgreSQL does not know.  It also takes texts such
-- as "nonsense+3" for a zone, so the name has to be one of an area.
CREATE FUNCTION cerberus.check_time_zone() RETURNS trigger
LANGUAGE plpgsql
SET search_path = pg_catalog, cerberus, pg_temp AS $$
BEGIN
	IF NEW.time_zone !~ '^[A-Za-z_]+/[A-Za-z0-9_/+-]+$'
	AND NEW.time_zone <> 'UTC' THEN
		RAISE invalid_parameter_value;
	END IF;
	PERFORM now() AT TIME ZONE NEW.time_zone;
	RETURN NEW;
EXCEPTION WHEN invalid_parameter_value THEN
	RAISE EXCEPTION USING ERRCODE = 'CB400', COLUMN = 'time_zone',
	    MESSAGE = 'time_zone must be a name such as America/Chicago.';
END
$$;
CREATE TRIGGER check_time_zone BEFORE INSERT OR UPDATE OF time_zone
	ON cerberus.campaigns FOR EACH ROW
	EXECUTE FUNCTION cerberus.check_time_zone();

COMMIT;
