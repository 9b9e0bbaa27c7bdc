// What counts and parts of a whole measure: 530家成长公司, 八成公司实现盈利, 其中…占7%.
#include <algorithm>
#include <utility>

#include "extract/fold.h"

namespace hanfact::extract {

using Class = TokenClass;

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
    // 80%的噪音来自工地: of what the clause opens with so much of.
    if (StandsAt(text_, tokens[d.token].outer.end, "的") && OpensClause(p, d.token) &&
        !nouns_.EndsWith("measure", noun)) {
      d.claim.kind = ClaimKind::kShare;
      m.text = noun + "占比";
      m.span = span;
    }
    return;
  }
  d.noun = noun;
  const uint32_t from =
      span.begin > tokens[d.token].span.begin ? span.end : tokens[d.token].outer.end;
  std::string_view deed = Text({from, ClauseEnd(p, d.clause)});
  const bool bare = std::none_of(tokens.begin(), tokens.end(), [&](const Token& t) {
    return IsQuantity(t.token_class) && t.span.begin >= from && t.span.begin < from + deed.size();
  });
  if (!bare || deed.size() > kLongestDeed) deed = {};
  d.claim.kind = ClaimKind::kShare;
  deed = nouns_.TrimStart("every", deed);
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

// 约|80%的噪音, 在全国|七成的…: whether nothing but names, dates and adverbs stands in front of the
// number in its clause.
bool Fold::OpensClause(const Parts& p, int token) const {
  uint32_t at = p.row.tokens[token].outer.begin;
  const uint32_t from = p.clause_begin[static_cast<size_t>(p.clause[token])];
  for (int t = token - 1; t >= 0 && at > from; --t) {
    const Token& front = p.row.tokens[t];
    const Class c = front.token_class;
    const bool leads = IsEntity(c) || IsPeriod(c) || c == Class::kHere || c == Class::kAdverb ||
                       c == Class::kPrep || c == Class::kConj;
    if (front.outer.end != at || !leads) break;
    at = front.outer.begin;
  }
  return at <= from;
}

// 受访的学者中，: the people or bodies that the clause before ends with. Empty for none.
MatchSpan Fold::CrowdBefore(const Parts& p, const Draft& d) const {
  constexpr uint32_t kLongest = 30;
  if (d.clause == 0) return {};
  uint32_t from = p.clause_begin[static_cast<size_t>(d.clause) - 1];
  const uint32_t end = ClauseEnd(p, d.clause - 1);
  const std::string_view before = Text({from, end});
  if (!nouns_.EndsWith("among", before)) return {};
  for (const Token& token : p.row.tokens) {
    const bool names = InPhrase(token.token_class) || token.token_class == Class::kTitle;
    if (!names && token.outer.end < end && token.outer.begin >= from) from = token.outer.end;
  }
  if (end - from > kLongest + 3 || end - from < 9) return {};
  const MatchSpan words{from, end - 3};
  return nouns_.EndsWith("crowd", Text(words)) || nouns_.EndsWith("agent", Text(words))
             ? words
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
  // 占总产量比|分别
  if (const size_t kept = nouns_.TrimEnd("shareloose", text).size(); kept > 0) text.resize(kept);
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
  if (nouns_.Is("numbers", does.cue->surface)) return {};
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
  if (s.post.empty() || !(nouns_.Is("bodyunit", unit) || nouns_.Is("shareunit", unit)) ||
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

// 7人|已被批准逮捕, 300人|参加: what people do or what was done to them, in the words of the
// clause; empty where it says more than that, or the words are of something else.
MetricRef Fold::PeopleDeed(const Parts& p, const Draft& d, const Scene& s) const {
  constexpr uint32_t kLongest = 36, kLongestDeed = 18;
  const auto& tokens = p.row.tokens;
  // 增加6000人最多, 居第三: by how many more they are, and which place that is, nobody does.
  if (!s.post.empty() || s.change || !CountsPeople(d.claim.quantity.unit)) {
    return {};
  }
  const MatchSpan rest{tokens[d.token].outer.end, ClauseEnd(p, d.clause)};
  const uint32_t at = tokens[d.token].outer.begin;
  const std::string_view front = Text({p.clause_begin[static_cast<size_t>(d.clause)], at});
  // 抓获的嫌疑人|12人押解回…: right in front stands who they are.
  if (const size_t who = nouns_.LongestEnd("body", front); who > 0) {
    MetricRef m = Named("人数", {at - static_cast<uint32_t>(who), at});
    m.base = m.text;
    m.text = nouns_.EndsWith("body", s.modifier) ? s.modifier
                                                 : std::string(front.substr(front.size() - who));
    if (!nouns_.EndsWith("personend", m.text)) m.text += m.base;
    return m;
  }
  // 救出|9人
  if (const size_t done = nouns_.LongestEnd("done", front); done > 0) {
    MetricRef m = Named("人数", {at - static_cast<uint32_t>(done), at});
    m.base = m.text;
    m.text = std::string(front.substr(front.size() - done)) + m.base;
    return m;
  }
  if (rest.begin >= rest.end || rest.size() > kLongest) return {};
  for (const Token& token : tokens) {
    const bool inside = rest.begin <= token.span.begin && token.span.begin < rest.end;
    if (inside && (IsQuantity(token.token_class) || IsEntity(token.token_class))) return {};
  }
  const std::string_view words = Text(rest);
  size_t begin = 0, last = 0;
  for (const auto& [wb, we] : SplitWords(words)) {
    const std::string_view word = words.substr(wb, we - wb);
    if (IsCut(CodePointAt(word, 0))) return {};
    last = wb;
    if (wb != begin) continue;
    if (nouns_.Is("manner", word)) {
      begin = we;
    } else if (nouns_.Is("because", word)) {
      begin = words.size();  // 21人|因伤退赛: how it ended
    } else if (nouns_.Is("undone", word)) {
      return {};
    }
  }
  if (begin >= words.size()) begin = last;
  std::string_view deed = words.substr(begin);
  // 31人|被困: what is said by one character, with who suffers it.
  constexpr std::string_view kSuffers = "被";
  if (CountCodePoints(deed) == 1 && words.substr(0, begin).ends_with(kSuffers)) {
    begin -= kSuffers.size();
    deed = words.substr(begin);
  }
  deed = nouns_.TrimEnd("particle", deed);
  // 48名|被困人员: what was done says who they are.
  if (nouns_.EndsWith("body", deed) || nouns_.EndsWith("crowd", deed)) {
    begin = 0;
    deed = words;
  }
  if (CountCodePoints(deed) < 2 || deed.size() > kLongestDeed || nouns_.Is("generic", deed)) {
    return {};
  }
  const uint32_t from = rest.begin + static_cast<uint32_t>(begin);
  MetricRef m = Named("人数", {from, from + static_cast<uint32_t>(deed.size())});
  m.base = m.text;
  m.text = std::string(deed) + m.base;
  return m;
}

// 抓获|6名犯罪嫌疑人, 抓获|吴某等6名…, 派出5个督导组和|12支小分队, 3名犯罪嫌疑人已|到案: what was
// done to those that are counted, of the words of `done` and `event`; empty for none.
std::string Fold::DoneToCounted(const Parts& p, const Draft& d, const Scene& s) const {
  const auto& tokens = p.row.tokens;
  uint32_t at = tokens[d.token].outer.begin;
  for (int t = d.token - 1; t >= 0 && p.clause[t] == d.clause; --t) {
    const std::string_view gap = Text({tokens[t].span.end, at});
    if (!IsEntity(tokens[t].token_class) || !(gap == "等" || nouns_.Is("and", gap))) break;
    at = tokens[t].span.begin;
  }
  std::string_view front = Text({p.clause_begin[static_cast<size_t>(d.clause)], at});
  constexpr std::string_view kOver = "了", kAnd = "等";
  constexpr size_t kLongestName = 30;
  // A name that no lexicon knows.
  if (front.ends_with(kAnd)) {
    std::string_view named = front.substr(0, front.size() - kAnd.size());
    for (size_t n = 0; n < kLongestName && !named.empty() && nouns_.LongestEnd("done", named) == 0;
         n += 3) {
      named = named.substr(0, PreviousBorder(named, named.size()));
    }
    if (nouns_.LongestEnd("done", named) > 0) front = named;
  }
  if (front.ends_with(kOver)) front.remove_suffix(kOver.size());
  if (const size_t done = nouns_.LongestEnd("done", front); done > 0) {
    return std::string(front.substr(front.size() - done));
  }
  const Draft* last = LastDraft(p, d.token);
  if (last != nullptr && !last->done.empty() && last->clause == d.clause &&
      last->metric.span.end <= at && nouns_.Is("and", Text({last->metric.span.end, at}))) {
    return last->done;
  }
  constexpr std::string_view kTimes = "count:次";
  if (d.claim.quantity.unit == kTimes) return "";
  std::string_view rest = Text({s.post_span.end, ClauseEnd(p, d.clause)});
  while (const size_t n = nouns_.LongestStart("manner", rest)) rest.remove_prefix(n);
  const bool deed =
      nouns_.Is("event", rest) || (nouns_.Is("done", rest) && CountsPeople(d.claim.quantity.unit));
  return deed ? std::string(rest) : "";
}

// The measure of a count: what is counted, and what the counted things do.
void Fold::CountMeasure(Parts& p, const Phrase& phrase, Draft& d, Scene& s, MetricRef& m) const {
  const auto& tokens = p.row.tokens;
  const Token& value = tokens[d.token];
  const std::string_view unit = d.claim.quantity.unit;
  // 1750亿参数, 8金: a unit that says what there is so much of.
  if (s.counted && s.metric < 0) {
    const std::string noun = nouns_.First("noun:" + std::string(unit.substr(unit.find(':') + 1)));
    if (!noun.empty()) {
      m = Named(noun, value.span);
      if (m.empty()) m.text = noun;
      // 1200万像素的|广角相机: of what has them.
      if (!s.post.empty() && StandsAt(text_, value.outer.end, "的")) {
        m.base = m.text;
        m.text = s.post + m.base;
      }
      return;
    }
  }
  // 录得360宗居屋二手买卖登记, 2宗买卖个案: how many dealings in homes there were.
  if (s.counted && nouns_.Is("homeunit", unit)) {
    constexpr size_t kLongest = 36;
    const uint32_t behind = tokens[LastOfCounts(p, d.token)].outer.end;
    const std::string_view rest = Text({behind, ClauseEnd(p, d.clause)});
    std::string words = CleanPhrase(rest.substr(0, rest.find('(')));
    words.resize(nouns_.TrimEnd("casenoun", words).size());
    const bool deals = nouns_.EndsWith("dealing", words) && words.size() <= kLongest;
    if (deals) {
      m = Named("成交量", value.span);
      if (words != "成交") m.text = m.base = words + "量";
      m.id = "home_transfers";
      m.span = {behind, behind + static_cast<uint32_t>(words.size())};
      return;
    }
  }
  // 新盘上周售出25伙: homes that were sold.
  if (s.counted && unit == "count:伙" && s.post.empty() && m.empty()) {
    const std::string_view front =
        Text({p.clause_begin[static_cast<size_t>(d.clause)], value.outer.begin});
    if (nouns_.EndsWith("soldby", front)) {
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
      CountsPeople(unit)) {
    m = whole;
    m.text = who + "人数";
    s.subject = s.context;
    d.own_subject = false;
    s.modifier.clear();
    return;
  }
  // 个人股东共900人: people s.counted by what they are.
  if (s.counted && s.post.empty() && s.metric < 0 && !s.modifier.empty() &&
      !phrase.predicates.empty() && nouns_.EndsWith("agent", s.modifier) && CountsPeople(unit)) {
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
      if (!s.post.empty() && s.post_deed.empty()) d.done = DoneToCounted(p, d, s);
      m = {};
      m.text = d.done + noun;
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
                      !CountsPeople(d.claim.quantity.unit) &&
                      !nouns_.Is("caseunit", d.claim.quantity.unit);
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

}  // namespace hanfact::extract
