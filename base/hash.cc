#include "base/hash.h"

// Hashes of a few bytes, which shingles are, take half the time without a call into the library.
#define XXH_INLINE_ALL
#include <openssl/evp.h>
#include <xxhash.h>

#include <array>
#include <memory>

namespace hanfact {

namespace {

using Digest = std::array<unsigned char, 32>;

Digest Sha256(std::string_view bytes) {
  Digest digest;
  // Looked up once: EVP_sha256() is looked up again for every digest. The context is kept, too,
  // with the digest it is for: for the few bytes of an id making one costs more than hashing.
  static const EVP_MD* const sha256 = EVP_MD_fetch(nullptr, "SHA256", nullptr);
  static thread_local const auto context = [] {
    std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> made(EVP_MD_CTX_new(),
                                                                 &EVP_MD_CTX_free);
    EVP_DigestInit_ex(made.get(), sha256, nullptr);
    return made;
  }();
  EVP_DigestInit_ex(context.get(), nullptr, nullptr);  // the same digest again
  EVP_DigestUpdate(context.get(), bytes.data(), bytes.size());
  EVP_DigestFinal_ex(context.get(), digest.data(), nullptr);
  return digest;
}

// The first bytes in hex.
std::string Hex(const Digest& digest, size_t bytes) {
  static constexpr char kHex[] = "0123456789abcdef";
  std::string out(2 * bytes, '\0');
  for (size_t i = 0; i < bytes; ++i) {
    out[2 * i] = kHex[digest[i] >> 4];
    out[2 * i + 1] = kHex[digest[i] & 15];
  }
  return out;
}

}  // namespace

std::string Sha256Hex(std::string_view bytes) {
  const Digest digest = Sha256(bytes);
  return Hex(digest, digest.size());
}

IdentityHash& IdentityHash::Add(std::string_view part) {
  if (bytes_.empty()) bytes_.reserve(256);  // most identities, in one piece
  uint64_t size = part.size();
  std::array<char, 8> length;
  for (char& byte : length) {
    byte = static_cast<char>(size & 0xFF);
    size >>= 8;
  }
  bytes_.append(length.data(), length.size()).append(part);
  return *this;
}

std::string IdentityHash::Hex128() const { return Hex(Sha256(bytes_), 16); }

uint64_t Hash64(std::string_view bytes, uint64_t seed) {
  return XXH3_64bits_withSeed(bytes.data(), bytes.size(), seed);
}

}  // namespace hanfact
