// The report `html`: one file that needs nothing else. The first screen is written here; the page's scripts draw the
// charts and long tables from the document that is embedded in it.
#include <array>
#include <lsrun/report.hpp>
#include <utility>

#include "html/embed.hpp"
#include "html/page.hpp"
#include "html/summary.hpp"
#include "html/words.hpp"

namespace {

using namespace reports;

using part = std::string (*)(const json::value&);
std::string in_own_language(const json::value& d, std::string (*make)(const json::value&, const words&)) {
  return make(d, words(language_of(d)));
}
// Both languages stand in the page; the switch shows one.
std::string first_screens(const json::value& d) { return first_screen(d, words("en")) + first_screen(d, words("zh")); }
std::string definition_lists(const json::value& d) {
  std::string out;
  for (const char* language : {"en", "zh"}) {
    const words w(language);
    out += "<div data-language=\"" + std::string(language) + "\" lang=\"" + w.text("language.tag") + "\"" +
           (language_of(d) == language ? "" : " hidden") + "><h2>" + w.text("q.definitions") + "</h2>" +
           definitions(d, w) + "</div>";
  }
  return out;
}
constexpr std::array<std::pair<std::string_view, part>, 8> parts{{
    {"title", [](const json::value& d) { return in_own_language(d, &title); }},
    {"language", [](const json::value& d) { return words(language_of(d)).text("language.tag"); }},
    {"validity", &validity_word},
    {"first", &first_screens},
    {"noscript", [](const json::value& d) { return words(language_of(d)).text("noscript"); }},
    {"charts_by", [](const json::value& d) { return words(language_of(d)).text("charts_by"); }},
    {"definitions", &definition_lists},
    {"data", &embedded},
}};

struct html_report {
  static constexpr auto name = "html";
  static constexpr auto help = "report.html, one file for a browser, readable from disk and without a network";

  void write(const lsrun::report_input& input, lsrun::report_output& output) {
    const json::value document = parse_document(input.document(), operations_of_addresses);
    auto file = output.open("report.html");
    constexpr std::string_view opening = "<!--lsrun:", closing = "-->";
    std::string_view rest = page();
    for (auto at = rest.find(opening); at != std::string_view::npos; at = rest.find(opening)) {
      file.write(rest.substr(0, at));
      rest.remove_prefix(at + opening.size());
      const std::string_view word = rest.substr(0, rest.find(closing));
      rest.remove_prefix(word.size() + closing.size());
      for (const auto& [part_name, make] : parts)
        if (part_name == word) file.write(make(document));
    }
    file.write(rest);
    file.close();
  }
};

}  // namespace

LSRUN_REPORT(html_report, "1.0.0")
