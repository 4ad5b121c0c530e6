// Any bytes as what a metrics endpoint answers, and as a selector: a line is a sample or is counted as damaged, samples
// lie in the text, values are finite or absent, and what was chosen is found again.
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <string>

#include "claim.hpp"
#include "metrics/target_series.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace lsrun::metrics;
  using lsrun::test::claim;
  const std::string text(reinterpret_cast<const char*>(data), size);
  const auto within = [&](std::string_view part) {
    return part.empty() || (part.data() >= text.data() && part.data() + part.size() <= text.data() + text.size());
  };
  exposition_reader reader(text);
  std::size_t samples = 0;
  for (exposed_sample s; reader.next(s); ++samples) {
    claim(within(s.name) && within(s.labels), "a sample lies in the text");
    claim(is_metric_name(s.name), "a sample has a name", s.name);
    series_selector same{std::string(s.name), std::string(s.name), {}, false};
    std::string_view rest = s.labels, name;
    for (std::string value; !rest.empty() && take_label(rest, name, value);) {
      claim(is_label_name(name), "a label has a name", name);
      const bool again =
          std::any_of(same.labels.begin(), same.labels.end(), [&](const auto& l) { return l.first == name; });
      if (!again) same.labels.emplace_back(name, value);
    }
    claim(same.matches(s), "a selector with all labels of a sample finds it", s.labels);
  }
  const auto lines = static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n')) + 1;
  claim(samples + reader.damaged() <= lines, "a line is one thing");

  target_series series({});
  for (lsrun::time::instant at = lsrun::time::second; at < 4 * lsrun::time::second; at += lsrun::time::second) {
    const auto r = series.read(text, at);
    claim(r.samples == samples && r.damaged == reader.damaged(), "each reading finds the same");
    claim(r.values.size() == series.series().size() && r.found.size() == r.values.size(), "a value a series");
    claim(r.values.size() <= target_series::most_chosen, "a bounded number is chosen");
    for (const auto& v : r.values) claim(!v || std::isfinite(*v), "values are finite");
  }
  if (const auto selector = parse_series(text)) {
    claim(is_metric_name(selector->name), "a selector has a name", selector->name);
    claim(parse_series(selector->text).operator bool(), "a selector's text is one", selector->text);
    unit_of(*selector);
  }
  return 0;
}
