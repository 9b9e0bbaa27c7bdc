#include "store/claim_reader.h"

#include <cstdlib>
#include <utility>

namespace hanfact::store {
namespace {

constexpr size_t kKept = 500;  // of each kind, before they are read anew
constexpr size_t kFramesKept = 2000;  // small, and of as many sorts as the rules make
// Terms are made of what is kept, and are of use while the claims of one aspect are read.
constexpr size_t kTermsKept = 256;

constexpr std::string_view kClaimByNumber =
    "SELECT no, claim_id, document_no, frame_no, subject_no, metric_no, period_no, attribution_no,"
    " value, low, high, surface FROM claim_rows WHERE no = ?1";

// A claim with reviews, as the view lays corrections over it.
constexpr std::string_view kReviewedClaim =
    "SELECT c.subject, c.subject_id, c.metric, c.metric_id, c.scope, c.kind, c.value, c.low,"
    " c.high, c.precision, c.unit, c.bound, c.direction, c.basis, c.period_start, c.period_end,"
    " c.modality, c.attribution, c.attribution_id, (SELECT e.fiscal_year_end FROM entity_rows e"
    " WHERE e.entity_id = c.subject_id) FROM corrected_claim_rows c WHERE c.no = ?1";

std::optional<Moment> ParsePoint(const std::string& text) {
  auto date = ParseDate(text);
  if (!date) return std::nullopt;
  Moment out{*date, std::nullopt};
  if (text.size() >= 19) {
    out.second_of_day = std::atoi(text.c_str() + 11) * 3600 + std::atoi(text.c_str() + 14) * 60 +
                        std::atoi(text.c_str() + 17);
  }
  return out;
}

std::optional<Period> ParsePeriod(const std::string& start, const std::string& end) {
  if (start.empty() && end.empty()) return std::nullopt;
  Period out;
  out.start = ParsePoint(start);
  out.end = ParsePoint(end);
  return out;
}

std::optional<Decimal> ReadDecimal(const Statement& s, int column) {
  return s.Null(column) ? std::nullopt : Decimal::Parse(s.Text(column));
}

template <class Value>
void KeepFew(std::unordered_map<int64_t, Value>& kept, size_t most = kKept) {
  if (kept.size() >= most) kept.clear();
}

}  // namespace

void ClaimReader::Forget() {
  terms_.clear();
  frames_.clear();
  names_.clear();
  periods_.clear();
  documents_.clear();
  has_reviews_.reset();
}

void ClaimReader::ReadClaim(int64_t claim_no, AspectClaims& out) {
  Statement& s = sql_(kClaimByNumber);
  s.Bind(1, claim_no);
  if (s.Next()) Take(s, out);
  s.Reset();
}

void ClaimReader::Take(const Statement& row, AspectClaims& out) {
  const int64_t no = row.Int(0);
  FactClaim read;
  read.claim_id = HexOfBytes(row.Text(1));
  read.source = SourceOf(row.Int(2));
  const TermsKey key{row.Int(3), row.Int(4), row.Int(5), row.Int(6), row.Int(7)};
  const Frame& frame = FrameOf(key.frame);
  Quantity& q = read.quantity;
  q.low_open = frame.low_open;
  q.high_open = frame.high_open;
  q.value = ReadDecimal(row, 8);
  q.low = ReadDecimal(row, 9);
  q.high = ReadDecimal(row, 10);
  read.surface = row.Text(11);
  if (HasReviews()) {
    Statement& standing = sql_("SELECT status FROM standing_rows WHERE claim_id = ?1");
    standing.Bind(1, read.claim_id);
    const bool any = standing.Next();
    const bool rejected = any && standing.Text(0) == "rejected";
    standing.Reset();
    if (rejected) return;
    if (any) return TakeReviewed(no, std::move(read), out);
  }
  q.precision = frame.precision;
  q.unit = frame.unit;
  q.bound = frame.bound;
  read.fiscal_year_end = NameOf(key.subject).fiscal_year_end;
  read.terms = TermsOf(key);
  out.claims.push_back(std::move(read));
  out.numbers.push_back(no);
}

void ClaimReader::TakeReviewed(int64_t claim_no, FactClaim read, AspectClaims& out) {
  Statement& s = sql_(kReviewedClaim);
  s.Bind(1, claim_no);
  if (s.Next()) {
    ClaimTerms terms;
    terms.subject = s.Text(0);
    terms.subject_id = s.Text(1);
    terms.metric = s.Text(2);
    terms.metric_id = s.Text(3);
    terms.scope = s.Text(4);
    terms.kind = ParseClaimKind(s.Text(5)).value_or(ClaimKind::kLevel);
    Quantity& q = read.quantity;
    const Quantity printed = q;
    q.value = ReadDecimal(s, 6);
    q.low = ReadDecimal(s, 7);
    q.high = ReadDecimal(s, 8);
    if (q != printed) read.surface.clear();  // what is printed is another number
    q.precision = ReadDecimal(s, 9).value_or(Decimal());
    q.unit = s.Text(10);
    q.bound = ParseBound(s.Text(11)).value_or(Bound::kExact);
    terms.direction = ParseDirection(s.Text(12)).value_or(Direction::kNone);
    terms.basis = ParseBasis(s.Text(13)).value_or(Basis::kNone);
    terms.period = ParsePeriod(s.Text(14), s.Text(15));
    terms.modality = ParseModality(s.Text(16)).value_or(Modality::kActual);
    terms.attribution = s.Text(17);
    terms.attribution_id = s.Text(18);
    read.fiscal_year_end = static_cast<int>(s.Int(19));
    read.terms = std::make_shared<const ClaimTerms>(std::move(terms));
    out.claims.push_back(std::move(read));
    out.numbers.push_back(claim_no);
  }
  s.Reset();
}

ClaimReader::Terms ClaimReader::TermsOf(const TermsKey& key) {
  if (const auto it = terms_.find(key); it != terms_.end()) return it->second;
  if (terms_.size() >= kTermsKept) terms_.clear();
  ClaimTerms terms;
  const Name& subject = NameOf(key.subject);
  terms.subject = subject.name;
  terms.subject_id = subject.id;
  const Name& metric = NameOf(key.metric);
  terms.metric = metric.name;
  terms.metric_id = metric.id;
  const Frame& frame = FrameOf(key.frame);
  terms.scope = frame.scope;
  terms.kind = frame.kind;
  terms.direction = frame.direction;
  terms.basis = frame.basis;
  terms.period = PeriodOf(key.period);
  terms.modality = frame.modality;
  const Name& speaker = NameOf(key.speaker);
  terms.attribution = speaker.name;
  terms.attribution_id = speaker.id;
  return terms_[key] = std::make_shared<const ClaimTerms>(std::move(terms));
}

const ClaimReader::Frame& ClaimReader::FrameOf(int64_t no) {
  if (const auto it = frames_.find(no); it != frames_.end()) return it->second;
  KeepFew(frames_, kFramesKept);
  Frame& out = frames_[no];
  Statement& s = sql_(
      "SELECT scope, kind, low_open, high_open, precision, unit, bound, direction, basis,"
      " modality FROM frame_rows WHERE no = ?1");
  s.Bind(1, no);
  if (s.Next()) {
    out.scope = s.Text(0);
    out.kind = ParseClaimKind(s.Text(1)).value_or(ClaimKind::kLevel);
    out.low_open = s.Int(2) != 0;
    out.high_open = s.Int(3) != 0;
    out.precision = ReadDecimal(s, 4).value_or(Decimal());
    out.unit = s.Text(5);
    out.bound = ParseBound(s.Text(6)).value_or(Bound::kExact);
    out.direction = ParseDirection(s.Text(7)).value_or(Direction::kNone);
    out.basis = ParseBasis(s.Text(8)).value_or(Basis::kNone);
    out.modality = ParseModality(s.Text(9)).value_or(Modality::kActual);
  }
  s.Reset();
  return out;
}

// The empty one for 0.
const ClaimReader::Name& ClaimReader::NameOf(int64_t no) {
  static const Name kNone;
  if (no == 0) return kNone;
  if (const auto it = names_.find(no); it != names_.end()) return it->second;
  KeepFew(names_);
  Name& out = names_[no];
  Statement& s = sql_(
      "SELECT n.name, n.id, e.fiscal_year_end FROM name_rows n LEFT JOIN entity_rows e ON"
      " e.entity_id = n.id WHERE n.no = ?1");
  s.Bind(1, no);
  if (s.Next()) out = {s.Text(0), s.Text(1), static_cast<int>(s.Int(2))};
  s.Reset();
  return out;
}

const std::optional<Period>& ClaimReader::PeriodOf(int64_t no) {
  static const std::optional<Period> kNone;
  if (no == 0) return kNone;
  if (const auto it = periods_.find(no); it != periods_.end()) return it->second;
  KeepFew(periods_);
  std::optional<Period>& out = periods_[no];
  Statement& s = sql_("SELECT period_start, period_end FROM period_rows WHERE no = ?1");
  s.Bind(1, no);
  if (s.Next()) out = ParsePeriod(s.Text(0), s.Text(1));
  s.Reset();
  return out;
}

ClaimReader::Source ClaimReader::SourceOf(int64_t document_no) {
  if (const auto it = documents_.find(document_no); it != documents_.end()) return it->second;
  KeepFew(documents_);
  FactSource source;
  Statement& s = sql_(
      "SELECT d.document_id, iif(d.story_no = d.no, d.document_id, (SELECT s.document_id FROM"
      " document_rows s WHERE s.no = d.story_no)), d.published, d.url, d.latest, d.site,"
      " d.source FROM document_rows d WHERE d.no = ?1");
  s.Bind(1, document_no);
  if (s.Next()) {
    source = {s.Text(0), s.Text(1), s.Text(2), s.Text(3), s.Text(5), s.Text(6), s.Int(4) != 0};
  }
  s.Reset();
  return documents_[document_no] = std::make_shared<const FactSource>(std::move(source));
}

bool ClaimReader::HasReviews() {
  if (!has_reviews_) {
    Statement& s = sql_("SELECT 1 FROM standing_rows LIMIT 1");
    has_reviews_ = s.Next();
    s.Reset();
  }
  return *has_reviews_;
}

}  // namespace hanfact::store
