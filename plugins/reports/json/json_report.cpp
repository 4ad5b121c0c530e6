// The run report as it is, for programs; and its schema, for those who check it.
#include <boost/json.hpp>
#include <lsrun/report.hpp>
#include <string>

namespace {

namespace json = boost::json;

// One member or element a line, indented by two spaces; short arrays and objects of plain values stay on one line.
void print(std::string& out, const json::value& v, std::size_t depth) {
  const auto line = [&](std::size_t d) { out.append("\n").append(2 * d, ' '); };
  const auto plain = [](const json::value& x) { return !x.is_object() && !x.is_array(); };
  if (const auto* object = v.if_object(); object != nullptr && !object->empty()) {
    bool flat = depth > 1 && object->size() <= 16;
    for (const auto& member : *object) flat = flat && plain(member.value());
    out += '{';
    bool first = true;
    for (const auto& member : *object) {
      if (!first) out += flat ? ", " : ",";
      if (!flat) line(depth + 1);
      out.append(json::serialize(json::value(member.key()))).append(": ");
      print(out, member.value(), depth + 1);
      first = false;
    }
    if (!flat) line(depth);
    out += '}';
  } else if (const auto* array = v.if_array(); array != nullptr && !array->empty()) {
    bool flat = true;
    for (const auto& element : *array) flat = flat && plain(element);
    out += '[';
    bool first = true;
    for (const auto& element : *array) {
      if (!first) out += flat ? ", " : ",";
      if (!flat) line(depth + 1);
      print(out, element, depth + 1);
      first = false;
    }
    if (!flat) line(depth);
    out += ']';
  } else {
    out += json::serialize(v);
  }
}

struct json_report {
  static constexpr auto name = "json";
  static constexpr auto help = "the run report as JSON, with its schema";
  static constexpr lsrun::option options[] = {
      {"pretty", "true", "indented, for people too; false: one line", lsrun::type::boolean}};
  explicit json_report(const lsrun::setup& s) : pretty(s.boolean("pretty")) {}

  void write(const lsrun::report_input& in, lsrun::report_output& out) {
    std::string text(in.document());
    if (pretty) {
      const json::value document = json::parse(in.document());
      text.clear();
      print(text, document, 0);
    }
    out.file("report.json", text + "\n");
    out.file("report.schema.json", in.schema());
  }
  bool pretty;
};

}  // namespace

LSRUN_REPORT(json_report, "1.0.0")
