// For the cross check with HdrHistogram's Python package. usage: histogram_tool encode < values (one "value count" a
// line), prints the base64 text; histogram_tool log FILE < values, writes a histogram log with them as one second of
// operation "chat"; histogram_tool percentiles P... < values, prints the value at each; histogram_tool decode < text,
// prints count, max, then p50 p90 p99 p99.9.
#include <iostream>
#include <string>

#include "metrics/histogram.hpp"
#include "metrics/histogram_log.hpp"

namespace {

int write_log(const std::string& path, const lsrun::metrics::histogram& h) {
  lsrun::metrics::registry names;
  lsrun::metrics::interval i;
  i.operations.resize(*names.operation("chat") + 1);
  i.operations[0].response_time = h;
  i.start_s = 3;
  i.end_s = 4;
  const auto log = lsrun::metrics::histogram_log::create(path, 1767268800, names);
  if (!log) return 1;
  (*log)->append(i);
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  const std::string what = argc >= 2 ? argv[1] : "";
  lsrun::metrics::histogram h;
  if (what == "encode" || what == "percentiles" || (what == "log" && argc == 3)) {
    std::int64_t value = 0;
    std::uint64_t count = 0;
    while (std::cin >> value >> count) h.record(value, count);
    if (what == "log") return write_log(argv[2], h);
    if (what == "percentiles") {
      for (int i = 2; i < argc; ++i) std::cout << h.percentile(std::stod(argv[i])) << "\n";
      return 0;
    }
    std::cout << h.encode_base64() << "\n";
    return 0;
  }
  std::string text;
  if (what != "decode" || !(std::cin >> text) || !h.decode_base64(text)) {
    std::cerr << "usage: histogram_tool encode|decode|log FILE|percentiles P...\n";
    return 2;
  }
  std::cout << h.count() << " " << h.max();
  for (const double p : {50.0, 90.0, 99.0, 99.9}) std::cout << " " << h.percentile(p);
  std::cout << "\n";
  return 0;
}
