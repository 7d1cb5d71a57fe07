"""Makes a Trove database with the datastores the tests know. Usage: build_trove CONF ROOT.

The functions behind trove-manage's commands, in one process: the command itself takes three seconds to start, and does
not run at all on Python 3.11.
"""
import json
import os
import sys

from trove.common import cfg

IMAGE = 'c00000c0-00c0-0c00-00c0-000c000000cc'
VERSIONS = (                                       # datastore, version, active
    ('mysql', '5.7.29', 1),
    ('mysql', '8.0.29', 1),
    ('mysql', '5.5-inactive', 0),
    ('postgresql', '12', 1),
    ('mariadb', '10.4.18', 1),
)
DEFAULTS = {'mysql': '5.7.29', 'postgresql': '12', 'mariadb': '10.4.18'}


def rules(root, manager, folder):
    """The manager's parameter rules in a form SQLite can hold: MySQL has limits beyond its 64 signed bits."""
    source = os.path.join(root, 'usr/lib/python3/dist-packages/trove/templates', manager, 'validation-rules.json')
    with open(source) as file:
        content = json.load(file)
    for parameter in content['configuration-parameters']:
        for bound in ('min', 'max'):
            if isinstance(parameter.get(bound), int):
                parameter[bound] = max(-2 ** 63, min(2 ** 63 - 1, parameter[bound]))
    target = os.path.join(folder, 'rules-%s.json' % manager)
    with open(target, 'w') as file:
        json.dump(content, file)
    return target


def fill(root, folder):
    from trove.configuration.models import load_datastore_configuration_parameters
    from trove.datastore.models import update_datastore
    from trove.datastore.models import update_datastore_version
    from trove.db import get_db_api
    get_db_api().db_sync(cfg.CONF)
    for datastore in DEFAULTS:
        update_datastore(datastore, None)
    for datastore, version, active in VERSIONS:
        update_datastore_version(datastore, version, datastore, IMAGE, '', '', active, version=version)
        if active:
            load_datastore_configuration_parameters(datastore, version, rules(root, datastore, folder), version)
    for datastore, version in DEFAULTS.items():
        update_datastore(datastore, version)


if __name__ == '__main__':
    conf_file, root = sys.argv[1:]
    cfg.parse_args(['build_trove', '--config-file', conf_file])
    fill(root, os.path.dirname(conf_file))
