/** Signs for CloudAPI with a key in an ssh-agent. @module */
import { CredentialsError } from "../../../engine/errors.ts";
import type { Bytes } from "../../../platform/keys/bytes.ts";
import { derFromWire } from "../../../platform/keys/formats/ec_signature.ts";
import { curveBy, CURVES } from "../../../platform/keys/formats/pkcs8_wrap.ts";
import type { Signer } from "../../../platform/keys/signer.ts";
import { AGENT_FLAGS, type AgentIdentity, type SshAgent } from "../../../platform/ssh_agent.ts";

/** Why the server would refuse every signature of this key; undefined if it would not. */
export function whyUnusable({ type }: Pick<AgentIdentity, "type">): string | undefined {
  if (type === "ecdsa-sha2-nistp384") {
    return "an agent signs with a P-384 key only by SHA-384, which CloudAPI refuses. Use the key's file instead";
  }
  if (type.startsWith("sk-")) return "CloudAPI cannot check the signatures of FIDO security keys";
  if (type === "ssh-rsa" || type === "ssh-ed25519" || curveBy("ssh", type.replace("ecdsa-sha2-", ""))) {
    return undefined;
  }
  return `CloudAPI does not accept keys of the type ${type}`;
}

/** The signer of a key in an agent. RSA signs with SHA-256, P-521 and Ed25519 with SHA-512. */
export function agentSigner(agent: SshAgent, identity: AgentIdentity, keyId: string): Signer {
  const { blob, type } = identity;
  if (type === "ssh-rsa") {
    return {
      keyId,
      algorithm: "rsa-sha256",
      sign: async (data) => {
        const { algorithm, signature } = await agent.sign(blob, data, AGENT_FLAGS.sha256);
        if (algorithm === "rsa-sha2-256") return signature;
        throw new CredentialsError(
          `Cannot sign with the key "${identity.comment}": the ssh-agent only supports SHA-1 (${algorithm}). ` +
            "Update the agent, or name the key's file with `keyPath`.",
        );
      },
    };
  }
  const plain = async (data: Bytes) => (await agent.sign(blob, data, 0)).signature;
  if (type === "ssh-ed25519") return { keyId, algorithm: "ed25519-sha512", sign: plain };
  const { bits } = CURVES[curveBy("ssh", type.replace("ecdsa-sha2-", ""))!];
  const algorithm = bits > 256 ? "ecdsa-sha512" : "ecdsa-sha256";
  return { keyId, algorithm, sign: async (data) => derFromWire(await plain(data)) };
}
