#include "extract/fold.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <iterator>

namespace hanfact::extract {

using Class = TokenClass;

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

// 今年|第11号台风: which of the year it is, dates nothing that it did.
bool Fold::NumbersEvent(const Token& token) const {
  constexpr std::string_view kOrdinal = "第", kNumber = "号";
  constexpr size_t kMostDigits = 3;
  if (token.mention == nullptr || !StandsAt(text_, token.span.end, kOrdinal)) return false;
  size_t at = token.span.end + kOrdinal.size();
  for (size_t n = 0; n < kMostDigits && at < text_.size() && IsAsciiDigit(CodePointAt(text_, at));
       ++n) {
    ++at;
  }
  return StandsAt(text_, static_cast<uint32_t>(at), kNumber);
}

bool Fold::IsContract(const Token& token) const {
  if (token.mention == nullptr || token.mention->period.grain != Grain::kMonth) return false;
  std::string_view behind = std::string_view(text_).substr(token.span.end);
  if (nouns_.StartsWith("contract", behind)) return true;
  // 3月|WTI原油, 3月|沪铜期货; what is done in a month is told of the trade (3月期货市场).
  constexpr int kLongestGoods = 6;
  for (int n = 0; n <= kLongestGoods && !behind.empty(); ++n) {
    if (const size_t mark = nouns_.LongestStart("future", behind); mark > 0) {
      return !nouns_.StartsWith("oftrade", behind.substr(mark));
    }
    const char32_t c = CodePointAt(behind, 0);
    if (!IsHan(c) && !IsAsciiLetter(c)) return false;
    behind.remove_prefix(CodePointLength(behind[0]));
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

// 远山股份|3月9日公告, 远山股份(600100): of a company that no lexicon knows 股份 ends the name, and
// measures nothing.
void Fold::TakeSharesIntoNames(Parts& p) const {
  constexpr uint32_t kShortest = 6, kLongest = 12;
  constexpr std::string_view kShares = "股份";
  auto& tokens = p.row.tokens;
  for (size_t t = 0; t < tokens.size(); ++t) {
    if (tokens[t].token_class != Class::kMetric || tokens[t].cue->surface != kShares) continue;
    const uint32_t from = p.clause_begin[static_cast<size_t>(p.clause[t])];
    const uint32_t at = tokens[t].span.begin, end = tokens[t].span.end;
    if (at < from + kShortest || at > from + kLongest ||
        (t > 0 && tokens[t - 1].outer.end > from)) {
      continue;
    }
    const std::string_view name = Text({from, at});
    if (nouns_.Is("generic", name) || nouns_.EndsWith("verb", name) ||
        nouns_.EndsWith("clause", name) || nouns_.EndsWith("handles", name) ||
        nouns_.EndsWith("done", name) || nouns_.EndsWith("particle", name) ||
        nouns_.EndsWith("act", name) || !IsHan(CodePointAt(name, 0))) {
      continue;
    }
    const bool code = StandsAt(text_, end, "(");
    const Class next = t + 1 < tokens.size() && tokens[t + 1].outer.begin == end
                           ? tokens[t + 1].token_class
                           : Class::kMetric;
    const bool acts =
        IsPeriod(next) || next == Class::kSpeech || next == Class::kPlan || next == Class::kVague;
    if (code || acts || nouns_.StartsWith("kin", Text({end, p.span.end})) ||
        nouns_.StartsWith("issues", Text({end, p.span.end}))) {
      tokens[t].token_class = Class::kOrdinal;  // a part of the name
    }
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
    // 某社|北京2月5日电: an outlet that but signs is no mention.
    const bool unnamed = t == 0 && (c == Class::kPlace || IsPeriod(c)) &&
                         nouns_.EndsWith("outlet", Text({at, tokens[t].outer.begin}));
    if (t == 0 ? c != Class::kMedia && !paper && !unnamed : !IsEntity(c) && !IsPeriod(c)) return;
    if (tokens[t].outer.begin > at + (t == 0 && !unnamed ? 3 : kLongestGap)) return;
    at = tokens[t].outer.end;
    if (!nouns_.StartsWith("credit", Text({at, p.span.end}))) continue;
    for (size_t u = 0; u <= t; ++u) {
      p.paren[u] = 1;
      if (IsEntity(tokens[u].token_class)) p.compared[u] = 1;
    }
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
    if (!nouns_.StartsWith("reckons", Text({from, end}))) {
      // 增加值|按可比价格计算|同比增长6%, 国内股票|按当日市价计算
      const size_t at = nouns_.Find("reckonsin", Text({from, end}));
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

// 《一元钱》, 《2021年十件大事》: whether the number stands inside the marks of a title.
bool Fold::InTitle(const Parts& p, size_t token) const {
  constexpr std::string_view kOpen = "《", kClose = "》";
  const uint32_t at = p.row.tokens[token].span.begin;
  const std::string_view front = Text({p.span.begin, at});
  const size_t open = front.rfind(kOpen);
  return open != front.npos && front.find(kClose, open) == front.npos &&
         Text({at, p.span.end}).find(kClose) != std::string_view::npos;
}

// 几位朋友, 好几次, 几个小时: whether the number says no more than that there are some; 几十家 and
// 十几人 say about how many.
bool Fold::CountsFew(const Parts& p, size_t token) const {
  const Token& value = p.row.tokens[token];
  if (value.token_class != Class::kCount && value.token_class != Class::kDuration) return false;
  const Quantity& quantity = value.mention->quantity;
  const std::string_view words = Text(value.span);
  return (words.starts_with("几") || words.starts_with("好几")) && quantity.high &&
         *quantity.high < Decimal(10);
}

// 14岁考入大学, 65岁以上用户: whether the number tells how old somebody is by the way; an age that
// is measured (平均年龄为35岁) says so in front.
bool Fold::TellsAge(const Parts& p, size_t token) const {
  const auto& tokens = p.row.tokens;
  if (tokens[token].token_class != Class::kDuration || !Text(tokens[token].span).ends_with("岁")) {
    return false;
  }
  for (size_t t = token; t-- > 0 && p.clause[t] == p.clause[token];) {
    if (tokens[t].token_class == Class::kMetric && Fits(*tokens[t].cue, "duration")) return false;
  }
  return PersonAged(p, token).empty();
}

// 31岁的李某, 77岁空巢老人周某, 王某，49岁，安溪人: the person right beside an age; empty where it
// is of nobody that is named.
Ref Fold::PersonAged(const Parts& p, size_t token) const {
  constexpr size_t kLongest = 24;  // bytes of what the person is
  const auto& tokens = p.row.tokens;
  const Token& age = tokens[token];
  if (age.token_class != Class::kDuration || !Text(age.span).ends_with("岁")) return {};
  const auto person = [&](size_t t) {
    return t < tokens.size() && tokens[t].token_class == Class::kPerson;
  };
  size_t next = token + 1;
  while (next < tokens.size() && tokens[next].token_class != Class::kPerson &&
         (InPhrase(tokens[next].token_class) || tokens[next].token_class == Class::kTitle)) {
    ++next;
  }
  if (person(next)) {
    const std::string_view gap = Text({age.outer.end, tokens[next].span.begin});
    const bool plain = gap.size() <= kLongest && gap.find(',') == gap.npos &&
                       gap.find('(') == gap.npos && gap.find("，") == gap.npos &&
                       gap.find("、") == gap.npos && gap.find("。") == gap.npos;
    const WordSpans words = plain ? SplitWords(gap) : WordSpans();
    const bool deed = std::any_of(words.begin(), words.end(), [&](const auto& span) {
      const std::string_view word = gap.substr(span.first, span.second - span.first);
      return word != "的" && (nouns_.Is("verb", word) || nouns_.Is("clause", word));
    });
    if (plain && !deed) return EntityRef(tokens[next]);
  }
  // 王某，49岁，: the whole clause.
  size_t front = token;
  while (front > 0 && IsPeriod(tokens[front - 1].token_class)) --front;
  if (front == 0 || !person(front - 1)) return {};
  const std::string_view gap = Text({tokens[front - 1].span.end, age.outer.begin});
  const bool closes = age.outer.end >= p.span.end || IsCut(CodePointAt(text_, age.outer.end)) ||
                      CodePointAt(text_, age.outer.end) == ')';
  return closes && (gap.empty() || nouns_.Is("aged", gap)) ? EntityRef(tokens[front - 1]) : Ref{};
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
  const bool titles = Text(p.span).find("《") != std::string_view::npos;
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
    if (p.refused[t].empty() && CountsFew(p, t)) p.refused[t] = "says but that there are some";
    if (p.refused[t].empty() && TellsAge(p, t)) p.refused[t] = "age of a person in passing";
    if (titles && p.refused[t].empty() && InTitle(p, t)) p.refused[t] = "part of a title";
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

// 经济日报/ 记者某某/台北报导: a line that says who wrote what follows, and from where.
bool Fold::IsByline(std::string_view line) const {
  constexpr size_t kLongest = 120;
  line = Trim(line);
  return line.size() <= kLongest && nouns_.EndsWith("byline", line) &&
         (line.find('/') != line.npos || nouns_.Within("writer", line)) &&
         line.find("，") == line.npos;
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
  TakeSharesIntoNames(p);
  SkipCredit(p);
  SkipReckoning(p);
  if (IsByline(sentence_text) || (IsTableLine(sentence_text) && ReadTableRow(p, index, claims))) {
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
      if (nouns_.Is("homeland", word)) {
        if (opens) local_ = {};
      } else if (all && !nouns_.Is("region", word)) {
        local_ = HereRef(token);
        local_.span = {};
      }
    }
    session_told_ = session_told_ || (tells_once_ && TellsSession(token));
    if (p.paren[t] != 0) continue;  // 某社伦敦6月2日电: where the news comes from
    NoteDayOfOpening(p, static_cast<int>(t));
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
  if (numbers) NoteExample(p);
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

}  // namespace hanfact::extract
