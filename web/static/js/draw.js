// The draw "ujikom-draw/1" from its published bytes (docs/reference/byte-formats.md, steps 6 to
// 12): a seed, a frozen pool and a blueprint give one paper. Runs in a browser and in Node.js.
import { fromHex, joined, keyed, lp, sha256, utf8 } from "./sha256.js";

const GENERATE = 4096;
const ATTEMPTS = 10000;
const WORD = 64n;

/** No paper comes out of the inputs; `step` is "small" (a cell lacks items) or "exhausted". */
export class NoPaper extends Error {
  constructor(step, cell = "") {
    super(`${step} ${cell}`);
    Object.assign(this, { step, cell });
  }
}

/** Step 6. All but the blueprint (bytes) in hex; there is no beacon unless one is given. */
export function drawSeed(given, blueprint) {
  const { session, handle, nonce, beacon = "", bank_root: root } = given;
  const parts = [session, handle, nonce, beacon, root].map(fromHex);
  parts.push(sha256(blueprint));
  return keyed(fromHex(given.seat_seed))(utf8("ujikom/draw/v1\0"), ...parts.map(lp));
}

/** Steps 7 and 8: HMAC-DRBG as one stream of bytes, and unbiased integers from it. */
export class Stream {
  constructor(seed) {
    this.key = keyed(new Uint8Array(32));
    this.value = new Uint8Array(32).fill(1);
    this.update(joined(seed, utf8("ujikom/draw/v1")));
    this.at = GENERATE;
  }

  update(data) {
    for (const mark of data.length ? [0, 1] : [0]) {
      this.key = keyed(this.key(this.value, Uint8Array.of(mark), data));
      this.value = this.key(this.value);
    }
  }

  generate(count) {
    const out = new Uint8Array(count);
    for (let at = 0; at < count; at += 32) {
      this.value = this.key(this.value);
      out.set(this.value.subarray(0, count - at), at);
    }
    this.update(new Uint8Array(0));
    return out;
  }

  word() {
    if (this.at === GENERATE) {
      this.block = new DataView(this.generate(GENERATE).buffer);
      this.at = 0;
    }
    this.at += 8;
    return this.block.getBigUint64(this.at - 8);
  }

  /** A uniform BigInt under `bound`, a BigInt too. */
  below(bound) {
    let words = 1n;
    while (bound > 1n << (WORD * words)) words += 1n;
    const all = 1n << (WORD * words);
    for (;;) {
      let value = 0n;
      for (let n = 0n; n < words; n += 1n) value = (value << WORD) | this.word();
      if (value < all - (all % bound)) return value % bound;
    }
  }

  /** Step 9: the first `count` places of a shuffle. */
  choose(list, count = list.length) {
    const order = [...list];
    for (let i = 0; i < Math.min(count, order.length - 1); i += 1) {
      const j = i + Number(this.below(BigInt(order.length - i)));
      [order[i], order[j]] = [order[j], order[i]];
    }
    return order.slice(0, count);
  }
}

const named = (value) => value !== null && value !== undefined;

function blockName(item, rules) {
  if (rules.whole_sets && named(item.stimulus)) return `set ${item.stimulus}`;
  if (rules.one_per_group && named(item.group)) return `group ${item.group}`;
  return `item ${item.version}`;
}

/** Step 11, a cell with blocks: what is fixed, what is free, and the ways W(b, n). */
function cellPlan(items, count, rules) {
  const blocks = new Map();
  for (const item of items) {
    const name = blockName(item, rules);
    blocks.set(name, [...(blocks.get(name) ?? []), item]);
  }
  const fixed = [];
  const free = [];
  for (const [name, own] of blocks) {
    const held = own.filter((item) => rules.required?.includes(item.version));
    const whole = name.startsWith("set ");
    if (held.length) fixed.push(...(whole ? own : held));
    else free.push(whole ? [own] : own.map((item) => [item]));
  }
  const rest = count - fixed.length;
  const simple = !fixed.length && free.every(([one, ...more]) => !more.length && one.length === 1);
  const ways = simple ? null : waysFrom(free, Math.max(0, rest));
  const enough = simple ? free.length >= count : rest >= 0 && ways[0][rest] > 0n;
  return { fixed, free, rest, ways, enough };
}

function waysFrom(blocks, count) {
  const rows = [[1n, ...Array(count).fill(0n)]];
  for (const choices of [...blocks].reverse()) {
    const [after] = rows;
    const row = [...after];
    for (const { length } of choices) {
      for (let n = length; n <= count; n += 1) row[n] += after[n - length];
    }
    rows.unshift(row);
  }
  return rows;
}

function ranked({ fixed, free, rest, ways }, stream) {
  let rank = stream.below(ways[0][rest]);
  let left = rest;
  const chosen = [...fixed];
  free.forEach((choices, place) => {
    for (const choice of [[], ...choices]) {
      const count = choice.length <= left ? ways[place + 1][left - choice.length] : 0n;
      if (rank < count) {
        chosen.push(...choice);
        left -= choice.length;
        return;
      }
      rank -= count;
    }
  });
  return chosen;
}

function enemies(items) {
  const there = new Set(items.map((item) => item.version));
  return items.some((item) => (item.enemies ?? []).some((other) => there.has(other)));
}

function tally(names) {
  const counts = new Map();
  for (const name of names) if (named(name)) counts.set(name, (counts.get(name) ?? 0) + 1);
  return counts;
}

function inWindow({ section, target, tolerance }, drawn) {
  const own = drawn.filter((one) => section === "" || one.section === section);
  const sum = own.reduce((total, { item }) => total + (item.difficulty ?? 0), 0);
  return Math.abs(sum - target * own.length) <= tolerance * own.length;
}

function satisfies(drawn, rules, sizes) {
  const items = drawn.map((one) => one.item);
  if (rules.enemies && enemies(items)) return false;
  const groups = tally(items.map((item) => item.group));
  if (rules.one_per_group && [...groups.values()].some((count) => count > 1)) return false;
  const sets = tally(items.map((item) => item.stimulus));
  if (rules.whole_sets && [...sets].some(([name, count]) => count !== sizes.get(name))) return false;
  const there = new Set(items.map((item) => item.version));
  if (rules.required?.some((version) => !there.has(version))) return false;
  return (rules.windows ?? []).every((window) => inWindow(window, drawn));
}

function until(make, holds) {
  for (let n = 0; n < ATTEMPTS; n += 1) {
    const made = make();
    if (holds(made)) return made;
  }
  throw new NoPaper("exhausted");
}

function inOrder(drawn, stream, together) {
  const sections = new Map();
  for (const one of drawn) {
    const unit = together && one.item.stimulus ? one.item.stimulus : one.item.version;
    const units = sections.get(one.section) ?? new Map();
    units.set(unit, [...(units.get(unit) ?? []), one]);
    sections.set(one.section, units);
  }
  return [...sections.values()].flatMap((units) =>
    stream.choose([...units.values()]).flatMap((unit) => stream.choose(unit)));
}

function keysSpread(placed, limit) {
  const keyedItems = placed.filter(({ item }) => named(item.key));
  const places = tally(keyedItems.map(({ item, options }) =>
    options.indexOf(item.options[item.key])));
  return Math.max(0, ...places.values()) <= Math.ceil((keyedItems.length * limit) / 100);
}

/** Steps 10 to 12: the paper's value; `pool` are manifest rows, `excluded` versions. */
export function drawPaper(seed, { blueprint, pool, excluded }) {
  const rules = blueprint.constraints ?? {};
  const barred = new Set(excluded);
  const eligible = pool.filter((item) => !barred.has(item.version));
  eligible.sort((one, other) => (one.version < other.version ? -1 : 1));
  const sizes = tally(eligible.map((item) => item.stimulus));
  const plans = blueprint.cells.map((cell) => {
    const own = cellPlan(eligible.filter((i) => i.cell === cell.cell), cell.count, rules);
    if (!own.enough) throw new NoPaper("small", cell.cell);
    return { ...cell, own };
  });
  const stream = new Stream(seed);
  const ofCell = ({ own, count, section }) => until(
    () => (own.ways ? ranked(own, stream) : stream.choose(own.free.flat(2), count)),
    (items) => !rules.enemies || !enemies(items),
  ).map((item) => ({ section, item }));
  const drawn = until(() => plans.flatMap(ofCell), (all) => satisfies(all, rules, sizes));
  const ordered = inOrder(drawn, stream, rules.together);
  const written = () => ordered.map((one) => ({ ...one, options: one.item.options }));
  const mixed = () =>
    ordered.map((one) => ({ ...one, options: stream.choose(one.item.options) }));
  const placed = blueprint.shuffle_options
    ? until(mixed, (all) => !rules.key_limit || keysSpread(all, rules.key_limit))
    : written();
  return {
    format: "ujikom-paper/1",
    items: placed.map(({ section, item, options }) => ({ options, section, version: item.version })),
  };
}
