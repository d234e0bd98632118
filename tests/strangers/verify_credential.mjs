// A stranger's check of an Open Badges credential with one eddsa-jcs-2022 proof.
// Uses node:crypto alone; canonical JSON (RFC 8785) and base58 are written here again.
//   node verify_credential.mjs CREDENTIAL.json PUBLIC_KEY_HEX
// Prints one word and exits 0 (verified), 1 (altered) or 2 (malformed).
import { createHash, createPublicKey, verify } from "node:crypto";
import { readFileSync } from "node:fs";

const BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
const SPKI_ED25519 = Buffer.from("302a300506032b6570032100", "hex");

function canonical(value) {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (value !== null && typeof value === "object") {
    // RFC 8785 sorts by UTF-16 code units, as JavaScript compares strings.
    const keys = Object.keys(value).sort();
    return `{${keys.map((key) => `${JSON.stringify(key)}:${canonical(value[key])}`).join(",")}}`;
  }
  return JSON.stringify(value);
}

function base58(text) {
  let number = 0n;
  for (const symbol of text) {
    const digit = BASE58.indexOf(symbol);
    if (digit < 0) throw new SyntaxError("base58");
    number = number * 58n + BigInt(digit);
  }
  const hex = number.toString(16);
  const body = number === 0n ? Buffer.alloc(0) : Buffer.from(hex.padStart(hex.length + (hex.length % 2), "0"), "hex");
  const zeros = text.length - text.replace(/^1+/, "").length;
  return Buffer.concat([Buffer.alloc(zeros), body]);
}

const sha256 = (text) => createHash("sha256").update(text, "utf8").digest();

function check(path, keyHex) {
  const { proof, ...document } = JSON.parse(readFileSync(path, "utf8"));
  const { proofValue, ...options } = proof;
  if (!proofValue.startsWith("z")) throw new SyntaxError("multibase");
  const key = createPublicKey({
    key: Buffer.concat([SPKI_ED25519, Buffer.from(keyHex, "hex")]),
    format: "der",
    type: "spki",
  });
  const signed = Buffer.concat([sha256(canonical(options)), sha256(canonical(document))]);
  return verify(null, signed, key, base58(proofValue.slice(1)));
}

try {
  const verified = check(process.argv[2], process.argv[3]);
  console.log(verified ? "verified" : "altered");
  process.exitCode = verified ? 0 : 1;
} catch (error) {
  console.log("malformed");
  process.exitCode = 2;
}
