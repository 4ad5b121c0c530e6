// Figures as people read them: three significant digits, a unit always, thin spaces.
const thin = "\u202f";
const none = "\u2013";

function figure(n) {
  if (n == null || !isFinite(n)) return none;
  if (n === 0) return "0";
  const digits = Number(n.toPrecision(3));
  const exponent = Math.floor(Math.log10(Math.abs(digits)));
  const text = digits.toFixed(exponent >= 2 ? 0 : Math.min(20, 2 - exponent));
  return spaced(text.includes(".") ? text.replace(/\.?0+$/, "") : text);
}
function spaced(text) {
  const [whole_part, rest] = text.split(".");
  return whole_part.replace(/\B(?=(\d{3})+$)/g, thin) + (rest ? "." + rest : "");
}
const whole = (n) => (n == null ? none : spaced(String(Math.round(n))));
const with_unit = (n, unit) => figure(n) + thin + unit;
function milliseconds(ms) {
  if (ms == null) return none;
  if (ms >= 3600000) return with_unit(ms / 3600000, "h");
  if (ms >= 60000) return with_unit(ms / 60000, "min");
  if (ms >= 999.5) return with_unit(ms / 1000, "s");
  return ms >= 0.9995 || ms === 0 ? with_unit(ms, "ms") : with_unit(ms * 1000, "\u00b5s");
}
const percent = (ratio) => (ratio == null ? none : with_unit(ratio * 100, "%"));
function bytes(n) {
  if (n == null) return none;
  let unit = 0;
  for (; Math.abs(n) >= 999.5 && unit < 4; ++unit) n /= 1024;
  return with_unit(n, ["B", "KiB", "MiB", "GiB", "TiB"][unit]);
}
const per_second = (n) => (n == null ? none : figure(n) + "/s");
const cores = (n) => (n == null ? none : with_unit(n, say(n === 1 ? "unit.core" : "unit.cores")));
// A place in the run: 4.28 s, 12 min 05 s, 1 h 00 min 02 s.
function run_time(s) {
  if (s == null) return none;
  if (s < 60) return with_unit(s, "s");
  const t = Math.round(s), two = (n) => String(n % 60).padStart(2, "0");
  const minutes = Math.floor(t / 60);
  if (t < 3600) return minutes + thin + "min " + two(t) + thin + "s";
  return Math.floor(t / 3600) + thin + "h " + two(minutes) + thin + "min " + two(t) + thin + "s";
}
// The same on an axis: 4:30, 1:04:30; below a minute's span in seconds.
function clock(s, span) {
  if (span <= 90) return figure(Math.round(s * 100) / 100) + thin + "s";
  const t = Math.round(s), two = (n) => String(n % 60).padStart(2, "0");
  const hours = Math.floor(t / 3600), minutes = Math.floor(t / 60);
  return hours ? hours + ":" + two(minutes) + ":" + two(t) : minutes + ":" + two(t);
}
