/* The addresses of clients, behind proxies too. */
#ifndef HTTP_ADDRESS_H
#define HTTP_ADDRESS_H

#include "core/arena.h"
#include "core/cfg.h"

/*
 * Return the client's address (arena): remote, or the one that trusted proxies
 * report.  Each proxy appends the address of its peer to X-Forwarded-For.  The
 * last address that does not belong to a trusted proxy is therefore the
 * client's; the client may have made up those before it.  Never NULL.
 */
const char *client_address(struct arena *, const struct cfg_list *trusted,
	    const char *remote, const char *forwarded);

/* Return true if the address is in the network: "10.0.0.0/8", "::1", ... */
bool	 address_in(const char *address, const char *network);

/*
 * Return what rate limits apply to: an IPv4 address, or the /64 of an IPv6 one.
 */
const char *client_network(struct arena *, const char *address);

#endif
