#include "run/watching.hpp"

#include <cstdio>
#include <ctime>

#include "run/date_text.hpp"
#include "run/runner.hpp"

namespace lsrun::run {

namespace {

std::string local_time_of_day() { return date_text(std::time(nullptr), zone::local, "%H:%M:%S"); }

live::course course_of(const shared& s, const report::run_facts& facts) {
  std::vector<live::phase_span> phases;
  for (const auto& p : facts.phases) phases.push_back({p.name, p.start_s, p.end_s});
  return {facts.name, facts.target_url, std::move(phases), facts.planned_s, s.addresses.size()};
}

}  // namespace

watching::watching(const shared& s, const report::run_facts& facts, const options& o, boost::asio::io_context& io,
                   const std::vector<std::string>& good_to_know) {
  if (o.quiet == 0)
    if (auto terminal = live::terminal::take())
      view_ = std::make_unique<live::view>(io, std::move(terminal), course_of(s, facts), o.colour);
  if (view_)
    for (const std::string& text : good_to_know) view_->tell(text);
  if (!view_ && o.quiet < 2 && (o.quiet == 0 || o.on_terminal))
    console_ = std::make_unique<metrics::console>(stdout, local_time_of_day, o.colour);
}

std::vector<metrics::sink*> watching::sinks() {
  std::vector<metrics::sink*> list;
  if (view_) list.push_back(view_.get());
  if (console_) list.push_back(console_.get());
  return list;
}

void watching::obey(runner& r) {
  if (view_)
    view_->obey(
        {[&r] { return r.toggle_pause(); }, [&r](bool up) { return r.step_rates(up); }, [&r] { r.end_by_hand(); }});
}

void watching::say(const std::string& text) const {
  if (!view_) std::fprintf(stderr, "%s\n", text.c_str());
}

}  // namespace lsrun::run
