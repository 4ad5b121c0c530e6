// The reader: the fast path for answers of the common shape, and Beast's parser for all others. An answer that comes in
// one piece, as most do, is neither copied nor allocated for:
// its views point into the caller's bytes. What is left open at the end of a call is copied into buffers of the reader.
#include "transport/response_reader.hpp"

#include <algorithm>
#include <boost/beast/http/basic_parser.hpp>
#include <boost/beast/http/error.hpp>
#include <forward_list>
#include <optional>

#include "model/http_words.hpp"
#include "transport/plain_answer.hpp"

namespace lsrun::transport {

namespace {

namespace http = boost::beast::http;
using boost::beast::error_code;
using beast_view = boost::beast::string_view;

constexpr unsigned most_interim = 32;
constexpr std::size_t kept_capacity = 64u << 10;
// The same words wherever a wrong answer was cut when it came.
constexpr std::string_view not_http = "the answer does not begin with HTTP/1.0 or HTTP/1.1 and a status";
constexpr std::string_view bad_header = "the answer's header is not well formed";

std::string_view view_of(beast_view v) { return {v.data(), v.size()}; }

class beast_reader final : public response_reader {
 public:
  progress feed(std::string_view bytes, body_sink&) override;
  progress finish() override;

 private:
  // Collects what Beast reports in its owner.
  class parser final : public http::basic_parser<false> {
   public:
    explicit parser(beast_reader& owner) : owner_(owner) {
      eager(true);
      header_limit(largest_header);
      body_limit(owner.largest_body_);
      skip(owner.no_body_);
    }

   private:
    void on_request_impl(http::verb, beast_view, beast_view, int, error_code&) override {}
    void on_response_impl(int code, beast_view, int, error_code&) override {
      owner_.status_ = static_cast<unsigned>(code);
    }
    void on_field_impl(http::field, beast_view name, beast_view value, error_code&) override {
      owner_.take_field(view_of(name), view_of(value));
    }
    void on_header_impl(error_code&) override { owner_.take_header_end(); }
    void on_body_init_impl(const boost::optional<std::uint64_t>& length, error_code&) override {
      if (length) owner_.expected_ = *length;
    }
    std::size_t on_body_impl(beast_view piece, error_code& e) override { return take_piece(piece, e); }
    void on_chunk_header_impl(std::uint64_t, beast_view, error_code&) override { owner_.chunk_seen_ = true; }
    std::size_t on_chunk_body_impl(std::uint64_t, beast_view piece, error_code& e) override {
      return take_piece(piece, e);
    }
    void on_finish_impl(error_code&) override {}

    std::size_t take_piece(beast_view piece, error_code& e) {
      if (!piece.empty() && !owner_.take_piece(view_of(piece))) e = http::error::end_of_stream;
      return piece.size();
    }
    beast_reader& owner_;
  };

  void clean();
  void restart();
  bool take_plain(std::string_view bytes, progress&);
  progress feed_parser(std::string_view bytes);
  const plain_answer* read_other_head(std::string_view bytes);
  progress parse(std::string_view bytes);
  progress gather_header(std::string_view bytes);
  progress refuse(std::string_view why);
  progress judge(error_code, std::string_view rest);
  void detach();
  bool inside(std::string_view part) const;
  void take_field(std::string_view name, std::string_view value);
  void take_header_end() {
    header_done_ = true;
    streaming_ = stream_ && status_ / 100 == 2;
  }
  bool take_piece(std::string_view piece);

  repeated_head last_head_;  // whose fields headers_ holds
  plain_answer plain_;       // read last with a head of its own
  std::optional<parser> parser_;
  body_sink* sink_ = nullptr;
  std::string_view input_;                 // being parsed
  std::string header_;                     // the header's bytes, when they did not come together with the whole answer
  std::string rest_;                       // the beginning of a chunk's header
  std::string collected_;                  // the body, when it did not come in one piece
  std::forward_list<std::string> folded_;  // values that stood on several lines
  std::size_t header_bytes_ = 0;           // of interim answers
  unsigned interim_ = 0;
  std::uint64_t expected_ = 0;
  bool streaming_ = false;
  bool used_parser_ = false;  // for this answer, or for the one before
  bool header_done_ = false, header_own_ = false, chunk_seen_ = false;
};

// What the parser left of the answer before.
void beast_reader::clean() {
  used_parser_ = false;
  header_bytes_ = 0;
  interim_ = 0;
  for (std::string* buffer : {&header_, &rest_, &collected_}) {
    if (buffer->capacity() > kept_capacity) std::string().swap(*buffer);
    buffer->clear();
  }
}

// An answer that does not repeat the head of the one before; nullptr: it takes the parser to tell.
const plain_answer* beast_reader::read_other_head(std::string_view bytes) {
  if (const plain_answer* a = last_head_.read_alike(bytes, largest_body_, headers_)) return a;
  last_head_.forget();
  if (!read_plain_answer(bytes, largest_body_, headers_, plain_)) return nullptr;
  last_head_.keep(bytes, plain_, headers_);
  return &plain_;
}

// The common case: all of it is here. False: it takes the parser to tell.
[[gnu::always_inline]] inline bool beast_reader::take_plain(std::string_view bytes, progress& p) {
  if (no_body_) return false;
  const plain_answer* a = last_head_.read(bytes, largest_body_);
  if (a == nullptr && (a = read_other_head(bytes)) == nullptr) return false;
  status_ = a->status;
  keep_alive_ = a->keep_alive;
  surplus_ = bytes.size() - a->size;
  body_ = a->body;
  p = progress::complete;
  if (stream_ && status_ / 100 == 2) {
    body_ = {};
    if (!a->body.empty() && !sink_->on_piece(a->body)) p = progress::stopped;
  }
  return true;
}

// The state before the first byte of an answer, final or interim.
void beast_reader::restart() {
  parser_.emplace(*this);
  used_parser_ = true;
  status_ = 0;
  headers_.clear();
  last_head_.forget();
  if (!folded_.empty()) folded_.clear();
  body_ = {};
  expected_ = 0;
  streaming_ = header_done_ = header_own_ = chunk_seen_ = false;
}

response_reader::progress beast_reader::feed(std::string_view bytes, body_sink& sink) {
  sink_ = &sink;
  if (!begun_) {
    begun_ = true;
    if (used_parser_) clean();
    progress p;
    if (!parser_only_ && take_plain(bytes, p)) return p;
    restart();
  }
  return feed_parser(bytes);
}

response_reader::progress beast_reader::feed_parser(std::string_view bytes) {
  if (!header_done_) return header_.empty() ? parse(bytes) : gather_header(bytes);
  if (rest_.empty()) return parse(bytes);
  rest_.append(bytes);
  std::string whole;
  whole.swap(rest_);
  const progress p = parse(whole);
  if (p == progress::complete && !body_.empty() && inside(body_)) {  // its bytes are about to go
    collected_.assign(body_);
    body_ = collected_;
  }
  if (rest_.capacity() < whole.capacity()) {  // the larger buffer stays
    const std::string left = rest_;
    whole.assign(left);
    rest_.swap(whole);
  }
  return p;
}

// Parses a stretch of bytes; of a header only if it is whole or nothing was kept yet.
response_reader::progress beast_reader::parse(std::string_view bytes) {
  input_ = bytes;
  std::size_t used = 0;
  error_code e;
  while (used < bytes.size() && !parser_->is_done() && !e) {
    const std::string_view left = bytes.substr(used);
    // Of a last chunk that is the first too, Beast asserts to see five bytes.
    if (header_done_ && parser_->chunked() && !chunk_seen_ && left.size() < 5 && left[0] == '0') break;
    used += parser_->put(boost::asio::const_buffer(left.data(), left.size()), e);
  }
  if (!header_done_ && (!e || e == http::error::need_more))
    return header_own_ ? refuse(bad_header) : gather_header(bytes);
  bytes.remove_prefix(used);
  if (e || !parser_->is_done() || status_ / 100 != 1) return judge(e, bytes);
  if (status_ == 101) return refuse("the target switched protocols (status 101) without being asked to");
  header_bytes_ += used;  // an interim answer: the real one follows
  if (++interim_ > most_interim) return refuse("the target sends one interim answer (1xx) after the other");
  const std::string copy(bytes);  // rare: the bytes may lie in header_
  header_.clear();
  restart();
  if (copy.empty()) return progress::more;
  return gather_header(copy);
}

// Adds to a header that is not whole yet, and parses it when it is.
response_reader::progress beast_reader::gather_header(std::string_view bytes) {
  constexpr std::string_view start = "HTTP/1.";
  restart();
  const std::size_t old = header_.size();
  header_.append(bytes);
  const std::size_t known = std::min(start.size(), header_.size());
  if (std::string_view(header_).substr(0, known) != start.substr(0, known)) return refuse(not_http);
  for (std::size_t i = header_.find('\n', old); i != std::string::npos; i = header_.find('\n', i + 1)) {
    if (header_[i - 1] != '\r') return refuse(bad_header);
    if (i >= 3 && header_[i - 2] == '\n') {
      header_own_ = true;
      return parse(header_);
    }
  }
  if (header_.size() + header_bytes_ > largest_header) return refuse("the answer's header is longer than 64 KiB");
  return progress::more;
}

response_reader::progress beast_reader::refuse(std::string_view why) {
  error_ = why;
  return progress::failed;
}

response_reader::progress beast_reader::judge(error_code e, std::string_view rest) {
  if (e && e != http::error::need_more) {
    if (e == http::error::end_of_stream) return progress::stopped;
    if (e == http::error::body_limit) return refuse("the answer's body is longer than the largest allowed");
    if (e == http::error::header_limit) return refuse("the answer's header is longer than 64 KiB");
    if (e == http::error::bad_version) return refuse(not_http);
    if (e == http::error::bad_status) return refuse("the answer's status is not a number of three digits");
    if (e == http::error::bad_content_length) return refuse("the answer's Content-Length is not a length");
    if (e == http::error::multiple_content_length) return refuse("the answer has two different Content-Lengths");
    if (e == http::error::bad_transfer_encoding) return refuse("the answer's Transfer-Encoding contradicts its header");
    if (e == http::error::bad_chunk || e == http::error::bad_chunk_extension)
      return refuse("the answer's chunks are not well formed");
    return refuse(bad_header);
  }
  if (parser_->is_done()) {
    keep_alive_ = parser_->keep_alive();
    surplus_ = rest.size();
    if (!collected_.empty()) body_ = collected_;
    return progress::complete;
  }
  rest_.assign(rest);
  if (rest_.size() > largest_header) return refuse("the answer's chunks are not well formed");
  detach();
  return progress::more;
}

bool beast_reader::inside(std::string_view part) const {
  const auto begin = reinterpret_cast<std::uintptr_t>(input_.data());
  const auto at = reinterpret_cast<std::uintptr_t>(part.data());
  return at >= begin && at - begin <= input_.size();
}

// Copies what points into the caller's bytes, which do not outlive this call.
void beast_reader::detach() {
  if (!body_.empty() && collected_.empty()) {
    collected_.reserve(std::min<std::uint64_t>(expected_, 1u << 20));
    collected_.append(body_);
  }
  body_ = {};
  if (header_own_ || !header_done_) return;
  header_own_ = true;
  std::size_t length = 0;
  for (const header_view& h : headers_)
    for (std::string_view part : {h.name, h.value})
      if (inside(part)) length = std::max(length, static_cast<std::size_t>(part.data() + part.size() - input_.data()));
  header_.assign(input_.substr(0, length));
  for (header_view& h : headers_) {
    for (std::string_view* part : {&h.name, &h.value})
      if (inside(*part)) *part = {header_.data() + (part->data() - input_.data()), part->size()};
  }
}

void beast_reader::take_field(std::string_view name, std::string_view value) {
  if (header_done_) return;  // a trailer: nobody has asked for one
  if (model::is_name(name, "x-load-test") && model::is_name(value, "refused")) refuses_load_ = true;
  if (!value.empty() && !inside(value)) value = folded_.emplace_front(value);
  headers_.push_back({name, value});
}

bool beast_reader::take_piece(std::string_view piece) {
  if (streaming_) return sink_->on_piece(piece);
  if (collected_.empty() && body_.empty()) {
    body_ = piece;
    return true;
  }
  if (collected_.empty()) collected_.assign(body_);
  collected_.append(piece);
  body_ = {};
  return true;
}

response_reader::progress beast_reader::finish() {
  if (!header_done_) {
    return refuse("the target closed the connection inside the answer's header");
  }
  error_code e;
  parser_->put_eof(e);
  if (e) return refuse("the target closed the connection before the answer's body was complete");
  keep_alive_ = false;
  body_ = collected_;
  return progress::complete;
}

}  // namespace

std::unique_ptr<response_reader> make_response_reader() { return std::make_unique<beast_reader>(); }

}  // namespace lsrun::transport
