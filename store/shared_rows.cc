#include "store/shared_rows.h"

#include <nlohmann/json.hpp>

#include "base/hash.h"

namespace hanfact::store {
namespace {

constexpr size_t kUsualKey = 160;      // bytes
constexpr size_t kMostNumbers = 8000;  // numbers of each kind

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

}  // namespace

template <class Find>
int64_t SharedRows::Cached(Numbers& numbers, const std::string& key, Find find) {
  const auto it = numbers.find(key);
  if (it != numbers.end()) return it->second;
  const int64_t no = find();
  if (numbers.size() > kMostNumbers) numbers.clear();
  if (no != 0) numbers.emplace(key, no);
  return no;
}
int64_t SharedRows::Inserted(Statement& s) {
  s.Run();
  return sqlite3_last_insert_rowid(connection_.handle());
}

// The same few lists of checks stand behind most claims.
int64_t SharedRows::ChecksNo(const std::vector<ClaimCheck>& list) {
  constexpr int kFirst = '@';  // a printed sign for each name with what became of it
  static_assert(kFirst + kCheckNames * 4 <= 0x80, "one byte for each");
  std::string said;
  for (const ClaimCheck& c : list) {
    const bool noted = !c.note.empty();
    said += static_cast<char>(kFirst + static_cast<int>(c.name) * 4 + c.passed * 2 + noted);
    if (noted) AddToKey(said, c.note);
  }
  return Cached(checks_, said, [&] {
    const std::string json = ChecksJson(list);
    Sql("INSERT OR IGNORE INTO check_rows (checks) VALUES (?1)").Bind(1, json).Run();
    Statement& s = Sql("SELECT no FROM check_rows WHERE checks = ?1");
    s.Bind(1, json);
    return TakeNumber(s);
  });
}

void SharedRows::WriteEntity(const EntityRow& e) {
  if (entities_.contains(e.name.entity_id)) return;
  Statement& s =
      Sql("INSERT OR IGNORE INTO entity_rows (entity_id, canonical, entity_type, ticker, known,"
          " fiscal_year_end) VALUES (?1, ?2, ?3, ?4, ?5, ?6)");
  s.Bind(1, e.name.entity_id).Bind(2, e.name.canonical);
  s.Bind(3, ToString(e.name.type)).BindOrNull(4, e.ticker);
  s.Bind(5, static_cast<int64_t>(e.name.known)).Bind(6, static_cast<int64_t>(e.fiscal_year_end));
  s.Run();
  const bool fresh = sqlite3_changes(connection_.handle()) != 0;
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

int64_t SharedRows::EntityNo(const std::string& entity_id) {
  return Cached(entities_, entity_id, [&] {
    Statement& s = Sql("SELECT no FROM entity_rows WHERE entity_id = ?1");
    s.Bind(1, entity_id);
    return TakeNumber(s);
  });
}

int64_t SharedRows::NameNo(const std::string& name, const std::string& id) {
  if (name.empty() && id.empty()) return 0;
  std::string joined;
  joined.reserve(kUsualKey);
  for (std::string_view column : {std::string_view(name), std::string_view(id)})
    AddToKey(joined, column);
  return Cached(names_, joined, [&] {
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

int64_t SharedRows::PeriodNo(const Claim& c) {
  const std::string start = c.period ? PointText(c.period->start) : "",
                    end = c.period ? PointText(c.period->end) : "";
  if (start.empty() && end.empty() && c.period_text.empty()) return 0;
  std::string joined;
  joined.reserve(kUsualKey);
  for (std::string_view column :
       {std::string_view(start), std::string_view(end), std::string_view(c.period_text)})
    AddToKey(joined, column);
  return Cached(periods_, joined, [&] {
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

int64_t SharedRows::FrameNo(const Claim& c) {
  const int64_t checks_no = ChecksNo(c.checks);
  const std::string precision = c.quantity.precision.ToString();
  const std::string_view texts[] = {c.scope.empty() ? "{}" : std::string_view(c.scope),
                                    ToString(c.kind),
                                    precision,
                                    c.quantity.unit,
                                    ToString(c.quantity.bound),
                                    ToString(c.direction),
                                    ToString(c.basis),
                                    c.period_from ? ToString(*c.period_from) : std::string_view(),
                                    ToString(c.modality),
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
  return Cached(frames_, joined, [&] {
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

void SharedRows::Forget() {
  for (Numbers* numbers : {&checks_, &names_, &periods_, &frames_, &entities_}) numbers->clear();
}

}  // namespace hanfact::store
