# Nova's and Placement's configuration files, printed. Sourced by setup.sh (to build the templates) and start.sh (to run).
# shellcheck shell=bash

# How a service logs in to Keystone: login KEYSTONE_PORT PASSWORD
login() {
  cat <<INI
auth_type = password
auth_url = http://127.0.0.1:$1/v3
username = nova
password = $2
project_name = service
user_domain_name = Default
project_domain_name = Default
region_name = RegionOne
INI
}

# nova_conf BASE RUN KEYSTONE_PORT NOVA_PORT BEHIND_PORT PASSWORD; limits from QUOTA_INSTANCES, MAX_LIMIT and RECLAIM
nova_conf() {
  local login behind=http://127.0.0.1:$5
  login=$(login "$3" "$6")
  cat <<INI
[DEFAULT]
log_file = $2/nova.log
use_stderr = false
state_path = $2
my_ip = 127.0.0.1
enabled_apis = osapi_compute
osapi_compute_listen = 127.0.0.1
osapi_compute_listen_port = $4
osapi_compute_workers = 1
# All services are one process, which sends messages to itself.
transport_url = fake:/
# Found below nova.virt, where serve_nova puts it.
compute_driver = hypervisor_stand_in.Driver
allow_resize_to_same_host = true
report_interval = 30
service_down_time = 120
reclaim_instance_interval = ${RECLAIM:-0}
shelved_offload_time = 0
[wsgi]
api_paste_config = $1/root/usr/share/nova-common/api-paste.ini
[api]
max_limit = ${MAX_LIMIT:-1000}
[api_database]
connection = sqlite:///$2/nova_api.sqlite?timeout=30
[database]
connection = sqlite:///$2/nova_cell1.sqlite?timeout=30
[quota]
instances = ${QUOTA_INSTANCES:-200}
cores = -1
ram = -1
[oslo_concurrency]
lock_path = $2/locks
[oslo_messaging_notifications]
driver = noop
[oslo_policy]
policy_dirs = $2/policy.d
[scheduler]
discover_hosts_in_cells_interval = 60
[filter_scheduler]
track_instance_changes = false
[vnc]
enabled = false
[conductor]
workers = 1
[placement]
$login
endpoint_override = $behind/placement
[neutron]
$login
endpoint_override = $behind/network
[glance]
api_servers = $behind/image
[keystone]
$login
endpoint_override = http://127.0.0.1:$3/v3
[keystone_authtoken]
www_authenticate_uri = http://127.0.0.1:$3/
$login
# -1: no token check is remembered, so a revoked or expired token is refused at once.
token_cache_time = ${TOKEN_CACHE:--1}
[service_user]
send_service_user_token = false
INI
}

# placement_conf RUN KEYSTONE_PORT PASSWORD
placement_conf() {
  cat <<INI
[DEFAULT]
log_file = $1/placement.log
use_stderr = false
[api]
auth_strategy = keystone
[placement_database]
connection = sqlite:///$1/placement.sqlite?timeout=30
[keystone_authtoken]
www_authenticate_uri = http://127.0.0.1:$2/
$(login "$2" "$3")
[oslo_policy]
enforce_scope = false
INI
}
