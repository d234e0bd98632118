// The exam screen: every change is saved at once; the native form stays the way to move on
// and is never held back twice.
import { Clock } from "./exam_clock.js";
import { bindKeys } from "./exam_keys.js";
import { Outbox } from "./exam_outbox.js";

const form = document.querySelector("#exam");
const text = form.dataset;
const find = (selector) => document.querySelector(selector);
const fill = (template, data) => template.replace(/%\((\w+)\)s/g, (_, name) => data[name] ?? "");
const n = Number(form.dataset.n);
const icon = find("[data-save] use");
const sprite = icon.getAttribute("href").split("#")[0];
const PAUSE = 2000;
const ASK = 20000;
const OVER = ["too_late", "sitting_closed"];
let insisted = false;
let passing = false;
let typing = 0;

function show(state, message, shape, receipt = "") {
  find("[data-save]").dataset.state = state;
  const line = find("[data-save-text]");
  if (line.textContent !== message) line.textContent = message;
  find("[data-receipt]").textContent = receipt;
  icon.setAttribute("href", `${sprite}#${shape}`);
}

function markNumber(entry) {
  const box = find(`[data-number="${entry.n}"]`);
  if (!box) return;
  const answered = entry.fields.some(([name, value]) => /^choice(\.|$)/.test(name) && value !== "");
  const flagged = entry.fields.some(([name]) => name === "flagged");
  box.dataset.answered = answered ? "yes" : "no";
  box.dataset.flagged = flagged ? "yes" : "no";
  const word = answered ? text.textAnswered : text.textBlank;
  const words = flagged ? `${text.textFlagged}, ${word}` : word;
  box.querySelector("[data-number-state]").textContent = ` ${words}`;
}

const reports = {
  saving: () => { if (outbox.misses === 0) show("saving", text.textSaving, "clock"); },
  queued: (data) => {
    show("queued", insisted ? text.textOffline : fill(text.textQueued, data), "offline");
  },
  saved: (data) => {
    insisted = false;
    raiseCounter(data.counter);
    clock?.set(data.left_seconds);
    const counts = find("[data-counts]");
    counts.textContent = fill(counts.dataset.text, data);
    markNumber(data.entry);
    if (data.entry.n !== n) return;
    show("saved", fill(text.textSaved, { time: data.saved_at }), "check", data.receipt_no ? fill(text.textReceipt, { n: data.receipt_no }) : "");
  },
  paused: () => location.assign("/ujian"),
  refused: (data) => {
    if (OVER.includes(data.code)) return location.assign(`/ujian/selesai?belum=${data.entry?.n ?? n}`);
    if (data.closed) return location.reload();
    show("refused", fill(text.textRefused, { why: data.message ?? "" }), "warning");
  },
};

const outbox = new Outbox({
  place: form.place.value,
  token: form._csrf_token.value,
  report: (state, data) => reports[state](data),
});

function raiseCounter(next) {
  if (Number(next) > Number(form.counter.value)) form.counter.value = next;
}

function snapshot() {
  const fields = [...new FormData(form)].filter(([name]) => name !== "_csrf_token");
  const entry = { n, counter: form.counter.value, fields: [...fields, ["action", "save"]] };
  form.counter.value = Number(form.counter.value) + 1;
  return entry;
}

function save() {
  const entry = snapshot();
  markNumber(entry);
  return outbox.add(entry);
}

/** Shows what waits for this item: the page was made before it could be sent. */
function restore(entry) {
  for (const box of form.elements) {
    if (!/^(choice(\.|$)|flagged$)/.test(box.name)) continue;
    const values = entry.fields.filter(([name]) => name === box.name).map(([, value]) => value);
    if (box.type === "radio" || box.type === "checkbox") box.checked = values.includes(box.value);
    else if (values.length) [box.value] = values;
  }
}

const timer = find("[data-seconds]");
const clock = timer && new Clock(timer, {
  say: (minutes) => { find("[data-announce]").textContent = fill(text.textLeft, { n: minutes }); },
  over: async () => {
    find("[data-announce]").textContent = text.textOver;
    await Promise.race([outbox.flush(), new Promise((done) => { setTimeout(done, 3000); })]);
    location.assign("/ujian/periksa");
  },
});

raiseCounter(outbox.lastCounter + 1);
const waiting = outbox.entries.filter((entry) => entry.n === n).pop();
if (waiting) restore(waiting);
form.addEventListener("change", () => { clearTimeout(typing); save(); });
// What is being typed is saved at each pause, not only when the field is left.
form.addEventListener("input", (event) => {
  if (!event.target.matches("textarea, input:not([type=radio]):not([type=checkbox])")) return;
  clearTimeout(typing);
  typing = setTimeout(save, PAUSE);
});

// Leaving with unsent answers: send them first; if the line is down say so and stay;
// a second press goes anyway.
form.addEventListener("submit", (event) => {
  clearTimeout(typing);
  if (passing || outbox.size === 0) return;
  if (insisted) return outbox.dropItem(n);
  event.preventDefault();
  const { submitter } = event;
  const patience = new Promise((done) => { setTimeout(done, 4000, false); });
  Promise.race([outbox.flush(), patience]).then((clear) => {
    if (clear) {
      passing = true;
      form.requestSubmit(submitter);
    } else {
      insisted = true;
      show("queued", text.textOffline, "offline");
    }
  });
});

document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll("details[data-menu][open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
});

// What a proctor does reaches the screen between saves too: a pause, more time, a message.
async function ask() {
  try {
    const response = await fetch("/ujian/keadaan");
    const now = response.ok ? await response.json() : null;
    if (now && now.state !== "active") return location.assign("/ujian");
    if (now) clock?.set(now.left_seconds);
    if (now && now.news !== Number(text.news)) await hear(now.news);
  } catch { /* the line is down: the next turn asks again */ }
  setTimeout(ask, ASK + Math.random() * ASK / 4);
}

async function hear(news) {
  const response = await fetch(location.href, { headers: { Accept: "text/html" } });
  if (!response.ok) return;
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  const fresh = page.querySelector("#notices");
  if (fresh) find("#notices").replaceChildren(...fresh.childNodes);
  text.news = news;
}
setTimeout(ask, ASK);

if (outbox.size) outbox.flush();
bindKeys(form);
