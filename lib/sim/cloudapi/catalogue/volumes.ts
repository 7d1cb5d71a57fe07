/**
 * NFS volumes.
 *
 * @module
 */
import { type Call, type Reply, textParam } from "../protocol/call.ts";
import { invalidArgument, Problem } from "../protocol/problem.ts";
import type { Route } from "../protocol/call.ts";
import type { Volume } from "../records/volume.ts";

const SIZES = [10, 20, 30, 40, 50, 60, 70, 80, 90, 100, 200, 300, 400, 500, 1000].map((gib) => gib * 1024);
const PARAMS = new Set(["name", "predicate", "size", "state", "type"]);
const NAME = /^[a-zA-Z0-9][a-zA-Z0-9_.-]+$/;

function show(volume: Volume): Record<string, unknown> {
  const { id, name, owner, type, size, state, networks, tags, created } = volume;
  return {
    id,
    name,
    owner_uuid: owner,
    type,
    size,
    state,
    networks,
    created: new Date(created).toISOString(),
    ...(state === "ready" ? { filesystem_path: `10.64.0.2:/exports/data/${name}` } : {}),
    ...(Object.keys(tags).length > 0 ? { tags } : {}),
    refs: [],
  };
}

const ownVolumes = (call: Call) => call.world.volumes.filter(({ owner }) => owner === call.account.id);

function listVolumes(call: Call): Reply {
  const wrong = Object.keys(call.query).filter((name) => !PARAMS.has(name));
  if (wrong.length > 0) {
    throw invalidArgument(wrong.map((name) => `Error: invalid parameter: ${name}`).join(", "));
  }
  const { name, size, state, type, predicate } = call.params;
  const found = ownVolumes(call).filter((volume) =>
    (name === undefined || volume.name === name) && (size === undefined || volume.size === Number(size)) &&
    (type === undefined || volume.type === type) &&
    (state === undefined ? predicate !== undefined || volume.state !== "failed" : volume.state === state)
  );
  return { headers: { "x-resource-count": String(found.length) }, body: found.map(show) };
}

function volumeOf(call: Call): Volume {
  const volume = ownVolumes(call).find(({ id }) => id === call.params.id);
  if (volume === undefined) {
    throw new Problem(404, "VolumeNotFound", "Error when getting volume: volume not found");
  }
  return volume;
}

function createVolume(call: Call): Reply {
  const { world, account, params } = call;
  const id = world.ids.uuid();
  const name = textParam(call, "name") ?? id;
  if (!NAME.test(name) || name.length > 256) {
    throw invalidArgument(`Error: Volume name: "${name}" is not a valid name`);
  }
  if (params.type !== "tritonnfs") {
    throw invalidArgument(`Error: Volume type: "${params.type}" is not supported`);
  }
  const size = Number(params.size ?? SIZES[0]);
  if (!SIZES.includes(size)) {
    throw new Problem(
      409,
      "VolumeSizeNotAvailable",
      `Error when creating volume: Volume size ${size} is not available`,
    );
  }
  if (ownVolumes(call).some((volume) => volume.name === name)) {
    throw new Problem(
      409,
      "VolumeAlreadyExists",
      `Error when creating volume: Volume with name ${name} already exists`,
    );
  }
  const networks = Array.isArray(params.networks)
    ? params.networks.map(String)
    : [account.config.default_network];
  if (networks.some((each) => !world.networks.some((net) => net.fabric && net.id === each))) {
    throw invalidArgument(`Invalid networks: ${networks}`);
  }
  const volume: Volume = {
    id,
    name,
    owner: account.id,
    type: "tritonnfs",
    size,
    state: "creating",
    networks,
    tags: (params.tags ?? {}) as Record<string, unknown>,
    created: world.agenda.now,
  };
  world.volumes.push(volume);
  world.agenda.after(world.settings.transition.max, () => {
    volume.state = "ready";
  });
  return { status: 201, body: show(volume) };
}

function deleteVolume(call: Call): Reply {
  const volume = volumeOf(call);
  volume.state = "deleting";
  call.world.agenda.after(call.world.settings.transition.min, () => {
    call.world.volumes = call.world.volumes.filter((each) => each !== volume);
  });
  return { status: 204 };
}

function updateVolume(call: Call): Reply {
  const wrong = Object.keys(call.query).filter((name) => name !== "name");
  if (wrong.length > 0) {
    throw invalidArgument(wrong.map((name) => `${name} is an invalid parameter`).join(", "));
  }
  const volume = volumeOf(call);
  volume.name = textParam(call, "name") ?? volume.name;
  return { status: 204 };
}

const path = "/:account/volumes";
const group = "volumes";

export const volumeRoutes: readonly Route[] = [
  {
    method: "GET",
    path: "/:account/volumesizes",
    name: "ListVolumeSizes",
    group,
    handle: () => ({
      headers: { "x-resource-count": String(SIZES.length) },
      body: SIZES.map((size) => ({ size, type: "tritonnfs" })),
    }),
  },
  { method: "GET", path, name: "ListVolumes", group, handle: listVolumes },
  {
    method: "GET",
    path: `${path}/:id`,
    name: "GetVolume",
    group,
    handle: (call) => ({ body: show(volumeOf(call)) }),
  },
  { method: "POST", path, name: "CreateVolume", group, handle: createVolume },
  { method: "DELETE", path: `${path}/:id`, name: "DeleteVolume", group, handle: deleteVolume },
  { method: "POST", path: `${path}/:id`, name: "UpdateVolume", group, handle: updateVolume },
];
