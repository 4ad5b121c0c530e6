/* The boundary between lsrun and its plugins: versioned C structs, nothing else crosses it.
 *
 * Rules, for both sides
 * - Every struct begins with struct_size, set by whoever fills it; a reader looks at a field only after
 *   LSRUN_HAS(struct, field). Published structs are never edited: fields are appended, or a new name is used.
 * - Nobody frees the other side's memory. Strings are borrowed: each function says until when.
 * - Every function ends with the thread that it is called on:
 *     [main-thread]     load, create, destroy, and the definitions made inside create
 *     [session-thread]  all calls and completions of one session: never two at once, never re-entrant
 *     [report-thread]   a report writer's write
 *     [thread-safe]     any thread
 * - No exception crosses: function pointers are noexcept in C++; a status and a text do.
 * - Times are nanoseconds of CLOCK_MONOTONIC, as lsrun_host.now_ns gives them; spans are nanoseconds.
 */
#ifndef LSRUN_ABI_H
#define LSRUN_ABI_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
#define LSRUN_NOEXCEPT noexcept
extern "C" {
#else
#define LSRUN_NOEXCEPT
#endif

#define LSRUN_ABI_MAJOR 1u
#define LSRUN_ABI_MINOR 1u
#define LSRUN_MAGIC 0x4e55524cu /* "LRUN" */

/* Does the struct that p points at reach as far as field? */
#define LSRUN_HAS(type, p, field) (offsetof(type, field) + sizeof((p)->field) <= (p)->struct_size)

#if defined(_WIN32)
#error "lsrun runs on Linux"
#else
#define LSRUN_EXPORT __attribute__((visibility("default")))
#endif

/* ---- small things ---------------------------------------------------------------------------------------- */

typedef struct lsrun_str { /* borrowed UTF-8, not terminated; ptr may be NULL when len is 0 */
  const char *ptr;
  size_t len;
} lsrun_str;

typedef struct lsrun_array { /* count items, item_size bytes apart: items may grow in a later version */
  const void *items;
  size_t count;
  size_t item_size;
} lsrun_array;

typedef struct lsrun_text_out { /* a buffer of the caller that the callee writes a message into */
  char *ptr;
  size_t capacity;
  size_t len; /* written by the callee, <= capacity */
} lsrun_text_out;

typedef int32_t lsrun_status;
#define LSRUN_OK 0
#define LSRUN_ERROR (-1)        /* see the text that came with it */
#define LSRUN_CANCELLED (-2)    /* the step was cancelled: nothing new is started */
#define LSRUN_BAD_ARGUMENT (-3) /* the caller broke the contract; logged with the plugin's name */
#define LSRUN_NOT_FOUND (-4)
#define LSRUN_LIMIT (-5) /* too many operations, metrics or operations in flight */

/* How a request or a step ended; exactly one each. Words of the report. */
typedef uint32_t lsrun_outcome;
#define LSRUN_OUTCOME_OK 0u
#define LSRUN_OUTCOME_BUSINESS_ERROR 1u /* refused by the system's own rules; counts as success */
#define LSRUN_OUTCOME_RATE_LIMITED 2u   /* refused by a rate limit, in whatever form */
#define LSRUN_OUTCOME_TIMEOUT 3u        /* no complete answer within its time */
#define LSRUN_OUTCOME_CONNECT_ERROR 4u  /* no connection */
#define LSRUN_OUTCOME_SERVER_ERROR 5u   /* HTTP 5xx or its like in an envelope */
#define LSRUN_OUTCOME_CLIENT_ERROR 6u   /* HTTP 4xx other than 429 */
#define LSRUN_OUTCOME_PROTOCOL_ERROR 7u /* not HTTP, cut off, or not what the scenario can read */
#define LSRUN_OUTCOME_CANCELLED 8u      /* lsrun ended it (cleanup, end of run, interrupt) */
#define LSRUN_OUTCOME_EMPTY_POLL 9u     /* a long poll that ended empty as announced; neither success nor failure */
#define LSRUN_OUTCOME_PLUGIN_FAULT 10u  /* steps only: the plugin threw, or broke the contract */
#define LSRUN_OUTCOME_COUNT 11u

typedef uint32_t lsrun_step;
#define LSRUN_STEP_OPEN 0u
#define LSRUN_STEP_TURN 1u
#define LSRUN_STEP_CLOSE 2u

typedef uint32_t lsrun_level;
#define LSRUN_LOG_DEBUG 0u
#define LSRUN_LOG_INFO 1u
#define LSRUN_LOG_WARNING 2u
#define LSRUN_LOG_ERROR 3u

typedef struct lsrun_session lsrun_session; /* one session during one step; valid until finish_step returns */
typedef struct lsrun_op lsrun_op;           /* one operation in flight; valid until its done returns */
typedef struct lsrun_setup lsrun_setup;     /* a create or write call's options; valid until that call returns */

/* ---- options --------------------------------------------------------------------------------------------- */

typedef uint32_t lsrun_type;
#define LSRUN_TYPE_STRING 0u
#define LSRUN_TYPE_INTEGER 1u
#define LSRUN_TYPE_NUMBER 2u
#define LSRUN_TYPE_BOOLEAN 3u
#define LSRUN_TYPE_DURATION 4u /* TOML: a string with a unit, "500ms"; value: integer, nanoseconds */
#define LSRUN_TYPE_RATIO 5u    /* TOML: a string "10%"; value: number, 0..1 */

typedef struct lsrun_option {
  lsrun_str key; /* snake_case */
  lsrun_type type;
  uint32_t required;  /* 1: the config must set it; fallback is then unused */
  lsrun_str fallback; /* the default, written as in TOML without quotes: "60s", "true", "/chat" */
  lsrun_str help;     /* one sentence, shown by `lsrun plugins NAME` */
  lsrun_str choices;  /* strings only: allowed words, "poll|sse"; empty: any */
} lsrun_option;

typedef struct lsrun_value {
  uint32_t struct_size;
  lsrun_type type;
  lsrun_str string; /* STRING; valid until the call that got the lsrun_setup returns */
  int64_t integer;  /* INTEGER, DURATION (ns) */
  double number;    /* NUMBER, RATIO */
  uint32_t boolean; /* BOOLEAN */
} lsrun_value;

/* ---- HTTP ------------------------------------------------------------------------------------------------ */

typedef struct lsrun_header {
  lsrun_str name, value;
} lsrun_header;

#define LSRUN_HTTP_LONG_POLL 1u /* the target holds the answer on purpose: kept out of every latency */
#define LSRUN_HTTP_EMPTY_504 2u /* a 504 is the announced end of an empty wait: outcome empty_poll */
#define LSRUN_HTTP_SSE 4u       /* decode text/event-stream: on_event is called for each event */
#define LSRUN_HTTP_NO_RETRY 8u  /* a refusal completes the operation instead of being retried by the host */

#define LSRUN_CONTINUE 0
#define LSRUN_STOP 1 /* returned by on_data or on_event: enough; the answer ends here, well */

typedef struct lsrun_http_reply { /* valid until done returns */
  uint32_t struct_size;
  lsrun_outcome outcome;                               /* the host's word, after classify */
  uint32_t status;                                     /* HTTP status, 0: no answer */
  uint32_t attempts;                                   /* 1 + retries */
  lsrun_str body;                                      /* whole body; empty if it was streamed */
  lsrun_str error;                                     /* words when there is no usable answer, else empty */
  uint64_t planned_ns, sent_ns, first_byte_ns, end_ns; /* of the last attempt; 0: did not happen */
  const void *host_data;                               /* for lsrun_host.reply_header */
} lsrun_http_reply;

typedef struct lsrun_sse_event { /* valid until on_event returns */
  uint32_t struct_size;
  uint32_t reserved;
  lsrun_str event, data, id; /* by the WHATWG rules; event is "message" when the stream names none */
  uint64_t at_ns;            /* when its last byte was read */
} lsrun_sse_event;

typedef struct lsrun_http_request { /* borrowed by the host until http() returns; it copies what it needs */
  uint32_t struct_size;
  uint32_t flags;     /* LSRUN_HTTP_... */
  uint32_t operation; /* an id of lsrun_host.operation: what it is counted as and whose budgets it draws on */
  uint32_t header_count;
  lsrun_str method, target, body; /* target: path and query; a base path in target.url is put in front */
  const lsrun_header *headers;    /* besides Host, Content-Length, the pool's and the config's */
  uint64_t timeout_ns;            /* from sent to end; 0: target.request_timeout */
  void *user;
  /* Once, when all is over; never inside http(). [session-thread] */
  void (*done)(void *user, const lsrun_http_reply *reply) LSRUN_NOEXCEPT;
  /* What a complete answer means, asked for every attempt before retry and counting; NULL: by HTTP status.
     reply->outcome holds the host's guess. May write a short reason into text (kept with the failure). [session-thread]
   */
  lsrun_outcome (*classify)(void *user, const lsrun_http_reply *reply, lsrun_text_out *text) LSRUN_NOEXCEPT;
  /* Body bytes as they come, of answers with status 2xx; NULL: collect into reply->body. [session-thread] */
  int32_t (*on_data)(void *user, lsrun_str piece, uint64_t at_ns) LSRUN_NOEXCEPT;
  /* With LSRUN_HTTP_SSE, events of answers with status 2xx. [session-thread] */
  int32_t (*on_event)(void *user, const lsrun_sse_event *event) LSRUN_NOEXCEPT;
} lsrun_http_request;

/* ---- what a session knows -------------------------------------------------------------------------------- */

typedef struct lsrun_session_info { /* strings valid until the step's end */
  uint32_t struct_size;
  uint32_t turn;         /* 1 for the first turn step; 0 in open */
  uint32_t turns;        /* how many this session means to take; 0: no end of its own */
  uint32_t tenant;       /* index in [[tenants]], 0 if there are none */
  uint64_t number;       /* 0, 1, 2 ... unique in the run, over all workers */
  lsrun_str address;     /* its client address */
  lsrun_str tenant_name; /* "" if there are no tenants */
  lsrun_str run_id;      /* the run's id: unique over runs, fit for a URL */
} lsrun_session_info;

/* ---- metrics --------------------------------------------------------------------------------------------- */

typedef uint32_t lsrun_metric_kind;
#define LSRUN_METRIC_TIME 0u   /* a distribution of spans, added in ns, reported in ms */
#define LSRUN_METRIC_COUNT 1u  /* a sum */
#define LSRUN_METRIC_NUMBER 2u /* a distribution of whole numbers (bytes, tokens), reported in its unit */

/* ---- the host -------------------------------------------------------------------------------------------- */

typedef struct lsrun_host {
  uint32_t struct_size;
  uint16_t abi_major, abi_minor;
  const char *version; /* of lsrun */

  /* Something with a name that this version does not have in the struct, e.g. "lsrun.websocket/1"; NULL: absent.
   * [thread-safe] */
  const void *(*get_extension)(const char *id)LSRUN_NOEXCEPT;
  /* A line for lsrun's log, under the plugin's name. [thread-safe] */
  void (*log)(lsrun_level level, lsrun_str text) LSRUN_NOEXCEPT;
  uint64_t (*now_ns)(void) LSRUN_NOEXCEPT; /* [thread-safe] */

  /* The value of a declared option. LSRUN_NOT_FOUND: not declared. [main-thread, report-thread] */
  lsrun_status (*option)(lsrun_setup *, lsrun_str key, lsrun_value *out) LSRUN_NOEXCEPT;
  /* Defines an operation and the budgets of [limits] that it draws on (none given: its own name; a budget without
     a limit of its own falls to `default`). The same name twice gives the same id. [main-thread] */
  lsrun_status (*define_operation)(lsrun_setup *, lsrun_str name, const lsrun_str *budgets, size_t budget_count,
                                   uint32_t *id) LSRUN_NOEXCEPT;
  /* Defines a metric of this scenario; the report shows it under this name. [main-thread] */
  lsrun_status (*define_metric)(lsrun_setup *, lsrun_str name, lsrun_metric_kind kind, lsrun_str unit, lsrun_str help,
                                uint32_t *id) LSRUN_NOEXCEPT;

  /* The id of an operation's name, defined now if it was not; keep it, the look-up costs. [session-thread] */
  lsrun_status (*operation)(lsrun_session *, lsrun_str name, uint32_t *id) LSRUN_NOEXCEPT;
  /* Starts a request: waits for its permits, sends, retries what the config says. LSRUN_OK: done will come exactly
     once, later. Anything else: nothing was started and no done comes. op may be NULL. [session-thread] */
  lsrun_status (*http)(lsrun_session *, const lsrun_http_request *, lsrun_op **op) LSRUN_NOEXCEPT;
  /* A pause of the scenario's own; the same promise as http. A cancelled pause comes early with LSRUN_CANCELLED.
     [session-thread] */
  lsrun_status (*sleep)(lsrun_session *, uint64_t span_ns, void *user,
                        void (*done)(void *user, lsrun_status) LSRUN_NOEXCEPT, lsrun_op **op) LSRUN_NOEXCEPT;
  /* Asks an operation to end; its done still comes, as cancelled. [session-thread] */
  void (*cancel)(lsrun_session *, lsrun_op *) LSRUN_NOEXCEPT;
  /* A header of the last attempt's answer, names without case; LSRUN_NOT_FOUND. Valid until done returns.
   * [session-thread] */
  lsrun_status (*reply_header)(const lsrun_http_reply *, lsrun_str name, lsrun_str *value) LSRUN_NOEXCEPT;

  void (*session_info)(lsrun_session *, lsrun_session_info *out) LSRUN_NOEXCEPT; /* [session-thread] */
  /* A key of the session's [[tenants]] entry; LSRUN_NOT_FOUND. Valid until the step's end. [session-thread] */
  lsrun_status (*tenant_value)(lsrun_session *, lsrun_str key, lsrun_str *value) LSRUN_NOEXCEPT;
  /* The next message of the corpus, its {session}, {turn}, {tenant} filled in; valid until the next call.
   * [session-thread] */
  lsrun_str (*next_message)(lsrun_session *) LSRUN_NOEXCEPT;
  /* A number of the session's own repeatable stream. [session-thread] */
  uint64_t (*random)(lsrun_session *) LSRUN_NOEXCEPT;
  /* Adds to a metric: ns for TIME, the number itself otherwise. [session-thread] */
  void (*add)(lsrun_session *, uint32_t metric, int64_t value) LSRUN_NOEXCEPT;

  /* The step is over, whatever is still in flight is cancelled (its done still comes, before the session's next
     step). flags: LSRUN_SESSION_... text: why, for a failure (short). Exactly once a step; may be called inside
     step() itself. [session-thread] */
  lsrun_status (*finish_step)(lsrun_session *, lsrun_outcome, uint32_t flags, lsrun_str text) LSRUN_NOEXCEPT;

  /* Since 1.1. Looks at a request that will be made often, so that each costs less; body and user are not read. The id
     is for http_prepared, in sessions of the instance that is being created. LSRUN_BAD_ARGUMENT: it is none that can be
     sent, the log says why; LSRUN_LIMIT: there are too many. [main-thread] */
  lsrun_status (*prepare)(lsrun_setup *, const lsrun_http_request *, uint32_t *id) LSRUN_NOEXCEPT;
  /* Since 1.1. As http, of the prepared request with this body and user. [session-thread] */
  lsrun_status (*http_prepared)(lsrun_session *, uint32_t id, lsrun_str body, void *user, lsrun_op **op) LSRUN_NOEXCEPT;
} lsrun_host;

#define LSRUN_SESSION_LOST 1u /* the target no longer knows this session: no further turn, no close */
#define LSRUN_SESSION_DONE 2u /* the conversation came to its end: no further turn, close comes next */

/* ---- a scenario ------------------------------------------------------------------------------------------ */

typedef struct lsrun_scenario { /* filled by create; one instance a worker thread */
  uint32_t struct_size;
  uint32_t session_size, session_align; /* the host allocates this much beside each session, in bulk */
  uint32_t flags;                       /* LSRUN_SCENARIO_... */
  void *self;
  /* A session's state comes to life, before its open. [session-thread] */
  void (*construct)(void *self, void *state) LSRUN_NOEXCEPT;
  /* One step; ends by finish_step, now or later. [session-thread] */
  void (*step)(void *self, void *state, lsrun_session *, lsrun_step which) LSRUN_NOEXCEPT;
  /* The step must end: every operation in flight has been asked to end and each done comes as cancelled. For
     plugins that wait for something else too; may be NULL. [session-thread] */
  void (*cancel)(void *self, void *state, lsrun_session *) LSRUN_NOEXCEPT;
  void (*destruct)(void *self, void *state) LSRUN_NOEXCEPT; /* no step is under way. [session-thread] */
  void (*destroy)(void *self) LSRUN_NOEXCEPT;               /* [main-thread] */
} lsrun_scenario;

#define LSRUN_SCENARIO_NO_CLOSE 1u /* nothing to tell the target at a session's end: close is never called */

typedef struct lsrun_scenario_type {
  uint32_t struct_size;
  uint32_t reserved;
  const char *name;    /* as in [scenario] plugin = "..."; snake_case */
  const char *help;    /* one sentence */
  lsrun_array options; /* of lsrun_option */
  /* LSRUN_OK and *out filled (its struct_size is the caller's room), or an error with a text that names the option
     at fault. Host and options may be kept: the host for ever, the setup only until this returns. [main-thread] */
  lsrun_status (*create)(const lsrun_host *, lsrun_setup *, lsrun_scenario *out, lsrun_text_out *error) LSRUN_NOEXCEPT;
} lsrun_scenario_type;

/* ---- a report writer ------------------------------------------------------------------------------------- */

typedef struct lsrun_report_input {
  uint32_t struct_size;
  uint32_t reserved;
  lsrun_str document; /* the run report: JSON, schema lsrun-report/1 */
  lsrun_str schema;   /* its JSON Schema */
} lsrun_report_input;

typedef struct lsrun_report_output {
  uint32_t struct_size;
  uint32_t reserved;
  void *context;
  /* Begins a file of the run's directory: a relative path without "..". It appears whole when close returns
     LSRUN_OK, or not at all. One file at a time. */
  lsrun_status (*open)(void *context, lsrun_str path) LSRUN_NOEXCEPT;
  lsrun_status (*write)(void *context, lsrun_str bytes) LSRUN_NOEXCEPT;
  lsrun_status (*close)(void *context) LSRUN_NOEXCEPT;
} lsrun_report_output;

typedef struct lsrun_report_type {
  uint32_t struct_size;
  uint32_t reserved;
  const char *name; /* as in [reports] write = ["..."] */
  const char *help;
  lsrun_array options; /* of lsrun_option: the table [reports.NAME] */
  /* Turns the document into files. [report-thread] */
  lsrun_status (*write)(const lsrun_host *, lsrun_setup *, const lsrun_report_input *, const lsrun_report_output *,
                        lsrun_text_out *error) LSRUN_NOEXCEPT;
} lsrun_report_type;

/* ---- the entry ------------------------------------------------------------------------------------------- */

typedef struct lsrun_plugin { /* a constant: reading it runs no code of the plugin */
  uint32_t struct_size;
  uint32_t magic;     /* LSRUN_MAGIC */
  uint16_t abi_major; /* must equal the host's */
  uint16_t abi_needs; /* the least minor version of the host that it can work with */
  uint32_t reserved;
  const char *name, *version, *help;
  lsrun_array scenarios; /* of lsrun_scenario_type */
  lsrun_array reports;   /* of lsrun_report_type */
} lsrun_plugin;

#define LSRUN_ENTRY "lsrun_plugin_entry"
/* In C: LSRUN_EXPORT const lsrun_plugin lsrun_plugin_entry = { ... }; */

#ifdef __cplusplus
}
#endif
#endif
