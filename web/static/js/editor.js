// The item editor: the preview follows the typing; another form of item brings its own fields.
const form = document.querySelector("[data-editor]");
const WAIT = 600;
let waiting = 0;
let asked = 0;

/** The server renders: the same sanitiser, the same template as for candidates. */
async function rendered() {
  const body = new FormData(form);
  body.set("action", "preview");
  body.delete("media"); // a file goes once, by its own button
  const answer = await fetch(form.getAttribute("action"), { method: "POST", body });
  if (!answer.ok) return null;
  return new DOMParser().parseFromString(await answer.text(), "text/html");
}

function swap(page, place) {
  const old = document.querySelector(place);
  const fresh = page.querySelector(place);
  if (old && fresh) old.replaceWith(document.adoptNode(fresh));
}

async function refresh() {
  const mine = ++asked;
  try {
    const page = await rendered();
    if (!page || mine !== asked) return;
    swap(page, "[data-preview]");
    const shown = document.querySelector("[data-family-form]").dataset.family;
    if (shown !== form.elements.family.value) swap(page, "[data-family-form]");
  } catch {
    // Without a connection the last preview stays; saving says what is wrong.
  }
}

form.addEventListener("input", (event) => {
  if (event.target.name === "add" || event.target.name.startsWith("media")) return; // by their buttons
  clearTimeout(waiting);
  waiting = setTimeout(refresh, event.target.name === "family" ? 0 : WAIT);
});

// Chosen before this script was there, or kept by the browser over a reload.
const family = document.querySelector("[data-family-form]")?.dataset.family;
if (family && family !== form.elements.family.value) refresh();
