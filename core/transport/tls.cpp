// OpenSSL over a BIO of our own: it neither raises SIGPIPE nor reads a socket that is known to be empty.
#include "transport/tls.hpp"

#include <arpa/inet.h>
#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <cerrno>
#include <stdexcept>

#include "transport/connection.hpp"
#include "transport/socket.hpp"

namespace lsrun::transport {

namespace {

int bio_write(BIO* bio, const char* from, int size) {
  const auto& c = *static_cast<connection*>(BIO_get_data(bio));
  BIO_clear_retry_flags(bio);
  const ssize_t n = send_bytes(c.fd, from, static_cast<std::size_t>(size));
  if (n < 0 && (errno == EAGAIN || errno == EINTR)) BIO_set_retry_write(bio);
  return static_cast<int>(n);
}

int bio_read(BIO* bio, char* to, int room) {
  auto& c = *static_cast<connection*>(BIO_get_data(bio));
  BIO_clear_retry_flags(bio);
  if (c.drained && !c.hung_up) {
    BIO_set_retry_read(bio);
    errno = EAGAIN;
    return -1;
  }
  const ssize_t n = receive_bytes(c.fd, to, static_cast<std::size_t>(room));
  if (n < 0 && (errno == EAGAIN || errno == EINTR)) BIO_set_retry_read(bio);
  if (n == 0) BIO_set_flags(bio, BIO_FLAGS_IN_EOF);
  if (n > 0) c.drained = n < room;
  return static_cast<int>(n);
}

long bio_control(BIO* bio, int command, long, void*) {
  if (command == BIO_CTRL_EOF) return BIO_test_flags(bio, BIO_FLAGS_IN_EOF) != 0;
  return command == BIO_CTRL_FLUSH ? 1 : 0;
}

BIO_METHOD* socket_method() {
  static BIO_METHOD* const method = [] {
    BIO_METHOD* m = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "lsrun connection");
    BIO_meth_set_write(m, bio_write);
    BIO_meth_set_read(m, bio_read);
    BIO_meth_set_ctrl(m, bio_control);
    return m;
  }();
  return method;
}

std::string openssl_words() {
  const unsigned long code = ERR_get_error();
  ERR_clear_error();
  const char* reason = ERR_reason_error_string(code);
  return reason != nullptr ? reason : "no reason given";
}

bool is_address(const std::string& name) {
  unsigned char bytes[sizeof(in6_addr)];
  return inet_pton(AF_INET, name.c_str(), bytes) == 1 || inet_pton(AF_INET6, name.c_str(), bytes) == 1;
}

// Why nothing was transferred. Told by the connection's own state: OpenSSL's list of errors is the thread's, in which a
// plugin may have left some, and emptying it before each transfer cost a tenth of all that a request does in user
// space.
transfer why_none(SSL* tls) {
  const int system = errno;
  if (BIO_should_retry(SSL_get_rbio(tls)) && SSL_want(tls) != SSL_NOTHING) return {-1, EAGAIN};
  ERR_clear_error();
  if (SSL_in_init(tls)) return {-1, EPROTO};  // where OpenSSL puts a connection that broke the protocol
  // The target's good-bye; or the connection ended without one, see the option below.
  if ((SSL_get_shutdown(tls) & SSL_RECEIVED_SHUTDOWN) != 0) return {0, 0, BIO_eof(SSL_get_rbio(tls)) == 1};
  return {-1, system != 0 && system != EAGAIN ? system : ECONNRESET};
}

}  // namespace

tls_context::tls_context(const settings& s) : insecure_(s.insecure) {
  name_ = s.server_name.empty() ? host_of(s.target) : s.server_name;
  if (name_.size() > 2 && name_.front() == '[' && name_.back() == ']') name_ = name_.substr(1, name_.size() - 2);
  name_is_address_ = is_address(name_);
  context_ = SSL_CTX_new(TLS_client_method());
  if (context_ == nullptr) throw std::runtime_error("TLS cannot be set up: " + openssl_words());
  SSL_CTX_set_min_proto_version(context_, TLS1_2_VERSION);
  SSL_CTX_set_options(context_, SSL_OP_IGNORE_UNEXPECTED_EOF);  // `transfer` says so, and the session is kept
  SSL_CTX_set_mode(context_,
                   SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER | SSL_MODE_RELEASE_BUFFERS);
  SSL_CTX_set_read_ahead(context_, 1);
  SSL_CTX_set_verify(context_, insecure_ ? SSL_VERIFY_NONE : SSL_VERIFY_PEER, nullptr);
  constexpr unsigned char http1[] = {8, 'h', 't', 't', 'p', '/', '1', '.', '1'};
  SSL_CTX_set_alpn_protos(context_, http1, sizeof http1);
  SSL_CTX_set_session_cache_mode(context_, SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL);
  SSL_CTX_set_app_data(context_, this);
  SSL_CTX_sess_set_new_cb(context_, keep_session);
  if (insecure_) return;
  const int loaded = s.ca.empty() ? SSL_CTX_set_default_verify_paths(context_)
                                  : SSL_CTX_load_verify_locations(context_, s.ca.c_str(), nullptr);
  if (loaded == 1) return;
  const std::string words = openssl_words();
  SSL_CTX_free(context_);
  throw std::runtime_error("TLS: the CA file " + s.ca + " cannot be used: " + words +
                           "; target.tls.ca must name a readable PEM file with at least one certificate");
}

tls_context::~tls_context() {
  SSL_SESSION_free(session_);
  SSL_CTX_free(context_);
}

// Called by OpenSSL when the target has given a session; 1: we own the reference.
int tls_context::keep_session(SSL* tls, SSL_SESSION* session) {
  auto& self = *static_cast<tls_context*>(SSL_CTX_get_app_data(SSL_get_SSL_CTX(tls)));
  SSL_SESSION_free(self.session_);
  self.session_ = session;
  return 1;
}

bool tls_context::attach(connection& c) {
  SSL* tls = SSL_new(context_);
  BIO* bio = tls == nullptr ? nullptr : BIO_new(socket_method());
  if (bio == nullptr) {
    SSL_free(tls);
    return false;
  }
  BIO_set_data(bio, &c);
  BIO_set_init(bio, 1);
  SSL_set_bio(tls, bio, bio);
  SSL_set_connect_state(tls);
  if (name_is_address_) {
    X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(tls), name_.c_str());
  } else {
    SSL_set_hostflags(tls, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
    SSL_set1_host(tls, name_.c_str());
    SSL_set_tlsext_host_name(tls, name_.c_str());
  }
  if (session_ != nullptr) SSL_set_session(tls, session_);
  c.tls = tls;
  return true;
}

tls_context::handshake tls_context::shake(connection& c, std::string& why) {
  ERR_clear_error();
  errno = 0;
  const int done = SSL_do_handshake(c.tls);
  if (done == 1) return handshake::done;
  const int system = errno;
  const int error = SSL_get_error(c.tls, done);
  if (error == SSL_ERROR_WANT_READ || error == SSL_ERROR_WANT_WRITE) return handshake::later;
  const long verdict = SSL_get_verify_result(c.tls);
  if (!insecure_ && verdict != X509_V_OK) {
    why = std::string("TLS: the target's certificate is refused: ") + X509_verify_cert_error_string(verdict) +
          " (expected name: " + name_ + ")";
  } else if (error == SSL_ERROR_SYSCALL && system != 0 && system != EAGAIN) {
    why = "TLS: the connection broke in the handshake: " + words_of(system);
  } else if (error == SSL_ERROR_SSL) {
    why = "TLS: " + openssl_words();
  } else {
    why = "TLS: the target closed the connection in the handshake";
  }
  ERR_clear_error();
  return handshake::failed;
}

bool tls_context::resumed(const connection& c) const { return SSL_session_reused(c.tls) == 1; }

transfer tls_context::read(connection& c, char* to, std::size_t room) {
  errno = 0;
  const int size = SSL_read(c.tls, to, static_cast<int>(room));
  return size > 0 ? transfer{size, 0} : why_none(c.tls);
}

bool tls_context::pending(const connection& c) { return SSL_pending(c.tls) > 0; }

bool tls_context::holds_bytes(const connection& c) { return SSL_has_pending(c.tls) == 1; }

transfer tls_context::write(connection& c, const char* from, std::size_t size) {
  constexpr std::size_t most = 1u << 30;
  errno = 0;
  const int sent = SSL_write(c.tls, from, static_cast<int>(std::min(size, most)));
  return sent > 0 ? transfer{sent, 0} : why_none(c.tls);
}

void tls_context::detach(connection& c, bool in_order) {
  if (in_order && !c.hung_up) {
    ERR_clear_error();
    SSL_shutdown(c.tls);
  }
  SSL_set_shutdown(c.tls, SSL_SENT_SHUTDOWN | SSL_RECEIVED_SHUTDOWN);  // an open end would spoil the session kept
  SSL_free(c.tls);
  ERR_clear_error();
  c.tls = nullptr;
}

}  // namespace lsrun::transport
