// Checks a draw file, "ujikom-draw-file/1", step by step: the seat's seed and the pool under their
// committed roots, the blueprint's digest, and the paper drawn again. Browser and Node.js.
import { NoPaper, drawPaper, drawSeed } from "./draw.js";
import { fromHex, joined, keyed, sha256, toHex, u32, utf8 } from "./sha256.js";

const HEX = ["session", "handle", "seat_seed", "seat_root", "nonce", "bank_root", "pool_salt",
  "blueprint_sha256"];
const LISTS = ["seat_path", "excluded"];
const NUMBERS = ["seat", "seats"];
const DOCUMENTS = ["blueprint", "manifest", "paper"];
const FIELDS = ["format", ...HEX, ...LISTS, ...NUMBERS, ...DOCUMENTS];
const LARGEST = 2 ** 32 - 1;

/** The file is no draw file; `field` names what is wrong, empty when nothing can be read. */
export class Unreadable extends Error {
  constructor(field = "") {
    super(field);
    this.field = field;
  }
}

const isHex = (text) => typeof text === "string" && /^([0-9a-f]{2})*$/.test(text);
const isCount = (value) => Number.isInteger(value) && value >= 0 && value <= LARGEST;

function base64(text) {
  const signs = atob(text);
  if (btoa(signs) !== text) throw new Error("base64");
  return Uint8Array.from(signs, (sign) => sign.charCodeAt(0));
}

const leafHash = (data) => sha256(Uint8Array.of(0), data);
const nodeHash = (left, right) => sha256(Uint8Array.of(1), left, right);

/** Canonical JSON (RFC 8785) of texts, integers, truth values, lists and objects. */
function jcs(value) {
  if (Array.isArray(value)) return `[${value.map(jcs).join(",")}]`;
  if (value === null || typeof value !== "object") return JSON.stringify(value);
  const names = Object.keys(value).sort();
  return `{${names.map((name) => `${JSON.stringify(name)}:${jcs(value[name])}`).join(",")}}`;
}

function parsed(text) {
  try {
    const found = JSON.parse(text);
    if (found !== null && typeof found === "object") return found;
  } catch {
    // what is no JSON is no draw file either
  }
  throw new Unreadable();
}

/** The file's fields with its documents as bytes; throws Unreadable. */
function read(text) {
  const given = parsed(text);
  const wrong = (field) => {
    if (!(field in given)) return true;
    const value = given[field];
    if (field === "format") return value !== "ujikom-draw-file/1";
    if (HEX.includes(field)) return !isHex(value);
    if (LISTS.includes(field)) return !Array.isArray(value) || !value.every(isHex);
    return NUMBERS.includes(field) ? !isCount(value) : typeof value !== "string";
  };
  const fault = FIELDS.find(wrong) ?? Object.keys(given).find((name) => !FIELDS.includes(name));
  if (fault) throw new Unreadable(fault);
  const bytes = {};
  for (const name of DOCUMENTS) {
    try {
      bytes[name] = base64(given[name]);
    } catch {
      throw new Unreadable(name);
    }
  }
  return { given, bytes };
}

/** RFC 9162 §2.1.3.2. */
function rootFrom(leaf, index, size, path) {
  if (index >= size) return null;
  let [place, last, seen] = [index, size - 1, leaf];
  for (const sibling of path) {
    if (last === 0) return null;
    if (place % 2 || place === last) {
      seen = nodeHash(sibling, seen);
      while (place % 2 === 0 && place) [place, last] = [place / 2, Math.floor(last / 2)];
    } else {
      seen = nodeHash(seen, sibling);
    }
    [place, last] = [Math.floor(place / 2), Math.floor(last / 2)];
  }
  return last === 0 ? seen : null;
}

function seatHolds({ seat, seats, seat_seed: seed, seat_path: path, seat_root: root }) {
  const leaf = joined(utf8("ujikom/seat-commit/v1\0"), u32(seat), sha256(fromHex(seed)));
  const found = rootFrom(leafHash(leaf), seat, seats, path.map(fromHex));
  return found !== null && toHex(found) === root;
}

/** RFC 6962 §2.1 over leaf hashes. */
function treeRoot(hashes) {
  if (hashes.length < 2) return hashes[0] ?? sha256();
  let split = 1;
  while (split * 2 < hashes.length) split *= 2;
  return nodeHash(treeRoot(hashes.slice(0, split)), treeRoot(hashes.slice(split)));
}

function poolHolds(rows, { pool_salt: salt, bank_root: root }) {
  const salted = keyed(fromHex(salt));
  const leaves = rows.map((row) => joined(
    utf8("ujikom/pool-row/v1\0"),
    salted(utf8("ujikom/pool-salt/v1\0"), fromHex(row.version)),
    utf8(jcs(row)),
  ));
  return toHex(treeRoot(leaves.map(leafHash))) === root;
}

/** What `make` gives, null when what it looks at is not formed as it should be. */
function orNull(make) {
  try {
    return make();
  } catch {
    return null;
  }
}

const decoded = (data) => JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(data));

function manifestRows(data) {
  const { format, rows } = decoded(data);
  if (!/^ujikom-pool\/[12]$/.test(format) || !rows.every((row) => isHex(row.version))) {
    throw new Error("manifest");
  }
  return rows;
}

function drawnAgain(given, bytes, pool) {
  const blueprint = decoded(bytes.blueprint);
  if (blueprint.algorithm !== "ujikom-draw/1") throw new Error("algorithm");
  const seed = drawSeed(given, bytes.blueprint);
  return drawPaper(seed, { blueprint, pool, excluded: given.excluded });
}

/** Places, from 1, at which two lists of items differ. */
function differing(drawn, written) {
  const most = Math.max(drawn.length, written.length);
  const places = Array.from({ length: most }, (_, at) => at);
  return places.filter((at) => jcs(drawn[at] ?? null) !== jcs(written[at] ?? null))
    .map((at) => at + 1);
}

/** Which fields one change would explain, from the steps that hold and those that do not. */
function suspects({ seat, pool, blueprint, paper }) {
  const found = [];
  if (!seat) found.push(...(paper ? ["seat", "seats", "seat_path", "seat_root"] : ["seat_seed"]));
  if (!pool) found.push(...(paper ? ["pool_salt", "manifest"] : ["bank_root", "manifest"]));
  if (!blueprint) found.push(paper ? "blueprint_sha256" : "blueprint");
  if (!paper && !found.length) found.push("session", "handle", "nonce", "excluded", "paper");
  return found;
}

/**
 * The verdict of each step, what was drawn again, and what one change would explain; `reason`
 * says why no paper came out. Throws Unreadable.
 */
export function checkDraw(text) {
  const { given, bytes } = read(text);
  const rows = orNull(() => manifestRows(bytes.manifest));
  const written = orNull(() => decoded(bytes.paper).items.map((item) => item)) ?? [];
  let [drawn, reason] = [[], ""];
  let same = false;
  try {
    const paper = drawnAgain(given, bytes, rows ?? []);
    drawn = paper.items;
    same = toHex(utf8(jcs(paper))) === toHex(bytes.paper);
  } catch (error) {
    reason = error instanceof NoPaper ? error.step : "malformed";
  }
  const holds = {
    seat: seatHolds(given),
    pool: rows !== null && orNull(() => poolHolds(rows, given)) === true,
    blueprint: toHex(sha256(bytes.blueprint)) === given.blueprint_sha256,
    paper: same,
  };
  return {
    given, holds, drawn, reason, suspects: suspects(holds), differing: differing(drawn, written),
  };
}
