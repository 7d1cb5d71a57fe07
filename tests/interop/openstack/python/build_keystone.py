"""Makes a Keystone database with the users, projects and catalogue the tests know. Usage: build_keystone CONF BASE.

keystone-manage lays out the tables and the first administrator; everything else goes through Keystone's own HTTP API,
called in this process without a socket, so that what is stored is what a cloud's operator would have stored.
"""
import datetime
import json
import os
import secrets
import sqlite3
import subprocess
import sys
import time

PLACEHOLDER = 'http://trove.invalid/v1.0/%(tenant_id)s'      # start.sh writes the port in
REGION = 'RegionOne'


def manage(conf, base, *words):
    script = os.path.join(base, 'root/usr/bin/keystone-manage')
    subprocess.run([sys.executable, '-s', script, '--config-file', conf, *words], check=True)


class Api:
    """Keystone's API as its administrator."""

    def __init__(self, conf, password):
        os.environ['OS_KEYSTONE_CONFIG_DIR'] = os.path.dirname(conf)
        os.environ['OS_KEYSTONE_CONFIG_FILES'] = os.path.basename(conf)
        del sys.argv[1:]                           # Keystone reads the command line, too
        from keystone.server.wsgi import initialize_public_application
        from werkzeug.test import Client
        self.client = Client(initialize_public_application())
        self.token = self.login('admin', password, 'admin')

    def login(self, user, password, project):
        default = {'id': 'default'}
        answer = self.client.post('/v3/auth/tokens', json={'auth': {
            'identity': {'methods': ['password'],
                         'password': {'user': {'name': user, 'domain': default, 'password': password}}},
            'scope': {'project': {'name': project, 'domain': default}}}})
        assert answer.status_code == 201, answer.get_data(as_text=True)
        return answer.headers['X-Subject-Token']

    def send(self, method, path, body=None, token=None):
        answer = self.client.open('/v3' + path, method=method, json=body,
                                  headers={'X-Auth-Token': token or self.token})
        assert answer.status_code < 300, (method, path, answer.get_data(as_text=True))
        return answer.get_json(silent=True)

    def named(self, kind, name, **more):
        """The id of the one of that name, made if it is not there."""
        one = kind[:-1]
        for found in self.send('GET', '/%s?name=%s' % (kind, name))[kind]:
            return found['id']
        return self.send('POST', '/' + kind, {one: dict(more, name=name)})[one]['id']


def seed(api, password):
    projects = {name: api.named('projects', name, domain_id='default') for name in ('admin', 'service', 'demo', 'alt')}
    projects['closed'] = api.named('projects', 'closed', domain_id='default')
    roles = {name: api.named('roles', name) for name in ('admin', 'member', 'reader', 'service')}
    users = {}
    for name, project, held in (('trove', 'service', ('admin', 'service')), ('demo', 'demo', ('member',)),
                                ('alt', 'alt', ('member',)), ('jsmith', 'demo', ('member',)),
                                ('leaver', 'demo', ('member',))):
        users[name] = api.named('users', name, domain_id='default', password=password[name],
                                default_project_id=projects[project])
        for role in held:
            api.send('PUT', '/projects/%s/users/%s/roles/%s' % (projects[project], users[name], roles[role]))
    api.send('PUT', '/projects/%s/users/%s/roles/%s' % (projects['closed'], users['demo'], roles['member']))
    users['admin'] = api.named('users', 'admin')

    database = api.send('POST', '/services', {'service': {'name': 'trove', 'type': 'database'}})['service']['id']
    for interface in ('public', 'internal', 'admin'):
        api.send('POST', '/endpoints', {'endpoint': {'service_id': database, 'interface': interface,
                                                     'region_id': REGION, 'url': PLACEHOLDER}})

    demo = api.login('demo', password['demo'], 'demo')

    def application_credential(name, **more):
        body = {'application_credential': dict(more, name=name)}
        made = api.send('POST', '/users/%s/application_credentials' % users['demo'], body, demo)
        return {key: made['application_credential'][key] for key in ('id', 'name', 'secret')}

    credential = application_credential('toolkit', description='for tests')
    soon = datetime.datetime.utcnow() + datetime.timedelta(seconds=1)
    expired = application_credential('bygone', expires_at=soon.strftime('%Y-%m-%dT%H:%M:%S.%fZ'))

    # Last, as neither could be given a role or a token any more.
    api.send('PATCH', '/users/' + users['leaver'], {'user': {'enabled': False}})
    api.send('PATCH', '/projects/' + projects['closed'], {'project': {'enabled': False}})
    return {
        'region': REGION,
        'users': {name: {'id': users[name], 'password': password[name]} for name in users},
        'projects': projects,
        'applicationCredential': credential,
        'expiredApplicationCredential': expired,
    }


def main(conf, base):
    database = os.path.join(os.path.dirname(conf), 'keystone.sqlite')
    password = {name: secrets.token_hex(12) for name in ('admin', 'trove', 'demo', 'alt', 'leaver')}
    password['jsmith'] = 'abcdef'                  # the one of troveclient's tutorial
    manage(conf, base, 'db_sync')
    # Without a write-ahead log Keystone answers 500 "database is locked" to its own writes.
    with sqlite3.connect(database) as link:
        link.execute('pragma journal_mode=wal')
    if not os.listdir(os.path.join(base, 'keys/fernet')):
        import grp
        import pwd
        me = ('--keystone-user', pwd.getpwuid(os.getuid()).pw_name, '--keystone-group', grp.getgrgid(os.getgid()).gr_name)
        manage(conf, base, 'fernet_setup', *me)
        manage(conf, base, 'credential_setup', *me)
    url = 'http://keystone.invalid/v3'
    manage(conf, base, 'bootstrap', '--bootstrap-password', password['admin'], '--bootstrap-region-id', REGION,
           '--bootstrap-public-url', url, '--bootstrap-internal-url', url, '--bootstrap-admin-url', url)
    seeded = seed(Api(conf, password['admin']), password)
    with open(os.path.join(base, 'seed.json'), 'w') as file:
        json.dump(seeded, file, indent=1)
    with sqlite3.connect(database) as link:
        link.execute('pragma wal_checkpoint(truncate)')
    time.sleep(1)                                  # "bygone" has run out when the template is ready


if __name__ == '__main__':
    sys.exit(main(sys.argv[1], sys.argv[2]))
