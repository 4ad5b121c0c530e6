// The report `html`: one file that needs nothing else. The first screen is written here; the page's scripts draw the
// charts and long tables from the document that is embedded in it.
#include <array>
#include <lsrun/report.hpp>
#include <utility>

#include "html/embed.hpp"
#include "html/page.hpp"
#include "html/summary.hpp"

namespace {

using namespace reports;

using part = std::string (*)(const json::value&);
constexpr std::array<std::pair<std::string_view, part>, 11> parts{{
    {"title", &title},
    {"validity", &validity_word},
    {"heading", &heading},
    {"verdict", &verdict},
    {"trust", &trust},
    {"thresholds", &thresholds},
    {"load", &load},
    {"went_wrong", &what_went_wrong},
    {"to_do", &what_to_do},
    {"definitions", &definitions},
    {"data", &embedded},
}};

struct html_report {
  static constexpr auto name = "html";
  static constexpr auto help = "report.html, one file for a browser, readable from disk and without a network";

  void write(const lsrun::report_input& input, lsrun::report_output& output) {
    const json::value document = parse_document(input.document());
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
