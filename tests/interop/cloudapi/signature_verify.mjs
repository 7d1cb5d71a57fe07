// Runs under Node, in a folder with http-signature and sshpk: the code the server itself checks signatures with.
// Reads a JSON list of signed requests from stdin, writes a JSON list of verdicts.
import { createRequire } from "node:module";
import { readFileSync } from "node:fs";

const require = createRequire(`${process.argv[2]}/`);
const { parseRequest, verifySignature } = require("http-signature");
const sshpk = require("sshpk");

const requests = JSON.parse(readFileSync(0, "utf8"));
const keys = new Map();
const keyIn = (path) => {
  if (!keys.has(path)) {
    const key = sshpk.parsePrivateKey(readFileSync(path), "auto").toPublic();
    keys.set(path, {
      key,
      md5: key.fingerprint("md5").toString("hex"),
      sha256: key.fingerprint("sha256").toString(),
    });
  }
  return keys.get(path);
};
const verdicts = requests.map(({ method, url, headers, plain, tamper }) => {
  try {
    const { key, md5, sha256 } = keyIn(plain);
    const parsed = parseRequest({ method, url, headers, httpVersion: "1.1" }, { clockSkew: 1e9 });
    if (tamper) parsed.signingString += ".";
    return { valid: verifySignature(parsed, key), keyId: parsed.keyId, md5, sha256 };
  } catch (error) {
    return { valid: false, why: String(error) };
  }
});
process.stdout.write(JSON.stringify(verdicts));
