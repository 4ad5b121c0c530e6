// What no single value can be blamed for: one short function a subject. Here names, addresses, files and expressions.
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <set>
#include <utility>

#include "config/message_file.hpp"
#include "config/rule_context.hpp"
#include "metrics/expression.hpp"
#include "pool/expand.hpp"

namespace lsrun::config {
namespace {

class other_rules : private rule_context {
 public:
  explicit other_rules(const rule_context& context) : rule_context(context) {}

  void run() {
    name_rules();
    pool_rules();
    output_rules();
    message_rules();
    expression_rules();
  }

 private:
  template <class List>
  void unique_names(const List& list, std::string_view table, const std::string& what) {
    std::set<std::string> seen;
    const value* entries = root_.find(table);
    for (std::size_t i = 0; i < list.size(); ++i) {
      if (list[i].name.empty() || seen.insert(list[i].name).second) continue;
      const value* name = entries && i < entries->items.size() ? entries->items[i].find("name") : nullptr;
      fail(name ? name->where : place{plan_.file, 0, 0}, "two " + what + " are called `" + list[i].name + "`",
           "their figures could not be told apart");
    }
  }
  void name_rules() {
    unique_names(plan_.phases, "phases", "phases");
    unique_names(plan_.tenants, "tenants", "tenants");
    std::set<std::string> seen;
    for (const auto& report : plan_.reports)
      if (!seen.insert(report.plugin).second) fail(report.where, "report `" + report.plugin + "` is named twice");
    if (plan_.name.empty() || plan_.name.find_first_of("/\\") != std::string::npos || plan_.name.front() == '.')
      fail(at("", "name"),
           "`name` becomes part of a directory's name: it must not be empty, hold / or begin with a dot");
  }

  void address_rules() {
    const auto& from = plan_.pool.from;
    if (bad("pool", "from")) return;
    if (from.empty())
      return fail(at("pool", "from"), "`from` is empty", "write for example from = [\"127.64.0.0/16\"]");
    const value* table = root_.find("pool");
    const value* list = table ? table->find("from") : nullptr;
    bool good = true;
    for (std::size_t i = 0; i < from.size(); ++i) {
      const auto entry = lsrun::pool::parse_entry(from[i]);
      if (entry) continue;
      good = false;
      const bool placed = list && i < list->items.size() && !list->items[i].where.file.empty();
      fail(placed ? list->items[i].where : at("pool", "from"), "`from`: " + entry.error_text());
    }
    if (!good || bad("pool", "count")) return;
    const auto all = lsrun::pool::expand(plan_.pool.count, from, plan_.pool.mode != pool_mode::forwarded, true);
    if (!all) fail(at("pool", written("pool", "count") ? "count" : "from"), all.error_text());
  }

  void pool_rules() {
    address_rules();
    if (plan_.threads > plan_.pool.count && !bad("run", "threads") && !bad("pool", "count"))
      fail(at("run", "threads"),
           "`threads` is " + std::to_string(plan_.threads) + ", but there " +
               (plan_.pool.count == 1 ? "is 1 client address"
                                      : "are " + std::to_string(plan_.pool.count) + " client addresses"),
           "each thread needs an address of its own: raise `count` in [pool] or lower this");
    if (plan_.pool.header.find_first_of(" :\r\n\t") != std::string::npos || plan_.pool.header.empty())
      fail(at("pool", "header"), "`header` must be the name of a header");
  }

  // The nearest directory above that exists must take a new entry.
  void output_rules() {
    if (plan_.results.empty()) return fail(at("reports", "directory"), "`directory` is empty", "write \".\" for here");
    namespace fs = std::filesystem;
    std::error_code failed;
    fs::path existing = fs::absolute(plan_.results, failed);
    while (!fs::exists(existing, failed) && existing.has_relative_path()) existing = existing.parent_path();
    const std::string shown = config::quoted(existing.string());
    if (!fs::is_directory(existing, failed))
      fail(at("reports", "directory"), "`directory`: " + shown + " is not a directory");
    else if (::access(existing.c_str(), W_OK | X_OK) != 0)
      fail(at("reports", "directory"), "`directory`: " + shown + " cannot be written to: " + std::strerror(errno));
  }

  void message_rules() {
    if (plan_.messages.file.empty()) return;
    if (const auto loaded = load_messages(plan_.messages); !loaded)
      fail(at("messages", "file"), "`file`: " + loaded.error_text());
  }

  // Form only: which metrics the scenarios define is known when they are loaded (check_expressions). Every word of the
  // text is taken for a metric, so that an unknown one is no error yet.
  void form(const check& c, bool alert) {
    if (metrics::parse_expression(c.expression, alert)) return;
    std::vector<std::string> words;
    std::string word;
    for (const char ch : c.expression + " ") {
      if ((ch >= 'a' && ch <= 'z') || (ch >= 'A' && ch <= 'Z') || (ch >= '0' && ch <= '9') || ch == '_' || ch == '.')
        word += ch;
      else if (!word.empty())
        words.push_back(std::exchange(word, {}));
    }
    if (const auto parsed = metrics::parse_expression(c.expression, alert, words); !parsed)
      fail(c.where, parsed.error_text());
  }
  void expression_rules() {
    for (const auto& c : plan_.thresholds) form(c, false);
    for (const auto& c : plan_.abort) form(c, false);
    for (const auto& c : plan_.alerts) form(c, true);
    if (!plan_.alert_command.empty() && plan_.alerts.empty())
      fail(at("alerts", "command"), "`command` would never run: [alerts] has no `check`");
  }
};

}  // namespace

void check_rules(const value& root, plan& p, std::vector<problem>& problems) {
  const rule_context context(root, p, problems);
  check_target(context);
  check_load(context);
  other_rules(context).run();
}

std::vector<problem> check_expressions(const plan& p, const std::vector<std::string>& scenario_metric_names) {
  std::vector<problem> problems;
  const auto check_all = [&](const std::vector<check>& list, bool alert) {
    for (const auto& c : list)
      if (const auto parsed = metrics::parse_expression(c.expression, alert, scenario_metric_names); !parsed)
        problems.push_back({c.where, parsed.error_text(), ""});
  };
  check_all(p.thresholds, false);
  check_all(p.abort, false);
  check_all(p.alerts, true);
  return problems;
}

}  // namespace lsrun::config
