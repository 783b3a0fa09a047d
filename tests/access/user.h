/* Users who can sign in. */
#ifndef ACCESS_USER_H
#define ACCESS_USER_H

#define PASSWORD	"correct horse battery"

/* Create a user with this role, whose password is PASSWORD; return the name. */
const char *new_user(const char *role);

#endif
