// Config, command and environment, each with a button that copies it; and the sums that were checked.
function copy_button(text, label) {
  const said = make("span", { class: "note", role: "status" });
  const button = make("button", { type: "button", "aria-label": label, click: async () => {
    let done = false;
    try {
      await navigator.clipboard.writeText(text);
      done = true;
    } catch { done = copied_by_hand(text); }
    said.textContent = " " + say(done ? "copied" : "copy_failed");
  } }, say("copy"));
  return make("span", { class: "tools" }, button, said);
}
// Where a browser gives a file from disk no clipboard.
function copied_by_hand(text) {
  const field = make("textarea", { style: "position:fixed;top:-10rem", "aria-hidden": "true" });
  field.value = text;
  document.body.append(field);
  field.select();
  let done = false;
  try { done = document.execCommand("copy"); } catch { /* then it stays to be selected */ }
  field.remove();
  return done;
}
function copied_text(host, title, text) {
  host.append(make("h3", null, title), copy_button(text), make("pre", { tabindex: 0, role: "region", "aria-label": title }, text));
}
function config_section(host) {
  const run = report.run || {}, generator = report.generator || {};
  const list = make("dl", { class: "words" });
  for (const [name, value] of [["run", run.id], ["version", run.lsrun_version], ["target", run.target_url], ["time_scale", run.time_scale], ["seed", run.seed], ["threads", run.threads], ["started", run.started_utc], ["ended", run.ended_utc],
    ["cost", generator.cpu_us_per_request == null ? null : say("cost", { n: with_unit(generator.cpu_us_per_request, "\u00b5s") })]])
    if (value != null && value !== "") list.append(make("dt", null, say("fact." + name)), make("dd", { class: "mono" }, String(value)));
  host.append(list);
  if (run.command) copied_text(host, say("config.command"), String(run.command));
  if (run.config && Object.keys(run.config).length) copied_text(host, say("config.effective"), JSON.stringify(run.config, null, 2));
  if (run.environment && Object.keys(run.environment).length)
    copied_text(host, say("config.environment"), Object.entries(run.environment).map(([name, value]) => name + ": " +
      (/bytes$/.test(name) && typeof value === "number" ? bytes(value) : typeof value === "object" ? JSON.stringify(value) : value)).join("\n"));
  return true;
}
function sums_section(host) {
  const laws = (report.conservation || {}).laws || [];
  if (!laws.length) return false;
  const table = table_of(laws, [text_column(say("col.law"), (l) => l.law, { head: true }), number_column(say("col.left"), (l) => l.left, whole), number_column(say("col.right"), (l) => l.right, whole),
    { label: say("verdict.head"), value: (l) => String(l.holds), show: (l) => say(l.holds ? "equal" : "not_equal") }], { sorted_by: 3, descending: false });
  host.append(laws.some((l) => !l.holds) ? table : make("details", null, make("summary", null, say("sums.all", { n: whole(laws.length) })), table));
  return true;
}
