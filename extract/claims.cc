#include "extract/claims.h"

#include <unicode/brkiter.h>
#include <unicode/utext.h>

#include <algorithm>
#include <array>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <map>
#include <tuple>
#include <utility>

namespace hanfact::extract {
namespace {

using Class = TokenClass;

// Who or what a claim speaks of, or who says it.
struct Ref {
  std::string text;  // canonical, simplified
  std::string id;    // empty for a noun phrase
  MatchSpan span;
  EntityType type = EntityType::kOrg;
  bool entity = false;
  bool named = false;  // no known name, but stands like one
  [[nodiscard]] bool empty() const { return text.empty(); }
};

struct MetricRef {
  std::string text, id, scope;
  MatchSpan span;
  const Cue* cue = nullptr;
  std::string base = {};  // the measure without the words in front; empty where that is the text
  [[nodiscard]] bool empty() const { return text.empty(); }
};

struct PeriodRef {
  const Mention* mention = nullptr;
  int sentence = -1;
  [[nodiscard]] bool empty() const { return mention == nullptr; }
};

struct Speaker {
  Ref who;
  MatchSpan verb;
  bool report = false;  // a publication: holds for the rest of the document
  bool source = false;  // 据…: holds for the paragraph
  bool once = false;    // 宣布: holds for the sentence
  int sentence = -1;
  uint32_t paragraph = 0;
  [[nodiscard]] bool empty() const { return who.empty(); }
};

// A claim while it is being made, with what later ones of the sentence may take from it.
struct Draft {
  int token = -1;
  int clause = 0;
  Claim claim;
  Ref subject;
  MetricRef metric;
  PeriodRef period;
  PeriodFrom period_from = PeriodFrom::kClause;
  std::string noun;          // what a count counts
  bool own_subject = false;  // found in its own clause
  bool own_metric = false;
  bool modality_scope = false;  // its modality holds for what follows
  bool own_period = false;
};

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
  return IsEntity(c) || c == Class::kMetric || c == Class::kHere ||
         c == Class::kDoc || c == Class::kOrdinal || c == Class::kWorth || c == Class::kTitle;
}

bool IsCut(char32_t c) {
  return c == U'，' || c == ':' || c == ';' || c == U'。' || c == '!' || c == '?' || c == '\n' ||
         c == U'、' || c == U'“' || c == '(' || c == U'‘';
}

// The words of nouns.tsv, by class.
class NounTable {
 public:
  bool EndsWith(std::string_view which, std::string_view text) const {
    const auto it = words_.find(which);
    if (it == words_.end()) return false;
    return std::any_of(it->second.begin(), it->second.end(),
                       [&](const std::string& w) { return text.ends_with(w); });
  }
  bool StartsWith(std::string_view which, std::string_view text) const {
    const auto it = words_.find(which);
    if (it == words_.end()) return false;
    return std::any_of(it->second.begin(), it->second.end(),
                       [&](const std::string& w) { return text.starts_with(w); });
  }
  bool Is(std::string_view which, std::string_view text) const {
    const auto it = words_.find(which);
    return it != words_.end() &&
           (which == "filler"
                ? std::find(it->second.begin(), it->second.end(), text) != it->second.end()
                : std::binary_search(it->second.begin(), it->second.end(), text));
  }
  // The text without the words of a class.
  std::string Without(std::string_view which, std::string text) const {
    const auto it = words_.find(which);
    if (it == words_.end()) return text;
    for (const std::string& w : it->second) {
      const size_t at = text.find(w);
      if (at != std::string::npos) text.erase(at, w.size());
    }
    return text;
  }
  // The first word of a class, empty for none.
  std::string First(std::string_view which) const {
    const auto it = words_.find(which);
    return it == words_.end() ? "" : it->second.front();
  }
  static const NounTable& Get() {
    static const NounTable table;
    return table;
  }

 private:
  NounTable() {
    std::vector<TableError> errors;
    const Table table = Table::Read("extract/rules/nouns.tsv",
                                    EmbeddedFile("extract/rules/nouns.tsv").value_or(""),
                                    {"class", "surface"}, errors);
    for (const Table::Row& row : table.rows()) {
      words_[table.Get(row, "class")].push_back(table.Get(row, "surface"));
    }
    // The longest first, so that a filler goes as a whole.
    std::stable_sort(words_["filler"].begin(), words_["filler"].end(),
                     [](const std::string& a, const std::string& b) { return a.size() > b.size(); });
  }
  std::map<std::string, std::vector<std::string>, std::less<>> words_;
};

// Word borders of a piece of text, by ICU's Chinese dictionary.
class Words {
 public:
  // The words of `text`, as byte ranges.
  std::vector<std::pair<uint32_t, uint32_t>> Split(std::string_view text) {
    std::vector<std::pair<uint32_t, uint32_t>> out;
    UErrorCode status = U_ZERO_ERROR;
    if (!iterator_) {
      iterator_.reset(icu::BreakIterator::createWordInstance(icu::Locale::getChinese(), status));
      if (U_FAILURE(status)) iterator_.reset();
    }
    UText* utext = utext_openUTF8(nullptr, text.data(), static_cast<int64_t>(text.size()), &status);
    if (!iterator_ || U_FAILURE(status)) {
      out.emplace_back(0, static_cast<uint32_t>(text.size()));
      return out;
    }
    iterator_->setText(utext, status);
    int32_t begin = iterator_->first();
    for (int32_t end = iterator_->next(); end != icu::BreakIterator::DONE;
         begin = end, end = iterator_->next()) {
      out.emplace_back(static_cast<uint32_t>(begin), static_cast<uint32_t>(end));
    }
    utext_close(utext);
    return out;
  }

 private:
  std::unique_ptr<icu::BreakIterator> iterator_;
};

// A Chinese name that only its form suggests: seldom what a number is about.
bool IsDoubtful(const Token& token) {
  return token.token_class == TokenClass::kPerson && !token.mention->entity.known &&
         !token.mention->entity.canonical.empty() &&
         IsHan(CodePointAt(token.mention->entity.canonical, 0));
}

// A part of the day alone (夜, 夜间): too weak to date anything.
bool IsMoment(const Token& token) {
  return token.mention != nullptr && token.mention->period.grain == Grain::kPartOfDay &&
         token.span.size() <= 6;
}

// 2月台指期, 3月期货: the month names a contract and dates nothing.
bool IsContract(std::string_view text, const Token& token) {
  if (token.mention == nullptr || token.mention->period.grain != Grain::kMonth) return false;
  const std::string_view behind = text.substr(token.span.end);
  for (std::string_view word : {"台指期", "期货", "期指", "合约", "交割"}) {
    if (behind.starts_with(word)) return true;
  }
  return false;
}

// The numeral that 四大云厂商 opens with, empty for none.
std::string_view GroupNumeral(std::string_view text) {
  for (std::string_view digit : {"二", "三", "四", "五", "六", "七", "八", "九", "十"}) {
    if (text.starts_with(digit)) return text.substr(0, 3);
  }
  return "";
}

class Fold {
 public:
  Fold(const ClaimTables& tables, const Document& document, const MatchView& view)
      : tables_(tables), document_(document), view_(view), text_(view.text) {
    published_ = ParseDate(document.meta.published);
  }

  void ReadTitle(std::string_view title, const std::vector<Mention>& mentions);
  void Sentence(const Sentence& sentence, int index, const Mention* mentions, size_t count,
                std::vector<Claim>& claims, std::vector<Refusal>& refusals);

 private:
  // What the sentence at hand is made of.
  struct Parts {
    TokenRow row;
    MatchSpan span;
    std::vector<int> clause;           // by token
    std::vector<uint32_t> clause_begin;  // by clause, in the match view
    std::vector<uint8_t> paren;        // by token: bracket depth
    std::vector<uint8_t> speaker;      // by token: names who speaks
    std::vector<uint8_t> compared;     // by token: a period or entity something is compared with
    std::vector<std::string> refused;  // by token: why it is no claim
    std::vector<Draft> drafts;
    std::map<int, std::map<std::string, std::string>> set;  // by token: fields set by patterns
    std::map<int, std::string> rule;
    std::map<int, std::map<std::string, MatchSpan>> groups;
  };
  struct Phrase {
    uint32_t begin = 0, end = 0;
    int first = 0, last = -1;  // tokens inside
    std::vector<int> predicates;  // tokens between the phrase and the value
    [[nodiscard]] bool empty() const { return begin >= end; }
  };

  void Cut(Parts& p) const;
  void FindSpeakers(Parts& p);
  void FindNamesake(const Parts& p);
  void ApplyGuards(Parts& p) const;
  void ApplyPatterns(Parts& p) const;
  void MarkCompared(Parts& p) const;
  Phrase LeftPhrase(const Parts& p, int token) const;
  Phrase LeftPhraseRaw(const Parts& p, int token) const;
  bool MakeDraft(Parts& p, int token, int index, Draft& d);
  void FillPeriod(const Parts& p, int index, Draft& d);
  void FillDirection(const Parts& p, const Phrase& phrase, Draft& d);
  void FillSubjectAndMetric(Parts& p, const Phrase& phrase, Draft& d);
  Ref ContextSubject(const Parts& p, const Draft& d, bool corporate) const;
  Ref HomeRef() const;
  Ref OpeningRef(const Parts& p, int clause, uint32_t before) const;
  Ref PlaceRef(std::string_view name) const;
  std::string Currency() const;
  const Token* VoiceOf(const Parts& p, const Draft& d) const;
  Ref GroupRef(const Parts& p, const std::vector<int>& members) const;
  Ref RunRef(const Parts& p, int token) const;
  std::string GroupName(uint32_t begin, uint32_t end, size_t members) const;
  void FillModality(const Parts& p, Draft& d);
  void AlignLists(Parts& p);
  Ref EntityRef(const Token& token) const;
  MetricRef MetricOf(const Token& token) const;
  std::string PostNoun(Parts& p, int token, MatchSpan& span);
  std::string CleanPhrase(std::string_view phrase) const;
  // Empty where the span is turned round: what lies between two things that overlap.
  std::string_view Text(MatchSpan span) const {
    return span.begin < span.end ? Slice(text_, span) : std::string_view();
  }
  bool IsAgency(const Ref& ref) const;
  bool Dateless(const Token& t) const { return IsMoment(t) || IsContract(text_, t); }
  int PreviousQuantity(const Parts& p, int token) const;
  bool IsObject(const Parts& p, int token) const;
  Ref HereRef(const Token& token) const;
  void Finish(const Parts& p, Draft& d, std::vector<Claim>& claims) const;
  void AddSpan(Claim& claim, SpanRole role, MatchSpan span) const;

  const ClaimTables& tables_;
  const Document& document_;
  const MatchView& view_;
  const std::string& text_;
  std::optional<Date> published_;
  mutable Words words_;  // keeps ICU's iterator between calls
  std::deque<Mention> made_;  // periods the fold derives from others

  // The context carried from sentence to sentence.
  int index_ = 0;
  uint32_t paragraph_ = 0;
  Ref subject_;          // last subject
  Ref company_;          // who announces: what 公司 means
  Ref headline_;
  std::string title_;
  MetricRef metric_;
  // Unit, kind and measure of the claims of the last sentence that had any.
  std::vector<std::tuple<std::string, ClaimKind, MetricRef>> unit_metrics_;
  PeriodRef period_;
  uint32_t period_paragraph_ = 0;
  Speaker speaker_;
  std::vector<Ref> groups_;  // named groups of listed members
  Modality modality_ = Modality::kActual;  // that the sentence before leaves open
  bool modality_semicolon_ = false;
};

Ref Fold::EntityRef(const Token& token) const {
  Ref ref;
  ref.text = token.mention->entity.canonical;
  ref.id = token.mention->entity.entity_id;
  ref.type = token.mention->entity.type;
  ref.span = token.span;
  ref.entity = true;
  return ref;
}

MetricRef Fold::MetricOf(const Token& token) const {
  MetricRef metric;
  metric.text = token.cue->canonical;
  metric.id = token.cue->value;
  metric.scope = token.cue->scope;
  metric.span = token.span;
  metric.cue = token.cue;
  return metric;
}

Ref Fold::HereRef(const Token& token) const {
  const std::string_view word = token.cue->surface;
  Ref ref;
  ref.type = EntityType::kPlace;
  if (word.starts_with("本港") || word == "全港") {
    ref = PlaceRef("香港");
  } else if (word.find("大陆") != std::string_view::npos || word == "内地") {
    ref = PlaceRef("中国");
  } else if (word == "全台") {
    ref = PlaceRef("台湾");
  } else if (word == "全球") {
    ref.text = "全球";
  } else if (Any(word, {"我国", "全国", "国内"})) {
    // 德国…。全国7天内: the country spoken of.
    ref = word != "我国" && subject_.entity && subject_.type == EntityType::kPlace ? subject_
                                                                                  : HomeRef();
  }
  ref.span = token.span;
  return ref;
}

bool Fold::IsAgency(const Ref& ref) const {
  return ref.id.starts_with("gov:") || ref.type == EntityType::kMedia ||
         NounTable::Get().EndsWith("agency", ref.text) || NounTable::Get().Is("broker", ref.text);
}

void Fold::ReadTitle(std::string_view title, const std::vector<Mention>& mentions) {
  for (const Mention& m : mentions) {
    if (m.type != MentionType::kEntity) continue;
    if (m.entity.type == EntityType::kMedia) continue;
    Token token;
    token.mention = &m;
    token.token_class = static_cast<Class>(static_cast<int>(Class::kOrg) +
                                           static_cast<int>(m.entity.type));
    if (IsDoubtful(token)) continue;
    headline_ = EntityRef(token);
    headline_.span = {};
    break;
  }
  title_ = title;
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
    const char32_t c = CodePointAt(row, i);
    const uint32_t length = CodePointLength(row[i]);
    if (t < n && p.row.at[t] == i) {
      p.clause[t] = clause;
      p.paren[t] = depth;
      ++t;
    } else if (c == '(') {
      if (depth < 9) ++depth;
    } else if (c == ')') {
      if (depth > 0) --depth;
    } else if ((c == U'，' || c == ':' || c == ';' || c == U'。') && depth == 0) {
      ++clause;
      p.clause_begin.push_back(p.row.ToMatch(i + length));
    }
    i += length;
  }
}

int Fold::PreviousQuantity(const Parts& p, int token) const {
  for (int t = token - 1; t >= 0 && p.clause[t] == p.clause[token]; --t) {
    if (IsQuantity(p.row.tokens[t].token_class) && p.paren[t] <= p.paren[token] &&
        p.refused[t].empty()) {
      return t;
    }
  }
  return -1;
}

// A name behind a preposition (在美国, 将古巴和日本列入, 从江苏) or a number (4架A320) is not what the
// clause is about.
bool Fold::IsObject(const Parts& p, int token) const {
  const auto& tokens = p.row.tokens;
  // 高陵、阎良等7个远郊区县: members of what is counted.
  for (int t = token; t + 1 < static_cast<int>(tokens.size()) &&
                      p.clause[t + 1] == p.clause[token];
       ++t) {
    const std::string_view gap = Text({tokens[t].span.end, tokens[t + 1].outer.begin});
    if (IsEntity(tokens[t + 1].token_class) && Any(gap, {"、", "和", "及", "与"})) continue;
    if (gap == "等" && IsQuantity(tokens[t + 1].token_class)) return true;
    break;
  }
  for (int t = token; t > 0 && p.clause[t - 1] == p.clause[token]; --t) {
    const Token& before = tokens[t - 1];
    const std::string_view gap = Text({before.outer.end, tokens[t].span.begin});
    if (IsEntity(before.token_class) && Any(gap, {"", "、", "和", "及", "与", "等"})) continue;
    if (before.token_class == Class::kPrep && before.cue->surface == "和" && gap.empty()) continue;
    if (!gap.empty()) return false;
    if (IsQuantity(before.token_class)) return true;
    if (before.token_class == Class::kPrep) return true;
    if (before.token_class == Class::kPart && before.cue->surface.starts_with("包")) return true;
    return (before.token_class == Class::kLevel || before.token_class == Class::kTo ||
            before.token_class == Class::kForecast || before.token_class == Class::kConj) &&
           Any(before.cue->surface, {"在", "到", "至", "于", "为", "将", "以", "因", "除", "除了"});
  }
  return false;
}

void Fold::FindSpeakers(Parts& p) {
  const auto& tokens = p.row.tokens;
  const int n = static_cast<int>(tokens.size());
  for (int s = 0; s < n; ++s) {
    const Token& token = tokens[s];
    if (p.paren[s] != 0) continue;
    const bool named_data = token.token_class == Class::kNoSource && s > 0 &&
                            IsEntity(tokens[s - 1].token_class) &&
                            tokens[s - 1].span.end == token.span.begin;
    if (token.token_class == Class::kNoSource && !named_data) {
      if (token.span.begin == p.span.begin || p.clause[s] == 0) {
        // 据统计 names nobody, but what a named source published stays its own.
        if (token.cue->surface.find("悉") != std::string::npos ||
            token.cue->surface.find("根据统计") != std::string::npos) {
          speaker_ = {};
        }
      }
      continue;
    }
    if (token.token_class == Class::kVoice) continue;
    // 根据央行提供…: a source without a noun for what it gives.
    if (token.token_class == Class::kSource && s + 1 < n &&
        tokens[s + 1].span.begin == token.span.end && tokens[s + 1].token_class == Class::kOrg) {
      const std::string_view next = Text({tokens[s + 1].span.end,
                                          std::min(p.span.end, tokens[s + 1].span.end + 6)});
      if (!next.starts_with("规定") && !next.starts_with("要求") && !next.starts_with("有关")) {
        speaker_ = {EntityRef(tokens[s + 1]), token.span, false, true, false, index_, paragraph_};
        p.speaker[s + 1] = 1;
      }
      continue;
    }
    const bool speech = token.token_class == Class::kSpeech || token.token_class == Class::kDoc ||
                        named_data ||
                        (token.token_class == Class::kForecast &&
                         Any(token.cue->surface, {"预计", "预测", "预估", "预期", "估计", "推估", "料",
                                                  "初估", "测算", "看好", "预料"}));
    if (!speech) continue;
    const bool report = token.token_class == Class::kDoc || named_data ||
                        (token.token_class == Class::kSpeech && token.cue->value == "report");
    const bool estimate = token.token_class == Class::kForecast;
    // The nearest name before it in its clause.
    int who = -1;
    bool source = false;
    bool blocked = false;
    for (int t = s - 1; t >= 0 && p.clause[t] == p.clause[s]; --t) {
      const Class c = tokens[t].token_class;
      if (p.paren[t] != 0) continue;
      if (c == Class::kSource) {
        source = true;
        break;
      }
      if (IsEntity(c)) {
        if (who < 0 && (source || !IsObject(p, t))) who = t;
        continue;
      }
      if (who >= 0) {
        if (c == Class::kSource) source = true;
        if (c == Class::kMetric || IsQuantity(c)) break;
        continue;
      }
      if (c == Class::kMetric || IsQuantity(c) || (estimate && (c == Class::kUp || c == Class::kDown))) {
        if (!source) blocked = true;
        break;
      }
    }
    if (blocked && who < 0) continue;
    // 货币政策决定公布后: an event, no voice.
    if (const std::string_view behind = Text({token.span.end, std::min(p.span.end, token.span.end + 3)});
        behind == "后" || behind == "前") {
      continue;
    }
    // A report noun (数据, 报告) speaks only where it ends its clause, or a verb of saying follows.
    if (report) {
      const uint32_t end = token.span.end;
      const char32_t next = end < p.span.end ? CodePointAt(text_, end) : U'。';
      const bool closes = next == U'，' || next == ':' || next == U'。' || next == ';' || next == ')';
      const bool verb = s + 1 < n && tokens[s + 1].span.begin == end &&
                        (tokens[s + 1].token_class == Class::kSpeech ||
                         tokens[s + 1].token_class == Class::kDoc);
      const bool noun = Any(token.cue->surface, {"数据", "报告", "统计", "消息", "监测", "资料", "调查",
                                                 "研究", "信息", "公告", "通报", "公布", "发布"});
      if (token.token_class == Class::kDoc && !closes && !verb && !source) continue;
      if (noun && !closes && !verb && !source && !Any(token.cue->surface, {"公布", "发布", "通报", "公告", "统计"})) continue;
    }
    if (who < 0 && source) {
      // 据星矿数据: a name no lexicon knows.
      int t = s - 1;
      while (t >= 0 && tokens[t].token_class != Class::kSource) --t;
      if (t < 0) continue;
      uint32_t begin = tokens[t].span.end;
      uint32_t end = token.span.begin;
      for (int u = t + 1; u < s; ++u) {
        if (IsPeriod(tokens[u].token_class)) begin = tokens[u].span.end;
        else if (tokens[u].token_class != Class::kDoc) {
          end = std::min(end, tokens[u].span.begin);
        }
      }
      if (end <= begin || end - begin < 6 || end - begin > 45) continue;
      bool numbers = false;
      for (int u = t + 1; u < s; ++u) numbers = numbers || IsQuantity(tokens[u].token_class);
      if (numbers) continue;
      std::string name = CleanPhrase(Text({begin, end}));
      while (name.ends_with("的") || name.ends_with("最新")) {
        name.resize(name.size() - (name.ends_with("的") ? 3 : 6));
      }
      if (name.size() < 6 || NounTable::Get().EndsWith("nosource", name)) continue;
      if (token.cue->surface == "数据" || token.cue->surface == "统计" ) {
        if (token.cue->surface == "数据" && name.size() <= 12) name += "数据";
      }
      Ref ref;
      ref.text = name;
      ref.span = {begin, end};
      if (NounTable::Get().Is("generic", ref.text)) continue;
      speaker_ = {ref, token.span, false, true, false, index_, paragraph_};
      continue;
    }
    if (who < 0) {
      // 他表示, 公司预计: who spoke before, or the company.
      for (int t = s - 1; t >= 0 && p.clause[t] == p.clause[s]; --t) {
        if (tokens[t].token_class != Class::kPronoun) continue;
        if (tokens[t].cue->value == "company" && !company_.empty()) {
          speaker_ = {company_, token.span, report, false, false, index_, paragraph_};
          speaker_.who.span = tokens[t].span;
        } else if (!speaker_.empty()) {
          speaker_.sentence = index_;
          speaker_.paragraph = paragraph_;
        }
        break;
      }
      if (speaker_.sentence == index_ && speaker_.verb.begin <= token.span.begin &&
          !speaker_.empty()) {
        continue;
      }
      // ST柏龙公告，, 云岭芯片3月9日晚披露: a name no lexicon knows opens the clause.
      const uint32_t begin = p.clause_begin[static_cast<size_t>(p.clause[s])];
      uint32_t end = token.span.begin;
      bool first = true;
      for (int t = 0; t < s; ++t) {
        if (p.clause[t] != p.clause[s]) continue;
        const Class c = tokens[t].token_class;
        if (p.paren[t] != 0 && tokens[t].span.begin < end) continue;
        if (IsPeriod(c) || c == Class::kAdverb || c == Class::kVague) {
          end = std::min(end, tokens[t].span.begin);
        } else if (tokens[t].span.begin < end) {
          first = false;
        }
      }
      std::string_view name = Trim(Text({begin, end}));
      if (const size_t bracket = name.find('('); bracket != name.npos) name = name.substr(0, bracket);
      const bool verb = Any(token.cue->surface, {"公告", "披露", "发布公告", "公告称", "表示", "宣布",
                                                   "发布", "公布"});
      if (verb && first && name.size() >= 6 && name.size() <= 36) {
        Ref ref;
        ref.text = CleanPhrase(name);
        if (ref.text.size() < 6 || NounTable::Get().Is("generic", ref.text)) continue;
        ref.id = UnknownEntityId(EntityType::kOrg, ref.text);
        ref.span = {begin, token.span.begin};
        ref.entity = ref.named = true;
        if (Any(token.cue->surface, {"发布", "公布"})) {
          bool results = false;
          for (uint32_t i = token.span.end; i < p.span.end; i += CodePointLength(text_[i])) {
            if (NounTable::Get().StartsWith("results", Text({i, p.span.end}))) results = true;
          }
          if (results) subject_ = company_ = ref;
          continue;
        }
        speaker_ = {ref, token.span, report, false, false, index_, paragraph_};
        if (report) company_ = ref;
        if (report && subject_.empty()) subject_ = ref;
      }
      continue;
    }
    // Text between the name and an estimate must be short: 大和预期 speaks, 美国市场需求预期 does not.
    uint32_t plain = 0;
    uint32_t at = tokens[who].span.end;
    for (int t = who + 1; t <= s; ++t) {
      if (p.paren[t] == 0 && tokens[t].outer.begin > at) plain += tokens[t].outer.begin - at;
      at = std::max(at, tokens[t].outer.end);
    }
    if (estimate && plain > 9 && !source) continue;
    if (!report && !estimate && plain > 45) continue;
    if (report && plain > 60) continue;
    const Class who_class = tokens[who].token_class;
    if (NounTable::Get().Is("voice", tokens[who].mention->entity.canonical)) {
      speaker_ = {EntityRef(tokens[who]), token.span, false, false, true, index_, paragraph_};
      p.speaker[who] = 1;
      continue;
    }
    if (who_class == Class::kPlace && estimate) continue;
    if (who_class == Class::kIndex) continue;
    if (who_class == Class::kProduct && !source) continue;
    Ref ref = EntityRef(tokens[who]);
    p.speaker[who] = 1;
    // 据A的B, 英伟达CEO黄仁勋: the names in front belong to the same voice.
    for (int t = who - 1; t >= 0 && p.clause[t] == p.clause[who]; --t) {
      if (!IsEntity(tokens[t].token_class)) {
        if (tokens[t].token_class == Class::kTitle) continue;
        break;
      }
      if (who_class == Class::kPerson || tokens[t].span.end == tokens[t + 1].span.begin) {
        p.speaker[t] = 1;
      }
    }
    if (who_class == Class::kPlace && !source && !report) continue;
    if (who_class == Class::kPlace) {
      // 英国政府公布: the place with the words behind it.
      const uint32_t end = who + 1 <= s ? tokens[who + 1].outer.begin : token.span.begin;
      const std::string_view tail = Text({tokens[who].span.end, std::min(end, token.span.begin)});
      if (tail.empty() || tail.size() > 30) {
        p.speaker[who] = 0;
        continue;
      }
      ref.text += CleanPhrase(tail);
      ref.id.clear();
      ref.entity = false;
      p.speaker[who] = 0;
    }
    // 发布第四季度财报: what follows is the company's own story, told by the article.
    bool results = false;
    if (Any(token.cue->surface, {"公布", "发布", "发表"})) {
      uint32_t end = p.span.end;
      const size_t next = static_cast<size_t>(p.clause[s]) + 1;
      if (next < p.clause_begin.size()) end = p.clause_begin[next];
      for (uint32_t i = token.span.end; i < end; i += CodePointLength(text_[i])) {
        if (NounTable::Get().StartsWith("results", Text({i, end}))) results = true;
      }
    }
    const bool firm = who_class == Class::kOrg && !IsAgency(ref);
    if (results && firm) {
      speaker_ = {};
      subject_ = company_ = ref;
      continue;
    }
    if (NounTable::Get().Is("generic", ref.text)) continue;
    speaker_ = {ref, token.span, report && !source, source, token.cue->surface == "宣布", index_, paragraph_};
    if (report && firm &&
        (Any(token.cue->surface, {"公告", "公告称", "披露", "发布公告", "自结"}) ||
         (index_ < 2 && Any(token.cue->surface, {"公布", "宣布"})))) {
      company_ = ref;
      if (subject_.empty() || index_ == 0) subject_ = ref;
    }
  }
}

// The name that title and first sentence open with, where no lexicon knows it: the main subject.
void Fold::FindNamesake(const Parts& p) {
  if (title_.empty() || headline_.entity) return;
  uint32_t end = p.span.end;
  for (const Token& token : p.row.tokens) {
    if (token.token_class == Class::kConj || token.token_class == Class::kPrep) continue;
    end = std::min(end, token.outer.begin);
    break;
  }
  std::string_view opening = Text({p.span.begin, end});
  if (const size_t cut = opening.find_first_of("(:;"); cut != opening.npos) {
    opening = opening.substr(0, cut);
  }
  for (std::string_view mark : {"，", "。", "、"}) {
    if (const size_t cut = opening.find(mark); cut != opening.npos) opening = opening.substr(0, cut);
  }
  // The longest ending of the opening words that the title holds: 游戏业者乐意 and 乐意新游戏.
  for (size_t from = 0; from + 6 <= opening.size(); from += CodePointLength(opening[from])) {
    const std::string_view name = opening.substr(from);
    if (name.size() > 30 || title_.find(name) == std::string::npos) continue;
    if (NounTable::Get().Is("generic", name) || NounTable::Get().EndsWith("measure", name)) return;
    Ref ref;
    ref.text = name;
    ref.id = UnknownEntityId(EntityType::kOrg, name);
    ref.named = ref.entity = true;
    subject_ = company_ = headline_ = ref;
    return;
  }
}

void Fold::ApplyGuards(Parts& p) const {
  std::vector<PatternMatch> matches;
  tables_.guards->Match(p.row, matches);
  for (const PatternMatch& m : matches) {
    std::string& why = p.refused[static_cast<size_t>(m.value_token)];
    if (why.empty()) why = m.pattern->reason + " (" + m.pattern->rule + ")";
  }
  for (size_t t = 0; t < p.row.tokens.size(); ++t) {
    const Token& token = p.row.tokens[t];
    if (token.mention == nullptr || !(IsQuantity(token.token_class))) continue;
    if (token.mention->rule.starts_with("guard:") && p.refused[t].empty()) {
      p.refused[t] = token.mention->rule;
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
  }
}

// Periods behind a word of comparison are not the claim's own.
void Fold::MarkCompared(Parts& p) const {
  const auto& tokens = p.row.tokens;
  const int n = static_cast<int>(tokens.size());
  for (int t = 0; t < n; ++t) {
    const Class c = tokens[t].token_class;
    const bool compare = c == Class::kCompare || (c == Class::kDown && tokens[t].cue->surface == "低于") ||
                         (c == Class::kUp && tokens[t].cue->surface == "高于");
    // 与…相比: the preposition opens it.
    bool opens = false;
    if (c == Class::kPrep && Any(tokens[t].cue->surface, {"与", "和", "同", "跟"})) {
      for (int u = t + 1; u < n && u < t + 6 && p.clause[u] == p.clause[t]; ++u) {
        if (tokens[u].token_class == Class::kCompare) opens = true;
      }
    }
    // 仅为OpenAI的十分之一: the name in front of such a value is the yardstick.
    if (IsEntity(c) && t + 1 < n && p.clause[t + 1] == p.clause[t] &&
        (tokens[t + 1].token_class == Class::kRatio || tokens[t + 1].token_class == Class::kPercent ||
         tokens[t + 1].token_class == Class::kMultiple) &&
        tokens[t + 1].outer.begin - tokens[t].span.end <= 12 &&
        Text({tokens[t].span.end, tokens[t + 1].outer.begin}).ends_with("的")) {
      bool before = false;
      for (int u = 0; u < t; ++u) {
        before = before || (p.clause[u] == p.clause[t] &&
                            (tokens[u].token_class == Class::kLevel || tokens[u].token_class == Class::kTo ||
                             tokens[u].token_class == Class::kAdverb));
      }
      if (before) p.compared[t] = 1;
    }
    if (!compare && !opens) continue;
    for (int u = t + 1; u < n && p.clause[u] == p.clause[t]; ++u) {
      const Class d = tokens[u].token_class;
      if (IsQuantity(d) || d == Class::kUp || d == Class::kDown || d == Class::kLevel) break;
      if (IsPeriod(d) || IsEntity(d)) p.compared[u] = 1;
    }
  }
}

Fold::Phrase Fold::LeftPhrase(const Parts& p, int token) const {
  Phrase phrase = LeftPhraseRaw(p, token);
  // 3日内已累跌: a refused number that opens the phrase is none of it.
  const auto& tokens = p.row.tokens;
  while (phrase.first <= phrase.last && IsQuantity(tokens[phrase.first].token_class) &&
         tokens[phrase.first].outer.begin == phrase.begin) {
    const std::string_view behind = Text({tokens[phrase.first].outer.end, phrase.end});
    if (!behind.empty() && !Any(behind.substr(0, 3), {"内", "里", "以", "后", "前", "来", "、"})) break;
    phrase.begin = std::min(phrase.end, tokens[phrase.first].outer.end +
                                            (behind.empty() ? 0u : 3u));
    ++phrase.first;
  }
  return phrase;
}

Fold::Phrase Fold::LeftPhraseRaw(const Parts& p, int token) const {
  const auto& tokens = p.row.tokens;
  Phrase phrase;
  const int clause = p.clause[token];
  const uint32_t clause_begin = p.clause_begin[static_cast<size_t>(clause)];
  uint32_t pos = tokens[token].outer.begin;
  int t = token - 1;
  phrase.begin = phrase.end = pos;
  phrase.first = token;
  const auto left = [&](int u) {
    return u >= 0 && p.clause[u] == clause ? tokens[u].outer.end : clause_begin;
  };
  const auto skip_bracket = [&]() {
    // Text that ends with a closed bracket: go to the front of it.
    int depth = 0;
    size_t at = pos;
    while (at > clause_begin) {
      const size_t before = PreviousBorder(text_, at);
      const char32_t c = CodePointAt(text_, before);
      at = before;
      if (c == ')') ++depth;
      if (c == '(' && --depth == 0) break;
    }
    if (depth != 0) return false;
    pos = static_cast<uint32_t>(at);
    while (t >= 0 && tokens[t].span.begin >= pos) --t;
    return true;
  };
  // 1. What stands between the phrase and the value: verbs, adverbs, hedges.
  for (;;) {
    const uint32_t edge = left(t);
    if (edge < pos) {
      const char32_t before = CodePointBefore(text_, pos);
      if (before == ')' && p.paren[token] == 0) {
        if (!skip_bracket()) return phrase;
        continue;
      }
      if (before == ' ' || before == U'”' || before == U'’') {
        pos = static_cast<uint32_t>(PreviousBorder(text_, pos));
        continue;
      }
      break;
    }
    if (t < 0 || p.clause[t] != clause) return phrase;
    const bool from = tokens[t].token_class == Class::kPrep &&
                      Any(tokens[t].cue->surface, {"由", "从", "自"});
    if (!IsPredicate(tokens[t].token_class) && !from) break;
    phrase.predicates.push_back(t);
    pos = tokens[t].outer.begin;
    --t;
  }
  // 2. The phrase.
  phrase.begin = phrase.end = pos;
  phrase.last = t;
  phrase.first = t + 1;
  for (;;) {
    const uint32_t edge = left(t);
    while (pos > edge) {
      const size_t before = PreviousBorder(text_, pos);
      const char32_t c = CodePointAt(text_, before);
      if (c == ')' && p.paren[token] == 0) {
        if (!skip_bracket()) return phrase;
        phrase.begin = pos;
        break;
      }
      if (IsCut(c)) return phrase;
      pos = static_cast<uint32_t>(before);
      phrase.begin = pos;
    }
    if (pos > left(t)) continue;
    if (t < 0 || p.clause[t] != clause) return phrase;
    const Class c = tokens[t].token_class;
    const bool plain = InPhrase(c) || (IsPeriod(c) && IsContract(text_, tokens[t])) || (IsQuantity(c) && !p.refused[t].empty()) ||
                       (c == Class::kPrep && Any(tokens[t].cue->surface, {"与", "和"}));
    if (!plain || p.speaker[t] != 0) return phrase;
    pos = tokens[t].outer.begin;
    phrase.begin = pos;
    phrase.first = t;
    --t;
  }
}

// Takes verbs and generic words off both ends of a phrase.
std::string Fold::CleanPhrase(std::string_view phrase) const {
  const NounTable& nouns = NounTable::Get();
  std::string_view text = Trim(phrase);
  for (int round = 0; round < 6 && !text.empty(); ++round) {
    const auto words = words_.Split(text);
    if (words.empty()) break;
    const auto [fb, fe] = words.front();
    const std::string_view first = text.substr(fb, fe - fb);
    const bool noun = Any(text.substr(fe, 3), {"业", "商", "厂", "站", "者", "员", "率", "量", "数",
                                               "额", "权", "点", "费", "力", "线", "品"});
    const bool single = CountCodePoints(first) == 1 && CountCodePoints(text) <= 2;
    if (((nouns.Is("verb", first) || nouns.Is("generic", first)) && !noun && !single) || first == "的" ||
        first == "”" || first == " ") {
      text = Trim(text.substr(fe));
      continue;
    }
    const auto [lb, le] = words.back();
    const std::string_view last = text.substr(lb, le - lb);
    if (nouns.Is("verb", last) || last == "的" || last == "“") {
      text = Trim(text.substr(0, lb));
      continue;
    }
    break;
  }
  return std::string(text);
}

// The noun behind a count: 12家|券商, 4架|A320系列飞机.
std::string Fold::PostNoun(Parts& p, int token, MatchSpan& span) {
  const auto& tokens = p.row.tokens;
  const int n = static_cast<int>(tokens.size());
  uint32_t begin = tokens[token].outer.end;
  uint32_t pos = begin;
  int t = token + 1;
  const uint32_t limit = std::min<uint32_t>(p.span.end, begin + 45);
  while (pos < limit) {
    if (t < n && tokens[t].outer.begin == pos) {
      const Class c = tokens[t].token_class;
      if (c == Class::kMetric || c == Class::kProduct || c == Class::kOrg || c == Class::kDoc ||
          c == Class::kIndex || (c == Class::kPronoun && tokens[t].cue->value == "company") ||
          c == Class::kPlace || c == Class::kTitle || c == Class::kHere) {
        pos = tokens[t].outer.end;
        ++t;
        if (c == Class::kMetric) break;
        continue;
      }
      break;
    }
    const char32_t c = CodePointAt(text_, pos);
    if (IsCut(c) || c == ')' || c == U'”') break;
    pos += CodePointLength(text_[pos]);
  }
  if (pos <= begin) return "";
  // Stop at the first verb.
  std::string_view text = Text({begin, pos});
  const NounTable& nouns = NounTable::Get();
  uint32_t end = 0;
  for (const auto& [wb, we] : words_.Split(text)) {
    const std::string_view word = text.substr(wb, we - wb);
    if (wb > 0 && (nouns.Is("verb", word) || word == "以上" || word == "左右")) break;
    if (wb == 0 && (nouns.Is("verb", word) || nouns.Is("generic", word))) {
      // 投放点, 运营商: a verb that a single character makes a noun.
      const std::string_view next = text.substr(we, 3);
      if (!Any(next, {"点", "商", "厂", "站", "者", "员", "率", "量", "数", "额", "权"})) return "";
    }
    end = we;
  }
  text = Trim(text.substr(0, end));
  while (text.ends_with("的") || text.ends_with("中") || text.ends_with("里")) text.remove_suffix(3);
  if (CountCodePoints(text) < 2) return "";
  span = {begin, begin + static_cast<uint32_t>(text.size())};
  return std::string(text);
}

void Fold::FillPeriod(const Parts& p, int index, Draft& d) {
  const auto& tokens = p.row.tokens;
  const int clause = d.clause;
  // 较首季的784人: the number of the period it is compared with.
  for (int t = d.token - 1; t >= 0 && p.clause[t] == clause; --t) {
    if (IsQuantity(tokens[t].token_class)) break;
    if (!IsPeriod(tokens[t].token_class)) continue;
    const std::string_view gap = Text({tokens[t].span.end, tokens[d.token].outer.begin});
    if (p.compared[t] != 0 && gap != "的" && !gap.empty() && gap != "底的" &&
        !(gap.size() <= 12 && gap.ends_with("的"))) {
      continue;
    }
    if (tokens[t].token_class == Class::kSet || Dateless(tokens[t])) continue;
    if (tokens[t].token_class == Class::kVague && !tokens[t].mention->period.start) continue;
    d.period = {tokens[t].mention, index};
    d.period_from = PeriodFrom::kClause;
    d.own_period = true;
    return;
  }
  // Across earlier numbers of the clause, then the clauses before.
  bool vague = false;
  for (int t = d.token - 1; t >= 0; --t) {
    const Class c = tokens[t].token_class;
    if (!IsPeriod(c) || p.compared[t] != 0 || c == Class::kSet || Dateless(tokens[t])) continue;
    if (p.paren[t] != 0 && p.paren[d.token] == 0 &&
        (t == 0 || !IsPeriod(tokens[t - 1].token_class))) {
      continue;
    }
    if (c == Class::kVague) {
      // 盘中 and 收盘 leave the day to the sentence before, 近日 says that no day is known.
      vague = vague || (!tokens[t].mention->period.start &&
                        Text(tokens[t].span).find("盘") == std::string_view::npos &&
                        Text(tokens[t].span).find("市") == std::string_view::npos);
      continue;
    }
    // A date of another number's own: 去年同期 belongs to that number only.
    if (c == Class::kSame && p.clause[t] != clause) continue;
    d.period = {tokens[t].mention, index};
    d.period_from = p.clause[t] == clause ? PeriodFrom::kClause : PeriodFrom::kSentence;
    d.own_period = p.clause[t] == clause;
    return;
  }
  // 5亿元(2021年): the bracket behind.
  if (d.token + 1 < static_cast<int>(tokens.size())) {
    const Token& next = tokens[d.token + 1];
    if (IsPeriod(next.token_class) && p.paren[d.token + 1] > p.paren[d.token] &&
        next.span.begin <= tokens[d.token].outer.end + 4) {
      d.period = {next.mention, index};
      d.own_period = true;
      return;
    }
  }
  // 4246家A股上市公司2020年年报: later in the clause, before another number.
  for (int t = d.token + 1; t < static_cast<int>(tokens.size()) && p.clause[t] == clause; ++t) {
    if (IsQuantity(tokens[t].token_class)) break;
    if (tokens[t].token_class == Class::kPeriod && p.compared[t] == 0 &&
        p.paren[t] == p.paren[d.token] && !Dateless(tokens[t])) {
      d.period = {tokens[t].mention, index};
      d.own_period = true;
      return;
    }
  }
  if (vague) return;
  for (int t = 0; t < d.token; ++t) {
    if (tokens[t].token_class == Class::kNoSource && tokens[t].span.begin == p.span.begin) return;
  }
  if (!period_.empty() && period_.sentence >= 0) {
    const bool near = index - period_.sentence <= 1 && paragraph_ == period_paragraph_;
    if (near) {
      d.period = period_;
      d.period_from = paragraph_ == period_paragraph_ ? PeriodFrom::kPreviousSentence
                                                      : PeriodFrom::kParagraph;
    }
  }
}

void Fold::FillDirection(const Parts& p, const Phrase& phrase, Draft& d) {
  const auto& tokens = p.row.tokens;
  const Token& value = tokens[d.token];
  const Class vc = value.token_class;
  Claim& claim = d.claim;
  const int previous = PreviousQuantity(p, d.token);
  int verb = -1;      // up or down
  int noun = -1;      // 增幅 跌幅
  bool to = false;    // 至 between the verb and the value: a level
  int basis = -1;
  bool share = false;
  for (int t = d.token - 1; t > previous && t >= 0 && p.clause[t] == d.clause; --t) {
    const Token& token = tokens[t];
    if (token.token_class == Class::kUp || token.token_class == Class::kDown) {
      if (token.cue->value.starts_with("noun")) {
        if (noun < 0) noun = t;
      } else if (verb < 0 && noun < 0) {
        verb = t;
      }
      if (!token.cue->value.empty() && token.cue->value != "noun" && token.cue->value != "market" &&
          basis < 0) {
        basis = t;
      }
    } else if (token.token_class == Class::kTo && verb < 0 && noun < 0) {
      to = true;
    } else if (token.token_class == Class::kLevel && verb < 0 && noun < 0) {
      to = true;
    } else if (token.token_class == Class::kBasis && basis < 0) {
      basis = t;
    } else if (token.token_class == Class::kShare) {
      share = true;
    }
  }
  // 同比分别增长3%和4%: the second takes the first's; 同比增长 in front of several clauses holds on.
  const Draft* last = nullptr;
  for (const Draft& other : p.drafts) {
    if (other.token == previous) last = &other;
  }
  if (verb < 0 && noun < 0 && last != nullptr && previous >= 0) {
    const std::string_view gap =
        Text({tokens[previous].outer.end, value.outer.begin});
    if (Any(gap, {"、", "和", "及", "与", "/", "以及", "和约", "或", "及约"}) &&
        (gap == "或" || QuantityClass(*tokens[previous].mention) == vc)) {
      claim.direction = last->claim.direction;
      claim.kind = last->claim.kind;
      claim.basis = last->claim.basis;
      return;
    }
  }
  // Behind the value: 12.2%增幅, 75%-78%的速度急剧下降.
  int behind = -1;
  for (int t = d.token + 1; t < static_cast<int>(tokens.size()) && t <= d.token + 3; ++t) {
    if (p.clause[t] != d.clause) break;
    const Class c = tokens[t].token_class;
    if (c == Class::kUp || c == Class::kDown) {
      const std::string_view gap = Text({value.outer.end, tokens[t].span.begin});
      if (gap.empty() || gap == "的" || gap == "以上的" || gap.starts_with("的速度") || gap.starts_with("的幅度")) {
        behind = t;
      }
      break;
    }
    if (IsQuantity(c)) break;
    if (c == Class::kMetric && !Any(tokens[t].cue->surface, {"速度", "幅度"})) break;
  }
  const bool ratio_like = vc == Class::kPercent || vc == Class::kPoint || vc == Class::kMultiple ||
                          vc == Class::kRatio;
  int chosen = -1;
  if (noun >= 0 && ratio_like) {
    chosen = noun;
    if (verb >= 0 && !to) chosen = verb;
  } else if (noun >= 0) {
    chosen = noun;
  } else if (verb >= 0 && !to) {
    chosen = verb;
  } else if (behind >= 0 && ratio_like && verb < 0) {
    chosen = behind;
  }
  // 减息0.25厘: the measure itself says which way.
  if (chosen < 0 && (vc == Class::kPoint || vc == Class::kPercent)) {
    for (int t = d.token - 1; t > previous && t >= 0 && p.clause[t] == d.clause; --t) {
      if (tokens[t].token_class != Class::kMetric || tokens[t].cue->value != "cuts" || to) continue;
      const std::string_view word = tokens[t].cue->surface;
      claim.kind = ClaimKind::kChange;
      claim.direction = word.starts_with("加") ? Direction::kUp : Direction::kDown;
      AddSpan(claim, SpanRole::kDirection, tokens[t].span);
      break;
    }
    if (claim.direction != Direction::kNone) return;
  }
  // A count of things that rise (上涨664只) is no rise.
  if (chosen >= 0 && verb == chosen && (vc == Class::kCount || vc == Class::kNumber)) {
    const Token& token = tokens[chosen];
    if (token.cue->value == "market" && !Any(claim.quantity.unit, {"count:点"})) chosen = -1;
  }
  if (chosen >= 0 && vc == Class::kDuration) chosen = -1;
  if (chosen >= 0) {
    claim.kind = ClaimKind::kChange;
    claim.direction = tokens[chosen].token_class == Class::kUp ? Direction::kUp : Direction::kDown;
    AddSpan(claim, SpanRole::kDirection, tokens[chosen].span);
  } else {
    switch (vc) {
      case Class::kPercent:
        claim.kind = share ? ClaimKind::kShare : ClaimKind::kLevel;
        break;
      case Class::kPoint:
        claim.kind = ClaimKind::kLevel;
        break;
      case Class::kMultiple:
        claim.kind = ClaimKind::kMultiple;
        break;
      case Class::kRatio: {
        // 三分之二的受访企业: at the head of its clause, a part of what follows.
        const bool head = value.outer.begin == p.clause_begin[static_cast<size_t>(d.clause)] &&
                          !IsCut(CodePointAt(text_, std::min<size_t>(value.outer.end, text_.size() - 1)));
        claim.kind = share || head ? ClaimKind::kShare : ClaimKind::kMultiple;
        break;
      }
      case Class::kCount:
      case Class::kTwo:
        claim.kind = claim.quantity.unit == "count:点" ? ClaimKind::kLevel : ClaimKind::kCount;
        break;
      case Class::kDuration:
        claim.kind = ClaimKind::kDuration;
        break;
      case Class::kRate:
        claim.kind = ClaimKind::kPrice;
        break;
      case Class::kOrdinal:
        claim.kind = ClaimKind::kRank;
        if (claim.quantity.unit.empty()) claim.quantity.unit = "count:位";
        break;
      default:
        claim.kind = ClaimKind::kLevel;
    }
  }
  if (claim.kind != ClaimKind::kChange) return;
  if (basis >= 0) {
    const Token& token = tokens[basis];
    const std::string& word = token.cue->value;
    claim.basis = ParseBasis(word.substr(word.find('-') + 1)).value_or(Basis::kOther);
    AddSpan(claim, SpanRole::kBasis, token.span);
    return;
  }
  // 较去年同期, 较2024年, 较第1季.
  for (int t = d.token - 1; t >= 0 && p.clause[t] >= d.clause - 1; --t) {
    if (p.clause[t] == d.clause - 1 && p.compared[t] == 0) continue;
    if (p.clause[t] == d.clause - 1 && tokens[t].token_class != Class::kSame) continue;
    if (IsQuantity(tokens[t].token_class) && p.clause[t] != d.clause) break;
    if (tokens[t].token_class == Class::kBasis && p.clause[t] == d.clause) {
      claim.basis = ParseBasis(tokens[t].cue->value).value_or(Basis::kOther);
      return;
    }
    if (!IsPeriod(tokens[t].token_class) || p.compared[t] == 0) continue;
    AddSpan(claim, SpanRole::kBasis, tokens[t].span);
    if (tokens[t].token_class == Class::kSame) {
      claim.basis = Basis::kYoy;
      return;
    }
    const Period& period = tokens[t].mention->period;
    if (!period.start || !period.end || d.period.empty()) return;
    const Period& own = d.period.mention->period;
    if (!own.start || !own.end) return;
    const auto months = [](const Date& a, const Date& b) {
      return (b.year - a.year) * 12 + b.month - a.month;
    };
    const int apart = months(period.start->date, own.start->date);
    if (apart == 12) claim.basis = Basis::kYoy;
    else if (own.grain == Grain::kQuarter && period.grain == Grain::kQuarter &&
             (apart % 12 + 12) % 12 == 3) {
      claim.basis = Basis::kQoq;
    }
    else if (apart == 1 && period.grain == Grain::kMonth) claim.basis = Basis::kMom;
    return;
  }
  // 同比 may stand in the clause before: 同比大幅增长，增幅达30%.
  if (noun >= 0 && previous < 0) {
    for (int t = d.token - 1; t >= 0 && p.clause[t] >= d.clause - 1; --t) {
      if (p.clause[t] != d.clause - 1) continue;
      if (IsQuantity(tokens[t].token_class)) break;
      if (tokens[t].token_class == Class::kBasis) {
        claim.basis = ParseBasis(tokens[t].cue->value).value_or(Basis::kOther);
        return;
      }
    }
  }
  (void)phrase;
}

// The words a clause opens with, where they stand for somebody: by their ending (外资, 台指期), or in
// front of a date and a measure (金宝9月营收). They end before byte `before`. Empty for none.
Ref Fold::OpeningRef(const Parts& p, int clause, uint32_t before) const {
  const auto& tokens = p.row.tokens;
  const NounTable& nouns = NounTable::Get();
  uint32_t from = p.clause_begin[static_cast<size_t>(clause)];
  uint32_t to = p.span.end;
  if (static_cast<size_t>(clause) + 1 < p.clause_begin.size()) {
    to = p.clause_begin[static_cast<size_t>(clause) + 1];
    to = to > from + 3 ? to - 3 : from;  // without the mark
  }
  bool dated = false;
  bool acts = false;  // 北屿汽车拟投资: one that plans is somebody
  for (size_t t = 0; t < tokens.size(); ++t) {
    if (p.clause[t] != clause) continue;
    const Class c = tokens[t].token_class;
    const bool date = IsPeriod(c) && !IsContract(text_, tokens[t]);
    if (tokens[t].span.begin == from &&
        (date || c == Class::kConj || c == Class::kPart || c == Class::kAdverb)) {
      from = tokens[t].outer.end;
      continue;
    }
    if (InPhrase(c) || (IsPeriod(c) && !date)) continue;
    to = std::min(to, tokens[t].outer.begin);
    if (c == Class::kVague && to <= from + 6) to = from;  // 美股盘前 is a time
    acts = tokens[t].outer.begin == to && (c == Class::kPlan || c == Class::kNegation) &&
           tokens[t].cue->surface != "目标";
    dated = date && t + 1 < tokens.size() && tokens[t + 1].outer.begin == tokens[t].outer.end &&
            (tokens[t + 1].token_class == Class::kMetric || IsPredicate(tokens[t + 1].token_class));
    break;
  }
  Ref ref;
  if (from >= to || to - from > 45 || to >= before) return ref;
  std::string text = CleanPhrase(Text({from, to}));
  if (CountCodePoints(text) < 2 || nouns.Is("generic", text)) return ref;
  const bool agent = nouns.EndsWith("agent", text);
  if (nouns.EndsWith("measure", text) && !agent) return ref;
  const bool company = text.size() <= 18 && company_.empty() && !subject_.entity &&
                       nouns.EndsWith("company", text);
  if (!agent && !company && !((dated || acts) && text.size() <= 24)) return ref;
  ref.text = std::move(text);
  ref.span = {from, to};
  ref.named = dated || acts || company;
  return ref;
}

// The subject of the clauses and sentences before, where the own clause names none.
Ref Fold::ContextSubject(const Parts& p, const Draft& d, bool corporate) const {
  const auto& tokens = p.row.tokens;
  const Draft* last = p.drafts.empty() ? nullptr : &p.drafts.back();
  const bool firm = !company_.empty() ||
                    (subject_.entity && subject_.type == EntityType::kOrg && !IsAgency(subject_));
  const auto usable = [&](int t) {
    const Class c = tokens[t].token_class;
    if (!IsEntity(c) || p.compared[t] != 0 || IsObject(p, t)) return false;
    if (IsDoubtful(tokens[t])) return false;
    if (tokens[t].span.begin > 0 && CodePointBefore(text_, tokens[t].span.begin) == U'“') {
      return false;
    }
    // 创下美国历史上…: what follows a verb is no topic, nor is a place that the words lead up to.
    uint32_t plain = 0;
    uint32_t at = p.clause_begin[static_cast<size_t>(p.clause[t])];
    for (int u = 0; u < t; ++u) {
      if (p.clause[u] != p.clause[t] || p.paren[u] != 0) continue;
      const Class b = tokens[u].token_class;
      if (b == Class::kLevel || b == Class::kTo || b == Class::kUp || b == Class::kDown ||
          b == Class::kShare) {
        return false;
      }
      if (tokens[u].outer.begin > at) plain += tokens[u].outer.begin - at;
      at = std::max(at, tokens[u].outer.end);
    }
    if (tokens[t].span.begin > at) plain += tokens[t].span.begin - at;
    if (plain > (c == Class::kPlace ? 9u : 24u)) return false;
    return !(corporate && firm && (c == Class::kPlace || c == Class::kPerson || c == Class::kProduct));
  };
  // What a clause since the last number opens with.
  for (int clause = d.clause - 1; clause >= 0; --clause) {
    if (last != nullptr && clause < last->clause) break;
    for (int t = 0; t < d.token; ++t) {
      if (p.clause[t] != clause || p.paren[t] != 0 || (last != nullptr && t <= last->token)) continue;
      if (tokens[t].token_class == Class::kPronoun && tokens[t].cue->value == "company" &&
          !company_.empty()) {
        return company_;
      }
      if (p.speaker[t] == 0 && usable(t)) return RunRef(p, t);
    }
    if (last == nullptr || clause > last->clause) {
      const Ref opening = OpeningRef(p, clause, UINT32_MAX);
      if (!opening.empty()) return opening;
    }
  }
  if (last != nullptr && !last->subject.empty()) return last->subject;
  // 英伟达预计下一季度营收: a company that speaks of its own.
  if (corporate && speaker_.sentence == index_ && speaker_.who.entity &&
      speaker_.who.type == EntityType::kOrg && !IsAgency(speaker_.who)) {
    return speaker_.who;
  }
  if (!subject_.empty()) return subject_;
  if (!company_.empty()) return company_;
  if (!headline_.empty() && !IsAgency(headline_)) return headline_;
  if (!speaker_.empty() && speaker_.who.entity && speaker_.who.type == EntityType::kOrg &&
      !IsAgency(speaker_.who)) {
    return speaker_.who;
  }
  if (speaker_.who.id.starts_with("gov:")) {
    Ref home = HomeRef();
    if (!home.text.empty()) return home;
  }
  return {};
}

// The entity of a place's name.
Ref Fold::PlaceRef(std::string_view name) const {
  Ref ref;
  ref.type = EntityType::kPlace;
  if (name.empty()) return ref;
  ref.text = name;
  std::vector<Mention> found;
  tables_.entities->Find(name, "", "", found);
  if (found.size() == 1 && found[0].span.size() == name.size()) {
    ref.text = found[0].entity.canonical;
    ref.id = found[0].entity.entity_id;
    ref.entity = true;
  }
  return ref;
}

// The country or city the document speaks of, for measures of an economy.
Ref Fold::HomeRef() const {
  Ref ref;
  ref.type = EntityType::kPlace;
  std::string home;
  if (!speaker_.empty() && !speaker_.who.id.empty()) {
    const EntityFacts* facts = tables_.entities->Lookup(speaker_.who.id);
    if (facts != nullptr && IsAgency(speaker_.who)) home = facts->home;
  }
  if (home.empty()) home = document_.meta.region;
  if (home.empty() && document_.script == Script::kHans) home = "CN";
  return PlaceRef(NounTable::Get().First("home:" + home));
}

void Fold::FillSubjectAndMetric(Parts& p, const Phrase& phrase, Draft& d) {
  const auto& tokens = p.row.tokens;
  const Token& value = tokens[d.token];
  const Class vc = value.token_class;
  const NounTable& nouns = NounTable::Get();
  const Draft* last = p.drafts.empty() ? nullptr : &p.drafts.back();
  const int previous = PreviousQuantity(p, d.token);
  const std::string_view unit = d.claim.quantity.unit;
  const bool points = unit == "count:点";
  const bool counted = (vc == Class::kCount || vc == Class::kTwo) && !points;
  const bool change = d.claim.kind == ClaimKind::kChange;

  // 升7%至4878.1亿元: the level of what has moved.
  if (last != nullptr && last->token == previous && previous == d.token - 2 &&
      tokens[d.token - 1].token_class == Class::kTo &&
      Text({tokens[previous].outer.end, value.outer.begin}) == tokens[d.token - 1].cue->surface &&
      last->claim.kind == ClaimKind::kChange) {
    d.subject = last->subject;
    d.metric = last->metric;
    d.own_subject = last->own_subject;
    d.own_metric = last->own_metric;
    return;
  }
  // 4.85%及5%, 552.81点或1.76%: the second of a list takes all of the first.
  if (last != nullptr && last->token == previous && previous >= 0) {
    const std::string_view gap = Text({tokens[previous].outer.end, value.outer.begin});
    if (Any(gap, {"、", "和", "及", "与", "或", "/", "以及", "("}) && !counted) {
      d.subject = last->subject;
      d.metric = last->metric;
      d.own_subject = last->own_subject;
      d.own_metric = last->own_metric;
      return;
    }
  }

  // What the phrase in front holds.
  int metric = -1;
  int entity = -1;
  int last_entity = -1;
  int here = -1;
  for (int t = phrase.first; t <= phrase.last; ++t) {
    if (tokens[t].span.begin < phrase.begin || tokens[t].span.end > phrase.end) continue;
    const Class c = tokens[t].token_class;
    if (p.paren[t] > p.paren[d.token]) continue;
    if (c == Class::kMetric) metric = t;
    if (c == Class::kHere && here < 0) here = t;
  }
  for (int t = phrase.first; t <= phrase.last; ++t) {
    if (tokens[t].span.begin < phrase.begin || tokens[t].span.end > phrase.end) continue;
    if (!IsEntity(tokens[t].token_class) || p.compared[t] != 0) continue;
    if (p.paren[t] > p.paren[d.token] || IsDoubtful(tokens[t])) continue;
    // 将苹果的目标价定为: a measure behind it makes an object the subject.
    if (entity < 0 && IsObject(p, t)) {
      const Token& before = tokens[t > 0 ? t - 1 : 0];
      const bool shifted = before.cue != nullptr && Any(before.cue->surface, {"将", "把", "对"});
      if (metric < t || !shifted) continue;
    }
    if (entity < 0) entity = t;
    last_entity = t;
  }
  int clause_metric = metric;
  for (int t = d.token - 1; clause_metric < 0 && t > previous && t >= 0 && p.clause[t] == d.clause;
       --t) {
    if (tokens[t].token_class == Class::kMetric && p.paren[t] == p.paren[d.token]) clause_metric = t;
  }
  // 占 in front of the phrase: what follows it is the whole, what stands before it the part.
  int share = -1;
  for (int t = d.token - 1; t > previous && t >= 0 && p.clause[t] == d.clause; --t) {
    if (tokens[t].token_class == Class::kShare) share = t;
  }
  if (share >= 0 && metric >= 0 && !nouns.Is("part", tokens[metric].cue->value)) metric = -1;
  if (share >= 0 && tokens[share].span.end <= phrase.begin) entity = last_entity = here = -1;

  // The words between the last name and the measure.
  std::string modifier;
  MatchSpan modifier_span;
  const uint32_t modifier_end = metric >= 0 ? tokens[metric].span.begin : phrase.end;
  uint32_t modifier_begin = phrase.begin;
  if (entity >= 0 && tokens[last_entity].span.end <= modifier_end) {
    modifier_begin = tokens[last_entity].span.end;
  } else if (here >= 0 && tokens[here].span.end <= modifier_end) {
    modifier_begin = tokens[here].span.end;
  }
  if (modifier_begin < modifier_end && share < 0) {
    modifier = CleanPhrase(Text({modifier_begin, modifier_end}));
    modifier_span = {modifier_begin, modifier_end};
    modifier = nouns.Without("filler", std::move(modifier));
    if (nouns.Is("generic", modifier) || CountCodePoints(modifier) < 2) {
      modifier.clear();
    }
  }

  // A name that this document alone introduces (云岭芯片披露…) in front of the words.
  const Ref* own_name = nullptr;
  if (entity < 0 && !company_.empty() && modifier.starts_with(company_.text)) {
    own_name = &company_;
    modifier = CleanPhrase(std::string_view(modifier).substr(company_.text.size()));
  }
  // Behind the value.
  MatchSpan post_span;
  std::string post;
  int post_metric = -1;
  if (counted || vc == Class::kMoney || vc == Class::kPhysical || vc == Class::kDuration ||
      vc == Class::kPercent || vc == Class::kRatio) {
    const int next = d.token + 1;
    if (next < static_cast<int>(tokens.size()) && p.clause[next] == d.clause &&
        tokens[next].token_class == Class::kMetric) {
      const std::string_view gap = Text({value.outer.end, tokens[next].span.begin});
      if (Any(tokens[next].cue->surface, {"速度", "幅度", "规模", "水平"})) {
      } else if (gap.empty() || gap == "的" ||
          (counted && gap.size() <= 24 && gap.find("、") == gap.npos)) {
        post_metric = next;
      }
    }
    if (counted) post = PostNoun(p, d.token, post_span);
  }
  bool market = false;
  bool exists = false;  // 主板有23只
  bool fresh = false;   // 新增
  const bool counted_thing = counted && !Any(unit, {"count:人", "count:名", "count:例"});
  for (int t = d.token - 1; t > previous && t >= 0 && p.clause[t] == d.clause; --t) {
    const Class c = tokens[t].token_class;
    if ((c == Class::kUp || c == Class::kDown) &&
        Any(tokens[t].cue->surface, {"涨幅", "跌幅", "升幅", "周涨幅", "累计涨幅", "累计跌幅"})) {
      market = true;
    }
  }
  for (int t : phrase.predicates) {
    const Class c = tokens[t].token_class;
    if ((c == Class::kUp || c == Class::kDown) && tokens[t].cue->value == "market") market = true;
    if (c == Class::kNew) fresh = true;
    if (c == Class::kLevel && Any(tokens[t].cue->surface, {"有", "共有", "含", "拥有"})) {
      exists = true;
    }
    if (c == Class::kLevel && Any(tokens[t].cue->surface,
                                  {"报", "收", "报收", "收于", "收报", "收在", "作收", "低见", "高见"})) {
      market = true;
    }
  }
  const std::string_view metric_id =
      metric >= 0 ? std::string_view(tokens[metric].cue->value)
                  : clause_metric >= 0 ? std::string_view(tokens[clause_metric].cue->value)
                                       : std::string_view();
  const bool corporate = nouns.Is("corporate", metric_id);
  const bool macro = nouns.Is("macro", metric_id);

  // --- the subject of the own clause ---
  Ref subject;
  const auto take = [&](std::string text, MatchSpan span) {
    subject = {};
    subject.text = std::move(text);
    subject.span = span;
  };
  const bool behind_name = phrase.first > 0 && phrase.first <= static_cast<int>(tokens.size()) &&
                           tokens[phrase.first - 1].span.end == phrase.begin &&
                           (tokens[phrase.first - 1].token_class == Class::kPronoun ||
                            IsEntity(tokens[phrase.first - 1].token_class));
  // 在中国芯片市场市占率: the phrase says where, not who.
  const bool where = phrase.first > 0 && phrase.first <= static_cast<int>(tokens.size()) &&
                     tokens[phrase.first - 1].outer.end == phrase.begin &&
                     tokens[phrase.first - 1].cue != nullptr &&
                     Any(tokens[phrase.first - 1].cue->surface, {"在", "于", "对", "向", "为"});
  const bool thing = metric >= 0 && !modifier.empty() && !where && nouns.Is("thing", metric_id) &&
                     (entity < 0 || tokens[entity].token_class == Class::kPlace) && !behind_name;
  const Ref context = own_name != nullptr ? *own_name : ContextSubject(p, d, corporate);
  const bool firm_context = context.entity && context.type == EntityType::kOrg;
  if (thing) {
    // 德国10年期国债收益率, 猪肉平均价格: the whole phrase in front of such a measure.
    const uint32_t begin = entity >= 0 ? tokens[entity].span.begin : modifier_span.begin;
    std::string text = entity >= 0 ? std::string(Text({begin, modifier_span.end})) : modifier;
    if (text.ends_with("的")) text.resize(text.size() - 3);
    take(std::move(text), {begin, modifier_span.end});
    modifier.clear();
  } else if (entity >= 0 && metric < 0 && !modifier.empty() && modifier.size() <= 36 && !counted &&
             !nouns.Is("tail", modifier) && !nouns.EndsWith("measure", modifier) &&
             (change || tokens[entity].token_class == Class::kIndex)) {
    // 标普500 ETF, 台湾半导体设备市场: the name is part of another's.
    take(CleanPhrase(Text({tokens[entity].span.begin, phrase.end})),
         {tokens[entity].span.begin, phrase.end});
    modifier.clear();
  } else if (entity >= 0 && corporate && firm_context &&
             tokens[entity].token_class == Class::kPlace && entity == last_entity) {
    // 香港物业发展利润 of a company: the place belongs to the measure.
    modifier = CleanPhrase(Text({tokens[entity].span.begin, modifier_end}));
    modifier_span = {tokens[entity].span.begin, modifier_end};
    subject = context;
  } else if (entity >= 0) {
    int chosen = entity;
    if (tokens[entity].token_class == Class::kPlace && last_entity != entity &&
        tokens[last_entity].token_class != Class::kPlace &&
        tokens[last_entity].token_class != Class::kPerson) {
      chosen = last_entity;
    }
    subject = EntityRef(tokens[chosen]);
  } else if (here >= 0 && !(corporate && firm_context)) {
    subject = HereRef(tokens[here]);
    if (subject.text.empty() || (counted && !context.empty() && subject.text == "全球")) subject = {};
  }
  int part_metric = -1;  // 煤电发电量占全国总发电量比重
  if (subject.empty() && share >= 0) {
    // 自然人占…比重: the part.
    const Phrase part = LeftPhrase(p, share);
    int who = -1;
    for (int t = part.first; t <= part.last; ++t) {
      if (IsEntity(tokens[t].token_class) && who < 0) who = t;
    }
    if (who >= 0) {
      subject = EntityRef(tokens[who]);
    } else if (part.last >= part.first && tokens[part.last].token_class == Class::kMetric &&
               tokens[part.last].span.end == part.end) {
      part_metric = part.last;
    } else if (!part.empty()) {
      const std::string text = CleanPhrase(Text({part.begin, part.end}));
      if (text.size() >= 6 && !nouns.Is("generic", text) &&
          (nouns.EndsWith("agent", text) || context.empty())) {
        take(text, {part.begin, part.end});
      }
    }
  }
  if (subject.empty() && !modifier.empty() && entity < 0 && (metric < 0 || !corporate) &&
      (nouns.EndsWith("agent", modifier) ||
       (context.empty() && modifier.size() <= 18 && nouns.EndsWith("company", modifier))) &&
      !(counted && !exists) && !behind_name && !where) {
    take(modifier, modifier_span);
    modifier.clear();
  }
  if (subject.empty()) {
    // The first name of the clause that is no speaker, no object and no measure's part.
    for (int t = 0; t < d.token; ++t) {
      if (p.clause[t] != d.clause || p.paren[t] > p.paren[d.token]) continue;
      if (previous >= 0 && t <= previous && last != nullptr && last->token == previous) {
        continue;  // the number before has taken it
      }
      const Class c = tokens[t].token_class;
      if (c == Class::kHere && !(corporate && firm_context)) {
        const Ref ref = HereRef(tokens[t]);
        if (!ref.text.empty() && !(ref.text == "全球" && (counted || !context.empty()))) {
          subject = ref;
          break;
        }
      }
      if (c == Class::kPronoun && tokens[t].cue->value == "company") {
        subject = !company_.empty() ? company_ : context;
        if (!subject.empty()) {
          subject.span = tokens[t].span;
          break;
        }
      }
      if (c == Class::kPronoun && tokens[t].cue->value == "it") {
        // 其: the last name before it, a speaker's too.
        for (int u = t - 1; u >= 0 && subject.empty(); --u) {
          if (!IsEntity(tokens[u].token_class) || p.paren[u] != 0 || p.compared[u] != 0) continue;
          int first = u;
          for (int v = u - 1; v >= 0 && p.clause[v] == p.clause[u]; --v) {
            if (IsEntity(tokens[v].token_class) && p.paren[v] == 0 && !IsObject(p, v)) first = v;
          }
          subject = EntityRef(tokens[first]);
        }
        if (subject.empty()) subject = context;
        if (!subject.empty()) {
          subject.span = tokens[t].span;
          break;
        }
      }
      if (!IsEntity(c) || p.speaker[t] != 0 || p.compared[t] != 0 || IsObject(p, t)) continue;
      if (IsDoubtful(tokens[t])) continue;
      if (c == Class::kPlace && corporate && firm_context) continue;
      subject = EntityRef(tokens[t]);
      break;
    }
  }
  if (subject.empty() && corporate) {
    for (int t = 0; t < d.token; ++t) {
      if (p.clause[t] != d.clause || p.speaker[t] == 0) continue;
      if (tokens[t].token_class != Class::kOrg || (previous >= 0 && t < previous)) continue;
      const Ref ref = EntityRef(tokens[t]);
      if (!IsAgency(ref)) subject = ref;
    }
  }
  if (subject.empty() && modifier.size() >= 6 && title_.find(modifier) != std::string::npos &&
      metric >= 0 && modifier.size() <= 24 && !nouns.EndsWith("measure", modifier) &&
      (context.empty() || !context.entity || corporate)) {
    // 金宝营收, where the title speaks of 金宝.
    if (modifier.size() <= 15 || nouns.EndsWith("agent", modifier)) {
      take(modifier, modifier_span);
      subject.named = true;
      modifier.clear();
    }
  }
  if (subject.empty()) {
    // 2月台指期以31857点作收: what the clause opens with.
    const bool taken = previous >= 0 && last != nullptr && last->token == previous;
    if (!taken) {
      Ref opening = OpeningRef(p, d.clause, counted ? phrase.end : value.outer.begin + 1);
      if (opening.text != modifier) subject = opening;
    }
  }
  // 第二批20家试点券商中，已有12家: the set is what the numbers are about.
  if (!post.empty() && post_span.end < p.span.end && !subject.entity &&
      Any(Text({post_span.end, post_span.end + 3}), {"中", "里"})) {
    uint32_t begin = post_span.begin;
    if (phrase.first <= phrase.last && tokens[phrase.last].token_class == Class::kOrdinal) {
      begin = phrase.begin;
    }
    (void)begin;
    take(post, post_span);
  }
  d.own_subject = !subject.empty();

  // --- the measure ---
  MetricRef m;
  const auto named = [&](std::string_view surface) {
    const Cue* cue = tables_.cues->Metric(surface);
    if (cue != nullptr) m = {cue->canonical, cue->value, "", value.span, cue};
  };
  if (post_metric >= 0 && metric < 0) {
    m = MetricOf(tokens[post_metric]);
    if (counted && !post.empty()) {
      m.text = post;
      m.span = post_span;
    }
  } else if (part_metric >= 0) {
    m = MetricOf(tokens[part_metric]);
    const uint32_t begin = tokens[part_metric].span.begin;
    m.text = CleanPhrase(Text({begin, std::max(phrase.end, tokens[share].span.end)}));
    m.span = {begin, std::max(phrase.end, tokens[share].span.end)};
  } else if (metric >= 0 && tokens[metric].cue->surface == "股份" && change &&
             vc == Class::kPercent) {
    named("股价");  // 股份现升6.8%, as Hong Kong says it
  } else if (metric >= 0) {
    m = MetricOf(tokens[metric]);
    if (!modifier.empty() && modifier.size() <= 36 && modifier.find("的") == std::string::npos) {
      if (subject.empty() && context.empty() && !macro) {
        take(modifier, modifier_span);
        d.own_subject = true;
      } else if (m.text == tokens[metric].cue->surface) {
        m.base = m.text;
        m.text = modifier + m.text;
        m.span = {modifier_span.begin, tokens[metric].span.end};
      }
    }
  } else if (share >= 0 && tokens[share].span.end < phrase.end) {
    std::string_view whole = Trim(Text({tokens[share].span.end, phrase.end}));
    if (whole.ends_with("的")) whole.remove_suffix(3);
    m.text = "占" + std::string(whole);
    m.span = {tokens[share].span.begin, phrase.end};
  } else if (clause_metric >= 0 && post.empty()) {
    m = MetricOf(tokens[clause_metric]);
  }
  // 自然人大户共1027人: people counted by what they are.
  if (counted && post.empty() && metric < 0 && !modifier.empty() && !phrase.predicates.empty() &&
      nouns.EndsWith("agent", modifier) && Any(unit, {"count:人", "count:名", "count:位"})) {
    take(modifier, modifier_span);
    d.own_subject = true;
    modifier.clear();
    named("人数");
  }
  // 1386只下跌, 4194家公司下跌: what the counted things do is part of the measure.
  if (counted && metric < 0 && post_metric < 0 && m.empty()) {
    std::string noun = post;
    if (noun.empty()) {
      for (const Draft& o : p.drafts) {
        if (o.claim.quantity.unit == unit) noun = o.noun;
      }
      for (const auto& [u, k, other] : unit_metrics_) {
        if (noun.empty() && u == unit && other.cue == nullptr) noun = other.base;
      }
    }
    d.noun = noun;
    const uint32_t end = post.empty() ? value.outer.end : post_span.end;
    const int next = d.token + 1;
    if (!noun.empty() && next < static_cast<int>(tokens.size()) && tokens[next].outer.begin == end &&
        (tokens[next].token_class == Class::kUp || tokens[next].token_class == Class::kDown ||
         (tokens[next].token_class == Class::kLevel && tokens[next].cue->surface == "持平")) &&
        !tokens[next].cue->value.starts_with("noun")) {
      noun = tokens[next].cue->surface + noun;
    }
    if (!noun.empty() && !modifier.empty() && modifier.size() <= 45 && exists) {
      take(modifier, modifier_span);
      d.own_subject = true;
      modifier.clear();
    }
    if (!noun.empty() && (post.size() > 0 || modifier.empty())) {
      m = {};
      m.text = noun;
      m.base = d.noun;
      m.span = post.empty() ? value.span : post_span;
    }
  }
  // 完成30亿元融资: the verb behind.
  if (m.empty() && vc == Class::kMoney && d.token + 1 < static_cast<int>(tokens.size())) {
    const Token& next = tokens[d.token + 1];
    if (next.token_class == Class::kLevel && !next.cue->value.empty() &&
        p.clause[d.token + 1] == d.clause &&
        Any(Text({value.outer.end, next.span.begin}), {"", "的", "人民币", "A轮", "B轮", "C轮", "A+轮"})) {
      m.text = next.cue->value;
      m.span = next.span;
    }
  }
  // 投资70亿美元, 海岳汽车裁员3000人: the verb names the measure.
  if (m.empty() && (modifier.empty() || !nouns.EndsWith("measure", modifier))) {
    for (int t : phrase.predicates) {
      if (tokens[t].token_class == Class::kLevel && !tokens[t].cue->value.empty()) {
        m.text = tokens[t].cue->value;
        m.span = tokens[t].span;
        if (subject.empty() && !modifier.empty() && modifier.size() <= 30 && !counted_thing) {
          take(modifier, modifier_span);
          subject.named = true;
          d.own_subject = true;
        }
        modifier.clear();
        break;
      }
    }
  }
  // What a subject's own kind is measured by.
  const Ref& who = subject.empty() ? context : subject;
  if (m.empty() && points && last != nullptr && last->metric.id == "fx_rate") {
    m = last->metric;
  } else if (m.empty() && points) {
    named("点位");
  } else if (m.empty() && (market || d.own_subject || who.text.ends_with("市场")) && !counted &&
             !(who.text.ends_with("市场") && !d.own_subject && last != nullptr)) {
    if (who.entity && who.type == EntityType::kIndex) named("点位");
    else if (!who.entity && who.text.ends_with("指数")) named("点位");
    else if (who.text.ends_with("市场") && !market) named("市场规模");
    else if (market && d.own_subject) {
      named(who.entity && who.type == EntityType::kOrg ? "股价" : "价格");
    }
  }
  if (m.empty() && market && !counted && modifier.empty() && !who.empty() &&
      (last == nullptr || nouns.Is("quote", last->metric.id) || !last->noun.empty())) {
    if (who.type == EntityType::kIndex && who.entity) named("点位");
    else if (who.entity || who.text.ends_with("股") || who.text.ends_with("公司")) named("股价");
    else named("价格");
  }
  if (m.empty() && !modifier.empty()) {
    // A phrase without a known measure: a measure by its form, else a part or a sibling of what
    // was spoken of before.
    const bool measure = nouns.EndsWith("measure", modifier);
    const MetricRef* like = nullptr;
    for (const Draft& o : p.drafts) {
      if (o.claim.quantity.unit == unit && o.claim.kind == d.claim.kind && !o.metric.empty()) {
        like = &o.metric;
      }
    }
    for (const auto& [u, k, other] : unit_metrics_) {
      if (like == nullptr && u == unit && k == d.claim.kind) like = &other;
    }
    const bool sibling = like != nullptr && change && !nouns.Is("quote", like->id) &&
                         context.entity && context.type != EntityType::kIndex;
    if (!measure && market && !counted && !sibling) {
      take(modifier, modifier_span);
      d.own_subject = true;
      // 海岳汽车(09877): a code behind a name.
      const std::string_view tail =
          Text({modifier_span.end, std::min<uint32_t>(modifier_span.end + 5, p.span.end)});
      const bool ticker = tail.size() == 5 && tail[0] == '(' &&
                          std::all_of(tail.begin() + 1, tail.end(), [](char ch) {
                            return IsAsciiDigit(static_cast<unsigned char>(ch));
                          }) && IsAsciiDigit(CodePointAt(text_, modifier_span.end + 5));
      named(ticker || (like != nullptr && like->id == "share_price" &&
                       !nouns.EndsWith("agent", modifier))
                ? "股价"
                : "价格");
    } else if (!measure && like != nullptr && !counted &&
               (nouns.Is("thing", like->id) || context.empty() || !context.entity)) {
      take(modifier, modifier_span);
      d.own_subject = true;
      m = *like;
    } else if (!measure && like != nullptr && !counted && like->text.size() <= 60) {
      m = *like;
      if (m.base.empty()) m.base = m.text;
      m.text = modifier + (fresh ? "新增" : "") + m.base;
      m.span = modifier_span;
    } else if (!measure && change && context.empty() && subject.empty()) {
      take(modifier, modifier_span);
      d.own_subject = true;
    } else {
      m.text = modifier;
      m.span = modifier_span;
    }
  }
  // 4.25亿美元优先票据: the noun behind, where nothing else is.
  if (m.empty() && !counted && (vc == Class::kMoney || vc == Class::kPhysical) && !change) {
    MatchSpan span;
    int from = d.token;
    while (from + 1 < static_cast<int>(tokens.size()) &&
           IsQuantity(tokens[from + 1].token_class) &&
           tokens[from + 1].outer.begin == tokens[from].outer.end) {
      ++from;
    }
    const std::string noun = PostNoun(p, from, span);
    if (!noun.empty()) {
      m.text = noun;
      m.span = span;
    }
  }
  d.own_metric = !m.empty();
  // A measure named since the last number, then that of the nearest number of the same unit.
  for (int t = d.token - 1; m.empty() && t >= 0; --t) {
    if (last != nullptr && t <= last->token) break;
    if (tokens[t].token_class == Class::kMetric && p.paren[t] == 0) m = MetricOf(tokens[t]);
  }
  for (auto o = p.drafts.rbegin(); m.empty() && o != p.drafts.rend(); ++o) {
    if (o->claim.quantity.unit != unit) continue;
    if (o->claim.kind == ClaimKind::kShare && d.claim.kind == ClaimKind::kLevel) {
      d.claim.kind = ClaimKind::kShare;
    }
    if (o->claim.kind == d.claim.kind) m = o->metric;
  }
  if (m.empty() && last != nullptr && (change || !d.own_subject)) m = last->metric;
  for (auto u = unit_metrics_.rbegin(); m.empty() && u != unit_metrics_.rend(); ++u) {
    if (std::get<0>(*u) == unit && std::get<1>(*u) == d.claim.kind) m = std::get<2>(*u);
  }
  if (m.empty() && last != nullptr) m = last->metric;
  if (m.empty() && !metric_.empty()) m = metric_;
  if (m.empty() && counted) m.text = "数量";
  // What is counted is measured by its number: 券商数.
  if (counted && !d.noun.empty() && m.cue == nullptr && m.text.ends_with(d.noun) &&
      !m.text.ends_with("数")) {
    const bool people = Any(unit, {"count:人", "count:名", "count:位"});
    const bool named_so = m.text.ends_with("人") || m.text.ends_with("者") || m.text.ends_with("员");
    m.text += people && !named_so ? "人数" : unit == "count:笔" ? "笔数" : "数";
  }

  // --- the subject from further away ---
  if (subject.empty()) subject = context;
  if (nouns.Is("macro", m.id) && !d.own_subject &&
      (subject.empty() || subject.type != EntityType::kPlace) &&
      !(subject.entity && subject.type == EntityType::kOrg && !IsAgency(subject))) {
    const Ref home = HomeRef();
    if (!home.text.empty()) subject = home;
  }
  // 新增, 累计 in front of the phrase or the value say which of the kind.
  for (int t = d.token - 1; t > previous && t >= 0 && p.clause[t] == d.clause; --t) {
    const Class c = tokens[t].token_class;
    if (c == Class::kNew && m.scope.empty()) m.scope = "新增";
    if (c == Class::kTotal && m.scope.empty() && tokens[t].cue->surface.starts_with("累")) {
      m.scope = "累计";
    }
  }
  if (m.scope == "新增" && m.text.starts_with("累计")) m.text = "新增" + m.text.substr(6);
  // 融创中国、世茂集团涨近6%: one number of two.
  if (subject.entity && d.own_subject && entity >= 0 && subject.span == tokens[entity].span) {
    subject = RunRef(p, entity);
  }
  // 四大云厂商 spoken of again: the members named before.
  if (!subject.id.starts_with("group:")) {
    const uint32_t from = p.clause_begin[static_cast<size_t>(d.clause)];
    const auto& at = p.row.tokens;
    for (int t = 0; t < d.token; ++t) {
      if (p.clause[t] != d.clause || at[t].token_class != Class::kNumber) continue;
      const std::string name = GroupName(at[t].span.begin, p.span.end, 0);
      if (name.empty()) continue;
      for (auto g = groups_.rbegin(); g != groups_.rend(); ++g) {
        if (g->text.substr(0, 3) == name.substr(0, 3)) {
          subject = *g;
          subject.span = {at[t].span.begin,
                          at[t].span.begin + static_cast<uint32_t>(name.size())};
          d.own_subject = true;
          break;
        }
      }
    }
    (void)from;
  }
  if (subject.id.starts_with("group:") && !GroupNumeral(subject.text).empty()) {
    groups_.push_back(subject);
  }
  // 过去24小时新增…，累计确诊…: a running total stands at the end of a window of days.
  if ((m.scope == "累计" || m.text.starts_with("累计")) && !d.period.empty()) {
    const Period& window = d.period.mention->period;
    if (window.start && window.end && window.start->date < window.end->date &&
        DayNumber(window.end->date) - DayNumber(window.start->date) <= 2) {
      made_.push_back(*d.period.mention);
      made_.back().period.start = made_.back().period.end;
      d.period.mention = &made_.back();
    }
  }
  d.subject = subject;
  d.metric = m;
}

// A name, or the run of names joined by 、和及与 that it belongs to; where words like 四大云厂商
// follow the run, they name it.
Ref Fold::RunRef(const Parts& p, int token) const {
  const auto& tokens = p.row.tokens;
  const int n = static_cast<int>(tokens.size());
  if (tokens[token].token_class == Class::kPlace) return EntityRef(tokens[token]);
  const auto joined = [&](int a, int b) {
    if (!IsEntity(tokens[b].token_class) || p.speaker[b] != 0 || p.clause[a] != p.clause[b]) {
      return false;
    }
    return Any(Text({tokens[a].span.end, tokens[b].span.begin}), {"、", "和", "及", "与", "以及"});
  };
  const auto step = [&](int t, int by) {
    int u = t + by;
    while (u >= 0 && u < n && tokens[u].token_class == Class::kPrep) u += by;
    return u;
  };
  std::vector<int> members = {token};
  for (int u = step(token, -1); u >= 0 && joined(u, members.front()) && IsEntity(tokens[u].token_class) &&
                                p.speaker[u] == 0;
       u = step(u, -1)) {
    members.insert(members.begin(), u);
  }
  for (int u = step(token, 1); u < n && joined(members.back(), u); u = step(u, 1)) members.push_back(u);
  if (members.size() < 2) return EntityRef(tokens[token]);
  Ref group = GroupRef(p, members);
  const std::string name = GroupName(tokens[members.back()].span.end, p.span.end, members.size());
  if (!name.empty()) group.text = name;
  return group;
}

// 四大云厂商, 四巨头 at `begin` or behind 这 or 等: the words, where they count `members` (0 for any
// number); empty for none.
std::string Fold::GroupName(uint32_t begin, uint32_t end, size_t members) const {
  constexpr std::string_view kDigits[] = {"二", "三", "四", "五", "六", "七", "八", "九", "十"};
  std::string_view text = Text({begin, std::min(end, begin + 45)});
  for (std::string_view lead : {"等", "这"}) {
    if (text.starts_with(lead)) text.remove_prefix(lead.size());
  }
  for (size_t i = 0; i < std::size(kDigits); ++i) {
    if (!text.starts_with(kDigits[i])) continue;
    if (members != 0 && members != i + 2) return "";
    const std::string_view rest = text.substr(3);
    if (!rest.starts_with("大") && !rest.starts_with("巨头") && !rest.starts_with("强")) return "";
    size_t size = 3;
    while (size < text.size() && size < 30) {
      const char32_t c = CodePointAt(text, size);
      if (c == U'的' || c == U'在' || c == U'将' || c == U'均' || c == U'都' ||
          !(IsHan(c) || IsAsciiLetter(c))) {
        break;
      }
      size += CodePointLength(text[size]);
    }
    return std::string(text.substr(0, size));
  }
  return "";
}

// Several names as one subject.
Ref Fold::GroupRef(const Parts& p, const std::vector<int>& members) const {
  Ref group;
  std::vector<std::string> ids;
  group.span = p.row.tokens[members.front()].span;
  for (int t : members) {
    const EntityName& name = p.row.tokens[t].mention->entity;
    ids.push_back(name.entity_id);
    group.text += (group.text.empty() ? "" : "、") + name.canonical;
    group.span.begin = std::min(group.span.begin, p.row.tokens[t].span.begin);
    group.span.end = std::max(group.span.end, p.row.tokens[t].span.end);
  }
  std::sort(ids.begin(), ids.end());
  ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
  for (size_t i = 0; i < ids.size(); ++i) group.id += (i == 0 ? "group:" : "+") + ids[i];
  group.entity = true;
  return group;
}

void Fold::FillModality(const Parts& p, Draft& d) {
  const auto& tokens = p.row.tokens;
  Claim& claim = d.claim;
  const NounTable& nouns = NounTable::Get();
  if (d.metric.id == "target_price") return;
  const auto is_will = [&](int t) {
    return tokens[t].token_class == Class::kForecast &&
           Any(tokens[t].cue->surface, {"将", "将会", "即将", "会"});
  };
  // 将X降低60% takes X as its object; 将投资 is a plan; 将达 is a forecast.
  const auto will = [&](int t) -> std::optional<Modality> {
    const uint32_t from = tokens[t].span.end;
    const bool token_next = t + 1 < static_cast<int>(tokens.size()) &&
                            tokens[t + 1].outer.begin == from;
    std::string_view between = Text({from, tokens[d.token].outer.begin});
    bool volition = false;
    for (int u = t + 1; u < d.token; ++u) {
      if (tokens[u].cue != nullptr && nouns.Is("volition", tokens[u].cue->surface)) volition = true;
    }
    if (!volition) {
      for (size_t i = 0; i < between.size() && i < 60; i += CodePointLength(between[i])) {
        if (nouns.StartsWith("volition", between.substr(i))) volition = true;
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
  };
  int found = -1;
  std::optional<Modality> modality;
  // 将创造4000个岗位，并恢复1000个: 并 goes on in the mood of the clause before.
  bool joins = false;
  for (int t = 0; t < d.token; ++t) {
    if (p.clause[t] != d.clause) continue;
    joins = tokens[t].token_class == Class::kConj &&
            Any(tokens[t].cue->surface, {"并", "并且", "以及", "而且"});
    break;
  }
  for (int t = d.token - 1; t >= 0; --t) {
    const Class c = tokens[t].token_class;
    const bool joined = joins && p.clause[t] == d.clause - 1;
    if (p.paren[t] > p.paren[d.token]) continue;
    const bool own = p.clause[t] == d.clause;
    std::optional<Modality> here;
    const std::string_view word =
        tokens[t].cue == nullptr ? std::string_view() : std::string_view(tokens[t].cue->surface);
    const bool short_word = word.size() <= 3;
    switch (c) {
      case Class::kForecast:
        if (is_will(t)) {
          if (own || joined) here = will(t);
          else if (!d.own_subject && !d.own_period && will(t) == Modality::kPlan) here = Modality::kPlan;
        } else if (own || !short_word || word == "估" || word == "料") {
          here = Modality::kForecast;
        }
        break;
      case Class::kVoice:
        if (own && word != tokens[t].cue->value) here = Modality::kForecast;
        break;
      case Class::kPlan:
        here = Modality::kPlan;
        if (word == "要" && !own) here.reset();
        break;
      case Class::kPossible:
        // 552.81点或1.76% says the same twice.
        if (own && !(word == "或" && t > 0 && IsQuantity(tokens[t - 1].token_class) &&
                     tokens[t - 1].outer.end == tokens[t].span.begin)) {
          here = Modality::kPossible;
        }
        break;
      case Class::kHypothetical:
        here = Modality::kHypothetical;
        break;
      case Class::kNegation:
        if (own && Any(word, {"没有", "并未", "未能", "否认", "不会", "从未"})) {
          here = Modality::kNegated;
        }
        break;
      case Class::kAdverb:
        // 此前预计90亿元，实际为93.8亿元.
        if (own && word == "实际" && !modality) return;
        break;
      default:
        break;
    }
    if (!here) continue;
    if (!modality) {
      modality = here;
      found = t;
      if (!is_will(t) && !(c == Class::kForecast && short_word)) break;
      continue;
    }
    // 计划…将: the stronger word in front decides.
    if (*here != Modality::kForecast || !is_will(t)) {
      modality = here;
      found = t;
    }
    break;
  }
  // 市场传出…拟裁员: a rumour whatever it is about.
  for (int t = 0; t < d.token; ++t) {
    if (tokens[t].token_class == Class::kPossible && modality &&
        Any(tokens[t].cue->surface, {"传", "据传", "传闻", "传出", "盛传"})) {
      modality = Modality::kPossible;
      found = t;
      break;
    }
  }
  if (!modality) {
    const bool open = modality_ != Modality::kActual && !d.own_period;
    if (open && (modality_semicolon_ ||
                 (modality_ == Modality::kPlan && speaker_.report && company_.text == speaker_.who.text &&
                  !company_.empty()))) {
      claim.modality = modality_;
      d.modality_scope = modality_semicolon_;
    }
    return;
  }
  // 上年同期盈利6.1亿元 inside a forecast: a year that is over is a fact.
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
  claim.modality = *modality;
  d.modality_scope = !is_will(found);
  AddSpan(claim, SpanRole::kModality, tokens[found].span);
}

bool Fold::MakeDraft(Parts& p, int token, int index, Draft& d) {
  const Token& value = p.row.tokens[token];
  d.token = token;
  d.clause = p.clause[token];
  d.claim.quantity = value.mention->quantity;
  d.claim.span = view_.map.ToClean(value.span);
  d.claim.sentence = view_.map.ToClean(p.span);
  const Phrase phrase = LeftPhrase(p, token);
  FillPeriod(p, index, d);
  FillDirection(p, phrase, d);
  FillSubjectAndMetric(p, phrase, d);

  // 每股0.89元, 每吨5星元(约新台币123元), 每股收益1.89美元: money for one of something.
  if (value.token_class == Class::kMoney) {
    std::string_view per;
    for (int t : phrase.predicates) {
      if (p.row.tokens[t].token_class == Class::kPer) per = p.row.tokens[t].cue->value;
    }
    if (per.empty() && Any(d.metric.id, {"eps", "bps"})) per = "share";
    if (per.empty() && p.paren[token] > 0 && !p.drafts.empty()) {
      const std::string_view unit = p.drafts.back().claim.quantity.unit;
      if (p.drafts.back().token == token - 1 && unit.find('/') != unit.npos) {
        per = unit.substr(unit.find('/') + 1);
      }
    }
    if (!per.empty()) {
      d.claim.quantity.unit += "/";
      d.claim.quantity.unit += per;
      if (d.claim.kind == ClaimKind::kLevel && per != "share") d.claim.kind = ClaimKind::kPrice;
    }
  }

  if (d.metric.id == "target_price" && d.period_from != PeriodFrom::kClause) d.period = {};

  // What patterns say beats the fold.
  const auto set = p.set.find(token);
  if (set != p.set.end()) {
    for (const auto& [field, text] : set->second) {
      if (field == "kind") {
        if (const auto kind = ParseClaimKind(text)) d.claim.kind = *kind;
      } else if (field == "direction") {
        d.claim.direction = text == "none" ? Direction::kNone
                                           : ParseDirection(text).value_or(d.claim.direction);
      } else if (field == "basis") {
        d.claim.basis = text == "none" ? Basis::kNone : ParseBasis(text).value_or(d.claim.basis);
      } else if (field == "metric") {
        const Cue* cue = tables_.cues->Metric(text);
        if (cue != nullptr) d.metric = {cue->canonical, cue->value, cue->scope, value.span, cue};
      } else if (field == "period" && text == "none") {
        d.period = {};
      } else if (field == "unit") {
        if (text == "per-share") d.claim.quantity.unit += "/share";
        else d.claim.quantity.unit = text;
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
  FillModality(p, d);
  if (set != p.set.end()) {
    const auto modality = set->second.find("modality");
    if (modality != set->second.end()) {
      if (const auto parsed = ParseModality(modality->second)) d.claim.modality = *parsed;
    }
  }
  const auto rule = p.rule.find(token);
  d.claim.rule = rule == p.rule.end() ? "fold" : rule->second;
  if (rule == p.rule.end() && d.metric.cue != nullptr) d.claim.rule = "fold:" + d.metric.cue->rule;

  // A bare number is a claim only beside a measure.
  if (value.token_class == Class::kNumber) {
    const bool scaled = value.mention->quantity.value &&
                        value.mention->quantity.precision >= Decimal(1000);
    bool near = d.own_metric;
    bool said = false;
    for (int t : phrase.predicates) {
      const Class c = p.row.tokens[t].token_class;
      if (c == Class::kLevel || c == Class::kTo || c == Class::kUp || c == Class::kDown ||
          c == Class::kEach) {
        said = true;
      }
    }
    // The second of a list (131.76、133.94) stands as the first does.
    const bool listed = !p.drafts.empty() && p.drafts.back().token == token - 1 &&
                        p.row.tokens[token - 1].token_class == Class::kNumber &&
                        Any(Text({p.row.tokens[token - 1].outer.end, value.outer.begin}),
                            {"、", "和", "及", "与"});
    const bool patterned = set != p.set.end() && set->second.count("kind") != 0;
    if (!scaled && !(near && said) && !listed && !patterned) {
      p.refused[token] = "a number without a unit beside no measure";
      return false;
    }
  }
  // Who says it.
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
  } else if (!speaker_.empty() &&
             (speaker_.report || speaker_.sentence == index ||
              (speaker_.paragraph == paragraph_ && !speaker_.once))) {
    d.claim.attribution = speaker_.who.text;
    d.claim.attribution_id = speaker_.who.id;
    if (speaker_.sentence == index) AddSpan(d.claim, SpanRole::kAttribution, speaker_.who.span);
  }
  return true;
}

// The unnamed voice (市场预期, 华尔街预计) of the clause, nullptr for none.
const Token* Fold::VoiceOf(const Parts& p, const Draft& d) const {
  for (int t = d.token - 1; t >= 0 && p.clause[t] == d.clause; --t) {
    if (p.row.tokens[t].token_class == Class::kVoice) return &p.row.tokens[t];
  }
  return nullptr;
}

// A、B和C分别增长3%、4%和5%.
void Fold::AlignLists(Parts& p) {
  const auto& tokens = p.row.tokens;
  auto& drafts = p.drafts;
  for (size_t i = 0; i < drafts.size();) {
    // A run of values parted by list marks.
    size_t j = i + 1;
    while (j < drafts.size() && drafts[j].token == drafts[j - 1].token + 1 + (j > i && false ? 1 : 0)) {
      const std::string_view gap =
          Text({tokens[drafts[j - 1].token].outer.end, tokens[drafts[j].token].outer.begin});
      if (!Any(gap, {"、", "，", "/"})) break;
      ++j;
    }
    // The last may be joined by 和 or 及.
    while (j < drafts.size()) {
      const int a = drafts[j - 1].token;
      const int b = drafts[j].token;
      const std::string_view gap = Text({tokens[a].outer.end, tokens[b].outer.begin});
      if (!Any(gap, {"和", "及", "与", "以及", "、"})) break;
      ++j;
    }
    const size_t k = j - i;
    // 2026—2028年营收293/350/417亿元: a year each.
    if (k >= 2 && !drafts[i].period.empty() &&
        Text({tokens[drafts[i].token].outer.end, tokens[drafts[i + 1].token].outer.begin}) == "/") {
      const Period& years = drafts[i].period.mention->period;
      if (years.start && years.end &&
          years.end->date.year - years.start->date.year + 1 == static_cast<int>(k)) {
        const Mention whole = *drafts[i].period.mention;
        for (size_t n = 0; n < k; ++n) {
          made_.push_back(whole);
          made_.back().period = YearPeriod(years.start->date.year + static_cast<int>(n));
          drafts[i + n].period.mention = &made_.back();
        }
      }
    }
    if (k >= 2) {
      // 按年及按季分别升33%及4%: a basis each.
      std::vector<int> bases;
      for (int t = 0; t < drafts[i].token; ++t) {
        if (p.clause[t] != p.clause[drafts[i].token]) continue;
        if (IsQuantity(tokens[t].token_class)) bases.clear();
        if (tokens[t].token_class == Class::kBasis) bases.push_back(t);
      }
      if (bases.size() == k) {
        for (size_t n = 0; n < k; ++n) {
          drafts[i + n].claim.basis =
              ParseBasis(tokens[bases[n]].cue->value).value_or(Basis::kOther);
        }
      }

      // 分别 before the first value of the run?
      const int first = drafts[i].token;
      int each = -1;
      for (int t = first - 1; t >= 0 && p.clause[t] == p.clause[first]; --t) {
        if (IsQuantity(tokens[t].token_class) && p.refused[t].empty()) break;
        if (tokens[t].token_class == Class::kEach) each = t;
      }
      if (each >= 0) {
        const uint32_t end = tokens[each].span.begin;
        // Items in front, parted by 、和及与, in this clause or the one before.
        const uint32_t clause_begin = p.clause_begin[static_cast<size_t>(p.clause[each])];
        uint32_t begin = clause_begin;
        int last_period = -1;
        std::vector<int> periods;
        for (int t = 0; t < each; ++t) {
          if (p.clause[t] != p.clause[each]) continue;
          if (IsPeriod(tokens[t].token_class) && p.compared[t] == 0 && !Dateless(tokens[t])) {
            periods.push_back(t);
            last_period = t;
          }
        }
        if (periods.size() > k) periods.erase(periods.begin(), periods.end() - static_cast<ptrdiff_t>(k));
        if (periods.size() == k) {
          for (size_t n = 0; n < k; ++n) {
            drafts[i + n].period = {tokens[periods[n]].mention, index_};
            drafts[i + n].own_period = true;
          }
        } else {
          if (last_period >= 0) begin = tokens[last_period].span.end;
          std::vector<MatchSpan> items;
          uint32_t item = begin;
          uint32_t stop = end;
          // Predicates right in front of 分别 (按年 , 同比) are no items.
          for (int t = each - 1; t >= 0 && tokens[t].span.end == stop && IsPredicate(tokens[t].token_class) ; --t) {
            stop = tokens[t].span.begin;
          }
          for (uint32_t at = begin; at < stop;) {
            const char32_t c = CodePointAt(text_, at);
            const uint32_t length = CodePointLength(text_[at]);
            bool mark = c == U'、';
            if ((c == U'和' || c == U'及' || c == U'与')) {
              mark = true;
              for (const Token& t : tokens) {
                if (t.span.begin < at && at < t.span.end) mark = false;
              }
            }
            if (mark) {
              if (item < at) items.push_back({item, at});
              item = at + length;
            }
            at += length;
          }
          if (item < stop) items.push_back({item, stop});
          if (items.size() != k && last_period >= 0 && periods.size() == 1) {
            // 甲、乙和丙2月分别交付: the names stand before the date.
            std::vector<MatchSpan> names;
            uint32_t start = clause_begin;
            const uint32_t until = tokens[last_period].span.begin;
            for (uint32_t at = clause_begin; at < until; at += CodePointLength(text_[at])) {
              const char32_t c = CodePointAt(text_, at);
              if (c != U'、' && c != U'和' && c != U'及' && c != U'与') continue;
              if (start < at) names.push_back({start, at});
              start = at + CodePointLength(text_[at]);
            }
            if (start < until) names.push_back({start, until});
            if (names.size() == k) items = names;
          }
          if (items.size() != k && p.clause[each] > 0) {
            // 医药、汽车、电子行业较为集中，分别有6只、6只和5只.
            const int front = p.clause[each] - 1;
            const uint32_t from = p.clause_begin[static_cast<size_t>(front)];
            uint32_t to = clause_begin > from + 3 ? clause_begin - 3 : from;
            for (size_t t = 0; t < tokens.size(); ++t) {
              if (p.clause[t] == front && IsPredicate(tokens[t].token_class)) {
                to = std::min(to, tokens[t].span.begin);
              }
            }
            std::vector<MatchSpan> others;
            uint32_t start = from;
            for (uint32_t at = from; at < to; at += CodePointLength(text_[at])) {
              const char32_t c = CodePointAt(text_, at);
              if (c != U'、' && c != U'和') continue;
              if (start < at) others.push_back({start, at});
              start = at + CodePointLength(text_[at]);
            }
            if (start < to) others.push_back({start, to});
            if (others.size() == k) items = others;
          }
          if (items.size() == k) {
            for (size_t n = 0; n < k; ++n) {
              Draft& d = drafts[i + n];
              const Token* entity = nullptr;
              const Token* metric = nullptr;
              for (const Token& t : tokens) {
                if (!items[n].Contains(t.span)) continue;
                if (IsEntity(t.token_class) && entity == nullptr) entity = &t;
                if (t.token_class == Class::kMetric) metric = &t;
              }
              if (entity != nullptr) {
                d.subject = EntityRef(*entity);
                d.own_subject = true;
              }
              if (metric != nullptr) {
                d.metric = MetricOf(*metric);
              } else if (entity == nullptr) {
                const std::string name = CleanPhrase(Text(items[n]));
                const MetricRef like = drafts[i].metric;
                if (NounTable::Get().EndsWith("measure", name) &&
                    !NounTable::Get().EndsWith("agent", name)) {
                  d.metric = {};
                  d.metric.text = name;
                  d.metric.span = items[n];
                  d.subject = drafts[i].subject;
                } else if (!name.empty() && like.cue != nullptr && drafts[i].subject.entity &&
                    !NounTable::Get().EndsWith("agent", name)) {
                  // 火电、水电分别年增: parts of the measure of whom the sentence speaks.
                  d.subject = drafts[i].subject;
                  d.metric = like;
                  d.metric.base = like.base.empty() ? like.text : like.base;
                  d.metric.text = name + d.metric.base;
                  d.metric.span = items[n];
                } else if (!name.empty()) {
                  d.subject = {};
                  d.subject.text = name;
                  d.subject.span = items[n];
                }
              }
            }
          } else if (i >= k) {
            // 发电量A，上网电量B，同比分别增长C和D.
            for (size_t n = 0; n < k; ++n) {
              drafts[i + n].subject = drafts[i - k + n].subject;
              drafts[i + n].metric = drafts[i - k + n].metric;
              if (!drafts[i + n].own_period) drafts[i + n].period = drafts[i - k + n].period;
            }
          }
        }
      }
    }
    i = j;
  }
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
  claim.spans.push_back({role, view_.map.ToClean(span)});
}

void Fold::Finish(const Parts& p, Draft& d, std::vector<Claim>& claims) const {
  Claim& claim = d.claim;
  const Token& value = p.row.tokens[d.token];
  claim.subject = d.subject.text;
  claim.subject_id = d.subject.id;
  claim.metric = d.metric.text;
  claim.metric_id = d.metric.id;
  claim.scope = d.metric.scope.empty() ? "{}" : "{\"part\":\"" + d.metric.scope + "\"}";
  if (!d.period.empty()) {
    const Mention& m = *d.period.mention;
    if (m.period.start || m.period.end) {
      claim.period = m.period;
      claim.period_from = d.period_from;
    }
    const CleanSpan words = view_.map.ToClean(m.span);
    claim.period_text = std::string(Slice(document_.text, words));
    AddSpan(claim, SpanRole::kPeriod, m.span);
  }
  // Kinds that the measure decides.
  const std::string_view metric = claim.metric;
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
  if (claim.kind == ClaimKind::kDuration && Any(d.metric.id, {"age", "hours_use"})) {
    claim.kind = ClaimKind::kLevel;
  }
  // 日活跃用户数达1.19亿, 参数规模6710亿, 平均月薪5.9万: the measure says what is counted.
  if (claim.quantity.unit.empty() && d.metric.cue != nullptr) {
    const std::string counted = NounTable::Get().First("unit:" + d.metric.id);
    if (!counted.empty()) {
      claim.quantity.unit = "count:" + counted;
      if (claim.kind == ClaimKind::kLevel) claim.kind = ClaimKind::kCount;
    } else if (!d.metric.cue->units.empty() && d.metric.cue->units.front() == "money" &&
               std::find(d.metric.cue->units.begin(), d.metric.cue->units.end(), "count") ==
                   d.metric.cue->units.end()) {
      claim.quantity.unit = Currency();
    } else if (!d.metric.cue->units.empty() && Any(d.metric.id, {"industrial_index", "other_index"})) {
      claim.quantity.unit = "count:点";
    }
  }
  (void)metric;
  AddSpan(claim, SpanRole::kValue, value.span);
  AddSpan(claim, SpanRole::kSubject, d.subject.span);
  AddSpan(claim, SpanRole::kMetric, d.metric.span);
  AddSpan(claim, SpanRole::kHedge, value.mention->hedge_span);
  std::sort(claim.spans.begin(), claim.spans.end());
  claim.spans.erase(std::unique(claim.spans.begin(), claim.spans.end()), claim.spans.end());

  const auto check = [&](std::string name, bool passed, std::string note) {
    claim.checks.push_back({std::move(name), passed, passed ? "" : std::move(note)});
  };
  bool fits = true;
  if (d.metric.cue != nullptr && claim.kind != ClaimKind::kChange) {
    const auto kind = [&]() -> std::string_view {
      switch (value.token_class) {
        case Class::kMoney: return "money";
        case Class::kPercent: return "percent";
        case Class::kPoint: return "bp";
        case Class::kCount: return "count";
        case Class::kDuration: return "duration";
        case Class::kMultiple: return "multiple";
        default: return "";
      }
    }();
    fits = kind.empty() || d.metric.cue->units.empty() ||
           std::find(d.metric.cue->units.begin(), d.metric.cue->units.end(), kind) !=
               d.metric.cue->units.end() ||
           (kind == "percent" && claim.kind == ClaimKind::kShare);
  }
  check("unit fits metric", fits, claim.quantity.unit + " for " + claim.metric);
  check("has subject", !claim.subject.empty(), "no subject found");
  check("has metric", !claim.metric.empty(), "no measure found");
  check("subject and metric in the clause", d.own_subject && d.own_metric,
        "taken from the context");
  check("has period", claim.period.has_value(), "no date given");
  double confidence = 0.95;
  constexpr std::array<double, 5> kLoss = {0.25, 0.3, 0.3, 0.12, 0.1};
  for (size_t i = 0; i < claim.checks.size(); ++i) {
    if (!claim.checks[i].passed) confidence -= kLoss[i];
  }
  if (value.mention->unit_assumed) {
    check("currency is named", false, "a bare 元 read by the region");
    confidence -= 0.1;
  }
  claim.confidence = std::max(0.05, confidence);
  claims.push_back(claim);
}

void Fold::Sentence(const extract::Sentence& sentence, int index, const Mention* mentions,
                    size_t count, std::vector<Claim>& claims, std::vector<Refusal>& refusals) {
  index_ = index;
  // A new paragraph speaks of the main subject again.
  if (sentence.paragraph != paragraph_ && index > 0) {
    if (!company_.empty()) subject_ = company_;
    else if (headline_.entity && headline_.type == EntityType::kOrg && !IsAgency(headline_)) {
      subject_ = headline_;
    } else if (!headline_.empty() && IsAgency(headline_)) {
      subject_ = {};
    }
  }
  paragraph_ = sentence.paragraph;
  Parts p;
  p.span = sentence.span;
  p.row = MakeRow(text_, sentence.span, mentions, count, *tables_.cues);
  Cut(p);
  const bool numbers = std::any_of(p.row.tokens.begin(), p.row.tokens.end(), [](const Token& t) {
    return IsQuantity(t.token_class);
  });
  if (numbers) {
    ApplyGuards(p);
    ApplyPatterns(p);
  }
  MarkCompared(p);
  if (index == 0 || (company_.empty() && index < 2)) FindNamesake(p);
  FindSpeakers(p);
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
  for (Draft& d : p.drafts) Finish(p, d, claims);
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
  // Carry the context on.
  if (!p.drafts.empty()) unit_metrics_.clear();
  for (const Draft& d : p.drafts) {
    unit_metrics_.emplace_back(d.claim.quantity.unit, d.claim.kind, d.metric);
    // A place that a company's article mentions does not take the company's place.
    const bool place = d.subject.entity && d.subject.type == EntityType::kPlace &&
                       subject_.entity && subject_.type == EntityType::kOrg &&
                       !NounTable::Get().Is("macro", d.metric.id);
    if (!place && (d.subject.entity || d.subject.named ||
                   (d.own_subject && !d.subject.empty() && !subject_.entity &&
                    NounTable::Get().EndsWith("agent", d.subject.text)))) {
      subject_ = d.subject;
    }
    if (!d.metric.empty()) metric_ = d.metric;
  }
  // A sentence whose first number took the date from before keeps to it; else the latest of its
  // dates holds, those before it being what it is compared with.
  const PeriodRef* carried = nullptr;
  for (const Draft& d : p.drafts) {
    if (d.period.empty() || !d.period.mention->period.start) continue;
    if (carried == nullptr || *d.period.mention->period.start >= *carried->mention->period.start) {
      carried = &d.period;
    }
    if (d.period.sentence < index) break;
  }
  if (carried != nullptr) {
    period_ = {carried->mention, index};
    period_paragraph_ = paragraph_;
  } else {
    for (int t = n - 1; t >= 0; --t) {
      const Class c = p.row.tokens[t].token_class;
      if (c != Class::kPeriod && c != Class::kAsOf) continue;
      if (NounTable::Get().StartsWith("results", Text({p.row.tokens[t].span.end, p.span.end}))) {
        continue;  // 上季度财报 dates the report, not what follows
      }
      if (p.compared[t] != 0 || !p.row.tokens[t].mention->period.start ||
          Dateless(p.row.tokens[t])) {
        continue;
      }
      period_ = {p.row.tokens[t].mention, index};
      period_paragraph_ = paragraph_;
      break;
    }
  }
  // A list parted by ; goes on as it began; a plan of an announcement goes on for a sentence more.
  const bool semicolon = text_[p.span.end - 1] == ';';
  const Modality before = modality_;
  modality_ = Modality::kActual;
  for (const Draft& d : p.drafts) {
    if (d.claim.modality != Modality::kActual && d.modality_scope) {
      if (semicolon || d.claim.modality == Modality::kPlan) modality_ = d.claim.modality;
    }
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
  if (p.drafts.empty()) {
    for (int t = 0; t < n; ++t) {
      if (!IsEntity(p.row.tokens[t].token_class) || p.speaker[t] != 0 || p.paren[t] != 0) continue;
      if (p.row.tokens[t].token_class == Class::kMedia) continue;
      subject_ = EntityRef(p.row.tokens[t]);
      break;
    }
  }
}

}  // namespace

void BuildClaims(const ClaimTables& tables, const Document& document, const MatchView& view,
                 const std::vector<Sentence>& sentences, const std::vector<Mention>& mentions,
                 std::string_view title, const std::vector<Mention>& title_mentions,
                 std::vector<Claim>& claims, std::vector<Refusal>& refusals) {
  Fold fold(tables, document, view);
  fold.ReadTitle(title, title_mentions);
  size_t m = 0;
  for (size_t s = 0; s < sentences.size(); ++s) {
    while (m < mentions.size() && mentions[m].span.begin < sentences[s].span.begin) ++m;
    size_t end = m;
    while (end < mentions.size() && mentions[end].span.end <= sentences[s].span.end) ++end;
    if (end > m) {
      fold.Sentence(sentences[s], static_cast<int>(s), mentions.data() + m, end - m, claims,
                    refusals);
    }
    m = end;
  }
}

}  // namespace hanfact::extract
