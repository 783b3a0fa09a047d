"""Faults to plant in the schema, which the simulator must find."""

# name: (function, [(text, what it becomes), ...])
FAULTS = {
    # A newer report replaces any state: a decline replaces a success.
    'no_stages': ('ledger_write', [
        ('(new_state.stage, reported,', '(0, reported,'),
        ('(old_state.stage, old.', '(0, old.')]),
    # What arrives last counts, not what was reported last.
    'arrival_order': ('ledger_write', [
        ('(new_state.stage, reported,', '(new_state.stage, now(),'),
        ('reported_at = reported,', 'reported_at = now(),')]),
    # Refunds count one by one, and again in the sum of the charge.
    'double_sum': ('donation_settle', [
        ('greatest(0, sums.told - sums.listed)', 'sums.told')]),
    # Refunds that failed still count.
    'failed_counts': ('donation_settle', [
        ("(WHERE s.means = 'out'), 0)", "(WHERE s.means IN ('out', "
         "'back')), 0)")]),
    # Stripe counts what was not captured as refunded.
    'capture': ('donation_fact', [
        ("- (stripe_number(p_object -> 'amount') - captured)", '- 0')]),
    # A dispute in an unknown state does not hold the money.
    'unknown_won': ('donation_fact', [
        ("WHEN unknown THEN 'unknown'", "WHEN unknown THEN 'won'")]),
    # Each report of a payment writes an interaction.
    'recorded_twice': ('donation_record', [
        ('IF d.recorded_at IS NOT NULL THEN', 'IF false THEN')]),
    # A repeated refund has a new key.
    'new_key': ('refund_begin', [
        ('asked.ledger_id, asked.created_at', 'asked.ledger_id, now()')]),
    # An event settles a refund whose answer was lost, and it is repeated.
    'unanswered': ('refund_begin', [('OR l.unanswered', 'OR false')]),
    # An intent whose answer was lost becomes a second donation.
    'no_metadata': ('donation_for_intent', [
        ("named ~ '^[0-9]{1,18}$'", 'false')]),
    # The day of success is the day in UTC.
    'utc': ('set_gift_days', [
        ('NEW.succeeded_at AT TIME ZONE zone',
         "NEW.succeeded_at AT TIME ZONE 'UTC'")]),
    # A new time zone applies to new donations only.
    'zone_stays': ('move_gift_days', [
        ('WHERE d.campaign_id = NEW.campaign_id', 'WHERE false')]),
    # Reconcile dates a payment by the attempt, days before a bank paid it.
    'day_of_attempt': ('stripe_state', [
        ("charge #> '{balance_transaction,created}',", '')]),
    # Reconcile does not read the disputes.
    'no_disputes': ('stripe_state', [
        ("coalesce(p_disputes, '[]')", "'[]'")]),
    # What reconcile has read counts as news when it is stored.
    'stamp_now': ('stripe_state', [
        ('ELSE p_listed END AS', 'ELSE now() END AS')]),
    # What arrives last is the state of a subscription.
    'series_order': ('recurring_report', [
        ('(recurring_ended(word), p_at,', '(recurring_ended(word), now(),')]),
    # The first invoice of a subscription makes a second donation.
    'first_twice': ('recurring_invoice', [
        ("p_invoice ->> 'billing_reason' = 'subscription_create'",
         'false')]),
    # A failure stays when the card works again.
    'failure_stays': ('recurring_invoice', [
        ('greatest(g.paid_at, instant)', 'g.paid_at')]),
    # The intent of an invoice is not known by its customer.
    'no_customer': ('recurring_attempt', [
        ("object ->> 'customer'", "'nobody'")]),
    # Requests that did not reach Stripe stay open.
    'not_sent': ('stripe_reconcile', [
        ("interval '1 hour'", "interval '1 year'")]),
}


def plant(db, name):
    """Break a function.  Return the statement that restores it."""
    function, edits = FAULTS[name]
    good = broken = db.run('''SELECT pg_get_functiondef(p.oid) FROM pg_proc p
        WHERE p.pronamespace = 'cerberus'::regnamespace
        AND p.proname = $1''', function)[0][0]
    for text, other in edits:
        assert broken.count(text) == 1, f'{function} has not one {text}'
        broken = broken.replace(text, other)
    db.run(broken)
    return good
