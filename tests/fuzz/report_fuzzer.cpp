// Any bytes as report.json: each reader of it refuses with words or writes something, and no text of it gets out of its
// place: no tag in the page's data, no control byte on the terminal, no formula in a cell.
#include <cstdint>
#include <exception>
#include <string>

#include "claim.hpp"
#include "common/document.hpp"
#include "csv/tables.hpp"
#include "html/embed.hpp"
#include "html/summary.hpp"
#include "json/layout.hpp"
#include "report/facts_json.hpp"
#include "report/summary.hpp"

namespace {

using lsrun::test::claim;
namespace json = boost::json;

bool has_control(std::string_view text) {
  for (const unsigned char c : text)
    if ((c < 0x20 && c != '\n') || c == 0x7f) return true;
  for (std::size_t at = text.find('\xc2'); at != std::string_view::npos && at + 1 < text.size();
       at = text.find('\xc2', at + 1))
    if (static_cast<unsigned char>(text[at + 1]) < 0xa0) return true;  // C1: a terminal may obey U+009B
  return false;
}

void write_tables(const json::value& document) {
  reports::rows_out out([](std::string_view) {});
  for (const auto& t : reports::row_tables())
    for (const json::value& row : reports::rows(document, t.path))
      for (const auto& c : t.columns)
        if (const json::value* v = reports::find(row, c.path)) {
          const std::string cell = reports::cell(v);
          if (v->is_string() && !cell.empty())
            claim(std::string_view("=+-@\t\r").find(cell[cell[0] == '"' && cell.size() > 1]) == std::string_view::npos,
                  "no cell of text is a formula", cell);
          claim(!has_control(cell), "no control byte in a cell", cell);
        }
  for (const auto& t : reports::detail_tables()) t.fill(document, "valid", out);
}

void write_page(const json::value& document) {
  claim(reports::embedded(document).find_first_of("<>&") == std::string::npos, "the page's data is inert",
        reports::embedded(document));
  const auto word = reports::validity_word(document);
  claim(word.find_first_of("\"'<>& ") == std::string::npos, "the validity is a word", word);
  const reports::words english("en"), chinese("zh");
  for (const auto part : {&reports::title, &reports::heading, &reports::verdict, &reports::trust, &reports::thresholds,
                          &reports::load, &reports::what_went_wrong, &reports::what_to_do, &reports::definitions})
    for (const reports::words* language : {&english, &chinese}) {
      const std::string text = part(document, *language);
      claim(text.find("<script") == std::string::npos && text.find("<img") == std::string::npos,
            "no element of the document's text", text);
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace lsrun;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (const auto words = report::summary(text))
    claim(!has_control(*words), "no control byte on the terminal", *words);
  else
    claim(!words.error_text().empty(), "a refusal has words");
  (void)report::ending_from_json(text);
  (void)report::run_facts_from_json(text);
  try {
    const json::value document = reports::parse_document(text);
    write_tables(document);
    write_page(document);
    for (const bool pretty : {false, true}) {
      std::string again;
      reports::lay_out(text, pretty, [&](std::string_view piece) { again.append(piece); });
      claim(json::parse(again) == document, "laid out anew it is the same", again);
    }
  } catch (const std::exception& refusal) {
    claim(*refusal.what() != '\0', "a refusal has words");
  }
  return 0;
}
