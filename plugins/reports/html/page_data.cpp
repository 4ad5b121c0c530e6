#include "page_data.hpp"

#include <charconv>
#include <cmath>
#include <cstdio>
#include <map>
#include <vector>

namespace html_report {

namespace json = boost::json;

namespace {

// Five significant digits are more than a screen can show.
void put_number(std::string& out, double v) {
  if (!std::isfinite(v)) {
    out += "null";
    return;
  }
  char text[40];
  if (v == std::floor(v) && std::abs(v) < 1e15)
    std::snprintf(text, sizeof text, "%.0f", v);
  else
    std::snprintf(text, sizeof text, "%.5g", v);
  out += text;
}

void put_escaped_json(std::string& out, std::string_view serialized) {
  for (std::size_t i = 0; i < serialized.size(); ++i) {
    const char c = serialized[i];
    if (c == '<') {
      out += "\\u003c";
    } else if (c == '\xe2' && i + 2 < serialized.size() && serialized[i + 1] == '\x80' &&
               (serialized[i + 2] == '\xa8' || serialized[i + 2] == '\xa9')) {
      out += serialized[i + 2] == '\xa8' ? "\\u2028" : "\\u2029";
      i += 2;
    } else {
      out += c;
    }
  }
}

void put(std::string& out, const json::value& v) {
  if (v.is_double())
    put_number(out, v.get_double());
  else
    put_escaped_json(out, json::serialize(v));
}

// Members of a record with inner objects flattened: requests.ok -> requests_ok.
void flatten(std::map<std::string, json::value>& into, const json::object& record, const std::string& prefix) {
  for (const auto& m : record) {
    const std::string name = prefix + std::string(m.key());
    if (m.value().is_object())
      flatten(into, m.value().get_object(), name + "_");
    else if (!m.value().is_array())
      into[name] = m.value();
  }
}

void put_columns(std::string& out, const std::map<std::string, std::vector<json::value>>& columns) {
  out += '{';
  bool first = true;
  for (const auto& [name, values] : columns) {
    out += (first ? "" : ",") + json::serialize(json::value(name)) + ":[";
    for (std::size_t i = 0; i < values.size(); ++i) {
      if (i > 0) out += ',';
      put(out, values[i]);
    }
    out += ']';
    first = false;
  }
  out += '}';
}

void put_timeline(std::string& out, const json::object& document) {
  std::map<std::string, std::vector<json::value>> columns{{"t_s", {}}, {"span_s", {}}};
  std::size_t rows = 0;
  if (const json::value* list = document.if_contains("timeline"); list != nullptr && list->is_array())
    for (const json::value& point : list->get_array()) {
      std::map<std::string, json::value> flat;
      if (point.is_object()) flatten(flat, point.get_object(), "");
      flat.erase("phase");
      flat.erase("requests_sent");
      for (auto& [name, value] : flat) {
        auto& column = columns[name];
        column.resize(rows);  // null where it was not measured before
        column.push_back(value.is_bool() ? json::value(value.get_bool() ? 1 : 0) : value);
      }
      ++rows;
      for (auto& [name, column] : columns) column.resize(rows);
    }
  put_columns(out, columns);
}

double number_at(const json::object& o, std::string_view key) {
  const json::value* v = o.if_contains(key);
  return v == nullptr || !v->is_number() ? 0 : v->to_number<double>();
}

void put_addresses(std::string& out, const json::object& document) {
  std::map<std::string, std::vector<json::value>> columns{{"address", {}},      {"sent", {}},   {"ok", {}},
                                                          {"rate_limited", {}}, {"failed", {}}, {"share", {}}};
  if (const json::value* list = document.if_contains("addresses"); list != nullptr && list->is_array())
    for (const json::value& one : list->get_array()) {
      if (!one.is_object()) continue;
      const json::object& a = one.get_object();
      const json::value* counted = a.if_contains("requests");
      const json::object requests = counted != nullptr && counted->is_object() ? counted->get_object() : json::object();
      columns["address"].push_back(a.if_contains("address") != nullptr ? a.at("address") : json::value(""));
      for (const char* name : {"sent", "ok", "rate_limited"}) columns[name].push_back(number_at(requests, name));
      double failed = 0;
      for (const char* name : {"timeout", "connect_error", "server_error", "client_error", "protocol_error"})
        failed += number_at(requests, name);
      columns["failed"].push_back(failed);
      columns["share"].push_back(number_at(a, "share"));
    }
  put_columns(out, columns);
}

}  // namespace

std::string page_data(const json::object& document) {
  std::string out = "{";
  for (const auto& m : document) {
    if (m.key() == "timeline" || m.key() == "addresses") continue;
    put_escaped_json(out, json::serialize(json::value(m.key())) + ":" + json::serialize(m.value()) + ",");
  }
  out += "\"page\":{\"timeline\":";
  put_timeline(out, document);
  out += ",\"addresses\":";
  put_addresses(out, document);
  return out + "}}";
}

std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) switch (c) {
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '&':
        out += "&amp;";
        break;
      case '"':
        out += "&quot;";
        break;
      case '\'':
        out += "&#39;";
        break;
      default:
        out += static_cast<unsigned char>(c) < 0x20 || c == 0x7f ? ' ' : c;
    }
  return out;
}

}  // namespace html_report
