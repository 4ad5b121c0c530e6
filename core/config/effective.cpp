// Shows the tree that the plan was read from, in the option table's order.
#include "config/effective.hpp"

#include <algorithm>

#include "config/option_table.hpp"
#include "config/secrets.hpp"
#include "config/value.hpp"

namespace lsrun::config {
namespace {

std::string origin_of(const place& p) {
  if (p.file.empty()) return "default";
  return p.line > 0 ? p.file + ":" + std::to_string(p.line) : p.file;
}

void order_members(value& table, std::string_view name) {
  const auto keys = keys_of(name);
  const auto rank = [&](const member& m) { return std::find(keys.begin(), keys.end(), m.key) - keys.begin(); };
  std::stable_sort(table.members.begin(), table.members.end(),
                   [&](const member& a, const member& b) { return rank(a) < rank(b); });
}

// The tree in the option table's order, which is that of the help.
value ordered(const plan& p) {
  value root = *p.effective;
  order_members(root, "");
  const auto rank = [](const member& m) {
    std::ptrdiff_t i = 0;
    for (const auto& table : table_rows()) {
      if (!table.name.empty() && table.name == m.key) return i;
      ++i;
    }
    return std::ptrdiff_t{-1};
  };
  std::stable_sort(root.members.begin(), root.members.end(),
                   [&](const member& a, const member& b) { return rank(a) < rank(b); });
  for (auto& m : root.members) {
    if (m.value.what == value::kind::table) order_members(m.value, m.key);
    for (auto& item : m.value.items)
      if (item.what == value::kind::table) order_members(item, m.key);
    if (m.key == "target")
      if (value* tls = m.value.find("tls")) order_members(*tls, "target.tls");
  }
  return root;
}

void list_members(const value& table, const std::string& title, const std::string& path,
                  std::vector<effective_value>& out) {
  for (const auto& m : table.members) {
    const bool nested =
        m.value.what == value::kind::table && (path.empty() || table_named(path + "." + m.key) || path == "reports");
    const bool entries = m.value.what == value::kind::list && path.empty() && !m.value.items.empty() &&
                         m.value.items.front().what == value::kind::table;
    if (nested) {
      const std::string inner = path.empty() ? m.key : path + "." + m.key;
      list_members(m.value, "[" + inner + "]", inner, out);
    } else if (entries) {
      for (std::size_t i = 0; i < m.value.items.size(); ++i) {
        const value& item = m.value.items[i];
        const value* name = item.find("name");
        const std::string which = name ? name->text : std::to_string(i + 1);
        list_members(item, "[[" + m.key + "]] " + which, m.key, out);
      }
    } else {
      out.push_back({title, m.key, toml_text(m.value), origin_of(m.value.where)});
    }
  }
}

}  // namespace

std::string effective_toml(const plan& p) { return p.effective ? toml_document(ordered(p)) : ""; }
std::string effective_json(const plan& p) { return p.effective ? json_text(ordered(p)) : "{}"; }

std::vector<effective_value> effective_values(const plan& p) {
  std::vector<effective_value> all;
  if (p.effective) list_members(ordered(p), "", "", all);
  return all;
}

std::string masked(const plan& p, std::string text) { return without_secrets(p.secrets, std::move(text)); }

}  // namespace lsrun::config
