// Client addresses: how evenly the load was spread and where refusals were.
function addresses_section(host) {
  const n = addresses.n;
  if (!n) return false;
  const of = (name) => (i) => (addresses[name] || [])[i];
  const failed = sum(addresses, failed_outcomes);
  const sent = addresses.sent || [];
  const total = sent.reduce((a, b) => a + (b || 0), 0);
  const share = (i) => (total > 0 && sent[i] != null ? sent[i] / total : undefined);
  const refused_share = (i) => {
    const judged = sent[i] - (of("cancelled")(i) || 0) - (of("empty_poll")(i) || 0);
    return judged > 0 && of("rate_limited")(i) != null ? of("rate_limited")(i) / judged : undefined;
  };
  host.append(note(spread_words(n, sent, total)));
  if (n > 40) refused_strip(host, n, refused_share);
  let sought = "";
  const found = make("span", { class: "note", role: "status" });
  const column = (label, value, format, define) => ({ label, number: true, value, show: (i) => format(value(i)), define });
  const list = make_table({ count: n, name: say("section.addresses"), keep: (i) => !sought || addresses.address[i].includes(sought), sorted_by: addresses.rate_limited ? 4 : 1,
    columns: [{ label: say("col.address"), value: (i) => addresses.address[i], head: true, class: "mono", show: (i) => addresses.address[i] },
      column(say("col.requests"), of("sent"), whole, "request"), column(say("col.share"), share, percent, "share"), column(say("col.ok"), of("ok"), whole, "ok"), column(say("col.refused"), of("rate_limited"), whole, "rate_limited"),
      column(say("col.refused_share"), refused_share, percent, "rate_limit_ratio"), column(say("col.failed"), (i) => failed && failed[i], whole, "failed")] });
  if (n > 20) {
    host.append(make("div", { class: "tools" }, make("label", null, say("addresses.find") + " ", make("input", { type: "search", input: (e) => {
      sought = e.target.value.trim();
      list.arrange();
      found.textContent = sought ? say("found", { n: whole(list.shown()), all: whole(n) }) : "";
    } })), found));
  }
  host.append(list.box);
  return true;
}
function spread_words(n, sent, total) {
  const refused = addresses.rate_limited || [];
  const at = refused.filter((r) => r > 0).length;
  let most = 0;
  refused.forEach((r, i) => { if (r > refused[most]) most = i; });
  const words = [say_counted("addresses", n)];
  if (total > 0 && n > 1) {
    let low = Infinity, high = 0;
    for (const s of sent) { low = Math.min(low, s); high = Math.max(high, s); }
    words.push(say("addresses.spread", { low: percent(low / total), high: percent(high / total), equal: percent(1 / n) }));
  }
  if (refused.length) words.push(at === 0 ? say("addresses.none_refused")
    : say("addresses.refused", { at: whole(at), n: whole(n), address: addresses.address[most], refused: whole(refused[most]), sent: whole(sent[most]) }));
  return words.join(" ");
}
// More addresses than are seen at once, side by side, by their share of refusals: few bars that stand out are another matter than many alike.
function refused_strip(host, n, refused_share) {
  const shares = Array.from({ length: n }, (_, i) => refused_share(i) ?? 0).sort((a, b) => b - a);
  if (!(shares[0] > 0)) return;
  const most = 300, bars = Math.min(n, most), each = n / bars;
  const svg = make_svg("svg", { class: "strip", viewBox: "0 0 " + bars + " 40", preserveAspectRatio: "none", role: "img", "aria-label": say("addresses.strip") });
  for (let k = 0; k < bars; ++k) {
    const height = (shares[Math.floor(k * each)] / shares[0]) * 40;
    svg.append(make_svg("rect", { class: "rate_limited", x: k, y: 40 - height, width: bars > 100 ? 1 : 0.86, height }));
  }
  host.append(svg, note(say("addresses.strip") + " 0 " + thin + "% \u2013 " + percent(shares[0]) + "."));
}
