#include "run/crew.hpp"

#include <algorithm>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>

namespace lsrun::run {

crew::crew(shared& s, std::vector<std::vector<std::unique_ptr<plugin::scenario_instance>>> scenarios,
           boost::asio::io_context& io)
    : io_(io) {
  for (std::uint32_t i = 0; i < scenarios.size(); ++i)
    members_.push_back(
        {std::make_unique<worker>(s, i, std::move(scenarios[i])), {}, std::make_unique<metrics::interval>()});
}

crew::~crew() { stop_and_join(); }

void crew::start() {
  for (member& m : members_) m.thread = std::thread([w = m.worker.get()] { w->run(); });
}

void crew::take(std::function<void(metrics::interval&)> got) {
  got_ = std::move(got);
  awaited_ = members_.size();
  sum_.clear();
  open_sum_ = 0;
  pulse_sum_ = {0, time::never};
  for (std::size_t i = 0; i < members_.size(); ++i)
    members_[i].worker->post(
        [this, i,
         spent = std::make_shared<std::unique_ptr<metrics::interval>>(std::move(members_[i].spent))](worker& w) {
          auto mine = std::make_shared<std::unique_ptr<metrics::interval>>(w.take_interval(std::move(*spent)));
          const std::uint64_t open = w.connections().open;
          const worker::pulse pulse = w.take_pulse();
          boost::asio::post(io_, [this, i, mine, open, pulse] { taken(i, std::move(*mine), open, pulse); });
        });
}

void crew::taken(std::size_t from, std::unique_ptr<metrics::interval> mine, std::uint64_t open, worker::pulse pulse) {
  sum_.add_same_time(*mine);
  open_sum_ += open;
  pulse_sum_ = {std::max(pulse_sum_.busy, pulse.busy), std::min(pulse_sum_.silence, pulse.silence)};
  members_[from].spent = std::move(mine);
  if (--awaited_ > 0) return;
  open_connections_ = open_sum_;
  pulse_ = pulse_sum_;
  auto got = std::move(got_);
  got(sum_);
}

void crew::stop_taking_work(std::function<void()> when_idle) {
  busy_ = members_.size();
  auto tell = std::make_shared<std::function<void()>>(std::move(when_idle));
  each([this, tell](worker& w) {
    w.stop_taking_work([this, tell] {
      boost::asio::post(io_, [this, tell] {
        if (--busy_ == 0) (*tell)();
      });
    });
  });
}

void crew::each(const std::function<void(worker&)>& work) {
  for (member& m : members_) m.worker->post(work);
}

void crew::stop_and_join() {
  for (member& m : members_)
    if (m.thread.joinable()) {
      m.worker->post([](worker& w) { w.stop(); });
      m.thread.join();
    }
}

transport::counters crew::connections() const {
  transport::counters sum;
  for (const member& m : members_) {
    const transport::counters& c = m.worker->connections();
    sum.opened += c.opened;
    sum.failed += c.failed;
    sum.closed_by_target += c.closed_by_target;
    sum.replaced += c.replaced;
    sum.open += c.open;
    sum.out_of_files += c.out_of_files;
    sum.out_of_ports += c.out_of_ports;
  }
  return sum;
}

std::size_t crew::bytes() const {
  std::size_t sum = 0;
  for (const member& m : members_) sum += m.worker->bytes();
  return sum;
}

}  // namespace lsrun::run
