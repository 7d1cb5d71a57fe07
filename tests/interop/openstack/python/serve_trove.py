"""Debian's Trove API and task manager in one process on 127.0.0.1. Usage: serve_trove --config-file CONF.

The package's own trove-fake-mode does nearly this, but listens on every address, and hands the task manager an empty
key while the API encrypts its messages, so that every task arrives unreadable. With FAKEAUTH_PORT and FAKEAUTH_PASTE
set, the same API also answers there behind Trove's own fake Keystone filter, where a token is a project's name.
"""
import os

from trove.cmd.common import with_initialize       # importing trove.cmd makes the process green


@with_initialize
def main(conf):
    import eventlet
    from trove.common import base_wsgi
    from trove.common import cfg
    from trove.common import notification
    from trove.common import pastedeploy
    from trove.common import profile
    from trove.common import wsgi
    from trove.common.rpc import service
    from trove.instance.models import persist_instance_fault
    from trove.taskmanager.api import API

    import stand_ins
    stand_ins.install()

    notification.DBaaSAPINotification.register_notify_callback(persist_instance_fault)
    cfg.set_api_config_defaults()
    profile.setup_profiler('api', conf.host)
    host = str(conf.bind_host)
    servers = wsgi.launch('trove', conf.bind_port, conf.find_file(conf.api_paste_config), host=host, workers=1)
    if os.environ.get('FAKEAUTH_PORT'):
        door = pastedeploy.paste_deploy_app(os.environ['FAKEAUTH_PASTE'], 'trove', {})
        servers.launch_service(
            base_wsgi.Service(door, int(os.environ['FAKEAUTH_PORT']), host=host, backlog=128, threads=100))

    tasks = service.RpcService(
        key=conf.taskmanager_rpc_encr_key if conf.enable_secure_rpc_messaging else None,
        manager=conf.taskmanager_manager, topic=conf.taskmanager_queue, rpc_api_version=API.API_LATEST_VERSION)
    # start() never returns while report_interval is above zero.
    eventlet.spawn(tasks.start)
    servers.wait()


if __name__ == '__main__':
    main()
