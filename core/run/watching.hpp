// Who watches a run while it goes on: the full-screen view where there is a terminal, else a line a second.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "live/view.hpp"
#include "metrics/console.hpp"
#include "report/accumulator.hpp"
#include "run/run.hpp"
#include "run/shared.hpp"

namespace lsrun::run {

class runner;

class watching {
 public:
  // Takes the terminal if there is one and the options want the view; `good_to_know` is shown there too. [main-thread,
  // as all]
  watching(const shared&, const report::run_facts&, const options&, boost::asio::io_context&,
           const std::vector<std::string>& good_to_know);

  std::vector<metrics::sink*> sinks();
  void obey(runner&);  // keys go to this runner, which outlives its go()
  // A sentence for the user. While the view is shown it stands there already, because it is logged as a warning.
  void say(const std::string& text) const;

 private:
  std::unique_ptr<live::view> view_;
  std::unique_ptr<metrics::console> console_;
};

}  // namespace lsrun::run
