// Tables that sort by a click on a heading; long ones keep only the rows in sight in the page.
const row_height = 30, long_from = 60;

// columns: { label, define (whose meaning the heading shows), number (right-aligned), value(i) to sort by, show(i) -> text or node, head (row heading) }
function make_table({ caption, name, columns, count, sorted_by, descending = true, keep = () => true }) {
  const state = { by: sorted_by, down: descending, order: [] };
  const is_long = count > long_from;
  const body = make("tbody");
  const heads = columns.map((c, k) => make("th", { scope: "col", class: c.number ? "number" : null },
    c.value ? make("button", { type: "button", "data-define": c.define && meaning_of(c.define) ? c.define : null, click: () => sort(k) }, c.label) : c.label));
  const table = make("table", { "aria-rowcount": is_long ? count + 1 : null }, caption && make("caption", null, caption),
    make("thead", null, make("tr", null, ...heads)), body);
  const box = make("div", is_long ? { class: "long", tabindex: 0, role: "region", "aria-label": name || caption || say("table") } : { class: "scroll" }, table);
  const drawn = { from: -1, to: -1 };

  function row(place) {
    const i = state.order[place];
    return make("tr", { "aria-rowindex": is_long ? place + 2 : null }, ...columns.map((c) =>
      make(c.head ? "th" : "td", { scope: c.head ? "row" : null, class: [c.number && "number", c.class].filter(Boolean).join(" ") || null }, c.show(i))));
  }
  const gap = (rows) => make("tr", { class: "gap", "aria-hidden": "true" }, make("td", { colspan: columns.length, style: "height:" + rows * row_height + "px" }));
  function fill(force) {
    const n = state.order.length;
    let from = 0, to = n;
    if (is_long) {
      from = Math.max(0, Math.floor(box.scrollTop / row_height) - 20);
      to = Math.min(n, from + Math.ceil((box.clientHeight || 480) / row_height) + 40);
      if (!force && Math.abs(from - drawn.from) < 10 && to <= drawn.to + 10 && from > 0 && to < n) return;
    }
    Object.assign(drawn, { from, to });
    const rows = [];
    if (from > 0) rows.push(gap(from));
    for (let place = from; place < to; ++place) rows.push(row(place));
    if (to < n) rows.push(gap(n - to));
    body.replaceChildren(...rows);
  }
  function arrange() {
    state.order = [];
    for (let i = 0; i < count; ++i) if (keep(i)) state.order.push(i);
    const c = columns[state.by];
    if (c && c.value) {
      const side = state.down ? -1 : 1;
      const compare = (a, b) => a == null ? (b == null ? 0 : 1) : b == null ? -1 : a < b ? -side : a > b ? side : 0;
      state.order.sort((a, b) => compare(c.value(a), c.value(b)) || a - b);
    }
    heads.forEach((h, k) => (k === state.by ? h.setAttribute("aria-sort", state.down ? "descending" : "ascending") : h.removeAttribute("aria-sort")));
    heads.forEach((h, k) => h.firstChild.tagName === "BUTTON" && (h.firstChild.textContent = columns[k].label + (k === state.by ? (state.down ? " \u2193" : " \u2191") : "")));
    fill(true);
  }
  function sort(k) {
    state.down = state.by === k ? !state.down : Boolean(columns[k].number);
    state.by = k;
    box.scrollTop = 0;
    arrange();
  }
  let asked = false;
  if (is_long) box.addEventListener("scroll", () => {
    if (asked) return;
    asked = true;
    requestAnimationFrame(() => { asked = false; fill(false); });
  });
  arrange();
  // For whoever makes the table anew: how it is sorted.
  box.sorting = state;
  box.sort_as = ({ by, down }) => { Object.assign(state, { by, down }); arrange(); };
  return { box, arrange: () => { box.scrollTop = 0; arrange(); }, shown: () => state.order.length };
}
// A table of a list of objects.
function table_of(rows, columns, options) {
  return make_table({ count: rows.length, columns: columns.map((c) => ({ ...c, value: c.value && ((i) => c.value(rows[i])), show: (i) => c.show(rows[i]) })), ...options }).box;
}
// Columns that only show if some row has the value.
const any = (rows, columns) => columns.filter((c) => !c.value || rows.some((r) => c.value(r) != null));
const text_column = (label, value, extra) => ({ label, value, show: (r) => value(r) ?? none, ...extra });
const number_column = (label, value, format, extra) => ({ label, number: true, value, show: (r) => format(value(r)), ...extra });
const req = (r) => r.requests || empty_requests;
const failed_of = (r) => { const there = failed_outcomes.filter((o) => req(r)[o] != null); return there.length ? there.reduce((n, o) => n + req(r)[o], 0) : undefined; };
const request_columns = () => [
  number_column(say("col.requests"), (r) => req(r).sent, whole, { define: "request" }), number_column(say("col.ok"), (r) => req(r).ok, whole, { define: "ok" }),
  number_column(say("col.refused"), (r) => req(r).rate_limited, whole, { define: "rate_limited" }), number_column(say("col.failed"), failed_of, whole, { define: "failed" })];
const time_columns = (of) => ["p50", "p95", "p99", "max"].map((p) =>
  number_column(p === "max" ? say("col.max") : p, (r) => (of(r) || {})[p + "_ms"], milliseconds, { define: "response_time" }));
