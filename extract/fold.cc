#include "extract/fold.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <iterator>

namespace hanfact::extract {

using Class = TokenClass;

bool Any(std::string_view word, std::initializer_list<std::string_view> list) {
  return std::find(list.begin(), list.end(), word) != list.end();
}

bool IsPredicate(Class c) {
  switch (c) {
    case Class::kAdverb:
    case Class::kLevel:
    case Class::kTo:
    case Class::kUp:
    case Class::kDown:
    case Class::kBasis:
    case Class::kTotal:
    case Class::kForecast:
    case Class::kPlan:
    case Class::kPossible:
    case Class::kHypothetical:
    case Class::kNegation:
    case Class::kEach:
    case Class::kNew:
    case Class::kLike:
    case Class::kPer:
    case Class::kStreak:
    case Class::kShare:
    case Class::kRank:
    case Class::kVague:
      return true;
    default:
      return false;
  }
}

bool InPhrase(Class c) {
  return IsEntity(c) || c == Class::kMetric || c == Class::kHere || c == Class::kDoc ||
         c == Class::kOrdinal || c == Class::kWorth || c == Class::kTitle;
}

bool IsCut(char32_t c) {
  return c == U'，' || c == ',' || c == ':' || c == ';' || c == U'。' || c == '!' || c == '?' ||
         c == '\n' ||
         c == U'、' || c == U'“' || c == '(' || c == U'‘';
}

bool IsDoubtful(const Token& token) {
  return token.token_class == TokenClass::kPerson && !token.mention->entity.known &&
         !token.mention->entity.canonical.empty() &&
         IsHan(CodePointAt(token.mention->entity.canonical, 0));
}

bool IsMoment(std::string_view text, const Token& token) {
  if (token.mention == nullptr || token.mention->period.grain != Grain::kPartOfDay ||
      token.span.size() > 6) {
    return false;
  }
  const std::string_view word = Slice(text, token.span);
  return !word.starts_with("今") && !word.starts_with("昨");
}

bool LeadsAbroad(const Token& token) {
  return Any(token.cue->surface, {"对", "向", "自", "从", "来自", "接自", "输往", "销往", "运往"});
}

bool IsContract(std::string_view text, const Token& token) {
  if (token.mention == nullptr || token.mention->period.grain != Grain::kMonth) return false;
  const std::string_view behind = text.substr(token.span.end);
  for (std::string_view word : {"台指期", "期货", "期指", "合约", "交割", "交货"}) {
    if (behind.starts_with(word)) return true;
  }
  return false;
}

void Fold::ReadTitle(std::string_view title, const std::vector<Mention>& mentions) {
  for (const Mention& m : mentions) {
    if (m.type != MentionType::kEntity) continue;
    if (m.entity.type == EntityType::kMedia) continue;
    // 《经济》5月批发业营业额…: the column that the article stands in.
    if (!m.entity.known && m.span.begin <= 3 && title.starts_with("《")) continue;
    Token token;
    token.mention = &m;
    token.token_class =
        static_cast<Class>(static_cast<int>(Class::kOrg) + static_cast<int>(m.entity.type));
    if (IsDoubtful(token)) continue;
    // 新车挂牌3万辆 甲公司市占三成: who stands behind the first number is not what it is all about.
    const bool behind = std::any_of(mentions.begin(), mentions.end(), [&](const Mention& o) {
      return o.type == MentionType::kQuantity && o.span.end <= m.span.begin;
    });
    if (behind && tells_once_) break;
    headline_ = EntityRef(token);
    headline_.span = {};
    break;
  }
  title_ = title;
}

// 下跌60.02点，或0.21%: whether the token opens what says the number before it in another way.
bool Fold::SaidAgain(const Parts& p, size_t token) const {
  const auto& tokens = p.row.tokens;
  if (token == 0 || token + 1 >= tokens.size() || !IsQuantity(tokens[token - 1].token_class) ||
      !IsQuantity(tokens[token + 1].token_class)) {
    return false;
  }
  return SaysAgain(GapBetween(p, static_cast<int>(token) - 1, static_cast<int>(token) + 1));
}

// Clauses and bracket depth of every token.
void Fold::Cut(Parts& p) const {
  const std::string& row = p.row.text;
  const size_t n = p.row.tokens.size();
  p.clause.assign(n, 0);
  p.paren.assign(n, 0);
  p.speaker.assign(n, 0);
  p.compared.assign(n, 0);
  p.refused.assign(n, "");
  p.clause_begin.push_back(p.span.begin);
  int clause = 0;
  uint8_t depth = 0;
  size_t t = 0;
  for (size_t i = 0; i < row.size();) {
    // Han is neither a token nor a mark.
    if (LeadsHan(row[i])) {
      i += 3;
      continue;
    }
    const char32_t c = CodePointAt(row, i);
    const uint32_t length = CodePointLength(row[i]);
    if (t < n && p.row.at[t] == i) {
      p.clause[t] = clause;
      p.paren[t] = depth;
      ++t;
    } else if (c == '(' || c == U'〔' || c == U'【') {
      if (depth < 9) ++depth;
    } else if (c == ')' || c == U'〕' || c == U'】') {
      if (depth > 0) --depth;
    } else if ((c == U'，' || c == ',' || c == ':' || c == ';' || c == U'。') && depth == 0 &&
               !SaidAgain(p, t)) {
      ++clause;
      p.clause_begin.push_back(p.row.ToMatch(i + length));
    }
    i += length;
  }
}

// 某报讯, 某社某地9月5日电: who brings the news, and where from, is no part of it.
void Fold::SkipCredit(Parts& p) const {
  const auto& tokens = p.row.tokens;
  constexpr uint32_t kLongestGap = 24;  // a reporter's name
  uint32_t at = p.span.begin;
  for (size_t t = 0; t < tokens.size(); ++t) {
    const Class c = tokens[t].token_class;
    // A paper that no lexicon knows may be taken for another organisation: 某网讯(记者…).
    // The credit itself too: 《某某通讯社3日专讯》.
    std::string_view words = Text(tokens[t].span);
    if (words.ends_with("》")) words.remove_suffix(std::string_view("》").size());
    const bool whole = t == 0 && IsEntity(c) && tokens[t].outer.begin <= at + 3 &&
                       words.size() > kLongestGap / 2 && nouns_.EndsWith("credit", words);
    const bool paper = c == Class::kOrg && Text({tokens[t].outer.end, p.span.end}).starts_with("讯");
    if (whole) {
      p.paren[t] = 1;
      return;
    }
    if (t == 0 ? c != Class::kMedia && !paper : !IsEntity(c) && !IsPeriod(c)) return;
    if (tokens[t].outer.begin > at + (t == 0 ? 3 : kLongestGap)) return;
    at = tokens[t].outer.end;
    if (!nouns_.StartsWith("credit", Text({at, p.span.end}))) continue;
    for (size_t u = 0; u <= t; ++u) p.paren[u] = 1;
    return;
  }
}

// 按可比价格计算, 按年均汇率折算: how something is reckoned is no measure, and no clause of its
// own.
void Fold::SkipReckoning(Parts& p) const {
  constexpr size_t kLongest = 60;
  const auto& tokens = p.row.tokens;
  for (size_t clause = p.clause_begin.size(); clause-- > 0;) {
    const uint32_t end = ClauseEnd(p, static_cast<int>(clause));
    uint32_t from = p.clause_begin[clause];
    if (!StandsAt(text_, from, "按") && !StandsAt(text_, from, "以")) {
      // 增加值|按可比价格计算|同比增长6%
      const size_t at = Text({from, end}).find("按可比");
      if (at == std::string_view::npos) continue;
      from += static_cast<uint32_t>(at);
    }
    uint32_t to = from;
    for (uint32_t at = from + 3; at + 6 <= end && at - from < kLongest && to == from;
         at += CodePointLength(text_[at])) {
      if (nouns_.StartsWith("convert", Text({at, end}))) to = at + 6;
    }
    if (to == from) continue;
    const auto inside = [&](const Token& t) { return t.span.begin >= from && t.span.begin < to; };
    const bool number = std::any_of(tokens.begin(), tokens.end(), [&](const Token& t) {
      return inside(t) && IsQuantity(t.token_class);
    });
    if (number) continue;
    for (size_t t = 0; t < tokens.size(); ++t) {
      if (!inside(tokens[t])) continue;
      p.paren[t] = std::max<uint8_t>(p.paren[t], 1);
      if (IsPeriod(tokens[t].token_class)) p.compared[t] = 2;  // 按照上年不变价计算
    }
    if (to < end || clause == 0 || from != p.clause_begin[clause]) continue;
    for (int& c : p.clause) {
      if (c >= static_cast<int>(clause)) --c;
    }
    p.clause_begin.erase(p.clause_begin.begin() + static_cast<ptrdiff_t>(clause));
  }
}

// The number before, left out those of a bracket that is closed: what stands in one is said by the
// way. nullptr for none.
const Draft* Fold::LastDraft(const Parts& p, int token) const {
  for (auto d = p.drafts.rbegin(); d != p.drafts.rend(); ++d) {
    if (p.paren[d->token] <= p.paren[token]) return &*d;
  }
  return nullptr;
}

uint32_t Fold::ClauseEnd(const Parts& p, int clause) const {
  const size_t next = static_cast<size_t>(clause) + 1;
  if (next >= p.clause_begin.size()) return p.span.end;
  const uint32_t begin = p.clause_begin[next - 1];
  const uint32_t end = p.clause_begin[next];
  return end > begin ? static_cast<uint32_t>(PreviousBorder(text_, end)) : begin;
}

// Whether the token is one of a unit (1美元), and the number before it is not.
bool Fold::IsOneOf(const Parts& p, size_t token) {
  const auto one = [&](size_t t) {
    const Mention* mention = p.row.tokens[t].mention;
    return mention != nullptr && mention->quantity.value && *mention->quantity.value == Decimal(1);
  };
  return token > 0 && token < p.row.tokens.size() && IsQuantity(p.row.tokens[token].token_class) &&
         one(token) && !one(token - 1);
}

void Fold::ApplyGuards(Parts& p) const {
  std::vector<PatternMatch> matches;
  tables_.guards->Match(p.row, matches);
  for (const PatternMatch& m : matches) {
    size_t token = static_cast<size_t>(m.value_token);
    // 31.5兑1美元: the one of the other is the base.
    if (m.pattern->id == "rate-base" && IsOneOf(p, token + 1)) ++token;
    std::string& why = p.refused[token];
    if (why.empty()) why = m.pattern->reason + " (" + m.pattern->rule + ")";
  }
  for (size_t t = 0; t < p.row.tokens.size(); ++t) {
    const Token& token = p.row.tokens[t];
    if (token.mention == nullptr || !(IsQuantity(token.token_class))) continue;
    if (token.mention->rule.starts_with("guard:") && p.refused[t].empty()) {
      p.refused[t] = token.mention->rule;
    }
    // 60亿美元(±2%)
    const Quantity& quantity = token.mention->quantity;
    if (quantity.low && quantity.high && !quantity.high->zero() && p.refused[t].empty() &&
        quantity.low->Negated() == *quantity.high) {
      p.refused[t] = "a tolerance";
    }
  }
}

void Fold::ApplyPatterns(Parts& p) const {
  std::vector<PatternMatch> matches;
  tables_.patterns->Match(p.row, matches);
  for (const PatternMatch& m : matches) {
    auto& set = p.set[m.value_token];
    for (const auto& [field, value] : m.pattern->set) set.emplace(field, value);
    auto& groups = p.groups[m.value_token];
    for (const auto& [name, range] : m.groups) {
      if (name == "value") continue;
      groups.emplace(std::string(name),
                     MatchSpan{p.row.ToMatch(range.first), p.row.ToMatch(range.second)});
    }
    p.rule.emplace(m.value_token, m.pattern->rule);
    // 某机构数据为4680万台: whose figure it is, is not whom it is about.
    for (const auto& [name, range] : m.groups) {
      const int voice = name == "speaker" ? p.row.TokenAt(range.first) : -1;
      if (voice >= 0 && IsEntity(p.row.tokens[static_cast<size_t>(voice)].token_class)) {
        p.compared[static_cast<size_t>(voice)] = 1;
      }
    }
    if (m.pattern->id.starts_with("from-")) {
      // 由上年同期的52%升至56%: the date is that of the first level alone.
      p.from.insert(m.value_token);
      for (int t = m.value_token - 1; t >= 0 && t > m.value_token - 4; --t) {
        if (p.row.tokens[t].token_class == Class::kPrep) break;
        if (IsPeriod(p.row.tokens[t].token_class)) p.compared[t] = 1;
      }
    }
    if (m.pattern->id.starts_with("forecast-met") || m.pattern->id == "market-expects") {
      p.expected.insert(m.value_token);
    }
    if (m.pattern->id.starts_with("gap-")) p.gap.insert(m.value_token);
  }
}

// 第二季营收5亿。预计下半年盈利。研发费用1亿, 预计2029年规模达万亿。市值80亿: what is so is not of
// a time that was only foreseen, but of the one told before it, if that is a stretch of time.
void Fold::LeaveForeseenPeriod(Draft& d) const {
  constexpr int kNear = 4;  // sentences
  if (!period_foreseen_ || d.period.empty() || !published_ || d.period.mention != period_.mention ||
      (d.period_from != PeriodFrom::kPreviousSentence && d.period_from != PeriodFrom::kParagraph)) {
    return;
  }
  const auto& end = d.period.mention->period.end;
  if (end && end->date <= *published_) return;
  d.period = {};
  if (told_period_.empty() || paragraph_ != told_paragraph_ ||
      index_ - told_period_.sentence > kNear || d.subject.type != EntityType::kOrg ||
      told_period_.mention->period.grain <= Grain::kDay) {
    return;
  }
  d.period = told_period_;
  d.period_from = PeriodFrom::kParagraph;
}

// 2027年突破万台: whether what the number is of has not begun when the article is written. Prices
// and rates may be set beforehand, and terms run into the time to come.
bool Fold::IsToCome(const Draft& d) const {
  if (!published_ || d.period.empty() || d.claim.kind == ClaimKind::kDuration ||
      d.claim.kind == ClaimKind::kPrice || nouns_.Is("goods", d.metric.id) ||
      nouns_.Is("lent", d.metric.id)) {
    return false;
  }
  const Period& period = d.period.mention->period;
  const std::string_view word = Text(d.period.mention->span);
  const bool figures = std::any_of(word.begin(), word.end(), [](char ch) {
    return IsAsciiDigit(static_cast<unsigned char>(ch));
  });
  const bool names_year = word.find("年") != word.npos &&
                          (figures || Any(word.substr(0, 3), {"明", "后", "来", "下", "未"}));
  return names_year && period.start &&
         AddDays(*published_, kDaysOff + LeadOf(word)) < period.start->date;
}

// How many days before the calendar says so what the words name may begin: 2026财年第三季度, where
// a year of accounts begins in the spring of the year before.
int64_t Fold::LeadOf(std::string_view period) const {
  constexpr int64_t kYear = 366;
  return nouns_.Within("accounts", period) ? kYear : 0;
}

bool IsNumberedItem(std::string_view line) {
  line = Trim(line);
  const auto first = [&] { return line.empty() ? U'\0' : CodePointAt(line, 0); };
  if (first() >= U'①' && first() <= U'⑳') return true;
  if (first() == '(') line.remove_prefix(1);
  constexpr std::u32string_view kHanDigits = U"一二三四五六七八九十";
  constexpr int kMostDigits = 2;
  int digits = 0;
  while (digits <= kMostDigits &&
         (IsAsciiDigit(first()) || kHanDigits.find(first()) != kHanDigits.npos)) {
    line.remove_prefix(CodePointLength(line[0]));
    ++digits;
  }
  return digits > 0 && digits <= kMostDigits &&
         (first() == ')' || first() == U'、' ||
          (first() == '.' && line.size() > 1 && !IsAsciiDigit(CodePointAt(line, 1))));
}

bool Fold::MakeDraft(Parts& p, int token, int index, Draft& d) {
  const Token& value = p.row.tokens[token];
  d.token = token;
  d.clause = p.clause[token];
  d.claim.quantity = value.mention->quantity;
  d.claim.span = view_.map.ToClean(value.span);
  d.claim.sentence = view_.map.ToClean(p.span);
  Phrase phrase = LeftPhrase(p, token);
  const auto leave_out_phrase = [&] {
    phrase.begin = phrase.end;
    phrase.first = token;
    phrase.last = token - 1;
  };
  // 渗透率由2023年的10%升至20%: what is measured stands in front of the preposition.
  for (int t = token - 1; p.from.contains(token) && t >= 0 && t >= token - 3; --t) {
    if (p.clause[t] != d.clause) break;
    const Token& from = p.row.tokens[t];
    if (from.token_class != Class::kPrep || !Any(from.cue->surface, {"由", "从", "自"})) continue;
    if (phrase.first > t) {
      phrase = LeftPhrase(p, t);
    } else if (from.span.end < phrase.end) {  // 从|总支出占比10%提升至20%
      phrase.begin = from.span.end;
      phrase.first = t + 1;
    }
    break;
  }
  // 较高峰|少两成: words that are still what it is compared with.
  if (p.gap.contains(token) && phrase.first > 0 && !phrase.empty()) {
    const Token& front = p.row.tokens[phrase.first - 1];
    const bool beside = front.outer.end == phrase.begin && p.clause[phrase.first - 1] == d.clause;
    if (phrase.end == value.outer.begin || (beside && front.token_class == Class::kCompare)) {
      leave_out_phrase();
    }
  }
  // 吞吐量达到上一代产品的10倍: what a multiple is taken of is not what has it.
  const auto names_other = [&] {  // 达到甲公司芯片的40%, but 达到总营收的40% is a part of it
    for (int t = phrase.first; t <= phrase.last; ++t) {
      const Class c = p.row.tokens[t].token_class;
      if (c == Class::kOrg || c == Class::kProduct) return true;
    }
    return false;
  };
  if ((value.token_class == Class::kMultiple || value.token_class == Class::kRatio ||
       (value.token_class == Class::kPercent && names_other())) &&
      phrase.first > 0 && phrase.end == value.outer.begin &&
      Text({phrase.begin, phrase.end}).ends_with("的")) {
    const int verb = phrase.first - 1;
    const Token& before = p.row.tokens[verb];
    if (p.clause[verb] == d.clause && before.outer.end == phrase.begin &&
        (before.token_class == Class::kTo || before.token_class == Class::kLevel ||
         before.token_class == Class::kLike)) {
      d.yardstick = phrase.begin;
      phrase = LeftPhrase(p, verb);
    }
  }
  // 高于乙公司的2780万部: whose level it is, is no measure.
  if (const auto groups = p.groups.find(token); groups != p.groups.end()) {
    const auto named = groups->second.find("subject");
    if (named != groups->second.end() && named->second.begin >= phrase.begin &&
        named->second.end <= phrase.end) {
      d.relative = true;
      leave_out_phrase();
    }
  }
  // 不到乙公司|一半
  if (value.token_class == Class::kRatio && phrase.last >= phrase.first &&
      p.compared[phrase.last] != 0 && IsEntity(p.row.tokens[phrase.last].token_class) &&
      p.row.tokens[phrase.last].span.end == value.outer.begin) {
    leave_out_phrase();
  }
  FillPeriod(p, index, d);
  FillDirection(p, phrase, d);
  // 从20%|增至50%: the level that was, whichever way it went.
  if (p.from.contains(token) && d.claim.kind == ClaimKind::kChange && !d.by_noun) {
    d.claim.kind = ClaimKind::kLevel;
    d.claim.direction = Direction::kNone;
  }
  FillSubjectAndMetric(p, phrase, d);
  // 市值蒸发645亿美元(折合人民币4602亿元): the same in other money.
  if (const Draft* last = p.drafts.empty() ? nullptr : &p.drafts.back();
      last != nullptr && last->token >= token - 2 && value.token_class == Class::kMoney &&
      p.row.tokens[last->token].token_class == Class::kMoney &&
      p.paren[token] > p.paren[last->token] &&
      Any(Text({p.row.tokens[last->token].outer.end, value.outer.begin}),
          {"(", "(约", "(约合", "(折合", "(合", "(约为", "(约折合"})) {
    TakeSense(last->claim, d.claim);
  }
  if (d.framed && d.period.empty()) TakeFrame(d);
  // 5纳米占37%, 2纳米|良率约40%
  const bool names_process = token + 1 < static_cast<int>(p.row.tokens.size()) &&
                             p.row.tokens[token + 1].token_class == Class::kMetric &&
                             p.row.tokens[token + 1].span.begin == value.outer.end;
  if (nouns_.Is("gauge", d.claim.quantity.unit) && (!d.own_metric || names_process)) {
    p.refused[token] = "the name of a process";
    return false;
  }
  TakeBasis(p, d);

  // 每股0.5元, 每吨3星元(约新台币70元), 每股收益2美元: money for one of something.
  if (value.token_class == Class::kMoney) {
    std::string_view per;
    for (int t : phrase.predicates) {
      if (p.row.tokens[t].token_class == Class::kPer) per = p.row.tokens[t].cue->value;
    }
    constexpr int kMostForOne = 1000;  // an amount in 万 is a sum
    if (per.empty() && Any(d.metric.id, {"eps", "bps"}) &&
        d.claim.quantity.precision < Decimal(kMostForOne)) {
      per = "share";
    }
    // 每吨25元，明年调升至45元: the next of the same measure and currency is for one as well.
    for (auto o = p.drafts.rbegin(); per.empty() && o != p.drafts.rend(); ++o) {
      const std::string_view unit = o->claim.quantity.unit;
      const bool same = o->metric.id.empty() ? o->metric.text == d.metric.text
                                             : o->metric.id == d.metric.id;
      if (!same || unit.substr(0, 3) != d.claim.quantity.unit) continue;
      if (unit.find('/') != unit.npos && d.claim.quantity.precision < Decimal(kMostForOne)) {
        per = unit.substr(unit.find('/') + 1);
      }
      break;
    }
    if (per.empty() && p.paren[token] > 0 && !p.drafts.empty()) {
      const std::string_view unit = p.drafts.back().claim.quantity.unit;
      if (p.drafts.back().token == token - 1 && unit.find('/') != unit.npos) {
        per = unit.substr(unit.find('/') + 1);
      }
    }
    // 每10股派息3元: a tenth of it is paid on a share.
    if (const int tens = TensPaidOn(p, token); tens > 0) {
      Quantity& paid = d.claim.quantity;
      if (paid.value) paid.value = paid.value->Shifted(-tens);
      paid.precision = paid.precision.Shifted(-tens);
      if (!nouns_.Is("dividend", d.metric.id)) d.metric = Named("每股派息", value.span);
      if (d.metric.cue != nullptr) d.metric.text = d.metric.cue->canonical;
      per = "share";
    }
    // 派息3元: what is paid on a share, where the amount is no sum.
    if (per.empty() && (nouns_.Is("dividend", d.metric.id) || d.metric.text == "派息") &&
        d.claim.quantity.precision < Decimal(kMostForOne) && d.claim.quantity.value &&
        *d.claim.quantity.value < Decimal(kMostForOne)) {
      per = "share";
    }
    if (!per.empty()) {
      d.claim.quantity.unit += "/";
      d.claim.quantity.unit += per;
      if (d.claim.kind == ClaimKind::kLevel && per != "share") d.claim.kind = ClaimKind::kPrice;
    }
  }

  // 恒指收报26590: points, though the word is left out.
  if (value.token_class == Class::kNumber && d.claim.quantity.unit.empty() &&
      d.metric.id == "index_level" && d.claim.kind == ClaimKind::kLevel) {
    d.claim.quantity.unit = "count:点";
  }

  if (d.metric.id == "target_price" && d.period_from != PeriodFrom::kClause) d.period = {};

  ApplySettings(p, token, index, d);
  if (const int t = token - 1; t >= 0 && IsPeriod(p.row.tokens[t].token_class) &&
                               d.period.mention == p.row.tokens[t].mention) {
    TakeWeekBefore(p, t, d);
  }
  TakeRate(p, d);
  TakeLikeness(p, d);
  FillModality(p, d);
  TellRevision(p, d);
  if (d.framed && d.claim.modality != Modality::kActual) d.period = {};
  if (d.claim.modality == Modality::kActual) {
    LeaveForeseenPeriod(d);
    LeaveComingDay(p, d);
  }
  if (d.claim.modality == Modality::kActual && !d.revision && IsToCome(d)) {
    d.claim.modality = Modality::kForecast;
  }
  // 今年GDP上修至7%: the level of a time that is not over is foreseen.
  if (d.claim.modality == Modality::kActual && !d.revision &&
      (nouns_.Is("macro", d.metric.id) ||
       (nouns_.Is("corporate", d.metric.id) && d.claim.kind == ClaimKind::kLevel)) &&
      published_ && !d.period.empty() && d.period.mention->period.end &&
      *published_ < d.period.mention->period.end->date && d.claim.kind != ClaimKind::kDuration &&
      Revises(p, d)) {
    d.claim.modality = Modality::kForecast;
  }
  const auto set = p.set.find(token);
  if (set != p.set.end()) {
    const auto modality = set->second.find("modality");
    // 预测从10亿下调至8亿: what is revised stays a forecast.
    const bool revised = [&] {
      for (int t = token + 1; t < static_cast<int>(p.row.tokens.size()) && t <= token + 3; ++t) {
        const Cue* cue = p.row.tokens[t].cue;
        if (cue != nullptr && nouns_.Is("revise", cue->surface)) return true;
      }
      // 下调增长预测，由3%降至2%
      const bool opens = std::none_of(p.drafts.begin(), p.drafts.end(),
                                      [&](const Draft& o) { return o.clause >= d.clause - 1; });
      const auto foresees = [&](const Token& t) {
        return t.token_class == Class::kForecast && t.span.end == ClauseEnd(p, d.clause - 1);
      };
      return opens && d.clause > 0 && !d.own_period &&
             std::any_of(p.row.tokens.begin(), p.row.tokens.begin() + token, foresees);
    }();
    // 预计占比从2025年的30%升至2028年的40%: what a pattern takes for so, of a time not over yet.
    const bool open = d.claim.modality == Modality::kForecast && published_ && d.own_period &&
                      d.period.mention->period.end &&
                      *published_ < d.period.mention->period.end->date;
    if (modality != set->second.end() && !revised && !open) {
      if (const auto parsed = ParseModality(modality->second)) {
        d.claim.modality = *parsed;
        d.modality_scope = false;  // of this number alone
      }
    }
  }
  if (LimitsScheme(nouns_, d)) d.claim.modality = Modality::kPlan;
  UndatePlan(p, d);
  TellMissed(p, d);
  const auto rule = p.rule.find(token);
  d.claim.rule = rule == p.rule.end() ? "fold" : rule->second;
  if (rule == p.rule.end() && d.metric.cue != nullptr) d.claim.rule = "fold:" + d.metric.cue->rule;

  if (value.token_class == Class::kNumber && !MayStandBare(p, phrase, token, d)) {
    p.refused[token] = "a number without a unit beside no measure";
    return false;
  }
  FillAttribution(p, token, index, d);
  return true;
}

// 每股盈利预测上调6%、13%: by how much a forecast was moved is a fact, and no change of the
// measure.
void Fold::TellRevision(const Parts& p, Draft& d) const {
  const auto& tokens = p.row.tokens;
  const Draft* last = p.drafts.empty() ? nullptr : &p.drafts.back();
  if (d.claim.kind != ClaimKind::kChange || tokens[d.token].token_class != Class::kPercent) return;
  if (last != nullptr && last->revision && last->token >= d.token - 2 &&
      Any(Text({tokens[last->token].outer.end, tokens[d.token].outer.begin}), {"、", "和", "及"})) {
    d.revision = true;
    d.metric = last->metric;
  } else {
    int t = d.token - 1;
    if (t < 1 || tokens[t].cue == nullptr || !nouns_.Is("revise", tokens[t].cue->surface)) return;
    do --t;
    while (t > 0 &&
           (tokens[t].token_class == Class::kEach || tokens[t].token_class == Class::kAdverb));
    if (t < 1 || p.clause[t] != d.clause || tokens[t].token_class != Class::kForecast ||
        !Any(tokens[t].cue->surface, {"预测", "预期", "预估"}) ||
        tokens[t - 1].token_class != Class::kMetric ||
        tokens[t - 1].span.end != tokens[t].span.begin) {
      return;
    }
    d.revision = true;
    d.metric.text += tokens[t].cue->surface;
    d.metric.id.clear();
  }
  d.claim.modality = Modality::kActual;
  d.claim.basis = Basis::kNone;
  d.modality_scope = false;
}

// 核心CPI年增2.9%，高于1月的1.6%、低于甲国的3.8%: what a rate or a share is held against is one
// too.
void Fold::TakeLikeness(const Parts& p, Draft& d) const {
  const auto& tokens = p.row.tokens;
  const Draft* last = LastDraft(p, d.token);
  if (last == nullptr || last->clause < d.clause - 1 || d.own_metric ||
      tokens[d.token].token_class != Class::kPercent ||
      last->claim.quantity.unit != d.claim.quantity.unit ||
      !EndsAt(text_, tokens[d.token].outer.begin, "的")) {
    return;
  }
  for (int t = d.token - 1; t > last->token && p.clause[t] == d.clause; --t) {
    if (tokens[t].cue == nullptr || !nouns_.Is("versus", tokens[t].cue->surface)) continue;
    TakeSense(last->claim, d.claim);
    d.metric = last->metric;
    return;
  }
}

// As what power of ten the shares are counted that 每 in front of them makes a sum be paid on
// (每10股: 1); 0 for one share and for none.
int Fold::TensPaidOn(const Parts& p, int token) const {
  const auto& tokens = p.row.tokens;
  for (int t = token - 1; t > 0 && p.clause[t] == p.clause[token]; --t) {
    if (!IsQuantity(tokens[t].token_class)) continue;
    const Quantity& base = tokens[t].mention->quantity;
    const bool shares = base.unit == "count:股" && base.value &&
                        tokens[t - 1].token_class == Class::kPer &&
                        tokens[t - 1].span.end == tokens[t].outer.begin;
    for (int tens = 1; shares && tens <= 3; ++tens) {
      if (*base.value == Decimal::PowerOfTen(tens)) return tens;
    }
    return 0;
  }
  return 0;
}

// 净利润高于预期3%: by how much, where the measure is no rate itself; 失业率低于预期4% is what was
// expected.
void Fold::TellMissed(const Parts& p, Draft& d) const {
  const auto& tokens = p.row.tokens;
  const Class vc = tokens[d.token].token_class;
  if (!p.expected.contains(d.token) || (vc != Class::kPercent && vc != Class::kPoint) ||
      d.metric.cue == nullptr) {
    return;
  }
  const auto& units = d.metric.cue->units;
  const Draft* last = LastDraft(p, d.token);
  if (vc == Class::kPercent) {
    if (std::find(units.begin(), units.end(), "percent") != units.end()) return;
    // 增长5%，高于预期3% may be another rate, 超出预期3% is by how much.
    const uint32_t from = p.clause_begin[static_cast<size_t>(d.clause)];
    if (last != nullptr && last->claim.quantity.unit == "percent" &&
        !StandsAt(text_, from, "超出")) {
      return;
    }
  }
  if (Text({tokens[d.token - 1].outer.end, tokens[d.token].outer.begin}) == "的") return;
  for (int t = d.token - 1; t >= 0 && p.clause[t] == d.clause; --t) {
    const Class c = tokens[t].token_class;
    if (c != Class::kUp && c != Class::kDown && c != Class::kCompare) continue;
    const bool less = c == Class::kDown || Any(tokens[t].cue->surface, {"不及", "逊于", "不如"});
    d.claim.kind = ClaimKind::kChange;
    d.claim.direction = less ? Direction::kDown : Direction::kUp;
    d.claim.basis = Basis::kNone;
    d.claim.modality = last != nullptr ? last->claim.modality : Modality::kActual;
    return;
  }
}

// What patterns say beats the fold.
void Fold::ApplySettings(const Parts& p, int token, int index, Draft& d) const {
  const Token& value = p.row.tokens[token];
  const auto set = p.set.find(token);
  if (set != p.set.end()) {
    for (const auto& [field, text] : set->second) {
      // 涨幅由26%缩小至13%: rates of a rise, though one is left for the other.
      if (d.by_noun && p.from.contains(token) && Any(field, {"kind", "direction", "basis"}))
        continue;
      if (field == "kind") {
        if (const auto kind = ParseClaimKind(text)) d.claim.kind = *kind;
        // 从7万片提升至13万片: the level of what is counted is a count.
        if (text == "level" && value.token_class == Class::kCount &&
            d.claim.quantity.unit != "count:点") {
          d.claim.kind = ClaimKind::kCount;
        }
      } else if (field == "direction") {
        d.claim.direction =
            text == "none" ? Direction::kNone : ParseDirection(text).value_or(d.claim.direction);
      } else if (field == "basis") {
        d.claim.basis = text == "none" ? Basis::kNone : ParseBasis(text).value_or(d.claim.basis);
      } else if (field == "metric") {
        const Cue* cue = tables_.cues->Metric(text);
        // 新台币以31.18元作收: no share's price, nor what anything is issued at.
        const bool rate = d.metric.id == "fx_rate" && Any(text, {"股价", "发行价"});
        const bool closes = text == "发行价" && (StandsAt(text_, value.outer.end, "作收") ||
                                                 StandsAt(text_, value.outer.end, "收"));
        if (cue != nullptr && !rate && !closes)
          d.metric = {cue->canonical, cue->value, cue->scope, value.span, cue};
      } else if (field == "period" && text == "none") {
        d.period = {};
      } else if (field == "unit") {
        if (text == "per-share")
          d.claim.quantity.unit += "/share";
        else
          d.claim.quantity.unit = text;
      }
    }
  }
  const auto groups = p.groups.find(token);
  if (groups != p.groups.end()) {
    for (const auto& [name, span] : groups->second) {
      const auto token_at = [&](MatchSpan s) -> const Token* {
        for (const Token& t : p.row.tokens) {
          if (t.outer == s || t.span == s) return &t;
        }
        return nullptr;
      };
      const Token* t = token_at(span);
      if (name == "subject") {
        if (t != nullptr && IsEntity(t->token_class)) {
          d.subject = EntityRef(*t);
        } else if (t == nullptr || t->token_class != Class::kPronoun) {
          d.subject = {};
          d.subject.text = CleanPhrase(Text(span));
          d.subject.span = span;
        }
      } else if (name == "metric") {
        if (t != nullptr && t->token_class == Class::kMetric) {
          d.metric = MetricOf(*t);
        } else {
          d.metric = {};
          d.metric.text = CleanPhrase(Text(span));
          d.metric.span = span;
        }
      } else if (name == "period" && t != nullptr && t->mention != nullptr) {
        d.period = {t->mention, index};
        d.period_from = PeriodFrom::kClause;
      }
    }
  }
}

// A bare number is a claim only beside a measure, in a list with one, or where a pattern says so.
bool Fold::MayStandBare(const Parts& p, const Phrase& phrase, int token, const Draft& d) const {
  const Token& value = p.row.tokens[token];
  const auto set = p.set.find(token);
  const bool scaled =
      value.mention->quantity.value && value.mention->quantity.precision >= Decimal(1000);
  bool near = d.own_metric;
  bool said = false;
  for (int t : phrase.predicates) {
    const Class c = p.row.tokens[t].token_class;
    if (c == Class::kLevel || c == Class::kTo || c == Class::kUp || c == Class::kDown ||
        c == Class::kEach) {
      said = true;
    }
  }
  // The second of a list (101.5、102.5) stands as the first does.
  const bool listed =
      !p.drafts.empty() && p.drafts.back().token == token - 1 &&
      p.row.tokens[token - 1].token_class == Class::kNumber &&
      Any(Text({p.row.tokens[token - 1].outer.end, value.outer.begin}), {"、", "和", "及", "与"});
  // 制造业生产指数113.12: right behind a measure that is a plain number.
  const bool plain = near && d.metric.span.end == value.outer.begin && d.metric.cue != nullptr &&
                     std::find(d.metric.cue->units.begin(), d.metric.cue->units.end(), "number") !=
                         d.metric.cue->units.end();
  const bool patterned = set != p.set.end() && set->second.count("kind") != 0;
  // 信心指数为88.2，环比下降1.2: the change of such a number.
  const Draft* last = p.drafts.empty() ? nullptr : &p.drafts.back();
  const bool again = said && last != nullptr && !d.metric.id.empty() &&
                     last->metric.id == d.metric.id &&
                     p.row.tokens[last->token].token_class == Class::kNumber;
  return scaled || (near && said) || plain || listed || patterned || again;
}

// Who says it.
void Fold::FillAttribution(const Parts& p, int token, int index, Draft& d) const {
  const auto groups = p.groups.find(token);
  const bool market_view = p.row.tokens[token].token_class != Class::kNumber &&
                           groups != p.groups.end() && groups->second.count("speaker") != 0;
  if (market_view) {
    const MatchSpan span = groups->second.at("speaker");
    for (const Token& t : p.row.tokens) {
      if (t.span == span && t.token_class == Class::kVoice) d.claim.attribution = t.cue->value;
      if (t.span == span && IsEntity(t.token_class)) {
        d.claim.attribution = t.mention->entity.canonical;
        d.claim.attribution_id = t.mention->entity.entity_id;
      }
    }
    if (d.claim.attribution.empty()) d.claim.attribution = std::string(Text(span));
    AddSpan(d.claim, SpanRole::kAttribution, span);
  } else if (const Token* voice = VoiceOf(p, d); voice != nullptr) {
    d.claim.attribution = voice->cue->value;
    AddSpan(d.claim, SpanRole::kAttribution, voice->span);
  } else if (const Token* broker =
                 d.metric.id == "target_price" || d.by_broker ? BrokerOf(p, token) : nullptr;
             broker != nullptr) {
    // 高盛将甲公司的目标价上调至9元: whose target it is.
    d.claim.attribution = broker->mention->entity.canonical;
    d.claim.attribution_id = broker->mention->entity.entity_id;
    AddSpan(d.claim, SpanRole::kAttribution, broker->span);
  } else if (const Speaker& speaker = SpeakerOf(p, token);
             !speaker.empty() &&
             // 花旗报告料恒指升。汇控升0.7%: what was traded is nobody's word.
             // 甲公司公布营收。股价收9元
             !((!IsAgency(speaker.who) || IsBroker(speaker.who)) && speaker.sentence != index &&
               d.claim.modality == Modality::kActual &&
               (nouns_.Is("deed", d.metric.id) ||
                Any(d.metric.id,
                    {"share_price", "index_level", "turnover", "volume", "market_cap"}))) &&
             (d.metric.id == "target_price" || !OfAnother(speaker, d.subject, index)) &&
             // An announcement is its company's to the end, figures are the office's that publishes
             // them; other reports end with the paragraph.
             (speaker.lead ||
              (speaker.report && (speaker.paragraph == paragraph_ || IsAgency(speaker.who) ||
                                  (!company_.empty() && speaker.who.text == company_.text))) ||
              speaker.sentence == index || (speaker.paragraph == paragraph_ && !speaker.once))) {
    d.claim.attribution = QuotedName(speaker.who);
    d.claim.attribution_id = speaker.who.id;
    if (speaker.sentence == index) AddSpan(d.claim, SpanRole::kAttribution, speaker.who.span);
  }
}

// Whether a number of a later sentence is about another company than the one that spoke of its own.
bool Fold::OfAnother(const Speaker& speaker, const Ref& subject, int index) const {
  const Ref& who = speaker.who;
  if (speaker.sentence == index) return false;
  // 大摩发表报告指…。国指收报9658点: what is quoted on a market is nobody's word.
  if (IsBroker(who) && (subject.type == EntityType::kIndex || nouns_.Is("player", subject.text))) {
    return true;
  }
  if (!IsListed(who)) return false;
  // 德勤 says much of others, and sells no shares.
  if (!speaker.report) {
    const auto facts = tables_.entities->Lookup(who.id);
    if (!facts || facts->ticker.empty()) return false;
  }
  return !IsAgency(who) && !IsBroker(who) && IsListed(subject) && subject.id != who.id;
}

// The broker named last before the number in its sentence, else the office; nullptr for none.
const Token* Fold::BrokerOf(const Parts& p, int token) const {
  const Token* office = nullptr;
  for (int t = token - 1; t >= std::max(0, token - kReach); --t) {
    const Token& name = p.row.tokens[t];
    if (name.token_class != Class::kOrg) continue;
    if (nouns_.Is("broker", name.mention->entity.canonical)) return &name;
    if (office == nullptr && IsAgency(EntityRef(name))) office = &name;
  }
  return office;
}

// Who speaks is quoted by the name the article gives (机管局, SEMI), the id says who it is; but by
// the full name where that has the printed one in it or the printed one could be anybody's, and
// companies by the name they go by in every script (辉达 is 英伟达).
std::string Fold::QuotedName(const Ref& who) const {
  const bool han = !who.printed.empty() && IsHan(CodePointAt(who.printed, 0));
  if (who.printed.empty() || HasMarket(who) || nouns_.Is("bare", who.printed) ||
      who.text.find(who.printed) != std::string::npos ||
      (who.type == EntityType::kPerson && han)) {
    return who.text;
  }
  return who.printed;
}

// What a fraction or multiple is taken of: 甲模型的十分之一, 去年的3倍; empty where the words
// before it name nothing.
std::string Fold::Compared(const Parts& p, int token) const {
  if (token == 0) return "";
  const Token& before = p.row.tokens[token - 1];
  if (p.clause[token - 1] != p.clause[token] ||
      Text({before.outer.end, p.row.tokens[token].outer.begin}) != "的") {
    return "";
  }
  std::string name = IsEntity(before.token_class) ? before.mention->entity.canonical
                                                  : std::string(Text(before.span));
  const bool plain = std::none_of(name.begin(), name.end(), [](char c) {
    return c == '"' || c == '\\' || (c >= 0 && c < ' ');  // it goes into JSON as it is
  });
  return plain ? name : "";
}

// The currency of a bare amount: that of the region, else of the script.
std::string Fold::Currency() const {
  const std::string& region = document_.meta.region;
  if (region == "TW") return "TWD";
  if (region == "HK") return "HKD";
  if (region == "MO") return "MOP";
  if (region == "SG") return "SGD";
  return document_.script == Script::kHant && region.empty() ? "TWD" : "CNY";
}

void Fold::AddSpan(Claim& claim, SpanRole role, MatchSpan span) const {
  if (span.begin >= span.end) return;
  if (claim.spans.empty()) claim.spans.reserve(9);  // one of each role
  claim.spans.push_back({role, view_.map.ToClean(span)});
}

// GAAP与非GAAP毛利率: by which rules a measure is taken is its scope, neither its name nor whom it
// is about.
void Fold::TakeAccounting(Draft& d) const {
  constexpr size_t kLongest = 45;
  const auto scope_of = [&](std::string_view text) -> std::pair<std::string, size_t> {
    size_t n = text.size();
    while (n > kLongest) n = PreviousBorder(text, n);
    constexpr std::string_view kScope = "scope:";
    std::string key(kScope);
    key += text.substr(0, n);
    for (; n >= 4; n = PreviousBorder(text, n)) {
      key.resize(kScope.size() + n);
      std::string scope = nouns_.First(key);
      if (!scope.empty()) return {std::move(scope), n};
    }
    return {"", 0};
  };
  if (!d.subject.entity && !d.subject.empty()) {
    const auto [scope, n] = scope_of(d.subject.text);
    if (n != 0 && n == d.subject.text.size()) {
      d.subject = !subject_.empty() ? subject_ : OwnerRef();
      if (d.metric.scope.empty()) d.metric.scope = scope;
    }
  }
  if (d.metric.cue != nullptr && d.metric.text == d.metric.cue->canonical) return;
  const auto [scope, n] = scope_of(d.metric.text);
  if (n == 0 || n >= d.metric.text.size()) return;
  d.metric.text = Trim(std::string_view(d.metric.text).substr(n));
  if (d.metric.scope.empty()) d.metric.scope = scope;
}

void Fold::Finish(const Parts& p, Draft& d, std::vector<Claim>& claims) const {
  Claim& claim = d.claim;
  // 零售业|营业额: what offices ask of a trade is called so, no company's 营收.
  constexpr std::string_view kTurnover = "营业额";
  if (d.metric.cue != nullptr && d.metric.cue->surface.ends_with(kTurnover) &&
      d.metric.text == d.metric.cue->canonical && !d.subject.entity && !d.subject.named) {
    d.metric.text = d.metric.cue->surface;
  }
  const Token& value = p.row.tokens[d.token];
  TakeAccounting(d);
  claim.subject = d.subject.text;
  claim.subject_id = d.subject.id;
  claim.metric = d.metric.text;
  claim.metric_id = d.metric.id;
  // Keys sorted: the same scope is the same text.
  std::string scope;
  if (claim.kind == ClaimKind::kMultiple) {
    const std::string of = Compared(p, d.token);
    if (!of.empty()) scope = "\"of\":\"" + of + "\"";
  }
  if (!d.metric.scope.empty()) {
    scope += (scope.empty() ? "" : ",") + ("\"part\":\"" + d.metric.scope) + "\"";
  }
  claim.scope = "{" + scope + "}";
  if (!d.period.empty()) {
    const Mention& m = *d.period.mention;
    if (m.period.start || m.period.end) {
      claim.period = m.period;
      claim.period_from = d.period_from;
      // 4月底外汇储备: what is measured at a point in time has the day, as with 截至.
      // So with what there are of things: 2023年末共有门店300家.
      const bool stock = d.metric.cue != nullptr
                             ? d.metric.cue->cue_class == Class::kMetric && !d.metric.cue->flow
                             : value.token_class == Class::kCount;
      // 由年初截至6月底存款上升2%: but it rose over all of it.
      const bool over_months = claim.kind == ClaimKind::kChange && m.period.start && m.period.end &&
                               m.period.start->date.month != m.period.end->date.month;
      const bool last =
          !over_months && (EndsAt(text_, m.span.end, "底") || EndsAt(text_, m.span.end, "末"));
      if (stock && m.period.end && last &&
          (m.period.grain == Grain::kTenDays || m.period.grain == Grain::kMonth)) {
        claim.period = DayPeriod(m.period.end->date);
      }
      // 2011年末利息净收入: what flows is of the year.
      if (d.metric.cue != nullptr && d.metric.cue->flow && m.period.end &&
          EndsAt(text_, m.span.end, "年末") && claim.kind != ClaimKind::kChange) {
        claim.period = YearPeriod(m.period.end->date.year);
      }
      // 全年产量…，年末存栏…, in January: figures of a year come out when the next has begun.
      constexpr int kLastMonth = 4;
      const bool over = claim.modality == Modality::kActual && published_ &&
                        claim.kind != ClaimKind::kDuration && published_->month <= kLastMonth &&
                        m.period.start && m.period.end && *published_ < m.period.end->date &&
                        m.period.start->date.year == published_->year;
      const auto foreseen = [](const Token& t) {
        return t.token_class == Class::kPlan || t.token_class == Class::kForecast ||
               t.token_class == Class::kPossible;
      };
      const auto& tokens = p.row.tokens;
      if (over && Any(Text(m.span), {"全年", "全年度", "年末", "截至年末", "截至年底"}) &&
          Text(p.span).find("维持") == std::string_view::npos &&
          std::none_of(tokens.begin(), tokens.end(), foreseen)) {
        claim.period = YearPeriod(published_->year - 1);
        if (EndsAt(text_, m.span.end, "末")) claim.period = DayPeriod(claim.period->end->date);
      }
    }
    const CleanSpan words = view_.map.ToClean(m.span);
    claim.period_text = std::string(Slice(document_.text, words));
    AddSpan(claim, SpanRole::kPeriod, m.span);
  }
  // Kinds that the measure decides.
  if (claim.kind == ClaimKind::kMultiple && value.token_class == Class::kRatio &&
      nouns_.Is("part", d.metric.id)) {
    claim.kind = ClaimKind::kShare;
  }
  if (claim.kind == ClaimKind::kLevel) {
    if (Any(d.metric.id, {"share_ratio", "market_share", "holding_ratio", "shares", "pledge",
                          "shares_reduced", "shares_increased", "shares_bought"})) {
      if (value.token_class == Class::kPercent || value.token_class == Class::kRatio) {
        claim.kind = ClaimKind::kShare;
      }
    } else if (Any(d.metric.id, {"share_price", "close_price", "issue_price", "target_price",
                                 "gold_price", "oil_price", "price", "fx_rate", "power_price"})) {
      if (value.token_class == Class::kMoney || value.token_class == Class::kRate) {
        claim.kind = ClaimKind::kPrice;
      }
    }
  }
  // 每股收益0.92美元: what is earned and paid on a share is no price.
  if (claim.kind == ClaimKind::kPrice && claim.quantity.unit.ends_with("/share") &&
      (Any(d.metric.id, {"eps", "bps"}) || nouns_.Is("dividend", d.metric.id))) {
    claim.kind = ClaimKind::kLevel;
  }
  // 资本支出约70%将投入先进制程: a part of what is counted in money.
  if (claim.kind == ClaimKind::kLevel && value.token_class == Class::kPercent && d.own_metric) {
    std::string_view behind = Text({value.outer.end, p.span.end});
    if (behind.starts_with("将")) behind.remove_prefix(3);
    if (nouns_.StartsWith("spent", behind)) claim.kind = ClaimKind::kShare;
  }
  if (claim.kind == ClaimKind::kDuration && Any(d.metric.id, {"age", "hours_use"})) {
    claim.kind = ClaimKind::kLevel;
  }
  // 日活跃用户数达1亿, 参数规模700亿, 平均月薪3万: the measure says what is counted.
  if (claim.quantity.unit.empty() && d.metric.cue != nullptr) {
    const std::string counted = nouns_.First("unit:" + d.metric.id);
    if (!counted.empty()) {
      claim.quantity.unit = "count:" + counted;
      if (claim.kind == ClaimKind::kLevel) claim.kind = ClaimKind::kCount;
    } else if (!d.metric.cue->units.empty() && d.metric.cue->units.front() == "money" &&
               std::find(d.metric.cue->units.begin(), d.metric.cue->units.end(), "count") ==
                   d.metric.cue->units.end()) {
      // 出口值从1000亿美元增至2000亿: the money that the number before names.
      for (const Draft& o : p.drafts) {
        const Token& other = p.row.tokens[o.token];
        if (o.token >= d.token) break;
        if (other.token_class == Class::kMoney && o.metric.id == d.metric.id &&
            o.clause >= d.clause - 1) {
          claim.quantity.unit = other.mention->quantity.unit;
        }
      }
      // 支出36亿美元。前九月支出86亿: nor does it change for the same company.
      if (claim.quantity.unit.empty() && !d.subject.empty() && d.subject.text == paid_in_.first) {
        claim.quantity.unit = paid_in_.second;
      }
      if (claim.quantity.unit.empty()) claim.quantity.unit = Currency();
    } else if (!d.metric.cue->units.empty() &&
               Any(d.metric.id, {"industrial_index", "other_index"})) {
      claim.quantity.unit = "count:点";
    }
  }
  // A bare 元 in traditional script that nothing places: by the subject's home.
  if (value.mention->unit_assumed && document_.meta.region.empty() &&
      document_.script != Script::kHans && claim.quantity.unit.size() >= 3) {
    const auto facts = tables_.entities->Lookup(claim.subject_id);
    if (facts) {
      for (const auto& [home, currency] : {std::pair{"CN", "CNY"}, std::pair{"HK", "HKD"},
                                           std::pair{"TW", "TWD"}, std::pair{"MO", "MOP"}}) {
        if (facts->home == home) claim.quantity.unit.replace(0, 3, currency);
      }
    }
  }
  // 大陸零售額人民幣4.2兆元，…3兆元: of somebody from elsewhere, in the money named before.
  if (value.mention->unit_assumed && d.subject.text == paid_in_.first &&
      claim.quantity.unit.size() == 3 && !document_.meta.region.empty() &&
      (nouns_.Is("corporate", d.metric.id) || nouns_.Is("macro", d.metric.id)) &&
      !nouns_.Is("dividend", d.metric.id)) {
    const auto facts = tables_.entities->Lookup(claim.subject_id);
    if (facts && !facts->home.empty() && facts->home != document_.meta.region) {
      claim.quantity.unit = paid_in_.second.substr(0, 3);
    }
  }
  // 目标价59港元…，第三季收入3亿元: what a mainland company earns it tells in the money of its
  // home.
  if (value.mention->unit_assumed && claim.quantity.unit.starts_with("HKD") &&
      document_.script == Script::kHans && nouns_.Is("corporate", d.metric.id)) {
    const auto facts = tables_.entities->Lookup(claim.subject_id);
    if (facts && facts->home == "CN") claim.quantity.unit.replace(0, 3, "CNY");
  }
  AddSpan(claim, SpanRole::kValue, value.span);
  AddSpan(claim, SpanRole::kSubject, d.subject.span);
  AddSpan(claim, SpanRole::kMetric, d.metric.span);
  AddSpan(claim, SpanRole::kHedge, value.mention->hedge_span);
  std::sort(claim.spans.begin(), claim.spans.end());
  claim.spans.erase(std::unique(claim.spans.begin(), claim.spans.end()), claim.spans.end());

  claim.checks.reserve(9);
  const auto check = [&](std::string_view name, bool passed, std::string_view note) {
    claim.checks.push_back({std::string(name), passed, std::string(passed ? "" : note)});
  };
  bool fits = true;
  if (d.metric.cue != nullptr && claim.kind != ClaimKind::kChange) {
    const auto kind = [&]() -> std::string_view {
      switch (value.token_class) {
        case Class::kMoney:
          return "money";
        case Class::kPercent:
          return "percent";
        case Class::kPoint:
          return "bp";
        case Class::kCount:
          return "count";
        case Class::kDuration:
          return "duration";
        case Class::kMultiple:
          return "multiple";
        default:
          return "";
      }
    }();
    fits = kind.empty() || d.metric.cue->units.empty() ||
           std::find(d.metric.cue->units.begin(), d.metric.cue->units.end(), kind) !=
               d.metric.cue->units.end() ||
           (kind == "percent" && claim.kind == ClaimKind::kShare);
  }
  check("unit fits metric", fits, fits ? "" : claim.quantity.unit + " for " + claim.metric);
  check("has subject", !claim.subject.empty(), "no subject found");
  check("has metric", !claim.metric.empty(), "no measure found");
  check("subject and metric in the clause", d.own_subject && d.own_metric,
        "taken from the context");
  check("has period", claim.period.has_value(), "no date given");
  // The printed sign and the word for the way: -3% beside 下降 says it twice.
  const bool negative = claim.quantity.value && claim.quantity.value->negative();
  check("sign agrees with direction",
        !(negative && claim.direction != Direction::kNone && !d.signed_direction),
        "a sign beside a word for up or down");
  const bool later =
      claim.period && claim.period->start && published_ &&
      claim.period->start->date >
          AddDays(*published_, d.period.empty() ? 0 : LeadOf(Text(d.period.mention->span)));
  check("period is plausible", !(later && claim.modality == Modality::kActual),
        "a fact of a time after the article");
  check("arithmetic", d.arithmetic.empty(), d.arithmetic);
  // What a failed check costs, in the order above.
  double confidence = 0.95;
  constexpr std::array<double, 8> kLoss = {0.25, 0.3, 0.3, 0.12, 0.1, 0.15, 0.2, 0.3};
  for (size_t i = 0; i < claim.checks.size(); ++i) {
    if (!claim.checks[i].passed) confidence -= kLoss[i];
  }
  if (value.mention->unit_assumed) {
    check("currency is named", false, "a bare amount, read by the region");
    confidence -= 0.1;
  }
  claim.confidence = std::max(0.05, confidence);
  claims.push_back(std::move(claim));
}

void Fold::Read(const Sentence& sentence, int index, const Mention* mentions, size_t count,
                std::vector<Claim>& claims, std::vector<Refusal>& refusals) {
  // 1)营收…。|2)净利润…。|员工…: the list ends with its numbers.
  if (numbered_ && !IsNumberedItem(Text(sentence.span))) heading_ = false;
  // 第三季度财报：|核心数据速览：|1)营收…: a heading that tells nothing itself does not part a list
  // from what dates it.
  if (heading_ && period_.sentence == index_ && index == index_ + 2 &&
      Trim(Text({0, sentence.span.begin})).ends_with(':')) {
    period_.sentence = index - 1;
  }
  index_ = index;
  // A new paragraph speaks of the main subject again.
  if (sentence.paragraph != paragraph_ && index > 0) {
    basis_ = Basis::kNone;
    if (!company_.empty())
      subject_ = company_;
    else if (headline_.entity && headline_.type == EntityType::kOrg && !IsAgency(headline_)) {
      subject_ = headline_;
    } else if ((!headline_.empty() && IsAgency(headline_)) || subject_.id.starts_with("group:")) {
      subject_ = {};  // nor does it go on with a list of names
    }
  }
  paragraph_ = sentence.paragraph;
  Parts& p = parts_;
  p.Clear();
  p.span = sentence.span;
  const std::string_view sentence_text = Text(sentence.span);
  MakeRow(text_, sentence.span, mentions, count, *tables_.cues, p.row);
  Cut(p);
  SkipCredit(p);
  SkipReckoning(p);
  if (IsTableLine(sentence_text) && ReadTableRow(p, index, claims)) {
    NoteRefusals(p, mentions, count, refusals);
    return;
  }
  const bool numbers = std::any_of(p.row.tokens.begin(), p.row.tokens.end(),
                                   [](const Token& t) { return IsQuantity(t.token_class); });
  if (numbers) {
    ApplyGuards(p);
    ApplyPatterns(p);
  }
  MarkCompared(p);
  for (size_t t = 0; t < p.row.tokens.size(); ++t) {
    const Token& token = p.row.tokens[t];
    if (token.token_class == Class::kHere) {
      // 居全国第一位, 比全国高: said of the country by the way.
      const bool opens = p.compared[t] == 0 &&
                         (token.span.begin == p.clause_begin[static_cast<size_t>(p.clause[t])] ||
                          (t > 0 && IsPeriod(p.row.tokens[t - 1].token_class)));
      const std::string_view word = token.cue->surface;
      const bool all = word.starts_with("全") || word.starts_with("我");
      if (Any(word, {"我国", "全国", "大陆全国"})) {
        if (opens) local_ = {};
      } else if (all && !Any(word, {"全球", "全港", "全台"})) {
        local_ = HereRef(token);
        local_.span = {};
      }
    }
    session_told_ = session_told_ || (tells_once_ && TellsSession(token));
    if (token.token_class != Class::kPlace && token.token_class != Class::kOrg) continue;
    const Ref name = EntityRef(token);
    if (token.token_class == Class::kOrg) {
      if (IsAgency(name) && (offices_.empty() || offices_.back() != name.text)) {
        offices_.push_back(name.text);
      }
      continue;
    }
    if (!IsLocal(name)) continue;
    region_ = name;
    region_.span = {};
    offices_.clear();
  }
  if (index == 0 || (company_.empty() && index < 2)) FindNamesake(p);
  FindTickers(p);
  FindSpeakers(p);
  FindListedGroups(p);
  const int n = static_cast<int>(p.row.tokens.size());
  for (int t = 0; t < n; ++t) {
    const Class c = p.row.tokens[t].token_class;
    // 排名第三: a place in a list; other ordinals only say which.
    const bool rank = c == Class::kOrdinal && t > 0 &&
                      p.row.tokens[t - 1].token_class == Class::kRank &&
                      p.row.tokens[t].outer.begin - p.row.tokens[t - 1].outer.end <= 12;
    if (!IsQuantity(c) && !rank) continue;
    if (p.refused[t].empty()) {
      Draft d;
      if (MakeDraft(p, t, index, d)) p.drafts.push_back(std::move(d));
    }
  }
  AlignLists(p);
  // 平安银行、中国联通分别拟派…: what another company announced before is not its word on these.
  for (Draft& d : p.drafts) {
    if (!speaker_.empty() && d.claim.attribution_id == speaker_.who.id &&
        !d.claim.attribution.empty() && OfAnother(speaker_, d.subject, index)) {
      d.claim.attribution.clear();
      d.claim.attribution_id.clear();
    }
  }
  TakeMonthBefore(p);
  PartRise(p);
  CheckArithmetic(p);
  if (const Basis shared = SharedBasis(p.drafts); shared != Basis::kNone) basis_ = shared;
  const size_t first = claims.size();
  for (Draft& d : p.drafts) Finish(p, d, claims);
  NoteRefusals(p, mentions, count, refusals);
  CarryOn(p, claims.data() + first, index);
}

// Lists why numbers of the sentence are no claims, in text order.
void Fold::NoteRefusals(const Parts& p, const Mention* mentions, size_t count,
                        std::vector<Refusal>& refusals) const {
  const int n = static_cast<int>(p.row.tokens.size());
  const size_t first_refusal = refusals.size();
  for (int t = 0; t < n; ++t) {
    if (!p.refused[t].empty()) {
      refusals.push_back({view_.map.ToClean(p.row.tokens[t].span), p.refused[t]});
    }
  }
  // Numbers inside Latin words are in no row.
  for (size_t i = 0, t = 0; i < count; ++i) {
    while (t < p.row.tokens.size() && p.row.tokens[t].span.begin < mentions[i].span.begin) ++t;
    const bool in_row = t < p.row.tokens.size() && p.row.tokens[t].mention == &mentions[i];
    if (!in_row && mentions[i].type == MentionType::kNumber) {
      refusals.push_back({view_.map.ToClean(mentions[i].span), mentions[i].rule});
    }
  }
  std::sort(refusals.begin() + static_cast<ptrdiff_t>(first_refusal), refusals.end(),
            [](const Refusal& a, const Refusal& b) { return a.span < b.span; });
}

// 一边是亮眼的200亿美元，…，甲公司进退两难: the one company that a sentence names, at the head of a
// clause. Empty for none.
Ref Fold::LoneOpener(const Parts& p) const {
  Ref only;
  for (size_t t = 0; t < p.row.tokens.size(); ++t) {
    const Token& token = p.row.tokens[t];
    if (token.token_class != Class::kOrg || p.speaker[t] != 0) continue;
    const Ref ref = EntityRef(token);
    const bool opens = token.span.begin == p.clause_begin[static_cast<size_t>(p.clause[t])];
    // 甲牌7系 is a thing.
    const bool model = token.span.end < p.span.end && IsAsciiDigit(text_[token.span.end]);
    if (!opens || model || p.paren[t] != 0 || p.compared[t] != 0 || IsAgency(ref) ||
        (!only.empty() && only.id != ref.id)) {
      return {};
    }
    only = ref;
  }
  return only;
}

// Whether `week` is the week of `day`.
bool Fold::WeekOf(const Period& week, const Period& day) {
  return week.grain == Grain::kWeek && day.grain <= Grain::kDay && week.start && week.end &&
         day.start && !(day.start->date < week.start->date) && !(week.end->date < day.start->date);
}

// 周五金价收高，|本周创最大跌幅: whether a day of the week at `token` stands in front of it.
bool Fold::WeekOfDayInFront(const Parts& p, int token) {
  const auto& tokens = p.row.tokens;
  const Period& week = tokens[static_cast<size_t>(token)].mention->period;
  return std::any_of(tokens.begin(), tokens.begin() + token, [&](const Token& front) {
    return front.token_class == Class::kPeriod && WeekOf(week, front.mention->period);
  });
}

// Carries the context on to the next sentence. `made` are the claims of the drafts.
void Fold::CarryOn(const Parts& p, const Claim* made, int index) {
  const int n = static_cast<int>(p.row.tokens.size());
  if (!p.drafts.empty()) {
    // 零售业营业额A，其中百货业B。: of the whole again.
    const Draft& last = p.drafts.back();
    const Draft* head = last.own_metric ? nullptr : HeadOfParts(p, last);
    const Draft& whole = head != nullptr && !head->subject.empty() ? *head : last;
    // 其中百货业B。: parts of what the sentence before was of.
    const Token& opens = p.row.tokens.front();
    if (opens.token_class == Class::kPart && opens.outer.begin == p.span.begin &&
        !last.own_metric && thing_sentence_ == index - 1) {
      thing_sentence_ = index;
    } else if (!whole.subject.entity && !whole.subject.empty() &&
               (nouns_.Is("thing", whole.metric.id) ||
                (IsBranch(whole.subject.text) && !nouns_.Is("public", whole.metric.id)) ||
                (nouns_.Is("corporate", whole.metric.id) && OwnerRef().empty()))) {
      thing_ = whole.subject;
      thing_.span = {};
      thing_metric_ = whole.metric.id;
      thing_measure_ = whole.metric.text;
      thing_sentence_ = index;
      thing_paragraph_ = paragraph_;
    }
  }
  if (!p.drafts.empty()) {
    unit_metrics_.clear();
    dealer_ = {};
    last_subject_ = p.drafts.back().subject;
    last_subject_.span = {};
    last_sentence_ = index;
    last_paragraph_ = paragraph_;
  }
  for (size_t i = 0; i < p.drafts.size(); ++i) {
    const Draft& d = p.drafts[i];
    unit_metrics_.emplace_back(made[i].quantity.unit, made[i].kind, d.metric);
    if (d.relative) continue;  // 低于乙公司的22万元: said by the way of somebody else
    // A place that a company's article mentions does not take the company's place.
    const bool place = d.subject.entity && d.subject.type == EntityType::kPlace &&
                       subject_.entity && subject_.type == EntityType::kOrg &&
                       !nouns_.Is("macro", d.metric.id);
    // 某省新增5例，其中甲市2例。: nor does a part take the whole's.
    const bool ware = d.subject.type == EntityType::kProduct;
    const Draft* whole = d.own_metric && !ware ? nullptr : HeadOfParts(p, d);
    const Draft* head = d.own_metric ? nullptr : whole;
    // 甲公司交付50万辆，其中乙型交付48万辆。储能装机…: nor does one of its products.
    const bool product = whole != nullptr && ware && whole->subject.type == EntityType::kOrg &&
                         whole->metric.id == d.metric.id;
    // 甲公司营收9亿元。乙型交付1万辆。产能…: nor does one of what it sells, told by how many.
    const bool sold = ware && subject_.entity && subject_.type == EntityType::kOrg &&
                      !IsAgency(subject_) &&
                      Any(d.metric.id, {"deliveries", "production", "sales_volume", "shipments"});
    const bool part = product || sold || (head != nullptr && !head->subject.empty());
    if (!place && !part &&
        (d.subject.entity || d.subject.named ||
         (d.own_subject && !d.subject.empty() && !subject_.entity && local_.empty() &&
          (nouns_.EndsWith("agent", d.subject.text) || IsBranch(d.subject.text))) ||
         // 两市共3192只个股下跌。687只上涨: of the market again.
         (d.own_subject && d.claim.kind == ClaimKind::kCount &&
          nouns_.Is("player", d.subject.text)))) {
      subject_ = d.subject;
      subject_metric_ = d.metric.id;
    }
    const bool firm = d.subject.type == EntityType::kOrg && !IsAgency(d.subject) &&
                      !d.subject.id.starts_with("group:") && d.own_subject &&
                      !nouns_.EndsWith("agent", d.subject.text);
    // 某某环保的收入: a company by its ending alone.
    const bool called = d.subject.named && d.own_subject && !d.subject.entity &&
                        nouns_.EndsWith("company", d.subject.text);
    if (called) firm_ = d.subject;
    if (firm && (d.subject.entity || d.subject.named)) {
      firm_ = d.subject;
      if (!d.subject.text.empty()) NoteName(d.subject);
    }
    if (!d.metric.empty()) metric_ = d.metric;
    const Token& value = p.row.tokens[static_cast<size_t>(d.token)];
    if (value.token_class == Class::kMoney && !value.mention->unit_assumed &&
        (nouns_.Is("corporate", d.metric.id) || nouns_.Is("macro", d.metric.id))) {
      paid_in_ = {d.subject.text, value.mention->quantity.unit};
    }
    NoteTradeDay(d, made[i].modality);
    if (tells_once_ && made[i].kind == ClaimKind::kCount && !d.period.empty() &&
        std::find(counted_.begin(), counted_.end(), made[i].quantity.unit) == counted_.end()) {
      counted_.push_back(made[i].quantity.unit);
    }
    if (nouns_.Is("deed", d.metric.id) && nouns_.Is("player", d.subject.text)) {
      dealer_ = d.subject;
      dealer_.span = {};
    }
    if (d.metric.id == "index_level" && !IsListed(d.subject) && !d.subject.empty()) {
      last_index_ = d.subject;
      last_index_.span = {};
    }
  }
  // 公布移转栋数！台北市1000栋: what a sentence without numbers says is counted.
  for (int t = n - 1; t >= 0 && p.drafts.empty(); --t) {
    const Token& token = p.row.tokens[t];
    if (token.token_class != Class::kMetric || p.paren[t] != 0 || token.cue->units.size() != 1 ||
        token.cue->units[0] != "count") {
      continue;
    }
    metric_ = MetricOf(token);
    unit_metrics_.clear();
    break;
  }
  // A sentence whose first number took the date from before keeps to it; else the latest of its
  // dates holds, those before it being what it is compared with.
  const PeriodRef* carried = nullptr;
  bool same = false;  // 上年同期: of those numbers alone
  for (const Draft& d : p.drafts) {
    if (d.period.empty() || !d.period.mention->period.start) continue;
    // 过去12个月增长4%: nor is a stretch up to then what the next sentence is of.
    const bool stretch = d.period.sentence == index && !period_.empty() &&
                         Text(d.period.mention->span).starts_with("过去") &&
                         period_.mention->period.grain == Grain::kMonth;
    // 创1990年2569点以来新高: nor is when it was last as high.
    const bool record = d.own_period && BeforeRecord(p, p.row.tokens[d.token].outer.end);
    if (stretch || (record && d.claim.kind != ClaimKind::kDuration) ||
        d.period.mention->period_role == PeriodRole::kSamePeriod) {
      same = true;
      continue;
    }
    // 1—9月…，1—8月为…: of two that begin together the longer.
    const auto later = [](const Period& a, const Period& b) {
      return *a.start != *b.start ? *b.start < *a.start : !(a.end < b.end);
    };
    if (carried == nullptr || later(d.period.mention->period, carried->mention->period)) {
      carried = &d.period;
    }
    if (d.period.sentence < index) break;
  }
  // 去年亏损4亿元；2022年盈利8亿元。: an aside of a year before the one told.
  const auto aside = [&] {
    if (!tells_once_ || carried == nullptr || period_.empty() || carried->sentence != index ||
        period_.sentence != index - 1 || !text_.substr(0, p.span.begin).ends_with(";")) {
      return false;
    }
    const Period& a = carried->mention->period;
    const Period& told = period_.mention->period;
    return a.grain == Grain::kYear && told.grain >= Grain::kYear && a.end && told.start &&
           a.end->date < told.start->date;
  };
  if (aside()) {
    period_.sentence = index;
  } else if (carried != nullptr) {
    if (lead_period_.empty()) lead_period_ = {carried->mention, index};
    period_ = {carried->mention, index};
    period_paragraph_ = paragraph_;
    period_foreseen_ = true;
    for (size_t i = 0; i < p.drafts.size(); ++i) {
      if (p.drafts[i].period.mention == period_.mention && made[i].modality == Modality::kActual) {
        period_foreseen_ = false;
      }
    }
    if (!period_foreseen_) {
      told_period_ = period_;
      told_paragraph_ = paragraph_;
    }
  } else if (!p.drafts.empty() && p.drafts.back().undated) {
    period_ = {};
  } else if (same && !period_.empty() && index - period_.sentence <= 1 &&
             paragraph_ == period_paragraph_) {
    period_.sentence = index;  // what follows is of the time before again
  } else {
    for (int t = n - 1; t >= 0; --t) {
      const Class c = p.row.tokens[t].token_class;
      if (c != Class::kPeriod && c != Class::kAsOf) continue;
      if (nouns_.StartsWith("results", Text({p.row.tokens[t].span.end, p.span.end}))) {
        // 上季度财报 dates the report, not what follows; 发布第三季度财报, 一季度业绩如下：: what
        // follows is of it.
        bool published = text_[p.span.end - 1] == ':';
        for (int u = t - 1; u >= 0 && p.clause[u] == p.clause[t]; --u) {
          published = published || (p.row.tokens[u].token_class == Class::kSpeech &&
                                    nouns_.Is("publish", p.row.tokens[u].cue->surface));
        }
        if (!published) continue;
      }
      if (p.compared[t] != 0 || !p.row.tokens[t].mention->period.start ||
          Dateless(p.row.tokens[t])) {
        continue;
      }
      // 恒指收报2万点。上海周三起恢复堂食: what begins on a day does not date the quotes that go
      // on. Nor does the week of the day that was told: 周五金价收高，本周创最大跌幅。收报1929美元.
      if (WeekOfDayInFront(p, t)) continue;
      if ((TellsTrade(metric_) && StandsAt(text_, p.row.tokens[t].span.end, "起")) ||
          (!period_.empty() && WeekOf(p.row.tokens[t].mention->period, period_.mention->period))) {
        if (!period_.empty() && paragraph_ == period_paragraph_) period_.sentence = index;
        break;
      }
      period_ = {p.row.tokens[t].mention, index};
      period_paragraph_ = paragraph_;
      period_foreseen_ =
          std::any_of(p.row.tokens.begin(), p.row.tokens.end(), [](const Token& token) {
            return token.token_class == Class::kForecast || token.token_class == Class::kPlan;
          });
      break;
    }
  }
  // A list parted by ; goes on as it began; a plan of an announcement goes on for a sentence more.
  const bool semicolon = text_[p.span.end - 1] == ';';
  const Modality before = modality_;
  modality_ = Modality::kActual;
  for (size_t i = 0; i < p.drafts.size(); ++i) {
    const Modality modality = made[i].modality;
    // 预测营收6亿，不过昨日股价跌5%；…: what is so was told since.
    if (modality == Modality::kActual && p.drafts[i].own_subject) modality_ = modality;
    if (modality == Modality::kActual || !p.drafts[i].modality_scope) continue;
    if (semicolon || modality == Modality::kPlan) modality_ = modality;
  }
  if (p.drafts.empty()) {
    for (int t = 0; t < n; ++t) {
      const Class c = p.row.tokens[t].token_class;
      if (c == Class::kPlan && (semicolon || p.row.tokens[t].cue->surface.starts_with("拟"))) {
        modality_ = Modality::kPlan;
      }
    }
    if (semicolon && modality_ == Modality::kActual) modality_ = before;
  }
  modality_semicolon_ = semicolon;
  modality_paragraph_ = paragraph_;
  // 业绩如下：|营收9亿元|净利润1亿元: the lines of a list end without a full stop, or are numbered.
  const bool line = heading_ && !nouns_.EndsWith("stop", Text(p.span));
  const bool opens = semicolon || text_[p.span.end - 1] == ':';
  numbered_ = heading_ && !line && !opens && IsNumberedItem(Text(p.span));
  heading_ = opens || line || numbered_;
  if (p.drafts.empty()) {
    // 证监会同意甲公司上市。公司拟…: of the one company that somebody else did something to.
    Ref lone;
    bool only = true;
    for (int t = 0; t < n; ++t) {
      if (p.row.tokens[t].token_class != Class::kOrg) continue;
      const Ref ref = EntityRef(p.row.tokens[t]);
      if (IsAgency(ref) || IsSort(ref) || ref.id.starts_with("x:")) continue;
      only = only && (lone.empty() || lone.id == ref.id);
      lone = ref;
    }
    if (only && !lone.empty()) {
      lone_firm_ = lone;
      lone_firm_.span = {};
    }
    bool found = false;
    for (int t = 0; t < n; ++t) {
      if (!IsEntity(p.row.tokens[t].token_class) || p.paren[t] != 0) continue;
      // 甲产品问世后，乙公司首份财报出炉: what follows is the story of whose results they are, told
      // by the article.
      const Ref ref = EntityRef(p.row.tokens[t]);
      if (p.row.tokens[t].token_class == Class::kOrg && !IsAgency(ref) && !IsSort(ref) &&
          OwnsResults(p, t)) {
        subject_ = company_ = ref;
        speaker_ = {};
        break;
      }
      if (p.speaker[t] != 0 || p.row.tokens[t].token_class == Class::kMedia) continue;
      if (IsObject(p, t)) continue;  // 在甲公司大会上, 与甲公司合作
      if (IsAgency(ref) && !HasMarket(ref)) continue;  // 统计局某司进行了解读: of others' numbers
      // 完成中试线建设: what but looks like a name, and opens no clause, is nobody spoken of.
      const uint32_t head = p.clause_begin[static_cast<size_t>(p.clause[t])];
      const bool dated = t > 0 && IsPeriod(p.row.tokens[t - 1].token_class);
      if (ref.type == EntityType::kOrg && ref.id.starts_with("x:") && !dated &&
          p.row.tokens[t].span.begin != head) {
        continue;
      }
      // 得益于甲芯片的量产: a product by the way does not take its company's place.
      if (ref.type == EntityType::kProduct && subject_.entity &&
          subject_.type == EntityType::kOrg && p.row.tokens[t].span.begin != p.span.begin) {
        continue;
      }
      if (!found) subject_ = ref;
      found = true;
    }
  } else if (subject_.empty() && index == 0) {
    subject_ = LoneOpener(p);  // whom alone the article opens with, it goes on about
  }
}

}  // namespace hanfact::extract
