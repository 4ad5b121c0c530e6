// The charts over time: one cursor and one zoom for all, phases shaded, adjustments of the rate marked.
const colours = () => { const s = getComputedStyle(document.documentElement), v = n => s.getPropertyValue(n).trim();
  const dark = s.colorScheme === 'dark' || s.getPropertyValue('color-scheme').trim() === 'dark';
  return { ink: v('--ink'), soft: v('--soft'), line: v('--line'), shade: v('--shade'),
    ok: dark ? '#3fb950' : '#2da44e', limited: dark ? '#e3b341' : '#bf8700', failed: dark ? '#ff7b72' : '#cf222e',
    p50: dark ? '#a5d6ff' : '#54aeff', p95: dark ? '#58a6ff' : '#0969da', p99: dark ? '#d2a8ff' : '#6639ba', other: dark ? '#ffa657' : '#bc4c00' }; };
const charts = [];
const T = doc.page.timeline;
const column = (name, f) => { const c = T[name]; return c == null ? null : f ? c.map(v => v == null ? null : f(v)) : c; };
const perSecond = names => T.t_s.map((_, i) => names.reduce((a, n) => a + ((T[n] || [])[i] || 0), 0) / (T.span_s[i] || 1));

function shadePhases(u) {
  const c = colours(), phases = doc.phases || [];
  u.ctx.save();
  phases.forEach((p, i) => {
    const a = Math.max(u.valToPos(p.start_s, 'x', true), u.bbox.left), b = Math.min(u.valToPos(p.end_s, 'x', true), u.bbox.left + u.bbox.width);
    if (b <= a) return;
    if (i % 2 === 0) { u.ctx.fillStyle = c.shade; u.ctx.fillRect(a, u.bbox.top, b - a, u.bbox.height); }
    const ratio = devicePixelRatio || 1;
    u.ctx.font = 11 * ratio + 'px system-ui, sans-serif';
    if (u.lsrunNames && u.ctx.measureText(p.name).width < b - a - 6 * ratio) { u.ctx.fillStyle = c.soft; u.ctx.textAlign = 'left'; u.ctx.textBaseline = 'top'; u.ctx.fillText(p.name, a + 4 * ratio, u.bbox.top + 3 * ratio); }
  });
  u.ctx.restore();
}

// series: {label, values, colour, scale, format, fill, dash}
function chart(id, title, note, series, height, marks) {
  series = series.filter(s => s.values != null && s.values.some(v => v != null));
  const box = el('div', { class: 'chart', id: 'chart-' + id });
  document.getElementById('chart-list').append(el('h3', { id: id }, title), ...(note ? [el('p', { class: 'note' }, note)] : []), box);
  if (!series.length || T.t_s.length < 2) { box.append(el('p', { class: 'note' }, 'Not measured in this run.')); return; }
  const make = width => {
    const c = colours(), scales = [...new Set(series.map(s => s.scale))];
    const format = scale => series.find(s => s.scale === scale).format;
    const u = new uPlot({ width, height, cursor: { sync: { key: 'run' }, points: { size: 5 } },
      scales: { x: { time: false }, ...Object.fromEntries(scales.map(s => [s, { range: (_, lo, hi) => [0, hi == null || hi <= 0 ? 1 : hi * 1.08] }])) },
      axes: [{ stroke: c.soft, grid: { stroke: c.line, width: 1 }, ticks: { stroke: c.line }, values: (_, v) => v.map(clock) },
        ...scales.slice(0, 2).map((s, i) => ({ scale: s, side: i === 0 ? 3 : 1, size: 66, stroke: c.soft, grid: { show: i === 0, stroke: c.line, width: 1 }, ticks: { stroke: c.line }, values: (_, v) => v.map(x => format(s)(x)) }))],
      series: [{ label: 'time', value: (_, v) => v == null ? missing : clock(v) },
        ...series.map(s => ({ label: s.label, scale: s.scale, stroke: c[s.colour], width: s.fill ? 1 : 1.75, fill: s.fill ? c[s.colour] + '55' : undefined, dash: s.dash, points: { show: false }, spanGaps: true, value: (_, v) => s.format(v) }))],
      hooks: { drawClear: [v => { v.lsrunNames = true; shadePhases(v); }],
        draw: marks ? [v => { v.ctx.save(); v.ctx.fillStyle = colours().other; for (const t of marks) { const x = v.valToPos(t, 'x', true); if (x >= v.bbox.left && x <= v.bbox.left + v.bbox.width) v.ctx.fillRect(x - 1, v.bbox.top + v.bbox.height - 8, 2, 8); } v.ctx.restore(); }] : [],
        setScale: [(v, key) => { if (key !== 'x' || chart.busy) return; chart.busy = true; const { min, max } = v.scales.x; for (const o of charts) if (o.u !== v) o.u.setScale('x', { min, max }); chart.busy = false; }] } },
      [T.t_s, ...series.map(s => s.values)], box);
    return u;
  };
  const entry = { box, make, u: null };
  entry.u = make(box.clientWidth || 800);
  charts.push(entry);
}
function redraw() { for (const c of charts) { c.u.destroy(); c.u = c.make(c.box.clientWidth || 800); } }

function drawCharts() {
  const failing = ['timeout', 'connect_error', 'server_error', 'client_error', 'protocol_error'].map(n => 'requests_' + n);
  const rate = v => v == null ? missing : plain(v) + '/s', adjusted = (doc.rate_adjustments || []).map(a => a.at_s);
  chart('latency', 'Response time over throughput', 'Lines: response time from the planned time (right). Areas: requests a second by outcome (left).', [
    { label: 'ok', values: perSecond(['requests_ok', 'requests_business_error']), colour: 'ok', scale: 'rate', format: rate, fill: true },
    { label: 'refused (429)', values: perSecond(['requests_rate_limited']), colour: 'limited', scale: 'rate', format: rate, fill: true },
    { label: 'failed', values: perSecond(failing), colour: 'failed', scale: 'rate', format: rate, fill: true },
    { label: 'p50', values: column('p50_ms'), colour: 'p50', scale: 'ms', format: ms },
    { label: 'p95', values: column('p95_ms'), colour: 'p95', scale: 'ms', format: ms },
    { label: 'p99', values: column('p99_ms'), colour: 'p99', scale: 'ms', format: ms, dash: [5, 3] }], 320);
  chart('rate_limits', 'Refusals and rate', 'Share of requests refused, mean multiplier of the rate controller, steps and requests waiting for a permit. Ticks at the bottom: adjustments.', [
    { label: '429 share', values: column('rate_limit_ratio'), colour: 'limited', scale: 'share', format: share, fill: true },
    { label: 'waiting', values: column('throttled'), colour: 'p95', scale: 'count', format: count },
    { label: 'multiplier', values: column('multiplier'), colour: 'other', scale: 'factor', format: v => v == null ? missing : '×' + plain(v), dash: [5, 3] }], 190, adjusted);
  chart('sessions', 'Sessions', null, [
    { label: 'alive', values: column('alive'), colour: 'p95', scale: 'count', format: count, fill: true },
    { label: 'opened a second', values: T.opened ? perSecond(['opened']) : null, colour: 'other', scale: 'rate', format: rate }], 190);
  chart('target', 'The target', null, [
    { label: 'cores in use', values: column('target_cpu'), colour: 'other', scale: 'cores', format: plain },
    { label: 'memory', values: column('target_rss_bytes'), colour: 'p99', scale: 'bytes', format: bytes }], 190);
  chart('generator', 'lsrun itself', 'Lateness of its own, p99 of each second, and processor cores in use.', [
    { label: 'lag p99', values: column('generator_lag_p99_ms'), colour: 'p95', scale: 'ms', format: ms },
    { label: 'cores in use', values: column('generator_cpu'), colour: 'other', scale: 'cores', format: plain }], 150);
}
