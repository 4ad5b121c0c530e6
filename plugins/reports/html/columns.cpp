#include "html/columns.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <unordered_map>
#include <utility>

#include "common/text.hpp"
#include "html/inert_json.hpp"
#include "html/same_place.hpp"

namespace reports {
namespace {

constexpr std::array outcomes{"sent",          "ok",           "business_error", "rate_limited",   "timeout",
                              "connect_error", "server_error", "client_error",   "protocol_error", "cancelled",
                              "empty_poll"};

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

void put_base64(std::string& out, std::string_view bytes) {
  constexpr std::string_view letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  for (std::size_t at = 0; at < bytes.size(); at += 3) {
    std::uint32_t three = 0;
    for (std::size_t i = at; i < at + 3; ++i)
      three = three << 8 | (i < bytes.size() ? static_cast<unsigned char>(bytes[i]) : 0u);
    for (std::size_t k = 0; k < 4; ++k) out += at + k > bytes.size() ? '=' : letters[three >> (18 - 6 * k) & 63];
  }
}

// In each row, where `read` finds it.
template <class T, class Read>
std::vector<T> collected(const json::array& rows, std::string_view path, Read read) {
  same_place place(path);
  std::vector<T> all;
  all.reserve(rows.size());
  for (const auto& row : rows) {
    const json::value* v = place.in(row);
    all.push_back(v ? read(*v, "") : T{});
  }
  return all;
}

bool all_the_same(const auto& values) {
  return std::adjacent_find(values.begin(), values.end(), std::not_equal_to<>()) == values.end();
}

}  // namespace

columns::columns(std::string& out, const json::array& rows) : out_(out), rows_(rows) {
  out_ += "{\"n\":" + std::to_string(rows.size());
}
columns::~columns() { out_ += '}'; }

void columns::member(std::string_view name) {
  out_ += ",\"";
  out_ += name;
  out_ += "\":";
}
void columns::list(std::string_view name) {
  member(name);
  out_ += '[';
}

void columns::put_numbers(std::string_view name, const std::vector<std::optional<double>>& all, bool exact) {
  if (std::none_of(all.begin(), all.end(), [](const auto& n) { return n.has_value(); })) return;
  const auto shown = [exact](double n) { return plain(exact ? n : for_charts(n)); };
  if (all_the_same(all)) {
    member(name);
    out_ += shown(*all.front());
    return;
  }
  list(name);
  for (bool first = true; const auto& n : all) {
    if (!std::exchange(first, false)) out_ += ',';
    out_ += n ? shown(*n) : "null";
  }
  out_ += ']';
}

void columns::numbers(std::string_view name, std::string_view path, bool exact) {
  put_numbers(name, collected<std::optional<double>>(rows_, path, &number), exact);
}

void columns::packed(std::string_view name, std::string_view path) {
  const auto all = collected<std::optional<std::uint64_t>>(rows_, path, &count);
  const bool gap = std::any_of(all.begin(), all.end(), [](const auto& n) { return !n; });
  if (gap || all_the_same(all)) return numbers(name, path, true);
  std::string bytes;
  for (const auto& n : all)
    for (std::uint64_t rest = *n; put_seven(bytes, rest);) continue;
  member(name);
  out_ += '"';
  put_base64(out_, bytes);
  out_ += '"';
}

void columns::requests() {
  for (const char* o : outcomes) numbers(o, std::string("requests/") + o, true);
}
void columns::packed_requests() {
  for (const char* o : outcomes) packed(o, std::string("requests/") + o);
}

void columns::words(const std::string& name, std::string_view path) {
  std::unordered_map<std::string_view, std::size_t> places;
  std::vector<std::string_view> different;
  std::vector<std::size_t> chosen;
  for (const std::string_view word : collected<std::string_view>(rows_, path, &text)) {
    const auto [at, is_new] = places.try_emplace(word, different.size());
    if (is_new) different.push_back(word);
    chosen.push_back(at->second);
  }
  list(name + "_words");
  for (std::size_t i = 0; i < different.size(); ++i) {
    if (i) out_ += ',';
    put_string(out_, different[i]);
  }
  out_ += ']';
  list(name);
  for (std::size_t i = 0; i < chosen.size(); ++i) {
    if (i) out_ += ',';
    out_ += std::to_string(chosen[i]);
  }
  out_ += ']';
}

void columns::alike(std::string_view name, std::string_view path) {
  list(name);
  std::string before;
  for (bool first = true; const std::string_view raw : collected<std::string_view>(rows_, path, &text)) {
    if (!std::exchange(first, false)) out_ += ',';
    const std::string now = clean(raw);
    std::size_t shared = 0;
    while (shared < 35 && shared < now.size() && shared < before.size() && now[shared] == before[shared] &&
           static_cast<unsigned char>(now[shared]) < 0x80)
      ++shared;
    put_string(out_, std::string(1, "0123456789abcdefghijklmnopqrstuvwxyz"[shared]) + now.substr(shared));
    before = now;
  }
  out_ += ']';
}

}  // namespace reports
