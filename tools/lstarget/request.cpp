// Reading what a request says.
#include "request.hpp"

#include <algorithm>
#include <charconv>
#include <set>

namespace lstarget {
namespace {

std::string decoded(std::string_view text, bool plus_is_space) {
  std::string result;
  for (std::size_t i = 0; i < text.size(); ++i) {
    unsigned value = 0;
    if (text[i] == '%' && i + 2 < text.size() &&
        std::from_chars(text.data() + i + 1, text.data() + i + 3, value, 16).ptr == text.data() + i + 3) {
      result += static_cast<char>(value);
      i += 2;
    } else {
      result += plus_is_space && text[i] == '+' ? ' ' : text[i];
    }
  }
  return result;
}

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view blank = " \t";
  const auto first = text.find_first_not_of(blank);
  return first == text.npos ? std::string_view{} : text.substr(first, text.find_last_not_of(blank) - first + 1);
}

// A string as Python's repr() writes it: in single quotes unless it holds some and no double ones.
std::string quoted(std::string_view text) {
  const char mark = text.find('\'') != text.npos && text.find('"') == text.npos ? '"' : '\'';
  std::string result(1, mark);
  for (const char c : text) {
    if (c == mark || c == '\\') {
      result.append(1, '\\').append(1, c);
    } else if (const auto byte = static_cast<unsigned char>(c); byte < 0x20 || byte >= 0x7f) {
      constexpr std::string_view digits = "0123456789abcdef";
      result.append("\\x").append(1, digits[byte >> 4]).append(1, digits[byte & 15]);
    } else {
      result += c;
    }
  }
  return result.append(1, mark);
}

}  // namespace

const std::string* request::header(std::string_view lower_case) const {
  const auto at = std::find_if(headers.begin(), headers.end(), [&](const auto& h) { return h.first == lower_case; });
  return at == headers.end() ? nullptr : &at->second;
}

std::optional<std::string> request::parameter(std::string_view wanted) const {
  std::optional<std::string> result;
  const std::string_view all = query;
  for (std::size_t at = 0; at < all.size();) {
    const auto end = std::min(all.find('&', at), all.size());
    const auto item = all.substr(at, end - at);
    const auto sign = std::min(item.find('='), item.size());
    if (decoded(item.substr(0, sign), true) == wanted)
      result = sign < item.size() ? decoded(item.substr(sign + 1), true) : std::string{};
    at = end + 1;
  }
  return result;
}

std::vector<std::string> path_parts(std::string_view path) {
  std::vector<std::string> parts;
  for (std::size_t at = 1; at <= path.size();) {
    const auto end = std::min(path.find('/', at), path.size());
    parts.push_back(decoded(path.substr(at, end - at), false));
    at = end + 1;
  }
  return parts;
}

std::optional<std::string> client_address(const request& r, bool trust_forwarded) {
  if (!trust_forwarded) return r.peer;
  if (const auto* list = r.header("x-forwarded-for")) {
    const auto first = trimmed(std::string_view(*list).substr(0, list->find(',')));
    if (first.empty()) return std::nullopt;
    return std::string(first);
  }
  for (const auto* one : {r.header("x-real-ip"), r.header("cf-connecting-ip")})
    if (one && !trimmed(*one).empty()) return std::string(trimmed(*one));
  return r.peer;
}

std::string echoed_headers(const request& r) {
  std::set<std::string_view> names;
  for (const auto& h : r.headers) names.insert(h.first);
  const bool repeated = names.size() < r.headers.size();
  std::string result = repeated ? "Headers(raw=[" : "Headers({";
  for (const auto& [key, value] : r.headers) {
    if (result.back() != '[' && result.back() != '{') result += ", ";
    if (repeated)
      result += "(b" + quoted(key) + ", b" + quoted(value) + ")";
    else
      result += quoted(key) + ": " + quoted(value);
  }
  return result + (repeated ? "])" : "})");
}

}  // namespace lstarget
