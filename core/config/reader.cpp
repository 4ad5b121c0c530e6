// One function a form. Each says what it expected in the words of the config, with an example.
#include "config/reader.hpp"

#include <cmath>

#include "config/distribution_text.hpp"
#include "config/nearest.hpp"
#include "config/reader_context.hpp"
#include "model/choices.hpp"
#include "time/units.hpp"

namespace lsrun::config {
namespace {

using kind = value::kind;

std::string examples(form f) {
  switch (f) {
    case form::duration:
      return "\"5s\", \"500ms\"";
    case form::time_distribution:
      return "\"5s\", \"500ms\"";
    case form::rate:
      return "\"30/min\", \"100/s\"";
    case form::ratio:
      return "\"10%\"";
    case form::size:
      return "\"6GiB\", \"100MB\"";
    default:
      return "";
  }
}

std::string bound_text(form f, double bound) {
  switch (f) {
    case form::duration:
    case form::time_distribution:
      return time::exact_duration(static_cast<time::span>(bound));
    case form::rate:
      return time::format_rate(bound);
    case form::ratio:
      return time::format_ratio(bound);
    case form::size:
      return time::format_size(static_cast<std::uint64_t>(bound));
    default:
      break;
  }
  return bound == std::floor(bound) && std::fabs(bound) < 9e15 ? std::to_string(static_cast<std::int64_t>(bound))
                                                               : time::format_number(bound);
}

bool in_range(const context& c, double number, const std::string& written) {
  if (number >= c.row.least && number <= c.row.most) return true;
  const bool from = std::isfinite(c.row.least), to = std::isfinite(c.row.most);
  std::string text = ticked(c.row.key) + " is " + written + ", but must be ";
  if (from && to)
    text += "from " + bound_text(c.row.what, c.row.least) + " to " + bound_text(c.row.what, c.row.most);
  else
    text += (from ? "at least " : "at most ") + bound_text(c.row.what, from ? c.row.least : c.row.most);
  return c.fail(text, c.row.none_allowed ? "\"none\" turns it off" : "");
}

// A quantity with a unit must be a string; a plain number is told which units there are.
bool has_unit(const context& c) {
  if (c.v.what == kind::text) return true;
  if (c.v.what == kind::whole || c.v.what == kind::number)
    return c.fail(ticked(c.row.key) + " needs a unit: " + examples(c.row.what));
  return c.wrong_type("a string such as " + examples(c.row.what));
}

template <class T>
bool refused(const context& c, const model::result<T>& result) {
  return c.fail(ticked(c.row.key) + ": " + result.error_text());
}

bool read_text(const context& c, reading& out) {
  if (c.v.what != kind::text) return c.wrong_type("a string");
  out.text = c.v.text;
  if (c.v.text.find('\0') != std::string::npos) return c.fail(ticked(c.row.key) + " holds a zero byte");
  if (c.row.required && c.v.text.empty()) return c.fail(ticked(c.row.key) + " is empty");
  return true;
}

bool read_choice(const context& c, reading& out) {
  if (c.v.what != kind::text) return c.wrong_type("a string");
  const std::vector<std::string> words = model::words_of(c.row.choices);
  std::string list;
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (words[i] == c.v.text) {
      out.text = c.v.text;
      return true;
    }
    list += (i == 0 ? "" : i + 1 == words.size() ? " or " : ", ") + quoted(words[i]);
  }
  const auto near = nearest(c.v.text, words);
  return c.fail(ticked(c.row.key) + " must be " + list + ", not " + quoted(c.v.text),
                near.empty() ? "" : "did you mean " + quoted(near) + "?");
}

bool read_whole(const context& c, reading& out) {
  if (c.v.what != kind::whole) return c.wrong_type("an integer");
  out.whole = c.v.whole;
  return in_range(c, static_cast<double>(c.v.whole), std::to_string(c.v.whole));
}

bool read_number(const context& c, reading& out) {
  if (c.v.what != kind::whole && c.v.what != kind::number) return c.wrong_type("a number");
  out.number = c.v.what == kind::whole ? static_cast<double>(c.v.whole) : c.v.number;
  if (!std::isfinite(out.number)) return c.fail(ticked(c.row.key) + " must be a finite number");
  return in_range(c, out.number, toml_text(c.v));
}

bool read_distribution(const context& c, reading& out) {
  const bool times = c.row.what == form::time_distribution;
  if (!times && c.v.what == kind::whole) {
    out.distribution = {load::distribution::kind::constant, static_cast<double>(c.v.whole), 0};
  } else {
    if (times ? !has_unit(c)
              : (c.v.what != kind::text && !c.wrong_type("an integer or a string such as \"uniform(5, 20)\"")))
      return false;
    const auto parsed = parse_distribution(c.v.text, times);
    if (!parsed) return refused(c, parsed);
    out.distribution = *parsed;
    if (parsed->what == load::distribution::kind::none) return true;
  }
  if (!in_range(c, out.distribution.a, toml_text(c.v))) return false;
  return out.distribution.what != load::distribution::kind::uniform || in_range(c, out.distribution.b, toml_text(c.v));
}

bool read_arrivals(const context& c, reading& out) {
  if (c.v.what != kind::text) return c.wrong_type("a string such as \"closed\" or \"poisson(2/s)\"");
  if (c.v.text == "closed") return true;
  const auto call = time::parse_call(c.v.text);
  if (!call || (call->name != "poisson" && call->name != "constant") || call->arguments.size() != 1)
    return c.fail(ticked(c.row.key) + ": " + quoted(c.v.text) +
                  " is none of \"closed\", \"constant(2/s)\" and \"poisson(2/s)\"");
  const auto rate = time::parse_rate(call->arguments[0]);
  if (!rate) return refused(c, rate);
  out.arrivals.arrivals =
      call->name == "poisson" ? load_shape::arrivals_kind::poisson : load_shape::arrivals_kind::constant;
  out.arrivals.per_second = rate->count * 1e9 / static_cast<double>(rate->window);
  return in_range(c, out.arrivals.per_second, quoted(c.v.text));
}

bool read_quantity(const context& c, reading& out) {
  if (!has_unit(c)) return false;
  const std::string written = quoted(c.v.text);
  switch (c.row.what) {
    case form::duration: {
      const auto parsed = time::parse_duration(c.v.text);
      if (!parsed) return refused(c, parsed);
      out.whole = *parsed;
      return in_range(c, static_cast<double>(*parsed), written);
    }
    case form::rate: {
      const auto parsed = time::parse_rate(c.v.text);
      if (!parsed) return refused(c, parsed);
      out.rate = {parsed->count, parsed->window};
      return in_range(c, out.rate.per_second(), written);
    }
    case form::ratio: {
      const auto parsed = time::parse_ratio(c.v.text);
      if (!parsed) return refused(c, parsed);
      out.number = *parsed;
      return in_range(c, *parsed, written);
    }
    default: {
      const auto parsed = time::parse_size(c.v.text);
      if (!parsed) return refused(c, parsed);
      out.whole = static_cast<std::int64_t>(*parsed);
      return in_range(c, static_cast<double>(*parsed), written);
    }
  }
}

}  // namespace

bool read(const option_row& row, const value& v, reading& out, std::vector<problem>& problems) {
  const context c{row, v, problems};
  out.where = v.where;
  if (v.what == kind::text && v.text == "none" && row.none_allowed) {
    out.none = true;
    return true;
  }
  if (v.what == kind::text && v.text == "none" && row.what != form::text && row.what != form::choice)
    return c.fail(ticked(row.key) + " cannot be turned off by \"none\"");
  switch (row.what) {
    case form::text:
      return read_text(c, out);
    case form::choice:
      return read_choice(c, out);
    case form::flag:
      out.flag = v.flag;
      return v.what == kind::flag || c.wrong_type("true or false");
    case form::whole:
      return read_whole(c, out);
    case form::number:
      return read_number(c, out);
    case form::time_distribution:
    case form::count_distribution:
      return read_distribution(c, out);
    case form::arrivals:
      return read_arrivals(c, out);
    case form::texts:
      return read_texts(c, out);
    case form::headers:
      return read_headers(c, out);
    case form::options:
      if (v.what != kind::table) return c.wrong_type("a table such as { timeout = \"60s\" }");
      return read_options(v, out.options, problems);
    default:
      return read_quantity(c, out);
  }
}

bool read_limit(std::string_view key, const value& v, std::optional<limit>& out, std::vector<problem>& problems) {
  option_row row;
  row.table = "limits";
  row.key = key;
  row.what = form::rate;
  row.none_allowed = true;
  row.least = 1e-6;
  row.most = 1e9;
  reading r;
  if (!read(row, v, r, problems)) return false;
  out = r.none ? std::nullopt : std::optional<limit>(r.rate);
  return true;
}

std::optional<value> default_value(const option_row& row) {
  if (row.fallback.data() == nullptr) return std::nullopt;
  if (row.fallback == "none") return text_value("none");
  switch (row.what) {
    case form::flag:
    case form::whole:
    case form::number:
    case form::texts:
    case form::headers:
    case form::options:
      return parse_toml_value(row.fallback, {});
    default:
      return text_value(std::string(row.fallback));
  }
}

}  // namespace lsrun::config
