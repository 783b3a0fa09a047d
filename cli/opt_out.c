/* cerberus opt-out: add, lift, list and import opt-outs. */
#include <errno.h>
#include <fcntl.h>
#include <json-c/json.h>
#include <unistd.h>

#include "commands.h"
#include "import/opt_out_file.h"
#include "options.h"
#include "output.h"
#include "people/opt_out.h"

static const char usage[] =
    "usage: cerberus opt-out add --channel CHANNEL [--campaign N]\n"
    "           [--reason TEXT] CONTACT...\n"
    "       cerberus opt-out lift --channel CHANNEL [--campaign N] CONTACT...\n"
    "       cerberus opt-out list [--campaign N] [--channel CHANNEL]\n"
    "       cerberus opt-out import FILE [--campaign N] [--channel CHANNEL]\n"
    "\n"
    "Opts out e-mail addresses and phone numbers, whether or not a voter\n"
    "has them; FILE is CSV with the columns email_address or phone_number,\n"
    "channel and reason, - is standard input.  list writes such a file.\n"
    "Without a campaign, add, lift and import act on opt-outs of all\n"
    "campaigns, for which the key has to be an admin's.\n"
    "\n"
    "  -c, --campaign N       the campaign\n"
    "  -C, --channel CHANNEL  email, phone, sms or mail\n"
    "  -r, --reason TEXT      why; kept with the opt-out\n"
    "      --token-file FILE  an API key; else CERBERUS_TOKEN, else\n"
    "                         admin-token beside the configuration\n"
    "  -h, --help\n"
    "\n"
    "Exit status: 0 done, 1 some rejected or not found, 2 usage, 3 failure.\n";

/* The options; NULL if they are not given. */
struct options {
	const char	*campaign, *channel, *reason;
	char		**contact;
	int		 contacts;
};

/* Set *out to the contacts as the array that the SQL functions take. */
static int
read_contacts(struct session *s, const struct options *o, const char **out)
{
	struct json_object	*list = json_object_new_array();
	int			 rc;

	for (int i = 0; i < o->contacts; i++)
		json_object_array_add(list,
		    json_object_new_string(o->contact[i]));
	rc = opt_out_contacts(&s->arena, list, out, &s->err);
	json_object_put(list);
	return rc;
}

static int
add(struct session *s, const struct options *o, bool *partly)
{
	static const char	 sql[] =
	    "SELECT added, matched, array_to_string(unknown, ', ') AS unknown "
	    "FROM opt_out($1, $2, $3, 'Command line', $4)";
	const char		*param[] = { o->campaign, o->channel, NULL,
				    o->reason };
	struct rows		*r;

	if (read_contacts(s, o, &param[2]) != 0 ||
	    db_select(&s->db, sql, 4, param, &r, &s->err) != 0)
		return -1;
	printf("%s added; %s voters have these contacts\n",
	    rows_text(r, 0, "added"), rows_text(r, 0, "matched"));
	if (*rows_text(r, 0, "unknown") != '\0')
		fprintf(stderr, "cerberus: no voter has: %s\n",
		    rows_text(r, 0, "unknown"));
	(void)partly;
	return 0;
}

static int
lift(struct session *s, const struct options *o, bool *partly)
{
	static const char	 sql[] =
	    "SELECT count(opt_out_lift(o.contact_id)::text) AS n FROM ("
	    "SELECT contact_id FROM opt_out_contacts "
	    "WHERE campaign_id IS NOT DISTINCT FROM $1::bigint "
	    "AND channel = $2 AND contact = ANY ($3::text[]) "
	    "AND lifted_at IS NULL OFFSET 0) o";
	const char		*param[] = { o->campaign, o->channel, NULL };
	struct rows		*r;

	if (read_contacts(s, o, &param[2]) != 0 ||
	    db_select(&s->db, sql, 3, param, &r, &s->err) != 0)
		return -1;
	printf("%s lifted\n", rows_text(r, 0, "n"));
	*partly = rows_int64(r, 0, "n") < o->contacts;
	return 0;
}

static int
list(struct session *s, const struct options *o, bool *partly)
{
	struct pair	 pair[2];
	struct form	 query = { .pair = pair };

	if (o->campaign != NULL)
		pair[query.n++] = (struct pair){ "campaign_id", o->campaign,
		    strlen(o->campaign) };
	if (o->channel != NULL)
		pair[query.n++] = (struct pair){ "channel", o->channel,
		    strlen(o->channel) };
	(void)partly;
	return output_run(s, opt_out_export, "/opt-outs/export", &query,
	    STDOUT_FILENO);
}

static ssize_t
read_fd(struct source *src, void *p, size_t n, struct err *e)
{
	ssize_t	 got;

	do
		got = read(*(int *)src->ctx, p, n);
	while (got == -1 && errno == EINTR);
	if (got == -1)
		return err_set(e, ERR_INTERNAL, "The file cannot be read: %s.",
		    strerror(errno));
	return got;
}

static void
print_notes(const char *path, const struct notes *l)
{
	for (size_t i = 0; i < l->n; i++)
		fprintf(stderr, "%s:%lld: %s%s%s\n", path,
		    (long long)l->note[i].line, l->note[i].column,
		    *l->note[i].column != '\0' ? ": " : "",
		    l->note[i].message);
}

static int
import(struct session *s, const struct options *o, bool *partly)
{
	const char		*path = o->contact[0];
	int			 fd = strcmp(path, "-") == 0 ? STDIN_FILENO :
				    open(path, O_RDONLY | O_CLOEXEC), rc;
	struct source		 src = { .read = read_fd, .ctx = &fd };
	struct opt_out_file	 f;
	const struct report	*r = &f.report;

	if (fd == -1)
		return err_set(&s->err, ERR_INTERNAL, "%s: %s", path,
		    strerror(errno));
	opt_out_file_init(&f, &s->arena, &s->db);
	f.campaign_id = o->campaign;
	f.channel = o->channel;
	opt_out_file_name(&f, strrchr(path, '/') != NULL ?
	    strrchr(path, '/') + 1 : path);
	rc = opt_out_file_read(&f, &src, &s->err);
	if (rc == 0)
		rc = opt_out_file_store(&f, &s->err);
	if (rc == 0) {
		printf("%s: %lld rows: %lld added, %lld unchanged, "
		    "%lld rejected\n", path, (long long)r->rows,
		    (long long)f.added,
		    (long long)(r->rows - r->rejected - f.added),
		    (long long)r->rejected);
		print_notes(path, &r->errors);
		print_notes(path, &r->warnings);
		*partly = r->rejected > 0;
	}
	opt_out_file_release(&f);
	if (fd != STDIN_FILENO)
		close(fd);
	return rc;
}

static const struct verb {
	const char	*name;
	int		(*run)(struct session *, const struct options *,
			    bool *partly);
	int		 least, most;	/* arguments */
	bool		 channel;	/* --channel is required */
} verbs[] = {
	{ "add", add, 1, 20000, true },
	{ "lift", lift, 1, 20000, true },
	{ "list", list, 0, 0, false },
	{ "import", import, 1, 1, false },
};

/* Check the options' values, which become parameters of statements. */
static bool
check_options(struct session *s, const struct options *o)
{
	static const struct field	 campaign = { "campaign",
		.kind = KIND_INT, .low = 1, .high = INT64_MAX };
	static const struct field	 channel = { "channel",
		.kind = KIND_CHOICE, .choices = channels };
	static const struct field	 reason = { "reason",
		.kind = KIND_TEXT, .max = 255 };
	const struct {
		const struct field	*field;
		const char		*value;
	} given[] = {
		{ &campaign, o->campaign }, { &channel, o->channel },
		{ &reason, o->reason },
	};
	const char			*out;

	for (size_t i = 0; i < ARRAY_LEN(given); i++)
		if (given[i].value != NULL && (field_check(given[i].field,
		    &s->arena, given[i].value, strlen(given[i].value), &out,
		    &s->err) != 0 || out == NULL))
			return false;
	return true;
}

int
opt_out_main(int argc, char **argv)
{
	struct options		 o = { .campaign = NULL };
	const char		*token = NULL;
	const struct cli_option	 options[] = {
		{ "campaign", 'c', .text = &o.campaign },
		{ "channel", 'C', .text = &o.channel },
		{ "reason", 'r', .text = &o.reason },
		{ "token-file", .text = &token },
	};
	struct session		 s;
	const struct verb	*verb = NULL;
	bool			 partly = false;
	int			 at, rc;

	at = options_read(argc, argv, options, ARRAY_LEN(options), usage,
	    &rc);
	if (at == -1)
		return rc;
	for (size_t i = 0; at < argc && i < ARRAY_LEN(verbs); i++)
		if (strcmp(argv[at], verbs[i].name) == 0)
			verb = &verbs[i];
	o.contact = argv + at + 1;
	o.contacts = argc - at - 1;
	if (verb == NULL || o.contacts < verb->least ||
	    o.contacts > verb->most || (verb->channel && o.channel == NULL))
		return options_misused(usage);
	if (!session_open(&s, token))
		return STATUS_FAILED;
	if (!check_options(&s, &o)) {
		session_fail(&s);
		session_close(&s);
		return STATUS_USAGE;
	}
	rc = verb->run(&s, &o, &partly);
	if (rc != 0)
		session_fail(&s);
	session_close(&s);
	return rc != 0 ? STATUS_FAILED : partly ? STATUS_PARTLY : STATUS_DONE;
}
