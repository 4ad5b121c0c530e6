/* A whole scenario in plain C, by the header alone: one GET a turn. Built by the other compiler, where there is one. */
#include <lsrun/abi.h>
#include <stdlib.h>
#include <string.h>

struct scenario {
  const lsrun_host *host;
  uint32_t operation, metric;
  char path[64];
  size_t path_size;
};
struct state { /* of a session: what one step needs */
  struct scenario *scenario;
  lsrun_session *session;
  uint64_t turns;
};

static lsrun_str str(const char *text) {
  const lsrun_str s = {text, strlen(text)};
  return s;
}

static void construct(void *self, void *state) {
  struct state *s = state;
  memset(s, 0, sizeof *s);
  s->scenario = self;
}
static void done(void *user, const lsrun_http_reply *reply) {
  struct state *s = user;
  const lsrun_host *host = s->scenario->host;
  lsrun_session *session = s->session;
  host->add(session, s->scenario->metric, (int64_t)reply->body.len);
  host->finish_step(session, reply->outcome, 0, reply->error);
}
static void step(void *self, void *state, lsrun_session *session, lsrun_step which) {
  struct scenario *own = self;
  struct state *s = state;
  lsrun_http_request q;
  lsrun_header accept;
  lsrun_status status;
  s->session = session;
  if (which != LSRUN_STEP_TURN) {
    own->host->finish_step(session, LSRUN_OUTCOME_OK, 0, str(""));
    return;
  }
  ++s->turns;
  accept.name = str("Accept");
  accept.value = str("*/*");
  memset(&q, 0, sizeof q);
  q.struct_size = sizeof q;
  q.operation = own->operation;
  q.method = str("GET");
  q.target.ptr = own->path;
  q.target.len = own->path_size;
  q.headers = &accept;
  q.header_count = 1;
  q.user = s;
  q.done = done;
  status = own->host->http(session, &q, NULL);
  if (status != LSRUN_OK)
    own->host->finish_step(session, status == LSRUN_CANCELLED ? LSRUN_OUTCOME_CANCELLED : LSRUN_OUTCOME_PLUGIN_FAULT, 0,
                           str("http refused the request"));
}
static void destruct(void *self, void *state) {
  (void)self;
  memset(state, 0, sizeof(struct state));
}
static void destroy(void *self) { free(self); }

static lsrun_status create(const lsrun_host *host, lsrun_setup *setup, lsrun_scenario *out, lsrun_text_out *error) {
  static const char no_room[] = "the option `path` is too long";
  struct scenario *own = calloc(1, sizeof *own);
  lsrun_value path;
  memset(&path, 0, sizeof path);
  path.struct_size = sizeof path;
  if (!own || host->option(setup, str("path"), &path) != LSRUN_OK || path.string.len > sizeof own->path ||
      host->define_operation(setup, str("chat"), NULL, 0, &own->operation) != LSRUN_OK ||
      host->define_metric(setup, str("body_size"), LSRUN_METRIC_NUMBER, str("bytes"), str("of an answer"),
                          &own->metric) != LSRUN_OK) {
    if (error && error->capacity >= sizeof no_room) memcpy(error->ptr, no_room, error->len = sizeof no_room - 1);
    free(own);
    return LSRUN_ERROR;
  }
  own->host = host;
  memcpy(own->path, path.string.ptr, own->path_size = path.string.len);
  out->struct_size = sizeof *out;
  out->session_size = sizeof(struct state);
  out->session_align = sizeof(void *);
  out->flags = LSRUN_SCENARIO_NO_CLOSE;
  out->self = own;
  out->construct = construct;
  out->step = step;
  out->cancel = NULL;
  out->destruct = destruct;
  out->destroy = destroy;
  return LSRUN_OK;
}

#define STR(text) \
  { text, sizeof text - 1 }
static const lsrun_option options[] = {
    {STR("path"), LSRUN_TYPE_STRING, 0, STR("/health"), STR("what is asked for"), {NULL, 0}}};
static const lsrun_scenario_type types[] = {
    {sizeof(lsrun_scenario_type), 0, CANARY_NAME, "one GET a turn, in C", {options, 1, sizeof options[0]}, create}};
LSRUN_EXPORT const lsrun_plugin lsrun_plugin_entry = {
    sizeof(lsrun_plugin),        LSRUN_MAGIC, LSRUN_ABI_MAJOR, 0, 0, CANARY_NAME, "1.0.0", "a scenario in C",
    {types, 1, sizeof types[0]}, {NULL, 0, 0}};
