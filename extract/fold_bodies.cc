// Common nouns that numbers of everyday news are about: 消防部门|出动86人, 列车|晚点4小时.
#include <algorithm>

#include "extract/fold.h"

namespace hanfact::extract {

using Class = TokenClass;

// The common noun that the clause opens with, of those that something is told of (事故, 图书馆),
// where it ends before `before`; empty where it opens with a name, with other words, with one that
// speaks, or points back at somebody who is known.
Ref Fold::BodyAt(const Parts& p, int clause, uint32_t before) const {
  constexpr uint32_t kLongest = 45;
  const auto& tokens = p.row.tokens;
  uint32_t from = p.clause_begin[static_cast<size_t>(clause)];
  uint32_t to = std::min(ClauseEnd(p, clause), before);
  for (const Token& token : tokens) {
    if (token.outer.end <= from) continue;
    if (token.outer.begin >= to) break;
    const Class c = token.token_class;
    const bool opens =
        token.outer.begin == from && (IsPeriod(c) || c == Class::kConj || c == Class::kPart ||
                                      c == Class::kAdverb || c == Class::kOne);
    if (opens) {
      from = token.outer.end;
      continue;
    }
    if (IsEntity(c) || c == Class::kPronoun || c == Class::kHere) return {};
    if (c == Class::kSpeech || c == Class::kSource) return {};
    // 研究人员, where they do not speak; 爆燃事故
    if (c == Class::kTitle || c == Class::kDoc) continue;
    if (c == Class::kMetric && nouns_.Is("body", token.cue->surface)) continue;
    to = token.outer.begin;
    break;
  }
  to = std::min(to, from + kLongest);
  if (from >= to) return {};
  const std::string_view words = Text({from, to});
  if (!nouns_.Within("body", words)) return {};  // segmenting costs more than that
  size_t begin = 0, end = 0;
  bool points = false;
  for (const auto& [wb, we] : SplitWords(words)) {
    const std::string_view word = words.substr(wb, we - wb);
    const bool leads = wb == begin && end == 0;
    // 这|座|图书馆, 该校: pointed at, or led up to.
    if (leads && nouns_.StartsWith("deictic", word)) {
      points = true;
      begin = we;
      continue;
    }
    if (leads && (word == "或" || word == "等" || nouns_.Is("joins", word))) return {};
    if (leads && nouns_.Is("generic", word)) {
      begin = we;
      continue;
    }
    // 这|座|图书馆
    if (leads && points && we - wb == 3) {
      begin = we;
      continue;
    }
    if (IsCut(CodePointAt(word, 0)) || word == "的") {
      if (end == wb) end = 0;
      break;
    }
    // 大学|生, 图书|馆: a longer word.
    if (end == wb && end != 0 && nouns_.Is("bodyend", word)) {
      end = 0;
    }
    // 马拉松|赛中
    std::string_view so_far = words.substr(begin, we - begin);
    so_far = nouns_.TrimEnd("inside", so_far);
    const bool acts =
        nouns_.Is("verb", word) || nouns_.Is("clause", word) || nouns_.Is("handles", word);
    if (nouns_.EndsWith("body", so_far)) {
      end = begin + so_far.size();
    } else if (acts && !nouns_.StartsWith("doer", words.substr(we))) {
      break;
    }
  }
  if (end <= begin) return {};
  if (points && !subject_.empty()) return {};
  Ref ref;
  ref.text = words.substr(begin, end - begin);
  ref.span = {from + static_cast<uint32_t>(begin), from + static_cast<uint32_t>(end)};
  if (CountCodePoints(ref.text) < 2 || nouns_.Is("generic", ref.text)) return {};
  return ref;
}

// Whether nothing but what somebody does stands between the start of the clause and the number.
bool Fold::OpensWithDeed(const Parts& p, const Draft& d) const {
  const uint32_t from = p.clause_begin[static_cast<size_t>(d.clause)];
  const Token& value = p.row.tokens[d.token];
  if (value.outer.begin <= from) return false;
  for (const Token& token : p.row.tokens) {
    if (token.outer.begin == from) return IsPredicate(token.token_class);
  }
  const std::string_view words = Text({from, value.outer.begin});
  return nouns_.StartsWith("verb", words) || nouns_.StartsWith("clause", words);
}

// The same of the number's own clause, or of one in front of it since the number before.
Ref Fold::BodyBefore(const Parts& p, const Phrase& phrase, const Draft& d, const Scene& s) const {
  const bool economy = s.macro || nouns_.Is("public", s.metric_id);
  if (s.corporate || (economy && !s.counted) || s.points || s.market || s.share >= 0 ||
      nouns_.Is("quote", s.metric_id) || nouns_.Is("trade", s.metric_id)) {
    return {};
  }
  const auto& tokens = p.row.tokens;
  const Draft* last = LastDraft(p, d.token);
  for (int clause = d.clause; clause >= 0; --clause) {
    if (last != nullptr && clause <= last->clause) break;
    const bool own = clause == d.clause && !phrase.empty();
    Ref body = BodyAt(p, clause, own ? phrase.end : tokens[d.token].outer.begin);
    if (!body.empty()) return body;
    if (clause == d.clause && !OpensWithDeed(p, d)) break;
  }
  return {};
}

// 邓某说，|她种了12亩: the person whom a pronoun at the start of the clause means: the last one
// named in the sentence, who speaks, or whom the number before is about; empty where none stands
// there.
Ref Fold::PersonMeant(const Parts& p, const Draft& d) const {
  const uint32_t from = p.clause_begin[static_cast<size_t>(d.clause)];
  const std::string_view words = Text({from, p.row.tokens[d.token].outer.begin});
  if (!nouns_.StartsWith("oneself", words) || nouns_.StartsWith("notself", words)) return {};
  const bool self = !nouns_.StartsWith("heshe", words);
  // 他料楼价升5%, 他将某市场规模预期下调: what is foreseen is no person's.
  for (int t = 0; t < d.token; ++t) {
    const Class c = p.row.tokens[t].token_class;
    if (p.clause[t] == d.clause && (c == Class::kForecast || c == Class::kSpeech)) return {};
  }
  const Speaker& speaker = SpeakerOf(p, d.token);
  const bool spoke =
      speaker.who.type == EntityType::kPerson && !speaker.empty() && index_ - speaker.sentence <= 1;
  if (self && spoke) return speaker.who;
  for (int t = d.token - 1; t >= 0; --t) {
    const Token& token = p.row.tokens[t];
    if (token.token_class == Class::kPerson && token.span.end <= from && p.paren[t] == 0) {
      return EntityRef(token);
    }
  }
  if (spoke) return speaker.who;
  return subject_.type == EntityType::kPerson && subject_.entity ? subject_ : Ref{};
}

// 记者从甲县获悉，|该县投资6万元: the last name in front that ends in what is pointed at; empty for
// none.
Ref Fold::PointedAt(const Parts& p, const Draft& d) const {
  const uint32_t from = p.clause_begin[static_cast<size_t>(d.clause)];
  const std::string_view words = Text({from, p.row.tokens[d.token].outer.begin});
  constexpr uint32_t kCharacter = 3;
  if (words.size() <= 2 * kCharacter || !words.starts_with("该")) return {};
  const std::string_view kind = words.substr(kCharacter, kCharacter);
  if (!nouns_.Is("seat", kind)) {
    return {};
  }
  for (int t = d.token - 1; t >= 0; --t) {
    const Token& token = p.row.tokens[t];
    if (!IsEntity(token.token_class) || token.span.end > from || p.paren[t] != 0) continue;
    const std::string_view name = Text(token.span);
    if (name.ends_with(kind)) return EntityRef(token);
    // 甲县|教育局
    const size_t in = name.find(kind);
    if (in == name.npos || in < 2 * kCharacter) continue;
    Ref ref;
    ref.text = name.substr(0, in + kCharacter);
    ref.span = {token.span.begin, token.span.begin + static_cast<uint32_t>(ref.text.size())};
    return ref;
  }
  for (const Ref* known : std::initializer_list<const Ref*>{&subject_, &last_subject_, &region_}) {
    if (known->entity && known->text.ends_with(kind)) return *known;
  }
  return {};
}

// 列车|晚点4小时: what everyday news tells something of is what the number is about.
void Fold::TakeBody(const Parts& p, const Phrase& phrase, const Draft& d, Scene& s) const {
  const bool economy = s.macro || nouns_.Is("public", s.metric_id) || s.market || s.points;
  s.subject = PointedAt(p, d);
  if (s.subject.empty() && !economy) s.subject = PersonMeant(p, d);
  if (!s.subject.empty()) return;
  Ref body = BodyBefore(p, phrase, d, s);
  if (body.empty()) return;
  // 海外门店增至200间: what is measured is not what it is measured of.
  if (s.metric >= 0 && body.span.end > p.row.tokens[s.metric].span.begin) return;
  // 这|座|图书馆|藏书: in front of the name stand at most two characters.
  const bool in_phrase =
      s.modifier_span.Contains(body.span) && body.span.begin <= s.modifier_span.begin + 6;
  if (in_phrase) {
    // 学生300名: they are what is counted. 铁路|系统: a longer name.
    const std::string_view rest = Text({body.span.end, s.modifier_span.end});
    const std::string_view next = rest.substr(0, rest.empty() ? 0 : SplitWords(rest)[0].second);
    constexpr size_t kWord = 6;  // 列车|晚|点
    const bool deed = nouns_.Is("clause", next) || nouns_.Is("verb", next) ||
                      nouns_.Is("handles", next) || nouns_.LongestStart("handles", rest) >= kWord;
    // 音乐会|由6支乐队演出
    const int front = d.token - 1;
    const bool led = front >= 0 && p.row.tokens[front].token_class == Class::kPrep &&
                     p.row.tokens[front].span.end == p.row.tokens[d.token].outer.begin;
    const bool counted = s.metric < 0 && !led && (phrase.predicates.empty() || s.post.empty());
    const bool owned = s.metric >= 0 && s.context.entity;  // 旅客|人均消费 of a place
    if (rest.empty() ? counted || owned : !deed || nouns_.EndsWith("measure", rest)) return;
    s.modifier = CleanPhrase(rest);
    s.modifier_span.begin = body.span.end;
  }
  s.subject = std::move(body);
}

}  // namespace hanfact::extract
