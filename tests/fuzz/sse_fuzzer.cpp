// Any bytes as an event stream: whole, byte by byte and cut in two the same events come out, and they are those of a
// second reading that follows the standard's text line by line.
#include <cstdint>
#include <string>
#include <vector>

#include "claim.hpp"
#include "transport/sse_decoder.hpp"

namespace {

using lsrun::transport::sse_decoder;
using lsrun::transport::sse_event;

constexpr std::size_t largest = 200;

void put(std::string& out, std::string_view event, std::string_view data, std::string_view id) {
  for (const std::string_view part : {event, data, id})
    out.append(std::to_string(part.size())).append(":").append(part);
}

struct reading {
  std::string events;
  bool failed = false;
  bool operator==(const reading&) const = default;
};

reading decoded(std::string_view bytes, std::size_t first, std::size_t piece) {
  static sse_decoder decoder(largest);  // kept, as a connection's operation keeps it
  decoder.reset();
  reading r;
  while (!bytes.empty()) {
    const std::string part(bytes.substr(0, first));  // gone when the next one comes
    bytes.remove_prefix(part.size());
    first = piece;
    std::string_view rest = part;
    sse_event e;
    while (decoder.next(rest, e)) put(r.events, e.event, e.data, e.id);
  }
  r.failed = decoder.failed();
  return r;
}

// The standard's interpretation of a whole stream, 9.2.6, without a limit.
std::string by_the_standard(std::string_view bytes) {
  if (bytes.starts_with("\xEF\xBB\xBF")) bytes.remove_prefix(3);
  std::string out, data, event, id;
  bool has_data = false;
  while (!bytes.empty()) {
    const auto end = bytes.find_first_of("\r\n");
    if (end == std::string_view::npos) break;  // an unfinished line is dropped
    const std::string_view line = bytes.substr(0, end);
    bytes.remove_prefix(bytes.substr(end).starts_with("\r\n") ? end + 2 : end + 1);
    if (line.empty()) {
      if (has_data) put(out, event.empty() ? "message" : event, data, id);
      data.clear(), event.clear(), has_data = false;
      continue;
    }
    const auto colon = line.find(':');
    const std::string_view field = line.substr(0, colon);
    std::string_view value = colon == std::string_view::npos ? "" : line.substr(colon + 1);
    if (value.starts_with(' ')) value.remove_prefix(1);
    if (field == "data") {
      if (has_data) data += '\n';
      data.append(value), has_data = true;
    } else if (field == "event") {
      event = value;
    } else if (field == "id" && value.find('\0') == std::string_view::npos) {
      id = value;
    }
  }
  return out;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using lsrun::test::claim;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const reading whole = decoded(bytes, size, size);
  // A stream that fails does so at its too long event, but how much of that event came in one piece may differ.
  if (!whole.failed)
    claim(whole.events == by_the_standard(bytes), "the decoder reads as the standard does", whole.events);
  const reading by_byte = decoded(bytes, 1, 1);
  claim(by_byte == whole, "byte by byte as whole", by_byte.events);
  for (std::size_t cut = 1; cut < size && cut < 64; ++cut)
    claim(decoded(bytes, cut, size) == whole, "cut in two as whole", "at " + std::to_string(cut));
  return 0;
}
