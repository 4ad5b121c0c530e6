// What was done to the run while it went on: a mark on every chart over time, and its words in a table.
const run_events = () => (Array.isArray(report.events) ? report.events : []).filter((e) => e && e.at_s != null);
const event_words = (e) => (["pause", "resume", "multiplier", "end"].includes(e.what) ? say("event." + e.what, { factor: figure(e.value) }) : String(e.text || e.what));

// A dashed line at each event, with its number where the chart names phases.
function mark_events(u, numbered) {
  const list = run_events();
  if (!list.length) return;
  const { ctx, bbox } = u, ratio = devicePixelRatio;
  ctx.save();
  ctx.strokeStyle = ctx.fillStyle = colour("text");
  ctx.lineWidth = ratio;
  ctx.setLineDash([3 * ratio, 3 * ratio]);
  ctx.font = 11 * ratio + "px system-ui, sans-serif";
  ctx.textBaseline = "bottom";
  list.forEach((e, i) => {
    const x = u.valToPos(e.at_s, "x", true);
    if (x < bbox.left || x > bbox.left + bbox.width) return;
    ctx.beginPath();
    ctx.moveTo(x, bbox.top);
    ctx.lineTo(x, bbox.top + bbox.height);
    ctx.stroke();
    if (numbered) ctx.fillText(String(i + 1), x + 3 * ratio, bbox.top + bbox.height);
  });
  ctx.restore();
}
function events_section(host) {
  const list = run_events();
  if (!list.length) return false;
  host.append(note(say("events.note")), table_of(list.map((e, i) => ({ ...e, n: i + 1 })), [
    { label: say("col.event_number"), number: true, value: (e) => e.n, head: true, show: (e) => String(e.n) },
    number_column(say("col.at"), (e) => e.at_s, run_time), text_column(say("col.event"), event_words)], { sorted_by: 1, descending: false }));
}
charts.marks.push(mark_events);
