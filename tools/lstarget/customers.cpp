// Customers of the events API: a session of one whom nobody created is accepted, but its messages are never answered.
#include "body_checks.hpp"
#include "event_text.hpp"
#include "events_api.hpp"

namespace lstarget {
namespace {

struct new_customer {
  std::string id, name, metadata = "{}";
};

new_customer read_new_customer(const request& r, faults& f) {
  new_customer n;
  const auto body = body_object(r, f);
  if (!body) return n;
  n.name = text_field(*body, "name", true, f, 100, 1).value_or("");
  n.id = text_field(*body, "id", false, f, SIZE_MAX, 1).value_or("");
  if (const auto* more = body->if_contains("metadata"); more && !more->is_null()) {
    if (more->is_object())
      n.metadata = boost::json::serialize(*more);
    else
      f.add("dict_type", {"body", "metadata"}, "Input should be a valid dictionary", *more);
  }
  return n;
}

}  // namespace

exchange create_customer(world& w, const request& r, const route&, const std::string& address, instant now) {
  constexpr auto what = operation::create_customer;
  faults f;
  const auto wanted = read_new_customer(r, f);
  if (f.any()) return decided(what, address, f.answer(r));
  if (w.set.production) return decided(what, address, forbidden(r, "create_customer"));
  const std::lock_guard lock(w.guard);
  if (auto no = gate(w, r, what, "create_customer", address, now)) return decided(what, address, std::move(*no));
  const customer c{.name = wanted.name, .metadata = wanted.metadata, .created = now};
  const auto id = w.sessions.create_customer(wanted.id, c);
  // As in the real server an id that is taken already is an error that nobody handles.
  return decided(what, address, id ? complete(r, 201, customer_json(w, *id, c)) : internal_error(r));
}

exchange read_customer(world& w, const request& r, const route& at, const std::string& address, instant now) {
  constexpr auto what = operation::other;
  if (w.set.production) return decided(what, address, forbidden(r, "read_customer"));
  const std::lock_guard lock(w.guard);
  if (auto no = gate(w, r, what, "read_customer", address, now)) return decided(what, address, std::move(*no));
  const auto* c = w.sessions.find_customer(at.customer);
  return decided(what, address, c ? complete(r, 200, customer_json(w, at.customer, *c)) : no_item(r, at.customer));
}

}  // namespace lstarget
