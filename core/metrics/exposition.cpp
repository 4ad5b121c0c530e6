// https://prometheus.io/docs/instrumenting/exposition_formats/ and OpenMetrics 1.0; histograms' samples come as any.
#include "metrics/exposition.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>

namespace lsrun::metrics {
namespace {

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool in_label_name(char c) { return is_letter(c) || is_digit(c); }
bool in_metric_name(char c) { return in_label_name(c) || c == ':'; }
bool is_blank(char c) { return c == ' ' || c == '\t'; }

void skip_blanks(std::string_view& text) {
  while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
}

template <class Wanted>
std::string_view take_while(std::string_view& text, Wanted wanted) {
  const auto end = std::find_if_not(text.begin(), text.end(), wanted);
  const std::string_view taken = text.substr(0, static_cast<std::size_t>(end - text.begin()));
  text.remove_prefix(taken.size());
  return taken;
}

// Where the brace closes, texts in quotes skipped; npos: nowhere.
std::size_t closing_brace(std::string_view text) {
  bool quoted = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (quoted && text[i] == '\\')
      ++i;
    else if (text[i] == '"')
      quoted = !quoted;
    else if (!quoted && text[i] == '}')
      return i;
  }
  return std::string_view::npos;
}

bool are_labels(std::string_view text) {
  std::string_view name;
  thread_local std::string value;
  skip_blanks(text);
  while (!text.empty())
    if (!take_label(text, name, value)) return false;
  return true;
}

bool same_letters(std::string_view text, std::string_view lower) {
  return std::equal(text.begin(), text.end(), lower.begin(), lower.end(),
                    [](char a, char b) { return (a | 0x20) == b; });
}

bool read_value(std::string_view text, double& value) {
  std::string_view digits = text;
  const bool negative = !digits.empty() && digits.front() == '-';
  if (!digits.empty() && (negative || digits.front() == '+')) digits.remove_prefix(1);
  if (digits.empty() || digits.front() == '-') return false;
  if (same_letters(digits, "inf") || same_letters(digits, "infinity")) {
    value = negative ? -std::numeric_limits<double>::infinity() : std::numeric_limits<double>::infinity();
    return true;
  }
  if (same_letters(digits, "nan")) {
    value = std::numeric_limits<double>::quiet_NaN();
    return true;
  }
  if (!is_digit(digits.front()) && digits.front() != '.') return false;
  const auto [end, failed] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (end != digits.data() + digits.size() || failed == std::errc::invalid_argument) return false;
  if (failed == std::errc::result_out_of_range)  // too large or too small for a number of this size
    value = std::numeric_limits<double>::quiet_NaN();
  if (negative) value = -value;
  return true;
}

// A sample's line but its kind; false: it is none.
bool read_sample(std::string_view line, exposed_sample& s) {
  s.name = take_while(line, in_metric_name);
  if (!is_metric_name(s.name)) return false;
  const bool apart = !line.empty() && is_blank(line.front());
  skip_blanks(line);
  s.labels = {};
  if (!line.empty() && line.front() == '{') {
    line.remove_prefix(1);
    const std::size_t end = closing_brace(line);
    if (end == std::string_view::npos) return false;
    s.labels = line.substr(0, end);
    if (!are_labels(s.labels)) return false;
    line.remove_prefix(end + 1);
  } else if (!apart) {
    return false;
  }
  skip_blanks(line);
  const auto no_blank = [](char c) { return !is_blank(c); };
  if (!read_value(take_while(line, no_blank), s.value)) return false;
  skip_blanks(line);
  double timestamp = 0;
  if (!line.empty() && line.front() != '#' && !read_value(take_while(line, no_blank), timestamp)) return false;
  skip_blanks(line);
  return line.empty() || line.starts_with("# {");  // an exemplar, of no interest here
}

}  // namespace

bool is_metric_name(std::string_view text) {
  return !text.empty() && !is_digit(text.front()) && std::all_of(text.begin(), text.end(), in_metric_name);
}

bool is_label_name(std::string_view text) {
  return !text.empty() && !is_digit(text.front()) && std::all_of(text.begin(), text.end(), in_label_name);
}

bool take_label(std::string_view& labels, std::string_view& name, std::string& value) {
  skip_blanks(labels);
  name = take_while(labels, in_label_name);
  if (!is_label_name(name)) return false;
  skip_blanks(labels);
  if (labels.empty() || labels.front() != '=') return false;
  labels.remove_prefix(1);
  skip_blanks(labels);
  if (labels.empty() || labels.front() != '"') return false;
  value.clear();
  labels.remove_prefix(1);
  for (;;) {
    const std::size_t plain = labels.find_first_of("\"\\");
    if (plain == std::string_view::npos) return false;
    value.append(labels.substr(0, plain));
    const bool over = labels[plain] == '"';
    labels.remove_prefix(plain + 1);
    if (over) break;
    if (labels.empty()) return false;
    const char escaped = labels.front();
    if (escaped != '\\' && escaped != '"' && escaped != 'n') value += '\\';
    value += escaped == 'n' ? '\n' : escaped;
    labels.remove_prefix(1);
  }
  skip_blanks(labels);
  if (labels.empty()) return true;
  if (labels.front() != ',') return false;
  labels.remove_prefix(1);
  skip_blanks(labels);
  return true;
}

bool exposition_reader::next(exposed_sample& s) {
  while (!rest_.empty()) {
    const std::size_t end = std::min(rest_.size(), rest_.find('\n'));
    std::string_view line = rest_.substr(0, end);
    rest_.remove_prefix(std::min(rest_.size(), end + 1));
    if (line.ends_with('\r')) line.remove_suffix(1);
    skip_blanks(line);
    if (line.empty()) continue;
    if (line.front() == '#') {
      take_comment(line);
      if (line == "# EOF") rest_ = {};
      continue;
    }
    if (read_sample(line, s)) {
      s.kind = kind_of(s.name);
      return true;
    }
    ++damaged_;
  }
  return false;
}

void exposition_reader::take_comment(std::string_view line) {
  line.remove_prefix(1);
  skip_blanks(line);
  if (!line.starts_with("TYPE") || line.size() < 5 || !is_blank(line[4])) return;
  line.remove_prefix(5);
  skip_blanks(line);
  const auto no_blank = [](char c) { return !is_blank(c); };
  family_ = take_while(line, no_blank);
  skip_blanks(line);
  const std::string_view word = take_while(line, no_blank);
  kind_ = word == "counter"                        ? series_kind::counter
          : word == "gauge"                        ? series_kind::gauge
          : word == "untyped" || word == "unknown" ? series_kind::unknown
                                                   : series_kind::other;
}

// OpenMetrics names the family of a counter `x`, its sample `x_total`, and when it began `x_created`.
series_kind exposition_reader::kind_of(std::string_view name) const {
  if (family_.empty() || !name.starts_with(family_)) return series_kind::unknown;
  const std::string_view suffix = name.substr(family_.size());
  if (suffix.empty() || suffix == "_total") return kind_;
  const bool part =
      suffix == "_bucket" || suffix == "_sum" || suffix == "_count" || suffix == "_created" || suffix == "_info";
  return part ? series_kind::other : series_kind::unknown;
}

}  // namespace lsrun::metrics
