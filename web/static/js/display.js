// Runs before the first paint (no module): marks scripting, applies remembered preferences.
(() => {
  const root = document.documentElement;
  const usual = { theme: "auto", contrast: "normal", text: "100" };
  const cookie = (name) => document.cookie.match(new RegExp(`(?:^|; )${name}=([a-z0-9]+)`))?.[1];
  const apply = (name, value) => {
    if (value === usual[name]) delete root.dataset[name];
    else root.dataset[name] = value;
  };
  root.dataset.js = "";
  for (const name of Object.keys(usual)) {
    const value = cookie(name);
    if (value) apply(name, value);
  }
  const press = () => {
    for (const button of document.querySelectorAll("[data-display] button")) {
      const current = root.dataset[button.name] ?? usual[button.name];
      button.setAttribute("aria-pressed", String(button.value === current));
    }
  };
  document.addEventListener("DOMContentLoaded", press);
  document.addEventListener("click", (event) => {
    const button = event.target.closest?.("[data-display] button");
    if (!button) return;
    event.preventDefault();
    document.cookie = `${button.name}=${button.value}; path=/; max-age=31536000; samesite=lax`;
    apply(button.name, button.value);
    press();
  });
})();
