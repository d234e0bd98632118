// Recomputes the leaf hash and every commitment of event vectors with Node's own SHA-256 and HMAC.
//
//   node events.mjs FILE
//
// Knows only what the documents say: leaf hash SHA-256(00 || leaf), commitment
// HMAC-SHA256(salt, "ujikom/commit/v1" 00 || lp(type) || lp(field) || lp(canonical JSON of value)).

import { createHash, createHmac } from "node:crypto";
import { readFileSync } from "node:fs";

function fail(type, what) {
  console.error(`${type}: ${what}`);
  process.exit(1);
}

// RFC 8785: ECMAScript's own spelling, keys by UTF-16 code units.
function canonical(value) {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (value !== null && typeof value === "object") {
    const members = Object.keys(value).sort();
    return `{${members.map((k) => `${JSON.stringify(k)}:${canonical(value[k])}`).join(",")}}`;
  }
  return JSON.stringify(value);
}

function lp(text) {
  const bytes = Buffer.from(text, "utf8");
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.length);
  return Buffer.concat([length, bytes]);
}

function commitment(salt, type, field, value) {
  const hmac = createHmac("sha256", salt);
  hmac.update(Buffer.from("ujikom/commit/v1\0"));
  for (const part of [type, field, canonical(value)]) hmac.update(lp(part));
  return hmac.digest("base64");
}

const file = JSON.parse(readFileSync(process.argv[2], "utf8"));
if (file.format !== "ujikom-event-vectors/1") fail("file", "unknown format");
let fields = 0;
for (const { type, leaf, leaf_hash: hash, opening } of file.vectors) {
  const bytes = Buffer.from(leaf, "base64");
  const found = createHash("sha256").update(Buffer.of(0)).update(bytes).digest("hex");
  if (found !== hash) fail(type, "leaf hash");
  const said = JSON.parse(bytes.toString("utf8"));
  if (canonical(said) !== bytes.toString("utf8")) fail(type, "not canonical");
  if (said.t !== type || said.v !== 1) fail(type, "type or version");
  const committed = said.c ?? {};
  if (canonical(Object.keys(committed).sort()) !== canonical(Object.keys(opening).sort())) {
    fail(type, "fields");
  }
  for (const [field, { salt, value }] of Object.entries(opening)) {
    const key = Buffer.from(salt, "base64");
    if (key.length !== 32) fail(type, `salt of ${field}`);
    if (commitment(key, type, field, value) !== committed[field]) fail(type, `value of ${field}`);
    fields += 1;
  }
}
console.log(`${file.vectors.length} leaves, ${fields} commitments`);
