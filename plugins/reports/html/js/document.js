// The run report that the page shows, its long tables as columns. The live page takes a new one every second.
let report = {};
const empty_requests = {};
const failed_outcomes = ["timeout", "connect_error", "server_error", "client_error", "protocol_error"];
const outcomes = ["ok", "business_error", "rate_limited", ...failed_outcomes, "cancelled", "empty_poll", "plugin_fault"];
const outcome_words = (o) => (outcomes.includes(o) ? say("outcome." + o) : String(o));
const outcome_class = (o) => (["ok", "business_error", "rate_limited"].includes(o) ? o
  : failed_outcomes.includes(o) || o === "plugin_fault" ? "failed" : "other");

// Columns of a table; one that was nowhere measured is undefined. A column of one value all over is written as that
// value, a packed one as text: seven bits a byte, lowest first, in base64.
function unpacked(text) {
  const bytes = atob(text), values = [];
  let value = 0, weight = 1;
  for (let i = 0; i < bytes.length; ++i) {
    const byte = bytes.charCodeAt(i);
    value += (byte & 127) * weight;
    weight *= 128;
    if (byte < 128) { values.push(value); value = 0; weight = 1; }
  }
  return values;
}
function columns_of(name) {
  const columns = report[name];
  if (Array.isArray(columns)) return columns_from(columns);
  if (!columns || !columns.n) return { n: 0 };
  for (const [key, column] of Object.entries(columns))
    if (key !== "n") columns[key] = typeof column === "number" ? new Array(columns.n).fill(column) : typeof column === "string" ? unpacked(column) : column;
  return columns;
}
// Rows of the run report as such columns: a request's outcome under its own name, what lies deeper as generator_cpu, lists
// as target_series_0, target_series_1 ... null where a row lacks the value.
function columns_from(rows) {
  const columns = { n: 0 };
  for (const row of rows) add_row(columns, row);
  return columns;
}
function add_row(columns, row) {
  const put = (key, value) => {
    (columns[key] = columns[key] || new Array(columns.n).fill(null)).push(value);
  };
  for (const [name, value] of Object.entries(row)) {
    if (value === null || typeof value !== "object") put(name, value);
    else if (!Array.isArray(value)) for (const [part, n] of Object.entries(value))
      if (Array.isArray(n)) n.forEach((one, i) => put(name + "_" + part + "_" + i, one));
      else put(name === "requests" ? part : name + "_" + part, n);
  }
  ++columns.n;
  for (const column of Object.values(columns)) if (Array.isArray(column) && column.length < columns.n) column.push(null);
}
// `sum` adds columns where any of them is there.
function sum(columns, names) {
  const there = names.map((n) => columns[n]).filter(Boolean);
  if (!there.length) return undefined;
  return there[0].map((_, i) => there.reduce((total, c) => total + (c[i] || 0), 0));
}
const until_end = (column) => column && [...column, column[column.length - 1]];
const a_second = (column) => column && column.map((n, i) => (n == null ? null : n / ((timeline.span_s || [])[i] || 1)));

let timeline, addresses, adjustments;
let times;        // of the timeline, with the end of its last span: values hold from their time to the next
let phase_spans;  // as they were; while the run goes on, as planned
let run_end;
function take_report(made) {
  report = made;
  timeline = columns_of("timeline");
  addresses = columns_of("addresses");
  adjustments = columns_of("rate_adjustments");
  if (!Array.isArray(report.addresses)) unfold_addresses();
  measure_times();
}
// Addresses are written as what they share with the one before, and the rest.
function unfold_addresses() {
  let before = "";
  addresses.address = (addresses.address || []).map((a) => (before = before.slice(0, parseInt(a[0], 36)) + a.slice(1)));
}
function measure_times() {
  times = timeline.t_s && timeline.n ? [...timeline.t_s, timeline.t_s[timeline.n - 1] + ((timeline.span_s || [])[timeline.n - 1] || 1)] : [];
  const planned = (report.run || {}).planned_phases || [];
  phase_spans = (report.phases && report.phases.length && !report.state ? report.phases : planned)
    .filter((p) => p.start_s != null && p.end_s != null);
  run_end = times.length ? times[times.length - 1] : (report.run || {}).duration_s || 0;
}
take_report(JSON.parse(document.getElementById("data").textContent));
