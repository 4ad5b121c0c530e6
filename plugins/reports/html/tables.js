// Tables: small ones whole and sortable, the addresses by the rows that are in sight.
// columns: [title, row => value, format, isNumber, explanation]
function headOf(columns, sortBy) {
  return el('thead', {}, el('tr', {}, ...columns.map((c, i) => { const b = el('button', { type: 'button', title: c[4] || 'sort', onclick: () => sortBy(i) }, c[0]); return el('th', { scope: 'col', class: c[3] ? 'number' : '', 'data-column': i }, b); })));
}
function sorter(rows, columns, render) {
  let at = -1, up = false;
  return i => { up = at === i ? !up : !columns[i][3]; at = i;
    rows.sort((a, b) => { const x = columns[i][1](a), y = columns[i][1](b); const d = x == null ? (y == null ? 0 : 1) : y == null ? -1 : x < y ? -1 : x > y ? 1 : 0; return up ? d : x == null || y == null ? d : -d; });
    render(i, up); };
}
const cells = (row, columns) => columns.map(c => el('td', { class: c[3] ? 'number' : '' }, (c[2] || String)(c[1](row) ?? (c[2] ? null : ''))));
const markSorted = (table, i, up) => table.querySelectorAll('th').forEach(th => { if (+th.dataset.column === i) th.setAttribute('aria-sort', up ? 'ascending' : 'descending'); else th.removeAttribute('aria-sort'); });
function table(rows, columns) {
  rows = [...rows];
  const body = el('tbody'), fill = () => body.replaceChildren(...rows.map(r => el('tr', {}, ...cells(r, columns))));
  const t = el('table', {}); t.append(headOf(columns, sorter(rows, columns, (i, up) => { fill(); markSorted(t, i, up); })), body);
  fill();
  return el('div', { class: 'scroll' }, t);
}
function virtualTable(rows, columns) {
  if (rows.length <= 60) return table(rows, columns);
  const height = 29, box = el('div', { class: 'virtual', tabindex: 0, role: 'region', 'aria-label': 'addresses, ' + rows.length + ' rows' }), body = el('tbody');
  const t = el('table', { 'aria-rowcount': rows.length });
  const render = () => { const first = Math.max(0, Math.floor(box.scrollTop / height) - 10), last = Math.min(rows.length, first + Math.ceil((box.clientHeight || 420) / height) + 20);
    const gap = n => el('tr', { 'aria-hidden': 'true' }, el('td', { colspan: columns.length, style: 'height:' + n * height + 'px;padding:0;border:0' }));
    body.replaceChildren(gap(first), ...rows.slice(first, last).map(r => el('tr', {}, ...cells(r, columns))), gap(rows.length - last)); };
  t.append(headOf(columns, sorter(rows, columns, (i, up) => { render(); markSorted(t, i, up); })), body);
  box.append(t); box.onscroll = render; addEventListener('beforeprint', () => body.replaceChildren(...rows.slice(0, 1000).map(r => el('tr', {}, ...cells(r, columns)))));
  setTimeout(render, 0);
  return box;
}
const requestColumns = [['requests', r => r.requests?.sent, count, true], ['ok', r => r.requests?.ok, count, true], ['business', r => r.requests?.business_error, count, true, 'answered well by the system, refused by its own rules'],
  ['429', r => r.requests?.rate_limited, count, true], ['failed', r => failuresOf(r.requests), count, true, 'timeout, connection, server, client and protocol errors']];
const latencyColumns = (key = 'response_time') => [['p50', r => r[key]?.p50_ms, ms, true], ['p95', r => r[key]?.p95_ms, ms, true], ['p99', r => r[key]?.p99_ms, ms, true], ['max', r => r[key]?.max_ms, ms, true]];
