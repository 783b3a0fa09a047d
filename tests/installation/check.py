#!/usr/bin/env python3
"""What "cerberus check" finds, and what script/server refuses: see
tests/installation/run, which sets the environment.  Each test makes one thing
wrong, and expects one line about it."""
import os
import re
import subprocess
import sys
import time

sys.dont_write_bytecode = True
ENV = os.environ
sys.path.append(ENV['SRCDIR'] + '/tests/support')

from checks import check, finish, run, same, sql

WORK = ENV['WORK']
CONF = ENV['CERBERUS_CONF']
with open(WORK + '/conf', encoding='utf-8') as f:
    TEXT = f.read()
site = None


def cerberus(*args, **env):
    return subprocess.run(
        [ENV['BUILD'] + '/cli/cerberus', *args],
        env={'PATH': ENV['PATH'], 'CERBERUS_CONF': CONF, **env},
        capture_output=True, text=True, check=False)


def configure(**settings):
    """Write the configuration, with other values for some settings."""
    text = TEXT.replace('@SITE@', settings.pop('site_url', site))
    for name, value in settings.items():
        text, n = re.subn(rf'(?m)^{name} = .*$', f'{name} = {value}', text,
                          count=1)
        same(n, 1, f'{name} is in the configuration')
    with open(CONF, 'w', encoding='utf-8') as f:
        f.write(text)


def finds(what, wanted, *args, **env):
    """One line begins with FAILED, and has the text that is wanted."""
    got = cerberus('check', *(args or ['--offline']), **env)
    lines = [line for line in got.stdout.splitlines()
             if line.startswith('FAILED')]
    same(got.returncode, 1, f'{what}: the exit status; {got.stdout}')
    same(len(lines), 1, f'{what} is one line: {got.stdout}')
    check(re.search(wanted, ''.join(lines)), f'{what} says {wanted}', lines)


def fine(what, *args):
    got = cerberus('check', *args)
    same(got.returncode, 0, f'{what}: {got.stdout} {got.stderr}')
    check('FAILED' not in got.stdout, what, got.stdout)
    return got.stdout


def web(kind, name='cerberus', **env):
    """Start a web server.  Return its URL."""
    got = subprocess.run(
        [ENV['SRCDIR'] + '/script/web', 'start', WORK + '/web'],
        env={**ENV, 'WEB_SERVER': kind, 'CGI_MODE': 'cgi', 'SITE': name,
             **env}, capture_output=True, text=True, check=False)
    same(got.returncode, 0, f'{kind}: {got.stderr}')
    return got.stdout.strip()


def test_version():
    got = cerberus('--version')
    with open(ENV['BUILD'] + '/config.h', encoding='utf-8') as f:
        version = re.search('PACKAGE_VERSION "(.*)"', f.read()).group(1)
    same((got.returncode, got.stdout), (0, f'cerberus {version}\n'),
         'its version')
    same(cerberus('check', 'more').returncode, 2, 'an argument too many')


def test_all_is_well():
    global site
    for kind in ('lighttpd', 'apache'):
        site = web(kind)
        configure()
        with open(WORK + '/backups/today.dump', 'w', encoding='utf-8') as f:
            f.write('a backup')
        said = fine(f'an installation with {kind}')
        for what in ('configuration', 'settings', 'modes', 'database',
                     'schema', 'role', 'clock', 'sequences',
                     'regular commands', 'layouts', 'backup', 'web server'):
            check(re.search(f'(?m)^ok +{what}(:|$)', said), f'{what} is ok',
                  said)
    configure(latest='')
    said = fine('an installation without a backup', '--offline')
    check(re.search('(?m)^- +backup: set latest', said), 'a note', said)


def test_settings():
    for name, value, wanted in (
            ('cors_origins', 'https://www.example.org/', 'cors_origins.*/"'),
            ('cors_origins', '*', r'cors_origins: "\*" is not'),
            ('cors_origins', 'www.example.org', 'cors_origins'),
            ('cors_origins', 'https://www.example.org/path', 'cors_origins'),
            ('cors_origins', 'https://*.example.org', 'cors_origins'),
            ('cors_origins', 'https://WWW.example.org', 'lower case'),
            ('trusted_proxies', 'cloudflare', 'trusted_proxies: "cloudflare"'),
            ('trusted_proxies', '10.0.0.0/33', 'trusted_proxies'),
            ('trusted_proxies', '10.0.0.0/', 'trusted_proxies'),
            ('trusted_proxies', '300.1.1.1', 'trusted_proxies'),
            ('secret_key', 'short', 'secret_key: it has fewer than 32'),
            ('minimum_amounts', 'usd', 'minimum_amounts'),
            ('secret_key = sk_test_default', 'nonsense',
             "stripe: the secret key is not one of Stripe's"),
            ('secret_key = sk_test_default', 'pk_test_x',
             'stripe: the secret key is the publishable one'),
            ('secret_key = sk_test_default', 'sk_live_x',
             'stripe: a live key in the environment for tests'),
            ('secret_key = sk_test_default', '',
             'stripe: there is a webhook secret and no secret key'),
            ('webhook_secrets', 'secret', 'does not begin with whsec_'),
            ('webhook_secrets', '', 'no webhook secret'),
            ('stripe_secret_key', 'nonsense', 'campaign 7: the secret key'),
            ('stripe_webhook_secrets', '', 'campaign 7: .*no webhook')):
        key = name.split(' = ')[0]
        text = TEXT.replace('@SITE@', site)
        if key == 'minimum_amounts':
            text = text.replace('[stripe]\n', f'[stripe]\n{key} = {value}\n')
        else:
            text = re.sub(rf'(?m)^{name if " = " in name else name + " = .*"}$',
                          f'{key} = {value}', text, count=1)
        with open(CONF, 'w', encoding='utf-8') as f:
            f.write(text)
        finds(f'{name} = {value}', wanted)
    # Production: keys for tests, and no TLS.
    text = TEXT.replace('environment = testing', 'environment = production')
    text = text.replace('rate_limit = off', 'rate_limit = on')
    text = re.sub('api_base = .*', '', text)
    live = text.replace('_test_', '_live_')
    for what, text, wanted in (
            ('a test key', live.replace('sk_live_', 'sk_test_', 1).replace(
                '@SITE@', 'https://x.example.org'), 'stripe: a test key'),
            ('no TLS', live.replace('@SITE@', 'http://x.example.org'),
             'site_url: passwords would be sent')):
        with open(CONF, 'w', encoding='utf-8') as f:
            f.write(text)
        finds(f'{what} in production', wanted)
    with open(CONF, 'w', encoding='utf-8') as f:
        f.write(live.replace('@SITE@', 'https://x.example.org'))
    fine('production', '--offline')
    configure()


def test_modes():
    token = WORK + '/etc/admin-token'
    with open(token, 'w', encoding='utf-8') as f:
        f.write('cb_' + 'x' * 43)
    os.chmod(token, 0o600)
    for path, mode, good, wanted in (
            (CONF, 0o660, 0o640, r'chmod 0640 .*cerberus\.conf$'),
            (CONF, 0o644, 0o640, 'configuration: .*chmod o='),
            (WORK + '/etc', 0o757, 0o755, r'chmod 0755 .*/etc$'),
            (token, 0o644, 0o600, 'chmod 0600 .*admin-token$'),
            (WORK + '/programs.log', 0o644, 0o640, 'chmod 0640 .*log$'),
            (WORK + '/layouts', 0o757, 0o755, 'chmod 0755 .*layouts$')):
        os.chmod(path, mode)
        finds(f'mode {mode:o} of {path}', wanted)
        os.chmod(path, good)
    fine('modes', '--offline')


def test_schema():
    sql("UPDATE sqitch.changes SET script_hash = repeat('0', 40) "
        "WHERE change = 'upkeep'")
    finds('another script', r'schema: it is \w+-[0-9a-f]+, .*migrate')
    got = cerberus('check')
    check(re.search('FAILED +web server: .*503, schema_mismatch', got.stdout),
          'its health', got.stdout)
    sql("UPDATE sqitch.changes SET script_hash = (SELECT '"
        + subprocess.run(['sha1sum', ENV['SRCDIR']
                          + '/sql/deploy/upkeep.sql'], capture_output=True,
                         text=True, check=True).stdout.split()[0]
        + "') WHERE change = 'upkeep'")
    fine('the schema', '--offline')


def test_sequences():
    sql("INSERT INTO campaigns (campaign_id, campaign_name) VALUES (5, 'Five')")
    finds('a row with an id of its own', 'sequences: the next row of campaigns '
          'would have the id 1, .* up to 5')
    sql("SELECT setval('campaigns_campaign_id_seq', 5)")
    fine('sequences', '--offline')


def test_jobs():
    sql("INSERT INTO users (username, role, created_at) VALUES "
        "('old', 'admin', now() - interval '30 hours')")
    finds('tidy never ran', r'cerberus tidy has not been complete for 30 hour')
    same(cerberus('tidy').returncode, 0, 'tidy')
    fine('tidy', '--offline')
    sql("UPDATE users SET created_at = now() - interval '50 hours'")
    finds('reconcile never ran', 'cerberus reconcile has not been .* 50 hours')
    got = cerberus('reconcile')
    same((got.returncode, got.stderr), (0, ''), 'reconcile')
    fine('reconcile', '--offline')
    sql("UPDATE job_runs SET ended_at = now() - interval '26 hours'")
    finds('tidy is late', 'cerberus tidy has not been complete for 26 hours')
    sql("UPDATE job_runs SET ended_at = now()")


def test_backup():
    path = WORK + '/backups/today.dump'
    old = time.time() - 27 * 3600
    os.utime(path, (old, old))
    finds('an old backup', 'backup: the newest in .* is 27 hours old')
    with open(WORK + '/backups/newer', 'w', encoding='utf-8'):
        pass
    finds('an empty backup', 'backup: the newest in .* is empty')
    os.unlink(WORK + '/backups/newer')
    os.unlink(path)
    finds('no backup', 'backup: .*No such file.*docs/deploy.md')
    configure(latest=WORK + '/nowhere')
    finds('no folder', 'backup: .*/nowhere: No such file')
    configure(latest=CONF)
    fine('a backup that is one file', '--offline')
    configure()
    with open(path, 'w', encoding='utf-8') as f:
        f.write('a backup')


def test_clock():
    env = {'LD_PRELOAD': WORK + '/clock.so'}
    got = cerberus('check', '--offline', **env)
    check(re.search('FAILED +clock: it is 1[12][0-9] seconds ahead of that of '
                    'the database', got.stdout), 'the database', got.stdout)
    same(got.returncode, 1, 'a clock that is wrong')
    got = cerberus('check', **env)
    check(re.search('FAILED +clock: .* that of Stripe', got.stdout), 'Stripe',
          got.stdout)
    configure(api_base='http://127.0.0.1:9')
    got = cerberus('check')
    check(re.search('FAILED +stripe: .*cannot be reached', got.stdout),
          'no way to Stripe', got.stdout)
    configure()


def variant(name, edit, **env):
    """Apache with its configuration edited."""
    with open(ENV['SRCDIR'] + '/apache/cerberus.conf', encoding='utf-8') as f:
        text = f.read()
    edited = edit(text)
    check(edited != text, f'{name} differs')
    path = f'{WORK}/{name}.conf'
    with open(path, 'w', encoding='utf-8') as f:
        f.write(edited)
    return web('apache', os.path.relpath(
        path, ENV['SRCDIR'] + '/apache')[:-len('.conf')], **env)


def test_web_server():
    fake = WORK + '/health.json'
    with open(fake, 'w', encoding='utf-8') as f:
        f.write('{"status": "ok", "version": "0.0.1"}')
    os.chmod(fake, 0o644)
    alias = 'Alias "/api/v1/health" "${CERBERUS_PROGRAMS}/health.cgi"'
    for name, edit, wanted in (
            ('authorization', lambda t: t.replace('CGIPassAuth On', ''),
             'header Authorization.*CGIPassAuth On'),
            ('pathinfo', lambda t: t.replace('AcceptPathInfo On',
                                             'AcceptPathInfo Off'),
             'PATH_INFO'),
            ('methods', lambda t: t.replace(
                'Require all granted', 'Require method GET POST OPTIONS'),
             'methods PUT, PATCH, DELETE, so'),
            ('files', lambda t: re.sub('SetHandler.*', '', t),
             'hands out the programs as files'),
            ('other', lambda t: t.replace(alias, f'Alias "/api/v1/health" '
                                          f'"{fake}"\n<Location '
                                          '"/api/v1/health">\nRequire all '
                                          'granted\nSetHandler None\n'
                                          '</Location>'),
             'runs version 0.0.1'),
            ('away', lambda t: t.replace(alias, '').replace(
                'Alias "/api/v1" "${CERBERUS_PROGRAMS}/health.cgi"', ''),
             'answered with 40[34], and not by the program')):
        configure(site_url=variant(name, edit))
        got = cerberus('check')
        lines = re.findall('(?m)^FAILED.*', got.stdout)
        same(got.returncode, 1, f'{name}: the exit status')
        if name == 'pathinfo':      # nothing else can work, either
            lines = lines[:1]
        same(len(lines), 1, f'{name} is one line: {got.stdout}')
        check(re.search('web server: .*' + wanted, ''.join(lines)),
              f'{name} says {wanted}', got.stdout)
    configure(site_url='http://127.0.0.1:9')
    got = cerberus('check')
    check(re.search('FAILED +web server: .*cannot be reached', got.stdout),
          'no web server', got.stdout)


def test_certificate():
    url = variant('tls', lambda t: 'LoadModule ssl_module '
                  '${modules}/mod_ssl.so\n'
                  f'Define CERBERUS_CERTIFICATE {WORK}/certificate.pem\n'
                  f'Define CERBERUS_KEY {WORK}/key.pem\n' + t)
    configure(site_url=url.replace('http://', 'https://'))
    got = cerberus('check')
    same(got.returncode, 1, 'a bad certificate')
    lines = re.findall('(?m)^FAILED.*', got.stdout)
    same(len(lines), 2, f'two lines: {got.stdout}')
    check(re.search('certificate: browsers do not trust it', got.stdout),
          'it is not trusted', got.stdout)
    check(re.search('certificate: it ends in [45] days.*certbot renew',
                    got.stdout), 'it ends soon', got.stdout)
    check('ok      web server' in got.stdout, 'the rest is checked all the '
          'same', got.stdout)


def test_server_refuses():
    """A setting that cannot be used: one line, before anything is done."""
    for name, value, wanted in (
            ('PORT', '99999', 'PORT is a number up to 65535, not 99999'),
            ('PORT', '65536', 'PORT is a number up to 65535, not 65536'),
            ('PORT', '-1', 'PORT is a number up to 65535, not -1'),
            ('PORT', '80 80', 'PORT is a number up to 65535, not 80 80'),
            ('WEB_SERVER', 'nginx',
             'WEB_SERVER is lighttpd or apache, not nginx'),
            ('CGI_MODE', 'fcgi', 'CGI_MODE is cgi or fastcgi, not fcgi'),
            ('DATABASE_URL', 'host=db',
             'DATABASE_URL is a URL: postgresql://user@host:port/name')):
        got = subprocess.run(
            [ENV['SRCDIR'] + '/script/server'], stdin=subprocess.DEVNULL,
            env={'PATH': ENV['PATH'], name: value}, capture_output=True,
            text=True, check=False, timeout=60)
        same([got.returncode, got.stdout, got.stderr.splitlines()],
             [1, '', ['server: ' + wanted]], f'{name}={value}')


run([test_server_refuses, test_version, test_all_is_well, test_settings, test_modes, test_schema,
     test_sequences, test_jobs, test_backup, test_clock, test_web_server,
     test_certificate])
sys.exit(finish())
