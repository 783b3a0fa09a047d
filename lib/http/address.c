/*
 * Client addresses behind proxies, and the networks that limits count.  limit.c
 * chooses the limits.
 */
#include <arpa/inet.h>

#include "address.h"
#include "core/text.h"

/* Parse an address into 16 bytes, with IPv4 mapped into IPv6. */
static bool
parse(const char *s, size_t n, unsigned char out[16])
{
	static const unsigned char	 mapped[12] = {
		[10] = 0xff, [11] = 0xff
	};
	char				 text[INET6_ADDRSTRLEN];

	if (n >= sizeof(text))
		return false;
	memcpy(text, s, n);
	text[n] = '\0';
	if (inet_pton(AF_INET6, text, out) == 1)
		return true;
	memcpy(out, mapped, sizeof(mapped));
	return inet_pton(AF_INET, text, out + 12) == 1;
}

bool
address_in(const char *address, const char *network)
{
	unsigned char	 a[16], b[16];
	size_t		 n = strcspn(network, "/");
	int64_t		 bits = 128;

	if (!parse(address, strlen(address), a) || !parse(network, n, b))
		return false;
	if (network[n] == '/') {
		if (!text_int64(network + n + 1, strlen(network + n + 1),
		    &bits) || bits < 0 || bits > 128)
			return false;
		if (memchr(network, ':', n) == NULL && (bits += 96) > 128)
			return false;
	}
	for (int64_t i = 0; i < bits; i++)
		if (((a[i / 8] ^ b[i / 8]) >> (7 - i % 8) & 1) != 0)
			return false;
	return true;
}

static bool
is_trusted(const struct cfg_list *trusted, const char *address)
{
	for (size_t i = 0; i < trusted->n; i++)
		if (address_in(address, trusted->word[i]))
			return true;
	return false;
}

const char *
client_address(struct arena *a, const struct cfg_list *trusted,
    const char *remote, const char *forwarded)
{
	const char	*address = remote != NULL ? remote : "";
	const char	*start, *end, *word;
	unsigned char	 raw[16];
	size_t		 n;

	end = forwarded != NULL ? forwarded + strlen(forwarded) : NULL;
	while (end != NULL && is_trusted(trusted, address)) {
		for (start = end; start > forwarded && start[-1] != ',';
		    start--)
			;
		word = start;
		n = (size_t)(end - start);
		text_trim(&word, &n);
		/* A trusted proxy would have written an address. */
		if (!parse(word, n, raw))
			break;
		address = arena_strndup(a, word, n);
		end = start > forwarded ? start - 1 : NULL;
	}
	return arena_strdup(a, address);
}

const char *
client_network(struct arena *a, const char *address)
{
	unsigned char	 raw[16];
	char		 text[INET6_ADDRSTRLEN];

	if (inet_pton(AF_INET6, address, raw) != 1)
		return address;
	if (IN6_IS_ADDR_V4MAPPED((const struct in6_addr *)(const void *)raw))
		return address;
	memset(raw + 8, 0, 8);
	inet_ntop(AF_INET6, raw, text, sizeof(text));
	return arena_printf(a, "%s/64", text);
}
