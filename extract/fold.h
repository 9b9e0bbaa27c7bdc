// The fold over the sentences of one document (private to extract/; the door is claims.h).
//
// For each number of a sentence, in order: what stands around it (Scene), who it is about, what it
// measures, when, which way, how sure, who says so; then lists with 分别 are set right and the
// context is carried on. Each step is in its own fold_*.cc.
#pragma once

#include <deque>
#include <initializer_list>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "extract/claims.h"
#include "extract/nouns.h"

namespace hanfact::extract {

// Who or what a claim speaks of, or who says it.
struct Ref {
  std::string text;  // canonical, simplified
  std::string id;    // empty for a noun phrase
  MatchSpan span;
  EntityType type = EntityType::kOrg;
  bool entity = false;
  bool named = false;   // no known name, but stands like one
  std::string printed;  // an entity's name as the text has it, in the match view
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
  bool lead = false;  // an office that the document opens with: holds to its end
  [[nodiscard]] bool empty() const { return who.empty(); }
};

// What somebody foretells, while later sentences go on with it.
struct Outlook {
  std::string who, id;   // empty for none
  MatchSpan name, verb;  // where they stand
  MetricRef metric;      // what was foretold first, and the id of whom it is
  std::string subject;
  bool person = false;  // who speaks for a paragraph
  uint32_t paragraph = 0;
  PeriodRef of;       // the time that is foretold
  int sentence = -9;  // the last that was part of it
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
  std::string done;          // what was done to them
  std::string arithmetic;    // what does not add up; empty where all does
  Ref sufferer;  // 甲公司|遭外资卖超: whom the clause is about, where who deals is the subject
  bool own_subject = false;  // found in its own clause
  bool named_subject = false;  // found there, or that of the number before, found so
  bool own_metric = false;
  bool modality_scope = false;  // its modality holds for what follows
  bool own_period = false;
  bool far_basis = false;  // against a time years before
  bool undated = false;   // had but the day on which it was told
  bool relative = false;  // 急升半成的甲公司, 高于甲公司的5亿元: said by the way of somebody else
  // 高盛将甲公司…上调: a broker's figure of somebody else, or an office's of its country
  bool by_broker = false;
  bool by_noun = false;           // 涨幅由A缩小至B: the noun says that it is a rise
  bool revision = false;          // by how much a forecast was moved
  bool signed_direction = false;  // the printed sign says which way
  uint32_t yardstick = UINT32_MAX;  // 是|上一代产品的10倍: where what it is taken of begins
  bool past_border = false;       // dated by nothing but what the paragraph before was last about
  bool framed = false;            // dated, if at all, by what the article is of
  bool foretold = false;          // goes on with what somebody foretells
};

// How many tokens back anything is looked for: what stands farther off is of no account, and a
// sentence that is one long list costs no more than its length.
inline constexpr int kReach = 96;

// How many days a site's date may stand off the day that the article is of.
inline constexpr int64_t kDaysOff = 2;

// 50点或1%, 50点，或1%: whether the words between two numbers say that they are one.
[[nodiscard]] inline bool SaysAgain(std::string_view gap) { return gap == "或" || gap == "，或"; }
// Whether no more than 的, or nothing, stands between a number and the noun that it goes with.
[[nodiscard]] inline bool IsOf(std::string_view gap) { return gap.empty() || gap == "的"; }
// Whether the word is one of the list.
[[nodiscard, gnu::always_inline]] inline bool Any(std::string_view word,
                                                  std::initializer_list<std::string_view> list) {
  for (const std::string_view other : list) {
    if (word == other) return true;
  }
  return false;
}
// What stands in front of a measure, and the measure; what both have in common stands once
// (太阳能发电 and 发电量).
[[nodiscard]] std::string Joined(std::string_view front, std::string_view measure);
// Money, or money for one of something: their units open with the currency's code.
[[nodiscard]] inline bool ForMoney(std::string_view unit) {
  return !unit.empty() && unit[0] >= 'A' && unit[0] <= 'Z';
}
[[nodiscard]] inline bool CountsPeople(std::string_view unit) {
  return unit == "count:人" || unit == "count:名" || unit == "count:位";
}
// Whether a quantity of the kind ("money", "count"...) may be one of the measure.
[[nodiscard]] bool Fits(const Cue& measure, std::string_view kind);
// The `k` years or months that a span is made of, in order; empty where it is not made of so many.
[[nodiscard]] std::vector<Period> Parted(const Period& span, size_t k);
// Tokens that may stand between a phrase and its value: verbs, adverbs, hedges.
[[nodiscard]] bool IsPredicate(TokenClass c);
// Tokens that may stand inside a noun phrase.
[[nodiscard]] bool InPhrase(TokenClass c);
// Marks that no noun phrase reaches over.
[[nodiscard]] bool IsCut(char32_t c);
// Without the marks that a phrase cut out of its sentence may begin or end with.
[[nodiscard]] std::string_view WithoutMarks(std::string_view text);
// A Chinese name that only its form suggests: seldom what a number is about.
[[nodiscard]] bool IsDoubtful(const Token& token);
// A part of the day alone (夜, 夜间): too weak to date anything; 今早 and 昨晚 name their day.
[[nodiscard]] bool IsMoment(std::string_view match_text, const Token& token);
// The numeral that 四大云厂商 opens with, empty for none.
[[nodiscard]] std::string_view GroupNumeral(std::string_view text);

// 1)营收…, 2、净利润…, (三)现金流…, ④存货…: whether a line opens with its number in a list.
[[nodiscard]] bool IsNumberedItem(std::string_view line);
// Whether a line is a row of cells, or names the unit of the table below it.
[[nodiscard]] bool IsTableLine(std::string_view line);

class Fold {
 public:
  // All arguments outlive the fold.
  Fold(const ClaimTables& tables, const Document& document, const MatchView& view)
      : tables_(tables),
        nouns_(*tables.nouns),
        document_(document),
        view_(view),
        text_(view.text),
        published_(ParseDate(document.meta.published)),
        tells_once_(Any(document.meta.region, {"TW", "HK"})) {}

  // The title (match view) and its mentions: context, no claims.
  void ReadTitle(std::string_view title, const std::vector<Mention>& mentions);
  // The next sentence of the document: appends its claims and refusals, in text order.
  void Read(const Sentence& sentence, int index, const Mention* mentions, size_t count,
            std::vector<Claim>& claims, std::vector<Refusal>& refusals);

 private:
  // What the sentence at hand is made of.
  struct Parts {
    TokenRow row;
    MatchSpan span;
    std::vector<int> clause;             // by token
    std::vector<uint32_t> clause_begin;  // by clause, in the match view
    std::vector<uint8_t> paren;          // by token: bracket depth
    std::vector<uint8_t> speaker;        // by token: names who speaks
    std::vector<uint8_t> compared;       // by token: a period or entity something is compared with
    std::vector<std::string> refused;    // by token: why it is no claim
    std::vector<Draft> drafts;
    std::map<int, std::map<std::string, std::string>> set;  // by token: fields set by patterns
    std::map<int, std::string> rule;
    std::set<int> from;      // tokens that are the old of two levels: 由A升至B
    std::set<int> expected;  // tokens behind 高于预期 and the like
    std::set<int> gap;  // tokens that say how far it is to another level: 较去年高3个百分点
    std::map<int, std::map<std::string, MatchSpan>> groups;

    // With room for most sentences, so that no vector grows token by token.
    Parts() {
      constexpr size_t kTokens = 48, kBytes = 512, kNumbers = 8;
      row.text.reserve(kBytes);
      row.tokens.reserve(kTokens);
      row.at.reserve(kTokens);
      clause.reserve(kTokens);
      paren.reserve(kTokens);
      speaker.reserve(kTokens);
      compared.reserve(kTokens);
      refused.reserve(kTokens);
      clause_begin.reserve(kTokens);
      drafts.reserve(kNumbers);
    }
    // Makes room for the next sentence.
    void Clear() {
      clause_begin.clear();
      drafts.clear();
      set.clear();
      rule.clear();
      from.clear();
      expected.clear();
      gap.clear();
      groups.clear();
    }
  };
  struct Phrase {
    uint32_t begin = 0, end = 0;
    int first = 0, last = -1;     // tokens inside
    std::vector<int> predicates;  // tokens between the phrase and the value
    [[nodiscard]] bool empty() const { return begin >= end; }
  };

  // The words around one number that may say which way it goes. Token indices, -1 for none.
  struct Way {
    int previous = -1;         // the number before in the clause
    int verb = -1, noun = -1;  // 增长; 增幅
    int to = -1;               // 至: the number is a level
    int basis = -1;            // 同比
    int behind = -1;           // 12.2%|增幅
    int chosen = -1;           // of these the one that says it
    bool share = false;        // 占
  };

  // Who stands in front of a word of saying. Token indices, -1 for none.
  struct Teller {
    int who = -1;          // the name
    int from = -1;         // the word of source: 据, 从
    bool source = false;   // it has one
    bool blocked = false;  // a measure or a number stands before any name
  };

  // How sure a number is, and the token that says so.
  struct Mood {
    std::optional<Modality> modality;
    int token = -1;
    bool told = false;  // 实际为10亿元: it is so, whatever stands in front
  };

  // How a phrase stands in its clause.
  struct Place {
    uint32_t modifier_end = 0;  // of the words in front of its measure
    bool behind_name = false;   // 甲公司|…
    bool where = false;         // 在|某市场…: it says where, not who
    bool ranked = false;        // 前3名产业为|半导体类: who has a place in a list
  };

  // Values of a list: `size` drafts from `begin` on.
  struct ValueRun {
    size_t begin = 0, size = 0;
  };

  // What stands around one number.
  struct Scene {
    // Token indices, -1 for none: the last measure and first and last name of the phrase, 全国 or
    // the like, the last measure of the clause, 占, the measure behind the number, and that of the
    // part in front of 占.
    int metric = -1, entity = -1, last_entity = -1, here = -1;
    int clause_metric = -1, share = -1, post_metric = -1, part_metric = -1;
    int previous = -1;     // the number before in the clause
    std::string modifier;  // the words between the last name and the measure
    MatchSpan modifier_span;
    std::string post;  // the noun behind a count
    MatchSpan post_span;
    std::string post_deed;   // what its measure does behind it
    std::string accounting;  // the scope that the words in front of the measure give it
    std::string economy;     // 经济 where it is what grows
    std::string_view metric_id;
    bool counted = false;  // a count of things, no index points
    bool points = false;
    bool change = false;
    bool circumstance = false;              // the phrase in front says but when: 经筛选后
    bool market = false;                    // 涨, 报, 收: the words of quotes
    bool exists = false;                    // 主板有9只
    bool fresh = false;                     // 新增
    bool moved_by = false;                  // 挟强劲业绩升5%: what stands in front moved it
    bool toward = false;                    // 对甲国出口: the name says whither
    bool market_size = false;               // the subject is a market, measured by its size
    bool corporate = false, macro = false;  // whose measure it is
    Ref context;                            // the subject of before
    bool firm_context = false;
    Ref subject;

    // A noun phrase is what the number is about.
    void SetSubject(std::string text, MatchSpan span) {
      subject = {};
      subject.text = std::move(text);
      subject.span = span;
    }
  };

  // A column of the table being read.
  struct TableColumn {
    MatchSpan span;  // of its heading
    Quantity unit;   // one of it; no unit where the heading names none
    MetricRef metric;
    const Mention* period = nullptr;
    Basis basis = Basis::kNone;
    bool change = false, forecast = false, serial = false;
  };
  // What stands at the head of a table's row.
  struct RowLabel {
    size_t cell = 0;    // where it stands
    std::string words;  // without what is in brackets
    MatchSpan span;     // of the words
    MetricRef metric;
    Ref subject;
    const Mention* period = nullptr;
    bool forecast = false;
    Quantity unit;
  };
  struct TableState {
    std::vector<TableColumn> columns;
    Quantity unit;   // of the whole table
    int index = -2;  // of the sentence that was its last line
  };

  // --- fold.cc: a sentence read from its tokens to its claims
  bool SaidAgain(const Parts& p, size_t token) const;
  void Cut(Parts& p) const;
  void TakeSharesIntoNames(Parts& p) const;
  // Whether the token is a measure's word that ends a name.
  static bool EndsName(const Token& token) {
    return token.token_class == TokenClass::kOrdinal && token.cue != nullptr;
  }
  void SkipCredit(Parts& p) const;
  bool IsByline(std::string_view line) const;
  void SkipReckoning(Parts& p) const;
  const Draft* LastDraft(const Parts& p, int token) const;
  // Where a clause ends, without the mark that parts it from the next.
  uint32_t ClauseEnd(const Parts& p, int clause) const;
  static bool IsOneOf(const Parts& p, size_t token);
  bool InTitle(const Parts& p, size_t token) const;
  bool CountsFew(const Parts& p, size_t token) const;
  Ref PersonAged(const Parts& p, size_t token) const;
  bool TellsAge(const Parts& p, size_t token) const;
  void ApplyGuards(Parts& p) const;
  void ApplyPatterns(Parts& p) const;
  void NoteRefusals(const Parts& p, const Mention* mentions, size_t count,
                    std::vector<Refusal>& refusals) const;

  // --- fold_tables.cc: lines that are rows of a table
  std::vector<MatchSpan> Cells(MatchSpan line) const;
  Quantity UnitOf(std::string_view words) const;
  const MetricRef* MeasureLeftOf(size_t column) const;
  const Mention* MakeYear(MatchSpan cell);
  static void RefuseCell(Parts& p, size_t token, std::string_view why);
  bool IsHeading(const Parts& p, const std::vector<MatchSpan>& cells) const;
  TableColumn ReadColumn(Parts& p, MatchSpan cell);
  RowLabel ReadLabel(Parts& p, const std::vector<MatchSpan>& cells);
  TokenClass TakeCellsUnit(const Token& number, const TableColumn& column, const RowLabel& label,
                           Quantity& quantity) const;
  void NameCell(size_t c, const RowLabel& label, Draft& d) const;
  bool ReadCell(Parts& p, size_t t, size_t c, const RowLabel& label, int index,
                std::vector<Claim>& claims);
  // Reads a line of cells: fills the columns from a heading, makes the claims of a row. False where
  // the line is none.
  bool ReadTableRow(Parts& p, int index, std::vector<Claim>& claims);

  // --- fold_speakers.cc: who says it
  bool IsAgency(const Ref& ref) const;
  bool IsSort(const Ref& ref) const;
  static int PersonBefore(const Parts& p, int token);
  Ref VoiceRef(const Parts& p, int token) const;
  bool JoinsFirms(const Parts& p, int token) const;
  void NoteSpeaker();
  const Speaker& SpeakerOf(const Parts& p, int token) const;
  static bool HeldAgainst(const Parts& p, int token);
  bool NamesWhoseData(const Parts& p, int s) const;
  bool HearDataFrom(Parts& p, int s);
  bool HearDataOf(const Parts& p, int s);
  void HearData(Parts& p, int s);
  void HearSource(Parts& p, int s);
  bool IsPublishing(const Parts& p, int s) const;
  Teller TellerOf(const Parts& p, int s) const;
  void HearOfficesForecast(Parts& p, int s);
  bool ReportSpeaks(const Parts& p, int s, bool source) const;
  void HearUnknownSource(const Parts& p, int s, int from);
  bool HearPronoun(Parts& p, int s, bool report);
  bool HearTitled(const Parts& p, int s);
  void NoteWhoseResults(const Parts& p, int s);
  void HearAnnouncer(const Parts& p, int s, std::string_view name, uint32_t begin, bool report);
  bool HasPublished(const Ref& office) const;
  void HearOpener(const Parts& p, int s, bool report);
  void HearNamed(Parts& p, int s, int who, bool source, bool report);
  void HearAt(Parts& p, int s);
  void FindSpeakers(Parts& p);
  Ref PlacedFirm(const Parts& p) const;
  void FindNamesake(const Parts& p);
  void FindTickers(const Parts& p);
  bool OpensSpeech(const Parts& p, int token) const;
  const Token* VoiceOf(const Parts& p, const Draft& d) const;
  bool Foretells(const Parts& p) const;

  // --- fold_phrases.cc: noun phrases beside a number
  int PreviousQuantity(const Parts& p, int token) const;
  std::string_view GapBetween(const Parts& p, int first, int second) const;
  bool InPairs(const Parts& p, int token) const;
  std::string WithoutForecast(const Parts& p, MatchSpan span) const;
  bool SameBracket(const Token& first, const Token& second) const;
  bool IsObject(const Parts& p, int token) const;
  Phrase LeftPhrase(const Parts& p, int token) const;
  Phrase BeforeYardstick(const Parts& p, int token, Phrase phrase) const;
  bool IsRoute(const Parts& p, int token) const;
  bool IsRemark(std::string_view words) const;
  Phrase LeftPhraseRaw(const Parts& p, int token) const;
  bool SaysOfOne(const Parts& p, int token) const;
  uint32_t MeasureBegin(const Parts& p, int metric) const;
  int FirstListed(const Parts& p, int metric) const;
  bool ClosesClause(const Parts& p, int token) const;
  std::string CleanPhrase(std::string_view phrase) const;
  std::string PostNoun(const Parts& p, int token, MatchSpan& span) const;

  // --- fold_drafts.cc: one number of a sentence made a draft of a claim
  void LeaveForeseenPeriod(Draft& d) const;
  bool IsToCome(const Draft& d) const;
  int64_t LeadOf(std::string_view period) const;
  Phrase PhraseOf(const Parts& p, int token, Draft& d) const;
  void TakePer(const Parts& p, const Phrase& phrase, Draft& d) const;
  void TakeSetModality(const Parts& p, Draft& d) const;
  bool IsBudgeted(const Parts& p, const Draft& d) const;
  void SettleModality(const Parts& p, Draft& d);
  bool MakeDraft(Parts& p, int token, int index, Draft& d);
  void TellRevision(const Parts& p, Draft& d) const;
  void TakeLikeness(const Parts& p, Draft& d) const;
  int TensPaidOn(const Parts& p, int token) const;
  void TellMissed(const Parts& p, Draft& d) const;
  void ApplySettings(const Parts& p, int token, int index, Draft& d) const;
  bool MayStandBare(const Parts& p, const Phrase& phrase, int token, const Draft& d) const;
  void FillAttribution(const Parts& p, int token, int index, Draft& d) const;
  bool OfAnother(const Speaker& speaker, const Ref& subject, int index) const;
  const Token* BrokerOf(const Parts& p, const Draft& d) const;
  std::string QuotedName(const Ref& who) const;

  // --- fold_periods.cc: when
  bool BeforeRecord(const Parts& p, uint32_t at) const;
  bool FirstThen(const Parts& p, int token) const;
  void MarkCompared(Parts& p) const;
  bool BreaksDown(const Parts& p) const;
  bool OpensList(const Parts& p, int token) const;
  Period& OwnPeriod(Draft& d, const Mention& of);
  void TakeMonthBefore(Parts& p);
  void PartRise(Parts& p);
  void TakeWeekBefore(const Parts& p, int token, Draft& d);
  void TakeYearSpokenOf(const Parts& p, int token, Draft& d);
  void TakeYearToDate(const Parts& p, Draft& d);
  bool TakeReported(const Parts& p, int token, int index, Draft& d) const;
  bool DatesOccasion(const Parts& p, int token) const;
  void FillPeriod(const Parts& p, int index, Draft& d);
  bool TellsTrade(const MetricRef& m) const;
  bool TellsSession(const Token& token) const;
  void NoteTradeDay(const Draft& d, Modality modality);
  void NoteDayOfOpening(const Parts& p, int token);
  void LeaveReportedTime(const Parts& p, Draft& d);
  void TakeFrame(Draft& d);
  void TakeReportsPeriod(Draft& d) const;
  void TakeDayOfClock(Draft& d);
  void TakeEventsDays(const Parts& p, Draft& d) const;
  bool TellsEvent(const Parts& p, const Draft& d) const;
  bool DatesFounding(const Parts& p, int token) const;
  void LeaveComingDay(const Parts& p, Draft& d);
  void UndatePlan(const Parts& p, Draft& d) const;
  bool OfMonthBefore(const Token& same, const Draft& d) const;
  bool OnlyDated(const Parts& p, const Draft& d) const;

  // --- fold_directions.cc: whether a number rises or falls, what kind it is
  bool IsRiseOf(const Parts& p, const Draft& d, int to, int previous) const;
  Way WayBefore(const Parts& p, const Draft& d) const;
  static const Draft* DraftAt(const Parts& p, int token);
  bool IsNextRate(const Parts& p, const Way& w, const Draft& last, const Draft& d) const;
  bool TakeWayOfList(const Parts& p, const Way& w, Draft& d) const;
  void FindWayBehind(const Parts& p, const Draft& d, Way& w) const;
  void ChooseWay(const Parts& p, Draft& d, Way& w) const;
  void FindWayInClauseBefore(const Parts& p, const Draft& d, Way& w) const;
  void LeaveComparison(const Parts& p, Draft& d, Way& w) const;
  bool TakeCut(const Parts& p, const Way& w, Draft& d) const;
  void LeaveWayOfCount(const Parts& p, const Draft& d, Way& w) const;
  bool SignAlone(const Parts& p, const Way& w, const Draft& d) const;
  bool SignedRate(const Parts& p, const Way& w, const Draft& d) const;
  Direction SignOf(const Parts& p, const Draft& d) const;
  ClaimKind KindOfValue(const Parts& p, const Way& w, Draft& d) const;
  bool TakeBasisCompared(const Parts& p, Draft& d) const;
  bool TakeBasisOfLevel(const Parts& p, Draft& d) const;
  void TakeBasisBefore(const Parts& p, const Way& w, Draft& d) const;
  void FillDirection(const Parts& p, Draft& d);
  static void TakeSign(Draft& d);
  static Basis SharedBasis(const std::vector<Draft>& drafts);
  void TakeBasis(const Parts& p, Draft& d) const;

  // --- fold_scene.cc: what stands around a number
  std::string DeedBehind(const Parts& p, int metric) const;
  bool IsPast(const Token& measure) const;
  bool RefersBack(MatchSpan words) const;
  uint32_t BehindBracket(const Parts& p, uint32_t at) const;
  static bool IsOfPlace(const Parts& p, int token);
  void ReadPhrase(const Parts& p, const Phrase& phrase, const Draft& d, Scene& s) const;
  void ReadModifier(const Parts& p, const Phrase& phrase, const Draft& d, Scene& s) const;
  std::string_view JoinBehind(const Parts& p, int previous, const Token& value) const;
  std::string WithoutLooseEnd(std::string words) const;
  void MendModifier(const Parts& p, const Phrase& phrase, const Draft& d, Scene& s) const;
  const Ref* TakeOwnName(const Parts& p, const Phrase& phrase, Scene& s) const;
  void ReadBehind(const Parts& p, const Draft& d, Scene& s) const;
  int LastOfCounts(const Parts& p, int token) const;
  void ReadMarket(const Parts& p, const Phrase& phrase, const Draft& d, Scene& s) const;
  bool IsStrangers(const Parts& p, const Draft& d, const Scene& s) const;
  bool LeavesPerson(const Parts& p, const Draft& d, const Scene& s) const;
  bool OnlySpoke(const Parts& p, const Draft& d, const Ref& who) const;
  void LookAround(const Parts& p, const Phrase& phrase, const Draft& d, Scene& s) const;
  bool IsYardstick(const Parts& p, int token) const;
  uint32_t ListedNameBegin(const Parts& p, const Phrase& phrase, uint32_t begin, uint32_t end,
                           int clause) const;

  // --- fold_clause_subject.cc: who the own clause of a number says it is about
  MatchSpan MarketBefore(const Parts& p, const Phrase& phrase, const Scene& s) const;
  const Token* BeforeBracket(const Parts& p, int token) const;
  const Token* RelativeOf(const Parts& p, const Draft& d) const;
  MatchSpan ModelBehind(const Parts& p, int token, int value) const;
  const Token* HolderOf(const Parts& p, const Draft& d, const Scene& s) const;
  MatchSpan GoodsBeforeHere(const Parts& p, const Phrase& phrase, const Scene& s) const;
  bool DatedFirm(const Parts& p, const Phrase& phrase) const;
  bool FirmBefore(const Parts& p, int token) const;
  bool CountsOn(const Parts& p, const Draft& d) const;
  static bool OfAllTheWorld(const Parts& p, const Scene& s);
  bool IsNextName(const Parts& p, const Phrase& phrase, const Draft& d, const Scene& s) const;
  bool IsThing(const Parts& p, const Phrase& phrase, const Draft& d, const Scene& s,
               const Place& at) const;
  bool NameThing(const Parts& p, const Phrase& phrase, Draft& d, Scene& s) const;
  void TakeNameInPhrase(const Parts& p, const Draft& d, Scene& s) const;
  bool IsOfHere(const Parts& p, const Scene& s) const;
  void TakeWhoHasShare(const Parts& p, const Draft& d, Scene& s) const;
  void TakeModifier(const Parts& p, const Phrase& phrase, const Draft& d, Scene& s,
                    const Place& at) const;
  void TakeNameElsewhere(const Parts& p, const Phrase& phrase, const Draft& d, Scene& s) const;
  Place PlaceOf(const Parts& p, const Phrase& phrase, const Scene& s) const;
  void FindSubject(Parts& p, const Phrase& phrase, Draft& d, Scene& s) const;
  Ref ForetoldRef(const Parts& p, const Draft& d) const;
  Ref RatedBefore(const Parts& p, const Draft& d) const;
  Ref FirmRated(const Parts& p, const Draft& d) const;
  bool CausesMeasure(const Parts& p, int name, int value) const;
  bool MovesMeasure(const Parts& p, int token) const;
  std::string OwnerInFront(const Parts& p, const Draft& d, const Scene& s) const;
  Ref CountedBefore(const Parts& p, const Draft& d, const Scene& s) const;
  Ref HereAgent(const Parts& p, int here, uint32_t end) const;
  Ref NameInClause(const Parts& p, const Draft& d, const Scene& s) const;

  // --- fold_bodies.cc: common nouns and persons that everyday news is about
  Ref BodyAt(const Parts& p, int clause, uint32_t before) const;
  Ref PointedAt(const Parts& p, const Draft& d) const;
  Ref PersonMeant(const Parts& p, const Draft& d) const;
  void TakeBody(const Parts& p, const Phrase& phrase, const Draft& d, Scene& s) const;
  bool OpensWithDeed(const Parts& p, const Draft& d) const;
  Ref BodyBefore(const Parts& p, const Phrase& phrase, const Draft& d, const Scene& s) const;

  // --- fold_subjects.cc: who or what a number is about
  Ref EntityRef(const Token& token) const;
  Ref RegionAround(Ref place, std::string_view word) const;
  Ref HereRef(const Token& token) const;
  bool SaysWhatKind(const Token& token) const;
  bool IsMainland(const Token& token) const;
  Ref CompanyRef(const Parts& p, int token) const;
  void NoteName(const Ref& ref);
  void NoteExample(const Parts& p);
  Ref KnownHere(const Parts& p, uint32_t begin, uint32_t end) const;
  Ref OwnerRef() const;
  Ref FirmSpokenOf() const;
  Ref PlaceRef(std::string_view name) const;
  Ref RefOfWords(MatchSpan words) const;
  Ref NameRef(std::string_view name) const;
  Ref CountryOf(std::string_view office) const;
  Ref LocalOf(std::string_view office) const;
  Ref LocalRef() const;
  static bool IsLocal(const Ref& place);
  bool TellsTrades(const Ref& context) const;
  Ref HomeRef() const;
  bool IsBranch(std::string_view words) const;
  Ref OpeningRef(const Parts& p, int clause, uint32_t before) const;
  Ref ContextSubject(const Parts& p, const Draft& d, bool corporate) const;
  Ref PlacedRef(const Parts& p, int clause) const;
  static const Draft* HeadOfParts(const Parts& p, const Draft& d);
  int KinBehind(const Parts& p, int token) const;
  Ref KinAt(const Parts& p, uint32_t from) const;
  Ref RunRef(const Parts& p, int token) const;
  uint32_t GroupEnd(const Parts& p, uint32_t begin) const;
  std::string GroupName(uint32_t begin, uint32_t end, size_t members) const;
  void FindListedGroups(const Parts& p);
  bool OwnsResults(const Parts& p, int token) const;
  Ref GroupRef(const Parts& p, const std::vector<int>& members) const;

  // --- fold_measures.cc: what a number measures
  MetricRef MetricOf(const Token& token) const;
  void FillSubjectAndMetric(Parts& p, const Phrase& phrase, Draft& d);
  MetricRef DeedInFront(const Parts& p, const Phrase& phrase, Scene& s) const;
  MetricRef PlanInFront(const Parts& p, const Draft& d) const;
  bool NextWhole(const Parts& p, const Phrase& phrase, const Draft& d) const;
  MetricRef MeasureBehind(const Parts& p, Draft& d, const Scene& s) const;
  MetricRef ShareOfPart(const Parts& p, const Phrase& phrase, const Draft& d, const Scene& s) const;
  void NameGoodsTraded(const Parts& p, const Phrase& phrase, const Scene& s, MetricRef& m) const;
  void NamePart(const Parts& p, Draft& d, Scene& s, MetricRef& m, bool common) const;
  MatchSpan SizedWords(const Parts& p, const Draft& d, int measure) const;
  bool NameSized(const Parts& p, const Draft& d, int token, MetricRef& m) const;
  uint32_t HanEnd(uint32_t from, uint32_t limit) const;
  MetricRef MeasureInFront(const Parts& p, const Phrase& phrase, Draft& d, Scene& s) const;
  MetricRef MeasureOfClause(const Parts& p, const Phrase& phrase, Draft& d, Scene& s) const;
  MetricRef DealsCounted(const Parts& p, const Draft& d) const;
  MetricRef DeedBehindMoney(const Parts& p, const Draft& d) const;
  void NameSoldPart(const Parts& p, const Phrase& phrase, int t, Draft& d, Scene& s,
                    MetricRef& m) const;
  void NameDoer(const Parts& p, const Phrase& phrase, int t, Draft& d, Scene& s,
                MetricRef& m) const;
  void DeedMeasure(const Parts& p, const Phrase& phrase, Draft& d, Scene& s, MetricRef& m) const;
  MetricRef SumBehind(const Parts& p, const Draft& d) const;
  void TakeThingSized(const Parts& p, Draft& d, Scene& s) const;
  MetricRef GoalDone(const Parts& p, Draft& d) const;
  MetricRef FeatBehind(const Parts& p, const Draft& d, Scene& s) const;
  MetricRef SizeInFront(const Parts& p, const Draft& d, Scene& s) const;
  MetricRef DeedLasting(const Parts& p, const Draft& d) const;
  MetricRef NounBehind(const Parts& p, const Draft& d) const;
  void FindMeasure(Parts& p, const Phrase& phrase, Draft& d, Scene& s) const;
  std::string WithoutDeeds(const std::string& words) const;
  void PhraseMeasure(Parts& p, Draft& d, Scene& s, MetricRef& m) const;

  // --- fold_counts.cc: what counts and parts of a whole measure
  void PortionMeasure(const Parts& p, Draft& d, Scene& s, MetricRef& m) const;
  MatchSpan CrowdBefore(const Parts& p, const Draft& d) const;
  std::string TopicBefore(const Parts& p, const Draft& d) const;
  std::string WholeBefore(const Parts& p, const Draft& d) const;
  std::string ShareName(const Parts& p, MatchSpan whole, std::string_view tail) const;
  MatchSpan DoersBefore(const Parts& p, int token) const;
  std::string CountedSo(const Parts& p, const Draft& d, const Scene& s) const;
  bool OpensClause(const Parts& p, int token) const;
  std::string DoneToCounted(const Parts& p, const Draft& d, const Scene& s) const;
  MetricRef PeopleDeed(const Parts& p, const Draft& d, const Scene& s) const;
  void CountMeasure(Parts& p, const Phrase& phrase, Draft& d, Scene& s, MetricRef& m) const;
  bool IsPart(const Draft& d, const Scene& s, const MetricRef& whole) const;
  void TakePart(const Parts& p, Draft& d, Scene& s, MetricRef& m) const;

  // --- fold_quotes.cc: quotes that do not name what they are of
  void CurrencyMeasure(const Parts& p, Draft& d, Scene& s, MetricRef& m) const;
  void IndexMeasure(const Parts& p, const Phrase& phrase, Draft& d, Scene& s, bool priced,
                    bool yearly, MetricRef& m) const;
  void SharesMeasure(const Parts& p, const Draft& d, const Scene& s, bool priced, bool yearly,
                     MetricRef& m) const;
  void QuoteMeasure(const Parts& p, const Phrase& phrase, Draft& d, Scene& s, MetricRef& m) const;
  void ShareQuote(const Parts& p, const Phrase& phrase, const Draft& d, const Scene& s,
                  MetricRef& m) const;

  // --- fold_inherit.cc: what a number takes from the clause or the sentence before
  bool SaysSame(const Parts& p, const Draft& d) const;
  static void TakeWhose(const Draft& from, Draft& d);
  static void TakeSense(const Claim& from, Claim& claim);
  bool TakeFromList(const Parts& p, Draft& d) const;
  void TakeWorthOfBefore(const Parts& p, const Draft& d, const Scene& s, MetricRef& m) const;
  void NextPartMeasure(const Parts& p, const Draft& d, Scene& s, MetricRef& m) const;
  void NamePartOfBefore(const Parts& p, const Draft& d, Scene& s, MetricRef& m) const;
  bool GivesReason(const Parts& p, int token) const;
  void TakeReasonedTopic(const Parts& p, const Phrase& phrase, const Draft& d, Scene& s) const;
  bool IsReason(const Parts& p, int token) const;
  MatchSpan ReasonedTopic(const Parts& p, const Draft& d) const;
  MatchSpan NextInList(const Parts& p, const Draft& d) const;
  MetricRef AffectedBefore(const Parts& p, const Draft& d) const;
  static void TakeSeries(const Parts& p, Draft& d);
  void TakeRate(const Parts& p, Draft& d) const;
  bool Lends(const MetricRef& m, TokenClass lender, std::string_view unit, const Parts& p,
             const Draft& d) const;
  bool SaysMore(const Parts& p, const Draft& d) const;
  bool GoesOn(const Parts& p, int token) const;
  void InheritMeasure(const Parts& p, Draft& d, const Scene& s, MetricRef& m) const;

  // --- fold_settle.cc: who a number is about and what it measures
  bool Revises(const Parts& p, const Draft& d) const;
  bool MovesEstimate(const Parts& p, const Draft& d) const;
  bool EstimatedBeside(const Parts& p, const Draft& d) const;
  void TellOfficesForecast(const Parts& p, Draft& d, Scene& s) const;
  Ref EconomyOf(const Ref& office) const;
  void TakeLastIndex(const Parts& p, Draft& d, Scene& s) const;
  bool IsExample(const Parts& p, const Draft& d, const Scene& s) const;
  bool IsWare(const Parts& p, const Draft& d, const Scene& s) const;
  const MetricRef* TradedWith(const Parts& p, const Draft& d, const Scene& s) const;
  Ref AnnouncerOf(const Parts& p, const Draft& d, const Scene& s) const;
  bool IsBranchPlace(const Parts& p, const Draft& d, const Scene& s) const;
  void TakePartsOfFirm(const Parts& p, Draft& d, Scene& s) const;
  void TakeSubjectOfBefore(const Parts& p, const Draft& d, Scene& s) const;
  void TakeWare(const Parts& p, Draft& d, Scene& s) const;
  void TakeIndexSpokenOf(const Parts& p, Draft& d, Scene& s) const;
  void TakeHome(const Parts& p, Draft& d, Scene& s) const;
  void TakeWhoseNumberGoesOn(const Parts& p, Draft& d, Scene& s) const;
  Ref HolderBefore(const Parts& p, const Draft& d) const;
  void TakeEconomy(const Parts& p, Draft& d, Scene& s) const;
  void TakeScopeInFront(const Parts& p, Draft& d, Scene& s) const;
  void NameByUnit(Draft& d, Scene& s) const;
  void TakeGroup(const Parts& p, Draft& d, Scene& s);
  void TakeYearSoFar(const Parts& p, Draft& d);
  MatchSpan EstateBefore(const Parts& p, const Draft& d) const;
  void LeaveListedParts(const Parts& p, Draft& d, Scene& s) const;
  void NameIndexOfHomes(Draft& d, Scene& s) const;
  void TakeMarketOfIndex(const Draft& d, Scene& s) const;
  void DateRunningTotal(Draft& d);
  void TakeOwnerOfTarget(const Parts& p, const Draft& d, Scene& s) const;
  void TakeOwnerOfForecast(const Parts& p, Draft& d, Scene& s) const;
  void TakeThing(const Parts& p, const Draft& d, Scene& s) const;
  void TakeSort(const Parts& p, Draft& d, Scene& s) const;
  void TakeDealer(const Parts& p, Draft& d, Scene& s) const;
  void TakeWorldOrOwner(Draft& d, Scene& s) const;
  bool InHeadline(const Ref& firm) const;
  bool AreCommonGoods(const Ref& words) const;
  void TakeGoodsOfFirm(const Parts& p, Draft& d, Scene& s) const;
  void NamePartByLabel(const Parts& p, Draft& d, const Scene& s) const;
  void Settle(Parts& p, Draft& d, Scene& s);
  std::string PartInFront(const Parts& p, int token) const;
  Ref DealerInFront(const Parts& p, const Draft& d, const Ref& firm) const;
  Ref DealtIn(const Parts& p, const Draft& d) const;
  Ref PlayerIn(MatchSpan words) const;
  Ref DealerBefore(const Parts& p, const Draft& d) const;
  std::string PartOf(const Parts& p, const Draft& d) const;
  std::string LabelOf(const Parts& p, const Draft& d) const;
  MetricRef Named(std::string_view surface, MatchSpan span) const;

  // --- fold_modality.cc: how sure a number is
  bool NamesEither(const Parts& p, int token, int value) const;
  static bool LimitsScheme(const NounTable& nouns, const Draft& d);
  bool SetAgainst(const Parts& p, int first, int second) const;
  bool Guides(const Parts& p, const Draft& d) const;
  bool DisposesOf(const Parts& p, const Draft& d, int t) const;
  bool IsWill(const Token& token) const;
  std::optional<Modality> MoodOfWill(const Parts& p, const Draft& d, int t) const;
  bool Foresees(const Parts& p, int t, int number) const;
  bool GoesOnForeseen(const Parts& p, const Draft& d, int t) const;
  std::optional<Modality> MoodOfForecast(const Parts& p, const Draft& d, int t, bool joined) const;
  bool TellsQuote(const Parts& p, const Draft& d) const;
  std::optional<Modality> MoodOfPlan(const Parts& p, const Draft& d, int t) const;
  bool LeavesOpen(const Parts& p, const Draft& d, int t) const;
  bool IsCondition(const Parts& p, int t) const;
  std::optional<Modality> MoodAt(const Parts& p, const Draft& d, int t, bool joined) const;
  std::optional<Modality> MoodBehind(const Parts& p, const Draft& d) const;
  Mood MoodOf(const Parts& p, const Draft& d) const;
  void FillModality(const Parts& p, Draft& d);

  // --- fold_outlook.cc: what somebody foretells, from sentence to sentence
  bool IsNotOver(const PeriodRef& of) const;
  bool Ahead(const PeriodRef& of) const;
  bool ComesRound(Draft& d, int year);
  bool IsForeteller(const Ref& who) const;
  bool IsForetoldSort(const Parts& p, const Draft& d) const;
  bool GoesOnForetelling(const Parts& p, Draft& d);
  void NoteOutlook(const Parts& p, const Claim* made);

  // --- fold_lists.cc: lists that are set against lists
  void AlignLists(Parts& p);
  static bool TakeItems(Parts& p, ValueRun run, ValueRun from);
  void AlignRates(Parts& p, ValueRun run);
  ValueRun RunOfValues(const Parts& p, size_t begin) const;
  int EachBefore(const Parts& p, int token) const;
  std::vector<int> PeriodsBefore(const Parts& p, int token) const;
  bool PartPeriod(Parts& p, ValueRun run);
  void SpreadBound(Parts& p, ValueRun run, int each) const;
  void ShareMeasureBehind(Parts& p, ValueRun run) const;
  void AlignBases(Parts& p, ValueRun run) const;
  void SetPeriods(Parts& p, ValueRun run, const std::vector<int>& periods) const;
  bool AlignPeriods(Parts& p, ValueRun run, int each);
  bool AlignListedPeriods(Parts& p, ValueRun run) const;
  bool AlignSpannedYears(Parts& p, ValueRun run);
  bool TakePeriods(Parts& p, ValueRun run, ValueRun from) const;
  void TakeFromNext(Parts& p) const;
  bool TakeLastPeriods(Parts& p, ValueRun run) const;
  std::vector<MatchSpan> ListItems(const Parts& p, uint32_t begin, uint32_t end,
                                   size_t wanted) const;
  std::vector<MatchSpan> ItemsBefore(const Parts& p, int each, size_t wanted) const;
  void AlignItems(Parts& p, ValueRun run, int each, ValueRun listed);
  bool QuoteItems(Parts& p, ValueRun run, const std::vector<MatchSpan>& items) const;
  bool ShareTail(Parts& p, ValueRun run, const std::vector<MatchSpan>& items) const;
  std::string ListedName(MatchSpan words, const std::vector<MatchSpan>& items) const;
  std::string WithSharedTail(const Parts& p, std::string name,
                             const std::vector<MatchSpan>& items) const;
  void SetItem(Parts& p, ValueRun run, size_t n, const std::vector<MatchSpan>& items);

  // --- fold_arithmetic.cc: what the numbers of one sentence say of each other
  void CheckArithmetic(Parts& p) const;
  static void CheckRates(Parts& p);
  void CheckParts(Parts& p) const;
  void CheckSums(Parts& p) const;

  // --- fold_finish.cc: a draft made a claim
  std::string Compared(const Parts& p, int token) const;
  std::string Currency() const;
  void AddSpan(Claim& claim, SpanRole role, MatchSpan span) const;
  void TakeAccounting(Draft& d) const;
  std::string ScopeOf(const Parts& p, const Draft& d) const;
  Period PeriodOf(const Parts& p, const Draft& d) const;
  void TakeKindOfMeasure(const Parts& p, Draft& d) const;
  void TakeUnitOfMeasure(const Parts& p, Draft& d) const;
  void TakeCurrencyOfHome(const Token& value, Draft& d) const;
  static std::string_view KindOfUnit(const Token& value);
  static bool UnitFits(const Token& value, const Draft& d);
  static int NamesInFront(const Parts& p, int token);
  static int MeasuresInFront(const Parts& p, int token);
  void Check(const Parts& p, Draft& d) const;
  std::string NameOfTrade(const Parts& p, const Ref& trade) const;
  void Finish(const Parts& p, Draft& d, std::vector<Claim>& claims) const;

  // --- fold_context.cc: what a sentence hands on to the next
  Ref LoneOpener(const Parts& p) const;
  static bool WeekOf(const Period& week, const Period& day);
  static bool WeekOfDayInFront(const Parts& p, int token);
  void NoteThing(const Parts& p, int index);
  void NoteSubject(const Parts& p, const Draft& d);
  void NoteNumber(const Parts& p, const Draft& d, const Claim& made);
  void NoteMeasureSpokenOf(const Parts& p);
  const PeriodRef* PeriodToCarry(const Parts& p, int index, bool& same) const;
  bool IsAside(const Parts& p, const PeriodRef& carried, int index) const;
  void NotePeriodSpokenOf(const Parts& p, int index);
  void CarryPeriod(const Parts& p, const Claim* made, int index);
  void TakePeriodOn(const Parts& p, const Claim* made, int index);
  void CarryModality(const Parts& p, const Claim* made);
  void NoteHeading(const Parts& p);
  void NoteLoneFirm(const Parts& p);
  void NoteNameSpokenOf(const Parts& p);
  void CarryOn(const Parts& p, const Claim* made, int index);

  // --- inline
  // Empty where the span is turned round: what lies between two things that overlap.
  std::string_view Text(MatchSpan span) const {
    return span.begin < span.end ? Slice(text_, span) : std::string_view();
  }
  // Under its own name or the one the article gives it.
  bool IsBroker(const Ref& ref) const {
    return nouns_.Is("broker", ref.text) || nouns_.Is("broker", ref.printed) ||
           // 摩根士丹利(大摩)证券
           (ref.text.ends_with(")证券") && nouns_.StartsWith("broker", ref.text));
  }
  // Whether its shares are traded: the lexicon's ids of listed companies open with the market.
  static bool IsListed(const Ref& ref) {
    return ref.entity && ref.type == EntityType::kOrg && HasMarket(ref);
  }
  static bool HasMarket(const Ref& ref) { return ref.id.size() > 2 && ref.id[2] == ':'; }
  // 2月台指期, 3月期货: the month names a contract and dates nothing.
  bool IsContract(const Token& token) const;
  bool NumbersEvent(const Token& token) const;
  bool Dateless(const Token& t) const {
    return IsMoment(text_, t) || IsContract(t) || NumbersEvent(t);
  }

  const ClaimTables& tables_;
  const NounTable& nouns_;
  const Document& document_;
  const MatchView& view_;
  const std::string& text_;
  std::optional<Date> published_;
  mutable std::map<std::string, Ref, std::less<>> by_name_;  // names asked for
  std::deque<Mention> made_;  // periods the fold derives from others

  Parts parts_;  // of the sentence at hand
  TableState table_;

  // The context carried from sentence to sentence.
  int index_ = 0;
  uint32_t paragraph_ = 0;
  Ref subject_;  // last subject
  std::string subject_metric_;  // metric_id of the number that was about it
  Ref company_;  // who announces: what 公司 means
  Ref lone_firm_;           // the one company that a sentence without numbers named
  int part_sentence_ = -2;  // where somebody announces for it: 甲公司发布子公司乙业绩
  Ref firm_;     // the last company that a number was about
  std::vector<Ref> names_;  // names that the document alone introduces
  // No known name, that the last number of a sentence was about.
  Ref thing_;
  std::string thing_metric_, thing_measure_;
  Ref last_subject_;  // of the last number
  int last_sentence_ = -9;
  uint32_t last_paragraph_ = UINT32_MAX;
  int thing_sentence_ = -2;
  uint32_t thing_paragraph_ = 0;
  Ref dealer_;              // who bought and sold in the sentence before
  Ref last_index_;          // the last index or market whose points were given
  Ref headline_;
  // The last province or city spoken of, and the offices named since: whose they are, which makes
  // it that one's province or city, is looked up when somebody asks (LocalRef).
  mutable Ref region_;
  mutable std::vector<std::string> offices_;
  Ref local_;   // what the document calls 全市 or 全省; empty where it speaks of the country
  std::string title_;
  MetricRef metric_;
  // The class and unit of the number that was of it first.
  TokenClass metric_class_ = TokenClass::kNumber;
  std::string metric_unit_;
  std::pair<std::string, std::string>
      paid_in_;  // a company, and the money its figures were told in
  // Unit, kind and measure of the claims of the last sentence that had any.
  std::vector<std::tuple<std::string, ClaimKind, MetricRef>> unit_metrics_;
  PeriodRef period_;
  uint32_t period_paragraph_ = 0;
  bool period_foreseen_ = false;  // told of nothing that is so
  bool time_left_open_ = false;   // 近日, 近年来 since
  PeriodRef told_period_;         // the last of something that is so
  uint32_t told_paragraph_ = 0;
  std::vector<PeriodRef> listed_periods_;  // of the last list of values with a date each
  PeriodRef lead_period_;       // the first that numbers of the document were of
  std::vector<std::string> counted_;  // units of what the document counts in a month or a year
  PeriodRef trade_day_;               // whose quotes the document tells
  // A paper that names the time of its report once, if at all, and whether it tells of a session.
  bool tells_once_ = false, session_told_ = false;
  Basis basis_ = Basis::kNone;  // what the rates of the paragraph are against
  Speaker speaker_;
  int unnamed_sentence_ = -1;  // the last where nobody that is named speaks
  Outlook outlook_;
  Ref office_;                             // the last office that spoke
  std::vector<Speaker> heard_;             // who spoke before the sentence, then who speaks in it
  std::vector<Ref> groups_;                // named groups of listed members
  Modality modality_ = Modality::kActual;  // that the sentence before leaves open
  bool modality_semicolon_ = false;
  uint32_t modality_paragraph_ = 0;
  bool heading_ = false;   // the sentence before opens a list: it ends in : or ;
  bool numbered_ = false;  // or goes on with it, by its number alone
};

}  // namespace hanfact::extract
