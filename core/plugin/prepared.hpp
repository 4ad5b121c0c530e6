// A request that a scenario made known while it was created: what http_prepared sends, but for body and user.
#pragma once

#include <lsrun/abi.h>

#include <algorithm>
#include <cstring>
#include <string>
#include <vector>

namespace lsrun::plugin {

inline constexpr std::size_t most_prepared = 4096;  // of one instance

// Stays where it is, as the texts of `request` are its own. One thread.
class prepared_request {
 public:
  // Copies the texts of a request that is sound (request_check.hpp). Throws std::bad_alloc.
  explicit prepared_request(const lsrun_http_request& sound) {
    std::memcpy(static_cast<void*>(&request), &sound, std::min<std::size_t>(sound.struct_size, sizeof request));
    request.struct_size = sizeof request;
    request.body = {nullptr, 0};
    request.user = nullptr;
    std::size_t room = request.method.len + request.target.len;
    for (std::uint32_t i = 0; i < request.header_count; ++i)
      room += request.headers[i].name.len + request.headers[i].value.len;
    text_.reserve(room);  // so that it does not move while it is filled
    headers_.assign(request.headers, request.headers + request.header_count);
    keep(request.method);
    keep(request.target);
    for (lsrun_header& h : headers_) {
      keep(h.name);
      keep(h.value);
    }
    request.headers = headers_.data();
  }
  prepared_request(const prepared_request&) = delete;
  prepared_request& operator=(const prepared_request&) = delete;

  lsrun_http_request request{};

 private:
  void keep(lsrun_str& s) {
    const char* const at = text_.data() + text_.size();
    text_.append(s.ptr, s.len);
    s.ptr = at;
  }
  std::string text_;
  std::vector<lsrun_header> headers_;
};

}  // namespace lsrun::plugin
