/*
 * Conversion of text in an unknown encoding to UTF-8.  Splitting the text into
 * rows and cells is in reader.c.
 */
#include <errno.h>

#include "core/text.h"
#include "decode.h"

/*
 * Windows-1252 from 0x80 to 0x9f; bytes that it does not define are the control
 * characters of ISO 8859-1.
 */
static const unsigned short high[32] = {
	0x20ac, 0x0081, 0x201a, 0x0192, 0x201e, 0x2026, 0x2020, 0x2021,
	0x02c6, 0x2030, 0x0160, 0x2039, 0x0152, 0x008d, 0x017d, 0x008f,
	0x0090, 0x2018, 0x2019, 0x201c, 0x201d, 0x2022, 0x2013, 0x2014,
	0x02dc, 0x2122, 0x0161, 0x203a, 0x0153, 0x009d, 0x017e, 0x0178,
};

/* First bytes of files that are sent by mistake instead of text. */
static const struct magic {
	const char	*bytes;
	size_t		 n;
	const char	*what;
} magics[] = {
	{ "PK\3\4", 4, "a ZIP archive or an Excel workbook (XLSX)" },
	{ "PK\5\6", 4, "an empty ZIP archive" },
	{ "%PDF", 4, "a PDF document" },
	{ "\xd0\xcf\x11\xe0", 4, "an Excel workbook (XLS)" },
	{ "\x1f\x8b", 2, "a gzip archive" },
	{ "7z\xbc\xaf", 4, "a 7-Zip archive" },
	{ "Rar!", 4, "a RAR archive" },
	{ "BZh", 3, "a bzip2 archive" },
	{ "\x89PNG", 4, "an image" },
	{ "\xff\xd8\xff", 3, "an image" },
	{ "<!DOCTYPE", 9, "a web page" },
	{ "<html", 5, "a web page" },
};

static int
fill(struct decoder *d, struct err *e)
{
	ssize_t	 got;

	if (d->start > 0) {
		memmove(d->raw, d->raw + d->start, d->end - d->start);
		d->end -= d->start;
		d->start = 0;
	}
	while (!d->eof && d->end < DECODE_RAW) {
		got = d->source->read(d->source, d->raw + d->end,
		    DECODE_RAW - d->end, e);
		if (got == -1)
			return -1;
		if (got == 0) {
			d->eof = true;
			break;
		}
		EVP_DigestUpdate(d->digest, d->raw + d->end, (size_t)got);
		d->bytes += got;
		d->end += (size_t)got;
	}
	return 0;
}

/*
 * Return the length of the UTF-8 sequence at p; 0 if it is not valid, -1 if n
 * bytes hold only its beginning.
 */
static int
sequence(const unsigned char *p, size_t n)
{
	int	 want = *p < 0x80 ? 1 : *p < 0xc2 ? 0 : *p < 0xe0 ? 2 :
		    *p < 0xf0 ? 3 : *p < 0xf5 ? 4 : 0;

	if (want < 2)
		return want;
	for (size_t i = 1; i < (size_t)want && i < n; i++)
		if ((p[i] & 0xc0) != 0x80)
			return 0;
	if (n < (size_t)want)
		return -1;
	return text_utf8_length((const char *)p, (size_t)want) == 1 ? want : 0;
}

/* Decide between UTF-8 and Windows-1252 by the first bytes. */
static void
guess_encoding(struct decoder *d)
{
	const unsigned char	*p = (unsigned char *)d->raw + d->start;
	size_t			 n = d->end - d->start, good = 0, stray = 0;
	int			 len;

	for (size_t i = 0; i < n; ) {
		len = sequence(p + i, n - i);
		good += len > 1;
		stray += len == 0;
		i += len > 0 ? (size_t)len : 1;
	}
	d->windows_1252 = stray > good;
}

/*
 * Return the size of a code unit.  When a character cannot be converted, a
 * whole unit has to be skipped.
 */
static size_t
unit_size(const char *encoding)
{
	return text_is(encoding, 6, "UTF-16") || text_is(encoding, 5, "UCS-2")
	    ? 2 : text_is(encoding, 6, "UTF-32") ||
	    text_is(encoding, 5, "UCS-4") ? 4 : 1;
}

bool
decoder_knows(const char *encoding)
{
	iconv_t	 cd;

	if (text_is(encoding, strlen(encoding), "auto") ||
	    text_is(encoding, strlen(encoding), "windows-1252"))
		return true;
	if ((cd = iconv_open("UTF-8", encoding)) == (iconv_t)-1)
		return false;
	iconv_close(cd);
	return true;
}

int
decoder_open(struct decoder *d, struct arena *a, struct source *source,
    const char *encoding, struct err *e)
{
	const unsigned char	*p;
	const char		*by_mark = NULL;
	size_t			 n, zeros = 0;

	*d = (struct decoder){ .source = source, .cd = (iconv_t)-1 };
	d->raw = arena_alloc(a, DECODE_RAW);
	if ((d->digest = EVP_MD_CTX_new()) == NULL ||
	    EVP_DigestInit_ex(d->digest, EVP_sha256(), NULL) != 1)
		return err_detail(e, ERR_INTERNAL, "no SHA-256");
	if (fill(d, e) != 0)
		return -1;
	p = (unsigned char *)d->raw;
	n = d->end;
	if (n == 0)
		return err_set(e, ERR_UNPROCESSABLE, "The file is empty.");
	for (size_t i = 0; i < ARRAY_LEN(magics); i++)
		if (n >= magics[i].n &&
		    memcmp(p, magics[i].bytes, magics[i].n) == 0)
			return err_set(e, ERR_UNPROCESSABLE, "The file is %s, "
			    "not text with one voter per line. Save it as CSV "
			    "and upload that file.", magics[i].what);
	if (n >= 3 && memcmp(p, "\xef\xbb\xbf", 3) == 0) {
		d->start = 3;
		by_mark = "UTF-8";
	} else if (n >= 2 && (memcmp(p, "\xff\xfe", 2) == 0 ||
	    memcmp(p, "\xfe\xff", 2) == 0)) {
		by_mark = p[0] == 0xff ? "UTF-16LE" : "UTF-16BE";
		d->start = 2;
	}
	if (encoding == NULL || text_is(encoding, strlen(encoding), "auto"))
		encoding = by_mark;
	if (encoding != NULL && text_is(encoding, strlen(encoding),
	    "windows-1252")) {
		d->windows_1252 = d->forced = true;
	} else if (encoding != NULL && !text_is(encoding, strlen(encoding),
	    "UTF-8") && !text_is(encoding, strlen(encoding), "UTF8")) {
		/* "UTF-16" is little-endian unless there is a mark. */
		if (text_is(encoding, strlen(encoding), "UTF-16"))
			encoding = by_mark != NULL ? by_mark : "UTF-16LE";
		d->cd = iconv_open("UTF-8", encoding);
		if (d->cd == (iconv_t)-1)
			return err_field(e, "encoding", "invalid_choice",
			    "%.40s is not a known encoding.", encoding);
		d->unit = unit_size(encoding);
	} else if (encoding == NULL) {
		guess_encoding(d);
	}
	if (d->cd == (iconv_t)-1) {
		for (size_t i = 0; i < n; i++)
			zeros += p[i] == '\0';
		if (zeros > n / 16)
			return err_set(e, ERR_UNPROCESSABLE, "The file is not "
			    "text. Save it as CSV and upload that file.");
	}
	return 0;
}

void
decoder_close(struct decoder *d)
{
	if (d->cd != (iconv_t)-1)
		iconv_close(d->cd);
	EVP_MD_CTX_free(d->digest);
	d->cd = (iconv_t)-1;
	d->digest = NULL;
}

/* Write the character as UTF-8, at most 3 bytes; return their number. */
static size_t
put_char(char *out, unsigned c)
{
	if (c < 0x80) {
		out[0] = (char)c;
		return 1;
	}
	if (c < 0x800) {
		out[0] = (char)(0xc0 | c >> 6);
		out[1] = (char)(0x80 | (c & 0x3f));
		return 2;
	}
	out[0] = (char)(0xe0 | c >> 12);
	out[1] = (char)(0x80 | (c >> 6 & 0x3f));
	out[2] = (char)(0x80 | (c & 0x3f));
	return 3;
}

/* Return the number of ASCII bytes at the beginning of p, eight at a time. */
static size_t
ascii_length(const char *p, size_t n)
{
	size_t		 i = 0;
	uint64_t	 word;

	for (; i + sizeof(word) <= n; i += sizeof(word)) {
		memcpy(&word, p + i, sizeof(word));
		if (word & UINT64_C(0x8080808080808080))
			break;
	}
	while (i < n && (unsigned char)p[i] < 0x80)
		i++;
	return i;
}

/*
 * In text that is mostly Windows-1252: is the valid sequence at p meant as
 * UTF-8?  Latin letters with accents, the Hawaiian okina and punctuation are;
 * others, such as the bytes of an E with an acute and an apostrophe, are not.
 */
static bool
is_likely(const unsigned char *p, int len)
{
	if (len == 2)
		return (*p >= 0xc3 && *p <= 0xc6) ||
		    (*p == 0xc2 && p[1] >= 0xa0) ||
		    (*p == 0xca && p[1] >= 0xb9 && p[1] <= 0xbf);
	if (len == 3)
		return (*p == 0xe1 && p[1] >= 0xb8) ||
		    (*p == 0xe2 && p[1] == 0x80);
	return false;
}

/*
 * Return the length of the UTF-8 sequence at p; 0 if the byte is in
 * Windows-1252, -1 if more bytes are needed to tell.
 */
static int
utf8_at(const struct decoder *d, const unsigned char *p, size_t n)
{
	int	 len = d->forced ? 0 : sequence(p, n);

	return len > 0 && d->windows_1252 && !is_likely(p, len) ? 0 : len;
}

/* Count a character, and note where a second encoding begins. */
static void
count(struct decoder *d, bool utf8, size_t put)
{
	if (utf8)
		d->good++;
	else if (++d->stray > d->good)
		d->windows_1252 = true;
	if (d->mixed_at == 0 && d->good > 0 && d->stray > 0 && !d->forced)
		d->mixed_at = d->put + (int64_t)put;
}

/* Convert what raw holds, as far as it is complete and out has room. */
static size_t
convert(struct decoder *d, char *out, size_t n)
{
	size_t	 put = 0, run;
	int	 len;

	while (d->start < d->end && n - put >= 4) {
		const char	*p = d->raw + d->start;
		unsigned char	 c = (unsigned char)*p;

		run = ascii_length(p, d->end - d->start);
		if (run > n - put)
			run = n - put;
		if (run > 0) {
			memcpy(out + put, p, run);
			put += run;
			d->start += run;
			continue;
		}
		len = utf8_at(d, (const unsigned char *)p, d->end - d->start);
		if (len == -1 && !d->eof)
			break;
		if (len > 0) {
			memcpy(out + put, p, (size_t)len);
			put += (size_t)len;
			d->start += (size_t)len;
			count(d, true, put);
			continue;
		}
		put += put_char(out + put, c < 0xa0 ? high[c - 0x80] : c);
		d->start++;
		count(d, false, put);
	}
	return put;
}

/* The same with iconv; a character that it cannot convert becomes U+FFFD. */
static size_t
convert_iconv(struct decoder *d, char *out, size_t n)
{
	char	*in = d->raw + d->start, *to = out;
	size_t	 in_left = d->end - d->start, left = n, skip;

	while (in_left > 0 && left >= 8) {
		if (iconv(d->cd, &in, &in_left, &to, &left) != (size_t)-1)
			break;
		if (errno == E2BIG || (errno == EINVAL && !d->eof))
			break;
		/* EILSEQ, or the file ends within a character. */
		if (left < 8)
			break;
		memcpy(to, "\xef\xbf\xbd", 3);
		to += 3;
		left -= 3;
		skip = d->unit < in_left ? d->unit : in_left;
		in += skip;
		in_left -= skip;
	}
	d->start = d->end - in_left;
	return n - left;
}

ssize_t
decoder_read(struct decoder *d, char *out, size_t n, struct err *e)
{
	size_t	 put;

	for (;;) {
		if (d->start < d->end) {
			put = d->cd == (iconv_t)-1 ? convert(d, out, n) :
			    convert_iconv(d, out, n);
			d->put += (int64_t)put;
			if (put > 0)
				return (ssize_t)put;
			if (d->eof)
				return 0;
		} else if (d->eof) {
			return 0;
		}
		if (fill(d, e) != 0)
			return -1;
	}
}
