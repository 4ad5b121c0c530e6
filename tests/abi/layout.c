/* Every offset of version 1.0 of the boundary, on 64-bit Linux. Lines may be added at the end of a struct with a minor
 * version; none may ever change. Compiled as C11 and as C++20, by every compiler there is; never linked. */
#include <lsrun/abi.h>

#ifdef __cplusplus
#define CHECK(condition) static_assert(condition, #condition)
#else
#define CHECK(condition) _Static_assert(condition, #condition)
#endif
#define AT(type, field, offset, size) CHECK(offsetof(type, field) == (offset) && sizeof(((type *)0)->field) == (size))
#define LEAST(type, size) CHECK(sizeof(type) >= (size)) /* structs with a struct_size may grow */
#define FIXED(type, size) CHECK(sizeof(type) == (size)) /* those without may not */

CHECK(LSRUN_ABI_MAJOR == 1 && LSRUN_MAGIC == 0x4e55524c);

AT(lsrun_str, ptr, 0, 8);
AT(lsrun_str, len, 8, 8);
FIXED(lsrun_str, 16);

AT(lsrun_array, items, 0, 8);
AT(lsrun_array, count, 8, 8);
AT(lsrun_array, item_size, 16, 8);
FIXED(lsrun_array, 24);

AT(lsrun_text_out, ptr, 0, 8);
AT(lsrun_text_out, capacity, 8, 8);
AT(lsrun_text_out, len, 16, 8);
FIXED(lsrun_text_out, 24);

AT(lsrun_option, key, 0, 16);
AT(lsrun_option, type, 16, 4);
AT(lsrun_option, required, 20, 4);
AT(lsrun_option, fallback, 24, 16);
AT(lsrun_option, help, 40, 16);
AT(lsrun_option, choices, 56, 16);
LEAST(lsrun_option, 72);

AT(lsrun_value, struct_size, 0, 4);
AT(lsrun_value, type, 4, 4);
AT(lsrun_value, string, 8, 16);
AT(lsrun_value, integer, 24, 8);
AT(lsrun_value, number, 32, 8);
AT(lsrun_value, boolean, 40, 4);
LEAST(lsrun_value, 48);

AT(lsrun_header, name, 0, 16);
AT(lsrun_header, value, 16, 16);
FIXED(lsrun_header, 32);

AT(lsrun_http_reply, struct_size, 0, 4);
AT(lsrun_http_reply, outcome, 4, 4);
AT(lsrun_http_reply, status, 8, 4);
AT(lsrun_http_reply, attempts, 12, 4);
AT(lsrun_http_reply, body, 16, 16);
AT(lsrun_http_reply, error, 32, 16);
AT(lsrun_http_reply, planned_ns, 48, 8);
AT(lsrun_http_reply, sent_ns, 56, 8);
AT(lsrun_http_reply, first_byte_ns, 64, 8);
AT(lsrun_http_reply, end_ns, 72, 8);
AT(lsrun_http_reply, host_data, 80, 8);
LEAST(lsrun_http_reply, 88);

AT(lsrun_sse_event, struct_size, 0, 4);
AT(lsrun_sse_event, reserved, 4, 4);
AT(lsrun_sse_event, event, 8, 16);
AT(lsrun_sse_event, data, 24, 16);
AT(lsrun_sse_event, id, 40, 16);
AT(lsrun_sse_event, at_ns, 56, 8);
LEAST(lsrun_sse_event, 64);

AT(lsrun_http_request, struct_size, 0, 4);
AT(lsrun_http_request, flags, 4, 4);
AT(lsrun_http_request, operation, 8, 4);
AT(lsrun_http_request, header_count, 12, 4);
AT(lsrun_http_request, method, 16, 16);
AT(lsrun_http_request, target, 32, 16);
AT(lsrun_http_request, body, 48, 16);
AT(lsrun_http_request, headers, 64, 8);
AT(lsrun_http_request, timeout_ns, 72, 8);
AT(lsrun_http_request, user, 80, 8);
AT(lsrun_http_request, done, 88, 8);
AT(lsrun_http_request, classify, 96, 8);
AT(lsrun_http_request, on_data, 104, 8);
AT(lsrun_http_request, on_event, 112, 8);
LEAST(lsrun_http_request, 120);

AT(lsrun_session_info, struct_size, 0, 4);
AT(lsrun_session_info, turn, 4, 4);
AT(lsrun_session_info, turns, 8, 4);
AT(lsrun_session_info, tenant, 12, 4);
AT(lsrun_session_info, number, 16, 8);
AT(lsrun_session_info, address, 24, 16);
AT(lsrun_session_info, tenant_name, 40, 16);
AT(lsrun_session_info, run_id, 56, 16);
LEAST(lsrun_session_info, 72);

AT(lsrun_host, struct_size, 0, 4);
AT(lsrun_host, abi_major, 4, 2);
AT(lsrun_host, abi_minor, 6, 2);
AT(lsrun_host, version, 8, 8);
AT(lsrun_host, get_extension, 16, 8);
AT(lsrun_host, log, 24, 8);
AT(lsrun_host, now_ns, 32, 8);
AT(lsrun_host, option, 40, 8);
AT(lsrun_host, define_operation, 48, 8);
AT(lsrun_host, define_metric, 56, 8);
AT(lsrun_host, operation, 64, 8);
AT(lsrun_host, http, 72, 8);
AT(lsrun_host, sleep, 80, 8);
AT(lsrun_host, cancel, 88, 8);
AT(lsrun_host, reply_header, 96, 8);
AT(lsrun_host, session_info, 104, 8);
AT(lsrun_host, tenant_value, 112, 8);
AT(lsrun_host, next_message, 120, 8);
AT(lsrun_host, random, 128, 8);
AT(lsrun_host, add, 136, 8);
AT(lsrun_host, finish_step, 144, 8);
LEAST(lsrun_host, 152);
/* since 1.1 */
AT(lsrun_host, prepare, 152, 8);
AT(lsrun_host, http_prepared, 160, 8);
LEAST(lsrun_host, 168);

AT(lsrun_scenario, struct_size, 0, 4);
AT(lsrun_scenario, session_size, 4, 4);
AT(lsrun_scenario, session_align, 8, 4);
AT(lsrun_scenario, flags, 12, 4);
AT(lsrun_scenario, self, 16, 8);
AT(lsrun_scenario, construct, 24, 8);
AT(lsrun_scenario, step, 32, 8);
AT(lsrun_scenario, cancel, 40, 8);
AT(lsrun_scenario, destruct, 48, 8);
AT(lsrun_scenario, destroy, 56, 8);
LEAST(lsrun_scenario, 64);

AT(lsrun_scenario_type, struct_size, 0, 4);
AT(lsrun_scenario_type, reserved, 4, 4);
AT(lsrun_scenario_type, name, 8, 8);
AT(lsrun_scenario_type, help, 16, 8);
AT(lsrun_scenario_type, options, 24, 24);
AT(lsrun_scenario_type, create, 48, 8);
LEAST(lsrun_scenario_type, 56);

AT(lsrun_report_input, struct_size, 0, 4);
AT(lsrun_report_input, reserved, 4, 4);
AT(lsrun_report_input, document, 8, 16);
AT(lsrun_report_input, schema, 24, 16);
LEAST(lsrun_report_input, 40);

AT(lsrun_report_output, struct_size, 0, 4);
AT(lsrun_report_output, reserved, 4, 4);
AT(lsrun_report_output, context, 8, 8);
AT(lsrun_report_output, open, 16, 8);
AT(lsrun_report_output, write, 24, 8);
AT(lsrun_report_output, close, 32, 8);
LEAST(lsrun_report_output, 40);

AT(lsrun_report_type, struct_size, 0, 4);
AT(lsrun_report_type, reserved, 4, 4);
AT(lsrun_report_type, name, 8, 8);
AT(lsrun_report_type, help, 16, 8);
AT(lsrun_report_type, options, 24, 24);
AT(lsrun_report_type, write, 48, 8);
LEAST(lsrun_report_type, 56);

AT(lsrun_plugin, struct_size, 0, 4);
AT(lsrun_plugin, magic, 4, 4);
AT(lsrun_plugin, abi_major, 8, 2);
AT(lsrun_plugin, abi_needs, 10, 2);
AT(lsrun_plugin, reserved, 12, 4);
AT(lsrun_plugin, name, 16, 8);
AT(lsrun_plugin, version, 24, 8);
AT(lsrun_plugin, help, 32, 8);
AT(lsrun_plugin, scenarios, 40, 24);
AT(lsrun_plugin, reports, 64, 24);
LEAST(lsrun_plugin, 88);

/* Numbers that both sides know. */
CHECK(LSRUN_OK == 0);
CHECK(LSRUN_ERROR == -1);
CHECK(LSRUN_CANCELLED == -2);
CHECK(LSRUN_BAD_ARGUMENT == -3);
CHECK(LSRUN_NOT_FOUND == -4);
CHECK(LSRUN_LIMIT == -5);
CHECK(LSRUN_OUTCOME_OK == 0);
CHECK(LSRUN_OUTCOME_BUSINESS_ERROR == 1);
CHECK(LSRUN_OUTCOME_RATE_LIMITED == 2);
CHECK(LSRUN_OUTCOME_TIMEOUT == 3);
CHECK(LSRUN_OUTCOME_CONNECT_ERROR == 4);
CHECK(LSRUN_OUTCOME_SERVER_ERROR == 5);
CHECK(LSRUN_OUTCOME_CLIENT_ERROR == 6);
CHECK(LSRUN_OUTCOME_PROTOCOL_ERROR == 7);
CHECK(LSRUN_OUTCOME_CANCELLED == 8);
CHECK(LSRUN_OUTCOME_EMPTY_POLL == 9);
CHECK(LSRUN_OUTCOME_PLUGIN_FAULT == 10);
CHECK(LSRUN_STEP_OPEN == 0);
CHECK(LSRUN_STEP_TURN == 1);
CHECK(LSRUN_STEP_CLOSE == 2);
CHECK(LSRUN_LOG_DEBUG == 0);
CHECK(LSRUN_LOG_INFO == 1);
CHECK(LSRUN_LOG_WARNING == 2);
CHECK(LSRUN_LOG_ERROR == 3);
CHECK(LSRUN_TYPE_STRING == 0);
CHECK(LSRUN_TYPE_INTEGER == 1);
CHECK(LSRUN_TYPE_NUMBER == 2);
CHECK(LSRUN_TYPE_BOOLEAN == 3);
CHECK(LSRUN_TYPE_DURATION == 4);
CHECK(LSRUN_TYPE_RATIO == 5);
CHECK(LSRUN_HTTP_LONG_POLL == 1);
CHECK(LSRUN_HTTP_EMPTY_504 == 2);
CHECK(LSRUN_HTTP_SSE == 4);
CHECK(LSRUN_HTTP_NO_RETRY == 8);
CHECK(LSRUN_CONTINUE == 0);
CHECK(LSRUN_STOP == 1);
CHECK(LSRUN_METRIC_TIME == 0);
CHECK(LSRUN_METRIC_COUNT == 1);
CHECK(LSRUN_METRIC_NUMBER == 2);
CHECK(LSRUN_SESSION_LOST == 1);
CHECK(LSRUN_SESSION_DONE == 2);
CHECK(LSRUN_SCENARIO_NO_CLOSE == 1);
