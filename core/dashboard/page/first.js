// The live page's first screen: where the run is, whether it holds so far, what the load is, what goes wrong.
const live = { state: "connecting", heard: 0, begun: false };

function page_title() {
  const progress = report.progress || {}, name = (report.run || {}).name || say("the_run");
  if (report.state === "over") return say("title." + ((report.verdict || {}).passed ? "held" : "crossed"), { run: name });
  return say("live.title", { run: name, phase: progress.phase || "", done: percent(progress.run_progress) });
}
// The state of the connection, in words; the figures stay whatever it is.
function show_line() {
  const at = run_time(report.t_s ?? run_end);
  document.getElementById("line").textContent = say("live.line." + live.state, { at });
  document.documentElement.dataset.live = live.state;
}
function verdict_words() {
  const name = (report.run || {}).name || say("the_run"), v = report.verdict || {}, p = report.progress || {};
  const all = v.thresholds_judged || 0, counts = say(all === 1 ? "counts.one" : "counts.many", { held: whole(v.thresholds_held || 0), all: whole(all) });
  if (report.state !== "over") {
    const place = say(report.state === "ending" ? "live.ending" : p.paused ? "live.paused" : "live.running", { run: name, phase: p.phase || "", done: percent(p.phase_progress) });
    return place + " " + (all ? say("live.so_far", { counts }) : "");
  }
  if (["interrupted", "target_lost", "generator_limited"].includes(v.validity)) return say("verdict." + v.validity, { run: name, counts });
  if (v.exit_code === 70) return say("verdict.sums", { run: name, counts });
  if (!all) return say("verdict.none_set", { run: name });
  if (v.thresholds_held === all) return say_counted("verdict.held", all, { run: name });
  const which = (report.thresholds || []).filter((t) => !t.holds).slice(0, 2).map((t) => say(t.observed == null ? "crossed.not_measured" : "crossed.was", { expression: t.expression, observed: in_unit(t.observed, t.unit) })).join(say("joint"));
  return say_counted("verdict.crossed", all - v.thresholds_held, { run: name, all: say_counted("thresholds", all), which });
}
function heading() {
  const run = report.run || {}, parts = [];
  if (run.started_utc) parts.push(run.started_utc.slice(0, 10) + " " + run.started_utc.slice(11, 19) + " UTC");
  parts.push(run.planned_s > 0 ? say("live.of", { at: run_time(report.t_s), planned: run_time(run.planned_s) }) : run_time(report.t_s));
  if (run.target_url) parts.push(say("against", { url: run.target_url }));
  if (run.time_scale && run.time_scale !== 1) parts.push(say("rehearsal", { scale: figure(run.time_scale) }));
  return make("p", { class: "run" }, make("strong", null, run.name || say("the_run")), " \u00b7 " + parts.join(" \u00b7 "));
}
// The plan as a bar, its phases apart, filled up to now.
function plan_bar() {
  const run = report.run || {}, end = run.planned_s;
  if (!(end > 0)) return null;
  const done = Math.min(1, (report.t_s || 0) / end) * 1000;
  const bar = make_svg("svg", { class: "share", viewBox: "0 0 1000 16", preserveAspectRatio: "none", role: "img", "aria-label": say("live.done", { done: percent(done / 1000) }) },
    make_svg("rect", { class: "planned", x: 0, y: 0, width: 1000, height: 16 }), make_svg("rect", { class: "ok", x: 0, y: 0, width: done, height: 16 }));
  for (const p of run.planned_phases || []) if (p.start_s > 0) bar.append(make_svg("rect", { class: "border", x: (p.start_s / end) * 1000 - 1, y: 0, width: 2, height: 16 }));
  return bar;
}
function in_unit(n, unit) {
  const format = { s: (v) => milliseconds(v * 1000), ratio: percent, bytes, "1/s": per_second, cores, count: whole }[unit] || figure;
  return format(n);
}
function threshold_bar(share, holds) {
  return make_svg("svg", { class: "bar " + (holds ? "held" : "crossed"), viewBox: "0 0 200 16", preserveAspectRatio: "none", "aria-hidden": "true" },
    make_svg("rect", { class: "track", x: 0, y: 4, width: 200, height: 8 }), make_svg("rect", { class: "fill", x: 0, y: 4, width: Math.min(200, Math.max(0, share * 100)), height: 8 }),
    make_svg("rect", { class: "bound", x: 99, y: 0, width: 2, height: 16 }));
}
// As summary_thresholds.cpp says it in the report.
function distance(observed, bound, unit) {
  const difference = observed - bound, side = difference > 0 ? "above" : "below";
  if (difference === 0) return say("far.at");
  if (unit === "ratio") return say("far.points." + side, { n: figure(Math.abs(difference) * 100) });
  if (bound === 0) return say("far." + side, { n: in_unit(Math.abs(difference), unit) });
  return observed / bound > 2 ? say("far.times", { n: figure(observed / bound) }) : say("far." + side, { n: percent(Math.abs(observed / bound - 1)) });
}
function threshold_row(t) {
  const measured = t.observed != null && t.bound != null;
  const sign = { "<=": "\u2264", ">=": "\u2265" }[t.comparison] || t.comparison || "";
  return make("tr", { class: t.holds ? "held" : t.observed == null ? null : "crossed" },
    make("td", { class: "state" }, t.observed == null ? none : say(t.holds ? "holds" : "crossed")),
    make("th", { scope: "row" }, code(t.expression), t.note && t.observed != null ? make("div", { class: "note", lang: "en" }, t.note) : null),
    make("td", { class: "number" }, t.observed == null ? say("not_measured") : in_unit(t.observed, t.unit)),
    make("td", { class: "number" }, sign + thin + (t.bound == null ? t.bound_text || none : in_unit(t.bound, t.unit))),
    make("td", { class: "far" }, ...(measured ? [threshold_bar(t.bound > 0 ? t.observed / t.bound : t.observed > t.bound ? 2 : 1, t.holds), make("span", null, distance(t.observed, t.bound, t.unit))] : [])));
}
function thresholds_table() {
  const all = report.thresholds || [];
  if (!all.length) return null;
  const heads = [["verdict.head"], ["threshold.head"], ["observed.head", "number"], ["bound.head", "number"], ["far.head"]];
  return make("div", { class: "scroll" }, make("table", { class: "thresholds" },
    make("thead", null, make("tr", null, ...heads.map(([key, c]) => make("th", { scope: "col", class: c || null }, say(key))))),
    make("tbody", null, ...all.map(threshold_row))));
}
// Those of the last second beside those of the run so far.
function figures_list() {
  const requests = (report.totals || {}).requests || {}, sessions = (report.totals || {}).sessions || {}, ratios = report.ratios || {};
  const response = (report.latency || {}).response_time || {}, last = (name) => (timeline[name] && timeline.n ? timeline[name][timeline.n - 1] : null);
  const span = last("span_s") || 1, failed = failed_outcomes.reduce((n, o) => n + (requests[o] || 0), 0);
  const list = make("dl", { class: "figures" });
  const add = (key, define, value, small) => list.append(make("div", null, make("dt", null, term(define, say(key))), make("dd", { id: "figure-" + key.split(".").pop() }, value, small ? make("small", null, " " + small) : null)));
  add("live.rate", "requests_per_s", per_second((last("sent") || 0) / span));
  add("load.ok", "ok", whole(requests.ok));
  add("load.refused", "rate_limit_ratio", whole(requests.rate_limited), ratios.rate_limit_ratio == null ? "" : percent(ratios.rate_limit_ratio));
  add("load.failed", "failed", whole(failed), ratios.system_failure_ratio == null ? "" : percent(ratios.system_failure_ratio));
  if (ratios.success_ratio != null) add("load.success", "success_ratio", percent(ratios.success_ratio));
  for (const p of ["p50", "p95", "p99"]) if (response[p + "_ms"] != null) add("load." + p, "response_time", milliseconds(response[p + "_ms"]));
  add("live.alive", "alive", whole(last("alive")), say("live.wanted", { n: whole((report.progress || {}).sessions_wanted) }));
  add("live.opened", "alive", whole(sessions.opened));
  if (last("multiplier") != null) add("live.multiplier", "multiplier", figure(last("multiplier")));
  if (((report.latency || {}).throttle_wait || {}).p95_ms != null) add("load.wait", "throttle_wait", milliseconds(report.latency.throttle_wait.p95_ms));
  return list;
}
function failures_list() {
  const rows = (report.failures || []).slice(0, 4);
  if (!rows.length) return make("p", null, say("went.nothing"));
  const old = report.t_s - report.tables_t_s > 0.5 ? note(say("live.as_of", { at: run_time(report.tables_t_s) })) : "";
  return make("div", null, old, make("ul", null, ...rows.map((f) => make("li", null,
    say_counted("went." + f.outcome, f.count, { operation: f.operation || "" }) + (f.status ? say("went.status", { status: String(f.status) }) : "") +
      (f.message ? say("went.message", { message: f.message }) : "") + say("went.span", { from: run_time(f.first_s), to: run_time(f.last_s) })))));
}
function happened_list() {
  const events = (report.events || []).slice(-4), reasons = (report.verdict || {}).reasons || [];
  if (!events.length && !reasons.length) return null;
  return make("ul", { lang: "en" }, ...reasons.map((r) => make("li", null, r)), ...events.map((e) => make("li", null, run_time(e.at_s) + " " + e.text)));
}
function advice_list() {
  const zh = (a, part, text) => { const own = all_words[language]["advice." + a.id + "." + part]; return language !== "en" && own ? own : text; };
  return make("ol", null, ...(report.advice || []).map((a) => make("li", null, make("strong", null, zh(a, "finding", a.finding) + say("stop")), " " + zh(a, "advice", a.advice), make("div", { class: "note", lang: "en" }, a.evidence))));
}
function first_screen() {
  const answer = (key, wide, ...content) => make("div", { class: wide ? "wide" : null }, make("h2", null, say(key)), ...content);
  const happened = happened_list(), advised = (report.advice || []).length;
  return [heading(), make("h1", { id: "verdict" }, verdict_words()), plan_bar(), thresholds_table(), make("div", { class: "answers" },
    answer("q.load", true, figures_list()), answer("q.wrong", !happened && !advised, failures_list()), happened && answer("live.happened", false, happened), advised ? answer("q.do", true, advice_list()) : null)].filter(Boolean);
}
function show_definitions() {
  const names = [...new Set([...Object.keys(report.definitions || {}), ...Object.keys(all_words[language]).filter((k) => k.startsWith("define.")).map((k) => k.slice(7))])];
  document.getElementById("definitions").replaceChildren(make("h2", null, say("q.definitions")),
    make("dl", { class: "words" }, ...names.flatMap((n) => [make("dt", null, code(n)), make("dd", null, meaning_of(n))])));
}
