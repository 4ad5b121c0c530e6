// When an alert begins and when it ends. Pure: once a second it is handed a way to look at figures, and says what
// changed. An alert holds when its figure over its own `for` span crosses its bound.
#pragma once

#include <cstddef>
#include <deque>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "metrics/expression.hpp"
#include "report/accumulator.hpp"

namespace lsrun::run {

struct alert_event {
  std::size_t alert = 0;  // index of the expression
  bool started = false;   // false: it ended
  double at_s = 0;        // run time now
  double from_s = 0;      // since when it holds: the start of the span that was looked at
  double value = 0;       // over that span, now
  double worst = 0;       // of single seconds since from_s: the greatest for `>`, the least for `<`
};

class alert_watch {
 public:
  // A figure over the last so many seconds, in the expression's unit; nullopt: not measured. This is
  // report::accumulator::value.
  using look = std::function<std::optional<double>(const metrics::expression&, double window_s)>;

  explicit alert_watch(std::vector<metrics::expression>);

  // To be called each second of the run, `now_s` being its time. A figure that is not measured leaves its alert as it
  // is. An alert with `for 30s` cannot start before 30 s of the run are over.
  std::vector<alert_event> tick(double now_s, const look&);

  bool active(std::size_t alert) const { return states_[alert].active; }
  const metrics::expression& expression(std::size_t alert) const { return states_[alert].what; }
  std::size_t size() const { return states_.size(); }
  double longest_window_s() const;  // that tick() asks `look` for; 0: there are no alerts
  // All that there were so far, in the order of their start, for the report; those that hold still have no end. At most
  // 1000 are kept apart: a later one extends the last of the same expression.
  const std::vector<report::alert_span>& spans() const { return spans_; }

 private:
  struct state {
    metrics::expression what;
    bool active = false;
    std::optional<double> held_since;  // run time; while the bound is crossed
    std::deque<double> seconds;        // figures of the last seconds, at most the span's
    std::size_t span = 0;              // index in spans_
  };
  std::optional<alert_event> judge(std::size_t alert, double now_s, const look&);
  void remember(state&, std::optional<double> second, double window_s);
  void start(state&, alert_event&);
  void finish(state&, alert_event&);

  std::vector<state> states_;
  std::vector<report::alert_span> spans_;
};

// Does a value cross the bound? "rss > 6GiB": is it greater.
bool crosses(const metrics::expression&, double value);

// "alert: target.rss > 6GiB for 30s: 6.4GiB" or "alert over after 42 s: ..., at worst 6.9GiB": one line for people.
std::string alert_sentence(const alert_event&, const metrics::expression&);

}  // namespace lsrun::run
