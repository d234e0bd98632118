// The stand-alone page: a draw file is chosen, its paper drawn again here, each step's verdict shown.
import { Unreadable, checkDraw } from "./draw_check.js";

const { dataset: texts } = document.querySelector("main");
const result = document.querySelector("#result");
const why = document.querySelector("#why");
const capital = (word) => word[0].toUpperCase() + word.slice(1);
const fieldName = (field) => {
  const words = field.split("_").map(capital);
  return texts[`textField${words.join("")}`] ?? field;
};

function added(parent, tag, text, facts = {}) {
  const made = parent.appendChild(document.createElement(tag));
  made.textContent = text;
  Object.assign(made.dataset, facts);
  return made;
}

function conclude(tone, word) {
  result.dataset.tone = tone;
  result.querySelector(".verdict").textContent = texts[`textVerdict${capital(word)}`];
  result.querySelector("[data-meaning]").textContent = texts[`textMeaning${capital(word)}`];
  result.dataset.verdict = word;
}

function explain(text) {
  why.textContent = text;
  why.hidden = !text;
}

function showSteps(holds) {
  const list = document.querySelector("#steps");
  list.replaceChildren();
  for (const [name, held] of Object.entries(holds)) {
    const state = held ? "ok" : "fail";
    const line = added(list, "li", "", { state, step: name });
    added(line, "b", texts[`textState${capital(state)}`]);
    added(line, "span", texts[`text${capital(state)}${capital(name)}`]);
  }
}

function showFacts(given) {
  const list = document.querySelector("#facts");
  list.replaceChildren();
  const seat = texts.textOf.replace("%(seat)s", given.seat + 1).replace("%(seats)s", given.seats);
  added(list, "dt", texts.textFactSeat);
  added(list, "dd", seat);
  for (const field of ["seat_root", "bank_root", "blueprint_sha256"]) {
    added(list, "dt", capital(fieldName(field)));
    added(list, "dd", given[field]).className = "mono";
  }
  list.parentElement.hidden = false;
}

function showPaper(drawn, differing) {
  const [head] = document.querySelectorAll("thead tr");
  head.replaceChildren();
  for (const name of ["Number", "Section", "Options", "Version"]) {
    added(head, "th", texts[`textCol${name}`]).scope = "col";
  }
  const body = document.querySelector("#paper");
  body.replaceChildren();
  drawn.forEach(({ section, version, options }, at) => {
    const row = added(body, "tr", "", differing.includes(at + 1) ? { differs: "" } : {});
    added(row, "td", at + 1);
    added(row, "th", section).scope = "row";
    added(row, "td", options.join(" ")).className = "mono";
    added(row, "td", version).className = "mono";
  });
  document.querySelector("[data-paper]").hidden = !drawn.length;
}

function reasons({ suspects, differing, drawn, reason }) {
  const said = [];
  if (reason) said.push(texts[`textReason${capital(reason)}`]);
  else if (differing.length && differing.length >= drawn.length) said.push(texts.textAll);
  else if (differing.length) said.push(`${texts.textAt} ${differing.join(", ")}.`);
  if (suspects.length) said.push(`${texts.textSuspects} ${suspects.map(fieldName).join(", ")}.`);
  return said.join(" ");
}

function unreadable(error) {
  conclude("bad", "foreign");
  const field = error instanceof Unreadable ? error.field : "";
  result.dataset.suspects = field;
  explain(field ? `${texts.textField} ${fieldName(field)}.` : "");
}

async function check(file) {
  for (const part of document.querySelectorAll("[data-facts], [data-paper]")) part.hidden = true;
  document.querySelector("#steps").replaceChildren();
  explain("");
  result.hidden = false;
  conclude("", "working");
  try {
    const found = checkDraw(await file.text());
    showSteps(found.holds);
    showFacts(found.given);
    showPaper(found.drawn, found.differing);
    explain(reasons(found));
    result.dataset.suspects = found.suspects.join(" ");
    const equal = Object.values(found.holds).every(Boolean);
    conclude(equal ? "good" : "bad", equal ? "equal" : "differs");
  } catch (error) {
    unreadable(error);
  }
}

document.querySelector("#file").addEventListener("change", ({ target }) => {
  if (target.files[0]) check(target.files[0]);
});
