/* The addresses of clients, behind proxies too. */
#ifndef HTTP_ADDRESS_H
#define HTTP_ADDRESS_H

#include "core/arena.h"
#include "core/cfg.h"

/*
 * Return the client's address, in the arena, never NULL: remote, or the one
 * that trusted proxies report.  Each proxy appends the address of its peer to
 * X-Forwarded-For (forwarded).  The client's address is therefore the last one
 * that does not belong to a trusted proxy; those before it may be forged.
 */
const char *client_address(struct arena *, const struct cfg_list *trusted,
	    const char *remote, const char *forwarded);

/* Return true if the address is in the network: "10.0.0.0/8", "::1", ... */
bool	 address_in(const char *address, const char *network);

/*
 * Return the network that rate limits count, in the arena: an IPv4 address, or
 * the /64 prefix of an IPv6 address.
 */
const char *client_network(struct arena *, const char *address);

#endif
