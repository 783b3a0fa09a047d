"""Random worlds of donations, to find unexpected faults.

usage: simulate.py [--worlds N] [--seed N] [--seconds N] [--programs N]
       simulate.py --plant NAME [--worlds N]

World N of a run has the seed N more than --seed: "--worlds 1 --seed N" plays it
again.  Most worlds call the functions of the schema as the programs do.  With
--programs N the worlds whose seed is divisible by N go through donate.cgi,
webhook.cgi and "cerberus reconcile" themselves, which takes a hundred times as
long; play one again with --programs 1, where a kill can hit a program at
another point than before.  What happened in a world that fails is
printed in order.  --plant breaks a function of the schema, and the exit status
is 0 if that is found; "all" does so with each fault of simulated_faults.py.
--seconds ends a run early.

From the environment:
	ADMIN_URL	a database with the schema to copy, which nobody uses
	BUILD, ACCESS	where the programs are, and the [database] section of
			their configuration; for --programs
"""
import argparse
import os
import re
import sys
import tempfile
import time
import traceback

sys.dont_write_bytecode = True
here = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [here, here + '/../support']

from pq import Connection
from simulated_check import PREPARED
from simulated_faults import FAULTS, plant
from simulated_programs import Stage, play as play_programs
from simulated_world import World

# The clock of the copy is a setting.  Statements find the new now() by its
# name; defaults have to be stored again.
SETUP = r'''
SET allow_system_table_mods = on;
ALTER FUNCTION pg_catalog.now() RENAME TO real_now;
CREATE FUNCTION pg_catalog.now() RETURNS timestamptz LANGUAGE sql STABLE
    AS $$SELECT current_setting('simulator.now')::timestamptz$$;
SET simulator.now = '2026-01-01 00:00:00+00';
DO $$
DECLARE
	c record;
BEGIN
	FOR c IN SELECT a.adrelid::regclass AS name, t.attname
		FROM pg_attrdef a JOIN pg_attribute t ON t.attrelid = a.adrelid
		    AND t.attnum = a.adnum
		WHERE a.adrelid::regclass::text LIKE 'cerberus.%'
		AND pg_get_expr(a.adbin, a.adrelid) = 'real_now()'
	LOOP
		EXECUTE format('ALTER TABLE %s ALTER %I SET DEFAULT now()',
		    c.name, c.attname);
	END LOOP;
END
$$;
INSERT INTO cerberus.users (user_id, username, role)
VALUES (1, 'simulator', 'admin');
INSERT INTO cerberus.api_tokens (user_id, kind, token_hash)
VALUES (1, 'api_key', sha256('simulator'));
'''
VACUUM = '''VACUUM cerberus.donations, cerberus.donation_ledger,
    cerberus.stripe_events, cerberus.interactions, cerberus.voters,
    cerberus.campaigns, cerberus.audit_log'''


class Copy:
    """A database copied from the one at ADMIN_URL."""

    def __init__(self):
        url = os.environ['ADMIN_URL']
        self.name = f'simulator_{os.getpid()}'
        first, base, rest = re.fullmatch(r'(\w+://[^/]*/)(\w+)(.*)',
                                         url).groups()
        self.admin = Connection(first + 'postgres' + rest)
        self.admin.run(f'CREATE DATABASE {self.name} TEMPLATE {base}')
        self.db = Connection(first + self.name + rest)
        self.db.run('SET client_min_messages = error')
        self.db.run('SET jit = off')
        self.db.run(SETUP)
        self.db.run('SET plan_cache_mode = force_generic_plan;' + PREPARED)

    def close(self):
        self.db.close()
        self.admin.run(f'DROP DATABASE {self.name} WITH (FORCE)')


def play(db, seed, quiet=False):
    """Play one world, and undo it.  Return what is wrong with it, or None."""
    world = World(db, seed)
    try:
        world.run()
        return None
    except Exception as e:
        if not quiet:
            print(f'World {seed}:', *world.log, sep='\n')
            print(f'FAILED: world {seed}: {e}')
            if type(e).__name__ != 'Wrong':
                traceback.print_exc()
        return str(e)
    finally:
        db.run('ROLLBACK')


def worlds(db, seed, n, seconds, quiet=False, stage=None, every=0):
    """Return how many were played, and the failures.  Each one whose seed is
    divisible by every is played on the stage."""
    start = time.monotonic()
    failed = []
    for i in range(n):
        if seconds and time.monotonic() - start > seconds:
            return i, failed
        if i % 20 == 0:     # dead rows of earlier worlds slow it down
            db.run(VACUUM)
        hush = quiet or len(failed) >= 3
        wrong = play_programs(stage, seed + i, hush) \
            if every and (seed + i) % every == 0 else play(db, seed + i, hush)
        if wrong:
            failed.append((seed + i, wrong))
            if quiet:
                return i + 1, failed
    return n, failed


def found(db, name, a):
    """Plant a fault, and tell whether the worlds find it."""
    db.run('SET allow_system_table_mods = off')
    restore = plant(db, name)
    try:
        n, failed = worlds(db, a.seed, a.worlds, a.seconds, quiet=True)
    finally:
        db.run(restore)
    if failed:
        print(f'planted {name}: world {n} fails: {failed[0][1][:100]}')
    else:
        print(f'FAILED: planted {name}: {n} worlds do not notice')
    return bool(failed)


def main():
    p = argparse.ArgumentParser()
    p.add_argument('--worlds', type=int, default=100)
    p.add_argument('--seed', type=int, default=1)
    p.add_argument('--seconds', type=float)
    p.add_argument('--plant', choices=['all', *FAULTS])
    p.add_argument('--programs', type=int, default=0)
    a = p.parse_args()
    copy = Copy()
    start = time.monotonic()
    work = tempfile.TemporaryDirectory(prefix='cerberus-worlds.')
    stage = Stage(copy, work.name) if a.programs else None
    try:
        if a.plant:
            names = FAULTS if a.plant == 'all' else [a.plant]
            good = [found(copy.db, n, a) for n in names]
            print(f'{sum(good)} passed, {len(good) - sum(good)} failed')
            return 0 if all(good) else 1
        n, failed = worlds(copy.db, a.seed, a.worlds, a.seconds,
                           stage=stage, every=a.programs)
        through = sum((a.seed + i) % a.programs == 0
                      for i in range(n)) if a.programs else 0
        print(f'{n} worlds from seed {a.seed}, {through} of them through the '
              f'programs: {len(failed)} failed, '
              f'{time.monotonic() - start:.0f} s')
        for seed, wrong in failed[3:20]:
            print(f'FAILED: world {seed}: {wrong[:200]}')
        print(f'{n - len(failed)} passed, {len(failed)} failed')
        return 1 if failed or n == 0 else 0
    finally:
        if stage:
            stage.close()
        copy.close()
        work.cleanup()


if __name__ == '__main__':
    sys.exit(main())
