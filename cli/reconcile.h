/* cerberus reconcile: our donations against Stripe's list. */
#ifndef CLI_RECONCILE_H
#define CLI_RECONCILE_H

/* argv[0] is "reconcile".  Returns the exit status. */
int	 reconcile_main(int argc, char **argv);

#endif
