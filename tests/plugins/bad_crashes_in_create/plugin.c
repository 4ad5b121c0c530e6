/* Writes to address 0 while it is created. */
#include "../plain.h"

static lsrun_status create(const lsrun_host *host, lsrun_setup *setup, lsrun_scenario *out, lsrun_text_out *error) {
  volatile int *volatile nowhere = NULL;
  (void)setup, (void)error;
  *nowhere = 1;
  return plain_create(host, out);
}
PLAIN_ENTRY("bad_crashes_in_create", create)
