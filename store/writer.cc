#include "store/writer.h"

#include <algorithm>
#include <cstring>
#include <map>
#include <set>

#include "base/hash.h"
#include "store/band_rows.h"
#include "store/fact_rows.h"
#include "store/input_journal.h"
#include "store/review_rows.h"
#include "store/shared_rows.h"
#include "store/sqlite.h"

namespace hanfact::store {
namespace {

std::string Pack(const std::vector<uint64_t>& values) {
  std::string out(values.size() * sizeof(uint64_t), '\0');
  if (!values.empty()) std::memcpy(out.data(), values.data(), out.size());
  return out;
}

std::vector<uint64_t> Unpack(std::string_view bytes) {
  std::vector<uint64_t> out(bytes.size() / sizeof(uint64_t));
  if (!out.empty()) std::memcpy(out.data(), bytes.data(), out.size() * sizeof(uint64_t));
  return out;
}

std::string DecimalText(const std::optional<Decimal>& d) { return d ? d->ToString() : ""; }

// The spans of a claim as stored (store/schema/0006_lean.sql), offsets in code points.
template <class ToCodePoints>
std::string PackSpans(const Claim& claim, ToCodePoints cp) {
  constexpr int64_t kFar = 20'000;
  constexpr size_t kMany = 16;
  const int64_t start = cp(claim.span.begin);
  std::string out;
  bool packed = claim.spans.size() <= kMany;
  for (const ClaimSpan& s : claim.spans) {
    const int64_t begin = cp(s.span.begin) - start, length = cp(s.span.end) - cp(s.span.begin);
    packed = packed && begin <= kFar && begin >= -kFar && length <= kFar;
    if (!packed) break;
    AppendUtf8(out, static_cast<char32_t>('0' + static_cast<int>(s.role)));
    AppendUtf8(out, static_cast<char32_t>(begin >= 0 ? 48 + 2 * begin : 47 - 2 * begin));
    AppendUtf8(out, static_cast<char32_t>(48 + length));
  }
  if (packed) return out;
  std::string json = "[";
  for (const ClaimSpan& s : claim.spans) {
    if (json.size() > 1) json += ',';
    json += '[' + std::to_string(static_cast<int>(s.role)) + ',' +
            std::to_string(cp(s.span.begin) - start) + ',' +
            std::to_string(cp(s.span.end) - cp(s.span.begin)) + ']';
  }
  return json + ']';
}

}  // namespace

int64_t AspectNumber(std::string_view aspect) {
  if (aspect.empty()) return 0;
  const auto n = static_cast<int64_t>(Hash64(aspect));
  return n == 0 ? 1 : n;
}

struct Writer::Impl {
  explicit Impl(Connection& c)
      : connection(c),
        statements(c),
        shared(c, statements),
        journal(c, statements),
        bands(statements),
        fact_rows(c, statements),
        reviews(statements),
        facts(c) {}

  Statement& Sql(std::string_view sql) { return statements.Get(sql); }

  void ClearDocument(int64_t no) {
    // What its claims held together falls apart: the facts they are in are taken out, the claims of
    // others in them are pending, and their aspects are built as a whole.
    for (std::string_view sql :
         {"INSERT OR IGNORE INTO pending_rows SELECT DISTINCT 0, "
          "c.aspect" HANFACT_CLAIMS_OF_DOCUMENT " WHERE c.aspect <> 0",
          "INSERT OR IGNORE INTO pending_rows SELECT o.no, o.aspect" HANFACT_CLAIMS_OF_DOCUMENT
          " JOIN fact_claim_rows f ON f.claim_no = c.no JOIN fact_claim_rows k ON k.fact_no ="
          " f.fact_no JOIN claim_rows o ON o.no = k.claim_no",
          "DELETE FROM pending_rows WHERE claim_no IN (SELECT c.no" HANFACT_CLAIMS_OF_DOCUMENT ")",
          "DELETE FROM fact_rows WHERE no IN (SELECT f.fact_no" HANFACT_CLAIMS_OF_DOCUMENT
          " JOIN fact_claim_rows f ON f.claim_no = c.no)",
          "DELETE FROM claim_rows WHERE no IN (SELECT c.no" HANFACT_CLAIMS_OF_DOCUMENT ")",
          "DELETE FROM mention_rows WHERE document_no = ?1",
          "DELETE FROM block_rows WHERE document_no = ?1",
          "DELETE FROM story_pair_rows WHERE document_no = ?1 OR other_no = ?1"}) {
      Sql(sql).Bind(1, no).Run();
    }
    fact_rows.ForgetPending();
    bands.Drop(no);
  }

  // `first_claim` is the number that its first claim will have.
  int64_t WriteDocument(const Article& a, std::optional<int64_t> existing, int64_t first_claim) {
    const Document& d = a.document;
    Statement& s = Sql(
        "INSERT INTO document_rows (no, document_id, published, url, site, source, story_no,"
        " text_size, content_hash, external_id, locator, title, author, published_from, fetched,"
        " script, region, language, charset, confidence, sha256, metadata_digest, run_id, numbers,"
        " extra, first_claim, claim_count) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?1, ?7, ?8, ?9, ?10, "
        "?11,"
        " ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22, ?23, ?24, ?25, ?26)"
        " ON CONFLICT (no) DO UPDATE SET published = ?3, url = ?4, site = ?5, source = ?6,"
        " text_size = ?7, content_hash = ?8, external_id = ?9, locator = ?10, title = ?11,"
        " author = ?12, published_from = ?13, fetched = ?14, script = ?15, region = ?16,"
        " language = ?17, charset = ?18, confidence = ?19, metadata_digest = ?21, run_id = ?22,"
        " numbers = ?23, extra = ?24, first_claim = ?25, claim_count = ?26");
    const int64_t no = existing ? *existing : NextDocumentNo();
    const std::string numbers = Pack(a.signature.numbers), sha256 = BytesOfHex(d.sha256),
                      digest = BytesOfHex(a.input.metadata_digest);
    s.Bind(1, no).Bind(2, d.document_id).BindOrNull(3, d.meta.published).BindOrNull(4, d.meta.url);
    s.BindOrNull(5, d.meta.site).BindOrNull(6, d.meta.source);
    s.Bind(7, static_cast<int64_t>(
                  a.signature.content == 0 && d.text.empty() ? 0 : CountCodePoints(d.text)));
    s.Bind(8, static_cast<int64_t>(a.signature.content)).BindOrNull(9, d.meta.external_id);
    s.Bind(10, d.locator).BindOrNull(11, d.meta.title).BindOrNull(12, d.meta.author);
    s.BindOrNull(13, d.published_from).BindOrNull(14, d.meta.fetched);
    s.Bind(15, hanfact::ToString(d.script)).BindOrNull(16, d.meta.region).Bind(17, d.language);
    s.Bind(18, d.charset).Bind(19, d.confidence).BindBlob(20, sha256).BindBlob(21, digest);
    s.Bind(22, journal.run_id()).BindBlob(23, numbers).BindOrNull(24, d.meta.extra);
    s.Bind(25, first_claim).Bind(26, static_cast<int64_t>(a.claims.size()));
    s.Run();
    facts.ForgetDocuments();
    Sql("INSERT INTO text_rows VALUES (?1, ?2) ON CONFLICT DO UPDATE SET text = ?2")
        .Bind(1, no)
        .Bind(2, d.text)
        .Run();
    if (HasSearch()) {
      if (existing) Sql(kDropSearch).Bind(1, no).Run();
      AddSearch(no, d.document_id, d.meta.title, d.text);
    }
    return no;
  }

  static constexpr std::string_view kDropSearch = "DELETE FROM search WHERE rowid = ?1";

  bool HasSearch() {
    if (!search) {
      Statement& s = Sql("SELECT 1 FROM sqlite_master WHERE name = 'search'");
      search = s.Next();
      s.Reset();
    }
    return *search && search_text != nullptr;
  }

  void AddSearch(int64_t no, std::string_view document_id, std::string_view title,
                 std::string_view text) {
    const std::string title_text = search_text(title), body_text = search_text(text);
    Sql("INSERT INTO search (rowid, document_id, title, text) VALUES (?1, ?2, ?3, ?4)")
        .Bind(1, no)
        .Bind(2, document_id)
        .Bind(3, title_text)
        .Bind(4, body_text)
        .Run();
  }

  int64_t NextDocumentNo() {
    return TakeNumber(Sql("SELECT coalesce(max(no), 0) + 1 FROM document_rows"));
  }
  int64_t NextClaimNo() {
    return TakeNumber(Sql("SELECT coalesce(max(no), 0) + 1 FROM claim_rows"));
  }

  void WriteParts(const Article& a, int64_t no, int64_t first_claim) {
    const std::string& text = a.document.text;
    const CodePointIndex index(text);
    auto cp = [&](uint32_t byte) { return static_cast<int64_t>(index.ToCodePoints(text, byte)); };
    for (const Block& b : a.document.blocks) {
      Sql("INSERT OR REPLACE INTO block_rows VALUES (?1, ?2, ?3, ?4)")
          .Bind(1, no)
          .Bind(2, cp(b.span.begin))
          .Bind(3, cp(b.span.end))
          .Bind(4, hanfact::ToString(b.kind))
          .Run();
    }
    for (const EntityRow& e : a.entities) shared.WriteEntity(e);
    for (const EntityMention& m : a.mentions) {
      Sql("INSERT OR REPLACE INTO mention_rows VALUES (?1, ?2, ?3, ?4)")
          .Bind(1, no)
          .Bind(2, cp(m.span.begin))
          .Bind(3, cp(m.span.end))
          .Bind(4, shared.EntityNo(m.entity.entity_id))
          .Run();
    }
    bands.Add(no, a.document.document_id, a.signature.bands);
    for (size_t i = 0; i < a.claims.size(); ++i) {
      const Claim& c = a.claims[i];
      const std::string spans = PackSpans(c, cp);
      const std::string value = DecimalText(c.quantity.value), low = DecimalText(c.quantity.low),
                        high = DecimalText(c.quantity.high);
      const int64_t start = cp(c.span.begin);
      const int64_t frame = shared.FrameNo(c), subject = shared.NameNo(c.subject, c.subject_id),
                    metric = shared.NameNo(c.metric, c.metric_id), period = shared.PeriodNo(c),
                    speaker = shared.NameNo(c.attribution, c.attribution_id);
      Statement& s = Sql(
          "INSERT INTO claim_rows (claim_id, aspect, document_no, frame_no, subject_no, metric_no,"
          " period_no, attribution_no, value, low, high, start, length, sentence_start,"
          " sentence_end, surface, spans, no) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11,"
          " ?12, ?13, ?14, ?15, ?16, ?17, ?18)");
      const std::string claim_id = BytesOfHex(c.claim_id);
      const int64_t claim_no = first_claim + static_cast<int64_t>(i);
      s.BindBlob(1, claim_id)
          .Bind(18, claim_no)
          .Bind(2, AspectNumber(a.aspects[i]))
          .Bind(3, no)
          .Bind(4, frame);
      s.BindOrNull(5, subject).BindOrNull(6, metric).BindOrNull(7, period).BindOrNull(8, speaker);
      s.BindOrNull(9, value).BindOrNull(10, low).BindOrNull(11, high).Bind(12, start);
      s.Bind(13, cp(c.span.end) - start).Bind(14, cp(c.sentence.begin));
      s.Bind(15, cp(c.sentence.end)).Bind(16, Slice(text, c.span)).Bind(17, spans);
      s.Run();
      if (!a.aspects[i].empty()) fact_rows.AddPending(AspectNumber(a.aspects[i]), claim_no);
    }
  }

  // A claim as far as a later version of it is concerned.
  struct OldClaim {
    std::string surface, sentence, rule, fields;
  };

  std::map<std::string, OldClaim> ClaimsOf(int64_t no) {
    std::map<std::string, OldClaim> out;
    Statement& s =
        Sql("SELECT c.claim_id, c.surface, c.sentence, c.rule, json_array(c.subject, c.subject_id, "
            "c.metric, c.metric_id,"
            " c.scope, c.kind, c.value, c.low, c.high, c.precision, c.unit, c.bound, c.direction,"
            " c.basis, c.period_start, c.period_end, c.modality, c.attribution, c.attribution_id)"
            " FROM document_rows d JOIN claims_extracted c ON c.document_id = d.document_id"
            " WHERE d.no = ?1");
    s.Bind(1, no);
    while (s.Next()) out[s.Text(0)] = {s.Text(1), s.Text(2), s.Text(3), s.Text(4)};
    s.Reset();
    return out;
  }

  static std::map<std::string, ClaimChanges> Changes(const std::map<std::string, OldClaim>& before,
                                                     const std::map<std::string, OldClaim>& after) {
    std::map<std::string, ClaimChanges> out;
    for (const auto& [id, claim] : before) {
      auto it = after.find(id);
      if (it == after.end()) {
        ++out[claim.rule].lost;
      } else if (it->second.fields != claim.fields) {
        ++out[it->second.rule].changed;
      }
    }
    for (const auto& [id, claim] : after) {
      if (!before.contains(id)) ++out[claim.rule].added;
    }
    return out;
  }

  // Reviews of a claim that is gone go to the claim of the document with the same surface whose
  // sentence is most alike, at least kAlike, if there is one such (contract, section 3).
  void MoveReviews(const std::string& document_id, const std::map<std::string, OldClaim>& before,
                   const std::map<std::string, OldClaim>& after) {
    for (const std::string& reviewed : reviews.ClaimsReviewedOf(document_id)) {
      const std::string holder = HolderOf(reviewed);
      if (after.contains(reviewed)) {
        // Back again: it takes its own reviews.
        if (holder == reviewed) continue;
        Sql("DELETE FROM claim_moves WHERE old_claim_id = ?1").Bind(1, reviewed).Run();
        reviews.Settle(holder);
        reviews.Settle(reviewed);
        continue;
      }
      const auto old = before.find(holder);
      if (after.contains(holder) || old == before.end()) continue;
      const std::string heir = HeirOf(old->second, after);
      if (heir.empty()) continue;
      Sql("INSERT OR REPLACE INTO claim_moves VALUES (?1, ?2, ?3)")
          .Bind(1, reviewed)
          .Bind(2, heir)
          .Bind(3, journal.run_id())
          .Run();
      reviews.Settle(heir);
    }
  }

  // The claim that the reviews of a claim have moved to; itself where they have not.
  std::string HolderOf(const std::string& claim_id) {
    Statement& s = Sql("SELECT claim_id FROM claim_moves WHERE old_claim_id = ?1");
    s.Bind(1, claim_id);
    std::string out = s.Next() ? s.Text(0) : claim_id;
    s.Reset();
    return out;
  }

  // Empty for none.
  static std::string HeirOf(const OldClaim& gone, const std::map<std::string, OldClaim>& after) {
    constexpr double kAlike = 0.8;
    double best = 0;
    std::string heir;
    for (const auto& [other, claim] : after) {
      if (claim.surface != gone.surface) continue;
      const double alike = Alike(claim.sentence, gone.sentence);
      if (alike < kAlike || alike < best) continue;
      heir = alike == best ? "" : other;  // two that are as much alike: none
      best = alike;
    }
    return heir;
  }

  // Files the claims of a document that were just written as they stand corrected.
  void FileCorrected(int64_t document_no) {
    facts.ForgetReviews();
    std::vector<int64_t> corrected;
    Statement& s = Sql("SELECT c.no" HANFACT_CLAIMS_OF_DOCUMENT
                       " JOIN standing_rows s ON s.claim_id = lower(hex(c.claim_id)) AND"
                       " s.corrections <> '{}'");
    s.Bind(1, document_no);
    while (s.Next()) corrected.push_back(s.Int(0));
    s.Reset();
    for (const int64_t no : corrected) FileAndLeavePending(no);
  }

  void FileAndLeavePending(int64_t claim_no) {
    // It may be pending already, under what it was read as.
    Sql("DELETE FROM pending_rows WHERE claim_no = ?1").Bind(1, claim_no).Run();
    for (const PendingAspect& aspect : File(claim_no)) {
      for (const int64_t claim : aspect.claims) fact_rows.AddPending(aspect.aspect, claim);
      // A fact that is gone leaves links and conflicts behind.
      if (aspect.whole) fact_rows.AddPending(aspect.aspect, 0);
    }
  }

  // As Writer::FileReviewed says.
  std::vector<PendingAspect> File(int64_t claim_no) {
    Statement& s = Sql("SELECT aspect FROM claim_rows WHERE no = ?1");
    s.Bind(1, claim_no);
    const int64_t before = TakeNumber(s);
    // The fact it was in falls apart, the other claims in it are to find each other anew.
    PendingAspect left{before, {}, true};
    Statement& others = Sql(
        "SELECT o.claim_no FROM fact_claim_rows f JOIN fact_claim_rows o ON o.fact_no = f.fact_no"
        " WHERE f.claim_no = ?1 AND o.claim_no <> ?1 ORDER BY o.claim_no");
    others.Bind(1, claim_no);
    while (others.Next()) left.claims.push_back(others.Int(0));
    others.Reset();
    Sql("DELETE FROM fact_rows WHERE no = (SELECT fact_no FROM fact_claim_rows WHERE claim_no ="
        " ?1)")
        .Bind(1, claim_no)
        .Run();
    int64_t now = before;
    // A rejected claim is in no fact; it stays where it is.
    const AspectClaims read = facts.LoadClaims({claim_no});
    if (!read.claims.empty()) now = AspectNumber(aspect_maker(read.claims.front()));
    std::vector<PendingAspect> out;
    if (before != 0) out.push_back(std::move(left));
    if (now != before) {
      Sql("UPDATE claim_rows SET aspect = ?2 WHERE no = ?1").Bind(1, claim_no).Bind(2, now).Run();
      if (now != 0) out.push_back({now, {claim_no}, false});
    } else if (before != 0) {
      out.front().claims.push_back(claim_no);
    }
    return out;
  }

  // Jaccard of the sets of 4-grams of characters; of shorter texts whether they are equal.
  static double Alike(const std::string& a, const std::string& b) {
    auto grams = [](const std::string& text) {
      std::vector<size_t> at;
      for (size_t i = 0; i < text.size(); i += CodePointLength(text[i])) at.push_back(i);
      at.push_back(text.size());
      std::set<std::string_view> out;
      for (size_t i = 0; i + 4 < at.size(); ++i) {
        out.insert(std::string_view(text).substr(at[i], at[i + 4] - at[i]));
      }
      if (out.empty()) out.insert(text);
      return out;
    };
    const auto x = grams(a), y = grams(b);
    size_t both = 0;
    for (std::string_view gram : x) both += y.contains(gram) ? 1 : 0;
    return static_cast<double>(both) / static_cast<double>(x.size() + y.size() - both);
  }

  Connection& connection;
  Statements statements;
  SharedRows shared;
  InputJournal journal;
  BandRows bands;
  FactRows fact_rows;
  ReviewRows reviews;
  FactReader facts;
  AspectMaker aspect_maker;
  SearchTextMaker search_text;
  std::optional<bool> search;  // whether the index is there
};

Writer::Writer(Database& database) : impl_(std::make_unique<Impl>(database.connection())) {}
Writer::~Writer() = default;

void Writer::Begin() {
  impl_->connection.Execute("BEGIN IMMEDIATE");
  impl_->facts.ForgetReviews();  // editors write between batches
}

Status Writer::Commit() {
  // A statement that is still being read keeps the log from being written back: it would grow with
  // all that the run writes.
  impl_->statements.ResetAll();
  impl_->facts.Release();
  if (impl_->connection.Execute("COMMIT")) return Done{};
  Error error{impl_->connection.error()};
  Rollback();
  return error;
}

void Writer::Rollback() {
  impl_->statements.ResetAll();
  impl_->facts.Release();
  impl_->shared.Forget();
  impl_->facts.Forget();
  impl_->fact_rows.ForgetPending();
  impl_->bands.ForgetRecent();
  impl_->journal.Forget();
  impl_->search.reset();
  impl_->connection.ClearError();
  if (sqlite3_get_autocommit(impl_->connection.handle()) == 0) {
    impl_->connection.Execute("ROLLBACK");
  }
}

Status Writer::status() const {
  if (impl_->connection.ok()) return Done{};
  return Error{impl_->connection.error()};
}

int64_t Writer::StartRun(const RunInfo& info) { return impl_->journal.StartRun(info); }

void Writer::FinishRun(int64_t documents, int64_t rejected, int64_t claims,
                       std::string_view finished) {
  impl_->journal.FinishRun(documents, rejected, claims, finished);
}

void Writer::UseRules(const std::string& rules_digest, const std::string& lexicon_digest) {
  impl_->journal.UseRules(rules_digest, lexicon_digest);
}

InputState Writer::FindInput(const InputKey& key) { return impl_->journal.FindInput(key); }

bool Writer::RefusedAlike(const InputKey& key, const Reject& reject) {
  return impl_->journal.RefusedAlike(key, reject);
}

void Writer::RecordReject(const InputKey& key, const Reject& reject) {
  impl_->journal.RecordReject(key, reject);
}

Writer::Stored Writer::AddArticle(const Article& a) {
  Stored out;
  std::optional<int64_t> existing;
  bool keep = false;
  std::string least;  // locator of the document that is there, where it stays the least
  if (a.pages.empty()) {
    // A page of an article that came whole before, given alone.
    const int64_t whole = impl_->journal.ForeignDocumentOf(a.input, a.document.document_id);
    if (whole != 0) {
      impl_->journal.RecordInput(a.input, whole, Outcome::kSameDocument);
      out.outcome = Outcome::kSameDocument;
      out.no = whole;
      return out;
    }
  }
  {
    Statement& s = impl_->Sql(
        "SELECT d.no, d.locator, lower(hex(d.metadata_digest)), i.as_of, r.rules_digest,"
        " r.lexicon_digest FROM document_rows d LEFT JOIN input_rows i ON i.document_no = d.no AND"
        " i.locator = d.locator AND i.sha256 = d.sha256 AND i.metadata_digest = d.metadata_digest"
        " LEFT JOIN rules_rows r ON r.no = i.rules_no WHERE d.document_id = ?1");
    s.Bind(1, a.document.document_id);
    if (s.Next()) {
      existing = s.Int(0);
      const std::string locator = s.Text(1);
      const bool same = s.Text(2) == a.input.metadata_digest && s.Text(3) == a.input.as_of &&
                        s.Text(4) == impl_->journal.run().rules_digest &&
                        s.Text(5) == impl_->journal.run().lexicon_digest;
      // The input with the least locator speaks for the document.
      keep = a.input.locator > locator || (same && a.input.locator == locator);
      if (same && a.input.locator < locator) {
        s.Reset();
        impl_->Sql("UPDATE document_rows SET locator = ?2 WHERE no = ?1")
            .Bind(1, *existing)
            .Bind(2, a.input.locator)
            .Run();
        keep = true;
      }
      if (locator < a.input.locator) least = locator;
    }
    s.Reset();
  }
  if (existing) {
    const bool whole = impl_->journal.HasPages(*existing, a.document.sha256);
    if (whole && a.pages.empty()) keep = true;
    if (!whole && !a.pages.empty()) keep = false;
  }
  if (existing && keep) {
    out.outcome = Outcome::kSameDocument;
    out.no = *existing;
  } else {
    std::map<std::string, Impl::OldClaim> before;
    if (existing) {
      out.old_story = MembersOf(StoryOf(*existing));
      std::erase(out.old_story, *existing);
      out.rewritten = true;
      before = impl_->ClaimsOf(*existing);
      impl_->ClearDocument(*existing);
    }
    const int64_t first_claim = impl_->NextClaimNo();
    out.no = impl_->WriteDocument(a, existing, first_claim);
    impl_->WriteParts(a, out.no, first_claim);
    if (!least.empty()) {
      impl_->Sql("UPDATE document_rows SET locator = ?2 WHERE no = ?1")
          .Bind(1, out.no)
          .Bind(2, least)
          .Run();
    }
    if (existing) {
      const std::map<std::string, Impl::OldClaim> after = impl_->ClaimsOf(out.no);
      impl_->MoveReviews(a.document.document_id, before, after);
      out.changes = Impl::Changes(before, after);
    }
    if (impl_->aspect_maker) impl_->FileCorrected(out.no);
    out.changed = true;
  }
  impl_->journal.RecordInput(a.input, out.no, out.outcome);
  for (const InputKey& page : a.pages) {
    const int64_t before = impl_->journal.DocumentOf(page);
    impl_->journal.RecordInput(page, out.no, Outcome::kSameDocument);
    if (before != 0 && before != out.no && impl_->journal.LoseInput(before))
      out.left.push_back(before);
  }
  if (existing) impl_->journal.SettleOutcomes(out.no);
  // An input that was refused before and is a document now is no reject any more.
  impl_->journal.DropReject(a.input);
  for (const InputKey& page : a.pages) impl_->journal.DropReject(page);
  return out;
}

std::vector<int64_t> Writer::BandCandidates(int64_t no, std::string_view document_id,
                                            const std::vector<uint64_t>& bands) {
  return impl_->bands.Candidates(no, document_id, bands);
}

std::vector<int64_t> Writer::VersionsOf(int64_t no) {
  std::vector<int64_t> out;
  Statement& s = impl_->Sql(
      "SELECT no FROM document_rows WHERE url = (SELECT url FROM document_rows WHERE no = ?1)"
      " ORDER BY published IS NOT NULL, published, fetched IS NOT NULL, fetched, document_id");
  s.Bind(1, no);
  while (s.Next()) out.push_back(s.Int(0));
  s.Reset();
  if (out.empty()) out.push_back(no);
  return out;
}

int64_t Writer::SameContent(int64_t no, uint64_t content) {
  Statement& s = impl_->Sql(
      "SELECT no FROM document_rows WHERE content_hash = ?1 AND no <> ?2 ORDER BY no LIMIT 1");
  s.Bind(1, static_cast<int64_t>(content)).Bind(2, no);
  const int64_t out = s.Next() ? s.Int(0) : 0;
  s.Reset();
  return out;
}

int64_t Writer::StoryOf(int64_t no) {
  Statement& s = impl_->Sql("SELECT story_no FROM document_rows WHERE no = ?1");
  s.Bind(1, no);
  const int64_t out = s.Next() ? s.Int(0) : no;
  s.Reset();
  return out;
}

std::vector<int64_t> Writer::MembersOf(int64_t story_no) {
  std::vector<int64_t> out;
  Statement& s = impl_->Sql("SELECT no FROM document_rows WHERE story_no = ?1 ORDER BY no");
  s.Bind(1, story_no);
  while (s.Next()) out.push_back(s.Int(0));
  s.Reset();
  return out;
}

std::optional<StoryDocument> Writer::LoadStoryDocument(int64_t no) {
  Statement& s = impl_->Sql(
      "SELECT document_id, published, url, source, text_size, content_hash, numbers, text, site"
      " FROM document_rows JOIN text_rows ON document_no = no WHERE no = ?1");
  s.Bind(1, no);
  std::optional<StoryDocument> out;
  if (s.Next()) {
    out.emplace();
    out->no = no;
    out->member.document_id = s.Text(0);
    out->member.published = s.Text(1);
    out->member.url = s.Text(2);
    out->member.source = s.Text(3);
    out->member.text_size = static_cast<uint32_t>(s.Int(4));
    out->member.signature.content = static_cast<uint64_t>(s.Int(5));
    out->member.signature.numbers = Unpack(s.Text(6));
    out->text = s.Text(7);
    out->member.site = s.Text(8);
  }
  s.Reset();
  return out;
}

std::optional<StorySketch> Writer::LoadStorySketch(int64_t no) {
  Statement& s =
      impl_->Sql("SELECT story_no, content_hash, numbers FROM document_rows WHERE no = ?1");
  s.Bind(1, no);
  std::optional<StorySketch> out;
  if (s.Next()) {
    out.emplace();
    out->story_no = s.Int(0);
    out->signature.content = static_cast<uint64_t>(s.Int(1));
    out->signature.numbers = Unpack(s.Text(2));
  }
  s.Reset();
  return out;
}

bool Writer::InForeignStory(int64_t no) {
  Statement& s = impl_->Sql(
      "SELECT story_no IS NOT no OR story_role <> 'original' OR similarity <> 1 OR replaces IS NOT"
      " NULL OR latest <> 1 FROM document_rows WHERE no = ?1");
  s.Bind(1, no);
  const bool out = s.Next() && s.Int(0) != 0;
  s.Reset();
  return out;
}

void Writer::AddPair(int64_t a, int64_t b) {
  for (auto [x, y] : {std::pair{a, b}, std::pair{b, a}}) {
    impl_->Sql("INSERT OR IGNORE INTO story_pair_rows VALUES (?1, ?2)").Bind(1, x).Bind(2, y).Run();
  }
}

std::vector<int64_t> Writer::PairsOf(int64_t no) {
  std::vector<int64_t> out;
  Statement& s = impl_->Sql("SELECT other_no FROM story_pair_rows WHERE document_no = ?1");
  s.Bind(1, no);
  while (s.Next()) out.push_back(s.Int(0));
  s.Reset();
  return out;
}

void Writer::SetStory(const std::vector<StoryRow>& rows) {
  for (const StoryRow& r : rows) {
    impl_
        ->Sql(
            "UPDATE document_rows SET story_no = ?2, story_role = ?3, similarity = ?4 WHERE"
            " no = ?1 AND (story_no IS NOT ?2 OR story_role <> ?3 OR similarity <> ?4)")
        .Bind(1, r.no)
        .Bind(2, r.story_no)
        .Bind(3, hanfact::ToString(r.role))
        .Bind(4, r.similarity)
        .Run();
    if (sqlite3_changes(impl_->connection.handle()) > 0) MarkPending(r.no);
  }
}

void Writer::SetVersions(const std::vector<int64_t>& oldest_first) {
  for (size_t i = 0; i < oldest_first.size(); ++i) {
    std::string before;
    if (i > 0) {
      Statement& s = impl_->Sql("SELECT document_id FROM document_rows WHERE no = ?1");
      s.Bind(1, oldest_first[i - 1]);
      if (s.Next()) before = s.Text(0);
      s.Reset();
    }
    const auto latest = static_cast<int64_t>(i + 1 == oldest_first.size());
    impl_
        ->Sql(
            "UPDATE document_rows SET replaces = ?2, latest = ?3 WHERE no = ?1 AND"
            " (replaces IS NOT ?2 OR latest <> ?3)")
        .Bind(1, oldest_first[i])
        .BindOrNull(2, before)
        .Bind(3, latest)
        .Run();
    if (sqlite3_changes(impl_->connection.handle()) > 0) MarkPending(oldest_first[i]);
  }
}

// After its story or its place among versions changed.
void Writer::MarkPending(int64_t no) {
  impl_->facts.ForgetDocuments();
  impl_->fact_rows.MarkPending(no);
}

int64_t Writer::CountPending() { return impl_->fact_rows.CountPending(); }

std::vector<PendingAspect> Writer::NextPending(size_t limit) {
  return impl_->fact_rows.NextPending(limit);
}

void Writer::ForgetPending() { impl_->fact_rows.ForgetPending(); }

void Writer::SetPendingInMemory(size_t claims) { impl_->fact_rows.SetPendingInMemory(claims); }

FactReader& Writer::facts() { return impl_->facts; }

void Writer::Apply(const FactPlan& plan) { impl_->fact_rows.Apply(plan); }

void Writer::Settle(const std::vector<PendingAspect>& applied) { impl_->fact_rows.Settle(applied); }

int64_t Writer::ForeignChanges() { return TakeNumber(impl_->Sql("PRAGMA data_version")); }

std::optional<ReviewedClaim> Writer::FindClaim(std::string_view claim_id) {
  constexpr int kFirstField = 4;
  Statement& s = impl_->Sql(
      "SELECT c.no, c.document_id, c.surface, c.sentence, c.subject, c.subject_id, c.metric,"
      " c.metric_id, c.scope, c.kind, c.value, c.low, c.high, c.precision, c.unit, c.bound,"
      " c.direction, c.basis, c.period_start, c.period_end, c.modality, c.attribution,"
      " c.attribution_id FROM corrected_claim_rows c WHERE c.claim_id = ?1");
  s.Bind(1, claim_id);
  std::optional<ReviewedClaim> out;
  if (s.Next()) {
    out.emplace();
    out->no = s.Int(0);
    out->document_id = s.Text(1);
    out->surface = s.Text(2);
    out->sentence = s.Text(3);
    for (int i = kFirstField; i < s.columns(); ++i) {
      out->fields[s.Name(i)] = s.Null(i) ? std::nullopt : std::optional(s.Text(i));
    }
  }
  s.Reset();
  if (!out) return out;
  Statement& d = impl_->Sql("SELECT published FROM document_rows WHERE document_id = ?1");
  d.Bind(1, out->document_id);
  if (d.Next()) out->published = d.Text(0);
  d.Reset();
  out->standing = StandingOf(ReviewsOf(claim_id));
  return out;
}

std::vector<Review> Writer::ReviewsOf(std::string_view claim_id) {
  return impl_->reviews.Of(claim_id);
}

std::optional<Review> Writer::FindReview(int64_t review_id) {
  Statement& s =
      impl_->Sql("SELECT" HANFACT_REVIEW_COLUMNS "FROM reviews r WHERE r.review_id = ?1");
  s.Bind(1, review_id);
  std::optional<Review> out;
  if (s.Next()) out = ReadReview(s);
  s.Reset();
  return out;
}

std::string Writer::HolderOf(const std::string& claim_id) { return impl_->HolderOf(claim_id); }

std::optional<std::string> Writer::EntityNamed(std::string_view canonical) {
  Statement& s =
      impl_->Sql("SELECT min(entity_id) FROM entity_rows WHERE canonical = ?1 HAVING count(*) = 1");
  s.Bind(1, canonical);
  std::optional<std::string> out;
  if (s.Next()) out = s.Text(0);
  s.Reset();
  return out;
}

int64_t Writer::AddReview(const Review& review) {
  const int64_t id = impl_->reviews.Add(review);
  impl_->reviews.Settle(review.claim_id);
  if (const std::string holder = HolderOf(review.claim_id); holder != review.claim_id) {
    impl_->reviews.Settle(holder);
  }
  impl_->facts.ForgetReviews();
  return id;
}

std::vector<PendingAspect> Writer::FileReviewed(int64_t claim_no) { return impl_->File(claim_no); }

bool Writer::FileSome(int64_t limit) {
  std::vector<int64_t> claims;
  Statement& s = impl_->Sql("SELECT claim_no FROM unfiled_rows ORDER BY claim_no LIMIT ?1");
  s.Bind(1, limit);
  while (s.Next()) claims.push_back(s.Int(0));
  s.Reset();
  for (const int64_t no : claims) {
    impl_->FileAndLeavePending(no);
    impl_->Sql("DELETE FROM unfiled_rows WHERE claim_no = ?1").Bind(1, no).Run();
  }
  return !claims.empty();
}

void Writer::SetAspectMaker(AspectMaker maker) { impl_->aspect_maker = std::move(maker); }

void Writer::AddEntity(const EntityRow& entity) { impl_->shared.WriteEntity(entity); }

std::vector<int64_t> Writer::RemoveDocument(int64_t no) {
  std::vector<int64_t> touched = MembersOf(StoryOf(no));
  std::erase(touched, no);
  impl_->ClearDocument(no);
  if (impl_->HasSearch()) impl_->Sql(Impl::kDropSearch).Bind(1, no).Run();
  for (std::string_view sql : {"DELETE FROM input_rows WHERE document_no = ?1",
                               "DELETE FROM document_rows WHERE no = ?1"}) {
    impl_->Sql(sql).Bind(1, no).Run();
  }
  return touched;
}

void Writer::RemoveReject(std::string_view locator, std::string_view sha256) {
  impl_->Sql("DELETE FROM rejects WHERE locator = ?1 AND sha256 = ?2")
      .Bind(1, locator)
      .Bind(2, sha256)
      .Run();
  impl_->journal.DropInput(locator, sha256);
}

void Writer::SetBandMaker(BandMaker maker) { impl_->bands.SetMaker(std::move(maker)); }

std::vector<int64_t> Writer::NextUnbanded(int64_t after, int limit) {
  return impl_->bands.NextUnbanded(after, limit);
}

void Writer::SetBands(int64_t no, std::string_view document_id,
                      const std::vector<uint64_t>& bands) {
  impl_->bands.Add(no, document_id, bands);
}

size_t Writer::bands_in_memory() const { return impl_->bands.in_memory(); }

bool Writer::WriteSomeBands() { return impl_->bands.WriteSome(); }

void Writer::CountFacts(int64_t& facts, int64_t& conflicts) {
  Statement& s =
      impl_->Sql("SELECT (SELECT count(*) FROM fact_rows), (SELECT count(*) FROM conflict_rows)");
  if (s.Next()) {
    facts = s.Int(0);
    conflicts = s.Int(1);
  }
  s.Reset();
}

int64_t Writer::CountSearch() {
  Statement& s = impl_->Sql("SELECT count(*) FROM search_content");
  const int64_t out = s.Next() ? s.Int(0) : 0;
  s.Reset();
  return out;
}

void Writer::SetSearchText(SearchTextMaker maker) { impl_->search_text = std::move(maker); }

void Writer::MakeSearch() {
  impl_->connection.Execute(
      "CREATE VIRTUAL TABLE IF NOT EXISTS search USING fts5(document_id UNINDEXED, title, text)");
  impl_->search.reset();
}

int64_t Writer::FillSearch(int64_t after, int64_t limit) {
  struct Row {
    int64_t no;
    std::string id, title, text;
  };
  std::vector<Row> rows;
  Statement& s = impl_->Sql(
      "SELECT d.no, d.document_id, d.title, t.text FROM document_rows d JOIN text_rows t ON"
      " t.document_no = d.no WHERE d.no > ?1 AND NOT"
      " EXISTS (SELECT 1 FROM search_content c WHERE c.id = d.no) ORDER BY d.no LIMIT ?2");
  s.Bind(1, after).Bind(2, limit);
  while (s.Next()) rows.push_back({s.Int(0), s.Text(1), s.Text(2), s.Text(3)});
  s.Reset();
  if (rows.empty() || !impl_->HasSearch()) return 0;
  for (const Row& r : rows) impl_->AddSearch(r.no, r.id, r.title, r.text);
  return rows.back().no;
}

int64_t Writer::FitMemory() {
  const int64_t kept = BytesToKeep(impl_->connection);
  impl_->connection.Execute("PRAGMA cache_size = -" + std::to_string(kept >> 10));
  return kept - kLeastKept;
}

void Writer::DropUnusedEntities() {
  impl_->connection.Execute(
      "DELETE FROM entity_rows WHERE no NOT IN (SELECT entity_no FROM mention_rows)"
      " AND entity_id NOT IN (SELECT id FROM name_rows WHERE no IN (SELECT subject_no FROM"
      " claim_rows UNION SELECT attribution_no FROM claim_rows)) AND entity_id NOT IN (SELECT new"
      " FROM reviews WHERE field IN ('subject_id', 'attribution_id') AND new IS NOT NULL);"
      "DELETE FROM aliases WHERE entity_id NOT IN (SELECT entity_id FROM entity_rows);");
  impl_->shared.Forget();
  impl_->facts.Forget();
}

}  // namespace hanfact::store
