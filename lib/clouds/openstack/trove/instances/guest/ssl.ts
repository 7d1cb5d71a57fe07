/**
 * TLS of an instance's database, since Trove 26, with your own certificate in the cloud's key manager.
 *
 * @module
 */
import {
  ApiError,
  MusterError,
  type Performance,
  type PerformContext,
  sendChecked,
} from "../../../../../engine/mod.ts";
import { instancePath, unbuilt } from "../../records/guest_path.ts";
import type { Instance } from "../../records/instance_record.ts";
import { quoted } from "./guest_change.ts";
import type { Sender } from "../../list_pages.ts";

/**
 * TLS of an instance's database.
 *
 * @example
 * ```ts
 * import type { InstanceSsl } from "@muster/muster";
 *
 * const ends = ({ certificate }: InstanceSsl) => certificate?.expire_at ?? "never";
 * console.log(ends({ status: "off" }));
 * ```
 */
export interface InstanceSsl {
  /** `on` with your own certificate. */
  status: "on" | "off" | string;
  /** `builtin` without your own certificate; otherwise `basic`, `enforced` or `mtls`. */
  mode?: string;
  /** The certificate; its text, `payload`, only if it was asked for. */
  certificate?: { cn: string; expire_at: string; san?: string[]; payload?: string };
  /** Whether the database has to be restarted before it takes effect. */
  restart_required?: boolean;
}

/**
 * The settings of TLS.
 *
 * @example
 * ```ts
 * import type { SslOptions } from "@muster/muster";
 *
 * const own: SslOptions = { container: "https://keys.example.org/v1/secrets/4f1c", mode: "enforced" };
 * console.log(own.mode);
 * ```
 */
export interface SslOptions {
  /** The URL of the certificate with its key, a PKCS #12 bundle, in the cloud's key manager. */
  container: string;
  /** The URL of the bundle's password there, if it has one. */
  password?: string;
  /** `basic`: clients may use TLS. `enforced`: they must. `mtls`: they must have certificates too. Default `basic`. */
  mode?: "basic" | "enforced" | "mtls";
}

const KNOWN = ["container", "password", "mode"];
const path = (id: string) => instancePath(id, "/ssl");

/** TLS of an instance. */
export async function readSsl(sender: Sender, id: string, includeCertificate = false): Promise<InstanceSsl> {
  try {
    const query = includeCertificate ? { query: { include_certificate: true } } : {};
    const { body } = await sender.send({ method: "GET", path: path(id), ...query });
    return (body as { ssl: InstanceSsl }).ssl;
  } catch (error) {
    // A server that has this route answers that the instance does not exist.
    if (!(error instanceof ApiError) || error.status !== 404 || error.message.includes(`Resource ${id}`)) {
      throw error;
    }
    throw new MusterError(
      `Cannot read the TLS of instance ${id}: this server does not offer it. It comes with Trove 26.`,
      { cause: error },
    );
  }
}

/** Sends a change. It is not repeated, because a rollback would then return to the first sending of the same change. */
async function change(
  context: PerformContext<Instance>,
  what: string,
  said: Record<string, unknown>,
  shows: (before: InstanceSsl, now: InstanceSsl) => boolean,
): Promise<InstanceSsl> {
  const { id, name } = context.member;
  const before = await readSsl(context, id);
  const done = await sendChecked(context, { method: "POST", path: path(id), body: { ssl: said } }, {
    what: `${what} on ${name}`,
    async took() {
      const now = await readSsl(context, id);
      return shows(before, now) ? now : undefined;
    },
    repeatable: false,
  });
  await context.refresh();
  return "found" in done ? done.found : (done.answer.body as { ssl: InstanceSsl }).ssl;
}

const step = (
  name: string,
  told: string,
  perform: Performance<Instance>["perform"],
): Performance<Instance> => ({
  name,
  label: `${name}(${told})`,
  obstacle: unbuilt,
  changes: ["operating_status", "service_status_updated", "fault"],
  perform,
});

/** The steps on TLS. A change of a source changes its replicas too, and takes effect with a restart. */
export const sslSteps = {
  /** Makes the database use your own certificate; see {@linkcode InstanceSteps.enableSsl}. */
  enableSsl(options: SslOptions): Performance<Instance> {
    const { container, password, mode } = options ?? {};
    const unknown = Object.keys(options ?? {}).find((key) => !KNOWN.includes(key));
    if (unknown !== undefined || typeof container !== "string" || container === "") {
      throw new MusterError(
        `Cannot enable TLS: ${
          unknown === undefined ? "no container is given" : `the option ${unknown} does not exist`
        }. The options are ${KNOWN.join(", ")}.`,
      );
    }
    return step("enableSsl", quoted([container]), (context) =>
      change(context, "enable TLS", {
        enable: true,
        container_ref: container,
        ...(password === undefined ? {} : { password_ref: password }),
        ...(mode === undefined ? {} : { mode }),
      }, (before, now) => before.status !== "on" && now.status === "on"));
  },
  /** Makes the database use its own certificate again. */
  disableSsl: (): Performance<Instance> =>
    step(
      "disableSsl",
      "",
      (context) =>
        change(context, "disable TLS", { disable: true }, (before, now) =>
          before.status === "on" && now.status !== "on"),
    ),
  /** Undoes the last change of TLS. */
  rollbackSsl: (): Performance<Instance> =>
    step(
      "rollbackSsl",
      "",
      (context) =>
        change(context, "roll TLS back", { rollback: true }, (before, now) => before.status !== now.status),
    ),
};
