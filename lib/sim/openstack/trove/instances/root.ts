/**
 * The root user of an instance: enable, disable, and whether it was ever enabled.
 *
 * @module
 */
import { isObject } from "../../exact_json.ts";
import { fault } from "../../reply.ts";
import { seconds } from "../../times.ts";
import type { Handler } from "../protocol/call.ts";

/** Whether it was ever enabled. It stays true after it was disabled. */
export const showRoot: Handler = (call) => ({
  status: 200,
  json: { rootEnabled: call.guest().root !== undefined },
});

/** Uses the password in the body, or makes one. It is shown only here. */
export const enableRoot: Handler = (call) => {
  const { body, user, now } = call.facts;
  const instance = call.guest();
  instance.root ??= { enabledAt: seconds(now), by: user.id };
  const said = isObject(body) && typeof body.password === "string" ? body.password : undefined;
  call.action = "enable-root";
  const password = said ?? call.region.facts.random.hex(12);
  return { status: 200, json: { user: { name: "root", password } } };
};

export const disableRoot: Handler = (call) => {
  if (call.guest().root === undefined) {
    throw fault(404, "Root user has never been enabled on the instance.", false);
  }
  call.action = "disable-root";
  return { status: 204 };
};
