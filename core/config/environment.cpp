// ${NAME} in strings, and which strings are secrets.
#include "config/secrets.hpp"
#include "config/tree.hpp"

namespace lsrun::config {
namespace {

using kind = value::kind;

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
      while (end < text.size() && variable_character(text[end])) ++end;
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
      if (!secret.empty()) add_secret(secrets, secret);
      full += secret;
      shown += "***";
      replaced = true;
      i = end + 1;
    }
    v.text = full;
    if (replaced) v.shown = shown;
  }
};

// Texts of this table under names that say so are secrets.
void hide(value* table, bool (*secret)(std::string_view), std::vector<std::string>& secrets) {
  if (!table || table->what != kind::table) return;
  for (auto& m : table->members) {
    if (m.value.what != kind::text || !secret(m.key)) continue;
    if (!m.value.text.empty()) add_secret(secrets, m.value.text);
    m.value.shown = "***";
  }
}

template <class Look>
void each_table(value* tables, Look look) {
  if (!tables) return;
  if (tables->what == kind::table) look(*tables);
  for (auto& item : tables->items) look(item);
}

}  // namespace

void expand_environment(value& root, const environment& environ, std::vector<std::string>& secrets,
                        std::vector<problem>& problems) {
  expander{environ, secrets, problems}.all(root);
  if (value* target = root.find("target")) {
    if (const value* url = target->find("url")) add_secrets_of_url(secrets, url->text);
    hide(target->find("headers"), is_secret_header, secrets);
  }
  each_table(root.find("scenario"), [&](value& one) { hide(one.find("options"), is_secret_key, secrets); });
  each_table(root.find("tenants"), [&](value& one) { hide(&one, is_secret_key, secrets); });
  if (value* reports = root.find("reports"))
    for (auto& m : reports->members) hide(&m.value, is_secret_key, secrets);
}

}  // namespace lsrun::config
