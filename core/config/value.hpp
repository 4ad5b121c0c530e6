// A config as a tree of values that know where they were written: what TOML and the command line are read into, and
// what is written back as TOML or JSON. No other file of the project sees toml++.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "config/problem.hpp"

namespace lsrun::config {

struct member;

struct value {
  enum class kind : std::uint8_t { text, whole, number, flag, other, list, table };  // other: TOML dates and times
  kind what = kind::table;
  std::string text;  // of text and other
  std::int64_t whole = 0;
  double number = 0;
  bool flag = false;
  std::vector<value> items;     // of a list
  std::vector<member> members;  // of a table, in the order of the file
  place where;
  std::optional<std::string> shown;  // written instead of text, which holds a secret

  const value* find(std::string_view key) const;  // nullptr if absent or not a table
  value* find(std::string_view key);
  // The member of this key, made if absent. Only for tables.
  value& at(std::string_view key, const place& key_place);
};

struct member {
  std::string key;
  place where;  // of the key
  config::value value;
};

value text_value(std::string text, place where = {});
value whole_value(std::int64_t number, place where = {});
value number_value(double number, place where = {});

// "a string", "an integer" ...: what a value is, for messages.
std::string_view kind_name(value::kind);

// Parses a TOML document; a syntax error becomes one problem and no value.
std::optional<value> parse_toml(std::string_view text, const std::string& file, std::vector<problem>&);
// Parses one TOML value ("5", "[1, 2]", "\"x\""); nullopt if it is none.
std::optional<value> parse_toml_value(std::string_view text, const place& where);

// A value as TOML writes it in one line, and a key with quotes only where needed.
std::string toml_text(const value&);
std::string toml_key(std::string_view key);
// A whole table as a TOML document, tables as sections.
std::string toml_document(const value& table);
std::string json_text(const value&);
// The same as a document to read: broken into lines and indented where it is longer than a line.
std::string json_document(const value&);

// May it stand in the name of an environment variable, in ${NAME}?
constexpr bool variable_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

// A string in TOML's and JSON's common quoted form.
std::string quoted(std::string_view text);

}  // namespace lsrun::config
