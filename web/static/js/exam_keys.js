// A–E choose, N and P turn the page, F marks doubt. Arrows are left to the browser: they move
// between options where one has the focus, and scroll everywhere else.
// One tick in the display menu turns them off.
const PREFERENCE = "ujikom-shortcuts";
const TYPING = "textarea, select, details[open], input:not([type=radio]):not([type=checkbox])";

function allowed(event, box) {
  const { target } = event;
  if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing || event.repeat) return false;
  return Boolean(box?.checked) && !target.closest?.(TYPING);
}

function press(form, values) {
  const buttons = [...form.querySelectorAll("button[name=action]:enabled:not([tabindex])")];
  buttons.find((button) => values.includes(button.value))?.click();
}

export function bindKeys(form) {
  const box = document.querySelector("#shortcuts");
  if (box) {
    box.checked = localStorage.getItem(PREFERENCE) !== "off";
    box.addEventListener("change", () => {
      localStorage.setItem(PREFERENCE, box.checked ? "on" : "off");
    });
  }
  document.addEventListener("keydown", (event) => {
    if (!allowed(event, box)) return;
    const key = event.key.length === 1 ? event.key.toUpperCase() : event.key;
    const letter = /^[A-E]$/.test(key);
    const option = letter && form.querySelector(`[name=choice][data-letter="${key}"]`);
    const deeds = {
      N: () => press(form, ["save_next", "review"]),
      P: () => press(form, ["prev"]),
      F: () => form.querySelector("[name=flagged]").click(),
    };
    const deed = deeds[key];
    if (!deed && !option) return;
    event.preventDefault();
    if (option) {
      option.focus();
      option.click();
    } else {
      deed();
    }
  });
}
