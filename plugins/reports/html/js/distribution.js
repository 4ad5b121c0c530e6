// How response times are distributed: percentiles on HdrHistogram's axis, and answers by time and response time.
const left_above = (percent) => 100 / (100 - percent);  // 10 at 90 %, 100 at 99 %: each decade is one step of the axis
const marked_percents = [0, 50, 75, 90, 99, 99.9, 99.99, 99.999];
const named_time = (of) => (["response_time", "service_time", "lag", "throttle_wait", "step_time"].includes(of) ? say("time." + of) : of);
const line_looks = [["p50", null, 2.5], ["two", [6, 3], 2], ["one", [2, 2], 1.5], ["failed", [8, 2, 2, 2], 1.5], ["p95", null, 1.2], ["other", [4, 4], 1.5], ["held", [1, 3], 2], ["business", null, 1]];

function percentile_chart(host, label, rows) {
  if (!rows.length) return;
  const percents = report.distribution.percents;
  const most = Math.max(...rows.map((r) => r.ms.length));
  const wide = percents.slice(0, most);
  add_chart({ host, height: narrow() ? 240 : 280, timed: false, label, make: () => ({
    data: [wide.map(left_above), ...rows.map((r) => wide.map((_, i) => r.ms[i] ?? null))],
    series: [{ label: say("percentile"), value: (u, v, s, i) => (i == null ? none : String(percents[i]) + thin + "%") },
      ...rows.map((r, k) => {
        const [name, dash, width] = line_looks[k % line_looks.length];
        return line(r.operation || named_time(r.of), milliseconds, colour(name), { key: line_key(colour(name), dash), scale: "left", dash: dash || undefined, width });
      })],
    scales: { x: { time: false, distr: 3, range: () => [1, Math.max(10, left_above(wide[most - 1]))] }, left: { range: from_zero() } },
    axes: [{ ...axis("x", 2, String), size: 30, splits: (u) => marked_percents.map(left_above).filter((v) => v <= u.scales.x.max * 1.001), filter: (u, splits) => splits,
      grid: { show: true, stroke: colour("grid"), width: 1 }, values: (u, splits) => splits.map((v, i) => (narrow() && i % 2 ? "" : marked_percents[i] + thin + "%")) },
      axis("left", 3, milliseconds)],
    bands: [],
  }) });
}
function distribution_section(host) {
  const rows = ((report.distribution || {}).rows || []).filter((r) => r.ms && r.ms.length);
  if (!rows.length) return false;
  host.append(note(say("distribution.words")));
  percentile_chart(host, say("distribution.label"), rows.filter((r) => !r.operation));
  const operations = rows.filter((r) => r.operation);
  if (operations.length > 1) {
    host.append(make("h3", null, say("by_operation")));
    percentile_chart(host, say("by_operation"), operations.slice(0, 8));
  }
  return true;
}

// Six steps of one colour, by the power of the count: few answers stay visible beside many.
const heat_steps = 6;
const heat_step = (n, most) => (n <= 0 ? 0 : Math.min(heat_steps, 1 + Math.floor((Math.log(n) / Math.log(most + 1)) * heat_steps)));
function heat_section(host) {
  const heat = report.heat_map || {}, slots = heat.slots || [], ends = heat.range_ends_ms || [];
  if (!slots.length || !ends.length || !times.length) return false;
  const ratio = 10 ** 0.1, begins = ends.map((e) => e / ratio);
  const most = Math.max(1, ...slots.map((s) => Math.max(0, ...s.counts)));
  const total = slots.map((s) => s.counts.reduce((a, b) => a + b, 0));
  const fullest = slots.map((s) => s.counts.reduce((best, n, i) => (n > (s.counts[best] || 0) ? i : best), 0));
  const shade = (step) => colour("heat" + step);
  const paint = (u) => {
    const { ctx, bbox } = u;
    ctx.save();
    ctx.beginPath();
    ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
    ctx.clip();
    slots.forEach((s) => {
      const from = u.valToPos(s.t_s, "x", true), to = u.valToPos(s.end_s, "x", true);
      s.counts.forEach((n, i) => {
        if (!n) return;
        const top = u.valToPos(ends[i], "left", true), bottom = u.valToPos(begins[i], "left", true);
        ctx.fillStyle = shade(heat_step(n, most));
        ctx.fillRect(Math.floor(from), Math.floor(top), Math.ceil(to) - Math.floor(from), Math.ceil(bottom) - Math.floor(top));
      });
    });
    ctx.restore();
  };
  host.append(note(say("heat.words", { slot: run_time(slots[0].end_s - slots[0].t_s) })));
  const wide = ends[ends.length - 1] / begins[0] > 3000;  // over many powers of ten only these are named
  const decades = (u) => {
    const all = [];
    for (let v = 10 ** Math.floor(Math.log10(begins[0])); v <= ends[ends.length - 1] * 1.001; v *= 10) all.push(...(wide ? [v] : [v, v * 2, v * 5]));
    return all.filter((v) => v >= u.scales.left.min && v <= u.scales.left.max);
  };
  const xs = [...slots.map((s) => s.t_s), slots[slots.length - 1].end_s];
  add_chart({ host, height: narrow() ? 220 : 260, timed: true, label: say("heat.label"), make: () => ({
    data: [xs, [...total, null], [...fullest, null]],
    series: [{ label: say("at"), value: (u, v) => (v == null ? none : run_time(v)) },
      line(say("heat.answers"), whole, "transparent", { scale: "unseen", paths: () => null, key: plain_key(colour("heat4")) }),
      line(say("heat.most"), (i) => say("to_range", { from: milliseconds(begins[i]), to: milliseconds(ends[i]) }), "transparent", { scale: "unseen", paths: () => null })],
    scales: { x: { time: false, range: (u, low, high) => [low, high] }, unseen: {}, left: { distr: 3, range: () => [begins[0], ends[ends.length - 1]] } },
    axes: [time_axis(), { ...axis("left", 3, milliseconds), splits: decades, filter: (u, splits) => splits }],
    bands: [], hooks: { draw: [paint] },
  }) });
  const key = make("p", { class: "note heat_key" }, say("heat.key") + " ");
  for (let step = 1; step <= heat_steps; ++step) {
    const up_to = Math.max(1, Math.floor((most + 1) ** (step / heat_steps)));
    key.append(make("span", { class: "nowrap" }, make("span", { class: "key heat" + step }), say("up_to", { n: whole(step === heat_steps ? most : up_to) })), " ");
  }
  host.append(key);
  return true;
}
