/**
 * TLS of an instance's database, since Trove 26.
 *
 * @module
 */
import { isObject } from "../../exact_json.ts";
import { fault } from "../../reply.ts";
import type { Handler } from "../protocol/call.ts";
import type { Instance, Tls } from "../records/instance.ts";

const MODES = ["basic", "enforced", "mtls"];
const CERTIFICATE = {
  cn: "db.sim.invalid",
  expire_at: "2030-01-01T00:00:00.000000",
  san: ["DNS:db.sim.invalid"],
};

const shown = ({ tls }: Instance, whole: boolean) =>
  tls === undefined ? { status: "off", mode: "builtin" } : {
    status: "on",
    mode: tls.mode,
    certificate: whole ? { ...CERTIFICATE, payload: `certificate of ${tls.ref}` } : CERTIFICATE,
  };

export const showSsl: Handler = (call) => {
  const whole = call.query.get("include_certificate")?.toLowerCase() === "true";
  return { status: 200, json: { ssl: shown(call.guest(), whole) } };
};

export const actOnSsl: Handler = (call) => {
  const instance = call.instance();
  call.mustBeIdle(instance);
  const said = call.body({}).ssl;
  if (!isObject(said)) throw call.crash();
  const { enable, disable, rollback, container_ref: ref, mode = "basic" } = said;
  if (enable && !ref) throw fault(400, "You should provide container_ref for enabling ssl.");
  if ([enable, disable, rollback].filter(Boolean).length > 1) {
    throw fault(400, "Cannot do several operations at once.");
  }
  const put = (tls: Tls | undefined) => {
    instance.tlsBefore = instance.tls;
    instance.tls = tls;
    instance.service = "RESTART_REQUIRED";
    instance.updated = call.now;
  };
  if (rollback) {
    call.action = "rollback-ssl";
    put(instance.tlsBefore);
    return {
      status: 200,
      json: { ssl: { ...shown(instance, false), restart_required: true } },
    };
  }
  if (instance.replicaOf) {
    throw fault(
      400,
      "Unable to modify ssl on the replica. Please perform the action on the primary instead.",
    );
  }
  if (!MODES.includes(String(mode))) {
    throw fault(400, `The mode '${mode}' is not one of ${MODES.join(", ")}.`);
  }
  call.action = enable ? "enable-ssl" : "disable-ssl";
  put(enable ? { mode: String(mode), ref: String(ref) } : undefined);
  return { status: 200, json: { ssl: { restart_required: true } } };
};
