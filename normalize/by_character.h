// Lists by a character, for lookups that mostly find nothing: one per number and place around it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace hanfact::normalize {

// Open addressing over a power of two, at most a quarter full: a miss costs one load. U+0000 is no
// key.
template <class T>
class ByCharacter {
 public:
  struct Entry {
    char32_t first = 0;
    std::vector<T> second;
  };

  // The list of `c`, made where there is none. Iterators do not outlive it.
  std::vector<T>& operator[](char32_t c) {
    if (const Entry* found = find(c); found != end()) {
      return entries_[static_cast<size_t>(found - entries_.data())].second;
    }
    entries_.push_back({c, {}});
    if (entries_.size() * 4 > slots_.size()) Grow();
    Place(entries_.size() - 1);
    return entries_.back().second;
  }

  // end() where `c` has no list.
  [[nodiscard]] const Entry* find(char32_t c) const {
    if (slots_.empty() || c == 0) return end();
    for (size_t i = Hash(c);; i = (i + 1) & (slots_.size() - 1)) {
      const Slot& slot = slots_[i];
      if (slot.key == c) return &entries_[slot.entry];
      if (slot.key == 0) return end();
    }
  }

  void clear() {
    entries_.clear();
    slots_.clear();
  }
  // In the order they were made.
  [[nodiscard]] Entry* begin() { return entries_.data(); }
  [[nodiscard]] Entry* end() { return entries_.data() + entries_.size(); }
  [[nodiscard]] const Entry* begin() const { return entries_.data(); }
  [[nodiscard]] const Entry* end() const { return entries_.data() + entries_.size(); }

 private:
  struct Slot {
    char32_t key = 0;
    uint32_t entry = 0;
  };

  [[nodiscard]] size_t Hash(char32_t c) const {
    return (static_cast<uint32_t>(c) * 0x9E3779B1u >> 8) & (slots_.size() - 1);
  }
  void Place(size_t entry) {
    size_t i = Hash(entries_[entry].first);
    while (slots_[i].key != 0) i = (i + 1) & (slots_.size() - 1);
    slots_[i] = {entries_[entry].first, static_cast<uint32_t>(entry)};
  }
  void Grow() {
    slots_.assign(slots_.empty() ? 64 : slots_.size() * 2, Slot());
    for (size_t i = 0; i + 1 < entries_.size(); ++i) Place(i);
  }

  std::vector<Entry> entries_;
  std::vector<Slot> slots_;
};

}  // namespace hanfact::normalize
