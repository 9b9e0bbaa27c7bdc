// What a number takes from the clause or the sentence before: its measure, a reason's topic, a
// list's.
#include <algorithm>
#include <utility>

#include "extract/fold.h"

namespace hanfact::extract {

using Class = TokenClass;

// 这一数字为6%: whether the clause says of no more than the figure before what it is now, and there
// is one, of a sentence at most two before.
bool Fold::SaysSame(const Parts& p, const Draft& d) const {
  constexpr int kNear = 2;  // sentences
  const auto& tokens = p.row.tokens;
  const Draft* last = LastDraft(p, d.token);
  if (last == nullptr &&
      (metric_.empty() || index_ - last_sentence_ > kNear || last_paragraph_ != paragraph_)) {
    return false;
  }
  const uint32_t from = p.clause_begin[static_cast<size_t>(d.clause)];
  for (int t = 0; t < d.token; ++t) {
    if (p.clause[t] != d.clause) continue;
    const Class c = tokens[t].token_class;
    if (IsQuantity(c) || IsEntity(c) || c == Class::kMetric) return false;
  }
  return nouns_.Within("demonstrative", Text({from, tokens[d.token].outer.begin}));
}

// Gives the number the subject and the measure of another.
void Fold::TakeWhose(const Draft& from, Draft& d) {
  d.subject = from.subject;
  d.metric = from.metric;
  d.own_subject = from.own_subject;
  d.named_subject = from.named_subject;
  d.own_metric = from.own_metric;
  d.by_broker = from.by_broker;
}

// What a rate that is held against another says of it: level or change, which way, since when.
void Fold::TakeSense(const Claim& from, Claim& claim) {
  claim.kind = from.kind;
  claim.direction = from.direction;
  claim.basis = from.basis;
}

// 升5%至300亿元, 3%及4%: a number that shares all of the one before.
bool Fold::TakeFromList(const Parts& p, Draft& d) const {
  const auto& tokens = p.row.tokens;
  const Token& value = tokens[d.token];
  const Class vc = value.token_class;
  const Draft* last = LastDraft(p, d.token);
  const int previous = PreviousQuantity(p, d.token);
  // 升5%至300亿元, 升5%，至300亿元: the level of what has moved.
  // 减57%至上周的3宗: with the time in between.
  const bool timed = d.token > 2 && IsPeriod(tokens[d.token - 1].token_class) &&
                     Any(Text({tokens[d.token - 1].outer.end, value.outer.begin}), {"", "的"});
  const int to_word = d.token - (timed ? 2 : 1);
  const auto reaches = [&] {
    if (tokens[to_word].token_class != Class::kTo) return false;
    const std::string_view verb = tokens[to_word].cue->surface;
    std::string_view gap = Text({tokens[last->token].outer.end, tokens[to_word + 1].outer.begin});
    constexpr std::string_view kComma = "，";
    if (gap.starts_with(kComma)) gap.remove_prefix(kComma.size());
    return gap == verb;
  };
  if (last != nullptr && last->token == to_word - 1 &&
      (last->claim.kind == ClaimKind::kChange || last->claim.kind == ClaimKind::kMultiple) &&
      reaches()) {
    TakeWhose(*last, d);
    return true;
  }
  // 由8元提高到11元: the new level of what the old one was of.
  if (last != nullptr && last->token == previous && p.from.contains(previous)) {
    bool to = false;
    bool plain = true;
    for (int t = previous + 1; t < d.token; ++t) {
      to = to || tokens[t].token_class == Class::kTo;
      plain = plain && !IsEntity(tokens[t].token_class) && tokens[t].token_class != Class::kMetric;
    }
    if (to && plain) {
      TakeWhose(*last, d);
      return true;
    }
  }
  // 6600亿美元(现汇率约合4.6万亿元人民币): the same sum in other money.
  if (last != nullptr && last->token == previous && p.paren[d.token] > p.paren[previous] &&
      vc == Class::kMoney && tokens[previous].token_class == Class::kMoney &&
      StandsAt(text_, tokens[previous].outer.end, "(") &&
      nouns_.Within("converts", Text({tokens[previous].outer.end, value.span.begin}))) {
    TakeWhose(*last, d);
    d.period = last->period;  // 当前约 dates the rate of exchange
    return true;
  }
  // 渗透率为26%。而一年前这个数据仅为6%: the same once more.
  if (SaysSame(p, d)) {
    if (last != nullptr) {
      d.subject = last->subject;
      d.metric = last->metric;
      d.named_subject = last->named_subject;
    } else {
      d.subject = last_subject_;
      d.metric = metric_;
      d.named_subject = true;
    }
    return true;
  }
  // 3%及4%, 50点或1%: the second of a list takes all of the first.
  if (last != nullptr && last->token == previous && previous >= 0) {
    const std::string_view gap = GapBetween(p, previous, d.token);
    if ((SaysAgain(gap) || gap == "/" || gap == "(" || nouns_.Is("and", gap)) &&
        !(vc == Class::kCount && d.claim.quantity.unit != "count:点")) {
      TakeWhose(*last, d);
      return true;
    }
  }
  return false;
}

// 价值9亿元, 金额为9亿元: a size without what it is the size of.
void Fold::TakeWorthOfBefore(const Parts& p, const Draft& d, const Scene& s, MetricRef& m) const {
  const auto& tokens = p.row.tokens;
  const Class vc = tokens[d.token].token_class;
  const Draft* last = LastDraft(p, d.token);
  // 出口手机2亿台，增长3%，价值9亿元: what the goods traded are worth.
  if (vc == Class::kMoney && s.modifier.empty() && last != nullptr && !d.own_subject &&
      last->clause >= d.clause - 2 && nouns_.Is("trade", last->metric.id) &&
      (m.id == "unit_value" || nouns_.Is("size", tokens[s.metric].cue->surface))) {
    m = last->metric;
  }
  // 收入增幅为33%，金额为9亿元: how much of what the rate before is of.
  if (vc == Class::kMoney && s.modifier.empty() && last != nullptr && !d.own_subject &&
      last->clause == d.clause - 1 && last->claim.kind == ClaimKind::kChange &&
      last->claim.quantity.unit == "percent" && last->metric.cue != nullptr &&
      Fits(*last->metric.cue, "money") && nouns_.Is("size", tokens[s.metric].cue->surface)) {
    m = last->metric;
  }
}

// The next part of what the number before was of.
void Fold::NextPartMeasure(const Parts& p, const Draft& d, Scene& s, MetricRef& m) const {
  const Draft* last = LastDraft(p, d.token);
  // 甲类货品的销货价值上升9%；其次为乙类货品，上升2%: the next of the list.
  if (m.empty() && s.change && s.modifier.empty() && d.clause > 0) {
    const MetricRef& list = last != nullptr ? last->metric : metric_;
    const MatchSpan next = NextInList(p, d);
    if (next.size() > 0 && !list.base.empty() && !nouns_.Is("quote", list.id)) {
      m = list;
      m.text = Joined(CleanPhrase(Text(next)), m.base);
      m.span = next;
      s.subject = last != nullptr ? last->subject : s.context;
    }
  }
  // 甲类货品的销货价值下跌1%；乙类货品下跌2%: a part of what the change before is of.
  if (m.empty() && s.change && s.market && !s.counted && !s.modifier.empty() && last != nullptr &&
      last->claim.kind == ClaimKind::kChange && !last->metric.id.empty() &&
      last->claim.quantity.unit == d.claim.quantity.unit && !nouns_.Is("quote", last->metric.id) &&
      !last->metric.base.empty() && s.entity < 0) {
    m = last->metric;
    m.text = Joined(s.modifier, m.base);
    m.span = s.modifier_span;
    if (s.subject.text == s.modifier) s.subject = last->subject;
  }
}

// A measure taken from before: of which part of the whole or of the company it is told now.
void Fold::NamePartOfBefore(const Parts& p, const Draft& d, Scene& s, MetricRef& m) const {
  const auto& tokens = p.row.tokens;
  const Token& value = tokens[d.token];
  const Draft* last = LastDraft(p, d.token);
  // 收入占比方面，游戏占36%、广告占20%: of what part.
  if (s.share >= 0 && m.text.ends_with("占比") && tokens[s.share].span.end == value.outer.begin) {
    const Phrase part = LeftPhrase(p, s.share);
    const std::string words = CleanPhrase(Text({part.begin, part.end}));
    if (!words.empty() && part.first > part.last) {
      if (last == nullptr || last->metric.text != m.text) m.base = m.text;
      m.text = words + m.base;
      m.span = {part.begin, part.end};
      if (s.subject.text == words) s.subject = {};
    }
  }
  // 消费电子方面，月增2%: of what part of the company's.
  if (s.firm_context && m.cue != nullptr && nouns_.Is("corporate", m.id) &&
      (last == nullptr || last->clause < d.clause - 1)) {
    const std::string topic = TopicBefore(p, d);
    if (nouns_.EndsWith("segment", topic) || nouns_.EndsWith("division", topic)) {
      m.base = m.cue->canonical;
      m.text = topic + m.base;
    }
  }
  // 可视化业务(7亿元): the part of a company in front of the bracket.
  if (m.cue != nullptr && nouns_.Is("corporate", m.id)) {
    const std::string part = PartInFront(p, d.token);
    if (!part.empty()) {
      m.base = m.cue->canonical;
      m.text = part + m.base;
    }
  }
}

// 因出货攀升，受需求推升, 若扣除价格变动: a measure behind such a word says why or how something
// else moves.
bool Fold::GivesReason(const Parts& p, int token) const {
  const auto& tokens = p.row.tokens;
  for (int t = token - 1; t >= 0 && p.clause[t] == p.clause[token]; --t) {
    const Class c = tokens[t].token_class;
    if (c == Class::kLevel || c == Class::kTo || IsQuantity(c)) return false;
    if ((c == Class::kPrep || c == Class::kConj || c == Class::kHypothetical) &&
        nouns_.Is("reason", tokens[t].cue->surface)) {
      return true;
    }
  }
  return nouns_.StartsWith("reason", Text({p.clause_begin[static_cast<size_t>(p.clause[token])],
                                           tokens[token].span.begin}));
}

// 机械业受需求带动，|年增16%; 记忆体因缺货，第四季|合约价|季增8%: whom the clause before opens
// with, where nothing but verbs stands in front of the number, or a measure that goods and trades
// have.
void Fold::TakeReasonedTopic(const Parts& p, const Phrase& phrase, const Draft& d, Scene& s) const {
  const auto& tokens = p.row.tokens;
  const int front = s.metric >= 0               ? s.metric
                    : phrase.predicates.empty() ? d.token
                                                : phrase.predicates.back();
  uint32_t from = p.clause_begin[static_cast<size_t>(d.clause)];
  for (int t = 0; t < front; ++t) {
    if (p.clause[t] == d.clause && IsPeriod(tokens[t].token_class) &&
        tokens[t].outer.begin == from) {
      from = tokens[t].outer.end;
    }
  }
  if (tokens[front].outer.begin != from || (s.metric < 0 && !phrase.empty())) return;
  const MatchSpan span = ReasonedTopic(p, d);
  std::string topic = CleanPhrase(Text(span));
  if (nouns_.Is("generic", topic) || CountCodePoints(topic) < 2) return;
  if (s.metric >= 0 && !IsBranch(topic) &&
      !(nouns_.Is("thing", tokens[s.metric].cue->value) && OwnerRef().empty())) {
    return;
  }
  s.modifier = std::move(topic);
  s.modifier_span = span;
}

// Whether the token opens why something moves: 因, 受; 在 only where the clause ends in 下.
bool Fold::IsReason(const Parts& p, int token) const {
  const Token& t = p.row.tokens[token];
  if (t.cue == nullptr || !nouns_.Is("reason", t.cue->surface)) return false;
  if (t.cue->surface == "在") {
    return Text({t.span.end, ClauseEnd(p, p.clause[token])}).ends_with("下");
  }
  return t.token_class == Class::kConj || t.token_class == Class::kPrep;
}

// 机械业则|受需求带动，…: the words that a clause since the last number opens with, in front of why
// they moved; empty where a name or a measure is among them.
MatchSpan Fold::ReasonedTopic(const Parts& p, const Draft& d) const {
  constexpr uint32_t kShortest = 4, kLongest = 45;
  constexpr int kMostClauses = 4;
  const auto& tokens = p.row.tokens;
  const Draft* last = LastDraft(p, d.token);
  const int first = std::max(last != nullptr ? last->clause + 1 : 0, d.clause - kMostClauses);
  for (int clause = d.clause - 1; clause >= first; --clause) {
    uint32_t from = p.clause_begin[static_cast<size_t>(clause)];
    uint32_t to = 0;
    bool bare = true;
    for (size_t t = 0; t < tokens.size() && to == 0; ++t) {
      if (p.clause[t] != clause) continue;
      const Class c = tokens[t].token_class;
      const bool opens =
          IsPeriod(c) || c == Class::kConj || c == Class::kPart || c == Class::kAdverb;
      if (tokens[t].outer.begin == from && opens) {
        from = tokens[t].outer.end;
      } else if (IsReason(p, static_cast<int>(t))) {
        to = tokens[t].outer.begin;
      } else if (c != Class::kAdverb && !InPhrase(c)) {
        break;
      } else {
        bare = bare && !IsEntity(c) && c != Class::kMetric &&
               (c != Class::kHere || SaysWhatKind(tokens[t]));
      }
    }
    // 受惠 and the like are no words of their own there.
    const std::string_view words = Text({from, to == 0 ? ClauseEnd(p, clause) : to});
    for (size_t at = 0; to == 0 && bare && at + 6 <= words.size() && at <= kLongest;
         at += CodePointLength(words[at])) {
      if (at >= kShortest && nouns_.LongestStart("reason", words.substr(at)) >= 6)
        to = from + static_cast<uint32_t>(at);
    }
    if (to == 0) continue;
    for (size_t t = tokens.size(); t-- > 0;) {
      if (tokens[t].token_class == Class::kAdverb && tokens[t].outer.end == to) {
        to = tokens[t].outer.begin;
      }
    }
    if (!bare || to < from + kShortest || to > from + kLongest) return {};
    return {from, to};
  }
  return {};
}

// 其次为|乙类货品，: what the clause before says comes next; empty for none.
MatchSpan Fold::NextInList(const Parts& p, const Draft& d) const {
  constexpr size_t kLongest = 60;
  const uint32_t from = p.clause_begin[static_cast<size_t>(d.clause) - 1];
  const uint32_t end = ClauseEnd(p, d.clause - 1);
  if (const size_t next = nouns_.LongestStart("nextin", Text({from, end})); next > 0) {
    const MatchSpan what{from + static_cast<uint32_t>(next), end};
    if (what.begin < what.end && what.size() <= kLongest) return what;
  }
  return {};
}

// 甲公司|乘客量|受疫情影响，跌三成: the words that end like a measure in front of what it suffers,
// in the clause before; empty for none.
MetricRef Fold::AffectedBefore(const Parts& p, const Draft& d) const {
  constexpr std::string_view kSuffers = "受";
  constexpr uint32_t kLongest = 36;
  if (d.clause == 0) return {};
  uint32_t from = p.clause_begin[static_cast<size_t>(d.clause) - 1];
  const uint32_t end = ClauseEnd(p, d.clause - 1);
  const size_t at = Text({from, end}).find(kSuffers);
  if (at == std::string_view::npos) return {};
  const uint32_t to = from + static_cast<uint32_t>(at);
  for (const Token& token : p.row.tokens) {
    if (token.outer.begin < from || token.outer.end > to) continue;
    if (IsQuantity(token.token_class)) return {};
    if (IsEntity(token.token_class) || IsPeriod(token.token_class)) from = token.outer.end;
  }
  if (to - from > kLongest || !nouns_.EndsWith("measure", Text({from, to}))) return {};
  MetricRef m;
  m.text = CleanPhrase(Text({from, to}));
  m.span = {from, to};
  return m;
}

// 6月的增速还在16%，7月回落至15%，8月为13%: one rate after another, of a time each.
void Fold::TakeSeries(const Parts& p, Draft& d) {
  const Draft* last = p.drafts.empty() ? nullptr : &p.drafts.back();
  if (last == nullptr || d.own_metric || !d.own_period || !last->own_period ||
      last->clause < d.clause - 1 || d.claim.quantity.unit != "percent" ||
      last->claim.quantity.unit != "percent" || last->claim.kind != ClaimKind::kChange ||
      last->metric.text != d.metric.text || p.expected.contains(d.token)) {
    return;
  }
  const bool level = d.claim.kind == ClaimKind::kLevel;
  const bool rate = d.claim.kind == ClaimKind::kChange && d.claim.basis == Basis::kNone &&
                    d.claim.direction == last->claim.direction;
  if (level || rate) TakeSense(last->claim, d.claim);
}

// 按年升2%，较上季的3%放缓，逊于市场预期的4%: a rate held against the rate of a change is one too.
void Fold::TakeRate(const Parts& p, Draft& d) const {
  constexpr int kNear = 2;  // clauses
  TakeSeries(p, d);
  const auto set = p.set.find(d.token);
  const int front = d.token - 1;
  if (front < 0 || set == p.set.end() || set->second.count("kind") == 0 ||
      d.claim.kind != ClaimKind::kLevel || d.claim.quantity.unit != "percent" ||
      !(p.expected.contains(d.token) || p.compared[static_cast<size_t>(front)] != 0)) {
    return;
  }
  const Draft* last = LastDraft(p, d.token);
  if (last == nullptr || last->claim.kind != ClaimKind::kChange ||
      last->claim.quantity.unit != "percent" || last->clause < d.clause - kNear ||
      last->metric.text != d.metric.text) {
    return;
  }
  TakeSense(last->claim, d.claim);
}

// Whether the measure of another number, of the class and the unit, may be what this one is of:
// anything moves by so many of a hundred and goes on for so long (连续9年), else the two must be of
// one sort. 楼内有房26间。两个小时后…: no hours of rooms.
bool Fold::Lends(const MetricRef& m, TokenClass lender, std::string_view unit, const Parts& p,
                 const Draft& d) const {
  const auto& tokens = p.row.tokens;
  const std::string_view own = d.claim.quantity.unit;
  // 32岁的李某在外打工|4年: an age is measured in years, but years are no ages.
  if (m.id == "age" && !Text(tokens[d.token].span).ends_with("岁")) return false;
  if (unit == own) return true;
  const auto people = [](std::string_view u) { return CountsPeople(u) || u == "count:例"; };
  switch (const Class vc = tokens[d.token].token_class; vc) {
    case Class::kPercent:
    case Class::kPoint:
    case Class::kMultiple:
    case Class::kRatio:
      return true;
    case Class::kMoney:
      return lender == vc || lender == Class::kRate ||
             (m.cue != nullptr ? Fits(*m.cue, "money") : lender == Class::kPercent);
    case Class::kDuration:
    case Class::kOne:
      return lender == vc || GoesOn(p, d.token) || (m.cue != nullptr && Fits(*m.cue, "duration"));
    case Class::kCount:
    case Class::kTwo:
      // 产业规模达216亿元。|相关企业共有20家: what is so big in money is not so many.
      if (lender == Class::kMoney && m.text.ends_with("规模")) return false;
      // 抓获8人。|他3次得手: how often is of no people.
      if (CountsPeople(unit) && !people(own)) return false;
      return m.cue != nullptr ? Fits(*m.cue, "count") : people(unit) && people(own);
    case Class::kRate:
      return lender == Class::kPercent || lender == Class::kMoney ||
             (m.cue != nullptr && Fits(*m.cue, "money"));
    case Class::kPhysical:
      return false;
    default:
      return m.cue != nullptr ? !Fits(*m.cue, "duration") : lender == vc || lender == Class::kCount;
  }
}

// 5人死亡，8人|仍在监护室: whether the clause goes on with what those people do, so that they are
// not of the measure of others.
bool Fold::SaysMore(const Parts& p, const Draft& d) const {
  const auto& tokens = p.row.tokens;
  if (d.claim.kind != ClaimKind::kCount || !CountsPeople(d.claim.quantity.unit)) {
    return false;
  }
  const MatchSpan rest{tokens[d.token].outer.end, ClauseEnd(p, d.clause)};
  if (rest.begin + 6 > rest.end || IsCut(CodePointAt(text_, rest.begin)) ||
      StandsAt(text_, rest.begin, "(")) {
    return false;
  }
  return std::none_of(tokens.begin() + d.token + 1, tokens.end(), [&](const Token& token) {
    const Class c = token.token_class;
    const bool moves = token.outer.begin == rest.begin && (c == Class::kUp || c == Class::kDown);
    return token.span.begin < rest.end && (IsQuantity(c) || moves);
  });
}

// 连续9年居首, 连续第二年, 连升8个月, 为近三年新高: whether the stretch says how long something has
// been so.
bool Fold::GoesOn(const Parts& p, int token) const {
  const auto& tokens = p.row.tokens;
  if (BeforeRecord(p, tokens[token].outer.end)) return true;
  return token > 0 && tokens[token - 1].token_class == Class::kStreak &&
         Any(Text({tokens[token - 1].span.end, tokens[token].outer.begin}), {"", "第"}) &&
         tokens[token - 1].cue->surface.starts_with("连");
}

// The measure of before, where the own clause gives none.
void Fold::InheritMeasure(const Parts& p, Draft& d, const Scene& s, MetricRef& m) const {
  const auto& tokens = p.row.tokens;
  const Draft* last = LastDraft(p, d.token);
  const std::string_view unit = d.claim.quantity.unit;
  const bool money = tokens[d.token].token_class == Class::kMoney;
  // 下调经济增长|预测，由3%至2%: what is foretold, of which 增长 is part here and no verb.
  for (int t = d.token - 1; (m.empty() || m.text == "经济") && t >= std::max(0, d.token - kReach);
       --t) {
    constexpr std::string_view kGrowth = "经济增长";
    if (p.clause[t] < d.clause - 1) break;
    if (p.clause[t] < d.clause && IsQuantity(tokens[t].token_class)) break;
    if (tokens[t].token_class != Class::kForecast ||
        !Text({p.span.begin, tokens[t].span.begin}).ends_with(kGrowth)) {
      continue;
    }
    m = Named("经济增长率", {tokens[t].span.begin - 12, tokens[t].span.begin});
    m.id = "gdp";
  }
  d.own_metric = !m.empty();
  // 每股收益3元，优于市场预期的2元: what is expected is of what was just said.
  const auto groups = p.groups.find(d.token);
  if (m.empty() && last != nullptr && groups != p.groups.end() &&
      groups->second.contains("speaker")) {
    m = last->metric;
  }
  // 末期息每股3元，较上年的|2元减少50%: what it is compared with was just told.
  if (const int t = d.token - 1; m.empty() && last != nullptr && last->clause >= d.clause - 1 &&
                                 t > 0 && IsPeriod(tokens[t].token_class) && p.compared[t] != 0 &&
                                 last->token < t &&
                                 Text({tokens[t].outer.end, tokens[d.token].outer.begin}) == "的") {
    m = last->metric;
    // 20宗，总值9亿元，较9月的|10宗: of those counted. 市值5亿元，占总额3成，较5月的|4亿元: of the
    // money.
    const bool sum = money && last->claim.kind == ClaimKind::kShare;
    for (auto o = p.drafts.rbegin();
         (s.counted || sum) && o != p.drafts.rend() && o->clause >= d.clause - 2; ++o) {
      if (o->claim.quantity.unit != unit ||
          o->claim.kind != (sum ? ClaimKind::kLevel : ClaimKind::kCount)) {
        continue;
      }
      m = o->metric;
      break;
    }
  }
  // A measure named since the last number, then that of the nearest number of the same unit.
  for (int t = d.token - 1; m.empty() && t >= 0; --t) {
    if (last != nullptr && t <= last->token) break;
    // 面积753方尺单位: nor what a number that is no claim is of.
    const bool spent = t + 1 < d.token && IsQuantity(tokens[t + 1].token_class) &&
                       !p.refused[t + 1].empty() && tokens[t + 1].outer.begin == tokens[t].span.end;
    if (IsYardstick(p, t) || spent || tokens[t].span.begin >= d.yardstick) continue;
    if (tokens[t].token_class == Class::kMetric && p.paren[t] == 0 && !GivesReason(p, t)) {
      m = MetricOf(tokens[t]);
      // 对甲国|出口值创新高，增5%: whither it goes is a part of it.
      if (nouns_.Is("trade", m.id)) {
        const Phrase front = LeftPhrase(p, t);
        const int way = front.first - 1;
        if (way >= 0 && !front.empty() && front.end == m.span.begin &&
            tokens[way].outer.end == front.begin && tokens[way].token_class == Class::kPrep &&
            nouns_.Is("partner", tokens[way].cue->surface)) {
          m.base = m.text;
          m.text = std::string(Text({tokens[way].span.begin, m.span.begin})) + m.base;
        }
      }
      // 就业不足|人数方面，为6万人
      const std::string topic = p.clause[t] == d.clause - 1 ? TopicBefore(p, d) : std::string();
      if (topic.size() > m.text.size() && topic.ends_with(m.text)) {
        m.base = m.text;
        m.text = topic;
      }
    }
  }
  // 营收增5%，净利2亿元，年增8%: a rate is of the level right before it; but a ratio moves by
  // points.
  if (m.empty() && s.change && !d.own_subject && last != nullptr && unit == "percent" &&
      last->clause >= d.clause - 1 && last->claim.kind != ClaimKind::kDuration &&
      last->claim.kind != ClaimKind::kRank && last->claim.kind != ClaimKind::kShare &&
      !(last->claim.quantity.unit == unit && last->claim.kind == ClaimKind::kLevel)) {
    m = last->metric;
  }
  // 甲类出货量15台，占总量的35%，同比增长42%: what rose against a year before is the level, no
  // share.
  const auto portion = [](const Draft& o) {
    return o.claim.kind == ClaimKind::kShare || o.metric.id == "share_ratio";
  };
  if (m.empty() && s.change && !d.own_subject && last != nullptr && unit == "percent" &&
      d.claim.basis != Basis::kNone && portion(*last) && last->clause >= d.clause - 1) {
    for (auto o = p.drafts.rbegin(); o != p.drafts.rend() && o->clause >= d.clause - 3; ++o) {
      if (portion(*o)) continue;
      if (o->claim.kind == ClaimKind::kLevel || o->claim.kind == ClaimKind::kCount) m = o->metric;
      break;
    }
  }
  // 净利3亿元，创近9季新高: how long it had not been so is of the number right before.
  if (m.empty() && d.claim.kind == ClaimKind::kDuration && !d.own_subject && last != nullptr &&
      last->clause >= d.clause - 1 && BeforeRecord(p, tokens[d.token].outer.end)) {
    m = last->metric;
  }
  // 毛利率46%，季减2个百分点，净利率15%，季减3个百分点: points are of the ratio right before them.
  if (m.empty() && s.change && unit == "percentage_point" && !d.own_subject && last != nullptr &&
      last->clause >= d.clause - 1 && last->own_metric && last->claim.quantity.unit == "percent" &&
      last->claim.kind != ClaimKind::kChange) {
    m = last->metric;
  }
  // 单位319家、人数6千人，较上期增加12家: a count grows by what it counts.
  for (auto o = p.drafts.rbegin();
       m.empty() && s.counted && s.change && o != p.drafts.rend() && o->clause >= d.clause - 2;
       ++o) {
    if (o->claim.quantity.unit == unit && o->claim.kind == ClaimKind::kCount) m = o->metric;
  }
  const bool more = m.empty() && SaysMore(p, d);
  for (auto o = p.drafts.rbegin(); !more && m.empty() && o != p.drafts.rend(); ++o) {
    if (o->claim.quantity.unit != unit || p.paren[o->token] > p.paren[d.token]) continue;
    if (o->claim.kind == ClaimKind::kShare && d.claim.kind == ClaimKind::kLevel) {
      d.claim.kind = ClaimKind::kShare;
    }
    if (o->claim.kind == d.claim.kind) m = o->metric;
  }
  // 网上销售占7%，为24亿元: what the share is of.
  const auto of_last = [&] {
    MetricRef of = last->metric;
    if (last->claim.kind == ClaimKind::kShare && !of.base.empty() &&
        d.claim.kind == ClaimKind::kLevel) {
      of.text = of.base;
    }
    return of;
  };
  // 以7万辆居第一，同比增长84%: a place in a list measures nothing.
  while (last != nullptr && last->claim.kind == ClaimKind::kRank && last != p.drafts.data()) --last;
  // 倒塌房屋81户|244间: the same told twice.
  const bool again =
      last != nullptr && s.counted && tokens[last->token].outer.end == tokens[d.token].outer.begin;
  const bool own_words = s.circumstance && !s.change;
  const bool lends = m.empty() && !own_words &&
                     (again || (last != nullptr && !more &&
                                Lends(last->metric, tokens[last->token].token_class,
                                      last->claim.quantity.unit, p, d)));
  if (m.empty() && lends && (s.change || !d.own_subject)) m = of_last();
  for (auto u = unit_metrics_.rbegin(); !more && m.empty() && u != unit_metrics_.rend(); ++u) {
    if (std::get<0>(*u) != unit || std::get<1>(*u) != d.claim.kind) continue;
    m = std::get<2>(*u);
  }
  // 甲公司市占率42%，销售额50亿元。其后是乙公司(23%): the share of the next.
  for (auto u = unit_metrics_.rbegin();
       m.empty() && last == nullptr && d.claim.kind == ClaimKind::kLevel && unit == "percent" &&
       u != unit_metrics_.rend();
       ++u) {
    if (std::get<0>(*u) != unit || std::get<1>(*u) != ClaimKind::kShare) continue;
    m = std::get<2>(*u);
    d.claim.kind = ClaimKind::kShare;
  }
  if (m.empty() && lends) m = of_last();
  // 个案每坪52万元: what a piece of ground or floor costs, of whatever was told before.
  if (m.empty() && !metric_.empty() && !metric_.id.empty() && metric_.cue != nullptr &&
      Any(unit.substr(std::min(unit.size(), size_t{3})),
          {"/ping", "/square-foot", "/square-meter"}) &&
      !Fits(*metric_.cue, "money")) {
    m = Named("单价", tokens[d.token].span);
  }
  if (m.empty() && !metric_.empty() && !more && !own_words &&
      Lends(metric_, metric_class_, metric_unit_, p, d)) {
    m = metric_;
  }
  // 甲业营业额年增3%，乙公司年增2%: another's, of its own name.
  if (!d.own_metric && d.own_subject && last != nullptr && !last->own_subject && !m.base.empty() &&
      m.text == last->metric.text && m.text != m.base && s.subject.text != last->subject.text) {
    m.text = m.base;
  }
  if (m.empty() && s.counted) {
    m.text = CountsPeople(unit) ? "人数" : unit == "count:人次" ? "人次" : "数量";
  }
  // What is s.counted is measured by its number: 企业数.
  if (s.counted && !d.noun.empty() && m.cue == nullptr && m.text.ends_with(d.noun) &&
      !m.text.ends_with("数")) {
    const bool people = CountsPeople(unit);
    const bool named_so = nouns_.EndsWith("personend", m.text);
    m.text += people && !named_so ? "人数" : unit == "count:笔" ? "笔数" : "数";
  }
}

}  // namespace hanfact::extract
