// Noun phrases beside a number.
#include <algorithm>

#include "extract/fold.h"

namespace hanfact::extract {

using Class = TokenClass;

int Fold::PreviousQuantity(const Parts& p, int token) const {
  for (int t = token - 1; t >= std::max(0, token - kReach) && p.clause[t] == p.clause[token]; --t) {
    if (IsQuantity(p.row.tokens[t].token_class) && p.paren[t] <= p.paren[token] &&
        p.refused[t].empty()) {
      return t;
    }
  }
  return -1;
}

// What stands between two values, without the plus sign of the second: -0.4/+0.3.
std::string_view Fold::GapBetween(const Parts& p, int first, int second) const {
  std::string_view gap = Text({p.row.tokens[first].outer.end, p.row.tokens[second].outer.begin});
  if (gap.size() > 1 && gap.ends_with('+')) gap.remove_suffix(1);
  return gap;
}

// 依序为甲公司3万张、乙公司2万张: a name of a list in which each has its number right behind it.
bool Fold::InPairs(const Parts& p, int token) const {
  const auto& tokens = p.row.tokens;
  const auto pair = [&](int t) {
    return t >= 0 && t + 1 < static_cast<int>(tokens.size()) && IsEntity(tokens[t].token_class) &&
           IsQuantity(tokens[t + 1].token_class) && tokens[t + 1].outer.begin == tokens[t].span.end;
  };
  const auto listed = [&](int first, int second) {
    if (!pair(first) || !pair(second)) return false;
    constexpr std::string_view kComma = "，";
    const std::string_view gap = Text({tokens[first + 1].outer.end, tokens[second].span.begin});
    return gap == kComma ||
           nouns_.Is("and", gap.substr(gap.starts_with(kComma) ? kComma.size() : 0));
  };
  return listed(token, token + 2) || listed(token - 2, token) ||
         (token >= 3 && listed(token - 3, token));
}

// The words without those that foretell: 营收预计占市场 is 营收占市场.
std::string Fold::WithoutForecast(const Parts& p, MatchSpan span) const {
  std::string out;
  uint32_t at = span.begin;
  for (const Token& token : p.row.tokens) {
    if (token.token_class != Class::kForecast || token.span.begin < at ||
        token.span.end > span.end) {
      continue;
    }
    out += Text({at, token.span.begin});
    at = token.span.end;
  }
  return out += Text({at, span.end});
}

// Whether no bracket that holds the first is closed before the second.
bool Fold::SameBracket(const Token& first, const Token& second) const {
  int depth = 0;
  for (const char c : Text({first.span.end, second.span.begin})) {
    depth += c == '(' ? 1 : c == ')' ? -1 : 0;
    if (depth < 0) return false;
  }
  return true;
}

// A name behind a preposition (在美国, 将甲和乙列入, 从甲地) or a number (4架飞机) is not what
// the clause is about.
bool Fold::IsObject(const Parts& p, int token) const {
  const auto& tokens = p.row.tokens;
  if (InPairs(p, token)) return false;
  // 由甲公司以200元居冠
  const auto n = static_cast<int>(p.row.tokens.size());
  if (token > 0 && token + 2 < n && tokens[token - 1].cue != nullptr &&
      tokens[token - 1].cue->surface == "由" && tokens[token + 1].cue != nullptr &&
      tokens[token + 1].cue->surface == "以" && IsQuantity(tokens[token + 2].token_class)) {
    return false;
  }
  // 韩国电池企业甲公司宣布: where it is from is not who it is.
  if (tokens[token].token_class == Class::kPlace && token + 1 < n &&
      tokens[token + 1].token_class == Class::kOrg && p.clause[token + 1] == p.clause[token] &&
      nouns_.EndsWith("kind", Text({tokens[token].span.end, tokens[token + 1].span.begin}))) {
    return true;
  }
  // 8%最高，其次为|甲市7%: who comes next in a list.
  if (nouns_.EndsWith("nextin", Text({p.clause_begin[static_cast<size_t>(p.clause[token])],
                                      tokens[token].span.begin}))) {
    return false;
  }
  // 甲公司主导的融资: of whom the round is told elsewhere.
  if (nouns_.StartsWith("led", Text({tokens[token].span.end, p.span.end}))) return true;
  // 甲区、乙区等3个区: members of what is counted.
  for (int t = token; t + 1 < static_cast<int>(tokens.size()) && p.clause[t + 1] == p.clause[token];
       ++t) {
    const std::string_view gap = Text({tokens[t].span.end, tokens[t + 1].outer.begin});
    if (IsEntity(tokens[t + 1].token_class) && nouns_.Is("and", gap)) continue;
    if (gap == "等" && IsQuantity(tokens[t + 1].token_class)) return true;
    break;
  }
  int t = token;
  for (; t > 0 && p.clause[t - 1] == p.clause[token]; --t) {
    const Token& before = tokens[t - 1];
    std::string_view gap = Text({before.outer.end, tokens[t].span.begin});
    // 与某某、甲公司等合作, 包括某某、甲公司: a member that no lexicon knows stands in between.
    constexpr std::string_view kList = "、";
    constexpr size_t kLongestMember = 60;
    if (gap.size() > kList.size() && gap.size() <= kLongestMember && gap.ends_with(kList) &&
        !IsQuantity(before.token_class)) {
      gap = {};
    }
    if (IsEntity(before.token_class) && (gap.empty() || gap == "等" || nouns_.Is("and", gap)))
      continue;
    if (before.token_class == Class::kPrep && before.cue->surface == "和" && gap.empty()) continue;
    // 获得|甲国政府89亿元投资
    if (!gap.empty()) return nouns_.EndsWith("transitive", gap);
    // 随后一个月|甲指数上涨3%
    if (before.token_class == Class::kDuration ||
        (before.token_class == Class::kOne &&
         !before.mention->quantity.unit.starts_with("count:"))) {
      return false;
    }
    if (IsQuantity(before.token_class)) return true;
    // 加开甲地、乙地等方向列车36列: whither they go.
    if (before.token_class == Class::kNew) return true;
    // 其中以甲市减少13%幅度最大: who is foremost.
    // 买超以甲公司2万张居冠
    if (before.cue != nullptr && before.cue->surface == "以") {
      const std::string_view rest = Text({tokens[token].span.end, ClauseEnd(p, p.clause[token])});
      if (rest.find("最") != rest.npos || nouns_.EndsWith("ranked", rest)) return false;
    }
    if (before.token_class == Class::kPrep) return true;
    // 甲公司持有乙公司49%股份
    if (before.cue != nullptr && nouns_.Is("acquires", before.cue->surface)) return true;
    // 净卖出甲公司3亿元: what a measure is done to.
    if (before.token_class == Class::kMetric && nouns_.Is("deed", before.cue->value)) return true;
    if (before.token_class == Class::kPart && before.cue->surface.starts_with("包")) return true;
    return (before.token_class == Class::kLevel || before.token_class == Class::kTo ||
            before.token_class == Class::kForecast || before.token_class == Class::kConj) &&
           nouns_.Is("oblique", before.cue->surface);
  }
  // |距甲市120公里: with nothing in front of the verb.
  return nouns_.EndsWith("transitive", Text({p.clause_begin[static_cast<size_t>(p.clause[token])],
                                             tokens[t].span.begin}));
}

Fold::Phrase Fold::LeftPhrase(const Parts& p, int token) const {
  Phrase phrase = LeftPhraseRaw(p, token);
  // 3日内已累跌: a refused number that opens the phrase is none of it.
  const auto& tokens = p.row.tokens;
  while (phrase.first <= phrase.last && IsQuantity(tokens[phrase.first].token_class) &&
         tokens[phrase.first].outer.begin == phrase.begin) {
    const std::string_view behind = Text({tokens[phrase.first].outer.end, phrase.end});
    if (!behind.empty() && !nouns_.StartsWith("timetail", behind)) break;
    phrase.begin =
        std::min(phrase.end, tokens[phrase.first].outer.end + (behind.empty() ? 0u : 3u));
    ++phrase.first;
  }
  // 明日起|汽油每公升涨0.2元: since when is none of it either, 起亚 and 起重机 are.
  constexpr std::string_view kSince = "起";
  if (const int before = phrase.first - 1; before >= 0 && IsPeriod(tokens[before].token_class) &&
                                           tokens[before].outer.end == phrase.begin &&
                                           phrase.begin < phrase.end) {
    const std::string_view words = Text({phrase.begin, phrase.end});
    if (words.starts_with(kSince) && words.size() > 6 && !nouns_.StartsWith("sinceword", words)) {
      phrase.begin += static_cast<uint32_t>(kSince.size());
    }
  }
  return BeforeYardstick(p, token, std::move(phrase));
}

// 成本|较主流产品|降低三成: what it is compared with stands between the phrase and its verb. Where
// nothing stands in front (，|比同业|高三成) the number goes on with what was spoken of.
Fold::Phrase Fold::BeforeYardstick(const Parts& p, int token, Phrase phrase) const {
  const auto& tokens = p.row.tokens;
  const int front = phrase.first - 1;
  const auto moves = [&](int t) {
    return tokens[t].token_class == Class::kUp || tokens[t].token_class == Class::kDown;
  };
  if (front < 0 || p.clause[front] != p.clause[token] || phrase.empty() ||
      tokens[front].outer.end != phrase.begin) {
    return phrase;
  }
  const Class vc = tokens[token].token_class;
  // 成本|低于|进口产品|30%
  const bool held = moves(front) && nouns_.Is("versus", tokens[front].cue->surface) &&
                    phrase.predicates.empty() &&
                    Trim(Text({phrase.end, tokens[token].outer.begin})).empty() &&
                    (vc == Class::kPercent || vc == Class::kPoint) &&
                    !Text({phrase.begin, phrase.end}).ends_with("的");
  const bool compared = tokens[front].token_class == Class::kCompare &&
                        (p.gap.contains(token) ||
                         std::any_of(phrase.predicates.begin(), phrase.predicates.end(), moves));
  if (!held && !compared) return phrase;
  Phrase before = LeftPhraseRaw(p, front);
  const auto measures = [&](const Phrase& words) {
    for (int t = words.first; t <= words.last; ++t) {
      if (tokens[t].token_class == Class::kMetric) return true;
    }
    return false;
  };
  if (held && measures(phrase) && !measures(before)) return phrase;
  if (held) before.predicates.push_back(front);
  if (before.empty()) {
    for (int t = phrase.first; t <= phrase.last; ++t) {
      if (tokens[t].token_class == Class::kMetric) return phrase;
    }
    before.begin = before.end = phrase.begin;
    before.first = phrase.first;
    before.last = phrase.first - 1;
  }
  before.predicates.insert(before.predicates.begin(), phrase.predicates.begin(),
                           phrase.predicates.end());
  return before;
}

// 甲地到乙地运价: 到 at the head of a clause between where a way begins and ends, in front of a
// measure.
bool Fold::IsRoute(const Parts& p, int token) const {
  constexpr uint32_t kLongestPlace = 15;
  const auto& tokens = p.row.tokens;
  const Token& to = tokens[token];
  if (to.cue == nullptr || !nouns_.Is("to", to.cue->surface)) return false;
  const uint32_t front = to.span.begin - p.clause_begin[static_cast<size_t>(p.clause[token])];
  if (front < 6 || front > kLongestPlace) return false;
  for (int t = token + 1; t < static_cast<int>(tokens.size()); ++t) {
    if (p.clause[t] != p.clause[token]) return false;
    if (tokens[t].token_class == Class::kPlace) continue;
    return tokens[t].token_class == Class::kMetric && tokens[t].span.begin >= to.span.end + 6 &&
           tokens[t].span.begin <= to.span.end + kLongestPlace;
  }
  return false;
}

// 达到|了|30台, 达到|了惊人的|40%: whether the words between a verb and its number say no more than
// that it is so, and what to think of it.
bool Fold::IsRemark(std::string_view words) const {
  constexpr std::string_view kDone = "了", kOf = "的";
  words = Trim(words);
  if (words == kDone) return true;
  if (words.starts_with(kDone)) words.remove_prefix(kDone.size());
  if (!words.ends_with(kOf)) return false;
  words.remove_suffix(kOf.size());
  return nouns_.Is("striking", words);
}

Fold::Phrase Fold::LeftPhraseRaw(const Parts& p, int token) const {
  const auto& tokens = p.row.tokens;
  Phrase phrase;
  const int clause = p.clause[token];
  const uint32_t clause_begin = p.clause_begin[static_cast<size_t>(clause)];
  uint32_t pos = tokens[token].outer.begin;
  int t = token - 1;
  phrase.begin = phrase.end = pos;
  phrase.first = token;
  const auto left = [&](int u) {
    return u >= 0 && p.clause[u] == clause ? tokens[u].outer.end : clause_begin;
  };
  const auto skip_bracket = [&]() {
    // Text that ends with a closed bracket: go to the front of it.
    int depth = 0;
    size_t at = pos;
    while (at > clause_begin) {
      const size_t before = PreviousBorder(text_, at);
      const char32_t c = CodePointAt(text_, before);
      at = before;
      if (c == ')') ++depth;
      if (c == '(' && --depth == 0) break;
    }
    if (depth != 0) return false;
    pos = static_cast<uint32_t>(at);
    while (t >= 0 && tokens[t].span.begin >= pos) --t;
    return true;
  };
  // 1. What stands between the phrase and the value: verbs, adverbs, hedges.
  for (;;) {
    const uint32_t edge = left(t);
    if (edge < pos) {
      const char32_t before = CodePointBefore(text_, pos);
      if (before == ')' && p.paren[token] == 0) {
        if (!skip_bracket()) return phrase;
        continue;
      }
      if (before == ' ' || before == U'”' || before == U'’') {
        pos = static_cast<uint32_t>(PreviousBorder(text_, pos));
        continue;
      }
      const auto tells = [&](const Token& verb) {
        const Class c = verb.token_class;
        // 生产了30台, 募集了3亿元, but not 贡献了3亿元
        const bool does =
            c == Class::kLevel &&
            (tokens[token].token_class == Class::kCount ||
             (tokens[token].token_class == Class::kMoney && !verb.cue->value.empty()));
        return c == Class::kTo || c == Class::kUp || c == Class::kDown || does;
      };
      if (t >= 0 && p.clause[t] == clause && tells(tokens[t]) && IsRemark(Text({edge, pos}))) {
        pos = edge;
        continue;
      }
      break;
    }
    if (t < 0 || p.clause[t] != clause) return phrase;
    const bool from =
        tokens[t].token_class == Class::kPrep && nouns_.Is("from", tokens[t].cue->surface);
    // 达到每年300亿元
    const bool each = tokens[t].token_class == Class::kSet;
    // 市场规模预计到2030年将达300亿元: a date among the verbs.
    // 全球经济|今年|增长3%: or behind what it is said of.
    const bool behind_words = left(t - 1) + 6 <= tokens[t].outer.begin &&
                              IsHan(CodePointBefore(text_, tokens[t].outer.begin));
    const bool when =
        tokens[t].token_class == Class::kPeriod && !phrase.predicates.empty() &&
        (behind_words ||
         (t > 0 && p.clause[t - 1] == clause && tokens[t - 1].outer.end == tokens[t].outer.begin &&
          (IsPredicate(tokens[t - 1].token_class) || tokens[t - 1].token_class == Class::kMetric)));
    // 增加值比上年同期增长7%: what it is compared with, among the verbs.
    const bool against = IsPeriod(tokens[t].token_class) && p.compared[t] != 0 &&
                         !phrase.predicates.empty() && t > 0 && p.clause[t - 1] == clause &&
                         tokens[t - 1].token_class == Class::kCompare &&
                         tokens[t - 1].outer.end == tokens[t].outer.begin;
    if (against) {
      pos = tokens[t - 1].outer.begin;
      t -= 2;
      continue;
    }
    if (!IsPredicate(tokens[t].token_class) && !from && !each && !when) break;
    if (when) {
      pos = tokens[t].outer.begin;
      --t;
      continue;
    }
    phrase.predicates.push_back(t);
    pos = tokens[t].outer.begin;
    --t;
  }
  // 服装(上升7.6%): what moves stands in front of the bracket.
  uint8_t depth = p.paren[token];
  if (depth > 0 && !phrase.predicates.empty() && pos > clause_begin + 3 && text_[pos - 1] == '(') {
    --pos;
    --depth;
  }
  // 2. The phrase.
  phrase.begin = phrase.end = pos;
  phrase.last = t;
  phrase.first = t + 1;
  for (;;) {
    const uint32_t edge = left(t);
    while (pos > edge) {
      const size_t before = PreviousBorder(text_, pos);
      const char32_t c = CodePointAt(text_, before);
      if (c == ')' && depth == 0) {
        if (!skip_bracket()) return phrase;
        phrase.begin = pos;
        break;
      }
      if (IsCut(c)) return phrase;
      pos = static_cast<uint32_t>(before);
      phrase.begin = pos;
    }
    if (pos > left(t)) continue;
    if (t < 0 || p.clause[t] != clause) return phrase;
    const Class c = tokens[t].token_class;
    const bool plain =
        InPhrase(c) || (IsPeriod(c) && IsContract(tokens[t])) ||
        (IsQuantity(c) && !p.refused[t].empty()) ||
        (c == Class::kPrep && nouns_.Is("joins", tokens[t].cue->surface)) ||
        // 橡胶及|其|制品
        (c == Class::kPronoun && tokens[t].cue->surface == "其" && edge > clause_begin &&
         CodePointBefore(text_, tokens[t].outer.begin) == U'及') ||
        IsRoute(p, t) || (phrase.first <= phrase.last && SaysOfOne(p, t));
    if (!plain || p.speaker[t] != 0) return phrase;
    pos = tokens[t].outer.begin;
    phrase.begin = pos;
    phrase.first = t;
    --t;
  }
}

// 制造业|每人|每月|总薪资, 住宅|每坪|均价: whether the token says of how much or how long a measure
// right behind it is.
bool Fold::SaysOfOne(const Parts& p, int token) const {
  const auto& tokens = p.row.tokens;
  const auto one = [&](int t) {
    return tokens[t].token_class == Class::kPer || tokens[t].token_class == Class::kSet;
  };
  int t = token;
  while (one(t) && t + 1 < static_cast<int>(tokens.size()) &&
         tokens[t + 1].outer.begin == tokens[t].outer.end) {
    ++t;
  }
  return t > token && tokens[t].token_class == Class::kMetric;
}

// Where what stands in front of the measure at the token ends, 每人每月 left out.
uint32_t Fold::MeasureBegin(const Parts& p, int metric) const {
  int t = metric;
  while (t > 0 && SaysOfOne(p, t - 1)) --t;
  return p.row.tokens[t].outer.begin;
}

// 新能源汽车的|产量和销售量: the first of the measures that end in the one at the token.
int Fold::FirstListed(const Parts& p, int metric) const {
  const auto& tokens = p.row.tokens;
  int first = metric;
  for (int t = metric - 1; t >= 0 && p.clause[t] == p.clause[metric]; --t) {
    if (tokens[t].token_class != Class::kMetric) {
      if (tokens[t].outer.end != tokens[t + 1].outer.begin) break;
      continue;
    }
    const std::string_view gap = Text({tokens[t].span.end, tokens[first].span.begin});
    if (!nouns_.Is("and", gap)) break;
    first = t;
  }
  return first;
}

// Whether a token stands at the end of its clause: 800只下跌, but not 512张加速卡.
bool Fold::ClosesClause(const Parts& p, int token) const {
  const uint32_t end = p.row.tokens[token].outer.end;
  if (end >= p.span.end) return true;
  const char32_t c = CodePointAt(text_, end);
  return IsCut(c) || !(IsHan(c) || IsAsciiLetter(c));
}

// Without the marks that a phrase cut out of its sentence may begin or end with: “之, ――, 的”.
std::string_view WithoutMarks(std::string_view text) {
  const auto mark = [](char32_t c) {
    return c == U'“' || c == U'”' || c == U'‘' || c == U'’' || c == U'—' || c == U'―' ||
           c == U'…' || c == U'、' || c == '/' || c == '-' || c == ' ' || c == '|' || c == '*' ||
           (c >= U'①' && c <= U'⓿') || (c >= U'■' && c <= U'◿');  // numbers and bullets of lists
  };
  while (!text.empty() && mark(CodePointAt(text, 0))) {
    text.remove_prefix(CodePointLength(text[0]));
  }
  // 甲公司|.US收入: the market of a code.
  if (text.starts_with('.')) {
    size_t n = 1;
    while (n < text.size() && text[n] >= 'A' && text[n] <= 'Z') ++n;
    text.remove_prefix(n);
  }
  while (!text.empty() && mark(CodePointBefore(text, text.size()))) {
    text = text.substr(0, PreviousBorder(text, text.size()));
  }
  return text;
}

// Without brackets that hold a code, a size or a short name: 甲公司(01234)高位 is 甲公司高位,
// (下称“甲乙”)质押 is 质押.
std::string WithoutCodes(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const size_t open = text.find('(');
    const size_t close = text.find(')', open);
    if (close == std::string_view::npos) break;
    const std::string_view inside = text.substr(open + 1, close - open - 1);
    const bool code =
        std::any_of(inside.begin(), inside.end(),
                    [](char c) { return IsAsciiDigit(static_cast<unsigned char>(c)); }) ||
        std::all_of(inside.begin(), inside.end(), [](char c) { return c > 0; }) ||
        inside.find("“") != std::string_view::npos || inside.find("简称") != std::string_view::npos;
    out += text.substr(0, code ? open : close + 1);
    text.remove_prefix(close + 1);
  }
  return out.append(text);
}

// Takes verbs and generic words off both ends of a phrase.
std::string Fold::CleanPhrase(std::string_view phrase) const {
  std::string bare;
  if (phrase.find('(') != std::string_view::npos) {
    bare = WithoutCodes(phrase);
    phrase = bare;
  }
  std::string_view whole = WithoutMarks(Trim(phrase));
  constexpr std::string_view kWith = "与";
  if (whole.starts_with(kWith) && whole.size() > 9) whole.remove_prefix(kWith.size());
  constexpr std::string_view kTopic = "方面";
  if (whole.ends_with(kTopic) && whole.size() > 9) whole.remove_suffix(kTopic.size());
  // 甲地、乙地等方向|列车: whither they go.
  constexpr std::string_view kAnd = "等";
  constexpr size_t kLongestName = 18;
  if (const size_t at = whole.substr(0, kLongestName).find(kAnd); at != whole.npos) {
    const size_t n = nouns_.LongestStart("whither", whole.substr(at));
    if (n > 0 && at + n + 6 <= whole.size()) whole.remove_prefix(at + n);
  }
  // 控制了|全球产能: what stands behind a verb that is over.
  constexpr std::string_view kDone = "了";
  if (const size_t done = whole.rfind(kDone);
      done != whole.npos && done >= 6 && done + kDone.size() < whole.size() &&
      !nouns_.EndsWith("nodone", whole.substr(0, done + kDone.size())) &&
      !nouns_.StartsWith("nodone", whole.substr(done))) {
    whole.remove_prefix(done + kDone.size());
  }
  std::string_view text = whole;
  // 1.|营收: a label names nothing, the code of a fund does.
  constexpr size_t kCode = 4;
  const bool words = std::any_of(text.begin(), text.end(), [](char c) {
    const auto b = static_cast<unsigned char>(c);
    return b >= 0x80 || IsAsciiLetter(b);
  });
  const bool year =
      !words && text.size() == kCode && (text.starts_with("19") || text.starts_with("20"));
  if (!words && (text.size() < kCode || year)) return "";
  if (text.size() < 6) return std::string(text == "的" ? std::string_view() : text);
  // Segmenting costs more than all the rest: only what may be cut is.
  const bool front_may = nouns_.StartsWith("verb", text) || nouns_.StartsWith("generic", text) ||
                         text.starts_with("的") || text.starts_with("”");
  const bool back_may =
      nouns_.EndsWith("verb", text) || text.ends_with("的") || text.ends_with("“");
  if (!front_may && !back_may) return std::string(text);
  const auto all = SplitWords(text);
  size_t front = 0;
  size_t back = all.size();
  while (front < back) {
    const auto [fb, fe] = all[front];
    text = whole.substr(fb, all[back - 1].second - fb);
    const std::string_view first = whole.substr(fb, fe - fb);
    const bool noun = nouns_.StartsWith("nounend", text.substr(first.size()));
    // 运输|及仓储业: one of two that are named together.
    const bool coupled = text.substr(first.size()).starts_with("及") && text.ends_with("业");
    const bool single = CountCodePoints(first) == 1 && CountCodePoints(text) <= 2;
    const bool compound = nouns_.StartsWith("compound", text);
    if (((nouns_.Is("verb", first) || nouns_.Is("generic", first)) && !noun && !single &&
         !compound && !coupled) ||
        first == "的" || first == "”" || first == " ") {
      ++front;
      // 这|座|图书馆
      const bool points = nouns_.Is("deictic", first);
      if (points && front + 1 < back &&
          nouns_.Is("classifier",
                    whole.substr(all[front].first, all[front].second - all[front].first))) {
        ++front;
      }
      continue;
    }
    const auto [lb, le] = all[back - 1];
    const std::string_view last = whole.substr(lb, le - lb);
    if ((nouns_.Is("verb", last) && !nouns_.EndsWith("compound", text)) || last == "的" ||
        last == "“" || last == " ") {
      --back;
      continue;
    }
    return std::string(Trim(text));
  }
  return "";
}

// The noun behind a count: 8家|企业, 4架|飞机.
std::string Fold::PostNoun(const Parts& p, int token, MatchSpan& span) const {
  const auto& tokens = p.row.tokens;
  const int n = static_cast<int>(tokens.size());
  uint32_t begin = tokens[token].outer.end;
  if (Text({begin, std::min(p.span.end, begin + 3)}) == "的") begin += 3;  // 1200万像素的相机
  int t = token + 1;
  // 6间|新建|的教室
  if (t < n && tokens[t].token_class == Class::kNew && tokens[t].outer.begin == begin &&
      StandsAt(text_, tokens[t].outer.end, "的")) {
    begin = tokens[t++].outer.end + 3;
  }
  // 2台|200千瓦|机组: of what size they are is no part of what they are.
  if (t < n && tokens[t].token_class == Class::kPhysical && tokens[t].outer.begin == begin &&
      tokens[token].token_class != Class::kPhysical) {
    begin = tokens[t++].outer.end;
    if (StandsAt(text_, begin, "级")) begin += 3;
    if (StandsAt(text_, begin, "的")) begin += 3;
  }
  uint32_t pos = begin;
  const uint32_t limit = std::min<uint32_t>(p.span.end, begin + 45);
  while (pos < limit) {
    if (t < n && tokens[t].outer.begin == pos) {
      const Class c = tokens[t].token_class;
      if (c == Class::kMetric || c == Class::kProduct || c == Class::kOrg || c == Class::kDoc ||
          c == Class::kIndex || (c == Class::kPronoun && tokens[t].cue->value == "company") ||
          c == Class::kPlace || c == Class::kTitle || c == Class::kHere) {
        pos = tokens[t].outer.end;
        ++t;
        if (c == Class::kMetric) break;
        continue;
      }
      break;
    }
    const char32_t c = CodePointAt(text_, pos);
    if (IsCut(c) || c == ')' || c == U'”') break;
    pos += CodePointLength(text_[pos]);
  }
  if (pos <= begin) return "";
  // Stop at the first verb.
  std::string_view text = Text({begin, pos});
  // 20万片规模, 10万片级别 says no more than how many.
  if (nouns_.StartsWith("extent", text)) return "";
  // 甲公司6万张及乙公司5万张: what comes next is another.
  if (nouns_.StartsWith("joins", text)) return "";
  // 6支来自各国的|乐队, 82名返乡的|学生: what a clause leads up to.
  if (const size_t of = text.find("的"); of != text.npos && text.size() >= of + 9) {
    const auto words = SplitWords(text.substr(0, of));
    const std::string_view first = text.substr(0, words.empty() ? 0 : words[0].second);
    if (nouns_.Is("verb", first) || nouns_.Is("clause", first) || nouns_.Is("handles", first)) {
      begin += static_cast<uint32_t>(of) + 3;
      text.remove_prefix(of + 3);
    }
  }
  const bool may_stop = nouns_.Within("verb", text) || nouns_.Within("clause", text) ||
                        nouns_.Within("done", text) || nouns_.Within("manner", text) ||
                        text.find("在") != text.npos || nouns_.StartsWith("generic", text) ||
                        nouns_.Within("roughly", text);
  uint32_t end = may_stop ? 0 : static_cast<uint32_t>(text.size());
  const WordSpans split = may_stop ? SplitWords(text) : WordSpans();
  const bool people = CountsPeople(tokens[token].mention->quantity.unit);
  // 检查|组, 管理培训|生: whether a verb says what those do who are counted, and the noun goes on.
  const auto does = [&](uint32_t verb) {
    constexpr size_t kLongest = 24;
    const auto who = [&](std::string_view words) {
      return nouns_.EndsWith("doer", words) || nouns_.EndsWith("crowd", words) ||
             nouns_.EndsWith("body", words);
    };
    if (who(text.substr(0, verb))) return false;
    for (const auto& [b, e] : split) {
      if (e > kLongest) return false;
      if (b > verb && who(text.substr(0, e))) {
        end = static_cast<uint32_t>(e);
        return true;
      }
    }
    return false;
  };
  // A word of the class at the place, also one that the segmenter knows only by its characters.
  const auto stands = [&](NounClass which, size_t wb, std::string_view word) {
    constexpr size_t kCharacter = 3;
    return nouns_.Is(which, word) ||
           (word.size() == kCharacter && nouns_.LongestStart(which, text.substr(wb)) > kCharacter);
  };
  for (const auto& [wb, we] : split) {
    const std::string_view word = text.substr(wb, we - wb);
    // 英伟达: 达 of a name is no verb.
    const uint32_t at = begin + static_cast<uint32_t>(wb);
    const bool named = std::any_of(tokens.begin(), tokens.end(), [at](const Token& name) {
      return IsEntity(name.token_class) && name.span.begin <= at && at < name.span.end;
    });
    if (named) {
      end = static_cast<uint32_t>(we);
      continue;
    }
    if (wb > 0 && (word.starts_with("在") || nouns_.Is("roughly", word))) break;
    // 500件藏品|全部…, 5人|不幸遇难
    const bool manner = stands("manner", wb, word);
    if (manner && wb > 0) break;
    // 加速|卡, 开发|商: a verb that a thing's character makes a noun.
    // 挖掘机制造|企业: nor one that says what sort of body it is.
    const bool sort = nouns_.StartsWith("sort", text.substr(we));
    // 15个村|发展大棚, but 云服务|合同
    const std::string_view front = text.substr(0, wb);
    const bool doer = nouns_.Is("single", front) || nouns_.EndsWith("crowd", front);
    const bool acts = stands("verb", wb, word) || stands("clause", wb, word) ||
                      (doer && we < text.size() && stands("done", wb, word));
    if (wb > 0 && acts && people && does(static_cast<uint32_t>(wb))) break;
    if (wb > 0 && acts && !sort && !nouns_.StartsWith("thingend", text.substr(we))) {
      break;
    }
    if (wb == 0 && (manner || stands("verb", wb, word) || nouns_.Is("generic", word)) &&
        !nouns_.StartsWith("compound", text)) {
      // 投放点, 运营商: a verb that a single character makes a noun.
      if (does(0)) break;
      if (!nouns_.StartsWith("nounend", text.substr(we))) return "";
    }
    end = we;
  }
  text = Trim(text.substr(0, end));
  while (text.ends_with("的") || text.ends_with("中") || text.ends_with("里"))
    text.remove_suffix(3);
  // 三家电信企业|的用户总数
  if (const size_t of = text.find("的"); of != text.npos && nouns_.EndsWith("measure", text) &&
                                         nouns_.EndsWith("agent", text.substr(0, of))) {
    text = text.substr(0, of);
  }
  // 8个国家|的政客, but 几件残缺的|陶器: what goes by the number is a noun right behind it, else
  // what the words lead up to.
  if (const size_t of = text.rfind("的"); of != text.npos) {
    const std::string_view first = text.substr(0, of);
    const std::string_view head = text.substr(of + 3);
    if (nouns_.EndsWith("crowd", first) || nouns_.EndsWith("agent", first) ||
        nouns_.EndsWith("body", first)) {
      text = first;
    } else if (CountCodePoints(head) >= 2) {
      begin += static_cast<uint32_t>(of) + 3;
      text = head;
    }
  }
  text = nouns_.TrimEnd("joins", text);
  if (CountCodePoints(text) < 2 && !nouns_.Is("single", text)) return "";
  span = {begin, begin + static_cast<uint32_t>(text.size())};
  return std::string(text);
}

}  // namespace hanfact::extract
