// The slowest requests of each operation: where to look first, and by which trace id the target knows them.
function turn_words(turn) {
  return turn == null ? say("turn.close") : turn === 0 ? say("turn.open") : say("turn_n", { n: turn });
}
function trace_cell(row) {
  if (!row.trace_id) return none;
  return make("span", { class: "nowrap" }, make("code", { class: "trace" }, row.trace_id), " ", copy_button(row.trace_id, say("copy.trace", { id: row.trace_id })));
}
function slowest_section(host) {
  const rows = (report.operations || []).flatMap((o) => (o.slowest || []).map((s) => ({ operation: o.operation, ...s })));
  if (!rows.length) return false;
  const traced = rows.some((r) => r.trace_id);
  host.append(note(say(traced ? "slowest.note.traced" : "slowest.note")), table_of(rows, [
    text_column(say("col.operation"), (r) => r.operation, { head: true, class: "mono" }),
    number_column(say("col.response_time"), (r) => r.response_time_ms, milliseconds, { define: "response_time" }),
    number_column(say("col.at"), (r) => r.at_s, run_time), number_column(say("col.session_number"), (r) => r.session, String),
    { label: say("col.turn"), value: (r) => r.turn ?? Infinity, show: (r) => turn_words(r.turn) + (r.attempt > 1 ? ", " + say("slowest.attempt", { n: r.attempt }) : "") },
    text_column(say("col.address"), (r) => r.address, { class: "mono" }),
    { label: say("col.outcome"), value: (r) => r.outcome, show: (r) => make("span", { class: "nowrap" }, make("span", { class: "key " + outcome_class(r.outcome) }), outcome_words(r.outcome) + " " + r.status) },
    ...(traced ? [{ label: say("col.trace"), show: trace_cell }] : [])], { caption: say("slowest.caption") }));
}
