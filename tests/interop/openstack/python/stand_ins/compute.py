"""Nova: Trove's fake servers, with what Trove 18 asks of a server since they were written.

Still as shipped: a name ending in SERVER_ERROR or the zone BAD_ZONE fails on creation, _RESIZE_TIMEOUT and
_RESIZE_ERROR on a resize, _ERROR_ON_DELETE on the first delete.
"""
import uuid

from trove.tests.fakes import nova

from stand_ins import network
from stand_ins import volume
from stand_ins.pace import every
from stand_ins.pace import later
from stand_ins.pace import PACE


class Server(nova.FakeServer):
    @property
    def status(self):
        # The fake ends in a database's status; Nova has none of that name, and the instance would stay UNKNOWN.
        return 'ACTIVE' if self._current_status == 'HEALTHY' else self._current_status

    @property
    def tenant(self):
        return self.owner.project_id

    tenant_id = tenant

    @property
    def image(self):
        return {'id': self.image_id}

    @property
    def flavor(self):
        reference = str(self.flavor_ref)
        found = nova.FLAVORS.get_by_href(reference) if '/' in reference else nova.FLAVORS.get(reference)
        return found.__dict__

    def schedule_status(self, new_status, time_from_now):
        later(time_from_now, setattr, self, '_current_status', new_status)

    def reboot(self, *_more, **_params):
        self._current_status = 'REBOOT'
        self.schedule_status('HEALTHY', 1)

    def rebuild(self, image_id, files=None, **_params):
        self._current_status, self.image_id = 'REBUILD', image_id
        self.schedule_status('HEALTHY', 1)

    def resize(self, new_flavor_id=None, force_host=None):
        # The task manager waits for VERIFY_RESIZE, then marks the guest as paused and waits for its next sign of
        # life. The shipped fake gives that sign too early, so each resize ran out of time; wake_guests() gives it now.
        if self.name.endswith('_RESIZE_TIMEOUT'):
            from trove.common.exception import PollTimeOut
            raise PollTimeOut()
        self._current_status = 'RESIZE'
        later(1.5, self.resized, new_flavor_id, force_host)

    def resized(self, flavor, host):
        if self.name.endswith('_RESIZE_ERROR'):
            self._current_status = 'HEALTHY'
            return
        self.old_flavor_ref, self.old_host = self.flavor_ref, self.host
        if flavor is None:
            self.host = host or next(other for other in nova.FAKE_HOSTS if other != self.host)
        else:
            self.flavor_ref = self.parent.flavors.get(flavor).links[0]['href']
        self._current_status = 'VERIFY_RESIZE'


KNOWN = ('files', 'userdata', 'block_device_mapping_v2', 'security_groups', 'availability_zone', 'nics',
         'config_drive', 'scheduler_hints', 'key_name')


class Servers(nova.FakeServers):
    def can_see(self, _id):
        return True                                # Trove asks as the service, which sees every project's servers

    def list(self, **_filters):
        return list(self.db.values())

    def create(self, name, image_id, flavor_ref, **options):
        known = {key: value for key, value in options.items() if key in KNOWN}
        server = super().create(name, image_id, flavor_ref, **known)
        # A port learns its device only now; without it the instance would have no address.
        for nic in options.get('nics') or ():
            port = network.ports.rows.get(nic.get('port-id'))
            if port:
                port['device_id'] = server.id
        return server

    def schedule_delete(self, id, time_from_now):
        later(time_from_now, self.db.pop, id, None)    # deleted twice is deleted


class Group:
    def __init__(self, name, policies):
        self.id, self.name, self.policies, self.members = str(uuid.uuid4()), name, policies or [], []


class Groups:
    """Server groups (locality); the shipped fake's constructor fails."""

    def __init__(self, _context=None):
        self.rows = {}

    def create(self, name=None, policies=None, **_more):
        group = Group(name, policies)
        self.rows[group.id] = group
        return group

    def delete(self, id):
        self.rows.pop(id, None)

    def list(self):
        return list(self.rows.values())


only = []


def client(context, region_name=None):
    """One client for all requests; the shipped fake keeps one for each request, for ever."""
    if not only:
        nova.FakeServerGroups = Groups
        made = nova.FakeClient(context)
        made.servers = Servers(context, made.flavors)
        made.volumes = made.servers.volumes = volume.Volumes(context)
        made.volume_types = volume.Types()
        only.append(made)
    return only[0]


def wake_guests():
    """A guest's next heartbeat after its server came back: a paused guest is up again, a restarted one healthy."""
    from trove.instance.models import DBInstance
    from trove.instance.models import InstanceServiceStatus
    from trove.instance.service_status import ServiceStatuses
    from trove.instance.tasks import InstanceTasks
    for row in InstanceServiceStatus.find_all(status_id=ServiceStatuses.PAUSED.code).all():
        row.status = ServiceStatuses.SHUTDOWN
        row.save()
    for row in InstanceServiceStatus.find_all(status_id=ServiceStatuses.RESTARTING.code).all():
        if DBInstance.find_by(id=row.instance_id).task_status == InstanceTasks.NONE:
            row.status = ServiceStatuses.HEALTHY
            row.save()


def mend():
    nova.FakeServer = Server
    every(1 / PACE, wake_guests)
