/* Needs a function that nothing has. */
#include "../plain.h"

extern int a_function_that_nothing_has(void);

static lsrun_status create(const lsrun_host *host, lsrun_setup *setup, lsrun_scenario *out, lsrun_text_out *error) {
  (void)setup, (void)error;
  return a_function_that_nothing_has() ? plain_create(host, out) : LSRUN_ERROR;
}
PLAIN_ENTRY("bad_undefined_symbol", create)
