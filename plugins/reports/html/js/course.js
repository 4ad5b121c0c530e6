// The charts over time: the whole run at once, then refusals, sessions, the target and lsrun itself.

// The lower part of the first chart is for throughput, the upper for response time.
const lower = 0.36, upper_from = 0.43;
function course_chart(host) {
  const groups = [
    [say("outcome.ok"), sum(timeline, ["ok", "business_error"]), () => colour("ok"), () => plain_key(colour("ok"))],
    [say("idle"), sum(timeline, ["empty_poll", "cancelled"]), () => hatch(colour("back"), colour("other"), 12), () => hatched_key(colour("other"), 5)],
    [say("outcome.rate_limited"), sum(timeline, ["rate_limited"]), () => hatch(colour("back"), colour("refused"), 6), () => hatched_key(colour("refused"), 3)],
    [say("failed"), sum(timeline, failed_outcomes), () => colour("failed"), () => plain_key(colour("failed"))],
  ].filter(([, column]) => column && column.some((n) => n > 0));
  const rates = groups.map(([, column]) => until_end(a_second(column)));
  // Each layer is drawn down to zero and covered by those below it: failures lie at the bottom.
  const layers = rates.map((_, k) => times.map((_t, i) => rates.slice(k).reduce((total, r) => total + (r[i] || 0), 0)));
  const latencies = ["p99_most_ms", "p99_ms", "p95_ms", "p50_ms"].map((n) => [n, until_end(timeline[n])]).filter(([, c]) => c);
  const highest = Math.max(0, ...latencies.flatMap(([, c]) => c.filter((v) => v != null)));
  add_chart({ host, height: narrow() ? 380 : 460, timed: true, names_phases: true,
    label: say("course.label", { most: milliseconds(highest) }),
    make: () => {
      const looks = { p99_most_ms: { stroke: colour("other"), width: 1, dash: [1, 3] }, p99_ms: { stroke: colour("p99"), width: 1, dash: [4, 3] }, p95_ms: { stroke: colour("p95"), width: 1.5 }, p50_ms: { stroke: colour("p50"), width: 2.5 } };
      const layer = ([name, , fill, key], k) => ({ label: name, key: key(), scale: "rate", fill: fill(), stroke: "transparent", width: 0, paths: stepped(),
        points: { show: false }, value: (u, v, s, i) => (i == null ? none : per_second(rates[k][i])) });
      const place = {};
      latencies.forEach(([n], k) => (place[n] = 1 + groups.length + k));
      const band = (fill, from, to) => place[from] > 0 && place[to] > 0 && { series: [place[from], place[to]], fill: colour(fill) };
      const within = (low, high) => (u, splits) => splits.map((v) => (v < low || v > high(u) * 1.0001 ? null : v));
      const ms_only = within(0, (u) => u.scales.ms.max), rate_only = within(0, (u) => u.scales.rate.max * lower);
      return {
        data: [times, ...layers, ...latencies.map(([, c]) => c)],
        series: [{ label: say("at"), value: (u, v) => (v == null ? none : run_time(v)) }, ...groups.map(layer),
          ...latencies.map(([n]) => line(n === "p99_most_ms" ? say("peak_p99") : n.slice(0, -3), milliseconds, null, { scale: "ms", key: line_key(looks[n].stroke, looks[n].dash), ...looks[n] }))],
        bands: [band("band99", "p99_ms", "p95_ms"), band("band95", "p95_ms", "p50_ms")].filter(Boolean),
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
          const words = say(narrow() ? "course.both.short" : "course.both");
          ctx.fillText(words, bbox.left + 5 * devicePixelRatio, y + 6 * devicePixelRatio);
          ctx.restore();
        }] },
      };
    } });
}

const byte_steps = Array.from({ length: 44 }, (_, i) => 2 ** i);
// A chart of up to two quantities: `lines` are { label, column, scale: "left"|"right", format, colour, ... }.
function lines_chart(host, label, lines, scales, hooks) {
  const there = lines.filter((l) => l.column);
  if (!there.length) return false;
  const used = (side) => there.find((l) => l.scale === side);
  add_chart({ host, height: narrow() ? 170 : 190, timed: true, label, make: () => ({
    data: [times, ...there.map((l) => until_end(l.column))],
    series: [{ label: say("at"), value: (u, v) => (v == null ? none : run_time(v)) },
      ...there.map((l) => line(l.scale === "right" ? say("right_axis", { name: l.label }) : l.label, l.format, colour(l.colour), { key: l.filled ? hatched_key(colour(l.colour), 3) : line_key(colour(l.colour), l.dash), scale: l.scale, paths: l.unseen ? () => null : l.bars ? uPlot.paths.bars({ align: 1, size: [1, 100], gap: 0 }) : l.points ? () => null : l.straight ? undefined : stepped(), points: { show: Boolean(l.points), size: 6 }, dash: l.dash, width: l.width || 1.5,
        fill: l.filled ? hatch(colour("back"), colour(l.colour), 6) : undefined }))],
    bands: [],
    scales: { x: { time: false, range: (u, low, high) => [low, high] }, hidden: { range: (u, low, high) => [0, Math.max(high || 0, 1) * 4] }, left: { range: (scales || {}).left || from_zero() }, right: { range: (scales || {}).right || from_zero() } },
    axes: [time_axis(), ...["left", "right"].filter(used).map((side) => axis(side, side === "left" ? 3 : 1, used(side).format === cores ? figure : used(side).format, used(side).format === bytes ? { incrs: byte_steps } : {}))],
    hooks: hooks || {},
  }) });
  return true;
}

// Triangles along the top where the multiplier was lowered (pointing down) or raised.
function mark_adjustments(u) {
  const { ctx, bbox } = u, size = 4 * devicePixelRatio;
  const marks = (column, name, down) => {
    ctx.fillStyle = colour(name);
    let last = -Infinity;
    (column || []).forEach((n, i) => {
      const x = u.valToPos(times[i], "x", true);
      if (!n || x < bbox.left || x > bbox.left + bbox.width || x - last < size) return;
      last = x;
      const y = bbox.top + (down ? 1 : 3.5) * size, tip = down ? size : -size;
      ctx.beginPath();
      ctx.moveTo(x - size * 0.8, y);
      ctx.lineTo(x + size * 0.8, y);
      ctx.lineTo(x, y + tip);
      ctx.fill();
    });
  };
  ctx.save();
  marks(timeline.lowered, "failed", true);
  marks(timeline.raised, "held", false);
  ctx.restore();
}
function refused_shares() {
  const spans = (timeline.rate_limited || []).map((n, i) => {
    const judged = (timeline.sent || [])[i] - ((timeline.cancelled || [])[i] || 0) - ((timeline.empty_poll || [])[i] || 0);
    return judged > 0 ? n / judged : null;
  });
  return spans.length ? spans : undefined;
}
const if_any = (column) => ((column || []).some((n) => n > 0) ? column : undefined);

function course_section(host) {
  if (!times.length) return host.append(note(say("no_second")));
  host.append(make("p", { class: "note", id: "chart_help" }, say("help.charts") + " ", make("button", { type: "button", click: () => zoom(times[0], run_end) }, say("help.whole")), " ", say("help.words")));
  course_chart(host);
}
function rate_section(host) {
  const changes = if_any(sum(timeline, ["lowered", "raised"]));
  const drawn = lines_chart(host, say("rate.label"), [
    { label: say("refused_share"), column: refused_shares(), scale: "left", format: percent, colour: "refused", filled: true },
    { label: say("multiplier"), column: timeline.multiplier, scale: "right", format: figure, colour: "one", width: 2 },
    { label: say("retried"), column: if_any(timeline.retried), scale: "hidden", format: whole, colour: "failed", bars: true },
    { label: say("lowered_raised"), column: changes, scale: "hidden", format: (n) => whole(n), colour: "held", unseen: true }],
  { left: from_zero(0.01), right: from_zero(1) }, { draw: [mark_adjustments] });
  if (drawn && (changes || if_any(timeline.retried))) host.append(note(say("rate.marks")));
  return drawn;
}
function sessions_section(host) {
  return lines_chart(host, say("sessions.label"), [
    { label: say("alive"), column: timeline.alive, scale: "left", format: whole, colour: "one", width: 2 },
    { label: say("waiting"), column: timeline.throttled, scale: "right", format: whole, colour: "two", dash: [5, 3] },
    { label: say("missed"), column: if_any(timeline.missed_turns), scale: "right", format: whole, colour: "failed", dash: [2, 2] }],
  { left: from_zero(1), right: from_zero(1) });
}
function target_section(host) {
  return lines_chart(host, say("target.label"), [
    { label: say("cpu_cores"), column: timeline.target_cpu, scale: "left", format: cores, colour: "one", width: 2 },
    { label: say("rss"), column: timeline.target_rss_bytes, scale: "right", format: bytes, colour: "two", dash: [5, 3] }]);
}
function generator_section(host) {
  return lines_chart(host, say("generator.label"), [
    { label: say("cpu_cores"), column: timeline.generator_cpu, scale: "left", format: cores, colour: "one", width: 2 },
    { label: say("lag_p99"), column: timeline.generator_lag_p99_ms, scale: "right", format: milliseconds, colour: "two", dash: [5, 3] }]);
}
