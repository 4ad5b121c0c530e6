#include "dashboard/dashboard.hpp"

#include "report/run_view.hpp"

namespace lsrun::dashboard {

namespace json = boost::json;

dashboard::dashboard(web::server& server, const report::accumulator& run, const std::string& run_id)
    : run_(run), feed_(run_id) {
  server.get("/", [](const web::request&) {
    return web::answer{200, "text/html; charset=utf-8", std::string(page()), {}};
  });
  server.get("/api/v1/snapshot", [this](const web::request&) {
    make_snapshot();
    return web::answer{200, "application/json", snapshot_ + "\n", {}};
  });
  server.get_stream(
      "/api/v1/stream", "text/event-stream",
      [this](const web::request& r, std::shared_ptr<web::stream> viewer) { begin(r, std::move(viewer)); });
}

void dashboard::on_snapshot(const metrics::snapshot& s) {
  progress_ = {s.ending,          s.phase,        s.phase_progress, s.run_progress,
               s.sessions_target, s.sessions_max, s.paused,         s.by_hand};
  snapshot_event_.reset();
  const report::run_view run = run_.view();
  send(feed_.add("second", report::one_line(report::live_second(run, s.last, progress_))));
  if (viewers_.empty() || s.last.end_s - tables_at_s_ < tables_every_s) return;
  tables_at_s_ = s.last.end_s;
  send(feed_.add("tables", report::one_line(report::live_tables(run))));
}

void dashboard::end(const report::ending& how) {
  const report::run_view run = run_.view();
  end_ = how;
  snapshot_event_.reset();
  send(feed_.add("tables", report::one_line(report::live_tables(run))));
  send(feed_.add("end", report::one_line(report::live_end(run, how))));
  for (const auto& viewer : viewers_) viewer->end();
}

std::size_t dashboard::waiting() const {
  std::size_t sum = 0;
  for (const auto& viewer : viewers_) sum += viewer->waiting();
  return sum;
}

void dashboard::send(const bytes& event) {
  std::erase_if(viewers_, [&](const auto& viewer) { return !viewer->send(event); });
}

void dashboard::begin(const web::request& r, std::shared_ptr<web::stream> viewer) {
  viewer->send(std::make_shared<const std::string>(opening));
  auto missed = feed_.since(r.last_event_id);
  if (!missed) {
    make_snapshot();
    missed.emplace(1, snapshot_event_);
  }
  for (const bytes& event : *missed)
    if (!viewer->send(event)) return;
  if (end_) return viewer->end();
  viewers_.push_back(std::move(viewer));
}

void dashboard::make_snapshot() {
  if (snapshot_event_) return;
  const report::run_view run = run_.view();
  json::object document = report::live_snapshot(run, progress_);
  if (end_)
    for (auto& [name, part] : report::live_end(run, *end_)) document[name] = std::move(part);
  snapshot_ = report::one_line(document);
  snapshot_event_ = feed_.snapshot(snapshot_);
}

}  // namespace lsrun::dashboard
