/**
 * CreateMachine.
 *
 * @module
 */
import { type Call, callerOf, recordContext, type Reply, textParam } from "../protocol/call.ts";
import type { Img } from "../records/image_catalog.ts";
import { isVirtual, type Machine, machineRecord } from "../records/machine.ts";
import { nameProblem } from "./machine_names.ts";
import { brandOf, disksOf, newestPackage, newNic, serverOf } from "../records/machine_seed.ts";
import { wantedNetworks } from "./parts/nic_requests.ts";
import { storedTags } from "./parts/stored_tags.ts";
import type { Pkg } from "../records/package_catalog.ts";
import {
  type FieldProblem,
  invalidArgument,
  missingParameter,
  notFound,
  Problem,
  validationFailed,
} from "../protocol/problem.ts";
import type { Route } from "../protocol/call.ts";

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
/** How long the server itself sleeps before it looks for the machine that it has just ordered. */
const PAUSE = 200;

function imageOf(call: Call): Img {
  const { params, world, account } = call;
  if (params.dataset && params.image) {
    throw invalidArgument("image and dataset are mutually exclusive parameters.");
  }
  const asked = textParam(call, "image") ?? textParam(call, "dataset");
  if (asked === undefined) throw missingParameter("image must be specified");
  if (!UUID.test(asked)) throw invalidArgument(`${asked} is not a valid image`);
  const image = world.images.find(({ id }) => id === asked);
  const hidden = image === undefined || image.state === "destroyed" ||
    !(image.public || image.owner === account.id || image.acl?.includes(account.id));
  if (hidden) throw notFound("image not found");
  if (image.state !== "active") throw invalidArgument(`image ${asked} is not active`);
  const shared = image.owner !== account.id && image.acl?.includes(account.id) === true;
  if (shared && call.version === "9.0.0" && params.allow_shared_images !== true) {
    throw invalidArgument(
      `${asked} is a shared image - to provision a shared image you can ` +
        `either clone the image or set "allow_shared_images" to true.`,
    );
  }
  return image;
}

function packageOf(call: Call): Pkg {
  const asked = textParam(call, "package");
  if (asked === undefined) throw missingParameter("package must be specified");
  const { packages } = call.world;
  if (UUID.test(asked)) {
    const pkg = packages.find(({ id }) => id === asked);
    if (pkg === undefined) throw notFound(`Package ${asked} does not exist`);
    if (!pkg.active) throw invalidArgument(`${asked} is inactive. Must use an active package`);
    return pkg;
  }
  const pkg = newestPackage(packages, asked);
  if (pkg === undefined) throw invalidArgument(`${asked} is not a valid package`);
  return pkg;
}

function brandFor(call: Call, image: Img, pkg: Pkg): string {
  const asked = textParam(call, "brand");
  if (asked !== undefined && !isVirtual(asked)) {
    throw invalidArgument(`Unknown brand "${asked}". Brand is restricted to one of ["bhyve","kvm"]`);
  }
  const brand = asked ?? brandOf(image, pkg);
  if (pkg.brand !== undefined && pkg.brand !== brand) {
    throw invalidArgument(`Package requires brand "${pkg.brand}", but brand "${brand}" was selected`);
  }
  if (image.requirements.brand !== undefined && image.requirements.brand !== brand) {
    throw invalidArgument(
      `Image requires brand "${image.requirements.brand}", but brand "${brand}" was selected`,
    );
  }
  if (isVirtual(brand) && image.type !== "zvol") {
    throw invalidArgument(`Brand "${brand}" requires the image type to be "zvol"`);
  }
  if (!isVirtual(brand) && image.type === "zvol") {
    throw invalidArgument(`Brand "${brand}" cannot use an image of type "zvol"`);
  }
  return brand;
}

/** `tag.role=web` and `metadata.k=v`. Objects named `tags` and `metadata` are silently ignored. */
function dotted(call: Call, prefix: string): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(call.params).filter(([key]) => key.startsWith(prefix))
      .map(([key, value]) => [key.slice(prefix.length), value]),
  );
}

function metadataOf(
  call: Call,
): { metadata: Record<string, unknown>; internal: Record<string, unknown> | undefined } {
  const { params, account } = call;
  const metadata = Object.fromEntries(
    Object.entries(dotted(call, "metadata.")).filter(([k]) => !k.endsWith("_pw")),
  );
  const password = params.administrator_pw ?? params.password;
  if (password) metadata.administrator_pw = password;
  const admins = account.roles.find(({ name }) => name === "administrator")?.members ?? [];
  const members = account.users.filter(({ id }) =>
    admins.some((member) => member.id === id && member.default)
  );
  metadata.root_authorized_keys = [account, ...members].flatMap(({ keys }) => keys)
    .map(({ line }) => line + "\n").join("");
  let credentials = metadata.credentials;
  delete metadata.credentials;
  if (typeof credentials === "string") {
    try {
      credentials = JSON.parse(credentials);
    } catch {
      credentials = undefined;
    }
  }
  let internal: Record<string, unknown> | undefined;
  if (typeof credentials === "object" && credentials !== null) {
    const entries = Object.entries(credentials).map(([k, v]) => [k.endsWith("_pw") ? k : `${k}_pw`, v]);
    internal = Object.fromEntries(entries);
  }
  if (params.encrypted === true) internal = { ...internal, encrypted: true };
  return { metadata, internal };
}

function createMachine(call: Call): Reply {
  const { world, account, params } = call;
  const image = imageOf(call);
  const pkg = packageOf(call);
  if (image.requirements.password && !params.password && !params.administrator_pw) {
    throw missingParameter(`${image.id} requires a password`);
  }
  if (account.keys.length === 0 && !image.requirements.password) {
    throw new Problem(409, "KeyRequired", "At least one SSH key is required to provision");
  }
  if (!account.approved) throw invalidArgument("User is not currently approved for provisioning");
  const brand = brandFor(call, image, pkg);
  if (params.disks && isVirtual(brand) && !pkg.flexible) {
    throw invalidArgument(
      "The use of `disks` is only supported if the package has the flexible_disk attr set to true",
    );
  }
  if (Array.isArray(params.disks) && params.disks.length > 8) {
    throw invalidArgument("A maximum of 8 disks per VM are supported");
  }
  if (params.affinity && params.locality) {
    throw invalidArgument('cannot specify both "locality" (deprecated) and "affinity"');
  }
  const networks = wantedNetworks(call);
  if (image.requirements.min_ram !== undefined && pkg.memory < image.requirements.min_ram) {
    throw invalidArgument(
      `You must use a package with at least ${image.requirements.min_ram} MiB of RAM in order to ` +
        "provision the selected image",
    );
  }
  const { id, serial } = world.nextMachine();
  const shortId = id.slice(0, 8);
  const name = textParam(call, "name")?.replaceAll("{{shortId}}", shortId) ?? shortId;
  if (account.cns && name.length > 63) {
    throw invalidArgument(
      "Name cannot be longer than 63 characters, because you have triton_cns_enabled set on your Account.",
    );
  }
  const problem = nameProblem(account, name);
  if (problem !== undefined) throw invalidMachine(problem, "Invalid machine name");
  const tags = storedTags(dotted(call, "tag."));
  const badTag = Object.keys(tags).find((key) => key.startsWith("triton.") && !key.startsWith("triton.cns."));
  if (badTag !== undefined) {
    const message = `Unrecognized special triton tag "${badTag}"`;
    throw invalidMachine({ field: "tags", code: "Invalid", message }, "Invalid tags");
  }

  const now = world.agenda.now;
  const machine: Machine = {
    id,
    owner: account.id,
    name,
    brand,
    state: "provisioning",
    image: image.id,
    pkg,
    tags,
    ...metadataOf(call),
    nics: [],
    disks: [],
    created: now,
    updated: now,
    firewall: params.firewall_enabled === true || params.firewall_enabled === "true",
    protection: params.deletion_protection === true,
    docker: false,
    delegated: params.delegate_dataset === true,
    server: serverOf(world, serial),
    roleTags: [],
    snapshots: [],
    jobs: [],
    troubles: undefined,
    json: undefined,
  };
  if (isVirtual(brand)) machine.disks = disksOf(machine, image, params.disks as Pkg["disks"]);
  account.machines.add(machine);
  world.executed(machine, "provision");
  if (world.provisionFails(name)) machine.troubles = { fail: true, hang: false, skip: false, offline: false };
  world.workshop.add(machine, {
    action: "provision",
    caller: callerOf(call),
    through: [{ state: "running", share: 1 }],
    changes: ["state", "nics", "server_uuid"],
    finally: () => {
      machine.nics = networks.flatMap(({ net, ip }, nth) => {
        const primary = networks.findIndex((other) => other.net.public) === nth ||
          (nth === 0 && !networks.some((other) => other.net.public));
        return newNic(world, net, id, { primary, state: "running", ...(ip === undefined ? {} : { ip }) }) ??
          [];
      });
    },
  });
  world.feed.publish(machine, ["state", "alias", "tags", "owner_uuid"]);
  return {
    status: 201,
    headers: { location: `/${account.login}/machines/${id}` },
    body: machineRecord(machine, recordContext(call)),
    delay: PAUSE,
  };
}

/** The backend's refusal, with the API's hint after its message. */
function invalidMachine(field: FieldProblem, hint: string): Problem {
  return validationFailed(`Invalid VM parameters: ${hint}`, field);
}

export const machineCreateRoutes: readonly Route[] = [
  {
    method: "POST",
    path: "/:account/machines",
    name: "CreateMachine",
    group: "machines",
    handle: createMachine,
  },
];
