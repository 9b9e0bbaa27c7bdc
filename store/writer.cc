#include "store/writer.h"

#include <algorithm>
#include <cstring>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <tuple>
#include <unordered_map>
#include <unordered_set>

#include "base/hash.h"
#include "store/places.h"
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

// Bands are stored short, as what shares one is compared in full: 36 bits of the band, and behind
// them the document's rank, of 12 bits; six bytes together.
constexpr int64_t kBandRanks = 1 << 12;
int64_t RankOf(std::string_view document_id) {
  return static_cast<int64_t>(Hash64(document_id) % kBandRanks);
}
int64_t StoredBand(uint64_t band) {
  return (static_cast<int64_t>(band & 0xfffffffff) - 0x800000000LL) * kBandRanks;
}

std::string DecimalText(const std::optional<Decimal>& d) { return d ? d->ToString() : ""; }
std::string ChecksJson(const std::vector<ClaimCheck>& checks) {
  nlohmann::json out = nlohmann::json::array();
  for (const ClaimCheck& c : checks) {
    nlohmann::json row = {{"name", ToString(c.name)}, {"passed", c.passed}};
    if (!c.note.empty()) row["note"] = c.note;
    out.push_back(std::move(row));
  }
  return out.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

std::string PointText(const std::optional<Moment>& moment) {
  return moment ? moment->ToString() : "";
}

std::string_view ScriptOf(std::string_view alias) {
  for (char c : alias) {
    if (static_cast<unsigned char>(c) >= 0x80) return "Hans";
  }
  return "Latn";
}

std::string_view ToString(Outcome outcome) {
  switch (outcome) {
    case Outcome::kDocument:
      return "document";
    case Outcome::kSameDocument:
      return "same_document";
    case Outcome::kReject:
      return "reject";
  }
  return "";
}

// What a row of a table that keeps what repeats is found by; also the SQL function hanfact_hash.
int64_t KeyOf(std::initializer_list<std::string_view> columns) {
  std::string joined;
  for (std::string_view column : columns) AddToKey(joined, column);
  return static_cast<int64_t>(Hash64(joined));
}

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

// Bands that are not written yet, with their documents, sixteen bytes a band. Bands are hashes: in
// buckets by their upper bits, each sorted, a row finds its place among some hundred.
class RecentBands {
 public:
  using Row = std::pair<int64_t, int64_t>;  // band as stored, document

  [[nodiscard]] size_t size() const { return size_; }
  // A document may have no bands at all.
  void AddDocument(int64_t no) { documents_.insert(no); }
  void Add(int64_t band, int64_t no) {
    std::vector<Row>& rows = buckets_[BucketOf(band)];
    const Row row(band, no);
    const auto at = std::lower_bound(rows.begin(), rows.end(), row);
    if (at != rows.end() && *at == row) return;
    rows.insert(at, row);
    ++size_;
  }
  // Rows of bands from `first` on and before `end`, which are of one band with any rank.
  void Read(int64_t first, int64_t end, std::vector<Row>& out) const {
    const std::vector<Row>& rows = buckets_[BucketOf(first)];
    for (auto it = std::lower_bound(rows.begin(), rows.end(), Row(first, 0));
         it != rows.end() && it->first < end; ++it) {
      out.push_back(*it);
    }
  }
  // Takes out the first `limit` rows.
  std::vector<Row> Take(size_t limit) {
    std::vector<Row> out;
    for (std::vector<Row>& rows : buckets_) {
      const size_t taken = std::min(limit - out.size(), rows.size());
      const auto end = rows.begin() + static_cast<ptrdiff_t>(taken);
      out.insert(out.end(), rows.begin(), end);
      rows.erase(rows.begin(), end);
    }
    size_ -= out.size();
    return out;
  }
  // Few documents are dropped so soon: all rows are looked through.
  void Drop(int64_t no) {
    if (documents_.erase(no) == 0) return;
    for (std::vector<Row>& rows : buckets_) {
      size_ -= std::erase_if(rows, [&](const Row& row) { return row.second == no; });
    }
  }
  void Clear() { *this = RecentBands(); }
  // Those added since this was last empty.
  [[nodiscard]] const std::set<int64_t>& documents() const { return documents_; }

 private:
  static constexpr int kBucketBits = 10;
  // Of the 48 bits of a stored band, which has a sign.
  static size_t BucketOf(int64_t band) {
    return static_cast<size_t>((band + (1LL << 47)) >> (48 - kBucketBits));
  }

  std::vector<std::vector<Row>> buckets_{size_t{1} << kBucketBits};
  size_t size_ = 0;
  std::set<int64_t> documents_;
};

// The claims of document ?1, as c.
#define HANFACT_CLAIMS_OF_DOCUMENT                                                    \
  " FROM document_rows d CROSS JOIN claim_rows c ON c.no >= d.first_claim AND c.no <" \
  " d.first_claim + d.claim_count AND d.no = ?1"

struct Writer::Impl {
  explicit Impl(Connection& c) : connection(c), statements(c), facts(c) {}

  Statement& Sql(std::string_view sql) { return statements.Get(sql); }

  void RecordInput(const InputKey& key, std::optional<int64_t> no, Outcome outcome) {
    const int64_t rules = RulesNo(), input_key = KeyOf({key.locator, key.sha256});
    const std::string sha256 = BytesOfHex(key.sha256), digest = BytesOfHex(key.metadata_digest);
    int64_t row = 0;
    {
      Statement& s =
          Sql("SELECT no FROM input_rows WHERE key = ?1 AND locator = ?2 AND sha256 = ?3 AND"
              " metadata_digest = ?4");
      s.Bind(1, input_key).Bind(2, key.locator).BindBlob(3, sha256).BindBlob(4, digest);
      if (s.Next()) row = s.Int(0);
      s.Reset();
    }
    Statement& s =
        row == 0
            ? Sql("INSERT INTO input_rows (as_of, document_no, outcome, rules_no, run_id, key,"
                  " locator, sha256, metadata_digest) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)")
            : Sql("UPDATE input_rows SET as_of = ?1, document_no = ?2, outcome = ?3, rules_no = ?4,"
                  " run_id = ?5 WHERE no = ?6");
    s.Bind(1, key.as_of);
    no ? s.Bind(2, *no) : s.BindNull(2);
    s.Bind(3, ToString(outcome)).Bind(4, rules).Bind(5, run_id).Bind(6, row == 0 ? input_key : row);
    if (row == 0) s.Bind(7, key.locator).BindBlob(8, sha256).BindBlob(9, digest);
    s.Run();
    // What could not even be read has no payload to tell it by: what is read now takes its place.
    if (!key.sha256.empty() && DropInput(key.locator, "")) {
      Sql("DELETE FROM rejects WHERE locator = ?1 AND sha256 = ''").Bind(1, key.locator).Run();
    }
  }

  // Takes refused inputs of this payload out of the journal; whether there was one.
  bool DropInput(std::string_view locator, std::string_view sha256) {
    const std::string bytes = BytesOfHex(sha256);
    Sql("DELETE FROM input_rows WHERE key = ?1 AND locator = ?2 AND sha256 = ?3 AND"
        " outcome = 'reject'")
        .Bind(1, KeyOf({locator, sha256}))
        .Bind(2, locator)
        .BindBlob(3, bytes)
        .Run();
    return sqlite3_changes(connection.handle()) > 0;
  }

  // The number of the rules and lexicon in hand.
  int64_t RulesNo() {
    if (rules_no == 0) {
      Sql("INSERT OR IGNORE INTO rules_rows (rules_digest, lexicon_digest) VALUES (?1, ?2)")
          .Bind(1, run.rules_digest)
          .Bind(2, run.lexicon_digest)
          .Run();
      Statement& s =
          Sql("SELECT no FROM rules_rows WHERE rules_digest = ?1 AND lexicon_digest = ?2");
      s.Bind(1, run.rules_digest).Bind(2, run.lexicon_digest);
      if (s.Next()) rules_no = s.Int(0);
      s.Reset();
    }
    return rules_no;
  }

  // The same few lists of checks stand behind most claims: each is kept once.
  int64_t ChecksNo(const std::vector<ClaimCheck>& list) {
    constexpr int kFirst = '@';  // a printed sign for each name with what became of it
    std::string said;
    for (const ClaimCheck& c : list) {
      const bool noted = !c.note.empty();
      said += static_cast<char>(kFirst + static_cast<int>(c.name) * 4 + c.passed * 2 + noted);
      if (noted) AddToKey(said, c.note);
    }
    return Cached(checks, said, [&] {
      const std::string json = ChecksJson(list);
      Sql("INSERT OR IGNORE INTO check_rows (checks) VALUES (?1)").Bind(1, json).Run();
      Statement& s = Sql("SELECT no FROM check_rows WHERE checks = ?1");
      s.Bind(1, json);
      return TakeNumber(s);
    });
  }

  // The outcome says whose locator the document bears: "document" for it, "same_document" for the
  // others; so the journal is the same in whatever order the inputs came.
  void SettleOutcomes(int64_t no) {
    Sql("UPDATE input_rows SET outcome = iif((locator, sha256) = (SELECT locator, sha256 FROM"
        " document_rows WHERE no = ?1), 'document', 'same_document') WHERE document_no = ?1")
        .Bind(1, no)
        .Run();
  }

  // Whether a document has inputs with another payload than its own: it is of several pages.
  bool HasPages(int64_t no, std::string_view sha256) {
    Statement& s = Sql("SELECT 1 FROM input_rows WHERE document_no = ?1 AND sha256 <> ?2 LIMIT 1");
    const std::string bytes = BytesOfHex(sha256);
    s.Bind(1, no).BindBlob(2, bytes);
    const bool out = s.Next();
    s.Reset();
    return out;
  }

  // The document that an input was recorded with; 0 for none.
  int64_t DocumentOf(const InputKey& key) {
    return AskInput(
        "SELECT coalesce(document_no, 0) FROM input_rows i WHERE i.key = ?1 AND i.locator = ?2 AND"
        " i.sha256 = ?3 AND i.metadata_digest = ?4",
        key, "");
  }

  // The document that an input was recorded with, if that is none of this id; else 0.
  int64_t ForeignDocumentOf(const InputKey& key, std::string_view document_id) {
    return AskInput(
        "SELECT d.no FROM input_rows i JOIN document_rows d ON d.no = i.document_no WHERE i.key ="
        " ?1 AND i.locator = ?2 AND i.sha256 = ?3 AND i.metadata_digest = ?4 AND d.document_id <>"
        " ?5",
        key, document_id);
  }

  int64_t AskInput(std::string_view sql, const InputKey& key, std::string_view document_id) {
    const std::string sha256 = BytesOfHex(key.sha256), digest = BytesOfHex(key.metadata_digest);
    Statement& s = Sql(sql);
    s.Bind(1, KeyOf({key.locator, key.sha256})).Bind(2, key.locator);
    s.BindBlob(3, sha256).BindBlob(4, digest);
    if (!document_id.empty()) s.Bind(5, document_id);
    return TakeNumber(s);
  }

  // After an input of a document went to another one: true if none is left; else the document bears
  // the least locator of the others.
  bool LoseInput(int64_t no) {
    Statement& s = Sql("SELECT 1 FROM input_rows WHERE document_no = ?1 LIMIT 1");
    s.Bind(1, no);
    const bool any = s.Next();
    s.Reset();
    if (!any) return true;
    Sql("UPDATE document_rows SET locator = (SELECT min(i.locator) FROM input_rows i WHERE"
        " i.document_no = ?1 AND i.sha256 = document_rows.sha256) WHERE no = ?1")
        .Bind(1, no)
        .Run();
    SettleOutcomes(no);
    return false;
  }

  void DropReject(const InputKey& key) {
    Sql("DELETE FROM rejects WHERE locator = ?1 AND sha256 = ?2")
        .Bind(1, key.locator)
        .Bind(2, key.sha256)
        .Run();
  }

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
    ForgetPending();
    DropBands(no);
  }

  void DropBands(int64_t no) {
    recent_bands.Drop(no);
    // Those that are written. Of a document in `unbanded_rows` some may be.
    std::string document_id, text;
    {
      Statement& s =
          Sql("SELECT document_id, text FROM document_rows JOIN text_rows ON document_no"
              " = no WHERE no = ?1");
      s.Bind(1, no);
      if (s.Next()) {
        document_id = s.Text(0);
        text = s.Text(1);
      }
      s.Reset();
    }
    if (make_bands == nullptr) {
      Sql("DELETE FROM band_rows WHERE document_no = ?1").Bind(1, no).Run();
    } else {
      for (const uint64_t band : make_bands(text)) {
        Sql("DELETE FROM band_rows WHERE band = ?1 AND document_no = ?2")
            .Bind(1, StoredBand(band) + RankOf(document_id))
            .Bind(2, no)
            .Run();
      }
    }
    Sql("DELETE FROM unbanded_rows WHERE document_no = ?1").Bind(1, no).Run();
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
    s.Bind(22, run_id).BindBlob(23, numbers).BindOrNull(24, d.meta.extra);
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
    for (const EntityRow& e : a.entities) WriteEntity(e);
    for (const EntityMention& m : a.mentions) {
      Sql("INSERT OR REPLACE INTO mention_rows VALUES (?1, ?2, ?3, ?4)")
          .Bind(1, no)
          .Bind(2, cp(m.span.begin))
          .Bind(3, cp(m.span.end))
          .Bind(4, EntityNo(m.entity.entity_id))
          .Run();
    }
    WriteBands(no, a.document.document_id, a.signature.bands);
    for (size_t i = 0; i < a.claims.size(); ++i) {
      const Claim& c = a.claims[i];
      const std::string spans = PackSpans(c, cp);
      const std::string value = DecimalText(c.quantity.value), low = DecimalText(c.quantity.low),
                        high = DecimalText(c.quantity.high);
      const int64_t start = cp(c.span.begin);
      const int64_t frame = FrameNo(c), subject = NameNo(c.subject, c.subject_id),
                    metric = NameNo(c.metric, c.metric_id), period = PeriodNo(c),
                    speaker = NameNo(c.attribution, c.attribution_id);
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
      if (!a.aspects[i].empty()) AddPending(AspectNumber(a.aspects[i]), claim_no);
    }
  }

  void WriteBands(int64_t no, std::string_view document_id, const std::vector<uint64_t>& bands) {
    const int64_t rank = RankOf(document_id);
    Sql("INSERT OR IGNORE INTO unbanded_rows VALUES (?1)").Bind(1, no).Run();
    recent_bands.AddDocument(no);
    for (uint64_t band : bands) recent_bands.Add(StoredBand(band) + rank, no);
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
    constexpr double kAlike = 0.8;
    std::vector<std::string> reviewed;
    Statement& s =
        Sql("SELECT DISTINCT coalesce(m.claim_id, r.claim_id) FROM reviews r LEFT JOIN claim_moves"
            " m ON m.old_claim_id = r.claim_id WHERE r.document_id = ?1 ORDER BY 1");
    s.Bind(1, document_id);
    while (s.Next()) reviewed.push_back(s.Text(0));
    s.Reset();
    for (const std::string& id : reviewed) {
      if (after.contains(id)) {
        // Back again: it takes its own reviews.
        Sql("DELETE FROM claim_moves WHERE old_claim_id = ?1").Bind(1, id).Run();
        continue;
      }
      auto old = before.find(id);
      if (old == before.end()) continue;
      double best = 0;
      std::string heir;
      for (const auto& [other, claim] : after) {
        if (claim.surface != old->second.surface) continue;
        const double alike = Alike(claim.sentence, old->second.sentence);
        if (alike < kAlike || alike < best) continue;
        heir = alike == best ? "" : other;  // two that are as much alike: none
        best = alike;
      }
      if (heir.empty()) continue;
      Sql("UPDATE claim_moves SET claim_id = ?2, run_id = ?3 WHERE claim_id = ?1")
          .Bind(1, id)
          .Bind(2, heir)
          .Bind(3, run_id)
          .Run();
      Sql("INSERT OR REPLACE INTO claim_moves VALUES (?1, ?2, ?3)")
          .Bind(1, id)
          .Bind(2, heir)
          .Bind(3, run_id)
          .Run();
      Sql("INSERT OR IGNORE INTO standing_rows SELECT ?2, status, corrections FROM standing_rows"
          " WHERE claim_id = ?1")
          .Bind(1, id)
          .Bind(2, heir)
          .Run();
    }
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

  void WriteEntity(const EntityRow& e) {
    if (entities.contains(e.name.entity_id)) return;
    Statement& s =
        Sql("INSERT OR IGNORE INTO entity_rows (entity_id, canonical, entity_type, ticker, known,"
            " fiscal_year_end) VALUES (?1, ?2, ?3, ?4, ?5, ?6)");
    s.Bind(1, e.name.entity_id).Bind(2, e.name.canonical);
    s.Bind(3, hanfact::ToString(e.name.type)).BindOrNull(4, e.ticker);
    s.Bind(5, static_cast<int64_t>(e.name.known)).Bind(6, static_cast<int64_t>(e.fiscal_year_end));
    s.Run();
    const bool fresh = sqlite3_changes(connection.handle()) != 0;
    EntityNo(e.name.entity_id);
    if (!fresh) return;  // known to the database: aliases too
    for (const auto& [alias, region] : e.aliases) {
      Sql("INSERT OR IGNORE INTO aliases VALUES (?1, ?2, ?3, ?4)")
          .Bind(1, e.name.entity_id)
          .Bind(2, alias)
          .Bind(3, region)
          .Bind(4, ScriptOf(alias))
          .Run();
    }
  }

  int64_t EntityNo(const std::string& entity_id) {
    return Cached(entities, entity_id, [&] {
      Statement& s = Sql("SELECT no FROM entity_rows WHERE entity_id = ?1");
      s.Bind(1, entity_id);
      return TakeNumber(s);
    });
  }

  static constexpr size_t kUsualKey = 160;  // bytes
  // Numbers of rows that are never changed, by what they say: kept while they are few.
  using Numbers = std::unordered_map<std::string, int64_t>;
  template <class Find>
  int64_t Cached(Numbers& numbers, const std::string& key, Find find) {
    const auto it = numbers.find(key);
    if (it != numbers.end()) return it->second;
    const int64_t no = find();
    if (numbers.size() > kCachedNumbers) numbers.clear();
    if (no != 0) numbers.emplace(key, no);
    return no;
  }
  int64_t Inserted(Statement& s) {
    s.Run();
    return sqlite3_last_insert_rowid(connection.handle());
  }

  // 0 where there is neither.
  int64_t NameNo(const std::string& name, const std::string& id) {
    if (name.empty() && id.empty()) return 0;
    std::string joined;
    joined.reserve(kUsualKey);
    for (std::string_view column : {std::string_view(name), std::string_view(id)})
      AddToKey(joined, column);
    return Cached(names, joined, [&] {
      const auto key = static_cast<int64_t>(Hash64(joined));
      Statement& s = Sql("SELECT no FROM name_rows WHERE key = ?1 AND name = ?2 AND id = ?3");
      s.Bind(1, key).Bind(2, name).Bind(3, id);
      if (const int64_t no = TakeNumber(s); no != 0) return no;
      return Inserted(Sql("INSERT INTO name_rows (key, name, id) VALUES (?1, ?2, ?3)")
                          .Bind(1, key)
                          .Bind(2, name)
                          .Bind(3, id));
    });
  }

  int64_t PeriodNo(const Claim& c) {
    const std::string start = c.period ? PointText(c.period->start) : "",
                      end = c.period ? PointText(c.period->end) : "";
    if (start.empty() && end.empty() && c.period_text.empty()) return 0;
    std::string joined;
    joined.reserve(kUsualKey);
    for (std::string_view column :
         {std::string_view(start), std::string_view(end), std::string_view(c.period_text)})
      AddToKey(joined, column);
    return Cached(periods, joined, [&] {
      const auto key = static_cast<int64_t>(Hash64(joined));
      Statement& s =
          Sql("SELECT no FROM period_rows WHERE key = ?1 AND period_start = ?2 AND period_end = ?3"
              " AND period_text = ?4");
      s.Bind(1, key).Bind(2, start).Bind(3, end).Bind(4, c.period_text);
      if (const int64_t no = TakeNumber(s); no != 0) return no;
      return Inserted(Sql("INSERT INTO period_rows (key, period_start, period_end, period_text)"
                          " VALUES (?1, ?2, ?3, ?4)")
                          .Bind(1, key)
                          .Bind(2, start)
                          .Bind(3, end)
                          .Bind(4, c.period_text));
    });
  }

  int64_t FrameNo(const Claim& c) {
    const int64_t checks_no = ChecksNo(c.checks);
    const std::string precision = c.quantity.precision.ToString();
    const std::string_view texts[] = {
        c.scope.empty() ? "{}" : std::string_view(c.scope),
        hanfact::ToString(c.kind),
        precision,
        c.quantity.unit,
        hanfact::ToString(c.quantity.bound),
        hanfact::ToString(c.direction),
        hanfact::ToString(c.basis),
        c.period_from ? hanfact::ToString(*c.period_from) : std::string_view(),
        hanfact::ToString(c.modality),
        c.rule};
    std::string joined;
    joined.reserve(kUsualKey);
    for (std::string_view text : texts) AddToKey(joined, text);
    const auto key = static_cast<int64_t>(Hash64(joined));
    const int64_t low_open = c.quantity.low_open ? 1 : 0, high_open = c.quantity.high_open ? 1 : 0;
    joined.append(reinterpret_cast<const char*>(&c.confidence), sizeof c.confidence);
    joined += std::to_string(checks_no * 4 + low_open * 2 + high_open);
    const auto bind = [&](Statement& s) -> Statement& {
      s.Bind(1, key).Bind(2, low_open).Bind(3, high_open).Bind(4, c.confidence).Bind(5, checks_no);
      int at = 6;
      for (std::string_view text : texts) s.Bind(at++, text);
      return s;
    };
    return Cached(frames, joined, [&] {
      Statement& s =
          Sql("SELECT no FROM frame_rows WHERE key = ?1 AND low_open = ?2 AND high_open = ?3 AND"
              " confidence = ?4 AND checks_no = ?5 AND scope = ?6 AND kind = ?7 AND precision = ?8"
              " AND unit = ?9 AND bound = ?10 AND direction = ?11 AND basis = ?12 AND"
              " period_from = ?13 AND modality = ?14 AND rule = ?15");
      if (const int64_t no = TakeNumber(bind(s)); no != 0) return no;
      return Inserted(
          bind(Sql("INSERT INTO frame_rows (key, low_open, high_open, confidence, checks_no, scope,"
                   " kind, precision, unit, bound, direction, basis, period_from, modality, rule)"
                   " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15)")));
    });
  }

  // Gives the row's number, as do those below.
  int64_t WriteConflict(const FactPlan::Conflict& c, int64_t aspect) {
    if (!c.write) return c.no;
    Statement& w =
        c.no == 0
            ? Sql("INSERT INTO conflict_rows (conflict_id, subject, metric, period_start,"
                  " period_end, unit, facts, reason, aspect) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7,"
                  " ?8, ?9)")
            : Sql("UPDATE conflict_rows SET conflict_id = ?1, subject = ?2, metric = ?3,"
                  " period_start = ?4, period_end = ?5, unit = ?6, facts = ?7, reason = ?8"
                  " WHERE no = ?9");
    w.Bind(1, c.id).BindOrNull(2, c.subject).BindOrNull(3, c.metric);
    w.BindOrNull(4, c.start).BindOrNull(5, c.end).Bind(6, c.unit).Bind(7, c.facts);
    w.Bind(8, c.reason).Bind(9, c.no == 0 ? aspect : c.no);
    const int64_t inserted = Inserted(w);
    return c.no == 0 ? inserted : c.no;
  }

  int64_t WriteFact(const FactPlan::Fact& f, int64_t conflict, int64_t aspect) {
    const StoredFact& row = f.row;
    int64_t no = row.no;
    if (f.write) {
      Statement& s =
          no == 0
              ? Sql("INSERT INTO fact_rows (claim_no, claims, documents, stories, first_published,"
                    " last_published, conflict_no, key, reach, aspect, fact_id) VALUES (?1, ?2, ?3,"
                    " ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)")
              : Sql("UPDATE fact_rows SET claim_no = ?1, claims = ?2, documents = ?3, stories = ?4,"
                    " first_published = ?5, last_published = ?6, conflict_no = ?7, key = ?8,"
                    " reach = ?9 WHERE no = ?10");
      s.Bind(1, row.claim_no).Bind(2, row.claims).Bind(3, row.documents).Bind(4, row.stories);
      s.BindOrNull(5, row.first_published).BindOrNull(6, row.last_published);
      s.BindOrNull(7, conflict).Bind(8, StoredKey(row.place)).Bind(9, StoredReach(row.place));
      s.Bind(10, no == 0 ? aspect : no);
      const std::string fact_id = no == 0 ? BytesOfHex(row.fact_id) : "";
      if (no == 0) s.BindBlob(11, fact_id);
      const int64_t inserted = Inserted(s);
      if (no == 0) no = inserted;
    }
    for (const int64_t claim_no : f.gone) {
      Sql("DELETE FROM fact_claim_rows WHERE claim_no = ?1 AND fact_no = ?2")
          .Bind(1, claim_no)
          .Bind(2, no)
          .Run();
    }
    for (const auto& [claim_no, relation] : f.come) {
      // It may still be in the fact that it leaves.
      Sql("INSERT OR REPLACE INTO fact_claim_rows VALUES (?1, ?2, ?3)")
          .Bind(1, claim_no)
          .Bind(2, no)
          .Bind(3, static_cast<int64_t>(relation))
          .Run();
    }
    return no;
  }

  // Takes out links that facts have, and with contradictions their conflicts.
  void Unlink(const FactPlan::Unlinked& group) {
    for (const int64_t no : group.facts) {
      for (const FactRelation relation : group.relations) {
        Sql("DELETE FROM fact_link_rows WHERE fact_a = ?1 AND relation = ?2")
            .Bind(1, no)
            .Bind(2, static_cast<int64_t>(relation))
            .Run();
        if (relation != FactRelation::kContradiction) continue;
        const int64_t conflict = TakeNumber(
            Sql("SELECT coalesce(conflict_no, 0) FROM fact_rows WHERE no = ?1").Bind(1, no));
        if (conflict == 0) continue;
        Sql("UPDATE fact_rows SET conflict_no = NULL WHERE no = ?1").Bind(1, no).Run();
        Sql("DELETE FROM conflict_rows WHERE no = ?1").Bind(1, conflict).Run();
      }
    }
  }

  void AddPending(int64_t aspect, int64_t claim_no) {
    Sql("INSERT OR IGNORE INTO pending_rows VALUES (?1, ?2)")
        .Bind(1, claim_no)
        .Bind(2, aspect)
        .Run();
  }
  // What was read of it does not stand any more.
  void ForgetPending() {
    pending = {};  // its memory too
    next_pending = 0;
    pending_part = pending_parts = 0;
  }
  // The next part of what is pending. Aspects are hashes: an equal part of their range has about
  // an equal share of the rows.
  void ReadPending() {
    const uint64_t width = UINT64_MAX / pending_parts;
    const auto bound = [&](uint64_t part) {
      return static_cast<int64_t>(part * width + (uint64_t{1} << 63));
    };
    const uint64_t part = pending_part++;
    const int64_t last = pending_part == pending_parts ? INT64_MAX : bound(part + 1) - 1;
    Statement& s = Sql("SELECT aspect, claim_no FROM pending_rows WHERE aspect BETWEEN ?1 AND ?2");
    s.Bind(1, bound(part)).Bind(2, last);
    while (s.Next()) pending.emplace_back(s.Int(0), s.Int(1));
    s.Reset();
    std::sort(pending.begin(), pending.end());
  }

  void ForgetNumbers() {
    for (Numbers* numbers : {&checks, &names, &periods, &frames, &entities}) numbers->clear();
  }

  // After its story or its place among versions changed.
  void MarkPending(int64_t no) {
    facts.ForgetDocuments();
    Sql("INSERT OR IGNORE INTO pending_rows SELECT c.no, c.aspect" HANFACT_CLAIMS_OF_DOCUMENT
        " WHERE c.aspect <> 0")
        .Bind(1, no)
        .Run();
  }

  Connection& connection;
  Statements statements;
  static constexpr size_t kCachedNumbers = 8000;
  Numbers checks, names, periods, frames, entities;  // forgotten with a transaction undone
  RunInfo run;
  int64_t run_id = 0;
  int64_t rules_no = 0;  // of the rules and lexicon in `run`; 0: not looked up yet
  SearchTextMaker search_text;
  std::optional<bool> search;  // whether the index is there
  BandMaker make_bands;
  RecentBands recent_bands;
  FactReader facts;
  // What was pending when it was read, by aspect and claim, and how far it was given out. A part of
  // the aspects at a time, so that memory does not grow with what waits.
  uint64_t pending_in_memory = 40'000;
  std::vector<std::pair<int64_t, int64_t>> pending;
  size_t next_pending = 0;
  uint64_t pending_part = 0, pending_parts = 0;  // the next to be read, and how many there are
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
  impl_->ForgetNumbers();
  impl_->facts.Forget();
  impl_->ForgetPending();
  // Their documents are in unbanded_rows, or not there at all.
  impl_->recent_bands.Clear();
  impl_->rules_no = 0;
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

int64_t Writer::StartRun(const RunInfo& info) {
  impl_->run = info;
  impl_
      ->Sql(
          "INSERT INTO runs (started, version, rules_digest, lexicon_digest, arguments)"
          " VALUES (?1, ?2, ?3, ?4, ?5)")
      .Bind(1, info.started)
      .Bind(2, info.version)
      .Bind(3, info.rules_digest)
      .Bind(4, info.lexicon_digest)
      .Bind(5, info.arguments)
      .Run();
  impl_->run_id = sqlite3_last_insert_rowid(impl_->connection.handle());
  return impl_->run_id;
}

void Writer::FinishRun(int64_t documents, int64_t rejected, int64_t claims,
                       std::string_view finished) {
  impl_
      ->Sql(
          "UPDATE runs SET documents = ?2, rejected = ?3, claims = ?4, finished = ?5"
          " WHERE run_id = ?1")
      .Bind(1, impl_->run_id)
      .Bind(2, documents)
      .Bind(3, rejected)
      .Bind(4, claims)
      .BindOrNull(5, finished)
      .Run();
}

void Writer::UseRules(const std::string& rules_digest, const std::string& lexicon_digest) {
  if (impl_->run.rules_digest == rules_digest && impl_->run.lexicon_digest == lexicon_digest) {
    return;
  }
  impl_->run.rules_digest = rules_digest;
  impl_->run.lexicon_digest = lexicon_digest;
  impl_->rules_no = 0;
}

namespace {

constexpr std::string_view kFindInput =
    "SELECT i.as_of, r.rules_digest, r.lexicon_digest, i.outcome = 'reject' FROM input_rows i"
    " JOIN rules_rows r ON r.no = i.rules_no"
    " WHERE i.key = ?1 AND i.locator = ?2 AND i.sha256 = ?3 AND i.metadata_digest = ?4";

InputState ReadInputState(Statement& s, const InputKey& key, std::string_view rules_digest,
                          std::string_view lexicon_digest) {
  // Without a payload there is nothing to know an input again by.
  if (key.sha256.empty()) return InputState::kNew;
  const std::string sha256 = BytesOfHex(key.sha256), digest = BytesOfHex(key.metadata_digest);
  s.Bind(1, KeyOf({key.locator, key.sha256})).Bind(2, key.locator);
  s.BindBlob(3, sha256).BindBlob(4, digest);
  InputState state = InputState::kNew;
  if (s.Next() && s.Text(0) == key.as_of) {
    const bool same_rules = s.Text(1) == rules_digest && s.Text(2) == lexicon_digest;
    state = !same_rules     ? InputState::kOtherRules
            : s.Int(3) != 0 ? InputState::kRefused
                            : InputState::kDone;
  }
  s.Reset();
  return state;
}

}  // namespace

InputState Writer::FindInput(const InputKey& key) {
  return ReadInputState(impl_->Sql(kFindInput), key, impl_->run.rules_digest,
                        impl_->run.lexicon_digest);
}

struct Journal::Impl {
  Connection connection;
  std::unique_ptr<Statement> find;
};

Journal::Journal(const std::string& path) : impl_(std::make_unique<Impl>()) {
  impl_->connection.Open(path, SQLITE_OPEN_READONLY);
  impl_->find = std::make_unique<Statement>(impl_->connection, kFindInput);
}
Journal::~Journal() = default;

InputState Journal::FindInput(const InputKey& key, std::string_view rules_digest,
                              std::string_view lexicon_digest) {
  const InputState state = ReadInputState(*impl_->find, key, rules_digest, lexicon_digest);
  // It saves work only: the writer asks again, and reports what is wrong with the file.
  if (!impl_->connection.ok()) impl_->connection.ClearError();
  return state;
}

bool Writer::RefusedAlike(const InputKey& key, const Reject& reject) {
  if (!key.sha256.empty()) return false;
  Statement& s = impl_->Sql(
      "SELECT 1 FROM rejects WHERE locator = ?1 AND sha256 = '' AND stage = ?2 AND reason = ?3");
  s.Bind(1, key.locator).Bind(2, reject.stage).Bind(3, reject.reason);
  const bool alike = s.Next();
  s.Reset();
  return alike;
}

void Writer::RecordReject(const InputKey& key, const Reject& reject) {
  impl_
      ->Sql(
          "INSERT INTO rejects VALUES (?1, ?2, ?3, ?4, ?5)"
          " ON CONFLICT DO UPDATE SET stage = ?3, reason = ?4, run_id = ?5")
      .Bind(1, key.locator)
      .Bind(2, key.sha256)
      .Bind(3, reject.stage)
      .Bind(4, reject.reason)
      .Bind(5, impl_->run_id)
      .Run();
  impl_->RecordInput(key, std::nullopt, Outcome::kReject);
}

Writer::Stored Writer::AddArticle(const Article& a) {
  Stored out;
  std::optional<int64_t> existing;
  bool keep = false;
  std::string least;  // locator of the document that is there, where it stays the least
  if (a.pages.empty()) {
    // A page of an article that came whole before, given alone.
    const int64_t whole = impl_->ForeignDocumentOf(a.input, a.document.document_id);
    if (whole != 0) {
      impl_->RecordInput(a.input, whole, Outcome::kSameDocument);
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
                        s.Text(4) == impl_->run.rules_digest &&
                        s.Text(5) == impl_->run.lexicon_digest;
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
    const bool whole = impl_->HasPages(*existing, a.document.sha256);
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
    out.changed = true;
  }
  impl_->RecordInput(a.input, out.no, out.outcome);
  for (const InputKey& page : a.pages) {
    const int64_t before = impl_->DocumentOf(page);
    impl_->RecordInput(page, out.no, Outcome::kSameDocument);
    if (before != 0 && before != out.no && impl_->LoseInput(before)) out.left.push_back(before);
  }
  if (existing) impl_->SettleOutcomes(out.no);
  // An input that was refused before and is a document now is no reject any more.
  impl_->DropReject(a.input);
  for (const InputKey& page : a.pages) impl_->DropReject(page);
  return out;
}

std::vector<int64_t> Writer::BandCandidates(int64_t no, std::string_view document_id,
                                            const std::vector<uint64_t>& bands) {
  const int64_t rank = RankOf(document_id);
  std::vector<int64_t> out;
  std::vector<RecentBands::Row> unwritten;
  for (uint64_t band : bands) {
    Statement& s = impl_->Sql(
        "SELECT document_no, band FROM band_rows WHERE band >= ?1 AND band < ?2 ORDER BY band");
    const int64_t first = StoredBand(band);
    s.Bind(1, first).Bind(2, first + kBandRanks);
    size_t seen = 0;
    int64_t last = -1;  // rank of the last speaker
    // Those that are written and those that are not yet, in one order.
    unwritten.clear();
    impl_->recent_bands.Read(first, first + kBandRanks, unwritten);
    auto recent = unwritten.begin();
    bool stored = s.Next();
    while (stored || recent != unwritten.end()) {
      RecentBands::Row next;
      if (stored && (recent == unwritten.end() || s.Int(1) < recent->first)) {
        next = {s.Int(1), s.Int(0)};
        stored = s.Next();
      } else {
        next = *recent++;
      }
      const int64_t theirs = next.first - first;
      // All of one rank speak, or none: which of them came first makes no difference.
      if (seen >= kBandSpeakers && theirs > last && rank > last) break;
      if (seen < kBandSpeakers) last = theirs;
      ++seen;
      out.push_back(next.second);
    }
    s.Reset();
  }
  std::sort(out.begin(), out.end());
  out.erase(std::unique(out.begin(), out.end()), out.end());
  std::erase(out, no);
  return out;
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
    if (sqlite3_changes(impl_->connection.handle()) > 0) impl_->MarkPending(r.no);
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
    if (sqlite3_changes(impl_->connection.handle()) > 0) impl_->MarkPending(oldest_first[i]);
  }
}

void Writer::MarkPending(int64_t no) { impl_->MarkPending(no); }

int64_t Writer::CountPending() {
  return TakeNumber(impl_->Sql("SELECT count(*) FROM pending_rows"));
}

std::vector<PendingAspect> Writer::NextPending(size_t limit) {
  auto& pending = impl_->pending;
  size_t& next = impl_->next_pending;
  if (next >= pending.size()) {
    pending = {};
    next = 0;
    for (bool all = false; pending.empty();) {
      if (impl_->pending_part == impl_->pending_parts) {
        if (all) break;
        all = true;
        impl_->pending_part = 0;
        impl_->pending_parts = 1 + static_cast<uint64_t>(CountPending()) / impl_->pending_in_memory;
      }
      impl_->ReadPending();
    }
  }
  std::vector<PendingAspect> out;
  while (next < pending.size() && out.size() < limit) {
    PendingAspect& aspect = out.emplace_back();
    aspect.aspect = pending[next].first;
    for (; next < pending.size() && pending[next].first == aspect.aspect; ++next) {
      if (pending[next].second == 0) {
        aspect.whole = true;
      } else {
        aspect.claims.push_back(pending[next].second);
      }
    }
  }
  return out;
}

void Writer::ForgetPending() { impl_->ForgetPending(); }
void Writer::SetPendingInMemory(size_t claims) { impl_->pending_in_memory = claims; }

FactReader& Writer::facts() { return impl_->facts; }

void Writer::Apply(const FactPlan& plan) {
  for (const FactPlan::Unlinked& group : plan.unlinked) impl_->Unlink(group);
  std::vector<int64_t> conflicts, facts;  // the numbers of the plan's rows
  conflicts.reserve(plan.conflicts.size());
  for (const FactPlan::Conflict& c : plan.conflicts) {
    conflicts.push_back(impl_->WriteConflict(c, plan.pending.aspect));
  }
  facts.reserve(plan.facts.size());
  for (const FactPlan::Fact& f : plan.facts) {
    const int64_t conflict = f.conflict == SIZE_MAX ? 0 : conflicts[f.conflict];
    facts.push_back(impl_->WriteFact(f, conflict, plan.pending.aspect));
  }
  for (const int64_t no : plan.facts_gone) {
    impl_->Sql("DELETE FROM fact_rows WHERE no = ?1").Bind(1, no).Run();
  }
  for (const FactPlan::Link& l : plan.links) {
    impl_->Sql("INSERT OR REPLACE INTO fact_link_rows VALUES (?1, ?2, ?3, ?4)")
        .Bind(1, facts[l.a])
        .Bind(2, facts[l.b])
        .Bind(3, static_cast<int64_t>(l.relation))
        .Bind(4, l.explanation)
        .Run();
  }
  for (const FactPlan::StoredLink& l : plan.links_gone) {
    impl_->Sql("DELETE FROM fact_link_rows WHERE fact_a = ?1 AND fact_b = ?2 AND relation = ?3")
        .Bind(1, l.a)
        .Bind(2, l.b)
        .Bind(3, l.relation)
        .Run();
  }
  // After the facts, so that none names a conflict that is gone.
  for (const int64_t no : plan.conflicts_gone) {
    impl_->Sql("DELETE FROM conflict_rows WHERE no = ?1").Bind(1, no).Run();
  }
}

void Writer::Settle(const std::vector<PendingAspect>& applied) {
  std::vector<std::pair<int64_t, int64_t>>
      rows;  // in the table's order, which is that of its pages
  for (const PendingAspect& p : applied) {
    if (p.whole) rows.emplace_back(0, p.aspect);
    for (const int64_t no : p.claims) rows.emplace_back(no, p.aspect);
  }
  std::sort(rows.begin(), rows.end());
  for (const auto& [claim_no, aspect] : rows) {
    impl_->Sql("DELETE FROM pending_rows WHERE claim_no = ?1 AND aspect = ?2")
        .Bind(1, claim_no)
        .Bind(2, aspect)
        .Run();
  }
}

int64_t Writer::ForeignChanges() { return TakeNumber(impl_->Sql("PRAGMA data_version")); }

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
  impl_->DropInput(locator, sha256);
}

void Writer::SetBandMaker(BandMaker maker) { impl_->make_bands = std::move(maker); }

std::vector<int64_t> Writer::NextUnbanded(int64_t after, int limit) {
  std::vector<int64_t> out;
  Statement& s = impl_->Sql(
      "SELECT document_no FROM unbanded_rows WHERE document_no > ?1 ORDER BY document_no LIMIT ?2");
  s.Bind(1, after).Bind(2, static_cast<int64_t>(limit));
  while (s.Next()) out.push_back(s.Int(0));
  s.Reset();
  return out;
}

void Writer::SetBands(int64_t no, std::string_view document_id,
                      const std::vector<uint64_t>& bands) {
  impl_->WriteBands(no, document_id, bands);
}

size_t Writer::bands_in_memory() const { return impl_->recent_bands.size(); }

bool Writer::WriteSomeBands() {
  constexpr size_t kAtOnce = 20'000;
  RecentBands& bands = impl_->recent_bands;
  for (const auto& [band, no] : bands.Take(kAtOnce)) {
    impl_->Sql("INSERT OR IGNORE INTO band_rows VALUES (?1, ?2)").Bind(1, band).Bind(2, no).Run();
  }
  if (bands.size() > 0) return true;
  for (const int64_t no : bands.documents()) {
    impl_->Sql("DELETE FROM unbanded_rows WHERE document_no = ?1").Bind(1, no).Run();
  }
  bands.Clear();
  return false;
}

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
      " claim_rows UNION SELECT attribution_no FROM claim_rows));"
      "DELETE FROM aliases WHERE entity_id NOT IN (SELECT entity_id FROM entity_rows);");
  impl_->entities.clear();
  impl_->facts.Forget();
}

}  // namespace hanfact::store
