// The tables of the report: outcomes, operations, turns, phases, tenants, the scenario's figures, alerts, times.

function outcomes_section(host) {
  const counts = (report.totals || {}).requests || {};
  const there = outcomes.filter((o) => counts[o] > 0);
  if (!there.length || !counts.sent) return false;
  let at = 0;
  const bar = make_svg("svg", { class: "share", viewBox: "0 0 1000 16", preserveAspectRatio: "none", "aria-hidden": "true" });
  for (const o of there) {
    const width = (counts[o] / counts.sent) * 1000;
    bar.append(make_svg("rect", { class: outcome_class(o), x: at, y: 0, width: Math.max(0, width - 1), height: 16 }));
    at += width;
  }
  const steps = (report.totals || {}).steps || {};
  const attempts = (outcome) => {
    const by = {};
    for (const f of report.failures || []) if (f.outcome === outcome) for (const a of f.attempts || []) by[a.attempt] = (by[a.attempt] || 0) + a.count;
    return attempts_text(Object.entries(by).map(([attempt, count]) => ({ attempt: Number(attempt), count })));
  };
  host.append(bar, table_of(there, [
    { label: say("col.outcome"), value: outcome_words, head: true, show: (o) => make("span", { class: "nowrap" }, make("span", { class: "key " + outcome_class(o) }), term(o, outcome_words(o))) },
    number_column(say("col.requests"), (o) => counts[o], whole), number_column(say("col.share"), (o) => counts[o] / counts.sent, percent),
    { label: say("col.by_attempt"), show: (o) => (o === "ok" ? "" : attempts(o)) }], { sorted_by: 1 }),
  note(say("steps.note", Object.fromEntries(["started", "succeeded", "failed", "retried", "cancelled"].map((k) => [k, whole(steps[k])])))));
  return true;
}

// p50 as a mark, p50-p95 and p95-p99 as bars, on one scale for all rows.
function range_bar(times_of, most) {
  if (!times_of || times_of.p99_ms == null || !(most > 0)) return none;
  const at = (ms) => (ms / most) * 300;
  const svg = make_svg("svg", { class: "range", viewBox: "0 0 300 16", preserveAspectRatio: "none", "aria-hidden": "true" },
    make_svg("rect", { class: "track", x: 0, y: 7, width: 300, height: 2 }));
  const piece = (c, from, to, y, h) => svg.append(make_svg("rect", { class: c, x: at(from), y, width: Math.max(1.5, at(to) - at(from)), height: h }));
  piece("wide", times_of.p95_ms, times_of.p99_ms, 4, 8);
  piece("narrow", times_of.p50_ms, times_of.p95_ms, 4, 8);
  svg.append(make_svg("rect", { class: "middle", x: at(times_of.p50_ms) - 1, y: 1, width: 2.5, height: 14 }));
  return svg;
}
function range_column(rows, of) {
  const most = Math.max(0, ...rows.map((r) => (of(r) || {}).p99_ms || 0));
  return { label: say("range", { most: milliseconds(most) }), show: (r) => range_bar(of(r), most) };
}
const response = (r) => r.response_time;

function operations_section(host) {
  const rows = report.operations || [];
  if (!rows.length) return false;
  const statuses = (r) => Object.entries(r.statuses || {}).map(([s, n]) => (s === "0" ? say("no_answer") : s) + ": " + whole(n)).join(", ");
  host.append(table_of(rows, any(rows, [text_column(say("col.operation"), (r) => r.operation, { head: true, class: "mono" }), ...request_columns(),
    number_column(say("col.refused_share"), (r) => (r.ratios || {}).rate_limit_ratio, percent, { define: "rate_limit_ratio" }), number_column(say("col.rate"), (r) => r.requests_per_s, per_second, { define: "requests_per_s" }),
    ...time_columns(response), range_column(rows, response)]), { caption: say("operations.caption"), sorted_by: 1 }),
  make("h3", null, say("statuses")), table_of(rows, [text_column(say("col.operation"), (r) => r.operation, { head: true, class: "mono" }), { label: say("col.statuses"), show: statuses }], {}));
  return true;
}

function turns_section(host) {
  const rows = report.turns || [];
  if (!rows.length) return false;
  const measured = rows.filter((r) => response(r) && response(r).p50_ms != null);
  if (measured.length > 1) {
    const chart = make("div");
    host.append(chart);
    add_chart({ host: chart, height: 200, timed: false, label: say("turns.label"), make: () => ({
      data: [measured.map((r) => r.turn), ...["p99_ms", "p95_ms", "p50_ms"].map((p) => measured.map((r) => response(r)[p] ?? null))],
      series: [{ label: say("col.turn"), value: (u, v) => (v == null ? none : String(v)) },
        line("p99", milliseconds, colour("p99"), { key: line_key(colour("p99"), true), scale: "left", width: 1, dash: [4, 3], points: { show: true, size: 4 } }),
        line("p95", milliseconds, colour("p95"), { key: line_key(colour("p95")), scale: "left", points: { show: true, size: 5 } }),
        line("p50", milliseconds, colour("p50"), { key: line_key(colour("p50")), scale: "left", width: 2.5, points: { show: true, size: 5 } })],
      bands: [{ series: [1, 2], fill: colour("band99") }, { series: [2, 3], fill: colour("band95") }],
      scales: { x: { time: false, range: (u, low, high) => [low - 0.3, high + 0.3] }, left: { range: from_zero() } },
      axes: [{ ...time_axis(), incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000], values: (u, s) => s.map((v) => (v % 1 ? "" : say("turn_n", { n: v }))) }, axis("left", 3, milliseconds)],
    }) });
  }
  const step = (r, k) => (r.steps || {})[k];
  host.append(table_of(rows, any(rows, [
    { label: say("col.turn"), number: true, value: (r) => r.turn, head: true, show: (r) => (r.and_later ? say("turn_and_later", { n: r.turn }) : String(r.turn)) }, ...request_columns(),
    number_column(say("col.steps_failed"), (r) => step(r, "failed"), whole), ...time_columns(response)]), { sorted_by: 0, descending: false }));
  return true;
}

function phases_section(host) {
  const rows = report.phases || [];
  if (!rows.length) return false;
  const name = text_column(say("col.phase"), (r) => r.name, { head: true });
  const in_order = { sorted_by: 1, descending: false };
  const from = number_column(say("col.from"), (r) => r.start_s, run_time), to = number_column(say("col.to"), (r) => r.end_s, run_time);
  host.append(
    table_of(rows, any(rows, [name, from, to, ...request_columns(), number_column(say("col.rate"), (r) => r.requests_per_s, per_second, { define: "requests_per_s" }),
      number_column(say("col.refused_share"), (r) => (r.ratios || {}).rate_limit_ratio, percent, { define: "rate_limit_ratio" }), number_column(say("col.success"), (r) => (r.ratios || {}).success_ratio, percent, { define: "success_ratio" }),
      number_column(say("col.opened"), (r) => r.sessions_opened, whole), number_column(say("col.most_alive"), (r) => r.peak_alive, whole)]), in_order),
    make("h3", null, say("phases.more")),
    table_of(rows, any(rows, [name, from, ...time_columns(response).map((c) => ({ ...c, label: say("col.response", { p: c.label }) })),
      number_column(say("col.permit_wait"), (r) => (r.throttle_wait || {}).p95_ms, milliseconds, { define: "throttle_wait" }), number_column(say("col.target_cpu"), (r) => (r.target || {}).cpu_mean, cores),
      number_column(say("col.target_rss"), (r) => (r.target || {}).rss_last_bytes, bytes)]), in_order));
  return true;
}

function tenants_section(host) {
  const rows = report.tenants || [];
  if (!rows.length) return false;
  host.append(table_of(rows, any(rows, [text_column(say("col.tenant"), (r) => r.tenant, { head: true }), ...request_columns(),
    number_column(say("col.success"), (r) => (r.ratios || {}).success_ratio, percent, { define: "success_ratio" }), ...time_columns(response)]), { sorted_by: 1 }));
  return true;
}

function scenario_section(host) {
  const rows = report.scenario_metrics || [];
  if (!rows.length) return false;
  const value = (r, p) => { const v = r.values || {}; return v[p + "_ms"] ?? v[p]; };
  const shown = (r, n) => (n == null ? none : r.kind === "time" ? milliseconds(n) : r.unit === "bytes" ? bytes(n) : figure(n));
  host.append(table_of(rows, any(rows, [text_column(say("col.figure"), (r) => r.name, { head: true, class: "mono" }), text_column(say("col.what"), (r) => r.help),
    text_column(say("col.unit"), (r) => r.unit),
    { label: say("col.count"), number: true, value: (r) => value(r, "count"), show: (r) => whole(value(r, "count")) },
    { label: say("col.sum"), number: true, value: (r) => r.sum, show: (r) => (r.unit === "bytes" ? bytes(r.sum) : whole(r.sum)) },
    ...["p50", "p95", "p99", "max"].map((p) => ({ label: p === "max" ? say("col.max") : p, number: true, value: (r) => value(r, p), show: (r) => shown(r, value(r, p)) }))]), {}));
  return true;
}

function alerts_section(host) {
  const rows = report.alerts || [];
  if (!rows.length) return false;
  host.append(table_of(rows, any(rows, [text_column(say("col.alert"), (r) => r.expression, { head: true, class: "mono" }), number_column(say("col.from"), (r) => r.from_s, run_time),
    { label: say("col.to"), number: true, value: (r) => r.to_s ?? Infinity, show: (r) => (r.to_s == null ? say("run_end") : run_time(r.to_s)) },
    { label: say("col.worst"), number: true, value: (r) => r.worst, show: (r) => (/rss/.test(r.expression) ? bytes(r.worst) : /ratio/.test(r.expression) ? percent(r.worst) : figure(r.worst)) }]), { sorted_by: 1, descending: false }));
  return true;
}

function times_section(host) {
  const rows = ["response_time", "service_time", "lag", "throttle_wait", "step_time"].filter((k) => (report.latency || {})[k]).map((k) => ({ key: k, of: report.latency[k] }));
  if (!rows.length) return false;
  host.append(table_of(rows, any(rows, [text_column(say("col.time"), (r) => say("time." + r.key), { head: true, show: (r) => term(r.key, say("time." + r.key)) }), number_column(say("col.count"), (r) => r.of.count, whole),
    ...["min", "mean", "p50", "p75", "p90", "p95", "p99", "p99_9", "max"].map((p) => number_column(["min", "mean", "max"].includes(p) ? say("col." + p) : p.replace("_9", ".9"), (r) => r.of[p + "_ms"], milliseconds))]), {}));
  return true;
}
