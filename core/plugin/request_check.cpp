#include "plugin/request_check.hpp"

#include <string_view>

#include "model/http_words.hpp"
#include "plugin/host.hpp"

namespace lsrun::plugin {

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
