#include "ingest/decode.h"

#include <uchardet.h>
#include <unicode/ucnv.h>
#include <unicode/ustring.h>

#include <algorithm>
#include <array>
#include <optional>
#include <vector>

#include "base/text.h"

namespace hanfact::ingest {
namespace {

// Pages put scripts before their meta; 64 KB reach past the longest heads seen.
constexpr size_t kHeadBytes = 64 * 1024;
// Enough text to tell charsets apart; the whole is decoded once.
constexpr size_t kSampleBytes = 256 * 1024;

char Lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }

// Where `wanted` (lower case) stands in text from `from`, ASCII case ignored.
size_t FindNoCase(std::string_view text, std::string_view wanted, size_t from) {
  for (size_t i = from; i + wanted.size() <= text.size(); ++i) {
    size_t k = 0;
    while (k < wanted.size() && Lower(text[i + k]) == wanted[k]) ++k;
    if (k == wanted.size()) return i;
  }
  return std::string_view::npos;
}

// The most frequent characters of Chinese news, both scripts: half of any Chinese text, and next to
// none of what wrong decoding gives.
constexpr std::u32string_view kCommonHan =
    U"的一是在不了有和人这中大为上个国我以要他时来用们生到作地于出就分对成会可主发年动同工也能下过"
    U"子说"
    U"产种面而方后多定行学法所民得经十三之进着等部度家电力里如水化高自二理起小物现实加量都两体制机"
    U"当使点从"
    U"业本去把性好应开它合还因由其些然前外天政四日那社义事平形相全表间样与关各重新线内数正心反你明"
    U"看原又么"
    U"利比或但质气第向道命此变条只没结解问意建月公无系军很情者最立代想已通并提直题党程展五果料象员"
    U"革位入"
    U"常文总次品式活设及管特件长求老头基资边流路级少图山统接知较将组见计别她手角期根论运农指几九区"
    U"强放决"
    U"這個們來時為說國會對發經過動產種後學電裡還從業開與關線內數應體質氣變條沒結無題員組見計論運點"
    U"長"
    U"現實進問總設資圖統將別農幾區強報導記聞網萬億號鐘東車馬門陳張劉黃週臺灣縣處務營團醫風險價錢買"
    U"賣";

const std::vector<uint8_t>& CommonTable() {
  static const std::vector<uint8_t> table = [] {
    std::vector<uint8_t> t(0x10000, 0);
    for (char32_t c : kCommonHan) {
      if (c < 0x10000) t[c] = 1;
    }
    return t;
  }();
  return table;
}

struct Plausibility {
  double score = 0;    // 0 to 1: how much like Chinese the text outside ASCII reads
  size_t letters = 0;  // characters outside ASCII
  size_t broken = 0;   // bytes that are none of the charset
};

Plausibility Judge(const std::u16string& text) {
  const std::vector<uint8_t>& common = CommonTable();
  Plausibility p;
  size_t good = 0, odd = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    const char16_t c = text[i];
    if (c < 0x80) continue;
    ++p.letters;
    if (c == 0xFFFD) {
      ++p.broken;
      odd += 4;
    } else if (common[c] != 0) {
      good += 2;
    } else if ((c >= 0x3000 && c <= 0x3011) || (c >= 0xFF01 && c <= 0xFF1F) || c == 0x201C ||
               c == 0x201D || c == 0x2014 || c == 0x2026) {
      good += 1;
    } else if (c >= 0x4E00 && c <= 0x9FFF) {
      // other Han characters: neither here nor there
    } else if ((c >= 0xE000 && c <= 0xF8FF) || (c >= 0x2500 && c <= 0x25FF) ||
               (c >= 0x3040 && c <= 0x30FF) || (c >= 0x0370 && c <= 0x052F) ||
               (c >= 0x80 && c <= 0x9F) || (c >= 0x3100 && c <= 0x312F) ||
               (c >= 0xAC00 && c <= 0xD7FF) || (c >= 0x0600 && c <= 0x0DFF)) {
      odd += 1;
    }
  }
  if (p.letters == 0) return p;
  const double n = static_cast<double>(p.letters);
  p.score = std::clamp((static_cast<double>(good) - 2.0 * static_cast<double>(odd)) / n, -2.0, 2.0);
  return p;
}

// Decodes with ICU; broken bytes become U+FFFD. nullopt only if ICU has no such converter.
std::optional<std::u16string> ToUtf16(std::string_view bytes, const char* charset) {
  UErrorCode status = U_ZERO_ERROR;
  UConverter* converter = ucnv_open(charset, &status);
  if (U_FAILURE(status)) return std::nullopt;
  std::u16string out(bytes.size() + 16, u'\0');
  UChar* target = reinterpret_cast<UChar*>(out.data());
  const UChar* target_limit = target + out.size();
  const char* source = bytes.data();
  const char* source_limit = source + bytes.size();
  status = U_ZERO_ERROR;
  ucnv_toUnicode(converter, &target, target_limit, &source, source_limit, nullptr, true, &status);
  const auto size = static_cast<size_t>(target - reinterpret_cast<UChar*>(out.data()));
  ucnv_close(converter);
  out.resize(size);
  return out;
}

// UTF-8 of UTF-16; lone surrogates become U+FFFD, NUL goes.
std::string ToUtf8(std::u16string_view text) {
  std::string out;
  out.reserve(text.size() * 3);
  for (size_t i = 0; i < text.size(); ++i) {
    char32_t c = text[i];
    if (c == 0 || (c == 0xFEFF && i == 0)) continue;
    if (c >= 0xD800 && c <= 0xDBFF && i + 1 < text.size() && text[i + 1] >= 0xDC00 &&
        text[i + 1] <= 0xDFFF) {
      c = 0x10000 + ((c - 0xD800) << 10) + (text[i + 1] - 0xDC00);
      ++i;
    } else if (c >= 0xD800 && c <= 0xDFFF) {
      c = 0xFFFD;
    }
    AppendUtf8(out, c);
  }
  return out;
}

const char* IcuName(std::string_view charset) {
  if (charset == "GB18030") return "gb18030";
  if (charset == "BIG5-HKSCS") return "big5-hkscs";
  if (charset == "UTF-16LE") return "UTF-16LE";
  if (charset == "UTF-16BE") return "UTF-16BE";
  if (charset == "HZ-GB-2312") return "HZ";
  return nullptr;
}

std::string Uchardet(std::string_view bytes) {
  uchardet_t detector = uchardet_new();
  if (detector == nullptr) return {};
  std::string name;
  if (uchardet_handle_data(detector, bytes.data(), bytes.size()) == 0) {
    uchardet_data_end(detector);
    name = uchardet_get_charset(detector);
  }
  uchardet_delete(detector);
  return name;
}

// The first bytes of the page without ASCII, a blank for each run of it: what the vote needs.
std::string Sample(std::string_view bytes) {
  bytes = bytes.substr(0, kSampleBytes);
  std::string out;
  bool ascii = false;
  for (size_t i = 0; i < bytes.size(); ++i) {
    const bool behind_high = i > 0 && static_cast<unsigned char>(bytes[i - 1]) >= 0x80;
    if (static_cast<unsigned char>(bytes[i]) >= 0x80) {
      ascii = false;
      out += bytes[i];
      continue;
    }
    // The second byte of a two-byte character can be ASCII: keep the one after a high byte.
    if (!ascii) out += behind_high ? bytes[i] : ' ';
    if (i > 0 && !behind_high) ascii = true;
  }
  return out;
}

bool LooksIso2022Cn(std::string_view bytes) {
  return bytes.find("\x1B$)A") != std::string_view::npos ||
         bytes.find("\x1B$)G") != std::string_view::npos ||
         bytes.find("\x1B$*H") != std::string_view::npos;
}

// UTF-16 without mark: zero bytes on one side (markup, digits), or Han high bytes there.
std::string GuessUtf16(std::string_view bytes) {
  if (bytes.size() < 4) return {};
  const size_t n = std::min<size_t>(bytes.size(), 8192) / 2;
  size_t zero_even = 0, zero_odd = 0, han_even = 0, han_odd = 0;
  for (size_t i = 0; i < n; ++i) {
    const auto a = static_cast<unsigned char>(bytes[2 * i]);
    const auto b = static_cast<unsigned char>(bytes[2 * i + 1]);
    zero_even += a == 0;
    zero_odd += b == 0;
    han_even += a >= 0x4E && a <= 0x9F;
    han_odd += b >= 0x4E && b <= 0x9F;
  }
  if (zero_even + zero_odd == 0) return {};
  if (zero_odd > n / 50 && zero_odd > 8 * zero_even && zero_odd + han_odd > n / 2) {
    return "UTF-16LE";
  }
  if (zero_even > n / 50 && zero_even > 8 * zero_odd && zero_even + han_even > n / 2) {
    return "UTF-16BE";
  }
  return {};
}

// How a page is put together: the charset of most of it, and of the pieces between tags that are
// in another one (a widget, a quoted page).
struct Mixed {
  std::string text;
  size_t foreign = 0;  // pieces decoded by another charset
  size_t letters = 0;  // characters outside ASCII
  size_t lost = 0;     // characters that became U+FFFD
};

// Three-byte sequences of a piece that is UTF-8 from end to end; 0 if it is not.
size_t Utf8Letters(std::string_view piece) {
  if (FindInvalidUtf8(piece)) return 0;
  size_t letters = 0;
  for (char c : piece) letters += (static_cast<unsigned char>(c) & 0xF0) == 0xE0;
  return letters;
}

// Decodes each piece between tags and line breaks by the charset it reads best in. Signs under
// 0x40 are no part of any two-byte character, so that the borders hold in all of them.
Mixed DecodeMixed(std::string_view bytes, std::string_view main_charset) {
  constexpr size_t kSure = 4;  // three-byte sequences in a row that are no accident
  Mixed out;
  out.text.reserve(bytes.size() * 5 / 4);
  const bool main_utf8 = main_charset == "UTF-8";
  // Neighbouring pieces of the main two-byte charset are decoded in one go.
  size_t pending = 0, at = 0;
  auto flush = [&](size_t end) {
    if (end <= pending) return;
    if (const auto text = ToUtf16(bytes.substr(pending, end - pending), IcuName(main_charset))) {
      for (char16_t c : *text) {
        out.letters += c >= 0x80;
        out.lost += c == 0xFFFD;
      }
      out.text += ToUtf8(*text);
    }
  };
  auto is_border = [](char c) { return c == '<' || c == '>' || c == '\n' || c == '"'; };
  while (at < bytes.size()) {
    size_t end = at;
    bool high = false;
    while (end < bytes.size() && (end == at || !is_border(bytes[end]))) {
      high = high || static_cast<unsigned char>(bytes[end]) >= 0x80;
      ++end;
    }
    const std::string_view piece = bytes.substr(at, end - at);
    if (main_utf8) {
      if (!high || !FindInvalidUtf8(piece)) {
        for (char c : piece) out.letters += static_cast<unsigned char>(c) >= 0xC0;
        out.text += piece;
      } else {
        std::optional<std::u16string> best;
        double best_score = 0.25;
        for (const char* charset : {"GB18030", "BIG5-HKSCS"}) {
          auto text = ToUtf16(piece, IcuName(charset));
          if (!text) continue;
          const Plausibility p = Judge(*text);
          if (p.broken == 0 && p.letters >= 2 && p.score > best_score) {
            best_score = p.score;
            best = std::move(text);
          }
        }
        if (best) {
          ++out.foreign;
          out.letters += best->size();
          out.text += ToUtf8(*best);
        } else {
          // The bytes of one broken character become one sign.
          std::string_view rest = piece;
          while (!rest.empty()) {
            const std::optional<size_t> bad = WalkToInvalidUtf8(rest);
            const std::string_view good = rest.substr(0, bad.value_or(rest.size()));
            for (char c : good) out.letters += static_cast<unsigned char>(c) >= 0xC0;
            out.text += good;
            if (!bad) break;
            size_t skip = *bad + 1;
            while (skip < rest.size() && (static_cast<unsigned char>(rest[skip]) & 0xC0) == 0x80) {
              ++skip;
            }
            AppendUtf8(out.text, 0xFFFD);
            ++out.letters;
            ++out.lost;
            rest.remove_prefix(skip);
          }
        }
      }
    } else if (high && Utf8Letters(piece) >= kSure) {
      flush(at);
      pending = end;
      ++out.foreign;
      out.letters += Utf8Letters(piece);
      out.text += piece;
    }
    at = end;
  }
  if (!main_utf8) flush(bytes.size());
  return out;
}

std::string WithoutNul(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (char c : text) {
    if (c != '\0') out += c;
  }
  return out;
}

std::variant<Decoded, DecodeError> DecodeBytes(std::string_view bytes, const Rules& rules,
                                               std::string_view sent_as);

}  // namespace

std::string DeclaredCharset(std::string_view bytes) {
  const std::string_view head = bytes.substr(0, kHeadBytes);
  size_t at = 0;
  while (true) {
    at = head.find('<', at);
    if (at == std::string_view::npos) return {};
    const std::string_view rest = head.substr(at, 600);
    const bool meta = FindNoCase(rest.substr(0, 6), "<meta", 0) == 0;
    const bool xml = rest.starts_with("<?xml");
    if (!meta && !xml) {
      ++at;
      continue;
    }
    size_t end = rest.find('>');
    if (end == std::string_view::npos) end = rest.size();
    const std::string_view tag = rest.substr(0, end);
    const std::string_view key = xml ? "encoding" : "charset";
    size_t p = FindNoCase(tag, key, 0);
    if (p != std::string_view::npos) {
      p += key.size();
      while (p < tag.size() &&
             (tag[p] == ' ' || tag[p] == '=' || tag[p] == '"' || tag[p] == '\'')) {
        ++p;
      }
      size_t q = p;
      while (q < tag.size() &&
             (tag[q] == '-' || tag[q] == '_' || (tag[q] >= '0' && tag[q] <= '9') ||
              (Lower(tag[q]) >= 'a' && Lower(tag[q]) <= 'z'))) {
        ++q;
      }
      if (q > p) return std::string(tag.substr(p, q - p));
    }
    at += 2;
  }
}

std::variant<Decoded, DecodeError> Decode(std::string_view bytes, const Rules& rules,
                                          std::string_view sent_as) {
  auto result = DecodeBytes(bytes, rules, sent_as);
  auto* decoded = std::get_if<Decoded>(&result);
  if (decoded != nullptr && decoded->text.find('\0') != std::string::npos) {
    decoded->text = WithoutNul(decoded->text);  // whichever charset it came from
  }
  return result;
}

namespace {

// GB18030 or Big5, whichever makes the bytes read as Chinese; nothing where neither does.
// `declared` is what the page says that it is.
std::optional<Decoded> DecodeLegacy(std::string_view bytes, std::string_view declared,
                                    const Rules& rules) {
  const std::string sample = Sample(bytes);
  struct Candidate {
    const char* charset;
    double score;
    size_t broken;
    size_t letters;
  };
  std::vector<Candidate> candidates;
  for (const char* charset : {"GB18030", "BIG5-HKSCS"}) {
    const auto text = ToUtf16(sample, IcuName(charset));
    if (!text) continue;
    const Plausibility p = Judge(*text);
    double score = p.score;
    if (declared == charset) score += 0.15;
    candidates.push_back({charset, score, p.broken, p.letters});
  }
  if (candidates.empty()) return std::nullopt;
  const auto sort = [&] {
    std::stable_sort(candidates.begin(), candidates.end(),
                     [](const Candidate& a, const Candidate& b) { return a.score > b.score; });
  };
  sort();
  // The detector is asked only where its voice can change what is chosen: alone it takes as long as
  // all else that is done to a page.
  constexpr double kVoice = 0.1, kEnough = 0.25;
  constexpr size_t kShortest = 200;  // bytes that it can tell anything of
  const bool open =
      sample.size() > kShortest &&
      (candidates.front().score <= kEnough ||
       (candidates.size() > 1 && candidates[0].score - candidates[1].score <= kVoice));
  if (open) {
    const std::string voice = rules.Charset(Uchardet(sample));
    for (Candidate& candidate : candidates) {
      if (voice == candidate.charset) candidate.score += kVoice;
    }
    sort();
  }
  const Candidate& best = candidates.front();
  // A page that declares what it is needs less proof.
  const double enough = declared == best.charset && best.broken == 0 ? 0.0 : kEnough;
  // Mixed pages (a UTF-8 widget in a GBK page) have some broken bytes; text that reads as Chinese
  // bears them.
  if (best.score <= enough || best.broken * 20 > best.letters) return std::nullopt;
  Mixed mixed = DecodeMixed(bytes, best.charset);
  Decoded out;
  out.replaced = mixed.lost > 0;
  out.text = std::move(mixed.text);
  out.charset = best.charset;
  return out;
}

std::variant<Decoded, DecodeError> DecodeBytes(std::string_view bytes, const Rules& rules,
                                               std::string_view sent_as) {
  Decoded out;
  if (bytes.starts_with("\xEF\xBB\xBF")) bytes.remove_prefix(3);
  auto finish_utf16 = [&](std::string_view body, const char* charset) {
    const auto text = ToUtf16(body, IcuName(charset));
    out.text = text ? ToUtf8(*text) : std::string();
    out.charset = charset;
    return out;
  };
  if (bytes.starts_with("\xFF\xFE")) return finish_utf16(bytes.substr(2), "UTF-16LE");
  if (bytes.starts_with("\xFE\xFF")) return finish_utf16(bytes.substr(2), "UTF-16BE");
  const std::optional<size_t> bad = FindInvalidUtf8(bytes);
  const bool has_letters = std::any_of(
      bytes.begin(), bytes.end(), [](char c) { return static_cast<unsigned char>(c) >= 0x80; });
  // Text with stray NUL is still UTF-8; UTF-16 is next to never valid UTF-8 beyond ASCII.
  if (bad || !has_letters) {
    if (std::string guess = GuessUtf16(bytes); !guess.empty()) {
      return finish_utf16(bytes, guess.c_str());
    }
  }

  std::string label = DeclaredCharset(bytes);
  if (label.empty()) label = sent_as;
  const std::string declared = rules.Charset(label);
  if (declared == "ISO-2022-CN" || LooksIso2022Cn(bytes)) {
    return DecodeError{
        "the text is in ISO-2022-CN, which hanfact does not read: convert it to UTF-8 first"};
  }
  if (!bad && declared != "HZ-GB-2312") {
    out.text = bytes;
    out.charset = "UTF-8";
    return out;
  }

  // How much of the text outside ASCII is good UTF-8? Chinese in GB18030 or Big5 next to never
  // forms long runs of valid three-byte sequences; a UTF-8 text with a broken byte has little else.
  size_t utf8_good = 0, utf8_bad = 0;
  size_t first_bad = bad.value_or(bytes.size());
  {
    std::string_view rest = bytes;
    while (!rest.empty()) {
      const std::optional<size_t> at = WalkToInvalidUtf8(rest);
      const std::string_view part = rest.substr(0, at.value_or(rest.size()));
      for (char c : part) utf8_good += static_cast<unsigned char>(c) >= 0xC0;
      if (!at) break;
      ++utf8_bad;
      rest.remove_prefix(*at + 1);
    }
  }
  const bool mostly_utf8 = utf8_good >= 4 && utf8_good > 4 * utf8_bad;

  if (!mostly_utf8) {
    std::optional<Decoded> legacy = DecodeLegacy(bytes, declared, rules);
    if (legacy) return *std::move(legacy);
  }
  if (mostly_utf8 && first_bad + 3 < bytes.size()) {
    Mixed mixed = DecodeMixed(bytes, "UTF-8");
    // A few broken bytes in the middle of a long text: the rest is worth having.
    if (mixed.lost * 200 <= mixed.letters) {
      out.replaced = mixed.lost > 0;
      out.charset = "UTF-8";
      out.text = std::move(mixed.text);
      return out;
    }
  }
  if (mostly_utf8) {
    const bool cut = first_bad + 4 > bytes.size();
    return DecodeError{std::string(cut ? "the UTF-8 text is cut off in the middle of a character"
                                       : "the text is UTF-8 with broken bytes") +
                       ", first at byte " + std::to_string(first_bad) + " of " +
                       std::to_string(bytes.size()) +
                       (cut ? ": fetch the file again, or remove its last bytes"
                            : ": fetch the file again, or repair it (iconv -c -f UTF-8 -t UTF-8)")};
  }
  if (declared == "HZ-GB-2312" && !bad) {
    const auto text = ToUtf16(bytes, IcuName(declared));
    if (text) {
      out.text = ToUtf8(*text);
      out.charset = declared;
      return out;
    }
  }
  return DecodeError{"no charset gives Chinese text: not UTF-8 (first broken byte at " +
                     std::to_string(first_bad) + "), not UTF-16, GB18030 or Big5-HKSCS" +
                     (label.empty() ? std::string() : " (the page declares '" + label + "')") +
                     ": convert it to UTF-8"};
}

}  // namespace
}  // namespace hanfact::ingest
