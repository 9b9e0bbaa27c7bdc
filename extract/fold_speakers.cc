// Who says it.
#include <algorithm>

#include "extract/fold.h"

namespace hanfact::extract {

using Class = TokenClass;

namespace {

constexpr int kOpening = 2;  // sentences that tell whose figures a document is made of

// Whether the words are long enough for a name: two characters of Han, three letters (IDC, Wind).
bool LongEnough(std::string_view name) {
  const bool latin = std::all_of(name.begin(), name.end(), [](char c) {
    return IsAsciiLetter(static_cast<unsigned char>(c));
  });
  return name.size() >= (latin ? 3u : 6u);
}

}  // namespace

bool Fold::IsAgency(const Ref& ref) const {
  if (ref.id.starts_with("gov:") || ref.type == EntityType::kMedia ||
      nouns_.Is("broker", ref.text)) {
    return true;
  }
  // 统计中心, but not 数据中心, of which numbers are told.
  if (const size_t office = nouns_.LongestEnd("agency", ref.text); office > 0) {
    return ref.entity || nouns_.LongestEnd("agent", ref.text) <= office;
  }
  // 国家统计局工业司: a department of an agency.
  const std::string_view text = ref.text;
  if (!text.ends_with("司") || text.ends_with("公司")) return false;
  for (size_t n = 9; n <= 18 && n < text.size(); n += 3) {
    if (nouns_.EndsWith("agency", text.substr(0, text.size() - n))) return true;
  }
  return false;
}

// A股上市公司, 部分公司: a sort of companies announces nothing that 公司 could mean.
bool Fold::IsSort(const Ref& ref) const {
  return ref.text.ends_with("上市公司") || nouns_.Is("bodykind", ref.text) ||
         nouns_.Is("generic", ref.text);
}

// 董事长某某昨日出席会议，他指出…: the last person named in the clauses before, -1 for none.
int Fold::PersonBefore(const Parts& p, int token) {
  int person = token - 1;
  while (person >= 0 && p.row.tokens[person].token_class != Class::kPerson) --person;
  return person;
}

// Who speaks at the token; 德国联邦统计局公布…。联邦统计局称: an office is the one heard last whose
// name ends so.
Ref Fold::VoiceRef(const Parts& p, int token) const {
  // 某机构|《季度报告》: who wrote it.
  if (token > 0 && Text(p.row.tokens[token].span).starts_with("《") &&
      p.row.tokens[token - 1].token_class == Class::kOrg &&
      p.row.tokens[token - 1].span.end == p.row.tokens[token].span.begin) {
    --token;
  }
  Ref ref = EntityRef(p.row.tokens[token]);
  if (office_.empty() || !IsAgency(ref)) return ref;
  uint32_t from = p.clause_begin[static_cast<size_t>(p.clause[token])];
  for (int t = 0; t < token; ++t) {
    if (p.row.tokens[t].outer.end <= ref.span.begin)
      from = std::max(from, p.row.tokens[t].outer.end);
  }
  for (const std::string_view words : {Text({from, ref.span.end}), Text(ref.span)}) {
    if (words.size() >= office_.text.size() || !office_.text.ends_with(words)) continue;
    Ref full = office_;
    full.span = ref.span;
    return full;
  }
  return ref;
}

// Whether the company at the token is the last of a list of companies, none of which measures
// others.
bool Fold::JoinsFirms(const Parts& p, int token) const {
  const auto& tokens = p.row.tokens;
  const auto firm = [&](int t) {
    if (tokens[t].token_class != Class::kOrg) return false;
    const Ref ref = EntityRef(tokens[t]);
    return !IsAgency(ref) && !IsBroker(ref);
  };
  int before = token - 1;
  if (before > 0 && tokens[before].token_class == Class::kPrep) --before;
  return before >= 0 && firm(token) && firm(before) &&
         nouns_.Is("and", Text({tokens[before].span.end, tokens[token].span.begin}));
}

// Keeps who was found to speak last, in text order.
void Fold::NoteSpeaker() {
  if (!speaker_.empty() && speaker_.sentence == index_ && IsAgency(speaker_.who) &&
      office_.text != speaker_.who.text) {
    office_ = speaker_.who;
  }
  if (speaker_.verb != heard_.back().verb || speaker_.who.text != heard_.back().who.text) {
    // Mainland news; others tell paragraph by paragraph who says it.
    speaker_.lead = document_.script == Script::kHans && speaker_.sentence == index_ &&
                    index_ < kOpening &&
                    (speaker_.lead || (speaker_.source && IsAgency(speaker_.who)));
    heard_.push_back(speaker_);
  }
}

// 甲局说A，乙公司说B: who speaks in front of the number. Who speaks behind it, as in A，某局说，B,
// speaks of it where nobody does in front; but 甲公司净利A，乙公司自结净利B are two stories.
const Speaker& Fold::SpeakerOf(const Parts& p, int token) const {
  const uint32_t at = p.row.tokens[token].span.begin;
  const Speaker *front = nullptr, *behind = nullptr;
  for (const Speaker& speaker : heard_) {
    if (speaker.sentence != index_) continue;
    if (speaker.verb.begin < at) front = &speaker;
    if (speaker.verb.begin >= at && behind == nullptr) behind = &speaker;
  }
  if (front != nullptr) return *front;
  if (behind == nullptr) return speaker_;
  // A，|某局说|，B: nothing but the name and the verb between two marks.
  const bool aside =
      behind->who.span.end == behind->verb.begin && StandsAt(text_, behind->verb.end, "，") &&
      std::find(p.clause_begin.begin(), p.clause_begin.end(), behind->who.span.begin) !=
          p.clause_begin.end();
  if (aside) return *behind;
  const auto& tokens = p.row.tokens;
  const bool follows = std::any_of(tokens.begin(), tokens.end(), [&](const Token& t) {
    return IsQuantity(t.token_class) && t.span.begin > behind->verb.begin;
  });
  return follows ? heard_.front() : *behind;
}

// 超出|甲证券: whether a word of comparison stands right in front of the token.
bool Fold::HeldAgainst(const Parts& p, int token) {
  const Token& front = p.row.tokens[static_cast<size_t>(token) - 1];
  const Class c = front.token_class;
  return (c == Class::kUp || c == Class::kDown || c == Class::kCompare) &&
         front.outer.end == p.row.tokens[static_cast<size_t>(token)].outer.begin;
}

// 甲公司的最新数据显示: whether the word of data has its owner in front.
bool Fold::NamesWhoseData(const Parts& p, int s) const {
  const auto& tokens = p.row.tokens;
  const Token& token = tokens[s];
  return token.token_class == Class::kNoSource && s > 0 && IsEntity(tokens[s - 1].token_class) &&
         p.clause[s - 1] == p.clause[s] &&
         nouns_.TrimStart("lately", Text({tokens[s - 1].span.end, token.span.begin})).empty();
}

// 来自甲咨询公司的数据显示: an agency no lexicon knows. False where none stands there.
bool Fold::HearDataFrom(Parts& p, int s) {
  const auto& tokens = p.row.tokens;
  const Token& token = tokens[s];
  constexpr std::string_view kFrom = "来自";
  constexpr size_t kShortest = 6, kLongest = 45;
  const uint32_t begin = p.clause_begin[static_cast<size_t>(p.clause[s])];
  std::string_view name = Text({begin, token.span.begin});
  if (!name.starts_with(kFrom)) return false;
  name.remove_prefix(kFrom.size());
  name = nouns_.TrimEnd("lately", name);
  if (name.size() < kShortest || name.size() > kLongest || nouns_.StartsWith("anyone", name)) {
    return false;
  }
  Ref ref = NameRef(name);
  ref.span = {begin + static_cast<uint32_t>(kFrom.size()),
              begin + static_cast<uint32_t>(kFrom.size() + name.size())};
  speaker_ = {ref, token.span, false, true, false, index_, paragraph_};
  for (int t = 0; t < s; ++t) {
    if (ref.span.Contains(tokens[t].span)) p.speaker[t] = 1;
  }
  return true;
}

// 甲联数据显示: what opens the clause is somebody's where it says whose, not which. False where it
// does not.
bool Fold::HearDataOf(const Parts& p, int s) {
  const auto& tokens = p.row.tokens;
  const Token& token = tokens[s];
  const MatchSpan span{p.clause_begin[static_cast<size_t>(p.clause[s])], token.span.begin};
  const std::string_view name = Text(span);
  bool plain = name.size() >= 6 && name.size() <= 18 && !nouns_.StartsWith("anyone", name) &&
               !nouns_.EndsWith("anyone", name);
  for (int t = 0; t < s; ++t) {
    plain = plain && !(p.clause[t] == p.clause[s] && tokens[t].span.end > span.begin);
  }
  if (!plain) return false;
  Ref ref;
  ref.text = name;
  ref.span = span;
  speaker_ = {ref, token.span, false, true, false, index_, paragraph_};
  return true;
}

// 据统计 names nobody, but what a named source published stays its own.
void Fold::HearData(Parts& p, int s) {
  const auto& tokens = p.row.tokens;
  const Token& token = tokens[s];
  if (token.cue->surface == "数据显示" && (HearDataFrom(p, s) || HearDataOf(p, s))) return;
  if (token.span.begin != p.span.begin && p.clause[s] != 0) return;
  // 据统计 names nobody, but what a named source published stays its own.
  if (nouns_.Within("untold", token.cue->surface)) {
    speaker_ = {};
  }
}

// 某局公布A。|根据某局统计，B: whether an office's figures are what is told already; a source holds
// for its paragraph, a publication to the end.
bool Fold::HasPublished(const Ref& office) const {
  return speaker_.report && speaker_.who.text == office.text && IsAgency(office);
}

// 根据央行提供…: a source without a noun for what it gives.
void Fold::HearSource(Parts& p, int s) {
  const auto& tokens = p.row.tokens;
  const Token& token = tokens[s];
  if (!nouns_.StartsWith("notvoiced", Text({tokens[s + 1].span.end, p.span.end}))) {
    const Ref who = VoiceRef(p, s + 1);
    speaker_ = {who, token.span, HasPublished(who), true, false, index_, paragraph_};
    p.speaker[s + 1] = 1;
  }
}

// Whether a word of saying only tells of what is published, or of those who did: no voice.
bool Fold::IsPublishing(const Parts& p, int s) const {
  const auto& tokens = p.row.tokens;
  const Token& token = tokens[s];
  const int n = static_cast<int>(tokens.size());
  // 发布季度财报: what is published.
  if (token.token_class == Class::kDoc && nouns_.Is("results", token.cue->surface)) {
    bool published = false;
    bool says = false;
    for (int t = std::max(0, s - kReach); t < n && t <= s + 1; ++t) {
      if (p.clause[t] != p.clause[s] || tokens[t].token_class != Class::kSpeech) continue;
      published = published || (t < s && nouns_.Is("publish", tokens[t].cue->surface));
      says = says || t > s;
    }
    if (published && !says) return true;
  }
  // 已公布半年报的上市公司, 披露中报公司: which ones they are.
  if (token.token_class == Class::kSpeech && nouns_.Is("publish", token.cue->surface)) {
    constexpr uint32_t kNear = 30;
    std::string_view behind = Text({token.span.end, std::min(p.span.end, token.span.end + kNear)});
    behind = behind.substr(0, behind.find("，"));
    const size_t firms = behind.find("公司");
    if (firms != behind.npos && nouns_.Within("results", behind.substr(0, firms))) return true;
  }
  return false;
}

// Who tells: the nearest name in front in its clause.
Fold::Teller Fold::TellerOf(const Parts& p, int s) const {
  const auto& tokens = p.row.tokens;
  const Token& token = tokens[s];
  const bool estimate = token.token_class == Class::kForecast;
  Teller teller;
  for (int t = s - 1; t >= std::max(0, s - kReach) && p.clause[t] == p.clause[s]; --t) {
    const Class c = tokens[t].token_class;
    if (p.paren[t] != 0) continue;
    // 从某局获悉, 经某局测算: who it was learnt from, by whom it was reckoned.
    const bool learnt =
        c == Class::kPrep &&
        ((tokens[t].cue->surface == "从" && nouns_.Is("learns", token.cue->surface)) ||
         (tokens[t].cue->surface == "经" && token.cue->value == "report"));
    // 据甲研究中心|综合|某署资料显示: who put it together tells it.
    if (c == Class::kSource && tokens[t].cue->surface == "综合" && t > 1 &&
        tokens[t - 1].outer.end == tokens[t].outer.begin && IsEntity(tokens[t - 1].token_class) &&
        tokens[t - 2].token_class == Class::kSource) {
      teller.who = -1;
      continue;
    }
    if (c == Class::kSource || learnt) {
      teller.source = true;
      teller.from = t;
      if (learnt && teller.who < 0 && t + 1 < s && IsEntity(tokens[t + 1].token_class))
        teller.who = t + 1;
      break;
    }
    if (IsEntity(c)) {
      if (teller.who < 0 && (teller.source || !IsObject(p, t))) teller.who = t;
      continue;
    }
    if (teller.who >= 0) {
      if (c == Class::kSource) teller.source = true;
      if (c == Class::kMetric || IsQuantity(c)) break;
      continue;
    }
    if (c == Class::kMetric || IsQuantity(c) ||
        (estimate && (c == Class::kUp || c == Class::kDown))) {
      if (!teller.source) teller.blocked = true;
      break;
    }
  }
  return teller;
}

// 某局更新GDP预测，…: an office's forecast that the next clauses tell.
void Fold::HearOfficesForecast(Parts& p, int s) {
  const auto& tokens = p.row.tokens;
  const Token& token = tokens[s];
  int who = -1;
  for (int t = s - 1; t >= 0 && p.clause[t] == p.clause[s] && who < 0; --t) {
    if (tokens[t].token_class == Class::kOrg && p.paren[t] == 0 && !IsObject(p, t) &&
        IsAgency(EntityRef(tokens[t]))) {
      who = t;
    }
  }
  if (who >= 0) {
    speaker_ = {EntityRef(tokens[who]), token.span, false, false, false, index_, paragraph_};
    p.speaker[who] = 1;
  }
}

// A report noun (数据, 报告) speaks only where it ends its clause, or a verb of saying follows.
bool Fold::ReportSpeaks(const Parts& p, int s, bool source) const {
  const auto& tokens = p.row.tokens;
  const Token& token = tokens[s];
  const int n = static_cast<int>(tokens.size());
  const uint32_t end = token.span.end;
  const char32_t next = end < p.span.end ? CodePointAt(text_, end) : U'。';
  const bool closes = next == U'，' || next == ':' || next == U'。' || next == ';' || next == ')';
  const bool verb =
      s + 1 < n && tokens[s + 1].span.begin == end &&
      (tokens[s + 1].token_class == Class::kSpeech || tokens[s + 1].token_class == Class::kDoc);
  const bool noun = nouns_.Is("datanoun", token.cue->surface);
  if (token.token_class == Class::kDoc && !closes && !verb && !source) return false;
  return !noun || closes || verb || source || nouns_.Is("telling", token.cue->surface);
}

// 据某某数据: a name no lexicon knows.
void Fold::HearUnknownSource(const Parts& p, int s, int from) {
  const auto& tokens = p.row.tokens;
  const Token& token = tokens[s];
  const int t = from;
  uint32_t begin = tokens[t].span.end;
  uint32_t end = token.span.begin;
  for (int u = t + 1; u < s; ++u) {
    if (IsPeriod(tokens[u].token_class))
      begin = tokens[u].span.end;
    else if (tokens[u].token_class != Class::kDoc) {
      end = std::min(end, tokens[u].span.begin);
    }
  }
  if (end <= begin || !LongEnough(Trim(Text({begin, end}))) || end - begin > 45) {
    if (speaker_.sentence != index_) speaker_ = {};  // 根据各国公布的统计
    return;
  }
  bool numbers = false;
  for (int u = t + 1; u < s; ++u) numbers = numbers || IsQuantity(tokens[u].token_class);
  if (numbers) return;
  std::string name = CleanPhrase(Text({begin, end}));
  // 据某某的最新统计, 据某某不完全统计.
  name.resize(nouns_.TrimEnd("lately", name).size());
  if (nouns_.StartsWith("anyone", name) && speaker_.sentence != index_) speaker_ = {};
  if (!LongEnough(name) || nouns_.EndsWith("nosource", name) || nouns_.StartsWith("anyone", name)) {
    return;
  }
  if (token.cue->surface == "数据" || token.cue->surface == "统计") {
    if (token.cue->surface == "数据" && name.size() <= 12) name += "数据";
  }
  Ref ref;
  ref.text = name;
  ref.span = {begin, end};
  if (nouns_.Is("generic", ref.text)) return;
  // 据甲公司招股书，公司…: whose it is.
  if (nouns_.Is("results", token.cue->surface)) {
    ref.id = UnknownEntityId(EntityType::kOrg, ref.text);
    ref.named = ref.entity = true;
    subject_ = company_ = ref;
    NoteName(ref);
  }
  speaker_ = {ref, token.span, false, true, false, index_, paragraph_};
}

// 他表示, 公司预计: who spoke before, or the company. False where nobody has spoken in the
// sentence.
bool Fold::HearPronoun(Parts& p, int s, bool report) {
  const auto& tokens = p.row.tokens;
  const Token& token = tokens[s];
  for (int t = s - 1; t >= std::max(0, s - kReach) && p.clause[t] == p.clause[s]; --t) {
    if (tokens[t].token_class != Class::kPronoun) continue;
    if (tokens[t].cue->value == "company" && !company_.empty()) {
      speaker_ = {company_, token.span, report, false, false, index_, paragraph_};
      speaker_.who.span = tokens[t].span;
    } else if (const int person = PersonBefore(p, t);
               tokens[t].cue->value == "person" && speaker_.sentence != index_ && person >= 0) {
      speaker_ = {EntityRef(tokens[person]), token.span, report, false, false, index_, paragraph_};
      p.speaker[person] = 1;
    } else if (!speaker_.empty()) {
      speaker_.sentence = index_;
      speaker_.paragraph = paragraph_;
    }
    break;
  }
  return speaker_.sentence == index_ && speaker_.verb.begin <= token.span.begin &&
         !speaker_.empty();
}

// 分析师某某认为: the name behind a title. False where there is none.
bool Fold::HearTitled(const Parts& p, int s) {
  const auto& tokens = p.row.tokens;
  const Token& token = tokens[s];
  if (token.cue->value != "say" || s == 0 || tokens[s - 1].token_class != Class::kTitle ||
      p.clause[s - 1] != p.clause[s] || p.paren[s - 1] != 0) {
    return false;
  }
  const MatchSpan span{tokens[s - 1].span.end, token.span.begin};
  const std::string_view person = Text(span);
  const size_t length = CountCodePoints(person);
  const bool han =
      std::all_of(person.begin(), person.end(), [](char c) { return (c & 0x80) != 0; });
  if (!han || length < 2 || length > 4) return false;
  Ref ref;
  ref.text = person;
  ref.type = EntityType::kPerson;
  ref.id = UnknownEntityId(EntityType::kPerson, ref.text);
  ref.span = span;
  ref.entity = ref.named = true;
  speaker_ = {ref, token.span, false, false, false, index_, paragraph_};
  speaker_.lead = s > 1 && tokens[s - 2].token_class == Class::kOrg &&
                  tokens[s - 2].span.end == tokens[s - 1].outer.begin &&
                  IsAgency(EntityRef(tokens[s - 2]));
  return true;
}

// 甲公司北京时间2月26日，美股盘后发布财报: whose results they are stands in the clause before.
void Fold::NoteWhoseResults(const Parts& p, int s) {
  const auto& tokens = p.row.tokens;
  const Token& token = tokens[s];
  const bool results = nouns_.Within("results", Text({token.span.end, p.span.end}));
  for (int t = 0; results && t < s; ++t) {
    if (p.clause[t] != p.clause[s] - 1 || tokens[t].token_class != Class::kOrg) continue;
    const Ref firm = EntityRef(tokens[t]);
    if (IsAgency(firm) || IsObject(p, t) || p.paren[t] != 0) continue;
    subject_ = company_ = firm;
    break;
  }
}

// 乙公司3月9日晚披露: a company no lexicon knows, which announces. `name` begins at `begin`.
void Fold::HearAnnouncer(const Parts& p, int s, std::string_view name, uint32_t begin,
                         bool report) {
  const auto& tokens = p.row.tokens;
  const Token& token = tokens[s];
  Ref ref;
  ref.text = CleanPhrase(name);
  // 汽车企业甲汽车宣布: what it is, then its name.
  for (size_t at = ref.text.size(); at > 6 && (at = PreviousBorder(ref.text, at)) >= 6;) {
    if (ref.text.size() - at < 6 || !nouns_.EndsWith("kind", ref.text.substr(0, at))) continue;
    ref.text = ref.text.substr(at);
    break;
  }
  if (ref.text.size() < 6 || IsSort(ref)) return;
  ref.id = UnknownEntityId(EntityType::kOrg, ref.text);
  // 甲时代(600100)公告: whose code stands behind the name is known by it.
  const auto coded = std::find_if(names_.begin(), names_.end(),
                                  [&](const Ref& known) { return known.printed == ref.text; });
  if (coded != names_.end()) ref = *coded;
  ref.span = {begin, token.span.begin};
  ref.entity = ref.named = true;
  if (nouns_.Is("issues", token.cue->surface)) {
    const std::string_view behind = Text({token.span.end, p.span.end});
    if (nouns_.Within("results", behind) || behind.find("公告") != behind.npos) {
      NoteName(ref);
      const Ref part = KinAt(p, token.span.end);
      if (!part.empty()) part_sentence_ = index_;
      subject_ = company_ = part.empty() ? ref : part;
    }
    return;
  }
  speaker_ = {ref, token.span, report, false, false, index_, paragraph_};
  NoteName(ref);
  if (report) company_ = ref;
  if (report && subject_.empty()) subject_ = ref;
}

// 甲公司公告，, 乙公司3月9日晚披露: a name no lexicon knows opens the clause.
void Fold::HearOpener(const Parts& p, int s, bool report) {
  const auto& tokens = p.row.tokens;
  const Token& token = tokens[s];
  uint32_t begin = p.clause_begin[static_cast<size_t>(p.clause[s])];
  uint32_t end = token.span.begin;
  bool first = true;
  for (int t = 0; t < s; ++t) {
    if (p.clause[t] != p.clause[s]) continue;
    const Class c = tokens[t].token_class;
    if (p.paren[t] != 0 && tokens[t].span.begin < end) continue;
    // 机器人公司甲动力宣布: what it is, in front of its name.
    const bool kind = c == Class::kPronoun && tokens[t].cue->value == "company" &&
                      tokens[t].span.begin >= begin + 6 && tokens[t].span.end + 6 <= end &&
                      !Text({begin, tokens[t].span.begin}).ends_with("家");
    if (kind) continue;
    if (IsPeriod(c) || c == Class::kAdverb || c == Class::kVague) {
      end = std::min(end, tokens[t].span.begin);
    } else if (tokens[t].span.begin < end && !EndsName(tokens[t])) {
      first = false;
    }
  }
  std::string_view name = Trim(Text({begin, end}));
  // (中央社记者某某台北2日电)某局公布
  if (const size_t credit = name.find(')'); name.starts_with("(") && credit != name.npos) {
    name = Trim(name.substr(credit + 1));
  }
  constexpr std::string_view kOpen = "【", kClose = "】";
  if (const size_t credit = name.find(kClose); name.starts_with(kOpen) && credit != name.npos) {
    name = Trim(name.substr(credit + kClose.size()));
  }
  if (const size_t bracket = name.find('('); bracket != name.npos) name = name.substr(0, bracket);
  // 法人分析，…: named for the sentence, as far as such a voice has a name.
  if (first && token.cue->value == "say" && nouns_.Is("voice", name)) {
    Ref ref;
    ref.text = name;
    ref.span = {begin, begin + static_cast<uint32_t>(name.size())};
    speaker_ = {ref, token.span, false, false, true, index_, paragraph_};
    return;
  }
  if (nouns_.EndsWith("nobody", name)) {
    speaker_ = {};  // 部分媒体报道称: nobody is named
    unnamed_sentence_ = index_;
    return;
  }
  if (HearTitled(p, s)) return;
  // 甲咨询统计: an agency no lexicon knows.
  // 某资本研究报告指, 某证券研报显示
  // 某市地政局公布1月…, but not 政府公布: which, nothing says.
  constexpr size_t kWord = 6;
  if (const size_t what = nouns_.LongestStart("kind", name); what + 6 <= name.size()) {
    begin += static_cast<uint32_t>(what);  // 市场机构|甲咨询统计
    name.remove_prefix(what);
  }
  const bool tells = nouns_.Is("tallies", token.cue->surface) || token.token_class == Class::kDoc ||
                     (nouns_.Is("publish", token.cue->surface) && name.size() > kWord);
  if (report && first && tells && LongEnough(name) && name.size() <= 36 &&
      (nouns_.EndsWith("agency", name) || nouns_.Is("broker", name)) &&
      !nouns_.StartsWith("anyone", name)) {
    Ref ref;
    ref.text = name;
    ref.span = {begin, end};
    speaker_ = {ref, token.span, false, true, false, index_, paragraph_};
    return;
  }
  // 甲公司北京时间2月26日，美股盘后发布财报: a part of the day of trading is nobody; whose
  // results they are stands in the clause before.
  if (first && s > 0 && tokens[s - 1].token_class == Class::kVague &&
      p.clause[s - 1] == p.clause[s] && p.clause[s] > 0 && name.size() <= 6 &&
      nouns_.StartsWith("session", Text(tokens[s - 1].span))) {
    NoteWhoseResults(p, s);
    return;
  }
  const bool announces = nouns_.Is("announces", token.cue->surface);
  if (announces && first && name.size() >= 6 && name.size() <= 36) {
    HearAnnouncer(p, s, name, begin, report);
  }
}

// A name in front of a word of saying: whether it speaks, and what follows from that.
void Fold::HearNamed(Parts& p, int s, int who, bool source, bool report) {
  const auto& tokens = p.row.tokens;
  const Token& token = tokens[s];
  const bool estimate = token.token_class == Class::kForecast;
  // Text between the name and an estimate must be short: 大和预期 speaks, 美国市场需求预期 does
  // not.
  uint32_t plain = 0;
  uint32_t at = tokens[who].span.end;
  for (int t = who + 1; t <= s; ++t) {
    if (p.paren[t] == 0 && tokens[t].outer.begin > at) plain += tokens[t].outer.begin - at;
    at = std::max(at, tokens[t].outer.end);
  }
  // 某行最新一期《经济展望》预计: the title of what it is said in.
  const std::string_view kTitleEnd = "》";
  const bool in_work = Text({tokens[who].span.end, token.span.begin}).ends_with(kTitleEnd);
  // 接近甲公司的知情人士透露, 甲公司内部人士表示: somebody without a name, no word of the company.
  const std::string_view between = Text({tokens[who].span.end, token.span.begin});
  constexpr std::string_view kNear = "接近", kInside = "内部";
  if (nouns_.EndsWith("nobody", between) &&
      (between.starts_with(kInside) || EndsAt(text_, tokens[who].span.begin, kNear))) {
    speaker_ = {};
    unnamed_sentence_ = index_;
    p.speaker[who] = 1;
    return;
  }
  if (estimate && plain > 9 && !source && !in_work) return;
  if (!report && !estimate && plain > 45) return;
  if (report && plain > 60) return;
  const Class who_class = tokens[who].token_class;
  if (nouns_.Is("voice", tokens[who].mention->entity.canonical)) {
    speaker_ = {EntityRef(tokens[who]), token.span, false, false, true, index_, paragraph_};
    p.speaker[who] = 1;
    return;
  }
  if (who_class == Class::kPlace && estimate) return;
  if (who_class == Class::kIndex) return;
  // 甲公司、乙公司和丙公司宣布投资: companies that announce together are whom it is about.
  if (!estimate && !source && JoinsFirms(p, who)) return;
  if (who_class == Class::kProduct && !source) return;
  Ref ref = VoiceRef(p, who);
  // 蓝海|新材表示: a name that only begins as one that is known.
  if (constexpr size_t kLongestTail = 12; who + 1 == s && tokens[who].token_class == Class::kOrg &&
                                          between.size() >= 6 && between.size() <= kLongestTail &&
                                          nouns_.Is("company", between)) {
    ref = RefOfWords({tokens[who].span.begin, token.span.begin});
  }
  p.speaker[who] = 1;
  // 据A的B, 甲公司总裁某某: the names in front belong to the same voice.
  bool official = false;  // 某局副局长某某
  for (int t = who - 1; t >= 0 && p.clause[t] == p.clause[who]; --t) {
    if (!IsEntity(tokens[t].token_class)) {
      if (tokens[t].token_class == Class::kTitle) continue;
      break;
    }
    if (who_class == Class::kPerson || tokens[t].span.end == tokens[t + 1].span.begin) {
      p.speaker[t] = 1;
    }
    official = official ||
               (who_class == Class::kPerson && tokens[t].token_class == Class::kOrg &&
                tokens[t + 1].token_class == Class::kTitle &&
                EntityRef(tokens[t]).type == EntityType::kOrg && IsAgency(EntityRef(tokens[t])));
  }
  if (who_class == Class::kPlace && !source && !report) return;
  if (who_class == Class::kPlace) {
    // 某国政府公布: the place with the words behind it.
    const uint32_t end = who + 1 <= s ? tokens[who + 1].outer.begin : token.span.begin;
    std::string_view tail = Text({tokens[who].span.end, std::min(end, token.span.begin)});
    // 中国甲通(06100)公布: a company by its code.
    if (const size_t open = tail.find('('); open != tail.npos) {
      const std::string_view name = tail.substr(0, open);
      const std::string_view inside =
          std::string_view(text_).substr(tokens[who].span.end + open + 1);
      const size_t digits = inside.find_first_not_of("0123456789");
      const bool code =
          digits != inside.npos && digits >= 4 && (inside[digits] == ')' || inside[digits] == '.');
      if (code && name.size() >= 6) {
        const uint32_t begin = tokens[who].span.begin;
        const uint32_t name_end = tokens[who].span.end + static_cast<uint32_t>(open);
        p.speaker[who] = 0;
        HearAnnouncer(p, s, Text({begin, name_end}), begin, report);
        return;
      }
      if (digits == 0) tail = name;  // 甲联合体(C2联合体)
    }
    if (tail.empty() || tail.size() > 30 || tail.find("”") != tail.npos) {
      p.speaker[who] = 0;
      return;
    }
    ref.text += CleanPhrase(tail);
    ref.id.clear();
    ref.entity = false;
    p.speaker[who] = 0;
  }
  // 发布季度财报: what follows is the company's own story, told by the article.
  bool results = false;
  if (nouns_.Is("publish", token.cue->surface)) {
    uint32_t end = p.span.end;
    const size_t next = static_cast<size_t>(p.clause[s]) + 1;
    if (next < p.clause_begin.size()) end = p.clause_begin[next];
    results = nouns_.Within("results", Text({token.span.end, end}));
  }
  const bool firm = who_class == Class::kOrg && !IsAgency(ref);
  if (results && firm && !IsSort(ref)) {
    // 甲公司发布|子公司|乙公司第三季业绩: what follows is of the part.
    const Ref part = KinAt(p, token.span.end);
    if (!part.empty()) part_sentence_ = index_;
    speaker_ = {};
    subject_ = company_ = part.empty() ? ref : part;
    return;
  }
  if (nouns_.Is("generic", ref.text)) return;
  // 甲所汇整上市公司财报，统计指出: whose reports they are, says nothing.
  if (report && IsSort(ref) && token.token_class == Class::kDoc) return;
  if (source && firm && !IsSort(ref) && nouns_.Is("results", token.cue->surface)) {
    subject_ = company_ = ref;  // 据甲公司年报，公司…
  }
  speaker_ = {ref,
              token.span,
              (report && !source) || (source && HasPublished(ref)),
              source,
              token.cue->surface == "宣布",
              index_,
              paragraph_};
  speaker_.lead = official;
  // 发布了股份回购的公告: who does so announces.
  const bool announces =
      nouns_.Is("issues", token.cue->surface) &&
      Text({token.span.end, ClauseEnd(p, p.clause[s])}).find("公告") != std::string_view::npos;
  if (report && firm &&
      (announces || nouns_.Is("files", token.cue->surface) ||
       (index_ < 2 && nouns_.Is("proclaims", token.cue->surface)))) {
    company_ = ref;
    if (subject_.empty() || index_ == 0) subject_ = ref;
  }
}

// What the word at `s` says of who speaks.
void Fold::HearAt(Parts& p, int s) {
  const auto& tokens = p.row.tokens;
  const int n = static_cast<int>(tokens.size());
  const Token& token = tokens[s];
  if (p.paren[s] != 0) return;
  const bool named_data = NamesWhoseData(p, s);
  if (token.token_class == Class::kNoSource && !named_data) {
    HearData(p, s);
    return;
  }
  if (token.token_class == Class::kSource && s + 1 < n &&
      tokens[s + 1].span.begin == token.span.end && tokens[s + 1].token_class == Class::kOrg) {
    HearSource(p, s);
    return;
  }
  const bool speech =
      token.token_class == Class::kSpeech || token.token_class == Class::kDoc || named_data ||
      (token.token_class == Class::kForecast && nouns_.Is("foretells", token.cue->surface));
  if (!speech || IsPublishing(p, s)) return;
  const bool report = token.token_class == Class::kDoc || named_data ||
                      (token.token_class == Class::kSpeech && token.cue->value == "report");
  const bool estimate = token.token_class == Class::kForecast;
  const Teller teller = TellerOf(p, s);
  if (teller.blocked && teller.who < 0) {
    if (StandsAt(text_, token.span.end, "，")) HearOfficesForecast(p, s);
    return;
  }
  // 超出甲证券预期3个百分点: what a number is held against is told by nobody.
  if (estimate && teller.who > 0 && HeldAgainst(p, teller.who)) {
    p.compared[static_cast<size_t>(teller.who)] = 1;
    return;
  }
  // 某报APP获悉: who brings the news has but heard of it.
  if (teller.who >= 0 && !teller.source && tokens[teller.who].token_class == Class::kMedia &&
      nouns_.Is("heard", token.cue->surface)) {
    p.paren[static_cast<size_t>(teller.who)] = 1;
    return;
  }
  // 公司接到控股股东甲集团函告: who announces that goes on speaking.
  if (teller.who >= 0 && !teller.source &&
      nouns_.Within("received", Text({p.clause_begin[static_cast<size_t>(p.clause[s])],
                                      tokens[teller.who].span.begin}))) {
    return;
  }
  // 决定公布后: an event, no voice.
  if (const std::string_view behind =
          Text({token.span.end, std::min(p.span.end, token.span.end + 3)});
      behind == "后" || behind == "前") {
    return;
  }
  if (report && !ReportSpeaks(p, s, teller.source)) return;
  if (teller.who >= 0) {
    HearNamed(p, s, teller.who, teller.source, report);
  } else if (teller.source) {
    HearUnknownSource(p, s, teller.from);
  } else if (!HearPronoun(p, s, report)) {
    HearOpener(p, s, report);
  }
}

// Who speaks in the sentence, and from where on.
void Fold::FindSpeakers(Parts& p) {
  const int n = static_cast<int>(p.row.tokens.size());
  heard_.assign(1, speaker_);
  for (int s = 0; s < n; ++s) {
    // Most words tell nothing of who speaks.
    const Class c = p.row.tokens[s].token_class;
    const bool may = c == Class::kSpeech || c == Class::kSource || c == Class::kNoSource ||
                     c == Class::kDoc || c == Class::kForecast;
    if (may) HearAt(p, s);
    if (may || s == 0) NoteSpeaker();
  }
}

// 香港某某|去年盈利…: a company that is called after a place, where the title opens with it too and
// a date and a measure of companies follow. Empty for none.
Ref Fold::PlacedFirm(const Parts& p) const {
  constexpr uint32_t kShortest = 6, kLongest = 18;
  const auto& tokens = p.row.tokens;
  if (tokens.size() < 3 || tokens[0].token_class != Class::kPlace ||
      tokens[0].span.begin != p.span.begin || !IsPeriod(tokens[1].token_class) ||
      tokens[2].token_class != Class::kMetric || !nouns_.Is("corporate", tokens[2].cue->value)) {
    return {};
  }
  const MatchSpan own{tokens[0].span.end, tokens[1].outer.begin};
  const MatchSpan name{tokens[0].span.begin, own.end};
  if (own.end < own.begin + kShortest || own.size() > kLongest || !title_.starts_with(Text(name)) ||
      nouns_.EndsWith("agent", Text(own)) || nouns_.EndsWith("measure", Text(own)) ||
      nouns_.EndsWith("agency", Text(own)) || Text(own).ends_with("业")) {
    return {};
  }
  Ref ref;
  ref.text = Text(name);
  ref.id = UnknownEntityId(EntityType::kOrg, ref.text);
  ref.named = ref.entity = true;
  return ref;
}

// The name that title and first sentence open with, where no lexicon knows it: the main subject.
void Fold::FindNamesake(const Parts& p) {
  if (title_.empty()) return;
  if (Ref firm = PlacedFirm(p); !firm.empty()) {
    subject_ = company_ = headline_ = firm;
    NoteName(firm);
    return;
  }
  uint32_t begin = p.span.begin;
  uint32_t end = p.span.end;
  for (const Token& token : p.row.tokens) {
    if (token.token_class == Class::kConj || token.token_class == Class::kPrep) continue;
    if (EndsName(token)) continue;
    // 某地芯片厂甲公司: the words behind the place.
    if (token.token_class == Class::kPlace && token.outer.begin == begin) {
      begin = token.outer.end;
      continue;
    }
    end = std::min(end, token.outer.begin);
    break;
  }
  std::string_view opening = Text({begin, end});
  if (const size_t cut = opening.find_first_of("(:;"); cut != opening.npos) {
    opening = opening.substr(0, cut);
  }
  for (std::string_view mark : {"，", "。", "、"}) {
    if (const size_t cut = opening.find(mark); cut != opening.npos)
      opening = opening.substr(0, cut);
  }
  // The longest ending of the opening words that the title holds: 软件业者甲方 and 甲方新作.
  for (size_t from = 0; from + 6 <= opening.size(); from += CodePointLength(opening[from])) {
    const std::string_view name = opening.substr(from);
    if (name.size() > 30 || title_.find(name) == std::string::npos) continue;
    if (nouns_.Is("generic", name) || nouns_.EndsWith("measure", name)) return;
    // Where the title names somebody known, only what it opens with comes before that.
    if (headline_.entity && !title_.starts_with(name)) continue;
    Ref ref;
    ref.text = name;
    ref.id = UnknownEntityId(EntityType::kOrg, name);
    ref.named = ref.entity = true;
    subject_ = company_ = headline_ = ref;
    NoteName(ref);
    return;
  }
}

namespace {

// The lexicon's id of a code as exchanges print it: 00700, 2330, 600519. Empty for none.
std::string ListedId(std::string_view code, std::string_view suffix) {
  if (code.size() == 6) return "cn:" + std::string(code);
  if (code.size() == 5 && code[0] == '0') return "hk:" + std::string(code.substr(1));
  if (code.size() == 4) return (suffix.starts_with(".HK") ? "hk:" : "tw:") + std::string(code);
  return "";
}

// Whether the characters of a short name stand in the full one in their order: 中海外 in
// 中国海外发展.
bool Abbreviates(std::string_view name, std::string_view full) {
  size_t at = 0;
  for (size_t i = 0; i < name.size();) {
    const size_t n = CodePointLength(name[i]);
    const size_t found = full.find(name.substr(i, n), at);
    if (found == std::string_view::npos) return false;
    at = found + n;
    i += n;
  }
  return true;
}

}  // namespace

// 供应链甲公司(8899): a code in brackets stands behind a company's name; where no lexicon knows it,
// the name is what the title has of the words in front, else what abbreviates the name that belongs
// to the code, else all of them where they are few or end like one.
void Fold::FindTickers(const Parts& p) {
  constexpr uint32_t kLongest = 36;
  constexpr size_t kShortName = 18;
  constexpr size_t kFewCharacters = 15;
  const std::string_view sentence = Text(p.span);
  for (size_t open = sentence.find('('); open != std::string_view::npos;
       open = sentence.find('(', open + 1)) {
    size_t digits = open + 1;
    while (digits < sentence.size() && IsAsciiDigit(static_cast<unsigned char>(sentence[digits]))) {
      ++digits;
    }
    const size_t count = digits - open - 1;
    if (count < 4 || count > 6 || digits >= sentence.size()) continue;
    if (sentence[digits] != ')' && sentence[digits] != '.') continue;
    const uint32_t end = p.span.begin + static_cast<uint32_t>(open);
    uint32_t begin = end > p.span.begin + kLongest ? end - kLongest : p.span.begin;
    while (begin < end && (static_cast<unsigned char>(text_[begin]) & 0xC0) == 0x80) ++begin;
    // 财年(2024), 邮编(100000): not every number in brackets is a code.
    const std::string_view code = sentence.substr(open + 1, count);
    const bool traded = sentence[digits] == '.';  // 00700.HK
    const bool year = count == 4 && (code.starts_with("19") || code.starts_with("20"));
    const bool sure = traded || (count == 5 && code[0] == '0') ||
                      (count == 4 && !year && document_.script == Script::kHant);
    const std::string id = sure || count == 6 ? ListedId(code, sentence.substr(digits)) : "";
    const auto facts = tables_.entities->Lookup(id);
    bool known = false;
    for (const Token& token : p.row.tokens) {
      if (token.span.end > end) break;
      if (EndsName(token)) continue;
      known = token.span.end == end && IsEntity(token.token_class);
      begin = std::max(begin, token.span.end);
    }
    if (known) continue;
    for (uint32_t at = begin; at < end; at += CodePointLength(text_[at])) {
      if (IsCut(CodePointAt(text_, at))) begin = at + CodePointLength(text_[at]);
    }
    begin += static_cast<uint32_t>(nouns_.LongestStart("kin", Text({begin, end})));
    Ref ref;
    for (uint32_t at = begin; at + 6 <= end && ref.empty(); at += CodePointLength(text_[at])) {
      const std::string_view name = Text({at, end});
      if (title_.find(name) != std::string::npos) ref.text = name;
    }
    // 跌幅最大的甲公司(8899), 龙头之一甲公司(8899)
    std::string_view whole = Text({begin, end});
    for (std::string_view lead : {"的", "之一"}) {
      if (const size_t at = whole.rfind(lead); at != whole.npos) {
        whole.remove_prefix(at + lead.size());
      }
    }
    for (size_t at = 0; facts && ref.empty() && at + 6 <= whole.size();
         at += CodePointLength(whole[at])) {
      if (Abbreviates(whole.substr(at), facts->canonical)) ref.text = whole.substr(at);
    }
    if (ref.empty() && whole.size() >= 6 &&
        ((whole.size() <= kFewCharacters && (sure || facts)) ||
         (whole.size() <= kShortName && nouns_.EndsWith("company", whole)))) {
      ref.text = CleanPhrase(whole);
    }
    if (CountCodePoints(ref.text) < 2) continue;
    ref.printed = ref.text;
    if (facts) ref.text = facts->canonical;
    ref.id = facts ? id : UnknownEntityId(EntityType::kOrg, ref.text);
    ref.named = ref.entity = true;
    NoteName(ref);
  }
}

// Whether an unnamed voice says all that follows: 法人预估，….
bool Fold::OpensSpeech(const Parts& p, int token) const {
  const uint32_t end = p.row.tokens[token].outer.end;
  if (end >= p.span.end) return false;
  // 业绩超出市场预期，…: what is exceeded says nothing.
  for (int t = token - 1; t >= 0 && p.clause[t] == p.clause[token]; --t) {
    const Class before = p.row.tokens[t].token_class;
    if (before == Class::kUp || before == Class::kDown || before == Class::kCompare) return false;
  }
  const uint32_t begin = p.row.tokens[token].outer.begin;
  const std::string_view front =
      Text({p.clause_begin[static_cast<size_t>(p.clause[token])], begin});
  if (nouns_.Within("versus", front)) return false;
  const char32_t c = CodePointAt(text_, end);
  return c == U'，' || c == ':';
}

// The unnamed voice (市场预期, 华尔街预计) of the clause, nullptr for none.
const Token* Fold::VoiceOf(const Parts& p, const Draft& d) const {
  for (int t = d.token - 1; t >= std::max(0, d.token - kReach); --t) {
    if (p.row.tokens[t].token_class != Class::kVoice) continue;
    // 游戏终端市场预计营收…: the words in front make it the name of a market.
    const uint32_t begin = p.row.tokens[t].span.begin;
    uint32_t plain = p.clause_begin[static_cast<size_t>(p.clause[t])];
    if (t > 0) plain = std::max(plain, p.row.tokens[t - 1].outer.end);
    const std::string_view front = Text({plain, begin});
    constexpr size_t kMarketName = 6;  // two characters
    if (front.size() >= kMarketName && nouns_.EndsWith("sector", front)) continue;
    if (p.clause[t] == d.clause || OpensSpeech(p, t)) return &p.row.tokens[t];
  }
  return nullptr;
}

// Whether the sentence is what somebody foretells: 甲机构预测，….
bool Fold::Foretells(const Parts& p) const {
  if (speaker_.sentence != index_) return false;
  return std::any_of(p.row.tokens.begin(), p.row.tokens.end(), [&](const Token& token) {
    return token.token_class == Class::kForecast && token.span == speaker_.verb;
  });
}

}  // namespace hanfact::extract
