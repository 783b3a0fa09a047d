// Sign webhook bodies with Stripe's own library, so that signatures are not
// only verified against code of this project.  Each line of standard input is
// {"payload", "secret", "timestamp"}; each line of output is a header's value.
import { createRequire } from 'node:module';
import { createInterface } from 'node:readline';

const require = createRequire(process.argv[2] + '/');
const Stripe = require('stripe');
const stripe = new Stripe('sk_test_none');

for await (const line of createInterface({ input: process.stdin })) {
	process.stdout.write(stripe.webhooks.generateTestHeaderString(
		JSON.parse(line)) + '\n');
}
