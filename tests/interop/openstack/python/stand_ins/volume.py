"""Cinder: Trove's fake volumes, extended while in use as Trove 18 does, with types and a search by name.

Still as shipped: size 9 ends in error, size 13 cannot be made.
"""
from trove.tests.fakes import nova

from stand_ins.pace import later


class Volume(nova.FakeVolume):
    def schedule_status(self, new_status, time_from_now):
        later(time_from_now, setattr, self, '_current_status', new_status)

    def delete(self):
        nova.FAKE_VOLUMES_DB.pop(self.id, None)


class Volumes(nova.FakeVolumes):
    def can_see(self, _id):
        return True

    def list(self, detailed=True, search_opts=None):
        name = (search_opts or {}).get('name')
        return [volume for volume in self.db.values() if name is None or volume.name == name]

    def extend(self, volume_id, new_size):
        later(1, setattr, self.get(volume_id), 'size', new_size)


class Type:
    is_public, description = True, None

    def __init__(self, id, name):
        self.id, self.name = id, name


class Types:
    rows = [Type('11111111-0000-4000-8000-000000000001', 'lvmdriver-1'),
            Type('11111111-0000-4000-8000-000000000002', 'fast')]

    def list(self, **_filters):
        return list(self.rows)

    def get(self, id):
        for row in self.rows:
            if id in (row.id, row.name):
                return row
        from cinderclient import exceptions
        raise exceptions.NotFound(404)


def client(context, region_name=None):
    from stand_ins import compute
    return compute.client(context)                 # Trove's fake is one client for servers and volumes


def mend():
    nova.FakeVolume = Volume
