// Puts the page together in one language: tables first, charts last, as they need the page's width.
const sections = [
  ["requests", course_section], ["series", series_section], ["events", events_section], ["rate", rate_section], ["sessions", sessions_section], ["target", target_section], ["generator", generator_section],
  ["distribution", distribution_section], ["heat", heat_section], ["times", times_section], ["outcomes", outcomes_section],
  ["operations", operations_section], ["slowest", slowest_section], ["turns", turns_section], ["tenants", tenants_section], ["addresses", addresses_section],
  ["failures", failures_section], ["permits", permits_section], ["leak", leak_section], ["recovery", recovery_section],
  ["phases", phases_section], ["scenario", scenario_section], ["alerts", alerts_section], ["config", config_section], ["sums", sums_section]];

// null where there is nothing to show.
function build_section([id, fill]) {
  const host = make("section", { id }, make("h2", null, say("section." + id)));
  if (id === "requests") host.prepend(make("span", { id: "latency" }));
  charts.section = id;
  return fill(host) === false ? null : host;
}
// A section without anything to show is left out.
function show_sections() {
  const body = document.getElementById("body");
  const nav = make("nav", { "aria-label": say("parts") });
  const link = (id) => nav.append(make("a", { href: "#" + id }, say("section." + id)));
  charts.specs = [];
  body.replaceChildren(nav);
  for (const section of sections) {
    const host = build_section(section);
    if (!host) continue;
    body.append(host);
    link(section[0]);
  }
  link("definitions");
}
function show_switches() {
  const switches = document.getElementById("switches");
  switches.replaceChildren(
    choice("language", say("language"), Object.keys(all_words), (name) => all_words[name]["language.name"], language, show_language),
    choice("colours", say("colours"), ["auto", "light", "dark"], say, theme.chosen, remember));
  switches.hidden = false;
}
function show_language(name) {
  language = name;
  document.documentElement.lang = say("language.tag");
  for (const e of document.querySelectorAll("[data-language]")) e.hidden = e.dataset.language !== name;
  document.title = page_title();
  document.querySelector("footer p").textContent = say("charts_by");
  show_switches();
  show_sections();
  if (charts.drawn.length) draw_all();
  document.documentElement.style.setProperty("--not-valid", JSON.stringify(" \u2013 " + say("of_not_valid")));
  const pressed = document.querySelector('#language [aria-pressed="true"]');
  if (charts.begun && pressed) pressed.focus();
}

function begin_page() {
  begin_theme();
  document.getElementById("body").hidden = false;
  show_language(language);
  begin_charts();
  begin_meanings();
  charts.begun = true;
  addEventListener("hashchange", go_to_place);
  go_to_place();
  document.documentElement.dataset.drawn = "yes";
}
// The page grew under an address with a #place; an example unfolds when it is gone to.
function go_to_place() {
  const place = location.hash && document.getElementById(location.hash.slice(1));
  if (!place) return;
  if (place.tagName === "DETAILS") place.open = true;
  place.scrollIntoView();
}
