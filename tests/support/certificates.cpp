// See certificates.hpp. Made with the library itself, so that no command and no file of keys is needed.
#include "support/certificates.hpp"

#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <stdexcept>

namespace lsrun::test {

namespace {

void extend(X509* c, X509* issuer, int kind, const char* value) {
  X509V3_CTX context;
  X509V3_set_ctx_nodb(&context);
  X509V3_set_ctx(&context, issuer, c, nullptr, nullptr, 0);
  X509_EXTENSION* e = X509V3_EXT_conf_nid(nullptr, &context, kind, value);
  if (e == nullptr || X509_add_ext(c, e, -1) != 1) throw std::runtime_error("no certificate extension");
  X509_EXTENSION_free(e);
}

X509* certificate_for(EVP_PKEY* key, const char* common_name, long serial) {
  X509* c = X509_new();
  X509_set_version(c, 2);
  ASN1_INTEGER_set(X509_get_serialNumber(c), serial);
  X509_gmtime_adj(X509_getm_notBefore(c), -3600);
  X509_gmtime_adj(X509_getm_notAfter(c), 3600 * 24);
  X509_set_pubkey(c, key);
  X509_NAME_add_entry_by_txt(X509_get_subject_name(c), "CN", MBSTRING_ASC,
                             reinterpret_cast<const unsigned char*>(common_name), -1, -1, 0);
  return c;
}

}  // namespace

authority::authority() : key_(EVP_EC_gen("P-256")), certificate_(certificate_for(key_, "lsrun test authority", 1)) {
  X509_set_issuer_name(certificate_, X509_get_subject_name(certificate_));
  extend(certificate_, certificate_, NID_basic_constraints, "critical,CA:TRUE");
  extend(certificate_, certificate_, NID_key_usage, "critical,keyCertSign");
  X509_sign(certificate_, key_, EVP_sha256());
  char folder[] = "/tmp/lsrun-test-XXXXXX";
  if (mkdtemp(folder) == nullptr) throw std::runtime_error("no temporary folder");
  folder_ = folder;
  file_ = folder_ + "/ca.pem";
  std::FILE* f = std::fopen(file_.c_str(), "we");
  if (f == nullptr || PEM_write_X509(f, certificate_) != 1) throw std::runtime_error("no CA file");
  std::fclose(f);
}

authority::~authority() {
  unlink(file_.c_str());
  rmdir(folder_.c_str());
  X509_free(certificate_);
  EVP_PKEY_free(key_);
}

SSL_CTX* authority::server(const char* names, bool trusted) const {
  EVP_PKEY* key = EVP_EC_gen("P-256");
  X509* c = certificate_for(key, "lsrun test server", 2);
  X509_set_issuer_name(c, X509_get_subject_name(trusted ? certificate_ : c));
  extend(c, trusted ? certificate_ : c, NID_subject_alt_name, names);
  X509_sign(c, trusted ? key_ : key, EVP_sha256());
  SSL_CTX* context = SSL_CTX_new(TLS_server_method());
  SSL_CTX_use_certificate(context, c);
  SSL_CTX_use_PrivateKey(context, key);
  X509_free(c);
  EVP_PKEY_free(key);
  return context;
}

}  // namespace lsrun::test
