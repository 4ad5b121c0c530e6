// What a run answers over HTTP while it goes on: the live page and metrics for Prometheus, at one port or two.
#pragma once

#include <boost/asio/io_context.hpp>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "dashboard/dashboard.hpp"
#include "prometheus/exporter.hpp"
#include "run/run.hpp"

namespace lsrun::run {

class serving {
 public:
  // Listens where the options say so. Throws std::runtime_error where it cannot, which says what to do. `io` and the
  // accumulator outlive it. [main-thread, as all]
  serving(boost::asio::io_context& io, const report::accumulator&, const std::string& run_id, const options&);

  std::vector<metrics::sink*> sinks();
  const std::vector<std::string>& places() const { return places_; }  // sentences: what is where
  // The run is over: viewers are told, and have a moment to take it.
  void end(const report::ending&);

 private:
  web::server& at(const web::place&, const char* option);  // throws std::runtime_error

  boost::asio::io_context& io_;
  std::vector<std::pair<web::place, std::unique_ptr<web::server>>> servers_;
  std::unique_ptr<dashboard::dashboard> dashboard_;
  std::unique_ptr<prometheus::exporter> exporter_;
  std::vector<std::string> places_;
};

}  // namespace lsrun::run
