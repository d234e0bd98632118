// The log's page checks the log itself: signature of the checkpoint, and an inclusion proof that
// is recomputed from tiles (C2SP tlog-tiles, tlog-checkpoint, signed-note; RFC 9162 §2.1).
const WIDTH = 256;
const HASH = 32;
const NEWEST_TILES = 400; // how far back a hash is looked for
const ED25519 = 1;
const NUMBER = /^(0|[1-9][0-9]{0,15})$/;

class Failed extends Error {
  constructor(step, detail, hint = "") {
    super(detail);
    Object.assign(this, { step, detail, hint });
  }
}

const bytes = (text) => new TextEncoder().encode(text);
const unb64 = (text) => Uint8Array.from(atob(text), (sign) => sign.charCodeAt(0));
const b64 = (data) => btoa(String.fromCharCode(...data));
const hex = (data) => [...data].map((byte) => byte.toString(16).padStart(2, "0")).join("");
const same = (one, other) => hex(one) === hex(other);

async function sha256(...parts) {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", await new Blob(parts).arrayBuffer()));
}
const leafHash = (leaf) => sha256(new Uint8Array([0]), leaf);
const nodeHash = (left, right) => sha256(new Uint8Array([1]), left, right);

async function get(address, step, cache = "default") {
  const answer = await fetch(address, { cache, credentials: "omit" }).catch((error) => {
    throw new Failed(step, `${address}: ${error.message}`);
  });
  if (!answer.ok) throw new Failed(step, `${address}: HTTP ${answer.status}`);
  return new Uint8Array(await answer.arrayBuffer());
}

/** The checkpoint's body, its three lines and its signature lines. */
function readCheckpoint(data) {
  const note = new TextDecoder("utf-8", { fatal: true }).decode(data);
  const cut = note.lastIndexOf("\n\n");
  const [origin, size, root, ...rest] = note.slice(0, cut + 1).split("\n");
  if (cut < 0 || !NUMBER.test(size) || rest.join("") !== "") throw new Error(note);
  const lines = note.slice(cut + 2).split("\n").filter(Boolean);
  const signatures = lines.map((line) => /^— (\S+) ([A-Za-z0-9+/=]+)$/.exec(line)).filter(Boolean);
  const head = { note, body: note.slice(0, cut + 1), origin, size: Number(size), root: unb64(root) };
  if (head.root.length !== HASH || !Number.isSafeInteger(head.size)) throw new Error(note);
  return { ...head, signatures: signatures.map(([, name, raw]) => ({ name, raw: unb64(raw) })) };
}

/** True or false, or null when this browser has no Ed25519. */
async function signatureFits(head, vkey) {
  const [name, id, encoded] = vkey.split(/\+(.*?)\+(.*)/s);
  const material = unb64(encoded);
  const computed = hex((await sha256(bytes(`${name}\n`), material)).slice(0, 4));
  if (computed !== id || material[0] !== ED25519 || head.origin !== name) return false;
  let key = null;
  try {
    key = await crypto.subtle.importKey("raw", material.slice(1), "Ed25519", false, ["verify"]);
  } catch {
    return null;
  }
  const own = head.signatures.filter((s) => s.name === name && hex(s.raw.slice(0, 4)) === id);
  const fits = own.map((s) =>
    crypto.subtle.verify("Ed25519", key, s.raw.slice(4), bytes(head.body)));
  return own.length > 0 && (await Promise.all(fits)).every(Boolean);
}

/** The tiles of a tree of one size, each fetched once. */
class Tiles {
  constructor(prefix, size) {
    Object.assign(this, { prefix, size, kept: new Map() });
  }

  address(level, index) {
    const count = Math.floor(this.size / WIDTH ** (level === "entries" ? 0 : level));
    const width = Math.min(WIDTH, count - index * WIDTH);
    const groups = [String(index % 1000).padStart(3, "0")];
    for (let rest = Math.floor(index / 1000); rest; rest = Math.floor(rest / 1000)) {
      groups.unshift(`x${String(rest % 1000).padStart(3, "0")}`);
    }
    const partial = width < WIDTH ? `.p/${width}` : "";
    return { width, path: `tile/${level}/${groups.join("/")}${partial}` };
  }

  async tile(level, index) {
    const { width, path } = this.address(level, index);
    if (!this.kept.has(path)) {
      const data = await get(this.prefix + path, "path");
      if (data.length !== width * HASH) throw new Failed("path", `${path}: ${data.length} bytes`);
      this.kept.set(path, data);
    }
    return this.kept.get(path);
  }

  /** The leaf's bytes out of its entry bundle. */
  async leaf(index) {
    const { width, path } = this.address("entries", Math.floor(index / WIDTH));
    const data = await get(this.prefix + path, "leaf");
    let at = 0;
    let wanted = null;
    for (let n = 0; n < width; n += 1) {
      const end = at + 2 + data[at] * 256 + data[at + 1];
      if (!(end <= data.length)) throw new Failed("leaf", `${path}: cut short at ${n}`);
      if (n === index % WIDTH) wanted = data.slice(at + 2, end);
      at = end;
    }
    return wanted;
  }

  /** The hash of the perfect subtree of this height. */
  async at(height, index) {
    const level = Math.floor(height / 8);
    const count = 2 ** (height % 8);
    const start = (index * count) % WIDTH;
    const tile = await this.tile(level, Math.floor((index * count) / WIDTH));
    let row = Array.from({ length: count }, (_, n) =>
      tile.slice((start + n) * HASH, (start + n + 1) * HASH));
    while (row.length > 1) {
      const pairs = Array.from({ length: row.length / 2 }, (_, n) =>
        nodeHash(row[2 * n], row[2 * n + 1]));
      row = await Promise.all(pairs);
    }
    return row[0];
  }

  async range(start, end) {
    const width = end - start;
    const middle = split(width);
    if (middle * 2 === width || width === 1) return this.at(Math.log2(width), start / width);
    const left = await this.range(start, start + middle);
    return nodeHash(left, await this.range(start + middle, end));
  }

  /** Siblings from the leaf up, each with the side on which it stands. */
  async path(index) {
    const steps = [];
    let [start, end] = [0, this.size];
    while (end - start > 1) {
      const middle = start + split(end - start);
      const left = index >= middle;
      steps.unshift({ left, hash: await (left ? this.range(start, middle) : this.range(middle, end)) });
      if (left) start = middle;
      else end = middle;
    }
    return steps;
  }
}

/** The largest power of two smaller than the width. */
function split(width) {
  let power = 1;
  while (power * 2 < width) power *= 2;
  return power;
}

/** The index that the visitor means: newest, by number, or by leaf hash. */
async function locate(tiles, typed, texts) {
  if (tiles.size === 0) throw new Failed("find", "0");
  if (typed === "") return tiles.size - 1;
  if (NUMBER.test(typed)) {
    if (Number(typed) < tiles.size) return Number(typed);
    throw new Failed("find", `${typed} ≥ ${tiles.size}`);
  }
  const wanted = /^[0-9a-fA-F]{64}$/.test(typed) ? typed.toLowerCase() : fromBase64(typed);
  if (wanted.length !== 2 * HASH) throw new Failed("find", typed, texts.textForm);
  const last = Math.floor((tiles.size - 1) / WIDTH);
  const first = Math.max(0, last - NEWEST_TILES + 1);
  for (let n = last; n >= first; n -= 1) {
    const tile = await tiles.tile(0, n);
    for (let at = 0; at < tile.length; at += HASH) {
      if (hex(tile.slice(at, at + HASH)) === wanted) return n * WIDTH + at / HASH;
    }
  }
  const seen = tiles.size - first * WIDTH;
  throw new Failed("find", wanted, first ? texts.textFar.replace("{count}", seen) : "");
}

function fromBase64(typed) {
  try {
    return hex(unb64(typed));
  } catch {
    return "";
  }
}

/** Every step in order; `say` shows one that holds, a `Failed` names the one that does not. */
async function check(texts, typed, say) {
  const found = await get(`${texts.prefix}checkpoint`, "checkpoint", "no-store");
  let head = null;
  try {
    head = readCheckpoint(found);
  } catch (error) {
    throw new Failed("checkpoint", error.message);
  }
  say("ok", "checkpoint", head.note, { size: head.size });
  const fits = await signatureFits(head, texts.vkey);
  if (fits === false) throw new Failed("signature", head.note);
  say(fits ? "ok" : "unknown", "signature", texts.vkey);
  const tiles = new Tiles(texts.prefix, head.size);
  const index = await locate(tiles, typed, texts);
  const tile = await tiles.tile(0, Math.floor(index / WIDTH));
  const stated = tile.slice((index % WIDTH) * HASH, ((index % WIDTH) + 1) * HASH);
  say("ok", "find", hex(stated), { index });
  const leaf = await tiles.leaf(index);
  const hashed = await leafHash(leaf);
  const text = new TextDecoder().decode(leaf);
  if (!same(hashed, stated)) throw new Failed("leaf", `${text}\n${hex(hashed)} ≠ ${hex(stated)}`);
  say("ok", "leaf", `${text}\n${hex(hashed)}`);
  const path = await tiles.path(index);
  const listed = path.map((step) => `${step.left ? "←" : "→"} ${b64(step.hash)}`).join("\n");
  say("ok", "path", listed, { count: path.length, tiles: tiles.kept.size });
  let root = hashed;
  for (const { left, hash } of path) root = await (left ? nodeHash(hash, root) : nodeHash(root, hash));
  if (!same(root, head.root)) throw new Failed("root", `${b64(root)} ≠ ${b64(head.root)}`);
  say("ok", "root", b64(root));
  return fits ? "ok" : "unknown";
}

function text(texts, step, ending, values) {
  const key = `text${step[0].toUpperCase()}${step.slice(1)}${ending}`;
  const filled = texts[key] ?? texts[`text${step[0].toUpperCase()}${step.slice(1)}`];
  return Object.entries(values).reduce((line, [name, value]) =>
    line.replace(`{${name}}`, Number(value).toLocaleString(document.documentElement.lang)), filled);
}

function offer(section) {
  const texts = section.dataset;
  const [form, steps, verdict] = ["form", "[data-log-steps]", "[data-log-verdict]"].map((selector) =>
    section.querySelector(selector));
  const show = (state, step, detail, values = {}) => {
    const made = section.querySelector(`[data-log-step=${state}]`).content.cloneNode(true);
    const ending = { ok: "", fail: "Fail", unknown: "Unknown" }[state];
    made.querySelector("li").dataset.step = step;
    made.querySelector("p").textContent = text(texts, step, ending, values);
    made.querySelector("pre").textContent = detail;
    steps.append(made);
  };
  const conclude = (result, words) => {
    verdict.dataset.result = result;
    verdict.textContent = words;
  };
  const run = async () => {
    steps.replaceChildren();
    conclude("", texts.textWorking);
    if (!globalThis.crypto?.subtle) return conclude("unknown", texts.textInsecure);
    try {
      const result = await check(texts, form.querySelector("input").value.trim(), show);
      conclude(result, result === "ok" ? texts.textAll : texts.textSome);
    } catch (error) {
      const step = error.step ?? "path";
      show("fail", step, error.detail ?? String(error));
      const words = texts.textNone.replace("{step}", text(texts, step, "Fail", {}));
      conclude("fail", [words, error.hint].filter(Boolean).join(" "));
    }
  };
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (form.dataset.running) return;
    form.dataset.running = "yes";
    event.submitter?.setAttribute("aria-busy", "true");
    await run();
    delete form.dataset.running;
    event.submitter?.removeAttribute("aria-busy");
  });
  section.hidden = false;
}

document.querySelectorAll("[data-log-check]").forEach(offer);
