// Every key of a config as data: where it stands, what it is, its default, its range and one line of help. The reader,
// the check for unknown keys, `lsrun --help config` and --explain all go by this table, so that they cannot disagree.
#pragma once

#include <limits>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "config/config.hpp"

namespace lsrun::config {

// What a value is.
enum class form : std::uint8_t {
  text,
  choice,              // one word of `choices`
  flag,                // true or false
  whole,               // an integer
  number,              // a plain number
  duration,            // "5m"
  rate,                // "30/min"
  ratio,               // "10%"
  size,                // "6GiB"
  time_distribution,   // "uniform(2s, 8s)", or a duration, which is constant
  count_distribution,  // "uniform(5, 20)", or an integer, which is constant
  arrivals,            // "closed", "constant(2/s)", "poisson(2/s)"
  texts,               // an array of strings
  headers,             // a table of strings: header lines
  options,             // a table that the plugin checks
};

// A value after reading; the member that fits the form is set.
struct reading {
  bool none = false;  // "none" was written
  std::string text;
  std::int64_t whole = 0;  // also durations (ns) and sizes (bytes)
  double number = 0;       // also ratios
  bool flag = false;
  limit rate;
  load::distribution distribution;
  load_shape arrivals;
  std::vector<check> texts;
  std::vector<header> headers;
  std::vector<option> options;
  place where;
};

// Where a row's value goes: the plan, and the entry of an array of tables that is being read.
struct slot {
  config::plan& plan;
  config::scenario* scenario = nullptr;
  config::phase* phase = nullptr;
  config::tenant* tenant = nullptr;
};

struct option_row {
  std::string_view table, key;
  form what = form::text;
  std::string_view fallback;  // as in TOML, without the quotes of strings; data() == nullptr: there is no default
  bool required = false;
  bool none_allowed = false;                                // "none" turns it off
  double least = -std::numeric_limits<double>::infinity();  // in ns, bytes, 1/s, ratio or plain, as the form has it
  double most = std::numeric_limits<double>::infinity();
  std::string_view choices;  // "bind|forwarded|both"
  std::string_view help;
  void (*apply)(slot&, const reading&) = nullptr;
};

enum class others : std::uint8_t {  // keys of a table that are in no row
  refused,
  limits,   // the name of an operation, with a rate
  strings,  // any, with a string
  tables,   // a plugin's name, with its options
};
struct table_row {
  std::string_view name;  // "" the top, "target.tls" a nested one
  bool list = false;      // [[name]]
  others rest = others::refused;
  std::string_view help;
};

std::span<const table_row> table_rows();
std::span<const option_row> option_rows();
const table_row* table_named(std::string_view name);
// nullptr if there is no such key. [[scenarios]] has the keys of [scenario].
const option_row* row_of(std::string_view table, std::string_view key);
std::vector<std::string> keys_of(std::string_view table);
// "[sessions]", "[[phases]]", "the top of the file".
std::string title_of(std::string_view table);
// "duration", "rate or \"none\"", "bind|forwarded|both": what may be written, in words.
std::string kind_text(const option_row&);
// The default as TOML writes it, "required", or "" if there is none.
std::string default_text(const option_row&);
// `lsrun --help config`: every table and key, at most `width` characters a line.
std::string help_text(std::size_t width = 100);
// The same of one table ("sessions", "[sessions]") or one key ("sessions.max"); "" if there is none of this name.
std::string help_text_on(std::string_view name, std::size_t width = 100);

}  // namespace lsrun::config
