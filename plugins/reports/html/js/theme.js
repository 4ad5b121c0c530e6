// Light, dark, or as the system has it; `?theme=dark` in the address decides at first.
const theme = { chosen: "auto", changed: [] };
const system_dark = matchMedia("(prefers-color-scheme: dark)");
function show_theme() {
  const dark = theme.chosen === "dark" || (theme.chosen === "auto" && system_dark.matches);
  document.documentElement.dataset.theme = dark ? "dark" : "light";
  for (const button of document.querySelectorAll("#colours button"))
    button.setAttribute("aria-pressed", String(button.dataset.name === theme.chosen));
  for (const f of theme.changed) f();
}
function remember(name) {
  theme.chosen = name;
  try { localStorage.setItem("lsrun-theme", name); } catch { /* a file from disk may have no storage */ }
  show_theme();
}
function begin_theme() {
  let first = new URLSearchParams(location.search).get("theme");
  try { first = first || localStorage.getItem("lsrun-theme"); } catch { /* as above */ }
  if (["light", "dark"].includes(first)) theme.chosen = first;
  system_dark.addEventListener("change", show_theme);
  show_theme();
}
// A row of buttons of which one is chosen.
function choice(id, label, names, words, chosen, choose) {
  return make("div", { id, class: "choice", role: "group", "aria-label": label }, make("span", { "aria-hidden": "true" }, label),
    ...names.map((name) => make("button", { type: "button", "data-name": name, lang: id === "language" ? all_words[name]["language.tag"] : null,
      "aria-pressed": String(name === chosen), click: () => choose(name) }, words(name))));
}
const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue("--" + name).trim();
