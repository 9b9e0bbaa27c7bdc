// How sure a number is.
#include <algorithm>

#include "extract/fold.h"

namespace hanfact::extract {

using Class = TokenClass;

// 因歇业或休假而离职者减少, (或增3万人): 或 between two words of one name, or at the head of a
// bracket that says the same in other units.
bool Fold::NamesEither(const Parts& p, int token, int value) const {
  const auto& tokens = p.row.tokens;
  const uint32_t begin = tokens[token].span.begin;
  if (begin > 0 && text_[begin - 1] == '(') return true;
  // 相当于甲的7倍，|或|乙的47%: the same once more; 营收3亿元，或减少2% tells of something new.
  if (begin == p.clause_begin[static_cast<size_t>(p.clause[token])] && !p.drafts.empty() &&
      p.drafts.back().clause == p.clause[token] - 1) {
    const Direction before = p.drafts.back().claim.direction;
    return std::none_of(tokens.begin() + token, tokens.begin() + value, [&](const Token& t) {
      return (t.token_class == Class::kUp && before != Direction::kUp) ||
             (t.token_class == Class::kDown && before != Direction::kDown);
    });
  }
  const uint32_t from = tokens[token].span.end;
  uint32_t to = tokens[value].outer.begin;
  for (int t = value - 1; t > token; --t) {
    if (IsPredicate(tokens[t].token_class)) to = tokens[t].outer.begin;
  }
  const std::string_view words = Text({from, to});
  // 协议转让、大宗交易或集中竞价: the last of a list.
  const uint32_t clause = p.clause_begin[static_cast<size_t>(p.clause[token])];
  const bool verb =
      tokens[token + 1].outer.begin == from && !InPhrase(tokens[token + 1].token_class);
  if (!verb && Text({clause, begin}).find("、") != words.npos) return true;
  return words.ends_with("者") || words.ends_with("的") || words.find("而") != words.npos;
}

// 回购金额不低于1亿元: a limit to what somebody will buy or sell is a plan.
bool Fold::LimitsScheme(const NounTable& nouns, const Draft& d) {
  const Bound bound = d.claim.quantity.bound;
  return d.claim.modality == Modality::kActual &&
         (bound == Bound::kAtMost || bound == Bound::kAtLeast) &&
         nouns.Within("scheme", d.metric.text);
}

// Whether a clause between the tokens opens with 不过 or the like, and names a time that is over in
// front of the second.
bool Fold::SetAgainst(const Parts& p, int first, int second) const {
  if (!published_) return false;
  const auto& tokens = p.row.tokens;
  const auto opens = [&](int clause) {
    const std::string_view words =
        Text({p.clause_begin[static_cast<size_t>(clause)], ClauseEnd(p, clause)});
    return nouns_.StartsWith("but", words);
  };
  for (int t = second - 1; t > first; --t) {
    const Token& token = tokens[t];
    if (!IsPeriod(token.token_class) || p.compared[t] != 0 || !token.mention->period.end ||
        !(token.mention->period.end->date < *published_)) {
      continue;
    }
    for (int clause = p.clause[t]; clause > p.clause[first]; --clause) {
      if (opens(clause)) return true;
    }
  }
  return false;
}

// Whether what somebody expects (指引) stands in front of the number in its clause, or ends a
// clause before and a colon behind it, and nothing says that the time is over.
bool Fold::Guides(const Parts& p, const Draft& d) const {
  if (published_ && !d.period.empty() && d.period.mention->period.end &&
      d.period.mention->period.end->date < *published_) {
    return false;
  }
  // 营收指引与上季相比持平到增长2%, but not 高于指引3%, 符合指引
  const auto& tokens = p.row.tokens;
  const uint32_t begin = p.clause_begin[static_cast<size_t>(d.clause)];
  const std::string_view own = Text({begin, tokens[d.token].outer.begin});
  if (own.find("符合") == own.npos && nouns_.Within("guidance", own)) {
    bool held = false;
    for (int t = d.token - 1; t >= 0 && tokens[t].span.begin >= begin; --t) {
      const Class c = tokens[t].token_class;
      held = held || ((c == Class::kUp || c == Class::kDown || c == Class::kCompare) &&
                      nouns_.StartsWith("guidance", Text({tokens[t].span.end, p.span.end})));
    }
    if (!held) return true;
  }
  for (int clause = d.clause - 1; clause >= 0; --clause) {
    const uint32_t end = ClauseEnd(p, clause);
    if (!StandsAt(text_, end, ":")) continue;
    return nouns_.EndsWith("guidance", Text({p.clause_begin[static_cast<size_t>(clause)], end}));
  }
  return false;
}

// 将基本利率下调25个基点, 将256个模块分散部署: 将 in front of what is done something to is no
// future. `t`: the word.
bool Fold::DisposesOf(const Parts& p, const Draft& d, int t) const {
  const auto& tokens = p.row.tokens;
  const uint32_t from = tokens[t].span.end;
  if (tokens[t].cue->surface != "将") return false;
  // 将|256个模块分散部署, 将计算密度压缩了|40%: an object, or what is done.
  if (tokens[d.token].span.begin == from) return true;
  if (Text({from, tokens[d.token].outer.begin}).ends_with("了")) return true;
  if (nouns_.StartsWith("volition", std::string_view(text_).substr(from))) return false;
  // 将7名嫌疑人|抓获: the deed ends the clause.
  constexpr size_t kLongestObject = 30;
  const std::string_view rest = Text({tokens[d.token].outer.end, ClauseEnd(p, d.clause)});
  if (p.clause[t] == d.clause && rest.size() <= kLongestObject &&
      (nouns_.EndsWith("done", rest) || nouns_.EndsWith("event", rest) ||
       nouns_.StartsWith("done", rest))) {
    return true;
  }
  bool object = false;
  for (int u = t + 1; u < d.token; ++u) {
    const Class c = tokens[u].token_class;
    const bool thing = IsEntity(c) || c == Class::kMetric || c == Class::kPronoun;
    if (u == t + 1 && tokens[u].outer.begin == from && !thing && !IsQuantity(c)) return false;
    object = object || thing;
    if (c == Class::kUp || c == Class::kDown || c == Class::kTo) {
      return object || nouns_.EndsWith("measure", Text({from, tokens[u].outer.begin}));
    }
  }
  return false;
}

// Whether the word is the plain future, which says a plan or a forecast.
bool Fold::IsWill(const Token& token) const {
  return token.token_class == Class::kForecast && nouns_.Is("will", token.cue->surface);
}

// 将投资 is a plan, 将达 a forecast; 将X降低60% takes X as its object: none.
std::optional<Modality> Fold::MoodOfWill(const Parts& p, const Draft& d, int t) const {
  const auto& tokens = p.row.tokens;
  if (DisposesOf(p, d, t)) return std::nullopt;
  const uint32_t from = tokens[t].span.end;
  const bool token_next =
      t + 1 < static_cast<int>(tokens.size()) && tokens[t + 1].outer.begin == from;
  std::string_view between = Text({from, tokens[d.token].outer.begin});
  bool volition = false;
  for (int u = t + 1; u < d.token; ++u) {
    if (tokens[u].cue != nullptr && nouns_.Is("volition", tokens[u].cue->surface)) volition = true;
  }
  if (!volition) {
    for (size_t i = 0; i < between.size() && i < 60; i += CodePointLength(between[i])) {
      if (nouns_.StartsWith("volition", between.substr(i))) volition = true;
    }
  }
  if (tokens[t].cue->surface == "将" && !token_next && !volition) {
    for (int u = t + 1; u < d.token; ++u) {
      const Class c = tokens[u].token_class;
      if (c == Class::kUp || c == Class::kDown || c == Class::kTo || c == Class::kPrep) {
        return std::nullopt;
      }
    }
  }
  if (tokens[t].cue->surface == "将" && token_next &&
      (IsEntity(tokens[t + 1].token_class) || tokens[t + 1].token_class == Class::kMetric)) {
    return std::nullopt;
  }
  return volition ? Modality::kPlan : Modality::kForecast;
}

// 预期24万人: a noun that names the level foreseen, right in front of the number it is of.
bool Fold::Foresees(const Parts& p, int t, int number) const {
  const auto& tokens = p.row.tokens;
  if (number >= static_cast<int>(tokens.size()) || tokens[t].cue == nullptr ||
      !nouns_.Is("expected", tokens[t].cue->surface)) {
    return false;
  }
  // 市场预期为2583亿元
  uint32_t from = tokens[t].span.end;
  const Class next = tokens[t + 1].token_class;
  if ((next == Class::kTo || next == Class::kLevel) && tokens[t + 1].outer.begin == from &&
      !nouns_.Is("reaches", tokens[t + 1].cue->surface)) {
    from = tokens[++t].outer.end;
    number = std::max(number, t + 1);
  }
  return number < static_cast<int>(tokens.size()) && IsQuantity(tokens[number].token_class) &&
         tokens[number].outer.begin == from;
}

// 共识预期为587亿，同比增长65%: what such a clause says of its level goes on, where the next one
// has nothing of its own and no actual number of the sentence could be meant.
bool Fold::GoesOnForeseen(const Parts& p, const Draft& d, int t) const {
  if (d.own_subject || d.own_metric || d.own_period || !Foresees(p, t, t + 1)) return false;
  if (d.claim.kind != ClaimKind::kChange) return false;
  return std::none_of(p.drafts.begin(), p.drafts.end(),
                      [](const Draft& o) { return o.claim.modality == Modality::kActual; });
}

// What a word of forecast makes of the number. `joined`: the clause goes on with the mood of that
// before.
std::optional<Modality> Fold::MoodOfForecast(const Parts& p, const Draft& d, int t,
                                             bool joined) const {
  const auto& tokens = p.row.tokens;
  const bool own = p.clause[t] == d.clause;
  if (IsWill(tokens[t])) {
    if (own || joined) return MoodOfWill(p, d, t);
    if (!d.own_subject && !d.own_period && MoodOfWill(p, d, t) == Modality::kPlan) {
      return Modality::kPlan;
    }
    return std::nullopt;
  }
  const std::string_view word = tokens[t].cue->surface;
  // 可望收息6亿元，甲股价升5%: what a share did, named in its own clause, is a fact beside it.
  const Draft* last = LastDraft(p, d.token);
  const bool goes_on = last != nullptr && last->token > t && last->metric.id == d.metric.id &&
                       last->claim.modality == Modality::kActual;
  if (!own && ((d.own_subject && d.own_metric) || goes_on) && nouns_.Is("quote", d.metric.id) &&
      nouns_.Is("hopes", word)) {
    return std::nullopt;
  }
  const bool reaches = word.size() > 3 || word == "估" || word == "料";
  if (own || (reaches && (!Foresees(p, t, t + 1) || GoesOnForeseen(p, d, t)))) {
    return Modality::kForecast;
  }
  return std::nullopt;
}

// Whether 报, 收, 涨 or the like stands in front of the number in its clause.
bool Fold::TellsQuote(const Parts& p, const Draft& d) const {
  const auto& tokens = p.row.tokens;
  for (int t = d.token - 1; t >= 0 && p.clause[t] == d.clause; --t) {
    if (tokens[t].cue == nullptr) continue;
    if (nouns_.Is("quoted", tokens[t].cue->surface)) return true;
    const Class c = tokens[t].token_class;
    if ((c == Class::kUp || c == Class::kDown) &&
        (tokens[t].cue->value == "market" || d.metric.id == "share_price")) {
      return true;
    }
  }
  return false;
}

// What a word of plan makes of the number.
std::optional<Modality> Fold::MoodOfPlan(const Parts& p, const Draft& d, int t) const {
  const auto& tokens = p.row.tokens;
  const std::string_view word = tokens[t].cue->surface;
  const bool own = p.clause[t] == d.clause;
  if (word == "要" && !own) return std::nullopt;
  // “春雷计划”实施以来，资助320人: the name of a scheme.
  constexpr std::string_view kClose = "”";
  if (StandsAt(text_, tokens[t].span.end, kClose) &&
      Text({tokens[t].span.end, tokens[d.token].span.begin}).find("“") == std::string_view::npos) {
    return std::nullopt;
  }
  // 公布的回购计划，…: a thing, not what is planned.
  if (word.ends_with("计划") && !own && tokens[t].span.end == ClauseEnd(p, p.clause[t])) {
    return std::nullopt;
  }
  // 拟全购甲公司，股价升9%: what a share does is planned by nobody.
  const Draft* before = LastDraft(p, d.token);
  const bool goes_on = before != nullptr && before->token > t &&
                       before->metric.id == d.metric.id && d.claim.kind == ClaimKind::kChange &&
                       before->claim.modality == Modality::kActual;
  if (!own && (nouns_.Is("quote", d.metric.id) || d.metric.id == "price") &&
      (TellsQuote(p, d) || goes_on)) {
    return std::nullopt;
  }
  // 轰炸军事目标，…: what is aimed at elsewhere is no plan of this.
  if (word == "目标" && !own) return std::nullopt;
  // 原定量产5000台，如今产出1000台: what had been planned is set against what follows.
  if (word.starts_with("原") && !own) return std::nullopt;
  // 拟募资4亿元，2021年营收7.8亿元: nothing is planned of a time that is over.
  if (!own && d.own_period && published_ && !d.period.empty() && d.period.mention->period.end &&
      d.period.mention->period.end->date < *published_) {
    return std::nullopt;
  }
  // Nor is how that grew.
  if (const Draft* last = LastDraft(p, d.token);
      !own && last != nullptr && last->token > t && !d.own_metric &&
      d.claim.kind == ClaimKind::kChange && last->own_metric &&
      last->claim.modality == Modality::kActual) {
    return std::nullopt;
  }
  // 没有计划裁员.
  if (t > 0 && tokens[t - 1].token_class == Class::kNegation &&
      tokens[t - 1].outer.end == tokens[t].outer.begin) {
    return Modality::kNegated;
  }
  return Modality::kPlan;
}

// Whether a word says that the number may be so. 50点或1% says the same twice; 出货量或订单量 is
// one of two measures, 歇业或休假者 one of two kinds.
bool Fold::LeavesOpen(const Parts& p, const Draft& d, int t) const {
  const auto& tokens = p.row.tokens;
  const std::string_view word = tokens[t].cue->surface;
  if (p.clause[t] != d.clause || SaidAgain(p, static_cast<size_t>(t))) return false;
  if (word != "或") return true;
  if (NamesEither(p, t, d.token)) return false;
  return !(
      t > 0 && tokens[t - 1].outer.end == tokens[t].span.begin &&
      (IsQuantity(tokens[t - 1].token_class) || (tokens[t - 1].token_class == Class::kMetric &&
                                                 tokens[t + 1].token_class == Class::kMetric &&
                                                 tokens[t + 1].span.begin == tokens[t].span.end)));
}

// 若以美元计算，营收…: how it is reckoned is no condition.
bool Fold::IsCondition(const Parts& p, int t) const {
  const auto& tokens = p.row.tokens;
  const std::string_view rest = Text({tokens[t].span.end, ClauseEnd(p, p.clause[t])});
  constexpr size_t kTwoHan = 6;  // 若计及收益, but not 若计划裁员
  return !nouns_.EndsWith("reckon", rest) && !nouns_.StartsWith("reason", rest) &&
         nouns_.LongestStart("reckon", rest) < kTwoHan;
}

// What the word at `t` makes of the number; none where it says nothing of it.
std::optional<Modality> Fold::MoodAt(const Parts& p, const Draft& d, int t, bool joined) const {
  const auto& tokens = p.row.tokens;
  const bool own = p.clause[t] == d.clause;
  const Token& token = tokens[t];
  switch (token.token_class) {
    case Class::kForecast:
      return MoodOfForecast(p, d, t, joined);
    case Class::kVoice:
      // 市场预计营收为47亿元，同比增长43%: the verb reaches over its list, the noun of
      // 市场预期的47亿元 names one number.
      if ((own || OpensSpeech(p, t) || (token.cue->surface.ends_with("预计") && !d.own_metric)) &&
          token.cue->surface != token.cue->value) {
        return Modality::kForecast;
      }
      return std::nullopt;
    case Class::kPlan:
      return MoodOfPlan(p, d, t);
    case Class::kPossible:
      if (LeavesOpen(p, d, t)) return Modality::kPossible;
      return std::nullopt;
    case Class::kHypothetical:
      if (IsCondition(p, t)) return Modality::kHypothetical;
      return std::nullopt;
    case Class::kNegation:
      if (own && nouns_.Is("denies", token.cue->surface)) {
        return Modality::kNegated;
      }
      return std::nullopt;
    default:
      return std::nullopt;
  }
}

// 约500家企业|将参展, 3万人|可能出行: what the words right behind those counted say of them;
// 2名男子|将 女子打伤 is a fact, and 3家公司|拟上市 counts who has the plan.
std::optional<Modality> Fold::MoodBehind(const Parts& p, const Draft& d) const {
  constexpr uint32_t kLongest = 24;  // of what is counted
  const auto& tokens = p.row.tokens;
  const auto next = static_cast<size_t>(d.token) + 1;
  if (d.claim.kind != ClaimKind::kCount || next >= tokens.size() || p.clause[next] != d.clause) {
    return std::nullopt;
  }
  const MatchSpan counted{tokens[d.token].outer.end, tokens[next].outer.begin};
  if (counted.size() > kLongest || Text(counted).starts_with("的")) return std::nullopt;
  const std::string_view behind = Text({tokens[next].outer.end, p.span.end});
  if (tokens[next].token_class == Class::kPossible) return Modality::kPossible;
  const bool comes = nouns_.StartsWith("coming", behind) || nouns_.StartsWith("volition", behind);
  return IsWill(tokens[next]) && comes ? std::optional(Modality::kForecast) : std::nullopt;
}

// The word that says how sure the number is: the nearest in front, but 计划 in front of 将.
Fold::Mood Fold::MoodOf(const Parts& p, const Draft& d) const {
  const auto& tokens = p.row.tokens;
  Mood mood;
  // 将新增300个岗位，并保留50个: 并 goes on in the mood of the clause before.
  bool joins = false;
  for (int t = std::max(0, d.token - kReach); t < d.token; ++t) {
    if (p.clause[t] != d.clause) continue;
    joins = tokens[t].token_class == Class::kConj && nouns_.Is("andalso", tokens[t].cue->surface);
    break;
  }
  for (int t = d.token - 1; t >= std::max(0, d.token - kReach); --t) {
    const Class c = tokens[t].token_class;
    const bool joined = joins && p.clause[t] == d.clause - 1;
    if (p.paren[t] > p.paren[d.token] ||
        (p.paren[t] > 0 && !SameBracket(tokens[t], tokens[d.token])))
      continue;
    if (c == Class::kAdverb && p.clause[t] == d.clause && !mood.modality &&
        nouns_.Is("told", tokens[t].cue->surface)) {
      mood.told = true;  // 此前预计9亿元，实际为10亿元
      return mood;
    }
    const std::optional<Modality> here = MoodAt(p, d, t, joined);
    if (!here) continue;
    if (!mood.modality) {
      mood = {here, t};
      const std::string_view word = tokens[t].cue->surface;
      const bool weak =
          IsWill(tokens[t]) || (c == Class::kForecast && (word.size() <= 3 || word == "将达"));
      if (!weak) break;
      continue;
    }
    // 计划…将: the stronger word in front decides.
    if (*here != Modality::kForecast || !IsWill(tokens[t])) mood = {here, t};
    break;
  }
  // 市场传出…拟裁员: a rumour whatever it is about; and what goes on with its list.
  const Draft* last = LastDraft(p, d.token);
  const bool rumoured = last != nullptr && last->claim.modality == Modality::kPossible &&
                        !d.own_period && !d.own_subject;
  for (int t = std::max(0, d.token - kReach); t < d.token; ++t) {
    if (tokens[t].token_class == Class::kPossible &&
        (mood.modality || (rumoured && t < last->token)) &&
        nouns_.Is("rumour", tokens[t].cue->surface)) {
      mood = {Modality::kPossible, t};
      break;
    }
  }
  return mood;
}

// How sure the number is, by its words; the fold's own state where it has none.
void Fold::FillModality(const Parts& p, Draft& d) {
  const auto& tokens = p.row.tokens;
  Claim& claim = d.claim;
  if (d.metric.id == "target_price") return;
  const auto [modality, found, told] = MoodOf(p, d);
  if (told) return;
  // 约500家企业|将参展: what those counted are yet to do.
  if (!modality) {
    if (const std::optional<Modality> mood = MoodBehind(p, d); mood) {
      claim.modality = *mood;
      AddSpan(claim, SpanRole::kModality, tokens[d.token + 1].span);
      return;
    }
  }
  // 维持2025年指引：出货约50GWh，毛利率约三成
  if (!modality && Guides(p, d)) {
    claim.modality = Modality::kForecast;
    d.modality_scope = true;
    return;
  }
  if (!modality) {
    const bool open = modality_ != Modality::kActual && !d.own_period;
    if (open &&
        (modality_semicolon_ ||
         (modality_ == Modality::kPlan && speaker_.report && paragraph_ == modality_paragraph_ &&
          company_.text == speaker_.who.text && !company_.empty()))) {
      claim.modality = modality_;
      d.modality_scope = modality_semicolon_;
    }
    return;
  }
  // 预测营收达6亿元，不过昨日股价下跌5%: what is set against it, of a day that is over, is a fact.
  if (p.clause[found] != d.clause && SetAgainst(p, found, d.token)) return;
  // 上年同期盈利3亿元 inside a forecast: a year that is over is a fact.
  if (p.clause[found] != d.clause && d.own_period && !d.period.empty() && published_) {
    const Period& period = d.period.mention->period;
    if (period.end && period.end->date < *published_) {
      for (const Draft& draft : p.drafts) {
        if (!draft.period.empty() && draft.period.mention != d.period.mention &&
            draft.claim.modality != Modality::kActual) {
          return;
        }
      }
    }
  }
  // 第1季增长3%，较2月预测高0.5个百分点: what a time that is over is held against.
  const bool held_against = found > 0 && p.clause[found] == d.clause &&
                            p.compared[found - 1] != 0 &&
                            tokens[found].span.begin == tokens[found - 1].span.end;
  if (held_against && published_ && !d.period.empty() && d.period.mention->period.end &&
      d.period.mention->period.end->date < *published_) {
    return;
  }
  // 去年总值估计为3499亿元: what an office reckons of a time that is over, no broker's guess.
  if (*modality == Modality::kForecast && published_ && !d.period.empty() &&
      tokens[found].cue != nullptr && nouns_.Is("reckoned", tokens[found].cue->surface)) {
    const Period& period = d.period.mention->period;
    const bool office = speaker_.empty() || (IsAgency(speaker_.who) && !IsBroker(speaker_.who));
    if (office && period.end && period.end->date < *published_) return;
  }
  // 全年可望突破2021年6741亿元的纪录: what stood so at a time that is over is to be passed.
  if (*modality == Modality::kForecast && d.own_period && published_ &&
      d.period.mention->period.end && d.period.mention->period.end->date < *published_) {
    std::string_view behind = Text({tokens[d.token].outer.end, p.span.end});
    if (behind.starts_with("的")) behind.remove_prefix(std::string_view("的").size());
    if (nouns_.StartsWith("mark", behind)) return;
  }
  claim.modality = *modality;
  d.modality_scope = !IsWill(tokens[found]) && !Foresees(p, found, d.token) &&
                     !(tokens[found].token_class == Class::kVoice && p.clause[found] == d.clause);
  AddSpan(claim, SpanRole::kModality, tokens[found].span);
}

}  // namespace hanfact::extract
