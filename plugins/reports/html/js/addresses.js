// Client addresses: how evenly the load was spread and where refusals were; and what the rate controller did.
function addresses_section() {
  const n = addresses.n;
  if (!n) return leave_out("addresses");
  const of = (name) => (i) => (addresses[name] || [])[i];
  const failed = sum(addresses, failed_outcomes);
  const sent = addresses.sent || [];
  const total = sent.reduce((a, b) => a + (b || 0), 0);
  const share = (i) => (total > 0 && sent[i] != null ? sent[i] / total : undefined);
  const refused_share = (i) => {
    const judged = sent[i] - (of("cancelled")(i) || 0) - (of("empty_poll")(i) || 0);
    return judged > 0 && of("rate_limited")(i) != null ? of("rate_limited")(i) / judged : undefined;
  };
  part("addresses").append(note(spread_words(n, sent, total)));
  let sought = "";
  const found = make("span", { class: "note", "aria-live": "polite" });
  const column = (label, value, format) => ({ label, number: true, value, show: (i) => format(value(i)) });
  const list = make_table({ count: n, name: "Client addresses", keep: (i) => !sought || addresses.address[i].includes(sought), sorted_by: addresses.rate_limited ? 4 : 1,
    columns: [{ label: "address", value: (i) => addresses.address[i], head: true, class: "mono", show: (i) => addresses.address[i] },
      column("requests", of("sent"), whole), column("share", share, percent), column("ok", of("ok"), whole), column("refused (429)", of("rate_limited"), whole),
      column("refused, share", refused_share, percent), column("failed", (i) => failed && failed[i], whole)] });
  if (n > 20) {
    part("addresses").append(make("div", { class: "tools" }, make("label", null, "Find an address ", make("input", { type: "search", input: (e) => {
      sought = e.target.value.trim();
      list.arrange();
      found.textContent = sought ? whole(list.shown()) + " of " + whole(n) : "";
    } })), found));
  }
  part("addresses").append(list.box);
}
function spread_words(n, sent, total) {
  const refused = addresses.rate_limited || [];
  const at = refused.filter((r) => r > 0).length;
  let most = 0;
  refused.forEach((r, i) => { if (r > refused[most]) most = i; });
  let words = whole(n) + (n === 1 ? " address" : " addresses") + ". ";
  if (total > 0 && n > 1) {
    let low = Infinity, high = 0;
    for (const s of sent) { low = Math.min(low, s); high = Math.max(high, s); }
    words += "Each had between " + percent(low / total) + " and " + percent(high / total) + " of the requests; equal would be " + percent(1 / n) + ". ";
  }
  if (refused.length) words += at === 0 ? "None was refused anything." : "Refusals at " + whole(at) + " of " + whole(n) + ", most at " + addresses.address[most] + ": " + whole(refused[most]) + " of " + whole(sent[most]) + " requests.";
  return words;
}

function adjustments_section() {
  const n = adjustments.n;
  if (!n) return part("adjustments").append(note("The multiplier was never changed."));
  const word = (name) => (i) => (adjustments[name + "_words"] || [])[(adjustments[name] || [])[i]];
  const of = (name) => (i) => (adjustments[name] || [])[i];
  let lowered = 0;
  for (let i = 0; i < n; ++i) if (of("to")(i) < of("from")(i)) ++lowered;
  const more = report.rate_adjustments_left_out;
  part("adjustments").append(note(whole(n) + (n === 1 ? " change" : " changes") + " of the multiplier: " + whole(lowered) + " lowered, " + whole(n - lowered) + " raised." +
    (more ? " " + whole(more) + " further changes are not listed." : "")));
  const column = (label, value, format) => ({ label, number: true, value, show: (i) => format(value(i)) });
  part("adjustments").append(make_table({ count: n, name: "Changes of the multiplier", sorted_by: 0, descending: false, columns: [
    column("at", of("at_s"), run_time), { label: "address", value: word("address"), show: (i) => word("address")(i) ?? none, class: "mono" },
    { label: "operation", value: word("operation"), show: (i) => word("operation")(i) ?? none, class: "mono" },
    column("refused in the window", of("window_ratio"), percent), column("from", of("from"), figure), column("to", of("to"), figure)] }).box);
}
