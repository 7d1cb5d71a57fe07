"""Adds Nova, and what stands behind it, to a Keystone database. Usage: make_nova_login CONF BASE."""
import json
import os
import secrets
import sqlite3
import sys

from build_keystone import Api, REGION

SERVICES = (                                       # type, name, address; start.sh writes the ports in
    ('compute', 'nova', 'http://nova.invalid/v2.1'),
    ('placement', 'placement', 'http://behind.invalid/placement'),
    ('network', 'neutron', 'http://behind.invalid/network'),
    ('image', 'glance', 'http://behind.invalid/image'),
)


def main(conf, base):
    with open(os.path.join(base, 'seed.json')) as file:
        seeded = json.load(file)
    api = Api(conf, seeded['users']['admin']['password'])
    password = secrets.token_hex(12)
    user = api.named('users', 'nova', domain_id='default', password=password,
                     default_project_id=seeded['projects']['service'])
    for role in ('admin', 'service'):
        api.send('PUT', '/projects/%s/users/%s/roles/%s' % (seeded['projects']['service'], user, api.named('roles', role)))
    for kind, name, url in SERVICES:
        service = api.send('POST', '/services', {'service': {'name': name, 'type': kind}})['service']['id']
        for interface in ('public', 'internal', 'admin'):
            api.send('POST', '/endpoints', {'endpoint': {'service_id': service, 'interface': interface,
                                                         'region_id': REGION, 'url': url}})
    with open(os.path.join(base, 'nova.json'), 'w') as file:
        json.dump({'password': password}, file)
    with sqlite3.connect(os.path.join(os.path.dirname(conf), 'keystone.sqlite')) as link:
        link.execute('pragma wal_checkpoint(truncate)')


if __name__ == '__main__':
    sys.exit(main(sys.argv[1], sys.argv[2]))
