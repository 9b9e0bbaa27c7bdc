// Who the own clause of a number says it is about.
#include <algorithm>
#include <utility>

#include "extract/fold.h"

namespace hanfact::extract {

using Class = TokenClass;

namespace {

// Letters and digits alone, as products of no lexicon are called: Star-2 Mini.
bool IsModelName(std::string_view text) {
  bool lower = false;
  bool digit = false;
  for (char c : text) {
    const auto b = static_cast<unsigned char>(c);
    if (!IsAsciiLetter(b) && !IsAsciiDigit(b) && c != '-' && c != '.' && c != ' ') return false;
    lower = lower || (c >= 'a' && c <= 'z');
    digit = digit || IsAsciiDigit(b);
  }
  constexpr size_t kShortest = 4;
  return text.size() >= kShortest && text[0] >= 'A' && text[0] <= 'Z' && lower && digit;
}

// GPT-6, H100: letters, at least one of them great and in front, and a number.
bool IsCodeName(std::string_view text) {
  constexpr size_t kShortest = 3;
  const auto in = [&](auto holds) { return std::any_of(text.begin(), text.end(), holds); };
  return text.size() >= kShortest && text[0] >= 'A' && text[0] <= 'Z' &&
         in([](char c) { return IsAsciiDigit(static_cast<unsigned char>(c)); }) && !in([](char c) {
           const auto b = static_cast<unsigned char>(c);
           return !IsAsciiLetter(b) && !IsAsciiDigit(b) && c != '-' && c != '.' && c != ' ';
         });
}

}  // namespace

// The name of a market that the clause opens with, place and all, where its size or growth is what
// the number gives: behind it stands the verb, or a date and 规模. Empty for none.
MatchSpan Fold::MarketBefore(const Parts& p, const Phrase& phrase, const Scene& s) const {
  constexpr size_t kShortest = 12, kLongest = 60;
  const auto& tokens = p.row.tokens;
  if (s.counted || s.points || s.share >= 0) return {};
  uint32_t end = phrase.end;
  int t = phrase.last;
  if (s.metric >= 0) {
    if (!nouns_.Is("extentof", tokens[s.metric].cue->surface) ||
        tokens[s.metric].span.begin != phrase.begin) {
      return {};
    }
    t = s.metric - 1;
    while (t >= 0 && IsPeriod(tokens[t].token_class) && p.clause[t] == p.clause[s.metric] &&
           tokens[t].outer.end == phrase.begin) {
      end = tokens[t--].outer.begin;
    }
    if (end == phrase.end) return {};  // right in front of the measure: FindSubject's own case
  } else if (!s.change) {
    return {};
  }
  const auto clause = static_cast<size_t>(p.clause[phrase.first > 0 ? phrase.first - 1 : 0]);
  uint32_t begin = s.metric >= 0 ? p.clause_begin[clause] : phrase.begin;
  // A date in front, and what the sentence says by the way, are none of it.
  for (int u = 0; u <= t; ++u) {
    const Class c = tokens[u].token_class;
    if (tokens[u].outer.end > end || tokens[u].outer.end <= begin) continue;
    const bool name = c == Class::kPlace || c == Class::kHere || c == Class::kProduct;
    if (!name && c != Class::kMetric) begin = tokens[u].outer.end;
    if (c == Class::kMetric && s.metric < 0) return {};
  }
  if (begin >= end || end - begin > kLongest || end - begin < kShortest) return {};
  const std::string_view words = Text({begin, end});
  for (uint32_t at = begin; at < end; at += CodePointLength(text_[at])) {
    if (IsCut(CodePointAt(text_, at))) return {};
  }
  return nouns_.EndsWith("market", words) ? MatchSpan{begin, end} : MatchSpan{};
}

// 甲公司的模型H9(1750亿参数): the name right in front of a bracket that the number opens, nullptr
// for none.
const Token* Fold::BeforeBracket(const Parts& p, int token) const {
  const auto& tokens = p.row.tokens;
  if (p.paren[token] == 0) return nullptr;
  uint32_t at = tokens[token].outer.begin;
  int t = token - 1;
  while (t >= 0 && tokens[t].outer.end == at &&
         (IsPredicate(tokens[t].token_class) || tokens[t].token_class == Class::kForecast)) {
    at = tokens[t--].outer.begin;
  }
  if (t < 0 || at == 0 || text_[at - 1] != '(' || tokens[t].outer.end + 1 != at) return nullptr;
  const Class c = tokens[t].token_class;
  return c == Class::kOrg || c == Class::kProduct ? &tokens[t] : nullptr;
}

// 急升半成的甲公司: the name that a rise or fall right before 的 is of, nullptr for none.
const Token* Fold::RelativeOf(const Parts& p, const Draft& d) const {
  const auto& tokens = p.row.tokens;
  const int next = d.token + 1;
  if (d.claim.kind != ClaimKind::kChange || next >= static_cast<int>(tokens.size()) ||
      !IsEntity(tokens[next].token_class) || tokens[next].token_class == Class::kPlace ||
      p.clause[next] != d.clause) {
    return nullptr;
  }
  return Text({tokens[d.token].outer.end, tokens[next].span.begin}) == "的" ? &tokens[next]
                                                                            : nullptr;
}

// 甲公司的|MiniM|只有, 甲公司的|G1|售价: a name in letters behind 的, in front of a word of the
// tables or the value; short ones in capitals (AI, GPU) say of what kind something is. Empty for
// none.
MatchSpan Fold::ModelBehind(const Parts& p, int token, int value) const {
  const auto& tokens = p.row.tokens;
  constexpr size_t kLongestKind = 4;
  uint32_t begin = tokens[token].span.end;
  if (tokens[token].token_class != Class::kOrg || !StandsAt(text_, begin, "的")) return {};
  begin += 3;
  uint32_t end = begin;
  bool lower = false;
  bool digit = false;
  while (end < tokens[value].outer.begin && !(text_[end] & 0x80)) {
    const auto c = static_cast<unsigned char>(text_[end]);
    if (!IsAsciiLetter(c) && !IsAsciiDigit(c) && c != '-' && c != '.' && c != ' ') return {};
    lower = lower || (c >= 'a' && c <= 'z');
    digit = digit || IsAsciiDigit(c);
    ++end;
  }
  if (end < begin + 2 || !IsAsciiLetter(static_cast<unsigned char>(text_[begin])) ||
      (!lower && !digit && end - begin <= kLongestKind)) {
    return {};
  }
  for (int t = token + 1; t <= value; ++t) {
    if (tokens[t].outer.begin == end) return {begin, end};
  }
  return {};
}

// 甲公司|持有|乙公司27%股权: who holds a share of the company in front of the number; nullptr for
// nobody.
const Token* Fold::HolderOf(const Parts& p, const Draft& d, const Scene& s) const {
  const auto& tokens = p.row.tokens;
  if (s.entity < 1 || tokens[d.token].token_class != Class::kPercent || s.metric >= 0)
    return nullptr;
  constexpr std::string_view kHolds = "持有";
  if (!Text({p.span.begin, tokens[s.entity].span.begin}).ends_with(kHolds)) return nullptr;
  for (int t = s.entity - 1; t >= 0 && p.clause[t] == d.clause; --t) {
    if (IsEntity(tokens[t].token_class) && p.paren[t] == 0 && p.compared[t] == 0) return &tokens[t];
  }
  return nullptr;
}

// The goods in front of 国内 or 全球 that a measure of things sold follows; empty for none, and
// where a company is spoken of, whose goods they are.
MatchSpan Fold::GoodsBeforeHere(const Parts& p, const Phrase& phrase, const Scene& s) const {
  constexpr uint32_t kLongest = 36, kShortest = 6;
  const auto& tokens = p.row.tokens;
  if (s.here < 0 || s.entity >= 0 || s.metric < 0 || s.firm_context ||
      !nouns_.Is("marketed", tokens[s.metric].cue->value)) {
    return {};
  }
  const MatchSpan goods{phrase.begin, tokens[s.here].span.begin};
  if (goods.end < goods.begin + kShortest || goods.size() > kLongest) return {};
  for (int t = phrase.first; t < s.here; ++t) {
    if (tokens[t].outer.begin >= goods.begin) return {};
  }
  const std::string words = CleanPhrase(Text(goods));
  return CountCodePoints(words) >= 2 && !nouns_.Is("generic", words) ? goods : MatchSpan{};
}

// Whether a company and a date stand right in front of the phrase: 甲公司9月|新能源销量.
bool Fold::DatedFirm(const Parts& p, const Phrase& phrase) const {
  const auto& tokens = p.row.tokens;
  int t = std::min(phrase.first, static_cast<int>(tokens.size())) - 1;
  if (t < 1 || !IsPeriod(tokens[t].token_class) || tokens[t].outer.end != phrase.begin)
    return false;
  while (t > 0 && IsPeriod(tokens[t].token_class)) --t;
  // 该公司|去年|智能手机出货量
  if (tokens[t].token_class == Class::kPronoun && tokens[t].cue->value == "company") {
    return tokens[t].span.end == tokens[t + 1].outer.begin && p.clause[t] == p.clause[t + 1];
  }
  return tokens[t].token_class == Class::kOrg && tokens[t].span.end == tokens[t + 1].outer.begin &&
         p.clause[t] == p.clause[t + 1] && p.speaker[t] == 0 && !IsAgency(EntityRef(tokens[t]));
}

// Whether the clause has named a company in front of the token: 甲公司在国内市场份额.
bool Fold::FirmBefore(const Parts& p, int token) const {
  for (int t = token - 1; t >= 0 && p.clause[t] == p.clause[token]; --t) {
    if (p.row.tokens[t].token_class == Class::kOrg && p.speaker[t] == 0 && p.paren[t] == 0 &&
        !IsAgency(EntityRef(p.row.tokens[t]))) {
      return true;
    }
  }
  return false;
}

// 成交7宗，某区某园占3宗: whether the number before was a count of the same things.
bool Fold::CountsOn(const Parts& p, const Draft& d) const {
  if (const Draft* last = LastDraft(p, d.token); last != nullptr) {
    return last->claim.quantity.unit == d.claim.quantity.unit;
  }
  return !unit_metrics_.empty() && std::get<0>(unit_metrics_.back()) == d.claim.quantity.unit;
}

// 某机构显示，全球|智能眼镜|出货量: of all there are, no single company's.
bool Fold::OfAllTheWorld(const Parts& p, const Scene& s) {
  if (s.entity >= 0 || s.here < 0) return false;
  const Token& here = p.row.tokens[s.here];
  return here.cue->surface == "全球" && here.span.end == s.modifier_span.begin;
}

// Whether the words in front of the measure are what it is of: 甲国10年期国债|收益率,
// 大豆|平均价格.
bool Fold::IsThing(const Parts& p, const Phrase& phrase, const Draft& d, const Scene& s,
                   const Place& at) const {
  const auto& tokens = p.row.tokens;
  const Draft* last = LastDraft(p, d.token);
  // 甲公司9月新能源销量, 其中海外销量6万辆: kinds of what a company sells.
  // 甲公司公告，8月新能源汽车销量: who announces tells of its own.
  const bool goes_on =
      last != nullptr && last->subject.text == s.context.text && last->metric.id == s.metric_id;
  const bool told = last != nullptr && last->subject.text == s.context.text &&
                    last->clause >= d.clause - 2 && nouns_.Is("corporate", last->metric.id);
  const bool own = ((!company_.empty() && company_.text == s.context.text) || told) &&
                   document_.script == Script::kHans && !nouns_.EndsWith("brand", s.modifier) &&
                   std::none_of(s.modifier.begin(), s.modifier.end(), [](char c) {
                     return IsAsciiLetter(static_cast<unsigned char>(c));
                   });
  const bool here = OfAllTheWorld(p, s);
  const bool sold = s.firm_context && !here && (goes_on || own) && !IsModelName(s.modifier) &&
                    nouns_.Is("sold", s.metric_id) && !nouns_.EndsWith("agent", s.modifier);
  // 甲集团公告，全球智能手机出货量A; 甲集团收入B。智能手机出货量A: what it tells of its own, unless
  // some office counts the market.
  const bool tells_own =
      s.firm_context && !s.context.id.empty() && !IsModelName(s.modifier) &&
      Any(s.metric_id, {"sales_volume", "deliveries", "shipments"}) &&
      !(speaker_.sentence == index_ && IsAgency(speaker_.who)) &&
      ((index_ - speaker_.sentence <= 1 && speaker_.paragraph == paragraph_ &&
        speaker_.who.id == s.context.id) ||
       (last == nullptr && subject_.id == s.context.id && last_paragraph_ == paragraph_ &&
        index_ - last_sentence_ <= 1 && nouns_.Is("corporate", subject_metric_)));
  // 产能与|出货量: another measure in front.
  const bool joined =
      s.modifier.ends_with("与") || s.modifier.ends_with("和") || s.modifier.ends_with("及");
  // 华为排在第二位，该季的全球智能手机出货量: of whose rank was told.
  const bool ranked = last != nullptr && last->claim.kind == ClaimKind::kRank &&
                      last->clause == d.clause - 1 && last->subject.entity &&
                      last->subject.type == EntityType::kOrg;
  // 测试设备销售额增长48%，封装设备销售额增长19%: the next goods of which the same is told.
  const bool next_goods =
      last != nullptr && last->own_subject && !last->subject.entity && !last->subject.empty() &&
      last->clause < d.clause && last->metric.id == s.metric_id && last->metric.base.empty() &&
      last->metric.cue != nullptr && last->metric.text == last->metric.cue->canonical;
  return s.metric >= 0 && CountCodePoints(s.modifier) >= 2 && !joined && !ranked && !at.where &&
         !sold && !tells_own && !DatedFirm(p, phrase) &&
         (next_goods || nouns_.Is("thing", s.metric_id)) &&
         // 客运|收益率 of a company that spoke, its 续租|租金
         !(s.firm_context && Any(s.metric_id, {"yield", "rent"}) &&
           !nouns_.EndsWith("bond", s.modifier)) &&
         // 贷款和垫款|总额: how much of what a company has.
         !(s.firm_context && nouns_.Is("size", tokens[s.metric].cue->surface)) && !s.toward &&
         !nouns_.MadeOf("act", s.modifier) &&
         !(nouns_.Is("lent", s.metric_id) && s.context.entity &&
           !nouns_.EndsWith("bond", s.modifier)) &&
         (s.entity < 0 || tokens[s.entity].token_class == Class::kPlace) && !at.behind_name;
}

// 甲国10年期国债收益率, 全球|新能源车|市场规模: the whole phrase in front of such a measure, and
// the market whose size it is. True where the phrase and the measure are the name of an index.
bool Fold::NameThing(const Parts& p, const Phrase& phrase, Draft& d, Scene& s) const {
  const auto& tokens = p.row.tokens;
  const bool here = OfAllTheWorld(p, s);
  // 甲国10年期国债收益率, 大豆平均价格: the whole phrase in front of such a measure.
  // 全球|新能源车|市场规模: 全球 belongs to it, and the market whose size it is.
  const uint32_t begin = s.entity >= 0 ? tokens[s.entity].span.begin
                         : here        ? tokens[s.here].span.begin
                                       : s.modifier_span.begin;
  std::string text = s.entity >= 0 ? std::string(Text({begin, s.modifier_span.end})) : s.modifier;
  if (here) text = tokens[s.here].cue->surface + text;
  // 四川省|2021年|新能源汽车产量: where that is stands in front of the date.
  const int dated = phrase.first - 1;
  if (s.entity < 0 && !here && dated > 0 && IsPeriod(tokens[dated].token_class) &&
      tokens[dated].outer.end == phrase.begin && p.clause[dated] == d.clause &&
      tokens[dated - 1].token_class == Class::kPlace && p.clause[dated - 1] == d.clause &&
      tokens[dated - 1].span.end == tokens[dated].outer.begin && p.speaker[dated - 1] == 0) {
    text = EntityRef(tokens[dated - 1]).text + text;
  }
  if (text.ends_with("的")) text.resize(text.size() - 3);
  // 宝岛|股价指数|收20360点: an index by its whole name.
  if (s.points && tokens[s.metric].cue->surface == "股价指数") {
    s.SetSubject(text + tokens[s.metric].cue->surface, {begin, tokens[s.metric].span.end});
    s.subject.type = EntityType::kIndex;
    s.modifier.clear();
    s.metric = s.clause_metric = -1;
    d.own_subject = true;
    return true;
  }
  const bool market =
      tokens[s.metric].cue->surface.starts_with("市场规模") && !text.ends_with("市场");
  if (market) text += "市场";
  s.SetSubject(std::move(text), {begin, s.modifier_span.end + (market ? 6u : 0u)});
  s.modifier.clear();
  return false;
}

// Of the names in the phrase the one that the number is about.
void Fold::TakeNameInPhrase(const Parts& p, const Draft& d, Scene& s) const {
  const auto& tokens = p.row.tokens;
  int chosen = s.entity;
  if (tokens[s.entity].token_class == Class::kPlace && s.last_entity != s.entity &&
      tokens[s.last_entity].token_class != Class::kPlace &&
      tokens[s.last_entity].token_class != Class::kPerson) {
    chosen = s.last_entity;
  }
  // 跟踪某指数的某基金: what stands behind 的 is the thing itself.
  if (s.last_entity != s.entity && (s.metric < 0 || s.last_entity < s.metric) &&
      Text({tokens[s.last_entity - 1].span.end, tokens[s.last_entity].span.begin}) == "的") {
    chosen = s.last_entity;
  }
  s.subject = EntityRef(tokens[chosen]);
  // 甲公司的M1售价: a thing of its own name.
  if (const MatchSpan model = ModelBehind(p, chosen, d.token); model.size() > 0) {
    s.SetSubject(std::string(Text(model)), model);
    s.subject.type = EntityType::kProduct;
    s.subject.named = true;
    s.modifier_span.begin = std::max(s.modifier_span.begin, model.end);
    s.modifier = CleanPhrase(Text(s.modifier_span));
  }
}

// 全国, 全市: whether the number is of it, rather than of a company that stands there.
bool Fold::IsOfHere(const Parts& p, const Scene& s) const {
  const auto& tokens = p.row.tokens;
  if (s.here < 0 || (s.metric_id == "market_share" && s.firm_context)) return false;
  const Token& here = tokens[s.here];
  if (s.corporate && s.firm_context && !(Foretells(p) && here.cue->surface == "全球")) return false;
  if (SaysWhatKind(here)) return false;
  // 成为全国首家市值…的公司: among whom somebody is the first.
  if (nouns_.StartsWith("foremost", Text({here.span.end, p.span.end}))) return false;
  return !(s.here > 0 && tokens[s.here - 1].token_class == Class::kPrep &&
           tokens[s.here - 1].outer.end == here.outer.begin &&
           (s.firm_context || FirmBefore(p, s.here)));
}

// 个人|占…比重: the part.
void Fold::TakeWhoHasShare(const Parts& p, const Draft& d, Scene& s) const {
  const auto& tokens = p.row.tokens;
  const Draft* last = LastDraft(p, d.token);
  // 个人占…比重: the part.
  const Phrase part = LeftPhrase(p, s.share);
  int who = -1;
  for (int t = part.first; t <= part.last; ++t) {
    if (IsEntity(tokens[t].token_class) && who < 0) who = t;
  }
  const bool measured = part.last >= part.first && part.last > who &&
                        tokens[part.last].token_class == Class::kMetric &&
                        tokens[part.last].span.end == part.end;
  if (who >= 0) s.subject = EntityRef(tokens[who]);
  if (measured) {
    s.part_metric = part.last;
  } else if (who < 0 && !part.empty()) {
    const std::string text = CleanPhrase(Text({part.begin, part.end}));
    if (text.size() >= 6 && !nouns_.Is("generic", text) &&
        (nouns_.EndsWith("agent", text) || s.context.empty() ||
         // 甲产品占比42%，乙产品占37%: the next part.
         (last != nullptr && last->claim.kind == ClaimKind::kShare && !last->subject.empty() &&
          !last->subject.entity && last->clause == d.clause - 1))) {
      s.SetSubject(text, {part.begin, part.end});
    }
  }
}

// The words in front of the measure name whose it is: a trade, a model, an owner that no lexicon
// knows.
void Fold::TakeModifier(const Parts& p, const Phrase& phrase, const Draft& d, Scene& s,
                        const Place& at) const {
  const auto& tokens = p.row.tokens;
  // DRAM产业|营收: of the trade.
  // 沪市公司|营收: of such companies.
  const bool branch = IsBranch(s.modifier) && !s.points && TellsTrades(s.context) &&
                      !nouns_.StartsWith("except", s.modifier);
  const bool trade = branch || nouns_.EndsWith("tradeword", s.modifier) ||
                     (nouns_.EndsWith("firms", s.modifier) && !nouns_.Is("generic", s.modifier) &&
                      !nouns_.EndsWith("limb", s.modifier));
  if (s.subject.empty() && !s.modifier.empty() && s.entity < 0 &&
      (s.metric < 0 || !s.corporate || trade) &&
      (branch || nouns_.EndsWith("agent", s.modifier) ||
       (s.context.empty() && s.modifier.size() <= 18 && nouns_.EndsWith("company", s.modifier))) &&
      !(s.counted && !s.exists &&
        // 某区成交宗数3宗, but 甲公司4月|新能源销量3万辆 is the company's.
        !((s.metric >= 0 && !s.firm_context && !DatedFirm(p, phrase)) || (branch && s.change))) &&
      !at.behind_name && !at.where) {
    s.SetSubject(s.modifier, s.modifier_span);
    s.modifier.clear();
  }
  // 成交金额前3名产业为半导体类9亿元: a sort of shares.
  if (at.ranked && s.subject.empty() && s.entity < 0 && s.metric < 0 &&
      nouns_.EndsWith("sharesort", s.modifier)) {
    s.SetSubject(s.modifier, s.modifier_span);
    s.subject.named = true;
    s.modifier.clear();
  }
  // 甲公司31万辆、某某4.8万辆: a name that no lexicon knows, in a list of names and numbers.
  if (s.subject.empty() && s.metric < 0 && s.entity < 0 && IsNextName(p, phrase, d, s)) {
    s.SetSubject(s.modifier, s.modifier_span);
    s.subject.named = true;
    s.modifier.clear();
  }
  // 甲苑上周录得3宗成交: whose record it is.
  const auto records = [&](int t) {
    return tokens[t].cue != nullptr && nouns_.Is("holds", tokens[t].cue->surface);
  };
  if (s.subject.empty() && s.counted && s.metric < 0 && s.entity < 0 && !s.modifier.empty() &&
      s.modifier.size() <= 24 && !nouns_.EndsWith("measure", s.modifier) && !at.behind_name &&
      !at.where && std::any_of(phrase.predicates.begin(), phrase.predicates.end(), records)) {
    s.SetSubject(s.modifier, s.modifier_span);
    s.subject.named = true;
    s.modifier.clear();
  }
  if (s.subject.empty() && s.metric < 0 && s.entity < 0 && IsModelName(s.modifier)) {
    // 甲公司发布的Star-2 Mini只有30亿参数.
    s.SetSubject(s.modifier, s.modifier_span);
    s.subject.type = EntityType::kProduct;
    s.subject.named = true;
    s.modifier.clear();
  }
  if (s.subject.empty() && s.entity < 0 && !at.behind_name) {
    // 甲芯片的营业支出: a name that no lexicon knows.
    if (const std::string owner = OwnerInFront(p, d, s); !owner.empty()) {
      const uint32_t begin = s.modifier_span.begin;
      const uint32_t end = begin + static_cast<uint32_t>(owner.size());
      s.SetSubject(owner, {begin, end});
      s.subject.named = true;
      const uint32_t of = StandsAt(text_, end, "的") ? 3 : 0;
      s.modifier_span.begin = std::min(end + of, s.modifier_span.end);
      s.modifier = CleanPhrase(Text(s.modifier_span));
    }
  }
  // 南下|资金净流入: who buys, and what.
  if (s.subject.empty() && s.metric >= 0 && tokens[s.metric].cue->surface.starts_with("资金") &&
      nouns_.Is("player", s.modifier + "资金")) {
    s.SetSubject(s.modifier + "资金", s.modifier_span);
    s.modifier.clear();
  }
}

// Whether the words in front of the number stand where the name of the list's item before stood.
bool Fold::IsNextName(const Parts& p, const Phrase& phrase, const Draft& d, const Scene& s) const {
  constexpr size_t kLongest = 30;
  constexpr uint32_t kMark = 3;  // bytes of 、
  const auto& tokens = p.row.tokens;
  const Draft* last = LastDraft(p, d.token);
  if (last == nullptr || !last->own_subject || s.modifier.empty() || s.modifier.size() > kLongest ||
      last->subject.type == EntityType::kPlace || !(last->subject.entity || last->subject.named) ||
      last->claim.quantity.unit != d.claim.quantity.unit) {
    return false;
  }
  const Token& before = tokens[last->token];
  const uint32_t end = last->subject.span.end;
  return (end == before.outer.begin || BehindBracket(p, end) == before.outer.begin) &&
         StandsAt(text_, before.outer.end, "、") && phrase.begin == before.outer.end + kMark &&
         phrase.end == tokens[d.token].outer.begin && !nouns_.EndsWith("measure", s.modifier) &&
         !nouns_.Is("generic", s.modifier);
}

// Nobody stands in the phrase: who is counted, named in the clause, foretold or the clause's
// speaker.
void Fold::TakeNameElsewhere(const Parts& p, const Phrase& phrase, const Draft& d, Scene& s) const {
  const auto& tokens = p.row.tokens;
  const Token& value = tokens[d.token];
  const Draft* last = LastDraft(p, d.token);
  if (s.subject.empty()) s.subject = CountedBefore(p, d, s);
  if (s.subject.empty()) s.subject = NameInClause(p, d, s);
  if (s.subject.empty()) s.subject = ForetoldRef(p, d);
  if (s.subject.empty() && s.corporate) {
    for (int t = std::max(0, d.token - kReach); t < d.token; ++t) {
      if (p.clause[t] != d.clause || p.speaker[t] == 0) continue;
      if (tokens[t].token_class != Class::kOrg || (s.previous >= 0 && t < s.previous)) continue;
      const Ref ref = EntityRef(tokens[t]);
      if (!IsAgency(ref)) s.subject = ref;
    }
  }
  if (s.subject.empty() && s.modifier.size() >= 6 && title_.find(s.modifier) != std::string::npos &&
      s.metric >= 0 && s.modifier.size() <= 24 && !nouns_.EndsWith("measure", s.modifier) &&
      (s.context.empty() || !s.context.entity || s.corporate)) {
    // 甲公司营收, where the title speaks of 甲公司.
    if (s.modifier.size() <= 15 || nouns_.EndsWith("agent", s.modifier)) {
      s.SetSubject(s.modifier, s.modifier_span);
      s.subject.named = true;
      s.modifier.clear();
    }
  }
  if (s.subject.empty()) {
    // 5月期指以30000点作收: what the clause opens with.
    const bool taken = s.previous >= 0 && last != nullptr && last->token == s.previous;
    if (!taken) {
      Ref opening = OpeningRef(p, d.clause, s.counted ? phrase.end : value.outer.begin + 1);
      const bool player = nouns_.Is("player", opening.text);
      // 某行业|获得|十几笔融资: what is counted stands behind the number.
      const bool counts = player || (s.counted && !s.post.empty() && !phrase.predicates.empty());
      if (opening.text != s.modifier || counts) s.subject = opening;
      if (opening.text == s.modifier && counts) s.modifier.clear();  // 两市超3000只个股上涨
    }
  }
  if (s.subject.empty()) TakeBody(p, phrase, d, s);
}

// How the phrase stands in its clause.
Fold::Place Fold::PlaceOf(const Parts& p, const Phrase& phrase, const Scene& s) const {
  const auto& tokens = p.row.tokens;
  Place at;
  at.modifier_end = s.metric >= 0 ? MeasureBegin(p, s.metric) : phrase.end;
  if (phrase.first <= 0 || phrase.first > static_cast<int>(tokens.size())) return at;
  const Token& front = tokens[phrase.first - 1];
  at.behind_name = front.span.end == phrase.begin &&
                   (front.token_class == Class::kPronoun || IsEntity(front.token_class));
  // 其次为|甲类指数, 涨幅最大为|甲类指数
  const std::string_view before =
      Text({p.clause_begin[static_cast<size_t>(p.clause[phrase.first - 1])], front.span.begin});
  at.ranked = nouns_.Within("ranked", before);
  const bool next_in_rank =
      at.ranked || nouns_.EndsWith("nextin", Text({p.span.begin, phrase.begin}));
  at.where = !next_in_rank && front.outer.end == phrase.begin && front.cue != nullptr &&
             nouns_.Is("toward", front.cue->surface);
  return at;
}

// Who the own clause says the number is about.
void Fold::FindSubject(Parts& p, const Phrase& phrase, Draft& d, Scene& s) const {
  const auto& tokens = p.row.tokens;
  const Place at = PlaceOf(p, phrase, s);
  if (const Token* holder = HolderOf(p, d, s); holder != nullptr) {
    s.subject = EntityRef(*holder);
    s.modifier.clear();
  } else if (const Token* named = BeforeBracket(p, d.token); named != nullptr && s.metric < 0) {
    s.subject = EntityRef(*named);
  } else if (const Token* thing_of = RelativeOf(p, d); thing_of != nullptr) {
    s.subject = EntityRef(*thing_of);
    d.relative = true;
  } else if (IsThing(p, phrase, d, s, at)) {
    if (NameThing(p, phrase, d, s)) return;
  } else if (const MatchSpan market = MarketBefore(p, phrase, s); market.size() > 0) {
    // 全球晶圆代工市场成长20%, 某国服务器市场上半年规模: the market whose size it is.
    s.SetSubject(CleanPhrase(Text(market)), market);
    s.modifier.clear();
    s.market_size = true;
  } else if (s.entity >= 0 && s.metric < 0 && !s.modifier.empty() && s.modifier.size() <= 36 &&
             !nouns_.Is("tail", s.modifier) && !nouns_.EndsWith("measure", s.modifier) &&
             (s.counted ? tokens[s.entity].token_class == Class::kPlace && CountsOn(p, d)
                        : s.change || tokens[s.entity].token_class == Class::kIndex)) {
    // 沪深300 ETF, 甲地设备市场: the name is part of another's.
    s.SetSubject(CleanPhrase(Text({tokens[s.entity].span.begin, phrase.end})),
                 {tokens[s.entity].span.begin, phrase.end});
    s.modifier.clear();
  } else if (s.entity >= 0 && s.corporate && s.firm_context &&
             tokens[s.entity].token_class == Class::kPlace && s.entity == s.last_entity) {
    // 海外业务利润 of a company: the place belongs to the measure.
    s.modifier = CleanPhrase(Text({tokens[s.entity].span.begin, at.modifier_end}));
    s.modifier_span = {tokens[s.entity].span.begin, at.modifier_end};
    s.subject = s.context;
  } else if (s.entity >= 0) {
    TakeNameInPhrase(p, d, s);
  } else if (const MatchSpan goods = GoodsBeforeHere(p, phrase, s); goods.size() > 0) {
    // 新能源乘用车|国内零售销量: what is sold here.
    s.SetSubject(CleanPhrase(Text(goods)), goods);
    s.modifier_span = {tokens[s.here].span.begin, at.modifier_end};
    s.modifier = Text(s.modifier_span);
  } else if (IsOfHere(p, s)) {
    s.subject = HereAgent(p, s.here, at.modifier_end);
    if (!s.subject.empty()) {
      s.modifier.clear();
    } else {
      s.subject = HereRef(tokens[s.here]);
    }
    if (s.subject.text.empty() || (s.counted && !s.context.empty() && s.subject.text == "全球"))
      s.subject = {};
  }
  if (s.subject.empty() && s.share >= 0) TakeWhoHasShare(p, d, s);
  TakeModifier(p, phrase, d, s, at);
  TakeNameElsewhere(p, phrase, d, s);
  // 30家试点企业中，已有8家: the set is what the numbers are about.
  if (!s.post.empty() && s.post_span.end < p.span.end && !s.subject.entity &&
      nouns_.StartsWith("among", Text({s.post_span.end, p.span.end}))) {
    s.SetSubject(s.post, s.post_span);
  }
  const Draft* last = LastDraft(p, d.token);
  // 减持不超过6万股，即不超过公司总股本的2%: the same said in other words.
  for (int t = std::max(0, d.token - kReach); t < d.token; ++t) {
    if (p.clause[t] != d.clause) continue;
    if (tokens[t].token_class == Class::kAdverb && last != nullptr &&
        last->clause == d.clause - 1 && nouns_.Is("thatis", tokens[t].cue->surface) &&
        tokens[t].span.begin == p.clause_begin[static_cast<size_t>(d.clause)]) {
      s.subject = last->subject;
    }
    break;
  }
  d.own_subject = !s.subject.empty();
}

// 某证券预计甲公司2025年净利润: the words between what foretells and a date in front of a measure,
// whom the forecast is about. Empty for none.
Ref Fold::ForetoldRef(const Parts& p, const Draft& d) const {
  constexpr uint32_t kShortest = 6, kLongest = 30;
  const auto& tokens = p.row.tokens;
  for (int t = std::max(1, d.token - kReach); t + 1 < d.token; ++t) {
    if (p.clause[t] != d.clause || p.clause[t - 1] != d.clause) continue;
    const Class after = tokens[t + 1].token_class;
    if (!IsPeriod(tokens[t].token_class) || tokens[t - 1].token_class != Class::kForecast ||
        !(after == Class::kMetric || IsPeriod(after)) ||
        !Any(Text({tokens[t].outer.end, tokens[t + 1].outer.begin}), {"", "/", "、"})) {
      continue;
    }
    const MatchSpan words{tokens[t - 1].outer.end, tokens[t].outer.begin};
    if (words.size() < kShortest || words.size() > kLongest) return {};
    return RefOfWords(words);
  }
  return {};
}

// The listed company that a clause before the number's names behind the broker who speaks in the
// sentence; empty for none.
Ref Fold::RatedBefore(const Parts& p, const Draft& d) const {
  const auto& tokens = p.row.tokens;
  if (speaker_.sentence != index_ || !IsBroker(speaker_.who)) return {};
  for (int t = d.token - 1; t >= std::max(0, d.token - kReach); --t) {
    if (tokens[t].span.begin < speaker_.verb.begin) break;
    if (tokens[t].token_class != Class::kOrg || p.compared[t] != 0 || p.speaker[t] != 0 ||
        p.paren[t] != 0 || p.clause[t] == d.clause) {
      continue;
    }
    const Ref named = EntityRef(tokens[t]);
    if (IsListed(named) && !IsAgency(named)) return named;
  }
  return {};
}

// 甲类客户的采购推动营收: a name with 的 behind it, in front of a verb that moves the measure.
bool Fold::CausesMeasure(const Parts& p, int name, int value) const {
  const auto& tokens = p.row.tokens;
  if (!Text({tokens[name].span.end, p.span.end}).starts_with("的")) return false;
  for (int t = name + 1; t < value && p.clause[t] == p.clause[name]; ++t) {
    if (MovesMeasure(p, t)) return true;
  }
  return false;
}

// Whether the token is such a verb, right in front of a measure.
bool Fold::MovesMeasure(const Parts& p, int token) const {
  const auto& tokens = p.row.tokens;
  return tokens[token].token_class == Class::kConj && token + 1 < static_cast<int>(tokens.size()) &&
         nouns_.Is("moves", tokens[token].cue->surface) &&
         tokens[token + 1].token_class == Class::kMetric &&
         tokens[token + 1].span.begin == tokens[token].span.end;
}

// 甲芯片|的营业支出, 懒人甲书|的付费率: whose measure the phrase says it is, by the way companies
// are called, or a name that opens the clause and is no common word. Empty for none.
std::string Fold::OwnerInFront(const Parts& p, const Draft& d, const Scene& s) const {
  constexpr std::string_view kOf = "的";
  constexpr size_t kLongest = 18, kLongestName = 30, kCharacter = 3;
  const std::string_view words = Text(s.modifier_span);
  const size_t of = words.find(kOf);
  // 恒道科技|端侧处理器收入: by the way companies are called, at the head of the sentence.
  if (of == std::string_view::npos && s.metric >= 0 && !s.macro &&
      !nouns_.Is("public", s.metric_id) && s.modifier_span.begin == p.span.begin) {
    constexpr size_t kLeast = 6, kMost = 12;
    for (size_t at = kLeast; at <= kMost && at + kLeast < words.size(); at += kCharacter) {
      const size_t tail = nouns_.LongestStart("firmtail", words.substr(at));
      if (tail == 0 || at + tail + kLeast > words.size()) continue;
      if (SplitWords(words.substr(0, at)).size() > 1)
        return std::string(words.substr(0, at + tail));
    }
  }
  if (of == std::string_view::npos || of > kLongestName) return "";
  const std::string owner(words.substr(0, of));
  if (nouns_.Is("generic", owner)) return "";
  if (s.modifier == words && of <= kLongest && nouns_.EndsWith("company", owner)) return owner;
  const bool measured = s.metric >= 0 || nouns_.EndsWith("measure", words);
  // GPT-6的训练|效率: a thing that goes by letters and a number.
  if (measured && IsCodeName(owner)) return owner;
  uint32_t from = p.clause_begin[static_cast<size_t>(d.clause)];
  for (const Token& token : p.row.tokens) {
    const Class c = token.token_class;
    if (token.outer.begin == from && (IsPeriod(c) || c == Class::kConj || c == Class::kPart)) {
      from = token.outer.end;
    }
  }
  const bool common = CountCodePoints(owner) < 2 || nouns_.EndsWith("segment", owner) ||
                      nouns_.EndsWith("crowd", owner) || nouns_.EndsWith("good", owner) ||
                      nouns_.EndsWith("limb", owner) || nouns_.EndsWith("measure", owner) ||
                      nouns_.StartsWith("whose", owner) || RefersBack(s.modifier_span) ||
                      nouns_.StartsWith("unnamed", owner) || CleanPhrase(owner) != owner ||
                      std::any_of(p.row.tokens.begin(), p.row.tokens.end(), [&](const Token& t) {
                        return IsQuantity(t.token_class) && s.modifier_span.Contains(t.span);
                      });
  const bool owned = s.corporate || s.firm_context || !OwnerRef().empty();
  if (!measured || !owned || from != s.modifier_span.begin || common) {
    return "";
  }
  return SplitWords(owner).size() > 1 ? owner : "";
}

// 28家科创公司研发费用占比平均为13%: those just counted, without their number where their name says
// which they are. Empty for none.
Ref Fold::CountedBefore(const Parts& p, const Draft& d, const Scene& s) const {
  const Draft* last = LastDraft(p, d.token);
  if (last == nullptr || last->token != s.previous || last->clause != d.clause) return {};
  if (last->noun.empty() || last->claim.kind != ClaimKind::kCount) return {};
  if (last->claim.quantity.unit == d.claim.quantity.unit) return {};  // 主板9家公司、创业板8家公司
  const uint32_t begin = p.row.tokens[last->token].outer.end;
  if (!StandsAt(text_, begin, last->noun) || !nouns_.EndsWith("agent", last->noun)) return {};
  Ref ref;
  ref.span = {begin, begin + static_cast<uint32_t>(last->noun.size())};
  if (CountCodePoints(last->noun) <= 2) ref.span.begin = p.row.tokens[last->token].span.begin;
  ref.text = Text(ref.span);
  return ref;
}

// 全国|规模以上工业企业, 全国|铁路: the words behind it up to the token or byte, where they stand
// for somebody. Empty for none.
Ref Fold::HereAgent(const Parts& p, int here, uint32_t end) const {
  constexpr uint32_t kLongest = 36;
  const auto& tokens = p.row.tokens;
  if (!nouns_.Is("homeland", tokens[here].cue->surface)) return {};
  const uint32_t begin = tokens[here].span.end;
  const auto next = static_cast<size_t>(here) + 1;
  if (next < tokens.size()) end = std::min(end, tokens[next].outer.begin);
  if (end <= begin + 3 || end - begin > kLongest) return {};
  for (uint32_t at = begin; at < end; at += CodePointLength(text_[at])) {
    if (IsCut(CodePointAt(text_, at))) return {};
  }
  const std::string_view words = Text({begin, end});
  if (!nouns_.EndsWith("agent", words) && !IsBranch(words)) return {};
  Ref ref;
  ref.span = {tokens[here].span.begin, end};
  ref.text = nouns_.First("nation:" + std::string(Text(ref.span)));  // 全国民航: 中国民航
  if (ref.text.empty()) ref.text = Text(ref.span);
  return ref;
}

// The first name of the clause that is no speaker, no object and no part of a measure; a pronoun's
// name. Empty for none.
Ref Fold::NameInClause(const Parts& p, const Draft& d, const Scene& s) const {
  const auto& tokens = p.row.tokens;
  const Draft* last = LastDraft(p, d.token);
  Ref subject;
  // 周先生直接持有公司26%股权: who holds them.
  if (tokens[d.token].token_class == Class::kPercent || d.claim.quantity.unit == "count:股") {
    int holds = d.token - 1;
    while (holds > s.previous && p.clause[holds] == d.clause &&
           !(tokens[holds].cue != nullptr && tokens[holds].cue->surface == "持有")) {
      --holds;
    }
    if (holds > s.previous && p.clause[holds] == d.clause) {
      bool place = false;
      for (int t = holds - 1; t > s.previous && p.clause[t] == d.clause; --t) {
        if (!IsEntity(tokens[t].token_class) || p.paren[t] != 0) continue;
        // 咸阳|某院持有: where it is from is part of a name.
        place = tokens[t].token_class == Class::kPlace &&
                tokens[t].span.end + 6 <= tokens[holds].outer.begin;
        if (!place) return EntityRef(tokens[t]);
        break;
      }
      // 甲集团持有公司股份: who holds them, by its ending.
      constexpr uint32_t kLongestHolder = 36;
      const MatchSpan who{p.clause_begin[static_cast<size_t>(d.clause)], tokens[holds].outer.begin};
      if (s.previous < 0 && who.begin < who.end && who.size() <= kLongestHolder &&
          (place || nouns_.EndsWith("company", Text(who)))) {
        Ref holder;
        holder.text = CleanPhrase(Text(who));
        holder.span = who;
        holder.named = true;
        if (CountCodePoints(holder.text) > 2 && !nouns_.Is("generic", holder.text)) return holder;
      }
    }
  }
  if (s.previous < 0) {
    uint32_t from = p.clause_begin[static_cast<size_t>(d.clause)];
    for (const Token& token : tokens) {
      if (token.outer.begin == from && IsPeriod(token.token_class)) from = token.outer.end;
    }
    if (Ref kin = KinAt(p, from); !kin.empty() && kin.span.end <= tokens[d.token].span.begin) {
      return kin;
    }
  }
  for (int t = std::max(0, d.token - kReach); t < d.token; ++t) {
    if (p.clause[t] != d.clause || p.paren[t] > p.paren[d.token]) continue;
    if (s.previous >= 0 && t <= s.previous && last != nullptr && last->token == s.previous) {
      continue;  // the number before has taken it
    }
    const Class c = tokens[t].token_class;
    // 占我国外贸总值的55%: what it is a part of.
    // 质押4000万股，占其所持股份比例10%: nor is who has the whole.
    if (s.share >= 0 && t > s.share &&
        (c == Class::kHere || (c == Class::kPronoun && last != nullptr))) {
      continue;
    }
    if (p.speaker[t] == 0 && KinBehind(p, t) >= 0) continue;
    if (p.compared[t] != 0 && c == Class::kHere) continue;  // 比全国高1.8个百分点
    if (c == Class::kHere && !(s.corporate && s.firm_context) && !SaysWhatKind(tokens[t]) &&
        !nouns_.StartsWith("foremost", Text({tokens[t].span.end, p.span.end}))) {
      Ref agent = HereAgent(p, t, tokens[d.token].outer.begin);
      if (!agent.empty()) return agent;
      const Ref ref = HereRef(tokens[t]);
      if (!ref.text.empty() && !(ref.text == "全球" && (s.counted || !s.context.empty()))) {
        subject = ref;
        return subject;
      }
    }
    if (c == Class::kPronoun && tokens[t].cue->value == "company") {
      subject = CompanyRef(p, t);
      if (subject.empty()) subject = s.context;
      if (!subject.empty()) {
        subject.span = tokens[t].span;
        return subject;
      }
    }
    // 甲公司宣布，其产品乙模型…: the name behind it.
    constexpr uint32_t kKindOfThing = 24;
    if (c == Class::kPronoun && tokens[t].cue->value == "it" && t + 1 < d.token &&
        tokens[t + 1].token_class == Class::kProduct && p.clause[t + 1] == d.clause &&
        tokens[t + 1].span.begin > tokens[t].span.end &&
        tokens[t + 1].span.begin - tokens[t].span.end <= kKindOfThing &&
        nouns_.EndsWith("good", Text({tokens[t].span.end, tokens[t + 1].span.begin}))) {
      continue;
    }
    if (c == Class::kPronoun && tokens[t].cue->value == "it" && !IsObject(p, t)) {
      // 其: the last name before it, a speaker's too.
      for (int u = t - 1; u >= 0 && subject.empty(); --u) {
        if (!IsEntity(tokens[u].token_class) || p.paren[u] != 0 || p.compared[u] != 0) continue;
        // 以某模型为例，据甲机构测算，其成本: whose figures they are, is not whom they are of.
        if (p.speaker[u] != 0 && u > 0 && tokens[u - 1].token_class == Class::kSource &&
            tokens[u - 1].span.end == tokens[u].span.begin) {
          continue;
        }
        int first = u;
        for (int v = u - 1; v >= 0 && p.clause[v] == p.clause[u]; --v) {
          // 美国芯片公司甲公司宣布，其…: where it is from, is not who it is.
          if (tokens[v].token_class == Class::kPlace && tokens[u].token_class != Class::kPlace) {
            continue;
          }
          if (IsEntity(tokens[v].token_class) && p.paren[v] == 0 && !IsObject(p, v)) first = v;
        }
        // 瑞银将腾讯…，并预计其营收: no broker speaks of its own.
        if (nouns_.Is("broker", tokens[first].mention->entity.canonical)) first = u;
        subject = EntityRef(tokens[first]);
      }
      if (subject.empty()) subject = s.context;
      if (!subject.empty()) {
        subject.span = tokens[t].span;
        return subject;
      }
    }
    if (!IsEntity(c) || p.speaker[t] != 0 || p.compared[t] != 0 || IsObject(p, t)) continue;
    if (IsDoubtful(tokens[t]) || IsMainland(tokens[t])) continue;
    // 客户的采购推动营收增长: of whom the document speaks, not of whose purchases.
    if (s.corporate && s.firm_context && CausesMeasure(p, t, d.token)) continue;
    if (t + 1 < d.token && IsRoute(p, t + 1)) break;  // 甲地到乙地运价 is of neither
    if (c == Class::kPlace && s.corporate && s.firm_context) continue;
    subject = RunRef(p, t);
    // 某地芯片厂甲公司: the name behind the place.
    if (c == Class::kPlace) {
      Ref behind = KnownHere(p, tokens[t].span.end, tokens[d.token].outer.begin);
      if (!behind.empty()) return behind;
    }
    return subject;
  }
  if (names_.empty()) return {};
  uint32_t from = p.clause_begin[static_cast<size_t>(d.clause)];
  if (s.previous >= 0 && last != nullptr && last->token == s.previous) {
    from = tokens[s.previous].outer.end;
  }
  return KnownHere(p, from, tokens[d.token].outer.begin);
}

}  // namespace hanfact::extract
