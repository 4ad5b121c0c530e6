// Writing and reading sit side by side, field by field, so that one cannot be changed without the other being seen.
#include "metrics/failures_json.hpp"

namespace lsrun::metrics::json_fields {
namespace {

json::object example_row(const exchange& e) {
  json::object o{{"session", e.session}, {"address", e.address}, {"attempt", e.attempt}, {"at_s", e.at_s}};
  const auto put = [&](std::string_view key, std::int64_t us) {
    if (us >= 0) o[key] = us;
  };
  put("sent_us", e.sent_us);
  put("first_byte_us", e.first_byte_us);
  put("end_us", e.end_us);
  for (const auto& [key, text] : {std::pair{"request", &e.request},
                                  {"request_body", &e.request_body},
                                  {"answer_headers", &e.answer_headers},
                                  {"answer_body", &e.answer_body},
                                  {"error", &e.error}})
    if (!text->empty()) o[key] = *text;
  write(o, "trace", e.trace);
  return o;
}
exchange example_from(const json::object& o) {
  exchange e;
  read(o, "session", e.session);
  read(o, "address", e.address, id_of);
  read(o, "attempt", e.attempt, id_of);
  read(o, "at_s", e.at_s);
  const auto micros = [](const json::value& v) { return v.to_number<std::int64_t>(); };
  read(o, "sent_us", e.sent_us, micros);
  read(o, "first_byte_us", e.first_byte_us, micros);
  read(o, "end_us", e.end_us, micros);
  for (const auto& [key, text] : {std::pair{"request", &e.request},
                                  {"request_body", &e.request_body},
                                  {"answer_headers", &e.answer_headers},
                                  {"answer_body", &e.answer_body},
                                  {"error", &e.error}})
    if (const auto* v = o.if_contains(key)) *text = v->as_string();
  read(o, "trace", e.trace);
  return e;
}

}  // namespace

json::array failures(const interval& i) {
  json::array rows;
  for (const failure& f : i.failures) {
    json::object o{{"outcome", model::name(f.outcome)},
                   {"status", f.status},
                   {"operation", f.operation},
                   {"message", f.message},
                   {"count", f.count},
                   {"first_s", f.first_s},
                   {"last_s", f.last_s},
                   {"session", f.example_session}};
    write_map(o, "attempts", f.attempts);
    write_map(o, "addresses", f.addresses);
    if (f.example) o["example"] = example_row(*f.example);
    rows.push_back(std::move(o));
  }
  return rows;
}
failure failure_from(const json::object& o) {
  failure f;
  f.outcome = outcome_from(o);
  f.status = o.at("status").to_number<std::uint16_t>();
  read(o, "operation", f.operation, id_of);
  f.message = o.at("message").as_string();
  read(o, "count", f.count);
  read(o, "first_s", f.first_s);
  read(o, "last_s", f.last_s);
  read(o, "session", f.example_session);
  read_map(o, "attempts", f.attempts);
  read_map(o, "addresses", f.addresses);
  if (const auto* v = o.if_contains("example")) f.example = example_from(v->as_object());
  return f;
}

}  // namespace lsrun::metrics::json_fields
