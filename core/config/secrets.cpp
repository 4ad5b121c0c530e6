#include "config/secrets.hpp"

#include <algorithm>

#include "config/lower.hpp"
#include "metrics/base64.hpp"

namespace lsrun::config {
namespace {

constexpr std::size_t shortest_end = 4;   // of a secret that is cut off
constexpr std::size_t shortest_word = 6;  // of a secret of several words: "Bearer", a name, a number are none

bool holds_one_of(std::string_view text, std::initializer_list<std::string_view> parts) {
  return std::any_of(parts.begin(), parts.end(),
                     [&](std::string_view part) { return text.find(part) != std::string_view::npos; });
}

bool unreserved(char c) {  // of RFC 3986
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.' ||
         c == '_' || c == '~';
}

std::string percent_encoded(std::string_view text) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (unreserved(c))
      out += c;
    else
      out.append(1, '%').append(1, digits[byte >> 4u]).append(1, digits[byte & 15u]);
  }
  return out;
}

std::string json_escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out;
}

void add_basic(std::vector<std::string>& secrets, std::string_view text) {
  constexpr std::string_view scheme = "basic ";
  if (!lower(text.substr(0, scheme.size())).starts_with(scheme)) return;
  const auto plain = metrics::from_base64(text.substr(scheme.size()));
  if (!plain) return;
  secrets.push_back(*plain);
  if (const auto colon = plain->find(':'); colon != std::string::npos) secrets.push_back(plain->substr(colon + 1));
}

// How many bytes of the secret stand at the text's end: the beginning of it, cut off.
std::size_t cut_off_at_end(std::string_view text, std::string_view secret) {
  for (std::size_t n = std::min(secret.size() - 1, text.size()); n >= shortest_end; --n)
    if (text.ends_with(secret.substr(0, n))) return n;
  return 0;
}

}  // namespace

bool is_secret_header(std::string_view name) {
  return holds_one_of(lower(name), {"authorization", "cookie", "key", "token", "secret", "password", "credential"});
}

bool is_secret_key(std::string_view key) {
  const std::string k = lower(key);
  return holds_one_of(k, {"authorization", "secret", "password", "credential", "api_key", "apikey", "api-key"}) ||
         k == "token" || k.ends_with("_token") || k.ends_with("-token");
}

void add_secret(std::vector<std::string>& secrets, const std::string& text) {
  if (text.size() < shortest_secret) return;
  secrets.push_back(text);
  add_basic(secrets, text);
  for (std::string_view rest = text; !rest.empty();) {
    const std::string_view word = rest.substr(0, rest.find(' '));
    if (word.size() < text.size() && word.size() > shortest_word) secrets.emplace_back(word);
    rest.remove_prefix(std::min(rest.size(), word.size() + 1));
  }
  secrets.push_back(percent_encoded(text));
  secrets.push_back(json_escaped(text));
}

void add_secrets_of_url(std::vector<std::string>& secrets, std::string_view url) {
  const auto from = url.find("://");
  if (from == std::string_view::npos) return;
  std::string_view rest = url.substr(from + 3);
  rest = rest.substr(0, rest.find_first_of("/?#"));
  const auto at = rest.rfind('@');
  if (at == std::string_view::npos) return;
  rest = rest.substr(0, at);
  add_secret(secrets, std::string(rest));
  if (const auto colon = rest.find(':'); colon != std::string_view::npos)
    add_secret(secrets, std::string(rest.substr(colon + 1)));
}

void settle_secrets(std::vector<std::string>& secrets) {
  std::erase_if(secrets, [](const std::string& s) { return s.size() < shortest_secret; });
  std::sort(secrets.begin(), secrets.end(), [](const std::string& a, const std::string& b) {
    return a.size() != b.size() ? a.size() > b.size() : a < b;
  });
  secrets.erase(std::unique(secrets.begin(), secrets.end()), secrets.end());
}

std::string without_secrets(const std::vector<std::string>& secrets, std::string text) {
  for (const std::string& secret : secrets)
    for (std::size_t at = text.find(secret); at != std::string::npos; at = text.find(secret, at + 3))
      text.replace(at, secret.size(), "***");
  for (const std::string& secret : secrets)
    if (const std::size_t n = cut_off_at_end(text, secret); n > 0) text.replace(text.size() - n, n, "***");
  return text;
}

std::string with_secrets_starred(const std::vector<std::string>& secrets, std::string text) {
  for (const std::string& secret : secrets)
    for (std::size_t at = text.find(secret); at != std::string::npos; at = text.find(secret, at + secret.size()))
      text.replace(at, secret.size(), secret.size(), '*');
  return text;
}

}  // namespace lsrun::config
