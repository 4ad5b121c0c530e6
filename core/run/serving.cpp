#include "run/serving.hpp"

#include <chrono>
#include <stdexcept>

namespace lsrun::run {

namespace {
constexpr std::chrono::milliseconds last_patience{1000};  // for viewers to take the end
}

serving::serving(boost::asio::io_context& io, const report::accumulator& run, const std::string& run_id,
                 const options& o)
    : io_(io) {
  if (o.dashboard) {
    web::server& server = at(*o.dashboard, "--dashboard");
    dashboard_ = std::make_unique<dashboard::dashboard>(server, run, run_id);
    places_.push_back("the run is shown at " + server.url() + "/");
  }
  if (o.prometheus) {
    web::server& server = at(*o.prometheus, "--prometheus");
    exporter_ = std::make_unique<prometheus::exporter>(server, run);
    places_.push_back("metrics for Prometheus are at " + server.url() + "/metrics");
  }
}

web::server& serving::at(const web::place& place, const char* option) {
  for (const auto& [known, server] : servers_)
    if (known == place) return *server;
  auto server = web::server::listen(io_, place);
  if (!server) throw std::runtime_error(std::string(option) + ": " + server.error_text());
  return *servers_.emplace_back(place, std::move(*server)).second;
}

std::vector<metrics::sink*> serving::sinks() {
  std::vector<metrics::sink*> list;
  if (dashboard_) list.push_back(dashboard_.get());
  if (exporter_) list.push_back(exporter_.get());
  return list;
}

void serving::end(const report::ending& how) {
  if (!dashboard_) return;
  dashboard_->end(how);
  io_.restart();
  const auto until = std::chrono::steady_clock::now() + last_patience;
  while (dashboard_->waiting() > 0 && std::chrono::steady_clock::now() < until)
    io_.run_one_for(std::chrono::milliseconds(50));
}

}  // namespace lsrun::run
