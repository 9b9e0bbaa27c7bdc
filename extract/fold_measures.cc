// What a number measures: by its own clause, or taken from the one before.
#include <algorithm>
#include <utility>

#include "extract/fold.h"

namespace hanfact::extract {

using Class = TokenClass;

std::string Joined(std::string_view front, std::string_view measure) {
  constexpr size_t kShortest = 6;  // two characters
  if (measure.empty()) return std::string(front);
  // 5年期LPR behind 1年期LPR: another of its kind.
  size_t common = 0;
  while (common < front.size() && common < measure.size() &&
         front[front.size() - 1 - common] == measure[measure.size() - 1 - common]) {
    ++common;
  }
  const bool letters = common >= 3 && IsAsciiLetter(static_cast<unsigned char>(front.back()));
  if (letters || common >= kShortest) return std::string(front);
  for (size_t n = std::min(front.size(), measure.size() - 1); n >= kShortest; --n) {
    if (front.ends_with(measure.substr(0, n))) {
      return std::string(front).append(measure.substr(n));
    }
  }
  return std::string(front).append(measure);
}

bool Fits(const Cue& measure, std::string_view kind) {
  return std::find(measure.units.begin(), measure.units.end(), kind) != measure.units.end();
}

MetricRef Fold::MetricOf(const Token& token) const {
  MetricRef metric;
  metric.text = token.cue->canonical;
  metric.id = token.cue->value;
  metric.scope = token.cue->scope;
  metric.span = token.span;
  metric.cue = token.cue;
  return metric;
}

void Fold::FillSubjectAndMetric(Parts& p, const Phrase& phrase, Draft& d) {
  if (Ref aged = PersonAged(p, static_cast<size_t>(d.token)); !aged.empty()) {
    d.subject = std::move(aged);
    d.metric = Named("年龄", p.row.tokens[d.token].span);
    d.claim.kind = ClaimKind::kLevel;
    d.own_subject = d.own_metric = d.relative = true;
    return;
  }
  if (TakeFromList(p, d)) return;
  Scene s;
  LookAround(p, phrase, d, s);
  FindSubject(p, phrase, d, s);
  FindMeasure(p, phrase, d, s);
  TakeThingSized(p, d, s);
  Settle(p, d, s);
}

// 建筑面积6万平方米的|航站楼, 6英寸的|甲手机: of what stands behind its size.
void Fold::TakeThingSized(const Parts& p, Draft& d, Scene& s) const {
  const auto& tokens = p.row.tokens;
  const Token& value = tokens[d.token];
  if (value.token_class != Class::kPhysical || s.change || s.share >= 0 ||
      !StandsAt(text_, value.outer.end, "的")) {
    return;
  }
  const size_t next = static_cast<size_t>(d.token) + 1;
  if (next < tokens.size() && tokens[next].token_class == Class::kProduct &&
      tokens[next].outer.begin == value.outer.end + 3) {
    s.subject = EntityRef(tokens[next]);
    if (s.metric < 0) {
      d.metric = {};
      d.metric.text = nouns_.First("plain:" + d.claim.quantity.unit);
    }
  } else if (s.metric >= 0 || d.metric.span.end == value.outer.begin) {
    // 4米的车身长度和|2米的轴距
    if (s.metric >= 0 &&
        nouns_.EndsWith("joins", Text({tokens[s.metric].span.end, value.outer.begin}))) {
      return;
    }
    MatchSpan span;
    std::string noun = PostNoun(p, d.token, span);
    if (noun.empty() || nouns_.Is("generic", noun) || nouns_.EndsWith("measure", noun)) return;
    s.SetSubject(std::move(noun), span);
  } else {
    return;
  }
  d.own_subject = d.relative = true;
}

// 以2小时31分的|成绩夺冠: what was reached so; empty for none.
MetricRef Fold::FeatBehind(const Parts& p, const Draft& d, Scene& s) const {
  const Token& value = p.row.tokens[d.token];
  MetricRef m;
  constexpr std::string_view kBy = "以";
  if (!StandsAt(text_, value.outer.end, "的") || !EndsAt(text_, value.outer.begin, kBy)) return m;
  const uint32_t from = value.outer.end + 3;
  const size_t n = nouns_.LongestStart("feat", Text({from, p.span.end}));
  if (n == 0) return m;
  m.span = {from, from + static_cast<uint32_t>(n)};
  m.text = Text(m.span);
  if (s.subject.empty() && !s.modifier.empty()) s.SetSubject(s.modifier, s.modifier_span);
  s.modifier.clear();
  return m;
}

// 长|5公里, 宽|6米: which of its sizes is told, by the word right in front; empty for none.
MetricRef Fold::SizeInFront(const Parts& p, const Draft& d, Scene& s) const {
  const uint32_t end = p.row.tokens[d.token].outer.begin;
  const uint32_t from = p.clause_begin[static_cast<size_t>(d.clause)];
  MetricRef m;
  constexpr uint32_t kCharacter = 3, kSome = 12;
  if (end < from + kCharacter) return m;
  // 震中距甲县|10多公里
  constexpr std::string_view kFrom = "距";
  constexpr size_t kLongestPlace = 36;
  const std::string_view front = Text({from, end});
  if (const size_t at = front.rfind(kFrom); at != front.npos &&
                                            front.size() - at <= kLongestPlace &&
                                            nouns_.Is("lengthunit", d.claim.quantity.unit)) {
    m.text = "距离";
    m.span = {from + static_cast<uint32_t>(at), end};
    s.modifier.clear();
    return m;
  }
  const MatchSpan word{end - kCharacter, end};
  m.text = nouns_.First("size:" + std::string(Text(word)));
  if (m.text.empty() || nouns_.EndsWith("way", Text({from, word.begin}))) return {};
  uint32_t begin = end;
  while (begin > from && end - begin < kSome && IsHan(CodePointBefore(text_, begin))) {
    begin -= kCharacter;
  }
  const auto [last, to] = SplitWords(Text({begin, end})).back();
  if (to - last != kCharacter) return {};
  m.span = word;
  s.modifier.clear();
  return m;
}

// 甲公司|销售|新能源汽车|44万辆: the verb names the measure, the goods behind it a part; empty for
// none.
MetricRef Fold::DeedInFront(const Parts& p, const Phrase& phrase, Scene& s) const {
  const int verb = phrase.first - 1;
  if (verb < 0 || s.metric >= 0 || s.modifier.empty() || s.share >= 0) return {};
  const Token& token = p.row.tokens[verb];
  if (token.token_class != Class::kLevel || token.outer.end != phrase.begin ||
      StandsAt(text_, phrase.begin, "的")) {
    return {};
  }
  const std::string measure = nouns_.First("counted:" + token.cue->value);
  if (measure.empty()) return {};
  MetricRef m = Named(measure, s.modifier_span);
  m.base = m.text;
  m.text = std::exchange(s.modifier, {}) + m.base;
  return m;
}

// The word of planning that stands in front of the number and names what is so large; empty for
// none.
MetricRef Fold::PlanInFront(const Parts& p, const Draft& d) const {
  const auto& tokens = p.row.tokens;
  int t = d.token - 1;
  while (t >= 0 && p.clause[t] == d.clause && IsPredicate(tokens[t].token_class) &&
         tokens[t].token_class != Class::kPlan) {
    --t;
  }
  if (t < 0 || p.clause[t] != d.clause || tokens[t].token_class != Class::kPlan ||
      tokens[t + 1].outer.begin != tokens[t].span.end) {
    return {};
  }
  MetricRef m;
  m.text = nouns_.First("planned:" + tokens[t].cue->surface);
  if (m.text.empty()) return m;
  m.span = tokens[t].span;
  // 设备采购|预算2亿元: of what it is the plan.
  NameSized(p, d, t, m);
  return m;
}

// 占营收的44%、|利润总额的|36%: whether the phrase is the next whole of which a part is told.
bool Fold::NextWhole(const Parts& p, const Phrase& phrase, const Draft& d) const {
  const Draft* last = p.drafts.empty() ? nullptr : &p.drafts.back();
  const auto& tokens = p.row.tokens;
  return last != nullptr && last->claim.kind == ClaimKind::kShare && !phrase.empty() &&
         tokens[d.token].token_class == Class::kPercent && phrase.predicates.empty() &&
         last->clause == d.clause && last->metric.text.find("占") != std::string::npos &&
         nouns_.Is("and", Text({tokens[last->token].outer.end, phrase.begin}));
}

// The measure that stands behind the number: 1.2亿元营收, 约一成的参数.
MetricRef Fold::MeasureBehind(const Parts& p, Draft& d, const Scene& s) const {
  const auto& tokens = p.row.tokens;
  const Token& value = tokens[d.token];
  const Class vc = value.token_class;
  MetricRef m = MetricOf(tokens[s.post_metric]);
  if (const MatchSpan kind{value.outer.end + 3, m.span.begin};
      (vc == Class::kMoney || (vc == Class::kPercent && !nouns_.Is("part", m.id))) &&
      StandsAt(text_, value.outer.end, "的") && kind.begin < kind.end) {
    m.base = m.text;
    m.text = CleanPhrase(Text(kind)) + m.text;
  }
  // 用到约一成的参数: a part of it, where it is not itself a rate.
  const auto& units = m.cue->units;
  if (d.claim.kind == ClaimKind::kLevel && vc == Class::kPercent &&
      std::find(units.begin(), units.end(), "percent") == units.end()) {
    d.claim.kind = ClaimKind::kShare;
  }
  if (s.counted && !s.post.empty()) {
    m.text = s.post;
    m.span = s.post_span;
  }
  return m;
}

// 网上销量|占|零售总额的7%: what part has the share, and of what whole.
MetricRef Fold::ShareOfPart(const Parts& p, const Phrase& phrase, const Draft& d,
                            const Scene& s) const {
  const auto& tokens = p.row.tokens;
  MetricRef m = MetricOf(tokens[s.part_metric]);
  const Phrase part = LeftPhrase(p, s.share);
  const uint32_t begin = tokens[s.part_metric].span.begin;
  if (phrase.end <= tokens[s.share].span.begin) {
    // 零售总额中，网上销售占7%: the part and the whole.
    m.text = CleanPhrase(Text({part.begin, part.end})) + WholeBefore(p, d);
    m.span = {part.begin, part.end};
  } else {
    const bool named = s.metric >= 0 && tokens[s.metric].cue->value == "share_ratio" &&
                       tokens[s.share].span.end < tokens[s.metric].span.begin;
    const MatchSpan whole{
        tokens[s.share].span.end,
        named ? tokens[s.metric].span.begin : std::max(phrase.end, tokens[s.share].span.end)};
    // 销量|已经占…: when it came to be so is no part of the name.
    uint32_t end = tokens[s.share].span.begin;
    for (int t = s.share; t-- > s.part_metric && tokens[t].token_class == Class::kAdverb;) {
      if (tokens[t].outer.end == end) end = tokens[t].outer.begin;
    }
    m.text = CleanPhrase(WithoutForecast(p, {begin, end})) +
             ShareName(p, whole, named ? tokens[s.metric].cue->surface : "比重");
    m.span = {begin, std::max(phrase.end, tokens[s.share].span.end)};
  }
  return m;
}

// 出口机电产品10.6万亿元: what is traded stands behind the measure.
void Fold::NameGoodsTraded(const Parts& p, const Phrase& phrase, const Scene& s,
                           MetricRef& m) const {
  const auto& tokens = p.row.tokens;
  const MatchSpan goods{tokens[s.metric].span.end, phrase.end};
  if (s.modifier.empty() && goods.begin < goods.end && Any(m.id, {"export", "import", "trade"})) {
    const std::string what = CleanPhrase(Text(goods));
    const bool plain = std::none_of(tokens.begin(), tokens.end(), [&](const Token& t) {
      return goods.begin <= t.span.begin && t.span.begin < goods.end;
    });
    if (plain && CountCodePoints(what) >= 2 && !nouns_.Is("generic", what) &&
        !nouns_.EndsWith("measure", what)) {
      m.base = m.text;
      m.text = what + m.text;
      m.span.end = goods.end;
    }
  }
}

// Whose measure it is, or of which part of a company or trade, by the words in front of it or the
// topic that the clause before sets. `common`: the measure is told by its common name.
void Fold::NamePart(const Parts& p, Draft& d, Scene& s, MetricRef& m, bool common) const {
  const auto& tokens = p.row.tokens;
  if (!s.modifier.empty() && s.modifier.size() <= 36 && m.id != "target_price" &&
      s.modifier.find("的") == std::string::npos) {
    // 金管会公布，境外分行获利…: a country and its offices have no such measure.
    const bool nobody =
        s.context.empty() ||
        (s.corporate && s.context.entity &&
         (s.context.type == EntityType::kPlace ? !IsLocal(s.context) : IsAgency(s.context)));
    if (s.subject.empty() && nobody && !s.macro && !s.toward && !s.modifier.starts_with("及")) {
      s.SetSubject(s.modifier, s.modifier_span);
      s.subject.named = s.corporate && nouns_.EndsWith("company", s.modifier);
      d.own_subject = true;
    } else if (common || (s.firm_context && nouns_.EndsWith("segment", s.modifier))) {
      // 甲产品|营业收入: of a part of the company, by the measure's common name.
      m.base = m.text;
      m.text = Joined(s.modifier, m.text);
      m.span = {s.modifier_span.begin, tokens[s.metric].span.end};
    } else if (s.modifier.ends_with("业") && !s.firm_context) {
      // 零售业|营业额: of a trade, no company's.
      m.base = tokens[s.metric].cue->surface;
      m.text = s.modifier + m.base;
      m.span = {s.modifier_span.begin, tokens[s.metric].span.end};
    }
  } else if (const std::string topic = TopicBefore(p, d);
             s.modifier.empty() && s.entity < 0 && m.text.find(topic) == std::string::npos &&
             (topic.ends_with("业") ? !s.firm_context
                                    : nouns_.EndsWith("segment", topic) ||
                                          (s.firm_context && nouns_.Is("corporate", m.id) &&
                                           nouns_.EndsWith("division", topic)))) {
    // 餐饮业方面，营业额…: what the clause before says it is about.
    if (TellsTrades(s.context) && IsBranch(topic)) {
      s.SetSubject(topic,
                   {p.clause_begin[static_cast<size_t>(d.clause) - 1], ClauseEnd(p, d.clause - 1)});
      d.own_subject = true;
    } else {
      m.base = s.firm_context ? m.text : tokens[s.metric].cue->surface;
      m.text = topic + m.base;
    }
  }
}

// 增加|设备购置投资预算|金额5亿元: the words right in front of one that says but how much, where a
// word of the tables keeps them out of the phrase; empty for none.
MatchSpan Fold::SizedWords(const Parts& p, const Draft& d, int measure) const {
  constexpr uint32_t kLongest = 36;
  const auto& tokens = p.row.tokens;
  const uint32_t end = tokens[measure].span.begin;
  uint32_t begin = end;
  for (int t = measure - 1;; --t) {
    const bool inside = t >= 0 && p.clause[t] == d.clause;
    const uint32_t edge =
        inside ? tokens[t].outer.end : p.clause_begin[static_cast<size_t>(d.clause)];
    while (begin > edge) {
      const size_t before = PreviousBorder(text_, begin);
      if (!IsHan(CodePointAt(text_, before)) || end - before > kLongest) break;
      begin = static_cast<uint32_t>(before);
    }
    if (begin > edge || !inside) break;
    const Class c = tokens[t].token_class;
    const bool noun = c == Class::kPlan ? !nouns_.First("planned:" + tokens[t].cue->surface).empty()
                                        : c == Class::kLevel && !tokens[t].cue->value.empty();
    if (!noun && c != Class::kMetric) break;
    begin = tokens[t].outer.begin;
  }
  return {begin, end};
}

// Puts those words in front of a measure that stands at `token`; false where they name nothing.
bool Fold::NameSized(const Parts& p, const Draft& d, int token, MetricRef& m) const {
  const MatchSpan words = SizedWords(p, d, token);
  std::string what = CleanPhrase(Text(words));
  if (CountCodePoints(what) < 2 || nouns_.Is("generic", what)) return false;
  m.base = m.text;
  m.text = std::move(what) + m.base;
  m.span.begin = words.begin;
  return true;
}

// The measure in front of the number, with what it is of.
MetricRef Fold::MeasureInFront(const Parts& p, const Phrase& phrase, Draft& d, Scene& s) const {
  const auto& tokens = p.row.tokens;
  MetricRef m = MetricOf(tokens[s.metric]);
  const bool common = m.text.starts_with(tokens[s.metric].cue->surface);  // 出货 is 出货量
  // 营收和利润均增长: one number of both.
  const uint32_t first = tokens[FirstListed(p, s.metric)].span.begin;
  m.text.insert(0, Text({first, m.span.begin}));
  m.span.begin = first;
  NameGoodsTraded(p, phrase, s, m);
  if (s.modifier.empty() && s.entity < 0 && nouns_.Is("size", tokens[s.metric].cue->surface)) {
    if (NameSized(p, d, s.metric, m)) return m;
  }
  NamePart(p, d, s, m, common);
  TakeWorthOfBefore(p, d, s, m);
  return m;
}

// The measure that the words around the number name; empty for none.
MetricRef Fold::MeasureOfClause(const Parts& p, const Phrase& phrase, Draft& d, Scene& s) const {
  const auto& tokens = p.row.tokens;
  const Token& value = tokens[d.token];
  const Class vc = value.token_class;
  if (s.market_size) {
    return Named("市场规模", s.metric >= 0 ? tokens[s.metric].span : s.subject.span);
  }
  if (!s.economy.empty()) {
    MetricRef m;
    m.text = s.economy;
    m.id = s.metric_id;
    m.span = s.modifier_span;
    return m;
  }
  if (s.post_metric >= 0 && s.metric < 0 &&
      !(vc == Class::kPercent && nouns_.Is("crowd", tokens[s.post_metric].cue->surface))) {
    return MeasureBehind(p, d, s);
  }
  if (s.part_metric >= 0) return ShareOfPart(p, phrase, d, s);
  if (s.share >= 0 && s.metric >= 0 && tokens[s.metric].cue->value == "share_ratio" &&
      tokens[s.share].span.end < tokens[s.metric].span.begin) {
    MetricRef m = MetricOf(tokens[s.metric]);  // 占总营收的比重
    m.text = ShareName(p, {tokens[s.share].span.end, tokens[s.metric].span.begin},
                       tokens[s.metric].cue->surface);
    m.span = {tokens[s.share].span.begin, tokens[s.metric].span.end};
    return m;
  }
  if (NextWhole(p, phrase, d)) {
    MetricRef m;
    m.text = ShareName(p, {phrase.begin, phrase.end}, "比重");
    m.span = {phrase.begin, phrase.end};
    d.claim.kind = ClaimKind::kShare;
    return m;
  }
  if (s.metric >= 0 && tokens[s.metric].cue->surface == "股份" && s.change &&
      vc == Class::kPercent) {
    return Named("股价", value.span);  // 股份现升3%, as Hong Kong says it
  }
  if (s.metric >= 0) return MeasureInFront(p, phrase, d, s);
  if (s.share >= 0 && tokens[s.share].span.end < phrase.end) {
    MetricRef m;
    m.text = ShareName(p, {tokens[s.share].span.end, phrase.end}, "比重");
    m.span = {tokens[s.share].span.begin, phrase.end};
    return m;
  }
  if (s.clause_metric >= 0 && s.post.empty()) {
    if (tokens[s.clause_metric].cue->surface == "股份" &&
        ((s.change && vc == Class::kPercent) || (s.market && vc == Class::kMoney))) {
      return Named("股价", value.span);  // 股份今早曾升9%, 个别股份如甲以28元高收
    }
    return MetricOf(tokens[s.clause_metric]);
  }
  return {};
}

// 完成6轮融资: how often that was done; empty for none.
MetricRef Fold::DealsCounted(const Parts& p, const Draft& d) const {
  const auto& tokens = p.row.tokens;
  const Token& value = tokens[d.token];
  MetricRef m;
  if (d.token + 1 == static_cast<int>(p.row.tokens.size())) return m;
  const Token& deed = tokens[d.token + 1];
  const std::string_view unit = d.claim.quantity.unit;
  if (deed.token_class == Class::kLevel && !deed.cue->value.empty() &&
      deed.outer.begin == value.outer.end && nouns_.Is("dealunit", unit)) {
    m.text = deed.cue->surface + std::string(unit.substr(unit.find(':') + 1)) + "数";
    m.span = deed.span;
  }
  return m;
}

// 完成2亿元融资, 获得3亿美元(约20亿元)融资: the verb behind; empty for none.
MetricRef Fold::DeedBehindMoney(const Parts& p, const Draft& d) const {
  const auto& tokens = p.row.tokens;
  const Token& value = tokens[d.token];
  MetricRef m;
  const uint32_t past = BehindBracket(p, value.outer.end);
  int behind = d.token + 1;
  while (behind < static_cast<int>(tokens.size()) && tokens[behind].outer.begin < past) ++behind;
  if (behind == static_cast<int>(tokens.size())) return m;
  const Token& next = tokens[behind];
  if (next.token_class == Class::kLevel && !next.cue->value.empty() &&
      p.clause[behind] == d.clause &&
      nouns_.TrimStart("round", Text({past, next.span.begin})).empty()) {
    m.text = next.cue->value;
    m.span = next.span;
  }
  return m;
}

// 网上销售占7%: the part that is sold so, and what it is a part of. `t`: the verb.
void Fold::NameSoldPart(const Parts& p, const Phrase& phrase, int t, Draft& d, Scene& s,
                        MetricRef& m) const {
  const auto& tokens = p.row.tokens;
  const MatchSpan words{std::min(phrase.begin, tokens[t].span.begin), tokens[t].span.begin};
  const std::string part = CleanPhrase(Text(words));
  const std::string whole = WholeBefore(p, d);
  constexpr std::string_view kWorth = "价值";
  m.base = whole.find(kWorth) != whole.npos ? part + tokens[t].cue->surface + std::string(kWorth)
                                            : part + m.text;
  m.text = part + tokens[t].cue->surface + whole;
  if (!s.subject.entity && s.subject.text == part) {
    s.subject = {};
    d.own_subject = false;
  }
}

// 投资5亿元: who does it, or a kind of what the company or the place does. `t`: the verb.
void Fold::NameDoer(const Parts& p, const Phrase& phrase, int t, Draft& d, Scene& s,
                    MetricRef& m) const {
  const auto& tokens = p.row.tokens;
  const Class vc = tokens[d.token].token_class;
  const Draft* last = LastDraft(p, d.token);
  // 向乙公司投资5亿元: whom it goes to, is not whose it is.
  const int front = phrase.first - 1;
  const bool given = front >= 0 && tokens[front].token_class == Class::kPrep &&
                     tokens[front].outer.end == phrase.begin &&
                     nouns_.Is("toward", tokens[front].cue->surface);
  // 甲集团管理规模9亿元，另类投资5亿元: a kind of what the company does.
  // 全省工业投资9亿元，技改投资增长7%: of what is done in a place.
  const bool invested = s.context.entity && s.context.type == EntityType::kPlace && s.change &&
                        !IsBranch(s.modifier) && last != nullptr &&
                        last->metric.text.ends_with(tokens[t].cue->surface);
  if (s.subject.empty() && last != nullptr && !s.modifier.empty() &&
      ((s.firm_context && vc == Class::kMoney && last->subject.text == s.context.text) ||
       invested) &&
      !nouns_.EndsWith("company", s.modifier) && tokens[t].span.begin == s.modifier_span.end) {
    m.base = m.text;
    m.text = s.modifier + tokens[t].cue->surface;
    return;
  }
  if (s.subject.empty() && !given && !s.modifier.empty() && s.modifier.size() <= 30 &&
      !(s.counted && !Any(d.claim.quantity.unit, {"count:人", "count:名", "count:例"}))) {
    s.SetSubject(s.modifier, s.modifier_span);
    s.subject.named = true;
    d.own_subject = true;
  }
}

// 投资5亿元, 甲公司裁员300人: the verb names the measure.
void Fold::DeedMeasure(const Parts& p, const Phrase& phrase, Draft& d, Scene& s,
                       MetricRef& m) const {
  const auto& tokens = p.row.tokens;
  for (int t : phrase.predicates) {
    const Token& verb = tokens[t];
    // 去年少赚6.9%
    if (verb.cue != nullptr && nouns_.Is("earned", verb.cue->surface)) {
      m = Named("盈利", verb.span);
      return;
    }
    if (verb.token_class != Class::kLevel || verb.cue->value.empty()) continue;
    m.text = verb.cue->value;
    m.span = verb.span;
    if (s.share == t + 1 && tokens[s.share].span.begin == verb.span.end) {
      NameSoldPart(p, phrase, t, d, s, m);
    } else {
      NameDoer(p, phrase, t, d, s, m);
    }
    s.modifier.clear();
    return;
  }
}

// 签下3000亿美元的云服务合同: what is worth so much; empty for none.
MetricRef Fold::SumBehind(const Parts& p, const Draft& d) const {
  MetricRef m;
  constexpr std::string_view kIn = "中";
  MatchSpan span;
  std::string noun = PostNoun(p, d.token, span);
  if (noun.ends_with(kIn)) noun.resize(noun.size() - kIn.size());
  // 196万元的产业|到户扶持资金: a word of the tables inside of it.
  if (!nouns_.EndsWith("sum", noun)) {
    constexpr uint32_t kLongest = 36;
    span.begin = p.row.tokens[d.token].outer.end + 3;
    span.end = HanEnd(span.begin, std::min(p.span.end, span.begin + kLongest));
    noun = Text(span);
  }
  if (nouns_.EndsWith("sum", noun)) {
    m.text = noun;
    m.span = span;
  }
  return m;
}

// 3亿美元优先票据: the noun behind; empty for none.
MetricRef Fold::NounBehind(const Parts& p, const Draft& d) const {
  const auto& tokens = p.row.tokens;
  MetricRef m;
  MatchSpan span;
  int from = d.token;
  while (from + 1 < static_cast<int>(tokens.size()) && IsQuantity(tokens[from + 1].token_class) &&
         tokens[from + 1].outer.begin == tokens[from].outer.end) {
    ++from;
  }
  const std::string noun = PostNoun(p, from, span);
  // 其中620亿美元|来自数据中心业务: of the whole before.
  if (!noun.empty() && !nouns_.Is("generic", noun) && !nouns_.Is("record", noun) &&
      !nouns_.StartsWith("clause", noun)) {
    m.text = noun;
    m.span = span;
  }
  return m;
}

// 完成年度计划82%, 完成全年预算的65%: how much of it is done; empty for none.
MetricRef Fold::GoalDone(const Parts& p, Draft& d) const {
  constexpr std::string_view kDone = "完成", kOf = "的";
  constexpr size_t kLongest = 36;
  const uint32_t from = p.clause_begin[static_cast<size_t>(d.clause)];
  std::string_view front = Text({from, p.row.tokens[d.token].outer.begin});
  if (front.ends_with(kOf)) front.remove_suffix(kOf.size());
  const size_t goal = nouns_.LongestEnd("goal", front);
  const size_t done = goal == 0 ? front.npos : front.rfind(kDone);
  MetricRef m;
  const bool named = done != front.npos && front.size() - done > kDone.size() + goal;
  if (!named || front.size() - done > kLongest) return m;
  m.span = {from + static_cast<uint32_t>(done + kDone.size()),
            from + static_cast<uint32_t>(front.size())};
  m.text = std::string(WithoutMarks(Text(m.span))) + "完成率";
  d.claim.kind = ClaimKind::kShare;
  return m;
}

// Where the Han characters from `from` on end, at about `limit` at the farthest.
uint32_t Fold::HanEnd(uint32_t from, uint32_t limit) const {
  while (from < limit && IsHan(CodePointAt(text_, from))) from += CodePointLength(text_[from]);
  return from;
}

// 经过3小时的紧张|抢修: how long what the words behind it say was done; empty for none.
MetricRef Fold::DeedLasting(const Parts& p, const Draft& d) const {
  constexpr uint32_t kLongest = 30;
  MetricRef m;
  const uint32_t of = p.row.tokens[d.token].outer.end;
  const bool linked = StandsAt(text_, of, "的");
  const uint32_t from = linked ? of + 3 : of;
  const uint32_t to = HanEnd(from, std::min(p.span.end, from + kLongest));
  const std::string_view words = Text({from, to});
  const WordSpans split = SplitWords(words);
  if (split.empty() || to - from >= kLongest) return m;
  const auto [begin, end] = split.back();
  const std::string_view deed = words.substr(begin, end - begin);
  // 历时3年建设: the deed alone stands right behind.
  if (!linked && (begin != 0 || !nouns_.Is("handles", deed))) return m;
  if (CountCodePoints(deed) < 2 ||
      !(nouns_.Is("clause", deed) || nouns_.Is("verb", deed) || nouns_.Is("handles", deed) ||
        nouns_.Is("event", deed) || nouns_.Is("done", deed))) {
    return m;
  }
  m.text = std::string(deed) + "时间";
  m.span = {from + static_cast<uint32_t>(begin), from + static_cast<uint32_t>(end)};
  return m;
}

// What the own clause says is measured, else what its sentence or the one before goes on with.
void Fold::FindMeasure(Parts& p, const Phrase& phrase, Draft& d, Scene& s) const {
  const Token& value = p.row.tokens[d.token];
  const Class vc = value.token_class;
  // 事故造成31人|被困: what people do is nearer than a measure elsewhere in the clause.
  MetricRef m;
  if (s.counted && s.metric < 0 && s.clause_metric >= 0) m = PeopleDeed(p, d, s);
  if (m.empty() && s.metric < 0) m = FeatBehind(p, d, s);
  if (m.empty() && vc == Class::kPercent && !s.change) m = GoalDone(p, d);
  if (m.empty()) m = MeasureOfClause(p, phrase, d, s);
  if (s.counted && m.empty() && s.post.empty()) m = DealsCounted(p, d);
  if (s.counted && m.empty()) m = DeedInFront(p, phrase, s);
  if (s.counted && m.empty()) m = PeopleDeed(p, d, s);
  if (s.counted) CountMeasure(p, phrase, d, s, m);
  if (m.empty() && vc == Class::kMoney) m = DeedBehindMoney(p, d);
  if (m.empty() && (s.modifier.empty() || !nouns_.EndsWith("measure", s.modifier))) {
    DeedMeasure(p, phrase, d, s, m);
  }
  if (m.empty() && s.change && !d.own_subject && s.modifier.empty()) m = AffectedBefore(p, d);
  if (m.empty() && s.change) NextPartMeasure(p, d, s, m);
  if (m.empty()) CurrencyMeasure(p, d, s, m);
  if (m.empty()) QuoteMeasure(p, phrase, d, s, m);
  if (m.empty() && (vc == Class::kPercent || vc == Class::kRatio) &&
      (d.claim.kind == ClaimKind::kLevel || (vc == Class::kRatio && s.share < 0))) {
    PortionMeasure(p, d, s, m);
  }
  if (m.empty() && vc == Class::kMoney && !s.change && StandsAt(text_, value.outer.end, "的")) {
    m = SumBehind(p, d);
    if (!m.empty()) s.modifier.clear();
  }
  if (m.empty() && vc == Class::kPhysical && !s.change) m = SizeInFront(p, d, s);
  // 采用4英寸的|触控屏: what has the size.
  if (m.empty() && vc == Class::kPhysical && !s.change && StandsAt(text_, value.outer.end, "的") &&
      !nouns_.EndsWith("measure", s.modifier)) {
    m = NounBehind(p, d);
  }
  // 义卖所得|54万元善款, 爬上|50多米高塔吊: what there is so much of, where the words in front are
  // no measure.
  const bool sum = vc == Class::kMoney || vc == Class::kPhysical ||
                   (vc == Class::kRate && !ForMoney(d.claim.quantity.unit));
  const std::string_view front = Text({phrase.begin, value.outer.begin});
  if (m.empty() && sum && !s.change && !s.modifier.empty() &&
      (front.ends_with("的") || nouns_.EndsWith("verb", front) ||
       nouns_.EndsWith("clause", front) || nouns_.EndsWith("handles", front) ||
       nouns_.EndsWith("done", front))) {
    m = NounBehind(p, d);
  }
  // 黄金储备连续两个月保持|5814万盎司: how long it was so stands in between.
  if (const Draft* last = LastDraft(p, d.token);
      m.empty() && s.modifier.empty() && !s.counted && last != nullptr && s.previous > 0 &&
      last->token == s.previous && last->clause == d.clause &&
      last->claim.kind == ClaimKind::kDuration &&
      p.row.tokens[s.previous - 1].token_class == Class::kStreak) {
    m = last->metric;
  }
  if (m.empty() && vc == Class::kDuration && !nouns_.EndsWith("measure", s.modifier)) {
    m = DeedLasting(p, d);
  }
  if (m.empty() && !s.modifier.empty()) PhraseMeasure(p, d, s, m);
  if (m.empty() && sum && !s.change) m = NounBehind(p, d);
  // 预算为7800万元: the plan itself is what has a size.
  // 增加采购预算300万元: so much of it is new, whatever was measured before.
  const bool planned = !s.change || vc == Class::kMoney;
  if (m.empty() && planned && (s.modifier.empty() || s.change)) m = PlanInFront(p, d);
  InheritMeasure(p, d, s, m);
  if (!d.own_metric) NamePartOfBefore(p, d, s, m);
  ShareQuote(p, phrase, d, s, m);
  d.metric = std::move(m);
}

// 贾某得知|车主要价, 使馆开枪|射击: of a clause that names no measure, what is behind its last
// verb, or that verb.
std::string Fold::WithoutDeeds(const std::string& words) const {
  constexpr size_t kShort = 18;
  if (words.size() <= kShort && !nouns_.Within("done", words)) return words;
  size_t begin = 0;
  size_t of = 0;  // behind the last 的, which no list in front of it reaches over
  const WordSpans split = SplitWords(words);
  for (size_t i = 1; i + 1 < split.size(); ++i) {
    const auto [wb, we] = split[i];
    const std::string_view word = std::string_view(words).substr(wb, we - wb);
    const std::string_view rest = std::string_view(words).substr(we);
    constexpr uint32_t kCharacter = 3;
    if (rest.size() < 2 * kCharacter || IsAsciiDigit(static_cast<unsigned char>(rest[0]))) continue;
    // 西古村|种植|土豆: what was done to what.
    if (nouns_.Is("done", word) && !nouns_.Is("segment", word) &&
        !nouns_.StartsWith("doer", rest)) {
      begin = wb;
      continue;
    }
    if (words.size() <= kShort) continue;
    if (word == "的") begin = of = we;
    if (word == "或" || nouns_.Is("joins", word)) return words.substr(of);
    // 研发|机构, 作证|罪; 拆除|违建 tells what was done.
    const bool deed = nouns_.Is("verb", word) || nouns_.Is("clause", word);
    const bool goes_on = split[i + 1].second - split[i + 1].first <= kCharacter;
    if (deed && !goes_on && !nouns_.StartsWith("doer", rest)) begin = we;
  }
  return words.substr(begin);
}

// A phrase without a known measure: a measure by its form, else a part or a sibling of what was
// spoken of before.
void Fold::PhraseMeasure(Parts& p, Draft& d, Scene& s, MetricRef& m) const {
  const auto& tokens = p.row.tokens;
  const Token& value = tokens[d.token];
  const std::string_view unit = d.claim.quantity.unit;
  const bool measure = nouns_.EndsWith("measure", s.modifier);
  // 甲公司拟以25元一股回购: who plans is no measure.
  const auto plans = [&](const Token& t) {
    return t.token_class == Class::kPlan && t.span.begin == s.modifier_span.end &&
           t.cue->surface != "目标";
  };
  if (!measure && s.subject.empty() && std::any_of(tokens.begin(), tokens.end(), plans)) {
    s.SetSubject(s.modifier, s.modifier_span);
    d.own_subject = true;
    return;
  }
  // 经调整季节变动因素后|涨0.1%: after what, not of what.
  if (!measure && nouns_.EndsWith("allowedfor", s.modifier)) return;
  const MetricRef* like = nullptr;
  // 甲类出口增1.4倍，乙类亦增27%: rates both.
  const auto rate = [](std::string_view u) { return u == "percent" || u == "multiple"; };
  const auto alike = [&](std::string_view u) {
    return u == unit || (s.change && rate(u) && rate(unit));
  };
  for (const Draft& o : p.drafts) {
    if (alike(o.claim.quantity.unit) && o.claim.kind == d.claim.kind && !o.metric.empty()) {
      like = &o.metric;
    }
  }
  for (const auto& [u, k, other] : unit_metrics_) {
    if (like == nullptr && alike(u) && k == d.claim.kind) like = &other;
  }
  // 售电量升2%。大部分客户用电量上升，住宅升3%: of the measure named since.
  MetricRef since;
  const Draft* told = LastDraft(p, d.token);
  for (int t = d.token - 1; like != nullptr && s.change && t > (told != nullptr ? told->token : -1);
       --t) {
    if (tokens[t].token_class != Class::kMetric || p.paren[t] != 0 || GivesReason(p, t) ||
        p.clause[t] == d.clause || !Fits(*tokens[t].cue, "percent") ||
        tokens[t].cue->value == like->id) {
      continue;
    }
    since = MetricOf(tokens[t]);
    like = &since;
    break;
  }
  if (like != nullptr && !measure && IsPart(d, s, *like)) {
    m = *like;
    TakePart(p, d, s, m);
    return;
  }
  // 甲公司252亿元、乙航217亿元: a name that no lexicon knows, in a list of names with their
  // numbers.
  const Draft* last = LastDraft(p, d.token);
  const size_t size = CountCodePoints(s.modifier);
  if (!measure && like != nullptr && nouns_.Is("corporate", like->id) && !s.change && !s.counted &&
      s.subject.empty() && last != nullptr && last->own_subject && IsListed(last->subject) &&
      last->clause >= d.clause - 2 && s.modifier_span.end == value.outer.begin &&
      s.modifier == Text(s.modifier_span) && size >= 2 && size <= 5 &&
      !nouns_.EndsWith("segment", s.modifier) && !nouns_.EndsWith("other", s.modifier)) {
    s.SetSubject(s.modifier, s.modifier_span);
    s.subject.named = true;
    d.own_subject = true;
    m = *like;
    if (!m.base.empty()) m.text = m.base;
    return;
  }
  // 出口年增7%，光学器材年减2%: goods are what an economy trades, not who does.
  constexpr std::string_view kWares = "品";
  const bool goods = like != nullptr &&
                     (s.modifier.ends_with(kWares) || !nouns_.EndsWith("agent", s.modifier)) &&
                     (nouns_.Is("macro", like->id) || nouns_.Is("public", like->id));
  const bool sibling = like != nullptr && s.change && !nouns_.Is("quote", like->id) &&
                       s.context.entity && s.context.type != EntityType::kIndex;
  if (!measure && s.market && !s.counted && !sibling) {
    s.SetSubject(s.modifier, s.modifier_span);
    d.own_subject = true;
    // 甲公司(01234): a code behind a name.
    const std::string_view tail =
        Text({s.modifier_span.end, std::min<uint32_t>(s.modifier_span.end + 5, p.span.end)});
    const bool ticker =
        tail.size() == 5 && tail[0] == '(' &&
        std::all_of(tail.begin() + 1, tail.end(),
                    [](char ch) { return IsAsciiDigit(static_cast<unsigned char>(ch)); }) &&
        IsAsciiDigit(CodePointAt(text_, s.modifier_span.end + 5));
    m = Named(ticker ||
                      (like != nullptr && like->id == "share_price" &&
                       !nouns_.EndsWith("agent", s.modifier)) ||
                      s.modifier.ends_with("类股")
                  ? "股价"
              : nouns_.EndsWith("bourse", s.modifier) ? "点位"
                                                      : "价格",
              value.span);
  } else if (!measure && like != nullptr && !s.counted && !goods &&
             (nouns_.Is("thing", like->id) || like->id == "market_share" || s.context.empty() ||
              !s.context.entity)) {
    // 甲公司市占率降至24%，乙厂则升至30%: a share of the market is somebody's.
    s.SetSubject(s.modifier, s.modifier_span);
    d.own_subject = true;
    m = *like;
    if (!m.base.empty()) m.text = m.base;  // 国有企业增加值增长2%，私营企业增长6%
  } else if (!measure && tokens[d.token].token_class == Class::kNumber &&
             d.claim.kind == ClaimKind::kLevel && nouns_.EndsWith("crowd", s.modifier)) {
    m.text = s.modifier;  // 用户5亿，活跃商家770万: how many of them there are
    m.span = s.modifier_span;
  } else if (!measure && like != nullptr && !s.counted && like->text.size() <= 60 &&
             (s.change || like->cue != nullptr || !like->id.empty() || !like->base.empty())) {
    m = *like;
    if (m.base.empty()) m.base = m.text;
    // 蔬菜涨14%: the price of a part of what CPI measures.
    if (const std::string part = nouns_.First("parts:" + m.id); !part.empty()) m.base = part;
    m.text = s.fresh ? s.modifier + "新增" + m.base : Joined(s.modifier, m.base);
    m.span = s.modifier_span;
  } else if (!measure && s.change && s.context.empty() && s.subject.empty()) {
    s.SetSubject(s.modifier, s.modifier_span);
    d.own_subject = true;
  } else {
    m.text = measure ? s.modifier : WithoutDeeds(s.modifier);
    m.span = s.modifier_span;
  }
}

}  // namespace hanfact::extract
