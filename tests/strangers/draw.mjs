// Replays "ujikom-draw/1" with SHA-256 and HMAC alone; shares no module with the house.
// node draw.mjs VECTORS.json prints what it derives from each vector's inputs, as JSON.
// node draw.mjs --drbg SEED_HEX PERSONALIZATION_HEX COUNT prints one Generate output as hex.
import { createHash, createHmac } from "node:crypto";
import { readFileSync } from "node:fs";

const sha256 = (...parts) => createHash("sha256").update(Buffer.concat(parts)).digest();
const hmac = (key, ...parts) => createHmac("sha256", key).update(Buffer.concat(parts)).digest();
const hex = (text) => Buffer.from(text, "hex");
const utf8 = (text) => Buffer.from(text, "utf8");
const u32 = (number) => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(number);
  return bytes;
};
const lp = (bytes) => Buffer.concat([u32(bytes.length), bytes]);

// NIST SP 800-90A rev. 1, 10.1.2: no nonce, no reseeding, no additional input.
class HmacDrbg {
  constructor(entropy, personalization) {
    this.k = Buffer.alloc(32, 0);
    this.v = Buffer.alloc(32, 1);
    this.update(Buffer.concat([entropy, personalization]));
  }

  update(data) {
    for (const mark of data.length ? [0, 1] : [0]) {
      this.k = hmac(this.k, this.v, Buffer.from([mark]), data);
      this.v = hmac(this.k, this.v);
    }
  }

  generate(count) {
    const out = [];
    for (let have = 0; have < count; have += 32) {
      this.v = hmac(this.k, this.v);
      out.push(this.v);
    }
    this.update(Buffer.alloc(0));
    return Buffer.concat(out).subarray(0, count);
  }
}

// 8-byte words out of 4,096-byte blocks; a word at or above the last multiple is thrown away.
function integers(seed) {
  const drbg = new HmacDrbg(seed, utf8("ujikom/draw/v1"));
  let block = Buffer.alloc(0);
  const word = () => {
    if (block.length === 0) block = drbg.generate(4096);
    const value = block.readBigUInt64BE(0);
    block = block.subarray(8);
    return value;
  };
  return (bound) => {
    const wide = BigInt(bound);
    const limit = (2n ** 64n / wide) * wide;
    let value = word();
    while (value >= limit) value = word();
    return Number(value % wide);
  };
}

function choose(below, items, count) {
  const rest = [...items];
  for (let i = 0; i < count && i < rest.length - 1; i += 1) {
    const j = i + below(rest.length - i);
    [rest[i], rest[j]] = [rest[j], rest[i]];
  }
  return rest.slice(0, count);
}

// RFC 6962, 2.1 and 2.1.1, by their recursive definitions.
const leafHash = (data) => sha256(Buffer.from([0]), data);
const nodeHash = (left, right) => sha256(Buffer.from([1]), left, right);
const split = (count) => 2 ** Math.ceil(Math.log2(count) - 1);

function root(hashes) {
  if (hashes.length === 1) return hashes[0];
  const k = split(hashes.length);
  return nodeHash(root(hashes.slice(0, k)), root(hashes.slice(k)));
}

function path(index, hashes) {
  if (hashes.length === 1) return [];
  const k = split(hashes.length);
  return index < k
    ? [...path(index, hashes.slice(0, k)), root(hashes.slice(k))]
    : [...path(index - k, hashes.slice(k)), root(hashes.slice(0, k))];
}

function seatSeed(secret, seat) {
  return hmac(secret, utf8("ujikom/seat/v1\0"), u32(seat));
}

function seatLeaves(secret, seats) {
  const leaf = (seat) =>
    leafHash(
      Buffer.concat([utf8("ujikom/seat-commit/v1\0"), u32(seat), sha256(seatSeed(secret, seat))]),
    );
  return Array.from({ length: seats }, (_, seat) => leaf(seat));
}

function drawSeed(seat, given) {
  const parts = ["session", "handle", "nonce", "beacon", "bank_root"].map((name) =>
    lp(hex(given[name])),
  );
  return hmac(seat, utf8("ujikom/draw/v1\0"), ...parts, lp(sha256(utf8(given.blueprint))));
}

function drawPaper(seed, given) {
  const blueprint = JSON.parse(given.blueprint);
  const below = integers(seed);
  const order = (a, b) => (a.version < b.version ? -1 : 1);
  const eligible = given.pool.filter((item) => !given.excluded.includes(item.version)).sort(order);
  const sections = new Map();
  for (const cell of blueprint.cells) {
    const own = eligible.filter((item) => item.cell === cell.cell);
    if (own.length < cell.count) throw new Error(`pool too small: ${cell.cell}`);
    const chosen = choose(below, own, cell.count);
    sections.set(cell.section, [...(sections.get(cell.section) ?? []), ...chosen]);
  }
  const ordered = [];
  for (const [section, items] of sections) {
    for (const item of choose(below, items, items.length)) ordered.push({ section, item });
  }
  return ordered.map(({ section, item }) => ({
    options: blueprint.shuffle_options
      ? choose(below, item.options, item.options.length)
      : item.options,
    section,
    version: item.version,
  }));
}

function replay(given) {
  const secret = hex(given.secret);
  const seat = seatSeed(secret, given.seat);
  const leaves = seatLeaves(secret, given.seats);
  const seed = drawSeed(seat, given);
  const paper = { format: "ujikom-paper/1", items: drawPaper(seed, given) };
  return {
    seat_seed: seat.toString("hex"),
    seat_root: root(leaves).toString("hex"),
    seat_path: path(given.seat, leaves).map((hash) => hash.toString("hex")),
    draw_seed: seed.toString("hex"),
    paper,
    paper_sha256: sha256(utf8(JSON.stringify(paper))).toString("hex"),
  };
}

const [first, ...rest] = process.argv.slice(2);
if (first === "--drbg") {
  const [seed, personalization, count] = rest;
  const drbg = new HmacDrbg(hex(seed), hex(personalization ?? ""));
  console.log(drbg.generate(Number(count)).toString("hex"));
} else {
  const vectors = JSON.parse(readFileSync(first, "utf8"));
  console.log(JSON.stringify(vectors.map((vector) => replay(vector.inputs))));
}
