/*
 * cerberus donations check: compares the ledger with everything that is
 * reported from it.  donations.c compares rows and Stripe, documents.c the
 * summary and the exports, which it makes with the code that serves them.
 */
#ifndef CLI_DONATIONS_H
#define CLI_DONATIONS_H

int	 donations_main(int argc, char **argv);

#endif
