/*
 * The body of a call, or its query: application/x-www-form-urlencoded.
 * http/form.c parses such forms.
 */
#include "encode.h"

static void
add_encoded(struct buf *b, const char *s, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		unsigned char	 c = (unsigned char)s[i];

		if ((c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') ||
		    (c >= 'a' && c <= 'z') || strchr("-._~", c) != NULL)
			buf_addc(b, (char)c);
		else
			buf_addf(b, "%%%02X", c);
	}
}

void
encode_form(struct buf *b, const char *name, struct json_object *v)
{
	char		 inner[256];
	const char	*text;

	switch (json_object_get_type(v)) {
	case json_type_null:
		return;
	case json_type_object: {
		json_object_object_foreach(v, key, member) {
			snprintf(inner, sizeof(inner), *name == '\0' ?
			    "%s%s" : "%s[%s]", name, key);
			encode_form(b, inner, member);
		}
		return;
	}
	case json_type_array:
		for (size_t i = 0; i < json_object_array_length(v); i++) {
			snprintf(inner, sizeof(inner), "%s[%zu]", name, i);
			encode_form(b, inner, json_object_array_get_idx(v, i));
		}
		return;
	default:
		break;
	}
	text = json_object_get_string(v);
	if (b->len > 0)
		buf_addc(b, '&');
	add_encoded(b, name, strlen(name));
	buf_addc(b, '=');
	add_encoded(b, text, strlen(text));
}
