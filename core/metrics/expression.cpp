// A hand-written parser for one line: [function(] metric [{labels}] [)] comparison bound [for duration].
#include "metrics/expression.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "metrics/metric_table.hpp"
#include "time/units.hpp"

namespace lsrun::metrics {
namespace {

using model::error;

constexpr std::string_view functions_help = "p50, p75, p90, p95, p99, p99.9, any other pNN, mean, min, max or count";

std::string quoted(std::string_view s) { return "`" + std::string(s) + "`"; }

std::optional<double> number(std::string_view text) {
  double value = 0;
  const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (fault != std::errc{} || end != text.data() + text.size() || !std::isfinite(value)) return std::nullopt;
  return value;
}

class parser {
 public:
  parser(std::string_view text, bool alert, const std::vector<std::string>& scenario_metrics)
      : text_{text}, alert_{alert}, scenario_metrics_{scenario_metrics} {}

  model::result<expression> run() {
    out_.text = std::string(trimmed(text_));
    if (subject() && compare() && bound()) return out_;
    return error{quoted(text_) + ", character " + std::to_string(fault_at_ + 1) + ": " + fault_};
  }

 private:
  static bool is_space(char c) { return c == ' ' || c == '\t'; }
  static std::string_view trimmed(std::string_view s) {
    while (!s.empty() && is_space(s.front())) s.remove_prefix(1);
    while (!s.empty() && is_space(s.back())) s.remove_suffix(1);
    return s;
  }
  static bool is_word(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '.';
  }

  bool fail(std::size_t at, std::string why) {
    fault_at_ = at;
    fault_ = std::move(why);
    return false;
  }
  void skip() {
    while (at_ < text_.size() && is_space(text_[at_])) ++at_;
  }
  bool next_is(char c) {
    skip();
    if (at_ >= text_.size() || text_[at_] != c) return false;
    ++at_;
    return true;
  }
  std::string_view word() {
    skip();
    const std::size_t from = at_;
    while (at_ < text_.size() && is_word(text_[at_])) ++at_;
    return text_.substr(from, at_ - from);
  }

  // p95(response_time{phase=steady})  or  rate_limit_ratio{operation=chat}
  bool subject() {
    skip();
    const std::size_t function_at = at_;
    std::string_view name = word();
    if (name.empty()) return fail(at_, "a metric is missing here, as in `p95(response_time) < 5s`");
    std::size_t metric_at = function_at;
    const bool function = next_is('(');
    if (function) {
      out_.function = name;
      skip();
      metric_at = at_;
      name = word();
      if (name.empty()) return fail(at_, "a metric is missing here, as in `p95(response_time)`");
    }
    out_.metric = name;
    if (next_is('{') && !labels()) return false;
    if (function && !next_is(')')) return fail(at_, "a `)` is missing here");
    return check_metric(metric_at) && check_function(function_at) && check_labels(metric_at);
  }

  bool labels() {
    do {
      skip();
      const std::size_t from = at_;
      const std::string_view key = word();
      std::string* place = key == "operation" ? &out_.operation
                           : key == "phase"   ? &out_.phase
                           : key == "tenant"  ? &out_.tenant
                                              : nullptr;
      if (!place) return fail(from, "the labels are operation, phase and tenant, as in {operation=chat, phase=steady}");
      if (!next_is('=')) return fail(at_, "a `=` is missing after " + quoted(key));
      skip();
      const std::size_t value_at = at_;
      const bool quotes = next_is('"');
      const std::size_t end = text_.find_first_of(quotes ? "\"" : ",}", at_);
      if (end == std::string_view::npos) return fail(value_at, "the labels have no end; write {operation=chat}");
      *place = std::string(quotes ? text_.substr(at_, end - at_) : trimmed(text_.substr(at_, end - at_)));
      if (place->empty()) return fail(value_at, quoted(key) + " needs a value");
      at_ = end + (quotes ? 1 : 0);
    } while (next_is(','));
    return next_is('}') || fail(at_, "a `}` is missing here");
  }

  bool check_metric(std::size_t at) {
    known_ = find_metric(out_.metric);
    const bool scenario =
        std::find(scenario_metrics_.begin(), scenario_metrics_.end(), out_.metric) != scenario_metrics_.end();
    if (!known_ && !scenario)
      return fail(at, "no metric is called " + quoted(out_.metric) + "; the nearest is " +
                          quoted(nearest_metric(out_.metric, scenario_metrics_)));
    out_.unit = known_ ? known_->unit : quantity::any;
    return true;
  }

  bool check_function(std::size_t at) {
    const std::string& f = out_.function;
    const bool level = f == "mean" || f == "min" || f == "max";
    if (f.empty()) {
      if (known_ && known_->form == shape::distribution)
        return fail(at, quoted(out_.metric) + " is a distribution: write p95(" + out_.metric + "), mean(" +
                            out_.metric + ") or max(" + out_.metric + ")");
      return true;
    }
    if (!level && f != "count" && !percent_of(f))
      return fail(at, quoted(f) + " is no function; there are " + std::string(functions_help));
    if (known_ && known_->form == shape::figure)
      return fail(at, quoted(out_.metric) + " is one number: write it without " + quoted(f));
    if (known_ && known_->form == shape::gauge && !level)
      return fail(at, quoted(out_.metric) + " is a level: only mean, min and max can be asked of it");
    if (f == "count") out_.unit = quantity::count;
    return true;
  }

  bool check_labels(std::size_t at) {
    if (!out_.operation.empty() && !out_.tenant.empty())
      return fail(at, "operation and tenant cannot be asked for together: nothing is counted by both");
    if (!out_.operation.empty() && !(known_ && known_->by_operation))
      return fail(at, quoted(out_.metric) + " is not counted by operation");
    if (!out_.tenant.empty() && !(known_ && known_->by_tenant))
      return fail(at, quoted(out_.metric) + " is not counted by tenant");
    return true;
  }

  bool compare() {
    const bool less = next_is('<');
    if (!less && !next_is('>')) return fail(at_, "a comparison is missing here: <, <=, > or >=");
    const bool equal = at_ < text_.size() && text_[at_] == '=';
    at_ += equal;
    out_.compare = less ? (equal ? comparison::less_equal : comparison::less)
                        : (equal ? comparison::greater_equal : comparison::greater);
    return true;
  }

  bool bound() {
    skip();
    const std::size_t from = at_;
    std::string_view rest = text_.substr(at_);
    std::size_t span_at = std::string_view::npos;
    for (std::size_t i = 1; i + 4 < rest.size(); ++i)
      if (is_space(rest[i - 1]) && rest.substr(i, 3) == "for" && is_space(rest[i + 3])) span_at = i;
    const std::string_view value = trimmed(rest.substr(0, span_at));
    if (value.empty()) return fail(from, "a bound is missing here, as in `< 5s`");
    if (!bound_value(from, value)) return false;
    if (span_at == std::string_view::npos) return true;
    if (!alert_) return fail(from + span_at, "only an alert may say for how long; a threshold is judged over the run");
    const auto length = time::parse_duration(trimmed(rest.substr(span_at + 3)));
    if (!length) return fail(from + span_at, length.error_text());
    out_.for_at_least = *length;
    return true;
  }

  bool bound_value(std::size_t at, std::string_view value) {
    const auto plain = number(value);
    const auto take = [&](const auto& parsed, double scale) {
      if (!parsed) return fail(at, parsed.error_text());
      out_.bound = static_cast<double>(*parsed) * scale;
      return true;
    };
    const auto needs = [&](std::string_view example) {
      return fail(at, quoted(out_.metric) + " needs a unit: " + std::string(example));
    };
    switch (out_.unit) {
      case quantity::time:
        return plain ? needs("\"5s\", \"200ms\"") : take(time::parse_duration(value), 1e-9);
      case quantity::ratio:
        return plain ? needs("\"10%\"") : take(time::parse_ratio(value), 1);
      case quantity::bytes:
        return plain ? needs("\"6GiB\", \"500MB\"") : take(time::parse_size(value), 1);
      case quantity::per_second: {
        if (plain) break;
        const auto rate = time::parse_rate(value);
        if (!rate) return fail(at, rate.error_text());
        out_.bound = rate->count / time::seconds(rate->window);
        return true;
      }
      case quantity::cores:
        if (plain) break;
        return take(time::parse_ratio(value), 1);
      case quantity::count:
        if (!plain) return fail(at, quoted(value) + " must be a plain number");
        break;
      case quantity::any: {
        if (plain) break;
        const auto length = time::parse_duration(value);
        if (!length) return fail(at, quoted(value) + " is neither a number nor a time such as \"5s\"");
        out_.unit = quantity::time;
        return take(length, 1e-9);
      }
    }
    out_.bound = *plain;
    return true;
  }

  std::string_view text_;
  bool alert_;
  const std::vector<std::string>& scenario_metrics_;
  std::size_t at_ = 0;
  const known_metric* known_ = nullptr;
  expression out_;
  std::size_t fault_at_ = 0;
  std::string fault_;
};

}  // namespace

model::result<expression> parse_expression(std::string_view text, bool alert,
                                           const std::vector<std::string>& scenario_metrics) {
  return parser(text, alert, scenario_metrics).run();
}

std::optional<double> percent_of(std::string_view function) {
  if (function.size() < 2 || function[0] != 'p' || function[1] < '0' || function[1] > '9') return std::nullopt;
  const auto percent = number(function.substr(1));
  if (!percent || *percent <= 0 || *percent > 100) return std::nullopt;
  return percent;
}

}  // namespace lsrun::metrics
