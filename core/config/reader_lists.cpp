// Arrays and tables of plain values: texts, headers, plugin options.
#include "config/reader_context.hpp"

namespace lsrun::config {

using kind = value::kind;

bool read_texts(const context& c, reading& out) {
  if (c.v.what != kind::list) return c.wrong_type("an array of strings");
  bool good = true;
  for (const auto& item : c.v.items) {
    if (item.what != kind::text) {
      c.problems.push_back(
          {item.where,
           ticked(c.row.key) + " must be an array of strings, and this is " + std::string(kind_name(item.what)), ""});
      good = false;
    } else if (item.text.empty()) {
      c.problems.push_back({item.where, "an empty string in " + ticked(c.row.key), ""});
      good = false;
    } else {
      out.texts.push_back({item.text, item.where});
    }
  }
  return good;
}

bool read_headers(const context& c, reading& out) {
  if (c.v.what != kind::table)
    return c.wrong_type("a table of strings such as { Authorization = \"Bearer ${API_KEY}\" }");
  constexpr std::string_view extra = "!#$%&'*+-.^_`|~";
  bool good = true;
  for (const auto& m : c.v.members) {
    bool token = !m.key.empty();
    for (const char ch : m.key)
      token = token && ((ch >= '0' && ch <= '9') || (ch >= 'a' && ch <= 'z') || (ch >= 'A' && ch <= 'Z') ||
                        extra.find(ch) != std::string_view::npos);
    const auto add = [&](const place& where, const std::string& text) {
      c.problems.push_back({where, text, ""});
      good = false;
    };
    if (!token) add(m.where, quoted(m.key) + " is not the name of a header");
    if (m.value.what != kind::text)
      add(m.value.where, "header " + ticked(m.key) + " must be a string, not " + std::string(kind_name(m.value.what)));
    else if (m.value.text.find_first_of(std::string_view("\r\n\0", 3)) != std::string::npos)
      add(m.value.where, "header " + ticked(m.key) + " holds a line break, which would end it");
    else
      out.headers.push_back({m.key, m.value.text});
  }
  return good;
}

bool read_options(const value& table, std::vector<option>& out, std::vector<problem>& problems) {
  bool good = true;
  for (const auto& m : table.members) {
    option o{m.key, {}, m.value.where};
    switch (m.value.what) {
      case kind::text:
        o.value = m.value.text;
        break;
      case kind::whole:
        o.value = m.value.whole;
        break;
      case kind::number:
        o.value = m.value.number;
        break;
      case kind::flag:
        o.value = m.value.flag;
        break;
      default:
        problems.push_back({m.value.where,
                            "option " + ticked(m.key) + " must be a string, a number, true or false, not " +
                                std::string(kind_name(m.value.what)),
                            ""});
        good = false;
        continue;
    }
    out.push_back(std::move(o));
  }
  return good;
}

}  // namespace lsrun::config
