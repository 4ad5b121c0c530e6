// What plugins may ask of a step: checks of the contract, then on to the worker.
#include "run/step.hpp"

#include <algorithm>

#include "config/effective.hpp"
#include "load/distribution.hpp"
#include "log/log.hpp"
#include "run/worker.hpp"

namespace lsrun::run {

namespace {
constexpr std::uint64_t step_draws = 1ull << 40, message_draws = 1ull << 36;
constexpr std::size_t longest_text = 200;  // why a step failed, bytes
}  // namespace

lsrun_status step::operation(std::string_view name, std::uint32_t& id) {
  const auto found = worker->shared_.names.operation(name);
  if (!found) return LSRUN_LIMIT;
  id = *found;
  return worker->know(id) ? LSRUN_OK : LSRUN_LIMIT;
}

void step::cancel(lsrun_op* handle) {
  auto* sought = reinterpret_cast<run::operation*>(handle);
  for (run::operation* op = operations; op != nullptr; op = op->next)
    if (op == sought) {
      worker->cancel_operation(op);
      return;
    }
}

void step::info(lsrun_session_info& out) noexcept {
  const session::row& r = *session;
  const shared& s = worker->shared_;
  out.turn = r.turn;
  out.turns = r.turns;
  out.tenant = r.tenant;
  out.number = r.number;
  out.address = plugin::str(s.addresses[worker->global(r.address)].text);
  out.tenant_name = s.plan.tenants.empty() ? lsrun_str{"", 0} : plugin::str(s.plan.tenants[r.tenant].name);
  out.run_id = plugin::str(s.run_id);
}

lsrun_status step::tenant_value(std::string_view key, lsrun_str& value) {
  const auto& tenants = worker->shared_.plan.tenants;
  if (tenants.empty()) return LSRUN_NOT_FOUND;
  const auto& values = tenants[session->tenant].values;
  const auto found = values.find(std::string(key));
  if (found == values.end()) return LSRUN_NOT_FOUND;
  value = plugin::str(found->second);
  return LSRUN_OK;
}

// Random: any message, by (seed, session, draw). In order: each session goes through the file from its first line on.
lsrun_str step::next_message() {
  const shared& s = worker->shared_;
  session::row& r = *session;
  const std::uint64_t drawn = r.messages++;
  const std::uint64_t index =
      s.plan.messages.random ? load::mix(worker->seed_, r.number, message_draws + drawn) : drawn;
  const std::size_t i = index % s.messages.size();
  return s.message_has_placeholder[i] == 0 ? plugin::str(s.messages[i]) : filled_in(i);
}

lsrun_str step::filled_in(std::size_t index) {
  const shared& s = worker->shared_;
  const session::row& r = *session;
  message = s.messages[index];
  const auto fill = [&](std::string_view key, const std::string& value) {
    for (std::size_t at = message.find(key); at != std::string::npos; at = message.find(key, at + value.size()))
      message.replace(at, key.size(), value);
  };
  fill("{session}", std::to_string(r.number));
  fill("{turn}", std::to_string(r.turn));
  fill("{tenant}", s.plan.tenants.empty() ? std::string() : s.plan.tenants[r.tenant].name);
  return plugin::str(message);
}

std::uint64_t step::random() {
  const session::row& r = *session;
  return load::mix(worker->shared_.plan.seed, r.number,
                   step_draws * (1 + static_cast<std::uint64_t>(kind)) + (std::uint64_t{r.turn} << 16) + draws++);
}

void step::add(std::uint32_t metric, std::int64_t value) noexcept { worker->shard_.scenario_value(metric, value); }

lsrun_status step::finished_twice() const {
  log::error("scenario " + worker->scenarios_[scenario]->name() + ": finish_step was called twice for one " +
             std::string(model::name(kind)) + " step; the second call is ignored");
  return LSRUN_BAD_ARGUMENT;
}

void step::keep_reason(std::string_view why) {
  text = config::masked(worker->shared_.plan, std::string(why)).substr(0, longest_text);
  if (outcome == model::outcome::plugin_fault)
    log::error("scenario " + worker->scenarios_[scenario]->name() + ": fault in a " + std::string(model::name(kind)) +
               " step: " + text);
}

lsrun_status step::finish_step(lsrun_outcome how, std::uint32_t with, std::string_view why) {
  if (finished) return finished_twice();
  finished = true;
  over = worker->now_;
  outcome = how < LSRUN_OUTCOME_COUNT ? static_cast<model::outcome>(how) : model::outcome::plugin_fault;
  flags = with;
  if (!why.empty() || outcome == model::outcome::plugin_fault) [[unlikely]]
    keep_reason(why);
  for (run::operation* op = operations; op != nullptr; op = op->next)
    if (op->at != run::operation::stage::ending) worker->cancel_operation(op);
  if (in_flight == 0) worker->ended_.push_back(this);
  return LSRUN_OK;
}

}  // namespace lsrun::run
