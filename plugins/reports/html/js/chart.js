// What all charts share: axes of one width so that times align, phases shaded, one cursor and one zoom for all, keys.
// section: that is being built; marks: what else is drawn on every chart over time, as functions of the plot and whether
// it names phases.
const charts = { specs: [], drawn: [], section: "", marks: [] };
const linked = uPlot.sync("run");
const narrow = () => document.documentElement.clientWidth < 700;
const gutter = () => (narrow() ? 52 : 72);

// The phases behind the data; their names at the top where there is room.
function shade_phases(u, named) {
  const { ctx, bbox } = u;
  ctx.save();
  ctx.beginPath();
  ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
  ctx.clip();
  ctx.font = 12 * devicePixelRatio + "px system-ui, sans-serif";
  ctx.textBaseline = "top";
  phase_spans.forEach((p, i) => {
    const from = u.valToPos(p.start_s, "x", true), to = u.valToPos(p.end_s, "x", true);
    if (i % 2 === 0) {
      ctx.fillStyle = colour("band");
      ctx.fillRect(from, bbox.top, to - from, bbox.height);
    }
    ctx.fillStyle = colour("soft");
    const left = Math.max(from, bbox.left) + 5 * devicePixelRatio, room = Math.min(to, bbox.left + bbox.width) - left;
    if (named && ctx.measureText(p.name).width < room) ctx.fillText(p.name, left, bbox.top + 3 * devicePixelRatio);
  });
  ctx.restore();
}

// Diagonal lines: refusals and failures are told apart without colour.
function hatch(line_colour, back, step) {
  const c = document.createElement("canvas"), ratio = devicePixelRatio;
  c.width = c.height = step * ratio;
  const ctx = c.getContext("2d");
  ctx.fillStyle = back;
  ctx.fillRect(0, 0, c.width, c.height);
  ctx.strokeStyle = line_colour;
  ctx.lineWidth = 1.6 * ratio;
  ctx.beginPath();
  for (const shift of [-1, 0, 1]) {
    ctx.moveTo((shift - 0.25) * c.width, c.height * 1.25);
    ctx.lineTo((shift + 1.25) * c.width, -c.height * 0.25);
  }
  ctx.stroke();
  return ctx.createPattern(c, "repeat");
}

// The same as CSS for the key beside a series' name: a field, a hatched field, a line, a dashed line.
const plain_key = (c) => c;
const hatched_key = (c, step) => `repeating-linear-gradient(135deg, transparent 0 ${step - 1.5}px, ${c} ${step - 1.5}px ${step}px)`;
const line_key = (c, dashed) => `repeating-linear-gradient(90deg, ${c} 0 4px, ${dashed ? "transparent" : c} 4px 7px) 0 50% / 100% 3px no-repeat`;

function axis(scale, side, format, extra) {
  return { scale, side, size: gutter(), gap: 6, font: (narrow() ? 11 : 12) + "px system-ui, sans-serif", stroke: colour("soft"),
    grid: { stroke: colour("grid"), width: 1, show: side === 3 }, ticks: { stroke: colour("line"), width: 1, size: 4 },
    values: (u, splits) => splits.map((v) => (v == null ? "" : format(v))), space: 34, ...extra };
}
const x_steps = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400, 21600, 43200, 86400];
function time_axis() {
  return { ...axis("x", 2, String), size: 30, space: 70, incrs: x_steps, grid: { show: false },
    values: (u, splits) => splits.map((v) => clock(v, u.scales.x.max - u.scales.x.min)) };
}
// From zero to a little above the largest value in sight.
const from_zero = (least) => (u, low, high) => [0, Math.max(high || 0, least || 0) * 1.08 || 1];
const line = (label, format, stroke, extra) => ({ label, stroke, width: 1.5, points: { show: false },
  value: (u, v) => (v == null ? none : format(v)), ...extra });
const stepped = () => uPlot.paths.stepped({ align: 1 });

// spec: host (element), height, label (what a screen reader says), timed, make() -> { series, axes, scales, bands, data, hooks }
function add_chart(spec) {
  spec.section = charts.section;
  spec.place = make("div", { class: "chart", tabindex: 0, role: "img", "aria-label": spec.label });
  spec.host.append(spec.place);
  charts.specs.push(spec);
}
function draw(spec) {
  const { data, series, axes, scales, bands, hooks } = spec.make();
  const right = axes.some((a) => a.side === 1);
  const u = new uPlot({
    width: charts.paper_width || Math.max(240, spec.place.clientWidth), height: spec.height, padding: [8, right ? 0 : gutter(), 0, 0],
    series, axes, bands, scales, legend: { live: true, markers: { width: 0, fill: (c, i) => c.series[i].key || "transparent" } },
    cursor: { y: false, points: { size: 6 }, drag: { x: spec.timed, y: false, dist: 5 },
      sync: spec.timed ? { key: linked.key, scales: ["x", null] } : undefined },
    hooks: { drawClear: spec.timed ? [(c) => shade_phases(c, spec.names_phases), ...charts.marks.map((mark) => (c) => mark(c, spec.names_phases))] : [], ...hooks },
  }, data, spec.place);
  spec.plot = u;
  spec.place.onkeydown = (event) => on_key(event, spec);
  charts.drawn.push(u);
}
function draw_all() {
  const kept = charts.specs.find((s) => s.timed && s.plot);
  if (kept) charts.range = { min: kept.plot.scales.x.min, max: kept.plot.scales.x.max };
  const range = charts.range;
  for (const u of charts.drawn) u.destroy();
  charts.drawn = [];
  for (const s of charts.specs) draw(s);
  if (range && isFinite(range.min)) zoom(range.min, range.max);
}
const timed_plots = () => charts.specs.filter((s) => s.timed).map((s) => s.plot);
function zoom(min, max) {
  const from = Math.max(times[0], min), to = Math.min(run_end, max);
  if (to - from < 1) return;
  for (const u of timed_plots()) u.setScale("x", { min: from, max: to });
}
// Arrow keys move the cursor, + and - zoom around it, 0 shows the whole run.
function on_key(event, spec) {
  const u = spec.plot, last = u.data[0].length - 1, scale = u.scales.x;
  const at = u.cursor.idx ?? (event.key === "ArrowLeft" ? u.valToIdx(scale.max) + 1 : u.valToIdx(scale.min) - 1);
  const big = event.shiftKey ? 10 : 1;
  const move = { ArrowLeft: -big, ArrowRight: big, Home: -last, End: last }[event.key];
  if (move != null) {
    const to = Math.min(u.valToIdx(scale.max), Math.max(u.valToIdx(scale.min), at + move));
    for (const c of spec.timed ? timed_plots() : [u]) c.setCursor({ left: c.valToPos(c.data[0][to], "x"), top: 10 });
  } else if (spec.timed && ["+", "=", "-"].includes(event.key)) {
    const middle = u.cursor.idx != null ? u.data[0][u.cursor.idx] : (scale.min + scale.max) / 2;
    const half = ((scale.max - scale.min) / 2) * (event.key === "-" ? 2 : 0.5);
    zoom(middle - half, middle + half);
  } else if (spec.timed && ["0", "Escape"].includes(event.key)) {
    zoom(times[0], run_end);
  } else return;
  event.preventDefault();
}
function begin_charts() {
  draw_all();
  theme.changed.push(draw_all);
  let width = document.documentElement.clientWidth, waiting = 0;
  addEventListener("resize", () => {
    clearTimeout(waiting);
    waiting = setTimeout(() => {
      if (document.documentElement.clientWidth !== width) draw_all();
      width = document.documentElement.clientWidth;
    }, 120);
  });
  // On paper: light, of a width that fits it.
  const on_paper = (yes) => {
    charts.paper_width = yes ? 680 : 0;
    if (yes) {
      document.documentElement.dataset.theme = "light";
      draw_all();
    } else show_theme();
  };
  addEventListener("beforeprint", () => on_paper(true));
  addEventListener("afterprint", () => on_paper(false));
}
