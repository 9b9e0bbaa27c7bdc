// What a number measures, and of whom.
#include <algorithm>
#include <utility>

#include "extract/fold.h"

namespace hanfact::extract {

using Class = TokenClass;

namespace {

// What stands in front of a measure, and the measure; what both have in common stands once
// (太阳能发电 and 发电量).
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

}  // namespace

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
  if (TakeFromList(p, d)) return;
  Scene s;
  LookAround(p, phrase, d, s);
  FindSubject(p, phrase, d, s);
  FindMeasure(p, phrase, d, s);
  Settle(p, d, s);
}

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
  const auto reaches = [&] {
    if (tokens[d.token - 1].token_class != Class::kTo) return false;
    const std::string_view verb = tokens[d.token - 1].cue->surface;
    std::string_view gap = Text({tokens[last->token].outer.end, value.outer.begin});
    constexpr std::string_view kComma = "，";
    if (gap.starts_with(kComma)) gap.remove_prefix(kComma.size());
    return gap == verb;
  };
  if (last != nullptr && last->token == d.token - 2 &&
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
    if ((SaysAgain(gap) || Any(gap, {"、", "和", "及", "与", "/", "以及", "("})) &&
        !(vc == Class::kCount && d.claim.quantity.unit != "count:点")) {
      TakeWhose(*last, d);
      return true;
    }
  }
  return false;
}

// 32种产品|价格上涨: a measure at the token and which way it moves, where nothing else follows;
// empty for none.
std::string Fold::DeedBehind(const Parts& p, int metric) const {
  const auto& tokens = p.row.tokens;
  const int n = static_cast<int>(tokens.size());
  int t = metric + 1;
  while (t < n && tokens[t].token_class == Class::kBasis &&
         tokens[t].outer.begin == tokens[t - 1].outer.end) {
    ++t;
  }
  if (t >= n || tokens[t].outer.begin != tokens[t - 1].outer.end || !ClosesClause(p, t)) return "";
  if (tokens[t].token_class != Class::kUp && tokens[t].token_class != Class::kDown) return "";
  return tokens[metric].cue->surface + tokens[t].cue->surface;
}

// 这只|产品, 该|款产品: a word or two behind a demonstrative, with or without its classifier.
bool Fold::RefersBack(MatchSpan words) const {
  constexpr uint32_t kFewWords = 12, kCharacter = 3;
  if (words.begin >= words.end || words.size() > kFewWords) return false;
  for (const uint32_t n : {kCharacter, 2 * kCharacter}) {
    if (words.begin < n) break;
    const std::string_view front = Text({words.begin - n, words.begin});
    if (Any(front.substr(0, kCharacter), {"这", "该", "此", "那"})) return true;
  }
  return false;
}

// Where the text goes on behind a short bracket that opens at the place; the place itself where
// none does.
uint32_t Fold::BehindBracket(const Parts& p, uint32_t at) const {
  constexpr uint32_t kLongest = 45;
  if (!StandsAt(text_, at, "(")) return at;
  const size_t close = Text({at, std::min(p.span.end, at + kLongest)}).find(')');
  return close == std::string_view::npos ? at : at + static_cast<uint32_t>(close) + 1;
}

// 美国|本土: whether the token says 全国 or the like of the place right in front of it.
bool Fold::IsOfPlace(const Parts& p, int token) {
  const auto& tokens = p.row.tokens;
  return token > 0 && tokens[token].token_class == Class::kHere &&
         tokens[token - 1].token_class == Class::kPlace &&
         tokens[token - 1].span.end == tokens[token].span.begin;
}

// Names and measures in the phrase in front of the number, 占 and 对甲国.
void Fold::ReadPhrase(const Parts& p, const Phrase& phrase, const Draft& d, Scene& s) const {
  const auto& tokens = p.row.tokens;
  const int front = phrase.first - 1;
  const Token& value = tokens[d.token];
  for (int t = phrase.first; t <= phrase.last; ++t) {
    if (tokens[t].span.begin < phrase.begin || tokens[t].span.end > phrase.end) continue;
    const Class c = tokens[t].token_class;
    if (p.paren[t] > p.paren[d.token]) continue;
    if (c == Class::kMetric && !s.moved_by) s.metric = t;
    if (c == Class::kHere && s.here < 0 && p.compared[t] == 0 && !IsOfPlace(p, t)) s.here = t;
  }
  // 资本支出|金额, 重贴现率|升息: what is so much, what is raised.
  if (s.metric > phrase.first &&
      (nouns_.Is("size", tokens[s.metric].cue->surface) ||
       tokens[s.metric].cue->value == "cuts") &&
      tokens[s.metric - 1].token_class == Class::kMetric &&
      tokens[s.metric - 1].span.end == tokens[s.metric].span.begin) {
    --s.metric;
  }
  for (int t = phrase.first; t <= phrase.last; ++t) {
    if (tokens[t].span.begin < phrase.begin || tokens[t].span.end > phrase.end) continue;
    if (!IsEntity(tokens[t].token_class) || p.compared[t] != 0) continue;
    if (p.paren[t] > p.paren[d.token] || IsDoubtful(tokens[t])) continue;
    if (IsMainland(tokens[t])) continue;
    // 将某股的目标价定为: a measure behind it makes an object the s.subject.
    if (s.entity < 0 && IsObject(p, t)) {
      const Token& before = tokens[t > 0 ? t - 1 : 0];
      const bool shifted = before.cue != nullptr && Any(before.cue->surface, {"将", "把", "对"});
      if (s.metric < t || !shifted) continue;
    }
    if (s.entity < 0) s.entity = t;
    s.last_entity = t;
  }
  // 被甲公司出售股份的乙公司升6%: a measure in front of 的 is said of the name behind it by the
  // way.
  if (s.metric >= 0 && s.last_entity == s.metric + 1 && s.entity < s.metric &&
      Text({tokens[s.metric].span.end, tokens[s.last_entity].span.begin}) == "的") {
    s.metric = -1;
    s.entity = s.last_entity;
  }
  // 甲公司今年一季度全球乙产品市场份额: whose share it is stands in front of the market's name.
  if (s.metric >= 0 && tokens[s.metric].cue->value == "market_share" &&
      (s.entity < 0 || tokens[s.entity].token_class == Class::kProduct) &&
      s.last_entity == s.entity && FirmBefore(p, s.entity >= 0 ? s.entity : s.metric)) {
    s.entity = s.last_entity = s.here = -1;
  }
  // 对甲国出口: where the goods go is part of what is measured.
  s.toward = front >= 0 && !phrase.empty() && tokens[front].token_class == Class::kPrep &&
             tokens[front].outer.end == phrase.begin && LeadsAbroad(tokens[front]) &&
             (s.metric >= 0 ? nouns_.Is("trade", tokens[s.metric].cue->value)
                            : !unit_metrics_.empty() || !p.drafts.empty());
  if (s.toward && s.metric < 0) {
    const MetricRef* before =
        p.drafts.empty() ? &std::get<2>(unit_metrics_.back()) : &p.drafts.back().metric;
    s.toward = nouns_.Is("trade", before->id);
  }
  if (s.toward) s.entity = s.last_entity = s.here = -1;
  s.clause_metric = s.metric;
  for (int t = s.moved_by ? front : d.token - 1;
       s.clause_metric < 0 && t > s.previous && t >= std::max(0, d.token - kReach) &&
       p.clause[t] == d.clause;
       --t) {
    if (tokens[t].token_class == Class::kMetric && p.paren[t] == p.paren[d.token] &&
        !(p.gap.contains(d.token) && IsYardstick(p, t)) && tokens[t].span.begin < d.yardstick) {
      s.clause_metric = t;
    }
  }
  // 以A台的出货量和B的市场份额: what stands behind the number before is that number's.
  if (s.metric >= 0 && s.previous >= 0 &&
      Text({tokens[s.previous].outer.end, tokens[s.metric].span.begin}) == "的" &&
      d.token + 1 < static_cast<int>(tokens.size()) &&
      tokens[d.token + 1].token_class == Class::kMetric &&
      Text({value.outer.end, tokens[d.token + 1].span.begin}) == "的") {
    s.metric = s.clause_metric = -1;
  }
  // 占 in front of the phrase: what follows it is the whole, what stands before it the part.
  // 占300万人次 says no more than that they are so many.
  for (int t = d.token - 1; !s.counted && t > s.previous && t >= std::max(0, d.token - kReach) &&
                            p.clause[t] == d.clause;
       --t) {
    if (tokens[t].token_class == Class::kShare) s.share = t;
  }
  if (s.share >= 0 && s.metric >= 0 && !nouns_.Is("part", tokens[s.metric].cue->value))
    s.metric = -1;
  if (s.share >= 0 && tokens[s.share].span.end <= phrase.begin)
    s.entity = s.last_entity = s.here = -1;
}

// The words between the last name and the measure: what may say whose or what the number is.
void Fold::ReadModifier(const Parts& p, const Phrase& phrase, const Draft& d, Scene& s) const {
  const auto& tokens = p.row.tokens;
  const int front = phrase.first - 1;
  // 在用算力|中心标准机架数: a measure inside a longer name whose last words say what is measured.
  uint32_t inner = 0;  // where it begins
  if (s.metric >= 0 && s.metric == phrase.last) {
    const std::string_view rest = Text({tokens[s.metric].span.end, phrase.end});
    const size_t end = nouns_.LongestEnd("measure", rest);
    if (end > 0 && end < rest.size() && CleanPhrase(rest) == rest) {
      inner = tokens[s.metric].span.begin;
      s.metric = s.clause_metric = -1;
    }
  }

  const uint32_t modifier_end =
      s.metric >= 0 ? MeasureBegin(p, FirstListed(p, s.metric)) : phrase.end;
  uint32_t modifier_begin = phrase.begin;
  if (s.entity >= 0 && tokens[s.last_entity].span.end <= modifier_end) {
    modifier_begin = tokens[s.last_entity].span.end;
  } else if (s.here >= 0 && tokens[s.here].span.end <= modifier_end) {
    // 非内地|旅客: of what kind they are.
    modifier_begin = tokens[s.here].span.end;
    if (SaysWhatKind(tokens[s.here])) {
      modifier_begin = tokens[s.here].span.begin;
      if (modifier_begin >= phrase.begin + 3 &&
          Text({modifier_begin - 3, modifier_begin}) == "非") {
        modifier_begin -= 3;
      }
    }
  }
  for (int t = phrase.first; t <= phrase.last; ++t) {
    if (IsOfPlace(p, t) && tokens[t].span.end <= modifier_end) {
      modifier_begin = std::max(modifier_begin, tokens[t].span.end);
    }
  }
  // 至今不足一年|股价: how long it took names no measure.
  for (int t = phrase.first; t <= phrase.last; ++t) {
    if (tokens[t].token_class == Class::kDuration && tokens[t].outer.end <= modifier_end &&
        p.refused[t].starts_with("the window")) {
      modifier_begin = std::max(modifier_begin, tokens[t].outer.end);
    }
  }
  // 电力、热力生产和供应业: one name with a list in it.
  if (s.entity < 0 && s.here < 0 && !s.counted) {
    modifier_begin = ListedNameBegin(p, phrase, modifier_begin, modifier_end, d.clause);
  }
  // 当日末|沪深两市融资余额: the end of the day is no name's.
  if (modifier_begin == phrase.begin && phrase.first > 0 &&
      IsPeriod(tokens[phrase.first - 1].token_class) &&
      tokens[phrase.first - 1].outer.end == phrase.begin && StandsAt(text_, modifier_begin, "末")) {
    modifier_begin += 3;
  }
  // 甲园4万元和|乙园3万元
  for (std::string_view word : {"以及", "和", "及", "与"}) {
    if (s.previous < 0 || modifier_begin != tokens[s.previous].outer.end ||
        !Text({modifier_begin, modifier_end}).starts_with(word)) {
      continue;
    }
    modifier_begin += static_cast<uint32_t>(word.size());
    break;
  }
  // 按上年不变价计算的|业务总量: how it is reckoned is no part of the name.
  if (const std::string_view words = Text({modifier_begin, modifier_end});
      modifier_begin < modifier_end) {
    const size_t of = words.find("的");
    if (of != words.npos && nouns_.EndsWith("convert", words.substr(0, of))) {
      modifier_begin += static_cast<uint32_t>(of) + 3;
    }
  }
  if (modifier_begin < modifier_end && s.share < 0 && !s.moved_by) {
    s.modifier_span = {modifier_begin, modifier_end};
    if (inner > modifier_begin) {
      s.modifier = CleanPhrase(Text({modifier_begin, inner}));
    } else if (inner == 0) {
      s.modifier = CleanPhrase(Text(s.modifier_span));
    }
    if (inner != 0) s.modifier += Text({std::max(inner, modifier_begin), modifier_end});
    if (inner == 0) s.modifier = nouns_.Without("filler", std::move(s.modifier));
    // 集中市场总|成交值: the sum is the measure's.
    constexpr std::string_view kSum = "总";
    if (s.metric >= 0 && s.modifier.ends_with(kSum))
      s.modifier.resize(s.modifier.size() - kSum.size());
    // 350家|公司净利润增幅超过100%: of those just counted (CountedBefore).
    const Draft* counted = LastDraft(p, d.token);
    if (s.modifier == "公司" || (s.metric >= 0 && counted != nullptr &&
                                 counted->token == s.previous && s.modifier == counted->noun)) {
      s.modifier.clear();
    }
    if (nouns_.Is("generic", s.modifier) || nouns_.Is("verb", s.modifier) ||
        (CountCodePoints(s.modifier) < 2 && !s.toward) ||     // 对|美|出口
        (!s.counted && Any(s.modifier, {"项目", "工程"}))) {  // which, nothing says
      s.modifier.clear();
    }
    if (s.toward && !s.modifier.empty()) {
      s.modifier = tokens[front].cue->surface + s.modifier;
      s.modifier_span.begin = tokens[front].span.begin;
    }
  }
}

// Words in front of the measure that are told elsewhere, and those that name nothing.
void Fold::MendModifier(const Parts& p, const Phrase& phrase, const Draft& d, Scene& s) const {
  const auto& tokens = p.row.tokens;
  const Token& value = tokens[d.token];
  // 日本|旅客13万人次: whence they come is part of what is counted.
  if (s.metric >= 0 && s.entity >= 0 && s.entity == s.last_entity && s.modifier.empty() &&
      tokens[s.metric].cue->value == "visitors" && tokens[s.entity].token_class == Class::kPlace &&
      tokens[s.entity].span.end == tokens[s.metric].span.begin &&
      EntityRef(tokens[s.entity]).text != HomeRef().text) {
    s.modifier_span = tokens[s.entity].span;
    s.modifier = Text(s.modifier_span);
    s.entity = s.last_entity = -1;
  }

  // 其次为其他消费品(销货价值上升9.8%): what the bracket tells the measure of.
  if (s.metric >= 0 && s.metric == phrase.first && s.modifier.empty() && s.entity < 0 &&
      p.paren[d.token] > 0 && tokens[s.metric].span.begin == phrase.begin && phrase.begin > 0 &&
      text_[phrase.begin - 1] == '(') {
    uint32_t from = phrase.begin - 1;
    int t = s.metric - 1;
    while (from > p.span.begin && (t < 0 || tokens[t].outer.end < from)) {
      const size_t before = PreviousBorder(text_, from);
      const char32_t c = CodePointAt(text_, before);
      if (c == ')' || (IsCut(c) && c != U'、')) break;
      from = static_cast<uint32_t>(before);
    }
    if (t < 0 || p.clause[t] != d.clause || !IsQuantity(tokens[t].token_class)) {
      s.modifier_span = {from, phrase.begin - 1};
      s.modifier = CleanPhrase(Text(s.modifier_span));
      if (nouns_.Is("generic", s.modifier) || CountCodePoints(s.modifier) < 2) s.modifier.clear();
    }
  }
  if (s.modifier.empty() && s.entity < 0 && s.here < 0 && s.share < 0 && s.change &&
      s.previous < 0) {
    TakeReasonedTopic(p, phrase, d, s);
  }
  // 这只|产品去年上涨16%: what was spoken of before.
  if (s.metric < 0 && !s.counted && RefersBack(s.modifier_span)) s.modifier.clear();
  // 高于分析师|29亿元的预期: who foresaw it is no measure.
  if (nouns_.EndsWith("watcher", s.modifier)) s.modifier.clear();
  if (p.expected.contains(d.token)) s.modifier.clear();  // 逊于市场预期升2%
  // 截至|发稿涨3%: up to when.
  if (s.modifier_span.begin >= 6 && s.metric < 0 &&
      Any(Text({s.modifier_span.begin - 6, s.modifier_span.begin}), {"截至", "截止"})) {
    s.modifier.clear();
  }
  // 甲债收益率报2%，美股|盘前一度升至3%: a bourse outside its hours is a time, of whatever moves.
  if (s.metric < 0 && nouns_.EndsWith("bourse", s.modifier) &&
      nouns_.StartsWith("afterhours", Text({s.modifier_span.end, value.outer.begin}))) {
    s.modifier.clear();
  }
  // 以集中竞价方式|回购股份: how it is done is no name.
  if (s.modifier.ends_with("方式")) s.modifier.clear();
  // 至每FEU|1234美元: one of what the price is for.
  if (s.metric < 0 && phrase.begin >= 3 && Text({phrase.begin - 3, phrase.begin}) == "每") {
    s.modifier.clear();
  }
  // 扣除某因素后|增长4%, 按自然口径计算|下降7%: nor what is left out, or how it is reckoned.
  if (s.metric < 0 && !s.modifier.empty() && phrase.first > phrase.last) {
    const std::string_view words = Text(s.modifier_span);
    if (nouns_.EndsWith("convert", words) ||
        (nouns_.StartsWith("except", words) && words.ends_with("后"))) {
      s.modifier.clear();
    }
  }

  // 扣除食品和能源的|核心CPI: what is left out is no part of the name.
  if (s.metric >= 0 && !s.modifier.empty() &&
      ((nouns_.StartsWith("except", Text(s.modifier_span)) &&
        Text(s.modifier_span).find("的") == std::string_view::npos) ||
       nouns_.EndsWith("except", Text({p.clause_begin[static_cast<size_t>(d.clause)],
                                       s.modifier_span.begin})))) {
    s.modifier.clear();
  }
  // 非国际财务报告准则|纯利: by which rules a measure is taken is its scope.
  if (s.metric >= 0 && !s.modifier.empty()) {
    s.accounting = nouns_.First("scope:" + s.modifier);
    if (!s.accounting.empty()) s.modifier.clear();
  }
}

// A name that this document alone introduces (甲公司披露…) in front of the words, which it is taken
// off; null for none. The fold's.
const Ref* Fold::TakeOwnName(const Parts& p, const Phrase& phrase, Scene& s) const {
  const auto& tokens = p.row.tokens;
  const Ref* own_name = nullptr;
  const auto opens_with = [&](const Ref& name) {
    const std::string& words = name.printed.empty() ? name.text : name.printed;
    const size_t at = words.empty() || s.entity >= 0 ? std::string::npos : s.modifier.find(words);
    // 全球|固态电池|出货量: of all there are of what the article is about.
    const bool all = s.here >= 0 && tokens[s.here].cue->surface == "全球" &&
                     tokens[s.here].span.end == s.modifier_span.begin;
    if (at == std::string::npos || all) return false;
    s.modifier = CleanPhrase(std::string_view(s.modifier).substr(at + words.size()));
    return true;
  };
  if (opens_with(company_)) own_name = &company_;
  for (const Ref& name : names_) {
    if (own_name == nullptr && opens_with(name)) own_name = &name;
  }
  // 里昂证券的3030元, 大摩由9元上调至10元: who names the target is not what is measured.
  if (s.metric < 0 && !s.modifier.empty() && !s.counted) {
    for (int t = phrase.first; t <= phrase.last; ++t) {
      if (tokens[t].token_class == Class::kOrg && Text(tokens[t].span) == s.modifier &&
          (nouns_.Is("broker", s.modifier) || s.modifier.ends_with("证券") ||
           nouns_.Is("broker", tokens[t].mention->entity.canonical))) {
        s.modifier.clear();
        break;
      }
    }
  }
  return own_name;
}

// The measure or the noun behind the number.
void Fold::ReadBehind(const Parts& p, const Draft& d, Scene& s) const {
  const auto& tokens = p.row.tokens;
  const Token& value = tokens[d.token];
  const Class vc = value.token_class;
  if (s.counted || vc == Class::kMoney || vc == Class::kRate || vc == Class::kPhysical ||
      vc == Class::kDuration || vc == Class::kPercent || vc == Class::kRatio ||
      vc == Class::kNumber || vc == Class::kMultiple) {
    int next = d.token + 1;
    uint32_t behind = value.outer.end;
    if (next + 1 < static_cast<int>(tokens.size()) && !p.refused[next].empty() &&
        tokens[next].token_class == Class::kDuration && tokens[next].outer.begin == behind &&
        StandsAt(text_, tokens[next].outer.end, "期")) {
      behind = tokens[next].outer.end + 3;  // 20亿元7天期逆回购
      ++next;
    }
    // 78亿元全年营收
    if (next + 1 < static_cast<int>(tokens.size()) && tokens[next].token_class == Class::kPeriod &&
        tokens[next].outer.begin == behind && tokens[next + 1].token_class == Class::kMetric &&
        tokens[next + 1].span.begin == tokens[next].outer.end) {
      behind = tokens[next++].outer.end;
    }
    // 19.4%的|全球|市占, 7%的|3C|市占率
    while (vc == Class::kPercent && next + 1 < static_cast<int>(tokens.size()) &&
           p.clause[next] == d.clause && StandsAt(text_, behind, "的") &&
           (tokens[next].token_class == Class::kHere ||
            (IsQuantity(tokens[next].token_class) && !p.refused[next].empty())) &&
           tokens[next + 1].outer.begin - behind <= 24) {
      ++next;
    }
    const auto rate_behind = [&](int t) {
      return vc == Class::kPercent && t + 1 < static_cast<int>(tokens.size()) &&
             tokens[t + 1].token_class == Class::kMetric &&
             tokens[t + 1].span.begin == tokens[t].span.end &&
             nouns_.Is("part", tokens[t + 1].cue->value);
    };
    if (next < static_cast<int>(tokens.size()) && p.clause[next] == d.clause &&
        tokens[next].token_class == Class::kMetric) {
      const std::string_view gap = Text({behind, tokens[next].span.begin});
      // 1500万元家电|消费券, 5亿元绿色|债券
      const std::string_view paper = tokens[next].cue->surface;
      const bool kind = vc == Class::kMoney && gap.size() <= 12 && gap.find("、") == gap.npos &&
                        nouns_.EndsWith("paper", paper);
      // 创造了56万美元的|日|营收: a word says what kind of measure.
      // Likewise 19.4%的全球|市占, 20%左右的|市占率.
      // 65%的锂加工|产能，: so much of what a clause ends in.
      const uint32_t after = tokens[next].span.end;
      const bool head = after >= p.span.end || IsCut(CodePointAt(text_, after)) ||
                        StandsAt(text_, after, "和") || StandsAt(text_, after, "及");
      const bool rate = vc == Class::kPercent && gap.size() > std::string_view("的").size() &&
                        (nouns_.Is("part", tokens[next].cue->value) ||
                         (head && Fits(*tokens[next].cue, "count")));
      const bool of_sum = (vc == Class::kMoney || rate) && gap.starts_with("的") &&
                          gap.size() <= (rate ? 24u : 12u) && gap.find("、") == gap.npos;
      if (kind && !gap.empty()) {
        s.post_metric = next;
        // 12倍的市盈率, but not 营收的3倍利润增长: of multiples, what is one itself.
      } else if (Any(tokens[next].cue->surface, {"速度", "幅度", "规模", "水平"}) ||
                 (vc == Class::kMultiple && !Fits(*tokens[next].cue, "multiple"))) {
      } else if (gap.empty() || gap == "的" || of_sum ||
                 (s.counted && gap.size() <= 24 && gap.find("、") == gap.npos)) {
        s.post_metric = next;
        // 19%的出货|市占率: of words behind each other the last is what it is.
        while (rate_behind(s.post_metric)) ++s.post_metric;
      }
    }
    // 每股29元现金股利, but not 25元/股回购
    if (vc == Class::kRate && s.post_metric >= 0 &&
        !nouns_.Is("dividend", tokens[s.post_metric].cue->value)) {
      s.post_metric = -1;
    }
    // 最多20亿美元(约150亿元)回购: behind the bracket.
    if (const uint32_t from = BehindBracket(p, behind);
        s.post_metric < 0 && vc == Class::kMoney && from != behind) {
      for (int t = d.token + 1; t < static_cast<int>(tokens.size()) && t < d.token + 5; ++t) {
        if (tokens[t].token_class == Class::kMetric && tokens[t].span.begin == from) {
          s.post_metric = t;
        }
      }
    }
    if (s.counted) {
      s.post = PostNoun(p, d.token, s.post_span);
      // 15家|公司首发上会: bodies go by what they are.
      for (const std::string_view body : {"公司", "企业", "银行", "券商", "机构"}) {
        if (d.claim.quantity.unit != "count:家" || !s.post.starts_with(body)) continue;
        if (nouns_.EndsWith("crowd", s.post) || nouns_.EndsWith("agent", s.post)) break;
        s.post = body;
        s.post_span.end = s.post_span.begin + static_cast<uint32_t>(body.size());
      }
      // 3700只|个股下跌: what a word of no one thing counts here is shares.
      for (std::string_view share : {"个股", "股票"}) {
        if (!s.post.empty() || !StandsAt(text_, value.outer.end, share)) continue;
        s.post = share;
        s.post_span = {value.outer.end, value.outer.end + static_cast<uint32_t>(share.size())};
      }
      // 35家芯片公司|研发费用占比: a measure that the noun ends in.
      for (int t = next; s.post_metric < 0 && t < std::min<int>(next + 3, tokens.size()); ++t) {
        if (tokens[t].token_class == Class::kMetric && tokens[t].span.end == s.post_span.end) {
          s.post_metric = t;
        }
      }
      // 10家金控|获利成长: what they make is not what is counted.
      const bool bodies =
          Any(d.claim.quantity.unit, {"count:家", "count:只", "count:支", "count:档", "count:间"});
      const bool sorts =
          Any(d.claim.quantity.unit, {"count:个", "count:种", "count:类", "count:座"});
      // 6家|汽车企业|交付过万: nor what they deliver, though that is counted too.
      const bool made =
          s.post_metric >= 0 && d.claim.quantity.unit == "count:家" &&
          nouns_.EndsWith("crowd", Text({value.outer.end, tokens[s.post_metric].span.begin}));
      if (s.post_metric >= 0 && (bodies || sorts) &&
          (made || !Fits(*tokens[s.post_metric].cue, "count"))) {
        uint32_t end = tokens[s.post_metric].span.begin;
        // 32种|产品价格|上涨: the noun may belong to the measure's name.
        const size_t named = end == value.outer.end
                                 ? nouns_.LongestStart("crowd", Text(tokens[s.post_metric].span))
                                 : 0;
        end += static_cast<uint32_t>(named);
        s.post_span = {value.outer.end, std::max(end, value.outer.end)};
        const std::string noun = CleanPhrase(Text(s.post_span));
        const bool company = bodies && (noun == "公司" || noun == "个股");
        if (CountCodePoints(noun) >= 2 && (company || !nouns_.Is("generic", noun))) {
          s.post = noun;
          s.post_deed = DeedBehind(p, s.post_metric);
          s.post_deed.erase(0, std::min(named, s.post_deed.size()));
          s.post_metric = -1;
        } else if (bodies) {
          s.post.clear();
          s.post_metric = -1;
        }
      }
    }
  }
}

// Whether the words are those of quotes.
void Fold::ReadMarket(const Parts& p, const Phrase& phrase, const Draft& d, Scene& s) const {
  const auto& tokens = p.row.tokens;
  const Token& value = tokens[d.token];
  // 环比涨幅77.8%: against the month before, it is no quote.
  for (int t = d.token - 1; d.claim.basis == Basis::kNone && t > s.previous &&
                            t >= std::max(0, d.token - kReach) && p.clause[t] == d.clause;
       --t) {
    const Class c = tokens[t].token_class;
    if ((c == Class::kUp || c == Class::kDown) &&
        Any(tokens[t].cue->surface, {"涨幅", "跌幅", "升幅", "周涨幅", "累计涨幅", "累计跌幅"})) {
      s.market = true;
    }
  }
  // 跌穿80元
  s.market = s.market || nouns_.Is("quoted", Text(value.mention->hedge_span));
  for (int t : phrase.predicates) {
    const Class c = tokens[t].token_class;
    if ((c == Class::kUp || c == Class::kDown) && tokens[t].cue->value == "market") s.market = true;
    if (c == Class::kNew) s.fresh = true;
    if (c == Class::kLevel && Any(tokens[t].cue->surface, {"有", "共有", "含", "拥有"})) {
      s.exists = true;
    }
    if ((c == Class::kLevel || c == Class::kTo) && nouns_.Is("quoted", tokens[t].cue->surface)) {
      s.market = true;
    }
    // 盘中曾升3%
    if (c == Class::kVague && nouns_.StartsWith("session", Text(tokens[t].span))) s.market = true;
  }
}

// What stands in front of the number and behind it.
void Fold::LookAround(const Parts& p, const Phrase& phrase, const Draft& d, Scene& s) const {
  const auto& tokens = p.row.tokens;
  const Class vc = tokens[d.token].token_class;
  s.previous = PreviousQuantity(p, d.token);
  s.points = d.claim.quantity.unit == "count:点";
  s.counted = (vc == Class::kCount || vc == Class::kTwo) && !s.points;
  s.change = d.claim.kind == ClaimKind::kChange;
  // 挟强劲业绩一度升5%: what moves a price is not what is measured.
  const int front = phrase.first - 1;
  s.moved_by = front >= 0 && !phrase.empty() && tokens[front].token_class == Class::kPrep &&
               tokens[front].span.end == phrase.begin &&
               nouns_.Is("by", tokens[front].cue->surface);
  ReadPhrase(p, phrase, d, s);
  ReadModifier(p, phrase, d, s);
  MendModifier(p, phrase, d, s);
  const Ref* own_name = TakeOwnName(p, phrase, s);
  ReadBehind(p, d, s);
  ReadMarket(p, phrase, d, s);
  s.metric_id = s.metric >= 0          ? std::string_view(tokens[s.metric].cue->value)
                : s.clause_metric >= 0 ? std::string_view(tokens[s.clause_metric].cue->value)
                                       : std::string_view();
  // 前三季度|经济|增长5%: the word stands for the measure; 数字经济 is a trade.
  const auto leads_up = [&](const Token& t) {
    return t.span.end == s.modifier_span.begin &&
           (IsPeriod(t.token_class) || t.token_class == Class::kHere ||
            t.token_class == Class::kPlace || t.token_class == Class::kForecast);
  };
  if (s.metric < 0 && s.change && nouns_.Is("economy", Text(s.modifier_span)) &&
      (s.modifier_span.begin == p.clause_begin[static_cast<size_t>(d.clause)] ||
       std::any_of(tokens.begin(), tokens.end(), leads_up))) {
    s.economy = std::exchange(s.modifier, {});
    s.metric_id = "gdp";
  }
  s.corporate = nouns_.Is("corporate", s.metric_id);
  s.macro = nouns_.Is("macro", s.metric_id);
  s.context = own_name != nullptr ? *own_name : ContextSubject(p, d, s.corporate);
  s.firm_context = s.context.entity && s.context.type == EntityType::kOrg;
}

// 较招股价高逾1倍: whether what stands at the token is compared with, not measured.
bool Fold::IsYardstick(const Parts& p, int token) const {
  const auto& tokens = p.row.tokens;
  return token > 0 && tokens[token - 1].token_class == Class::kCompare &&
         tokens[token - 1].span.end == tokens[token].span.begin &&
         tokens[token].token_class == Class::kMetric && tokens[token].cue->value == "issue_price";
}

// Where the name begins whose last words are at hand, when words parted by 、 stand in front of
// them and those join two more (食品、酒类及烟草) or end the list (食品、酒类等行业): all of them,
// as one number is of all. The words' own begin where they are no such list, or where something
// else leads up to it.
uint32_t Fold::ListedNameBegin(const Parts& p, const Phrase& phrase, uint32_t begin, uint32_t end,
                               int clause) const {
  constexpr uint32_t kLongestPart = 30;
  constexpr std::string_view kMark = "、";
  if (phrase.begin != begin || begin >= end) return begin;
  const std::string_view last = Text({begin, end});
  bool joins = false;
  for (std::string_view word : {"及", "和", "与", "等"}) {
    const size_t at = last.find(word);
    joins = joins || (at != last.npos && at >= 6 && at + word.size() + 6 <= last.size());
  }
  if (!joins) return begin;
  uint32_t head = p.clause_begin[static_cast<size_t>(clause)];
  for (const Token& token : p.row.tokens) {
    if (token.outer.begin < head || token.outer.end > begin) continue;
    const Class c = token.token_class;
    if (IsQuantity(c) || IsEntity(c) || c == Class::kMetric) return begin;
    // A date or 其中 may stand in front.
    const bool opens = IsPeriod(c) || c == Class::kConj || c == Class::kPart || c == Class::kAdverb;
    if (token.outer.begin != head || !opens) return begin;
    head = token.outer.end;
  }
  if (head + kMark.size() >= begin || !Text({head, begin}).ends_with(kMark)) return begin;
  uint32_t part = 0;
  for (uint32_t at = head; at < begin; at += CodePointLength(text_[at])) {
    const char32_t c = CodePointAt(text_, at);
    part = c == U'、' ? 0 : part + CodePointLength(text_[at]);
    if ((c != U'、' && !IsHan(c)) || part > kLongestPart) return begin;
  }
  return head;
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
  if (!m.text.empty()) m.span = tokens[t].span;
  return m;
}

// 占营收的44%、|利润总额的|36%: whether the phrase is the next whole of which a part is told.
bool Fold::NextWhole(const Parts& p, const Phrase& phrase, const Draft& d) const {
  const Draft* last = p.drafts.empty() ? nullptr : &p.drafts.back();
  const auto& tokens = p.row.tokens;
  return last != nullptr && last->claim.kind == ClaimKind::kShare && !phrase.empty() &&
         tokens[d.token].token_class == Class::kPercent && phrase.predicates.empty() &&
         last->clause == d.clause && last->metric.text.find("占") != std::string::npos &&
         Any(Text({tokens[last->token].outer.end, phrase.begin}), {"、", "和", "及"});
}

// What the own clause says is measured.
void Fold::FindMeasure(Parts& p, const Phrase& phrase, Draft& d, Scene& s) const {
  const auto& tokens = p.row.tokens;
  const Token& value = tokens[d.token];
  const Class vc = value.token_class;
  const Draft* last = LastDraft(p, d.token);
  MetricRef m;
  if (s.market_size) {
    m = Named("市场规模", s.metric >= 0 ? tokens[s.metric].span : s.subject.span);
  } else if (!s.economy.empty()) {
    m.text = s.economy;
    m.id = s.metric_id;
    m.span = s.modifier_span;
  } else if (s.post_metric >= 0 && s.metric < 0 &&
             !(vc == Class::kPercent && nouns_.Is("crowd", tokens[s.post_metric].cue->surface))) {
    m = MetricOf(tokens[s.post_metric]);
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
  } else if (s.part_metric >= 0) {
    m = MetricOf(tokens[s.part_metric]);
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
  } else if (s.share >= 0 && s.metric >= 0 && tokens[s.metric].cue->value == "share_ratio" &&
             tokens[s.share].span.end < tokens[s.metric].span.begin) {
    m = MetricOf(tokens[s.metric]);  // 占总营收的比重
    m.text = ShareName(p, {tokens[s.share].span.end, tokens[s.metric].span.begin},
                       tokens[s.metric].cue->surface);
    m.span = {tokens[s.share].span.begin, tokens[s.metric].span.end};
  } else if (NextWhole(p, phrase, d)) {
    m.text = ShareName(p, {phrase.begin, phrase.end}, "比重");
    m.span = {phrase.begin, phrase.end};
    d.claim.kind = ClaimKind::kShare;
  } else if (s.metric >= 0 && tokens[s.metric].cue->surface == "股份" && s.change &&
             vc == Class::kPercent) {
    m = Named("股价", value.span);  // 股份现升3%, as Hong Kong says it
  } else if (s.metric >= 0) {
    m = MetricOf(tokens[s.metric]);
    const bool common = m.text.starts_with(tokens[s.metric].cue->surface);  // 出货 is 出货量
    // 营收和利润均增长: one number of both.
    const uint32_t first = tokens[FirstListed(p, s.metric)].span.begin;
    m.text.insert(0, Text({first, m.span.begin}));
    m.span.begin = first;
    // 出口机电产品10.6万亿元: what is traded stands behind.
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
        s.SetSubject(
            topic, {p.clause_begin[static_cast<size_t>(d.clause) - 1], ClauseEnd(p, d.clause - 1)});
        d.own_subject = true;
      } else {
        m.base = s.firm_context ? m.text : tokens[s.metric].cue->surface;
        m.text = topic + m.base;
      }
    }
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
  } else if (s.share >= 0 && tokens[s.share].span.end < phrase.end) {
    m.text = ShareName(p, {tokens[s.share].span.end, phrase.end}, "比重");
    m.span = {tokens[s.share].span.begin, phrase.end};
  } else if (s.clause_metric >= 0 && s.post.empty()) {
    m = MetricOf(tokens[s.clause_metric]);
    if (tokens[s.clause_metric].cue->surface == "股份" &&
        ((s.change && vc == Class::kPercent) || (s.market && vc == Class::kMoney))) {
      m = Named("股价", value.span);  // 股份今早曾升9%, 个别股份如甲以28元高收
    }
  }
  // 完成6轮融资: how often that was done.
  if (s.counted && m.empty() && s.post.empty() && d.token + 1 < static_cast<int>(tokens.size())) {
    const Token& deed = tokens[d.token + 1];
    const std::string_view unit = d.claim.quantity.unit;
    if (deed.token_class == Class::kLevel && !deed.cue->value.empty() &&
        deed.outer.begin == value.outer.end &&
        Any(unit, {"count:轮", "count:次", "count:笔", "count:起", "count:宗"})) {
      m.text = deed.cue->surface + std::string(unit.substr(unit.find(':') + 1)) + "数";
      m.span = deed.span;
    }
  }
  if (s.counted && m.empty()) m = DeedInFront(p, phrase, s);
  if (s.counted) CountMeasure(p, phrase, d, s, m);
  // 完成2亿元融资, 获得3亿美元(约20亿元)融资: the verb behind.
  const uint32_t past = BehindBracket(p, value.outer.end);
  int behind = d.token + 1;
  while (behind < static_cast<int>(tokens.size()) && tokens[behind].outer.begin < past) ++behind;
  if (m.empty() && vc == Class::kMoney && behind < static_cast<int>(tokens.size())) {
    const Token& next = tokens[behind];
    if (next.token_class == Class::kLevel && !next.cue->value.empty() &&
        p.clause[behind] == d.clause &&
        Any(Text({past, next.span.begin}), {"", "的", "人民币", "A轮", "B轮", "C轮", "A+轮"})) {
      m.text = next.cue->value;
      m.span = next.span;
    }
  }
  // 投资5亿元, 甲公司裁员300人: the verb names the measure.
  if (m.empty() && (s.modifier.empty() || !nouns_.EndsWith("measure", s.modifier))) {
    for (int t : phrase.predicates) {
      // 去年少赚6.9%
      if (tokens[t].cue != nullptr && Any(tokens[t].cue->surface, {"多赚", "少赚"})) {
        m = Named("盈利", tokens[t].span);
        break;
      }
      if (tokens[t].token_class == Class::kLevel && !tokens[t].cue->value.empty()) {
        m.text = tokens[t].cue->value;
        m.span = tokens[t].span;
        if (s.share == t + 1 && tokens[s.share].span.begin == tokens[t].span.end) {
          // 网上销售占7%: the part that is sold so, and what it is a part of.
          const MatchSpan words{std::min(phrase.begin, tokens[t].span.begin), tokens[t].span.begin};
          const std::string part = CleanPhrase(Text(words));
          const std::string whole = WholeBefore(p, d);
          constexpr std::string_view kWorth = "价值";
          m.base = whole.find(kWorth) != whole.npos
                       ? part + tokens[t].cue->surface + std::string(kWorth)
                       : part + m.text;
          m.text = part + tokens[t].cue->surface + whole;
          if (!s.subject.entity && s.subject.text == part) {
            s.subject = {};
            d.own_subject = false;
          }
          s.modifier.clear();
          break;
        }
        // 向乙公司投资5亿元: whom it goes to, is not whose it is.
        const int front = phrase.first - 1;
        const bool given = front >= 0 && tokens[front].token_class == Class::kPrep &&
                           tokens[front].outer.end == phrase.begin &&
                           Any(tokens[front].cue->surface, {"对", "向"});
        // 甲集团管理规模9亿元，另类投资5亿元: a kind of what the company does.
        // 全省工业投资9亿元，技改投资增长7%: of what is done in a place.
        const bool invested = s.context.entity && s.context.type == EntityType::kPlace &&
                              s.change && !IsBranch(s.modifier) && last != nullptr &&
                              last->metric.text.ends_with(tokens[t].cue->surface);
        if (s.subject.empty() && last != nullptr && !s.modifier.empty() &&
            ((s.firm_context && vc == Class::kMoney && last->subject.text == s.context.text) ||
             invested) &&
            !nouns_.EndsWith("company", s.modifier) &&
            tokens[t].span.begin == s.modifier_span.end) {
          m.base = m.text;
          m.text = s.modifier + tokens[t].cue->surface;
          s.modifier.clear();
          break;
        }
        if (s.subject.empty() && !given && !s.modifier.empty() && s.modifier.size() <= 30 &&
            !(s.counted && !Any(d.claim.quantity.unit, {"count:人", "count:名", "count:例"}))) {
          s.SetSubject(s.modifier, s.modifier_span);
          s.subject.named = true;
          d.own_subject = true;
        }
        s.modifier.clear();
        break;
      }
    }
  }
  if (m.empty() && s.change && !d.own_subject && s.modifier.empty()) m = AffectedBefore(p, d);
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
  // 韩元贬值0.15%: money is measured by its rate of exchange.
  if (m.empty() && (s.change || s.market) && !s.counted &&
      (nouns_.Is("currency", s.modifier) || nouns_.Is("currency", s.subject.text))) {
    if (!s.modifier.empty()) s.SetSubject(s.modifier, s.modifier_span);
    s.modifier.clear();
    d.own_subject = true;
    m = Named("汇率", value.span);
  }
  // 甲公司按年跌3成: no share is told against a year or a quarter before.
  const bool yearly = (d.claim.basis == Basis::kYoy || d.claim.basis == Basis::kQoq) &&
                      IsListed(s.subject.empty() ? s.context : s.subject);
  // What a s.subject's own kind is measured by.
  const Ref& who = s.subject.empty() ? s.context : s.subject;
  // 净利润升83%，盘后跌4%: what moves outside trading hours is the share.
  if (m.empty() && !s.counted && IsListed(who)) {
    uint32_t from = p.clause_begin[static_cast<size_t>(d.clause)];
    if (s.previous >= 0) from = std::max(from, tokens[s.previous].outer.end);
    if (nouns_.Within("afterhours", Text({from, value.outer.begin}))) m = Named("股价", value.span);
  }
  // 主力合约以9元/吨收盘, 上涨3元, 涨幅1%: no index has a price.
  const bool index = who.entity ? who.type == EntityType::kIndex : who.text.ends_with("指数");
  const bool priced = index && !s.points && !s.counted &&
                      (vc == Class::kRate || vc == Class::kMoney ||
                       (last != nullptr && last->clause >= d.clause - 2 &&
                        last->metric.id == "price" && !d.own_subject));
  if (m.empty() && priced && vc == Class::kRate && s.modifier.empty() &&
      (last == nullptr || last->metric.id == "index_level")) {
    m = Named("价格", value.span);
  }
  // 某指数甲市年涨6%、乙市涨9%: the next place's, by the same measure.
  if (m.empty() && s.change && d.own_subject && s.subject.type == EntityType::kPlace &&
      last != nullptr && last->subject.type == EntityType::kPlace &&
      last->claim.kind == ClaimKind::kChange && last->clause >= d.clause - 1 &&
      last->claim.quantity.unit == d.claim.quantity.unit && !last->metric.empty() &&
      last->subject.text != s.subject.text && s.modifier.empty()) {
    m = last->metric;
  }
  if (m.empty() && s.points && last != nullptr && !d.own_subject &&
      (last->metric.id == "fx_rate" ||
       (last->claim.quantity.unit == d.claim.quantity.unit && !last->metric.empty()))) {
    m = last->metric;  // 信心指数为72点，月减1点
  } else if (m.empty() && s.points && last == nullptr && metric_.id == "confidence_index" &&
             !s.subject.entity && !(s.subject.empty() && s.modifier.empty())) {
    // 制造业测验点为91点；服务业升2点: of another trade.
    m = metric_;
    if (m.cue != nullptr) m.base = m.cue->canonical;
    m.span = s.subject.empty() ? s.modifier_span : s.subject.span;
    m.text = Joined(s.subject.empty() ? s.modifier : s.subject.text, m.base);
    s.subject = {};
    d.own_subject = false;
    s.modifier.clear();
  } else if (m.empty() && s.points) {
    m = Named("点位", value.span);
  } else if (m.empty() && (s.market || d.own_subject || who.text.ends_with("市场")) && !s.counted &&
             !(who.text.ends_with("市场") && !d.own_subject && last != nullptr)) {
    if (priced)
      m = Named("价格", value.span);
    else if (who.entity && who.type == EntityType::kIndex)
      m = Named("点位", value.span);
    else if (!who.entity && d.own_subject && who.text.ends_with("指数") && vc == Class::kPercent &&
             !s.change && !phrase.predicates.empty()) {
      // 从业人员指数为48%: what a survey measures, no market.
      m.text = s.subject.text;
      m.span = s.subject.span;
      s.subject = {};
      d.own_subject = false;
    } else if (!who.entity &&
               (who.text.ends_with("指数") || (s.market && nouns_.EndsWith("bourse", who.text))))
      m = Named("点位", value.span);
    else if (who.text.ends_with("市场") && !s.market)
      m = Named("市场规模", value.span);
    else if (s.market && d.own_subject && !yearly) {
      m = Named(who.entity && who.type == EntityType::kOrg ? "股价" : "价格", value.span);
    }
  }
  // 甲公司遭卖超3000张，下跌2%，收在9元: a listed company's quotes beside what is traded in it.
  const bool traded = last != nullptr && IsListed(who) &&
                      (last->metric.id == "turnover" || nouns_.Is("deed", last->metric.id) ||
                       last->claim.quantity.unit == "count:张");
  if (m.empty() && s.market && !yearly && !s.counted && s.modifier.empty() && !who.empty() &&
      (last == nullptr || last->metric.empty() || nouns_.Is("quote", last->metric.id) ||
       !last->noun.empty() || traded)) {
    if (last != nullptr && last->metric.id == "market_cap" && vc == Class::kMoney && !s.change &&
        !d.own_subject && d.claim.quantity.value && *d.claim.quantity.value > Decimal(100000000))
      m = last->metric;  // 市值减少2亿元，降至9亿元
    else if (priced)
      m = Named("价格", value.span);
    else if (who.type == EntityType::kIndex && who.entity)
      m = Named("点位", value.span);
    else if (last != nullptr && last->metric.id == "index_level" &&
             last->subject.text == who.text)
      m = last->metric;  // 大盘收在2万点，涨幅1%
    else if (last != nullptr && last->metric.id == "price")
      m = last->metric;  // 均价为9元，上涨1元
    else if (who.entity ? who.type == EntityType::kOrg || who.type == EntityType::kProduct
                        : who.text.ends_with("股") || who.text.ends_with("公司"))
      m = Named("股价", value.span);
    else if (who.type != EntityType::kPerson && !(who.entity && who.type == EntityType::kPlace))
      m = Named("价格", value.span);
  }
  // 甲公司升3%: what a listed company's rate without a measure is of.
  // Nor is it of the oil price or the index in front.
  const bool others = last != nullptr && last->subject.text != who.text &&
                      (nouns_.Is("quote", last->metric.id) || nouns_.Is("goods", last->metric.id));
  if (m.empty() && s.modifier.empty() && s.change && vc == Class::kPercent && d.own_subject &&
      !yearly && IsListed(who) && (last == nullptr || last->metric.empty() || others)) {
    m = Named("股价", value.span);
  }
  if (m.empty() && (vc == Class::kPercent || vc == Class::kRatio) &&
      (d.claim.kind == ClaimKind::kLevel || (vc == Class::kRatio && s.share < 0))) {
    PortionMeasure(p, d, s, m);
  }
  // 签下3000亿美元的云服务合同: what is worth so much.
  if (m.empty() && vc == Class::kMoney && !s.change && StandsAt(text_, value.outer.end, "的")) {
    constexpr std::string_view kIn = "中";
    MatchSpan span;
    std::string noun = PostNoun(p, d.token, span);
    if (noun.ends_with(kIn)) noun.resize(noun.size() - kIn.size());
    if (nouns_.EndsWith("sum", noun)) {
      m.text = noun;
      m.span = span;
      s.modifier.clear();
    }
  }
  if (m.empty() && !s.modifier.empty()) PhraseMeasure(p, d, s, m);
  constexpr int kMostForShare = 100000;
  // 3亿美元优先票据: the noun behind, where nothing else is.
  if (m.empty() && !s.counted && (vc == Class::kMoney || vc == Class::kPhysical) && !s.change) {
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
  }
  // 预算为7800万元: the plan itself is what has a size.
  if (m.empty() && s.modifier.empty() && !s.change) m = PlanInFront(p, d);
  InheritMeasure(p, d, s, m);
  // 收入占比方面，游戏占36%、广告占20%: of what part.
  if (s.share >= 0 && !d.own_metric && m.text.ends_with("占比") &&
      tokens[s.share].span.end == value.outer.begin) {
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
  if (!d.own_metric && s.firm_context && m.cue != nullptr && nouns_.Is("corporate", m.id) &&
      (last == nullptr || last->clause < d.clause - 1)) {
    const std::string topic = TopicBefore(p, d);
    if (nouns_.EndsWith("segment", topic) || nouns_.EndsWith("division", topic)) {
      m.base = m.cue->canonical;
      m.text = topic + m.base;
    }
  }
  // 可视化业务(7亿元): the part of a company in front of the bracket.
  if (!d.own_metric && m.cue != nullptr && nouns_.Is("corporate", m.id)) {
    const std::string part = PartInFront(p, d.token);
    if (!part.empty()) {
      m.base = m.cue->canonical;
      m.text = part + m.base;
    }
  }
  // 主力合约以21560元/吨收盘: so much for one of something is a price, no level of an index.
  if (m.id == "index_level" && vc == Class::kRate && d.claim.quantity.unit.find('/') == 3) {
    m = Named("价格", value.span);
  }
  // 甲公司早盘曾升至9元: what so little money is the level of, where nothing else is said.
  if (m.empty() && d.claim.kind == ClaimKind::kLevel && vc == Class::kMoney &&
      IsListed(s.subject.empty() ? s.context : s.subject) && d.claim.quantity.value &&
      *d.claim.quantity.value < Decimal(kMostForShare) &&
      std::any_of(phrase.predicates.begin(), phrase.predicates.end(), [&](int t) {
        // 报价为9元 may be of anything.
        return tokens[t].token_class == Class::kTo &&
               !Any(tokens[t].cue->surface, {"为", "到", "达", "达到", "成", "成为", "改为"});
      })) {
    m = Named("股价", value.span);
  }
  // 甲公司成交额9亿元。乙公司收在9元: so little is no sum, but the price of a share.
  if (!d.own_metric && vc == Class::kMoney && IsListed(s.subject) && s.share < 0 &&
      (m.id == "turnover" || nouns_.Is("deed", m.id)) && d.claim.quantity.value &&
      *d.claim.quantity.value < Decimal(kMostForShare)) {
    m = Named("股价", value.span);
  }
  d.metric = std::move(m);
}

// 八成公司实现盈利, 45%的消费者表示愿意: how many of them do so.
void Fold::PortionMeasure(const Parts& p, Draft& d, Scene& s, MetricRef& m) const {
  constexpr size_t kLongestDeed = 24;
  const auto& tokens = p.row.tokens;
  const Draft* last = LastDraft(p, d.token);
  MatchSpan span;
  std::string noun = PostNoun(p, d.token, span);
  // 四成|用于数据中心与网络设备: what a part of a sum goes to does nothing.
  if (nouns_.StartsWith("goesto", noun)) return;
  if (noun.empty()) {
    // 受访的学者中，58%认为…: of whom the clause before or the share before is.
    const int next = d.token + 1;
    const bool thinks = next < static_cast<int>(tokens.size()) && p.clause[next] == d.clause &&
                        tokens[next].outer.begin == tokens[d.token].outer.end &&
                        (tokens[next].token_class == Class::kSpeech ||
                         tokens[next].token_class == Class::kForecast);
    if (!thinks && !nouns_.StartsWith("thinks", Text({tokens[d.token].outer.end, p.span.end}))) {
      return;
    }
    span = CrowdBefore(p, d);
    noun = Text(span);
    if (noun.empty() && last != nullptr && last->claim.kind == ClaimKind::kShare) noun = last->noun;
    if (noun.empty()) return;
  } else if (!nouns_.EndsWith("agent", noun) && !nouns_.EndsWith("crowd", noun)) {
    return;
  }
  d.noun = noun;
  const uint32_t from = span.begin > tokens[d.token].span.begin ? span.end
                                                                : tokens[d.token].outer.end;
  std::string_view deed = Text({from, ClauseEnd(p, d.clause)});
  const bool bare = std::none_of(tokens.begin(), tokens.end(), [&](const Token& t) {
    return IsQuantity(t.token_class) && t.span.begin >= from && t.span.begin < from + deed.size();
  });
  if (!bare || deed.size() > kLongestDeed) deed = {};
  d.claim.kind = ClaimKind::kShare;
  for (std::string_view word : {"均", "都", "已"}) {
    if (deed.starts_with(word)) deed.remove_prefix(word.size());
  }
  m.text = std::string(WithoutMarks(deed)) + noun + "占比";
  m.span = span.size() > 0 ? span : tokens[d.token].span;
  if (!s.subject.empty()) return;
  if (!s.modifier.empty()) {
    s.SetSubject(s.modifier, s.modifier_span);
    s.modifier.clear();
    d.own_subject = true;
  } else if (s.context.empty()) {
    s.SetSubject(noun, m.span);
  }
}

// 受访的学者中，: the people or bodies that the clause before ends with. Empty for none.
MatchSpan Fold::CrowdBefore(const Parts& p, const Draft& d) const {
  constexpr uint32_t kLongest = 30;
  if (d.clause == 0) return {};
  uint32_t from = p.clause_begin[static_cast<size_t>(d.clause) - 1];
  const uint32_t end = ClauseEnd(p, d.clause - 1);
  const std::string_view before = Text({from, end});
  if (!before.ends_with("中") && !before.ends_with("里")) return {};
  for (const Token& token : p.row.tokens) {
    const bool names = InPhrase(token.token_class) || token.token_class == Class::kTitle;
    if (!names && token.outer.end < end && token.outer.begin >= from) from = token.outer.end;
  }
  if (end - from > kLongest + 3 || end - from < 9) return {};
  const MatchSpan words{from, end - 3};
  return nouns_.EndsWith("crowd", Text(words)) || nouns_.EndsWith("agent", Text(words)) ? words
                                                                                      : MatchSpan{};
}

// The words in front of 方面 that the clause before ends with; empty for none.
std::string Fold::TopicBefore(const Parts& p, const Draft& d) const {
  constexpr std::string_view kTopic = "方面";
  constexpr size_t kLongestTopic = 36;
  if (d.clause == 0) return "";
  uint32_t from = p.clause_begin[static_cast<size_t>(d.clause) - 1];
  const uint32_t end = ClauseEnd(p, d.clause - 1);
  if (!Text({from, end}).ends_with(kTopic)) return "";
  for (const Token& token : p.row.tokens) {
    if (token.outer.begin < from || token.outer.end > end) continue;
    const Class c = token.token_class;
    if (c == Class::kPlace && token.outer.begin == from && token.span.end + 9 < end) continue;
    if (IsQuantity(c) || IsEntity(c)) return "";
    if (IsPeriod(c) || c == Class::kConj || c == Class::kPart || c == Class::kAdverb) {
      from = token.outer.end;
    }
  }
  const MatchSpan words{from, end - static_cast<uint32_t>(kTopic.size())};
  if (words.begin >= words.end || words.size() > kLongestTopic) return "";
  return CleanPhrase(Text(words));
}

// What a part is a part of, where the clause before says it (零售总额中，): 占零售总额比重; else
// 占比.
std::string Fold::WholeBefore(const Parts& p, const Draft& d) const {
  if (d.clause == 0) return "占比";
  const MatchSpan before{p.clause_begin[static_cast<size_t>(d.clause) - 1],
                         ClauseEnd(p, d.clause - 1)};
  const Token* metric = nullptr;
  for (const Token& token : p.row.tokens) {
    if (token.token_class == Class::kMetric && before.Contains(token.span)) metric = &token;
  }
  if (metric == nullptr || Text({metric->span.end, before.end}) != "中") return "占比";
  uint32_t from = before.begin;
  for (const Token& token : p.row.tokens) {
    if (token.outer.end <= metric->span.begin && token.outer.begin >= from &&
        (IsPeriod(token.token_class) || token.token_class == Class::kPart ||
         token.token_class == Class::kConj || token.token_class == Class::kPrep)) {
      from = token.outer.end;
    }
  }
  if (StandsAt(text_, from, "的")) from += 3;
  return ShareName(p, {from, metric->span.end}, "比重");
}

// 占总营收比重, from the words between 占 and 比重 or the value; 占比 where they say no more.
std::string Fold::ShareName(const Parts& p, MatchSpan whole, std::string_view tail) const {
  // 占公司2023年经审计|营业收入, 占其|所持股份: whose it is, and of when, is said elsewhere.
  for (bool loose = true; loose;) {
    loose = false;
    if (const size_t n = nouns_.LongestStart("whose", Text(whole)); n != 0 && n < whole.size()) {
      whole.begin += static_cast<uint32_t>(n);
      loose = true;
    }
    for (const Token& token : p.row.tokens) {
      if (token.token_class != Class::kPeriod || token.outer.begin != whole.begin) continue;
      if (token.outer.end >= whole.end) continue;
      whole.begin = token.outer.end;
      loose = true;
    }
  }
  std::string text(Trim(Text(whole)));
  // 占总股本(19591万股)的1%
  if (const size_t open = text.find('('), close = text.find(')');
      open != std::string::npos && close != std::string::npos && open < close) {
    text.erase(open, close + 1 - open);
  }
  for (const Token& token : p.row.tokens) {
    // A known measure by its common name: 营业收入 is 营收.
    if (token.token_class != Class::kMetric || !whole.Contains(token.span)) continue;
    const size_t at = text.find(token.cue->surface);
    const std::string& name = token.cue->canonical;
    const bool other = !token.cue->surface.ends_with(name) && name.size() <= 24;
    if (at != std::string::npos && other && name.size() <= token.cue->surface.size()) {
      text.replace(at, token.cue->surface.size(), token.cue->canonical);
    }
  }
  for (bool loose = true; loose;) {  // 占总产量比|分别
    loose = false;
    for (std::string_view word : {"的", "比", "分别", "均"}) {
      if (text.size() <= word.size() || !text.ends_with(word)) continue;
      text.resize(text.size() - word.size());
      loose = true;
    }
  }
  if (nouns_.Is("whole", text) || text.empty()) return "占比";
  if (nouns_.EndsWith("portion", text)) return "占" + text;
  if (tail == "比重" && nouns_.EndsWith("stake", text)) tail = "比例";
  return "占" + text + std::string(tail);
}

// 成长公司共530家, 上升股份有1071只: the verb and who does so, in front of how many they are; empty
// where the words say no such thing. 增加员工600人 says how many more there are.
MatchSpan Fold::DoersBefore(const Parts& p, int token) const {
  const auto& tokens = p.row.tokens;
  uint32_t end = tokens[token].outer.begin;
  int verb = token - 1;
  const auto says_so = [&](const Token& t) {
    return t.outer.end == end && (IsPredicate(t.token_class) || t.token_class == Class::kTotal) &&
           t.token_class != Class::kUp && t.token_class != Class::kDown;
  };
  while (verb >= 0 && says_so(tokens[verb])) end = tokens[verb--].outer.begin;
  // The noun may hold a measure's name (股份).
  while (
      verb >= 0 && p.clause[verb] == p.clause[token] &&
      (tokens[verb].token_class == Class::kMetric || tokens[verb].token_class == Class::kPronoun)) {
    --verb;
  }
  if (verb < 0 || p.clause[verb] != p.clause[token]) return {};
  const Token& does = tokens[verb];
  if (does.token_class != Class::kUp && does.token_class != Class::kDown) return {};
  if (does.cue->value.starts_with("noun")) return {};
  if (Any(does.cue->surface, {"增加", "减少", "新增", "扩大", "缩减"})) return {};
  const std::string_view who = Text({does.span.end, end});
  constexpr std::string_view kShares = "股份";
  if (who.empty() || (who != kShares && !nouns_.Is("agent", who) && !nouns_.Is("crowd", who))) {
    return {};
  }
  return {does.span.begin, end};
}

// 412家|公司披露预告，其中286家|预喜: the noun of the numbers of the same unit before, where what
// stands behind this one is none that bodies and shares go by. Empty for none.
std::string Fold::CountedSo(const Parts& p, const Draft& d, const Scene& s) const {
  const std::string_view unit = d.claim.quantity.unit;
  if (s.post.empty() || !Any(unit, {"count:家", "count:只", "count:股", "count:户"}) ||
      nouns_.EndsWith("agent", s.post) || nouns_.EndsWith("crowd", s.post) ||
      nouns_.EndsWith("measure", s.post)) {
    return "";
  }
  for (auto o = p.drafts.rbegin(); o != p.drafts.rend(); ++o) {
    if (o->claim.quantity.unit == unit && nouns_.EndsWith("crowd", o->noun)) return o->noun;
  }
  for (const auto& [u, k, other] : unit_metrics_) {
    if (u == unit && other.cue == nullptr && nouns_.EndsWith("crowd", other.base)) {
      return other.base;
    }
  }
  return "";
}

// The measure of a count: what is counted, and what the counted things do.
void Fold::CountMeasure(Parts& p, const Phrase& phrase, Draft& d, Scene& s, MetricRef& m) const {
  const auto& tokens = p.row.tokens;
  const Token& value = tokens[d.token];
  const std::string_view unit = d.claim.quantity.unit;
  // 录得360宗居屋二手买卖登记, 2宗买卖个案: how many dealings in homes there were.
  if (s.counted && Any(unit, {"count:宗", "count:份"})) {
    constexpr size_t kLongest = 36;
    const std::string_view rest = Text({value.outer.end, ClauseEnd(p, d.clause)});
    std::string words = CleanPhrase(rest.substr(0, rest.find('(')));
    for (std::string_view tail : {"个案", "纪录", "记录"}) {
      if (words.ends_with(tail)) words.resize(words.size() - tail.size());
    }
    const bool deals = nouns_.EndsWith("dealing", words) && words.size() <= kLongest;
    if (deals) {
      m = Named("成交量", value.span);
      if (words != "成交") m.text = m.base = words + "量";
      m.id = "home_transfers";
      m.span = {value.outer.end, value.outer.end + static_cast<uint32_t>(words.size())};
      return;
    }
  }
  // 新盘上周售出25伙: homes that were sold.
  if (s.counted && unit == "count:伙" && s.post.empty() && m.empty()) {
    const std::string_view front =
        Text({p.clause_begin[static_cast<size_t>(d.clause)], value.outer.begin});
    if (front.ends_with("售") || front.ends_with("沽") || front.ends_with("出")) {
      m = Named("售出单位数", value.span);
      m.text = "售出单位数";
      return;
    }
  }
  // 失业人数减少6000人，初次寻职失业者减少4000人: people of whom a country's number is made.
  const Draft* told = LastDraft(p, d.token);
  const MetricRef& whole = told != nullptr ? told->metric : metric_;
  const std::string who = s.modifier.empty() ? s.subject.text : s.modifier;
  if (s.counted && s.post.empty() && s.metric < 0 && !s.subject.entity && s.change &&
      s.context.type == EntityType::kPlace && nouns_.Is("macro", whole.id) && who.ends_with("者") &&
      Any(unit, {"count:人", "count:名"})) {
    m = whole;
    m.text = who + "人数";
    s.subject = s.context;
    d.own_subject = false;
    s.modifier.clear();
    return;
  }
  // 个人股东共900人: people s.counted by what they are.
  if (s.counted && s.post.empty() && s.metric < 0 && !s.modifier.empty() &&
      !phrase.predicates.empty() && nouns_.EndsWith("agent", s.modifier) &&
      Any(unit, {"count:人", "count:名", "count:位"})) {
    s.SetSubject(s.modifier, s.modifier_span);
    d.own_subject = true;
    s.modifier.clear();
    m = Named("人数", value.span);
  }
  // 营收成长公司530家: those that do so, in front of how many they are.
  if (const MatchSpan doers = DoersBefore(p, d.token);
      s.counted && s.post.empty() && doers.size() > 0) {
    uint32_t begin = doers.begin;
    for (int t = d.token - 1; t >= 0 && tokens[t].span.end >= begin; --t) {
      if (tokens[t].token_class == Class::kMetric && tokens[t].span.end == begin) {
        begin = tokens[t].span.begin;
      }
    }
    m = {};
    m.text = m.base = d.noun = Text({begin, doers.end});
    m.span = {begin, doers.end};
    s.modifier.clear();
    return;
  }
  // 800只下跌, 900家公司下跌: what the s.counted things do is part of the measure.
  if (s.counted && s.metric < 0 && s.post_metric < 0 && m.empty()) {
    std::string noun = s.post;
    if (noun.empty()) {
      for (const Draft& o : p.drafts) {
        if (o.claim.quantity.unit == unit) noun = o.noun;
      }
      for (const auto& [u, k, other] : unit_metrics_) {
        if (noun.empty() && u == unit && other.cue == nullptr) noun = other.base;
      }
    }
    // 成份股中，25只上涨: of the shares spoken of.
    if (noun.empty() && s.post.empty() && unit == "count:只" &&
        d.token + 1 < static_cast<int>(tokens.size()) &&
        (tokens[d.token + 1].token_class == Class::kUp ||
         tokens[d.token + 1].token_class == Class::kDown) &&
        ClosesClause(p, d.token + 1)) {
      noun = "个股";
    }
    // 备案的模型有200多家, 骨干直连点|总量达到29个: what there are so many of.
    const bool totalled =
        std::any_of(phrase.predicates.begin(), phrase.predicates.end(), [&](int t) {
          return tokens[t].token_class == Class::kTotal && tokens[t].cue->surface.size() > 3 &&
                 tokens[t].span.begin == s.modifier_span.end;
        });
    if (totalled && s.post.empty()) noun.clear();
    if (noun.empty() && s.post.empty() && (s.exists || totalled) && !s.modifier.empty() &&
        s.modifier.size() <= 45 && s.modifier.find("、") == std::string::npos &&
        !nouns_.Is("agent", s.modifier) && !nouns_.Is("player", s.modifier) &&
        !nouns_.EndsWith("measure", s.modifier)) {
      d.noun = noun = s.modifier;
      m.text = noun;
      m.base = noun;
      m.span = s.modifier_span;
      s.modifier.clear();
      return;
    }
    // 412家公司披露，其中286家预喜: what those do who were counted before.
    if (std::string counted = CountedSo(p, d, s); !counted.empty()) {
      noun = std::move(counted);
      s.post_deed = s.post;
      // 1家|终止审核: all of a short clause without a word of the tables.
      constexpr uint32_t kLongestDeed = 24;
      const MatchSpan rest{value.outer.end, ClauseEnd(p, d.clause)};
      const bool plain = std::none_of(tokens.begin(), tokens.end(), [&](const Token& t) {
        return t.span.begin >= rest.begin && t.span.begin < rest.end;
      });
      if (plain && rest.size() <= kLongestDeed) s.post_deed = CleanPhrase(WithoutMarks(Text(rest)));
      if (s.post_deed.size() < s.post.size()) s.post_deed = s.post;
    }
    d.noun = noun;
    // 亏损|公司, of 412家上市公司: what sort of companies was said.
    constexpr size_t kWord = 6;
    if (!s.post_deed.empty() && noun != s.post && noun.size() > kWord &&
        nouns_.Is("crowd", noun.substr(noun.size() - kWord))) {
      noun.erase(0, noun.size() - kWord);
    }
    const uint32_t end = s.post.empty() ? value.outer.end : s.post_span.end;
    const int next = d.token + 1;
    if (!noun.empty() && s.post_deed.empty() && next < static_cast<int>(tokens.size()) &&
        tokens[next].outer.begin == end &&
        (tokens[next].token_class == Class::kUp || tokens[next].token_class == Class::kDown ||
         (tokens[next].token_class == Class::kLevel && tokens[next].cue->surface == "持平")) &&
        !tokens[next].cue->value.starts_with("noun") && ClosesClause(p, next)) {
      noun = tokens[next].cue->surface + noun;
    } else if (!noun.empty() && s.post_deed.empty()) {
      // 46只个股涨停
      const std::string_view rest = Text({end, p.span.end});
      const std::string_view word = rest.substr(0, nouns_.LongestStart("fate", rest));
      if (!word.empty() && noun != word &&
          (rest.size() == word.size() || IsCut(CodePointAt(rest, word.size())))) {
        noun = std::string(word) + noun;
      }
    } else {
      noun = s.post_deed + noun;
    }
    if (!noun.empty() && !s.modifier.empty() && s.modifier.size() <= 45 && s.exists) {
      s.SetSubject(s.modifier, s.modifier_span);
      d.own_subject = true;
      s.modifier.clear();
    }
    if (!noun.empty() && (s.post.size() > 0 || s.modifier.empty())) {
      m = {};
      m.text = noun;
      m.base = d.noun;
      m.span = s.post.empty() ? value.span : s.post_span;
    }
  }
}

// 手机出货量2080万部，其中5G手机1773万部: whether the words right in front of a number of things,
// of whose whole the measure was told, are what one part of it is. People and cases are called by
// what they are.
bool Fold::IsPart(const Draft& d, const Scene& s, const MetricRef& whole) const {
  const bool pieces = s.counted && s.post.empty() && whole.cue != nullptr && whole.cue->flow &&
                      !Any(d.claim.quantity.unit, {"count:人", "count:名", "count:位", "count:例",
                                                   "count:人次", "count:起", "count:宗"});
  constexpr size_t kPair = 6;  // 产销
  if (s.modifier.size() > kPair &&
      !nouns_.First("pair:" + s.modifier.substr(s.modifier.size() - kPair)).empty()) {
    return false;
  }
  return pieces && s.share < 0 && !s.change && s.modifier == Text(s.modifier_span) &&
         s.modifier.size() <= 45 &&
         (s.subject.empty() || s.subject.span.end == s.modifier_span.begin);
}

// A part by its own name (ES6, 甲品牌, 乘用车); what a company sells is its own where the part is a
// kind of it (皮卡), and what a country trades the country's.
void Fold::TakePart(const Parts& p, Draft& d, Scene& s, MetricRef& m) const {
  const Draft* head = HeadOfParts(p, d);
  const Ref& whose = head != nullptr    ? head->subject
                     : p.drafts.empty() ? subject_
                                        : p.drafts.front().subject;
  const bool latin = std::any_of(s.modifier.begin(), s.modifier.end(), [](char c) {
    return IsAsciiLetter(static_cast<unsigned char>(c)) ||
           IsAsciiDigit(static_cast<unsigned char>(c));
  });
  const std::string base = m.base.empty() ? m.text : m.base;
  const bool sold = whose.type == EntityType::kOrg ? !latin && !nouns_.EndsWith("brand", s.modifier)
                                                   : nouns_.Is("trade", m.id);
  if (s.subject.empty() && whose.entity && sold) {
    s.subject = whose;
    d.own_subject = true;
    m.base = base;
    m.text = s.modifier + base;
    m.span = s.modifier_span;
    return;
  }
  if (s.subject.empty()) {
    s.SetSubject(s.modifier, s.modifier_span);
  } else {
    s.SetSubject(std::string(Text({s.subject.span.begin, s.modifier_span.end})),
                 {s.subject.span.begin, s.modifier_span.end});
  }
  d.own_subject = true;
  m.text = base;
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
  if (!measure && s.modifier.ends_with("因素后")) return;
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
      !nouns_.EndsWith("segment", s.modifier) && !s.modifier.ends_with("其他") &&
      !s.modifier.ends_with("其它")) {
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
             (nouns_.Is("thing", like->id) || s.context.empty() || !s.context.entity)) {
    s.SetSubject(s.modifier, s.modifier_span);
    d.own_subject = true;
    m = *like;
    if (!m.base.empty()) m.text = m.base;  // 国有企业增加值增长2%，私营企业增长6%
  } else if (!measure && tokens[d.token].token_class == Class::kNumber &&
             d.claim.kind == ClaimKind::kLevel && nouns_.EndsWith("crowd", s.modifier)) {
    m.text = s.modifier;  // 用户5亿，活跃商家770万: how many of them there are
    m.span = s.modifier_span;
  } else if (!measure && like != nullptr && !s.counted && like->text.size() <= 60) {
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
    m.text = s.modifier;
    m.span = s.modifier_span;
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
  for (std::string_view next : {"其次为", "其次是", "次为"}) {
    if (!StandsAt(text_, from, next)) continue;
    const MatchSpan what{from + static_cast<uint32_t>(next.size()), end};
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

// The measure of before, where the own clause gives none.
void Fold::InheritMeasure(const Parts& p, Draft& d, const Scene& s, MetricRef& m) const {
  const auto& tokens = p.row.tokens;
  const Draft* last = LastDraft(p, d.token);
  const std::string_view unit = d.claim.quantity.unit;
  // 1750亿参数: a unit that says what there is so much of.
  if (m.empty() && s.counted) {
    const std::string noun = nouns_.First("noun:" + std::string(unit.substr(unit.find(':') + 1)));
    if (!noun.empty()) m = Named(noun, tokens[d.token].span);
  }
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
    // 20宗，总值9亿元，较9月的|10宗: of those counted.
    for (auto o = p.drafts.rbegin(); s.counted && o != p.drafts.rend() && o->clause >= d.clause - 2;
         ++o) {
      if (o->claim.quantity.unit != unit || o->claim.kind != ClaimKind::kCount) continue;
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
            LeadsAbroad(tokens[way])) {
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
  // 营收增5%，净利2亿元，年增8%: a rate is of the level right before it; but a ratio moves by points.
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
  for (auto o = p.drafts.rbegin(); m.empty() && o != p.drafts.rend(); ++o) {
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
  if (m.empty() && last != nullptr && (s.change || !d.own_subject)) m = of_last();
  for (auto u = unit_metrics_.rbegin(); m.empty() && u != unit_metrics_.rend(); ++u) {
    if (std::get<0>(*u) == unit && std::get<1>(*u) == d.claim.kind) m = std::get<2>(*u);
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
  if (m.empty() && last != nullptr) m = of_last();
  // 个案每坪52万元: what a piece of ground or floor costs, of whatever was told before.
  if (m.empty() && !metric_.empty() && !metric_.id.empty() && metric_.cue != nullptr &&
      Any(unit.substr(std::min(unit.size(), size_t{3})),
          {"/ping", "/square-foot", "/square-meter"}) &&
      !Fits(*metric_.cue, "money")) {
    m = Named("单价", tokens[d.token].span);
  }
  if (m.empty() && !metric_.empty()) m = metric_;
  // 甲业营业额年增3%，乙公司年增2%: another's, of its own name.
  if (!d.own_metric && d.own_subject && last != nullptr && !last->own_subject && !m.base.empty() &&
      m.text == last->metric.text && m.text != m.base && s.subject.text != last->subject.text) {
    m.text = m.base;
  }
  if (m.empty() && s.counted) m.text = "数量";
  // What is s.counted is measured by its number: 企业数.
  if (s.counted && !d.noun.empty() && m.cue == nullptr && m.text.ends_with(d.noun) &&
      !m.text.ends_with("数")) {
    const bool people = Any(unit, {"count:人", "count:名", "count:位"});
    const bool named_so =
        m.text.ends_with("人") || m.text.ends_with("者") || m.text.ends_with("员");
    m.text += people && !named_so ? "人数" : unit == "count:笔" ? "笔数" : "数";
  }
}

// Whether words in front of the number, in its clause, move a forecast (上调, 下修) or name one.
bool Fold::Revises(const Parts& p, const Draft& d) const {
  const auto& tokens = p.row.tokens;
  for (int t = std::max(0, d.token - kReach); t < d.token; ++t) {
    if (p.clause[t] != d.clause || tokens[t].cue == nullptr) continue;
    if (tokens[t].token_class == Class::kForecast) return true;
    if (nouns_.Is("revise", tokens[t].cue->surface)) return true;
  }
  return false;
}

// 主计总处将今年经济成长率预测上修至3%, 世界银行将印度…: an office has no economy. It speaks of the
// place handed to it, else of its own or the document's country.
void Fold::TellOfficesForecast(const Parts& p, Draft& d, Scene& s) const {
  if (!Revises(p, d)) return;
  const auto& tokens = p.row.tokens;
  const Token *office = nullptr, *place = nullptr;
  for (int t = std::max(0, d.token - kReach); t < d.token; ++t) {
    if (p.clause[t] != d.clause || !IsEntity(tokens[t].token_class)) continue;
    const bool firm = tokens[t].token_class == Class::kOrg && nouns_.Is("public", d.metric.id);
    if (IsAgency(EntityRef(tokens[t])) || firm) {
      office = &tokens[t];
    } else if (office != nullptr && tokens[t].token_class == Class::kPlace) {
      place = &tokens[t];
    }
  }
  if (office == nullptr) return;
  d.by_broker = true;
  if (!s.subject.entity || s.subject.id != EntityRef(*office).id) return;
  if (place != nullptr) {
    s.subject = EntityRef(*place);
    return;
  }
  const Ref home = EconomyOf(s.subject);
  if (!home.text.empty()) s.subject = home;
}

// Whose figures an office tells: its country's, else the document's.
Ref Fold::EconomyOf(const Ref& office) const {
  const auto facts = tables_.entities->Lookup(office.id);
  const bool national = facts && !facts->home.empty();
  return national ? PlaceRef(nouns_.First("home:" + std::string(facts->home))) : HomeRef();
}

// 恒生指数高开；指数收报…: the index spoken of before, or the measure that is one (楼价指数).
void Fold::TakeLastIndex(const Parts& p, Draft& d, Scene& s) const {
  const auto index = [&](const Ref& r) {
    return (r.text.ends_with("指数") && r.text.size() > std::string_view("指数").size()) ||
           nouns_.Is("bourse", r.text);
  };
  for (auto o = p.drafts.rbegin(); o != p.drafts.rend(); ++o) {
    if (!index(o->subject)) continue;
    s.subject = o->subject;
    return;
  }
  for (int t = d.token - 1; t >= 0; --t) {
    if (p.row.tokens[t].token_class != Class::kIndex) continue;
    s.subject = EntityRef(p.row.tokens[t]);
    return;
  }
  if (index(subject_)) {
    s.subject = subject_;
    return;
  }
  const Draft* last = LastDraft(p, d.token);
  const MetricRef& before = last != nullptr ? last->metric : metric_;
  if (!before.text.ends_with("指数")) return;
  s.subject = last != nullptr ? last->subject : subject_;
  d.metric = before;
}

// Whether the number counts what names in front of it are examples of (甲、乙等17家), and nobody
// else has been named as its subject: none, or one of them.
bool Fold::IsExample(const Parts& p, const Draft& d, const Scene& s) const {
  constexpr std::string_view kAndOthers = "等", kNext = "、";
  const auto& tokens = p.row.tokens;
  const uint32_t end = tokens[d.token].outer.begin;
  const uint32_t begin = p.clause_begin[static_cast<size_t>(d.clause)];
  const std::string_view list = Text({begin, end});
  if (!list.ends_with(kAndOthers) || list.find(kNext) == std::string_view::npos) return false;
  if (!d.own_subject || s.subject.empty() || s.subject.span.end <= begin) return true;
  const std::string_view behind = Text({s.subject.span.end, end});
  return behind.find(kNext) != std::string_view::npos &&
         std::none_of(tokens.begin(), tokens.begin() + d.token, [&](const Token& t) {
           return t.cue != nullptr && t.span.begin >= s.subject.span.end;
         });
}

// 外销订单年增7%，电子产品年增13%; CPI年增2%，蔬菜价格跌6%: whether what the clause names is a ware
// that the measure of before, an economy's, is made of: no subject of its own.
bool Fold::IsWare(const Parts& p, const Draft& d, const Scene& s) const {
  constexpr std::string_view kWares = "品";
  if (!d.own_subject || s.subject.entity) return false;
  const auto of_before = [&](const auto& fits) {
    return p.drafts.empty() ? fits(metric_)
                            : std::any_of(p.drafts.begin(), p.drafts.end(),
                                          [&](const Draft& o) { return fits(o.metric); });
  };
  // 外销订单A。电子产品接单B，机械业年增C: what is ordered of a country.
  const auto ordered = [](const MetricRef& m) { return Any(m.id, {"export_orders", "orders"}); };
  if (ordered(d.metric) && !s.firm_context && of_before(ordered)) return true;
  // 资通产品出口A: goods are what a country trades.
  if (d.own_metric && d.metric.id != "share_ratio" && nouns_.Is("trade", d.metric.id) &&
      s.subject.text.ends_with(kWares) && !s.firm_context) {
    return true;
  }
  if (!s.change) return false;
  if (!d.own_metric) {
    return s.subject.text.ends_with(kWares) &&
           (nouns_.Is("macro", d.metric.id) || nouns_.Is("public", d.metric.id));
  }
  return d.metric.id == "price" && of_before([](const MetricRef& m) {
           return Any(m.id, {"cpi", "core_cpi"});
         });
}

// 外销订单A。按地区别，美国订单B，欧洲C: what an economy traded or had ordered, of which the place
// that the clause names is where it goes to or comes from; null where it is none.
const MetricRef* Fold::TradedWith(const Parts& p, const Draft& d, const Scene& s) const {
  if (!d.own_subject || !s.subject.entity || s.subject.type != EntityType::kPlace ||
      d.metric.id.empty()) {
    return nullptr;
  }
  const auto traded = [&](const MetricRef& m) {
    return nouns_.Is("trade", m.id) || m.id == "export_orders";
  };
  const MetricRef* before = &metric_;
  const Ref* whose = &subject_;
  for (const Draft& o : p.drafts) {
    if (!traded(o.metric)) continue;
    before = &o.metric;
    whose = &o.subject;
  }
  if (!traded(*before)) return nullptr;
  const std::string home = HomeRef().text;
  if (s.subject.text == home || whose->text != home) return nullptr;
  const bool ordered = d.own_metric && before->id == "export_orders" &&
                       Any(d.metric.id, {"orders", "export_orders", "contract_value"});
  const bool goes_on = !d.own_metric && d.metric.id == before->id && !before->base.empty() &&
                       before->text != before->base;
  return ordered || goes_on ? before : nullptr;
}

// The subject of before where there is no other, groups, and what is said of the measure besides.
// 甲公司营收6亿。乙公司宣布，将投入3亿: the company that announces speaks of itself, where the
// sentence names nobody else; empty for none.
Ref Fold::AnnouncerOf(const Parts& p, const Draft& d, const Scene& s) const {
  const auto& tokens = p.row.tokens;
  const Speaker& speaker = SpeakerOf(p, d.token);
  if (d.metric.id == "market_size") return {};  // who foresees a market is not the market
  const bool named_here = p.span.Contains(s.context.span) && s.context.span.size() > 0;
  if (speaker.empty() || speaker.source || speaker.sentence != index_ || named_here ||
      speaker.verb.begin > tokens[d.token].span.begin) {
    return {};
  }
  Ref firm = speaker.who;
  // 丙公司董事长某人说: of the firm whose officer it is.
  for (size_t t = 0; firm.type == EntityType::kPerson && t + 2 < tokens.size(); ++t) {
    if (tokens[t].token_class == Class::kOrg && tokens[t + 1].token_class == Class::kTitle &&
        tokens[t].span.end == tokens[t + 1].outer.begin &&
        tokens[t + 2].span.begin == speaker.who.span.begin &&
        tokens[t + 1].outer.end == speaker.who.span.begin) {
      firm = EntityRef(tokens[t]);
    }
  }
  if (firm.type != EntityType::kOrg || !firm.entity || IsAgency(firm) || IsBroker(firm) ||
      IsSort(firm)) {
    return {};
  }
  return firm;
}

// 甲公司全球门店9家，中国为3家: a place where a company has a part of what was just told of it.
bool Fold::IsBranchPlace(const Parts& p, const Draft& d, const Scene& s) const {
  const Draft* last = LastDraft(p, d.token);
  // 内地市场营业额A，跌5%；东南亚市场B: of the level before the rate.
  if (last != nullptr && last->claim.kind == ClaimKind::kChange &&
      d.claim.kind != ClaimKind::kChange && last != p.drafts.data()) {
    --last;
  }
  return last != nullptr && d.own_subject && !d.own_metric && s.subject.entity &&
         s.subject.type == EntityType::kPlace && last->subject.entity &&
         last->subject.type == EntityType::kOrg && !IsAgency(last->subject) &&
         // 六都交易量减26%，其中台北市减24%: places have parts of their own.
         !nouns_.EndsWith("agent", last->subject.text) && last->clause >= d.clause - 2 &&
         last->claim.quantity.unit == d.claim.quantity.unit && last->claim.kind == d.claim.kind &&
         d.metric.text == last->metric.text && d.metric.cue != nullptr &&
         !nouns_.Is("macro", d.metric.id) && !nouns_.Is("quote", d.metric.id);
}

void Fold::Settle(Parts& p, Draft& d, Scene& s) {
  const auto& tokens = p.row.tokens;
  MetricRef& m = d.metric;
  if (IsBranchPlace(p, d, s)) {
    if (m.base.empty()) m.base = m.cue->canonical;
    m.text = s.subject.text + m.base;
    m.span = s.subject.span;
    s.subject = LastDraft(p, d.token)->subject;
  }
  // 甲公司10月营收55亿元。其中，电源及零组件10月营收29亿元: a part of what the company has, no
  // company.
  if (s.firm_context && d.own_metric && d.own_subject && !s.subject.entity && m.cue != nullptr &&
      m.base.empty() && m.text == m.cue->canonical && nouns_.Is("corporate", m.id) &&
      s.context.text != s.subject.text && s.subject.span.begin > p.span.begin) {
    const std::string_view front = Text({p.span.begin, s.subject.span.begin});
    if (front.ends_with("其中") || front.ends_with("其中，")) {
      m.base = m.text;
      m.text = s.subject.text + m.base;
      s.subject = s.context;
      d.own_subject = false;
    }
  }
  if (s.subject.empty()) s.subject = AnnouncerOf(p, d, s);
  if (s.subject.empty()) s.subject = s.context;
  // 甲公司净流入9亿元。2791只个股被净卖出: no company is made of shares.
  if (!d.own_subject && d.claim.quantity.unit == "count:只" && IsListed(s.subject) &&
      Any(s.post, {"个股", "股票", "股"})) {
    s.subject = {};
  }
  if (IsWare(p, d, s)) {
    if (m.base.empty()) m.base = m.text;
    if (Any(m.id, {"cpi", "core_cpi"})) m.base = "价格";
    if (m.id == "orders") m.id = "export_orders";
    m.text = Joined(s.subject.text, m.base);
    m.span = s.subject.span;
    s.subject = HomeRef();
    d.own_subject = false;
  }
  if (const MetricRef* before = TradedWith(p, d, s); before != nullptr) {
    constexpr std::string_view kFrom = "来自";
    std::string place = CleanPhrase(Text(s.subject.span));
    if (Text({p.span.begin, s.subject.span.begin}).ends_with(kFrom)) place.insert(0, kFrom);
    // 东协国家之订单: the measure without what else stands in front of it.
    m.base = d.own_metric && m.cue != nullptr ? m.cue->canonical : before->base;
    m.id = before->id;
    m.text = place + m.base;
    s.subject = HomeRef();
    d.own_subject = false;
  }
  if (!s.subject.entity && s.subject.text == "指数") TakeLastIndex(p, d, s);
  // 甲公司跌15元…，终场下跌90点: no share has points.
  if (s.points && !d.own_subject && m.id == "index_level" && IsListed(s.subject)) {
    TakeLastIndex(p, d, s);
    if (IsListed(s.subject) && !last_index_.empty()) s.subject = last_index_;
  }
  if (s.toward && !d.own_subject && s.subject.type != EntityType::kPlace) s.subject = HomeRef();
  if (s.toward && s.subject.empty()) s.subject = HomeRef();
  // 输往内地的货值升14%: whither it goes is said by the measure.
  if (s.toward && s.subject.type == EntityType::kPlace && d.own_metric &&
      m.text.find(Text(s.subject.span)) != std::string::npos) {
    s.subject = HomeRef();
    d.own_subject = false;
  }
  // 日本旅客13万人次: visitors of this country.
  if (m.id == "visitors" && s.subject.type == EntityType::kPlace && d.own_metric &&
      m.text.size() > s.subject.span.size() && m.text.starts_with(Text(s.subject.span)) &&
      s.subject.text != HomeRef().text) {
    s.subject = HomeRef();
    d.own_subject = false;
  }
  // 日本旅客11万人次最多，|韩国9万人次次之: from there.
  if (const Draft* last = LastDraft(p, d.token);
      m.id == "visitors" && s.subject.type == EntityType::kPlace && !d.own_metric &&
      last != nullptr && last->metric.id == m.id && last->clause >= d.clause - 1 &&
      last->metric.cue != nullptr && last->metric.text.ends_with(last->metric.cue->surface) &&
      last->metric.text.size() >= last->metric.cue->surface.size() + 6 &&
      s.subject.text != HomeRef().text && last->subject.text == HomeRef().text) {
    m.text = std::string(Text(s.subject.span)) + last->metric.cue->surface;
    s.subject = HomeRef();
    d.own_subject = false;
  }
  // 第二产业用电量A，增长B，占总量的C: of whom the number before is, where that is said.
  const auto goes_on = [&] {
    const Draft* last = LastDraft(p, d.token);
    return last != nullptr && last->named_subject && !last->subject.empty() &&
           last->clause >= d.clause - 1 && !last->relative &&
           ((s.change && !d.own_metric) || s.share >= 0);
  };
  const bool same_subject = !d.own_subject && goes_on();
  if (same_subject) s.subject = LastDraft(p, d.token)->subject;
  // 某省新增5例，其中甲市2例、乙市3例，新增重症1例: another measure is of the whole again.
  if (const Draft* last = LastDraft(p, d.token);
      !d.own_subject && d.own_metric && last != nullptr && last->own_subject &&
      !last->own_metric && m.text != last->metric.text) {
    if (const Draft* head = HeadOfParts(p, d); head != nullptr) s.subject = head->subject;
  }
  // 沪深两市两融余额…，其中融资余额…: a part is of whom the whole is.
  const Draft* whole = d.own_subject || same_subject ? nullptr : HeadOfParts(p, d);
  const bool part = whole != nullptr && whole->named_subject && !whole->subject.empty() &&
                    whole->subject.type != EntityType::kPlace && !IsAgency(whole->subject) &&
                    !m.id.empty() && whole->metric.id == m.id;
  if (part) s.subject = whole->subject;
  d.named_subject = d.own_subject || same_subject || part;
  // 全球设备销售额为A；2026年升至B: what the figure of the sentence before was of.
  if (s.subject.empty() && !d.own_subject && !d.own_metric && !m.empty() &&
      m.text == metric_.text && LastDraft(p, d.token) == nullptr && index_ - last_sentence_ <= 1 &&
      last_paragraph_ == paragraph_) {
    s.subject = last_subject_;
  }
  if (nouns_.Is("macro", m.id)) TellOfficesForecast(p, d, s);
  // 中央银行公布10月底外汇储备: an office has no economy of its own.
  const bool office = !s.subject.empty() && IsAgency(s.subject);
  // 外资持有国内股票，连同存款余额共A: of whom a clause since the last number opens with.
  Ref holder;
  if (nouns_.Is("macro", m.id) && !d.named_subject) {
    const Draft* last = LastDraft(p, d.token);
    for (int clause = d.clause; holder.empty() && clause >= 0; --clause) {
      if (last != nullptr && clause <= last->clause) break;
      Ref opens = OpeningRef(p, clause, UINT32_MAX);
      if (nouns_.Is("player", opens.text) && !opens.text.ends_with("股")) holder = std::move(opens);
    }
    if (!holder.empty()) s.subject = holder;
  }
  // 某房屋研究员估计，全年移转量A: no agency's, whoever tells it.
  if (m.id == "home_transfers" && !d.own_subject && s.subject.entity &&
      s.subject.type == EntityType::kOrg) {
    s.subject = HomeRef();
  }
  // 本国银行38家，放款余额A: of the banks just spoken of.
  const bool banks = Any(m.id, {"loan", "deposit"}) && !s.subject.entity &&
                     LastDraft(p, d.token) != nullptr && s.subject.text.ends_with("银行") &&
                     LastDraft(p, d.token)->subject.text == s.subject.text;
  if (!banks && holder.empty() && (nouns_.Is("macro", m.id) || nouns_.Is("public", m.id)) &&
      (!d.named_subject || office) && (s.subject.empty() || s.subject.type != EntityType::kPlace) &&
      (nouns_.Is("public", m.id) ||
       (!(s.subject.entity && s.subject.type == EntityType::kOrg && !IsAgency(s.subject)) &&
        // 《甲片》热映，累计票房: of the film.
        !(s.subject.entity && s.subject.type == EntityType::kProduct && m.id == "box_office")))) {
    const Ref home = office ? EconomyOf(s.subject) : HomeRef();
    if (!home.text.empty()) s.subject = home;
  }
  // 南韩出口降至5亿元。财政部指出，出口金额6亿元: an office tells of its own country.
  if (nouns_.Is("trade", m.id) && !d.named_subject && d.own_metric && s.subject.entity &&
      s.subject.type == EntityType::kPlace && LastDraft(p, d.token) == nullptr &&
      !p.span.Contains(s.subject.span) && speaker_.sentence == index_ && IsAgency(speaker_.who) &&
      !IsBroker(speaker_.who)) {
    const Ref home = EconomyOf(speaker_.who);
    if (!home.text.empty()) s.subject = home;
  }
  // 来台旅客: the place they come to, whoever was spoken of.
  if (!d.own_subject && m.cue != nullptr && m.cue->surface.size() >= 6) {
    const std::string place = nouns_.First("into:" + m.cue->surface.substr(0, 6));
    if (!place.empty()) s.subject = PlaceRef(place);
  }
  if (m.scope.empty()) m.scope = s.accounting;
  // 新增, 累计 in front of the phrase or the value say which of the kind.
  for (int t = d.token - 1;
       t > s.previous && t >= std::max(0, d.token - kReach) && p.clause[t] == d.clause; --t) {
    const Class c = tokens[t].token_class;
    if (c == Class::kNew && m.scope.empty()) m.scope = "新增";
    if (c == Class::kTotal && m.scope.empty() && tokens[t].cue->surface.starts_with("累")) {
      m.scope = "累计";
    }
  }
  // 金价升至9元: of gold, whoever was spoken of.
  if (const std::string ware = m.id.empty() ? "" : nouns_.First("ware:" + m.id);
      !ware.empty() && !d.own_subject && m.cue != nullptr) {
    s.subject = {};
    s.SetSubject(m.cue->surface.ends_with("价格") && m.cue->surface.size() > 12
                     ? m.cue->surface.substr(0, m.cue->surface.size() - 6)
                     : ware,
                 m.span);
    m.text = "价格";
  }
  // 加息25个基点: what is raised.
  if (d.claim.quantity.unit == "basis_point") {
    if (std::string moved = nouns_.First("moved:" + m.id); !moved.empty()) m.text = moved;
  }
  // 成交7万口: what is traded is counted, no amount of money.
  if (s.counted) {
    const std::string counted = nouns_.First("counted:" + (m.id.empty() ? m.text : m.id));
    if (!counted.empty()) m = Named(counted, m.span);
  }
  if (m.scope == "新增" && m.text.starts_with("累计")) m.text = "新增" + m.text.substr(6);
  // 甲公司、乙公司涨近5%: one number of two.
  if (s.subject.entity && d.own_subject && s.entity >= 0 &&
      s.subject.span == tokens[s.entity].span) {
    s.subject = RunRef(p, s.entity);
  }
  // 四大云厂商 spoken of again: the members named before.
  if (!s.subject.id.starts_with("group:") && !groups_.empty()) {
    const uint32_t from = p.clause_begin[static_cast<size_t>(d.clause)];
    for (uint32_t at = from; at < tokens[d.token].outer.begin; at += CodePointLength(text_[at])) {
      if (GroupNumeral(Text({at, at + 3})).empty()) continue;
      const std::string name = GroupName(at, GroupEnd(p, at), 0);
      if (name.empty()) continue;
      const auto same = std::find_if(groups_.rbegin(), groups_.rend(), [&](const Ref& g) {
        return g.text.substr(0, 3) == name.substr(0, 3);
      });
      if (same == groups_.rend()) continue;
      s.subject = *same;
      s.subject.span = {at, at + static_cast<uint32_t>(name.size())};
      d.own_subject = true;
      // 四巨头资本开支: whose measure it is belongs not to its name.
      if (!m.base.empty() && m.text == name + m.base) m.text = m.base;
      break;
    }
  }
  if (s.subject.id.starts_with("group:") && !GroupNumeral(s.subject.text).empty()) {
    groups_.push_back(s.subject);
  }
  // 11月营收A，累计营收B: the year as far as the month, of what companies report.
  // 累计至11月净利C: that date is its end.
  const auto summed = [&](const Token& t) {
    const std::string_view front = Text({p.span.begin, t.outer.begin});
    return t.mention == d.period.mention && (front.ends_with("累计") || front.ends_with("累计至"));
  };
  if (!d.period.empty() && nouns_.Is("corporate", m.id) && document_.meta.region == "TW" &&
      (d.own_period ? std::any_of(tokens.begin(), tokens.end(), summed) : m.scope == "累计")) {
    const Period& month = d.period.mention->period;
    if (month.grain == Grain::kMonth && month.start && month.end &&
        month.start->date.year == month.end->date.year && month.start->date.month > 1 &&
        month.start->date.month == month.end->date.month) {
      const auto start = YearPeriod(month.start->date.year).start;
      OwnPeriod(d, *d.period.mention).start = start;
    }
  }
  // 累计净利A，每股收益B: the next measure of what was told of the year so far.
  if (const Draft* last = LastDraft(p, d.token);
      last != nullptr && m.scope.empty() && !d.own_period && !d.period.empty() &&
      last->clause == d.clause - 1 && last->metric.scope == "累计" && !last->period.empty() &&
      nouns_.Is("corporate", m.id) && nouns_.Is("corporate", last->metric.id)) {
    const Period& year = last->period.mention->period;
    const Period& month = d.period.mention->period;
    if (year.start && year.end && month.start && month.end && year.end->date == month.end->date &&
        year.start->date < month.start->date) {
      d.period = last->period;
    }
  }
  // 加权指数收…点，成交值…: an index has no trades, its market has.
  if (m.id == "turnover" && s.subject.type == EntityType::kIndex && !d.own_subject) {
    std::string market = nouns_.First("traded:" + s.subject.id);
    if (market.empty()) market = nouns_.First("traded:" + document_.meta.region);
    if (!market.empty()) s.subject = NameRef(market);
  }
  // 过去24小时新增…，累计…: a running total stands at the end of a window of days.
  if ((m.scope == "累计" || m.text.starts_with("累计")) && !d.period.empty()) {
    const Period& window = d.period.mention->period;
    if (window.start && window.end && window.start->date < window.end->date &&
        DayNumber(window.end->date) - DayNumber(window.start->date) <= 2) {
      Period& own = OwnPeriod(d, *d.period.mention);
      own.start = own.end;
    }
  }
  // 外资将目标价调升到300元: a target is of the share that the sentence speaks of.
  if (m.id == "target_price" && !s.subject.entity && s.context.entity) s.subject = s.context;
  // 外资不断上修目标价: nor is it of who buys and sells.
  if (m.id == "target_price" && nouns_.Is("player", s.subject.text) && !FirmSpokenOf().empty()) {
    s.subject = FirmSpokenOf();
  }
  // 外资不断上调甲公司目标价，其中乙证券的9元最高: whose target it is.
  if (m.id == "target_price" && (!s.subject.entity || IsBroker(s.subject))) {
    for (int t = d.token - 1; t > 0; --t) {
      if (tokens[t].token_class != Class::kMetric || tokens[t].cue->value != "target_price" ||
          tokens[t - 1].token_class != Class::kOrg ||
          tokens[t - 1].span.end != tokens[t].span.begin) {
        continue;
      }
      const Ref owner = EntityRef(tokens[t - 1]);
      if (!IsBroker(owner)) {
        s.subject = owner;
        break;
      }
    }
  }
  // 高盛将英伟达2025年营收预测从1200亿上调至1300亿: whose forecast it is, and of whom.
  if (IsBroker(s.subject)) {
    for (int t = std::max(1, d.token - kReach); t < d.token; ++t) {
      const Token& before = tokens[t - 1];
      if (p.clause[t] != d.clause || !IsEntity(tokens[t].token_class) || before.cue == nullptr ||
          !Any(before.cue->surface, {"将", "把", "对"}) ||
          before.span.end != tokens[t].span.begin) {
        continue;
      }
      s.subject = EntityRef(tokens[t]);
      d.by_broker = true;
      break;
    }
  }
  // 中金维持腾讯评级，估计收入增长5%: whom the broker has named since it spoke.
  if (IsBroker(s.subject) && (nouns_.Is("corporate", m.id) || m.id == "target_price")) {
    const Ref rated = RatedBefore(p, d);
    if (!rated.empty() && rated.id != s.subject.id) {
      s.subject = rated;
      d.by_broker = true;
    }
  }
  // 光大证券下调净利润预测至9亿元: whose forecast it is, of whom the article speaks.
  if (IsBroker(s.subject) && nouns_.Is("corporate", m.id)) {
    const Ref owner = FirmSpokenOf();
    if (Revises(p, d) && !owner.empty() && owner.text != s.subject.text) {
      s.subject = owner;
      d.by_broker = true;
    }
  }
  // 高盛维持目标价9元: nor is it of the broker's own.
  if (m.id == "target_price" && IsBroker(s.subject)) {
    const Ref owner = FirmSpokenOf();
    if (!owner.empty()) s.subject = owner;
  }
  // 中国手机市场出货量1亿台。上半年出货量2亿台: of the thing that the sentence before was about.
  const bool named_here = s.context.span.size() > 0 && p.span.Contains(s.context.span);
  const bool alike = m.text == thing_measure_ || nouns_.Is("thing", m.id)
                         ? m.id == thing_metric_
                         : nouns_.Is("corporate", m.id) && nouns_.Is("corporate", thing_metric_);
  if (!d.own_subject && p.drafts.empty() && thing_sentence_ == index_ - 1 && !named_here &&
      d.own_metric && !m.id.empty() && alike && paragraph_ == thing_paragraph_) {
    s.subject = thing_;
  }
  // 申万所属的28个行业: whose list it is, is not what is counted.
  if (s.counted && IsBroker(s.subject) && m.cue == nullptr) s.subject = {};
  // 甲、乙等17家芯片企业: of the sort that those named are examples of.
  if (s.counted && m.cue == nullptr && !s.post.empty() && s.post == d.noun && IsExample(p, d, s)) {
    size_t head = 3;  // the broadest sort: 企业 of 国产芯片企业
    while (head < s.post.size() && !nouns_.Is("kind", s.post.substr(s.post.size() - head))) ++head;
    if (head < s.post.size()) {
      s.SetSubject(s.post, s.post_span);
      m.text = m.base = s.post.substr(s.post.size() - head) + "数";
    }
  }
  // 外资买超前三大为甲公司4万张、乙公司2万张: who deals stands in front of the deed, what they deal
  // in behind it.
  if (nouns_.Is("deed", m.id) && s.counted && d.own_subject && IsListed(s.subject)) {
    Ref dealer = DealerInFront(p, d, s.subject);
    // 外资买超前三大为…；卖超前三大为甲公司2万张: of the same dealer.
    for (int t = d.token - 1; dealer.empty() && t >= 0 && p.clause[t] == d.clause; --t) {
      if (tokens[t].token_class == Class::kMetric && tokens[t].cue->value == m.id &&
          tokens[t].span.begin == p.clause_begin[static_cast<size_t>(d.clause)]) {
        dealer = DealerBefore(p, d);
      }
    }
    if (!dealer.empty()) {
      if (m.base.empty()) m.base = m.text;
      m.text = m.base + s.subject.text;
      s.subject = dealer;
    }
  }
  // 外资买超前十名个股，买超甲公司3万张: who deals is whoever dealt before.
  // 外资调节，卖超台股5亿元: what is dealt in deals in nothing.
  const bool object =
      m.cue != nullptr && !s.subject.entity && s.subject.text.starts_with(m.cue->surface);
  if (nouns_.Is("deed", m.id) &&
      (object || (!d.own_subject && (IsListed(s.subject) || s.subject.type == EntityType::kIndex ||
                                     s.subject.type == EntityType::kPlace)))) {
    const Ref dealer = DealerBefore(p, d);
    if (!dealer.empty()) s.subject = dealer;
  }
  // 某机构预测，全球市场规模: of all the world, whoever was spoken of.
  if (m.id == "market_size" && !d.own_subject && m.cue != nullptr &&
      m.cue->surface.starts_with("全球")) {
    s.SetSubject("全球", m.span);
  }
  // CoWoS月产能达9万片: of the company spoken of, whose technique it is.
  if (s.subject.type == EntityType::kProduct && nouns_.Is("technique", s.subject.text) &&
      !m.empty()) {
    const Ref owner = FirmSpokenOf();
    if (owner.entity && owner.type == EntityType::kOrg) {
      if (m.base.empty()) m.base = m.text;
      m.text = s.subject.text + m.text;
      s.subject = owner;
    }
  }
  // 外资表示，明年营收将增5%: who speaks so has no such measure.
  const auto speaks = [&](const Ref& ref) {
    return nouns_.Is("voice", ref.text) || nouns_.Is("player", ref.text);
  };
  if (nouns_.Is("corporate", m.id) && speaks(s.subject)) {
    s.subject = FirmSpokenOf();
    if (speaks(s.subject)) s.subject = OwnerRef();
    if (speaks(s.subject)) s.subject = {};
  }
  // 全民航: a trade that 中国 is a part of the name of.
  if (!s.subject.entity) {
    if (std::string name = nouns_.First("nation:" + s.subject.text); !name.empty()) {
      s.subject.text = std::move(name);
    }
  }
  d.subject = s.subject;
  // ①游戏业务：营收16亿美元，同比增长5%: the label says of which part of the company.
  std::string label = LabelOf(p, d);
  // 交通营收2亿元，占5%: what a share of a level is.
  if (d.claim.kind == ClaimKind::kShare && s.share >= 0 && !d.own_metric && !m.empty() &&
      !nouns_.Is("part", m.id) && m.text.find("占") == std::string::npos &&
      m.text.find("比") == std::string::npos && !m.text.ends_with("率") &&
      !m.text.ends_with("份额")) {
    if (m.base.empty()) m.base = m.text;
    m.text += "占比";
  }
  if (label.empty() && s.firm_context && d.own_metric) label = PartOf(p, d);
  if (!label.empty() && !m.empty() && m.base.empty() && m.cue != nullptr &&
      m.text == m.cue->canonical && nouns_.Is("corporate", m.id)) {
    m.base = m.text;
    m.text = label + m.base;
  }
}

// The part of a company that stands right in front of a bracket that the number opens; empty for
// none.
std::string Fold::PartInFront(const Parts& p, int token) const {
  constexpr uint32_t kLongestPart = 36;
  const uint32_t open = p.row.tokens[token].outer.begin;
  if (p.paren[token] == 0 || open == 0 || text_[open - 1] != '(') return "";
  const uint32_t end = open - 1;
  uint32_t begin = std::max(p.span.begin, end > kLongestPart ? end - kLongestPart : 0);
  begin = std::max(begin, p.clause_begin[static_cast<size_t>(p.clause[token])]);
  for (const Token& t : p.row.tokens) {
    if (t.outer.end <= end && t.outer.begin < end) begin = std::max(begin, t.outer.end);
  }
  while (begin < end && (static_cast<unsigned char>(text_[begin]) & 0xC0) == 0x80) ++begin;
  std::string_view words = Text({begin, end});
  for (std::string_view mark : {"、", "与", "和", "及", ")"}) {
    if (const size_t at = words.rfind(mark); at != words.npos)
      words.remove_prefix(at + mark.size());
  }
  return nouns_.EndsWith("segment", words) && CountCodePoints(words) >= 4 ? std::string(words) : "";
}

// Who buys or sells in front of the deed that the firm named behind it suffers, in one clause, or
// did so with the firm before in a list; empty for none.
Ref Fold::DealerInFront(const Parts& p, const Draft& d, const Ref& firm) const {
  const auto& tokens = p.row.tokens;
  const Draft* last = LastDraft(p, d.token);
  if (last != nullptr && last->clause >= d.clause - 1 && last->metric.id == d.metric.id &&
      nouns_.Is("player", last->subject.text) && !d.own_metric) {
    return last->subject;
  }
  for (int t = d.token - 1; t >= 0 && p.clause[t] == d.clause; --t) {
    if (tokens[t].token_class != Class::kMetric || tokens[t].cue->value != d.metric.id) continue;
    if (tokens[t].span.end > firm.span.begin) return {};
    const uint32_t from = p.clause_begin[static_cast<size_t>(d.clause)];
    for (uint32_t at = from; at < tokens[t].span.begin; at += CodePointLength(text_[at])) {
      const size_t n = nouns_.LongestStart("player", Text({at, tokens[t].span.begin}));
      if (n == 0) continue;
      Ref ref;
      ref.span = {at, at + static_cast<uint32_t>(n)};
      ref.text = Text(ref.span);
      return ref;
    }
    return {};
  }
  return {};
}

// Who buys and sells in an earlier clause of the sentence, or did in the sentence before; empty for
// none.
Ref Fold::DealerBefore(const Parts& p, const Draft& d) const {
  for (int clause = d.clause - 1; clause >= 0; --clause) {
    uint32_t from = p.clause_begin[static_cast<size_t>(clause)];
    const uint32_t end = ClauseEnd(p, clause);
    for (; from < end; from += CodePointLength(text_[from])) {
      const size_t n = nouns_.LongestStart("player", Text({from, end}));
      if (n == 0) continue;
      Ref ref;
      ref.text = Text({from, from + static_cast<uint32_t>(n)});
      ref.span = {from, from + static_cast<uint32_t>(n)};
      return ref;
    }
  }
  return dealer_;
}

// 游戏业务预计营收47亿元: the part of a company that the clause opens with, in front of what it
// foretells or of a date; empty for none.
std::string Fold::PartOf(const Parts& p, const Draft& d) const {
  constexpr size_t kLongestPart = 30;
  const auto& tokens = p.row.tokens;
  uint32_t from = p.clause_begin[static_cast<size_t>(d.clause)];
  for (int t = 0; t < d.token; ++t) {
    if (p.clause[t] != d.clause) continue;
    const Class c = tokens[t].token_class;
    if (tokens[t].outer.begin == from && (IsPeriod(c) || c == Class::kConj)) {
      from = tokens[t].outer.end;
      continue;
    }
    if (c != Class::kForecast && c != Class::kVoice && c != Class::kPeriod) return "";
    if (tokens[t].outer.begin <= from || tokens[t].outer.begin - from > kLongestPart) return "";
    std::string words(Text({from, tokens[t].outer.begin}));
    if (c == Class::kVoice && tokens[t].cue->surface.starts_with("市场")) words += "市场";
    words = CleanPhrase(words);
    const bool part = nouns_.EndsWith("segment", words) && CountCodePoints(words) >= 4;
    return part ? words : "";
  }
  return "";
}

// The part of a company that a label in front of a colon names for what follows in the sentence;
// empty for none.
std::string Fold::LabelOf(const Parts& p, const Draft& d) const {
  constexpr size_t kLongestLabel = 30;
  for (int clause = d.clause; clause > 0; --clause) {
    const uint32_t colon = p.clause_begin[static_cast<size_t>(clause)];
    if (colon == 0 || text_[colon - 1] != ':') continue;
    const MatchSpan words{p.clause_begin[static_cast<size_t>(clause) - 1], colon - 1};
    if (words.size() > kLongestLabel) return "";
    for (const Token& t : p.row.tokens) {
      if (words.Contains(t.span) && (IsQuantity(t.token_class) || IsEntity(t.token_class) ||
                                     IsPeriod(t.token_class) || t.token_class == Class::kMetric)) {
        return "";
      }
    }
    std::string label = CleanPhrase(Text(words));
    const bool part = nouns_.EndsWith("segment", label) && CountCodePoints(label) >= 3;
    return part ? label : "";
  }
  return "";
}

MetricRef Fold::Named(std::string_view surface, MatchSpan span) const {
  const Cue* cue = tables_.cues->Metric(surface);
  if (cue == nullptr) return {};
  return {cue->canonical, cue->value, "", span, cue, ""};
}

}  // namespace hanfact::extract
