// Places and organisations that no lexicon knows, by the words they end with.
#include <algorithm>

#include "extract/entity_steps.h"

namespace hanfact::extract {

namespace {
// Cost of words that are seldom anything but a name (-10 ln of frequency).
constexpr int kRareWord = 98;
// From here on a word of the dictionary before 村 or 机场 is a name.
constexpr int kRarePlace = 118;
// Kinds of forms that end an organisation, and that may stand inside one.
constexpr NameForms::Kinds kTails = NameForms::Bit(FormKind::kOrgTail) |
                                    NameForms::Bit(FormKind::kOrgBody) |
                                    NameForms::Bit(FormKind::kOrgTailWeak);
constexpr NameForms::Kinds kInner = NameForms::Bit(FormKind::kOrgInner) | kTails;

// Whether a token is of Han characters: no mark, no digits, no letters.
bool IsHanWord(const SegmentToken& token) {
  return token.kind != SegmentToken::kPunctuation && token.kind != SegmentToken::kDigits &&
         token.kind != SegmentToken::kLatin;
}

// Whether the word may stand inside an organisation's name.
bool IsInner(const SegmentToken& token) { return (token.kinds & kInner) != 0; }

// Whether a title stands here; 文 and 图, of whom wrote and drew, are parts of names more often.
bool IsTitleWord(const SegmentToken& token) {
  return token.Is(FormKind::kTitle) && token.end - token.begin > 3;
}
}  // namespace

// Whether the word may stand between a town and the tail of a place in it.
bool EntityFinder::Impl::IsBridge(const Work& work, size_t token) const {
  const SegmentToken& word = work.tokens[token];
  if (token == 0 || !IsHanWord(word) || word.end - word.begin > 12 || word.Is(FormKind::kStop) ||
      word.Is(FormKind::kTitle) || word.Is(FormKind::kSpeech) || word.Is(FormKind::kNotName)) {
    return false;
  }
  const SegmentToken& town = work.tokens[token - 1];
  if (town.end != word.begin) return false;
  const uint32_t name = work.token_name[token - 1];
  if (name == kNone) return work.place_ending.Find(town.end) != nullptr;
  return work.names[name].type == EntityType::kPlace && !IsNation(work.names[name]);
}

// Whether a division of a country ends with the character alone.
static bool IsDivisionTail(std::string_view text) {
  constexpr std::string_view kTails[] = {"区", "县", "镇", "乡", "市", "旗", "州", "省"};
  return std::find(std::begin(kTails), std::end(kTails), text) != std::end(kTails);
}

// Whether the token is one of at most three characters between a division of a country and `tail`.
bool EntityFinder::Impl::InDivision(const Work& work, size_t token, uint32_t tail) const {
  constexpr uint32_t kThreeCharacters = 9;
  for (size_t k = token + 1; k-- > 0;) {
    const uint32_t name = work.token_name[k];
    if (name != kNone) {
      return work.tokens[k].end + 3 < tail && work.names[name].entity != kNone &&
             IsDivision(lexicon.IdOf(work.names[name].entity));
    }
    if (work.tokens[k].kind != SegmentToken::kCharacter || k == 0 ||
        work.tokens[k - 1].end != work.tokens[k].begin ||
        tail - work.tokens[k].begin > kThreeCharacters) {
      return false;
    }
  }
  return false;
}

// 2000张辉达H800, 1.9万张居冠: behind a figure 张 counts, and is no surname.
void EntityFinder::Impl::DropCounted(Work& work) const {
  std::erase_if(work.found, [&](const Found& found) {
    size_t at = found.begin;
    while (at > 0 && std::u32string_view(U"千万亿").find(CodePointBefore(work.text, at)) !=
                         std::u32string_view::npos) {
      at = PreviousBorder(work.text, at);
    }
    return found.type == EntityType::kPerson && found.entity == kNone && at > 0 &&
           IsAsciiDigit(static_cast<unsigned char>(work.text[at - 1]));
  });
}

void EntityFinder::Impl::FindPlaces(Work& work) const {
  const std::string_view text = work.text;
  const auto& tokens = work.tokens;
  for (size_t i = 0; i < tokens.size(); ++i) {
    const SegmentToken& token = tokens[i];
    if ((token.ends & NameForms::Bit(FormKind::kPlaceTail)) == 0 || !IsHanWord(token)) {
      continue;
    }
    const uint32_t n = forms.LongestEndingAt(FormKind::kPlaceTail, text,
                                             token.begin > 12 ? token.begin - 12 : 0, token.end);
    if (n == 0 || n >= token.end) continue;
    const uint32_t tail = token.end - n;
    if (!work.StartsToken(tail)) {
      // The tail of a dictionary word; but 扬州市 and 区 are 扬州市区.
      const uint32_t name = i > 0 ? work.token_name[i - 1] : kNone;
      if (name != kNone && tokens[i - 1].end == token.begin &&
          work.names[name].type == EntityType::kPlace && tokens[i - 1].begin < tail &&
          tail < token.begin) {
        const NameForms::Form* whole = forms.Find(FormKind::kPlaceTail, text.substr(tail, n));
        work.found.push_back({tokens[i - 1].begin, token.end, EntityType::kPlace, kNone, "",
                              RuleRef(*whole), 2, false});
        work.place_ending.Set(token.end, tokens[i - 1].begin);
      }
      continue;
    }
    const NameForms::Form* form = forms.Find(FormKind::kPlaceTail, text.substr(tail, n));
    size_t k = work.TokenAt(tail);
    uint32_t begin = tail, chars = 0;
    bool name_seen = false;
    while (k > 0 && tokens[k - 1].end == begin && !name_seen) {
      const SegmentToken& p = tokens[k - 1];
      const std::string_view s = work.Text(p);
      const uint32_t name = work.token_name[k - 1];
      if (name != kNone) {
        // 鲁迅博物馆
        const bool person = work.names[name].type == EntityType::kPerson && n >= 9;
        if (work.names[name].type != EntityType::kPlace && !person) break;
        if (chars > 0) break;  // merged later
        // 乌审旗|旗委: the name has its tail already.
        if (work.Text(p).ends_with(text.substr(tail, n))) break;
        name_seen = true;
      } else if (p.kind == SegmentToken::kCharacter || p.kind == SegmentToken::kForeign) {
        if (p.Is(FormKind::kPlaceStop)) break;
        // 西昌市太和镇: of the stops some stand in names, between a division and its part.
        if (p.Is(FormKind::kStop) &&
            !(p.Is(FormKind::kPlaceChar) && InDivision(work, k - 1, tail))) {
          break;
        }
        // 南山区粤海街道: what stands before 区 is another place.
        if (chars > 0 && IsDivisionTail(s)) break;
        if (chars + CountCodePoints(s) > 4) break;
      } else if (p.kind == SegmentToken::kPerson && (chars == 0 || (chars == 1 && n >= 6))) {
        // 张自忠路, and what only looks like a person: 翁洲大道.
      } else if (p.kind == SegmentToken::kWord && chars == 0 && p.cost >= kRarePlace) {
        if (p.Is(FormKind::kStop) || p.Is(FormKind::kTitle)) {
          break;
        }
      } else if ((form->weight < 9 || n >= 6 ||
                  (IsDivisionTail(text.substr(tail, n)) &&
                   text.substr(0, p.begin).ends_with("市"))) &&
                 chars <= 1 && k > 1 && IsBridge(work, k - 1)) {
        // 上海正大广场, 深圳市南山区: any word between a town and such a tail.
      } else {
        break;
      }
      chars += CountCodePoints(s);
      begin = p.begin;
      --k;
      if (p.kind == SegmentToken::kPerson && s.size() > 6 &&
          (forms.Find(FormKind::kStop, s.substr(0, 3)) != nullptr ||
           forms.Find(FormKind::kPlaceStop, s.substr(0, 3)) != nullptr)) {
        // 对于丽泽商务区 has no 于丽泽.
        begin += 3;
        --chars;
      }
      if (p.kind == SegmentToken::kWord || p.kind == SegmentToken::kPerson) break;
    }
    uint32_t end = token.end;
    const bool after_place = work.place_ending.Find(begin) != nullptr ||
                             (k > 0 && work.token_name[k - 1] != kNone &&
                              work.names[work.token_name[k - 1]].type == EntityType::kPlace);
    // Weight 9: only behind a place (湖, 中心); else behind two characters that make no word.
    const bool loose = form->weight < 9 && chars >= 2;
    if (chars == 0 || (!name_seen && !after_place && !loose)) continue;
    // 中国区 is no place of its own.
    if (n == 3 && form->weight >= 9 && name_seen && IsCountry(work.names[work.token_name[k]])) {
      continue;
    }
    // 南三好街96号
    if (i + 2 < tokens.size() && tokens[i + 1].kind == SegmentToken::kDigits &&
        tokens[i + 1].begin == end && text.substr(tokens[i + 1].end).starts_with("号")) {
      end = tokens[i + 1].end + 3;
    }
    work.found.push_back({begin, end, EntityType::kPlace, kNone, "", RuleRef(*form), 2, false});
    work.place_ending.Set(end, begin);
  }
}

// Whether nothing goes on behind a name that ends at the byte: punctuation, a title, a verb of
// saying or a word that joins it with another.
bool EntityFinder::Impl::EndsPhrase(const Work& work, uint32_t end) const {
  const size_t behind = work.TokenAt(end);
  return behind >= work.tokens.size() || work.tokens[behind].begin != end ||
         work.tokens[behind].kind == SegmentToken::kPunctuation || Speaks(work.text, end) ||
         forms.Find(FormKind::kStopNot, work.Text(work.tokens[behind])) != nullptr ||
         forms.LongestStartingAt(FormKind::kTitle, work.text, end) != 0;
}

// Where a name begins that ends in a tail of `tail_size` bytes and whose walk stopped at `begin`,
// the token k, because no class of words explains what stands there: at the place or organisation
// it belongs to, with a few words between (民生银行信用卡中心, 北京匡时拍卖公司). `begin` where
// there is none.
uint32_t EntityFinder::Impl::OwnerBefore(const Work& work, size_t k, uint32_t begin, uint32_t end,
                                         uint32_t tail_size, FormKind kind) const {
  const auto& tokens = work.tokens;
  // A short tail ends words as well (部, 处): less may stand before it.
  const bool full = tail_size >= 6;
  const bool fields =
      full && forms.LongestEndingAt(FormKind::kPairTail, work.text, begin, end) != 0;
  const int most_words = full ? 4 : 2, most_characters = full ? 4 : 0;
  int words = 0, characters = 0;
  bool joint = false;
  uint32_t to = begin;
  for (size_t at = k; at > 0 && tokens[at - 1].end == to; --at) {
    const SegmentToken& p = tokens[at - 1];
    const uint32_t name = work.token_name[at - 1];
    if (const uint32_t* known_begin = work.org_ending.Find(to); known_begin != nullptr) {
      return joint ? begin : *known_begin;
    }
    if (const uint32_t* known_begin = work.place_ending.Find(to);
        known_begin != nullptr && (kind == FormKind::kOrgTail || full)) {
      return *known_begin;
    }
    if (name != kNone && work.names[name].type != EntityType::kProduct) {
      const EntityType type = work.names[name].type;
      // 中国国内公司 are any of them.
      const bool any = characters == 0 && IsCountry(work.names[name]) &&
                       work.Text(end - tail_size, end) == "公司";
      const bool owner =
          ((type == EntityType::kOrg || type == EntityType::kMedia) && !joint) ||
          (type == EntityType::kPlace && (kind == FormKind::kOrgTail || full) && !any);
      return owner ? p.begin : begin;
    }
    // What follows a person in one character (会, 和) is here to be told by `stop`.
    if (IsTitleWord(p) || (p.Is(FormKind::kSpeech) && p.kind == SegmentToken::kWord)) return begin;
    if (fields && p.Is(FormKind::kStopNot) && at > 1 && tokens[at - 2].end == p.begin &&
        tokens[at - 2].kind == SegmentToken::kWord && (tokens[at - 2].kinds & kTails) == 0) {
      // 国土资源和房屋管理局
    } else if (p.Is(FormKind::kStop)) {
      // 联合参谋部, 东四支行: such words stand in names, too.
      if (!full || forms.Find(FormKind::kStop, work.Text(p))->weight == 0) return begin;
      // 住建部联合发改委 are two.
      joint = joint || p.kind == SegmentToken::kWord;
      ++characters;
    } else if (p.kind == SegmentToken::kCharacter) {
      ++characters;
    } else if (p.kind == SegmentToken::kPerson || p.kind == SegmentToken::kForeign) {
      characters += 2;
    } else if (p.kind != SegmentToken::kWord && p.kind != SegmentToken::kName) {
      return begin;
    } else if ((p.kinds & kInner) == 0) {
      ++words;
    }
    if (words > most_words || characters > most_characters) return begin;
    to = p.begin;
  }
  return begin;
}

// Whether an organisation may end with the token: how it does, and where its words begin.
bool EntityFinder::Impl::EndsBody(const Work& work, size_t i, Body& body) const {
  const std::string_view text = work.text;
  const auto& tokens = work.tokens;
  const SegmentToken& token = work.tokens[i];
  if ((token.ends & kTails) == 0 || !IsHanWord(token)) {
    return false;
  }
  const uint32_t from = token.begin > 21 ? token.begin - 21 : 0;
  NameForms::Kinds tails = 0;
  body.n = forms.LongestEndingAt(kTails, text, from, token.end, tails);
  if (body.n == 0) return false;
  body.kind = (tails & NameForms::Bit(FormKind::kOrgTail)) != 0   ? FormKind::kOrgTail
              : (tails & NameForms::Bit(FormKind::kOrgBody)) != 0 ? FormKind::kOrgBody
                                                                  : FormKind::kOrgTailWeak;
  // 会议中心 is a place, whatever 中心 ends.
  if (work.place_ending.Find(token.end) != nullptr &&
      forms.LongestEndingAt(FormKind::kPlaceTail, text, from, token.end) > body.n) {
    return false;
  }
  body.tail = token.end - body.n;
  body.k = work.TokenAt(body.tail);
  if (body.k >= tokens.size()) return false;
  // 研报 and 通报 are words, 制药厂 is one with a tail.
  if (body.n == 3 && tokens[body.k].begin < body.tail && token.end - tokens[body.k].begin < 9)
    return false;
  if (token.Is(FormKind::kStop) && token.begin < body.tail) return false;
  // A name of the lexicon that ends here is the organisation itself.
  if (work.token_name[i] != kNone && token.begin <= body.tail) return false;
  body.begin = tokens[body.k].begin;  // inside a dictionary word: its head belongs to the name
  body.anchored = body.begin < body.tail && work.token_name[body.k] != kNone;
  return true;
}

// Whether a division of the place that the text is about stands right before the body in one
// character, and nothing that could be its name before that: 省海洋与渔业局, but no 城市管理局.
bool EntityFinder::Impl::IsDivisionHere(const Work& work, const Body& body) {
  constexpr std::string_view kDivisions[] = {"省", "市", "区", "县", "州"};
  const std::string_view s = work.Text(work.tokens[body.k - 1]);
  return (body.n >= 6 || body.inner + body.loose > 0) && body.loose <= 2 &&
         std::find(std::begin(kDivisions), std::end(kDivisions), s) != std::end(kDivisions) &&
         BeginsClean(work, body.k - 1);
}

// Takes the words in front that may belong to the name, up to what anchors it.
void EntityFinder::Impl::ReachLeft(const Work& work, Body& body) const {
  const std::string_view text = work.text;
  const auto& tokens = work.tokens;
  while (body.k > 0 && tokens[body.k - 1].end == body.begin &&
         body.end - body.begin < kLongestBody) {
    const SegmentToken& p = tokens[body.k - 1];
    const std::string_view s = work.Text(p);
    const uint32_t name = work.token_name[body.k - 1];
    if (const uint32_t* known_begin = work.org_ending.Find(body.begin); known_begin != nullptr) {
      body.begin = *known_begin;
      body.anchored = true;
      break;
    }
    if (const uint32_t* known_begin = work.person_ending.Find(body.begin);
        known_begin != nullptr && body.kind == FormKind::kOrgTail && body.inner + body.loose == 0) {
      body.begin = *known_begin;  // 罗伯特·科赫研究所
      body.anchored = true;
      break;
    }
    if (const uint32_t* known_begin = work.place_ending.Find(body.begin); known_begin != nullptr) {
      body.begin = *known_begin;
      while (body.k > 0 && tokens[body.k - 1].begin >= body.begin) --body.k;
      body.place = body.anchored = true;
      continue;
    }
    if (name != kNone) {
      const EntityType type = work.names[name].type;
      if (type == EntityType::kPlace) {
        body.place = body.anchored = true;
      } else if (type == EntityType::kOrg || type == EntityType::kMedia ||
                 // 徐悲鸿研究会, 里根政府, but no 马斯克公司
                 (type == EntityType::kPerson && body.begin == body.tail && body.n >= 6 &&
                  body.kind != FormKind::kOrgTailWeak &&
                  text.substr(body.tail, body.n) != "公司")) {
        body.begin = p.begin;
        body.anchored = true;
        break;
      } else {
        break;
      }
    } else if (body.place && s == "驻" && body.k > 1 && tokens[body.k - 2].end == p.begin &&
               work.token_name[body.k - 2] != kNone &&
               work.names[work.token_name[body.k - 2]].type == EntityType::kPlace) {
      // 美国驻格鲁吉亚大使馆
    } else if (body.place) {
      break;  // a place opens the name
    } else if (p.kind == SegmentToken::kPunctuation) {
      // 康平科技(苏州)股份有限公司
      if (s != ")") break;
      size_t open = body.k - 1;
      while (open > 0 && body.k - open < 6 && work.Text(tokens[open]) != "(") --open;
      if (work.Text(tokens[open]) != "(" || open + 1 >= body.k - 1 || open == 0 ||
          tokens[open].begin != tokens[open - 1].end ||
          tokens[open + 1].kind == SegmentToken::kDigits ||
          tokens[open + 1].kind == SegmentToken::kLatin) {
        break;
      }
      body.begin = tokens[open].begin;
      body.k = open;
      continue;
    } else if (p.kind == SegmentToken::kLatin) {
      if (p.Is(FormKind::kNotName)) break;  // AI公司
      body.begin = p.begin;
      body.anchored = true;
      break;
    } else if (p.Is(FormKind::kStopNot) && body.inner > 0 && body.k > 1 &&
               tokens[body.k - 2].end == p.begin && IsInner(tokens[body.k - 2]) &&
               work.token_name[body.k - 2] == kNone && work.org_ending.Find(p.begin) == nullptr) {
      // 疾病预防和控制中心, but 花旗银行和美联银行 are two.
    } else if (p.kind == SegmentToken::kDigits) {
      break;
    } else if (p.Is(FormKind::kStop)) {
      break;
    } else if (IsDivisionHere(work, body)) {
      // 市住房保障办, 该省海洋与渔业局
      body.begin = p.begin;
      body.anchored = true;
      break;
    } else if (IsInner(p)) {
      ++body.inner;
    } else if (IsTitleWord(p) || p.Is(FormKind::kSpeech)) {
      break;
    } else if (p.kind == SegmentToken::kCharacter) {
      if (body.loose >= (body.n >= 12 ? 6u : 4u)) break;
      ++body.loose;
      body.loose_cost += p.cost;
      body.lone = true;
    } else if (p.kind == SegmentToken::kPerson || p.kind == SegmentToken::kForeign) {
      if (body.loose > 2) break;
      body.loose += 2;
      body.loose_cost += 2 * kRareCharacter;
    } else {
      if (body.n >= 9 && body.kind == FormKind::kOrgTail && p.end - p.begin <= 12 &&
          body.common < 2) {
        ++body.common;
        body.rare_word = body.rare_word || p.cost >= kRareWord;
      } else {
        if (body.loose > 0 || p.cost < kRareWord) break;
        body.loose += 2;
        body.loose_cost += 2 * p.cost;
      }
    }
    body.begin = p.begin;
    --body.k;
  }
}

// 新能源汽车 is none; 霁岚科技 is, with nothing before and behind that could go on.
bool EntityFinder::Impl::IsBrandedBody(const Work& work, const Body& body) const {
  const std::string_view text = work.text;
  const auto& tokens = work.tokens;
  const size_t first = work.TokenAt(body.begin);
  const size_t behind = work.TokenAt(body.end);
  const bool ends = behind >= tokens.size() || tokens[behind].begin != body.end ||
                    tokens[behind].kind == SegmentToken::kPunctuation ||
                    forms.LongestStartingAt(FormKind::kCompanyContext, text, body.end) != 0 ||
                    forms.LongestStartingAt(FormKind::kTitle, text, body.end) != 0 ||
                    tokens[behind].Is(FormKind::kStop);
  const bool known = tokens[first].kind == SegmentToken::kLatin ||
                     (work.token_name[first] != kNone &&
                      work.names[work.token_name[first]].type == EntityType::kOrg);
  return ends && body.inner == 0 &&
         ((body.Rare() && body.lone && BeginsClean(work, first) && !body.place) || known);
}

// What stands before tells where a name begins: a word of no class makes that doubtful.
bool EntityFinder::Impl::BeginsClean(const Work& work, size_t first) {
  if (first == 0 || work.tokens[first - 1].end != work.tokens[first].begin) return true;
  const SegmentToken& p = work.tokens[first - 1];
  return p.kind == SegmentToken::kPunctuation || p.kind == SegmentToken::kDigits ||
         p.kind == SegmentToken::kName || p.kind == SegmentToken::kPerson ||
         p.Is(FormKind::kStop) || p.Is(FormKind::kTitle) || p.Is(FormKind::kSpeech);
}

// Whether what stands in front of the tail makes it a name.
bool EntityFinder::Impl::NamesBody(const Work& work, const Body& body) const {
  const std::string_view text = work.text;
  const std::string_view tail = work.Text(body.tail, body.end);
  const uint32_t core =
      body.begin < body.tail ? CountCodePoints(work.Text(body.begin, body.tail)) : 0;
  const bool clean = BeginsClean(work, work.TokenAt(body.begin));
  switch (body.kind) {
    case FormKind::kOrgTail:
      // A full legal name ends so clearly that any words may stand before it.
      return body.anchored || (body.Rare() && (clean || body.n >= 12)) ||
             (clean && body.loose > 0 && body.n >= 9 && core >= 2 && core <= 6 &&
              body.inner * 2 < core) ||
             (clean && body.rare_word &&
              (EndsPhrase(work, body.end) || (body.n >= 12 && tail.ends_with("公司"))));
    case FormKind::kOrgTailWeak:
      return IsBrandedBody(work, body);
    default:
      // 霁隆银行认为: who speaks is named.
      return body.anchored || (body.Rare() && clean && (body.inner > 0 || Speaks(text, body.end)));
  }
}

// Words that end like an organisation and name none.
bool EntityFinder::Impl::IsNoBody(const Work& work, size_t i, const Body& body) const {
  const std::string_view text = work.text;
  const auto& tokens = work.tokens;
  const SegmentToken& token = tokens[i];
  const std::string_view tail = work.Text(body.tail, body.end);
  const std::string_view whole = work.Text(body.begin, body.end);
  if (whole.size() > kLongestBody) return true;
  // 30GWh电池: letters right behind a figure are its unit.
  if (body.begin > 0 && IsAsciiDigit(static_cast<unsigned char>(text[body.begin - 1])) &&
      IsAsciiLetter(static_cast<unsigned char>(text[body.begin]))) {
    return true;
  }
  // 某公司报8.5元, 向某公司投资高达…: the tail is a verb.
  const bool number_behind =
      body.end < text.size() && IsAsciiDigit(static_cast<unsigned char>(text[body.end]));
  const char32_t in_front = body.begin > 0 ? CodePointBefore(text, body.begin) : 0;
  if ((number_behind || in_front == U'向' || in_front == U'对') &&
      forms.Find(FormKind::kVerbTail, tail) != nullptr) {
    return true;
  }
  const uint32_t core =
      body.begin < body.tail ? CountCodePoints(work.Text(body.begin, body.tail)) : 0;
  if (core < static_cast<uint32_t>(forms.Find(body.kind, tail)->weight)) return true;
  if (forms.Find(FormKind::kNotName, whole) != nullptr) return true;
  // 永嘉有关部门 are somebody's, and nobody.
  const bool any = token.Is(FormKind::kNotName);
  if (any && token.begin <= body.tail &&
      forms.Find(FormKind::kNotName, work.Text(token))->weight >= 2) {
    return true;
  }
  // 第一抓捕组 is counted, not named.
  if (!body.anchored && whole.starts_with("第")) return true;
  // 这家上市公司 names none, whatever stands before it.
  if (!body.anchored && any && !body.lone) return true;
  // 美国公司 and 中国互联网公司 are any of them; 澳门彩票公司行政总裁 is an officer of one.
  const size_t first = work.TokenAt(body.begin);
  return tail == "公司" && body.place && body.loose == 0 &&
         (core == CountCodePoints(work.Text(tokens[first])) ||
          (work.token_name[first] != kNone && IsCountry(work.names[work.token_name[first]]) &&
           !StartsOfficer(text, body.end)));
}

// The organisation, with the form that stands behind its name.
void EntityFinder::Impl::AddBody(Work& work, const Body& body) const {
  const std::string_view text = work.text;
  const std::string_view tail = work.Text(body.tail, body.end);
  uint32_t end = body.end;
  for (std::string_view more : {"(有限合伙)", "(普通合伙)"}) {
    if (text.substr(end).starts_with(more)) end += static_cast<uint32_t>(more.size());
  }
  const NameForms::Form& form = *forms.Find(body.kind, tail);
  Found found{body.begin, end, EntityType::kOrg, kNone, "", RuleRef(form), 2, false};
  // 苹果公司 is 苹果.
  if (tail == "公司" || tail == "集团" || tail == "股份公司" || tail == "集团公司") {
    const size_t before = work.TokenAt(body.begin);
    if (work.tokens[before].end == body.tail && work.token_name[before] != kNone) {
      const Found& name = work.names[work.token_name[before]];
      if (name.type == EntityType::kOrg) found.entity = name.entity;
    }
  }
  work.org_ending.Set(body.end, body.begin);
  work.found.push_back(std::move(found));
}

// Organisations by the words that end them: 研究所, 银行, 股份有限公司.
void EntityFinder::Impl::FindOrganisations(Work& work) const {
  for (size_t i = 0; i < work.tokens.size(); ++i) {
    Body body;
    body.end = work.tokens[i].end;
    if (!EndsBody(work, i, body)) continue;
    ReachLeft(work, body);
    if (!body.anchored && body.kind != FormKind::kOrgTailWeak) {
      const uint32_t owner = OwnerBefore(work, body.k, body.begin, body.end, body.n, body.kind);
      body.anchored = owner != body.begin;
      body.begin = owner;
    }
    if (!IsNoBody(work, i, body) && NamesBody(work, body)) AddBody(work, body);
  }
}

// Sites: 晨岚网 before 讯, a comma or a bracket.
void EntityFinder::Impl::FindSites(Work& work) const {
  const std::string_view text = work.text;
  const auto& tokens = work.tokens;
  for (size_t i = 1; i < tokens.size(); ++i) {
    if (!tokens[i].Is(FormKind::kSiteTail)) continue;
    const NameForms::Form* form = forms.Find(FormKind::kSiteTail, work.Text(tokens[i]));
    const uint32_t end = tokens[i].end;
    const size_t behind = i + 1;
    const bool ends = behind >= tokens.size() || tokens[behind].begin != end ||
                      tokens[behind].kind == SegmentToken::kPunctuation ||
                      text.substr(end).starts_with("讯") ||
                      forms.LongestStartingAt(FormKind::kTitle, text, end) != 0;
    uint32_t begin = tokens[i].begin;
    uint32_t chars = 0;
    size_t k = i;
    while (k > 0 && tokens[k - 1].end == begin &&
           tokens[k - 1].kind != SegmentToken::kPunctuation &&
           tokens[k - 1].kind != SegmentToken::kDigits && chars < 5 &&
           !tokens[k - 1].Is(FormKind::kStop) && !tokens[k - 1].Is(FormKind::kNotName)) {
      chars += CountCodePoints(work.Text(tokens[k - 1]));
      begin = tokens[k - 1].begin;
      --k;
    }
    const bool clean = k == 0 || tokens[k - 1].end != begin ||
                       tokens[k - 1].kind == SegmentToken::kPunctuation ||
                       forms.StopCharacter(CodePointBefore(text, begin));
    if (!ends || !clean || chars < 2 || chars > 4) continue;
    const std::string_view whole = work.Text(begin, end);
    if (forms.Find(FormKind::kNotName, whole) != nullptr) continue;
    Found site{begin, end, EntityType::kProduct, kNone, "", RuleRef(*form), 1, false};
    // 财联社APP is the outlet.
    if (work.token_name[i - 1] != kNone && tokens[i - 1].end == tokens[i].begin) {
      const Found& outlet = work.names[work.token_name[i - 1]];
      if (outlet.begin == begin && outlet.type == EntityType::kMedia) {
        site.type = outlet.type;
        site.entity = outlet.entity;
      }
    }
    work.found.push_back(std::move(site));
  }
}

// 美军, 省教育厅: a place in one character, and what it has.
void EntityFinder::Impl::FindShortBodies(Work& work) const {
  const std::string_view text = work.text;
  const auto& tokens = work.tokens;
  for (size_t i = 0; i < tokens.size(); ++i) {
    const SegmentToken& token = tokens[i];
    if ((token.starts & NameForms::Bit(FormKind::kPlaceShort)) == 0 || !IsHanWord(token)) {
      continue;
    }
    const uint32_t head = token.begin + CodePointLength(text[token.begin]);
    if (forms.Find(FormKind::kPlaceShort, work.Text(token.begin, head)) == nullptr) continue;
    const uint32_t n = forms.LongestStartingAt(FormKind::kShortOrg, text, head);
    if (n == 0 || (token.end != head && token.end != head + n) || !work.StartsToken(head + n) ||
        forms.Find(FormKind::kNotName, work.Text(token.begin, head + n)) != nullptr) {
      continue;
    }
    const NameForms::Form* form = forms.Find(FormKind::kShortOrg, text.substr(head, n));
    work.org_ending.SetFirst(head + n, token.begin);
    work.found.push_back(
        {token.begin, head + n, EntityType::kOrg, kNone, "", RuleRef(*form), 1, false});
  }
}

// A subsidiary named by its town and the group's short name: 子公司玉溪沃森.
void EntityFinder::Impl::FindSubsidiaries(Work& work) const {
  const std::string_view text = work.text;
  const auto& tokens = work.tokens;
  for (size_t i = 0; i + 1 < tokens.size(); ++i) {
    if (work.token_name[i] == kNone || work.names[work.token_name[i]].type != EntityType::kPlace ||
        forms.LongestEndingAt(FormKind::kCompanyLeft, text,
                              tokens[i].begin > 18 ? tokens[i].begin - 18 : 0,
                              tokens[i].begin) == 0) {
      continue;
    }
    size_t k = i + 1;
    uint32_t end = tokens[i].end, chars = 0;
    // 其中九龙|区录得: a part of the place's own name.
    if (forms.Find(FormKind::kPlaceTail, work.Text(tokens[k])) != nullptr) continue;
    while (k < tokens.size() && tokens[k].begin == end && chars < 4 &&
           (tokens[k].kind == SegmentToken::kCharacter || tokens[k].kind == SegmentToken::kPerson ||
            tokens[k].kind == SegmentToken::kForeign) &&
           !tokens[k].Is(FormKind::kStop)) {
      chars += CountCodePoints(work.Text(tokens[k]));
      end = tokens[k].end;
      ++k;
    }
    if (chars > 2 && forms.StopCharacter(CodePointBefore(text, end))) {
      end = static_cast<uint32_t>(PreviousBorder(text, end));
    }
    if (chars < 2 || chars > 4) continue;
    work.found.push_back(
        {tokens[i].begin, end, EntityType::kOrg, kNone, "", "company_left", 7, false});
  }
}

// Bodies that a place has: 参议院, 温州警方.
void EntityFinder::Impl::FindBodiesOfPlaces(Work& work) const {
  const std::string_view text = work.text;
  const auto& tokens = work.tokens;
  // Bodies whose place stands elsewhere: 参议院.
  for (const SegmentToken& token : tokens) {
    if (!token.Is(FormKind::kPlaceOrg) || token.kind == SegmentToken::kName) continue;
    const NameForms::Form* form = forms.Find(FormKind::kPlaceOrg, work.Text(token));
    if (form->weight < 2) continue;
    work.found.push_back(
        {token.begin, token.end, EntityType::kOrg, kNone, "", RuleRef(*form), 1, false});
  }
  // A known place and a body that only then is one: 温州警方.
  for (size_t i = 0, last = tokens.size(); i + 1 < last; ++i) {
    const uint32_t end = tokens[i].end;
    uint32_t begin = tokens[i].begin;
    bool place =
        work.token_name[i] != kNone && work.names[work.token_name[i]].type == EntityType::kPlace;
    if (const uint32_t* known_begin = work.place_ending.Find(end); known_begin != nullptr) {
      begin = *known_begin;
      place = true;
    }
    if (!place) continue;
    const uint32_t n = forms.LongestStartingAt(FormKind::kPlaceOrg, text, end);
    if (n == 0 || !work.StartsToken(end + n)) continue;
    const NameForms::Form* form = forms.Find(FormKind::kPlaceOrg, text.substr(end, n));
    work.found.push_back({begin, end + n, EntityType::kOrg, kNone, "", RuleRef(*form), 2, false});
  }
}

}  // namespace hanfact::extract
