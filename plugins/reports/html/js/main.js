// Puts the page together: tables first, charts last, as they need the page's width.
begin_theme();
document.getElementById("body").hidden = false;
time_charts();
judged_section("leak");
judged_section("recovery");
outcomes_section();
operations_section();
turns_section();
phases_section();
failures_section();
addresses_section();
adjustments_section();
tenants_section();
scenario_section();
alerts_section();
times_section();
config_section();
sums_section();
for (const section of document.querySelectorAll("main section[id]"))
  document.getElementById("parts").append(make("a", { href: "#" + section.id }, section.querySelector("h2").textContent));
begin_charts();
// The page grew under an address with a #place.
if (location.hash) { const place = document.getElementById(location.hash.slice(1)); if (place) place.scrollIntoView(); }
document.documentElement.dataset.drawn = "yes";
