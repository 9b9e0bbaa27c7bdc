// Every row of every rule table has a case: one of its own in tests/cases/<table>.jsonl ("row": the
// key, or "rows": ["<table>:<key>"]), or a frame of tests/cases/frames.jsonl that it is put into.
// A frame's "by" names the test that tries the rows instead. Frames, and the cases of tables that
// have no test program of their own, are run here.
#include <unicode/ucnv.h>

#include <functional>
#include <map>
#include <set>

#include "base/table.h"
#include "base/text.h"
#include "dedupe/intervals.h"
#include "extract/confidence.h"
#include "extract/entities.h"
#include "extract/nouns.h"
#include "ingest/decode.h"
#include "ingest/rules.h"
#include "normalize/script.h"
#include "testing.h"

namespace hanfact::testing {
namespace {

using nlohmann::json;
using Row = std::map<std::string, std::string>;  // a row by column name

struct RuleTable {
  std::string path, stem;
  std::vector<std::string> key;  // column names
  std::vector<Row> rows;
};

std::vector<std::string> Words(std::string_view line) {
  std::vector<std::string> out;
  for (std::string_view word : Split(line, ' ')) {
    if (!Trim(word).empty()) out.emplace_back(Trim(word));
  }
  return out;
}

const std::vector<RuleTable>& RuleTables() {
  static const std::vector<RuleTable> tables = [] {
    std::vector<RuleTable> out;
    for (std::string_view path : EmbeddedFiles("")) {
      if (path.find("/rules/") == std::string_view::npos) continue;
      const std::string_view text = EmbeddedFile(path).value_or("");
      const std::vector<std::string> columns = Words(HeaderLine(text, "columns"));
      std::vector<TableError> errors;  // rules_lint_test reports them
      const Table table = Table::Read(std::string(path), text, {}, errors);
      RuleTable t{std::string(path),
                  std::filesystem::path(path).stem().string(),
                  Words(HeaderLine(text, "key")),
                  {}};
      for (const Table::Row& row : table.rows()) {
        Row named;
        for (size_t i = 0; i < columns.size(); ++i) named[columns[i]] = row.fields[i];
        t.rows.push_back(std::move(named));
      }
      out.push_back(std::move(t));
    }
    return out;
  }();
  return tables;
}

std::string KeyOf(const RuleTable& table, const Row& row) {
  std::string key;
  for (const std::string& column : table.key) key += (key.empty() ? "" : " ") + row.at(column);
  return key;
}

std::vector<json> Cases(const std::string& stem) {
  const auto path = SourceDir() / "tests" / "cases" / (stem + ".jsonl");
  return std::filesystem::exists(path) ? ReadJsonLines(path) : std::vector<json>();
}

const std::vector<json>& Frames() {
  static const std::vector<json> frames = Cases("frames");
  return frames;
}

// Whether a frame is for the row: each column of "where" holds that value; a * at the end stands
// for anything.
bool Fits(const json& frame, const RuleTable& table, const Row& row) {
  if (frame.at("table") != table.stem) return false;
  const json where = frame.value("where", json::object());
  for (const auto& [column, value] : where.items()) {
    const std::string want = value;
    const std::string& got = row.at(column);
    if (want.ends_with('*') ? !got.starts_with(want.substr(0, want.size() - 1)) : got != want) {
      return false;
    }
  }
  return true;
}

// {column} is the row's field.
std::string Fill(std::string text, const Row& row) {
  for (const auto& [column, value] : row) {
    const std::string mark = "{" + column + "}";
    for (size_t at = text.find(mark); at != std::string::npos;
         at = text.find(mark, at + value.size())) {
      text.replace(at, mark.size(), value);
    }
  }
  return text;
}

TEST(RuleCases, EveryRowHasOne) {
  for (const RuleTable& table : RuleTables()) {
    std::set<std::string> named;
    const std::vector<json> cases = Cases(table.stem);
    for (const json& c : cases) {
      if (c.contains("row")) named.insert(c["row"].get<std::string>());
      const json rows = c.value("rows", json::array());
      for (const json& row : rows) {
        std::string id = row.get<std::string>();
        if (!id.starts_with(table.stem + ":")) continue;
        id = id.substr(table.stem.size() + 1);
        if (table.key.size() > 1) std::replace(id.begin(), id.end(), '/', ' ');
        named.insert(id);
      }
    }
    std::set<std::string> keys;
    for (const Row& row : table.rows) {
      const std::string key = KeyOf(table, row);
      std::string plain = key;
      std::replace(plain.begin(), plain.end(), '/', ' ');
      keys.insert(key);
      keys.insert(plain);
      const bool framed = std::any_of(Frames().begin(), Frames().end(),
                                      [&](const json& f) { return Fits(f, table, row); });
      EXPECT_TRUE(framed || named.contains(key) || named.contains(plain))
          << table.path << ": no case for the row " << key << ": add one to tests/cases/"
          << table.stem << ".jsonl";
    }
    for (const std::string& row : named) {
      if (row.empty()) continue;  // a case that no row may touch
      EXPECT_TRUE(keys.contains(row))
          << "tests/cases/" << table.stem << ".jsonl: no row is " << row;
    }
  }
}

TEST(RuleCases, FramesAreForTablesThatAre) {
  std::string sources;
  for (const auto& entry : std::filesystem::directory_iterator(SourceDir() / "tests" / "unit")) {
    if (entry.path().extension() == ".cc") sources += ReadFile(entry.path());
  }
  for (const json& frame : Frames()) {
    bool used = false;
    for (const RuleTable& table : RuleTables()) {
      used = used || std::any_of(table.rows.begin(), table.rows.end(),
                                 [&](const Row& row) { return Fits(frame, table, row); });
    }
    EXPECT_TRUE(used) << "a frame for no row: " << frame.dump();
    if (!frame.contains("by")) continue;
    std::string test = frame.at("by");
    test.replace(test.find('.'), 1, ", ");
    EXPECT_NE(sources.find("TEST(" + test + ")"), std::string::npos) << frame.dump();
  }
}

TEST(RuleCases, PartsOfPatternsAreUsed) {
  for (const RuleTable& table : RuleTables()) {
    if (table.stem != "periods") continue;
    for (const Row& part : table.rows) {
      const std::string& id = part.at("id");
      if (!id.starts_with('_')) continue;
      EXPECT_TRUE(std::any_of(table.rows.begin(), table.rows.end(),
                              [&](const Row& row) {
                                const std::string part_mark = "{" + id.substr(1) + "}";
                                return row.at("pattern").find(part_mark) != std::string::npos ||
                                       row.at("guard").find(part_mark) != std::string::npos;
                              }))
          << "no pattern uses the part " << id;
    }
  }
}

// What each table's frames try. A handler returns what is wrong, empty for nothing.
using Handler =
    std::function<std::string(const Row&, const std::string& text, const std::string& want)>;

template <class T>
const T& Loaded() {
  static std::vector<TableError> errors;
  static const T tool(errors);
  EXPECT_TRUE(errors.empty()) << ToString(errors);
  return tool;
}

const extract::EntityFinder& Entities() {
  static std::vector<TableError> errors;
  static const extract::EntityFinder finder({}, errors);
  return finder;
}

std::vector<Mention> EntitiesOf(const std::string& text, const std::string& region) {
  std::vector<Mention> mentions;
  Entities().Find(normalize::MakeMatchView(text).text, region, "", mentions);
  return mentions;
}

std::string TryNoun(const Row& row, const std::string& text, const std::string& want) {
  const auto& nouns = Loaded<extract::NounTable>();
  const std::string& name = row.at("class");
  if (want == "first" || name.find(':') != std::string::npos) {
    return nouns.First(name) == text ? "" : "the class has another first word";
  }
  const extract::NounClass c = extract::NounClass::Parse(name).value();
  if (want == "is") return nouns.Is(c, text) ? "" : "is no such word";
  if (want == "ends") return nouns.EndsWith(c, text) ? "" : "does not end so";
  if (want == "starts") return nouns.StartsWith(c, text) ? "" : "does not start so";
  const std::string rest = nouns.Without(c, text);
  return rest == want ? "" : "leaves " + rest;
}

std::string TryWord(const Row&, const std::string& text, const std::string&) {
  for (const Mention& m : EntitiesOf(text, "")) {
    if (m.entity.type == EntityType::kPerson) return "the person " + m.entity.canonical;
  }
  return "";
}

std::string TryCharset(const Row& row, const std::string& text, const std::string&) {
  const std::string page = "<html><head><meta charset=\"" + row.at("label") +
                           "\"></head><body><p>" + text + "</p></body></html>";
  const std::string& charset = row.at("charset");
  UErrorCode status = U_ZERO_ERROR;
  const std::string icu =
      charset == "ISO-2022-CN" || charset == "HZ-GB-2312" ? std::string() : charset;
  if (Loaded<ingest::Rules>().Charset(row.at("label")) != charset) return "is another charset";
  if (icu.empty()) return "";  // refused or told by its escapes, whatever the label: decode_test
  std::string bytes(page.size() * 4, '\0');
  std::u16string utf16(page.size() * 2, u'\0');
  UConverter* from = ucnv_open("UTF-8", &status);
  const int32_t units = ucnv_toUChars(from, utf16.data(), static_cast<int32_t>(utf16.size()),
                                      page.data(), static_cast<int32_t>(page.size()), &status);
  UConverter* to = ucnv_open(icu.c_str(), &status);
  const int32_t size = ucnv_fromUChars(to, bytes.data(), static_cast<int32_t>(bytes.size()),
                                       utf16.data(), units, &status);
  ucnv_close(from);
  ucnv_close(to);
  if (U_FAILURE(status)) return u_errorName(status);
  bytes.resize(static_cast<size_t>(size));
  const auto decoded = ingest::Decode(bytes, Loaded<ingest::Rules>());
  if (const auto* error = std::get_if<ingest::DecodeError>(&decoded)) return error->reason;
  return std::get<ingest::Decoded>(decoded).text == page ? "" : "decodes to another text";
}

std::string TryClassHint(const Row& row, const std::string& text, const std::string& want) {
  static const std::map<std::string, uint16_t> kRoles = {
      {"author", ingest::kRoleAuthor},     {"byline", ingest::kRoleByline},
      {"caption", ingest::kRoleCaption},   {"comment", ingest::kRoleComment},
      {"content", ingest::kRoleContent},   {"date", ingest::kRoleDate},
      {"junk", ingest::kRoleJunk},         {"lead", ingest::kRoleLead},
      {"softjunk", ingest::kRoleSoftJunk}, {"source", ingest::kRoleSource},
      {"title", ingest::kRoleTitle}};
  std::string name = text;
  if (row.at("token").starts_with('=')) {
    if (text != row.at("token")) return "";  // a whole name is not cut
    name = text.substr(1);
  }
  return Loaded<ingest::Rules>().ClassRoles(name) & kRoles.at(want) ? "" : "has no such role";
}

std::string TryOutletEnd(const Row&, const std::string& text, const std::string& want) {
  const auto& rules = Loaded<ingest::Rules>();
  if (!rules.IsOutlet(text, false)) return "is no outlet";
  return rules.IsOutlet(text, true) == (want == "sure") ? "" : "is surer or less sure";
}

// A sign of weight 3 or more tells the region alone; a weaker one does as often as it takes with
// other signs, which is tried with as many rows of the same region as reach the weight.
std::string TryRegion(const Row& row, const std::string& text, const std::string& want) {
  const auto& rules = Loaded<ingest::Rules>();
  const std::string& kind = row.at("kind");
  const auto region = [&](const std::string& more) {
    if (kind == "host") {
      std::string host = text;
      if (!row.at("surface").starts_with('.')) host.replace(0, 12, "www.");
      return rules.Region(host, "", "", more);
    }
    if (kind == "outlet") return rules.Region("", text, "", more);
    return rules.Region("", "", "", text + more);
  };
  if (std::stoi(row.at("weight")) >= 3) {
    return region("") == want ? "" : "tells '" + region("") + "'";
  }
  std::string more;
  int weight = std::stoi(row.at("weight"));
  for (const RuleTable& table : RuleTables()) {
    if (table.stem != "regions") continue;
    for (const Row& other : table.rows) {
      if (weight >= 3) break;
      if (other.at("region") != want || other.at("surface") == row.at("surface") ||
          (other.at("kind") != "word" && other.at("kind") != "place") ||
          std::stoi(other.at("weight")) > 3 - weight) {
        continue;
      }
      more += "，" + other.at("surface");
      weight += std::stoi(other.at("weight"));
    }
  }
  if (weight < 3) return "";  // a region that has no other sign
  if (region(more) != want) return "with" + more + " tells '" + region(more) + "'";
  return "";
}

// The name leads to its entity, or to none where it has two owners or asks for context; inside a
// guard word it does not.
std::string TryEntity(const Row& row, const std::string& text, const std::string& want) {
  const bool alias = row.contains("alias");
  const std::string name = alias ? row.at("alias") : row.at("canonical");
  const std::string region = alias ? row.at("region") : "";
  const size_t at = text.find(name);
  const auto at_name = [&](const std::string& where, size_t begin) -> std::string {
    for (const Mention& m : EntitiesOf(where, region)) {
      if (m.span.begin == begin && m.span.end == begin + name.size()) {
        return m.entity.known ? m.entity.entity_id : "unknown";
      }
    }
    return "none";
  };
  if (normalize::MakeMatchView(text).text == text) {  // else the view has other offsets
    const std::string id = at_name(text, at);
    if (id != want && id != "none" && id != "unknown") {
      static const std::set<std::string> kOwners = [] {
        std::set<std::string> owners;
        for (const RuleTable& table : RuleTables()) {
          if (!table.stem.starts_with("aliases") && !table.stem.starts_with("entities")) continue;
          for (const Row& r : table.rows) {
            for (const char* column : {"alias", "canonical", "name_en"}) {
              if (r.contains(column)) owners.insert(r.at(column) + "\t" + r.at("entity_id"));
            }
          }
        }
        return owners;
      }();
      if (!kOwners.contains(name + "\t" + id)) return "is " + id;
    }
  }
  if (!alias) return "";
  for (std::string_view guard : Split(row.at("guard"), '|')) {
    const size_t in = guard.find(name);
    if (guard.empty() || guard == "ctx" || guard == "any" || in == std::string_view::npos) continue;
    const std::string lead = "上周说到";
    if (at_name(lead + std::string(guard) + "。", lead.size() + in) == want) {
      return "linked inside its guard word " + std::string(guard);
    }
  }
  return "";
}

// Of a measure of the tables; no more right than seen or expected than seen.
std::string TryRecord(const Row& row, const std::string& id, const std::string&) {
  const bool words = id == "-";
  for (const RuleTable& table : RuleTables()) {
    if (table.stem != "metrics" || words) continue;
    const bool known = std::any_of(table.rows.begin(), table.rows.end(),
                                   [&](const Row& metric) { return metric.at("metric_id") == id; });
    if (!known) return "no measure has the id";
  }
  const auto* record = Loaded<extract::ConfidenceTable>().RecordOf(words ? "" : id);
  if (record == nullptr) return "no record";
  if (record->seen != std::stoi(row.at("seen"))) return "other figures";
  const bool possible = record->right >= 0 && record->right <= record->seen &&
                        record->expected > 0 && record->expected < record->seen;
  return possible ? "" : "figures that cannot be";
}

TEST(RuleCases, FramesHold) {
  const std::map<std::string, Handler> handlers = {

      {"nouns", TryNoun},
      {"records", TryRecord},
      {"words", TryWord},
      {"charsets", TryCharset},
      {"class_hints", TryClassHint},
      {"outlet_ends", TryOutletEnd},
      {"regions", TryRegion},
      {"entities", TryEntity},
      {"entities-cn-listed", TryEntity},
      {"entities-tw-listed", TryEntity},
      {"aliases", TryEntity},
      {"aliases-cn-listed", TryEntity},
      {"aliases-tw-listed", TryEntity}};
  for (const json& frame : Frames()) {
    if (frame.contains("by")) continue;
    const auto handler = handlers.find(frame.at("table"));
    ASSERT_NE(handler, handlers.end()) << "nothing tries " << frame.dump();
    for (const RuleTable& table : RuleTables()) {
      for (const Row& row : table.rows) {
        if (!Fits(frame, table, row)) continue;
        const std::string text = Fill(frame.at("text"), row);
        const std::string breach = handler->second(row, text, Fill(frame.at("want"), row));
        EXPECT_TRUE(breach.empty())
            << table.path << " " << KeyOf(table, row) << " in \"" << text << "\": " << breach;
      }
    }
  }
}

Claim LevelOf(const std::string& metric, const std::string& value, const std::string& unit) {
  Claim claim;
  claim.subject = "云岭芯片";
  claim.metric = metric;
  claim.quantity.value = Decimal::Parse(value).value();
  claim.quantity.precision = Decimal::Parse("0").value();
  claim.quantity.unit = unit;
  return claim;
}

TEST(RuleCases, UnitFactors) {
  for (const json& c : Cases("unit_factors")) {
    const Claim claim = LevelOf("营收", c.at("value"), c.at("row"));
    const auto reading = dedupe::ReadNumber(claim, claim.quantity);
    ASSERT_TRUE(reading) << c.dump();
    EXPECT_EQ(reading->value.ToString(), c.at("want").get<std::string>()) << c.dump();
    EXPECT_EQ(dedupe::UnitDimension(claim.quantity.unit), c.at("base").get<std::string>())
        << c.dump();
  }
}

TEST(RuleCases, OppositeMetrics) {
  for (const json& c : Cases("opposite_metrics")) {
    const bool change = c.at("kind") == "change";
    Claim claim = LevelOf(c.at("row"), c.at("value"), change ? "percent" : "CNY");
    claim.kind = change ? ClaimKind::kChange : ClaimKind::kLevel;
    if (change) claim.direction = Direction::kUp;
    const auto reading = dedupe::ReadNumber(claim, claim.quantity);
    ASSERT_TRUE(reading) << c.dump();
    EXPECT_EQ(dedupe::KeyMetric(claim), c.at("metric").get<std::string>()) << c.dump();
    EXPECT_EQ(reading->value.ToString(), c.at("want").get<std::string>()) << c.dump();
  }
}

}  // namespace
}  // namespace hanfact::testing
