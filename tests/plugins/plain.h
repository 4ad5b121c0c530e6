/* What the faulty plugins in C have in common: a scenario whose every step is over at once, and an entry for it. */
#ifndef LSRUN_TESTS_PLAIN_H
#define LSRUN_TESTS_PLAIN_H

#include <lsrun/abi.h>
#include <string.h>

static const lsrun_host *host_;

static inline void plain_construct(void *self, void *state) { (void)self, (void)state; }
static inline void plain_step(void *self, void *state, lsrun_session *session, lsrun_step which) {
  const lsrun_str none = {NULL, 0};
  (void)self, (void)state, (void)which;
  host_->finish_step(session, LSRUN_OUTCOME_OK, 0, none);
}
static inline void plain_destroy(void *self) { (void)self; }

/* Fills *out with the scenario above; returns what create is to return. */
static inline lsrun_status plain_create(const lsrun_host *host, lsrun_scenario *out) {
  lsrun_scenario s;
  memset(&s, 0, sizeof s);
  host_ = host;
  s.struct_size = sizeof s;
  s.session_size = 8;
  s.session_align = 8;
  s.construct = plain_construct;
  s.step = plain_step;
  s.destruct = plain_construct;
  s.destroy = plain_destroy;
  *out = s;
  return LSRUN_OK;
}

#define PLAIN_ENTRY(plugin_name, create)                                                          \
  static const lsrun_scenario_type types_[] = {                                                   \
      {sizeof(lsrun_scenario_type), 0, plugin_name, "faulty on purpose", {NULL, 0, 0}, create}};  \
  LSRUN_EXPORT const lsrun_plugin lsrun_plugin_entry = {sizeof(lsrun_plugin),                     \
                                                        LSRUN_MAGIC,                              \
                                                        LSRUN_ABI_MAJOR,                          \
                                                        0,                                        \
                                                        0,                                        \
                                                        plugin_name,                              \
                                                        "1.0.0",                                  \
                                                        "faulty on purpose",                      \
                                                        {types_, 1, sizeof(lsrun_scenario_type)}, \
                                                        {NULL, 0, 0}};
#endif
