#include "base/hash.h"

#include <openssl/evp.h>
#include <xxhash.h>

#include <array>

namespace hanfact {

std::string Sha256Hex(std::string_view bytes) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int size = 0;
  // Looked up once: EVP_sha256() is looked up again for every digest.
  static const EVP_MD* const sha256 = EVP_MD_fetch(nullptr, "SHA256", nullptr);
  EVP_Digest(bytes.data(), bytes.size(), digest.data(), &size, sha256, nullptr);
  static constexpr char kHex[] = "0123456789abcdef";
  std::string out;
  out.reserve(64);
  for (unsigned int i = 0; i < size; ++i) {
    out += kHex[digest[i] >> 4];
    out += kHex[digest[i] & 15];
  }
  return out;
}

IdentityHash& IdentityHash::Add(std::string_view part) {
  uint64_t size = part.size();
  for (int i = 0; i < 8; ++i, size >>= 8) bytes_ += static_cast<char>(size & 0xFF);
  bytes_ += part;
  return *this;
}

std::string IdentityHash::Hex128() const { return Sha256Hex(bytes_).substr(0, 32); }

uint64_t Hash64(std::string_view bytes, uint64_t seed) {
  return XXH3_64bits_withSeed(bytes.data(), bytes.size(), seed);
}

}  // namespace hanfact
