// Numbers as people read them: three significant digits, units, thousands apart by thin spaces.
'use strict';
window.lsrunErrors = [];
window.addEventListener('error', e => { lsrunErrors.push(e.message); document.documentElement.dataset.errors = lsrunErrors.join(' | '); });
const doc = JSON.parse(document.getElementById('report').textContent);
const missing = '–';
const digits = x => { if (x === 0) return '0'; const a = Math.abs(x); const d = a >= 100 ? 0 : a >= 10 ? 1 : a >= 1 ? 2 : Math.min(6, 2 - Math.floor(Math.log10(a)));
  return String(Number(x.toFixed(d))); };
const count = n => n == null ? missing : String(Math.round(n)).replace(/\B(?=(\d{3})+(?!\d))/g, '\u2009');
const ms = v => v == null ? missing : v < 1 ? digits(v * 1000) + ' µs' : v < 1000 ? digits(v) + ' ms' : v < 6e4 ? digits(v / 1000) + ' s' : digits(v / 6e4) + ' min';
const share = v => v == null ? missing : digits(v * 100) + ' %';
const bytes = v => { if (v == null) return missing; let u = ['B', 'KiB', 'MiB', 'GiB', 'TiB'], i = 0; while (v >= 1024 && i < 4) { v /= 1024; i++; } return digits(v) + ' ' + u[i]; };
const plain = v => v == null ? missing : digits(v);
const clock = s => { const h = Math.floor(s / 3600), m = Math.floor(s / 60) % 60, r = Math.floor(s % 60), p = n => String(n).padStart(2, '0'); return h > 0 ? h + ':' + p(m) + ':' + p(r) : m + ':' + p(r); };
const el = (tag, attributes, ...children) => { const e = document.createElement(tag); for (const k in attributes || {}) if (k === 'class') e.className = attributes[k]; else if (k.startsWith('on')) e[k] = attributes[k]; else e.setAttribute(k, attributes[k]);
  for (const c of children) if (c != null) e.append(c); return e; };
const failuresOf = r => r == null ? null : (r.timeout || 0) + (r.connect_error || 0) + (r.server_error || 0) + (r.client_error || 0) + (r.protocol_error || 0);
