#include "plugin/request_check.hpp"

#include <string_view>

#include "model/http_words.hpp"
#include "plugin/host.hpp"

namespace lsrun::plugin {
namespace {

bool lacks_pointer(const lsrun_str& s) { return s.len > 0 && s.ptr == nullptr; }

}  // namespace

const char* wrong_with_parts(const lsrun_http_request& q) {
  if (!q.done) return "done is NULL";
  if (lacks_pointer(q.method) || lacks_pointer(q.target) || lacks_pointer(q.body)) return "a text is NULL";
  if (q.on_event && !(q.flags & LSRUN_HTTP_SSE)) return "on_event needs the flag LSRUN_HTTP_SSE";
  if ((q.flags & LSRUN_HTTP_SSE) && !q.on_event) return "the flag LSRUN_HTTP_SSE needs on_event";
  if (q.header_count > 0 && !q.headers) return "headers is NULL";
  for (std::uint32_t i = 0; i < q.header_count; ++i)
    if (lacks_pointer(q.headers[i].name) || lacks_pointer(q.headers[i].value)) return "a header's text is NULL";
  return nullptr;
}

const char* wrong_with_words(const lsrun_http_request& q) {
  if (!model::is_token(view(q.method))) return "method is not a token (RFC 9110)";
  if (q.target.len == 0 || q.target.ptr[0] != '/') return "target does not begin with `/`";
  if (!model::is_request_target(view(q.target))) return "target has a blank or a control character in it";
  for (std::uint32_t i = 0; i < q.header_count; ++i) {
    const std::string_view name = view(q.headers[i].name);
    if (!model::is_token(name)) return "a header's name is not a token (RFC 9110)";
    if (model::is_name(name, "content-length") || model::is_name(name, "transfer-encoding"))
      return "Content-Length and Transfer-Encoding are set by lsrun";
    if (!model::is_field_value(view(q.headers[i].value)))
      return "a header's value has a line break or another control character in it";
  }
  return nullptr;
}

}  // namespace lsrun::plugin
