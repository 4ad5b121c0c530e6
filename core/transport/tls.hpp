// TLS on the client's own non-blocking sockets: one context for a client, with the session that the next handshake
// resumes.
#pragma once

#include <sys/types.h>

#include "transport/client.hpp"

struct ssl_ctx_st;
struct ssl_st;
struct ssl_session_st;

namespace lsrun::transport {

struct connection;

// What came of a read or write: size > 0, or the end of the stream (0), or an error (-1) where EAGAIN means later.
struct transfer {
  ssize_t size = 0;
  int error = 0;
  bool cut_off = false;  // with the end of the stream: TLS's own good-bye is missing, so anybody may have made this end
};

class tls_context {
 public:
  // Throws std::runtime_error with a sentence.
  explicit tls_context(const settings&);
  ~tls_context();
  tls_context(const tls_context&) = delete;
  tls_context& operator=(const tls_context&) = delete;

  // Gives a connected socket its TLS state; nothing is sent yet. The connection must not move. False: no memory.
  bool attach(connection&);
  enum class handshake { done, later, failed };
  // Goes on with the handshake. `why`: words, when it failed.
  handshake shake(connection&, std::string& why);
  bool resumed(const connection&) const;
  static transfer read(connection&, char* to, std::size_t room);
  // Bytes that are decrypted and not read yet: no edge of the socket will tell of them.
  static bool pending(const connection&);
  // Also such that are not decrypted yet, as may be of a record that is not whole.
  static bool holds_bytes(const connection&);
  static transfer write(connection&, const char* from, std::size_t size);
  // Says good-bye if the connection is in order, and frees the TLS state.
  static void detach(connection&, bool in_order);

 private:
  static int keep_session(ssl_st*, ssl_session_st*);

  ssl_ctx_st* context_ = nullptr;
  ssl_session_st* session_ = nullptr;  // the newest that the target gave
  std::string name_;
  bool name_is_address_ = false, insecure_ = false;
};

}  // namespace lsrun::transport
