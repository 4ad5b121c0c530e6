// The report `csv`: one table a file under csv/, by RFC 4180, with a header of field names.
#include <lsrun/report.hpp>

#include "common/document.hpp"
#include "csv/tables.hpp"

namespace {

using namespace reports;

void write_rows(const table_of_rows& table, const json::array& content, const std::string& validity, rows_out& out) {
  for (const column& c : table.columns) out.raw(c.name);
  out.raw(validity_column);
  out.end_row();
  std::uint64_t row_number = 0;
  for (const json::value& row : content) {
    ++row_number;
    for (const column& c : table.columns) {
      if (c.path == row_number_path) {
        out.whole(row_number);
        continue;
      }
      const json::value* v = find(row, c.path);
      out.value(v ? v : find(row, c.path + "_ms"));  // a scenario's times are in milliseconds, as its unit column says
    }
    out.text(validity);
    out.end_row();
  }
}

struct csv_report {
  static constexpr auto name = "csv";
  static constexpr auto help = "csv/*.csv: the tables of the run report for spreadsheets and databases (RFC 4180)";

  static constexpr lsrun::option options[] = {
      {"bom", "false", "begin each file with the mark of UTF-8, without which Excel misreads other letters than ASCII",
       lsrun::type::boolean}};

  explicit csv_report(const lsrun::setup& setup) : bom_(setup.boolean("bom")) {}

  void write(const lsrun::report_input& input, lsrun::report_output& output) {
    const json::value document = parse_document(input.document());
    const std::string validity(text(document, "verdict/validity"));
    const auto file = [&](std::string_view file_name, auto fill) {
      auto f = output.open("csv/" + std::string(file_name) + ".csv");
      if (bom_) f.write("\xEF\xBB\xBF");
      rows_out out([&](std::string_view bytes) { f.write(bytes); });
      fill(out);
      out.flush();
      f.close();
    };
    for (const table_of_rows& t : row_tables()) {
      const json::array& content = rows(document, t.path);
      if (t.always || !content.empty()) file(t.file, [&](rows_out& out) { write_rows(t, content, validity, out); });
    }
    for (const detail_table& t : detail_tables()) {
      if (!t.needs.empty() && !find(document, t.needs)) continue;
      file(t.file, [&](rows_out& out) {
        for (const std::string_view c : t.columns) out.raw(c);
        out.raw(validity_column);
        out.end_row();
        t.fill(document, validity, out);
      });
    }
  }

 private:
  bool bom_;
};

}  // namespace

LSRUN_REPORT(csv_report, "1.0.0")
