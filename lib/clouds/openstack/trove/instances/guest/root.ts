/**
 * The root user of an instance.
 *
 * @module
 */
import type { Performance } from "../../../../../engine/mod.ts";
import { instancePath, unbuilt } from "../../records/guest_path.ts";
import type { Instance } from "../../records/instance_record.ts";
import type { Sender } from "../../list_pages.ts";
import { Secret, secret } from "../../../settings/secret.ts";

/**
 * A root user that was enabled. Only `reveal()` shows its password.
 *
 * @example
 * ```ts
 * import { dbaas, type RootUser } from "@muster/muster";
 *
 * const report = await dbaas("sim").instance("dev-scratch").enableRoot();
 * const [root] = report.members[0]!.output as RootUser[];
 * console.log(root!.name, String(root!.password), root!.password.reveal().length);
 * ```
 */
export interface RootUser {
  /** `root`, or the datastore's name for it. */
  name: string;
  /** Its password. */
  password: Secret;
}

/** The root user in the body of an answer, with its password wrapped as a secret. */
export function readRoot(body: unknown): RootUser {
  const { user } = body as { user: { name: string; password: string } };
  return { name: user.name, password: new Secret(user.password) };
}

/** The body of the request that enables root. */
export function rootBody(password: string | Secret | undefined): { body?: unknown } {
  return password === undefined ? {} : { body: { password: secret(password).reveal() } };
}

/** Whether root was ever enabled. It stays true after it was disabled. */
export async function isRootEnabled(sender: Sender, path: string): Promise<boolean> {
  const { body } = await sender.send({ method: "GET", path });
  return (body as { rootEnabled: boolean }).rootEnabled;
}

/** The steps on the root user. */
export const rootSteps = {
  /** Enables the root user, with this password or a new one. The step's output has it. */
  enableRoot({ password }: { password?: string | Secret } = {}): Performance<Instance> {
    const sealed = password === undefined ? undefined : secret(password);
    return {
      name: "enableRoot",
      label: `enableRoot(${sealed ? "…" : ""})`,
      obstacle: unbuilt,
      async perform({ send, member }): Promise<RootUser> {
        // A repeat sets a new password, and the one in the answer is the valid one.
        const answer = await send({
          method: "POST",
          path: instancePath(member.id, "/root"),
          ...rootBody(sealed),
          idempotent: true,
        });
        return readRoot(answer.body);
      },
    };
  },
  /** Disables the root user. */
  disableRoot(): Performance<Instance> {
    return {
      name: "disableRoot",
      label: "disableRoot()",
      obstacle: unbuilt,
      async perform({ send, member, skip }) {
        const { status } = await send({
          method: "DELETE",
          path: instancePath(member.id, "/root"),
          idempotent: true,
          accept: [404],
        });
        if (status !== 404) return;
        // 404 also if the instance itself is gone.
        await isRootEnabled({ send }, instancePath(member.id, "/root"));
        skip("its root user was never enabled");
      },
    };
  },
};
