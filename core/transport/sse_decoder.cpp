// See sse_decoder.hpp. A line is kept only when it is cut; an event is collected until the empty line that ends it.
#include "transport/sse_decoder.hpp"

namespace lsrun::transport {

namespace {
constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
constexpr std::size_t kept_capacity = 64u << 10;
}  // namespace

void sse_decoder::reset() {
  for (std::string* s : {&line_, &event_, &data_, &id_}) {
    if (s->capacity() > kept_capacity) std::string().swap(*s);
    s->clear();
  }
  mark_ = 0;
  after_return_ = has_data_ = dispatched_ = failed_ = false;
}

// One mark at the very beginning is not part of the first line. A beginning that only looks like one is.
void sse_decoder::skip_mark(std::string_view& bytes) {
  while (mark_ < byte_order_mark.size() && !bytes.empty()) {
    if (bytes.front() != byte_order_mark[mark_]) {
      line_.assign(byte_order_mark.substr(0, mark_));
      mark_ = byte_order_mark.size();
      return;
    }
    ++mark_;
    bytes.remove_prefix(1);
  }
}

void sse_decoder::fail(std::string_view& bytes) {
  failed_ = true;
  bytes = {};
}

bool sse_decoder::next(std::string_view& bytes, sse_event& out) {
  if (failed_) bytes = {};
  if (dispatched_) {
    event_.clear();
    data_.clear();
    has_data_ = dispatched_ = false;
  }
  skip_mark(bytes);
  while (!bytes.empty()) {
    if (after_return_ && bytes.front() == '\n') {
      after_return_ = false;
      bytes.remove_prefix(1);
      continue;
    }
    after_return_ = false;
    const std::size_t end = bytes.find_first_of("\r\n");
    const std::string_view part = bytes.substr(0, end);
    if (line_.size() + part.size() + data_.size() + event_.size() > largest_) {
      fail(bytes);
      return false;
    }
    if (end == std::string_view::npos) {
      line_.append(part);
      bytes = {};
      return false;
    }
    after_return_ = bytes[end] == '\r';
    bytes.remove_prefix(end + 1);
    bool complete;
    if (line_.empty()) {
      complete = take_line(part, out);
    } else {
      line_.append(part);
      complete = take_line(line_, out);
      line_.clear();
    }
    if (complete) return true;
  }
  return false;
}

bool sse_decoder::take_line(std::string_view line, sse_event& out) {
  if (line.empty()) return dispatch(out);
  const std::size_t colon = line.find(':');
  if (colon == 0) return false;  // a comment
  const std::string_view field = line.substr(0, colon);
  std::string_view value = colon == std::string_view::npos ? std::string_view{} : line.substr(colon + 1);
  if (!value.empty() && value.front() == ' ') value.remove_prefix(1);
  if (field == "data") {
    if (has_data_) data_.push_back('\n');
    data_.append(value);
    has_data_ = true;
  } else if (field == "event") {
    event_.assign(value);
  } else if (field == "id" && value.find('\0') == std::string_view::npos) {
    id_.assign(value);
  }
  return false;  // retry is about reconnecting, which is not done here; other fields mean nothing
}

bool sse_decoder::dispatch(sse_event& out) {
  if (!has_data_) {
    event_.clear();
    return false;
  }
  dispatched_ = true;
  out.event = event_.empty() ? std::string_view("message") : std::string_view(event_);
  out.data = data_;
  out.id = id_;
  return true;
}

}  // namespace lsrun::transport
