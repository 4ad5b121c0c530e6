// ${NAME} in strings, and which strings are secrets.
#include "config/tree.hpp"

namespace lsrun::config {
namespace {

using kind = value::kind;

bool name_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

struct expander {
  const environment& environ;
  std::vector<std::string>& secrets;
  std::vector<problem>& problems;

  void all(value& v) {
    for (auto& item : v.items) all(item);
    for (auto& m : v.members) all(m.value);
    if (v.what == kind::text && v.text.find("${") != std::string::npos) one(v);
  }

  void one(value& v) {
    std::string full, shown;
    bool replaced = false;
    const std::string& text = v.text;
    for (std::size_t i = 0; i < text.size();) {
      if (text.compare(i, 3, "$${") == 0) {
        full += "${";
        shown += "${";
        i += 3;
        continue;
      }
      std::size_t end = i + 2;
      while (end < text.size() && name_character(text[end])) ++end;
      if (text.compare(i, 2, "${") != 0 || end == i + 2 || end >= text.size() || text[end] != '}') {
        full += text[i];
        shown += text[i++];
        continue;
      }
      const std::string name = text.substr(i + 2, end - i - 2);
      const char* content = environ(name.c_str());
      if (!content)
        problems.push_back({v.where, "the environment variable " + name + " is not set",
                            "set it, or write \"$${" + name + "}\" if the text itself is meant"});
      const std::string secret = content ? content : "";
      if (!secret.empty()) secrets.push_back(secret);
      full += secret;
      shown += "***";
      replaced = true;
      i = end + 1;
    }
    v.text = full;
    if (replaced) v.shown = shown;
  }
};

}  // namespace

bool is_secret_header(std::string_view name) {
  std::string lower(name);
  for (char& c : lower)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  for (const std::string_view part : {"authorization", "cookie", "key", "token", "secret", "password", "credential"})
    if (lower.find(part) != std::string::npos) return true;
  return false;
}

void expand_environment(value& root, const environment& environ, std::vector<std::string>& secrets,
                        std::vector<problem>& problems) {
  expander{environ, secrets, problems}.all(root);
  value* target = root.find("target");
  value* headers = target ? target->find("headers") : nullptr;
  if (!headers || headers->what != kind::table) return;
  for (auto& m : headers->members) {
    if (m.value.what != kind::text || !is_secret_header(m.key)) continue;
    if (!m.value.text.empty()) secrets.push_back(m.value.text);
    m.value.shown = "***";
  }
}

}  // namespace lsrun::config
