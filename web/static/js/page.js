// What every page but the exam screen uses; each part improves a form that works without it.
const all = (selector, root = document) => [...root.querySelectorAll(selector)];

export function toast(text) {
  const region = document.querySelector("[data-toasts]");
  const note = document.createElement("p");
  note.className = "toast";
  note.textContent = text;
  region.append(note);
  setTimeout(() => note.remove(), 6000);
}

/** Groups a verification code in fours while it is typed or pasted. */
export function grouped(text) {
  const symbols = text.split("/").pop().toUpperCase().replace(/[^0-9A-Z]/g, "").slice(0, 16);
  return symbols.match(/.{1,4}/g)?.join("-") ?? "";
}

function groupCodes() {
  for (const input of all("[data-code]")) {
    input.addEventListener("input", () => {
      const atEnd = input.selectionStart === input.value.length;
      if (atEnd) input.value = grouped(input.value);
    });
    input.addEventListener("change", () => { input.value = grouped(input.value); });
  }
}

/** A second press on the same button does nothing; the button says it is working. */
function guardDoubleSubmit() {
  for (const form of all("form[data-once]")) {
    form.addEventListener("submit", (event) => {
      if (form.dataset.sent) return event.preventDefault();
      form.dataset.sent = "yes";
      event.submitter?.setAttribute("aria-busy", "true");
    });
  }
  addEventListener("pageshow", () => {
    for (const form of all("form[data-sent]")) delete form.dataset.sent;
    for (const button of all("button[aria-busy]")) button.removeAttribute("aria-busy");
  });
}

function guardUnsaved() {
  let dirty = false;
  for (const form of all("form[data-guard]")) {
    form.addEventListener("input", () => { dirty = true; });
    form.addEventListener("submit", () => { dirty = false; });
  }
  addEventListener("beforeunload", (event) => { if (dirty) event.preventDefault(); });
}

/** `data-confirm` buttons ask once more in the page's own dialog. */
function askBeforeDeeds() {
  const dialog = document.querySelector("#confirm");
  if (!dialog?.showModal) return;
  let button = null;
  document.addEventListener("click", (event) => {
    const wanted = event.target.closest?.("button[data-confirm]");
    if (!wanted || wanted === button || !wanted.form?.reportValidity()) return;
    event.preventDefault();
    button = wanted;
    dialog.querySelector("[data-confirm-text]").textContent = wanted.dataset.confirm;
    dialog.showModal();
  });
  dialog.addEventListener("close", () => {
    const agreed = dialog.returnValue === "yes";
    const target = button;
    if (agreed) target?.form.requestSubmit(target);
    button = null;
    dialog.returnValue = "";
    if (!agreed) target?.focus();
  });
}

function openDialogs() {
  document.addEventListener("click", (event) => {
    const opener = event.target.closest?.("[data-open]");
    if (opener) document.getElementById(opener.dataset.open)?.showModal();
  });
}

function closeMenus() {
  document.addEventListener("click", (event) => {
    for (const menu of all("details[data-menu][open]")) {
      if (!menu.contains(event.target)) menu.open = false;
    }
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    for (const menu of all("details[data-menu][open]")) {
      menu.open = false;
      menu.querySelector("summary").focus();
    }
  });
}

function markDrops() {
  for (const drop of all("[data-drop]")) {
    drop.addEventListener("dragover", (event) => {
      event.preventDefault();
      drop.classList.add("is-over");
    });
    drop.addEventListener("dragleave", () => drop.classList.remove("is-over"));
    drop.addEventListener("drop", (event) => {
      event.preventDefault();
      drop.classList.remove("is-over");
      const input = drop.querySelector("input[type=file]");
      input.files = event.dataTransfer.files;
      input.dispatchEvent(new Event("change", { bubbles: true }));
    });
  }
}

/** Swaps a `data-refresh` region for its newer self, unless someone works inside it. */
function refreshRegions() {
  for (const first of all("[data-refresh]")) {
    const { id } = first;
    const again = async () => {
      const region = document.getElementById(id);
      if (!document.hidden && !region.querySelector("form:focus-within, details[open]")) {
        try {
          const response = await fetch(location.href, { headers: { Accept: "text/html" } });
          const page = new DOMParser().parseFromString(await response.text(), "text/html");
          const fresh = page.getElementById(id);
          const focused = region.contains(document.activeElement) ? document.activeElement.id : "";
          if (response.ok && fresh) region.replaceWith(fresh);
          if (focused) document.getElementById(focused)?.focus();
          if (response.ok && fresh && !("refresh" in fresh.dataset)) return;
        } catch { /* the next turn tries again */ }
      }
      setTimeout(again, Number(first.dataset.refresh) * 1000);
    };
    setTimeout(again, Number(first.dataset.refresh) * 1000);
  }
}

function tickAll() {
  for (const box of all("[data-tick-all]")) {
    box.addEventListener("change", () => {
      for (const other of all(`input[name="${box.dataset.tickAll}"]`)) other.checked = box.checked;
    });
  }
}

function fillNonce() {
  const field = document.querySelector("[data-nonce]");
  if (!field || !globalThis.crypto?.getRandomValues) return;
  const bytes = crypto.getRandomValues(new Uint8Array(32));
  field.value = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

function smallThings() {
  document.querySelector("[data-focus]")?.focus();
  const again = document.querySelector("[data-again]");
  if (again) {
    const { again: address, after } = again.dataset;
    setTimeout(() => location.replace(address), Number(after) * 1000);
  }
  for (const button of all("[data-print]")) button.addEventListener("click", () => print());
  document.addEventListener("click", async (event) => {
    const button = event.target.closest?.("[data-copy]");
    if (!button || !navigator.clipboard) return;
    await navigator.clipboard.writeText(button.dataset.copy);
    toast(button.dataset.copied);
  });
  if (document.querySelector("[data-clear-exam]")) {
    const keys = Object.keys(localStorage).filter((key) => key.startsWith("ujikom:"));
    for (const key of keys) localStorage.removeItem(key);
  }
}

const parts = [
  groupCodes, guardDoubleSubmit, guardUnsaved, askBeforeDeeds, openDialogs, closeMenus,
  markDrops, refreshRegions, tickAll, fillNonce, smallThings,
];
for (const part of parts) {
  try { part(); } catch (error) { console.error(error); }
}
