/**
 * SSH keys and access keys, of the account and of its sub-users.
 *
 * @module
 */
import type { AccessKey, Person, StoredKey } from "../records/account.ts";
import { addKey } from "./accounts.ts";
import { type Call, readRoutes, type Reply, textParam } from "../protocol/call.ts";
import { invalidArgument, missingParameter, notFound } from "../protocol/problem.ts";
import type { Route } from "../protocol/call.ts";
import { SINCE_72 } from "../version.ts";

/** The person in a path: the sub-user if it names one, else the account. */
export function personOf(call: Call): Person {
  const name = textParam(call, "user");
  if (name === undefined) return call.account;
  const user = call.account.users.find(({ id, login }) => id === name || login === name);
  if (user === undefined) throw notFound(`${name} does not exist`);
  return user;
}

const base = (call: Call) => {
  const user = textParam(call, "user");
  return `/${call.account.login}${user === undefined ? "" : `/users/${user}`}`;
};

const showKey = ({ name, fingerprint, line }: StoredKey) => ({ name, fingerprint, key: line });

function createKey(call: Call): Reply {
  const { key: line } = call.params;
  if (!line) throw missingParameter("key is a required argument");
  if (typeof line !== "string") throw invalidArgument("key must be a String");
  if (line.trim().split(" ").length < 2) throw invalidArgument("key is invalid");
  const person = personOf(call);
  const name = textParam(call, "name");
  const taken = name !== undefined && person.keys.some((key) => key.name === name);
  const key = taken ? undefined : addKey(call.world, person, line, name);
  if (key === undefined) throw invalidArgument("key already exists or is invalid");
  return {
    status: 201,
    headers: { location: `${base(call)}/keys/${encodeURIComponent(key.fingerprint)}` },
    body: showKey(key),
  };
}

function keyOf(call: Call): StoredKey {
  const name = textParam(call, "name")!;
  const key = personOf(call).keys.find((each) => each.name === name || each.fingerprint === name);
  if (key === undefined) throw notFound(`${name} does not exist`);
  return key;
}

function deleteKey(call: Call): Reply {
  const person = personOf(call);
  const key = keyOf(call);
  person.keys = person.keys.filter((each) => each !== key);
  return { status: 204 };
}

function showAccessKey(key: AccessKey): Record<string, unknown> {
  return {
    accesskeyid: key.accesskeyid,
    status: key.status,
    credentialtype: "permanent",
    ...(key.description === undefined ? {} : { description: key.description }),
    created: new Date(key.created).toISOString(),
    updated: new Date(key.updated).toISOString(),
  };
}

function createAccessKey(call: Call): Reply {
  const { world } = call;
  const now = world.agenda.now;
  const key: AccessKey = {
    accesskeyid: world.ids.hex(32),
    accesskeysecret: `tdc_${world.ids.hex(40)}`,
    status: statusOf(call) ?? "Active",
    description: textParam(call, "description"),
    created: now,
    updated: now,
  };
  personOf(call).accessKeys.push(key);
  return {
    status: 201,
    headers: { location: `${base(call)}/accesskeys/${key.accesskeyid}` },
    // The only time the secret is shown.
    body: { ...showAccessKey(key), accesskeysecret: key.accesskeysecret },
  };
}

function statusOf(call: Call): AccessKey["status"] | undefined {
  const status = textParam(call, "status");
  if (status === undefined || status === "Active" || status === "Inactive") return status;
  throw invalidArgument(`${status} is not a valid status`);
}

function accessKeyOf(call: Call): AccessKey {
  const id = textParam(call, "accesskeyid")!;
  const key = personOf(call).accessKeys.find((each) => each.accesskeyid === id);
  if (key === undefined) throw notFound(`${id} does not exist`);
  return key;
}

function updateAccessKey(call: Call): Reply {
  const key = accessKeyOf(call);
  key.status = statusOf(call) ?? key.status;
  key.description = textParam(call, "description") ?? key.description;
  key.updated = call.world.agenda.now;
  return { body: showAccessKey(key) };
}

function deleteAccessKey(call: Call): Reply {
  const key = accessKeyOf(call);
  const person = personOf(call);
  person.accessKeys = person.accessKeys.filter((each) => each !== key);
  return { status: 204 };
}

/** The same routes twice: for the account, and for a sub-user. */
function both(
  name: string,
  make: (path: string, name: string, more: Pick<Route, "versions">) => Route[],
): Route[] {
  return [
    ...make("/:account", name, {}),
    ...make("/:account/users/:user", `User${name}`, name === "Key" ? { versions: SINCE_72 } : {}),
  ];
}

export const keyRoutes: readonly Route[] = [
  ...both("Key", (path, name, more): Route[] => [
    { method: "POST", path: `${path}/keys`, name: `Create${name}`, group: "keys", handle: createKey },
    ...readRoutes(
      { path: `${path}/keys`, param: "name", names: [`List${name}s`, `Get${name}`], group: "keys", ...more },
      (call) => ({ body: personOf(call).keys.map(showKey) }),
      (call) => ({ body: showKey(keyOf(call)) }),
    ),
    {
      method: "DELETE",
      path: `${path}/keys/:name`,
      name: `Delete${name}`,
      group: "keys",
      ...more,
      handle: deleteKey,
    },
  ]),
  ...both("AccessKey", (path, name): Route[] => [
    {
      method: "POST",
      path: `${path}/accesskeys`,
      name: `Create${name}`,
      group: "accesskeys",
      handle: createAccessKey,
    },
    ...readRoutes(
      {
        path: `${path}/accesskeys`,
        param: "accesskeyid",
        names: [`List${name}s`, `Get${name}`],
        group: "accesskeys",
      },
      (call) => ({ body: personOf(call).accessKeys.map(showAccessKey) }),
      (call) => ({ body: showAccessKey(accessKeyOf(call)) }),
    ),
    {
      method: "POST",
      path: `${path}/accesskeys/:accesskeyid`,
      name: `Update${name}`,
      group: "accesskeys",
      handle: updateAccessKey,
    },
    {
      method: "DELETE",
      path: `${path}/accesskeys/:accesskeyid`,
      name: `Delete${name}`,
      group: "accesskeys",
      handle: deleteAccessKey,
    },
  ]),
];
