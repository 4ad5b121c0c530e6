// Failures by class, status, message, operation, time window, session, attempt and address.
function span_bar(from, to) {
  if (from == null || to == null || !(run_end > 0)) return "";
  const at = (s) => Math.min(1, Math.max(0, s / run_end)) * 180;
  return make_svg("svg", { class: "span", viewBox: "0 0 180 12", preserveAspectRatio: "none", "aria-hidden": "true" },
    make_svg("rect", { class: "track", x: 0, y: 4, width: 180, height: 4 }),
    make_svg("rect", { class: "part", x: Math.min(177, at(from)), y: 2, width: Math.max(3, at(to) - at(from)), height: 8 }));
}
function places(list) {
  const shown = (list || []).slice(0, 3).map((a) => a.address + ": " + whole(a.count)).join(", ");
  if ((list || []).length <= 3) return shown;
  return make("details", null, make("summary", null, shown + " and " + (list.length - 3) + " more"),
    list.slice(3).map((a) => a.address + ": " + whole(a.count)).join(", "));
}
function failures_section() {
  const rows = report.failures || [];
  if (!rows.length) return part("failures").append(note("No request was refused or failed."));
  const total = rows.reduce((n, r) => n + (r.count || 0), 0);
  const order = ["rate_limited", ...failed_outcomes, "plugin_fault"];
  const classes = order.map((o) => ({ outcome: o, count: rows.filter((r) => r.outcome === o).reduce((n, r) => n + (r.count || 0), 0) })).filter((c) => c.count);
  const tools = make("div", { class: "tools", role: "group", "aria-label": "Which class of failure is shown" });
  let chosen = null;
  const show = (outcome) => {
    chosen = outcome;
    for (const b of tools.children) b.setAttribute("aria-pressed", String(b.dataset.outcome === (outcome || "")));
    list.arrange();
  };
  const button = (outcome, words) => make("button", { type: "button", "data-outcome": outcome || "", click: () => show(outcome) }, words);
  tools.append(button(null, "all " + whole(total)), ...classes.map((c) => button(c.outcome, outcome_words[c.outcome] + " " + whole(c.count))));
  const by = (columns) => columns.map((c) => ({ ...c, value: c.value && ((i) => c.value(rows[i])), show: (i) => c.show(rows[i]) }));
  const list = make_table({ count: rows.length, keep: (i) => !chosen || rows[i].outcome === chosen, sorted_by: 0,
    caption: "Alike failures together. Times are run time; the bar is the run, its dark part from first to last.", columns: by([
      number_column("count", (r) => r.count, whole),
      { label: "class", value: (r) => r.outcome, head: true, show: (r) => make("span", { class: "nowrap" }, make("span", { class: "key " + outcome_class(r.outcome) }), outcome_words[r.outcome] || String(r.outcome)) },
      { label: "status", number: true, value: (r) => r.status, show: (r) => (r.status === 0 ? "no answer" : String(r.status ?? none)) },
      text_column("message", (r) => r.message, { class: "message" }), text_column("operation", (r) => r.operation, { class: "mono" }),
      { label: "first to last", value: (r) => r.first_s, show: (r) => make("span", null, span_bar(r.first_s, r.last_s), make("div", { class: "nowrap" }, run_time(r.first_s) + " to " + run_time(r.last_s))) },
      { label: "session, e.g.", number: true, value: (r) => r.example_session, show: (r) => (r.example_session == null ? none : String(r.example_session)) },
      { label: "by attempt", show: (r) => attempts_text(r.attempts || []) },
      { label: "by client address", show: (r) => places(r.addresses) }]) });
  part("failures").append(tools, list.box);
  show(null);
}
