// Columns instead of rows: a timeline of an hour and tens of thousands of addresses stay below two megabytes.
#include "html/embed.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <unordered_map>
#include <vector>

#include "common/text.hpp"

namespace reports {
namespace {

constexpr std::array outcomes{"sent",          "ok",           "business_error", "rate_limited",   "timeout",
                              "connect_error", "server_error", "client_error",   "protocol_error", "cancelled",
                              "empty_poll"};

constexpr std::size_t most_series = 16;  // as many as lsrun follows of the target's own metrics

void put_string(std::string& out, std::string_view raw) {
  out += '"';
  for (const char c : clean(raw)) switch (c) {
      case '"':
        out += "\\\"";
        break;
      case '\\':
        out += "\\\\";
        break;
      case '<':
        out += "\\u003c";
        break;
      case '>':
        out += "\\u003e";
        break;
      case '&':
        out += "\\u0026";
        break;
      default:
        out += c;
    }
  out += '"';
}

void put_number(std::string& out, double n) { out += std::isfinite(n) ? plain(n) : "null"; }

void put(std::string& out, const json::value& v) {
  if (const auto* o = v.if_object()) {
    out += '{';
    for (bool first = true; const auto& [key, part] : *o) {
      if (!std::exchange(first, false)) out += ',';
      put_string(out, {key.data(), key.size()});
      out += ':';
      put(out, part);
    }
    out += '}';
  } else if (const auto* a = v.if_array()) {
    out += '[';
    for (bool first = true; const auto& part : *a) {
      if (!std::exchange(first, false)) out += ',';
      put(out, part);
    }
    out += ']';
  } else if (v.is_string()) {
    put_string(out, {v.get_string().data(), v.get_string().size()});
  } else if (v.is_double()) {
    put_number(out, v.get_double());
  } else {
    out += json::serialize(v);
  }
}

// Cuts to four significant digits: more than a chart can show.
double for_charts(double n) {
  if (n == 0 || !std::isfinite(n)) return n;
  const double step = std::pow(10.0, std::floor(std::log10(std::fabs(n))) - 3);
  return step < 1 ? std::round(n / step) * step : std::round(n);
}

// The lowest seven bits of `rest`, which loses them; true: more are left.
bool put_seven(std::string& bytes, std::uint64_t& rest) {
  const auto low = static_cast<unsigned char>(rest & 0x7f);
  rest >>= 7;
  bytes += static_cast<char>(rest ? low | 0x80 : low);
  return rest != 0;
}

std::string base64(std::string_view bytes) {
  constexpr std::string_view letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  for (std::size_t at = 0; at < bytes.size(); at += 3) {
    std::uint32_t three = 0;
    for (std::size_t i = at; i < at + 3; ++i)
      three = three << 8 | (i < bytes.size() ? static_cast<unsigned char>(bytes[i]) : 0u);
    for (std::size_t k = 0; k < 4; ++k) out += at + k > bytes.size() ? '=' : letters[three >> (18 - 6 * k) & 63];
  }
  return out;
}

class columns {
 public:
  columns(std::string& out, const json::array& rows) : out_(out), rows_(rows) {
    out_ += "{\"n\":" + std::to_string(rows.size());
  }
  ~columns() { out_ += '}'; }

  void numbers(const std::string& name, const std::string& path, bool exact = false) {
    if (std::none_of(rows_.begin(), rows_.end(), [&](const auto& r) { return number(r, path).has_value(); })) return;
    const auto first_value = number(rows_.front(), path);
    if (first_value &&
        std::all_of(rows_.begin(), rows_.end(), [&](const auto& r) { return number(r, path) == first_value; })) {
      out_ += ",\"" + name + "\":" + plain(exact ? *first_value : for_charts(*first_value));
      return;
    }
    begin(name);
    for (bool first = true; const auto& row : rows_) {
      if (!std::exchange(first, false)) out_ += ',';
      const auto n = number(row, path);
      out_ += n ? plain(exact ? *n : for_charts(*n)) : "null";
    }
    out_ += ']';
  }
  // Counts as LEB128 bytes in base64: for tens of thousands of rows. A column with a gap is written in full.
  void packed(const std::string& name, const std::string& path) {
    std::string bytes;
    bool other = false;
    for (const auto& row : rows_) {
      const auto n = count(row, path);
      if (!n) return numbers(name, path, true);
      other = other || n != count(rows_.front(), path);
      for (std::uint64_t rest = *n; put_seven(bytes, rest);) continue;
    }
    if (!other) return numbers(name, path, true);
    out_ += ",\"" + name + "\":\"" + base64(bytes) + '"';
  }
  void requests() {
    for (const char* o : outcomes) numbers(o, std::string("requests/") + o, true);
  }
  void packed_requests() {
    for (const char* o : outcomes) packed(o, std::string("requests/") + o);
  }
  // Each text once, and its place in that list for each row.
  void words(const std::string& name, const char* path) {
    std::unordered_map<std::string_view, std::size_t> places;
    std::vector<std::string_view> list;
    std::vector<std::size_t> chosen;
    for (const auto& row : rows_) {
      const auto [at, is_new] = places.try_emplace(text(row, path), list.size());
      if (is_new) list.push_back(at->first);
      chosen.push_back(at->second);
    }
    begin(name + "_words");
    for (std::size_t i = 0; i < list.size(); ++i) {
      if (i) out_ += ',';
      put_string(out_, list[i]);
    }
    out_ += ']';
    begin(name);
    for (std::size_t i = 0; i < chosen.size(); ++i) out_ += (i ? "," : "") + std::to_string(chosen[i]);
    out_ += ']';
  }
  // Texts that mostly begin like the one before: how many letters are shared (0..35 as a base-36 digit), then the rest.
  void alike(const std::string& name, const char* path) {
    begin(name);
    std::string before;
    for (bool first = true; const auto& row : rows_) {
      if (!std::exchange(first, false)) out_ += ',';
      const std::string now = clean(text(row, path));
      std::size_t shared = 0;
      while (shared < 35 && shared < now.size() && shared < before.size() && now[shared] == before[shared] &&
             static_cast<unsigned char>(now[shared]) < 0x80)
        ++shared;
      put_string(out_, std::string(1, "0123456789abcdefghijklmnopqrstuvwxyz"[shared]) + now.substr(shared));
      before = now;
    }
    out_ += ']';
  }

 private:
  void begin(const std::string& name) { out_ += ",\"" + name + "\":["; }
  std::string& out_;
  const json::array& rows_;
};

void put_timeline(std::string& out, const json::array& rows) {
  columns c(out, rows);
  for (const char* n : {"t_s", "span_s"}) c.numbers(n, n, true);
  c.words("phase", "phase");
  c.requests();
  for (const char* n :
       {"p50_ms", "p95_ms", "p99_ms", "p99_most_ms", "max_ms", "requests_per_s_most", "alive", "opened", "multiplier",
        "throttled", "throttle_wait_p95_ms", "retried", "lowered", "raised", "missed_turns"})
    c.numbers(n, n);
  for (const char* n : {"cpu", "lag_p99_ms", "rss_bytes"})
    c.numbers(std::string("generator_") + n, std::string("generator/") + n);
  for (const char* n : {"cpu", "rss_bytes", "threads", "fds", "connections"})
    c.numbers(std::string("target_") + n, std::string("target/") + n);
  for (const std::string n : {"series", "series_most"})
    for (std::size_t i = 0; i < most_series; ++i)
      c.numbers("target_" + n + "_" + std::to_string(i), "target/" + n + "/" + std::to_string(i));
}

void put_addresses(std::string& out, const json::array& rows) {
  columns c(out, rows);
  c.alike("address", "address");
  c.packed_requests();
}

void put_adjustments(std::string& out, const json::array& rows) {
  columns c(out, rows);
  c.numbers("at_s", "at_s");
  c.words("address", "address");
  c.words("operation", "operation");
  for (const char* n : {"window_ratio", "from", "to"}) c.numbers(n, n);
}

}  // namespace

std::string embedded(const json::value& document) {
  std::string out = "{";
  for (bool first = true; const auto& [name, part] : table(document, "")) {
    if (!std::exchange(first, false)) out += ",\n";
    put_string(out, {name.data(), name.size()});
    out += ':';
    if (part.is_array() && name == "timeline")
      put_timeline(out, part.get_array());
    else if (part.is_array() && name == "addresses")
      put_addresses(out, part.get_array());
    else if (part.is_array() && name == "rate_adjustments")
      put_adjustments(out, part.get_array());
    else
      put(out, part);
  }
  return out + "}";
}

}  // namespace reports
