// Put together from numbers, units and the names of distributions.
#include "config/quantity_patterns.hpp"

namespace lsrun::config {
namespace {

const std::string number = "(?:[0-9]+\\.?[0-9]*|\\.[0-9]+)";
const std::string space = "[ \\t]*";
const std::string duration = "(?:" + number + "(?:ms|us|ns|d|h|m|s))+";
const std::string rate = number + space + "/" + space + "(?:ms|sec|s|min|m|hour|h|day|d|" + duration + ")";

std::string call(const std::string& names, const std::string& first, const std::string& second = "") {
  const std::string more = second.empty() ? "" : "," + space + second + space;
  return "(?:" + names + ")" + space + "\\(" + space + first + space + more + "\\)";
}

std::string distribution(const std::string& value) {
  return value + "|" + call("constant|exponential", value) + "|" + call("uniform|normal", value, value) + "|" +
         call("lognormal", value, number);
}

std::string expression(form f) {
  switch (f) {
    case form::duration:
      return duration;
    case form::rate:
      return rate;
    case form::ratio:
      return number + space + "%";
    case form::size:
      return number + space + "(?:B|[KMGT]i?B)";
    case form::time_distribution:
      return distribution(duration);
    case form::count_distribution:
      return distribution(number);
    case form::arrivals:
      return "closed|" + call("constant|poisson", rate);
    default:
      return ".*";
  }
}

}  // namespace

std::string quantity_pattern(form f, bool none_allowed) {
  const std::string none = none_allowed ? "none|" : "";
  return "^(?:" + none + space + "(?:" + expression(f) + ")" + space + ")$|" + from_environment;
}

}  // namespace lsrun::config
