/* Passwords, by Argon2id (RFC 9106). */
#include <argon2.h>
#include <openssl/crypto.h>
#include <openssl/sha.h>
#include <sys/random.h>

#include "core/text.h"
#include "password.h"

/* OWASP's first choice: 19 MiB, two passes. */
#define MEMORY_KIB	19456
#define PASSES		2
#define LANES		1
#define SALT		16
#define OUTPUT		32
#define MEMORY_MOST	(1024 * 1024)	/* of a hash made elsewhere */

#define PREFIX		"$argon2id$v=19$"

struct way {
	uint32_t	 memory, passes, lanes;
	unsigned char	 salt[64];
	size_t		 nsalt;
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
		    "%s must not contain a NUL.", name);
	return 0;
}

/* A decimal number behind its name; *p moves past both. */
static bool
number(const char **p, const char *name, uint32_t most, uint32_t *out)
{
	size_t	 n = strlen(name), digits;
	int64_t	 value;

	if (strncmp(*p, name, n) != 0)
		return false;
	digits = strspn(*p + n, "0123456789");
	if (!text_int64(*p + n, digits, &value) || value < 1 ||
	    value > (int64_t)most)
		return false;
	*out = (uint32_t)value;
	*p += n + digits;
	return true;
}

static bool
read_way(const char *s, struct way *w)
{
	ptrdiff_t	 n;

	if (strncmp(s, PREFIX, strlen(PREFIX)) != 0)
		return false;
	s += strlen(PREFIX);
	if (!number(&s, "m=", MEMORY_MOST, &w->memory) ||
	    !number(&s, ",t=", 100, &w->passes) ||
	    !number(&s, ",p=", 64, &w->lanes) || *s++ != '$')
		return false;
	if (strlen(s) > sizeof(w->salt) ||
	    (n = text_unbase64url(s, strlen(s), w->salt)) < 8)
		return false;
	w->nsalt = (size_t)n;
	return true;
}

static int
walk(const struct way *w, const char *password, size_t n,
    unsigned char out[OUTPUT], struct err *e)
{
	int	 rc = argon2id_hash_raw(w->passes, w->memory, w->lanes,
		    password, n, w->salt, w->nsalt, out, OUTPUT);

	if (rc != ARGON2_OK)
		return err_detail(e, ERR_INTERNAL, "argon2: %s",
		    argon2_error_message(rc));
	return 0;
}

int
password_hash(const char *password, size_t n, char out[PASSWORD_HASH],
    struct err *e)
{
	struct way	 w = { MEMORY_KIB, PASSES, LANES, { 0 }, SALT };
	unsigned char	 raw[OUTPUT], digest[SHA256_DIGEST_LENGTH];
	char		 salt[2 * SALT], hex[2 * sizeof(digest) + 1];

	if (getrandom(w.salt, SALT, 0) != SALT)
		return err_detail(e, ERR_INTERNAL, "no random bytes");
	if (walk(&w, password, n, raw, e) != 0)
		return -1;
	SHA256(raw, sizeof(raw), digest);
	OPENSSL_cleanse(raw, sizeof(raw));
	text_base64url(w.salt, SALT, salt);
	text_hex(digest, sizeof(digest), hex);
	snprintf(out, PASSWORD_HASH, PREFIX "m=%d,t=%d,p=%d$%s$%s",
	    MEMORY_KIB, PASSES, LANES, salt, hex);
	return 0;
}

int
password_proof(const char *way, const char *password, size_t n,
    char out[PASSWORD_PROOF], struct err *e)
{
	struct way	 w = { MEMORY_KIB, PASSES, LANES, { 0 }, SALT };
	unsigned char	 raw[OUTPUT];

	if (way != NULL && !read_way(way, &w))
		return err_detail(e, ERR_INTERNAL,
		    "a password's hash is of no known kind");
	if (walk(&w, password, n, raw, e) != 0)
		return -1;
	memcpy(out, "\\x", 2);
	text_hex(raw, sizeof(raw), out + 2);
	OPENSSL_cleanse(raw, sizeof(raw));
	return 0;
}

bool
password_outdated(const char *way)
{
	struct way	 w;

	return !read_way(way, &w) || w.memory < MEMORY_KIB ||
	    w.passes < PASSES;
}
