// The charts over time: the whole run at once, then refusals, sessions, the target and lsrun itself.

// The lower part of the first chart is for throughput, the upper for response time.
const lower = 0.36, upper_from = 0.43;
function course_chart(host) {
  const groups = [
    ["ok", sum(timeline, ["ok", "business_error"]), () => colour("ok"), () => plain_key(colour("ok"))],
    ["empty polls, cancelled", sum(timeline, ["empty_poll", "cancelled"]), () => hatch(colour("back"), colour("other"), 12), () => hatched_key(colour("other"), 5)],
    ["refused (429)", sum(timeline, ["rate_limited"]), () => hatch(colour("back"), colour("refused"), 6), () => hatched_key(colour("refused"), 3)],
    ["failed", sum(timeline, failed_outcomes), () => colour("failed"), () => plain_key(colour("failed"))],
  ].filter(([, column]) => column && column.some((n) => n > 0));
  const rates = groups.map(([, column]) => until_end(a_second(column)));
  // Each layer is drawn down to zero and covered by those below it: failures lie at the bottom.
  const layers = rates.map((_, k) => times.map((_t, i) => rates.slice(k).reduce((total, r) => total + (r[i] || 0), 0)));
  const latencies = ["p99_ms", "p95_ms", "p50_ms"].map((n) => [n, until_end(timeline[n])]).filter(([, c]) => c);
  const highest = Math.max(0, ...latencies.flatMap(([, c]) => c.filter((v) => v != null)));
  add_chart({ host, height: narrow() ? 380 : 460, timed: true, names_phases: true,
    label: "Response time (p50, p95, p99) above and requests a second by outcome below, over the run. Largest p99 of a second " + milliseconds(highest) + ".",
    make: () => {
      const looks = { p99_ms: { stroke: colour("p99"), width: 1, dash: [4, 3] }, p95_ms: { stroke: colour("p95"), width: 1.5 }, p50_ms: { stroke: colour("p50"), width: 2.5 } };
      const layer = ([name, , fill, key], k) => ({ label: name, key: key(), scale: "rate", fill: fill(), stroke: "transparent", width: 0, paths: stepped(),
        points: { show: false }, value: (u, v, s, i) => (i == null ? none : per_second(rates[k][i])) });
      const band = (name, fill, from, to) => latencies.length === 3 && { series: [1 + groups.length + from, 1 + groups.length + to], fill: colour(fill) };
      const within = (low, high) => (u, splits) => splits.map((v) => (v < low || v > high(u) * 1.0001 ? null : v));
      const ms_only = within(0, (u) => u.scales.ms.max), rate_only = within(0, (u) => u.scales.rate.max * lower);
      return {
        data: [times, ...layers, ...latencies.map(([, c]) => c)],
        series: [{ label: "at", value: (u, v) => (v == null ? none : run_time(v)) }, ...groups.map(layer),
          ...latencies.map(([n]) => line(n.slice(0, -3), milliseconds, null, { scale: "ms", key: line_key(looks[n].stroke, looks[n].dash), ...looks[n] }))],
        bands: [band("p99", "band99", 0, 1), band("p95", "band95", 1, 2)].filter(Boolean),
        scales: { x: { time: false, range: (u, low, high) => [low, high] },
          rate: { range: (u, low, high) => [0, ((high || 1) * 1.02) / lower] },
          ms: { range: (u, low, high) => { const top = (high || 1) * 1.12; return [(-upper_from / (1 - upper_from)) * top, top]; } } },
        axes: [time_axis(), axis("ms", 3, milliseconds, { filter: ms_only, grid: { stroke: colour("grid"), width: 1, filter: ms_only }, ticks: { stroke: colour("line"), width: 1, size: 4, filter: ms_only } }),
          axis("rate", 1, per_second, { filter: rate_only, space: 26, ticks: { stroke: colour("line"), width: 1, size: 4, filter: rate_only } })],
        hooks: { draw: [(u) => {
          const y = u.valToPos(0, "ms", true), { ctx, bbox } = u;
          ctx.save();
          ctx.strokeStyle = colour("line");
          ctx.lineWidth = devicePixelRatio;
          ctx.beginPath();
          ctx.moveTo(bbox.left, y);
          ctx.lineTo(bbox.left + bbox.width, y);
          ctx.stroke();
          ctx.fillStyle = colour("soft");
          ctx.font = 12 * devicePixelRatio + "px system-ui, sans-serif";
          ctx.textBaseline = "top";
          const words = narrow() ? "above: response time, below: requests a second" : "above: response time (p50, p95, p99), below: requests a second by outcome";
          ctx.fillText(words, bbox.left + 5 * devicePixelRatio, y + 6 * devicePixelRatio);
          ctx.restore();
        }] },
      };
    } });
}

const byte_steps = Array.from({ length: 44 }, (_, i) => 2 ** i);
// A chart of up to two quantities: `lines` are { label, column, scale: "left"|"right", format, colour, ... }.
function lines_chart(host, label, lines, scales) {
  const there = lines.filter((l) => l.column);
  if (!there.length) return false;
  const used = (side) => there.find((l) => l.scale === side);
  add_chart({ host, height: narrow() ? 170 : 190, timed: true, label, make: () => ({
    data: [times, ...there.map((l) => until_end(l.column))],
    series: [{ label: "at", value: (u, v) => (v == null ? none : run_time(v)) },
      ...there.map((l) => line(l.label + (l.scale === "right" ? " (right axis)" : ""), l.format, colour(l.colour), { key: l.filled ? hatched_key(colour(l.colour), 3) : line_key(colour(l.colour), l.dash), scale: l.scale, paths: stepped(), dash: l.dash, width: l.width || 1.5,
        fill: l.filled ? hatch(colour("back"), colour(l.colour), 6) : undefined }))],
    bands: [],
    scales: { x: { time: false, range: (u, low, high) => [low, high] }, left: { range: (scales || {}).left || from_zero() }, right: { range: (scales || {}).right || from_zero() } },
    axes: [time_axis(), ...["left", "right"].filter(used).map((side) => axis(side, side === "left" ? 3 : 1, used(side).format === cores ? figure : used(side).format, used(side).format === bytes ? { incrs: byte_steps } : {}))],
  }) });
  return true;
}

function time_charts() {
  if (!times.length) {
    for (const name of ["course", "rate", "sessions"]) part(name).append(note("No second of this run was recorded."));
    leave_out("target");
    leave_out("generator");
    return;
  }
  document.getElementById("chart_help").append("Drag over a chart to zoom all of them; with one focused, arrow keys move the cursor, + and - zoom, 0 resets. ",
    make("button", { type: "button", click: () => zoom(times[0], run_end) }, "Show the whole run"));
  course_chart(part("course"));
  const spans = (timeline.rate_limited || []).map((n, i) => {
    const judged = (timeline.sent || [])[i] - ((timeline.cancelled || [])[i] || 0) - ((timeline.empty_poll || [])[i] || 0);
    return judged > 0 ? n / judged : null;
  });
  lines_chart(part("rate"), "Share of requests that were refused, and the mean multiplier of the rate controller, over the run.", [
    { label: "refused, share of requests", column: spans.length ? spans : undefined, scale: "left", format: percent, colour: "refused", filled: true },
    { label: "multiplier, mean", column: timeline.multiplier, scale: "right", format: figure, colour: "one", width: 2 }],
  { left: from_zero(0.01), right: from_zero(1) }) || leave_out("rate");
  lines_chart(part("sessions"), "Live sessions, and steps and requests that waited for a permit, over the run.", [
    { label: "alive", column: timeline.alive, scale: "left", format: whole, colour: "one", width: 2 },
    { label: "waiting for a permit", column: timeline.throttled, scale: "right", format: whole, colour: "two", dash: [5, 3] },
    { label: "turns missed in the second", column: (timeline.missed_turns || []).some((n) => n > 0) ? timeline.missed_turns : undefined, scale: "right", format: whole, colour: "failed", dash: [2, 2] }],
  { left: from_zero(1), right: from_zero(1) }) || leave_out("sessions");
  lines_chart(part("target"), "The target's processor use and resident memory over the run.", [
    { label: "processor, in cores", column: timeline.target_cpu, scale: "left", format: cores, colour: "one", width: 2 },
    { label: "resident memory", column: timeline.target_rss_bytes, scale: "right", format: bytes, colour: "two", dash: [5, 3] }]) || leave_out("target");
  lines_chart(part("generator"), "lsrun's processor use and its lag over the run.", [
    { label: "processor, in cores", column: timeline.generator_cpu, scale: "left", format: cores, colour: "one", width: 2 },
    { label: "lag p99", column: timeline.generator_lag_p99_ms, scale: "right", format: milliseconds, colour: "two", dash: [5, 3] }]) || leave_out("generator");
}
