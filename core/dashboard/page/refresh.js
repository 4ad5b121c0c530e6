// New figures into the page that stands: charts keep their zoom and cursor, tables how they are sorted and scrolled,
// examples whether they are open, and the focus stays.
const focusable = "button, a, input, summary, .term, .chart, .long, pre";

function replace_keeping(old, fresh) {
  const held = [...old.querySelectorAll(focusable)].indexOf(document.activeElement);
  const boxes = (e) => [...e.querySelectorAll(".scroll, .long")].filter((b) => b.sorting);
  const old_boxes = boxes(old), new_boxes = boxes(fresh);
  if (old_boxes.length === new_boxes.length) new_boxes.forEach((b, i) => b.sort_as(old_boxes[i].sorting));
  const places = old_boxes.map((b) => [b.scrollTop, b.scrollLeft]);
  const opened = [...old.querySelectorAll("details")].map((d) => d.open);
  old.replaceWith(fresh);
  if (old_boxes.length === new_boxes.length) new_boxes.forEach((b, i) => ([b.scrollTop, b.scrollLeft] = places[i]));
  [...fresh.querySelectorAll("details")].forEach((d, i) => (d.open = Boolean(opened[i])));
  const again = held >= 0 && [...fresh.querySelectorAll(focusable)][held];
  if (again) again.focus({ preventScroll: true });
}
// Whether somebody types or marks text in it: then it waits for the next time.
function is_used(element) {
  const selection = getSelection();
  return (document.activeElement && document.activeElement.tagName === "INPUT" && element.contains(document.activeElement)) ||
    (selection && !selection.isCollapsed && element.contains(selection.anchorNode));
}
const shape_of = (host, drawn) => host.textContent + "|" + drawn.map((d) => d.series.map((s) => s.label).join(",")).join("|");

// The same lines with other values.
function renew(spec, fresh, drawn) {
  const u = spec.plot, { min, max } = u.scales.x, [before] = [u.data[0]];
  const zoomed = spec.timed && before.length > 1 && (min > before[0] + 1e-6 || max < before[before.length - 1] - 1e-6);
  spec.make = fresh.make;
  spec.place.setAttribute("aria-label", fresh.label);
  drawn.series.forEach((s, i) => { if (s.value) u.series[i].value = s.value; });
  if (drawn.hooks && drawn.hooks.draw) u.hooks.draw = drawn.hooks.draw;
  u.batch(() => {
    u.setData(drawn.data, !zoomed);
    if (zoomed) u.setScale("x", { min, max });
  });
  show_last(u);
}
// Without a cursor the key beside a chart says the last values.
function show_last(u) {
  if (u.cursor.left == null || u.cursor.left < 0) u.setLegend({ idx: Math.max(0, u.data[0].length - 2) });
}
function refresh_section(section) {
  const id = section[0], old = document.getElementById(id), kept = charts.specs.filter((s) => s.section === id);
  if (old && is_used(old)) return;
  const all = charts.specs;
  charts.specs = [];
  const host = build_section(section), fresh = charts.specs;
  charts.specs = all;
  if (!host) return;
  const drawn = fresh.map((s) => s.make()), shape = shape_of(host, drawn);
  if (old && kept.length === fresh.length && old.dataset.shape === shape) return kept.forEach((s, i) => renew(s, fresh[i], drawn[i]));
  host.dataset.shape = shape;
  for (const s of kept) if (s.plot) { charts.drawn.splice(charts.drawn.indexOf(s.plot), 1); s.plot.destroy(); }
  const order = sections.map(([name]) => name);
  charts.specs = [...all.filter((s) => s.section !== id), ...fresh].sort((a, b) => order.indexOf(a.section) - order.indexOf(b.section));
  const place = window.scrollY, height = document.documentElement.scrollHeight;
  if (old) replace_keeping(old, host);
  else add_section(id, host, order);
  const timed = charts.specs.find((s) => s.timed && s.plot && s.section !== id), range = timed && { ...timed.plot.scales.x };
  for (const s of fresh) {
    draw(s);
    if (s.timed && range && range.min != null && zoomed_by(timed.plot)) s.plot.setScale("x", { min: range.min, max: range.max });
    show_last(s.plot);
  }
  // What lies above the reader must not push the page under their eyes.
  if (host.getBoundingClientRect().bottom < 0) scrollTo(0, place + document.documentElement.scrollHeight - height);
}
const zoomed_by = (u) => u.scales.x.min > u.data[0][0] + 1e-6 || u.scales.x.max < u.data[0][u.data[0].length - 1] - 1e-6;
// A section that there was nothing for until now, in its place.
function add_section(id, host, order) {
  const body = document.getElementById("body"), next = [...body.querySelectorAll("section")].find((s) => order.indexOf(s.id) > order.indexOf(id));
  body.insertBefore(host, next || null);
  const nav = body.querySelector("nav"), link = make("a", { href: "#" + id }, say("section." + id));
  nav.insertBefore(link, [...nav.children].find((a) => !order.includes(a.hash.slice(1)) || order.indexOf(a.hash.slice(1)) > order.indexOf(id)) || null);
}
// Which sections change every second, by what they draw.
const of_each_second = ["requests", "series", "rate", "sessions", "target", "generator"];

function refresh(wanted) {
  for (const section of sections) if (wanted(section[0])) refresh_section(section);
}
function show_first() {
  const first = document.getElementById("first");
  if (is_used(first)) return;
  const fresh = make("section", { class: "first", id: "first", "aria-labelledby": "verdict" }, ...first_screen());
  replace_keeping(first, fresh);
  document.title = page_title();
  show_line();
}
