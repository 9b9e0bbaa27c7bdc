// Hashes of content, for identities that stay the same across runs and machines.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace hanfact {

// SHA-256 of the bytes, 64 lower-case hex digits.
[[nodiscard]] std::string Sha256Hex(std::string_view bytes);

// The first 128 bits, 32 hex digits, of SHA-256 over parts that are each preceded by their length
// (eight bytes, little endian), so that no two lists of parts run together.
class IdentityHash {
 public:
  IdentityHash& Add(std::string_view part);
  // Begins anew, in the same memory.
  IdentityHash& Clear() {
    bytes_.clear();
    return *this;
  }
  [[nodiscard]] std::string Hex128() const;

 private:
  std::string bytes_;
};

// xxHash (XXH3) of the bytes: fast, stable across versions, not for identities of record.
[[nodiscard]] uint64_t Hash64(std::string_view bytes, uint64_t seed = 0);

}  // namespace hanfact
