/* Users who can sign in; see user.h. */
#include <criterion/criterion.h>

#include "access/password.h"
#include "sql.h"
#include "user.h"

const char *
new_user(const char *role)
{
	const char	*name = sql("SELECT 'u-' || gen_random_uuid()");
	char		 hash[PASSWORD_HASH];
	struct err	 e = { 0 };

	cr_assert_eq(password_hash(PASSWORD, strlen(PASSWORD), hash, &e), 0);
	sql("INSERT INTO users (username, password_hash, role)"
	    " VALUES ('%s', '%s', '%s')", name, hash, role);
	return name;
}
