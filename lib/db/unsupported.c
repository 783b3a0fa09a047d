/*
 * Stubs of Kerberos and LDAP functions, linked only into static executables:
 * libpq refers to these functions, and Debian has no archives of the
 * libraries.  Each stub fails; gss_display_status() and ldap_err2string()
 * return the reason, which libpq reports and the log line of the 503 response
 * contains.
 *
 * Names and failure values are those of RFC 2744 and libldap.  Unused
 * parameters are left out, which the calling convention of every Debian
 * architecture allows.
 */
#include <stddef.h>
#include <stdint.h>

#define GSS_S_COMPLETE	0U
#define GSS_S_FAILURE	(13U << 16)
#define LDAP_FAILURE	(-1)

struct gss_buffer {
	size_t	 length;
	void	*value;
};

uint32_t	 gss_display_status(uint32_t *, uint32_t, int, void *,
		    uint32_t *, struct gss_buffer *);
char		*ldap_err2string(int);

#define GSS(name, answer)	uint32_t name(void); \
				uint32_t name(void) { return answer; }
#define LDAP_INT(name)		int name(void); \
				int name(void) { return LDAP_FAILURE; }
#define LDAP_NULL(name)		void *name(void); \
				void *name(void) { return NULL; }

extern void *GSS_C_NT_HOSTBASED_SERVICE;
void *GSS_C_NT_HOSTBASED_SERVICE = NULL;

GSS(gss_acquire_cred, GSS_S_FAILURE)
GSS(gss_import_name, GSS_S_FAILURE)
GSS(gss_init_sec_context, GSS_S_FAILURE)
GSS(gss_unwrap, GSS_S_FAILURE)
GSS(gss_wrap, GSS_S_FAILURE)
GSS(gss_wrap_size_limit, GSS_S_FAILURE)
GSS(gss_delete_sec_context, GSS_S_COMPLETE)
GSS(gss_release_buffer, GSS_S_COMPLETE)
GSS(gss_release_cred, GSS_S_COMPLETE)
GSS(gss_release_name, GSS_S_COMPLETE)

LDAP_NULL(ldap_init)
LDAP_NULL(ldap_first_entry)
LDAP_NULL(ldap_get_values_len)
LDAP_INT(ldap_count_entries)
LDAP_INT(ldap_msgfree)
LDAP_INT(ldap_result)
LDAP_INT(ldap_search_st)
LDAP_INT(ldap_set_option)
LDAP_INT(ldap_simple_bind)
LDAP_INT(ldap_unbind)
LDAP_INT(ldap_value_free_len)

uint32_t
gss_display_status(uint32_t *minor, uint32_t status, int type, void *mech,
    uint32_t *context, struct gss_buffer *text)
{
	static char	 words[] = "Kerberos is not supported by a static "
			    "executable; build with --disable-static-cgi";

	(void)status;
	(void)type;
	(void)mech;
	*minor = 0;
	*context = 0;
	text->value = words;
	text->length = sizeof(words) - 1;
	return GSS_S_COMPLETE;
}

char *
ldap_err2string(int code)
{
	static char	 words[] = "LDAP is not supported by a static "
			    "executable; build with --disable-static-cgi";

	(void)code;
	return words;
}
