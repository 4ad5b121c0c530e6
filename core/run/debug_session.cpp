#include "run/debug_session.hpp"

#include <atomic>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <csignal>
#include <cstdio>

#include "config/effective.hpp"
#include "log/log.hpp"
#include "metrics/text_cleaning.hpp"
#include "model/exit_code.hpp"
#include "plugin/last_words.hpp"
#include "run/crew.hpp"
#include "run/preflight.hpp"
#include "run/prepare.hpp"
#include "run/resolve.hpp"
#include "run/target_process.hpp"
#include "time/units.hpp"

namespace lsrun::run {

namespace {

constexpr time::span longest = 5 * time::minute;
constexpr std::size_t longest_body = 4096;

config::plan one_session_of(config::plan plan) {
  plan.threads = 1;
  plan.pool.count = 1;
  plan.sessions.max = 1;
  plan.sessions.think_time = {};
  const double turns = plan.sessions.turns.what == load::distribution::kind::none ? 3 : plan.sessions.turns.mean();
  plan.sessions.turns = {load::distribution::kind::constant, turns < 3 ? turns : 3, 0};
  config::phase only;
  only.name = "debug";
  only.duration = longest;
  only.sessions = 1;
  only.shape = load::ramp::step;
  plan.phases = {only};
  plan.load = {};
  plan.reports.clear();
  return plan;
}

// Control characters of the target's text do not reach the terminal, nor do secrets; line by line.
std::string shown(const config::plan& plan, std::string_view text) {
  const std::string whole = config::masked(plan, std::string(text));  // first: a secret may be cut in two below
  std::string_view rest = std::string_view(whole).substr(0, longest_body);
  std::string out;
  while (!rest.empty()) {
    const auto end = rest.find('\n');
    out += metrics::clean_text(rest.substr(0, end), longest_body);
    if (end != std::string_view::npos) out += '\n';
    rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
  }
  if (whole.size() > longest_body) out += "... (" + std::to_string(whole.size()) + " bytes)";
  return out;
}

void trace_into(shared& s) {
  s.trace.sent = [&s](std::string_view operation, std::string_view method, std::string_view target,
                      std::string_view body) {
    std::printf("\n> %s %s   (%s)\n", shown(s.plan, method).c_str(), shown(s.plan, target).c_str(),
                std::string(operation).c_str());
    if (!body.empty()) std::printf("  %s\n", shown(s.plan, body).c_str());
  };
  s.trace.answered = [&s](std::string_view, const transport::answer& a, std::string_view outcome) {
    const std::string took = a.sent == 0 ? "" : " after " + time::format_duration(a.end - a.sent);
    std::printf("< %u %s%s%s\n", a.status, std::string(outcome).c_str(), took.c_str(),
                a.error.empty() ? "" : (": " + shown(s.plan, a.error)).c_str());
    for (std::size_t i = 0; i < a.header_count; ++i)
      std::printf("  %s: %s\n", shown(s.plan, a.headers[i].name).c_str(), shown(s.plan, a.headers[i].value).c_str());
    if (!a.body.empty()) std::printf("\n  %s\n", shown(s.plan, a.body).c_str());
    std::fflush(stdout);
  };
}

int refuse(const config::plan& plan, int code, const std::string& text) {
  std::fprintf(stderr, "%s\n", config::masked(plan, text).c_str());
  return code;
}

// Lets the one session live; returns what was counted.
metrics::interval live(prepared& all) {
  boost::asio::io_context io(1);
  const auto alive = boost::asio::make_work_guard(io);  // while answers come from the worker's thread
  all.shared->start = time::now();
  std::atomic<bool> refused = false;
  all.shared->load_refused = [&refused](const std::string&, unsigned) { refused = true; };
  crew workers(*all.shared, std::move(all.scenarios), io);
  metrics::interval sum;
  boost::asio::steady_timer timer(io);
  bool ending = false;
  std::function<void(boost::system::error_code)> look = [&](boost::system::error_code) {
    workers.take([&](metrics::interval& i) {
      sum.add_later(i);
      const metrics::session_figures& s = sum.sessions;
      const bool over = s.closed + s.expired + s.lost + s.failed_to_open > 0;
      if (ending) {
        io.stop();
        return;
      }
      ending = over || refused || time::now() - all.shared->start > longest;
      if (ending && !over) workers.each([](worker& w) { w.cancel_all(); });
      timer.expires_after(std::chrono::milliseconds(100));
      timer.async_wait(look);
    });
  };
  workers.start();
  look({});
  io.run();
  workers.stop_and_join();
  if (refused) std::puts("\nThe target refuses load tests (status 451, or the header X-Load-Test: refused).");
  return sum;
}

}  // namespace

int debug_session(config::plan given) {
  std::signal(SIGPIPE, SIG_IGN);
  connect_plugins();
  log::to_terminal(log::level::info);
  prepared all = prepare(one_session_of(std::move(given)));
  if (!all.problems.empty()) {
    std::fputs(config::masked(all.shared->plan, config::render(all.problems)).c_str(), stderr);
    return all.plugin_refused ? model::exit_plugin_refused : model::exit_usage;
  }
  hide_secrets_in_log(all.shared->plan);
  shared& s = *all.shared;
  s.most_opened = 1;
  s.run_id = new_run_id();
  std::unique_ptr<target_process> launched;
  if (!s.plan.target.launch.empty()) {
    auto started = target_process::launch(s.plan.target.launch);
    if (!started) return refuse(s.plan, model::exit_target_unreachable, started.error_text());
    launched = std::move(*started);
  }
  auto address = resolve(s.plan.target.host, s.plan.target.port);
  if (!address) return refuse(s.plan, model::exit_target_unreachable, address.error_text());
  s.transport.target = *address;
  const findings leave = judge_target(s.plan.target, *address);
  if (!leave.errors.empty()) return refuse(s.plan, leave.exit_code, leave.errors.front());
  if (launched) {
    auto health = wait_for_health(health_probe(s.plan.target, *address), launched.get(), 30 * time::second);
    if (!health) return refuse(s.plan, model::exit_target_unreachable, health.error_text());
  }
  trace_into(s);
  const plugin::last_words words("", -1);
  const metrics::interval sum = live(all);
  std::printf("\n%llu requests, %llu steps, %llu of them failed\n",
              static_cast<unsigned long long>(metrics::requests_of(sum).total()),
              static_cast<unsigned long long>(sum.steps.started), static_cast<unsigned long long>(sum.steps.failed));
  return sum.steps.failed == 0 && sum.steps.started > 0 ? model::exit_passed : model::exit_crossed;
}

}  // namespace lsrun::run
