// A request as a scenario writes it, and its answer.
#pragma once

#include <cstring>
#include <lsrun/json_form.hpp>
#include <lsrun/json_read.hpp>
#include <lsrun/json_write.hpp>
#include <lsrun/runtime.hpp>
#include <span>

namespace lsrun {

inline constexpr std::uint32_t long_poll = LSRUN_HTTP_LONG_POLL;  // the answer is held on purpose: in no latency
inline constexpr std::uint32_t empty_504 = LSRUN_HTTP_EMPTY_504;  // a 504 is an announced empty end: empty_poll
inline constexpr std::uint32_t no_retry = LSRUN_HTTP_NO_RETRY;    // a refusal comes to the scenario at once

struct header {
  constexpr header() : raw{} {}
  constexpr header(std::string_view name, std::string_view value) : raw{detail::str(name), detail::str(value)} {}
  lsrun_header raw;
};

// Up to four headers in place, or a list of any length that is borrowed until the co_await has begun.
class header_list {
 public:
  constexpr header_list() noexcept = default;
  constexpr header_list(const header& a, const header& b = {}, const header& c = {}, const header& d = {})  // NOLINT
      : few_{a, b, c, d} {
    while (count_ < 4 && few_[count_].raw.name.len > 0) ++count_;
  }
  constexpr header_list(std::span<const header> many) : many_(many) {}  // NOLINT
  constexpr std::span<const header> list() const noexcept {
    return many_.empty() ? std::span<const header>(few_, count_) : many_;
  }

 private:
  header few_[4];
  std::size_t count_ = 0;
  std::span<const header> many_;
};

// What an answer means; asked for every attempt, before retry and counting. reply.outcome() is lsrun's guess by HTTP
// status; `why` may be given a short reason, which is kept with the failure. A function or a lambda without captures.
using classifier = lsrun::outcome (*)(const reply&, std::string& why);

// The rarer parts of a request: `c.get(path, "read", {.headers = {{"Accept", "text/plain"}}, .flags =
// lsrun::no_retry})`.
struct with {
  header_list headers = {};              // besides Host, Content-Length, the config's and, of JSON, its type
  nanoseconds timeout = nanoseconds(0);  // of the whole exchange; 0: target.request_timeout
  std::uint32_t flags = 0;               // long_poll | empty_504 | no_retry
  classifier classify = nullptr;         // instead of the scenario's own
};
inline constexpr with nothing_more{};

// What is sent: JSON (with its content type), or any bytes (with no type but that of the headers).
class body {
 public:
  body() noexcept = default;
  body(const json& document) noexcept : text_(document.text()), json_(true) {}             // NOLINT
  body(const detail::pooled_text& object) noexcept : text_(object.text()), json_(true) {}  // NOLINT
  template <std::convertible_to<std::string_view> S>
  requires(!std::same_as<S, json>) body(const S& bytes)
  noexcept : text_(bytes) {}  // NOLINT
  std::string_view text() const noexcept { return text_; }
  bool is_json() const noexcept { return json_; }

 private:
  std::string_view text_;
  bool json_ = false;
};

// A request in full, for client::request.
struct request {
  std::string_view method = "GET", target;
  lsrun::body body = {};
  lsrun::operation operation = "default";
  lsrun::with with = {};
};
inline const body no_body{};

class reply;

namespace detail {

// The answer whose done() is running: until that returns its headers can be read, and a reply may borrow its text.
struct live_answer {
  std::uint64_t number = 0;   // of the client's answers; 0: none is live
  reply* borrower = nullptr;  // that has not copied the text yet
  void end();
};

}  // namespace detail

// An answer, or what came instead of one. A reply owns its body; strings handed out live as long as the reply.
class reply {
 public:
  reply() noexcept : kept_{} {}
  reply(reply&& other) noexcept { take(other); }
  reply& operator=(reply&& other) noexcept {
    if (this != &other) {
      stop_borrowing();
      take(other);
    }
    return *this;
  }
  ~reply() { stop_borrowing(); }

  lsrun::outcome outcome() const noexcept { return static_cast<lsrun::outcome>(raw().outcome); }
  bool ok() const noexcept { return well(outcome()); }
  unsigned status() const noexcept { return raw().status; }      // HTTP; 0: no answer
  unsigned attempts() const noexcept { return raw().attempts; }  // 1 + retries
  std::string_view body() const { return detail::view(owned().body); }
  std::string_view error() const { return detail::view(owned().error); }
  // Of the last attempt, on the clock of client::now(); 0: did not happen.
  nanoseconds planned() const noexcept { return nanoseconds(raw().planned_ns); }
  nanoseconds sent() const noexcept { return nanoseconds(raw().sent_ns); }
  nanoseconds first_byte() const noexcept { return nanoseconds(raw().first_byte_ns); }
  nanoseconds end() const noexcept { return nanoseconds(raw().end_ns); }
  // Of a stream: how many events or pieces this answer had.
  std::uint64_t pieces() const noexcept { return pieces_; }

  // A header of the answer, names without case; "" if absent. Read headers before the next co_await: later throws
  // std::logic_error.
  std::string_view header(std::string_view name) const {
    if (!host_) return {};
    if (live_ && live_->number != number_)
      throw std::logic_error("lsrun::reply::header: read an answer's headers before the next co_await");
    lsrun_str value{};
    return host_->reply_header(&raw(), detail::str(name), &value) == LSRUN_OK ? detail::view(value)
                                                                              : std::string_view();
  }

  // The body as JSON, by JSON pointers: r.json_string("/data/id").
  json_view json() const { return json_view(body()); }
  bool has(std::string_view pointer) const { return json().has(pointer); }
  std::string json_string(std::string_view pointer, std::string_view fallback = "") const {
    return json().json_string(pointer, fallback);
  }
  std::int64_t json_int(std::string_view pointer, std::int64_t fallback = 0) const {
    return json().json_int(pointer, fallback);
  }
  double json_number(std::string_view pointer, double fallback = 0) const {
    return json().json_number(pointer, fallback);
  }
  bool json_bool(std::string_view pointer, bool fallback = false) const { return json().json_bool(pointer, fallback); }

  // For the SDK: a reply that borrows what it is lent, for a classifier ...
  explicit reply(const lsrun_host* host) noexcept : host_(host) {}
  void lend(const lsrun_http_reply& raw, std::uint64_t pieces) noexcept {
    raw_ = &raw;
    pieces_ = pieces;
    if (raw.struct_size < sizeof raw) [[unlikely]]
      keep(raw);
  }
  // ... and one that borrows it while it is live, and then owns it: a text that nobody asks for is not copied.
  reply(detail::runtime& r, const lsrun_http_reply& raw, std::uint64_t pieces, detail::live_answer& live) noexcept
      : raw_(&raw), host_(r.host), runtime_(&r), pieces_(pieces), live_(&live), number_(live.number), borrows_(true) {
    live.borrower = this;
    if (raw.struct_size < sizeof raw) [[unlikely]]
      keep(raw);
  }
  // Copies what is borrowed from the live answer. Throws std::bad_alloc.
  void own() {
    if (borrows_) copy();
  }

 private:
  const lsrun_http_reply& raw() const noexcept { return raw_ ? *raw_ : kept_; }
  const lsrun_http_reply& owned() const {
    if (borrows_) [[unlikely]]  // copied before it is handed out: views of it live as long as the reply
      const_cast<reply*>(this)->copy();
    return raw();
  }
  // Of a host with fewer fields what it lacks is 0.
  [[gnu::noinline]] void keep(const lsrun_http_reply& raw) noexcept {
    kept_ = {};
    std::memcpy(static_cast<void*>(&kept_), &raw, raw.struct_size < sizeof kept_ ? raw.struct_size : sizeof kept_);
    raw_ = nullptr;
  }
  [[gnu::noinline]] void copy() {
    detail::pooled_text text(*runtime_);
    if (raw_) keep(*raw_);
    text.buffer().append(detail::view(kept_.body));
    text.buffer().append(detail::view(kept_.error));
    kept_.body.ptr = text.text().data();
    kept_.error.ptr = kept_.body.ptr + kept_.body.len;
    text_ = std::move(text);
    stop_borrowing();
  }
  void stop_borrowing() noexcept {
    if (borrows_) live_->borrower = nullptr;
    borrows_ = false;
  }
  void take(reply& other) noexcept {
    raw_ = other.raw_;
    if (!raw_) kept_ = other.kept_;
    host_ = other.host_;
    runtime_ = other.runtime_;
    pieces_ = other.pieces_;
    text_ = std::move(other.text_);
    live_ = other.live_;
    number_ = other.number_;
    borrows_ = std::exchange(other.borrows_, false);
    if (borrows_) live_->borrower = this;
  }

  const lsrun_http_reply* raw_ = nullptr;  // the host's; nullptr: kept_
  const lsrun_host* host_ = nullptr;
  detail::runtime* runtime_ = nullptr;
  std::uint64_t pieces_ = 0;
  detail::pooled_text text_;  // body, then error, of one that owns them
  detail::live_answer* live_ = nullptr;
  std::uint64_t number_ = 0;  // among the client's answers
  bool borrows_ = false;      // from the live answer
  lsrun_http_reply kept_;     // NOLINT: filled only where raw_ is nullptr
};

inline void detail::live_answer::end() {
  if (borrower) borrower->own();
  number = 0;
}

namespace detail {

// What http() needs, put together; and the classification that a request shares with a stream.
struct request_parts {  // borrows all: a request is begun in the expression that makes it
  std::string_view method, target;
  const lsrun::body* content;
  const lsrun::operation* op;
  const lsrun::with* more;

  // `headers` keeps the list until http() has returned.
  lsrun_http_request raw(runtime& r, lsrun_session* session, std::vector<lsrun_header>& headers) const {
    return raw(r.operation_id(session, *op), headers);
  }
  lsrun_http_request raw(std::uint32_t operation, std::vector<lsrun_header>& headers) const {
    lsrun_http_request q{};
    q.struct_size = sizeof q;
    q.flags = more->flags;
    q.operation = operation;
    q.method = str(method);
    q.target = str(target);
    q.body = str(content->text());
    q.timeout_ns = static_cast<std::uint64_t>(more->timeout.count());
    put_headers(q, headers);
    return q;
  }

 private:
  void put_headers(lsrun_http_request& q, std::vector<lsrun_header>& headers) const {
    static constexpr header json_type("Content-Type", "application/json");
    if (more->headers.list().empty()) {  // most often
      if (content->is_json()) q.headers = &json_type.raw;
      q.header_count = content->is_json() ? 1 : 0;
      return;
    }
    headers.clear();
    bool typed = !content->is_json();
    for (const auto& h : more->headers.list()) {
      headers.push_back(h.raw);
      typed = typed || is_content_type(view(h.raw.name));
    }
    if (!typed) headers.push_back(json_type.raw);
    q.headers = headers.data();
    q.header_count = static_cast<std::uint32_t>(headers.size());
  }
  static bool is_content_type(std::string_view name) {
    static constexpr std::string_view wanted = "content-type";
    if (name.size() != wanted.size()) return false;
    for (std::size_t i = 0; i < name.size(); ++i)
      if ((static_cast<unsigned char>(name[i]) | 0x20u) != static_cast<unsigned char>(wanted[i])) return false;
    return true;
  }
};

// Asks the request's or the scenario's classifier, of one answer after another. An exception of theirs is kept for the
// step, which it will end.
class judge {
 public:
  explicit judge(const lsrun_host* host) noexcept : answer_(host) {}
  lsrun_outcome ask(classifier own, const lsrun_http_reply& raw, std::uint64_t pieces, lsrun_text_out* text,
                    std::exception_ptr& failure) noexcept {
    return ask_by([own](const reply& r, std::string& why) { return own(r, why); }, raw, pieces, text, failure);
  }
  lsrun_outcome ask(const runtime& r, const lsrun_http_reply& raw, std::uint64_t pieces, lsrun_text_out* text,
                    std::exception_ptr& failure) noexcept {
    return ask_by([&r](const reply& a, std::string& why) { return r.classify(r.scenario, a, why); }, raw, pieces, text,
                  failure);
  }

 private:
  template <class Word>
  [[gnu::always_inline]] lsrun_outcome ask_by(Word word, const lsrun_http_reply& raw, std::uint64_t pieces,
                                              lsrun_text_out* text, std::exception_ptr& failure) noexcept {
    answer_.lend(raw, pieces);
    try {
      const auto o = word(answer_, why_);
      if (!why_.empty()) [[unlikely]]
        tell(text);
      return static_cast<lsrun_outcome>(o);
    } catch (...) {
      return threw(text, failure);
    }
  }
  // To be called where the exception was caught.
  [[gnu::noinline, gnu::cold]] lsrun_outcome threw(lsrun_text_out* text, std::exception_ptr& failure) noexcept {
    failure = std::current_exception();
    why_ = "the scenario's classify threw";
    tell(text);
    return LSRUN_OUTCOME_PROTOCOL_ERROR;
  }
  [[gnu::noinline]] void tell(lsrun_text_out* text) noexcept {
    put_text(text, why_);
    why_.clear();
  }
  reply answer_;
  std::string why_;
};

[[noreturn]] inline void refuse(lsrun_status status) {
  if (status == LSRUN_CANCELLED) throw cancelled();
  throw std::runtime_error(status == LSRUN_LIMIT ? "lsrun does not start the operation: too many are in flight"
                                                 : "lsrun does not start the operation: see its log");
}

}  // namespace detail
}  // namespace lsrun
