// Rate control: permits used beside those that were to be had, the wait for them, every change of the multiplier.

// "600/min", "10/s" -> a second; undefined for "none" and what is no rate.
function rate_of(text) {
  const m = /^([\d.]+)\s*\/\s*(s|min|h)/.exec(String(text ?? ""));
  return m ? Number(m[1]) / { s: 1, min: 60, h: 3600 }[m[2]] : undefined;
}
// What the config allows all addresses together, a second of the run: by the base rate, and by the narrowest limit.
function allowances() {
  const run = report.run || {}, config = run.config || {}, scale = run.time_scale || 1;
  const base = rate_of((config.rate || {}).base), limits = config.limits || {}, count = (config.pool || {}).count;
  const headroom = 1 - (parseFloat(limits.headroom) || 0) / 100;
  const busiest = (report.operations || []).reduce((best, o) => (((o.requests || {}).sent || 0) > ((best || {}).requests || {}).sent || !best ? o : best), null);
  const name = busiest && limits[busiest.operation] !== undefined ? busiest.operation : "default";
  const limit = rate_of(limits[name]);
  return { base: base && base * scale, limit: limit && count ? limit * count * headroom * scale : undefined, name };
}
function permits_section(host) {
  const sent = a_second(timeline.sent), allowed = allowances();
  if (sent) {
    const flat = allowed.limit && times.length ? timeline.t_s.map(() => allowed.limit) : undefined;
    lines_chart(host, say("permits.label"), [
      { label: say("permits.used"), column: sent, scale: "left", format: per_second, colour: "one", width: 2 },
      { label: say("permits.base"), column: allowed.base && timeline.multiplier ? timeline.multiplier.map((m) => m * allowed.base) : undefined, scale: "left", format: per_second, colour: "two", dash: [5, 3] },
      { label: say("permits.limit", { operation: allowed.name }), column: flat, scale: "left", format: per_second, colour: "refused", dash: [2, 2] }], {}, { draw: [mark_adjustments] });
  }
  lines_chart(host, say("wait.label"), [
    { label: say("wait.p95"), column: timeline.throttle_wait_p95_ms, scale: "left", format: milliseconds, colour: "one", width: 2 },
    { label: say("waiting"), column: if_any(timeline.throttled), scale: "right", format: whole, colour: "two", dash: [5, 3] }]);
  const n = adjustments.n;
  if (!n) { host.append(note(say("adjustments.none"))); return true; }
  const word = (name) => (i) => { const value = (adjustments[name] || [])[i]; return adjustments[name + "_words"] ? adjustments[name + "_words"][value] : value; };
  const of = (name) => (i) => (adjustments[name] || [])[i];
  let lowered = 0;
  for (let i = 0; i < n; ++i) if (of("to")(i) < of("from")(i)) ++lowered;
  const more = report.rate_adjustments_left_out;
  host.append(note(say("adjustments.note", { n: whole(n), lowered: whole(lowered), raised: whole(n - lowered) }) + (more ? " " + say("adjustments.more", { n: whole(more) }) : "")));
  const column = (label, value, format, define) => ({ label, number: true, value, show: (i) => format(value(i)), define });
  host.append(make_table({ count: n, name: say("adjustments.name"), sorted_by: 0, descending: false, columns: [
    column(say("col.at"), of("at_s"), run_time), { label: say("col.address"), value: word("address"), show: (i) => word("address")(i) ?? none, class: "mono", head: true },
    { label: say("col.operation"), value: word("operation"), show: (i) => word("operation")(i) ?? none, class: "mono" },
    column(say("col.window"), of("window_ratio"), percent, "rate_limit_ratio"), column(say("col.before"), of("from"), figure, "multiplier"), column(say("col.after"), of("to"), figure, "multiplier")] }).box);
  return true;
}
