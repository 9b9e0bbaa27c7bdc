// QuantityFinder against its case files, and its promises over random text.
#include "extract/quantities.h"

#include <gtest/gtest.h>
#include <unicode/measunit.h>
#include <unicode/numberformatter.h>
#include <unicode/ucurr.h>

#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <random>
#include <set>

#include "normalize/number_words.h"
#include "normalize/script.h"
#include "normalize/unit.h"
#include "tests/unit/typed_otherwise.h"


namespace hanfact::extract {
namespace {

using nlohmann::json;

const QuantityFinder& Finder() {
  static const QuantityFinder* finder = [] {
    std::vector<TableError> errors;
    auto* made = new QuantityFinder({}, errors);
    EXPECT_TRUE(errors.empty()) << ToString(errors);
    return made;
  }();
  return *finder;
}

std::vector<json> Cases(const std::string& name) {
  std::ifstream in(std::string(HANFACT_SOURCE_DIR) + "/tests/cases/" + name + ".jsonl");
  EXPECT_TRUE(in.is_open()) << name;
  std::vector<json> out;
  for (std::string line; std::getline(in, line);) out.push_back(json::parse(line));
  return out;
}

struct Found {
  std::string text, rule;
  MentionType type;
  Quantity quantity;
};

std::vector<Found> Find(const std::string& text, const std::string& region, Script script) {
  const MatchView view = normalize::MakeMatchView(text);
  std::vector<Mention> mentions;
  Finder().Find(view.text, {region, script}, mentions);
  std::vector<Found> out;
  uint32_t last = 0;
  for (const Mention& m : mentions) {
    EXPECT_LE(last, m.span.begin) << text;
    last = m.span.end;
    out.push_back({std::string(Slice(std::string_view(text), view.map.ToClean(m.span))), m.rule,
                   m.type, m.quantity});
  }
  return out;
}

std::vector<Found> Find(const std::string& text, const std::string& region) {
  return Find(text, region, normalize::DetectScript(text));
}

std::string RegionOf(const json& c) {
  return c.contains("context") ? c["context"].value("region", "") : "";
}

std::string Describe(const Found& f) {
  std::string out = std::string(ToString(f.type)) + " '" + f.text + "'";
  if (f.quantity.value) out += " " + f.quantity.value->ToString();
  if (f.quantity.low) out += " low " + f.quantity.low->ToString();
  if (f.quantity.high) out += " high " + f.quantity.high->ToString();
  return out + " " + f.quantity.unit + " " + std::string(ToString(f.quantity.bound)) + " [" +
         f.rule + "]";
}

bool Matches(const Found& f, const json& want) {
  auto same = [&](const char* field, const std::optional<Decimal>& value) {
    const std::string wanted = want.value(field, "");
    return wanted == (value ? value->ToString() : "");
  };
  return f.text == want["text"].get<std::string>() &&
         ToString(f.type) == want["type"].get<std::string>() && same("value", f.quantity.value) &&
         same("low", f.quantity.low) && same("high", f.quantity.high) &&
         (!want.contains("unit") || f.quantity.unit == want["unit"].get<std::string>()) &&
         (!want.contains("bound") ||
          ToString(f.quantity.bound) == want["bound"].get<std::string>());
}

// Exactly the mentions wanted, in order.
void Check(const json& c) {
  const std::string text = c["text"];
  const std::vector<Found> found = Find(text, RegionOf(c));
  std::string all;
  for (const Found& f : found) all += "\n  " + Describe(f);
  const json& want = c["want"];
  ASSERT_EQ(found.size(), want.size()) << c["id"] << " " << text << all;
  for (size_t i = 0; i < found.size(); ++i) {
    EXPECT_TRUE(Matches(found[i], want[i])) << c["id"] << " " << text << " wants " << want[i]
                                            << all;
  }
}

TEST(Quantities, Numbers) {
  for (const json& c : Cases("numbers")) Check(c);
}
TEST(Quantities, Units) {
  for (const json& c : Cases("units")) {
    // The sentence may hold a second number by the row's own guard; the wanted one must be there.
    const std::string text = c["text"];
    bool any = false;
    std::string all;
    for (const Found& f : Find(text, RegionOf(c))) {
      any = any || Matches(f, c["want"][0]);
      all += "\n  " + Describe(f);
    }
    EXPECT_TRUE(any) << c["id"] << " " << text << all;
  }
}
TEST(Quantities, Hedges) {
  for (const json& c : Cases("hedges")) Check(c);
}
TEST(Quantities, NumberWords) {
  for (const json& c : Cases("number_words")) Check(c);
}
TEST(Quantities, UnitTails) {
  for (const json& c : Cases("unit_tails")) Check(c);
}
TEST(Quantities, NumberGuards) {
  for (const json& c : Cases("number_guards")) {
    Check(c);
    for (const Found& f : Find(c["text"], "")) EXPECT_TRUE(f.rule.starts_with("guard:")) << c["id"];
  }
}

// Every row of a table has a case that names it, and no case names a row that is gone.
void CheckCoverage(const std::string& name, const std::string& path,
                   std::initializer_list<std::string_view> columns) {
  std::vector<TableError> errors;
  const Table table = Table::Read(path, EmbeddedFile(path).value_or(""), columns, errors);
  ASSERT_TRUE(errors.empty()) << ToString(errors);
  std::set<std::string> named;
  for (const json& c : Cases(name)) {
    for (const json& row : c.value("rows", json::array())) named.insert(row.get<std::string>());
  }
  std::set<std::string> rows;
  for (const Table::Row& row : table.rows()) {
    const std::string key = name + ":" + table.Get(row, "id");
    rows.insert(key);
    EXPECT_TRUE(named.contains(key)) << path << ":" << row.line << ": no case names " << key;
    const std::string& surface = table.Get(row, "surface");
    EXPECT_EQ(normalize::MakeMatchView(surface).text, surface)
        << path << ":" << row.line << ": the surface never stands so in a match view";
  }
  for (const std::string& key : named) EXPECT_TRUE(rows.contains(key)) << "a case names " << key;
}

TEST(Quantities, EveryRowHasACase) {
  CheckCoverage("units", "normalize/rules/units.tsv",
                {"id", "surface", "unit", "factor", "side", "region", "guard"});
  CheckCoverage("hedges", "extract/rules/hedges.tsv", {"id", "surface", "side", "bound", "guard"});
  CheckCoverage("unit_tails", "extract/rules/unit_tails.tsv", {"id", "surface", "digits", "guard"});
  CheckCoverage("number_guards", "extract/rules/number_guards.tsv",
                {"id", "surface", "kind", "guard"});
}

TEST(Quantities, CaseIdsAreUnique) {
  std::set<std::string> ids;
  for (const char* name : {"numbers", "units", "hedges", "unit_tails", "number_words",
                           "number_guards"}) {
    for (const json& c : Cases(name)) EXPECT_TRUE(ids.insert(c["id"]).second) << c["id"];
  }
}

// Units are CLDR's and ISO's ids; what is not is listed here.
TEST(Quantities, UnitsAreKnownToCldrAndIso) {
  static const std::set<std::string> kOurs = {
      // The contract's own.
      "percentage_point", "basis_point", "multiple", "ratio",
      // Chinese units CLDR has no id for.
      "jin", "liang", "mu", "ping", "li", "zhang", "qian", "dan", "chi",
      // Others it lacks.
      "ampere-hour", "milliampere-hour", "kilovolt-ampere", "mach", "sievert", "decibel", "flops",
      "ops", "BTC", "ETH",
      // What a price is for.
      "share", "ads", "adr", "million-btu"};
  std::vector<TableError> errors;
  const Table table =
      Table::Read("units.tsv", EmbeddedFile("normalize/rules/units.tsv").value_or(""),
                  {"id", "surface", "unit", "factor", "side", "region", "guard"}, errors);
  for (const Table::Row& row : table.rows()) {
    for (std::string_view part : Split(table.Get(row, "unit"), '/')) {
      const std::string unit(part);
      if (unit.starts_with("count:") || kOurs.contains(unit)) continue;
      if (table.Get(row, "side") == "per" && IsHan(CodePointAt(unit, 0))) continue;
      if (normalize::KindOf(unit) == normalize::UnitKind::kMoney) {
        const std::u16string code(unit.begin(), unit.end());
        EXPECT_GT(ucurr_getNumericCode(code.c_str()), 0) << unit;
        continue;
      }
      UErrorCode status = U_ZERO_ERROR;
      (void)icu::MeasureUnit::forIdentifier(unit, status);
      EXPECT_TRUE(U_SUCCESS(status)) << "units.tsv:" << row.line << ": " << unit;
    }
  }
}

// CLDR's long names in both scripts, against the table: each name is a surface of its unit, but for
// those listed, which nobody writes so or which mean something else to a reader (CLDR's 吨 is `ton`).
TEST(Quantities, CldrNamesAreSurfacesButForThoseListed) {
  std::set<std::string> departures;
  std::ifstream list(std::string(HANFACT_SOURCE_DIR) + "/tests/cases/cldr_departures.txt");
  for (std::string line; std::getline(list, line);) {
    if (!line.starts_with('#')) departures.insert(line);
  }
  std::vector<TableError> errors;
  const Table table =
      Table::Read("units.tsv", EmbeddedFile("normalize/rules/units.tsv").value_or(""),
                  {"id", "surface", "unit", "factor", "side", "region", "guard"}, errors);
  std::map<std::string, std::set<std::string>> units;  // by surface
  std::set<std::string> ids;
  for (const Table::Row& row : table.rows()) {
    const std::string& unit = table.Get(row, "unit");
    units[table.Get(row, "surface")].insert(unit);
    if (unit.find_first_of(":/") == std::string::npos) ids.insert(unit);
  }
  size_t named = 0;
  std::set<std::string> found;
  for (const std::string& id : ids) {
    UErrorCode status = U_ZERO_ERROR;
    const icu::MeasureUnit unit = icu::MeasureUnit::forIdentifier(id, status);
    if (U_FAILURE(status) || normalize::KindOf(id) == normalize::UnitKind::kMoney) continue;
    for (const char* locale : {"zh", "zh_Hant"}) {
      std::string text;
      icu::number::NumberFormatter::withLocale(icu::Locale(locale))
          .unit(unit)
          .unitWidth(UNUM_UNIT_WIDTH_FULL_NAME)
          .formatInt(7, status)
          .toString(status)
          .toUTF8String(text);
      if (U_FAILURE(status)) continue;
      const std::string view = normalize::MakeMatchView(text).text;
      const size_t digit = view.find('7');
      if (digit == std::string::npos) continue;
      const std::string name(Trim(digit == 0 ? view.substr(1) : view));
      ++named;
      const auto it = units.find(name);
      if (it == units.end() || !it->second.contains(id)) {
        found.insert(std::string(locale) + " " + id + " " + name);
      }
    }
  }
  EXPECT_GT(named, 100u);
  for (const std::string& name : found) EXPECT_TRUE(departures.contains(name)) << "new: " << name;
  for (const std::string& name : departures) EXPECT_TRUE(found.contains(name)) << "gone: " << name;
}

// --- the same text, typed otherwise ---

using testing::ToFullWidth;
using testing::ToTraditional;
using testing::WithBlanks;

void ExpectSame(const std::string& text, const std::string& other, const std::string& region) {
  const Script script = normalize::DetectScript(text);
  const auto a = Find(text, region, script), b = Find(other, region, script);
  ASSERT_EQ(a.size(), b.size()) << text << "\n" << other;
  for (size_t i = 0; i < a.size(); ++i) {
    EXPECT_EQ(a[i].quantity, b[i].quantity) << text << "\n" << other;
    EXPECT_EQ(a[i].type, b[i].type) << text << "\n" << other;
  }
}

TEST(Quantities, OtherScriptWidthAndBlanksChangeNothing) {
  size_t compared = 0;
  for (const char* name : {"numbers", "units", "hedges", "unit_tails", "number_words",
                           "number_guards"}) {
    for (const json& c : Cases(name)) {
      const std::string text = c["text"];
      const std::string region = RegionOf(c);
      const std::string traditional = ToTraditional(text);
      // A few characters are no round trip (乾, 著): those texts say nothing here.
      if (normalize::ToSimplified(traditional) == normalize::ToSimplified(text)) {
        ExpectSame(text, traditional, region);
        ++compared;
      }
      ExpectSame(text, ToFullWidth(text), region);
      ExpectSame(text, WithBlanks(text), region);
    }
  }
  EXPECT_GT(compared, 1500u);
}

// --- random text ---

// Whether a unit's surface means what it does by the words around it, in any of its rows.
bool ByContext(const std::string& rule) {
  static const std::set<std::string> rules = [] {
    std::vector<TableError> errors;
    const Table table = Table::Read(
        "units.tsv", *EmbeddedFile("normalize/rules/units.tsv"),
        {"id", "surface", "unit", "factor", "side", "region", "guard"}, errors);
    std::set<std::string> surfaces;
    for (const Table::Row& row : table.rows()) {
      for (std::string_view part : Split(table.Get(row, "guard"), ';')) {
        if (part.starts_with("near:") || part.starts_with("~") || part.starts_with("<") ||
            (part.starts_with(">") && !part.starts_with(">!")) || part == "end" ||
            part == "tail" || part == "compound") {
          surfaces.insert(table.Get(row, "surface"));
        }
      }
    }
    std::set<std::string> out;
    for (const Table::Row& row : table.rows()) {
      if (!surfaces.contains(table.Get(row, "surface"))) continue;
      out.insert("units.tsv:" + std::to_string(row.line));
    }
    return out;
  }();
  return rules.contains(rule);
}

TEST(Quantities, RandomTextKeepsThePromises) {
  static const char* const kPieces[] = {
      "一", "两", "三", "五", "十", "百", "千", "万", "亿", "兆", "半", "几", "数", "多", "余", "来",
      "个", "1", "23", "456", "7.8", "0", ",", ".", "-", "~", "—", "至", "到", "/", "%", "元",
      "美元", "人民币", "新台币", "US$", "¥", "约", "近", "超", "不到", "以上", "左右", "以下",
      "第", "百分之", "分之", "又", "点", "成", "折", "倍", "翻番", "个百分点", "基点", "度", "厘",
      "年", "月", "日", "天", "小时", "个半", "公斤", "吨", "kWh", "MW", "家", "人", "名", "(", ")",
      "、", "，", "。", "\n", " ", ":", "每", "股", "e", "K", "M", "^", "负", "零", "〇", "壹", "拾",
      "佰", "陆", "A", "x", "http://", "@", "年期", "块", "角", "分", "钱", "億", "萬", "％", "１"};
  std::mt19937 random(20260101);
  const int rounds = 200000;
  size_t read = 0, differ = 0;
  for (int i = 0; i < rounds; ++i) {
    std::string text;
    for (auto n = 1 + random() % 12; n > 0; --n) text += kPieces[random() % std::size(kPieces)];
    const MatchView view = normalize::MakeMatchView(text);
    std::vector<Mention> mentions;
    Finder().Find(view.text, {}, mentions);
    uint32_t last = 0;
    auto border = [&view](uint32_t at) {
      return at == view.text.size() ||
             (static_cast<unsigned char>(view.text[at]) & 0xC0) != 0x80;
    };
    for (const Mention& m : mentions) {
      ASSERT_LE(last, m.span.begin) << text;
      ASSERT_LT(m.span.begin, m.span.end) << text;
      ASSERT_LE(m.span.end, view.text.size()) << text;
      ASSERT_TRUE(border(m.span.begin) && border(m.span.end)) << text;
      ASSERT_TRUE(m.span.Contains(m.number_span)) << text;
      ASSERT_TRUE(m.quantity.value || m.quantity.low || m.quantity.high) << text;
      if (m.quantity.low && m.quantity.high) {
        ASSERT_LE(*m.quantity.low, *m.quantity.high) << text;
      }
      const uint32_t free_from = last;
      last = m.span.end;
      // Its own words again, with its hedge: 万元 is an amount in 近万元 only. Of a number without a
      // unit of its own (it shares its neighbour's, or its currency stands before the hedge), and
      // of a unit that words further off tell (度, 厘, 角), the context is part of what is said.
      if (m.type != MentionType::kQuantity || ByContext(m.rule)) continue;
      const std::string_view before_number = Slice(
          std::string_view(view.text), MatchSpan{m.span.begin, m.number_span.begin});
      if (m.span.end == m.number_span.end &&
          (before_number.empty() || before_number == "-" || before_number == "负")) {
        continue;
      }
      const std::string_view own = Slice(std::string_view(view.text), m.span);
      if (m.quantity.unit.find('/') != std::string::npos && own.find('/') == own.npos &&
          own.find("每") == own.npos) {
        continue;  // 每股 stands earlier in the clause
      }
      MatchSpan words = m.span;
      if (!m.hedge_span.empty()) {
        words = {std::min(m.span.begin, m.hedge_span.begin),
                 std::max(m.span.end, m.hedge_span.end)};
      }
      for (std::string_view currency : {"美元", "人民币", "新台币", "US$", "¥"}) {  // 新台币约1元
        if (words.begin < m.span.begin && EndsAt(view.text, words.begin, currency) &&
            words.begin >= free_from + currency.size()) {
          words.begin -= static_cast<uint32_t>(currency.size());
          break;
        }
      }
      // Told by what comes behind them: 五十来[个], 拾[万].
      const std::string_view number = Slice(std::string_view(view.text), m.number_span);
      if (own.ends_with("来") || number.starts_with("拾") || number.starts_with("佰")) continue;
      words.end += static_cast<uint32_t>(normalize::NumberWords::Embedded().At(
          normalize::NumberWord::kBareBehind, view.text, words.end));  // 千元大关
      const std::string_view slice = Slice(std::string_view(view.text), words);
      std::vector<Mention> again;
      Finder().Find(slice, {}, again);
      ++read;
      // 约7.8x9: a hedge may hold for a list, so that the words have more than one number.
      const bool same = std::any_of(again.begin(), again.end(), [&](const Mention& a) {
        return a.span.begin == m.span.begin - words.begin &&
               a.span.end == m.span.end - words.begin && a.quantity.value == m.quantity.value &&
               a.quantity.low == m.quantity.low && a.quantity.high == m.quantity.high &&
               a.quantity.unit == m.quantity.unit;
      });
      EXPECT_TRUE(same) << "in " << text << ": " << slice;
      if (!same) ++differ;
    }
  }
  EXPECT_GT(read, 40000u);
  EXPECT_EQ(differ, 0u);
}

// A mention with its own unit says the same when it stands alone.
TEST(Quantities, AMentionRereadAloneIsTheSame) {
  for (const char* name : {"numbers", "hedges"}) {
    for (const json& c : Cases(name)) {
      const std::string id = c["id"];
      // What only the text around tells: shared units, 度 and 厘, the currency, per what.
      static const std::set<std::string> kByContext = {"numbers-list-slash",
                                                       "numbers-list-shared",
                                                       "numbers-list-sides",
                                                       "numbers-du",
                                                       "numbers-li-hk",
                                                       "numbers-in-force",
                                                       "numbers-per-share",
                                                       "numbers-per-inherit",
                                                       "numbers-du-below",
                                                       "numbers-points",
                                                       "numbers-half-share",
                                                       "numbers-money-hedged",
                                                       "numbers-range-bounds",
                                                       "numbers-range-between",
                                                       "numbers-bare-magnitude",
                                                       "numbers-shang-bai",
                                                       "numbers-year-like",
                                                       "numbers-trailing-one",
                                                       "numbers-hedge-recent",
                                                       "numbers-separators-list",
                                                       "numbers-range-than",
                                                       "numbers-spoken-pay",
                                                       "bug-signs",
                                                       "numbers-share-figures",
                                                       "numbers-share-of",
                                                       "numbers-vulgar-fractions",
                                                       "numbers-one-of-some",
                                                       "numbers-kelvin",
                                                       "numbers-half-rate",
                                                       "numbers-next-digit.4",
                                                       "numbers-next-digit.5"};
      if (kByContext.contains(id) || c["text"].get<std::string>().find("百") == 0) continue;
      const std::string text = c["text"];
      for (const Found& f : Find(text, RegionOf(c))) {
        if (f.type != MentionType::kQuantity) continue;
        const auto again = Find(f.text, RegionOf(c), normalize::DetectScript(text));
        if (again.empty() && f.quantity.value && id.starts_with("hedges")) continue;  // 百家 alone
        ASSERT_EQ(again.size(), 1u) << id << " " << f.text;
        EXPECT_EQ(again[0].quantity.value, f.quantity.value) << id << " " << f.text;
        EXPECT_EQ(again[0].quantity.low, f.quantity.low) << id << " " << f.text;
        EXPECT_EQ(again[0].quantity.high, f.quantity.high) << id << " " << f.text;
        EXPECT_EQ(again[0].quantity.unit, f.quantity.unit) << id << " " << f.text;
      }
    }
  }
}

TEST(Quantities, AssumedCurrencySaysSo) {
  auto assumed = [](const char* text) {
    std::vector<Mention> mentions;
    Finder().Find(text, {}, mentions);
    return mentions.size() == 1 && mentions[0].unit_assumed;
  };
  EXPECT_TRUE(assumed("收费20元"));
  EXPECT_FALSE(assumed("收费20元人民币"));
  EXPECT_FALSE(assumed("收费人民币20元"));
  EXPECT_FALSE(assumed("收费20美元"));
}

TEST(Quantities, PrecisionIsTheLastDigitWritten) {
  auto precision = [](const char* text) {
    std::vector<Mention> mentions;
    Finder().Find(text, {}, mentions);
    return mentions.empty() ? std::string("none") : mentions[0].quantity.precision.ToString();
  };
  EXPECT_EQ(precision("393亿元"), "100000000");
  EXPECT_EQ(precision("393.31亿元"), "1000000");
  EXPECT_EQ(precision("3000亿元"), "100000000");
  EXPECT_EQ(precision("16.4%"), "0.1");
  EXPECT_EQ(precision("2.0%"), "0.1");
  EXPECT_EQ(precision("78%"), "1");
  EXPECT_EQ(precision("三分之一"), "0");
  EXPECT_EQ(precision("17家"), "0");
  EXPECT_EQ(precision("501万人次"), "10000");
  EXPECT_EQ(precision("3兆8791亿元"), "100000000");
  EXPECT_EQ(precision("12万700人"), "0");
  EXPECT_EQ(precision("六成"), "10");
}

TEST(Quantities, HedgesAreNoPartOfTheSpan) {
  std::vector<Mention> mentions;
  Finder().Find("下跌超过20%", {}, mentions);
  ASSERT_EQ(mentions.size(), 1u);
  EXPECT_EQ(Slice(std::string_view("下跌超过20%"), mentions[0].span), "20%");
  EXPECT_EQ(Slice(std::string_view("下跌超过20%"), mentions[0].hedge_span), "超过");
  EXPECT_EQ(Slice(std::string_view("下跌超过20%"), mentions[0].number_span), "20");
}

TEST(Quantities, OpenEndsOfAJoinedRange) {
  std::vector<Mention> mentions;
  Finder().Find("大于100并且小于300", {}, mentions);
  ASSERT_EQ(mentions.size(), 1u);
  EXPECT_TRUE(mentions[0].quantity.low_open);
  EXPECT_TRUE(mentions[0].quantity.high_open);
}

TEST(Quantities, MoreUnitsFromATable) {
  std::vector<TableError> errors;
  const QuantityFinder finder(
      {{"mine.tsv",
        "# columns: id surface unit factor side region guard\n# key: id\n"
        "mine.1\t量子币\tcount:量子币\t1\tsuffix\t-\t-\n"}},
      errors);
  ASSERT_TRUE(errors.empty()) << ToString(errors);
  std::vector<Mention> mentions;
  finder.Find("发行30量子币", {}, mentions);
  ASSERT_EQ(mentions.size(), 1u);
  EXPECT_EQ(mentions[0].quantity.unit, "count:量子币");
  EXPECT_EQ(mentions[0].rule, "mine.tsv:3");
}

TEST(Quantities, BadTablesAreReportedRowByRow) {
  std::vector<TableError> errors;
  const QuantityFinder finder(
      {{"mine.tsv",
        "# columns: id surface unit factor side region guard\n# key: id\n"
        "a\t子\tcount:子\tzero\tsuffix\t-\t-\n"
        "b\t丑\tcount:丑\t1\tabove\t-\t-\n"
        "c\t寅\tcount:寅\t1\tsuffix\t-\tperhaps\n"}},
      errors);
  ASSERT_EQ(errors.size(), 3u) << ToString(errors);
  EXPECT_EQ(errors[0].line, 3u);
  EXPECT_EQ(errors[1].line, 4u);
  EXPECT_EQ(errors[2].line, 5u);
}

}  // namespace
}  // namespace hanfact::extract
