#include "pipeline/review.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "pipeline/aspects.h"

namespace hanfact::pipeline {
namespace {

// What tells which fact a claim is of: a merge takes these over. Who said it only tells forecasts
// apart (contract, section 5).
constexpr std::string_view kIdentity[] = {"subject",    "subject_id", "metric", "metric_id",
                                          "scope",      "kind",       "basis",  "period_start",
                                          "period_end", "modality"};
constexpr std::string_view kSpeaker[] = {"attribution", "attribution_id"};

// A key of the scope that no table gives: it keeps a claim that was split off by itself.
constexpr const char* kApart = "apart";

Refusal Invalid(std::string message, std::string field = "") {
  return {Refusal::Kind::kInvalid, std::move(message), std::move(field)};
}

bool ChangesFacts(const Standing& before, const Standing& after) {
  return before.corrections != after.corrections ||
         (before.status == ClaimStatus::kRejected) != (after.status == ClaimStatus::kRejected);
}

}  // namespace

// From Begin to Commit or Rollback, whichever comes first.
class ReviewDesk::Transaction {
 public:
  explicit Transaction(store::Writer& writer) : writer_(writer) { writer_.Begin(); }
  ~Transaction() {
    if (open_) writer_.Rollback();
  }
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;

  // `review` without what it is attached by; `claim` is as it was before.
  void Add(Review review, const store::ReviewedClaim& claim) {
    review.document_id = claim.document_id;
    review.surface = claim.surface;
    review.sentence = claim.sentence;
    out_.review_ids.push_back(writer_.AddReview(review));
  }

  // To be called once all reviews of a claim are added; `claim` is as it was before.
  void Settle(const std::string& claim_id, const store::ReviewedClaim& claim) {
    out_.claim_ids.push_back(claim_id);
    if (!ChangesFacts(claim.standing, StandingOf(writer_.ReviewsOf(claim_id)))) return;
    for (const store::PendingAspect& aspect : writer_.FileReviewed(claim.no)) {
      store::PendingAspect& touched = touched_[aspect.aspect];
      touched.aspect = aspect.aspect;
      touched.whole = touched.whole || aspect.whole;
      touched.claims.insert(touched.claims.end(), aspect.claims.begin(), aspect.claims.end());
    }
  }

  DecisionResult Commit() {
    for (auto& [number, aspect] : touched_) {
      std::sort(aspect.claims.begin(), aspect.claims.end());
      aspect.claims.erase(std::unique(aspect.claims.begin(), aspect.claims.end()),
                          aspect.claims.end());
      writer_.Apply(PlanAspect(writer_.facts(), aspect));
    }
    open_ = false;
    if (Status status = writer_.Commit(); !status.ok()) {
      return Refusal{Refusal::Kind::kUnavailable,
                     "the decision could not be stored: " + status.error().message, ""};
    }
    return std::move(out_);
  }

 private:
  store::Writer& writer_;
  bool open_ = true;
  Decided out_;
  std::map<int64_t, store::PendingAspect> touched_;
};

ReviewDesk::ReviewDesk(store::Database& database, const Tools& tools)
    : writer_(database), tools_(tools) {
  writer_.SetAspectMaker(AspectOf);
}

namespace {

// The reviews that carry out a request, without what they are attached by.
class Drafting {
 public:
  Drafting(const DecisionRequest& request, const std::string& at, const store::ReviewedClaim& claim,
           store::Writer& writer, const Tools& tools)
      : request_(request), claim_(claim), writer_(writer), tools_(tools) {
    plain_.claim_id = request.claim_id;
    plain_.decision = request.decision;
    plain_.editor = request.editor;
    plain_.at = at;
    plain_.note = request.note;
  }

  std::variant<std::vector<Review>, Refusal> Run() {
    switch (request_.decision) {
      case Decision::kAccept:
      case Decision::kFlag:
        return std::vector<Review>{plain_};
      case Decision::kComment:
        if (request_.note.empty()) return Invalid("a comment needs a text");
        return std::vector<Review>{plain_};
      case Decision::kReject:
        if (!request_.reason.empty() &&
            std::none_of(std::begin(kRejectReasons), std::end(kRejectReasons),
                         [&](const RejectReason& r) { return r.code == request_.reason; })) {
          return Invalid(request_.reason + " is no reason to reject by");
        }
        plain_.reason = request_.reason;
        return std::vector<Review>{plain_};
      case Decision::kCorrect:
        return Correct();
      case Decision::kMerge:
        return Merge();
      case Decision::kSplit:
        return Split();
      case Decision::kUndo:
        break;
    }
    return Invalid("an undo names the reviews it takes back");
  }

 private:
  std::vector<Review> Rows(const FieldValues& columns) const {
    std::vector<Review> out;
    for (const auto& [column, value] : columns) {
      Review row = plain_;
      row.field = column;
      const auto it = claim_.fields.find(column);
      if (it != claim_.fields.end()) row.old_value = it->second;
      row.new_value = value;
      out.push_back(std::move(row));
    }
    return out;
  }

  std::variant<std::vector<Review>, Refusal> Correct() {
    auto read = ReadCorrection(request_.fields, claim_, tools_);
    if (auto* bad = std::get_if<BadField>(&read)) return Invalid(bad->message, bad->field);
    Correction& correction = std::get<Correction>(read);
    // A name that only this database knows is the entity it was found as.
    for (const std::string field : {"subject", "attribution"}) {
      const auto it = correction.columns.find(field);
      if (it == correction.columns.end() || !it->second) continue;
      std::optional<std::string>& id = correction.columns[field + "_id"];
      if (!id) id = writer_.EntityNamed(*it->second);
    }
    if (correction.columns.empty()) return Invalid("nothing was changed");
    for (const store::EntityRow& entity : correction.entities) writer_.AddEntity(entity);
    return Rows(correction.columns);
  }

  std::variant<std::vector<Review>, Refusal> Merge() {
    const auto other = Other();
    if (!other) return Invalid("a merge needs another claim, one that is there");
    if (other->fields.at("unit") != claim_.fields.at("unit")) {
      return Invalid("one is in " + claim_.fields.at("unit").value_or("") + ", the other in " +
                     other->fields.at("unit").value_or("") +
                     ": correct the unit first if they mean the same");
    }
    FieldValues columns;
    const auto take_over = [&](std::string_view column) {
      const std::string name(column);
      if (other->fields.at(name) != claim_.fields.at(name)) columns[name] = other->fields.at(name);
    };
    for (const std::string_view column : kIdentity) take_over(column);
    if (other->fields.at("modality") != ToString(Modality::kActual)) {
      for (const std::string_view column : kSpeaker) take_over(column);
    }
    if (columns.empty()) return Invalid("both say already that they are of the same");
    plain_.target = request_.target;
    return Rows(columns);
  }

  std::variant<std::vector<Review>, Refusal> Split() {
    if (!Other()) return Invalid("a split needs the claim that this one is not the same as");
    nlohmann::json scope =
        nlohmann::json::parse(claim_.fields.at("scope").value_or("{}"), nullptr, false);
    if (!scope.is_object()) scope = nlohmann::json::object();
    if (scope.contains(kApart)) return Invalid("it stands apart already");
    // By its own id: two that are split off the same fact are not one because of it.
    scope[kApart] = request_.claim_id;
    plain_.target = request_.target;
    return Rows({{"scope", scope.dump()}});
  }

  std::optional<store::ReviewedClaim> Other() const {
    if (request_.target.empty() || request_.target == request_.claim_id) return std::nullopt;
    return writer_.FindClaim(request_.target);
  }

  const DecisionRequest& request_;
  const store::ReviewedClaim& claim_;
  store::Writer& writer_;
  const Tools& tools_;
  Review plain_;
};

// The reviews after `seen`, where all of them are what the drafts would store: an answer was lost.
std::optional<Decided> StoredBefore(const std::vector<Review>& reviews, int64_t seen,
                                    const DecisionRequest& request) {
  Decided out{{}, {request.claim_id}};
  for (const Review& r : reviews) {
    if (r.review_id <= seen) continue;
    if (r.editor != request.editor || r.decision != request.decision ||
        r.reason != request.reason || r.note != request.note || r.target != request.target) {
      return std::nullopt;
    }
    out.review_ids.push_back(r.review_id);
  }
  return out;
}

}  // namespace

DecisionResult ReviewDesk::Decide(const DecisionRequest& request, const std::string& at) {
  if (request.editor.empty()) return Invalid("a decision needs the editor's name");
  Transaction transaction(writer_);
  const auto claim = writer_.FindClaim(request.claim_id);
  if (!claim) {
    return Refusal{Refusal::Kind::kUnknown,
                   "there is no claim " + request.claim_id +
                       " any more: the article was removed, or read anew with other rules",
                   ""};
  }
  const std::vector<Review> reviews = writer_.ReviewsOf(request.claim_id);
  if (!reviews.empty() && reviews.back().review_id > request.seen) {
    if (auto stored = StoredBefore(reviews, request.seen, request)) return std::move(*stored);
    return Refusal{Refusal::Kind::kOvertaken,
                   reviews.back().editor + " decided on this claim meanwhile", ""};
  }
  auto drafts = Drafting(request, at, *claim, writer_, tools_).Run();
  if (auto* refusal = std::get_if<Refusal>(&drafts)) return std::move(*refusal);
  for (Review& review : std::get<std::vector<Review>>(drafts)) {
    transaction.Add(std::move(review), *claim);
  }
  transaction.Settle(request.claim_id, *claim);
  return transaction.Commit();
}

DecisionResult ReviewDesk::DecideAll(const std::vector<std::string>& claim_ids,
                                     const DecisionRequest& request, const std::string& at) {
  if (request.editor.empty()) return Invalid("a decision needs the editor's name");
  if (claim_ids.size() > kMostAtOnce) {
    return Invalid(std::to_string(claim_ids.size()) + " claims are more than the " +
                   std::to_string(kMostAtOnce) + " of one step: narrow the filter");
  }
  if (request.decision == Decision::kCorrect || request.decision == Decision::kMerge ||
      request.decision == Decision::kSplit) {
    return Invalid("many claims at once can be accepted, rejected, flagged or commented");
  }
  Transaction transaction(writer_);
  for (const std::string& id : claim_ids) {
    const auto claim = writer_.FindClaim(id);
    if (!claim) {
      return Refusal{Refusal::Kind::kUnknown, "there is no claim " + id + " any more", ""};
    }
    DecisionRequest one = request;
    one.claim_id = id;
    auto drafts = Drafting(one, at, *claim, writer_, tools_).Run();
    if (auto* refusal = std::get_if<Refusal>(&drafts)) return std::move(*refusal);
    for (Review& review : std::get<std::vector<Review>>(drafts)) {
      transaction.Add(std::move(review), *claim);
    }
    transaction.Settle(id, *claim);
  }
  return transaction.Commit();
}

DecisionResult ReviewDesk::Undo(const std::vector<int64_t>& review_ids, const std::string& editor,
                                const std::string& at) {
  if (editor.empty()) return Invalid("an undo needs the editor's name");
  if (review_ids.empty()) return Invalid("there is nothing to take back");
  Transaction transaction(writer_);
  std::map<std::string, std::optional<store::ReviewedClaim>> claims;  // as before, by holder
  for (const int64_t id : review_ids) {
    const auto review = writer_.FindReview(id);
    if (!review) {
      return Refusal{Refusal::Kind::kUnknown, "there is no review " + std::to_string(id), ""};
    }
    const std::string holder = writer_.HolderOf(review->claim_id);
    if (!claims.contains(holder)) claims[holder] = writer_.FindClaim(holder);
    const std::vector<Review> all = writer_.ReviewsOf(holder);
    const std::vector<bool> taken_back = TakenBack(all);
    for (size_t i = 0; i < all.size(); ++i) {
      if (all[i].review_id == id && taken_back[i]) {
        return Invalid("review " + std::to_string(id) + " was taken back before");
      }
    }
    Review undo;
    undo.claim_id = review->claim_id;
    undo.decision = Decision::kUndo;
    undo.target = std::to_string(id);
    undo.editor = editor;
    undo.at = at;
    store::ReviewedClaim attached;
    attached.document_id = review->document_id;
    attached.surface = review->surface;
    attached.sentence = review->sentence;
    transaction.Add(std::move(undo), attached);
  }
  for (const auto& [holder, claim] : claims) {
    if (claim) transaction.Settle(holder, *claim);  // else detached: nothing to lay it over
  }
  return transaction.Commit();
}

}  // namespace hanfact::pipeline
