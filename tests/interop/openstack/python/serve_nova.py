"""Debian's Nova on 127.0.0.1 in one process: API, conductor, scheduler, two computes, and the real Placement behind it.

Usage: serve_nova NOVA_CONF PLACEMENT_CONF BEHIND_PORT. Not real are the hypervisor (Nova's own fake one, see
nova_stand_ins.hypervisor), Neutron and Glance; see the nova_stand_ins package.
"""
import sys

COMPUTES = ('node-1', 'node-2')


def placement_settings(conf):
    from oslo_config import cfg
    from oslo_log import log
    from oslo_middleware import cors  # noqa: F401 registers options that Placement reads
    from placement import conf as options
    settings = cfg.ConfigOpts()
    options.register_opts(settings)
    log.register_options(settings)
    settings([], project='placement', default_config_files=[conf])
    return settings


def placement(conf):
    from placement import db_api
    from placement import deploy
    settings = placement_settings(conf)
    db_api.configure(settings)
    return deploy.loadapp(settings)


def by_first_folder(applications):
    """One application of several, each below a folder of its own."""
    def application(environ, start_response):
        folder, _, rest = environ['PATH_INFO'].lstrip('/').partition('/')
        if folder not in applications:
            start_response('404 Not Found', [('Content-Length', '0')])
            return [b'']
        environ['SCRIPT_NAME'] += '/' + folder
        environ['PATH_INFO'] = '/' + rest
        return applications[folder](environ, start_response)
    return application


def until_there(url, seconds=120):
    """Waits until something listens at an address: a compute that cannot log in at once gives up."""
    import socket
    import time
    import urllib.parse
    address = urllib.parse.urlsplit(url)
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            socket.create_connection((address.hostname, address.port), 2).close()
            return
        except OSError:
            time.sleep(0.1)


def main(conf, placement_conf, behind_port):
    import nova.cmd  # noqa: F401 makes the process green before anything else is imported
    import eventlet
    from eventlet import wsgi
    from nova import config
    from nova import context
    from nova import objects
    from nova import service
    from nova.compute import rpcapi as compute
    from nova.conductor import rpcapi as conductor
    from nova.objects import host_mapping
    from nova.scheduler import rpcapi as scheduler
    import nova.conf
    from oslo_log import log
    import os_vif

    from nova_stand_ins import hypervisor
    from nova_stand_ins import image
    from nova_stand_ins import network
    from nova_stand_ins import patient_sqlite
    import owner

    owner.watch()
    patient_sqlite.install()
    config.parse_args(['nova', '--config-file', conf])
    log.setup(nova.conf.CONF, 'nova')
    objects.register_all()
    os_vif.initialize()
    # Else a compute would ask the conductor, which is not there yet.
    objects.Service.enable_min_version_cache()

    behind = by_first_folder({'placement': placement(placement_conf), 'network': network.application,
                              'image': image.application})
    eventlet.spawn(wsgi.server, eventlet.listen(('127.0.0.1', int(behind_port)), backlog=128), behind,
                   log_output=False, custom_pool=eventlet.GreenPool(200))
    hypervisor.install()
    until_there(nova.conf.CONF.keystone.endpoint_override)

    def start(binary, topic, host):
        one = service.Service.create(binary=binary, topic=topic, host=host)
        one.start()
        return one
    running = [start('nova-conductor', conductor.RPC_TOPIC, 'controller'),
               start('nova-scheduler', scheduler.RPC_TOPIC, 'controller')]
    running += [start('nova-compute', compute.RPC_TOPIC, host) for host in COMPUTES]
    host_mapping.discover_hosts(context.get_admin_context())
    api = service.WSGIService('osapi_compute')
    api.start()
    api.wait()


if __name__ == '__main__':
    main(*sys.argv[1:])
