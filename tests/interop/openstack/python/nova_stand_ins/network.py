"""Neutron: one shared network, and ports with an address each."""
import itertools
import uuid

from nova_stand_ins.http import application as wsgi
from nova_stand_ins.http import Refusal

NETWORK, SUBNET = '10000000-0000-4000-8000-000000000001', '10000000-0000-4000-8000-000000000002'
TABLES = {
    'networks': {NETWORK: {
        'id': NETWORK, 'name': 'private', 'status': 'ACTIVE', 'admin_state_up': True, 'shared': True, 'mtu': 1450,
        'router:external': False, 'tenant_id': 'service', 'subnets': [SUBNET], 'port_security_enabled': True}},
    'subnets': {SUBNET: {
        'id': SUBNET, 'name': 'private', 'network_id': NETWORK, 'cidr': '10.30.0.0/16', 'gateway_ip': '10.30.0.1',
        'ip_version': 4, 'enable_dhcp': True, 'dns_nameservers': [], 'host_routes': [], 'tenant_id': 'service'}},
    'ports': {}, 'security-groups': {}, 'security-group-rules': {}, 'floatingips': {}, 'routers': {},
}
NO_CONDITIONS = ('fields', 'limit', 'marker', 'sort_key', 'sort_dir', 'page_reverse', 'fixed_ips')
numbers = itertools.count(10)


def fits(row, query):
    """Whether a row has, of each condition, one of the values."""
    for key, wanted in query.items():
        if key in NO_CONDITIONS:
            continue
        if str(row.get(key)).lower() not in [value.lower() for value in wanted]:
            return False
    return True


def port(row):
    number = next(numbers)
    fixed = row.get('fixed_ips') or [{}]
    return {
        'network_id': NETWORK, 'device_id': '', 'device_owner': '', 'name': '', 'admin_state_up': True,
        'security_groups': [], 'binding:vif_type': 'ovs', 'binding:vif_details': {}, 'binding:profile': {},
        'binding:vnic_type': 'normal', 'mac_address': 'fa:16:3e:00:%02x:%02x' % divmod(number, 256), **row,
        'status': 'ACTIVE', 'project_id': row.get('tenant_id'),
        'fixed_ips': [{'subnet_id': SUBNET,
                       'ip_address': fixed[0].get('ip_address') or '10.30.%d.%d' % divmod(number, 250)}],
    }


def own_group(query):
    """Every project has a security group called default."""
    groups = TABLES['security-groups']
    for project in query.get('tenant_id', []) + query.get('project_id', []):
        if not any(one['tenant_id'] == project for one in groups.values()):
            id = str(uuid.uuid4())
            groups[id] = {'id': id, 'name': 'default', 'description': '', 'tenant_id': project, 'project_id': project,
                          'security_group_rules': []}


def answer(method, segments, query, body):
    path = [one[:-5] if one.endswith('.json') else one for one in segments]
    if path[:1] != ['v2.0']:
        return 200, {'versions': [{'id': 'v2.0', 'status': 'CURRENT', 'links': []}]}
    kind, id = (path[1:] + [None, None])[:2]
    if kind == 'extensions':
        return 200, {'extensions': [{'alias': one, 'name': one} for one in ('binding', 'security-group', 'quotas')]}
    if kind == 'quotas':
        return 200, {'quota': {one: -1 for one in ('port', 'network', 'security_group', 'floatingip')}}
    rows, many = TABLES.get(kind), (kind or '').replace('-', '_')
    if rows is None or (id is not None and id not in rows):
        raise Refusal(404, {'NeutronError': {'type': 'NotFound', 'message': '/'.join(path), 'detail': ''}})
    one = many[:-1]
    if method == 'POST':
        row = dict(body[one], id=str(uuid.uuid4()))
        rows[row['id']] = port(row) if kind == 'ports' else row
        return 201, {one: rows[row['id']]}
    if method == 'PUT':
        rows[id].update(body[one])
    if method == 'DELETE':
        del rows[id]
        return 204, None
    if id is not None:
        return 200, {one: rows[id]}
    if kind == 'security-groups':
        own_group(query)
    return 200, {many: [row for row in rows.values() if fits(row, query)]}


application = wsgi(answer)
