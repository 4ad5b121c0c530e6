// The reports of a run made again from its journal.
#include <cmath>
#include <csignal>
#include <cstdio>

#include "config/load.hpp"
#include "live/progress_line.hpp"
#include "metrics/journal.hpp"
#include "model/exit_code.hpp"
#include "report/accumulator.hpp"
#include "report/facts_json.hpp"
#include "report/summary.hpp"
#include "run/prepare.hpp"
#include "run/results.hpp"
#include "run/run.hpp"
#include "time/units.hpp"

namespace lsrun::run {

namespace fs = std::filesystem;

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
