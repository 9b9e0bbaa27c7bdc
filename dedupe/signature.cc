#include "dedupe/signature.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <span>

#include "base/hash.h"
#include "base/text.h"
#include "dedupe/stories.h"

namespace hanfact::dedupe {
namespace {

constexpr uint64_t kShortSeed = 1, kLongSeed = 2, kHeadSeed = 3, kRowSeed = 4, kNumberSeed = 5,
                   kContextSeed = 6, kContentSeed = 7, kRunSeed = 8;
constexpr char32_t kNumberMark = 0x10FFFF;  // stands for a number in the context of another
constexpr size_t kContextBefore = 4, kContextBehind = 2;

bool IsSignificantSign(char32_t c) {
  if (c < 0x80) return IsAsciiDigit(c) || IsAsciiLetter(c);
  if (c < 0xC0 || c == 0xD7 || c == 0xF7) return false;
  if (IsSpace(c)) return false;
  if (c >= 0x2000 && c <= 0x20CF) return false;  // punctuation, raised digits, currency signs
  if (c >= 0x2100 && c <= 0x245F) return false;  // letter-like signs, arrows, mathematics
  if (c >= 0x2500 && c <= 0x2BFF) return false;  // boxes, shapes, dingbats
  if (c >= 0x3000 && c <= 0x3004) return false;
  if (c >= 0x3008 && c <= 0x3020) return false;  // brackets and marks
  if (c == 0x3030 || c == 0x30FB) return false;
  if (c >= 0xE000 && c <= 0xF8FF) return false;  // private use
  if (c >= 0xFE00 && c <= 0xFE6F) return false;  // selectors, vertical and small forms
  if (c >= 0xFF00 && c <= 0xFF0F) return false;
  if (c >= 0xFF1A && c <= 0xFF20) return false;
  if (c >= 0xFF3B && c <= 0xFF40) return false;
  if (c >= 0xFF5B && c <= 0xFF65) return false;
  if (c >= 0xFFE0) return c >= 0x1FB00 || (c >= 0x10000 && c < 0x1F000);  // signs, emoji
  return true;
}

inline bool IsSignificant(char32_t c) {
  return (c >= 0x4E00 && c <= 0x9FFF) || IsSignificantSign(c);  // most of a text is Han
}

char32_t Lower(char32_t c) { return c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c; }

// A text without its white space.
struct Solid {
  std::string bytes;
  std::vector<char32_t> text;  // its code points; ends before a cut sequence
};

Solid WithoutSpace(std::string_view text) {
  Solid out;
  out.bytes.reserve(text.size());
  out.text.resize(CountCodePoints(text));
  char32_t* to = out.text.data();
  size_t kept = 0;  // from here on nothing has been put out yet
  for (size_t at = 0; at < text.size();) {
    const uint32_t length = CodePointLength(text[at]);
    if (at + length > text.size()) break;
    const char32_t c = CodePointAt(text, at);
    if (IsSpace(c)) {
      out.bytes.append(text, kept, at - kept);
      kept = at + length;
    } else {
      *to++ = c;
    }
    at += length;
  }
  out.bytes.append(text, kept);
  out.text.resize(static_cast<size_t>(to - out.text.data()));
  return out;
}

// What makes a text what it is: letters (ASCII in lower case), digits, and all that is no white
// space, punctuation or symbol.
std::vector<char32_t> Significant(const std::vector<char32_t>& text) {
  std::vector<char32_t> out(text.size());
  char32_t* to = out.data();
  for (const char32_t c : text) {
    if (IsSignificant(c)) *to++ = Lower(c);
  }
  out.resize(static_cast<size_t>(to - out.data()));
  return out;
}

uint64_t HashOf(const char32_t* begin, size_t size, uint64_t seed) {
  return Hash64({reinterpret_cast<const char*>(begin), size * sizeof(char32_t)}, seed);
}

uint64_t Combine(const uint64_t* parts, size_t count, uint64_t seed) {
  return Hash64({reinterpret_cast<const char*>(parts), count * sizeof(uint64_t)}, seed);
}

// Hash64() of as many words as the compiler knows: it leaves the one way of that size. Done at
// every character, where a call that finds out the size takes three times as long.
template <size_t kWords>
uint64_t CombineAll(const uint64_t (&words)[kWords], uint64_t seed) {
  return XXH3_64bits_withSeed(words, sizeof words, seed);
}

// The hashes of all 5-grams, or the one of a shorter text. A code point has 21 bits: five fit into
// two words.
std::vector<uint64_t> HashShingles(const std::vector<char32_t>& text) {
  std::vector<uint64_t> out;
  if (text.empty()) return out;
  if (text.size() < kShingle) return {HashOf(text.data(), text.size(), kShortSeed)};
  out.resize(text.size() - kShingle + 1);
  for (size_t i = 0; i < out.size(); ++i) {
    const uint64_t words[2] = {
        uint64_t{text[i]} | uint64_t{text[i + 1]} << 21 | uint64_t{text[i + 2]} << 42,
        uint64_t{text[i + 3]} | uint64_t{text[i + 4]} << 21};
    out[i] = CombineAll(words, kShortSeed);
  }
  return out;
}

// The hashes of long shingles within the first `limit` characters, made of the hashes of the text's
// 5-grams in text order: a long one is told by the 5-grams it holds.
class LongShingles {
 public:
  LongShingles(const std::vector<char32_t>& text, const std::vector<uint64_t>& grams, size_t limit,
               uint64_t seed)
      : text_(text), grams_(grams), size_(std::min(limit, text.size())), seed_(seed) {}

  // One of the whole of a shorter text.
  [[nodiscard]] std::vector<uint64_t> All() const {
    std::vector<uint64_t> out;
    if (size_ < kLongShingle) {
      const size_t within = std::min(grams_.size(), size_ < kShingle ? 1 : size_ - kShingle + 1);
      if (within > 0) out.push_back(Combine(grams_.data(), within, seed_));
      return out;
    }
    out.reserve(size_ - kLongShingle + 1);
    for (size_t i = 0; i + kLongShingle <= size_; ++i) out.push_back(At(i));
    return out;
  }

  // Those with kBandDigits digits.
  [[nodiscard]] std::vector<uint64_t> WithDigits() const {
    std::vector<uint64_t> out;
    if (size_ < kLongShingle) return out;
    out.reserve(size_ - kLongShingle + 1);
    std::vector<uint32_t> digits;  // where they stand
    digits.reserve(size_);
    for (size_t i = 0; i < size_; ++i) {
      if (IsAsciiDigit(text_[i])) digits.push_back(static_cast<uint32_t>(i));
    }
    // Each digit with those behind it that make enough: the shingles that hold them and have not
    // been put out yet.
    size_t next = 0;
    for (size_t i = 0; i + kBandDigits <= digits.size(); ++i) {
      const size_t reach = digits[i + kBandDigits - 1] + size_t{1};
      if (reach > kLongShingle) next = std::max(next, reach - kLongShingle);
      const size_t last = std::min<size_t>(digits[i], size_ - kLongShingle);
      for (; next <= last; ++next) out.push_back(At(next));
    }
    return out;
  }

 private:
  [[nodiscard]] uint64_t At(size_t i) const {
    constexpr size_t kParts = kLongShingle / kShingle;
    uint64_t parts[kParts];
    for (size_t part = 0; part < kParts; ++part) parts[part] = grams_[i + part * kShingle];
    return CombineAll(parts, seed_);
  }

  const std::vector<char32_t>& text_;
  const std::vector<uint64_t>& grams_;
  size_t size_;
  uint64_t seed_;
};

// Sorts hashes, of which each value is as likely as any other: into buckets by their first bits, a
// few to a bucket, then each bucket.
void SortHashes(std::vector<uint64_t>& values) {
  if (values.size() < 64) {
    std::sort(values.begin(), values.end());
    return;
  }
  int bits = 4;
  while (bits < 16 && (size_t{4} << bits) < values.size()) ++bits;
  std::vector<uint32_t> ends(size_t{1} << bits, 0);
  for (const uint64_t v : values) ++ends[v >> (64 - bits)];
  uint32_t sum = 0;
  for (uint32_t& end : ends) {
    const uint32_t count = end;
    end = sum;
    sum += count;
  }
  std::vector<uint64_t> out(values.size());
  for (const uint64_t v : values) out[ends[v >> (64 - bits)]++] = v;
  // A few values each: moved in one by one. Where many share their first bits, sorted.
  constexpr size_t kFew = 16;
  size_t begin = 0;
  for (const uint32_t end : ends) {
    if (end - begin > kFew) {
      std::sort(out.begin() + static_cast<ptrdiff_t>(begin), out.begin() + end);
    } else {
      for (size_t i = begin + 1; i < end; ++i) {
        const uint64_t value = out[i];
        size_t to = i;
        for (; to > begin && out[to - 1] > value; --to) out[to] = out[to - 1];
        out[to] = value;
      }
    }
    begin = end;
  }
  values = std::move(out);
}

void KeepDistinct(std::vector<uint64_t>& values) {
  SortHashes(values);
  values.erase(std::unique(values.begin(), values.end()), values.end());
}

// The least `count` distinct values, sorted.
std::vector<uint64_t> Least(std::vector<uint64_t> values, size_t count) {
  // About four times as many lie below this; where values repeat so often that too few do, all are
  // sorted.
  if (values.size() > 8 * count) {
    const uint64_t limit = UINT64_MAX / values.size() * (4 * count);
    std::vector<uint64_t> least;
    least.reserve(8 * count);  // seldom more than half of it
    for (const uint64_t v : values) {
      if (v < limit) least.push_back(v);
    }
    KeepDistinct(least);
    if (least.size() >= count) {
      least.resize(count);
      return least;
    }
  }
  KeepDistinct(values);
  if (values.size() > count) values.resize(count);
  return values;
}

void AddBands(std::span<const uint64_t> hashes, BandFamily family, std::vector<uint64_t>& bands) {
  for (const uint64_t hash : hashes) {
    bands.push_back((hash & ~uint64_t{3}) | static_cast<uint64_t>(family));
  }
}

// One-permutation MinHash: every shingle falls into one bin and the bin keeps the least; an empty
// bin borrows from another that its number and the try choose (optimal densification), so that a
// text with fewer shingles than bins still has a value in each.
void AddMinHashBands(const std::vector<uint64_t>& shingles, std::vector<uint64_t>& bands) {
  constexpr size_t kBins = kMinHashBands * kMinHashRows;
  if (shingles.empty()) return;
  std::array<uint64_t, kBins> least;
  std::array<bool, kBins> filled{};
  for (const uint64_t hash : shingles) {
    const size_t bin = hash % kBins;
    const uint64_t value = hash / kBins;
    if (!filled[bin] || value < least[bin]) least[bin] = value;
    filled[bin] = true;
  }
  std::array<uint64_t, kBins> row = least;
  for (size_t bin = 0; bin < kBins; ++bin) {
    size_t from = bin;
    for (uint64_t attempt = 1; !filled[from]; ++attempt) {
      const uint64_t choice[2] = {bin, attempt};
      from = Hash64({reinterpret_cast<const char*>(choice), sizeof(choice)}, kRowSeed) % kBins;
    }
    row[bin] = least[from];
  }
  for (size_t band = 0; band < kMinHashBands; ++band) {
    std::array<uint64_t, kMinHashRows + 1> rows;
    rows[0] = band;
    std::copy_n(row.begin() + band * kMinHashRows, kMinHashRows, rows.begin() + 1);
    const uint64_t hash =
        Hash64({reinterpret_cast<const char*>(rows.data()), sizeof(rows)}, kRowSeed);
    AddBands({&hash, 1}, BandFamily::kMinHash, bands);
  }
}

// Asked at every character: bits, and no way through seventeen comparisons.
bool IsHanNumeral(char32_t c) {
  constexpr char32_t kFirst = 0x3007, kLast = 0x96F6;
  static constexpr auto kBits = [] {
    std::array<uint64_t, (kLast - kFirst) / 64 + 1> bits{};
    for (const char32_t numeral : std::u32string_view(U"〇零一二两三四五六七八九十百千万亿")) {
      bits[(numeral - kFirst) / 64] |= uint64_t{1} << (numeral - kFirst) % 64;
    }
    return bits;
  }();
  const char32_t place = c - kFirst;  // of those before, beyond the last
  return place <= kLast - kFirst && (kBits[place / 64] >> place % 64 & 1) != 0;
}

// Signs that belong to a number: they part 5月 from 5日 and 5% from 5元.
bool IsNumberSuffix(char32_t c) {
  return std::u32string_view(U"%‰年月日号时点元倍成").find(c) != std::u32string_view::npos;
}

bool IsDateSuffix(char32_t c) {
  return std::u32string_view(U"年月日号时点").find(c) != std::u32string_view::npos;
}

// A numeral in Han characters that is surely one: 一 alone is mostly a word (一个, 一直), as are 万
// and 千 (万一, 千方百计).
bool IsNumber(const std::u32string& token) {
  if (token.size() > 1) return true;
  return IsAsciiDigit(token[0]) ||
         std::u32string_view(U"二两三四五六七八九十").find(token[0]) != std::u32string_view::npos;
}

// The numbers of the text in order, each with the words around it, numbers in them masked: where
// two texts have one context and two numbers, they say different things.
struct Numbers {
  std::vector<uint64_t> list;
  std::vector<uint64_t> runs;  // hashes of stretches of numbers that are telling together
};

Numbers ReadNumbers(const std::vector<char32_t>& text) {
  struct Number {
    uint32_t hash;
    size_t place;   // in `words`
    size_t digits;  // of a date: one
  };
  std::vector<Number> numbers;
  numbers.reserve(32);
  std::vector<char32_t> words(text.size());
  size_t size = 0;  // of the words
  std::u32string token;
  for (size_t i = 0; i < text.size();) {
    if (!IsAsciiDigit(text[i]) && !IsHanNumeral(text[i])) {
      if (IsSignificant(text[i])) words[size++] = Lower(text[i]);
      ++i;
      continue;
    }
    token.clear();
    size_t end = i;
    while (end < text.size()) {
      const char32_t c = text[end];
      if (IsAsciiDigit(c) || IsHanNumeral(c)) {
        token += c;
      } else if ((c == '.' || c == ',') && end > i && IsAsciiDigit(text[end - 1]) &&
                 end + 1 < text.size() && IsAsciiDigit(text[end + 1])) {
        if (c == '.') token += c;
      } else {
        break;
      }
      ++end;
    }
    i = end;
    if (!IsNumber(token)) {
      for (const char32_t c : token) words[size++] = c;
      continue;
    }
    size_t digits = token.size();
    if (i < text.size() && IsNumberSuffix(text[i])) {
      if (IsDateSuffix(text[i])) digits = 1;
      token += text[i];
    }
    if (numbers.size() < kMaxNumbers) {
      numbers.push_back(
          {static_cast<uint32_t>(HashOf(token.data(), token.size(), kNumberSeed)), size, digits});
    }
    words[size++] = kNumberMark;
  }
  Numbers out;
  out.list.reserve(numbers.size());
  out.runs.reserve(numbers.size());
  for (size_t i = 0; i < numbers.size(); ++i) {
    uint64_t run[kLongestRun];
    size_t length = 0, digits = 0;
    while (digits < kRunDigits && length < kLongestRun && i + length < numbers.size()) {
      digits += numbers[i + length].digits;
      run[length] = numbers[i + length].hash;
      ++length;
    }
    if (length > 1 && digits >= kRunDigits) out.runs.push_back(Combine(run, length, kRunSeed));
  }
  for (const Number& number : numbers) {
    const size_t begin = number.place - std::min(number.place, kContextBefore);
    const size_t end = std::min(size, number.place + 1 + kContextBehind);
    const auto context =
        static_cast<uint32_t>(HashOf(words.data() + begin, end - begin, kContextSeed));
    out.list.push_back(uint64_t{number.hash} << 32 | context);
  }
  return out;
}

}  // namespace

Signature Sign(std::string_view match_text, const std::vector<Claim>& /*claims*/) {
  Signature signature;
  signature.bands.reserve(kMinHashBands + kRunBands + 3 * kDigitBands + kPlainBands +
                          2 * kHeadBands);
  // Without white space, so that texts of one content have one signature.
  Solid solid = WithoutSpace(match_text);
  signature.content = Hash64(solid.bytes, kContentSeed);
  Numbers numbers = ReadNumbers(solid.text);
  signature.numbers = std::move(numbers.list);
  std::vector<char32_t> text = Significant(solid.text);
  if (text.empty()) text = std::move(solid.text);  // nothing but signs: the signs are the text
  signature.shingles = HashShingles(text);
  const LongShingles body(text, signature.shingles, text.size(), kLongSeed);
  std::vector<uint64_t> with_digits = body.WithDigits();
  const bool many_runs = numbers.runs.size() >= kRichRuns;
  const bool rich = many_runs || with_digits.size() >= kRichShingles;
  AddBands(Least(std::move(numbers.runs), kRunBands), BandFamily::kRun, signature.bands);
  AddBands(Least(std::move(with_digits), many_runs ? kDigitBands : 2 * kDigitBands),
           BandFamily::kBody, signature.bands);
  if (!rich) AddBands(Least(body.All(), kPlainBands), BandFamily::kBody, signature.bands);
  const LongShingles head(text, signature.shingles, kHeadSize, kHeadSeed);
  with_digits = head.WithDigits();
  const bool few_digits = with_digits.size() < kHeadBands;
  AddBands(Least(std::move(with_digits), kHeadBands), BandFamily::kHead, signature.bands);
  if (few_digits) AddBands(Least(head.All(), kHeadBands), BandFamily::kHead, signature.bands);

  KeepDistinct(signature.shingles);
  signature.shingle_count = static_cast<uint32_t>(signature.shingles.size());
  if (!rich && signature.shingles.size() < kMinHashBelow) {
    AddMinHashBands(signature.shingles, signature.bands);
  }
  std::sort(signature.bands.begin(), signature.bands.end());
  signature.bands.erase(std::unique(signature.bands.begin(), signature.bands.end()),
                        signature.bands.end());
  if (signature.shingles.size() > kMaxShingles) signature.shingles.resize(kMaxShingles);
  signature.shingles.shrink_to_fit();
  return signature;
}

}  // namespace hanfact::dedupe
