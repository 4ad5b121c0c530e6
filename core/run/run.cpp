#include "run/run.hpp"

#include <unistd.h>

#include <csignal>
#include <cstdio>

#include "config/effective.hpp"
#include "config/load.hpp"
#include "crash/at_crash.hpp"
#include "log/log.hpp"
#include "model/exit_code.hpp"
#include "run/prepare.hpp"
#include "run/whole_run.hpp"

namespace lsrun::run {

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

}  // namespace lsrun::run
