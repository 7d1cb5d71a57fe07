"""Makes Nova's databases: that of the API with two cells and the flavors the tests know, and an empty one for a cell.

Usage: make_nova CONF. The functions behind nova-manage's commands, in one process: each command takes seconds to start.
"""
import sys

FLAVORS = (                                        # id, name, MB, CPUs, GB
    ('1', 'm1.tiny', 512, 1, 1),
    ('2', 'm1.small', 2048, 1, 10),
    ('3', 'm1.medium', 4096, 2, 20),
    ('99', 'too.big', 1 << 20, 1000, 10),          # no host has room for it
)


def main(conf):
    from nova import config
    from nova import context
    from nova import objects
    from nova.db import migration
    config.parse_args(['make_nova', '--config-file', conf])
    objects.register_all()
    migration.db_sync(database='api')
    migration.db_sync(database='main')
    admin = context.get_admin_context()
    for name, uuid in (('cell0', objects.CellMapping.CELL0_UUID), ('cell1', '00000000-0000-0000-0000-0000000000c1')):
        # start.sh writes the databases in.
        objects.CellMapping(admin, uuid=uuid, name=name, transport_url='none:///' if name == 'cell0' else 'fake:/',
                            database_connection='sqlite://').create()
    for id, name, memory, cpus, disk in FLAVORS:
        objects.Flavor(admin, flavorid=id, name=name, memory_mb=memory, vcpus=cpus, root_gb=disk, ephemeral_gb=0,
                       swap=0, rxtx_factor=1.0, is_public=True, disabled=False).create()


if __name__ == '__main__':
    main(sys.argv[1])
