// What was judged over the run, with its fit drawn: does the target's memory grow without end, and how soon was a burst over.

// A vertical mark with a word beside it.
function mark_time(u, at, text, row) {
  const { ctx, bbox } = u, x = u.valToPos(at, "x", true), ratio = devicePixelRatio;
  if (x < bbox.left || x > bbox.left + bbox.width) return;
  ctx.save();
  ctx.strokeStyle = ctx.fillStyle = colour("text");
  ctx.lineWidth = ratio;
  ctx.setLineDash([3 * ratio, 3 * ratio]);
  ctx.beginPath();
  ctx.moveTo(x, bbox.top);
  ctx.lineTo(x, bbox.top + bbox.height);
  ctx.stroke();
  ctx.font = 12 * ratio + "px system-ui, sans-serif";
  ctx.textBaseline = "top";
  const room = bbox.left + bbox.width - x;
  ctx.textAlign = room < ctx.measureText(text).width + 10 * ratio ? "right" : "left";
  ctx.fillText(text, x + (ctx.textAlign === "left" ? 5 : -5) * ratio, bbox.top + (4 + 15 * row) * ratio);
  ctx.restore();
}
// A value at the timeline's times from `from` to `to`, else nothing.
const between = (from, to, value) => (from == null ? undefined : timeline.t_s.map((t) => (t >= from - 1e-6 && t <= to + 1e-6 ? value(t) : null)));

function leak_section(host) {
  const leak = report.leak;
  if (!leak) return false;
  const per_hour = (n) => bytes(n) + "/h";
  const sentences = [leak.bytes_per_hour == null || leak.verdict === "too_short_to_tell" ? say("leak.too_short_to_tell")
    : say("leak." + leak.verdict, { rate: bytes(leak.bytes_per_hour), least: per_hour(leak.bytes_per_hour_least), most: per_hour(leak.bytes_per_hour_most) })];
  if (leak.bytes_per_session != null) sentences.push(say("leak.session", { bytes: bytes(leak.bytes_per_session) }));
  if (leak.to_s != null) sentences.push(say("leak.span", { from: run_time(leak.from_s), to: run_time(leak.to_s) }));
  host.append(make("p", null, sentences.join(" ")));
  if (leak.why) host.append(make("p", { class: "note", lang: "en" }, leak.why));
  if (!timeline.target_rss_bytes || leak.start_bytes == null) return true;
  const grown = (slope) => between(leak.from_s, leak.to_s, (t) => leak.start_bytes + (slope / 3600) * (t - leak.from_s));
  const least = timeline.t_s.map(() => null);
  for (const w of leak.envelope || []) {
    const at = timeline.t_s.findIndex((t, i) => w.t_s < t + ((timeline.span_s || [])[i] || 1));
    if (at >= 0) least[at] = w.rss_bytes;
  }
  const all = timeline.target_rss_bytes.filter((n) => n != null), low = Math.min(...all), high = Math.max(...all);
  const room = Math.max((high - low) * 0.15, high * 0.01, 1);
  lines_chart(host, say("leak.label"), [
    { label: say("rss"), column: timeline.target_rss_bytes, scale: "left", format: bytes, colour: "other" },
    { label: say("leak.windows"), column: least, scale: "left", format: bytes, colour: "text", points: true },
    { label: say("leak.fit"), column: grown(leak.bytes_per_hour), scale: "left", format: bytes, colour: "failed", width: 2.5, straight: true },
    { label: say("leak.bounds"), column: grown(leak.bytes_per_hour_least), scale: "left", format: bytes, colour: "failed", dash: [4, 3], straight: true },
    { label: say("leak.bounds"), column: grown(leak.bytes_per_hour_most), scale: "left", format: bytes, colour: "failed", dash: [4, 3], straight: true }],
  { left: () => [Math.max(0, low - room), high + room] });
  return true;
}

function recovery_section(host) {
  const r = report.recovery;
  if (!r) return false;
  const phase = r.burst ?? "", end = run_time(r.burst_end_s);
  host.append(make("p", null, (r.recovered ? say("recovery.yes", { after: run_time(r.recovered_after_s), phase, end }) : say("recovery.no", { phase, end })) + " " +
    say("recovery.before", { success: percent(r.success_before), p95: milliseconds(r.p95_before_ms) })));
  if (!times.length || !timeline.p95_ms) return true;
  const well = sum(timeline, ["ok", "business_error"]) || [];
  const success = well.map((n, i) => {
    const judged = (timeline.sent || [])[i] - ((timeline.cancelled || [])[i] || 0) - ((timeline.empty_poll || [])[i] || 0);
    return judged > 0 ? n / judged : null;
  });
  const flat = (value) => (value == null ? undefined : timeline.t_s.map(() => value));
  const p95 = r.p95_before_ms == null ? undefined : Math.max(r.p95_before_ms * 1.2, r.p95_before_ms + 50);
  lines_chart(host, say("recovery.label"), [
    { label: "p95", column: timeline.p95_ms, scale: "left", format: milliseconds, colour: "p95", width: 2 },
    { label: say("recovery.p95_bound"), column: flat(p95), scale: "left", format: milliseconds, colour: "p95", dash: [4, 3] },
    { label: say("recovery.success"), column: success, scale: "right", format: percent, colour: "held", width: 2 },
    { label: say("recovery.success_bound"), column: flat(r.success_before == null ? undefined : r.success_before * 0.8), scale: "right", format: percent, colour: "held", dash: [2, 3] }],
  { right: () => [0, 1.05] }, { draw: [(u) => {
    mark_time(u, r.burst_end_s, say("recovery.mark_end"), 0);
    if (r.recovered_after_s != null) mark_time(u, r.burst_end_s + r.recovered_after_s, say("recovery.mark_back"), 1);
  }] });
  return true;
}
