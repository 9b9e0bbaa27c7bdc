#include "store/writer.h"

#include <algorithm>
#include <cstring>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <tuple>
#include <unordered_map>

#include "base/hash.h"

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
std::optional<double> DecimalReal(const std::optional<Decimal>& d) {
  return d ? std::optional<double>(d->ToDouble()) : std::nullopt;
}

std::string ChecksJson(const std::vector<ClaimCheck>& checks) {
  nlohmann::json out = nlohmann::json::array();
  for (const ClaimCheck& c : checks) {
    nlohmann::json row = {{"name", c.name}, {"passed", c.passed}};
    if (!c.note.empty()) row["note"] = c.note;
    out.push_back(std::move(row));
  }
  return out.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

std::string PointText(const std::optional<Moment>& moment) {
  return moment ? moment->ToString() : "";
}

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

std::string_view FactStatus(const Fact& fact) {
  return fact.conflict_id.empty() ? "agreed" : "disputed";
}

bool SameRow(const Fact& a, const Fact& b) {
  return a.representative.claim_id == b.representative.claim_id && a.documents == b.documents &&
         a.stories == b.stories && a.first_published == b.first_published &&
         a.last_published == b.last_published && a.conflict_id == b.conflict_id;
}

bool SameMembers(const Fact& a, const Fact& b) {
  return std::equal(a.members.begin(), a.members.end(), b.members.begin(), b.members.end(),
                    [](const FactMember& x, const FactMember& y) {
                      return x.claim_id == y.claim_id && x.relation == y.relation;
                    });
}

}  // namespace

int64_t AspectNumber(std::string_view aspect) {
  if (aspect.empty()) return 0;
  const auto n = static_cast<int64_t>(Hash64(aspect));
  return n == 0 ? 1 : n;
}

struct Writer::Impl {
  explicit Impl(Connection& c) : connection(c) {}

  // Statements are prepared on first use and kept. They are told apart by where their text stands:
  // it must be a literal, or live as long as the program.
  Statement& Sql(std::string_view sql) {
    auto& statement = statements[sql.data()];
    if (statement == nullptr) statement = std::make_unique<Statement>(connection, sql);
    statement->Reset();
    return *statement;
  }

  void RecordInput(const InputKey& key, std::optional<int64_t> no, Outcome outcome) {
    const int64_t rules = RulesNo();
    Statement& s =
        Sql("INSERT INTO input_rows (locator, sha256, metadata_digest, as_of, document_no, outcome,"
            " rules_no, run_id) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)"
            " ON CONFLICT DO UPDATE SET as_of = ?4, document_no = ?5, outcome = ?6, rules_no = ?7,"
            " run_id = ?8");
    s.Bind(1, key.locator).Bind(2, key.sha256).Bind(3, key.metadata_digest).Bind(4, key.as_of);
    no ? s.Bind(5, *no) : s.BindNull(5);
    s.Bind(6, ToString(outcome)).Bind(7, rules).Bind(8, run_id).Run();
    // What could not even be read has no payload to tell it by: what is read now takes its place.
    if (!key.sha256.empty()) {
      for (std::string_view sql : {"DELETE FROM rejects WHERE locator = ?1 AND sha256 = ''",
                                   "DELETE FROM input_rows WHERE locator = ?1 AND sha256 = ''"}) {
        Sql(sql).Bind(1, key.locator).Run();
      }
    }
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
    std::string json = ChecksJson(list);
    auto it = checks.find(json);
    if (it != checks.end()) return it->second;
    Sql("INSERT OR IGNORE INTO check_rows (checks) VALUES (?1)").Bind(1, json).Run();
    Statement& s = Sql("SELECT no FROM check_rows WHERE checks = ?1");
    s.Bind(1, json);
    const int64_t no = s.Next() ? s.Int(0) : 0;
    s.Reset();
    if (checks.size() > 10000) checks.clear();
    checks.emplace(std::move(json), no);
    return no;
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
    s.Bind(1, no).Bind(2, sha256);
    const bool out = s.Next();
    s.Reset();
    return out;
  }

  // The document that an input was recorded with; 0 for none.
  int64_t DocumentOf(const InputKey& key) {
    Statement& s = Sql(
        "SELECT coalesce(document_no, 0) FROM input_rows WHERE locator = ?1 AND sha256 = ?2 AND"
        " metadata_digest = ?3");
    s.Bind(1, key.locator).Bind(2, key.sha256).Bind(3, key.metadata_digest);
    const int64_t out = s.Next() ? s.Int(0) : 0;
    s.Reset();
    return out;
  }

  // The document that an input was recorded with, if that is none of this id; else 0.
  int64_t ForeignDocumentOf(const InputKey& key, std::string_view document_id) {
    Statement& s = Sql(
        "SELECT d.no FROM input_rows i JOIN document_rows d ON d.no = i.document_no WHERE"
        " i.locator = ?1 AND i.sha256 = ?2 AND i.metadata_digest = ?3 AND d.document_id <> ?4");
    s.Bind(1, key.locator).Bind(2, key.sha256).Bind(3, key.metadata_digest).Bind(4, document_id);
    const int64_t out = s.Next() ? s.Int(0) : 0;
    s.Reset();
    return out;
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
    MarkPending(no);
    for (std::string_view sql :
         {"DELETE FROM fact_claim_rows WHERE claim_no IN (SELECT no FROM claim_rows WHERE"
          " document_no = ?1)",
          "DELETE FROM claim_rows WHERE document_no = ?1",
          "DELETE FROM mention_rows WHERE document_no = ?1",
          "DELETE FROM block_rows WHERE document_no = ?1",
          "DELETE FROM band_rows WHERE document_no = ?1",
          "DELETE FROM story_pair_rows WHERE document_no = ?1 OR other_no = ?1"}) {
      Sql(sql).Bind(1, no).Run();
    }
  }

  int64_t WriteDocument(const Article& a, std::optional<int64_t> existing) {
    const Document& d = a.document;
    Statement& s = Sql(
        "INSERT INTO document_rows (no, document_id, external_id, locator, url, site, source,"
        " title, author, published, published_from, fetched, script, region, language, charset,"
        " confidence, text, sha256, extra, metadata_digest, text_size, content_hash, numbers,"
        " run_id, story_no) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14,"
        " ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22, ?23, ?24, ?25, ?1)"
        " ON CONFLICT (no) DO UPDATE SET external_id = ?3, locator = ?4, url = ?5, site = ?6,"
        " source = ?7, title = ?8, author = ?9, published = ?10, published_from = ?11,"
        " fetched = ?12, script = ?13, region = ?14, language = ?15, charset = ?16,"
        " confidence = ?17, text = ?18, extra = ?20, metadata_digest = ?21, text_size = ?22,"
        " content_hash = ?23, numbers = ?24, run_id = ?25");
    const int64_t no = existing ? *existing : NextDocumentNo();
    const std::string numbers = Pack(a.signature.numbers);
    s.Bind(1, no).Bind(2, d.document_id).BindOrNull(3, d.meta.external_id).Bind(4, d.locator);
    s.BindOrNull(5, d.meta.url).BindOrNull(6, d.meta.site).BindOrNull(7, d.meta.source);
    s.BindOrNull(8, d.meta.title).BindOrNull(9, d.meta.author).BindOrNull(10, d.meta.published);
    s.BindOrNull(11, d.published_from).BindOrNull(12, d.meta.fetched);
    s.Bind(13, hanfact::ToString(d.script)).BindOrNull(14, d.meta.region).Bind(15, d.language);
    s.Bind(16, d.charset).Bind(17, d.confidence).Bind(18, d.text).Bind(19, d.sha256);
    s.BindOrNull(20, d.meta.extra).Bind(21, a.input.metadata_digest);
    s.Bind(22, static_cast<int64_t>(
                   a.signature.content == 0 && d.text.empty() ? 0 : CountCodePoints(d.text)));
    s.Bind(23, static_cast<int64_t>(a.signature.content)).BindBlob(24, numbers).Bind(25, run_id);
    s.Run();
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
    Statement& s = Sql("SELECT coalesce(max(no), 0) + 1 FROM document_rows");
    return s.Next() ? s.Int(0) : 0;
  }

  void WriteParts(const Article& a, int64_t no) {
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
          .Bind(4, m.entity.entity_id)
          .Run();
    }
    for (uint64_t band : a.signature.bands) {
      Sql("INSERT OR IGNORE INTO band_rows VALUES (?1, ?2)")
          .Bind(1, static_cast<int64_t>(band))
          .Bind(2, no)
          .Run();
    }
    for (size_t i = 0; i < a.claims.size(); ++i) {
      const Claim& c = a.claims[i];
      nlohmann::json spans = nlohmann::json::array();
      for (const ClaimSpan& p : c.spans) {
        spans.push_back({hanfact::ToString(p.role), cp(p.span.begin), cp(p.span.end)});
      }
      const std::string spans_text = spans.dump();
      const int64_t checks_no = ChecksNo(c.checks);
      const std::string value = DecimalText(c.quantity.value), low = DecimalText(c.quantity.low),
                        high = DecimalText(c.quantity.high),
                        precision = c.quantity.precision.ToString();
      const std::string start = c.period ? PointText(c.period->start) : "",
                        end = c.period ? PointText(c.period->end) : "";
      const std::string_view surface = Slice(text, c.span);
      Statement& s = Sql(
          "INSERT INTO claim_rows (claim_id, document_no, start, end, surface, sentence_start,"
          " sentence_end, subject, subject_id, metric, metric_id, scope, kind, value, low, high,"
          " low_open, high_open, value_num, low_num, high_num, precision, unit, bound, direction,"
          " basis, period_start, period_end, period_text, period_from, modality, attribution,"
          " attribution_id, confidence, checks_no, rule, spans, aspect) VALUES (?1, ?2, ?3, ?4, ?5,"
          " ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22, ?23,"
          " ?24, ?25, ?26, ?27, ?28, ?29, ?30, ?31, ?32, ?33, ?34, ?35, ?36, ?37, ?38)");
      s.Bind(1, c.claim_id).Bind(2, no).Bind(3, cp(c.span.begin)).Bind(4, cp(c.span.end));
      s.Bind(5, surface).Bind(6, cp(c.sentence.begin)).Bind(7, cp(c.sentence.end));
      s.BindOrNull(8, c.subject).BindOrNull(9, c.subject_id).BindOrNull(10, c.metric);
      s.BindOrNull(11, c.metric_id).Bind(12, c.scope.empty() ? "{}" : std::string_view(c.scope));
      s.Bind(13, hanfact::ToString(c.kind)).BindOrNull(14, value).BindOrNull(15, low);
      s.BindOrNull(16, high).Bind(17, static_cast<int64_t>(c.quantity.low_open));
      s.Bind(18, static_cast<int64_t>(c.quantity.high_open));
      s.BindOrNull(19, DecimalReal(c.quantity.value)).BindOrNull(20, DecimalReal(c.quantity.low));
      s.BindOrNull(21, DecimalReal(c.quantity.high)).Bind(22, precision).Bind(23, c.quantity.unit);
      s.Bind(24, hanfact::ToString(c.quantity.bound));
      s.BindOrNull(25, hanfact::ToString(c.direction)).BindOrNull(26, hanfact::ToString(c.basis));
      s.BindOrNull(27, start).BindOrNull(28, end).BindOrNull(29, c.period_text);
      s.BindOrNull(30, c.period_from ? hanfact::ToString(*c.period_from) : "");
      s.Bind(31, hanfact::ToString(c.modality)).BindOrNull(32, c.attribution);
      s.BindOrNull(33, c.attribution_id).Bind(34, c.confidence).Bind(35, checks_no);
      s.Bind(36, c.rule).Bind(37, spans_text).Bind(38, AspectNumber(a.aspects[i]));
      s.Run();
    }
    MarkPending(no);
  }

  // A claim as far as a later version of it is concerned.
  struct OldClaim {
    std::string surface, sentence, rule, fields;
  };

  std::map<std::string, OldClaim> ClaimsOf(int64_t no) {
    std::map<std::string, OldClaim> out;
    Statement& s =
        Sql("SELECT c.claim_id, c.surface, substr(d.text, c.sentence_start + 1, c.sentence_end -"
            " c.sentence_start), c.rule, json_array(c.subject, c.subject_id, c.metric, c.metric_id,"
            " c.scope, c.kind, c.value, c.low, c.high, c.precision, c.unit, c.bound, c.direction,"
            " c.basis, c.period_start, c.period_end, c.modality, c.attribution, c.attribution_id)"
            " FROM claim_rows c JOIN document_rows d ON d.no = c.document_no"
            " WHERE c.document_no = ?1");
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
    Statement& s = Sql("INSERT OR IGNORE INTO entities VALUES (?1, ?2, ?3, ?4, ?5, ?6)");
    s.Bind(1, e.name.entity_id).Bind(2, e.name.canonical);
    s.Bind(3, hanfact::ToString(e.name.type)).BindOrNull(4, e.ticker);
    s.Bind(5, static_cast<int64_t>(e.name.known)).Bind(6, static_cast<int64_t>(e.fiscal_year_end));
    s.Run();
    if (sqlite3_changes(connection.handle()) == 0) return;  // known to the database: aliases too
    for (const auto& [alias, region] : e.aliases) {
      Sql("INSERT OR IGNORE INTO aliases VALUES (?1, ?2, ?3, ?4)")
          .Bind(1, e.name.entity_id)
          .Bind(2, alias)
          .Bind(3, region)
          .Bind(4, ScriptOf(alias))
          .Run();
    }
  }

  void WriteFact(int64_t aspect, const Fact& f) {
    Sql("INSERT INTO fact_rows (fact_id, aspect, claim_id, claims, documents, stories,"
        " first_published, last_published, conflict_id, status) VALUES (?1, ?2, ?3, ?4, ?5,"
        " ?6, ?7, ?8, ?9, ?10)")
        .Bind(1, f.fact_id)
        .Bind(2, aspect)
        .Bind(3, f.representative.claim_id)
        .Bind(4, static_cast<int64_t>(f.members.size()))
        .Bind(5, static_cast<int64_t>(f.documents))
        .Bind(6, static_cast<int64_t>(f.stories))
        .BindOrNull(7, f.first_published)
        .BindOrNull(8, f.last_published)
        .BindOrNull(9, f.conflict_id)
        .Bind(10, FactStatus(f))
        .Run();
    const int64_t no = sqlite3_last_insert_rowid(connection.handle());
    for (const FactMember& m : f.members) {
      Sql("INSERT INTO fact_claim_rows SELECT ?1, no, ?3 FROM claim_rows WHERE claim_id = ?2")
          .Bind(1, no)
          .Bind(2, m.claim_id)
          .Bind(3, hanfact::ToString(m.relation))
          .Run();
    }
  }

  void UpdateFact(const Fact& f) {
    Sql("UPDATE fact_rows SET claim_id = ?2, documents = ?3, stories = ?4, first_published = ?5,"
        " last_published = ?6, conflict_id = ?7, status = ?8 WHERE fact_id = ?1")
        .Bind(1, f.fact_id)
        .Bind(2, f.representative.claim_id)
        .Bind(3, static_cast<int64_t>(f.documents))
        .Bind(4, static_cast<int64_t>(f.stories))
        .BindOrNull(5, f.first_published)
        .BindOrNull(6, f.last_published)
        .BindOrNull(7, f.conflict_id)
        .Bind(8, FactStatus(f))
        .Run();
  }

  void DropFact(std::string_view fact_id) {
    Sql("DELETE FROM fact_rows WHERE fact_id = ?1").Bind(1, fact_id).Run();  // its claims cascade
  }

  void MarkPending(int64_t no) {
    Sql("INSERT OR IGNORE INTO pending_rows SELECT DISTINCT aspect FROM claim_rows"
        " WHERE document_no = ?1 AND aspect <> 0")
        .Bind(1, no)
        .Run();
  }

  Connection& connection;
  std::unordered_map<const char*, std::unique_ptr<Statement>> statements;
  std::unordered_map<std::string, int64_t>
      checks;  // numbers of check_rows seen in this transaction
  RunInfo run;
  int64_t run_id = 0;
  int64_t rules_no = 0;  // of the rules and lexicon in `run`; 0: not looked up yet
  SearchTextMaker search_text;
  std::optional<bool> search;  // whether the index is there
};

Writer::Writer(Database& database) : impl_(std::make_unique<Impl>(database.connection())) {}
Writer::~Writer() = default;

void Writer::Begin() { impl_->connection.Execute("BEGIN IMMEDIATE"); }

Status Writer::Commit() {
  if (impl_->connection.Execute("COMMIT")) return Done{};
  Error error{impl_->connection.error()};
  Rollback();
  return error;
}

void Writer::Rollback() {
  for (auto& [sql, statement] : impl_->statements) statement->Reset();
  impl_->checks.clear();
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
    " WHERE i.locator = ?1 AND i.sha256 = ?2 AND i.metadata_digest = ?3";

InputState ReadInputState(Statement& s, const InputKey& key, std::string_view rules_digest,
                          std::string_view lexicon_digest) {
  // Without a payload there is nothing to know an input again by.
  if (key.sha256.empty()) return InputState::kNew;
  s.Bind(1, key.locator).Bind(2, key.sha256).Bind(3, key.metadata_digest);
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
        "SELECT d.no, d.locator, d.metadata_digest, i.as_of, r.rules_digest, r.lexicon_digest"
        " FROM document_rows d LEFT JOIN input_rows i ON i.locator = d.locator AND"
        " i.sha256 = d.sha256 AND i.metadata_digest = d.metadata_digest"
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
      out.old_pairs = PairsOf(*existing);
      out.rewritten = true;
      before = impl_->ClaimsOf(*existing);
      impl_->ClearDocument(*existing);
    }
    out.no = impl_->WriteDocument(a, existing);
    impl_->WriteParts(a, out.no);
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

std::vector<int64_t> Writer::BandCandidates(int64_t no, const std::vector<uint64_t>& bands) {
  std::vector<int64_t> out;
  for (uint64_t band : bands) {
    Statement& s = impl_->Sql("SELECT document_no FROM band_rows WHERE band = ?1");
    s.Bind(1, static_cast<int64_t>(band));
    while (s.Next()) out.push_back(s.Int(0));
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
      " FROM document_rows WHERE no = ?1");
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

std::vector<int64_t> Writer::NextPending(int limit) {
  std::vector<int64_t> out;
  Statement& s = impl_->Sql("SELECT aspect FROM pending_rows ORDER BY aspect LIMIT ?1");
  s.Bind(1, static_cast<int64_t>(limit));
  while (s.Next()) out.push_back(s.Int(0));
  s.Reset();
  return out;
}

const std::string_view kClaimsOfAspect =
    "SELECT c.claim_id, c.subject, c.subject_id, c.metric, c.metric_id, c.scope, c.kind, c.value,"
    " c.low, c.high, r.low_open, r.high_open, c.precision, c.unit, c.bound, c.direction, c.basis,"
    " c.period_start, c.period_end, c.modality, c.attribution, c.attribution_id, c.document_id,"
    " (SELECT s.document_id FROM document_rows s WHERE s.no = d.story_no), d.published, d.url,"
    " d.latest, (SELECT e.fiscal_year_end FROM entities e WHERE e.entity_id = c.subject_id),"
    " d.site, d.source, c.surface"
    " FROM claim_rows r JOIN claims c ON c.claim_id = r.claim_id"
    " JOIN document_rows d ON d.no = r.document_no WHERE r.aspect = ?1 AND c.status <> 'rejected'";

namespace {

FactClaim ReadFactClaim(const Statement& s) {
  FactClaim out;
  Claim& c = out.claim;
  auto decimal = [&](int column) {
    return s.Null(column) ? std::nullopt : Decimal::Parse(s.Text(column));
  };
  c.claim_id = s.Text(0);
  c.subject = s.Text(1);
  c.subject_id = s.Text(2);
  c.metric = s.Text(3);
  c.metric_id = s.Text(4);
  c.scope = s.Text(5);
  c.kind = ParseClaimKind(s.Text(6)).value_or(ClaimKind::kLevel);
  c.quantity.value = decimal(7);
  c.quantity.low = decimal(8);
  c.quantity.high = decimal(9);
  c.quantity.low_open = s.Int(10) != 0;
  c.quantity.high_open = s.Int(11) != 0;
  c.quantity.precision = decimal(12).value_or(Decimal());
  c.quantity.unit = s.Text(13);
  c.quantity.bound = ParseBound(s.Text(14)).value_or(Bound::kExact);
  c.direction = ParseDirection(s.Text(15)).value_or(Direction::kNone);
  c.basis = ParseBasis(s.Text(16)).value_or(Basis::kNone);
  if (!s.Null(17) || !s.Null(18)) {
    Period p;
    p.start = ParsePoint(s.Text(17));
    p.end = ParsePoint(s.Text(18));
    c.period = std::move(p);
  }
  c.modality = ParseModality(s.Text(19)).value_or(Modality::kActual);
  c.attribution = s.Text(20);
  c.attribution_id = s.Text(21);
  out.document_id = s.Text(22);
  out.story_id = s.Text(23);
  out.published = s.Text(24);
  out.canonical_url = s.Text(25);
  out.latest_version = s.Int(26) != 0;
  out.fiscal_year_end = static_cast<int>(s.Int(27));
  out.site = s.Text(28);
  out.source = s.Text(29);
  out.surface = s.Text(30);
  return out;
}

}  // namespace

std::vector<FactClaim> ReadClaimsOfAspect(Statement& s, int64_t aspect) {
  std::vector<FactClaim> out;
  s.Bind(1, aspect);
  while (s.Next()) out.push_back(ReadFactClaim(s));
  s.Reset();
  return out;
}

std::vector<FactClaim> Writer::ClaimsOfAspect(int64_t aspect) {
  return ReadClaimsOfAspect(impl_->Sql(kClaimsOfAspect), aspect);
}

void Writer::ReplaceFacts(int64_t aspect, const AspectFacts& facts) {
  // Most facts of an aspect are what they were: only what differs is written.
  const AspectFacts old =
      ReadAspectFacts([&](std::string_view sql) -> Statement& { return impl_->Sql(sql); }, aspect);
  std::map<std::string_view, const Fact*> stored;
  for (const Fact& f : old.facts) stored.emplace(f.fact_id, &f);
  for (const Fact& f : facts.facts) {
    const auto it = stored.find(f.fact_id);
    if (it != stored.end()) {
      const bool keep = SameMembers(*it->second, f);
      if (!keep) impl_->DropFact(f.fact_id);
      if (keep && !SameRow(*it->second, f)) impl_->UpdateFact(f);
      stored.erase(it);
      if (keep) continue;
    }
    impl_->WriteFact(aspect, f);
  }
  for (const auto& [fact_id, unused] : stored) impl_->DropFact(fact_id);

  const auto link_key = [](const FactLink& l) { return std::tie(l.fact_a, l.fact_b, l.relation); };
  std::map<std::tuple<std::string_view, std::string_view, FactRelation>, const FactLink*> links;
  for (const FactLink& l : old.links) links.emplace(link_key(l), &l);
  for (const FactLink& l : facts.links) {
    const auto it = links.find(link_key(l));
    const bool same = it != links.end() && it->second->explanation == l.explanation;
    if (it != links.end()) links.erase(it);
    if (same) continue;
    impl_->Sql("INSERT OR REPLACE INTO fact_links VALUES (?1, ?2, ?3, ?4)")
        .Bind(1, l.fact_a)
        .Bind(2, l.fact_b)
        .Bind(3, hanfact::ToString(l.relation))
        .Bind(4, l.explanation)
        .Run();
  }
  for (const auto& [key, l] : links) {
    impl_->Sql("DELETE FROM fact_links WHERE fact_a = ?1 AND fact_b = ?2 AND relation = ?3")
        .Bind(1, l->fact_a)
        .Bind(2, l->fact_b)
        .Bind(3, hanfact::ToString(l->relation))
        .Run();
  }

  for (const Conflict& c : old.conflicts) {
    impl_->Sql("DELETE FROM conflicts WHERE conflict_id = ?1").Bind(1, c.conflict_id).Run();
  }
  for (const Conflict& c : facts.conflicts) {
    impl_->Sql("INSERT OR REPLACE INTO conflicts VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)")
        .Bind(1, c.conflict_id)
        .BindOrNull(2, c.subject)
        .BindOrNull(3, c.metric)
        .BindOrNull(4, c.period_start)
        .BindOrNull(5, c.period_end)
        .Bind(6, c.unit)
        .Bind(7, static_cast<int64_t>(c.facts.size()))
        .Bind(8, c.reason)
        .Run();
  }
  impl_->Sql("DELETE FROM pending_rows WHERE aspect = ?1").Bind(1, aspect).Run();
}

std::vector<int64_t> Writer::RemoveDocument(int64_t no) {
  std::vector<int64_t> touched = PairsOf(no);
  for (int64_t other : VersionsOf(no)) {
    if (other != no) touched.push_back(other);
  }
  std::sort(touched.begin(), touched.end());
  touched.erase(std::unique(touched.begin(), touched.end()), touched.end());
  impl_->ClearDocument(no);
  if (impl_->HasSearch()) impl_->Sql(Impl::kDropSearch).Bind(1, no).Run();
  for (std::string_view sql : {"DELETE FROM input_rows WHERE document_no = ?1",
                               "DELETE FROM document_rows WHERE no = ?1"}) {
    impl_->Sql(sql).Bind(1, no).Run();
  }
  return touched;
}

void Writer::RemoveReject(std::string_view locator, std::string_view sha256) {
  for (std::string_view sql :
       {"DELETE FROM rejects WHERE locator = ?1 AND sha256 = ?2",
        "DELETE FROM input_rows WHERE locator = ?1 AND sha256 = ?2 AND outcome = 'reject'"}) {
    impl_->Sql(sql).Bind(1, locator).Bind(2, sha256).Run();
  }
}

void Writer::CountFacts(int64_t& facts, int64_t& conflicts) {
  Statement& s =
      impl_->Sql("SELECT (SELECT count(*) FROM fact_rows), (SELECT count(*) FROM conflicts)");
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
      "SELECT d.no, d.document_id, d.title, d.text FROM document_rows d WHERE d.no > ?1 AND NOT"
      " EXISTS (SELECT 1 FROM search_content c WHERE c.id = d.no) ORDER BY d.no LIMIT ?2");
  s.Bind(1, after).Bind(2, limit);
  while (s.Next()) rows.push_back({s.Int(0), s.Text(1), s.Text(2), s.Text(3)});
  s.Reset();
  if (rows.empty() || !impl_->HasSearch()) return 0;
  for (const Row& r : rows) impl_->AddSearch(r.no, r.id, r.title, r.text);
  return rows.back().no;
}

void Writer::DropUnusedEntities() {
  impl_->connection.Execute(
      "DELETE FROM entities WHERE entity_id NOT IN (SELECT entity_id FROM mention_rows)"
      " AND entity_id NOT IN (SELECT subject_id FROM claim_rows WHERE subject_id IS NOT NULL)"
      " AND entity_id NOT IN (SELECT attribution_id FROM claim_rows WHERE attribution_id IS NOT "
      "NULL);"
      "DELETE FROM aliases WHERE entity_id NOT IN (SELECT entity_id FROM entities);");
}

}  // namespace hanfact::store
