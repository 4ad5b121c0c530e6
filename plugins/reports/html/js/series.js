// The target's own metrics, under the run's course: two a chart, each with an axis of its own, so that cause and effect
// stand above each other.
const series_units = { bytes, "bytes/s": (n) => (n == null ? none : bytes(n) + "/s"), s: (n) => (n == null ? none : milliseconds(n * 1000)), ratio: percent,
  cores, "1/s": per_second, "s/s": (n) => (n == null ? none : figure(n) + thin + "s/s"), number: figure };
const series_format = (row) => series_units[row.unit] || figure;

// The mean of each point, and where points hold several seconds the greatest reading beside it.
function series_lines(row, i, side) {
  const format = series_format(row), look = side === "left" ? { colour: "one", width: 2 } : { colour: "two", dash: [5, 3] };
  const peak = timeline["target_series_most_" + i];
  return [{ label: row.series, column: timeline["target_series_" + i], scale: side, format, ...look },
    { label: say("series.most", { series: row.series }), column: peak, scale: side, format, colour: look.colour, dash: [1, 3], width: 1 }];
}
function series_section(host) {
  const asked = report.target_series || {}, rows = asked.series || [];
  const drawn = rows.map((row, i) => ({ row, i })).filter(({ i }) => timeline["target_series_" + i]);
  if (!drawn.length && !asked.failed) return false;
  for (let k = 0; k < drawn.length; k += 2) {
    const pair = drawn.slice(k, k + 2);
    lines_chart(host, say("series.label", { names: pair.map(({ row }) => row.series).join(", ") }),
      pair.flatMap(({ row, i }, side) => series_lines(row, i, side ? "right" : "left")));
  }
  if (asked.failed) host.append(note(say("series.failed", { failed: whole(asked.failed), all: whole(asked.failed + (asked.answered || 0)) })));
  if (rows.length) host.append(table_of(rows, [text_column(say("col.series"), (r) => r.series, { head: true, class: "mono" }),
    ...["first", "least", "mean", "most", "last"].map((k) => ({ label: say("series." + k + ".head"), number: true, value: (r) => r[k], show: (r) => series_format(r)(r[k]) }))], {}));
}
