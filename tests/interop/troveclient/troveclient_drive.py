"""Drives the simulated Trove with Debian's python3-troveclient; one JSON line for each call."""
import json
import os
import sys
import time

from keystoneauth1 import session
from keystoneauth1.identity import v3
from troveclient.v1 import client

e = os.environ
auth = v3.Password(
    auth_url=e["OS_AUTH_URL"], username=e["OS_USERNAME"], password=e["OS_PASSWORD"],
    project_name=e["OS_PROJECT_NAME"], user_domain_name="Default", project_domain_name="Default")
c = client.Client(session=session.Session(auth=auth), service_type="database", region_name="RegionOne")
NIC = [{"net-id": "11111111-1111-1111-1111-111111111111"}]


def say(what, good, text):
    print(json.dumps({"what": what, "ok": bool(good), "got": text[:90]}), flush=True)


def do(what, call, expect=None, holds=None):
    """Calls; `expect` is the status of the error there should be, `holds` a test of the answer."""
    try:
        answer = call()
    except Exception as error:
        status = getattr(error, "http_status", getattr(error, "code", None))
        say(what, expect is not None and status == expect, "%s: %s" % (type(error).__name__, error))
        return None
    shown = getattr(answer, "_info", answer)
    if isinstance(answer, list):
        shown = "%d items, next=%s" % (len(answer), getattr(answer, "next", None))
    if what == "root.create":
        shown = "a password"
    say(what, expect is None and (holds is None or holds(answer)), str(shown))
    return answer


def ready(i):
    for _ in range(200):
        now = c.instances.get(i)
        if now.status in ("ERROR", "RESTART_REQUIRED"):
            return now.status
        if now.status == "ACTIVE" and now.operating_status == "HEALTHY":
            return "ACTIVE"
        time.sleep(0.05)
    return "still " + now.status


def settled(what, i, want="ACTIVE"):
    got = ready(i)
    say(what, got == want, got)


def make(name, **more):
    return c.instances.create(name, "1", volume={"size": 1}, datastore="mysql", datastore_version="5.7.29",
                              nics=NIC, **more)


first = do("instances.list", lambda: c.instances.list(), holds=lambda x: len(x) == 20 and x.next)
do("instances.list, page 2", lambda: c.instances.list(marker=first.next), holds=lambda x: len(x) == 10 and not x.next)
do("instances.list limit=1000", lambda: c.instances.list(limit=1000), holds=lambda x: len(x) == 20)
do("datastores.list", lambda: c.datastores.list())
do("datastore_versions.list", lambda: c.datastore_versions.list("mysql"))
version = do("datastore_versions.get", lambda: c.datastore_versions.get("mysql", "5.7.29"))
do("flavors.list", lambda: c.flavors.list())
do("flavors.get", lambda: c.flavors.get("1"))
do("limits.list", lambda: c.limits.list())
do("volume_types of a version", lambda: c.volume_types.list_datastore_version_associated_volume_types("mysql", version.id))
do("volume_types.list is no route", lambda: c.volume_types.list(), expect=404)
do("parameters", lambda: c.configuration_parameters.parameters("mysql", version.id))
do("parameter", lambda: c.configuration_parameters.get_parameter("mysql", version.id, "max_connections"))
do("create with a bad flavor", lambda: c.instances.create("x", "999", volume={"size": 1}), expect=400)
do("create without a volume", lambda: c.instances.create("x", "1"), expect=400)
i = do("create", lambda: make("made by python", databases=[{"name": "my_db", "character_set": "latin2"}],
                              users=[{"name": "jsmith", "password": "12345", "databases": [{"name": "my_db"}]}]))
settled("built", i)
do("databases.create", lambda: c.databases.create(i, [{"name": "db%02d" % n} for n in range(25)]))
d = do("databases.list", lambda: c.databases.list(i), holds=lambda x: len(x) == 20)
do("databases.list, page 2", lambda: c.databases.list(i, marker=d.next), holds=lambda x: len(x) == 6)
do("databases.create again", lambda: c.databases.create(i, [{"name": "my_db"}]), expect=400)
do("databases.delete", lambda: c.databases.delete(i, "db03"))
do("users.create", lambda: c.users.create(i, [{"name": "u.2", "password": "p"}, {"name": "u3", "password": "p", "host": "10.0.0.1"}]))
u = do("users.list limit=1", lambda: c.users.list(i, limit=1), holds=lambda x: x[0].name == "jsmith")
do("users.list, page 2", lambda: c.users.list(i, limit=1, marker=u.next), holds=lambda x: x[0].name == "u.2")
do("users.get with a dot", lambda: c.users.get(i, "u.2"), holds=lambda x: x.name == "u.2")
do("users.get at a host", lambda: c.users.get(i, "u3", hostname="10.0.0.1"), holds=lambda x: x.host == "10.0.0.1")
do("users.get unknown", lambda: c.users.get(i, "nobody"), expect=404)
do("users.grant", lambda: c.users.grant(i, "u.2", ["db01", "db02"]))
do("users.list_access", lambda: c.users.list_access(i, "u.2"), holds=lambda x: len(x) == 2)
do("users.revoke", lambda: c.users.revoke(i, "u.2", "db01"))
do("users.change_passwords", lambda: c.users.change_passwords(i, [{"name": "u.2", "password": "new"}]))
do("users.update_attributes", lambda: c.users.update_attributes(i, "u.2", {"name": "u2b"}))
do("users.delete", lambda: c.users.delete(i, "u2b"))
do("root.is_root_enabled", lambda: c.root.is_root_enabled(i), holds=lambda x: x.rootEnabled is False)
do("root.create", lambda: c.root.create(i), holds=lambda x: x[0] == "root")
do("root.disable_instance_root", lambda: c.root.disable_instance_root(i))
g = do("configurations.create", lambda: c.configurations.create("c", '{"innodb_buffer_pool_size": 57671680}', datastore="mysql", datastore_version="5.7.29"))
do("configurations.create out of range", lambda: c.configurations.create("c", '{"max_connections": 999999999}', datastore="mysql", datastore_version="5.7.29"), expect=422)
do("instances.update configuration", lambda: c.instances.update(i, configuration=g.id))
settled("wants a restart", i, "RESTART_REQUIRED")
do("configurations.instances", lambda: c.configurations.instances(g.id), holds=lambda x: len(x) == 1)
do("configurations.delete in use", lambda: c.configurations.delete(g.id), expect=400)
do("instances.restart", lambda: c.instances.restart(i))
settled("restarted", i)
do("instances.update remove_configuration", lambda: c.instances.update(i, remove_configuration=True))
do("instances.restart", lambda: c.instances.restart(i))
settled("restarted", i)
do("configurations.edit", lambda: c.configurations.edit(g.id, '{"connect_timeout": 60}'))
do("configurations.delete", lambda: c.configurations.delete(g.id))
do("instances.configuration", lambda: c.instances.configuration(i))
do("instances.resize_instance", lambda: c.instances.resize_instance(i, "2"))
settled("resized", i)
do("instances.resize_volume", lambda: c.instances.resize_volume(i, 2))
settled("grown", i)
do("instances.resize_volume smaller", lambda: c.instances.resize_volume(i, 1), expect=400)
do("instances.update name", lambda: c.instances.update(i, name="Renamed"))
do("instances.update access", lambda: c.instances.update(i, is_public=True, allowed_cidrs=["10.0.0.0/8"]))
settled("access changed", i)
do("instances.upgrade", lambda: c.instances.upgrade(i, "8.0.29"))
settled("upgraded", i)
do("instances.log_list", lambda: c.instances.log_list(i), holds=lambda x: len(x) == 4)
do("instances.log_action", lambda: c.instances.log_action(i, "general", publish=True, enable=True))
b = do("backups.create", lambda: c.backups.create("bk", i.id, description="first"))
settled("backed up", i)
do("backups.create incremental", lambda: c.backups.create("bk2", i.id, parent_id=b.id), holds=lambda x: x.parent_id == b.id)
settled("backed up", i)
do("backups.list", lambda: c.backups.list(), holds=lambda x: len(x) == 2)
do("instances.backups", lambda: c.instances.backups(i), holds=lambda x: len(x) == 2)
r = do("restore", lambda: c.instances.create("restored", "1", volume={"size": 1}, datastore="mysql", datastore_version="8.0.29", nics=NIC, restorePoint={"backupRef": b.id}))
settled("restored", r)
do("backups.delete", lambda: c.backups.delete(b.id))
do("backup_strategies.create", lambda: c.backup_strategies.create(instance_id=i.id, swift_container="mine"))
do("backup_strategies.list", lambda: c.backup_strategies.list(), holds=lambda x: len(x) == 1)
do("backup_strategies.delete", lambda: c.backup_strategies.delete(instance_id=i.id))
p = do("create a replica", lambda: c.instances.create("replica", None, replica_of=i.id, nics=NIC))
settled("replica built", p)
do("delete its source", lambda: c.instances.delete(i), expect=403)
do("promote_to_replica_source", lambda: c.instances.promote_to_replica_source(p))
settled("promoted", p)
settled("demoted", i)
do("detach the replica", lambda: c.instances.update(i, detach_replica_source=True))
settled("detached", i)
m = do("modules.create", lambda: c.modules.create("m", "ping", "aGVsbG8=", datastore="mysql"))
do("instances.module_apply", lambda: c.instances.module_apply(i, [m.id]))
do("modules.instances", lambda: c.modules.instances(m.id), holds=lambda x: len(x) == 1)
do("modules.delete in use", lambda: c.modules.delete(m.id), expect=403)
do("instances.module_remove", lambda: c.instances.module_remove(i, m.id))
do("modules.delete", lambda: c.modules.delete(m.id))
do("clusters.list", lambda: c.clusters.list())
do("clusters.create", lambda: c.clusters.create("c", "mysql", "5.7.29", instances=[{"flavorRef": "1", "volume": {"size": 1}}]), expect=501)
do("mgmt_instances.list as a member", lambda: c.mgmt_instances.list(), expect=401)
do("quota.show of another", lambda: c.quota.show("x"), expect=403)
do("reset_status as a member", lambda: c.instances.reset_status(i), expect=403)
do("delete", lambda: c.instances.delete(i))
for _ in range(200):
    try:
        c.instances.get(i)
        time.sleep(0.05)
    except Exception:
        break
do("get what is gone", lambda: c.instances.get(i), expect=404)
sys.exit(0)
