// The paths of the events API.
#include "events_api.hpp"

namespace lstarget {

route events_route(const request& r) {
  const auto parts = path_parts(r.path);
  const auto is = [&](std::size_t count, std::string_view first) { return parts.size() == count && parts[0] == first; };
  const bool get = r.method == "GET", post = r.method == "POST";
  route to;
  if (is(1, "sessions")) {
    to.methods = "POST";
    if (post) to.handler = create_session;
    if (get) to.handler = list_sessions;
  } else if (is(2, "sessions")) {
    to.session = parts[1];
    to.methods = "GET, DELETE";
    if (get) to.handler = read_session;
    if (r.method == "DELETE") to.handler = delete_session;
  } else if (is(3, "sessions") && parts[2] == "events") {
    to.session = parts[1];
    to.methods = "GET, POST";
    if (get) to.handler = list_events;
    if (post) to.handler = create_event;
  } else if (is(4, "sessions") && parts[2] == "events") {
    to.session = parts[1];
    to.event = parts[3];
    to.methods = "GET";
    if (get) to.handler = read_event;
  } else if (is(1, "agents")) {
    to.methods = "GET";
    if (get) to.handler = list_agents;
  } else if (is(2, "agents")) {
    to.agent = parts[1];
    to.methods = "GET";
    if (get) to.handler = read_agent;
  } else if (is(1, "customers")) {
    to.methods = "POST";
    if (post) to.handler = create_customer;
  } else if (is(2, "customers")) {
    to.customer = parts[1];
    to.methods = "GET";
    if (get) to.handler = read_customer;
  }
  return to;
}

}  // namespace lstarget
