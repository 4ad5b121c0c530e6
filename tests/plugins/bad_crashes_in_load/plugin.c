/* Dies in a constructor of the shared object, before anything of it is called. */
#include <stdlib.h>

#include "../plain.h"

__attribute__((constructor)) static void die(void) { abort(); }

static lsrun_status create(const lsrun_host *host, lsrun_setup *setup, lsrun_scenario *out, lsrun_text_out *error) {
  (void)setup, (void)error;
  return plain_create(host, out);
}
PLAIN_ENTRY("bad_crashes_in_load", create)
