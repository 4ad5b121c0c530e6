// The events API: a conversation as events, waited for by long polls or streams. Status codes, bodies and order are
// those of a real server.
#pragma once

#include <string>
#include <vector>

#include "world.hpp"

namespace lstarget {

// Where a request of the events API goes.
struct route {
  exchange (*handler)(world&, const request&, const route&, const std::string& address, instant now) = nullptr;
  std::string session, event, agent, customer;  // from the path
  std::string methods;                          // without a handler: what the path allows; empty: there is no such path
};
route events_route(const request&);

// The handlers. Thread-safe.
exchange create_session(world&, const request&, const route&, const std::string& address, instant now);
// Forbidden under the production policy; without it this target has no such list (405).
exchange list_sessions(world&, const request&, const route&, const std::string& address, instant now);
exchange read_session(world&, const request&, const route&, const std::string& address, instant now);
exchange delete_session(world&, const request&, const route&, const std::string& address, instant now);
exchange create_event(world&, const request&, const route&, const std::string& address, instant now);
exchange list_events(world&, const request&, const route&, const std::string& address, instant now);
exchange read_event(world&, const request&, const route&, const std::string& address, instant now);
exchange read_agent(world&, const request&, const route&, const std::string& address, instant now);
exchange list_agents(world&, const request&, const route&, const std::string& address, instant now);

exchange create_customer(world&, const request&, const route&, const std::string& address, instant now);
exchange read_customer(world&, const request&, const route&, const std::string& address, instant now);

// An exchange that is over with this step.
exchange decided(operation, const std::string& address, step);
// May this operation go on? Else the refusal. Lock held.
std::optional<step> gate(world&, const request&, operation, std::string_view parlant_operation,
                         const std::string& address, instant now);
// 405 with the methods that there are.
step not_allowed(const request&, std::string_view methods);
// What the production policy never lets a guest do.
step forbidden(const request&, std::string_view parlant_operation);
step no_session(const request&, const std::string& id);
step no_item(const request&, const std::string& id);

}  // namespace lstarget
