// Writes three run reports and the schema into a directory: for the schema's check, for report writers' tests and for
// whoever wants to see what a report holds. usage: sample_document DIRECTORY
#include <cstdio>
#include <fstream>

#include "unit/report/synthetic_run.hpp"

int main(int argc, char** argv) {
  using namespace lsrun;
  if (argc != 2) {
    std::fputs("usage: sample_document DIRECTORY\n", stderr);
    return 2;
  }
  const std::string directory = argv[1];
  const auto write = [&](const std::string& name, std::string_view text) {
    std::ofstream(directory + "/" + name, std::ios::binary) << text;
  };
  int exit_code = 0;
  const auto rich = test::make_synthetic_run();
  write("sample.json", test::document_of(rich, exit_code));
  write("empty.json", test::document_of(test::make_empty_run(), exit_code));
  auto interrupted = test::make_synthetic_run(20);
  interrupted.seconds.resize(13);
  interrupted.end = {};
  interrupted.end.how = report::validity::interrupted;
  interrupted.end.reasons = {"interrupted by SIGINT in phase steady"};
  write("interrupted.json", test::document_of(interrupted, exit_code));
  write("schema.json", report::schema());
  return 0;
}
