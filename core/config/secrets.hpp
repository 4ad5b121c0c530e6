// What must not be shown: which texts of a config are secrets, and a text without them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace lsrun::config {

inline constexpr std::size_t shortest_secret = 3;  // bytes; a shorter one would be found everywhere

// Does this header's value give access to something?
bool is_secret_header(std::string_view name);
// Does an option or a tenant's key of this name hold something that does?
bool is_secret_key(std::string_view key);

// Adds a secret, and what a target or a log may make of it: its words, percent-encoded, escaped as in JSON, and what
// HTTP's Basic scheme holds.
void add_secret(std::vector<std::string>& secrets, const std::string& text);
// A user name and password in a URL, "http://user:password@host".
void add_secrets_of_url(std::vector<std::string>& secrets, std::string_view url);
// Each once, none shorter than shortest_secret, the longest first: as without_secrets wants them.
void settle_secrets(std::vector<std::string>& secrets);

// `text` with each of the secrets replaced by ***, also one that is cut off at the text's end (from 4 bytes on).
std::string without_secrets(const std::vector<std::string>& secrets, std::string text);
// The same with as many * as the secret has bytes, so that what follows keeps its column.
std::string with_secrets_starred(const std::vector<std::string>& secrets, std::string text);

}  // namespace lsrun::config
