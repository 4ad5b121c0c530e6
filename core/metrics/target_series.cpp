#include "metrics/target_series.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace lsrun::metrics {
namespace {

using model::error;

std::string_view trimmed(std::string_view s) {
  const auto blank = [](char c) { return c == ' ' || c == '\t'; };
  while (!s.empty() && blank(s.front())) s.remove_prefix(1);
  while (!s.empty() && blank(s.back())) s.remove_suffix(1);
  return s;
}

std::vector<std::string_view> words_of(std::string_view name) {
  std::vector<std::string_view> words;
  while (!name.empty()) {
    const std::size_t end = std::min(name.size(), name.find_first_of("_:"));
    words.push_back(name.substr(0, end));
    name.remove_prefix(std::min(name.size(), end + 1));
  }
  return words;
}

template <class List>
bool has_any(const std::vector<std::string_view>& words, const List& wanted) {
  return std::find_first_of(words.begin(), words.end(), wanted.begin(), wanted.end()) != words.end();
}

// Does it tell of what waits, or of work under way?
bool tells_of_waiting(std::string_view name) {
  constexpr std::array<std::string_view, 8> alone{"queue",   "queued", "backlog",  "pending",
                                                  "waiting", "pool",   "inflight", "inprogress"};
  constexpr std::array<std::string_view, 1> connections{"connections"};
  constexpr std::array<std::string_view, 5> beside{"db", "database", "sql", "active", "idle"};
  const auto words = words_of(name);
  if (has_any(words, alone)) return true;
  for (std::size_t i = 1; i < words.size(); ++i)
    if (words[i - 1] == "in" && (words[i] == "flight" || words[i] == "progress")) return true;
  return has_any(words, connections) && has_any(words, beside);
}

series_selector plain_series(std::string_view name) { return {std::string(name), std::string(name), {}, false}; }

}  // namespace

bool series_selector::matches(const exposed_sample& s) const {
  if (s.name != name) return false;
  std::size_t found = 0;
  std::string_view rest = s.labels, label;
  thread_local std::string value;
  while (found < labels.size() && take_label(rest, label, value))
    found += std::any_of(labels.begin(), labels.end(),
                         [&](const auto& wanted) { return wanted.first == label && wanted.second == value; });
  return found == labels.size();
}

model::result<series_selector> parse_series(std::string_view text) {
  const std::string shown = "`" + std::string(text) + "`";
  const std::string example = "; write for example queue_length, requests_total{code=\"500\"} or rate(requests_total)";
  series_selector s;
  s.text = trimmed(text);
  std::string_view rest = s.text;
  if (const auto open = rest.find('('); open != std::string_view::npos && open < rest.find('{')) {
    const std::string_view function = trimmed(rest.substr(0, open));
    if (function != "rate")
      return error{shown + ": there is no function `" + std::string(function) + "`, only rate(...)" + example};
    if (rest.back() != ')') return error{shown + ": the closing `)` is missing at its end"};
    s.rate = true;
    rest = trimmed(rest.substr(open + 1, rest.size() - open - 2));
  }
  const auto brace = rest.find('{');
  s.name = trimmed(rest.substr(0, brace));
  if (!is_metric_name(s.name)) return error{shown + ": `" + s.name + "` is not the name of a metric" + example};
  if (brace == std::string_view::npos) return s;
  if (rest.back() != '}') return error{shown + ": the closing `}` is missing after the labels"};
  std::string_view labels = trimmed(rest.substr(brace + 1, rest.size() - brace - 2)), name;
  for (std::string value; !labels.empty();) {
    if (!take_label(labels, name, value))
      return error{shown + ": labels are written {name=\"value\"}, with commas between them; only = is understood"};
    for (const auto& [known, _] : s.labels)
      if (known == name) return error{shown + ": the label `" + known + "` is named twice"};
    s.labels.emplace_back(name, value);
  }
  return s;
}

std::string_view unit_of(const series_selector& s) {
  std::string_view name = s.name;
  if (s.rate && name == "process_cpu_seconds_total") return "cores";
  if (name.ends_with("_total")) name.remove_suffix(6);
  if (name.ends_with("_bytes")) return s.rate ? "bytes/s" : "bytes";
  if (name.ends_with("_seconds")) return s.rate ? "s/s" : "s";
  if (s.rate) return "1/s";
  return name.ends_with("_ratio") ? "ratio" : "number";
}

std::vector<series_selector> choose_series(std::string_view text) {
  bool memory = false, cpu = false, files = false;
  std::vector<series_selector> others;
  exposition_reader reader(text);
  for (exposed_sample s; reader.next(s);) {
    memory = memory || s.name == "process_resident_memory_bytes";
    cpu = cpu || s.name == "process_cpu_seconds_total";
    files = files || s.name == "process_open_fds";
    const bool level = s.kind == series_kind::gauge || s.kind == series_kind::unknown;
    if (!level || s.name.starts_with("process_") || s.name.ends_with("_total") ||
        others.size() >= target_series::most_chosen)
      continue;
    const bool known = std::any_of(others.begin(), others.end(), [&](const auto& o) { return o.name == s.name; });
    if (!known && tells_of_waiting(s.name)) others.push_back(plain_series(s.name));
  }
  std::vector<series_selector> chosen;
  if (memory) chosen.push_back(plain_series("process_resident_memory_bytes"));
  if (cpu) chosen.push_back(*parse_series("rate(process_cpu_seconds_total)"));
  if (files) chosen.push_back(plain_series("process_open_fds"));
  const std::size_t room = target_series::most_chosen - chosen.size();
  chosen.insert(chosen.end(), others.begin(),
                others.begin() + static_cast<std::ptrdiff_t>(std::min(room, others.size())));
  return chosen;
}

target_series::reading target_series::read(std::string_view text, time::instant at) {
  if (series_.empty()) {
    series_ = choose_series(text);
    read_at_.reset();  // their counters begin here
  }
  counters_.resize(series_.size());
  struct sum {
    double value = 0;
    bool there = false;
  };
  std::vector<sum> sums(series_.size());
  reading r;
  exposition_reader reader(text);
  for (exposed_sample s; reader.next(s); ++r.samples) {
    if (!std::isfinite(s.value)) continue;
    for (std::size_t i = 0; i < series_.size(); ++i) {
      if (!series_[i].matches(s)) continue;
      double add = s.value;
      if (series_[i].rate) {
        auto& last = counters_[i].last;
        const std::string labels(s.labels);
        auto known = last.find(labels);
        if (known == last.end() && last.size() >= most_counters) continue;
        if (known == last.end()) known = last.emplace(labels, 0).first;
        add = s.value >= known->second ? s.value - known->second : s.value;
        known->second = s.value;
      }
      sums[i].value += add;
      sums[i].there = true;
    }
  }
  r.damaged = reader.damaged();
  r.values.resize(series_.size());
  for (const sum& s : sums) r.found.push_back(s.there);
  const double span = read_at_ ? time::seconds(at - *read_at_) : 0;
  for (std::size_t i = 0; i < series_.size(); ++i) {
    if (!sums[i].there || (series_[i].rate && span <= 0)) continue;
    const double value = series_[i].rate ? sums[i].value / span : sums[i].value;
    if (std::isfinite(value)) r.values[i] = value;
  }
  if (r.samples > 0) read_at_ = at;
  return r;
}

}  // namespace lsrun::metrics
