// Reading the run report: absent is told from 0 everywhere.
#include "common/document.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <stdexcept>

namespace reports {

json::value parse_document(std::string_view text, const left_out& part) {
  json::error_code fault;
  json::value document = parse_without(part, text, fault);
  if (fault) throw std::runtime_error("the run report is not JSON: " + fault.message());
  const json::value* schema = find(document, "schema");
  if (!schema || !schema->is_string() || schema->get_string() != "lsrun-report/1")
    throw std::runtime_error("the run report is not of the schema lsrun-report/1, which this writer reads");
  return document;
}

const json::value* find(const json::value& from, std::string_view path) {
  const json::value* at = &from;
  while (!path.empty()) {
    const auto slash = path.find('/');
    const std::string_view key = path.substr(0, slash);
    path = slash == std::string_view::npos ? std::string_view{} : path.substr(slash + 1);
    if (const json::object* o = at->if_object()) {
      at = o->if_contains({key.data(), key.size()});
    } else if (const json::array* a = at->if_array()) {
      std::size_t i = 0;
      const auto [end, failed] = std::from_chars(key.data(), key.data() + key.size(), i);
      at = failed == std::errc{} && end == key.data() + key.size() ? a->if_contains(i) : nullptr;
    } else {
      at = nullptr;
    }
    if (!at) return nullptr;
  }
  return at;
}

std::optional<double> number(const json::value& from, std::string_view path) {
  const json::value* v = find(from, path);
  if (!v || !v->is_number()) return std::nullopt;
  const double d = v->to_number<double>();
  return std::isfinite(d) ? std::optional(d) : std::nullopt;
}

std::optional<std::uint64_t> count(const json::value& from, std::string_view path) {
  const json::value* v = find(from, path);
  if (!v || !v->is_number()) return std::nullopt;
  json::error_code fault;
  const auto n = v->to_number<std::uint64_t>(fault);
  return fault ? std::nullopt : std::optional(n);
}

std::string_view text(const json::value& from, std::string_view path) {
  const json::value* v = find(from, path);
  if (!v || !v->is_string()) return {};
  return {v->get_string().data(), v->get_string().size()};
}

std::optional<bool> flag(const json::value& from, std::string_view path) {
  const json::value* v = find(from, path);
  return v && v->is_bool() ? std::optional(v->get_bool()) : std::nullopt;
}

const json::array& rows(const json::value& from, std::string_view path) {
  static const json::array none;
  const json::value* v = find(from, path);
  return v && v->is_array() ? v->get_array() : none;
}

const json::object& table(const json::value& from, std::string_view path) {
  static const json::object none;
  const json::value* v = find(from, path);
  return v && v->is_object() ? v->get_object() : none;
}

std::size_t held_thresholds(const json::value& document) {
  const json::array& all = rows(document, "thresholds");
  return static_cast<std::size_t>(
      std::count_if(all.begin(), all.end(), [](const json::value& t) { return flag(t, "holds").value_or(false); }));
}

}  // namespace reports
