/**
 * The ping, the datacenters, the services, and the documentation's URL.
 *
 * @module
 */
import type { Call, Reply } from "../protocol/call.ts";
import { notFound } from "../protocol/problem.ts";
import type { Route } from "../protocol/call.ts";
import { API_VERSIONS } from "../version.ts";

const origin = (call: Call) => new URL(call.request.url).origin;

const datacentersOf = (call: Call): Record<string, string> => ({
  [call.world.settings.datacenter]: origin(call),
  "sim-elsewhere": "https://elsewhere.sim.invalid",
});

function getDatacenter(call: Call): Reply {
  const name = String(call.params.dc);
  const all = datacentersOf(call);
  if (!Object.hasOwn(all, name)) throw notFound(`${name} is not an available datacenter`);
  const url = all[name]!;
  return {
    status: 302,
    headers: { location: url },
    body: { code: "ResourceMoved", message: ` ${name} ${url}` },
  };
}

const here = (call: Call) => ({ "triton-datacenter-name": call.world.settings.datacenter });

export const datacenterRoutes: readonly Route[] = [
  {
    method: "GET",
    path: "/--ping",
    name: "Ping",
    group: "",
    handle: (call) => ({ headers: here(call), body: { ping: "pong", cloudapi: { versions: API_VERSIONS } } }),
  },
  {
    method: "GET",
    path: "/:account/datacenters",
    name: "ListDatacenters",
    group: "datacenter",
    handle: (call) => ({ headers: here(call), body: datacentersOf(call) }),
  },
  {
    method: "GET",
    path: "/:account/datacenters/:dc",
    name: "GetDatacenter",
    group: "datacenter",
    handle: getDatacenter,
  },
  {
    method: "GET",
    path: "/:account/services",
    name: "ListServices",
    group: "services",
    handle: (call) => ({
      body: {
        cloudapi: origin(call),
        docker: "tcp://docker.sim.invalid:2376",
        cns: "https://cns.sim.invalid",
      },
    }),
  },
];
