#include "config/rule_context.hpp"

#include <algorithm>

namespace lsrun::config {

place rule_context::at(std::string_view table, std::string_view key) const {
  const value* t = &root_;
  for (std::string_view rest = table; t && !rest.empty();) {
    const auto dot = rest.find('.');
    t = t->find(rest.substr(0, dot));
    rest = dot == std::string_view::npos ? std::string_view{} : rest.substr(dot + 1);
  }
  const value* v = t ? t->find(key) : nullptr;
  if (v && !v->where.file.empty()) return v->where;
  if (t && !t->where.file.empty() && t != &root_) return t->where;
  return {plan_.file, 0, 0};
}

bool rule_context::written(std::string_view table, std::string_view key) const {
  const place p = at(table, key);
  const value* t = root_.find(table);
  const value* v = t ? t->find(key) : nullptr;
  return v && !v->where.file.empty() && !p.file.empty();
}

bool rule_context::bad(const place& p) const {
  return std::any_of(problems_.begin(), problems_.end(), [&](const problem& one) {
    return p.line > 0 ? one.where.line == p.line && one.where.column == p.column && one.where.file == p.file
                      : !p.file.empty() && p.file != plan_.file && one.where.file == p.file;
  });
}

}  // namespace lsrun::config
