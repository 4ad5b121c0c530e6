// A run's stations in their order, and what a user is told and left with at each.
#include "run/whole_run.hpp"

#include <cmath>
#include <cstdio>

#include "config/effective.hpp"
#include "config/figures.hpp"
#include "config/load.hpp"
#include "log/log.hpp"
#include "metrics/histogram_log.hpp"
#include "model/exit_code.hpp"
#include "plugin/last_words.hpp"
#include "report/facts_json.hpp"
#include "report/summary.hpp"
#include "run/early_signals.hpp"
#include "run/machine.hpp"
#include "run/preflight.hpp"
#include "run/results.hpp"
#include "run/runner.hpp"
#include "run/serving.hpp"
#include "run/target_metrics.hpp"
#include "run/watching.hpp"
#include "time/units.hpp"

namespace lsrun::run {

void whole_run::say(const std::string& text) const {
  if (doing_) doing_->make_room();
  std::fprintf(stderr, "%s\n", config::masked(shared_.plan, text).c_str());
  log::info(text);
}

void whole_run::open_directory() {
  made_ = missing_directories(shared_.plan.results);
  auto made = make_run_directory(shared_.plan.results, shared_.plan.name);
  if (!made) {
    std::string text = config::render({{shared_.plan.results_where, made.error_text(), ""}});
    text.pop_back();  // say() ends the line
    throw refusal{model::exit_usage, text};
  }
  directory_ = *made;
  const std::string failed = log::open(directory_ / "lsrun.log");
  if (!failed.empty()) throw refusal{model::exit_usage, failed};
  const std::string unwritten = write_file(directory_ / "effective.toml", config::effective_toml(shared_.plan));
  if (!unwritten.empty()) throw refusal{model::exit_usage, unwritten};
}

void whole_run::look_before() {
  findings found = preflight(shared_.plan, shared_.addresses, shared_.transport.target, directory_, health_known_);
  for (const std::string& note : found.notes) log::info(note);
  for (const std::string& warning : found.warnings) say("warning: " + warning);
  if (found.errors.empty()) return;
  std::string text;
  for (const std::string& error : found.errors) text += (text.empty() ? "" : "\n") + error;
  throw refusal{found.exit_code, text + "\nNothing was sent."};
}

report::ending whole_run::load() {
  const report::run_facts facts = facts_of(shared_, options_);
  auto journal = metrics::journal_writer::create(directory_ / "journal.jsonl", report::to_json(facts), shared_.names);
  if (!journal) throw refusal{model::exit_usage, journal.error_text()};
  journal_ = std::move(*journal);
  shared_.start = time::now() + 10 * time::millisecond;
  const double epoch_s = static_cast<double>(read_machine().utc_s);
  auto histograms = metrics::histogram_log::create(directory_ / "histograms.hlog", epoch_s, shared_.names);
  if (!histograms) throw refusal{model::exit_usage, histograms.error_text()};
  auto io = std::make_unique<boost::asio::io_context>(1);
  accumulator_ = std::make_unique<report::accumulator>(shared_.registry, facts);
  auto workers = std::make_unique<crew>(shared_, std::move(all_.scenarios), *io);
  auto served = std::make_unique<serving>(*io, *accumulator_, shared_.run_id, options_);
  for (const std::string& place : served->places()) say(place);
  now_doing("");
  watching watch(shared_, facts, options_, *io, served->places());
  std::vector<metrics::sink*> sinks{journal_.get(), histograms->get()};
  for (metrics::sink* s : served->sinks()) sinks.push_back(s);
  for (metrics::sink* s : watch.sinks()) sinks.push_back(s);
  probe_settings health = health_probe(shared_.plan.target, shared_.transport.target);
  if (shared_.plan.target.health == "none") health.path.clear();
  const auto tell = [&watch](const std::string& text) { watch.say(text); };
  std::optional<target_metrics> own_metrics;
  if (metrics_from_) {
    std::vector<metrics::series_selector> wanted;
    for (const config::check& c : shared_.plan.target.metrics_series)
      if (const auto s = metrics::parse_series(c.expression)) wanted.push_back(*s);  // checked at the start
    own_metrics.emplace(*io, *metrics_from_, std::move(wanted), shared_.names, [this, tell](const std::string& text) {
      log::warning(text);
      tell(config::masked(shared_.plan, text));
    });
  }
  begun_ = true;
  link_latest(directory_);
  const plugin::last_words words(
      "The journal holds what was counted until then: `lsrun report " + directory_.string() + "` makes reports of it.",
      journal_->file());
  runner course({shared_, *workers, *io, *accumulator_, sinks, launched_.get(), watched_, health,
                 own_metrics ? &*own_metrics : nullptr, tell});
  watch.obey(course);
  report::ending end = course.go();
  served->end(end);
  const auto peak = accumulator_->total().sessions.peak_alive;
  if (peak > 0) end.bytes_per_session = std::round(static_cast<double>(workers->bytes()) / static_cast<double>(peak));
  if (workers->left_behind() > 0) {  // never taken down: a thread may come back to it
    left_behind_ = true;
    static_cast<void>(workers.release());
    static_cast<void>(io.release());
  }
  return end;
}

int whole_run::write(const report::ending& end) {
  const bool whole = journal_->error().empty();  // else the runner has told
  journal_->end(report::to_json(end));
  if (whole && !journal_->error().empty()) say("error: " + journal_->error());
  int exit_code = model::exit_internal;
  doing_->at({}, "figures");
  const std::string document = accumulator_->document(end, exit_code);
  std::vector<std::string> files;
  const auto failures = write_reports(all_.reports, document, directory_, files, *doing_);
  now_doing("");
  for (const std::string& f : failures) say("error: " + f);
  std::string shown;
  for (const std::string& f : files)
    if (shown.empty() || f.ends_with(".html")) shown = (directory_ / f).string();
  if (!failures.empty() && exit_code == model::exit_passed) exit_code = model::exit_internal;
  const auto summary =
      report::summary(document, {options_.colour, shown.empty() ? directory_.string() : shown, exit_code});
  if (summary) std::fputs(("\n" + *summary).c_str(), stdout);
  std::fflush(stdout);
  return exit_code;
}

// A run that ends before its first request leaves nothing behind but what its launched target wrote.
int whole_run::refused(int exit_code, const std::string& text) {
  say(text);
  if (begun_ || directory_.empty()) return exit_code;
  launched_.reset();
  log::close();
  if (!discard_run_directory(directory_, made_) && fs::exists(directory_ / "target.log"))
    std::fprintf(stderr, "What the target wrote: %s\n", (directory_ / "target.log").c_str());
  return exit_code;
}

void whole_run::look_for_signal() const {
  if (const int number = early_signals::came())
    throw refusal{model::exit_interrupted,
                  std::string(signal_name(number)) + " came before the load began. Nothing was sent."};
}

int whole_run::go() {
  const early_signals signals;
  try {
    shared_.run_id = new_run_id();
    open_directory();
    look_for_signal();
    start_target();
    now_doing("waiting for the target");
    find_target();
    look_for_signal();
    now_doing("looking before the run whether it can go well");
    look_before();
    look_for_signal();
    watch_target_process();
    now_doing("making room for " + time::format_count(std::min(shared_.phases.largest(), shared_.plan.sessions.max)) +
              " sessions");
    const report::ending end = load();
    now_doing("stopping the target");
    if (launched_) launched_->stop();
    now_doing("writing reports");
    return write(end);
  } catch (const refusal& r) {
    now_doing("");
    return refused(r.exit_code, r.text);
  } catch (const std::exception& e) {
    now_doing("");
    return refused(begun_ ? model::exit_internal : model::exit_usage, std::string("error: ") + e.what());
  }
}

}  // namespace lsrun::run
