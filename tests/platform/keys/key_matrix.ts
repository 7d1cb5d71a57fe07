/**
 * Private keys of every kind, made when asked for by `ssh-keygen` and `openssl`, in a folder that goes away.
 * None is ever committed.
 */

/** The passphrase of all encrypted keys made here. */
export const PASSPHRASE = "correct horse ünd Tür";

/** The kinds of keys. */
export const KINDS = ["rsa-1024", "rsa-2048", "rsa-4096", "p-256", "p-384", "p-521", "ed25519"] as const;
export type Kind = typeof KINDS[number];

/** One file of the matrix. */
export interface KeyCase {
  kind: Kind;
  /** `OpenSSH aes256-ctr`, `PKCS#8`, … */
  format: string;
  encrypted: boolean;
  path: string;
  /** The same key, plain, as PKCS#8 or, for Ed25519, as whatever reads everywhere. */
  plain: string;
}

/** Runs a command to its end; throws with its output if it fails. */
export async function run(
  command: string,
  args: string[],
  env: Record<string, string> = {},
): Promise<string> {
  const output = await new Deno.Command(command, { args, env, stdin: "null" }).output();
  const text = new TextDecoder();
  if (!output.success) throw new Error(`${command} ${args.join(" ")}: ${text.decode(output.stderr)}`);
  return text.decode(output.stdout);
}

/** Whether a command is installed. */
export function installed(command: string): boolean {
  try {
    new Deno.Command(command, { args: ["--version"], stdin: "null", stdout: "null", stderr: "null" })
      .outputSync();
    return true;
  } catch {
    return false;
  }
}

/** Why tests with made keys cannot run; undefined where they can. */
export const lacking: string | undefined = ["ssh-keygen", "openssl"].find((tool) => !installed(tool));

/** A new plain key in PKCS#8, and its path. */
export async function newKey(kind: Kind, folder: string): Promise<string> {
  const path = `${folder}/${kind}.pkcs8`;
  const [algorithm, size] = kind.split("-");
  const options = algorithm === "rsa"
    ? ["-algorithm", "RSA", "-pkeyopt", `rsa_keygen_bits:${size}`]
    : algorithm === "p"
    ? ["-algorithm", "EC", "-pkeyopt", `ec_paramgen_curve:P-${size}`, "-pkeyopt", "ec_param_enc:named_curve"]
    : ["-algorithm", "ed25519"];
  await run("openssl", ["genpkey", ...options, "-out", path]);
  await Deno.chmod(path, 0o600);
  return path;
}

/** A new key pair as `ssh-keygen` makes it, in OpenSSH's format with a `.pub` file beside. */
export async function newPair(
  kind: Kind,
  path: string,
  passphrase = "",
  comment = "me@here",
): Promise<string> {
  const [algorithm, size] = kind.split("-");
  const type = algorithm === "p"
    ? ["ecdsa", "-b", size!]
    : algorithm === "rsa"
    ? ["rsa", "-b", size!]
    : ["ed25519"];
  await run("ssh-keygen", ["-q", "-a", "1", "-t", ...type, "-N", passphrase, "-C", comment, "-f", path]);
  return path;
}

/** Every kind in every format, plain and encrypted. */
export async function keyMatrix(folder: string): Promise<KeyCase[]> {
  const cases: KeyCase[] = [];
  for (const kind of KINDS) {
    const plain = await newKey(kind, folder);
    cases.push({ kind, format: "PKCS#8", encrypted: false, path: plain, plain });
    for (const [name, how] of PKCS8) {
      const path = `${plain}.${cases.length}`;
      await run("openssl", [
        "pkcs8",
        "-topk8",
        ...how,
        "-in",
        plain,
        "-out",
        path,
        "-passout",
        `pass:${PASSPHRASE}`,
      ]);
      cases.push({ kind, format: `PKCS#8 ${name}`, encrypted: true, path, plain });
    }
    if (kind !== "ed25519") cases.push(...await traditional(kind, folder, plain));
    cases.push(...await openssh(kind, folder, plain));
  }
  return cases;
}

const PKCS8: [string, string[]][] = [
  ["aes-256-cbc", ["-v2", "aes-256-cbc"]],
  ["aes-128-cbc sha1", ["-v2", "aes-128-cbc", "-v2prf", "hmacWithSHA1"]],
  ["aes-192-cbc sha512", ["-v2", "aes-192-cbc", "-v2prf", "hmacWithSHA512"]],
  ["des3", ["-v2", "des3"]],
  ["scrypt", ["-scrypt"]],
  ["pbe-sha1-3des", ["-v1", "PBE-SHA1-3DES"]],
];

async function traditional(kind: Kind, folder: string, plain: string): Promise<KeyCase[]> {
  const rsa = kind.startsWith("rsa");
  const format = rsa ? "PKCS#1" : "SEC1";
  const found: KeyCase[] = [];
  for (const cipher of ["", "aes-128-cbc", "aes-256-cbc", "des-ede3-cbc"]) {
    const path = `${folder}/${kind}.${format}.${cipher}`;
    const secret = cipher ? [`-${cipher}`, "-passout", `pass:${PASSPHRASE}`] : [];
    await run("openssl", [
      rsa ? "rsa" : "ec",
      ...rsa ? ["-traditional"] : [],
      "-in",
      plain,
      ...secret,
      "-out",
      path,
    ]);
    found.push({ kind, format: `${format} ${cipher}`.trim(), encrypted: cipher !== "", path, plain });
  }
  if (!rsa) {
    const path = `${folder}/${kind}.sec1-nopub`;
    await run("openssl", ["ec", "-no_public", "-in", plain, "-out", path]);
    found.push({ kind, format: "SEC1 no public", encrypted: false, path, plain });
  }
  return found;
}

async function openssh(kind: Kind, folder: string, pkcs8: string): Promise<KeyCase[]> {
  const path = `${folder}/${kind}.openssh`;
  let plain = pkcs8;
  if (kind === "ed25519") plain = await newPair(kind, path);
  else {
    // ssh-keygen writes its own format when it changes a passphrase, here from none to none.
    await Deno.copyFile(pkcs8, path);
    await Deno.chmod(path, 0o600);
    await run("ssh-keygen", ["-q", "-p", "-P", "", "-N", "", "-f", path]);
  }
  const found: KeyCase[] = [{ kind, format: "OpenSSH", encrypted: false, path, plain }];
  for (const cipher of ["aes256-ctr", "aes256-cbc", "aes128-ctr", "aes256-gcm@openssh.com", "3des-cbc"]) {
    const copy = `${path}.${cipher}`;
    await Deno.copyFile(path, copy);
    await Deno.chmod(copy, 0o600);
    await run("ssh-keygen", ["-q", "-p", "-a", "1", "-Z", cipher, "-P", "", "-N", PASSPHRASE, "-f", copy]);
    found.push({ kind, format: `OpenSSH ${cipher}`, encrypted: true, path: copy, plain });
  }
  return found;
}
