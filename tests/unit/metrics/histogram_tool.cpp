// For the cross check with HdrHistogram's Python package. usage: histogram_tool encode < values (one "value count" a
// line), prints the base64 text; histogram_tool decode < text, prints count, max, then p50 p90 p99 p99.9.
#include <iostream>

#include "metrics/histogram.hpp"

int main(int argc, char** argv) {
  const std::string what = argc == 2 ? argv[1] : "";
  lsrun::metrics::histogram h;
  if (what == "encode") {
    std::int64_t value = 0;
    std::uint64_t count = 0;
    while (std::cin >> value >> count) h.record(value, count);
    std::cout << h.encode_base64() << "\n";
    return 0;
  }
  std::string text;
  if (what != "decode" || !(std::cin >> text) || !h.decode_base64(text)) {
    std::cerr << "usage: histogram_tool encode|decode\n";
    return 2;
  }
  std::cout << h.count() << " " << h.max();
  for (const double p : {50.0, 90.0, 99.0, 99.9}) std::cout << " " << h.percentile(p);
  std::cout << "\n";
  return 0;
}
