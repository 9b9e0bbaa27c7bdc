// Persons that no lexicon knows, by surname, title and what they do.
#include <algorithm>

#include "extract/entity_steps.h"

namespace hanfact::extract {

namespace {
constexpr uint32_t kLongestTitle = 24;  // bytes
constexpr uint32_t kLongestPart = 24;   // bytes of one part of a foreign name
}  // namespace

// Where the part of a foreign name that ends at `end` begins; `end` itself where there is none.
uint32_t EntityFinder::Impl::ForeignLeft(const Work& work, uint32_t end) const {
  uint32_t begin = end, chars = 0;
  for (; begin > 0 && chars < 7; ++chars) {
    const auto at = static_cast<uint32_t>(PreviousBorder(work.text, begin));
    if (!forms.Translit(CodePointAt(work.text, at))) break;
    // Words end the name, unless the run of characters is one of them.
    const SegmentToken& token = work.tokens[work.TokenAt(at)];
    if (token.end == begin && chars > 0 && token.kind != SegmentToken::kForeign &&
        (token.Is(FormKind::kTitle) || token.Is(FormKind::kStop))) {
      break;
    }
    begin = at;
  }
  // 刘易斯, 安徒生: parts with characters that are common elsewhere.
  const uint32_t part = forms.LongestEndingAt(FormKind::kForeignPart, work.text,
                                              end > kLongestPart ? end - kLongestPart : 0, end);
  if (part > end - begin) return end - part;
  if (chars == 0) return end;
  // A title may end in such characters (董事伊丽莎白 has none, 经理特里 does).
  const uint32_t title = forms.LongestStartingAt(FormKind::kTitle, work.text, begin);
  if (title != 0 && begin + title < end) begin += title;
  // A function word in front is none behind a title or a border: 分析师约瑟夫.
  const std::string_view first = work.text.substr(begin, CodePointLength(work.text[begin]));
  const bool opens =
      title != 0 || !IsHan(CodePointBefore(work.text, begin)) ||
      forms.LongestEndingAt(FormKind::kTitle, work.text,
                            begin > kLongestTitle ? begin - kLongestTitle : 0, begin) != 0;
  if (chars > 2 && !opens && forms.Find(FormKind::kStop, first) != nullptr) {
    begin += static_cast<uint32_t>(first.size());
  }
  return begin;
}

// Where the part of a foreign name that starts at `begin` ends; `begin` where there is none.
uint32_t EntityFinder::Impl::ForeignRight(const Work& work, uint32_t begin) const {
  uint32_t end = begin, chars = 0;
  while (end < work.text.size() && chars < 8 && forms.Translit(CodePointAt(work.text, end))) {
    if (chars > 0) {
      const SegmentToken& token = work.tokens[work.TokenAt(end)];
      if (token.begin == end && token.kind != SegmentToken::kForeign &&
          (token.Is(FormKind::kStop) || token.Is(FormKind::kSpeech) ||
           token.Is(FormKind::kTitleAfter))) {
        break;
      }
    }
    end += CodePointLength(work.text[end]);
    ++chars;
  }
  const uint32_t part = forms.LongestStartingAt(FormKind::kForeignPart, work.text, begin);
  return std::max(end, begin + part);
}

// Whether a hyphen stands between the parts of a foreign name: 安东尼奥-孔蒂, 乔-科尔, but no
// 中国-东盟.
bool EntityFinder::Impl::JoinsForeign(const Work& work, size_t hyphen) const {
  const auto& tokens = work.tokens;
  if (hyphen == 0 || hyphen + 1 >= tokens.size() ||
      tokens[hyphen - 1].end != tokens[hyphen].begin ||
      tokens[hyphen].end != tokens[hyphen + 1].begin) {
    return false;
  }
  const auto place = [&](size_t i) {
    return work.token_name[i] != kNone &&
           work.names[work.token_name[i]].type != EntityType::kPerson;
  };
  if (place(hyphen - 1) || place(hyphen + 1)) return false;
  if (tokens[hyphen - 1].kind == SegmentToken::kForeign) return true;
  if (work.text[tokens[hyphen].begin] != '-') return false;
  // Of characters that stand in foreign names alone, on both sides.
  const auto foreign = [&](const SegmentToken& token) {
    if (token.Is(FormKind::kStop)) return false;
    for (uint32_t at = token.begin; at < token.end; at += CodePointLength(work.text[at])) {
      if (!forms.Translit(CodePointAt(work.text, at))) return false;
    }
    return true;
  };
  const uint32_t begin = ForeignLeft(work, tokens[hyphen].begin);
  const uint32_t end = ForeignRight(work, tokens[hyphen].end);
  return foreign(tokens[hyphen - 1]) && foreign(tokens[hyphen + 1]) &&
         CountCodePoints(work.Text(begin, end)) >= 4;
}

// Whether a verb of saying stands at the byte.
bool EntityFinder::Impl::Speaks(std::string_view text, uint32_t at) const {
  const uint32_t n = forms.LongestStartingAt(FormKind::kSpeech, text, at);
  return n != 0 && forms.Find(FormKind::kSpeech, text.substr(at, n))->weight >= 2;
}

// Whether a title of business (weight 2: 分析师, 董事长) stands at the byte.
bool EntityFinder::Impl::StartsOfficer(std::string_view text, uint32_t at) const {
  const uint32_t n = forms.LongestStartingAt(FormKind::kTitle, text, at);
  return n != 0 && forms.Find(FormKind::kTitle, text.substr(at, n))->weight >= 2;
}

// One person is written one way: 徐永 that 来 follows everywhere is 徐永来, and 诸雪满 and 诸雪见
// in a text about 诸雪 are that one and a verb.
void EntityFinder::Impl::AgreeOnPersons(Work& work) const {
  struct Seen {
    uint32_t count = 0;
    std::string_view follower;  // the lone character behind each of them, empty where they differ
    uint32_t longer = 0;        // persons of one character more
  };
  std::vector<SegmentToken>& tokens = work.tokens;
  StringMap<Seen> seen;
  uint32_t persons = 0;
  for (size_t i = 0; i < tokens.size(); ++i) {
    const SegmentToken& token = tokens[i];
    if (token.kind != SegmentToken::kPerson || token.end - token.begin > 9) continue;
    ++persons;
    std::string_view follower;
    if (i + 1 < tokens.size() && tokens[i + 1].begin == token.end &&
        tokens[i + 1].kind == SegmentToken::kCharacter &&
        forms.Of(CodePointAt(work.text, token.end)).given != 0) {
      follower = work.Text(tokens[i + 1]);
    }
    auto it = seen.find(work.Text(token));
    if (it == seen.end()) {
      it = seen.emplace(std::string(work.Text(token)), Seen{0, follower, 0}).first;
    } else if (it->second.follower != follower) {
      it->second.follower = {};
    }
    ++it->second.count;
    if (token.end - token.begin == 9) {
      seen[std::string(work.Text(token.begin, token.end - 3))].longer += 1;
    }
  }
  if (persons < 2) return;
  for (const auto& [form, of] : seen) {
    if (of.count >= 2) work.repeated_persons.insert(form);
  }
  std::vector<SegmentToken> agreed;
  std::vector<uint32_t> names_of;
  agreed.reserve(tokens.size() + persons);
  names_of.reserve(tokens.size() + persons);
  for (size_t i = 0; i < tokens.size(); ++i) {
    agreed.push_back(tokens[i]);
    names_of.push_back(work.token_name[i]);
    SegmentToken& token = agreed.back();
    const uint32_t length = token.end - token.begin;
    if (token.kind != SegmentToken::kPerson || (length != 6 && length != 9)) continue;
    if (length == 6) {
      const Seen& own = seen.find(work.Text(token))->second;
      if (own.count >= 2 && !own.follower.empty() && own.longer == 0) {
        token.end = tokens[++i].end;
        token.kinds = 0;
        token.ends = tokens[i].ends;
      }
      continue;
    }
    const Seen& own = seen.find(work.Text(token))->second;
    const Seen& shorter = seen.find(work.Text(token.begin, token.end - 3))->second;
    if (own.count == 1 && shorter.count + shorter.longer >= 3 && shorter.count > 0) {
      SegmentToken rest = token;
      token.end -= 3;
      rest.begin = token.end;
      rest.kind = SegmentToken::kCharacter;
      forms.Describe(work.text, token);
      forms.Describe(work.text, rest);
      agreed.push_back(rest);
      names_of.push_back(kNone);
    }
  }
  tokens = std::move(agreed);
  work.token_name = std::move(names_of);
}

namespace {
// Costs of a person from which on most are none: of three and more characters, and of two.
constexpr int kDoubtfulLong = 245, kDoubtfulShort = 165;
}  // namespace

void EntityFinder::Impl::FindPersons(Work& work) const {
  work.found.reserve(16);  // more than most short texts name
  const std::string_view text = work.text;
  const auto& tokens = work.tokens;
  const auto rule = [&](FormKind kind, std::string_view form) {
    const NameForms::Form* f = forms.Find(kind, form);
    return f != nullptr ? RuleRef(*f) : RuleRef("name_forms.tsv");
  };
  auto is_dot = [&](const SegmentToken& t) {
    if (t.kind != SegmentToken::kPunctuation) return false;
    const char32_t c = CodePointAt(text, t.begin);
    return c == U'·' || c == U'•' || c == U'・' || c == U'‧' || c == U'∙';
  };
  auto is_hyphen = [&](const SegmentToken& t) {
    if (t.kind != SegmentToken::kPunctuation) return false;
    const char32_t c = CodePointAt(text, t.begin);
    return c == '-' || c == '.' || c == U'—' || c == U'–';
  };
  for (size_t i = 0; i < tokens.size(); ++i) {
    const SegmentToken& token = tokens[i];
    if (work.token_name[i] != kNone) {
      // Berkshire Hathaway Inc.
      size_t last = i;
      while (last + 1 < tokens.size() && last - i < 3 &&
             tokens[last + 1].kind == SegmentToken::kLatin &&
             tokens[last + 1].begin == tokens[last].end + 1 && text[tokens[last].end] == ' ' &&
             tokens[last + 1].Is(FormKind::kLatinTail)) {
        ++last;
      }
      const Found& name = work.names[work.token_name[i]];
      if (last > i && name.type == EntityType::kOrg) {
        Found longer = name;
        longer.end = tokens[last].end;
        if (longer.end < text.size() && text[longer.end] == '.') ++longer.end;
        work.found.push_back(std::move(longer));
        i = last;
      }
      continue;
    }
    if (token.kind == SegmentToken::kPerson) {
      // 李某|说: what stands behind 某 is no part of such a name.
      const uint32_t surname = CodePointLength(text[token.begin]);
      if (const uint32_t n =
              forms.LongestStartingAt(FormKind::kHonorific, text, token.begin + surname);
          n != 0 && token.begin + surname + n <= token.end) {
        work.found.push_back({token.begin, token.begin + surname + n, EntityType::kPerson, kNone,
                              "", rule(FormKind::kHonorific, text.substr(token.begin + surname, n)),
                              3, false});
        continue;
      }
      if (token.cost >= (token.end - token.begin > 6 ? kDoubtfulLong : kDoubtfulShort) &&
          !work.repeated_persons.contains(work.Text(token))) {
        continue;
      }
      const uint32_t head = CodePointLength(text[token.begin]);
      // 苏军 is a person behind a title only.
      if (forms.Find(FormKind::kPlaceShort, text.substr(token.begin, head)) != nullptr &&
          forms.Find(FormKind::kShortOrg, work.Text(token.begin + head, token.end)) != nullptr &&
          forms.LongestEndingAt(FormKind::kTitle, text, 0, token.begin) == 0) {
        continue;
      }
      const RuleRef r = rule(FormKind::kSurname, text.substr(token.begin, head));
      work.found.push_back({token.begin, token.end, EntityType::kPerson, kNone, "", r, 3, false});
      continue;
    }
    // Surname and honorific.
    if (token.kind == SegmentToken::kCharacter || token.kind == SegmentToken::kWord) {
      if (token.Is(FormKind::kSurname)) {
        const uint32_t n = forms.LongestStartingAt(FormKind::kHonorific, text, token.end);
        // 专注于某个 has no 于某.
        const bool function_word = token.Is(FormKind::kStop) && n == 3;
        if (n != 0 && !function_word && work.StartsToken(token.end + n)) {
          work.found.push_back({token.begin, token.end + n, EntityType::kPerson, kNone, "",
                                rule(FormKind::kHonorific, text.substr(token.end, n)), 3, false});
        }
      }
    }
    // Foreign names with a dot: the characters of transliteration on both sides.
    if (is_dot(token) || (is_hyphen(token) && JoinsForeign(work, i))) {
      const uint32_t begin = ForeignLeft(work, token.begin);
      uint32_t end = ForeignRight(work, token.end);
      if (begin < token.begin && end > token.end) {
        // More parts: 让·克洛德·特里谢.
        for (int part = 0; part < 3; ++part) {
          const size_t d = work.TokenAt(end);
          if (d >= tokens.size() || tokens[d].begin != end ||
              !(is_dot(tokens[d]) || is_hyphen(tokens[d]))) {
            break;
          }
          const uint32_t further = ForeignRight(work, tokens[d].end);
          if (further == tokens[d].end) break;
          end = further;
        }
        work.found.push_back({begin, end, EntityType::kPerson, kNone, "",
                              rule(FormKind::kTranslit, "尔"), 4, false});
        work.person_ending.Set(end, begin);
        while (i + 1 < tokens.size() && tokens[i + 1].end <= end) ++i;
        continue;
      }
    }
    // A foreign name alone counts behind a title or before a title or speech verb.
    if (token.kind == SegmentToken::kForeign) {
      const bool titled =
          forms.LongestEndingAt(FormKind::kTitle, text, token.begin > 24 ? token.begin - 24 : 0,
                                token.begin) != 0;
      const bool speaks = forms.LongestStartingAt(FormKind::kTitleAfter, text, token.end) != 0 ||
                          Speaks(text, token.end);
      if (titled || speaks) {
        work.found.push_back({token.begin, token.end, EntityType::kPerson, kNone, "",
                              rule(FormKind::kTranslit, "尔"), 3, false});
      }
    }
    // Latin first and last name behind a title, or before a speech verb.
    if (token.kind == SegmentToken::kLatin && text[token.begin] >= 'A' &&
        text[token.begin] <= 'Z') {
      size_t last = i;
      auto capital = [&](const SegmentToken& t) {
        return t.kind == SegmentToken::kLatin && text[t.begin] >= 'A' && text[t.begin] <= 'Z';
      };
      while (last + 1 < tokens.size() && last - i < 3 && capital(tokens[last + 1]) &&
             work.token_name[last + 1] == kNone && tokens[last + 1].begin == tokens[last].end + 1 &&
             text[tokens[last].end] == ' ') {
        ++last;
      }
      const uint32_t end = tokens[last].end;
      const bool titled =
          forms.LongestEndingAt(FormKind::kTitle, text, token.begin > 24 ? token.begin - 24 : 0,
                                token.begin) != 0;
      const bool speaks =
          Speaks(text, end) || forms.LongestStartingAt(FormKind::kTitleAfter, text, end) != 0;
      const NameForms::Form* tail_form = forms.Find(FormKind::kLatinTail, work.Text(tokens[last]));
      if (tail_form != nullptr && last > i) {
        const uint32_t dot = end < text.size() && text[end] == '.' ? 1 : 0;
        work.found.push_back(
            {token.begin, end + dot, EntityType::kOrg, kNone, "", RuleRef(*tail_form), 3, false});
      } else if (titled || (last > i && (speaks || token.Is(FormKind::kLatinFirst)))) {
        work.found.push_back(
            {token.begin, end, EntityType::kPerson, kNone, "", "name_forms.tsv", 3, false});
      } else if (work.token_name[i] == kNone && last == i && token.end - token.begin >= 3 &&
                 StartsOfficer(text, end) && !token.Is(FormKind::kNotName)) {
        // Letters before a title are who it is held with: Oanda分析师.
        work.found.push_back(
            {token.begin, end, EntityType::kOrg, kNone, "", "name_forms.tsv", 1, false});
      }
      i = last;
    }
  }
}

// Where the name ends that begins at the byte and could be a person's: a surname and one or two
// characters, up to the mark or word that goes on with a list; 宿 民 has a blank in it. 0 for none.
// `known` becomes whether all of its characters are those of given names.
uint32_t EntityFinder::Impl::ListedName(const Work& work, uint32_t begin, bool& known) const {
  constexpr std::string_view kGoesOn[] = {"、", "(", "等", "和", "与", "及", "，", "。", ";", "\n"};
  const std::string_view text = work.text;
  if (begin >= text.size() || !IsHan(CodePointAt(text, begin))) return 0;
  uint32_t end = begin + CodePointLength(text[begin]);
  if (const uint32_t n = forms.LongestStartingAt(FormKind::kSurname, text, begin); n == 0) {
    return 0;
  } else if (n > end - begin) {
    end = begin + n;
  }
  const bool blank = end < text.size() && text[end] == ' ';
  if (blank) ++end;
  known = true;
  for (int given = 0; given < (blank ? 1 : 2); ++given) {
    if (end >= text.size()) break;
    const bool goes_on = given > 0 && std::any_of(std::begin(kGoesOn), std::end(kGoesOn),
                                                  [&](std::string_view mark) {
                                                    return text.substr(end).starts_with(mark);
                                                  });
    if (goes_on) break;
    const char32_t c = CodePointAt(text, end);
    if (!IsHan(c)) return 0;
    known = known && forms.Of(c).given != 0;
    end += CodePointLength(text[end]);
  }
  const bool closed = end >= text.size() ||
                      std::any_of(std::begin(kGoesOn), std::end(kGoesOn), [&](std::string_view m) {
                        return text.substr(end).starts_with(m);
                      });
  if (!closed || segmenter.WordCost(work.Text(begin, end)) != 0 ||
      forms.KindsOf(work.Text(begin, end)) != 0) {
    return 0;
  }
  // 王经理 is none, nor what the lexicon has.
  for (size_t i = work.TokenAt(begin); i < work.tokens.size() && work.tokens[i].begin < end; ++i) {
    if (work.token_name[i] != kNone || work.tokens[i].Is(FormKind::kTitle) ||
        work.tokens[i].Is(FormKind::kNotName) || work.tokens[i].end > end) {
      return 0;
    }
  }
  return end;
}

// Persons of a list: what stands between two that are known, or beside one and looks like one.
void EntityFinder::Impl::FindListedPersons(Work& work) const {
  constexpr std::string_view kComma = "、";
  const std::string_view text = work.text;
  ByteMap begins(text.size()), ends(text.size());
  const auto note = [&](const Found& found) {
    if (found.type != EntityType::kPerson) return;
    begins.Set(found.begin, found.end);
    // 刘学甫(满族)
    uint32_t end = found.end;
    if (end < text.size() && text[end] == '(') {
      const size_t close = text.substr(0, std::min<size_t>(text.size(), end + 30)).find(')', end);
      if (close != std::string_view::npos) end = static_cast<uint32_t>(close) + 1;
    }
    ends.Set(end, found.begin);
  };
  bool any = false;
  for (const Found& found : work.found) {
    note(found);
    any = any || found.type == EntityType::kPerson;
  }
  for (const Found& name : work.names) {
    note(name);
    any = any || name.type == EntityType::kPerson;
  }
  if (!any) return;
  for (size_t at = text.find(kComma); at != std::string_view::npos;
       at = text.find(kComma, at + kComma.size())) {
    const auto begin = static_cast<uint32_t>(at + kComma.size());
    if (begins.Find(begin) != nullptr) continue;
    const bool behind_person = ends.Find(static_cast<uint32_t>(at)) != nullptr;
    bool known = false;
    const uint32_t end = ListedName(work, begin, known);
    if (end == 0) continue;
    const bool before_person = text.substr(end).starts_with(kComma) &&
                               begins.Find(end + static_cast<uint32_t>(kComma.size())) != nullptr;
    if (!(behind_person && before_person) && !(known && (behind_person || before_person))) continue;
    Found found{begin, end, EntityType::kPerson, kNone, "", "list", 3, false};
    work.found.push_back(found);
    note(found);
  }
}

}  // namespace hanfact::extract
