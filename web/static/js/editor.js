// The item editor: the preview follows the typing; the fields of the other form are put away.
const form = document.querySelector("[data-editor]");
const preview = document.querySelector("[data-preview]");
const WAIT = 600;
let waiting = 0;
let asked = 0;

function fitToFamily() {
  const family = form.elements.family.value;
  for (const part of form.querySelectorAll("[data-for]")) part.hidden = part.dataset.for !== family;
}

/** The server renders the preview: the same sanitiser, the same template as for candidates. */
async function refresh() {
  const mine = ++asked;
  const body = new FormData(form);
  body.set("action", "preview");
  try {
    const answer = await fetch(form.getAttribute("action"), { method: "POST", body });
    if (!answer.ok || mine !== asked) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = page.querySelector("[data-preview]");
    if (fresh) preview.replaceChildren(...fresh.childNodes);
  } catch {
    // Without a connection the last preview stays; saving says what is wrong.
  }
}

form.addEventListener("input", () => {
  fitToFamily();
  clearTimeout(waiting);
  waiting = setTimeout(refresh, WAIT);
});
fitToFamily();
