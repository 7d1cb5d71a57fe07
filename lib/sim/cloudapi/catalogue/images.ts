/**
 * Images: list, get, create from a machine, update, clone, import, export, delete.
 *
 * @module
 */
import { type Call, type Params, type Reply, textParam } from "../protocol/call.ts";
import type { Img } from "../records/image_catalog.ts";
import { invalidArgument, missingParameter, notFound, Problem } from "../protocol/problem.ts";
import type { Route } from "../protocol/call.ts";
import { atLeast } from "../version.ts";

const SETTABLE = ["name", "version", "description", "homepage", "eula", "acl", "tags"] as const;
/** How long it takes to create an image, relative to a machine's transition. */
const MAKING = 1.5;

const canSee = (call: Call, image: Img) =>
  image.state !== "destroyed" &&
  (image.public || image.owner === call.account.id || image.acl?.includes(call.account.id) === true);

function show(call: Call, image: Img): Record<string, unknown> {
  const { min_ram, max_ram, brand, bootrom } = image.requirements;
  const virtual = image.type === "zvol";
  return {
    id: image.id,
    name: image.name,
    version: image.version,
    os: image.os,
    requirements: {
      ...(max_ram === undefined ? {} : { max_memory: max_ram, max_ram }),
      ...(min_ram === undefined ? {} : { min_memory: min_ram, min_ram }),
      ...(brand === undefined ? {} : { brand }),
      ...(bootrom === undefined ? {} : { bootrom }),
    },
    type: atLeast(call.version, "8.0.0") ? image.type : virtual ? "virtualmachine" : "smartmachine",
    ...(virtual ? { image_size: image.size } : {}),
    description: image.description,
    ...(image.state === "creating" || image.files.length === 0 ? {} : { files: image.files }),
    tags: image.tags,
    homepage: image.homepage,
    ...(image.state === "creating" ? {} : { published_at: image.published }),
    ...(atLeast(call.version, "7.1.0")
      ? {
        owner: image.owner,
        public: image.public,
        state: image.state,
        ...(image.eula === undefined ? {} : { eula: image.eula }),
        ...(image.acl === undefined ? {} : { acl: image.acl }),
        ...(image.origin === undefined ? {} : { origin: image.origin }),
        ...(image.error === undefined ? {} : { error: image.error }),
      }
      : {}),
  };
}

function listImages(call: Call): Reply {
  const { params } = call;
  const old = !atLeast(call.version, "8.0.0");
  let type = textParam(call, "type");
  if (type !== undefined && old) {
    const modern = ({ smartmachine: "zone-dataset", virtualmachine: "zvol" } as Record<string, string>)[type];
    if (modern === undefined) throw invalidArgument(`image type ${type} is not a valid type`);
    type = modern;
  }
  const state = textParam(call, "state") ?? "active";
  const visible = call.world.images.filter((image) =>
    canSee(call, image) &&
    (state === "all" || image.state === state) &&
    (type === undefined || image.type === type) &&
    matches(image.name, params.name) && matches(image.os, params.os) &&
    matches(image.version, params.version) &&
    matches(image.owner, params.owner) && matches(String(image.public), params.public)
  );
  return { body: visible.map((image) => show(call, image)) };
}

/** In filters of images `~text` means "contains". */
function matches(value: string, wanted: unknown): boolean {
  if (wanted === undefined || wanted === "") return true;
  const text = String(wanted);
  return text.startsWith("~") ? value.includes(text.slice(1)) : value === text;
}

function imageOf(call: Call): Img {
  const id = textParam(call, "dataset")!;
  const image = call.world.images.find((each) => each.id === id);
  if (image === undefined || !canSee(call, image)) throw notFound(`${id} not found`);
  return image;
}

function settable(params: Params): Partial<Img> {
  return Object.fromEntries(
    SETTABLE.filter((key) => params[key] !== undefined).map((key) => [key, params[key]]),
  );
}

function createImage(call: Call): Reply {
  const { world, account, params } = call;
  if (params.action === "import-from-datacenter") return importImage(call);
  if (params.action) throw invalidArgument(`${params.action} is not a valid action`);
  if (!params.machine) throw missingParameter("machine is a required argument");
  if (!params.name) throw missingParameter("Image name is a required argument");
  if (!params.version) throw missingParameter("Image version is a required argument");
  const machine = account.machines.get(String(params.machine));
  if (machine === undefined) throw notFound("VM not found");
  const origin = world.images.find(({ id }) => id === machine.image)!;
  const image: Img = {
    ...origin,
    description: "",
    homepage: "",
    tags: {},
    files: [],
    ...settable(params),
    id: world.ids.uuid(),
    owner: account.id,
    public: false,
    state: "creating",
    origin: origin.id,
    published: "",
  };
  delete image.error;
  world.images.push(image);
  world.executed(machine, "create_image");
  const { min, max } = world.settings.transition;
  world.agenda.after((min + max) / 2 * MAKING, () => {
    image.state = "active";
    image.published = new Date(world.agenda.now).toISOString();
    image.files = [{
      compression: "gzip",
      sha1: image.id.replaceAll("-", "").padEnd(40, "0"),
      size: 41_943_040,
    }];
  });
  return {
    status: 201,
    headers: { "location": `/${account.login}/images/${image.id}`, "x-joyent-jobid": world.ids.uuid() },
    body: show(call, image),
  };
}

function importImage(call: Call): Reply {
  const { world, params } = call;
  if (!params.datacenter) throw missingParameter("datacenter is a required argument");
  const id = textParam(call, "id");
  if (id === undefined || !/^[0-9a-f-]{36}$/.test(id)) throw invalidArgument(`id ${id} must be a UUID`);
  if (world.images.some((image) => image.id === id)) {
    throw new Problem(409, "ImageUuidAlreadyExists", `image ${id} already exists`);
  }
  const model = world.images[0]!;
  const image: Img = { ...model, id, name: "imported", owner: call.account.id, public: false };
  world.images.push(image);
  return { body: show(call, image), delay: 5000 };
}

function updateImage(call: Call): Reply {
  const image = imageOf(call);
  const { world, account, params } = call;
  const own = () => {
    if (image.owner !== account.id) {
      throw new Problem(403, "NotImageOwner", `account "${account.id}" does not own image "${image.id}"`);
    }
  };
  switch (params.action) {
    case "update":
      own();
      Object.assign(image, settable(params));
      return { body: show(call, image) };
    case "export": {
      own();
      const prefix = textParam(call, "manta_path");
      if (prefix === undefined) throw missingParameter("Image destination manta_path is a required argument");
      const base = `${prefix}/${image.name}-${image.version}`;
      return {
        body: {
          manta_url: "https://us-east.manta.joyent.com",
          image_path: `${base}.zfs.gz`,
          manifest_path: `${base}.imgmanifest`,
        },
      };
    }
    case "clone": {
      if (image.owner === account.id || !image.acl?.includes(account.id)) {
        throw new Problem(403, "ImageNotShared", `image "${image.id}" is not shared with you`);
      }
      const clone: Img = { ...image, id: world.ids.uuid(), owner: account.id, public: false, acl: [] };
      world.images.push(clone);
      return { body: show(call, clone) };
    }
    default:
      throw params.action
        ? invalidArgument(`${params.action} is not a valid action`)
        : missingParameter("action is required");
  }
}

function deleteImage(call: Call): Reply {
  const image = imageOf(call);
  if (image.owner !== call.account.id) {
    throw new Problem(403, "NotImageOwner", `account "${call.account.id}" does not own image "${image.id}"`);
  }
  image.state = "destroyed";
  return { status: 204 };
}

const group = "datasets";

export const imageRoutes: readonly Route[] = [
  { method: "GET", path: "/:account/images", name: "ListImages", group, head: true, handle: listImages },
  {
    method: "GET",
    path: "/:account/images/:dataset",
    name: "GetImage",
    group,
    head: true,
    handle: (call) => ({ body: show(call, imageOf(call)) }),
  },
  { method: "POST", path: "/:account/images", name: "CreateImageFromMachine", group, handle: createImage },
  { method: "POST", path: "/:account/images/:dataset", name: "UpdateImage", group, handle: updateImage },
  { method: "DELETE", path: "/:account/images/:dataset", name: "DeleteImage", group, handle: deleteImage },
];
