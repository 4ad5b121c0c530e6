// The stream: the whole run so far when it is opened, then what each second changes. A browser that lost it comes back
// by itself and says what it heard last; lsrun then sends what was missed, or the whole run again.
const most_rows = 5400;  // then the run's whole course is asked for again, which lsrun keeps in fewer points

function take_snapshot(made) {
  take_report(made);
  const wanted = ((made.run || {}).config || {}).reports || {};
  if (live.begun) {
    show_language(language);
  } else {
    const asked = new URLSearchParams(location.search).get("language") || wanted.language;
    if (all_words[asked]) language = asked;
    live.begun = true;
    begin_page();
    theme.changed.push(show_all_last);
  }
  show_all_last();
}
function show_all_last() {
  for (const s of charts.specs) {
    const section = document.getElementById(s.section);
    if (section && !section.dataset.shape) {
      const own = charts.specs.filter((c) => c.section === s.section);
      section.dataset.shape = shape_without_charts(section) + "|" + own.map((c) => c.plot.series.map((l) => l.label).join(",")).join("|");
    }
    if (s.plot) show_last(s.plot);
  }
}
// Text of a section as it was before its charts were drawn into it.
function shape_without_charts(section) {
  const copy = section.cloneNode(true);
  for (const chart of copy.querySelectorAll(".chart")) chart.replaceChildren();
  return copy.textContent;
}
function take_second(made) {
  const { row, ...changed } = made;
  Object.assign(report, changed);
  add_row(timeline, row);
  measure_times();
  show_first();
  refresh((id) => of_each_second.includes(id));
}
function take_tables(made) {
  Object.assign(report, made);
  addresses = columns_of("addresses");
  adjustments = columns_of("rate_adjustments");
  measure_times();
  show_first();
  refresh((id) => !of_each_second.includes(id) && id !== "config");
}
function take_end(made) {
  Object.assign(report, made);
  live.state = "over";
  document.documentElement.dataset.validity = (report.verdict || {}).validity || "unknown";
  show_first();
  refresh((id) => id === "alerts");
}

function listen() {
  const source = new EventSource("api/v1/stream");
  const hear = (name, take) => source.addEventListener(name, (event) => {
    live.heard = Date.now();
    live.state = "live";
    take(JSON.parse(event.data));
    show_line();
    document.documentElement.dataset.heard = event.lastEventId;
    if (name === "end") source.close();
    if (timeline.n > most_rows) { source.close(); listen(); }
  });
  hear("snapshot", take_snapshot);
  hear("second", take_second);
  hear("tables", take_tables);
  hear("end", take_end);
  source.onerror = () => {
    if (live.state === "over") return;
    live.state = "lost";
    show_line();
    if (source.readyState === EventSource.CLOSED) setTimeout(listen, 2000);  // an answer that is no stream
  };
}
// A connection may stand and carry nothing.
setInterval(() => {
  if (live.state === "live" && Date.now() - live.heard > 5000) { live.state = "silent"; show_line(); }
}, 1000);
const show_report_language = show_language;
show_language = (name) => {
  show_report_language(name);
  show_first();
  show_definitions();
  if (live.begun && charts.begun) show_all_last();
};
show_line();
listen();
