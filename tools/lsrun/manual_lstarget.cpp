// lstarget(1).
#include "manual_lstarget.hpp"

#include "../lstarget/options.hpp"
#include "manual.hpp"

namespace lsrun::cli {

std::string target_manual_page(const std::string& date) {
  std::string out = manual_head("lstarget", "1", date, "a target to try load tests on");
  out +=
      ".SH SYNOPSIS\n\\fBlstarget\\fR [\\fIOPTION\\fR...]\n.SH DESCRIPTION\n" +
      roff(
          "lstarget imitates two HTTP APIs that hold conversations, with their limits for each client address, and "
          "counts "
          "every request for itself: GET /__lstarget/stats. It writes READY and its address when it listens, and ends "
          "by a signal.") +
      "\n.SH OPTIONS\n";
  for (const auto& option : lstarget::option_list()) {
    std::string words = option.help;
    if (!option.fallback.empty()) words += "; without it " + option.fallback;
    out += tagged("\\fB" + roff(option.names) + "\\fR" + (option.value ? " \\fIVALUE\\fR" : ""), words + ".");
  }
  return out + ".SH SEE ALSO\n.BR lsrun (1)\n";
}

}  // namespace lsrun::cli
