/* Whose request is it?  Addresses, proxies and networks. */
#ifndef HTTP_ADDRESS_H
#define HTTP_ADDRESS_H

#include "core/arena.h"
#include "core/cfg.h"

/*
 * The client's address: remote, or what trusted proxies say about it.  Each
 * proxy adds to the right end of X-Forwarded-For whom it heard from, so the
 * right-most address that is no trusted proxy's is the client's; what stands
 * to the left of it is the client's own invention.  Never NULL.
 */
const char *client_address(struct arena *, const struct cfg_list *trusted,
	    const char *remote, const char *forwarded);

/* True when the address is in the network: "10.0.0.0/8", "::1", ... */
bool	 address_in(const char *address, const char *network);

/* What limits count: an IPv4 address, or an IPv6 address's /64. */
const char *client_network(struct arena *, const char *address);

#endif
