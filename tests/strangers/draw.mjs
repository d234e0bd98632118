// Replays "ujikom-draw/1" with SHA-256 and HMAC alone; shares no module with the house.
// node draw.mjs VECTORS.json prints what it derives from each vector's inputs, as JSON.
// node draw.mjs --seat FILES.json prints the papers from seat seeds instead of the secret.
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
  const wide = (bound) => {
    let words = 1n;
    while (2n ** (64n * words) < bound) words += 1n;
    const limit = (2n ** (64n * words) / bound) * bound;
    for (;;) {
      let value = 0n;
      for (let i = 0n; i < words; i += 1n) value = value * 2n ** 64n + word();
      if (value < limit) return value % bound;
    }
  };
  const below = (bound) => Number(wide(BigInt(bound)));
  return { below, wide };
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

// How a cell's items belong together; each block gives one of its choices, or nothing.
function blocksOf(items, rules) {
  const blocks = new Map();
  for (const item of items) {
    let name = `item ${item.version}`;
    if (rules.one_per_group && item.group != null) name = `group ${item.group}`;
    if (rules.whole_sets && item.stimulus != null) name = `set ${item.stimulus}`;
    blocks.set(name, [...(blocks.get(name) ?? []), item]);
  }
  const fixed = [];
  const free = [];
  for (const [name, own] of blocks) {
    const set = name.startsWith("set ");
    const held = own.filter((item) => (rules.required ?? []).includes(item.version));
    if (held.length) fixed.push(...(set ? own : held));
    else free.push(set ? [own] : own.map((item) => [item]));
  }
  return { fixed, free };
}

// The number of ways to choose `count` items from the blocks, by recursion with a memory.
function counter(blocks) {
  const known = new Map();
  const ways = (place, count) => {
    if (count < 0) return 0n;
    if (place === blocks.length) return count === 0 ? 1n : 0n;
    const name = `${place} ${count}`;
    if (!known.has(name)) {
      let total = ways(place + 1, count);
      for (const choice of blocks[place]) total += ways(place + 1, count - choice.length);
      known.set(name, total);
    }
    return known.get(name);
  };
  return ways;
}

function cellDrawer(items, count, rules) {
  const { fixed, free } = blocksOf(items, rules);
  const single = free.every((block) => block.length === 1 && block[0].length === 1);
  if (!fixed.length && single) return ({ below }) => choose(below, items, count);
  const ways = counter(free);
  return ({ wide }) => {
    let left = count - fixed.length;
    let rank = wide(ways(0, left));
    const chosen = [...fixed];
    free.forEach((block, place) => {
      for (const choice of [[], ...block]) {
        const here = ways(place + 1, left - choice.length);
        if (rank < here) {
          chosen.push(...choice);
          left -= choice.length;
          return;
        }
        rank -= here;
      }
    });
    return chosen;
  };
}

const enemies = (items) =>
  items.some((one) => items.some((other) => (one.enemies ?? []).includes(other.version)));

function satisfies(drawn, rules, eligible) {
  const items = drawn.map(({ item }) => item);
  if (rules.enemies && enemies(items)) return false;
  const groups = items.map((item) => item.group).filter((group) => group != null);
  if (rules.one_per_group && new Set(groups).size < groups.length) return false;
  const versions = new Set(items.map((item) => item.version));
  const torn = (item) =>
    item.stimulus != null &&
    eligible.some((other) => other.stimulus === item.stimulus && !versions.has(other.version));
  if (rules.whole_sets && items.some(torn)) return false;
  if ((rules.required ?? []).some((version) => !versions.has(version))) return false;
  return (rules.windows ?? []).every(({ section, target, tolerance }) => {
    const own = drawn.filter((one) => section === "" || one.section === section);
    const sum = own.reduce((total, { item }) => total + item.difficulty, 0);
    return Math.abs(sum - target * own.length) <= tolerance * own.length;
  });
}

function balanced(placed, limit) {
  const keyed = placed.filter(({ item }) => item.key != null);
  const places = keyed.map(({ item, options }) => options.indexOf(item.options[item.key]));
  const most = Math.ceil((keyed.length * limit) / 100);
  return places.every((place) => places.filter((other) => other === place).length <= most);
}

function drawItems(stream, blueprint, eligible, rules) {
  const drawers = blueprint.cells.map((cell) => {
    const own = eligible.filter((item) => item.cell === cell.cell);
    if (own.length < cell.count) throw new Error(`pool too small: ${cell.cell}`);
    return { section: cell.section, draw: cellDrawer(own, cell.count, rules) };
  });
  for (;;) {
    const drawn = drawers.flatMap(({ section, draw }) => {
      let items = draw(stream);
      while (rules.enemies && enemies(items)) items = draw(stream);
      return items.map((item) => ({ section, item }));
    });
    if (satisfies(drawn, rules, eligible)) return drawn;
  }
}

function inOrder({ below }, drawn, together) {
  const sections = new Map();
  for (const one of drawn) {
    const units = sections.get(one.section) ?? new Map();
    const name = together && one.item.stimulus ? `set ${one.item.stimulus}` : one.item.version;
    units.set(name, [...(units.get(name) ?? []), one]);
    sections.set(one.section, units);
  }
  return [...sections.values()].flatMap((units) =>
    choose(below, [...units.values()], units.size).flatMap((unit) =>
      choose(below, unit, unit.length),
    ),
  );
}

function drawPaper(seed, given) {
  const blueprint = JSON.parse(given.blueprint);
  const rules = blueprint.constraints ?? {};
  const stream = integers(seed);
  const order = (a, b) => (a.version < b.version ? -1 : 1);
  const eligible = given.pool.filter((item) => !given.excluded.includes(item.version)).sort(order);
  const ordered = inOrder(stream, drawItems(stream, blueprint, eligible, rules), rules.together);
  const shuffled = ({ section, item }) => ({
    section,
    item,
    options: blueprint.shuffle_options
      ? choose(stream.below, item.options, item.options.length)
      : item.options,
  });
  let placed = ordered.map(shuffled);
  while (blueprint.shuffle_options && rules.key_limit && !balanced(placed, rules.key_limit)) {
    placed = ordered.map(shuffled);
  }
  return placed.map(({ section, item, options }) => ({ options, section, version: item.version }));
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
} else if (first === "--seat") {
  const files = JSON.parse(readFileSync(rest[0], "utf8"));
  const paper = ({ inputs }) => ({
    format: "ujikom-paper/1",
    items: drawPaper(drawSeed(hex(inputs.seat_seed), inputs), inputs),
  });
  console.log(JSON.stringify(files.map(paper)));
} else {
  const vectors = JSON.parse(readFileSync(first, "utf8"));
  console.log(JSON.stringify(vectors.map((vector) => replay(vector.inputs))));
}
