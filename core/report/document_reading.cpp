#include "report/document_reading.hpp"

#include "metrics/text_cleaning.hpp"
#include "model/whole.hpp"

namespace lsrun::report {

namespace {
constexpr std::size_t longest_text = 4000;
}

const json::value* find(const json::object& o, path names) {
  const json::object* at = &o;
  const json::value* v = nullptr;
  for (const std::string_view name : names) {
    if (!at) return nullptr;
    v = at->if_contains(name);
    if (!v) return nullptr;
    at = v->if_object();
  }
  return v;
}

double number(const json::object& o, path names) {
  const json::value* v = find(o, names);
  return v && v->is_number() ? v->to_number<double>() : 0;
}

std::uint64_t whole(const json::object& o, path names) { return model::whole(number(o, names)); }

std::string shown(const json::value& v) {
  return metrics::clean_text({v.get_string().data(), v.get_string().size()}, longest_text);
}

std::string text(const json::object& o, path names) {
  const json::value* v = find(o, names);
  return v && v->is_string() ? shown(*v) : "";
}

const json::array& list(const json::object& o, std::string_view name) {
  static const json::array none;
  const json::value* v = o.if_contains(name);
  return v && v->is_array() ? v->get_array() : none;
}

}  // namespace lsrun::report
