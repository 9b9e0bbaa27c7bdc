// Whether a number rises or falls, what kind it is, and what it is held against.
#include <algorithm>
#include <utility>

#include "extract/fold.h"

namespace hanfact::extract {

using Class = TokenClass;

namespace {

constexpr int kMonthsEnd = 27;  // days behind it may be the last of their month

// What a change since `before` is against: a year, a quarter or a month before `own`.
Basis BasisBetween(const Period& before, const Period& own) {
  if (!before.start || !own.start || !own.end) return Basis::kNone;
  const Date& a = before.start->date;
  const Date& b = own.start->date;
  const int apart = (b.year - a.year) * 12 + b.month - a.month;
  if (apart == 12) return Basis::kYoy;
  // 前3月, 较去年第4季
  if (before.grain == Grain::kQuarter && apart == 3 && before.end &&
      own.end->date == AddMonths(before.end->date, 3)) {
    return Basis::kQoq;
  }
  if (own.grain == Grain::kQuarter && before.grain == Grain::kQuarter &&
      (apart % 12 + 12) % 12 == 3) {
    return Basis::kQoq;
  }
  // 2月底, 截至3月底
  const bool ends = before.end && before.grain < Grain::kMonth && own.grain < Grain::kMonth &&
                    before.end->date.day > kMonthsEnd && own.end->date.day > kMonthsEnd;
  if (apart == 1 && (ends || (before.grain == Grain::kMonth && own.grain >= Grain::kMonth))) {
    return Basis::kMom;
  }
  return Basis::kNone;
}

bool IsRatioLike(Class c) {
  return c == Class::kPercent || c == Class::kPoint || c == Class::kMultiple || c == Class::kRatio;
}

}  // namespace

// 年增达38%, 年成长落在三成: a rise of the year is so much, not to so much; nor is 增长高达38%.
// `to`: the verb of the level.
bool Fold::IsRiseOf(const Parts& p, const Draft& d, int to, int previous) const {
  const auto& tokens = p.row.tokens;
  const Class vc = tokens[d.token].token_class;
  if (vc != Class::kPercent) return false;
  int u = to - 1;
  while (u > previous && p.clause[u] == d.clause &&
         (tokens[u].token_class == Class::kAdverb || tokens[u].token_class == Class::kForecast)) {
    --u;
  }
  if (u <= previous || p.clause[u] != d.clause) return false;
  if (tokens[u].token_class != Class::kUp && tokens[u].token_class != Class::kDown) return false;
  const std::string& verb = tokens[to].cue->surface;
  // 同比增长达38%
  const bool based = u - 1 > previous && tokens[u - 1].token_class == Class::kBasis &&
                     tokens[u - 1].outer.end == tokens[u].outer.begin;
  return (Any(tokens[u].cue->value, {"yoy", "qoq", "mom"}) || nouns_.Is("amount", verb) || based) &&
         !verb.ends_with("至") && verb != "到";
}

// The words of rise and fall, of a level and of what it is against, in front of the number.
Fold::Way Fold::WayBefore(const Parts& p, const Draft& d) const {
  const auto& tokens = p.row.tokens;
  const Token& value = tokens[d.token];
  const Class vc = value.token_class;
  Way w;
  w.previous = PreviousQuantity(p, d.token);
  bool measured = false;  // a measure stands between
  for (int t = d.token - 1;
       t > w.previous && t >= std::max(0, d.token - kReach) && p.clause[t] == d.clause; --t) {
    const Token& token = tokens[t];
    // 用户增长能否持续(月活用户10亿): what grows outside the bracket is not what it tells of.
    measured = measured || (token.token_class == Class::kMetric && p.paren[t] == p.paren[d.token]);
    if (measured && p.paren[t] < p.paren[d.token]) break;
    if (token.token_class == Class::kUp || token.token_class == Class::kDown) {
      if (token.cue->value.starts_with("noun")) {
        if (w.noun < 0) w.noun = t;
      } else if (w.verb < 0 && w.noun < 0 &&
                 !(vc == Class::kCount && DoersBefore(p, d.token).begin == token.span.begin) &&
                 !(w.share && vc == Class::kPercent && StandsAt(text_, token.span.end, "的"))) {
        w.verb = t;  // but 成长公司530家 counts those that do, 倒退的占3% says how many do
      }
      if (!token.cue->value.empty() && token.cue->value != "noun" && token.cue->value != "market" &&
          w.basis < 0) {
        w.basis = t;
      }
    } else if ((token.token_class == Class::kTo || token.token_class == Class::kLevel) &&
               w.verb < 0 && w.noun < 0) {
      if (!IsRiseOf(p, d, t, w.previous)) w.to = std::max(w.to, t);
    } else if (token.token_class == Class::kBasis && w.basis < 0) {
      w.basis = t;
    } else if (token.token_class == Class::kShare) {
      w.share = true;
    }
  }
  return w;
}

// The draft of a number; null where it was refused, or is none.
const Draft* Fold::DraftAt(const Parts& p, int token) {
  for (const Draft& draft : p.drafts) {
    if (draft.token == token) return &draft;
  }
  return nullptr;
}

// 涨幅以甲市8%最高，其次为乙市7%、丙市6%; 年增12%、电子产品8%: whether nothing but a name, and a
// word that ranks it, stands between a rate and the one before.
bool Fold::IsNextRate(const Parts& p, const Way& w, const Draft& last, const Draft& d) const {
  constexpr size_t kLongest = 60, kLongestRank = 12;
  const auto& tokens = p.row.tokens;
  if (w.share || last.claim.kind != ClaimKind::kChange ||
      tokens[d.token].token_class != Class::kPercent ||
      tokens[last.token].token_class != Class::kPercent ||
      p.paren[d.token] != p.paren[last.token]) {
    return false;
  }
  std::string_view gap = GapBetween(p, last.token, d.token);
  if (gap.size() > kLongest) return false;
  bool ranked = false;
  if (const size_t comma = gap.find("，"); comma <= kLongestRank) {
    const size_t next = nouns_.LongestStart("nextin", gap.substr(comma + 3));
    ranked = next != 0;
    if (ranked) gap.remove_prefix(comma + 3 + next);
  }
  if (const std::string_view rest = nouns_.TrimStart("and", gap); !ranked && rest != gap) {
    ranked = true;
    gap = rest;
  }
  if (!ranked || gap.empty() || nouns_.EndsWith("measure", gap)) return false;
  const uint32_t from = tokens[d.token].outer.begin - static_cast<uint32_t>(gap.size());
  for (uint32_t at = from; at < tokens[d.token].outer.begin; at += CodePointLength(text_[at])) {
    if (IsCut(CodePointAt(text_, at)) && !StandsAt(text_, at, "(")) return false;
  }
  for (int t = last.token + 1; t < d.token; ++t) {
    const Class c = tokens[t].token_class;
    if (tokens[t].span.begin >= from && !IsEntity(c) && c != Class::kHere) return false;
  }
  return true;
}

// 同比分别增长3%和4%: the second takes the first's way. False where it is no such list.
bool Fold::TakeWayOfList(const Parts& p, const Way& w, Draft& d) const {
  Claim& claim = d.claim;
  const auto& tokens = p.row.tokens;
  const Class vc = tokens[d.token].token_class;
  const Draft* last = DraftAt(p, w.previous);
  // The next of a list has a clause of its own where a word ranks it.
  if (w.previous < 0 && w.verb < 0 && w.noun < 0) {
    last = LastDraft(p, d.token);
    if (last == nullptr || last->clause != d.clause - 1 || !IsNextRate(p, w, *last, d))
      return false;
    TakeSense(last->claim, claim);
    return true;
  }
  if (w.verb >= 0 || w.noun >= 0 || last == nullptr) return false;
  // 各年增1.3倍、24%: rates both.
  const auto is_rate = [](Class c) { return c == Class::kPercent || c == Class::kMultiple; };
  const std::string_view gap = GapBetween(p, w.previous, d.token);
  // 较去年成长4亿元(12%)
  const bool in_brackets =
      gap == "(" && last->claim.kind == ClaimKind::kChange && vc == Class::kPercent;
  if (SaysAgain(gap) || in_brackets ||
      ((nouns_.Is("and", nouns_.TrimEnd("equals", gap)) || gap == "/" || gap == "(") &&
       (QuantityClass(*tokens[w.previous].mention) == vc ||
        (last->claim.kind == ClaimKind::kChange && is_rate(vc) &&
         is_rate(tokens[w.previous].token_class)))) ||
      IsNextRate(p, w, *last, d)) {
    claim.direction = last->claim.direction;
    claim.kind = last->claim.kind;
    claim.basis = last->claim.basis;
    // +7.9/-0.4: each by its own sign.
    if (last->signed_direction && claim.quantity.value) {
      claim.direction = claim.quantity.value->negative() ? Direction::kDown : Direction::kUp;
      d.signed_direction = true;
    }
    return true;
  }
  return false;
}

// The word of rise or fall behind the number: 12.2%增幅, 60%-65%的速度下降.
void Fold::FindWayBehind(const Parts& p, const Draft& d, Way& w) const {
  const auto& tokens = p.row.tokens;
  const Token& value = tokens[d.token];
  for (int t = d.token + 1; t < static_cast<int>(tokens.size()) && t <= d.token + 3; ++t) {
    if (p.clause[t] != d.clause) break;
    const Class c = tokens[t].token_class;
    if (c == Class::kUp || c == Class::kDown) {
      const std::string_view gap = Text({value.outer.end, tokens[t].span.begin});
      // 34%的强劲|增速
      const bool praised =
          gap.starts_with("的") && gap.size() <= 12 && tokens[t].cue->value.starts_with("noun");
      // 毛利率较上季2.47%|增加0.33个百分点: the level that something is held against.
      const bool held = gap.empty() && d.token > 0 && t + 1 < static_cast<int>(tokens.size()) &&
                        IsPeriod(tokens[d.token - 1].token_class) && p.compared[d.token - 1] != 0 &&
                        tokens[d.token - 1].outer.end == value.outer.begin &&
                        p.clause[t + 1] == d.clause && IsQuantity(tokens[t + 1].token_class);
      if (held) break;
      if (gap.empty() || gap == "的" || gap == "以上的" ||
          (gap.starts_with("的") && nouns_.StartsWith("pace", gap.substr(3))) || praised) {
        w.behind = t;
      }
      break;
    }
    if (IsQuantity(c)) break;
    // 35%的同比|增长
    if (c == Class::kBasis && t + 1 < static_cast<int>(tokens.size()) &&
        IsOf(Text({value.outer.end, tokens[t].span.begin})) &&
        tokens[t + 1].span.begin == tokens[t].span.end &&
        (tokens[t + 1].token_class == Class::kUp || tokens[t + 1].token_class == Class::kDown)) {
      w.behind = t + 1;
      if (w.basis < 0) w.basis = t;
      break;
    }
    // 35%的营收成长
    if (c == Class::kMetric && t == d.token + 1 && t + 1 < static_cast<int>(tokens.size()) &&
        Text({value.outer.end, tokens[t].span.begin}) == "的" &&
        tokens[t + 1].span.begin == tokens[t].span.end &&
        (tokens[t + 1].token_class == Class::kUp || tokens[t + 1].token_class == Class::kDown)) {
      w.behind = t + 1;
      break;
    }
    if (c == Class::kMetric && !nouns_.Is("pace", tokens[t].cue->surface)) break;
  }
}

// Which of the words in its own clause says the number's way.
void Fold::ChooseWay(const Parts& p, Draft& d, Way& w) const {
  const auto& tokens = p.row.tokens;
  const Class vc = tokens[d.token].token_class;
  const bool ratio_like = IsRatioLike(vc);
  if (w.noun >= 0 && ratio_like) {
    w.chosen = w.noun;
    d.by_noun = vc == Class::kPercent;
    if (w.verb >= 0 && w.to < 0) w.chosen = w.verb;
  } else if (w.noun >= 0) {
    w.chosen = w.noun;
  } else if (w.verb >= 0 && w.to < 0) {
    w.chosen = w.verb;
  } else if (w.behind >= 0 && ratio_like && w.verb < 0) {
    w.chosen = w.behind;
    // 35%|同比增速
    const std::string_view said = tokens[w.behind].cue->value;
    if (w.basis < 0 && ParseBasis(said.substr(said.find('-') + 1))) w.basis = w.behind;
  }
}

// A noun of rise or fall that the clause goes on with.
void Fold::FindWayInClauseBefore(const Parts& p, const Draft& d, Way& w) const {
  const auto& tokens = p.row.tokens;
  const Token& value = tokens[d.token];
  const Class vc = value.token_class;
  const bool ratio_like = IsRatioLike(vc);
  // 青岛涨幅最高，为118.6%: the noun stands in the clause before.
  if (w.chosen < 0 && ratio_like && w.previous < 0 && d.clause > 0 && w.basis < 0 && !w.share) {
    bool plain = true;  // nothing but 为 or 达 in front of the value
    uint32_t at = p.clause_begin[static_cast<size_t>(d.clause)];
    for (int t = 0; t < d.token && plain; ++t) {
      if (p.clause[t] != d.clause) continue;
      plain = tokens[t].outer.begin == at && IsPredicate(tokens[t].token_class);
      at = tokens[t].outer.end;
    }
    plain = plain && at == value.outer.begin;
    for (int t = d.token - 1; plain && t >= std::max(0, d.token - kReach); --t) {
      if (p.clause[t] < d.clause - 1 || IsQuantity(tokens[t].token_class)) break;
      if (p.clause[t] != d.clause - 1) continue;
      if ((tokens[t].token_class == Class::kUp || tokens[t].token_class == Class::kDown) &&
          tokens[t].cue->value.starts_with("noun")) {
        w.chosen = w.noun = t;
      }
      if (tokens[t].token_class == Class::kBasis) w.basis = t;
    }
    if (w.chosen < 0) w.basis = -1;
  }
  // 上半年利润增幅为22%，全年达到28%: the clause goes on with the noun.
  const Draft* before = LastDraft(p, d.token);
  if (w.chosen < 0 && vc == Class::kPercent && w.basis < 0 && !w.share && w.previous < 0 &&
      before != nullptr && before->clause == d.clause - 1 &&
      before->claim.kind == ClaimKind::kChange && before->claim.quantity.unit == "percent" &&
      OnlyDated(p, d)) {
    for (int t = before->token - 1; t >= 0 && p.clause[t] == before->clause; --t) {
      const Class c = tokens[t].token_class;
      if (c != Class::kUp && c != Class::kDown) continue;
      if (tokens[t].cue->value.starts_with("noun")) w.chosen = w.noun = t;
      break;
    }
  }
}

// 高于, 低于 in front of a level that is known, or that they are a bound of.
void Fold::LeaveComparison(const Parts& p, Draft& d, Way& w) const {
  Claim& claim = d.claim;
  const auto& tokens = p.row.tokens;
  const Token& value = tokens[d.token];
  const Class vc = value.token_class;
  // 低于前值3.5%: a level that is known.
  if (w.chosen >= 0 && w.chosen + 2 == d.token &&
      tokens[w.chosen + 1].token_class == Class::kAdverb &&
      nouns_.Is("told", tokens[w.chosen + 1].cue->surface) &&
      nouns_.Is("versus", tokens[w.chosen].cue->surface)) {
    w.chosen = -1;
  }
  // 高于对甲国|占比|26.6%: a level, of what it is held against.
  if (w.chosen >= 0 && w.chosen < d.token - 1 && vc == Class::kPercent &&
      nouns_.Is("versus", tokens[w.chosen].cue->surface) &&
      tokens[d.token - 1].token_class == Class::kMetric &&
      tokens[d.token - 1].span.end == value.outer.begin) {
    w.chosen = -1;
  }
  // 将低于每桶60美元: a bound, with the thing that one pays for in between.
  if (w.chosen >= 0 && w.chosen + 2 == d.token && tokens[w.chosen + 1].token_class == Class::kPer &&
      nouns_.Is("than", tokens[w.chosen].cue->surface)) {
    claim.quantity.bound =
        tokens[w.chosen].token_class == Class::kDown ? Bound::kLessThan : Bound::kMoreThan;
    w.chosen = -1;
  }
}

// 减息0.5厘: the measure itself says which way. False where it does not.
bool Fold::TakeCut(const Parts& p, const Way& w, Draft& d) const {
  Claim& claim = d.claim;
  const auto& tokens = p.row.tokens;
  const Class vc = tokens[d.token].token_class;
  if (vc != Class::kPoint && vc != Class::kPercent) return false;
  for (int t = d.token - 1;
       t > w.previous && t >= std::max(0, d.token - kReach) && p.clause[t] == d.clause; --t) {
    if (tokens[t].token_class != Class::kMetric || tokens[t].cue->value != "cuts" || w.to > t) {
      continue;
    }
    const std::string_view word = tokens[t].cue->surface;
    claim.kind = ClaimKind::kChange;
    claim.direction = nouns_.StartsWith("raisesrate", word) ? Direction::kUp : Direction::kDown;
    AddSpan(claim, SpanRole::kDirection, tokens[t].span);
    return true;
  }
  return false;
}

// Words of rise and fall in front of a count, a duration or a trade, that it does not measure.
void Fold::LeaveWayOfCount(const Parts& p, const Draft& d, Way& w) const {
  const auto& tokens = p.row.tokens;
  const Token& value = tokens[d.token];
  const Class vc = value.token_class;
  // A count of things that rise (上涨664只) is no rise.
  if (w.chosen >= 0 && w.verb == w.chosen && (vc == Class::kCount || vc == Class::kNumber)) {
    const Token& token = tokens[w.chosen];
    if (token.cue->value == "market" && d.claim.quantity.unit != "count:点") w.chosen = -1;
  }
  // 跌幅最大的三只股票.
  if (w.chosen >= 0 && w.chosen == w.noun && vc == Class::kCount &&
      Text({tokens[w.chosen].span.end, value.outer.begin}).find("最") != std::string_view::npos) {
    w.chosen = -1;
  }
  if (w.chosen >= 0 && vc == Class::kDuration) w.chosen = -1;
  // 减码卖超157亿元: what is sold is an amount, whatever it is done to.
  for (int t = w.chosen + 1; w.chosen >= 0 && w.chosen == w.verb && t < d.token; ++t) {
    if (tokens[t].token_class == Class::kMetric && nouns_.Is("deed", tokens[t].cue->value)) {
      w.chosen = -1;
    }
  }
}

// 同比-16.5%, 环比 +3亿元: the sign alone says which way.
bool Fold::SignAlone(const Parts& p, const Way& w, const Draft& d) const {
  const auto& tokens = p.row.tokens;
  const Token& value = tokens[d.token];
  if (w.chosen >= 0 || w.basis < 0 || w.to >= w.basis || SignOf(p, d) == Direction::kNone)
    return false;
  // 同比分别变化+7.9: words that say no way may stand between.
  int plain = w.basis;
  while (plain >= 0 && plain + 1 < d.token &&
         (tokens[plain + 1].token_class == Class::kEach ||
          tokens[plain + 1].token_class == Class::kAdverb) &&
         tokens[plain + 1].outer.begin == tokens[plain].outer.end) {
    ++plain;
  }
  return Trim(Text({tokens[plain].outer.end, value.outer.begin})).find_first_not_of("+-:") ==
         std::string_view::npos;
}

// Whether a rate is told by its sign, in brackets or behind a word that says no way.
bool Fold::SignedRate(const Parts& p, const Way& w, const Draft& d) const {
  const auto& tokens = p.row.tokens;
  const Token& value = tokens[d.token];
  const Class vc = value.token_class;
  if (w.chosen >= 0) return false;
  const Direction way = SignOf(p, d);
  // 营收157亿元(+16%), (第一季度:+16%): a rate in brackets with its sign.
  const size_t sign = value.span.begin - (way == Direction::kUp ? 1 : 0);
  if (way != Direction::kNone && vc == Class::kPercent && p.paren[d.token] > 0 && sign > 0 &&
      (text_[sign - 1] == '(' || text_[sign - 1] == ':') && !SignAlone(p, w, d)) {
    return true;
  }
  // 同比变动1.7%、-5.3%: a word that says no way leaves it to the sign.
  return w.basis >= 0 && w.to < w.basis && IsRatioLike(vc) &&
         nouns_.Is("noway", Text({tokens[w.basis].outer.end, value.outer.begin}));
}

// The way of the printed sign; none without one.
Direction Fold::SignOf(const Parts& p, const Draft& d) const {
  if (d.claim.quantity.value && d.claim.quantity.value->negative()) return Direction::kDown;
  const uint32_t begin = p.row.tokens[d.token].span.begin;
  return begin > 0 && text_[begin - 1] == '+' ? Direction::kUp : Direction::kNone;
}

// What a number that neither rises nor falls is, by its own kind. Gives a rank its unit.
ClaimKind Fold::KindOfValue(const Parts& p, const Way& w, Draft& d) const {
  Quantity& quantity = d.claim.quantity;
  const auto& tokens = p.row.tokens;
  const Token& value = tokens[d.token];
  const Class vc = value.token_class;
  switch (vc) {
    case Class::kPercent:
      return w.share ? ClaimKind::kShare : ClaimKind::kLevel;
    case Class::kPoint:
      return ClaimKind::kLevel;
    case Class::kMultiple:
      return ClaimKind::kMultiple;
    case Class::kRatio: {
      // 三分之二的受访企业, 当中约半数为过夜旅客: a part of what follows or goes before; but
      // 甲产品的一半, 以十分之一的成本.
      const bool of = value.outer.begin > p.span.begin &&
                      Text({p.span.begin, value.outer.begin}).ends_with("的");
      const bool by = d.token > 0 && tokens[d.token - 1].token_class == Class::kPrep &&
                      tokens[d.token - 1].outer.end == value.outer.begin;
      const bool head =
          !of && !by &&
          !IsCut(CodePointAt(text_, std::min<size_t>(value.outer.end, text_.size() - 1)));
      return w.share || head ? ClaimKind::kShare : ClaimKind::kMultiple;
    }
    case Class::kCount:
    case Class::kTwo:
      return quantity.unit == "count:点" ? ClaimKind::kLevel : ClaimKind::kCount;
    case Class::kDuration:
      return ClaimKind::kDuration;
    case Class::kOne:
      // 逾一年新高
      return quantity.unit.starts_with("count:") ? ClaimKind::kCount : ClaimKind::kDuration;
    case Class::kRate:
      // 2.3Gbps is no price.
      return ForMoney(quantity.unit) ? ClaimKind::kPrice : ClaimKind::kLevel;
    case Class::kOrdinal:
      if (quantity.unit.empty()) quantity.unit = "count:位";
      return ClaimKind::kRank;
    default:
      return ClaimKind::kLevel;
  }
}

// 较去年同期, 较2024年, 较第1季: against what stands beside 较. False where nothing does.
bool Fold::TakeBasisCompared(const Parts& p, Draft& d) const {
  Claim& claim = d.claim;
  const auto& tokens = p.row.tokens;
  for (int t = d.token - 1; t >= std::max(0, d.token - kReach) && p.clause[t] >= d.clause - 1;
       --t) {
    if (p.clause[t] == d.clause - 1 && p.compared[t] == 0) continue;
    // 与2023年11月比较，…上升: all the clause before says is what it is compared with.
    if (p.clause[t] == d.clause - 1 && tokens[t].token_class != Class::kSame &&
        !nouns_.EndsWith("against", Text({tokens[t].span.end, ClauseEnd(p, d.clause - 1)}))) {
      continue;
    }
    if (IsQuantity(tokens[t].token_class) && p.clause[t] != d.clause) break;
    if (tokens[t].token_class == Class::kBasis && p.clause[t] == d.clause) {
      claim.basis = ParseBasis(tokens[t].cue->value).value_or(Basis::kOther);
      return true;
    }
    if (!IsPeriod(tokens[t].token_class) || p.compared[t] == 0) continue;
    if (d.by_noun && !d.period.empty() && d.period.mention == tokens[t].mention) {
      const Draft* rate = LastDraft(p, d.token);
      if (rate != nullptr && rate->claim.kind == ClaimKind::kChange) {
        claim.basis = rate->claim.basis;
      }
      return true;
    }
    AddSpan(claim, SpanRole::kBasis, tokens[t].span);
    // 比2019年同期增长8.0%, in 2021: against neither the year nor the month before.
    if (tokens[t].token_class == Class::kSame && !d.period.empty() &&
        d.period.mention->period.start && tokens[t].mention->period.start &&
        d.period.mention->period.start->date.year - tokens[t].mention->period.start->date.year >
            1) {
      d.far_basis = true;
      return true;
    }
    if (tokens[t].token_class == Class::kSame) {
      claim.basis = OfMonthBefore(tokens[t], d) ? Basis::kMom : Basis::kYoy;
      return true;
    }
    // 比上月: the month before the claim's own, whatever the article's date makes of it.
    const std::string_view word = Text(tokens[t].span);
    // 上年同月, 去年同季: the same part of the year before, whether its date is known or not.
    const std::string_view rest = Text({tokens[t].span.end, p.span.end});
    const bool same = word.find("同") != word.npos || nouns_.StartsWith("samepart", rest);
    if (nouns_.Is("yearago", word) ||
        (same && word.find("年") != word.npos && !word.starts_with("前年"))) {
      claim.basis = Basis::kYoy;
      return true;
    }
    if (nouns_.StartsWith("monthago", word)) {
      claim.basis = Basis::kMom;
      return true;
    }
    if (nouns_.StartsWith("quarterago", word)) {
      claim.basis = Basis::kQoq;
      return true;
    }
    const Period& period = tokens[t].mention->period;
    if (d.period.empty()) return true;
    claim.basis = BasisBetween(period, d.period.mention->period);
    return true;
  }
  return false;
}

// 提高4个百分点: against the level told just before. False where there is none.
bool Fold::TakeBasisOfLevel(const Parts& p, Draft& d) const {
  Claim& claim = d.claim;
  const auto& tokens = p.row.tokens;
  // 由上年同期的52%升至56%，提高4个百分点.
  for (auto o = p.drafts.rbegin(); o != p.drafts.rend() && o->clause >= d.clause - 1; ++o) {
    if (!p.from.contains(o->token) || o->period.empty()) continue;
    if (o->period.mention->period_role == PeriodRole::kSamePeriod) claim.basis = Basis::kYoy;
    return true;
  }
  // 较2月底的90亿元，减少3亿元: against the level that was just told of the time compared with.
  const auto then = [&](const Draft& level) {
    int t = level.token - 1;
    while (t > 0 && (IsQuantity(tokens[t].token_class) || tokens[t].token_class == Class::kConj))
      --t;
    return t >= 0 && IsPeriod(tokens[t].token_class) && p.compared[t] != 0;
  };
  if (const Draft* level = LastDraft(p, d.token);
      level != nullptr && level->clause == d.clause - 1 && !level->period.empty() &&
      !d.period.empty() &&
      (level->claim.kind == ClaimKind::kLevel || level->claim.kind == ClaimKind::kCount) &&
      then(*level)) {
    claim.basis = BasisBetween(level->period.mention->period, d.period.mention->period);
    if (claim.basis != Basis::kNone) return true;
  }
  return false;
}

// What a change is against where its own clause does not say.
void Fold::TakeBasisBefore(const Parts& p, const Way& w, Draft& d) const {
  Claim& claim = d.claim;
  const auto& tokens = p.row.tokens;
  // 与去年同期相比，食品涨A，主因是蔬菜涨B: what opens the sentence holds for all that has
  // nothing else.
  if (d.clause > 1 && nouns_.EndsWith("against", Text({p.span.begin, ClauseEnd(p, 0)}))) {
    for (int t = 0; t < d.token && p.clause[t] == 0; ++t) {
      if (tokens[t].token_class != Class::kSame || p.compared[t] == 0) continue;
      claim.basis = OfMonthBefore(tokens[t], d) ? Basis::kMom : Basis::kYoy;
      return;
    }
  }
  if (TakeBasisOfLevel(p, d)) return;
  // 同比 may stand in the clause before: 同比大幅增长，增幅达30%.
  if (w.noun >= 0 && w.previous < 0) {
    for (int t = d.token - 1; t >= std::max(0, d.token - kReach) && p.clause[t] >= d.clause - 1;
         --t) {
      if (p.clause[t] != d.clause - 1) continue;
      if (IsQuantity(tokens[t].token_class)) break;
      if (tokens[t].token_class == Class::kBasis) {
        claim.basis = ParseBasis(tokens[t].cue->value).value_or(Basis::kOther);
        return;
      }
    }
  }
}
// Whether a number rises or falls, and against what.
void Fold::FillDirection(const Parts& p, Draft& d) {
  const auto& tokens = p.row.tokens;
  const Token& value = tokens[d.token];
  const Class vc = value.token_class;
  Claim& claim = d.claim;
  // 走低并失守3900点: the level that is passed, whichever way.
  if (nouns_.Is("quoted", Text(value.mention->hedge_span)) &&
      (vc == Class::kMoney || vc == Class::kCount || vc == Class::kNumber)) {
    return;
  }
  Way w = WayBefore(p, d);
  if (TakeWayOfList(p, w, d)) return;
  FindWayBehind(p, d, w);
  // 涨幅由26%缩小至13%: the second as the first.
  if (const Draft* from = DraftAt(p, w.previous); from != nullptr && from->by_noun &&
                                                  p.from.contains(from->token) && w.to >= 0 &&
                                                  vc == Class::kPercent && w.noun < 0) {
    TakeSense(from->claim, claim);
    return;
  }
  ChooseWay(p, d, w);
  if (w.chosen < 0) FindWayInClauseBefore(p, d, w);
  if (w.chosen >= 0) LeaveComparison(p, d, w);
  if (w.chosen < 0 && TakeCut(p, w, d)) return;
  if (w.chosen >= 0) LeaveWayOfCount(p, d, w);
  const auto pattern = p.set.find(d.token);
  if (SignedRate(p, w, d)) {
    TakeSign(d);
  } else if (p.gap.contains(d.token) && pattern != p.set.end()) {
    claim.kind = ClaimKind::kChange;
    claim.direction = ParseDirection(pattern->second.at("direction")).value_or(Direction::kUp);
  } else if (SignAlone(p, w, d)) {
    TakeSign(d);
  } else if (w.chosen >= 0) {
    claim.kind = ClaimKind::kChange;
    claim.direction =
        tokens[w.chosen].token_class == Class::kUp ? Direction::kUp : Direction::kDown;
    // 增速-5%: a negative rise is a fall.
    if (claim.direction == Direction::kUp && SignOf(p, d) == Direction::kDown) TakeSign(d);
    AddSpan(claim, SpanRole::kDirection, tokens[w.chosen].span);
  } else {
    claim.kind = KindOfValue(p, w, d);
  }
  if (claim.kind != ClaimKind::kChange) return;
  if (w.basis >= 0) {
    const Token& token = tokens[w.basis];
    const std::string& word = token.cue->value;
    claim.basis = ParseBasis(word.substr(word.find('-') + 1)).value_or(Basis::kOther);
    AddSpan(claim, SpanRole::kBasis, token.span);
    return;
  }
  if (d.by_noun && p.from.contains(d.token)) return;  // 由上月的26%: of when it was
  if (!TakeBasisCompared(p, d)) TakeBasisBefore(p, w, d);
}

// The printed sign says which way a change goes: a fall where it is negative.
void Fold::TakeSign(Draft& d) {
  d.claim.kind = ClaimKind::kChange;
  d.claim.direction = d.claim.quantity.value && d.claim.quantity.value->negative()
                          ? Direction::kDown
                          : Direction::kUp;
  d.signed_direction = true;
}

// What the rates of a sentence are against: a year before where one says so, else what the first
// says; none where none does.
Basis Fold::SharedBasis(const std::vector<Draft>& drafts) {
  Basis shared = Basis::kNone;
  for (const Draft& d : drafts) {
    const Basis basis = d.claim.basis;
    if (d.claim.quantity.unit == "percentage_point") continue;  // so many points faster
    if (basis == Basis::kYoy) return basis;
    if (shared == Basis::kNone && (basis == Basis::kQoq || basis == Basis::kMom)) shared = basis;
  }
  return shared;
}

// 出口15万亿元，增长0.8%: a bare rate right behind its level is against what the rates beside it
// are, else against the year before, as the parts of a rate are against what the whole is.
void Fold::TakeBasis(const Parts& p, Draft& d) const {
  constexpr int64_t kShortest = 27, kLongest = 366;  // days
  const auto& tokens = p.row.tokens;
  Claim& claim = d.claim;
  if (claim.kind != ClaimKind::kChange || claim.basis != Basis::kNone || d.relative ||
      d.far_basis ||
      (tokens[d.token].token_class != Class::kPercent &&
       tokens[d.token].token_class != Class::kMultiple) ||
      p.gap.contains(d.token) || d.metric.id == "target_price" ||
      (nouns_.Is("quote", d.metric.id) && !nouns_.Is("rated", d.metric.id))) {
    return;
  }
  const int previous = PreviousQuantity(p, d.token);
  bool moved = false;
  bool measured = false;  // between the number before and this one
  for (int t = d.token - 1;
       t > previous && t >= std::max(0, d.token - kReach) && p.clause[t] == d.clause; --t) {
    const Class c = tokens[t].token_class;
    measured = measured || c == Class::kMetric;
    if (c == Class::kCompare || p.compared[t] != 0) return;
    if (c != Class::kUp && c != Class::kDown) continue;
    if (tokens[t].cue->value == "market" && !nouns_.Is("rated", d.metric.id) &&
        !nouns_.Is("corporate", d.metric.id) && !nouns_.Is("public", d.metric.id)) {
      return;
    }
    moved = true;
  }
  if (!moved) return;
  const Draft* last = LastDraft(p, d.token);
  const bool same = last != nullptr && !d.own_metric && last->clause >= d.clause - 1 &&
                    last->metric.id == d.metric.id && last->metric.text == d.metric.text;
  // 比上年增加52亿斤，增长2.0%: the same rise once more.
  if (same && last->claim.kind == ClaimKind::kChange && last->claim.basis != Basis::kNone &&
      last->claim.direction == claim.direction && last->claim.quantity.unit != "percent") {
    claim.basis = last->claim.basis;
    return;
  }
  const bool of_level =
      same && (last->claim.kind == ClaimKind::kLevel || last->claim.kind == ClaimKind::kCount ||
               (last->claim.kind == ClaimKind::kChange && last->claim.quantity.unit != "percent"));
  Basis shared = SharedBasis(p.drafts);
  if (shared == Basis::kNone) shared = basis_;
  // 按月跌0.2%。前三季零售额…，增4.5%: no nine months are held against the month before.
  constexpr int64_t kLongestMonth = 31, kLongestQuarter = 92;
  if (!d.period.empty() && d.period.mention->period.start && d.period.mention->period.end) {
    const Period& period = d.period.mention->period;
    const int64_t days = DayNumber(period.end->date) - DayNumber(period.start->date);
    if ((shared == Basis::kMom && days > kLongestMonth) ||
        (shared == Basis::kQoq && days > kLongestQuarter)) {
      shared = Basis::kNone;
    }
  }
  if (of_level) {
    if (shared != Basis::kNone) {
      claim.basis = shared;
    } else if (!d.period.empty() && d.period.mention->period.start &&
               d.period.mention->period.end) {
      const Period& period = d.period.mention->period;
      const int64_t days = DayNumber(period.end->date) - DayNumber(period.start->date);
      if (days >= kShortest && days <= kLongest) claim.basis = Basis::kYoy;
    }
    return;
  }
  // 其中住宅销售面积下降26.8%: a part of what the sentence has said that of.
  bool part = false;
  for (int t = std::max(0, d.token - kReach); t < d.token; ++t) {
    part = part || (tokens[t].token_class == Class::kPart && p.clause[t] == d.clause);
  }
  // 从环比看，一季度增长1.8%: what opens the sentence holds.
  for (int t = 0; p.drafts.empty() && t < d.token; ++t) {
    if (tokens[t].token_class != Class::kBasis || p.clause[t] >= d.clause) continue;
    claim.basis = ParseBasis(tokens[t].cue->value).value_or(Basis::kOther);
    return;
  }
  // 甲行业利润同比增长8%，乙行业增长7%: the next of a list is against what the one before is.
  const bool listed = last != nullptr && !measured && last->clause == d.clause - 1 &&
                      last->metric.id == d.metric.id && last->claim.kind == ClaimKind::kChange &&
                      (d.own_subject || last->metric.text != d.metric.text);
  // 游戏收入同比增长8%，广告收入增长7%: so with the measures of a company, and over a semicolon.
  const bool own =
      nouns_.Is("corporate", d.metric.id) &&
      (last != nullptr ? last->clause == d.clause - 1 && last->claim.kind == ClaimKind::kChange &&
                             last->claim.quantity.unit == claim.quantity.unit
                       : basis_ == Basis::kYoy && d.metric.id == metric_.id);
  // 上半年升4%: no rate of a month.
  constexpr int64_t kMonth = 31;
  int64_t length = 0;
  if (!d.period.empty() && d.period.mention->period.start && d.period.mention->period.end) {
    length = DayNumber(d.period.mention->period.end->date) -
             DayNumber(d.period.mention->period.start->date);
  }
  const bool longer = length > kMonth;
  if (nouns_.Is("rated", d.metric.id)) {
    claim.basis = longer && shared == Basis::kMom ? Basis::kNone : shared;
  } else if (own) {
    claim.basis = last != nullptr ? last->claim.basis : basis_;
  } else if (listed) {
    claim.basis = last->claim.basis;
  } else if (part && last != nullptr) {
    claim.basis = SharedBasis(p.drafts);
  }
  // 载客按年增16%，收入乘客千米数增20%: against what the sentence says of the measure before.
  if (claim.basis == Basis::kNone && tells_once_ && shared == Basis::kYoy && last != nullptr &&
      last->claim.basis == Basis::kYoy && length >= kShortest && length <= kLongest) {
    claim.basis = Basis::kYoy;
  }
  // 上半年客运收入跌41%, 今年CPI上涨2%: what a company or a country did in a quarter or more,
  // against the year before.
  if (claim.basis == Basis::kNone && longer && length <= kLongest &&
      (nouns_.Is("corporate", d.metric.id) || nouns_.Is("macro", d.metric.id))) {
    claim.basis = Basis::kYoy;
  }
}

}  // namespace hanfact::extract
