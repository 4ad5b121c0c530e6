#include "prometheus/text.hpp"

#include <array>
#include <charconv>
#include <cmath>

namespace lsrun::prometheus {
namespace {

constexpr std::array bounds{0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05,
                            0.1,    0.25,    0.5,    1.0,   2.5,    5.0,   10.0, 30.0,  60.0};

std::string number(double value) {
  if (std::isnan(value)) return "NaN";
  if (std::isinf(value)) return value > 0 ? "+Inf" : "-Inf";
  char text[64];
  const auto [end, failed] = std::to_chars(text, text + sizeof text, value);
  return {text, end};
}

std::string bound_text(double value) {  // never with an exponent
  char text[64];
  const auto [end, failed] = std::to_chars(text, text + sizeof text, value, std::chars_format::fixed);
  return {text, end};
}

void put_escaped(std::string& out, std::string_view raw, bool quotes) {
  for (const char c : raw) {
    if (c == '\n') {
      out += "\\n";
    } else {
      if (c == '\\' || (quotes && c == '"')) out += '\\';
      out += c;
    }
  }
}

}  // namespace

format format_for(std::string_view accept) {
  return accept.find("application/openmetrics-text") == std::string_view::npos ? format::text_0_0_4
                                                                               : format::open_metrics;
}

std::string_view content_type(format f) {
  return f == format::open_metrics ? "application/openmetrics-text; version=1.0.0; charset=utf-8"
                                   : "text/plain; version=0.0.4; charset=utf-8";
}

std::span<const double> time_bounds() { return bounds; }

void text::begin(std::string_view type, std::string_view name, std::string_view help, std::string_view unit) {
  name_ = name;
  counts_ = type == "counter";
  // The older format knows a counter by its sample's name.
  const std::string family = name_ + (counts_ && format_ == format::text_0_0_4 ? "_total" : "");
  out_ += "# HELP " + family + " ";
  put_escaped(out_, help, format_ == format::open_metrics);
  out_ += "\n# TYPE " + family + " ";
  out_ += type;
  out_ += "\n";
  if (!unit.empty() && format_ == format::open_metrics) {
    out_ += "# UNIT " + family + " ";
    out_ += unit;
    out_ += "\n";
  }
}

void text::counter(std::string_view name, std::string_view help, std::string_view unit) {
  begin("counter", name, help, unit);
}
void text::gauge(std::string_view name, std::string_view help, std::string_view unit) {
  begin("gauge", name, help, unit);
}
void text::histogram(std::string_view name, std::string_view help) { begin("histogram", name, help, "seconds"); }

void text::sample(std::string_view suffix, labels given, std::string_view value, std::string_view bound) {
  out_ += name_;
  out_ += suffix;
  char before = '{';
  const auto put = [&](std::string_view label, std::string_view said) {
    out_ += std::exchange(before, ',');
    out_ += label;
    out_ += "=\"";
    put_escaped(out_, said, true);
    out_ += '"';
  };
  for (const auto& [label, said] : given) put(label, said);
  if (!bound.empty()) put("le", bound);
  if (before == ',') out_ += '}';
  out_ += ' ';
  out_ += value;
  out_ += '\n';
}

void text::add(std::uint64_t value, labels given) { sample(counts_ ? "_total" : "", given, std::to_string(value)); }
void text::add(double value, labels given) { sample(counts_ ? "_total" : "", given, number(value)); }

void text::add(const metrics::histogram& h, labels given) {
  for (const double bound : bounds)
    sample("_bucket", given, std::to_string(h.count_at_or_below(std::llround(bound * 1e6))), bound_text(bound));
  sample("_bucket", given, std::to_string(h.count()), "+Inf");
  sample("_count", given, std::to_string(h.count()));
  sample("_sum", given, number(static_cast<double>(h.sum()) / 1e6));
}

std::string text::end() {
  if (format_ == format::open_metrics) out_ += "# EOF\n";
  return std::move(out_);
}

}  // namespace lsrun::prometheus
