#include "html/words.hpp"

#include <vector>

#include "common/text.hpp"

namespace reports {
namespace {

const json::object& table_of(std::string_view language) {
  static const json::value en = json::parse(words_en()), zh = json::parse(words_zh());
  return (language == "zh" ? zh : en).get_object();
}

}  // namespace

words::words(std::string_view language) : language_{language == "zh" ? "zh" : "en"}, table_{&table_of(language)} {}

bool words::has(std::string_view key) const { return table_->contains(key); }

std::string words::text(std::string_view key) const {
  const json::value* v = table_->if_contains(key);
  return v && v->is_string() ? std::string(v->get_string()) : std::string(key);
}

template <class Values>
std::string words::filled(std::string_view key, const Values& values) const {
  const std::string pattern = text(key);
  std::string_view rest = pattern;
  std::string out;
  for (auto at = rest.find('{'); at != std::string_view::npos; at = rest.find('{')) {
    const auto end = rest.find('}', at);
    if (end == std::string_view::npos) break;
    out += rest.substr(0, at);
    const std::string_view name = rest.substr(at + 1, end - at - 1);
    for (const auto& [given, said] : values)
      if (given == name) {
        out += said;
        break;
      }
    rest.remove_prefix(end + 1);
  }
  return out.append(rest);
}

std::string words::fill(std::string_view key, std::initializer_list<value> values) const { return filled(key, values); }

std::string words::counted(std::string_view key, std::uint64_t n, std::initializer_list<value> values) const {
  std::vector<value> all(values);
  all.emplace_back("n", whole(n));
  return filled(std::string(key) + (n == 1 ? ".one" : ".many"), all);
}

std::string words::definition(std::string_view name, const json::value& d) const {
  if (language_ == "en")
    if (const auto* said = table(d, "definitions").if_contains(name); said && said->is_string())
      return html(std::string_view(said->get_string()));
  const std::string key = "define." + std::string(name);
  return has(key) ? html(text(key)) : "";
}

std::string language_of(const json::value& d) { return text(d, "run/config/reports/language") == "zh" ? "zh" : "en"; }

}  // namespace reports
