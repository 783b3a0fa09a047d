/*
 * The rules for new passwords, and their Argon2id hashes (RFC 9106).  Attempts
 * are counted in account/attempt.c and in the database.
 */
#include <argon2.h>
#include <openssl/crypto.h>
#include <openssl/sha.h>
#include <sys/random.h>

#include "core/text.h"
#include "password.h"

/* Parameters of new hashes: OWASP's first choice. */
#define MEMORY_KIB	19456
#define PASSES		2
#define LANES		1
#define SALT_BYTES	16
#define OUTPUT_BYTES	32

/* Limits for hashes that another program computed. */
#define MAX_MEMORY_KIB	(1024 * 1024)
#define MAX_PASSES	100
#define MAX_LANES	64

#define PREFIX		"$argon2id$v=19$"

/* A PHC string without its hash. */
struct phc {
	uint32_t	 memory, passes, lanes;
	unsigned char	 salt[64];
	size_t		 nsalt;
};

static const struct phc new_phc = {
	.memory = MEMORY_KIB, .passes = PASSES, .lanes = LANES,
	.nsalt = SALT_BYTES
};

int
password_check(const char *name, const char *password, size_t n,
    struct err *e)
{
	ptrdiff_t	 chars = text_utf8_length(password, n);

	if (chars < PASSWORD_MIN || n > PASSWORD_MAX)
		return err_field(e, name, "invalid_password",
		    "%s must have at least %d characters and at most %d "
		    "bytes of UTF-8.", name, PASSWORD_MIN, PASSWORD_MAX);
	if (strlen(password) != n)
		return err_field(e, name, "invalid_password",
		    "%s must not contain a NUL character.", name);
	return 0;
}

/*
 * Read a name and a decimal number from 1 to max, and move *p past both.
 * Return false, with *p untouched, if they are not there.
 */
static bool
parse_number(const char **p, const char *name, uint32_t max, uint32_t *out)
{
	size_t	 n = strlen(name), digits;
	int64_t	 value;

	if (strncmp(*p, name, n) != 0)
		return false;
	digits = strspn(*p + n, "0123456789");
	if (!text_int64(*p + n, digits, &value) || value < 1 ||
	    value > (int64_t)max)
		return false;
	*out = (uint32_t)value;
	*p += n + digits;
	return true;
}

static bool
parse_phc(const char *s, struct phc *p)
{
	ptrdiff_t	 n;

	if (strncmp(s, PREFIX, strlen(PREFIX)) != 0)
		return false;
	s += strlen(PREFIX);
	if (!parse_number(&s, "m=", MAX_MEMORY_KIB, &p->memory) ||
	    !parse_number(&s, ",t=", MAX_PASSES, &p->passes) ||
	    !parse_number(&s, ",p=", MAX_LANES, &p->lanes) || *s++ != '$')
		return false;
	if (strlen(s) > sizeof(p->salt) ||
	    (n = text_unbase64url(s, strlen(s), p->salt)) < 8)
		return false;
	p->nsalt = (size_t)n;
	return true;
}

static int
argon2(const struct phc *p, const char *password, size_t n,
    unsigned char out[OUTPUT_BYTES], struct err *e)
{
	int	 rc = argon2id_hash_raw(p->passes, p->memory, p->lanes,
		    password, n, p->salt, p->nsalt, out, OUTPUT_BYTES);

	if (rc != ARGON2_OK)
		return err_detail(e, ERR_INTERNAL, "argon2: %s",
		    argon2_error_message(rc));
	return 0;
}

int
password_hash(const char *password, size_t n, char out[PASSWORD_HASH],
    struct err *e)
{
	struct phc	 p = new_phc;
	unsigned char	 raw[OUTPUT_BYTES], digest[SHA256_DIGEST_LENGTH];
	char		 salt[2 * SALT_BYTES], hex[2 * sizeof(digest) + 1];

	if (getrandom(p.salt, SALT_BYTES, 0) != SALT_BYTES)
		return err_detail(e, ERR_INTERNAL, "no random bytes");
	if (argon2(&p, password, n, raw, e) != 0)
		return -1;
	SHA256(raw, sizeof(raw), digest);
	OPENSSL_cleanse(raw, sizeof(raw));
	text_base64url(p.salt, SALT_BYTES, salt);
	text_hex(digest, sizeof(digest), hex);
	snprintf(out, PASSWORD_HASH, PREFIX "m=%d,t=%d,p=%d$%s$%s",
	    MEMORY_KIB, PASSES, LANES, salt, hex);
	return 0;
}

int
password_verifier(const char *phc, const char *password, size_t n,
    char out[PASSWORD_VERIFIER], struct err *e)
{
	struct phc	 p = new_phc;
	unsigned char	 raw[OUTPUT_BYTES];

	if (phc != NULL && !parse_phc(phc, &p))
		return err_detail(e, ERR_INTERNAL,
		    "a stored password hash has an unknown format");
	if (argon2(&p, password, n, raw, e) != 0)
		return -1;
	memcpy(out, "\\x", 2);
	text_hex(raw, sizeof(raw), out + 2);
	OPENSSL_cleanse(raw, sizeof(raw));
	return 0;
}

bool
password_outdated(const char *phc)
{
	struct phc	 p;

	return !parse_phc(phc, &p) || p.memory < MEMORY_KIB ||
	    p.passes < PASSES;
}
