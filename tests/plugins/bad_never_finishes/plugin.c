/* Its turn never ends, and it ignores a cancel. */
#include "../plain.h"

static void step(void *self, void *state, lsrun_session *session, lsrun_step which) {
  if (which != LSRUN_STEP_TURN) plain_step(self, state, session, which);
}
static lsrun_status create(const lsrun_host *host, lsrun_setup *setup, lsrun_scenario *out, lsrun_text_out *error) {
  const lsrun_status status = plain_create(host, out);
  (void)setup, (void)error;
  out->step = step;
  return status;
}
PLAIN_ENTRY("bad_never_finishes", create)
