#include "store/claim_reader.h"

#include <cstdlib>
#include <utility>

namespace hanfact::store {
namespace {

constexpr size_t kKept = 2000;  // of each kind, before they are read anew

constexpr std::string_view kClaimByNumber =
    "SELECT no, claim_id, document_no, frame_no, subject_no, metric_no, period_no, attribution_no,"
    " value, low, high, surface FROM claim_rows WHERE no = ?1";

// A claim with reviews, as the view lays corrections over it.
constexpr std::string_view kReviewedClaim =
    "SELECT c.subject, c.subject_id, c.metric, c.metric_id, c.scope, c.kind, c.value, c.low,"
    " c.high, c.precision, c.unit, c.bound, c.direction, c.basis, c.period_start, c.period_end,"
    " c.modality, c.attribution, c.attribution_id, (SELECT e.fiscal_year_end FROM entity_rows e"
    " WHERE e.entity_id = c.subject_id), c.surface FROM corrected_claim_rows c WHERE c.no = ?1";

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
void KeepFew(std::unordered_map<int64_t, Value>& kept) {
  if (kept.size() >= kKept) kept.clear();
}

}  // namespace

void ClaimReader::Forget() {
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
  Claim& c = read.claim;
  c.claim_id = HexOfBytes(row.Text(1));
  const Source& source = SourceOf(row.Int(2));
  read.document_id = source.document_id;
  read.story_id = source.story_id;
  read.published = source.published;
  read.canonical_url = source.url;
  read.latest_version = source.latest;
  read.site = source.site;
  read.source = source.source;
  const Frame& frame = FrameOf(row.Int(3));
  c.quantity.low_open = frame.low_open;
  c.quantity.high_open = frame.high_open;
  read.surface = row.Text(11);
  if (HasReviews()) {
    Statement& standing = sql_("SELECT status FROM standing_rows WHERE claim_id = ?1");
    standing.Bind(1, c.claim_id);
    const bool any = standing.Next();
    const bool rejected = any && standing.Text(0) == "rejected";
    standing.Reset();
    if (rejected) return;
    if (any) {
      Statement& s = sql_(kReviewedClaim);
      s.Bind(1, no);
      if (s.Next()) {
        c.subject = s.Text(0);
        c.subject_id = s.Text(1);
        c.metric = s.Text(2);
        c.metric_id = s.Text(3);
        c.scope = s.Text(4);
        c.kind = ParseClaimKind(s.Text(5)).value_or(ClaimKind::kLevel);
        c.quantity.value = ReadDecimal(s, 6);
        c.quantity.low = ReadDecimal(s, 7);
        c.quantity.high = ReadDecimal(s, 8);
        c.quantity.precision = ReadDecimal(s, 9).value_or(Decimal());
        c.quantity.unit = s.Text(10);
        c.quantity.bound = ParseBound(s.Text(11)).value_or(Bound::kExact);
        c.direction = ParseDirection(s.Text(12)).value_or(Direction::kNone);
        c.basis = ParseBasis(s.Text(13)).value_or(Basis::kNone);
        c.period = ParsePeriod(s.Text(14), s.Text(15));
        c.modality = ParseModality(s.Text(16)).value_or(Modality::kActual);
        c.attribution = s.Text(17);
        c.attribution_id = s.Text(18);
        read.fiscal_year_end = static_cast<int>(s.Int(19));
        out.claims.push_back(std::move(read));
        out.numbers.push_back(no);
      }
      s.Reset();
      return;
    }
  }
  const Name& subject = NameOf(row.Int(4));
  c.subject = subject.name;
  c.subject_id = subject.id;
  read.fiscal_year_end = subject.fiscal_year_end;
  const Name& metric = NameOf(row.Int(5));
  c.metric = metric.name;
  c.metric_id = metric.id;
  c.scope = frame.scope;
  c.kind = frame.kind;
  c.quantity.value = ReadDecimal(row, 8);
  c.quantity.low = ReadDecimal(row, 9);
  c.quantity.high = ReadDecimal(row, 10);
  c.quantity.precision = frame.precision;
  c.quantity.unit = frame.unit;
  c.quantity.bound = frame.bound;
  c.direction = frame.direction;
  c.basis = frame.basis;
  c.period = PeriodOf(row.Int(6));
  c.modality = frame.modality;
  const Name& speaker = NameOf(row.Int(7));
  c.attribution = speaker.name;
  c.attribution_id = speaker.id;
  out.claims.push_back(std::move(read));
  out.numbers.push_back(no);
}

const ClaimReader::Frame& ClaimReader::FrameOf(int64_t no) {
  if (const auto it = frames_.find(no); it != frames_.end()) return it->second;
  KeepFew(frames_);
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

const ClaimReader::Source& ClaimReader::SourceOf(int64_t document_no) {
  if (const auto it = documents_.find(document_no); it != documents_.end()) return it->second;
  KeepFew(documents_);
  Source& out = documents_[document_no];
  Statement& s = sql_(
      "SELECT d.document_id, iif(d.story_no = d.no, d.document_id, (SELECT s.document_id FROM"
      " document_rows s WHERE s.no = d.story_no)), d.published, d.url, d.latest, d.site,"
      " d.source FROM document_rows d WHERE d.no = ?1");
  s.Bind(1, document_no);
  if (s.Next()) {
    out = {s.Text(0), s.Text(1), s.Text(2), s.Text(3), s.Text(5), s.Text(6), s.Int(4) != 0};
  }
  s.Reset();
  return out;
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
