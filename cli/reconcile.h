/* cerberus reconcile: compare the donations with Stripe's payment intents. */
#ifndef CLI_RECONCILE_H
#define CLI_RECONCILE_H

/* argv[0] is "reconcile".  Return the exit status; cerberus(1) has them. */
int	 reconcile_main(int argc, char **argv);

#endif
