// Values as text: TOML for effective.toml and --explain, JSON for the report.
#include "config/value.hpp"

#include <array>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <utility>

namespace lsrun::config {
namespace {

bool bare(std::string_view key) {
  if (key.empty()) return false;
  for (const char c : key)
    if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-'))
      return false;
  return true;
}

// The shortest text that reads back as the same number; with a point or exponent, so that it stays a TOML float.
std::string number_text(double number) {
  std::array<char, 40> buffer{};
  const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), number).ptr;
  std::string text(buffer.data(), end);
  if (text.find_first_of(".en") == std::string::npos) text += ".0";
  return text;
}

template <class Write>
std::string joined(std::size_t count, std::string_view open, std::string_view close, Write write) {
  std::string text(open);
  for (std::size_t i = 0; i < count; ++i) text += (i == 0 ? "" : ", ") + write(i);
  return text + std::string(close);
}

// An array of tables is written as [[sections]], everything else in a line.
bool is_section_list(const value& v) {
  if (v.what != value::kind::list || v.items.empty()) return false;
  for (const auto& item : v.items)
    if (item.what != value::kind::table) return false;
  return true;
}

void write_section(std::string& out, const std::string& path, const value& table) {
  for (const auto& m : table.members)
    if (m.value.what != value::kind::table && !is_section_list(m.value))
      out += toml_key(m.key) + " = " + toml_text(m.value) + "\n";
  for (const auto& m : table.members) {
    const std::string name = path.empty() ? toml_key(m.key) : path + "." + toml_key(m.key);
    if (m.value.what == value::kind::table) {
      out += "\n[" + name + "]\n";
      write_section(out, name, m.value);
    } else if (is_section_list(m.value)) {
      for (const auto& item : m.value.items) {
        out += "\n[[" + name + "]]\n";
        write_section(out, name, item);
      }
    }
  }
}

// A text such that reading it takes nothing from the environment: "${NAME}" is written "$${NAME}", as in a config.
std::string unexpanded(const std::string& text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text.compare(i, 2, "${") == 0) {
      std::size_t end = i + 2;
      while (end < text.size() && variable_character(text[end])) ++end;
      const bool named = end > i + 2 && end < text.size() && text[end] == '}';
      if (named || (i > 0 && text[i - 1] == '$')) out += '$';
    }
    out += text[i];
  }
  return out;
}

}  // namespace

const value* value::find(std::string_view key) const {
  for (const auto& m : members)
    if (m.key == key) return &m.value;
  return nullptr;
}
value* value::find(std::string_view key) { return const_cast<value*>(std::as_const(*this).find(key)); }

value& value::at(std::string_view key, const place& key_place) {
  if (value* found = find(key)) return *found;
  members.push_back({std::string(key), key_place, {}});
  members.back().value.where = key_place;
  return members.back().value;
}

value text_value(std::string text, place where) {
  value v;
  v.what = value::kind::text;
  v.text = std::move(text);
  v.where = std::move(where);
  return v;
}
value whole_value(std::int64_t number, place where) {
  value v;
  v.what = value::kind::whole;
  v.whole = number;
  v.where = std::move(where);
  return v;
}
value number_value(double number, place where) {
  value v;
  v.what = value::kind::number;
  v.number = number;
  v.where = std::move(where);
  return v;
}

std::string_view kind_name(value::kind k) {
  constexpr std::array<std::string_view, 7> names{"a string",       "an integer", "a number", "true or false",
                                                  "a date or time", "an array",   "a table"};
  return names[static_cast<std::size_t>(k)];
}

std::string quoted(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (c == '\n') {
      out += "\\n";
    } else if (c == '\t') {
      out += "\\t";
    } else if (byte < 0x20 || byte == 0x7f) {
      std::array<char, 8> code{};
      std::snprintf(code.data(), code.size(), "\\u%04X", byte);
      out += code.data();
    } else {
      out += c;
    }
  }
  return out + "\"";
}

std::string toml_key(std::string_view key) { return bare(key) ? std::string(key) : quoted(key); }

std::string toml_text(const value& v) {
  switch (v.what) {
    case value::kind::text:
      return quoted(unexpanded(v.shown ? *v.shown : v.text));
    case value::kind::whole:
      return std::to_string(v.whole);
    case value::kind::number:
      return number_text(v.number);
    case value::kind::flag:
      return v.flag ? "true" : "false";
    case value::kind::other:
      return v.text;
    case value::kind::list:
      return joined(v.items.size(), "[", "]", [&](std::size_t i) { return toml_text(v.items[i]); });
    case value::kind::table:
      if (v.members.empty()) return "{}";
      return joined(v.members.size(), "{ ", " }",
                    [&](std::size_t i) { return toml_key(v.members[i].key) + " = " + toml_text(v.members[i].value); });
  }
  return {};
}

std::string toml_document(const value& table) {
  std::string out;
  write_section(out, "", table);
  return out;
}

std::string json_text(const value& v) {
  switch (v.what) {
    case value::kind::text:
      return quoted(v.shown ? *v.shown : v.text);
    case value::kind::other:
      return quoted(v.text);
    case value::kind::number:
      return std::isfinite(v.number) ? number_text(v.number) : quoted(number_text(v.number));
    case value::kind::list:
      return joined(v.items.size(), "[", "]", [&](std::size_t i) { return json_text(v.items[i]); });
    case value::kind::table:
      return joined(v.members.size(), "{", "}",
                    [&](std::size_t i) { return quoted(v.members[i].key) + ": " + json_text(v.members[i].value); });
    default:
      return toml_text(v);
  }
}

namespace {

void write_json(std::string& out, const value& v, std::size_t depth) {
  const bool table = v.what == value::kind::table;
  const std::string line = json_text(v);
  constexpr std::size_t width = 100;
  if ((!table && v.what != value::kind::list) || line.size() + 2 * depth <= width) {
    out += line;
    return;
  }
  out += table ? '{' : '[';
  const std::size_t count = table ? v.members.size() : v.items.size();
  for (std::size_t i = 0; i < count; ++i) {
    out += (i == 0 ? "\n" : ",\n") + std::string(2 * (depth + 1), ' ');
    if (table) out += quoted(v.members[i].key) + ": ";
    write_json(out, table ? v.members[i].value : v.items[i], depth + 1);
  }
  out += "\n" + std::string(2 * depth, ' ') + (table ? '}' : ']');
}

}  // namespace

std::string json_document(const value& v) {
  std::string out;
  write_json(out, v, 0);
  return out + "\n";
}

}  // namespace lsrun::config
