// The parts below the charts, in the order of questions: where, what failed, what the rate did, which address, what the words mean.
function part(id, title, ...content) {
  if (!content.some(c => c != null)) return;
  document.getElementById('parts').append(el('section', { id, 'aria-labelledby': id + '-title' }, el('h2', { id: id + '-title' }, title), ...content));
}
const some = list => list != null && list.length > 0;
const requestOutcomes = ['ok', 'business_error', 'rate_limited', 'timeout', 'connect_error', 'server_error', 'client_error', 'protocol_error', 'cancelled', 'empty_poll'];

function drawParts() {
  const totals = doc.totals?.requests || {};
  part('outcomes', 'Requests by outcome', table(requestOutcomes.filter(o => totals[o]).map(o => ({ o, n: totals[o] })), [['outcome', r => r.o], ['requests', r => r.n, count, true], ['share', r => r.n / (totals.sent || 1), share, true]]));
  part('operations', 'Operations', some(doc.operations) ? table(doc.operations, [['operation', r => r.operation], ...requestColumns, ...latencyColumns(), ['service p95', r => r.service_time?.p95_ms, ms, true, 'from the sent time'], ['statuses', r => Object.entries(r.statuses || {}).map(([s, n]) => s + ': ' + count(n)).join(', ')]]) : null,
    doc.latency ? el('h3', {}, 'Latency') : null,
    doc.latency ? table(['response_time', 'service_time', 'lag', 'throttle_wait'].filter(k => doc.latency[k]).map(k => ({ k, l: doc.latency[k] })), [['', r => r.k.replace('_', ' ')], ['count', r => r.l.count, count, true], ...['min', 'p50', 'p75', 'p90', 'p95', 'p99', 'p99_9', 'max'].map(p => [p.replace('_', '.'), r => r.l[p + '_ms'], ms, true])]) : null);
  part('turns', 'Turns of a conversation', some(doc.turns) ? table(doc.turns, [['turn', r => r.turn, count, true], ...requestColumns, ...latencyColumns()]) : null);
  part('phases', 'Phases', some(doc.phases) ? table(doc.phases, [['phase', r => r.name], ['from', r => r.start_s, clock, true], ['to', r => r.end_s, clock, true], ['peak alive', r => r.peak_alive, count, true], ...requestColumns, ['requests/s', r => r.requests_per_s, plain, true], ['success', r => r.ratios?.success_ratio, share, true], ...latencyColumns()]) : null);
  part('tenants', 'Tenants', some(doc.tenants) ? table(doc.tenants, [['tenant', r => r.tenant], ...requestColumns, ['success', r => r.ratios?.success_ratio, share, true], ...latencyColumns()]) : null);
  part('scenario', 'What the scenario measured', some(doc.scenario_metrics) ? table(doc.scenario_metrics, [['metric', r => r.name], ['what', r => r.help], ['sum', r => r.sum, count, true], ['count', r => r.values?.count, count, true], ...['p50', 'p95', 'p99', 'max'].map(p => [p, r => r.values == null ? null : r.kind === 'time' ? ms(r.values[p + '_ms']) : plain(r.values[p]), null, true])]) : null);
  const list = (l, key) => (l || []).map(x => (x[key] ?? '') + ': ' + count(x.count)).slice(0, 6).join(', ') + ((l || []).length > 6 ? ', …' : '');
  part('failures', 'Failures', some(doc.failures) ? table(doc.failures, [['outcome', r => r.outcome], ['status', r => r.status || '', null, true], ['message', r => r.message], ['operation', r => r.operation], ['count', r => r.count, count, true], ['first', r => r.first_s, clock, true], ['last', r => r.last_s, clock, true], ['session', r => r.example_session, count, true, 'an example'], ['attempt: count', r => list(r.attempts, 'attempt')], ['address: count', r => list(r.addresses, 'address')]]) : el('p', {}, 'Nothing failed and nothing was refused.'));
  const adjustments = doc.rate_adjustments || [];
  part('rate', 'Rate control', adjustments.length ? el('p', {}, count(adjustments.length) + ' adjustments of the multiplier' + (adjustments.length > 60 ? ' (scroll for all)' : '') + '.') : el('p', {}, 'The multiplier was never adjusted: no address was refused over its bound.'),
    adjustments.length ? virtualTable([...adjustments], [['at', r => r.at_s, clock, true], ['address', r => r.address], ['operation', r => r.operation], ['refused in its window', r => r.window_ratio, share, true], ['from', r => r.from, plain, true], ['to', r => r.to, plain, true]]) : null);
  part('alerts', 'Alerts', some(doc.alerts) ? table(doc.alerts, [['alert', r => r.expression], ['from', r => r.from_s, clock, true], ['to', r => r.to_s == null ? 'the end' : clock(r.to_s), null, true], ['worst', r => r.worst_text ?? r.worst, v => typeof v === 'number' ? plain(v) : v ?? missing, true]]) : null);
  const A = doc.page.addresses, rows = A.address.map((_, i) => i);
  part('addresses', 'Client addresses', rows.length ? virtualTable(rows, [['address', i => A.address[i]], ['requests', i => A.sent[i], count, true], ['share', i => A.share[i], share, true], ['ok', i => A.ok[i], count, true], ['429', i => A.rate_limited[i], count, true], ['429 share', i => A.sent[i] ? A.rate_limited[i] / A.sent[i] : null, share, true], ['failed', i => A.failed[i], count, true]]) : null);
  part('conservation', 'Do the sums hold?', doc.conservation ? el('p', {}, doc.conservation.holds ? 'All ' + doc.conservation.laws.length + ' sums hold: every request, step and session is counted exactly once.' : 'Some sums do not hold: the figures of this run are not to be trusted.') : null,
    doc.conservation ? el('details', {}, el('summary', {}, 'The sums'), table(doc.conservation.laws, [['law', r => r.law], ['left', r => r.left, count, true], ['right', r => r.right, count, true], ['', r => r.holds ? 'holds' : 'broken']])) : null);
  part('definitions', 'What the words mean', doc.definitions ? el('dl', { class: 'words' }, ...Object.entries(doc.definitions).flatMap(([k, v]) => [el('dt', { id: 'word-' + k }, k), el('dd', {}, v)])) : null);
  const text = JSON.stringify(doc.run?.config ?? {}, null, 2);
  const copy = el('button', { type: 'button', onclick: () => navigator.clipboard?.writeText(text).then(() => { copy.textContent = 'Copied'; }) }, 'Copy');
  part('config', 'Config and environment', el('p', {}, 'Command: ', el('code', {}, doc.run?.command || '')), copy, el('pre', { tabindex: 0 }, text), doc.run?.environment ? el('pre', { tabindex: 0 }, JSON.stringify(doc.run.environment, null, 2)) : null);
}

const root = document.documentElement, asked = new URLSearchParams(location.search).get('theme');
if (asked === 'dark' || asked === 'light') root.dataset.theme = asked;
drawCharts();
drawParts();
document.getElementById('theme').onclick = () => { const dark = getComputedStyle(root).colorScheme === 'dark'; root.dataset.theme = dark ? 'light' : 'dark'; redraw(); };
matchMedia('(prefers-color-scheme: dark)').addEventListener('change', redraw);
let width = innerWidth; addEventListener('resize', () => { if (innerWidth !== width) { width = innerWidth; redraw(); } });
root.dataset.drawn = String(charts.length);
