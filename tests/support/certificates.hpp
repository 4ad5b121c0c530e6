// Certificates made for one test run: an authority, and server certificates that it did or did not sign.
#pragma once

#include <string>

struct ssl_ctx_st;
struct evp_pkey_st;
struct x509_st;

namespace lsrun::test {

class authority {
 public:
  authority();
  ~authority();
  authority(const authority&) = delete;
  authority& operator=(const authority&) = delete;

  // The path of its certificate as PEM, in a temporary folder that goes with it.
  const std::string& file() const { return file_; }
  // A server's TLS context; `names` as in subjectAltName: "DNS:localhost,IP:127.0.0.1". The caller frees it with
  // SSL_CTX_free after the server. `trusted` false: signed by itself.
  ssl_ctx_st* server(const char* names, bool trusted = true) const;

 private:
  evp_pkey_st* key_;
  x509_st* certificate_;
  std::string folder_, file_;
};

}  // namespace lsrun::test
