// See plain_answer.hpp. Where it is in doubt it says no: the parser is the judge.
#include "transport/plain_answer.hpp"

#include <bit>
#include <cstring>

#include "model/http_words.hpp"
#include "model/word_scan.hpp"

namespace lsrun::transport {

using model::find_control;
using model::is_name;
using model::not_plain_in;
using model::token_table;
using model::word_at;

namespace {

constexpr std::size_t shortest = 19;  // "HTTP/1.1 200 \r\n\r\n" and two more, so that words can be read

// The end of the line that holds [p, end): at its CR LF, or nullptr if there is none or another control stands before.
const char* line_end(const char* p, const char* end) {
  p = find_control(p, end, 0x20);
  return end - p >= 2 && p[0] == '\r' && p[1] == '\n' ? p : nullptr;
}

// The end of the name that begins at p: the first byte that no token has.
const char* name_end(const char* p, const char* end) {
  for (; end - p >= 8; p += 8)
    if (const std::uint64_t other = not_plain_in(word_at(p))) {
      p += std::countr_zero(other) / 8;
      break;
    }
  while (p != end && token_table[static_cast<unsigned char>(*p)]) ++p;
  return p;
}

bool read_number(std::string_view text, std::size_t& out) {
  if (text.empty() || text.size() > 9) return false;
  std::size_t n = 0;
  for (char c : text) {
    const unsigned digit = static_cast<unsigned char>(c) - unsigned{'0'};
    if (digit > 9) return false;
    n = n * 10 + digit;
  }
  out = n;
  return true;
}

bool read_status(const char* p, unsigned& out) {
  std::size_t n = 0;
  if (std::memcmp(p, "HTTP/1.1 ", 9) != 0 || p[12] != ' ' || !read_number({p + 9, 3}, n)) return false;
  out = static_cast<unsigned>(n);
  return n >= 200;
}

// What a header line means for the framing. False: more than this path knows.
bool weigh(std::string_view name, std::string_view value, plain_answer& out, std::size_t& length) {
  switch (name.size()) {
    case 7:
      return !is_name(name, "upgrade");
    case 10:
      if (!is_name(name, "connection")) return true;
      if (!is_name(value, "close")) return is_name(value, "keep-alive");
      out.keep_alive = false;
      return true;
    case 11:
      return !is_name(name, "x-load-test");
    case 14:
      if (!is_name(name, "content-length")) return true;
      if (out.length.data() != nullptr) return false;
      out.length = value;
      return read_number(value, length);
    case 16:
      return !is_name(name, "proxy-connection");
    case 17:
      return !is_name(name, "transfer-encoding");
    default:
      return true;
  }
}

}  // namespace

bool read_plain_answer(std::string_view bytes, std::size_t largest_body, std::vector<header_view>& headers,
                       plain_answer& out) {
  headers.clear();
  const char* const end = bytes.data() + bytes.size();
  if (bytes.size() < shortest || !read_status(bytes.data(), out.status)) return false;
  const char* p = line_end(bytes.data() + 13, end);
  if (p == nullptr) return false;
  p += 2;
  std::size_t length = 0;
  out.length = {};
  out.keep_alive = true;
  while (end - p >= 2 && *p != '\r') {
    const char* const name = p;
    p = name_end(p, end);
    if (p == end || p == name || *p != ':') return false;
    const std::string_view name_view(name, static_cast<std::size_t>(p - name));
    ++p;
    while (p != end && *p == ' ') ++p;
    const char* const stop = line_end(p, end);
    if (stop == nullptr) return false;
    const char* last = stop;
    while (last != p && last[-1] == ' ') --last;
    const std::string_view value(p, static_cast<std::size_t>(last - p));
    if (!weigh(name_view, value, out, length)) return false;
    headers.push_back({name_view, value});
    p = stop + 2;
  }
  if (end - p < 2 || p[0] != '\r' || p[1] != '\n') return false;
  p += 2;
  if (out.status == 204 || out.status == 304) {
    length = 0;
    out.length = {};
  } else if (out.length.data() == nullptr || length > largest_body || length > static_cast<std::size_t>(end - p)) {
    return false;
  }
  out.body = {p, length};
  out.size = static_cast<std::size_t>(p - bytes.data()) + length;
  return true;
}

void repeated_head::keep(std::string_view bytes, const plain_answer& a) {
  head_.clear();
  const std::size_t size = a.size - a.body.size();
  if (a.length.empty() || size > longest) return;
  head_.assign(bytes.substr(0, size));
  at_ = bytes.data();
  digits_from_ = static_cast<std::size_t>(a.length.data() - bytes.data());
  digits_to_ = digits_from_ + a.length.size();
  answer_ = a;
}

const plain_answer* repeated_head::read(std::string_view bytes, std::size_t largest_body) {
  const std::size_t size = head_.size();
  const char* const at = at_;
  char* const head = head_.data();
  if (size == 0 || bytes.data() != at || bytes.size() < size) return nullptr;
  std::size_t length = 0;
  for (std::size_t i = digits_from_; i < digits_to_; ++i) {  // into the kept head, so that all is compared at once
    const unsigned digit = static_cast<unsigned char>(at[i]) - unsigned{'0'};
    if (digit > 9) return nullptr;
    length = length * 10 + digit;
    head[i] = at[i];
  }
  if (std::memcmp(at, head, size) != 0) return nullptr;
  const std::string_view digits(at + digits_from_, digits_to_ - digits_from_);
  if (length > largest_body || length > bytes.size() - size) return nullptr;
  answer_.length = digits;
  answer_.body = {at + size, length};
  answer_.size = size + length;
  return &answer_;
}

}  // namespace lsrun::transport
