"""Faults to plant in the schema, which the simulator must find."""

# name: (function, text, what it becomes)
FAULTS = {
    # A newer report replaces any state.
    'no_stages': ('ledger_write', '(new_state.stage, reported,',
                  '(0, reported,'),
}


def plant(db, name):
    """Break a function.  Return the statement that restores it."""
    function, text, broken = FAULTS[name]
    good = db.run('''SELECT pg_get_functiondef(p.oid) FROM pg_proc p
        WHERE p.pronamespace = 'cerberus'::regnamespace
        AND p.proname = $1''', function)[0][0]
    assert good.count(text) == 1, f'{function} has not one {text}'
    db.run(good.replace(text, broken))
    return good
