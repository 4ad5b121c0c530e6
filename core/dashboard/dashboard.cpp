#include "dashboard/dashboard.hpp"

#include <algorithm>
#include <ctime>

#include "report/run_view.hpp"

namespace lsrun::dashboard {

namespace json = boost::json;

namespace {

// Processor time: on a busy machine the clock says more about others.
std::chrono::nanoseconds used_by_thread() {
  timespec t{};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
  return std::chrono::seconds(t.tv_sec) + std::chrono::nanoseconds(t.tv_nsec);
}

}  // namespace

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

// What `make` makes, as text, and when it may be made again.
template <class Make>
std::string dashboard::made(Make make, instant& next, std::chrono::nanoseconds least) const {
  const std::chrono::nanoseconds began = used_by_thread();
  std::string text = report::one_line(make());
  const std::chrono::duration<double> used = used_by_thread() - began;
  next = std::chrono::steady_clock::now() +
         std::max<instant::duration>(least, std::chrono::duration_cast<instant::duration>(used / most_share));
  return text;
}

void dashboard::on_snapshot(const metrics::snapshot& s) {
  progress_ = {s.ending,          s.phase,        s.phase_progress, s.run_progress,
               s.sessions_target, s.sessions_max, s.paused,         s.by_hand};
  const instant now = std::chrono::steady_clock::now();
  if (now >= next_snapshot_) snapshot_event_.reset();
  const report::run_view run = run_.view();
  send(feed_.add("second", report::one_line(report::live_second(run, progress_))));
  if (viewers_.empty() || now < next_tables_) return;
  send(feed_.add("tables", made([&] { return report::live_tables(run); }, next_tables_, tables_every)));
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
    missed = feed_.since(snapshot_id_);
    missed->insert(missed->begin(), snapshot_event_);
  }
  for (const bytes& event : *missed)
    if (!viewer->send(event)) return;
  if (end_) return viewer->end();
  viewers_.push_back(std::move(viewer));
}

void dashboard::make_snapshot() {
  if (snapshot_event_ && feed_.since(snapshot_id_)) return;
  snapshot_ = made(
      [this] {
        const report::run_view run = run_.view();
        json::object document = report::live_snapshot(run, progress_);
        if (end_)
          for (auto& [name, part] : report::live_end(run, *end_)) document[name] = std::move(part);
        return document;
      },
      next_snapshot_, {});
  snapshot_event_ = feed_.snapshot(snapshot_);
  snapshot_id_ = feed_.id();
}

}  // namespace lsrun::dashboard
