// Two scenarios and a report in one shared object: a good plugin.
#include <lsrun/report.hpp>
#include <lsrun/scenario.hpp>

template <char Letter>
struct quiet {
  static constexpr char name[] = {'q', 'u', 'i', 'e', 't', '_', Letter, '\0'};
  static constexpr auto help = "sends nothing";
  struct session {};
  lsrun::task<lsrun::outcome> open(lsrun::client&, session&) { co_return lsrun::outcome::ok; }
  lsrun::task<lsrun::outcome> turn(lsrun::client&, session&) { co_return lsrun::outcome::ok; }
};
struct nothing {
  static constexpr auto name = "nothing";
  static constexpr auto help = "writes nothing";
  void write(const lsrun::report_input&, lsrun::report_output&) {}
};
LSRUN_PLUGIN("several", "2.0.0", "more than one", lsrun::scenario<quiet<'a'>>, lsrun::scenario<quiet<'b'>>,
             lsrun::report_writer<nothing>)
