// Saves on their way to the server: kept in localStorage until acknowledged, sent one at a time,
// in order, always with the counter they were first given, so that sending again is harmless.
const STEPS = [1000, 2000, 4000, 8000, 15000];
const LIMIT = 10000;
const PAUSED = "sitting_paused";

export class Outbox {
  /** `report(state, data)` hears: saving, saved, queued, paused, refused. */
  constructor({ place, token, report }) {
    this.key = `ujikom:${place}`;
    this.place = place;
    this.token = token;
    this.report = report;
    this.entries = this.#stored();
    this.misses = 0;
    this.sending = null;
    addEventListener("online", () => { this.misses = 0; this.flush(); });
  }

  #stored() {
    try { return JSON.parse(localStorage.getItem(this.key)) ?? []; } catch { return []; }
  }

  #keep() {
    try {
      if (this.entries.length) localStorage.setItem(this.key, JSON.stringify(this.entries));
      else localStorage.removeItem(this.key);
    } catch { /* a full or forbidden store: memory still holds the queue */ }
  }

  get size() { return this.entries.length; }

  /** The highest counter waiting here, or -1. */
  get lastCounter() { return Math.max(-1, ...this.entries.map((entry) => Number(entry.counter))); }

  add(entry) {
    this.entries.push(entry);
    this.#keep();
    return this.flush();
  }

  /** The native form carries this item's newest state: what waits for it would come too late. */
  dropItem(n) {
    this.entries = this.entries.filter((entry) => entry.n !== n);
    this.#keep();
  }

  /** Resolves to true when nothing is left to send. */
  flush() {
    this.sending ??= this.#drain().finally(() => { this.sending = null; });
    return this.sending;
  }

  async #drain() {
    while (this.entries.length) {
      const entry = this.entries[0];
      this.report("saving", entry);
      const answer = await this.#send(entry);
      if (answer === null || answer.data.code === PAUSED) {
        this.report(answer ? "paused" : "queued", { n: this.size });
        const wait = STEPS[Math.min(this.misses, STEPS.length - 1)];
        this.misses += 1;
        clearTimeout(this.timer);
        this.timer = setTimeout(() => this.flush(), wait);
        return false;
      }
      this.misses = 0;
      this.entries = this.entries.filter((other) => other !== entry);
      this.#keep();
      this.report(answer.ok ? "saved" : "refused", { ...answer.data, entry });
    }
    return true;
  }

  /** null: not reached (try again); otherwise the server's word. */
  async #send(entry) {
    const body = new URLSearchParams(entry.fields);
    body.set("_csrf_token", this.token);
    const stop = new AbortController();
    const timer = setTimeout(() => stop.abort(), LIMIT);
    try {
      const response = await fetch(`/ujian/soal/${entry.n}`, {
        method: "POST",
        body,
        signal: stop.signal,
        headers: { Accept: "application/json" },
      });
      if (response.status >= 500 || response.status === 429) return null;
      return { ok: response.ok, data: await response.json() };
    } catch {
      return null;
    } finally {
      clearTimeout(timer);
    }
  }
}
