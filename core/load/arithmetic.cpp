// One pass over the phases; every finding names the phase, both numbers, and what would make it fit.
#include "load/arithmetic.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>

#include "time/units.hpp"

namespace lsrun::load {
namespace {

using std::optional;

std::string count_text(double n) {
  return time::format_count(static_cast<std::uint64_t>(std::llround(std::max(0.0, n))));
}
std::string span_text(double seconds) { return time::format_duration(time::from_seconds(std::min(seconds, 1e9))); }

// As many digits as tell a wait from a think time that is a thousand times as long.
std::string four_digits(double seconds) {
  char text[32];
  std::snprintf(text, sizeof text, "%.4g", seconds);
  return text;
}

optional<double> lesser(optional<double> a, optional<double> b) {
  if (!a) return b;
  if (!b) return a;
  return std::min(*a, *b);
}

class estimator {
 public:
  explicit estimator(const figures& f)
      : f_(f), create_(permits_per_second(f, "create_session")), chat_(permits_per_second(f, "chat")) {}

  estimate run() {
    for (const auto& b : f_.budgets)
      e_.budgets.push_back({b.operation, b.per_second * (1 - f_.headroom),
                            b.per_second * (1 - f_.headroom) * static_cast<double>(f_.addresses)});
    for (const auto& p : f_.phases) add_phase(p);
    totals();
    check_base();
    check_threshold();
    if (f_.no_refusals && f_.headroom <= 0 && !f_.budgets.empty())
      note("", "no refusal is allowed, but `headroom` is 0", "leave some percent: clocks and network delays differ");
    return std::move(e_);
  }

 private:
  void note(const std::string& phase, const std::string& text, const std::string& advice) {
    e_.findings.push_back({phase, false, text, advice});
  }
  void misfit(const std::string& phase, const std::string& text, const std::string& advice) {
    e_.findings.push_back({phase, true, text, advice});
  }

  // Sessions alive at the phase's end and on average in it.
  std::pair<double, double> alive(const phase& p, double seconds) const {
    const auto before = static_cast<double>(alive_);
    if (f_.arrivals <= 0) {
      if (p.shape == ramp::hold) return {before, before};
      const auto end = static_cast<double>(p.sessions);
      return {end, p.shape == ramp::step ? end : (before + end) / 2};
    }
    const auto most = static_cast<double>(f_.max_sessions);
    const double life = f_.turns.mean() * f_.think.mean() / 1e9;
    const double settled = f_.turns.mean() > 0 ? std::min(most, f_.arrivals * life) : most;
    const double end = std::clamp(before + f_.arrivals * seconds, std::min(before, settled), std::max(before, settled));
    return {end, (before + end) / 2};
  }

  void add_phase(const phase& p) {
    const double seconds = time::seconds(p.duration);
    const auto [end, mean] = alive(p, seconds);
    phase_line line;
    line.name = p.name;
    line.duration = p.duration;
    line.from = alive_;
    line.to = static_cast<std::uint64_t>(std::llround(end));
    turns(line, mean);
    creation(line, p, seconds);
    check_creation(line, p, seconds);
    check_closing(line, seconds);
    check_expiry(line, mean);
    alive_ = line.to;
    e_.peak_sessions = std::max(e_.peak_sessions, alive_);
    e_.phases.push_back(line);
  }

  void turns(phase_line& line, double mean_alive) const {
    const double think = f_.think.mean() / 1e9;
    if (mean_alive <= 0)
      line.turns_wanted = 0;
    else if (f_.arrivals > 0 && f_.turns.mean() > 0)
      line.turns_wanted = f_.arrivals * f_.turns.mean();
    else if (think > 0)
      line.turns_wanted = mean_alive / think;
    line.mean_alive = mean_alive;
    line.turns_allowed = lesser(f_.base, chat_);
    line.turns_expected = lesser(line.turns_wanted, line.turns_allowed);
    // Only the limit makes a turn wait for a permit; the base rate plans it later instead.
    const auto demand = lesser(line.turns_wanted, f_.base);
    if (chat_ && *chat_ > 0 && mean_alive > 0 && (!demand || *demand > *chat_))
      line.throttle = time::from_seconds(std::max(0.0, mean_alive / *chat_ - (demand ? mean_alive / *demand : 0)));
  }

  void creation(phase_line& line, const phase& p, double seconds) {
    const double growth = line.to > line.from ? static_cast<double>(line.to - line.from) : 0;
    line.close = line.to < line.from ? static_cast<double>(line.from - line.to) : 0;
    double replaced = 0;
    if (f_.turns.mean() > 0 && line.turns_expected) replaced = *line.turns_expected * seconds / f_.turns.mean();
    // In a phase that shrinks, sessions that have ended are not replaced.
    if (line.close > 0) replaced = 0;
    line.create = f_.arrivals > 0 ? f_.arrivals * seconds : growth + replaced;
    if (create_) line.create_permits = *create_ * seconds;
    e_.sessions_created += lesser(line.create, line.create_permits).value_or(0);
    if (line.create <= 0) return;
    const bool at_once = p.shape == ramp::step && replaced <= 0 && f_.arrivals <= 0;
    creating_ += at_once ? (create_ && *create_ > 0 ? std::min(seconds, growth / *create_) : 0) : seconds;
  }

  void check_creation(const phase_line& line, const phase& p, double seconds) {
    if (line.create <= 0 || !line.create_permits) return;
    const double per_address = *create_ / static_cast<double>(f_.addresses);
    const std::string allowed = count_text(*line.create_permits) + " (" + time::format_rate(*create_) + ") over " +
                                count_text(f_.addresses) + (f_.addresses == 1 ? " address" : " addresses");
    if (line.create > *line.create_permits * 1.001) {
      const auto addresses = std::ceil(line.create / seconds / per_address);
      misfit(line.name,
             "creates " + count_text(line.create) + " sessions in " + time::format_duration(line.duration) + " (" +
                 time::format_rate(line.create / seconds) + "), but create_session allows " + allowed,
             per_address > 0 ? "raise pool.count to " + count_text(addresses) + ", or give it " +
                                   span_text(line.create / *create_) + ", or create fewer sessions"
                             : "raise the limit");
    } else if (p.shape == ramp::step && line.to > line.from && *create_ > 0) {
      note(line.name,
           "wants " + count_text(static_cast<double>(line.to - line.from)) +
               " more sessions at once; the limits allow " + time::format_rate(*create_) +
               ", so the last is there after " + span_text(static_cast<double>(line.to - line.from) / *create_),
           "");
    }
  }

  void check_closing(const phase_line& line, double seconds) {
    const auto closing = permits_per_second(f_, "delete_session");
    if (line.close <= 0 || !closing || line.close <= *closing * seconds * 1.001) return;
    note(line.name,
         "closes " + count_text(line.close) + " sessions in " + time::format_duration(line.duration) +
             "; where that takes a request each, the limits allow " + count_text(*closing * seconds),
         *closing > 0 ? "give it " + span_text(line.close / *closing) + ", or raise pool.count" : "");
  }

  // A session that waits longer for its next turn than it may be idle expires in between.
  void check_expiry(const phase_line& line, double mean_alive) {
    if (!f_.expire_after || !line.turns_expected || mean_alive <= 0) return;
    const double cycle = *line.turns_expected > 0 ? mean_alive / *line.turns_expected : 1e9;
    if (cycle <= time::seconds(*f_.expire_after)) return;
    misfit(line.name,
           "a session has a turn every " + span_text(cycle) + ", but expires after " +
               time::format_duration(*f_.expire_after) + " without one",
           "raise the rate, add addresses, have fewer sessions or a longer expire_after");
  }

  void totals() {
    double turns = 0;
    bool known = true;
    for (const auto& p : e_.phases) {
      if (p.turns_expected)
        turns += *p.turns_expected * time::seconds(p.duration);
      else
        known = false;
    }
    if (known) e_.turns = turns;
    if (known) e_.requests = e_.sessions_created + turns;
    e_.sessions_closed = std::max(0.0, e_.sessions_created - static_cast<double>(alive_));
    if (e_.sessions_created > 0 && creating_ > 0) e_.created_per_s = e_.sessions_created / creating_;
    e_.peak_connections = std::min(e_.peak_sessions, f_.arrivals > 0 ? f_.max_sessions : e_.peak_sessions);
    if (f_.connections_per_address)
      e_.peak_connections = std::min<std::uint64_t>(
          e_.peak_connections, static_cast<std::uint64_t>(*f_.connections_per_address) * f_.addresses);
  }

  void check_base() {
    const auto n = static_cast<double>(f_.addresses);
    if (f_.base && chat_ && *f_.base > *chat_ * 1.001)
      note("",
           "the base rate asks for " + time::format_rate(*f_.base) + " (" + time::format_rate(*f_.base / n) +
               " an address), the chat limit with headroom allows " + time::format_rate(*chat_) + " (" +
               time::format_rate(*chat_ / n) + " an address): the limit decides",
           "");
    double wanted = 0;
    std::string at;
    for (const auto& p : e_.phases)
      if (p.turns_wanted && *p.turns_wanted > wanted) wanted = *p.turns_wanted, at = p.name;
    if (f_.base && wanted > 0 && wanted < *lesser(f_.base, chat_) * 0.999 && f_.think.mean() > 0)
      note("",
           "the base rate plans " + time::format_rate(*f_.base) + ", but think times leave sessions for at most " +
               time::format_rate(wanted) + " (phase `" + at + "`): planned turns will be missed",
           "shorten think_time, have more sessions or lower base");
    for (const auto& p : e_.phases) {
      if (p.throttle <= 0) continue;
      const auto demand = lesser(p.turns_wanted, f_.base);
      note(p.name,
           "asks for " + (demand ? time::format_rate(*demand) : std::string("turns back to back")) +
               ", the limits allow " + time::format_rate(*chat_) + ": a turn waits about " +
               time::format_duration(p.throttle) + " for its permit",
           count_text(p.mean_alive) + " sessions / " + time::format_rate(*chat_) + " = " +
               four_digits(p.mean_alive / *chat_) + "s from a session's turn to its next, " +
               four_digits(demand ? p.mean_alive / *demand : 0) + "s of it planned");
    }
  }

  void check_threshold() {
    if (!f_.created_at_least) return;
    const double bound = *f_.created_at_least;
    const std::string asks = ", but the threshold asks for at least " + time::format_number(bound) + "/s";
    if (e_.sessions_created <= 0) {
      misfit("", "no session is created" + asks, "remove the threshold or add sessions");
    } else if (e_.created_per_s && *e_.created_per_s * f_.time_scale < bound * 0.9999) {
      misfit("",
             "sessions_created_per_s will be about " + time::format_number(*e_.created_per_s * f_.time_scale) + "/s" +
                 asks,
             "make the phases that create sessions shorter, or create more");
    }
  }

  const figures& f_;
  optional<double> create_, chat_;
  estimate e_;
  std::uint64_t alive_ = 0;
  double creating_ = 0;  // seconds in which sessions are created
};

}  // namespace

bool estimate::fits() const {
  return std::none_of(findings.begin(), findings.end(), [](const finding& f) { return f.misfit; });
}

std::optional<double> permits_per_second(const figures& f, const std::string& operation) {
  if (std::find(f.unlimited.begin(), f.unlimited.end(), operation) != f.unlimited.end()) return std::nullopt;
  const budget* found = nullptr;
  for (const auto& b : f.budgets) {
    if (b.operation == operation) found = &b;
    if (b.operation == "default" && !found) found = &b;
  }
  if (!found) return std::nullopt;
  return found->per_second * (1 - f.headroom) * static_cast<double>(f.addresses);
}

estimate estimate_of(const figures& f) { return estimator(f).run(); }

}  // namespace lsrun::load
