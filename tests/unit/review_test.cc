// Editors' decisions: what they amount to, what is typed, what they do to facts, and the page's
// API.
#include "base/review.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <random>
#include <thread>

#include "pipeline/corrections.h"
#include "pipeline/remove.h"
#include "pipeline/review.h"
#include "review/api.h"
#include "store/review_reader.h"
#include "whole_runs.h"

namespace hanfact::testing {
namespace {

using pipeline::DecisionRequest;
using pipeline::FieldValues;
using pipeline::Refusal;
using pipeline::ReviewDesk;
using Json = nlohmann::json;

Review Row(int64_t id, Decision decision, const std::string& target_or_field = "",
           std::optional<std::string> value = std::nullopt) {
  Review r;
  r.review_id = id;
  r.decision = decision;
  (decision == Decision::kUndo ? r.target : r.field) = target_or_field;
  r.new_value = std::move(value);
  return r;
}

TEST(Standing, TheLastJudgementCounts) {
  EXPECT_EQ(StandingOf({}).status, ClaimStatus::kUnreviewed);
  EXPECT_EQ(StandingOf({Row(1, Decision::kAccept)}).status, ClaimStatus::kAccepted);
  EXPECT_EQ(StandingOf({Row(1, Decision::kAccept), Row(2, Decision::kReject)}).status,
            ClaimStatus::kRejected);
  EXPECT_EQ(StandingOf({Row(1, Decision::kReject), Row(2, Decision::kAccept)}).status,
            ClaimStatus::kAccepted);
  EXPECT_EQ(
      StandingOf({Row(1, Decision::kReject), Row(2, Decision::kCorrect, "value", "7")}).status,
      ClaimStatus::kCorrected);
  EXPECT_EQ(
      StandingOf({Row(1, Decision::kCorrect, "value", "7"), Row(2, Decision::kAccept)}).status,
      ClaimStatus::kCorrected);
  EXPECT_EQ(StandingOf({Row(1, Decision::kComment), Row(2, Decision::kFlag)}).status,
            ClaimStatus::kUnreviewed);
  EXPECT_TRUE(StandingOf({Row(2, Decision::kFlag)}).flagged);
}

TEST(Standing, OfAFieldTheLaterValueStands) {
  const auto standing = StandingOf({Row(1, Decision::kCorrect, "value", "7"),
                                    Row(2, Decision::kCorrect, "value", "8"),
                                    Row(3, Decision::kCorrect, "basis", std::nullopt)});
  EXPECT_EQ(standing.corrections,
            (FieldValues{{"value", std::optional<std::string>("8")}, {"basis", std::nullopt}}));
}

TEST(Standing, AnUndoTakesBackAndAnUndoOfItBringsBack) {
  std::vector<Review> rows{Row(1, Decision::kAccept), Row(2, Decision::kReject)};
  rows.push_back(Row(3, Decision::kUndo, "2"));
  EXPECT_EQ(StandingOf(rows).status, ClaimStatus::kAccepted);
  rows.push_back(Row(4, Decision::kUndo, "3"));
  EXPECT_EQ(StandingOf(rows).status, ClaimStatus::kRejected);
  rows.push_back(Row(5, Decision::kUndo, "4"));
  rows.push_back(Row(6, Decision::kUndo, "1"));
  EXPECT_EQ(StandingOf(rows).status, ClaimStatus::kUnreviewed);
  EXPECT_EQ(TakenBack(rows), (std::vector<bool>{true, true, false, true, false, false}));
  // An undo names what came before it: one of itself or of what is to come takes nothing back.
  EXPECT_EQ(StandingOf({Row(1, Decision::kUndo, "2"), Row(2, Decision::kAccept)}).status,
            ClaimStatus::kAccepted);
}

// Krippendorff 2004, section 11.3 (nominal data, two observers, ten units): alpha = .095.
TEST(Agreement, TheTextbooksExample) {
  const std::vector<int> a{0, 1, 0, 0, 0, 0, 0, 0, 1, 0}, b{1, 1, 1, 0, 0, 1, 0, 0, 0, 0};
  std::vector<std::vector<int>> units;
  for (size_t i = 0; i < a.size(); ++i) units.push_back({a[i], b[i]});
  const auto alpha = AgreementAlpha(units);
  ASSERT_TRUE(alpha);
  EXPECT_NEAR(*alpha, 0.095, 0.0005);
  // Who judged alone changes nothing.
  units.push_back({1});
  EXPECT_EQ(AgreementAlpha(units), alpha);
  EXPECT_EQ(AgreementAlpha({{0, 1}, {1, 0}}).value(), -0.5);
  EXPECT_EQ(AgreementAlpha({{0, 0}, {1, 1}}).value(), 1);
  EXPECT_FALSE(AgreementAlpha({{0, 0}}));
  EXPECT_FALSE(AgreementAlpha({}));
}

class ReviewTest : public ::testing::Test {
 protected:
  void SetUp() override {
    WriteFile(
        dir.File("in/a.txt"),
        "宁德时代公告，2025年营收为286.47亿元，同比增长23.5%。公司2025年净利润为41.36亿元。\n");
    WriteFile(dir.File("in/b.txt"), "记者获悉，宁德时代2025年营收为286亿元，员工总数为12000人。\n");
    WriteFile(dir.File("in/c.txt"),
              "据报道，宁德时代2025年实现营收268.47亿元，此前市场并无预期。\n");
    path = dir.File("f.db");
    IngestInto(path, {dir.File("in")});
    Open();
  }

  void Open() {
    auto opened = Database::Open(path, Database::Mode::kReview, "");
    ASSERT_TRUE(opened.ok()) << opened.error().message;
    database = std::move(*opened);
    desk = std::make_unique<ReviewDesk>(*database, SharedTools());
  }

  std::string Cell(const std::string& sql) {
    auto opened = Database::Open(path, Database::Mode::kRead, "");
    EXPECT_TRUE(opened.ok());
    store::Reader reader(**opened);
    auto rows = reader.Query(sql, {});
    EXPECT_TRUE(rows.ok()) << (rows.ok() ? "" : rows.error().message);
    return rows.ok() && !rows->empty() ? (*rows)[0][0].second.text : "";
  }
  std::string Id(const std::string& surface) {
    return Cell("SELECT claim_id FROM claims WHERE surface = '" + surface + "'");
  }
  int64_t LastReview(const std::string& claim_id) {
    const std::string text =
        Cell("SELECT coalesce(max(review_id), 0) FROM reviews WHERE claim_id = '" + claim_id + "'");
    return std::stoll(text);
  }

  pipeline::DecisionResult Decide(const std::string& claim_id, Decision decision,
                                  const FieldValues& fields = {}, const std::string& target = "") {
    DecisionRequest request;
    request.claim_id = claim_id;
    request.decision = decision;
    request.editor = "eve";
    request.fields = fields;
    request.target = target;
    request.seen = LastReview(claim_id);
    return desk->Decide(request, At());
  }
  std::vector<int64_t> Decided(const pipeline::DecisionResult& result) {
    if (const auto* refusal = std::get_if<Refusal>(&result)) {
      ADD_FAILURE() << refusal->message;
      return {};
    }
    return std::get<pipeline::Decided>(result).review_ids;
  }
  static std::string Refused(const pipeline::DecisionResult& result) {
    const auto* refusal = std::get_if<Refusal>(&result);
    return refusal == nullptr ? "" : refusal->message;
  }
  std::string At() { return "2026-01-01T00:00:" + std::to_string(100000 + at++) + "Z"; }

  TempDir dir;
  std::string path;
  std::unique_ptr<Database> database;
  std::unique_ptr<ReviewDesk> desk;
  int at = 0;
};

TEST_F(ReviewTest, ARejectedClaimBelongsToNoFactAndComesBack) {
  const std::string before = Dump(path);
  const std::string id = Id("268.47亿元");
  ASSERT_FALSE(id.empty());
  EXPECT_EQ(Cell("SELECT count(*) FROM conflicts"), "1");
  const auto rows = Decided(Decide(id, Decision::kReject));
  EXPECT_EQ(Cell("SELECT status FROM claims WHERE claim_id = '" + id + "'"), "rejected");
  EXPECT_EQ(Cell("SELECT count(*) FROM fact_claims WHERE claim_id = '" + id + "'"), "0");
  EXPECT_EQ(Cell("SELECT count(*) FROM conflicts"), "0");
  ExpectSound(path);
  Decided(desk->Undo(rows, "eve", At()));
  EXPECT_EQ(Cell("SELECT count(*) FROM conflicts"), "1");
  ExpectSound(path);
  // All is as it was, but for the reviews themselves.
  const std::string after = Dump(path);
  const auto without_reviews = [](const std::string& dump) {
    return dump.substr(0, dump.find("\nreviews "));
  };
  EXPECT_EQ(without_reviews(after), without_reviews(before));
}

TEST_F(ReviewTest, ACorrectedValueJoinsTheFactItAgreesWith) {
  const std::string id = Id("268.47亿元");
  Decided(Decide(id, Decision::kCorrect, {{"value", "286.47亿"}}));
  EXPECT_EQ(
      Cell("SELECT value || ' ' || precision || ' ' || status FROM claims WHERE claim_id = '" + id +
           "'"),
      "28647000000 1000000 corrected");
  EXPECT_EQ(Cell("SELECT value FROM claims_extracted WHERE claim_id = '" + id + "'"),
            "26847000000");
  EXPECT_EQ(Cell("SELECT count(*) FROM conflicts"), "0");
  EXPECT_EQ(Cell("SELECT claims FROM facts WHERE value = '28647000000'"), "3");
  ExpectSound(path);
}

TEST_F(ReviewTest, ACorrectedSubjectIsFiledUnderIt) {
  const std::string id = Id("12000人");
  Decided(Decide(id, Decision::kCorrect, {{"subject", "輝達"}, {"metric", "員工人數"}}));
  EXPECT_EQ(Cell("SELECT subject || ' ' || subject_id FROM claims WHERE claim_id = '" + id + "'"),
            "英伟达 us:nvda");
  EXPECT_EQ(Cell("SELECT canonical FROM entities WHERE entity_id = 'us:nvda'"), "英伟达");
  EXPECT_EQ(Cell("SELECT count(*) FROM facts WHERE subject = '英伟达'"), "1");
  ExpectSound(path);
  // Read anew with other rules, it stays so.
  Execute(path, "UPDATE rules_rows SET rules_digest = 'older'");
  {
    auto opened = Database::Open(path, Database::Mode::kCreate, "");
    pipeline::IngestOptions options;
    options.paths = {dir.File("in")};
    options.reprocess = true;
    options.now = [] { return std::string("2026-01-02T00:00:00Z"); };
    auto summary = pipeline::Ingest(options, SharedTools(), **opened);
    ASSERT_TRUE(summary.ok());
    EXPECT_EQ(summary->documents, 3);
  }
  EXPECT_EQ(Cell("SELECT count(*) FROM facts WHERE subject = '英伟达'"), "1");
  EXPECT_EQ(Cell("SELECT count(*) FROM entities WHERE entity_id = 'us:nvda'"), "1");
  ExpectSound(path);
}

TEST_F(ReviewTest, ReviewsOfARemovedDocumentWaitForIt) {
  const std::string id = Id("268.47亿元");
  Decided(Decide(id, Decision::kCorrect, {{"metric", "研发费用"}, {"value", "2亿"}}));
  const std::string corrected = Dump(path);
  {
    auto opened = Database::Open(path, Database::Mode::kWrite, "");
    pipeline::RunOptions options;
    options.now = [] { return std::string("2026-01-02T00:00:00Z"); };
    pipeline::Selection selection;
    selection.locators = {"*c.txt"};
    auto selected = pipeline::Select(selection, **opened);
    ASSERT_TRUE(selected.ok());
    ASSERT_EQ(selected->documents.size(), 1u);
    ASSERT_TRUE(pipeline::Remove(*selected, options, **opened).ok());
  }
  EXPECT_EQ(Cell("SELECT count(*) FROM claims WHERE claim_id = '" + id + "'"), "0");
  EXPECT_NE(Cell("SELECT count(*) FROM reviews"), "0");
  ExpectSound(path);
  IngestInto(path, {dir.File("in")});
  ExpectSound(path);
  EXPECT_EQ(Dump(path), corrected);
}

TEST_F(ReviewTest, MergeTakesOverWhatTheOtherIsOf) {
  const std::string id = Id("12000人"), other = Id("41.36亿元");
  EXPECT_NE(Refused(Decide(id, Decision::kMerge, {}, other)).find("correct the unit"),
            std::string::npos);
  const std::string late = Id("268.47亿元"), right = Id("286.47亿元");
  EXPECT_EQ(Refused(Decide(late, Decision::kMerge, {}, right)),
            "both say already that they are of the same");
  Decided(Decide(late, Decision::kCorrect, {{"metric", "研发费用"}}));
  EXPECT_EQ(Cell("SELECT count(*) FROM conflicts"), "0");
  Decided(Decide(late, Decision::kMerge, {}, right));
  EXPECT_EQ(Cell("SELECT metric || ' ' || metric_id FROM claims WHERE claim_id = '" + late + "'"),
            "营收 revenue");
  EXPECT_EQ(Cell("SELECT count(*) FROM conflicts"), "1");
  ExpectSound(path);
}

TEST_F(ReviewTest, SplitKeepsAClaimByItself) {
  const std::string id = Id("286亿元"), other = Id("286.47亿元");
  EXPECT_EQ(Cell("SELECT claims FROM facts WHERE claim_id = '" + other + "'"), "2");
  Decided(Decide(id, Decision::kSplit, {}, other));
  EXPECT_EQ(Cell("SELECT claims FROM facts WHERE claim_id = '" + other + "'"), "1");
  EXPECT_EQ(Cell("SELECT claims FROM facts WHERE claim_id = '" + id + "'"), "1");
  ExpectSound(path);
  EXPECT_EQ(Refused(Decide(id, Decision::kSplit, {}, other)), "it stands apart already");
}

TEST_F(ReviewTest, WhoDecidedMeanwhileIsHeard) {
  const std::string id = Id("286亿元");
  DecisionRequest request;
  request.claim_id = id;
  request.editor = "adam";
  request.decision = Decision::kReject;
  request.reason = "wrong_number";
  const auto first = Decided(desk->Decide(request, At()));
  // The answer was lost, the page sends it again: it is not stored twice.
  EXPECT_EQ(Decided(desk->Decide(request, At())), first);
  request.editor = "eve";
  const auto late = desk->Decide(request, At());
  ASSERT_TRUE(std::holds_alternative<Refusal>(late));
  EXPECT_EQ(std::get<Refusal>(late).kind, Refusal::Kind::kOvertaken);
  EXPECT_EQ(Cell("SELECT count(*) FROM reviews"), "1");
}

TEST_F(ReviewTest, AllOrNothing) {
  DecisionRequest request;
  request.editor = "eve";
  request.decision = Decision::kAccept;
  const auto result = desk->DecideAll({Id("286亿元"), "nobody"}, request, At());
  EXPECT_EQ(std::get<Refusal>(result).kind, Refusal::Kind::kUnknown);
  EXPECT_EQ(Cell("SELECT count(*) FROM reviews"), "0");
  EXPECT_EQ(Decided(desk->DecideAll({Id("286亿元"), Id("12000人")}, request, At())).size(), 2u);
  EXPECT_EQ(Cell("SELECT count(*) FROM claims WHERE status = 'accepted'"), "2");
  EXPECT_EQ(Decided(desk->Undo({1, 2}, "eve", At())).size(), 2u);
  EXPECT_EQ(Cell("SELECT count(*) FROM claims WHERE status = 'accepted'"), "0");
  EXPECT_NE(Refused(desk->Undo({1}, "eve", At())), "");
  EXPECT_NE(Refused(desk->Undo({99}, "eve", At())), "");
}

TEST_F(ReviewTest, WhatCannotBeIsRefused) {
  const std::string id = Id("286亿元");
  const FieldValues wrong[] = {
      {{"value", "abc"}},
      {{"value", std::nullopt}},
      {{"unit", "绿色"}},
      {{"kind", "large"}},
      {{"kind", std::nullopt}},
      {{"modality", "maybe"}},
      {{"direction", "sideways"}},
      {{"period_end", "2025"}},
      {{"period_start", "某天"}},
      {{"period_end", "2020-01-01"}},
      {{"colour", "red"}},
      {{"value", "3"}, {"low", "2"}},
      {{"low", "5"}, {"high", "4"}},
      {{"period_start", std::nullopt}},
      {{"value", "286亿"}},  // as it is
  };
  for (const FieldValues& fields : wrong) {
    const auto result = Decide(id, Decision::kCorrect, fields);
    ASSERT_TRUE(std::holds_alternative<Refusal>(result)) << fields.begin()->first;
    EXPECT_EQ(std::get<Refusal>(result).kind, Refusal::Kind::kInvalid);
  }
  EXPECT_NE(Refused(Decide(id, Decision::kComment)), "");
  EXPECT_NE(Refused(Decide(id, Decision::kMerge, {}, id)), "");
  EXPECT_NE(Refused(Decide("nobody", Decision::kAccept)), "");
  EXPECT_EQ(Cell("SELECT count(*) FROM reviews"), "0");
}

TEST_F(ReviewTest, WhatIsTypedIsReadAsAnArticleIs) {
  struct Case {
    FieldValues typed;
    std::map<std::string, std::string> columns;  // "" for none
  };
  const Case cases[] = {
      {{{"value", "287.00亿"}}, {{"value", "28700000000"}, {"precision", "1000000"}}},
      {{{"value", "28,700,000,000"}}, {{"value", "28700000000"}, {"precision", "1"}}},
      {{{"value", "约30亿美元"}}, {{"value", "3000000000"}, {"unit", "USD"}, {"bound", "about"}}},
      {{{"value", "-5"}}, {{"value", "-5"}}},
      {{{"low", "280亿"}, {"high", "290亿"}},
       {{"low", "28000000000"}, {"high", "29000000000"}, {"value", ""}, {"bound", "range"}}},
      {{{"unit", "美元"}}, {{"unit", "USD"}}},
      {{{"unit", "%"}}, {{"unit", "percent"}}},
      {{{"unit", "count:家"}}, {{"unit", "count:家"}}},
      {{{"subject", "輝達"}}, {{"subject", "英伟达"}, {"subject_id", "us:nvda"}}},
      {{{"subject", "某地的小店"}}, {{"subject", "某地的小店"}, {"subject_id", ""}}},
      {{{"metric", "淨利潤"}}, {{"metric", "净利润"}, {"metric_id", "net_profit"}}},
      {{{"period_start", "2024年三季度"}},
       {{"period_start", "2024-07-01"}, {"period_end", "2024-09-30"}}},
      {{{"period_start", std::nullopt}, {"period_end", std::nullopt}},
       {{"period_start", ""}, {"period_end", ""}}},
      {{{"direction", "up"}, {"basis", "yoy"}}, {{"direction", "up"}, {"basis", "yoy"}}},
  };
  store::Writer writer(*database);
  const auto claim = writer.FindClaim(Id("286.47亿元"));
  ASSERT_TRUE(claim);
  for (const Case& c : cases) {
    auto read = pipeline::ReadCorrection(c.typed, *claim, SharedTools());
    ASSERT_TRUE(std::holds_alternative<pipeline::Correction>(read))
        << std::get<pipeline::BadField>(read).message;
    const auto& columns = std::get<pipeline::Correction>(read).columns;
    for (const auto& [column, want] : c.columns) {
      const auto it = columns.find(column);
      const auto& is = it != columns.end() ? it->second : claim->fields.at(column);
      EXPECT_EQ(is.value_or(""), want) << column;
    }
  }
}

// Whatever is decided in whatever order, the facts are those that the claims as they stand make,
// and taking everything back gives the database of before.
TEST_F(ReviewTest, AnyDecisionsLeaveTheDatabaseSound) {
  // Many facts of one subject and measure, so that they are built in parts.
  std::string text = "宁德时代公布旧账。";
  for (int i = 0; i < 60; ++i) {
    const std::string month = std::to_string(1 + i % 12), value = std::to_string(100 + 7 * i);
    text += "宁德时代2024年" + month + "月营收为" + value + "亿元。";
  }
  WriteFile(dir.File("in/d.txt"), text + "\n");
  IngestInto(path, {dir.File("in")});
  const std::string before = Dump(path);
  std::vector<std::string> ids;
  {
    auto opened = Database::Open(path, Database::Mode::kRead, "");
    store::Reader reader(**opened);
    const auto rows = reader.Query("SELECT claim_id FROM claims ORDER BY 1", {});
    ASSERT_TRUE(rows.ok());
    for (const store::Row& row : *rows) ids.push_back(row[0].second.text);
  }
  ASSERT_GT(ids.size(), 60u);
  std::mt19937 random(20260101);
  const auto pick = [&](size_t n) { return static_cast<size_t>(random() % n); };
  std::vector<std::vector<int64_t>> done;
  const FieldValues corrections[] = {
      {{"value", "107亿"}},
      {{"value", "240亿"}},
      {{"subject", "英伟达"}},
      {{"metric", "净利润"}},
      {{"period_start", "2024年5月"}},
      {{"basis", "yoy"}, {"kind", "change"}},
      {{"modality", "forecast"}},
      {{"unit", "USD"}},
  };
  for (int step = 0; step < 120; ++step) {
    const std::string& id = ids[pick(ids.size())];
    pipeline::DecisionResult result;
    bool undo = false;
    switch (pick(6)) {
      case 0:
        result = Decide(id, Decision::kAccept);
        break;
      case 1:
        result = Decide(id, Decision::kReject);
        break;
      case 2:
        result = Decide(id, Decision::kMerge, {}, ids[pick(ids.size())]);
        break;
      case 3:
        result = Decide(id, Decision::kSplit, {}, ids[pick(ids.size())]);
        break;
      case 4:
        if (!done.empty()) {
          const size_t at_done = pick(done.size());
          result = desk->Undo(done[at_done], "eve", At());
          done.erase(done.begin() + static_cast<std::ptrdiff_t>(at_done));
          if (std::holds_alternative<Refusal>(result)) ADD_FAILURE() << Refused(result);
          undo = true;
          break;
        }
        [[fallthrough]];
      default:
        result = Decide(id, Decision::kCorrect, corrections[pick(std::size(corrections))]);
    }
    if (const auto* stored = std::get_if<pipeline::Decided>(&result); stored && !undo) {
      done.push_back(stored->review_ids);
    }
    if (step % 20 == 19) {
      ExpectSound(path);
      if (HasFailure()) return;
    }
  }
  ASSERT_GT(done.size(), 40u);
  while (!done.empty()) {
    Decided(desk->Undo(done.back(), "eve", At()));
    done.pop_back();
    if (HasFailure()) return;
  }
  ExpectSound(path);
  const std::string after = Dump(path);
  // Up to the reviews themselves, but for entities: those of corrections stay.
  const auto facts = [](const std::string& dump) {
    return dump.substr(dump.find("\nclaims "), dump.find("\nreviews ") - dump.find("\nclaims "));
  };
  const std::string was = facts(before), is = facts(after);
  const size_t same = static_cast<size_t>(
      std::mismatch(is.begin(), is.end(), was.begin(), was.end()).first - is.begin());
  EXPECT_TRUE(is == was) << is.substr(same > 200 ? same - 200 : 0, 400);
}

// Editors go on while a run writes: what comes of both is what comes of the decisions after the
// run.
TEST_F(ReviewTest, DecisionsBesideARunEndAsAfterIt) {
  // What is decided on is there; the run adds claims to the very same facts, many batches of them.
  for (int i = 0; i < 300; ++i) {
    const std::string n = std::to_string(i), value = std::to_string(280 + i % 20);
    WriteFile(dir.File("more/" + n + ".txt"), "第" + n + "号消息称，宁德时代2025年营收为" + value +
                                                  "亿元。员工总数为1" + n + "00人。\n");
  }
  const std::string ids[] = {Id("286.47亿元"), Id("286亿元"), Id("268.47亿元"), Id("12000人"),
                             Id("23.5%")};
  std::vector<DecisionRequest> made;
  {
    std::atomic<bool> running = true;
    std::thread run([&] {
      pipeline::BatchLimits limits;
      limits.drain_each_batch_up_to = 128;
      limits.pending_claims = 100;
      limits.fact_claims_at_once = 50;
      IngestInto(path, {dir.File("more")}, 2, false, limits);
      running = false;
    });
    std::mt19937 random(7);
    for (int step = 0; step < 400 && (running || step < 20); ++step) {
      DecisionRequest request;
      request.claim_id = ids[random() % std::size(ids)];
      request.editor = "eve";
      request.seen = INT64_MAX;  // nobody else decides
      switch (random() % 3) {
        case 0:
          request.decision = Decision::kReject;
          break;
        case 1:
          request.decision = Decision::kAccept;
          break;
        default:
          request.decision = Decision::kCorrect;
          request.fields = {{"value", std::to_string(280 + random() % 20) + "亿"}};
      }
      const auto result = desk->Decide(request, At());
      if (std::holds_alternative<pipeline::Decided>(result)) made.push_back(request);
      std::this_thread::sleep_for(std::chrono::milliseconds(2));
    }
    run.join();
  }
  ASSERT_GT(made.size(), 10u);
  ExpectSound(path);

  const std::string after = dir.File("after.db");
  IngestInto(after, {dir.File("in")});
  IngestInto(after, {dir.File("more")});
  auto opened = Database::Open(after, Database::Mode::kReview, "");
  ASSERT_TRUE(opened.ok());
  ReviewDesk other(**opened, SharedTools());
  at = 0;
  for (const DecisionRequest& request : made) Decided(other.Decide(request, At()));
  const auto but_times = [](std::string dump) { return dump.substr(0, dump.find("\nreviews ")); };
  const std::string is = but_times(Dump(path)), want = but_times(Dump(after));
  const size_t same = static_cast<size_t>(
      std::mismatch(is.begin(), is.end(), want.begin(), want.end()).first - is.begin());
  EXPECT_TRUE(is == want) << is.substr(same > 200 ? same - 200 : 0, 400);
}

class ApiTest : public ReviewTest {
 protected:
  void SetUp() override {
    ReviewTest::SetUp();
    auto opened = review::Api::Open({path, "eve", "test", [this] { return At(); }}, SharedTools());
    ASSERT_TRUE(opened.ok()) << opened.error().message;
    api = std::move(*opened);
  }
  Json Get(const std::string& door, std::map<std::string, std::string> query = {},
           int status = 200) {
    const review::Response out = api->Handle({"GET", door, std::move(query), ""});
    EXPECT_EQ(out.status, status) << out.body;
    return Json::parse(out.body);
  }
  Json Post(const std::string& door, const Json& body, int status = 200) {
    const review::Response out = api->Handle({"POST", door, {}, body.dump()});
    EXPECT_EQ(out.status, status) << out.body;
    return Json::parse(out.body);
  }
  std::unique_ptr<review::Api> api;
};

TEST_F(ApiTest, TheQueueShowsConflictsFirstAndEndsWhenAllIsDecided) {
  const Json queue = Get("/api/queue");
  ASSERT_EQ(queue["matching"], queue["claims"].size());
  const std::string first = queue["claims"][0]["surface"];
  EXPECT_TRUE(first == "268.47亿元" || first.starts_with("286")) << first;
  size_t left = queue["claims"].size();
  for (const Json& claim : queue["claims"]) {
    const Json answer = Post(
        "/api/decide",
        {{"claim_id", claim["claim_id"]}, {"decision", "accept"}, {"editor", "eve"}, {"seen", 0}});
    EXPECT_EQ(answer["claim"]["status"], "accepted");
    EXPECT_EQ(Get("/api/queue", {{"skip", "x"}})["matching"], --left);
  }
  EXPECT_EQ(Get("/api/queue")["claims"].size(), 0u);
  EXPECT_EQ(Get("/api/queue", {{"status", "accepted"}})["matching"], queue["matching"]);
  EXPECT_EQ(Get("/api/summary")["by_status"]["accepted"], queue["matching"]);
  const Json history = Get("/api/history")["actions"];
  ASSERT_EQ(history.size(), queue["claims"].size());
  Post("/api/undo", {{"review_ids", history[0]["review_ids"]}, {"editor", "eve"}});
  EXPECT_EQ(Get("/api/queue")["matching"], 1);
}

TEST_F(ApiTest, FiltersNarrowAndAreChecked) {
  EXPECT_EQ(Get("/api/queue", {{"metric", "淨利潤"}})["matching"], 1);
  EXPECT_EQ(Get("/api/queue", {{"q", "员工总数"}})["claims"][0]["surface"], "286亿元");
  EXPECT_EQ(Get("/api/queue", {{"subject", "寧德時代"}, {"kind", "change"}})["matching"], 1);
  EXPECT_EQ(Get("/api/queue", {{"conflicts", "1"}})["matching"], 3);
  EXPECT_EQ(Get("/api/queue", {{"status", "rejected"}})["matching"], 0);
  EXPECT_EQ(Get("/api/queue", {{"max_confidence", "0"}})["matching"], 0);
  EXPECT_NE(Get("/api/queue", {{"colour", "red"}}, 400)["error"].get<std::string>().find("colour"),
            std::string::npos);
  Get("/api/queue", {{"max_confidence", "high"}}, 400);
  Get("/api/queue", {{"status", "odd"}}, 400);
  Get("/api/nothing", {}, 404);
  Get("/api/decide", {}, 405);
}

TEST_F(ApiTest, AClaimComesWithItsEvidence) {
  const Json one = Get("/api/claim/" + Id("268.47亿元"));
  EXPECT_EQ(one["claim"]["value"], "26847000000");
  EXPECT_EQ(one["document"]["text"].get<std::string>().substr(0, 3), "据");
  ASSERT_FALSE(one["spans"].empty());
  EXPECT_EQ(one["others"][0]["relation"], "contradiction");
  EXPECT_FALSE(one["others"][0]["explanation"].is_null());
  EXPECT_EQ(one["fact"]["claims"], 1);
  EXPECT_TRUE(one["history"].empty());
  const Json neighbours = Get("/api/claim/" + Id("23.5%"))["neighbours"];
  EXPECT_EQ(neighbours["previous"], Id("286.47亿元"));
  EXPECT_EQ(neighbours["next"], Id("41.36亿元"));
  Get("/api/claim/nobody", {}, 404);
}

TEST_F(ApiTest, ACorrectionShowsWhatWasExtracted) {
  const std::string id = Id("23.5%");
  const Json answer = Post("/api/decide", {{"claim_id", id},
                                           {"decision", "correct"},
                                           {"editor", "eve"},
                                           {"fields", {{"value", "25.3"}, {"basis", nullptr}}},
                                           {"seen", 0}});
  EXPECT_EQ(answer["claim"]["value"], "25.3");
  const Json one = Get("/api/claim/" + id);
  EXPECT_EQ(one["extracted"]["value"], "23.5");
  EXPECT_EQ(one["extracted"]["basis"], "yoy");
  EXPECT_TRUE(one["claim"]["basis"].is_null());
  EXPECT_EQ(one["history"].size(), answer["review_ids"].size());
  const Json refused = Post("/api/decide",
                            {{"claim_id", id},
                             {"decision", "correct"},
                             {"editor", "eve"},
                             {"fields", {{"value", "much"}}},
                             {"seen", answer["review_ids"].back()}},
                            422);
  EXPECT_EQ(refused["field"], "value");
  Post("/api/decide", {{"claim_id", id}, {"decision", "accept"}, {"editor", "adam"}, {"seen", 0}},
       409);
  Post("/api/decide", {{"claim_id", id}, {"decision", "maybe"}, {"editor", "adam"}}, 400);
  Post("/api/decide", Json::array(), 400);
}

TEST_F(ApiTest, ABatchDoesWhatWasShownOrNothing) {
  const Json body = {
      {"filter", {{"conflicts", "1"}}}, {"decision", "flag"}, {"editor", "eve"}, {"expect", 2}};
  Post("/api/batch", body, 409);
  EXPECT_EQ(Get("/api/summary")["flagged"], 0);
  Json right = body;
  right["expect"] = 3;
  const Json answer = Post("/api/batch", right);
  EXPECT_EQ(answer["claims"], 3);
  EXPECT_EQ(Get("/api/queue", {{"flagged", "1"}})["matching"], 3);
  // One action, taken back as one.
  const Json history = Get("/api/history")["actions"];
  ASSERT_EQ(history.size(), 1u);
  Post("/api/undo", {{"review_ids", history[0]["review_ids"]}, {"editor", "eve"}});
  EXPECT_EQ(Get("/api/summary")["flagged"], 0);
}

TEST_F(ApiTest, CompletionKnowsNamesInBothScripts) {
  const auto first = [&](const char* field, const char* part) {
    return Get("/api/values", {{"field", field}, {"q", part}})["values"][0]["value"];
  };
  EXPECT_EQ(first("metric", "淨利潤"), "净利润");
  EXPECT_EQ(first("subject", "寧德"), Cell("SELECT subject FROM claims LIMIT 1"));
  EXPECT_EQ(first("unit", "CN"), "CNY");
  Get("/api/values", {{"field", "colour"}}, 400);
}

TEST_F(ApiTest, TwoEditorsAgreement) {
  const std::string ids[] = {Id("286.47亿元"), Id("286亿元"), Id("41.36亿元")};
  const auto judge = [&](const std::string& id, const char* decision, const char* editor) {
    Post("/api/decide",
         {{"claim_id", id}, {"decision", decision}, {"editor", editor}, {"seen", LastReview(id)}});
  };
  for (const std::string& id : ids) judge(id, "accept", "adam");
  judge(ids[0], "accept", "eve");
  judge(ids[1], "reject", "eve");
  const Json summary = Get("/api/summary");
  EXPECT_EQ(summary["agreement"]["claims"], 2);
  EXPECT_TRUE(summary["agreement"]["alpha"].is_number());
  EXPECT_EQ(summary["by_editor"][0]["editor"], "adam");
  EXPECT_EQ(summary["by_editor"][0]["accept"], 3);
  EXPECT_EQ(summary["by_editor"][1]["reject"], 1);
}

}  // namespace
}  // namespace hanfact::testing
