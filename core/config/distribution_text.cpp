// One row a distribution: how many arguments it has and of which kind.
#include "config/distribution_text.hpp"

#include <array>
#include <charconv>
#include <cmath>
#include <optional>

#include "time/units.hpp"

namespace lsrun::config {
namespace {

using kind = load::distribution::kind;

struct shape {
  std::string_view name;
  kind what;
  std::size_t arguments;
  bool plain_second;  // the second argument has no unit
  std::string_view example_times, example_counts;
};
constexpr std::array<shape, 5> shapes{{
    {"constant", kind::constant, 1, false, "constant(5s)", "constant(20)"},
    {"uniform", kind::uniform, 2, false, "uniform(2s, 8s)", "uniform(5, 20)"},
    {"exponential", kind::exponential, 1, false, "exponential(3s)", "exponential(10)"},
    {"lognormal", kind::lognormal, 2, true, "lognormal(2s, 0.5)", "lognormal(10, 0.5)"},
    {"normal", kind::normal, 2, false, "normal(5s, 1s)", "normal(10, 2)"},
}};

std::optional<double> plain(std::string_view text) {
  double number = 0;
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), number, std::chars_format::fixed);
  if (failure != std::errc{} || end != text.data() + text.size() || !std::isfinite(number) || number < 0)
    return std::nullopt;
  return number;
}

model::result<double> argument(const std::string& text, bool timed) {
  if (timed) {
    const auto span = time::parse_duration(text);
    if (!span) return model::error{span.error_text()};
    return static_cast<double>(*span);
  }
  if (const auto number = plain(text)) return *number;
  return model::error{"\"" + text + "\" is not a number from 0 up"};
}

}  // namespace

model::result<load::distribution> parse_distribution(std::string_view text, bool times) {
  if (text == "none") return load::distribution{};
  if (!times) {
    if (const auto number = plain(text)) return load::distribution{kind::constant, *number, 0};
  } else if (!text.empty() && text.front() >= '0' && text.front() <= '9') {
    const auto span = time::parse_duration(text);
    if (!span) return model::error{span.error_text()};
    return load::distribution{kind::constant, static_cast<double>(*span), 0};
  }
  const std::string examples = times ? "\"constant(5s)\", \"uniform(2s, 8s)\", \"exponential(3s)\", "
                                       "\"lognormal(2s, 0.5)\", \"normal(5s, 1s)\" or \"none\""
                                     : "\"constant(20)\", \"uniform(5, 20)\", \"exponential(10)\", "
                                       "\"lognormal(10, 0.5)\", \"normal(10, 2)\" or \"none\"";
  const auto call = time::parse_call(text);
  const shape* found = nullptr;
  if (call)
    for (const auto& s : shapes)
      if (s.name == call->name) found = &s;
  if (!found) return model::error{"\"" + std::string(text) + "\" is not a distribution; write " + examples};
  if (call->arguments.size() != found->arguments)
    return model::error{"`" + call->name + "` takes " + (found->arguments == 1 ? "one value" : "two values") +
                        "; write for example \"" + std::string(times ? found->example_times : found->example_counts) +
                        "\""};
  load::distribution result{found->what, 0, 0};
  for (std::size_t i = 0; i < found->arguments; ++i) {
    const auto value = argument(call->arguments[i], times && !(i == 1 && found->plain_second));
    if (!value) return model::error{value.error_text()};
    (i == 0 ? result.a : result.b) = *value;
  }
  if (found->what == kind::uniform && result.a > result.b)
    return model::error{"`uniform` is from the smaller to the larger value: \"" + std::string(text) + "\" is not"};
  if (found->what == kind::lognormal && result.a <= 0) return model::error{"`lognormal` needs a median above 0"};
  return result;
}

}  // namespace lsrun::config
