// Walks the tree along the option table.
#include "config/build.hpp"

#include <algorithm>

#include "config/nearest.hpp"
#include "config/option_table.hpp"
#include "config/reader.hpp"

namespace lsrun::config {
namespace {

using kind = value::kind;

std::string ticked(std::string_view key) { return "`" + std::string(key) + "`"; }

class builder {
 public:
  builder(value& root, plan& p, std::vector<problem>& problems) : root_(root), plan_(p), problems_(problems) {}

  void run() {
    check_top();
    for (const auto& table : table_rows()) {
      if (table.name.empty()) {
        single(root_, table);
      } else if (table.name == "scenario") {
        scenario();
      } else if (table.name == "target.tls") {
        if (value* target = root_.find("target"); target && target->what == kind::table)
          if (value* tls = section(*target, "tls", table)) single(*tls, table);
      } else if (table.list) {
        entries(table);
      } else if (value* t = section(root_, table.name, table)) {
        single(*t, table);
      }
    }
  }

 private:
  void fail(const place& where, const std::string& text, const std::string& hint = {}) {
    problems_.push_back({where, text, hint});
  }

  // The table of this name, made if absent; nullptr with a problem if something else has its name.
  value* section(value& parent, std::string_view name, const table_row& table) {
    const auto key = table.name == "target.tls" ? std::string_view("tls") : name;
    value& t = parent.at(key, {});
    if (t.what == kind::table) return &t;
    fail(t.where,
         ticked(table.name) + " must be a table, " + title_of(table.name) + ", not " + std::string(kind_name(t.what)));
    return nullptr;
  }

  void check_top() {
    std::vector<std::string> names = keys_of("");
    for (const auto& table : table_rows())
      if (!table.name.empty() && table.name.find('.') == std::string_view::npos) names.emplace_back(table.name);
    for (const auto& m : root_.members) {
      if (std::find(names.begin(), names.end(), m.key) != names.end()) continue;
      const bool table = m.value.what == kind::table || m.value.what == kind::list;
      const auto near = nearest(m.key, names);
      fail(m.where, std::string(table ? "unknown table " : "unknown key ") + ticked(m.key),
           (near.empty() ? elsewhere("", m.key) : "did you mean " + ticked(near) + "?") +
               " (`lsrun --help config` lists all)");
    }
  }

  // Where a key that is unknown here would be known.
  static std::string elsewhere(std::string_view table, std::string_view key) {
    for (const auto& row : option_rows())
      if (row.key == key && row.table != table) return "it belongs to " + title_of(row.table);
    return "there is no such key";
  }

  void unknown(std::string_view table, const member& m) {
    const auto near = nearest(m.key, keys_of(table));
    fail(m.where, "unknown key " + ticked(m.key) + " in " + title_of(table),
         (near.empty() ? elsewhere(table, m.key) : "did you mean " + ticked(near) + "?") +
             " (`lsrun --help config` lists the keys of " + title_of(table) + ")");
  }

  void rows(value& table, std::string_view name, slot& target) {
    for (const auto& row : option_rows()) {
      if (row.table != name) continue;
      if (value* v = table.find(row.key)) {
        reading r;
        if (read(row, *v, r, problems_)) row.apply(target, r);
        continue;
      }
      if (row.required) {
        missing(table, name, row);
      } else if (const auto fallback = default_value(row)) {
        table.at(row.key, {}) = *fallback;
        reading r;
        if (read(row, *fallback, r, problems_)) row.apply(target, r);
      }
    }
  }

  void missing(const value& table, std::string_view name, const option_row& row) {
    const bool written = table.where.line > 0;
    const std::string hint = std::string(row.help);
    if (written)
      fail(table.where, title_of(name) + " needs " + ticked(row.key), hint);
    else
      fail({plan_.file, 0, 0}, "the config needs " + ticked(row.key) + " in " + title_of(name), hint);
  }

  void single(value& table, const table_row& row) {
    slot target{plan_};
    if (!row.name.empty())
      for (auto& m : table.members) other(row, m);
    rows(table, row.name, target);
  }

  // A key that may be in no row of the option table.
  void other(const table_row& table, const member& m) {
    if (row_of(table.name, m.key) || (table.name == "target" && m.key == "tls")) return;
    if (table.rest == others::limits) {
      std::optional<limit> l;
      if (read_limit(m.key, m.value, l, problems_)) plan_.limits.by_operation[m.key] = l;
    } else if (table.rest == others::tables && m.value.what == kind::table) {
      report_options_.push_back(m);
    } else {
      unknown(table.name, m);
    }
  }

  void scenario() {
    value* one = root_.find("scenario");
    value* several = root_.find("scenarios");
    if (one && several) {
      const auto& first = one->where.line < several->where.line ? *several : *one;
      fail(first.where, "[scenario] and [[scenarios]] cannot both be there", "write all of them as [[scenarios]]");
    }
    if (several) {
      entries(*table_named("scenarios"), several);
    } else if (!one) {
      fail({plan_.file, 0, 0}, "the config needs a [scenario]",
           "write [scenario] plugin = \"chat_sync\" or another (`lsrun plugins` lists them)");
    }
    if (one) {
      if (value* t = section(root_, "scenario", *table_named("scenario"))) entry(*t, *table_named("scenario"));
    }
  }

  void entries(const table_row& table, value* list = nullptr) {
    if (table.name == "scenarios" && !list) return;  // read by scenario()
    if (!list) list = root_.find(table.name);
    if (!list) return;
    if (list->what != kind::list) {
      fail(list->where, ticked(table.name) + " must be an array of tables, " + title_of(table.name) + ", not " +
                            std::string(kind_name(list->what)));
      return;
    }
    if (list->items.empty() && table.name == "scenarios")
      fail(list->where, "[[scenarios]] is empty", "name at least one");
    for (auto& item : list->items) {
      if (item.what != kind::table)
        fail(item.where,
             "an entry of " + title_of(table.name) + " must be a table, not " + std::string(kind_name(item.what)));
      else
        entry(item, table);
    }
  }

  // One entry of [[scenarios]], [[phases]] or [[tenants]], or [scenario].
  void entry(value& item, const table_row& table) {
    config::scenario scenario;
    config::phase phase;
    config::tenant tenant;
    slot target{plan_, &scenario, &phase, &tenant};
    scenario.where = phase.where = item.where;
    for (const auto& m : item.members) {
      if (row_of(table.name, m.key)) continue;
      if (table.rest != others::strings)
        unknown(table.name, m);
      else if (m.value.what == kind::text)
        tenant.values[m.key] = m.value.text;
      else
        fail(m.value.where,
             ticked(m.key) + " of a tenant must be a string, not " + std::string(kind_name(m.value.what)));
    }
    const bool phases = table.name == "phases";
    if (phases && !item.find("sessions") && !plan_.phases.empty()) phase.sessions = plan_.phases.back().sessions;
    rows(item, phases || table.name == "tenants" ? table.name : "scenario", target);
    if (phases && !item.find("sessions"))
      item.at("sessions", {}) = whole_value(static_cast<std::int64_t>(phase.sessions));
    if (phases) plan_.phases.push_back(phase);
    if (table.name == "tenants") plan_.tenants.push_back(tenant);
    if (table.name == "scenario" || table.name == "scenarios") plan_.scenarios.push_back(scenario);
  }

 public:
  // Options of [reports.NAME] go to the report that write names.
  void attach_report_options(bool complain) {
    for (const member& m : report_options_) {
      std::vector<option> options;
      if (!read_options(m.value, options, problems_)) continue;
      bool used = false;
      for (auto& report : plan_.reports)
        if (report.plugin == m.key || report.plugin.ends_with("/" + m.key + ".so")) {
          report.options = options;
          used = true;
        }
      std::vector<std::string> known = keys_of("reports");
      for (const auto& report : plan_.reports) known.push_back(report.plugin);
      const auto near = nearest(m.key, known);
      if (!used && complain)
        fail(m.where, "[reports." + m.key + "] has options, but `write` in [reports] does not name " + ticked(m.key),
             near.empty() ? "" : "did you mean " + ticked(near) + "?");
    }
  }

 private:
  value& root_;
  plan& plan_;
  std::vector<problem>& problems_;
  std::vector<member> report_options_;  // copies: the tree still grows
};

}  // namespace

void build(value& root, plan& p, std::vector<problem>& problems) {
  builder b(root, p, problems);
  b.run();
  const value* reports = root.find("reports");
  const value* write = reports ? reports->find("write") : nullptr;
  b.attach_report_options(!write || !write->where.file.starts_with("--report"));
}

}  // namespace lsrun::config
