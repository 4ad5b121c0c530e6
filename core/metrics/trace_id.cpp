#include "metrics/trace_id.hpp"

namespace lsrun::metrics {
namespace {

constexpr std::size_t run_at = 3, request_at = 19, span_at = 36;  // in the header's value

void put_hex(char* to, std::uint64_t n) {
  for (int i = 15; i >= 0; --i, n >>= 4) to[i] = "0123456789abcdef"[n & 15];
}

}  // namespace

// FNV-1a, 64 bits, of http://www.isthe.com/chongo/tech/comp/fnv/.
std::uint64_t trace_half_of(std::string_view run_id) {
  std::uint64_t hash = 14695981039346656037u;
  for (const char c : run_id) hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211u;
  return hash == 0 ? 1 : hash;
}

std::string trace_id_text(std::uint64_t run_half, std::uint64_t request_half) {
  std::string text(32, '0');
  put_hex(text.data(), run_half);
  put_hex(text.data() + 16, request_half);
  return text;
}

void put_trace(char* traceparent, std::uint64_t run_half, std::uint64_t request_half) {
  put_hex(traceparent + run_at, run_half);
  put_hex(traceparent + request_at, request_half);
  put_hex(traceparent + span_at, request_half);
}

}  // namespace lsrun::metrics
