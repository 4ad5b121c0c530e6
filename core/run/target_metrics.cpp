#include "run/target_metrics.hpp"

#include <algorithm>

#include "config/nearest.hpp"
#include "time/steady.hpp"

namespace lsrun::run {

namespace {

constexpr time::span patience = 5 * time::second;
constexpr time::span ahead = 100 * time::millisecond;  // of a second's end

std::vector<std::string> names_in(const std::string& text) {
  std::vector<std::string> names;
  metrics::exposition_reader reader(text);
  for (metrics::exposed_sample s; reader.next(s);)
    if (names.empty() || names.back() != s.name) names.emplace_back(s.name);
  return names;
}

}  // namespace

target_metrics::target_metrics(boost::asio::io_context& io, probe_settings from,
                               std::vector<metrics::series_selector> wanted, metrics::registry& names,
                               std::function<void(const std::string&)> say)
    : io_(io), due_(io), from_(std::move(from)), series_(std::move(wanted)), names_(names), say_(std::move(say)) {
  for (const auto& s : series_.series()) names_.target_series(s.text);
}

void target_metrics::begin(time::instant start) {
  start_ = start;
  ask();
  arm();
}

void target_metrics::stop() {
  stopped_ = true;
  due_.cancel();
}

void target_metrics::arm() {
  const time::span since = std::max<time::span>(time::now() - start_ + ahead, 0);
  const time::instant next = start_ + (since / time::second + 1) * time::second - ahead;
  due_.expires_at(time::steady_point(next));
  due_.async_wait([this](boost::system::error_code failed) {
    if (failed || stopped_) return;
    ask();
    arm();
  });
}

void target_metrics::ask() {
  if (asking_) return;
  asking_ = true;
  async_fetch(io_, from_, patience, [this](const model::result<page>& answer) {
    asking_ = false;
    answered(answer);
  });
}

metrics::series_readings target_metrics::take() { return std::exchange(since_, {}); }

void target_metrics::answered(const model::result<page>& answer) {
  if (!answer) return failed(answer.error_text());
  if (answer->status != 200)
    return failed("GET " + from_.url + " is answered with status " + std::to_string(answer->status));
  auto reading = series_.read(answer->body, time::now());
  if (reading.samples == 0)
    return failed("what GET " + from_.url + " gives is no Prometheus text: no line is a sample");
  if (!read_) tell_first(reading, answer->body);
  ++since_.answered;
  if (!reading.values.empty()) since_.values = std::move(reading.values);
}

void target_metrics::failed(const std::string& why) {
  ++since_.failed;
  if (!std::exchange(failure_said_, true))
    say_("the target's metrics cannot be read: " + why + "; they are asked for again each second, the run goes on");
}

void target_metrics::tell_first(const metrics::target_series::reading& reading, const std::string& text) {
  read_ = true;
  const auto& series = series_.series();
  for (const auto& s : series) names_.target_series(s.text);
  if (reading.damaged > 0)
    say_(std::to_string(reading.damaged) + " lines of the target's metrics could not be read and are left out");
  if (series.empty())
    say_("the target's metrics have none of those that are shown by themselves: name some in `metrics_series`");
  std::vector<std::string> there;
  for (std::size_t i = 0; i < series.size(); ++i) {
    if (reading.found[i]) continue;
    if (there.empty()) there = names_in(text);
    const std::string meant = config::nearest(series[i].name, there);
    const bool by_labels = meant == series[i].name;
    say_("the target's metrics have no `" + series[i].text + "` yet" +
         (by_labels       ? ", but others of that name"
          : meant.empty() ? ""
                          : "; did you mean `" + meant + "`?"));
  }
}

}  // namespace lsrun::run
