// Any bytes as a journal: refused with words, or a report is made of what can be read, and damage is told.
#include <boost/json.hpp>
#include <cstdint>
#include <string>

#include "as_file.hpp"
#include "claim.hpp"
#include "metrics/journal.hpp"
#include "report/accumulator.hpp"
#include "report/facts_json.hpp"
#include "report/summary.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace lsrun;
  using test::claim;
  const test::as_file file({reinterpret_cast<const char*>(data), size});
  auto journal = metrics::journal_reader::open(file.path());
  if (!journal) {
    claim(!journal.error_text().empty(), "a refusal has words");
    return 0;
  }
  auto facts = report::run_facts_from_json(journal->run_facts_json());
  if (!facts) {
    claim(!facts.error_text().empty(), "a refusal has words");
    return 0;
  }
  report::accumulator sum(journal->names(), *facts);
  sum.keep_window(0);
  metrics::interval one;
  while (journal->next(one)) sum.add(one);
  (void)journal->damage();
  report::ending end;
  if (!journal->end_record_json().empty())
    if (auto ended = report::ending_from_json(journal->end_record_json())) end = *ended;
  int exit_code = 0;
  const std::string document = sum.document(end, exit_code);
  boost::json::error_code failed;
  boost::json::parse(document, failed);
  claim(!failed, "the report is JSON", document);
  claim(bool(report::summary(document)), "the summary can be made of it", document);
  return 0;
}
