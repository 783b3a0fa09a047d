-- The data that every test starts with: three campaigns, and users with each
-- role.  sql.h has their tokens.
SET search_path = cerberus;

INSERT INTO campaigns (campaign_id, campaign_name, signup_redirect_url)
VALUES (1, 'Own', 'https://own.example.org/thanks'), (2, 'Other', NULL),
    (3, 'Empty', NULL);
INSERT INTO users (user_id, username, role)
VALUES (1, 'admin', 'admin'), (2, 'manager', 'user'), (3, 'editor', 'user'),
    (4, 'viewer', 'user'), (5, 'stranger', 'user'), (6, 'nobody', 'user'),
    (7, 'inactive', 'user');
UPDATE users SET is_active = false WHERE username = 'inactive';
INSERT INTO campaign_members (campaign_id, user_id, role)
VALUES (1, 2, 'manager'), (1, 3, 'editor'), (1, 4, 'viewer'),
    (2, 5, 'manager'), (1, 7, 'manager');
INSERT INTO api_tokens (user_id, kind, token_hash)
SELECT user_id, 'api_key', sha256(('test-token-of-the-' || username)::bytea)
FROM users;
INSERT INTO api_tokens (user_id, kind, token_hash, expires_at, revoked_at)
VALUES (2, 'session', sha256('test-token-that-expired'),
    now() - interval '1 second', NULL),
    (2, 'api_key', sha256('test-token-that-was-revoked'), NULL, now());

-- Ids up to 1000 are reserved for tests that choose their own.
SELECT setval(pg_get_serial_sequence('cerberus.campaigns', 'campaign_id'),
    1000), setval(pg_get_serial_sequence('cerberus.users', 'user_id'), 1000),
    setval(pg_get_serial_sequence('cerberus.voters', 'voter_id'), 1000),
    setval(pg_get_serial_sequence('cerberus.interactions', 'interaction_id'),
	1000);
