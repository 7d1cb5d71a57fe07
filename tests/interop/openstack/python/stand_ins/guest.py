"""The guest agent of each instance: Trove's fake one, with the calls version 18 makes since it was written.

An instance whose name ends in GUEST_ERROR never becomes healthy; a backup whose name ends in BACKUP_ERROR fails.
"""
import uuid

from trove.tests.fakes import guestagent

from stand_ins.pace import every
from stand_ins.pace import later
from stand_ins.pace import nap

GUESTS = {}
LOGS = (                                           # name, kind, status, bytes not yet published
    ('general', 'USER', 'Disabled', 0),
    ('slow_query', 'USER', 'Disabled', 0),
    ('error', 'SYS', 'Ready', 14928),
    ('guest', 'SYS', 'Ready', 206413),
)
HIDDEN = ('os_admin', 'root')


class Accounts:
    """Users and what they may do. The shipped fake knows neither changed passwords nor a user's databases."""

    def _check_username(self, username):
        if not username or len(username) > 32:     # MySQL's limit since 5.7; the shipped 16 would be a 500
            raise ValueError("User name '%s' is too long." % username)

    def _present(self, name, host):
        from trove.common import exception
        if (name, host) not in self.users:
            raise exception.UserNotFound(uuid=name)
        return self.users[name, host]

    def change_passwords(self, users):
        for user in users:
            self._present(user['name'], user['host'])['_password'] = user['password']

    def update_attributes(self, username, hostname, user_attrs):
        old = (username, hostname)
        user = dict(self._present(*old))
        for field in ('name', 'host', 'password'):
            if user_attrs.get(field):
                user['_' + field] = user_attrs[field]
        new = (user['_name'], user['_host'])
        granted = self.grants.pop(old, set())
        del self.users[old]
        self.users[new], self.grants[new] = user, granted

    def _shown(self, key):
        return dict(self.users[key], _databases=[{'_name': name} for name in sorted(self.grants.get(key, ()))])

    def list_users(self, limit=None, marker=None, include_marker=False):
        every_user = self.users
        self.users = {key: self._shown(key) for key in every_user if key[0] not in HIDDEN}
        try:
            return super().list_users(limit, marker, include_marker)
        finally:
            self.users = every_user

    def get_user(self, username, hostname):
        return self._shown((username, hostname)) if (username, hostname) in self.users else None

    def grant_access(self, username, hostname, databases):
        self._present(username, hostname)
        super().grant_access(username, hostname, databases)

    def revoke_access(self, username, hostname, database):
        from trove.common import exception
        self._present(username, hostname)
        if database not in self.grants.get((username, hostname), ()):
            raise exception.DatabaseNotFound(uuid=database)
        super().revoke_access(username, hostname, database)

    def list_access(self, username, hostname):
        self._present(username, hostname)
        return super().list_access(username, hostname)

    def enable_root(self):
        return self.enable_root_with_password()

    def enable_root_with_password(self, root_password=None):
        self.root_was_enabled = True
        return self._create_user({'_name': 'root', '_host': '%', '_databases': [],
                                  '_password': root_password or uuid.uuid4().hex[:12]})


class Life:
    """Preparation, restarts, upgrades and backups."""

    def prepare(self, memory_mb, packages, databases, users, backup_info=None, root_password=None, overrides=None,
                **_more):
        from trove.instance.models import DBInstance
        name = DBInstance.find_by(id=self.id).name
        self.create_user(users or [])
        self.create_database(databases or [])
        source = GUESTS.get((backup_info or {}).get('instance_id'))
        if source:
            for kept in ('dbs', 'users', 'grants'):
                getattr(self, kept).update(getattr(source, kept))
        if root_password:
            self.enable_root_with_password(root_password)
        self.overrides = overrides or {}
        later(2.5, self.prepared, name.endswith('GUEST_ERROR'))

    def prepared(self, failed):
        from trove.guestagent.models import AgentHeartBeat
        from trove.instance.models import InstanceServiceStatus
        from trove.instance.service_status import ServiceStatuses
        row = InstanceServiceStatus.find_by(instance_id=self.id)
        row.status = ServiceStatuses.FAILED if failed else ServiceStatuses.HEALTHY
        row.save()
        AgentHeartBeat.create(instance_id=self.id)

    def restart(self):
        nap(1)
        self._set_task_status('HEALTHY')

    def start_db_with_conf_changes(self, _contents, _version=None, **_more):
        self.restart()

    def stop_db(self, do_not_start_on_reboot=False):
        self._set_task_status('SHUTDOWN')

    def rpc_ping(self):
        return True

    def pre_upgrade(self):
        return {}

    def upgrade(self, _info):
        later(2, self._set_task_status, 'HEALTHY')

    def post_upgrade(self, _info):
        pass

    def rebuild(self, _version, config_contents=None, config_overrides=None):
        later(2, self._set_task_status, 'HEALTHY')

    def create_backup(self, backup_info):
        from trove.backup.models import Backup
        from trove.backup.state import BackupState
        backup = Backup.get_by_id(context=None, backup_id=backup_info['id'])

        def enter(state, **facts):
            backup.state = state
            for name, value in facts.items():
                setattr(backup, name, value)
            backup.save()
        later(0.7, enter, BackupState.BUILDING)
        if (backup_info.get('name') or '').endswith('BACKUP_ERROR'):
            later(3, enter, BackupState.FAILED)
        else:
            location = 'http://127.0.0.1/v1/AUTH_fake/database_backups/%s.xbstream.gz.enc' % backup.id
            later(3, lambda: enter(BackupState.COMPLETED, checksum='fake-md5-sum', size=guestagent.BACKUP_SIZE,
                                   location=location))


class Replication:
    transaction = 1

    def get_replication_snapshot(self, snapshot_info, replica_source_config=None):
        if snapshot_info and snapshot_info.get('id'):
            self.create_backup(snapshot_info)
        return {
            'dataset': {'datastore_manager': 'mysql', 'dataset_size': 0.0, 'volume_size': 10.0,
                        'snapshot_id': (snapshot_info or {}).get('id')},
            'replication_strategy': 'MysqlGTIDReplication',
            'master': {'id': self.id, 'host': '10.20.0.1', 'port': 3306},
            'log_position': {'log_position': '100'},
        }

    def attach_replication_slave(self, _snapshot, slave_config=None):
        pass

    def detach_replica(self, for_failover=False):
        return {}

    def get_replica_context(self):
        return {'master': {'host': '10.20.0.1', 'port': 3306}, 'log_position': {}}

    def attach_replica(self, _replica_info, _slave_config, restart=False):
        pass

    def make_read_only(self, _read_only):
        pass

    def enable_as_master(self, _config):
        pass

    def get_txn_count(self):
        return self.transaction

    def get_last_txn(self):
        return ['master-uuid', self.transaction]

    def get_latest_txn_id(self):
        return str(self.transaction)

    def wait_for_txn(self, _transaction):
        pass

    def cleanup_source_on_replica_detach(self, _replica_info):
        pass

    def demote_replication_master(self):
        pass


class Extras:
    """Logs and modules."""

    def guest_log_list(self):
        return list(self.logs.values())

    def guest_log_action(self, log_name, enable, disable, publish, discard):
        from trove.common import exception
        log = self.logs.get(log_name)
        if log is None:
            raise exception.NotFound(uuid=log_name)
        if log['type'] == 'SYS' and (enable or disable):
            raise exception.BadRequest('%s is a system log, and can not be enabled or disabled.' % log_name)
        if enable:
            log.update(status='Ready', pending=311)
        if disable:
            log.update(status='Disabled', pending=0)
        if discard:
            log.update(published=0, container=None, prefix=None, metafile=None)
        if publish:
            if log['status'] == 'Disabled':
                raise exception.BadRequest('Log file %s is disabled.' % log_name)
            folder = '%s/mysql-%s' % (self.id, log_name)
            log.update(status='Published', published=log['published'] + log['pending'], pending=0,
                       container='database_logs', prefix=folder + '/', metafile=folder + '_metafile')
        return log

    def module_list(self, include_contents=False):
        return list(self.modules.values())

    def module_apply(self, modules=None):
        applied = []
        for wrapped in modules or ():
            module = wrapped.get('module', wrapped)
            row = {key: module.get(key) for key in ('id', 'name', 'type', 'datastore', 'datastore_version', 'tenant',
                                                    'md5', 'auto_apply', 'visible')}
            row.update(admin_only=module.get('is_admin'), status='OK', message='Applied by the stand-in guest',
                       created=None, updated=None, removed=None)
            self.modules[row['id']] = row
            applied.append(row)
        return applied

    def module_remove(self, module=None):
        wrapped = module or {}
        self.modules.pop(wrapped.get('module', wrapped).get('id'), None)


class Guest(Accounts, Life, Replication, Extras, guestagent.FakeGuest):
    def __init__(self, id):
        super().__init__(id)
        self.modules = {}
        self.logs = {
            name: {'name': name, 'type': kind, 'status': status, 'published': 0, 'pending': pending,
                   'container': None, 'prefix': None, 'metafile': None}
            for name, kind, status, pending in LOGS
        }


def client(_context, id, manager=None):
    if id not in GUESTS:
        GUESTS[id] = Guest(id)
    return GUESTS[id]


def beat():
    from trove.instance.models import DBInstance
    from trove.instance.models import InstanceServiceStatus
    for instance in DBInstance.find_all(deleted=False).all():
        if instance.id in GUESTS:
            InstanceServiceStatus.find_by(instance_id=instance.id).save()


def keep_alive():
    """Without a heartbeat Trove calls every guest broken after ninety seconds."""
    every(20, beat)
