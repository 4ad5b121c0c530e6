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
const part = (name) => document.querySelector('[data-part="' + name + '"]');
// A part without anything to show goes, with its heading.
function leave_out(name) {
  const section = part(name).closest("section");
  section.remove();
}
const note = (text) => make("p", { class: "note" }, text);
