// The tables of the report: outcomes, operations, turns, phases, tenants, the scenario's figures, config, sums.

function outcomes_section() {
  const counts = (report.totals || {}).requests || {};
  const there = Object.keys(outcome_words).filter((o) => counts[o] > 0);
  if (!there.length || !counts.sent) return leave_out("outcomes");
  let at = 0;
  const bar = make_svg("svg", { class: "share", viewBox: "0 0 1000 16", preserveAspectRatio: "none", "aria-hidden": "true" });
  for (const o of there) {
    const width = (counts[o] / counts.sent) * 1000;
    bar.append(make_svg("rect", { class: outcome_class(o), x: at, y: 0, width: Math.max(0, width - 1), height: 16 }));
    at += width;
  }
  const steps = (report.totals || {}).steps || {};
  part("outcomes").append(bar, table_of(there, [
    { label: "outcome", value: (o) => outcome_words[o], head: true, show: (o) => make("span", { class: "nowrap" }, make("span", { class: "key " + outcome_class(o) }), outcome_words[o]) },
    number_column("requests", (o) => counts[o], whole), number_column("share", (o) => counts[o] / counts.sent, percent),
    { label: "by attempt", show: (o) => o === "ok" ? "" : retries_of(o) }], { sorted_by: 1 }),
  note("Steps (open, turn, close; retries forgiven): " + ["started", "succeeded", "failed", "retried", "cancelled"].filter((k) => steps[k] != null)
    .map((k) => whole(steps[k]) + " " + k).join(", ") + "."));
}
// How often each attempt of a step met this outcome: "1st 16, 2nd 2".
function retries_of(outcome) {
  const by = {};
  for (const f of report.failures || []) if (f.outcome === outcome) for (const a of f.attempts || []) by[a.attempt] = (by[a.attempt] || 0) + a.count;
  return attempts_text(Object.entries(by).map(([attempt, count]) => ({ attempt: Number(attempt), count })));
}
const nth = (n) => (n >= 16 ? "16th or later" : n + (["th", "st", "nd", "rd"][n % 10 > 3 || (n > 10 && n < 14) ? 0 : n % 10]));
const attempts_text = (list) => list.filter((a) => a.count).sort((a, b) => a.attempt - b.attempt).map((a) => nth(a.attempt) + ": " + whole(a.count)).join(", ");

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
  return { label: "p50 (mark) to p95 to p99, up to " + milliseconds(most), show: (r) => range_bar(of(r), most) };
}
const response = (r) => r.response_time;

function operations_section() {
  const rows = report.operations || [];
  if (!rows.length) return leave_out("operations");
  const statuses = (r) => Object.entries(r.statuses || {}).map(([s, n]) => (s === "0" ? "no answer" : s) + ": " + whole(n)).join(", ");
  part("operations").append(table_of(rows, any(rows, [text_column("operation", (r) => r.operation, { head: true, class: "mono" }), ...request_columns,
    number_column("refused, share", (r) => (r.ratios || {}).rate_limit_ratio, percent), number_column("rate", (r) => r.requests_per_s, per_second),
    ...time_columns(response), range_column(rows, response)]), { caption: "Response time of answered requests; long polls have none.", sorted_by: 1 }),
  make("h3", null, "Statuses"), table_of(rows, [text_column("operation", (r) => r.operation, { head: true, class: "mono" }), { label: "HTTP status: requests", show: statuses }], {}));
}

function turns_section() {
  const rows = report.turns || [];
  if (!rows.length) return leave_out("turns");
  const measured = rows.filter((r) => response(r) && response(r).p50_ms != null);
  if (measured.length > 1) {
    const host = make("div");
    part("turns").append(host);
    add_chart({ host, height: 200, timed: false, label: "Response time by turn of a session.", make: () => ({
      data: [measured.map((r) => r.turn), ...["p99_ms", "p95_ms", "p50_ms"].map((p) => measured.map((r) => response(r)[p] ?? null))],
      series: [{ label: "turn", value: (u, v) => (v == null ? none : String(v)) },
        line("p99", milliseconds, colour("p99"), { key: line_key(colour("p99"), true), scale: "left", width: 1, dash: [4, 3], points: { show: true, size: 4 } }),
        line("p95", milliseconds, colour("p95"), { key: line_key(colour("p95")), scale: "left", points: { show: true, size: 5 } }),
        line("p50", milliseconds, colour("p50"), { key: line_key(colour("p50")), scale: "left", width: 2.5, points: { show: true, size: 5 } })],
      bands: [{ series: [1, 2], fill: colour("band99") }, { series: [2, 3], fill: colour("band95") }],
      scales: { x: { time: false, range: (u, low, high) => [low - 0.3, high + 0.3] }, left: { range: from_zero() } },
      axes: [{ ...time_axis(), incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000], values: (u, s) => s.map((v) => (v % 1 ? "" : "turn " + v)) }, axis("left", 3, milliseconds)],
    }) });
  }
  const step = (r, k) => (r.steps || {})[k];
  part("turns").append(table_of(rows, any(rows, [
    { label: "turn", number: true, value: (r) => r.turn, head: true, show: (r) => r.turn + (r.and_later ? " and later" : "") }, ...request_columns,
    number_column("steps failed", (r) => step(r, "failed"), whole), ...time_columns(response)]), { sorted_by: 0, descending: false }));
}

function phases_section() {
  const rows = report.phases || [];
  if (!rows.length) return leave_out("phases");
  const name = text_column("phase", (r) => r.name, { head: true });
  const in_order = { sorted_by: 1, descending: false };
  const from = number_column("from", (r) => r.start_s, run_time), to = number_column("to", (r) => r.end_s, run_time);
  part("phases").append(
    table_of(rows, any(rows, [name, from, to, ...request_columns, number_column("rate", (r) => r.requests_per_s, per_second),
      number_column("refused, share", (r) => (r.ratios || {}).rate_limit_ratio, percent), number_column("steps ended well", (r) => (r.ratios || {}).success_ratio, percent),
      number_column("sessions opened", (r) => r.sessions_opened, whole), number_column("most alive", (r) => r.peak_alive, whole)]), in_order),
    make("h3", null, "Times and the target by phase"),
    table_of(rows, any(rows, [name, from, ...time_columns(response).map((c) => ({ ...c, label: "response " + c.label })),
      number_column("permit wait p95", (r) => (r.throttle_wait || {}).p95_ms, milliseconds), number_column("target processor", (r) => (r.target || {}).cpu_mean, cores),
      number_column("target memory at end", (r) => (r.target || {}).rss_last_bytes, bytes)]), in_order));
}

function tenants_section() {
  const rows = report.tenants || [];
  if (!rows.length) return leave_out("tenants");
  part("tenants").append(table_of(rows, any(rows, [text_column("tenant", (r) => r.tenant, { head: true }), ...request_columns,
    number_column("steps ended well", (r) => (r.ratios || {}).success_ratio, percent), ...time_columns(response)]), { sorted_by: 1 }));
}

function scenario_section() {
  const rows = report.scenario_metrics || [];
  if (!rows.length) return leave_out("scenario");
  const value = (r, p) => { const v = r.values || {}; return v[p + "_ms"] ?? v[p]; };
  const shown = (r, n) => (n == null ? none : r.kind === "time" ? milliseconds(n) : r.unit === "bytes" ? bytes(n) : figure(n));
  part("scenario").append(table_of(rows, any(rows, [text_column("figure", (r) => r.name, { head: true, class: "mono" }), text_column("what it is", (r) => r.help),
    text_column("unit", (r) => r.unit),
    { label: "count", number: true, value: (r) => value(r, "count"), show: (r) => whole(value(r, "count")) },
    { label: "sum", number: true, value: (r) => r.sum, show: (r) => (r.unit === "bytes" ? bytes(r.sum) : whole(r.sum)) },
    ...["p50", "p95", "p99", "max"].map((p) => ({ label: p, number: true, value: (r) => value(r, p), show: (r) => shown(r, value(r, p)) }))]), {}));
}

function alerts_section() {
  const rows = report.alerts || [];
  if (!rows.length) return leave_out("alerts");
  part("alerts").append(table_of(rows, any(rows, [text_column("alert", (r) => r.expression, { head: true, class: "mono" }), number_column("from", (r) => r.from_s, run_time),
    { label: "to", number: true, value: (r) => r.to_s ?? Infinity, show: (r) => (r.to_s == null ? "the run's end" : run_time(r.to_s)) },
    { label: "worst", number: true, value: (r) => r.worst, show: (r) => (/rss/.test(r.expression) ? bytes(r.worst) : /ratio/.test(r.expression) ? percent(r.worst) : figure(r.worst)) }]), { sorted_by: 1, descending: false }));
}

function times_section() {
  const names = { response_time: "response time", service_time: "service time", lag: "lag", throttle_wait: "wait for permits", step_time: "step time" };
  const rows = Object.keys(names).filter((k) => (report.latency || {})[k]).map((k) => ({ name: names[k], of: report.latency[k] }));
  if (!rows.length) return leave_out("times");
  part("times").append(table_of(rows, any(rows, [text_column("time", (r) => r.name, { head: true }), number_column("count", (r) => r.of.count, whole),
    ...["min", "mean", "p50", "p75", "p90", "p95", "p99", "p99_9", "max"].map((p) => number_column(p.replace("_9", ".9"), (r) => r.of[p + "_ms"], milliseconds))]), {}));
}

// What was judged over the run (leak, recovery): each figure by its name, its unit by the name's ending.
function judged_section(name) {
  const facts = Object.entries(report[name] || {}).filter(([, v]) => v != null);
  if (!facts.length) return leave_out(name);
  const endings = [[/bytes(_per_\w+)?$/, bytes], [/_ms$/, milliseconds], [/_s$/, run_time], [/ratio$/, percent]];
  const list = make("dl", { class: "words" });
  for (const [key, v] of facts) {
    const ending = typeof v === "number" && endings.find(([e]) => e.test(key));
    const shown = ending ? ending[1](v) : typeof v === "number" ? figure(v) : typeof v === "object" ? JSON.stringify(v) : String(v).replace(/_/g, " ");
    list.append(make("dt", null, key.replace(/_(ms|s)$/, "").replace(/_/g, " ")), make("dd", null, shown));
  }
  part(name).append(list);
}

function config_section() {
  const run = report.run || {};
  const facts = [["run", run.id], ["command", run.command], ["lsrun", run.lsrun_version], ["target", run.target_url], ["time scale", run.time_scale], ["seed", run.seed], ["threads", run.threads], ["started", run.started_utc], ["ended", run.ended_utc]]
    .filter(([, v]) => v != null && v !== "");
  const list = make("dl", { class: "words" });
  const add = (name, value) => list.append(make("dt", null, name), make("dd", { class: "mono" }, String(value)));
  for (const [name, value] of facts) add(name, value);
  for (const [name, value] of Object.entries(run.environment || {})) add(name.replace(/_/g, " "), /bytes$/.test(name) && typeof value === "number" ? bytes(value) : typeof value === "object" ? JSON.stringify(value) : value);
  const generator = report.generator || {};
  if (generator.cpu_us_per_request != null) add("lsrun's cost", with_unit(generator.cpu_us_per_request, "\u00b5s") + " of processor time a request");
  part("config").append(list);
  if (run.config && Object.keys(run.config).length)
    part("config").append(make("h3", null, "Effective config, secrets masked"), make("pre", { tabindex: 0 }, JSON.stringify(run.config, null, 2)));
}

function sums_section() {
  const laws = (report.conservation || {}).laws || [];
  if (!laws.length) return leave_out("sums");
  const table = table_of(laws, [text_column("sum", (l) => l.law, { head: true }), number_column("left", (l) => l.left, whole), number_column("right", (l) => l.right, whole),
    { label: "verdict", value: (l) => String(l.holds), show: (l) => (l.holds ? "equal" : "not equal") }], { sorted_by: 3, descending: false });
  const broken = laws.filter((l) => !l.holds).length;
  part("sums").append(broken ? table : make("details", null, make("summary", null, "All " + whole(laws.length) + " are equal; show them"), table));
}
