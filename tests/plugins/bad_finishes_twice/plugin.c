/* Ends each step twice. */
#include "../plain.h"

static void step(void *self, void *state, lsrun_session *session, lsrun_step which) {
  const lsrun_str why = {"the second time", 15};
  plain_step(self, state, session, which);
  host_->finish_step(session, LSRUN_OUTCOME_SERVER_ERROR, 0, why);
}
static lsrun_status create(const lsrun_host *host, lsrun_setup *setup, lsrun_scenario *out, lsrun_text_out *error) {
  const lsrun_status status = plain_create(host, out);
  (void)setup, (void)error;
  out->step = step;
  return status;
}
PLAIN_ENTRY("bad_finishes_twice", create)
