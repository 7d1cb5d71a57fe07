"""Glance: three images, the third of which needs 20 GB of disk, and those that Nova makes, such as of what it shelves.

The hypervisor uploads nothing, so that an image is active from the beginning.
"""
import uuid

from nova_stand_ins.http import application as wsgi
from nova_stand_ins.http import Refusal

SINCE = '2026-01-01T00:00:00Z'


def image(id, name, least):
    return {'id': id, 'name': name, 'status': 'active', 'visibility': 'public', 'protected': False, 'min_disk': least,
            'min_ram': 0, 'size': 1 << 20, 'disk_format': 'raw', 'container_format': 'bare', 'checksum': '0' * 32,
            'owner': 'service', 'created_at': SINCE, 'updated_at': SINCE, 'tags': [], 'os_hidden': False,
            'file': '/v2/images/%s/file' % id, 'schema': '/v2/schemas/image'}


IMAGES = {one['id']: one for one in (
    image('20000000-0000-4000-8000-000000000001', 'debian-12', 0),
    image('20000000-0000-4000-8000-000000000002', 'cirros', 0),
    image('20000000-0000-4000-8000-000000000003', 'roomy', 20),
)}
SCHEMA = {'name': 'image', 'links': [], 'additionalProperties': {'type': 'string'},
          'properties': {name: {} for name in image('', '', 0)}}


def answer(method, segments, query, body):
    if segments[:1] != ['v2']:
        return 300, {'versions': [{'id': 'v2.15', 'status': 'CURRENT', 'links': []}]}
    if segments[1:2] == ['schemas']:
        return 200, SCHEMA
    if len(segments) == 2 and method == 'POST':
        id = str(uuid.uuid4())
        IMAGES[id] = dict(image(id, '', 0), **body, id=id, status='active')
        return 201, IMAGES[id]
    if len(segments) == 3 and method == 'DELETE' and segments[2] in IMAGES:
        del IMAGES[segments[2]]
        return 204, None
    if len(segments) == 2:
        names = query.get('name')
        return 200, {'images': [one for one in IMAGES.values() if names is None or one['name'] in names]}
    if len(segments) == 3 and segments[2] in IMAGES:
        return 200, IMAGES[segments[2]]
    raise Refusal(404, {'message': 'No image of this id'})


application = wsgi(answer)
