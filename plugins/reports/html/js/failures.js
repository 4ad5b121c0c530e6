// Failures by class, status, message, operation, time window, session, attempt and address, each with an exchange.
function span_bar(from, to) {
  if (from == null || to == null || !(run_end > 0)) return "";
  const at = (s) => Math.min(1, Math.max(0, s / run_end)) * 180;
  return make_svg("svg", { class: "span", viewBox: "0 0 180 12", preserveAspectRatio: "none", "aria-hidden": "true" },
    make_svg("rect", { class: "track", x: 0, y: 4, width: 180, height: 4 }),
    make_svg("rect", { class: "part", x: Math.min(177, at(from)), y: 2, width: Math.max(3, at(to) - at(from)), height: 8 }));
}
function places(list) {
  const name = (a) => a.address + ": " + whole(a.count);
  const shown = (list || []).slice(0, 3).map(name).join(", ");
  if ((list || []).length <= 3) return shown;
  return make("details", null, make("summary", null, say("more_n", { shown, n: list.length - 3 })), list.slice(3).map(name).join(", "));
}
// How often each attempt of a step met this: "attempt 1: 16, attempt 2: 2".
function attempts_text(list) {
  return (list || []).filter((a) => a.count).sort((a, b) => a.attempt - b.attempt)
    .map((a) => say(a.attempt >= 16 ? "nth.last" : a.attempt === 0 ? "nth.step" : "nth", { n: a.attempt, count: whole(a.count) })).join(", ");
}
// JSON is set out over lines, other text stays as it came.
function laid_out(text) {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch { return text; }
}
function example(failure, i) {
  const e = failure.example;
  const named = (failure.operation ? failure.operation + ", " : "") + outcome_words(failure.outcome) + (failure.status ? " " + failure.status : "") + (failure.message ? ": " + failure.message : "");
  const values = { session: whole(e.session), attempt: e.attempt, address: e.address, at: run_time(e.at_s), sent: milliseconds(e.sent_ms), end: milliseconds(e.end_ms) };
  const answer = [...(e.answer_headers || []), ...(e.answer_body ? ["", laid_out(e.answer_body)] : [])];
  const status = failure.status ? "HTTP " + failure.status : "";
  const block = (title, text) => [make("h4", null, title), make("pre", { tabindex: 0, role: "region", "aria-label": title }, text)];
  return make("details", { id: "example-" + i, open: i === 0 }, make("summary", null, make("span", { class: "key " + outcome_class(failure.outcome) }), named, make("span", { class: "note" }, " " + say("example.summary", values))),
    note(say(e.sent_ms == null ? "example.not_sent" : "example.facts", values)), e.trace_id && make("p", { class: "note" }, say("col.trace") + " ", trace_cell(e)),
    ...block(say("example.request"), e.request + (e.request_body ? "\n\n" + laid_out(e.request_body) : "")),
    ...block(say("example.answer"), status || answer.length ? [status, ...answer].filter((l, k) => k > 0 || l).join("\n") : e.error || say("example.none")));
}
function failures_section(host) {
  const rows = report.failures || [];
  if (!rows.length) { host.append(note(say("went.nothing"))); return true; }
  const total = rows.reduce((n, r) => n + (r.count || 0), 0);
  const order = ["rate_limited", ...failed_outcomes, "plugin_fault"];
  const classes = order.map((o) => ({ outcome: o, count: rows.filter((r) => r.outcome === o).reduce((n, r) => n + (r.count || 0), 0) })).filter((c) => c.count);
  const tools = make("div", { class: "tools", role: "group", "aria-label": say("failures.classes") });
  let chosen = null;
  const show = (outcome) => {
    chosen = outcome;
    for (const b of tools.children) b.setAttribute("aria-pressed", String(b.dataset.outcome === (outcome || "")));
    list.arrange();
  };
  const button = (outcome, words) => make("button", { type: "button", "data-outcome": outcome || "", click: () => show(outcome) }, words);
  tools.append(button(null, say("all_n", { n: whole(total) })), ...classes.map((c) => button(c.outcome, outcome_words(c.outcome) + " " + whole(c.count))));
  const by = (columns) => columns.map((c) => ({ ...c, value: c.value && ((i) => c.value(rows[i])), show: (i) => c.show(rows[i]) }));
  const list = make_table({ count: rows.length, keep: (i) => !chosen || rows[i].outcome === chosen, sorted_by: 0,
    caption: say("failures.caption"), columns: by([
      number_column(say("col.count"), (r) => r.count, whole),
      { label: say("col.class"), value: (r) => r.outcome, head: true, show: (r) => make("span", { class: "nowrap" }, make("span", { class: "key " + outcome_class(r.outcome) }), term(r.outcome, outcome_words(r.outcome))) },
      { label: say("col.status"), number: true, value: (r) => r.status, show: (r) => (r.status === 0 ? say("no_answer") : String(r.status ?? none)) },
      text_column(say("col.message"), (r) => r.message, { class: "message" }), text_column(say("col.operation"), (r) => r.operation, { class: "mono" }),
      { label: say("col.span"), value: (r) => r.first_s, show: (r) => make("span", null, span_bar(r.first_s, r.last_s), make("div", { class: "nowrap" }, say("to_range", { from: run_time(r.first_s), to: run_time(r.last_s) }))) },
      { label: say("col.session"), number: true, value: (r) => r.example_session, show: (r) => (r.example_session == null ? none : !r.example ? String(r.example_session)
        : make("a", { href: "#example-" + rows.indexOf(r), click: () => { document.getElementById("example-" + rows.indexOf(r)).open = true; } }, String(r.example_session))) },
      { label: say("col.by_attempt"), show: (r) => attempts_text(r.attempts) },
      { label: say("col.by_address"), show: (r) => places(r.addresses) }]) });
  host.append(tools, list.box);
  const shown = rows.map((r, i) => (r.example && typeof r.example === "object" ? example(r, i) : null)).filter(Boolean);
  if (shown.length) host.append(make("h3", null, say("examples")), ...shown);
  show(null);
  return true;
}
