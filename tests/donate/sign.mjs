// Signs webhook bodies with Stripe's own library: one JSON line in,
// {"payload", "secret", "timestamp"}, one header out.  So our signatures are
// not compared with our own code alone.
import { createRequire } from 'node:module';
import { createInterface } from 'node:readline';

const require = createRequire(process.argv[2] + '/');
const Stripe = require('stripe');
const stripe = new Stripe('sk_test_none');

for await (const line of createInterface({ input: process.stdin })) {
	process.stdout.write(stripe.webhooks.generateTestHeaderString(
		JSON.parse(line)) + '\n');
}
