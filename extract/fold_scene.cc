// What stands around a number: the phrase in front of it, what stands behind, the market it is told
// of.
#include <algorithm>
#include <utility>

#include "extract/fold.h"

namespace hanfact::extract {

using Class = TokenClass;

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
    if (nouns_.Is("deictic", front.substr(0, kCharacter))) return true;
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

// 补贴|之后的甲手机: what something came after is a time, no measure of it.
bool Fold::IsPast(const Token& measure) const {
  return nouns_.StartsWith("past", std::string_view(text_).substr(measure.span.end));
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
    if (c == Class::kMetric && !s.moved_by && !IsPast(tokens[t])) s.metric = t;
    // 全球基准的|甲原油期货: said of the name behind by the way.
    // 全球最快的|2Gbps
    const bool by_the_way = nouns_.StartsWith("foremost", Text({tokens[t].span.end, phrase.end})) ||
                            (t < phrase.last && tokens[t + 1].token_class != Class::kMetric &&
                             Text({tokens[t].span.end, tokens[t + 1].outer.begin}).ends_with("的"));
    if (c == Class::kHere && s.here < 0 && p.compared[t] == 0 && !by_the_way && !IsOfPlace(p, t)) {
      s.here = t;
    }
  }
  // 资本支出|金额, 重贴现率|升息: what is so much, what is raised.
  if (s.metric > phrase.first &&
      (nouns_.Is("size", tokens[s.metric].cue->surface) || tokens[s.metric].cue->value == "cuts") &&
      tokens[s.metric - 1].token_class == Class::kMetric &&
      tokens[s.metric - 1].span.end == tokens[s.metric].span.begin) {
    --s.metric;
  }
  for (int t = phrase.first; t <= phrase.last; ++t) {
    if (tokens[t].span.begin < phrase.begin || tokens[t].span.end > phrase.end) continue;
    if (!IsEntity(tokens[t].token_class) || p.compared[t] != 0) continue;
    if (p.paren[t] > p.paren[d.token] || IsDoubtful(tokens[t])) continue;
    if (IsMainland(tokens[t])) continue;
    // 其中养老集团7个: a common noun that looks like a name is what is counted.
    if (s.counted && tokens[t].token_class == Class::kOrg && !tokens[t].mention->entity.known &&
        tokens[t].outer.end == value.outer.begin && s.previous >= 0 &&
        nouns_.Is("sortunit", d.claim.quantity.unit)) {
      continue;
    }
    // 将某股的目标价定为: a measure behind it makes an object the s.subject.
    if (s.entity < 0 && IsObject(p, t)) {
      const Token& before = tokens[t > 0 ? t - 1 : 0];
      const bool shifted = before.cue != nullptr && nouns_.Is("object", before.cue->surface);
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
             tokens[front].outer.end == phrase.begin &&
             nouns_.Is("partner", tokens[front].cue->surface) &&
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
        !IsPast(tokens[t]) && !(p.gap.contains(d.token) && IsYardstick(p, t)) &&
        tokens[t].span.begin < d.yardstick) {
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

  uint32_t modifier_end = s.metric >= 0 ? MeasureBegin(p, FirstListed(p, s.metric)) : phrase.end;
  // 采用了|一块|4英寸的触控屏: one of those is no name.
  for (int t = phrase.last; s.metric < 0 && t >= phrase.first; --t) {
    if (tokens[t].token_class != Class::kOne || tokens[t].outer.end != modifier_end) break;
    modifier_end = tokens[t].outer.begin;
  }
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
  if (s.previous >= 0 && modifier_begin == tokens[s.previous].outer.end &&
      modifier_begin < modifier_end) {
    modifier_begin +=
        static_cast<uint32_t>(nouns_.LongestStart("joins", Text({modifier_begin, modifier_end})));
  }
  // 在院|治疗97例: as they are counted, and no place.
  if (front >= 0 && modifier_begin < modifier_end && tokens[front].token_class == Class::kPrep &&
      tokens[front].outer.end == modifier_begin && tokens[front].cue->surface == "在" &&
      nouns_.StartsWith("standing", Text({tokens[front].span.begin, modifier_end}))) {
    modifier_begin = tokens[front].span.begin;
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
        (CountCodePoints(s.modifier) < 2 && !s.toward) ||        // 对|美|出口
        (!s.counted && nouns_.Is("undertaking", s.modifier))) {  // which, nothing says
      s.modifier.clear();
    }
    if (s.toward && !s.modifier.empty()) {
      s.modifier = tokens[front].cue->surface + s.modifier;
      s.modifier_span.begin = tokens[front].span.begin;
    }
  }
}

// What joins two numbers with the noun of the first between them: 7辆车|和|38人; empty where no
// list of things goes on.
std::string_view Fold::JoinBehind(const Parts& p, int previous, const Token& value) const {
  constexpr uint32_t kLongest = 36;
  const MatchSpan gap{p.row.tokens[previous].outer.end, value.outer.begin};
  if (gap.begin >= gap.end || gap.size() > kLongest) return {};
  const std::string_view words = Text(gap);
  const size_t n = nouns_.LongestEnd("joins", words);
  const std::string_view noun = words.substr(0, words.size() - n);
  const bool cut = noun.find("，") != noun.npos || noun.find(',') != noun.npos ||
                   noun.find(':') != noun.npos || noun.find(';') != noun.npos;
  return n == 0 || noun.size() < 6 || cut ? std::string_view() : words.substr(noun.size());
}

// 女儿|刚: without the words that lead up to a number and name nothing; empty for a phrase that
// says under what circumstances something is so: 经筛选|后, 这款车型|上.
std::string Fold::WithoutLooseEnd(std::string words) const {
  while (nouns_.EndsWith("circumstance", words) || nouns_.EndsWith("leadsup", words)) {
    const WordSpans split = SplitWords(words);
    const auto [begin, end] = split.back();
    const std::string_view last = std::string_view(words).substr(begin, end - begin);
    if (nouns_.Is("circumstance", last)) return "";
    if (!nouns_.Is("leadsup", last)) break;
    words.resize(begin);
  }
  // 确实|不该, 能|用, 借了|甲科技的充电宝: nor with those of two characters that open it.
  constexpr std::string_view kDone = "了";
  constexpr size_t kCharacter = 3;
  for (size_t n; (n = nouns_.LongestStart("leadsup", words)) > kCharacter ||
                 (n == kCharacter && words.size() == 2 * kCharacter);) {
    const size_t first = SplitWords(words).front().second;
    if (first != n) break;
    words.erase(0, n);
  }
  if (words.size() > 3 * kCharacter &&
      std::string_view(words).substr(kCharacter, kCharacter) == kDone &&
      !nouns_.EndsWith("nodone", std::string_view(words).substr(0, 2 * kCharacter))) {
    words.erase(0, 2 * kCharacter);
  }
  return CountCodePoints(words) < 2 || nouns_.Is("generic", words) ? std::string() : words;
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
      nouns_.Is("until", Text({s.modifier_span.begin - 6, s.modifier_span.begin}))) {
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

  if (s.metric < 0 && !s.modifier.empty()) {
    s.circumstance = nouns_.EndsWith("circumstance", s.modifier);
    s.modifier = WithoutLooseEnd(std::move(s.modifier));
    s.circumstance = s.circumstance && s.modifier.empty();
  }
  // 70亩花生和|30亩绿豆: what the number before counts.
  if (s.metric < 0 && s.previous >= 0 && nouns_.Is("joins", JoinBehind(p, s.previous, value))) {
    s.modifier.clear();
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
    const int of = s.counted ? LastOfCounts(p, d.token) : d.token;
    int next = of + 1;
    uint32_t behind = tokens[of].outer.end;
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
      } else if (nouns_.Is("pace", tokens[next].cue->surface) ||
                 (vc == Class::kMultiple && !Fits(*tokens[next].cue, "multiple"))) {
      } else if (gap.empty() || gap == "的" || of_sum ||
                 (s.counted && gap.size() <= 24 && gap.find("、") == gap.npos)) {
        s.post_metric = next;
        // 19%的出货|市占率: of words behind each other the last is what it is.
        while (rate_behind(s.post_metric)) ++s.post_metric;
      }
    }
    // 每股29元现金股利, but not 25元/股回购
    // nor 850Wh/L能量密度
    if (vc == Class::kRate && s.post_metric >= 0 && ForMoney(d.claim.quantity.unit) &&
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
      s.post = PostNoun(p, of, s.post_span);
      // 15家|公司首发上会: bodies go by what they are.
      if (const size_t body = nouns_.LongestStart("bodykind", s.post);
          body > 0 && d.claim.quantity.unit == "count:家" && !nouns_.EndsWith("crowd", s.post) &&
          !nouns_.EndsWith("agent", s.post)) {
        s.post.resize(body);
        s.post_span.end = s.post_span.begin + static_cast<uint32_t>(body);
      }
      // 3700只|个股下跌: what a word of no one thing counts here is shares.
      if (const size_t n = nouns_.LongestStart("shares", Text({value.outer.end, p.span.end}));
          s.post.empty() && n > 0) {
        s.post_span = {value.outer.end, value.outer.end + static_cast<uint32_t>(n)};
        s.post = Text(s.post_span);
      }
      // 35家芯片公司|研发费用占比: a measure that the noun ends in.
      for (int t = next; s.post_metric < 0 && t < std::min<int>(next + 3, tokens.size()); ++t) {
        if (tokens[t].token_class == Class::kMetric && tokens[t].span.end == s.post_span.end) {
          s.post_metric = t;
        }
      }
      // 10家金控|获利成长: what they make is not what is counted.
      const bool bodies = nouns_.Is("bodyunit", d.claim.quantity.unit);
      const bool sorts = nouns_.Is("sortunit", d.claim.quantity.unit);
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

// 2宗及1宗买卖: the last of several counts, whose noun is that of all.
int Fold::LastOfCounts(const Parts& p, int token) const {
  const auto& tokens = p.row.tokens;
  for (int t = token + 1; t < static_cast<int>(tokens.size()) && t <= token + 2; ++t) {
    if (tokens[t].token_class != tokens[token].token_class) continue;
    if (tokens[t].mention->quantity.unit != tokens[token].mention->quantity.unit ||
        !nouns_.Is("and", GapBetween(p, token, t))) {
      break;
    }
    token = t;
  }
  return token;
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
    if ((c == Class::kUp || c == Class::kDown) && nouns_.Is("risenoun", tokens[t].cue->surface)) {
      s.market = true;
    }
  }
  // 跌穿80元
  s.market = s.market || nouns_.Is("quoted", Text(value.mention->hedge_span));
  for (int t : phrase.predicates) {
    const Class c = tokens[t].token_class;
    if ((c == Class::kUp || c == Class::kDown) && tokens[t].cue->value == "market") s.market = true;
    if (c == Class::kNew) s.fresh = true;
    if (c == Class::kLevel && nouns_.Is("has", tokens[t].cue->surface)) {
      s.exists = true;
    }
    if ((c == Class::kLevel || c == Class::kTo) && nouns_.Is("quoted", tokens[t].cue->surface)) {
      s.market = true;
    }
    // 盘中曾升3%
    if (c == Class::kVague && nouns_.StartsWith("session", Text(tokens[t].span))) s.market = true;
  }
}

// 张某透露，…。租金高达15元: whether a person of a sentence before is but who told what is written;
// 他, 自己 and the like speak of the person again.
bool Fold::OnlySpoke(const Parts& p, const Draft& d, const Ref& who) const {
  if (who.type != EntityType::kPerson || who.text.empty() ||
      (who.span.size() > 0 && p.span.Contains(who.span))) {
    return false;
  }
  const auto spoke = [&](const Speaker& speaker) { return speaker.who.text == who.text; };
  if (std::none_of(heard_.begin(), heard_.end(), spoke)) return false;
  const std::string_view words = Text({p.span.begin, p.row.tokens[d.token].outer.end});
  if (words.find(who.text) != std::string_view::npos) return false;
  // 其他, 他国 and 我国 mean nobody's self.
  constexpr std::string_view kOthers = "其";
  for (size_t at = 0; at < words.size(); at += CodePointLength(words[at])) {
    const std::string_view rest = words.substr(at);
    if (!nouns_.StartsWith("oneself", rest) || nouns_.StartsWith("notself", rest)) continue;
    if (!words.substr(0, at).ends_with(kOthers)) return false;
  }
  return true;
}

// 张某离职。某行业获得9笔融资, 40家机构入局: whether somebody else's doings are told where a
// sentence before was about a person, whom no word of this one means.
bool Fold::LeavesPerson(const Parts& p, const Draft& d, const Scene& s) const {
  if (s.context.type != EntityType::kPerson || s.context.text.empty() ||
      (s.context.span.size() > 0 && p.span.Contains(s.context.span))) {
    return false;
  }
  const auto& tokens = p.row.tokens;
  const auto means = [](const Token& t) { return t.token_class == Class::kPronoun; };
  if (std::any_of(tokens.begin(), tokens.begin() + d.token, means)) return false;
  const bool opens = s.counted && !s.post.empty() &&
                     tokens[d.token].outer.begin == p.clause_begin[static_cast<size_t>(d.clause)];
  if (opens && nouns_.EndsWith("kind", s.post)) return true;
  const Ref opening = OpeningRef(p, d.clause, tokens[d.token].outer.begin);
  return !opening.empty() && !opening.entity && !opening.named;
}

// 英国一名女孩爱潜水。她每周训练两次: whether the clause is about a person of whom no name is
// known, and so about no place or company spoken of; 他料楼价升5% is of none that foretells.
bool Fold::IsStrangers(const Parts& p, const Draft& d, const Scene& s) const {
  if (s.context.empty() || s.context.type == EntityType::kPerson || s.corporate || s.macro) {
    return false;
  }
  const uint32_t from = p.clause_begin[static_cast<size_t>(d.clause)];
  for (int t = 0; t < d.token; ++t) {
    const Token& token = p.row.tokens[t];
    if (p.clause[t] != d.clause) continue;
    if (token.token_class == Class::kForecast || token.token_class == Class::kSpeech) return false;
    if (token.outer.begin == from && token.token_class == Class::kPronoun) {
      return token.cue->value == "person" && nouns_.Is("heshe", token.cue->surface) &&
             !p.span.Contains(s.context.span);
    }
  }
  return false;
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
  if (OnlySpoke(p, d, s.context) || LeavesPerson(p, d, s) || IsStrangers(p, d, s)) {
    s.context = {};
  }
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

}  // namespace hanfact::extract
