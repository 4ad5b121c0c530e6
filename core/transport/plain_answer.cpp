// See plain_answer.hpp. Where it is in doubt it says no: the parser is the judge.
#include "transport/plain_answer.hpp"

#include <algorithm>
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

// Does the value of such a header matter to weigh()?
bool is_weighed(std::string_view name) {
  for (const std::string_view one :
       {"upgrade", "connection", "x-load-test", "content-length", "proxy-connection", "transfer-encoding"})
    if (is_name(name, one)) return true;
  return false;
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

void repeated_head::keep(std::string_view bytes, const plain_answer& a, std::vector<header_view>& headers) {
  head_.clear();
  free_.clear();
  const std::size_t size = a.size - a.body.size();
  if (a.length.empty() || size > longest) return;
  head_.assign(bytes.substr(0, size));
  digits_from_ = static_cast<std::size_t>(a.length.data() - bytes.data());
  digits_to_ = digits_from_ + a.length.size();
  answer_ = a;
  for (header_view& h : headers)
    for (std::string_view* part : {&h.name, &h.value})
      *part = {head_.data() + (part->data() - bytes.data()), part->size()};
}

const plain_answer* repeated_head::read(std::string_view bytes, std::size_t largest_body) {
  const std::size_t size = head_.size();
  const char* const at = bytes.data();
  char* const head = head_.data();
  if (size == 0 || bytes.size() < size) return nullptr;
  std::size_t length = 0;
  for (std::size_t i = digits_from_; i < digits_to_; ++i) {  // into the kept head, so that all is compared at once
    const unsigned digit = static_cast<unsigned char>(at[i]) - unsigned{'0'};
    if (digit > 9) return nullptr;
    length = length * 10 + digit;
    head[i] = at[i];
  }
  if (std::memcmp(at, head, size) != 0) return nullptr;
  return answer(bytes, length, largest_body);
}

const plain_answer* repeated_head::answer(std::string_view bytes, std::size_t length, std::size_t largest_body) {
  const std::size_t size = head_.size();
  if (length > largest_body || length > bytes.size() - size) return nullptr;
  answer_.length = {bytes.data() + digits_from_, digits_to_ - digits_from_};
  answer_.body = {bytes.data() + size, length};
  answer_.size = size + length;
  return &answer_;
}

void repeated_head::find_free(const std::vector<header_view>& headers) {
  free_.assign(head_.size(), '\0');
  edges_.clear();
  const auto may_differ = [this](std::size_t from, std::size_t size) {
    std::fill_n(free_.begin() + static_cast<std::ptrdiff_t>(from), size, '\xff');
  };
  may_differ(digits_from_, digits_to_ - digits_from_);
  for (const header_view& h : headers) {
    if (h.value.empty() || is_weighed(h.name)) continue;
    const auto from = static_cast<std::size_t>(h.value.data() - head_.data());
    may_differ(from, h.value.size());
    edges_.push_back(from);
    edges_.push_back(from + h.value.size() - 1);
  }
}

const plain_answer* repeated_head::read_alike(std::string_view bytes, std::size_t largest_body,
                                              const std::vector<header_view>& headers) {
  using model::word_at;
  const std::size_t size = head_.size();
  const char* const at = bytes.data();
  if (size == 0 || bytes.size() < size || std::memcmp(at + size - 4, "\r\n\r\n", 4) != 0) return nullptr;
  if (free_.empty()) find_free(headers);
  std::size_t length = 0;
  if (!read_number({at + digits_from_, digits_to_ - digits_from_}, length)) return nullptr;
  char* const head = head_.data();
  const char* const free = free_.data();
  const auto alike = [=](std::size_t i) {
    const std::uint64_t word = word_at(at + i), differs = word ^ word_at(head + i);
    if (differs == 0) return true;
    const std::uint64_t may = word_at(free + i);
    return (differs & ~may) == 0 && model::controls_in((word & may) | (model::every_byte * 'x' & ~may), 0x20) == 0;
  };
  for (std::size_t i = 0; i + 8 < size; i += 8)
    if (!alike(i)) return nullptr;
  if (!alike(size - 8)) return nullptr;
  for (const std::size_t edge : edges_)
    if (at[edge] == ' ') return nullptr;
  std::memcpy(head, at, size);
  return answer(bytes, length, largest_body);
}

}  // namespace lsrun::transport
