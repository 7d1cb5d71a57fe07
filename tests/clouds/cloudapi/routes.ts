/**
 * Every route of CloudAPI 9.20, and three that came later: the method that sends it, the version that added it, and the
 * official client's command for it. HEAD is left out, because it is GET without the body.
 *
 * The list comes from the server's own code (sdc-cloudapi 10c3963, `lib/`), which counts if the published description
 * differs. `routes.test.ts` makes the table in `docs/cloudapi-coverage.md` from it.
 */

export interface CloudApiRoute {
  /** The server's name for it. */
  readonly name: string;
  readonly method: "GET" | "POST" | "PUT" | "DELETE";
  /** Below the address, with `:parameters`. */
  readonly path: string;
  /** The version of CloudAPI that brought it. */
  readonly since: string;
  /** What of `dc(…)` sends it. A name that begins with a dot is a step of a chain of machines. Empty: nothing yet. */
  readonly sentBy: string;
  /** The command of the official client, where `tests/interop/cloudapi/triton.test.ts` has it do this against the simulator. */
  readonly triton?: string;
}

const TABLE = `
GetAccount                       | GET    | /:account                                          | 7.0   | account()                                 | triton account get
UpdateAccount                    | POST   | /:account                                          | 7.0   | updateAccount()                           | triton account update
GetProvisioningLimits            | GET    | /:account/limits                                   | 9.8   | limits()                                  | triton account limits
GetConfig                        | GET    | /:account/config                                   | 7.3   | config()                                  | triton network get-default
UpdateConfig                     | PUT    | /:account/config                                   | 7.3   | updateConfig()                            |
CreateKey                        | POST   | /:account/keys                                     | 7.0   | addKey()                                  | triton key add
ListKeys                         | GET    | /:account/keys                                     | 7.0   | keys()                                    | triton key ls
GetKey                           | GET    | /:account/keys/:name                               | 7.0   | key()                                     | triton key get
DeleteKey                        | DELETE | /:account/keys/:name                               | 7.0   | deleteKey()                               | triton key delete
CreateUserKey                    | POST   | /:account/users/:user/keys                         | 7.2   | users.addKey()                            |
ListUserKeys                     | GET    | /:account/users/:user/keys                         | 7.2   | users.keys()                              |
GetUserKey                       | GET    | /:account/users/:user/keys/:name                   | 7.2   | users.key()                               |
DeleteUserKey                    | DELETE | /:account/users/:user/keys/:name                   | 7.2   | users.deleteKey()                         |
CreateAccessKey                  | POST   | /:account/accesskeys                               | 9.11  | accessKeys.create()                       |
ListAccessKeys                   | GET    | /:account/accesskeys                               | 9.11  | accessKeys.list()                         |
GetAccessKey                     | GET    | /:account/accesskeys/:accesskeyid                  | 9.11  | accessKeys.get()                          |
UpdateAccessKey                  | POST   | /:account/accesskeys/:accesskeyid                  | later | accessKeys.update()                       |
DeleteAccessKey                  | DELETE | /:account/accesskeys/:accesskeyid                  | 9.11  | accessKeys.delete()                       |
CreateUserAccessKey              | POST   | /:account/users/:user/accesskeys                   | 9.11  | accessKeys.create(…, { user })            |
ListUserAccessKeys               | GET    | /:account/users/:user/accesskeys                   | 9.11  | accessKeys.list({ user })                 |
GetUserAccessKey                 | GET    | /:account/users/:user/accesskeys/:accesskeyid      | 9.11  | accessKeys.get(…, { user })               |
UpdateUserAccessKey              | POST   | /:account/users/:user/accesskeys/:accesskeyid      | later | accessKeys.update(…, { user })            |
DeleteUserAccessKey              | DELETE | /:account/users/:user/accesskeys/:accesskeyid      | 9.11  | accessKeys.delete(…, { user })            |
ListDatacenters                  | GET    | /:account/datacenters                              | 7.0   | datacenters(), datacenter()               | triton datacenters
GetDatacenter                    | GET    | /:account/datacenters/:dc                          | 7.0   |                                           |
ListForeignDatacenters           | GET    | /:account/foreigndatacenters                       | 7.0   |                                           |
AddForeignDatacenter             | POST   | /:account/foreigndatacenters                       | 7.0   |                                           |
ListServices                     | GET    | /:account/services                                 | 7.1   | services()                                | triton services
ListImages                       | GET    | /:account/images                                   | 7.0   | images(), image("name")                   | triton img ls
GetImage                         | GET    | /:account/images/:dataset                          | 7.0   | image(id)                                 | triton img get
CreateImageFromMachine           | POST   | /:account/images                                   | 7.1   | createImage()                             | triton img create
UpdateImage                      | POST   | /:account/images/:dataset                          | 7.1   | images().update(), .clone(), .export()    | triton img update
DeleteImage                      | DELETE | /:account/images/:dataset                          | 7.1   | images().delete()                         | triton img delete
ListPackages                     | GET    | /:account/packages                                 | 7.0   | packages(), package("name")               | triton pkg ls
GetPackage                       | GET    | /:account/packages/:package                        | 7.0   | package(id)                               | triton pkg get
ConnectMachineVNC                | GET    | /:account/machines/:machine/vnc                    | 9.8.7 |                                           |
CreateMachine                    | POST   | /:account/machines                                 | 7.0   | createMachine()                           | triton inst create
UpdateMachine                    | POST   | /:account/machines/:machine                        | 7.0   | .stop(), .start(), .reboot(), .rename(), .resize(), .enableFirewall(), .disableFirewall(), .enableDeletionProtection(), .disableDeletionProtection() | triton inst stop
ListMachines                     | GET    | /:account/machines                                 | 7.0   | machines(), machine("name")               | triton inst ls
ListFirewallRuleMachines         | GET    | /:account/fwrules/:id/machines                     | 7.0   | fwrule(x).machines() | triton fwrule instances
GetMachine                       | GET    | /:account/machines/:machine                        | 7.0   | machine(id), waits for few                | triton inst get
DeleteMachine                    | DELETE | /:account/machines/:machine                        | 7.0   | .delete()                                 | triton inst rm
AddMachineMetadata               | POST   | /:account/machines/:machine/metadata               | 7.0   | .metadata(), .script()                    | triton inst metadata set
ListMachineMetadata              | GET    | /:account/machines/:machine/metadata               | 7.0   |  | triton inst metadata ls
GetMachineMetadata               | GET    | /:account/machines/:machine/metadata/:key          | 7.0   |  | triton inst metadata get
DeleteAllMachineMetadata         | DELETE | /:account/machines/:machine/metadata               | 7.0   | .unsetAllMetadata()                       |
DeleteMachineMetadata            | DELETE | /:account/machines/:machine/metadata/:key          | 7.0   | .unsetMetadata(), .unsetScript()          | triton inst metadata delete
AddMachineTags                   | POST   | /:account/machines/:machine/tags                   | 7.0   | .tag()                                    | triton inst tag set
ReplaceMachineTags               | PUT    | /:account/machines/:machine/tags                   | 7.0   | .replaceTags()                            | triton inst tag replace-all
ListMachineTags                  | GET    | /:account/machines/:machine/tags                   | 7.0   |  | triton inst tag ls
GetMachineTag                    | GET    | /:account/machines/:machine/tags/:tag              | 7.0   |  | triton inst tag get
DeleteMachineTags                | DELETE | /:account/machines/:machine/tags                   | 7.0   | .untagAll()                               |
DeleteMachineTag                 | DELETE | /:account/machines/:machine/tags/:tag              | 7.0   | .untag()                                  | triton inst tag delete
CreateMachineSnapshot            | POST   | /:account/machines/:machine/snapshots              | 7.0   | .snapshot()                               | triton inst snapshot create
StartMachineFromSnapshot         | POST   | /:account/machines/:machine/snapshots/:name        | 7.0   | .startFromSnapshot()                      | triton inst start
ListMachineSnapshots             | GET    | /:account/machines/:machine/snapshots              | 7.0   | machine(x).snapshots()                    | triton inst snapshot ls
GetMachineSnapshot               | GET    | /:account/machines/:machine/snapshots/:name        | 7.0   | .snapshot(), where an answer was lost     | triton inst snapshot get
DeleteMachineSnapshot            | DELETE | /:account/machines/:machine/snapshots/:name        | 7.0   | .deleteSnapshot()                         | triton inst snapshot delete
CreateMachineDisk                | POST   | /:account/machines/:machine/disks                  | 9.4.1 | .addDisk() | triton inst disk add
ListMachineDisks                 | GET    | /:account/machines/:machine/disks                  | 9.4.1 | machine(x).disks()                        | triton inst disk ls
GetMachineDisk                   | GET    | /:account/machines/:machine/disks/:disk            | 9.4.1 | machine(x).disk() | triton inst disk get
ResizeMachineDisk                | POST   | /:account/machines/:machine/disks/:disk            | 9.4.1 | .resizeDisk() | triton inst disk resize
DeleteMachineDisk                | DELETE | /:account/machines/:machine/disks/:disk            | 9.4.1 | .removeDisk() | triton inst disk delete
AddNic                           | POST   | /:account/machines/:machine/nics                   | 7.2   | .addNic() | triton inst nic create
ListNics                         | GET    | /:account/machines/:machine/nics                   | 7.2   | machine(x).nics()                         | triton inst nic ls
GetNic                           | GET    | /:account/machines/:machine/nics/:mac              | 7.2   | machine(x).nic() | triton inst nic get
RemoveNic                        | DELETE | /:account/machines/:machine/nics/:mac              | 7.2   | .removeNic() | triton inst nic delete
MachineAudit                     | GET    | /:account/machines/:machine/audit                  | 7.0   | machine(x).audit(), lost reboots          | triton inst audit
ListMigrations                   | GET    | /:account/migrations                               | 9.6   | migrations() |
GetMigration                     | GET    | /:account/migrations/:machine                      | 9.6   | migration(id), .migrate() |
MigrateMachineEstimate           | GET    | /:account/machines/:machine/migrate                | 9.6   | machine(x).migrationEstimate() |
Migrate                          | POST   | /:account/machines/:machine/migrate                | 9.6   | .migrate(), .beginMigration(), migrations().sync(), .switch(), .pause(), .abort(), .finalize() |
WatchMigration                   | GET    | /:account/migrations/:machine/watch                | later |                                           |
changefeed                       | GET    | /:account/changefeed                               | 9.14  | waits on machines                         | triton changefeed
CreateFirewallRule               | POST   | /:account/fwrules                                  | 7.0   | createFwrule() | triton fwrule create
UpdateFirewallRule               | POST   | /:account/fwrules/:id                              | 7.0   | fwrules().update() | triton fwrule update
ListFirewallRules                | GET    | /:account/fwrules                                  | 7.0   | fwrules()                                 | triton fwrule ls
GetFirewallRule                  | GET    | /:account/fwrules/:id                              | 7.0   | fwrule(id) | triton fwrule get
EnableFirewallRule               | POST   | /:account/fwrules/:id/enable                       | 7.0   | fwrules().enable() | triton fwrule enable
DisableFirewallRule              | POST   | /:account/fwrules/:id/disable                      | 7.0   | fwrules().disable() | triton fwrule disable
DeleteFirewallRule               | DELETE | /:account/fwrules/:id                              | 7.0   | fwrules().delete() | triton fwrule delete
ListMachineFirewallRules         | GET    | /:account/machines/:machine/fwrules                | 7.0   | machine(x).fwrules()                      | triton inst fwrules
ListFabricVLANs                  | GET    | /:account/fabrics/default/vlans                    | 7.3   | fabrics.vlans() | triton vlan ls
CreateFabricVLAN                 | POST   | /:account/fabrics/default/vlans                    | 7.3   | fabrics.createVlan() | triton vlan create
UpdateFabricVLAN                 | PUT    | /:account/fabrics/default/vlans/:vlan_id           | 7.3   | fabrics.updateVlan() |
GetFabricVLAN                    | GET    | /:account/fabrics/default/vlans/:vlan_id           | 7.3   | fabrics.vlan() | triton vlan get
DeleteFabricVLAN                 | DELETE | /:account/fabrics/default/vlans/:vlan_id           | 7.3   | fabrics.deleteVlan() | triton vlan delete
ListFabricNetworks               | GET    | /:account/fabrics/default/vlans/:vlan_id/networks  | 7.3   | fabrics.networks() | triton vlan networks
CreateFabricNetwork              | POST   | /:account/fabrics/default/vlans/:vlan_id/networks  | 7.3   | fabrics.createNetwork() | triton network create
GetFabricNetwork                 | GET    | /:account/fabrics/default/vlans/:vlan_id/networks/:id | 7.3 | fabrics.network() |
UpdateFabricNetwork              | PUT    | /:account/fabrics/default/vlans/:vlan_id/networks/:id | 7.3 | fabrics.updateNetwork() |
DeleteFabricNetwork              | DELETE | /:account/fabrics/default/vlans/:vlan_id/networks/:id | 7.3 | fabrics.deleteNetwork() | triton network delete
ListNetworks                     | GET    | /:account/networks                                 | 7.0   | networks(), network("name")               | triton network ls
GetNetwork                       | GET    | /:account/networks/:network                        | 7.0   | network()                                 | triton network get
ListNetworkIPs                   | GET    | /:account/networks/:id/ips                         | 8.4   | addresses.list() | triton network ip ls
UpdateNetworkIP                  | PUT    | /:account/networks/:id/ips/:ip_address             | 8.4   | addresses.reserve(), addresses.release() | triton network ip update
GetNetworkIP                     | GET    | /:account/networks/:id/ips/:ip_address             | 8.4   | addresses.get() | triton network ip get
ListVolumeSizes                  | GET    | /:account/volumesizes                              | 8.3   | volumeSizes() | triton volume sizes
GetVolume                        | GET    | /:account/volumes/:id                              | 8.3   | volume(id), waits for few | triton volume get
ListVolumes                      | GET    | /:account/volumes                                  | 8.3   | volumes(), volume("name") | triton volume ls
CreateVolume                     | POST   | /:account/volumes                                  | 8.3   | createVolume() | triton volume create
DeleteVolume                     | DELETE | /:account/volumes/:id                              | 8.3   | volumes().delete() | triton volume delete
UpdateVolume                     | POST   | /:account/volumes/:id                              | 8.3   | volumes().rename() |
CreateUser                       | POST   | /:account/users                                    | 7.2   | users.create()                            |
ListUsers                        | GET    | /:account/users                                    | 7.2   | users.list()                              | triton rbac users
GetUser                          | GET    | /:account/users/:uuid                              | 7.2   | users.get()                               |
UpdateUser                       | POST   | /:account/users/:uuid                              | 7.2   | users.update()                            |
ChangeUserPassword               | POST   | /:account/users/:uuid/change_password              | 7.2   | users.changePassword()                    |
DeleteUser                       | DELETE | /:account/users/:uuid                              | 7.2   | users.delete()                            |
CreateRole                       | POST   | /:account/roles                                    | 7.2   | roles.create()                            |
ListRoles                        | GET    | /:account/roles                                    | 7.2   | roles.list()                              | triton rbac info
GetRole                          | GET    | /:account/roles/:role                              | 7.2   | roles.get()                               |
UpdateRole                       | POST   | /:account/roles/:role                              | 7.2   | roles.update()                            |
DeleteRole                       | DELETE | /:account/roles/:role                              | 7.2   | roles.delete()                            |
CreatePolicy                     | POST   | /:account/policies                                 | 7.2   | policies.create()                         |
ListPolicies                     | GET    | /:account/policies                                 | 7.2   | policies.list()                           | triton rbac info
GetPolicy                        | GET    | /:account/policies/:policy                         | 7.2   | policies.get()                            |
UpdatePolicy                     | POST   | /:account/policies/:policy                         | 7.2   | policies.update()                         |
DeletePolicy                     | DELETE | /:account/policies/:policy                         | 7.2   | policies.delete()                         |
ReplaceAccountRoleTags           | PUT    | /:account                                          | 7.2   | roles.setTags("account", …)               |
ReplaceResourcesRoleTags         | PUT    | /:account/:resource_name                           | 7.2   | roles.setTags("machines", …)              |
ReplaceUserKeysResourcesRoleTags | PUT    | /:account/users/:user/:resource_name               | 7.2   | roles.setTags({ keysOf }, …)              |
ReplaceResourceRoleTags          | PUT    | /:account/:resource_name/:resource_id              | 7.2   | roles.setTags({ image }, …)               |
ReplaceMachineRoleTags           | PUT    | /:account/machines/:machine                        | 7.2   | roles.setTags({ machine }, …)             |
ReplaceUserKeysResourceRoleTags  | PUT    | /:account/users/:user/keys/:resource_id            | 7.2   | roles.setTags({ keyOf, key }, …)          |
`;

/** All routes, in the order in which the reference has them. */
export const ROUTES: readonly CloudApiRoute[] = TABLE.trim().split("\n").map((line) => {
  const [name, method, path, since, sentBy, triton] = line.split("|").map((cell) => cell.trim());
  return {
    name: name!,
    method: method as CloudApiRoute["method"],
    path: path!,
    since: since!,
    sentBy: sentBy!,
    ...triton ? { triton } : {},
  };
});
