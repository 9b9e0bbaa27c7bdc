// Short forms of names that the text has given in full, and names that it only mentions in passing.
#include <algorithm>

#include "extract/entity_steps.h"

namespace hanfact::extract {

namespace {

// Whether the characters of a short name stand in the full one in their order.
bool IsPartOf(std::string_view name, std::string_view full) {
  size_t at = 0;
  for (size_t i = 0; i < name.size();) {
    const size_t n = CodePointLength(name[i]);
    at = full.find(name.substr(i, n), at);
    if (at == std::string_view::npos) return false;
    at += n;
    i += n;
  }
  return !name.empty();
}

}  // namespace

void EntityFinder::Impl::FollowShortForms(Work& work) const {
  const std::string_view text = work.text;
  if (!work.models.empty()) {
    // Q50 where 英菲尼迪Q50 stands elsewhere.
    std::vector<uint8_t> used(text.size() + 1, 0);
    for (const Found& found : work.found) {
      std::fill(used.begin() + found.begin, used.begin() + found.end, 1);
    }
    for (const SegmentToken& token : work.tokens) {
      if (token.kind != SegmentToken::kLatin || used[token.begin]) continue;
      const auto it = work.models.find(work.Text(token));
      if (it == work.models.end()) continue;
      work.found.push_back(
          {token.begin, token.end, EntityType::kProduct, kNone, it->second, "model", 2, false});
    }
    std::sort(work.found.begin(), work.found.end(),
              [](const Found& a, const Found& b) { return a.begin < b.begin; });
  }
  // Names this document introduces, and whose they are.
  StringMap<size_t> shorts;
  StringMap<size_t> introduced;  // of these, those that brackets introduce
  for (size_t i = 0; i < work.found.size(); ++i) {
    const Found& found = work.found[i];
    if (found.type == EntityType::kPerson) {
      const std::string_view whole = work.Text(found.begin, found.end);
      for (std::string_view dot : {"·", "•", "・", "‧", "∙"}) {
        const size_t cut = whole.rfind(dot);
        if (cut == std::string_view::npos) continue;
        const std::string_view last = whole.substr(cut + dot.size());
        if (CountCodePoints(last) >= 2) shorts.emplace(std::string(last), i);
      }
      // 于程律师: two characters are sure beside a title or a verb of saying.
      if (whole.size() >= 9 ||
          (found.entity == kNone && whole.size() == 6 &&
           (Speaks(text, found.end) ||
            forms.LongestStartingAt(FormKind::kTitleAfter, text, found.end) != 0 ||
            forms.LongestEndingAt(FormKind::kTitle, text, found.begin > 24 ? found.begin - 24 : 0,
                                  found.begin) != 0))) {
        shorts.emplace(std::string(whole), i);
      }
      continue;
    }
    if (found.type != EntityType::kOrg) continue;
    // A name in letters that the text says once whose it is.
    if (found.entity == kNone && found.rule.table == RuleRef::kForms &&
        IsAsciiLetter(static_cast<unsigned char>(text[found.begin]))) {
      shorts.emplace(std::string(work.Text(found.begin, found.end)), i);
    }
    // 法国参议院 is 参议院 in the rest of the text.
    if (const size_t t = work.TokenAt(found.begin);
        t < work.tokens.size() && work.tokens[t].begin == found.begin &&
        work.token_name[t] != kNone && work.names[work.token_name[t]].type == EntityType::kPlace &&
        work.tokens[t].end < found.end) {
      const std::string_view rest = work.Text(work.tokens[t].end, found.end);
      if (rest.size() >= 9 && forms.Find(FormKind::kNotName, rest) == nullptr) {
        shorts.emplace(std::string(rest), i);
      }
    }
    if (found.end >= text.size() || text[found.end] != '(') continue;
    // (下称“X”) and its like.
    std::string_view inside = text.substr(found.end + 1, 90);
    const size_t close = inside.find(')');
    if (close == std::string_view::npos) continue;
    inside = inside.substr(0, close);
    const uint32_t lead = forms.LongestStartingAt(FormKind::kAliasLead, inside, 0);
    // 海悦控股有限公司(“海悦控股”): a quoted part of the name needs no word for it.
    if (lead == 0 &&
        !(inside.starts_with("“") && inside.ends_with("”") &&
          IsPartOf(inside.substr(3, inside.size() - 6), work.Text(found.begin, found.end)))) {
      continue;
    }
    inside.remove_prefix(lead);
    if (inside.starts_with(":")) inside.remove_prefix(1);
    for (std::string_view part : Split(inside, ',')) {
      for (std::string_view mark : {"“", "‘", "《", "或"}) {
        if (part.starts_with(mark)) part.remove_prefix(mark.size());
      }
      const size_t stop = std::min({part.find("”"), part.find("’"), part.find("》"), part.size()});
      part = part.substr(0, stop);
      const uint32_t n = CountCodePoints(part);
      if (n < 2 || n > 10) continue;
      shorts.emplace(std::string(part), i);
      introduced.emplace(std::string(part), i);
    }
  }
  // 霁岚电子 looks like a name of its own; where the text says whose short form it is, it is that
  // one.
  for (Found& found : work.found) {
    if (found.type != EntityType::kOrg || found.entity != kNone || introduced.empty()) continue;
    const auto it = introduced.find(work.Text(found.begin, found.end));
    if (it == introduced.end()) continue;
    const Found& of = work.found[it->second];
    if (&of == &found) continue;
    found.entity = of.entity;
    found.canonical =
        of.canonical.empty() && of.entity == kNone ? work.Text(of.begin, of.end) : of.canonical;
  }
  if (shorts.empty()) return;
  uint32_t longest = 0;
  std::array<uint64_t, 64> heads{};  // of first characters, by their low bits
  for (const auto& [form, i] : shorts) {
    longest = std::max(longest, CountCodePoints(form));
    const char32_t head = CodePointAt(form, 0);
    heads[head / 64 % heads.size()] |= uint64_t{1} << head % 64;
  }
  std::vector<uint8_t> taken(text.size() + 1, 0);
  for (const Found& found : work.found) {
    std::fill(taken.begin() + found.begin, taken.begin() + found.end, 1);
  }
  std::vector<Found> more;
  for (size_t t = 0; t < work.tokens.size(); ++t) {
    const uint32_t begin = work.tokens[t].begin;
    const char32_t head = CodePointAt(text, begin);
    if ((heads[head / 64 % heads.size()] >> head % 64 & 1) == 0 || taken[begin]) continue;
    uint32_t best = 0;
    size_t owner = 0;
    for (size_t k = t, chars = 0; k < work.tokens.size() && chars <= longest; ++k) {
      const bool blank = k > t && work.tokens[k].kind == SegmentToken::kLatin &&
                         work.tokens[k].begin == work.tokens[k - 1].end + 1;
      if (k > t && !blank && work.tokens[k].begin != work.tokens[k - 1].end) break;
      if (taken[work.tokens[k].begin]) break;
      const uint32_t end = work.tokens[k].end;
      chars += CountCodePoints(work.Text(work.tokens[k]));
      const auto it = shorts.find(work.Text(begin, end));
      // A word of two characters is that word: 高原, where a 高原 speaks elsewhere.
      if (it != shorts.end() &&
          !(k == t && end - begin == 6 && work.tokens[t].kind == SegmentToken::kWord &&
            work.found[it->second].type == EntityType::kPerson)) {
        best = end;
        owner = it->second;
      }
    }
    if (best == 0) continue;
    const Found& of = work.found[owner];
    Found found = of;
    found.begin = begin;
    found.end = best;
    if (found.canonical.empty() && found.entity == kNone) {
      found.canonical = work.Text(of.begin, of.end);
    }
    std::fill(taken.begin() + begin, taken.begin() + best, 1);
    more.push_back(std::move(found));
  }
  for (Found& found : more) work.found.push_back(std::move(found));
  std::sort(work.found.begin(), work.found.end(),
            [](const Found& a, const Found& b) { return a.begin < b.begin; });
}

// A country, a continent or a sea; not Taiwan, Hong Kong and Macao, which are home to the news.
bool EntityFinder::Impl::IsNation(const Found& f) const {
  if (f.entity == kNone || f.type != EntityType::kPlace) return false;
  const EntityFacts facts = lexicon.Entity(f.entity);
  if (facts.home == "TW" || facts.home == "HK" || facts.home == "MO") return false;
  return IsCountry(f) || facts.industry == kWorldRegion ||
         (facts.home.empty() && facts.entity_id.starts_with(kCountryId));
}

// Whether a sentence has a number that is no date, no time and no part of a name in letters.
static bool Counts(std::string_view sentence) {
  for (size_t i = 0; i < sentence.size();) {
    if (!IsAsciiDigit(static_cast<unsigned char>(sentence[i]))) {
      ++i;
      continue;
    }
    const bool glued = i > 0 && (IsAsciiLetter(static_cast<unsigned char>(sentence[i - 1])) ||
                                 sentence[i - 1] == '-');
    while (i < sentence.size() && IsAsciiDigit(static_cast<unsigned char>(sentence[i]))) ++i;
    const std::string_view behind = sentence.substr(i);
    bool date = glued || behind.empty() || IsAsciiLetter(static_cast<unsigned char>(behind[0]));
    for (std::string_view mark : {"年", "月", "日", "时", "点", "分", "号", "届", "-", ":", "/"}) {
      date = date || behind.starts_with(mark);
    }
    if (!date) return true;
  }
  return false;
}

// Whether an outlet only signs the text: 证券时报记者, 新华社北京8月2日电, 信息时报讯. Who wrote it
// is the document's source, not whom it is about.
bool EntityFinder::Impl::InByline(const Work& work, const Found& found) const {
  constexpr size_t kLongestDateline = 9;  // tokens: 北京 8 月 2 日 and blanks
  if (found.type != EntityType::kMedia && found.type != EntityType::kOrg) return false;
  // (来源:《晨报》)
  std::string_view before = work.text.substr(0, found.begin);
  for (std::string_view mark : {" ", ":", "自"}) {
    if (before.ends_with(mark)) before.remove_suffix(mark.size());
  }
  if (found.type == EntityType::kMedia &&
      (before.ends_with("来源") || before.ends_with("文章来源"))) {
    return true;
  }
  // An outlet in title marks is told of, also where its reporter signs.
  if (work.Text(found.begin, found.end).starts_with("《")) return false;
  const auto& tokens = work.tokens;
  const size_t first = work.TokenAt(found.end);
  for (size_t t = first; t < tokens.size() && t < first + kLongestDateline; ++t) {
    const std::string_view word = work.Text(tokens[t]);
    if (t > first && tokens[t].begin > tokens[t - 1].end + 1) return false;
    if (found.type == EntityType::kMedia && t <= first + 1 && (word == "记者" || word == "编辑")) {
      return true;
    }
    if (word == "讯" || (word == "电" && t > first)) {
      return t > first || found.type == EntityType::kMedia || found.begin == 0 ||
             work.text[found.begin - 1] == '\n';
    }
    const bool place =
        work.token_name[t] != kNone && work.names[work.token_name[t]].type == EntityType::kPlace;
    const bool date =
        tokens[t].kind == SegmentToken::kDigits || word == "年" || word == "月" || word == "日";
    const bool kind = word == "实习" || word == "见习" || word == "特约" || word == "首席";
    if (!place && !date && !kind) return false;
  }
  return false;
}

// What is named once in passing and tells nobody apart goes: a country that only says of what
// nation somebody or something is (法国画家), and 王先生 where nobody else is told of him: his id
// would be one with every other 王先生's.
// 本报 is the outlet whose reporters the text names, where it names those of one only.
void EntityFinder::Impl::FollowOutlet(Work& work) const {
  const std::string_view text = work.text;
  constexpr std::string_view kReporter = "记者";
  const Found* outlet = nullptr;
  for (const Found& found : work.found) {
    if (found.type != EntityType::kMedia || !text.substr(found.end).starts_with(kReporter))
      continue;
    const bool same =
        outlet != nullptr && (found.entity != kNone ? found.entity == outlet->entity
                                                    : work.Text(found.begin, found.end) ==
                                                          work.Text(outlet->begin, outlet->end));
    if (outlet != nullptr && !same) return;
    outlet = &found;
  }
  if (outlet == nullptr) return;
  std::vector<Found> more;
  for (size_t t = 0; t < work.tokens.size(); ++t) {
    const uint32_t begin = work.tokens[t].begin;
    const uint32_t n = forms.LongestStartingAt(FormKind::kOwnOutlet, text, begin);
    if (n == 0) continue;
    // 本报记者 周岚: who signs, no mention.
    size_t next = work.TokenAt(begin + n);
    bool signs =
        text.substr(begin + n).starts_with("讯") || text.substr(begin + n).starts_with("电");
    if (text.substr(begin + n).starts_with(kReporter)) {
      next = work.TokenAt(begin + n + static_cast<uint32_t>(kReporter.size()));
      signs = next >= work.tokens.size() || work.tokens[next].kind == SegmentToken::kPerson ||
              work.tokens[next].begin > begin + n + kReporter.size();
    }
    const bool taken = std::any_of(work.found.begin(), work.found.end(), [&](const Found& f) {
      return f.begin < begin + n && begin < f.end;
    });
    if (signs || taken) continue;
    Found found = *outlet;
    found.begin = begin;
    found.end = begin + n;
    if (found.canonical.empty() && found.entity == kNone) {
      found.canonical = work.Text(outlet->begin, outlet->end);
    }
    found.rule = RuleRef(*forms.Find(FormKind::kOwnOutlet, text.substr(begin, n)));
    more.push_back(std::move(found));
  }
  if (more.empty()) return;
  for (Found& found : more) work.found.push_back(std::move(found));
  std::sort(work.found.begin(), work.found.end(),
            [](const Found& a, const Found& b) { return a.begin < b.begin; });
}

void EntityFinder::Impl::DropPassing(Work& work) const {
  const std::string_view text = work.text;
  struct Seen {
    size_t sentence_end = 0;  // of the first mention
    bool once = true;         // in one sentence only
  };
  std::unordered_map<uint32_t, Seen> nations;
  auto sentence_end = [&](uint32_t at) {
    size_t end = text.size();
    for (std::string_view mark : {"。", "！", "？", "\n"}) {
      end = std::min(end, text.substr(0, end).find(mark, at));
    }
    return std::min(end, text.size());
  };
  StringMap<Seen> persons;       // by their text
  StringMap<uint32_t> surnames;  // first character of a person -> persons
  for (const Found& found : work.found) {
    auto see = [&](Seen& seen) {
      const bool first = seen.sentence_end == 0;
      if (first) {
        seen.sentence_end = sentence_end(found.end);
      } else if (found.begin > seen.sentence_end) {
        seen.once = false;
      }
      return first;
    };
    if (IsNation(found)) see(nations[found.entity]);
    if (found.type != EntityType::kPerson) continue;
    const std::string_view whole = work.Text(found.begin, found.end);
    if (see(persons[std::string(whole)])) {
      ++surnames[std::string(whole.substr(0, CodePointLength(whole[0])))];
    }
  }
  std::erase_if(work.found, [&](const Found& found) {
    if (found.type == EntityType::kPerson && found.entity == kNone &&
        found.rule.table == RuleRef::kForms) {
      const std::string_view whole = work.Text(found.begin, found.end);
      const size_t head = CodePointLength(whole[0]);
      return forms.Find(FormKind::kHonorific, whole.substr(head)) != nullptr &&
             persons.find(whole)->second.once &&
             surnames.find(whole.substr(0, head))->second == 1 &&
             work.title.find(whole) == std::string_view::npos;
    }
    if (InByline(work, found)) return true;
    if (!IsNation(found) || !nations[found.entity].once) return false;
    const size_t t = work.TokenAt(found.end);
    if (t >= work.tokens.size() || work.tokens[t].begin != found.end) return false;
    const SegmentToken& next = work.tokens[t];
    // 美国《时代》杂志 and 美国的国会 tell whose it is, as 美国国会 does.
    const std::string_view word = work.Text(next);
    const bool whose = word == "的" || word == "《";
    if (!whose && (next.kind == SegmentToken::kPunctuation || next.kind == SegmentToken::kDigits ||
                   next.kind == SegmentToken::kLatin || next.Is(FormKind::kStop) ||
                   next.Is(FormKind::kSpeech))) {
      return false;
    }
    if (forms.LongestStartingAt(FormKind::kNationKeeps, text, found.end) != 0) return false;
    // What is counted may be the nation's: 英国新增病例8万例.
    size_t begin = found.begin;
    while (begin > 0) {
      begin = PreviousBorder(text, begin);
      const char32_t c = CodePointAt(text, begin);
      if (c == U'。' || c == U'！' || c == U'？' || c == '\n') break;
    }
    return !Counts(text.substr(begin, sentence_end(found.end) - begin));
  });
}

}  // namespace hanfact::extract
