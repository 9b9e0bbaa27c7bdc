#include "normalize/script.h"

#include <unicode/normalizer2.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <unordered_map>
#include <vector>

// OpenCC's tables as text, "key\tcandidate[ candidate...]" (cmake/ScriptTables.cmake).
extern "C" {
extern const char hanfact_ts_characters[], hanfact_ts_characters_end[];
extern const char hanfact_ts_phrases[], hanfact_ts_phrases_end[];
extern const char hanfact_st_characters[], hanfact_st_characters_end[];
}

namespace hanfact::normalize {
namespace {

// An entry of the table of first code points: the simplified character in the low bits (0: as it
// is), and what else the character calls for.
constexpr uint32_t kTarget = 0x1FFFFF;
constexpr uint32_t kStartsPhrase = 1u << 21;
constexpr uint32_t kSpecial = 1u << 22;   // the match view looks at it: blanks, signs, wide forms
constexpr uint32_t kHansOnly = 1u << 23;  // written so in simplified text only
constexpr uint32_t kHantOnly = 1u << 24;  // written so in traditional text only

struct Phrase {
  std::string key, value;
};

char32_t OnlyCodePoint(std::string_view text) {
  if (text.empty() || CodePointLength(text[0]) != text.size()) return 0;
  return CodePointAt(text, 0);
}

// Calls each(key, candidates) for every line of one of OpenCC's tables.
template <class Each>
void ForEachLine(const char* begin, const char* end, Each each) {
  for (std::string_view line :
       Split(std::string_view(begin, static_cast<size_t>(end - begin)), '\n')) {
    const size_t tab = line.find('\t');
    if (tab == std::string_view::npos || tab == 0) continue;
    each(line.substr(0, tab), line.substr(tab + 1));
  }
}

bool IsCircledNumber(char32_t c) {
  return (c >= 0x2460 && c <= 0x24FF) || (c >= 0x2776 && c <= 0x2793) ||
         (c >= 0x3251 && c <= 0x325F) || (c >= 0x32B1 && c <= 0x32BF);
}

constexpr std::string_view kFractionSlash = "\u2044";  // ⁄

// Raised and lowered digits keep their form: 10² is not 102.
bool IsRaised(char32_t c) {
  return c == 0xB2 || c == 0xB3 || c == 0xB9 || (c >= 0x2070 && c <= 0x209C);
}

// Characters without width that only steer layout: they go.
bool IsInvisible(char32_t c) {
  return c == 0xAD || (c >= 0x200B && c <= 0x200F) || (c >= 0x202A && c <= 0x202E) ||
         (c >= 0x2060 && c <= 0x2064) || c == 0xFEFF || (c >= 0xFE00 && c <= 0xFE0F) ||
         (c >= 0xE0100 && c <= 0xE01EF);
}

bool IsLineBreak(char32_t c) {
  return c == '\n' || c == '\r' || c == 0x0B || c == 0x0C || c == 0x85 || c == 0x2028 ||
         c == 0x2029;
}

bool IsChinesePunctuation(char32_t c) {
  return (c >= 0x3001 && c <= 0x3003) || (c >= 0x3008 && c <= 0x301F) ||
         (c >= 0xFF01 && c <= 0xFF0F && c != 0xFF05 && c != 0xFF04) ||
         (c >= 0xFF1A && c <= 0xFF20) || (c >= 0xFF3B && c <= 0xFF40) ||
         (c >= 0xFF5B && c <= 0xFF65) || c == 0x2018 || c == 0x2019 || c == 0x201C ||
         c == 0x201D || c == 0x2014 || c == 0x2026 || (c >= 0xFE50 && c <= 0xFE61);
}

bool IsAnyDigit(char32_t c) { return IsAsciiDigit(c) || (c >= 0xFF10 && c <= 0xFF19); }

// Signs that belong to the number before them, whatever blank was typed between.
bool ClingsToLeft(char32_t c) {
  return c == '%' || c == 0xFF05 || c == 0xFE6A || c == 0x2030 || c == 0xB0 || c == 0x2103 ||
         c == 0x2109;
}
// Signs that belong to the number behind them.
bool ClingsToRight(char32_t c) {
  return c == '$' || c == 0xFF04 || c == 0xA5 || c == 0xFFE5 || c == 0x20AC || c == 0xA3 ||
         c == 0x20A9;
}

// Ideographs take no blanks, whichever neighbour they are.
bool IsGlue(char32_t c) { return IsHan(c) || IsChinesePunctuation(c); }

class Tables {
 public:
  static const Tables& Get() {
    static const Tables tables;
    return tables;
  }

  uint32_t Entry(char32_t c) const {
    if (c < 0x10000) return bmp_[c];
    return Supplementary(c);
  }
  const uint32_t* bmp() const { return bmp_.data(); }

  // The longest phrase at the start of `text`, whose first character is `c`; nullptr for none.
  const Phrase* LongestPhrase(char32_t c, std::string_view text) const {
    auto it = phrases_.find(c);
    if (it == phrases_.end()) return nullptr;
    for (const Phrase& p : it->second) {
      if (text.starts_with(p.key)) return &p;
    }
    return nullptr;
  }

  // NFKC of one character, simplified; empty where it is unchanged.
  std::string Plain(char32_t c) const {
    std::string out;
    if (nfkc_ == nullptr) return out;
    icu::UnicodeString decomposed;
    UErrorCode status = U_ZERO_ERROR;
    nfkc_->normalize(icu::UnicodeString(static_cast<UChar32>(c)), decomposed, status);
    if (U_FAILURE(status)) return out;
    for (int32_t i = 0; i < decomposed.length(); i = decomposed.moveIndex32(i, 1)) {
      const auto d = static_cast<char32_t>(decomposed.char32At(i));
      const char32_t target = Entry(d) & kTarget;
      AppendUtf8(out, target != 0 ? target : d);
    }
    return out;
  }

 private:
  Tables() : bmp_(0x10000, 0) {
    UErrorCode status = U_ZERO_ERROR;
    nfkc_ = icu::Normalizer2::getNFKCInstance(status);
    if (U_FAILURE(status)) nfkc_ = nullptr;

    ForEachLine(hanfact_ts_characters, hanfact_ts_characters_end,
                [this](std::string_view key, std::string_view candidates) {
                  const char32_t from = OnlyCodePoint(key);
                  const char32_t to = OnlyCodePoint(Split(candidates, ' ')[0]);
                  if (from == 0 || to == 0) return;
                  bool may_stay = false;
                  for (std::string_view each : Split(candidates, ' ')) may_stay |= each == key;
                  if (to != from) At(from) |= to;
                  if (!may_stay) At(from) |= kHantOnly;
                });
    ForEachLine(hanfact_st_characters, hanfact_st_characters_end,
                [this](std::string_view key, std::string_view candidates) {
                  const char32_t from = OnlyCodePoint(key);
                  if (from == 0) return;
                  bool may_stay = false;
                  for (std::string_view each : Split(candidates, ' ')) may_stay |= each == key;
                  if (may_stay) {
                    At(from) &= ~kHantOnly;
                  } else if ((At(from) & kHantOnly) == 0) {
                    At(from) |= kHansOnly;
                  }
                });
    ForEachLine(hanfact_ts_phrases, hanfact_ts_phrases_end,
                [this](std::string_view key, std::string_view candidates) {
                  const char32_t first = CodePointAt(key, 0);
                  phrases_[first].push_back(
                      {std::string(key), std::string(Split(candidates, ' ')[0])});
                  At(first) |= kStartsPhrase;
                });
    for (auto& [first, group] : phrases_) {
      std::sort(group.begin(), group.end(), [](const Phrase& a, const Phrase& b) {
        return a.key.size() != b.key.size() ? a.key.size() > b.key.size() : a.key < b.key;
      });
    }
    for (char32_t c = 1; c < 0x10000; ++c) {
      if (IsSpecial(c)) bmp_[c] |= kSpecial;
    }
  }

  uint32_t& At(char32_t c) { return c < 0x10000 ? bmp_[c] : supplementary_[c]; }

  static bool IsSpecial(char32_t c) {
    if (c >= 0xD800 && c <= 0xDFFF) return false;
    if (c == ',' || c == '"' || IsSpace(c) || IsInvisible(c)) return true;
    if (c == 0x301C || c == 0x223C || c == 0x2212) return true;      // 〜 ∼ −
    if (c >= 0x300C && c <= 0x300F) return true;                     // 「」『』
    if (c >= 0x301D && c <= 0x301F) return true;                     // 〝〞〟
    if (c >= 0xE000 && c <= 0xF8FF) return true;                     // private use
    if (c == 0x2026 || IsCircledNumber(c) || IsRaised(c)) return false;
    return u_getIntPropertyValue(static_cast<UChar32>(c), UCHAR_NFKC_QUICK_CHECK) == UNORM_NO;
  }

  uint32_t Supplementary(char32_t c) const {
    uint32_t entry = 0;
    if (c >= 0x20000) {
      auto it = supplementary_.find(c);
      if (it != supplementary_.end()) entry = it->second;
    }
    if (c >= 0xF0000 || IsInvisible(c) ||
        u_getIntPropertyValue(static_cast<UChar32>(c), UCHAR_NFKC_QUICK_CHECK) == UNORM_NO) {
      entry |= kSpecial;
    }
    return entry;
  }

  std::vector<uint32_t> bmp_;
  std::unordered_map<char32_t, uint32_t> supplementary_;
  std::unordered_map<char32_t, std::vector<Phrase>> phrases_;
  const icu::Normalizer2* nfkc_ = nullptr;
};

// Writes text of about the input's size without a capacity check a character.
class Writer {
 public:
  explicit Writer(std::string_view source) : left_(source.size()) { out_.resize(left_ + kSlack); }

  // `n` more input bytes become the n bytes at `from`.
  void Same(const char* from, uint32_t n) {
    std::memcpy(out_.data() + size_, from, n);
    size_ += n;
    left_ -= n;
  }
  void Same(char32_t c, uint32_t n) {
    char* to = out_.data() + size_;
    if (n == 3) {
      to[0] = static_cast<char>(0xE0 | (c >> 12));
      to[1] = static_cast<char>(0x80 | ((c >> 6) & 0x3F));
      to[2] = static_cast<char>(0x80 | (c & 0x3F));
    } else {
      std::string bytes;
      AppendUtf8(bytes, c);
      std::memcpy(to, bytes.data(), n);
    }
    size_ += n;
    left_ -= n;
  }
  // `n` more input bytes become `with`.
  void Other(uint32_t n, std::string_view with) {
    left_ -= n;
    const size_t wanted = size_ + with.size() + left_ + kSlack;
    if (wanted > out_.size()) out_.resize(std::max(wanted, out_.size() + out_.size() / 8));
    std::memcpy(out_.data() + size_, with.data(), with.size());
    size_ += with.size();
  }
  std::string Finish() && {
    out_.resize(size_);
    return std::move(out_);
  }

 private:
  static constexpr size_t kSlack = 16;
  std::string out_;
  size_t size_ = 0;
  size_t left_;
};

uint32_t Utf8Size(char32_t c) { return c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4; }

class ViewMaker {
 public:
  explicit ViewMaker(std::string_view clean)
      : clean_(clean), tables_(Tables::Get()), writer_(clean) {}

  MatchView Make() {
    const uint32_t* bmp = tables_.bmp();
    const size_t n = clean_.size();
    while (at_ < n) {
      // What stays as it is, nearly all of a text, is taken over in runs.
      const size_t from = at_;
      size_t at = at_;
      uint32_t length = 0, entry = 0;
      char32_t c = last_, before = last_;
      while (at < n) {
        length = CodePointLength(clean_[at]);
        before = c;
        c = CodePointAt(clean_, at);
        entry = c < 0x10000 ? bmp[c] : tables_.Entry(c);
        if ((entry & (kTarget | kStartsPhrase | kSpecial)) != 0) break;
        at += length;
      }
      if (at > from) {
        const auto run = static_cast<uint32_t>(at - from);
        writer_.Same(clean_.data() + from, run);
        copied_ += run;
        at_ = at;
        last_ = at < n ? before : c;
      }
      if (at == n) break;
      if ((entry & kSpecial) != 0) {
        Special(c, length);
      } else {
        Convert(c, entry, length);
      }
    }
    FlushCopied();
    return {std::move(writer_).Finish(), std::move(map_)};
  }

 private:
  void FlushCopied() {
    map_.Copy(copied_);
    copied_ = 0;
  }

  // One character becomes another one. Where both have as many bytes, offsets run on unchanged, so
  // the map needs no entry: traditional text costs it nothing.
  void One(char32_t to, uint32_t length) {
    if (Utf8Size(to) == length) {
      writer_.Same(to, length);
      copied_ += length;
    } else {
      std::string bytes;
      AppendUtf8(bytes, to);
      writer_.Other(length, bytes);
      FlushCopied();
      map_.Replace(length, static_cast<uint32_t>(bytes.size()));
    }
    at_ += length;
  }

  void Piece(uint32_t length, std::string_view with) {
    writer_.Other(length, with);
    FlushCopied();
    map_.Replace(length, static_cast<uint32_t>(with.size()));
    at_ += length;
  }

  void Convert(char32_t c, uint32_t entry, uint32_t length) {
    if ((entry & kStartsPhrase) != 0) {
      if (const Phrase* p = tables_.LongestPhrase(c, clean_.substr(at_))) {
        last_ = CodePointBefore(p->key, p->key.size());
        if (CountCodePoints(p->key) == CountCodePoints(p->value)) {
          for (size_t from = 0, to = 0; from < p->key.size();) {
            const uint32_t k = CodePointLength(p->key[from]);
            const char32_t v = CodePointAt(p->value, to);
            One(v, k);
            from += k;
            to += Utf8Size(v);
          }
        } else {
          Piece(static_cast<uint32_t>(p->key.size()), p->value);
        }
        return;
      }
    }
    last_ = c;
    const char32_t target = entry & kTarget;
    One(target != 0 ? target : c, length);
  }

  char32_t CodeAt(size_t at) const { return at < clean_.size() ? CodePointAt(clean_, at) : 0; }

  // The first character at or behind `at` that is no blank.
  char32_t NextVisible(size_t at) const {
    while (at < clean_.size()) {
      const char32_t c = CodePointAt(clean_, at);
      if (!IsSpace(c) || IsLineBreak(c)) return c;
      at += Utf8Size(c);
    }
    return 0;
  }

  void Special(char32_t c, uint32_t length) {
    if (IsLineBreak(c)) {
      if (c == '\r' && CodeAt(at_ + 1) == '\n') length = 2;
      if (c == '\n') {
        One('\n', length);
      } else {
        Piece(length, "\n");
      }
      last_ = '\n';
      quote_open_ = false;
      return;
    }
    if (IsInvisible(c)) {
      Piece(length, "");
      return;
    }
    if (IsSpace(c)) {
      Blank();
      return;
    }
    if (c == ',' || c == 0xFF0C || c == 0xFE50 || c == 0xFE10) {
      Comma(c, length);
      return;
    }
    if (c == '"') {
      const char32_t next = CodeAt(at_ + 1);
      if (quote_open_ || IsGlue(last_) || IsGlue(next)) {
        quote_open_ = !quote_open_;
        last_ = quote_open_ ? 0x201C : 0x201D;
        Piece(length, quote_open_ ? "“" : "”");
      } else {
        last_ = c;
        One(c, length);
      }
      return;
    }
    last_ = c;
    switch (c) {
      case 0x300C: One(0x201C, length); return;  // 「
      case 0x300D: One(0x201D, length); return;  // 」
      case 0x300E: One(0x2018, length); return;  // 『
      case 0x300F: One(0x2019, length); return;  // 』
      case 0x301D: One(0x201C, length); return;  // 〝
      case 0x301E:
      case 0x301F: One(0x201D, length); return;  // 〞〟
      case 0x301C:
      case 0x223C: One('~', length); return;  // 〜 ∼
      case 0x2212: One('-', length); return;  // −
      default: break;
    }
    if ((c >= 0xE000 && c <= 0xF8FF) || c >= 0xF0000) {
      One(0xFFFD, length);
      return;
    }
    if (c >= 0xFF01 && c <= 0xFF5E) {  // full-width ASCII
      One(c - 0xFF01 + '!', length);
      return;
    }
    const std::string plain = tables_.Plain(c);
    if (const char32_t one = OnlyCodePoint(plain)) {
      One(one, length);
    } else if (plain.empty()) {
      One(c, length);
    } else {
      // NFKC alone would make 11⁄2 of 1½, and 1⁄22 of ½2.
      const bool fraction = plain.find(kFractionSlash) != std::string::npos;
      const bool digit_before = fraction && at_ > 0 && IsAnyDigit(CodePointBefore(clean_, at_));
      const bool digit_behind = fraction && IsAnyDigit(CodeAt(at_ + length));
      last_ = CodePointBefore(plain, plain.size());
      Piece(length, (digit_before ? " " : "") + plain + (digit_behind ? " " : ""));
    }
  }

  // A run of blanks (some may be invisible): nothing, or one blank.
  void Blank() {
    size_t end = at_;
    bool tab = false;
    while (end < clean_.size()) {
      const char32_t c = CodePointAt(clean_, end);
      if (IsLineBreak(c) || !(IsSpace(c) || IsInvisible(c))) break;
      tab = tab || c == '\t';
      end += Utf8Size(c);
    }
    const auto length = static_cast<uint32_t>(end - at_);
    const char32_t next = CodeAt(end);
    // The cells of a table's row stay apart.
    if (tab && last_ != 0 && next != 0 && !IsLineBreak(last_) && !IsLineBreak(next)) {
      if (length == 1) {
        One('\t', length);
      } else {
        Piece(length, "\t");
      }
      return;
    }
    const bool goes = last_ == 0 || next == 0 || IsLineBreak(last_) || IsLineBreak(next) ||
                      IsGlue(last_) || IsGlue(next) || ClingsToLeft(next) || ClingsToRight(last_);
    if (goes) {
      Piece(length, "");
    } else if (length == 1) {
      One(' ', length);
    } else {
      Piece(length, " ");
    }
  }

  void Comma(char32_t c, uint32_t length) {
    const bool between_digits = IsAnyDigit(last_) && IsAnyDigit(CodeAt(at_ + length)) &&
                                (at_ > 0 && IsAnyDigit(CodePointBefore(clean_, at_)));
    bool clause = c != ',';
    if (c == ',') {
      const char32_t next = NextVisible(at_ + length);
      clause = IsGlue(last_) || IsGlue(next) || ClingsToLeft(last_);
    }
    const bool wide = clause && !between_digits;
    last_ = wide ? 0xFF0C : ',';
    One(wide ? 0xFF0C : ',', length);
  }

  std::string_view clean_;
  const Tables& tables_;
  Writer writer_;
  OffsetMap map_;
  size_t at_ = 0;
  uint32_t copied_ = 0;   // bytes written since the map's last entry
  char32_t last_ = 0;     // the character last taken from the clean text, blanks aside
  bool quote_open_ = false;
};

}  // namespace

MatchView MakeMatchView(std::string_view clean) { return ViewMaker(clean).Make(); }

std::string ToSimplified(std::string_view text) {
  const Tables& tables = Tables::Get();
  const uint32_t* bmp = tables.bmp();
  Writer writer(text);
  for (size_t i = 0; i < text.size();) {
    // What stays as it is, nearly all of a text, is taken over in runs.
    const size_t from = i;
    uint32_t length = 0, entry = 0;
    char32_t c = 0;
    while (i < text.size()) {
      length = CodePointLength(text[i]);
      c = CodePointAt(text, i);
      entry = c < 0x10000 ? bmp[c] : tables.Entry(c);
      if ((entry & (kTarget | kStartsPhrase)) != 0) break;
      i += length;
    }
    if (i > from) writer.Same(text.data() + from, static_cast<uint32_t>(i - from));
    if (i == text.size()) break;
    if ((entry & kStartsPhrase) != 0) {
      if (const Phrase* p = tables.LongestPhrase(c, text.substr(i))) {
        writer.Other(static_cast<uint32_t>(p->key.size()), p->value);
        i += p->key.size();
        continue;
      }
    }
    const char32_t target = (entry & kTarget) != 0 ? entry & kTarget : c;
    if (Utf8Size(target) == length) {
      writer.Same(target, length);
    } else {
      std::string bytes;
      AppendUtf8(bytes, target);
      writer.Other(length, bytes);
    }
    i += length;
  }
  return std::move(writer).Finish();
}

Script DetectScript(std::string_view clean) {
  const uint32_t* bmp = Tables::Get().bmp();
  size_t hans = 0, hant = 0;
  for (size_t i = 0; i < clean.size();) {
    const uint32_t length = CodePointLength(clean[i]);
    if (length == 3) {
      const uint32_t entry = bmp[CodePointOfThree(clean.data() + i)];
      // Most are of both scripts.
      if ((entry & (kHansOnly | kHantOnly)) != 0) ((entry & kHansOnly) != 0 ? hans : hant) += 1;
    }
    i += length;
  }
  const size_t few = std::min(hans, hant);
  if (few * 20 > hans + hant) return Script::kMixed;
  return hant > hans ? Script::kHant : Script::kHans;
}

}  // namespace hanfact::normalize
