// What every rule about several values at once needs: where they were written, and whether they are good by themselves.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "config/build.hpp"

namespace lsrun::config {

class rule_context {
 public:
  rule_context(const value& root, plan& p, std::vector<problem>& problems)
      : root_(root), plan_(p), problems_(problems) {}

 protected:
  // Where table.key was written; the file's name if it was not.
  place at(std::string_view table, std::string_view key) const;
  bool written(std::string_view table, std::string_view key) const;
  // Has table.key a problem of its own? Then its default stands in for it, which nothing may be said about.
  bool bad(std::string_view table, std::string_view key) const { return bad(at(table, key)); }
  bool bad(const place&) const;
  void fail(const place& where, const std::string& text, const std::string& hint = {}) {
    problems_.push_back({where, text, hint});
  }

  const value& root_;
  plan& plan_;
  std::vector<problem>& problems_;
};

// Each adds the problems it finds.
void check_target(const rule_context&);  // URL, TLS, health, the target's own metrics; fills in the URL's parts
void check_load(const rule_context&);    // rate, phases, retry, weights

}  // namespace lsrun::config
