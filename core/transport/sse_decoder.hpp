// Decodes text/event-stream by the rules of the WHATWG HTML standard, section 9.2.6. Pure; bytes may be cut anywhere.
// Bytes are handed on as they came: what is not UTF-8 is not replaced.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace lsrun::transport {

struct sse_event {         // valid until the next call of next() or reset()
  std::string_view event;  // "message" when the stream names none
  std::string_view data;   // its lines joined by LF
  std::string_view id;     // the last one that the stream gave, maybe with an earlier event
};

class sse_decoder {
 public:
  // `largest`: bytes of one event (its data and the line being read); a longer one makes the stream fail.
  explicit sse_decoder(std::size_t largest = 4u << 20) : largest_(largest) {}

  // Takes bytes from the front of `bytes` until an event is complete (true, `out` set) or none are left (false).
  // Call it until it returns false. After failed() it takes all bytes and returns false. Keeps its buffers.
  bool next(std::string_view& bytes, sse_event& out);
  bool failed() const { return failed_; }
  // A new stream. What is left of an unfinished event is dropped, as the standard says for a stream's end.
  void reset();

 private:
  bool take_line(std::string_view line, sse_event& out);
  bool dispatch(sse_event& out);
  void skip_mark(std::string_view& bytes);
  void fail(std::string_view& bytes);

  std::size_t largest_;
  std::string line_;  // the beginning of a line whose end has not come
  std::string event_, data_, id_;
  unsigned mark_ = 0;          // bytes of the byte order mark seen; past it: 3
  bool after_return_ = false;  // the last line ended in CR: an LF belongs to it
  bool has_data_ = false, dispatched_ = false, failed_ = false;
};

}  // namespace lsrun::transport
