-- Deploy cerberus:import_changes to pg
-- requires: import_notes merge doors
--
-- Which voters a file named, created and changed, for the audit log, for
-- undoing the import, and for the list of voters who are no longer in the file.
--
-- A changed voter has an entry in audit_log like any other change, with the
-- columns that changed and, because undoing an import restores it, updated_at.
--
-- A created voter has one bit.  An entry for each of a million created voters,
-- with four indexes, would make the import a third slower, and would store
-- every voter twice.  Their entries are derived instead: what the voter was
-- after the import is what it is now, less what the later entries say that they
-- changed.  So nothing has to be erased from them either.  audit_entries has
-- both kinds.
--
-- import_merge() writes voters with the last three functions here.  p_columns
-- are the columns that the file sets.
BEGIN;
SET LOCAL ROLE cerberus_owner;

ALTER TABLE cerberus.audit_log
	ADD import_id	bigint;		-- no foreign key, like user_id
CREATE INDEX audit_log_import_id_idx
	ON cerberus.audit_log (import_id, audit_id)
	WHERE import_id IS NOT NULL;

ALTER TABLE cerberus.imports
	-- The registration state of all rows; null: several, or none.
	ADD registration_state	varchar(20),
	-- The number of the entries of created voters.  Each voter has one, so
	-- that they can share a number.
	ADD audit_id		bigint,
	ADD undone_at		timestamptz,
	ADD undone_by		bigint REFERENCES cerberus.users
				ON DELETE SET NULL;

-- One row for each block of 1024 ids of voters, like tallies.  In a bit string,
-- bit voter_id % 1024 stands for the voter.  A file of a million new voters
-- takes half a megabyte.
CREATE TABLE cerberus.import_voters (
	import_id	bigint REFERENCES cerberus.imports ON DELETE CASCADE,
	block		bigint,			-- voter_id / 1024
	named		bit(1024) NOT NULL,	-- the file contains the voter
	created		bit(1024),		-- the import created the voter
	joined		bit(1024),		-- the voter existed, and joined
						-- the campaign
	PRIMARY KEY (block, import_id)
);
CREATE INDEX import_voters_import_id_idx
	ON cerberus.import_voters (import_id);
ALTER TABLE cerberus.import_voters ENABLE ROW LEVEL SECURITY;
GRANT SELECT ON cerberus.import_voters TO cerberus_app;
CREATE POLICY read ON cerberus.import_voters FOR SELECT TO cerberus_app
	USING ((SELECT cerberus.caller_is_admin()) OR EXISTS (
	    SELECT FROM cerberus.imports i
	    WHERE i.import_id = import_voters.import_id));

-- The values of a voter directly after the entry p_audit_id: the present ones,
-- overwritten with what each later entry was before, newest first.  Null if
-- nothing is left of them.
CREATE FUNCTION cerberus.audit_values(p_voter_id bigint, p_audit_id bigint)
RETURNS jsonb LANGUAGE sql STABLE
SET search_path = pg_catalog, cerberus, pg_temp AS $$
	SELECT nullif(jsonb_strip_nulls(jsonb_object_agg(k.key, k.value
	    ORDER BY e.audit_id DESC)) - 'updated_at', '{}')
	FROM (SELECT 9223372036854775807 AS audit_id, to_jsonb(v) AS before
	    FROM voters v WHERE v.voter_id = p_voter_id
	    UNION ALL
	    SELECT a.audit_id, coalesce(a.before -> 'kept', a.before)
	    FROM audit_log a
	    WHERE a.table_name = 'voters' AND a.row_id = p_voter_id
	    AND a.audit_id > p_audit_id
	    UNION ALL
	    SELECT a.audit_id, a.before -> 'merged'
	    FROM merges m
	    JOIN audit_log a ON a.table_name = 'voters' AND a.row_id = m.kept_id
		AND a.action = 'merge' AND a.audit_id > p_audit_id
		AND a.before -> 'merged' ->> 'voter_id' = m.merged_id::text
	    WHERE m.merged_id = p_voter_id) e,
	LATERAL jsonb_each(e.before) k
$$;
GRANT EXECUTE ON FUNCTION cerberus.audit_values(bigint, bigint)
	TO cerberus_app;

-- The audit log with the entries of created voters.  Give row_id and block,
-- which is row_id / 1024: without block every import is read.
CREATE VIEW cerberus.audit_entries WITH (security_invoker = true) AS
SELECT a.audit_id, a.at, a.user_id, a.request_id, a.action, a.table_name,
	a.row_id, a.before, a.after, a.import_id, a.row_id >> 10 AS block
FROM cerberus.audit_log a
UNION ALL
SELECT i.audit_id, i.finished_at, i.user_id, NULL, 'import', 'voters',
	(b.block << 10) + n, NULL,
	cerberus.audit_values((b.block << 10) + n, i.audit_id), i.import_id,
	b.block
FROM cerberus.import_voters b
JOIN cerberus.imports i ON i.import_id = b.import_id,
LATERAL generate_series(0, 1023) n
WHERE get_bit(b.created, n) = 1 AND (SELECT cerberus.caller_is_admin());
GRANT SELECT ON cerberus.audit_entries TO cerberus_app;

-- The ids whose bits are set in a column of import_voters: created or joined.
CREATE FUNCTION cerberus.import_bits(p_import_id bigint, p_joined boolean)
RETURNS SETOF bigint LANGUAGE sql STABLE ROWS 100000 AS $$
	SELECT (b.block << 10) + n
	FROM cerberus.import_voters b,
	LATERAL pg_catalog.generate_series(0, 1023) n
	WHERE b.import_id = p_import_id
	AND pg_catalog.get_bit(CASE WHEN p_joined THEN b.joined
	    ELSE b.created END, n) = 1
$$;

-- Update the known voters, or only count them in a dry run.  The rows are locked
-- and compared first, so that the audit log has what the UPDATE finds.  Return
-- the number of voters who change.
CREATE FUNCTION cerberus.import_update(p_import_id bigint, p_columns text[],
	p_mode text, p_dry_run boolean) RETURNS bigint
LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, cerberus, pg_temp AS $$
DECLARE
	present text;	-- the columns of voters
	wanted text;	-- the values that they get
	differs text;
	same text;	-- the names of the columns that keep their value
	assign text;
	n bigint;
BEGIN
	SELECT string_agg(format('v.%I', c.name), ', '),
	    string_agg(format('%s AS %I', c.value, c.name), ', '),
	    string_agg(format('o.%1$I IS DISTINCT FROM n.%1$I', c.name),
		' OR '),
	    string_agg(format('CASE WHEN o.%1$I IS NOT DISTINCT FROM n.%1$I '
		'THEN %1$L END', c.name), ', '),
	    string_agg(format('%I = %s', c.name, c.value), ', ')
	INTO present, wanted, differs, same, assign
	FROM (SELECT a.attname AS name,
		import_value(a.attname, p_mode, a.attnotnull) AS value
	    FROM pg_attribute a
	    WHERE a.attrelid = 'cerberus.voters'::regclass
	    AND a.attname = ANY (p_columns)) c;
	wanted := format('pg_temp.import_match m
	    JOIN pg_temp.import_stage s ON s.line = m.line
	    JOIN voters v ON v.voter_id = m.voter_id
	    CROSS JOIN LATERAL (SELECT %s) o
	    CROSS JOIN LATERAL (SELECT %s) n
	    CROSS JOIN LATERAL (SELECT array_remove(ARRAY[%s], NULL)
		AS columns) same
	    WHERE %s', present, wanted, same, differs);
	IF p_dry_run THEN
		EXECUTE 'SELECT count(*) FROM ' || wanted INTO n;
		RETURN n;
	END IF;
	CREATE TEMPORARY TABLE import_change (line bigint, voter_id bigint,
	    before jsonb, after jsonb) ON COMMIT DROP;
	EXECUTE format('INSERT INTO pg_temp.import_change
	    SELECT s.line, v.voter_id, to_jsonb(o) - same.columns
		|| jsonb_build_object(''updated_at'', v.updated_at),
		to_jsonb(n) - same.columns
		|| jsonb_build_object(''updated_at'', greatest(now(),
		    v.updated_at + interval ''1 microsecond''))
	    FROM %s FOR NO KEY UPDATE OF v', wanted);
	GET DIAGNOSTICS n = ROW_COUNT;
	IF n > 0 THEN
		ANALYZE pg_temp.import_change;
		INSERT INTO audit_log (user_id, request_id, action, table_name,
		    row_id, before, after, import_id)
		SELECT who.user_id, who.request_id, 'import', 'voters',
		    c.voter_id, c.before, c.after, p_import_id
		FROM pg_temp.import_change c, (SELECT caller_id() AS user_id,
		    nullif(current_setting('cerberus.request', true), '')
			AS request_id OFFSET 0) who;
		EXECUTE format('UPDATE voters v SET %s
		    FROM pg_temp.import_change c, pg_temp.import_stage s
		    WHERE v.voter_id = c.voter_id AND s.line = c.line',
		    assign);
	END IF;
	DROP TABLE pg_temp.import_change;
	RETURN n;
END
$$;

-- Insert the rows of the stage that match no known voter.  They join the
-- campaign, if there is one.  Many are inserted in the order of their doors or
-- last names, in which neighbours share pages of several indexes; fewer, in that
-- of the file.  door is '' for an address without a door, and null if it is not
-- known yet.
CREATE FUNCTION cerberus.import_insert(p_import_id bigint,
	p_campaign_id bigint, p_columns text[], p_rows bigint) RETURNS void
LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, cerberus, pg_temp AS $$
DECLARE
	targets text;
	sources text;
	doors boolean := 'street_address' = ANY (p_columns);
BEGIN
	SELECT string_agg(quote_ident(a.attname), ', '),
	    string_agg(CASE WHEN a.attname = 'source_campaign_id' THEN '$1'
		WHEN a.attnotnull AND d.adbin IS NOT NULL
		THEN format('coalesce(s.%I, %s)', a.attname,
		    pg_get_expr(d.adbin, d.adrelid))
		ELSE format('s.%I', a.attname) END, ', ')
	INTO targets, sources
	FROM pg_attribute a
	LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid
	    AND d.adnum = a.attnum
	WHERE a.attrelid = 'cerberus.voters'::regclass
	AND a.attname = ANY (p_columns || '{source_campaign_id}'::text[]);
	EXECUTE format('WITH made AS (
		INSERT INTO voters (%s) SELECT %s FROM pg_temp.import_stage s
		WHERE s.reject_message IS NULL %s %s
		RETURNING voter_id
	    )
	    INSERT INTO import_voters (import_id, block, named, created)
	    SELECT $2, b.block, b.bits, b.bits
	    FROM (SELECT voter_id >> 10 AS block,
		    bit_or(set_bit($3, (voter_id & 1023)::integer, 1)) AS bits
		FROM made GROUP BY 1) b',
	    CASE WHEN doors THEN targets || ', door' ELSE targets END,
	    -- Here, because the trigger would be a call for each row.
	    CASE WHEN doors THEN sources || ', CASE WHEN s.door IS NULL
		THEN (SELECT d.door FROM door_of(s.street_address, s.zip_code,
		    s.city) d) ELSE nullif(s.door, '''') END'
		ELSE sources END,
	    CASE WHEN EXISTS (SELECT FROM pg_temp.import_match) THEN
		'AND NOT EXISTS (SELECT FROM pg_temp.import_match m
		    WHERE m.line = s.line)' ELSE '' END,
	    CASE WHEN p_rows < 5000 THEN ''
		WHEN doors THEN 'ORDER BY s.door'
		ELSE 'ORDER BY s.last_name' END)
	USING p_campaign_id, p_import_id, 0::bit(1024);
	IF p_campaign_id IS NULL THEN
		RETURN;
	END IF;
	-- Until a table is analysed, the planner expects no rows in it if they
	-- may be wider than a page, and checks the foreign key of each member
	-- with any index that contains voter_id.
	IF (SELECT reltuples <= 0 FROM pg_class
	    WHERE oid = 'cerberus.voters'::regclass) THEN
		ANALYZE cerberus.voters;
	END IF;
	INSERT INTO campaign_voters (campaign_id, voter_id)
	SELECT p_campaign_id, b FROM import_bits(p_import_id, false) b;
END
$$;

-- The known voters join the campaign, if there is one.
CREATE FUNCTION cerberus.import_join(p_import_id bigint, p_campaign_id bigint)
RETURNS void LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, cerberus, pg_temp AS $$
BEGIN
	WITH fresh AS (
		INSERT INTO campaign_voters (campaign_id, voter_id)
		SELECT p_campaign_id, m.voter_id
		FROM pg_temp.import_match m
		WHERE p_campaign_id IS NOT NULL
		AND NOT EXISTS (SELECT FROM campaign_voters cv
		    WHERE cv.campaign_id = p_campaign_id
		    AND cv.voter_id = m.voter_id)
		ON CONFLICT DO NOTHING
		RETURNING voter_id
	)
	INSERT INTO import_voters AS b (import_id, block, named, joined)
	SELECT p_import_id, m.voter_id >> 10, bit_or(k.bit),
	    bit_or(k.bit) FILTER (WHERE f.voter_id IS NOT NULL)
	FROM pg_temp.import_match m
	LEFT JOIN fresh f ON f.voter_id = m.voter_id,
	LATERAL (SELECT set_bit(0::bit(1024), (m.voter_id & 1023)::integer, 1)
	    AS bit) k
	GROUP BY 2
	ON CONFLICT (block, import_id) DO UPDATE
	SET named = b.named | excluded.named, joined = excluded.joined;
END
$$;

COMMIT;
