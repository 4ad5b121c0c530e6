// Elements made of text alone: whatever the target sent stays text.
function make(tag, attributes, ...content) {
  const e = document.createElement(tag);
  set(e, attributes);
  e.append(...content.filter((c) => c != null));
  return e;
}
function make_svg(tag, attributes, ...content) {
  const e = document.createElementNS("http:" + "//www.w3.org/2000/svg", tag);
  set(e, attributes);
  e.append(...content);
  return e;
}
function set(e, attributes) {
  for (const [name, value] of Object.entries(attributes || {})) {
    if (typeof value === "function") e.addEventListener(name, value);
    else if (value === true) e.setAttribute(name, "");
    else if (value != null && value !== false) e.setAttribute(name, value);
  }
}
const note = (text) => make("p", { class: "note" }, text);
const code = (text) => make("code", null, text);
// A word whose meaning is shown by pointing at it, tapping it or moving the focus to it.
const term = (name, text) => (meaning_of(name) ? make("span", { class: "term", tabindex: 0, "data-define": name }, text) : text);

// The box with a meaning: one for the page, beside what it explains.
function begin_meanings() {
  const box = document.getElementById("meaning");
  let of = null;
  const hide = () => {
    if (of) of.removeAttribute("aria-describedby");
    of = null;
    box.hidden = true;
  };
  const show = (element) => {
    if (of === element) return;
    hide();
    const text = meaning_of(element.dataset.define);
    if (!text) return;
    of = element;
    box.textContent = text;
    box.hidden = false;
    element.setAttribute("aria-describedby", "meaning");
    const at = element.getBoundingClientRect(), room = document.documentElement.clientWidth;
    box.style.left = Math.max(8, Math.min(at.left, room - box.offsetWidth - 8)) + scrollX + "px";
    const above = at.bottom + box.offsetHeight + 8 > innerHeight && at.top > box.offsetHeight + 8;
    box.style.top = (above ? at.top - box.offsetHeight - 6 : at.bottom + 6) + scrollY + "px";
  };
  const wanted = (event) => event.target.closest && event.target.closest("[data-define]");
  document.addEventListener("pointerover", (e) => (wanted(e) ? show(wanted(e)) : e.target.closest && e.target.closest("#meaning") ? 0 : hide()));
  document.addEventListener("focusin", (e) => (wanted(e) ? show(wanted(e)) : hide()));
  document.addEventListener("focusout", hide);
  document.addEventListener("click", (e) => wanted(e) && show(wanted(e)));
  document.addEventListener("keydown", (e) => e.key === "Escape" && hide());
}
