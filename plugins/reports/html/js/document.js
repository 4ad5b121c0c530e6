// The run report out of the page, its long tables as columns.
const report = JSON.parse(document.getElementById("data").textContent);
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
  if (!columns || !columns.n) return { n: 0 };
  for (const [key, column] of Object.entries(columns))
    if (key !== "n") columns[key] = typeof column === "number" ? new Array(columns.n).fill(column) : typeof column === "string" ? unpacked(column) : column;
  return columns;
}
const timeline = columns_of("timeline");
const addresses = columns_of("addresses");
const adjustments = columns_of("rate_adjustments");
// `sum` adds columns where any of them is there.
function sum(columns, names) {
  const there = names.map((n) => columns[n]).filter(Boolean);
  if (!there.length) return undefined;
  return there[0].map((_, i) => there.reduce((total, c) => total + (c[i] || 0), 0));
}
// Addresses are written as what they share with the one before, and the rest.
addresses.address = (() => {
  let before = "";
  return (addresses.address || []).map((a) => (before = before.slice(0, parseInt(a[0], 36)) + a.slice(1)));
})();

// Times of the timeline with the end of its last span: values hold from their time to the next.
const times = timeline.t_s && timeline.n ? [...timeline.t_s, timeline.t_s[timeline.n - 1] + ((timeline.span_s || [])[timeline.n - 1] || 1)] : [];
const until_end = (column) => column && [...column, column[column.length - 1]];
const a_second = (column) => column && column.map((n, i) => (n == null ? null : n / ((timeline.span_s || [])[i] || 1)));
// Spans of phases as they were, else as planned.
const phase_spans = (report.phases && report.phases.length ? report.phases : (report.run || {}).planned_phases || [])
  .filter((p) => p.start_s != null && p.end_s != null);
const run_end = times.length ? times[times.length - 1] : (report.run || {}).duration_s || 0;
