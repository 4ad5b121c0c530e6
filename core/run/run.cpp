#include "run/run.hpp"

#include <unistd.h>

#include <cmath>
#include <csignal>
#include <cstdio>

#include "config/effective.hpp"
#include "config/figures.hpp"
#include "config/load.hpp"
#include "live/progress_line.hpp"
#include "log/log.hpp"
#include "metrics/histogram_log.hpp"
#include "metrics/journal.hpp"
#include "model/exit_code.hpp"
#include "plugin/last_words.hpp"
#include "report/accumulator.hpp"
#include "report/facts_json.hpp"
#include "report/summary.hpp"
#include "run/early_signals.hpp"
#include "run/machine.hpp"
#include "run/preflight.hpp"
#include "run/prepare.hpp"
#include "run/results.hpp"
#include "run/runner.hpp"
#include "run/serving.hpp"
#include "run/target_metrics.hpp"
#include "run/watching.hpp"
#include "time/units.hpp"

namespace lsrun::run {

namespace fs = std::filesystem;

namespace {

constexpr time::span health_patience = 30 * time::second;  // of a target that was launched

// The end of a run before its first request, with what to say and how to exit.
struct refusal {
  int exit_code;
  std::string text;
};

report::run_facts facts_of(const shared& s, const options& o) {
  const config::plan& plan = s.plan;
  report::run_facts f;
  f.id = s.run_id;
  f.name = plan.name;
  f.lsrun_version = o.version;
  f.command = config::masked(plan, o.command);
  f.effective_toml = config::effective_toml(plan);
  f.started_utc = utc_stamp();
  f.target_url = config::masked(plan, plan.target.url);
  f.time_scale = plan.time_scale;
  f.seed = plan.seed;
  f.threads = plan.threads;
  f.config_json = config::effective_json(plan);
  f.planned_sessions = std::min(s.phases.largest(), plan.sessions.max);
  f.planned_s = time::seconds(plan.duration());
  for (std::size_t i = 0; i < plan.phases.size(); ++i)
    f.phases.push_back({plan.phases[i].name, time::seconds(s.phases.start_of(i)),
                        time::seconds(s.phases.start_of(i + 1)), s.phases.sessions_at_end_of(i)});
  for (const auto* checks : {&plan.thresholds, &plan.abort})
    for (const config::check& c : *checks) f.thresholds.push_back(c.expression);
  f.environment_json = environment_json(read_machine());
  return f;
}

// Everything of one run that lives from the first line to the last.
class whole_run {
 public:
  whole_run(prepared all, const options& o) : all_(std::move(all)), shared_(*all_.shared), options_(o) {}

  int go();
  bool left_behind() const { return left_behind_; }

 private:
  void open_directory();
  void start_target();
  void find_target();
  void find_metrics();
  void look_before();
  void watch_target_process();
  report::ending load();
  int write(const report::ending&);
  int refused(int exit_code, const std::string& text);
  void look_for_signal() const;
  // What is being done now, for the user if it takes long; "": nothing of that kind.
  void now_doing(const std::string& what) {
    doing_.reset();
    if (!what.empty()) doing_ = std::make_unique<live::progress_line>(options_.quiet > 0, what);
  }
  void say(const std::string& text) const {
    if (doing_) doing_->make_room();
    std::fprintf(stderr, "%s\n", config::masked(shared_.plan, text).c_str());
    log::info(text);
  }

  prepared all_;
  shared& shared_;
  const options& options_;
  fs::path directory_;
  std::vector<fs::path> made_;  // directories above it that there were not before
  bool begun_ = false;          // requests may have been sent
  std::unique_ptr<target_process> launched_;
  std::unique_ptr<process_watch> found_;
  process_watch* watched_ = nullptr;
  bool health_known_ = false;
  std::optional<probe_settings> metrics_from_;
  bool left_behind_ = false;  // a worker's thread still runs, held by a plugin
  std::unique_ptr<report::accumulator> accumulator_;
  std::unique_ptr<metrics::journal_writer> journal_;
  std::unique_ptr<live::progress_line> doing_;
};

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

void whole_run::start_target() {
  const config::target& t = shared_.plan.target;
  if (t.launch.empty()) return;
  auto started = target_process::launch(t.launch, directory_ / "target.log");
  if (!started) throw refusal{model::exit_target_unreachable, started.error_text()};
  launched_ = std::move(*started);
  say("target launched: " + t.launch);
}

void whole_run::find_target() {
  const config::target& t = shared_.plan.target;
  const bool bound = shared_.plan.pool.mode != config::pool_mode::forwarded;
  int family = AF_UNSPEC;
  if (bound && !shared_.addresses.empty() && shared_.addresses[0].bind) family = shared_.addresses[0].bind->ss_family;
  const time::span patience = launched_ ? 0 : time::second;
  // A launched target may need a while until it listens: its address is taken first, its health waited for below.
  auto address = resolve(t.host, t.port, family, patience);
  if (!address) throw refusal{model::exit_target_unreachable, address.error_text()};
  shared_.transport.target = *address;
  find_metrics();
  if (!launched_) return;
  doing_->at({}, "", time::now() + health_patience);
  auto health = wait_for_health(health_probe(t, *address), launched_.get(), health_patience,
                                [] { return early_signals::came() != 0; });
  look_for_signal();
  if (!health) throw refusal{model::exit_target_unreachable, health.error_text()};
  health_known_ = true;
}

// The endpoint of the target's own metrics. That its host has no address is no reason not to run.
void whole_run::find_metrics() {
  const config::target& t = shared_.plan.target;
  if (t.metrics == "none") return;
  const bool own = t.metrics_at.host == t.host && t.metrics_at.port == t.port;
  const auto address = own ? model::result(shared_.transport.target) : resolve(t.metrics_at.host, t.metrics_at.port);
  if (!address) return say("warning: the target's metrics are not asked for: " + address.error_text());
  if (const findings f = judge_host(t.metrics_at.host, t.authorized, *address); !f.errors.empty())
    throw refusal{f.exit_code, f.errors.front() + "\nNothing was sent."};
  metrics_from_ = metrics_probe(t, *address);
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

void whole_run::watch_target_process() {
  const config::target& t = shared_.plan.target;
  if (launched_ && t.pid == 0) {
    watched_ = &launched_->watch();
    return;
  }
  auto pid = t.pid != 0 ? std::optional<pid_t>(static_cast<pid_t>(t.pid)) : std::nullopt;
  if (!pid && is_this_machine(shared_.transport.target)) pid = find_listener(t.port);
  if (!pid) return;
  found_ = std::make_unique<process_watch>(*pid);
  watched_ = found_.get();
  log::info("the target's process is " + std::to_string(*pid));
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

}  // namespace

int run(config::plan plan, const options& o) {
  std::signal(SIGPIPE, SIG_IGN);
  std::signal(SIGXFSZ, SIG_IGN);  // a file that may not grow is an error of its writer, not lsrun's end
  connect_plugins();
  prepared all = prepare(std::move(plan));
  if (!all.problems.empty()) {
    std::fputs(config::masked(all.shared->plan, config::render(all.problems)).c_str(), stderr);
    return all.plugin_refused ? model::exit_plugin_refused : model::exit_usage;
  }
  hide_secrets_in_log(all.shared->plan);
  auto whole = std::make_unique<whole_run>(std::move(all), o);
  const int exit_code = whole->go();
  log::close();
  if (!whole->left_behind()) return exit_code;
  std::fflush(nullptr);
  crash::run(0);
  ::_exit(exit_code);  // nothing is taken down under a thread that still runs
}

int report_again(const fs::path& directory, const config::plan& plan, const options& o) {
  std::signal(SIGXFSZ, SIG_IGN);
  std::vector<config::problem> problems;
  bool refused = false;
  const std::vector<report_writer> writers = find_reports(plan, problems, refused);
  if (!problems.empty()) {
    std::fputs(config::render(problems).c_str(), stderr);
    return refused ? model::exit_plugin_refused : model::exit_usage;
  }
  const auto fail = [](const std::string& text) {
    std::fprintf(stderr, "%s\n", text.c_str());
    return model::exit_usage;
  };
  auto journal = metrics::journal_reader::open(directory / "journal.jsonl");
  if (!journal) return fail(journal.error_text());
  auto facts = report::run_facts_from_json(journal->run_facts_json());
  if (!facts) return fail(facts.error_text());
  report::accumulator sum(journal->names(), *facts);
  sum.keep_window(0);
  metrics::interval one;
  double last_s = 0;
  auto doing = std::make_unique<live::progress_line>(o.quiet > 0, "reading the journal");
  const std::string size = time::format_size(journal->size());
  while (journal->next(one)) {
    sum.add(one);
    last_s = one.end_s;
    doing->at(journal->share(), size);
  }
  report::ending end;
  if (journal->end_record_json().empty()) {
    end.how = report::validity::interrupted;
    const std::string where = "the journal stops after " +
                              time::format_duration(time::from_seconds(std::floor(last_s))) + " without an end: ";
    end.reasons.push_back(where +
                          (journal->crash().empty() ? "lsrun was killed, or the run still goes on" : journal->crash()));
  } else if (auto ended = report::ending_from_json(journal->end_record_json())) {
    end = *ended;
  } else {
    return fail(ended.error_text());
  }
  // Without a line from its middle the sums are not the run's. What was under way when a run was killed is no such
  // loss.
  if (!journal->damage().empty()) (journal->has_gaps() ? end.broken_laws : end.reasons).push_back(journal->damage());
  doing.reset();
  doing = std::make_unique<live::progress_line>(o.quiet > 0, "writing reports");
  doing->at({}, "figures");
  int exit_code = model::exit_internal;
  const std::string document = sum.document(end, exit_code);
  std::vector<std::string> files;
  const auto failures = write_reports(writers, document, directory, files, *doing);
  doing.reset();
  for (const std::string& f : failures) return fail(f);
  for (const std::string& f : files) std::printf("%s\n", (directory / f).c_str());
  const auto summary = report::summary(document, {o.colour, ""});
  if (summary) std::fputs(summary->c_str(), stdout);
  return exit_code;
}

}  // namespace lsrun::run
