// Each form's schema, each table's, and the rules between tables that a schema can hold.
#include "config/json_schema.hpp"

#include <cmath>

#include "config/quantity_patterns.hpp"
#include "config/reader.hpp"
#include "model/choices.hpp"

namespace lsrun::config {
namespace {

value flag_value(bool flag) {
  value v;
  v.what = value::kind::flag;
  v.flag = flag;
  return v;
}
value list_of(const std::vector<std::string>& texts) {
  value v;
  v.what = value::kind::list;
  for (const auto& text : texts) v.items.push_back(text_value(text));
  return v;
}
value list_of(std::vector<value> items) {
  value v;
  v.what = value::kind::list;
  v.items = std::move(items);
  return v;
}
void put(value& table, std::string_view key, value v) { table.at(key, {}) = std::move(v); }
void put(value& table, std::string_view key, const char* text) { put(table, key, text_value(text)); }

value typed(const char* type) {
  value v;
  put(v, "type", type);
  return v;
}
value matching(const std::string& pattern) {
  value v = typed("string");
  put(v, "pattern", text_value(pattern));
  return v;
}
value any_of(std::vector<value> choices) {
  value v;
  put(v, "anyOf", list_of(std::move(choices)));
  return v;
}
value object(value properties) {
  value v = typed("object");
  put(v, "properties", std::move(properties));
  put(v, "additionalProperties", flag_value(false));
  return v;
}
value map_of(value values) {
  value v = typed("object");
  put(v, "additionalProperties", std::move(values));
  return v;
}
value array_of(value items) {
  value v = typed("array");
  put(v, "items", std::move(items));
  return v;
}
value filled_string() {
  value v = typed("string");
  put(v, "minLength", whole_value(1));
  return v;
}

value one_of_words(std::string_view choices) {
  value v;
  put(v, "enum", list_of(model::words_of(choices)));
  return any_of({std::move(v), matching(from_environment)});
}

value in_range(value v, const option_row& row) {
  const auto bound = [](double b) {
    return b == std::floor(b) && std::fabs(b) < 9e15 ? whole_value(static_cast<std::int64_t>(b)) : number_value(b);
  };
  if (std::isfinite(row.least)) put(v, "minimum", bound(row.least));
  if (std::isfinite(row.most)) put(v, "maximum", bound(row.most));
  return v;
}

// A number, which may be the word "none".
value counted(const option_row& row, const char* type) {
  value v = in_range(typed(type), row);
  if (!row.none_allowed) return v;
  value none;
  put(none, "const", "none");
  return any_of({std::move(v), std::move(none)});
}

value plain_values() {
  value types;
  put(types, "type", list_of(std::vector<std::string>{"string", "number", "boolean"}));
  return map_of(std::move(types));
}

value header_lines() {
  value v = map_of(typed("string"));
  value names;
  put(names, "pattern", "^[!#$%&'*+.^_`|~0-9A-Za-z-]+$");
  put(v, "propertyNames", std::move(names));
  return v;
}

value form_of(const option_row& row) {
  switch (row.what) {
    case form::text:
      return row.required ? filled_string() : typed("string");
    case form::choice:
      return one_of_words(row.choices);
    case form::flag:
      return typed("boolean");
    case form::whole:
      return counted(row, "integer");
    case form::number:
      return counted(row, "number");
    case form::texts:
      return array_of(filled_string());
    case form::headers:
      return header_lines();
    case form::options:
      return plain_values();
    case form::count_distribution:
      return any_of({in_range(typed("integer"), row), matching(quantity_pattern(row.what, row.none_allowed))});
    default:
      return matching(quantity_pattern(row.what, row.none_allowed));
  }
}

value schema_of(const option_row& row) {
  value v = form_of(row);
  put(v, "description", text_value(std::string(row.help) + " (" + kind_text(row) + ")"));
  if (const auto fallback = default_value(row)) put(v, "default", *fallback);
  return v;
}

void require(value& table, const std::vector<std::string>& keys) {
  if (!keys.empty()) put(table, "required", list_of(keys));
}

// A table's own keys; what else it may hold is added by the caller.
value table_schema(const table_row& table) {
  value properties;
  std::vector<std::string> required;
  const std::string_view name = table.name == "scenarios" ? "scenario" : table.name;
  for (const auto& row : option_rows()) {
    if (row.table != name) continue;
    put(properties, row.key, schema_of(row));
    if (row.required) required.emplace_back(row.key);
  }
  value v = object(std::move(properties));
  put(v, "description", text_value(std::string(table.help)));
  require(v, required);
  return v;
}

std::vector<std::string> names_of(const std::vector<plugin_schema>& plugins) {
  std::vector<std::string> names;
  for (const auto& one : plugins) names.push_back(one.name);
  return names;
}

// One of the known names, for editors to offer, or any other.
value plugin_name(const std::vector<plugin_schema>& known) {
  if (known.empty()) return filled_string();
  value names;
  put(names, "enum", list_of(names_of(known)));
  return any_of({std::move(names), filled_string()});
}

// If `plugin` is this one, then `options` are its own.
value options_if(const plugin_schema& plugin) {
  value is, properties, condition, rule, then, own;
  put(is, "const", text_value(plugin.name));
  put(properties, "plugin", std::move(is));
  put(condition, "properties", std::move(properties));
  require(condition, {"plugin"});
  put(own, "options", plugin.options);
  put(then, "properties", std::move(own));
  if (plugin.options.find("required")) require(then, {"options"});
  put(rule, "if", std::move(condition));
  put(rule, "then", std::move(then));
  return rule;
}

value scenario_schema(const std::vector<plugin_schema>& scenarios) {
  value v = table_schema(*table_named("scenario"));
  value& plugin = *v.find("properties")->find("plugin");
  value name = plugin_name(scenarios);
  put(name, "description", *plugin.find("description"));
  plugin = std::move(name);
  std::vector<value> rules;
  for (const auto& one : scenarios) rules.push_back(options_if(one));
  if (!rules.empty()) put(v, "allOf", list_of(std::move(rules)));
  return v;
}

value reports_schema(const std::vector<plugin_schema>& reports) {
  value v = table_schema(*table_named("reports"));
  value& properties = *v.find("properties");
  put(*properties.find("write"), "items", plugin_name(reports));
  for (const auto& one : reports) {
    value options = one.options;
    put(options, "description", text_value(one.help));
    put(properties, one.name, std::move(options));
  }
  put(v, "additionalProperties", plain_values());
  return v;
}

value schema_of(const table_row& table, const std::vector<plugin_schema>& reports) {
  if (table.rest == others::tables) return reports_schema(reports);
  value v = table_schema(table);
  if (table.rest == others::limits)
    put(v, "additionalProperties", matching(quantity_pattern(form::rate, true)));
  else if (table.rest == others::strings)
    put(v, "additionalProperties", typed("string"));
  if (table.name == "target") put(*v.find("properties"), "tls", table_schema(*table_named("target.tls")));
  return v;
}

value reference_to_scenario() {
  value v;
  put(v, "$ref", "#/definitions/scenario");
  return v;
}

// [scenario] or [[scenarios]], one of them.
value either_scenario() {
  value one, several;
  require(one, {"scenario"});
  require(several, {"scenarios"});
  return list_of(std::vector<value>{std::move(one), std::move(several)});
}

}  // namespace

value options_schema(const std::vector<option_row>& rows) {
  value properties;
  std::vector<std::string> required;
  for (const auto& row : rows) {
    put(properties, row.key, schema_of(row));
    if (row.required) required.emplace_back(row.key);
  }
  value v = object(std::move(properties));
  require(v, required);
  return v;
}

std::string config_schema(const std::vector<plugin_schema>& scenarios, const std::vector<plugin_schema>& reports) {
  value root = table_schema(*table_named(""));
  value head;
  put(head, "$schema", "http://json-schema.org/draft-07/schema#");
  put(head, "title", "lsrun config");
  put(head, "description",
      "A load test of lsrun; `lsrun --help config` says the same in words, `lsrun --check` checks all of it.");
  value& properties = *root.find("properties");
  for (const auto& table : table_rows()) {
    if (table.name.empty() || table.name == "target.tls") continue;
    value v;
    if (table.name == "scenario" || table.name == "scenarios")
      v = reference_to_scenario();
    else
      v = schema_of(table, reports);
    if (table.list) {
      v = array_of(std::move(v));
      put(v, "description", text_value(std::string(table.help)));
      if (table.name == "scenarios") put(v, "minItems", whole_value(1));
    }
    put(properties, table.name, std::move(v));
  }
  for (const auto* key : {"type", "properties", "additionalProperties"}) put(head, key, *root.find(key));
  require(head, {"target"});
  put(head, "oneOf", either_scenario());
  value definitions;
  put(definitions, "scenario", scenario_schema(scenarios));
  put(head, "definitions", std::move(definitions));
  return json_document(head);
}

}  // namespace lsrun::config
