// The stand-alone page: a file is chosen, checked on this device, and the verdict is shown.
import { checkCertificate } from "./certificate_check.js";

const STEPS = ["bundle", "signature", "issuer", "commitment", "checkpoint", "inclusion"];
const pins = JSON.parse(document.querySelector("#pins").textContent);
const { dataset: texts } = document.querySelector("main");
const result = document.querySelector("#result");
const list = document.querySelector("#steps");
const facts = document.querySelector("#facts");
const capital = (word) => word[0].toUpperCase() + word.slice(1);

function step(name, state) {
  const line = document.createElement("li");
  line.dataset.state = state;
  line.dataset.step = name;
  const mark = document.createElement("b");
  mark.textContent = texts[`textState${capital(state)}`];
  const said = document.createElement("span");
  said.textContent = texts[`textStep${capital(name)}`];
  line.append(mark, said);
  list.append(line);
}

function conclude(tone, word) {
  result.dataset.tone = tone;
  result.querySelector(".verdict").textContent = texts[`textVerdict${capital(word)}`];
  result.querySelector("[data-meaning]").textContent = texts[`textMeaning${capital(word)}`];
  result.dataset.verdict = word;
}

const day = (text) => new Date(text).toLocaleString(document.documentElement.lang, {
  dateStyle: "long", timeStyle: "short", timeZone: "Asia/Jakarta" });

function show({ document: credential, head, leaf }) {
  const subject = credential.credentialSubject;
  const rows = [
    [texts.textFactName, subject.name],
    [texts.textFactNumber, subject.licenseNumber],
    [texts.textFactScheme, subject.achievement.name],
    [texts.textFactSigner, `${credential.issuer.name} (${credential.issuer.official})`],
    [texts.textFactIssued, `${day(credential.validFrom)} WIB`],
    [texts.textFactUntil, `${day(credential.validUntil)} WIB`],
    [texts.textFactLogged, `${day(leaf.at)} WIB, ${head.origin}, ${head.size}`],
  ];
  for (const [name, value] of rows) {
    const term = facts.appendChild(document.createElement("dt"));
    term.textContent = name;
    facts.appendChild(document.createElement("dd")).textContent = value;
  }
  facts.parentElement.hidden = false;
}

async function check(file) {
  list.replaceChildren();
  facts.replaceChildren();
  facts.parentElement.hidden = true;
  result.hidden = false;
  conclude("", "working");
  const held = [];
  try {
    const data = new Uint8Array(await file.arrayBuffer());
    const found = await checkCertificate(data, pins, Date.now(), (name) => held.push(name));
    held.forEach((name) => step(name, "ok"));
    step("period", found.within === "inside" ? "ok" : "fail");
    step("status", "unknown");
    show(found);
    const outside = found.within === "inside" ? "unknown" : "expired";
    conclude("warn", found.within === "before" ? "early" : outside);
  } catch (error) {
    held.forEach((name) => step(name, "ok"));
    const failed = STEPS.includes(error.step) ? error.step : "bundle";
    step(failed, "fail");
    conclude("bad", failed === "issuer" ? "issuer" : failed === "bundle" ? "foreign" : "altered");
  }
}

if (globalThis.crypto?.subtle && globalThis.DecompressionStream) {
  document.querySelector("#pdf").addEventListener("change", ({ target }) => {
    if (target.files[0]) check(target.files[0]);
  });
} else {
  result.hidden = false;
  conclude("warn", "browser");
}
