/* create says that all is well and leaves out the step. */
#include "../plain.h"

static lsrun_status create(const lsrun_host *host, lsrun_setup *setup, lsrun_scenario *out, lsrun_text_out *error) {
  const lsrun_status status = plain_create(host, out);
  (void)setup, (void)error;
  out->step = NULL;
  return status;
}
PLAIN_ENTRY("bad_fills_nonsense", create)
