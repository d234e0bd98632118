// SHA-256 (FIPS 180-4) and HMAC (FIPS 198-1), synchronous: a page opened over plain http or from a
// disk may be denied WebCrypto, and a draw asks for thousands of short hashes.
const BLOCK = 64;
const primes = [];
for (let n = 2; primes.length < 64; n += 1) if (primes.every((p) => n % p)) primes.push(n);
const fraction = (root) => ((root - Math.floor(root)) * 2 ** 32) >>> 0;
const ROUNDS = Uint32Array.from(primes, (p) => fraction(Math.cbrt(p)));
const START = Uint32Array.from(primes.slice(0, 8), (p) => fraction(Math.sqrt(p)));
const words = new Uint32Array(BLOCK);
const turn = (word, by) => (word >>> by) | (word << (32 - by));

export const utf8 = (text) => new TextEncoder().encode(text);
export const toHex = (data) => Array.from(data, (b) => b.toString(16).padStart(2, "0")).join("");
export const u32 = (n) => Uint8Array.of(n >>> 24, n >>> 16, n >>> 8, n);
/** A part behind its length in 32 bits. */
export const lp = (part) => joined(u32(part.length), part);

export function fromHex(text) {
  if (!/^([0-9a-f]{2})*$/.test(text)) throw new Error("hex");
  return Uint8Array.from(text.match(/../g) ?? [], (pair) => parseInt(pair, 16));
}

export function joined(...parts) {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

function compress(state, view, at) {
  for (let t = 0; t < 16; t += 1) words[t] = view.getUint32(at + 4 * t);
  for (let t = 16; t < BLOCK; t += 1) {
    const [x, y] = [words[t - 15], words[t - 2]];
    const low = turn(x, 7) ^ turn(x, 18) ^ (x >>> 3);
    const high = turn(y, 17) ^ turn(y, 19) ^ (y >>> 10);
    words[t] = words[t - 16] + low + words[t - 7] + high;
  }
  let [a, b, c, d, e, f, g, h] = state;
  for (let t = 0; t < BLOCK; t += 1) {
    const mixed = (turn(e, 6) ^ turn(e, 11) ^ turn(e, 25)) + ((e & f) ^ (~e & g));
    const first = (h + mixed + ROUNDS[t] + words[t]) | 0;
    const most = (a & b) ^ (a & c) ^ (b & c);
    const second = ((turn(a, 2) ^ turn(a, 13) ^ turn(a, 22)) + most) | 0;
    [h, g, f, e, d, c, b, a] = [g, f, e, (d + first) | 0, c, b, a, (first + second) | 0];
  }
  [a, b, c, d, e, f, g, h].forEach((word, place) => { state[place] += word; });
}

/** The state after whole blocks. */
function absorbed(state, blocks) {
  const view = new DataView(blocks.buffer, blocks.byteOffset, blocks.byteLength);
  for (let at = 0; at < blocks.length; at += BLOCK) compress(state, view, at);
  return state;
}

/** Ends a hash of which `before` bytes are in the state already. */
function finished(state, data, before) {
  const padded = new Uint8Array(Math.ceil((data.length + 9) / BLOCK) * BLOCK);
  padded.set(data);
  padded[data.length] = 0x80;
  const bits = 8n * BigInt(before + data.length);
  new DataView(padded.buffer).setBigUint64(padded.length - 8, bits);
  const out = new DataView(new ArrayBuffer(32));
  absorbed(state, padded).forEach((word, place) => out.setUint32(4 * place, word));
  return new Uint8Array(out.buffer);
}

export const sha256 = (...parts) => finished(START.slice(), joined(...parts), 0);

/** HMAC-SHA-256 under one key, whose two blocks are hashed once. */
export function keyed(key) {
  const block = new Uint8Array(BLOCK);
  block.set(key.length > BLOCK ? sha256(key) : key);
  const inner = absorbed(START.slice(), block.map((byte) => byte ^ 0x36));
  const outer = absorbed(START.slice(), block.map((byte) => byte ^ 0x5c));
  return (...parts) =>
    finished(outer.slice(), finished(inner.slice(), joined(...parts), BLOCK), BLOCK);
}
