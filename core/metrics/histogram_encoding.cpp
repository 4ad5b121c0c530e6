// HdrHistogram's V2 encoding: a header of 40 bytes in network order, then the counts as zig-zag LEB128 numbers, in
// which a negative number stands for that many zeros. The compressed form is zlib's stream after a header of 8 bytes.
#include <zlib.h>

#include <bit>

#include "metrics/base64.hpp"
#include "metrics/histogram.hpp"
#include "metrics/histogram_impl.hpp"

namespace lsrun::metrics {
namespace {

constexpr std::uint32_t plain_cookie = 0x1c849303 | 0x10;  // 0x10: counts as LEB128 of up to 9 bytes
constexpr std::uint32_t compressed_cookie = 0x1c849304 | 0x10;
constexpr std::size_t header_size = 40;

template <class Number>
void put(std::string& out, Number number) {
  for (int shift = static_cast<int>(sizeof(Number)) * 8 - 8; shift >= 0; shift -= 8)
    out += static_cast<char>(static_cast<std::uint64_t>(number) >> shift & 0xff);
}

template <class Number>
Number get(std::string_view in, std::size_t at) {
  std::uint64_t number = 0;
  for (std::size_t i = 0; i < sizeof(Number); ++i) number = number << 8 | static_cast<unsigned char>(in[at + i]);
  return static_cast<Number>(number);
}

// ZigZag LEB128-64b9B: seven bits a byte, the ninth byte holds eight.
void put_zigzag(std::string& out, std::int64_t number) {
  auto rest = static_cast<std::uint64_t>(number) << 1 ^ static_cast<std::uint64_t>(number >> 63);
  for (int i = 0; i < 8; ++i, rest >>= 7) {
    if (rest < 0x80) {
      out += static_cast<char>(rest);
      return;
    }
    out += static_cast<char>((rest & 0x7f) | 0x80);
  }
  out += static_cast<char>(rest);
}

bool get_zigzag(std::string_view in, std::size_t& at, std::int64_t& number) {
  std::uint64_t value = 0;
  for (int i = 0; i < 9; ++i) {
    if (at >= in.size()) return false;
    const auto byte = static_cast<unsigned char>(in[at++]);
    if (i == 8) {
      value |= static_cast<std::uint64_t>(byte) << 56;
      break;
    }
    value |= static_cast<std::uint64_t>(byte & 0x7f) << (7 * i);
    if ((byte & 0x80) == 0) break;
  }
  number = static_cast<std::int64_t>(value >> 1) ^ -static_cast<std::int64_t>(value & 1);
  return true;
}

}  // namespace

std::string histogram::encode() const {
  std::string payload;
  std::uint32_t next = 0;  // index that comes next in the payload
  if (!empty()) {
    impl_->each([&](std::uint32_t index, std::uint64_t n) {
      const std::uint32_t zeros = index - next;
      if (zeros > 0) put_zigzag(payload, zeros == 1 ? 0 : -static_cast<std::int64_t>(zeros));
      put_zigzag(payload, static_cast<std::int64_t>(n));
      next = index + 1;
      return true;
    });
  } else {
    put_zigzag(payload, 0);  // the reference writes the counts up to that of the greatest value, here 0
  }
  std::string out;
  out.reserve(header_size + payload.size());
  put<std::uint32_t>(out, plain_cookie);
  put<std::uint32_t>(out, static_cast<std::uint32_t>(payload.size()));
  put<std::uint32_t>(out, 0);  // normalizing index offset
  put<std::uint32_t>(out, significant_digits);
  put<std::int64_t>(out, lowest);
  put<std::int64_t>(out, highest);
  put<std::uint64_t>(out, std::bit_cast<std::uint64_t>(1.0));  // integer to double ratio
  return out + payload;
}

bool histogram::decode(std::string_view in) {
  clear();
  if (in.size() < header_size || get<std::uint32_t>(in, 0) != plain_cookie) return false;
  if (get<std::uint32_t>(in, 4) != in.size() - header_size || get<std::uint32_t>(in, 8) != 0) return false;
  if (get<std::uint32_t>(in, 12) != significant_digits || get<std::int64_t>(in, 16) != lowest) return false;
  if (get<std::int64_t>(in, 24) != highest) return false;
  std::size_t at = header_size;
  std::uint64_t index = 0;
  while (at < in.size()) {
    std::int64_t number = 0;
    if (!get_zigzag(in, at, number) || number < -static_cast<std::int64_t>(layout::counts)) return clear(), false;
    if (number < 0) {
      index += static_cast<std::uint64_t>(-number);
      continue;
    }
    if (index >= layout::counts) return clear(), false;
    const auto i = static_cast<std::uint32_t>(index++);
    if (number == 0) continue;
    // As in the reference, the range's middle stands for the sum, its ends for min and max.
    const std::int64_t low = layout::lowest_at(i), high = layout::highest_at(i);
    record(std::min(low, highest), static_cast<std::uint64_t>(number));
    impl_->sum += static_cast<std::uint64_t>((high - low + 1) / 2) * static_cast<std::uint64_t>(number);
    impl_->max = std::max(impl_->max, high);
  }
  return true;
}

std::string histogram::encode_base64() const {
  const std::string plain = encode();
  uLongf size = compressBound(static_cast<uLong>(plain.size()));
  std::string packed(size, '\0');
  compress(reinterpret_cast<Bytef*>(packed.data()), &size, reinterpret_cast<const Bytef*>(plain.data()),
           static_cast<uLong>(plain.size()));  // cannot fail: the room is compressBound's
  packed.resize(size);
  std::string out;
  put<std::uint32_t>(out, compressed_cookie);
  put<std::uint32_t>(out, static_cast<std::uint32_t>(packed.size()));
  return to_base64(out + packed);
}

bool histogram::decode_base64(std::string_view text) {
  clear();
  const auto bytes = from_base64(text);
  if (!bytes || bytes->size() < 8) return false;
  const std::string_view in = *bytes;
  if (get<std::uint32_t>(in, 0) != compressed_cookie || get<std::uint32_t>(in, 4) != in.size() - 8) return false;
  constexpr uLongf most = header_size + 9 * layout::counts;  // no valid histogram is longer
  thread_local std::string plain(most, '\0');
  uLongf size = most;
  if (uncompress(reinterpret_cast<Bytef*>(plain.data()), &size, reinterpret_cast<const Bytef*>(in.data() + 8),
                 static_cast<uLong>(in.size() - 8)) != Z_OK)
    return false;
  return decode(std::string_view{plain}.substr(0, size));
}

}  // namespace lsrun::metrics
