# The two services' configuration files, printed. Sourced by setup.sh (to build the templates) and start.sh (to run).
# shellcheck shell=bash

# keystone_conf BASE RUN PORT TOKEN_SECONDS
keystone_conf() {
  cat <<INI
[DEFAULT]
log_file = $2/keystone.log
use_stderr = false
public_endpoint = http://127.0.0.1:$3/
[database]
connection = sqlite:///$2/keystone.sqlite?timeout=30
[token]
provider = fernet
expiration = $4
[fernet_tokens]
key_repository = $1/keys/fernet
[fernet_receipts]
key_repository = $1/keys/fernet
[credential]
key_repository = $1/keys/credential
[cache]
# Without a cache a token check takes most of a second.
enabled = true
backend = dogpile.cache.memory
[oslo_policy]
enforce_scope = false
INI
}

# trove_conf BASE RUN KEYSTONE_PORT TROVE_PORT SERVICE_PASSWORD; limits from RATE and MAX_INSTANCES
trove_conf() {
  local keystone=http://127.0.0.1:$3/ rate=${RATE:-100000}
  cat <<INI
[DEFAULT]
bind_host = 127.0.0.1
bind_port = $4
api_paste_config = $2/api-paste.ini
trove_api_workers = 1
log_file = $2/trove.log
use_stderr = false
# What stands behind the API: see the stand_ins package.
remote_nova_client = stand_ins.compute.client
remote_cinder_client = stand_ins.volume.client
remote_swift_client = trove.tests.fakes.swift.fake_create_swift_client
remote_guest_client = stand_ins.guest.client
remote_neutron_client = stand_ins.network.client
remote_glance_client = stand_ins.image.client
dns_driver = trove.tests.fakes.dns.FakeDnsDriver
dns_instance_entry_factory = trove.tests.fakes.dns.FakeDnsInstanceEntryFactory
# With DNS, "hostname" would stand in place of "ip" and "addresses" in every answer.
trove_dns_support = false
transport_url = fake:/
control_exchange = trove
report_interval = 30
trove_volume_support = true
device_path = /dev/vdb
max_accepted_volume_size = 25
max_instances_per_tenant = ${MAX_INSTANCES:-55}
max_volumes_per_tenant = 200
max_backups_per_tenant = 50
http_get_rate = $rate
http_post_rate = $rate
http_put_rate = $rate
http_delete_rate = $rate
http_mgmt_post_rate = $rate
default_datastore = mysql
admin_roles = admin
ignore_users = os_admin, root
ignore_dbs = lost+found, mysql, information_schema
agent_heartbeat_time = 10
agent_call_low_timeout = 5
agent_call_high_timeout = 150
server_delete_time_out = 10
volume_time_out = 30
dns_time_out = 120
resize_time_out = 120
revert_time_out = 120
usage_sleep_time = 1
state_change_poll_time = 1
[database]
connection = sqlite:///$2/trove.sqlite?timeout=30
[keystone_authtoken]
www_authenticate_uri = $keystone
auth_url = $keystone
auth_type = password
username = trove
password = $5
project_name = service
user_domain_name = Default
project_domain_name = Default
# -1: no token check is remembered, so a revoked or expired token is refused at once.
token_cache_time = -1
[service_credentials]
auth_url = $keystone
region_name = RegionOne
username = trove
password = $5
project_name = service
user_domain_name = Default
project_domain_name = Default
[oslo_messaging_notifications]
driver = noop
[oslo_policy]
policy_dirs = $1/root/etc/trove/policy.d
[mysql]
root_on_create = false
volume_support = true
device_path = /dev/vdb
[postgresql]
volume_support = true
device_path = /dev/vdb
[redis]
volume_support = false
INI
}
