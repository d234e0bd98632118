// Checks a certificate PDF without its issuer and without a network: the proof bundle inside it,
// against keys that the checker already has. Runs in a browser and in Node.js.
const FORMAT = "ujikom-proof/1";
const HASH = 32;
const NUMBER = /^(0|[1-9][0-9]{0,15})$/;
const LARGEST = 1024 * 1024;
const ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";

/** A check that does not hold; `step` names it. */
export class Failed extends Error {
  constructor(step, detail = "") {
    super(`${step}: ${detail}`);
    Object.assign(this, { step, detail });
  }
}

const utf8 = (text) => new TextEncoder().encode(text);
const latin1 = (data) => new TextDecoder("latin1").decode(data);
const unb64 = (text) => Uint8Array.from(atob(text), (sign) => sign.charCodeAt(0));
const b64 = (data) => btoa(String.fromCharCode(...data));
const hex = (data) => [...data].map((byte) => byte.toString(16).padStart(2, "0")).join("");
const same = (one, other) => hex(one) === hex(other);

function joined(...parts) {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

async function sha256(...parts) {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", joined(...parts)));
}

/** Canonical JSON (RFC 8785) of what our documents hold: no fractions. */
export function canonical(value) {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (value !== null && typeof value === "object") {
    const names = Object.keys(value).sort();
    return `{${names.map((name) => `${JSON.stringify(name)}:${canonical(value[name])}`).join(",")}}`;
  }
  return JSON.stringify(value);
}

export function base58(text) {
  if (!/^z[1-9A-HJ-NP-Za-km-z]{1,255}$/.test(text)) throw new Error("base58");
  let number = 0n;
  for (const symbol of text.slice(1)) number = number * 58n + BigInt(ALPHABET.indexOf(symbol));
  const bytes = [];
  for (; number; number >>= 8n) bytes.unshift(Number(number & 255n));
  const zeros = /^z(1*)/.exec(text)[1].length;
  return Uint8Array.from([...Array(zeros).fill(0), ...bytes]);
}

async function fits(key, signature, data) {
  const imported = await crypto.subtle.importKey("raw", key, "Ed25519", false, ["verify"]);
  return crypto.subtle.verify("Ed25519", imported, signature, data);
}

async function inflate(data) {
  const reader = new Blob([data]).stream().pipeThrough(new DecompressionStream("deflate")).getReader();
  const parts = [];
  let size = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return joined(...parts);
    size += value.length;
    if (size > LARGEST) throw new Failed("bundle", "size");
    parts.push(value);
  }
}

/** Bytes of every attachment of a PDF, in all its revisions. */
async function attachments(pdf) {
  const text = latin1(pdf);
  const found = [];
  for (const hit of text.matchAll(/\bstream\r?\n/g)) {
    const opens = text.lastIndexOf(" obj", hit.index);
    const dictionary = text.slice(opens, hit.index);
    if (opens < 0 || dictionary.length > 4096 || !/\/EmbeddedFile\b/.test(dictionary)) continue;
    const start = hit.index + hit[0].length;
    const length = /\/Length (\d+)(?! \d+ R)/.exec(dictionary);
    const end = length ? start + Number(length[1]) : text.indexOf("endstream", start);
    const raw = pdf.subarray(start, end);
    found.push(/\/FlateDecode\b/.test(dictionary) ? await inflate(raw) : raw);
  }
  return found;
}

/** The one proof bundle of a PDF; two different ones are refused. */
export async function bundleOf(pdf) {
  if (latin1(pdf.subarray(0, 5)) !== "%PDF-") throw new Failed("file", "no PDF");
  const texts = new Set();
  const bundles = [];
  for (const data of await attachments(pdf)) {
    const text = new TextDecoder().decode(data);
    const value = parsed(text);
    if (value?.format !== FORMAT || texts.has(text)) continue;
    if (canonical(value) !== text) throw new Failed("bundle", "canonical");
    texts.add(text);
    bundles.push(value);
  }
  if (bundles.length !== 1) throw new Failed("bundle", `${bundles.length}`);
  return bundles[0];
}

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** The credential's own proof, with one of the keys that we had before. */
async function checkSignature(bundle, pins) {
  const whole = parsed(bundle.credential);
  if (whole === null || canonical(whole) !== bundle.credential) throw new Failed("signature", "canonical");
  const { proof, ...document } = whole;
  const { proofValue, ...options } = proof ?? {};
  const method = String(options.verificationMethod);
  const pin = pins.keys.find((key) => method === `${pins.issuer}#${key}`);
  if (!pin || document.issuer?.id !== pins.issuer) throw new Failed("issuer", method);
  const expected = ["DataIntegrityProof", "eddsa-jcs-2022", "assertionMethod"];
  const stated = [options.type, options.cryptosuite, options.proofPurpose];
  if (String(stated) !== String(expected)) throw new Failed("signature", String(stated));
  const signed = joined(await sha256(utf8(canonical(options))), await sha256(utf8(canonical(document))));
  if (!(await fits(base58(pin).slice(2), base58(proofValue), signed))) throw new Failed("signature");
  return document;
}

const prefixed = (data) => {
  const size = new Uint8Array(4);
  new DataView(size.buffer).setUint32(0, data.length);
  return joined(size, data);
};

/** The log's entry commits to this credential. */
async function checkCommitment(bundle) {
  const digest = await sha256(utf8("ujikom/credential/v1\0"), utf8(bundle.credential));
  const leaf = parsed(new TextDecoder().decode(unb64(bundle.leaf)));
  const { field, salt, value } = bundle.opening;
  if (leaf?.t !== "certificate.issued" || field !== "credential") throw new Failed("commitment", leaf?.t);
  if (value !== b64(digest)) throw new Failed("commitment", "digest");
  const algorithm = { name: "HMAC", hash: "SHA-256" };
  const key = await crypto.subtle.importKey("raw", unb64(salt), algorithm, false, ["sign"]);
  const parts = [leaf.t, field, canonical(value)].map((text) => prefixed(utf8(text)));
  const mac = await crypto.subtle.sign("HMAC", key, joined(utf8("ujikom/commit/v1\0"), ...parts));
  if (!same(new Uint8Array(mac), unb64(leaf.c?.credential ?? ""))) throw new Failed("commitment", "salt");
  return leaf;
}

function readProof(text) {
  const cut = text.indexOf("\n\n");
  const [header, index, ...path] = text.slice(0, cut).split("\n").filter((line) => !line.startsWith("extra "));
  const position = /^index (.*)$/.exec(index ?? "");
  if (header !== "c2sp.org/tlog-proof@v1" || !position || !NUMBER.test(position[1])) {
    throw new Failed("inclusion", "proof");
  }
  return { index: Number(position[1]), path: path.map(unb64), note: text.slice(cut + 2) };
}

/** The log's signed statement of its size and root (C2SP tlog-checkpoint, signed-note). */
async function checkCheckpoint(note, vkeys) {
  const cut = note.lastIndexOf("\n\n");
  const body = note.slice(0, cut + 1);
  const [origin, size, root] = body.split("\n");
  const vkey = vkeys.find((each) => each.startsWith(`${origin}+`));
  if (cut < 0 || !NUMBER.test(size) || !vkey) throw new Failed("issuer", origin);
  const material = unb64(vkey.split("+").slice(2).join("+"));
  const id = (await sha256(utf8(`${origin}\n`), material)).slice(0, 4);
  for (const line of note.slice(cut + 2).split("\n")) {
    const [, name, raw] = /^— (\S+) ([A-Za-z0-9+/=]+)$/.exec(line) ?? [];
    if (name !== origin || !same(unb64(raw).slice(0, 4), id)) continue;
    if (!(await fits(material.slice(1), unb64(raw).slice(4), utf8(body)))) break;
    return { origin, size: Number(size), root: unb64(root) };
  }
  throw new Failed("checkpoint", origin);
}

/** RFC 9162 §2.1.3.2. */
async function checkInclusion(leaf, { index, path }, head) {
  const node = (left, right) => sha256(Uint8Array.of(1), left, right);
  let [at, last] = [index, head.size - 1];
  let hash = await sha256(Uint8Array.of(0), leaf);
  if (index >= head.size) throw new Failed("inclusion", "index");
  for (const sibling of path) {
    if (last === 0 || sibling.length !== HASH) throw new Failed("inclusion", "path");
    if (at % 2 || at === last) {
      hash = await node(sibling, hash);
      while (at % 2 === 0 && at !== 0) [at, last] = [at / 2, Math.floor(last / 2)];
    } else hash = await node(hash, sibling);
    [at, last] = [Math.floor(at / 2), Math.floor(last / 2)];
  }
  if (last !== 0 || !same(hash, head.root)) throw new Failed("inclusion", "root");
}

/**
 * Every check in order; `say(step)` hears of one that holds, a Failed names the one that does not.
 * pins = {issuer: did, keys: [multikey], logs: [verifier key]}: what the checker trusts.
 * Gives {document, leaf, head, within: "before"|"inside"|"after"}. Revocation cannot be known here.
 */
export async function checkCertificate(pdf, pins, now, say = () => {}) {
  const bundle = await bundleOf(pdf);
  say("bundle");
  const document = await checkSignature(bundle, pins);
  say("signature");
  say("issuer");
  const leaf = await checkCommitment(bundle);
  say("commitment");
  const proof = readProof(bundle.tlog_proof);
  const head = await checkCheckpoint(proof.note, pins.logs);
  say("checkpoint");
  await checkInclusion(unb64(bundle.leaf), proof, head);
  say("inclusion");
  const [from, until] = [Date.parse(document.validFrom), Date.parse(document.validUntil)];
  const within = now < from ? "before" : now > until ? "after" : "inside";
  return { document, leaf, head, within };
}
