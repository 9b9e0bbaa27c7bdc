// The gold gate: claims against gold, with floors that only go up (tests/gold_floors.json).
//
// A gold claim and an extracted one are paired when their surfaces overlap in the text, white space
// ignored. Levels: found; value (+ value, unit, bound); dated (+ period); tuple (+ subject, metric,
// kind, direction, modality); full (+ basis, attribution). Claims of kind rank are optional. A
// field the annotator marked unsure counts as right. Names compare leniently: equal without spaces
// and brackets, or one holds the other.
#include <map>
#include <set>

#include "base/text.h"
#include "pipeline/article.h"
#include "testing.h"

namespace hanfact::testing {
namespace {

using Json = nlohmann::json;
constexpr const char* kLevels[] = {"found", "value", "dated", "tuple", "full"};

std::string Field(const Json& row, const char* name) {
  auto it = row.find(name);
  if (it == row.end() || it->is_null()) return "";
  return it->is_string() ? it->get<std::string>() : it->dump();
}

bool SameNumber(const std::string& a, const std::optional<Decimal>& b) {
  if (a.empty() || !b) return a.empty() && !b;
  const double x = std::strtod(a.c_str(), nullptr), y = b->ToDouble();
  return std::abs(x - y) <= 1e-6 * std::max(1.0, std::abs(x));
}

std::string Squeezed(const std::string& name) {
  static const std::set<char32_t> kDropped = {U'·',  U'・', U'(', U')', U'（', U'）', U'《', U'》',
                                              U'「', U'」', U'“', U'”', U'"',  U'\'', U'’',  U'-'};
  std::string out;
  for (size_t i = 0; i < name.size(); i += CodePointLength(name[i])) {
    const char32_t c = CodePointAt(name, i);
    if (IsSpace(c) || kDropped.contains(c)) continue;
    AppendUtf8(out, c < 128 ? static_cast<char32_t>(std::tolower(static_cast<int>(c))) : c);
  }
  return out;
}

bool Alike(const std::string& left, const std::string& right) {
  const std::string a = Squeezed(left), b = Squeezed(right);
  if (a.empty() || b.empty()) return a == b;
  if (std::min(CountCodePoints(a), CountCodePoints(b)) < 2) return a == b;
  return a.find(b) != std::string::npos || b.find(a) != std::string::npos;
}

bool Either(std::string_view a, std::string_view b, std::string_view x, std::string_view y) {
  return (a == x && b == y) || (a == y && b == x);
}

int LevelOf(const Json& g, const Claim& c) {
  std::set<std::string> unsure;
  if (g.contains("unsure") && g["unsure"].is_array()) {
    for (const auto& u : g["unsure"]) unsure.insert(u.get<std::string>());
  }
  auto ok = [&](const char* field, bool right) { return right || unsure.contains(field); };
  const bool value = Field(g, "low").empty() ? SameNumber(Field(g, "value"), c.quantity.value)
                                             : SameNumber(Field(g, "low"), c.quantity.low) &&
                                                   SameNumber(Field(g, "high"), c.quantity.high);
  const std::string gu = Field(g, "unit"), gb = Field(g, "bound"), gk = Field(g, "kind");
  const std::string& cu = c.quantity.unit;
  const bool unit = gu == cu || (gu.starts_with("count") && cu.starts_with("count")) ||
                    Either(gu, cu, "count:倍", "multiple");
  const std::string_view cb = ToString(c.quantity.bound);
  const bool bound = gb == cb || Either(gb, cb, "about", "nearly") ||
                     Either(gb, cb, "more_than", "at_least") ||
                     Either(gb, cb, "less_than", "at_most");
  if (!(ok("value", value) && ok("unit", unit) && ok("bound", bound))) return 1;
  auto day = [](const std::optional<Moment>& m) { return m ? m->date.ToString() : std::string(); };
  const std::string start = c.period ? day(c.period->start) : "",
                    end = c.period ? day(c.period->end) : "";
  const std::string gs = Field(g, "start"), ge = Field(g, "end");
  bool period = gs == start && ge == end;
  if (unsure.contains("period")) period = true;
  if (unsure.contains("start") || unsure.contains("end") || unsure.contains("period")) {
    period = period || gs.empty() || start.empty() || (start <= ge && gs <= end);
  }
  if (!period) return 2;
  const std::string_view ck = ToString(c.kind);
  const bool kind =
      gk == ck || Either(gk, ck, "level", "price") || Either(gk, ck, "level", "count");
  if (!(ok("subject", Alike(Field(g, "subject"), c.subject)) &&
        ok("metric", Alike(Field(g, "metric"), c.metric)) && ok("kind", kind) &&
        ok("direction", Field(g, "direction") == ToString(c.direction)) &&
        ok("modality", Field(g, "modality") == ToString(c.modality)))) {
    return 3;
  }
  if (!(ok("basis", Field(g, "basis") == ToString(c.basis)) &&
        ok("attribution", Alike(Field(g, "attribution"), c.attribution)))) {
    return 4;
  }
  return 5;
}

// Where a gold surface stands in the squeezed article, found by its context there.
std::optional<std::pair<size_t, size_t>> FindSurface(const std::string& original, const Json& g,
                                                     const std::string& article) {
  const std::string surface = Field(g, "surface");
  size_t at = std::string::npos;
  for (int nth = g.value("nth", 1); nth > 0; --nth) {
    at = original.find(surface, at == std::string::npos ? 0 : at + 1);
    if (at == std::string::npos) return std::nullopt;
  }
  const std::string before = RemoveSpace(std::string_view(original).substr(0, at));
  const std::string needle = RemoveSpace(surface);
  for (uint32_t context : {24u, 12u, 6u, 3u, 0u}) {
    size_t from = before.size();
    for (uint32_t i = 0; i < context && from > 0; ++i) from = PreviousBorder(before, from);
    const std::string left = before.substr(from);
    const size_t found = article.find(left + needle);
    if (found != std::string::npos) {
      return std::pair{found + left.size(), found + left.size() + needle.size()};
    }
  }
  return std::nullopt;
}

struct Score {
  int gold = 0, system = 0;
  int reached[5] = {};
  double F1(int level) const {
    return gold + system == 0 ? 0 : 2.0 * reached[level] / (gold + system);
  }
};

Score ScoreSet(const std::filesystem::path& gold_file, const std::filesystem::path& texts_file) {
  std::map<std::string, std::vector<Json>> golds;
  for (Json& g : ReadJsonLines(gold_file)) golds[Field(g, "doc")].push_back(std::move(g));
  Score score;
  for (const Json& t : ReadJsonLines(texts_file)) {
    const std::string text = Field(t, "text");
    RawArticle raw;
    raw.locator = Field(t, "doc");
    raw.payload = text;
    raw.kind = PayloadKind::kText;
    raw.utf8 = true;
    raw.given.external_id = Field(t, "doc");
    raw.given.title = Field(t, "title");
    raw.given.published = Field(t, "published");
    raw.given.region = Field(t, "region");
    const auto key = pipeline::MakeInputKey(raw, std::nullopt);
    auto result = pipeline::RunArticle(std::move(raw), key, SharedTools(), std::nullopt);
    const auto* article = std::get_if<store::Article>(&result);
    std::vector<Json>& wanted = golds[Field(t, "doc")];
    std::vector<std::pair<size_t, size_t>> spans;
    std::string squeezed;
    if (article != nullptr) {
      squeezed = RemoveSpace(article->document.text);
      for (const Claim& c : article->claims) {
        const size_t begin =
            RemoveSpace(std::string_view(article->document.text).substr(0, c.span.begin)).size();
        spans.emplace_back(begin,
                           begin + RemoveSpace(Slice(article->document.text, c.span)).size());
      }
    }
    std::set<size_t> free;
    for (size_t i = 0; i < spans.size(); ++i) free.insert(i);
    for (bool ranks : {false, true}) {
      for (const Json& g : wanted) {
        if ((Field(g, "kind") == "rank") != ranks) continue;
        if (!ranks) ++score.gold;
        const auto place = article == nullptr ? std::nullopt : FindSurface(text, g, squeezed);
        if (!place) continue;
        int best_level = 0;
        std::optional<size_t> best;
        for (size_t i : free) {
          if (spans[i].first >= place->second || place->first >= spans[i].second) continue;
          const int level = LevelOf(g, article->claims[i]);
          if (level > best_level) {
            best_level = level;
            best = i;
          }
        }
        if (!best) continue;
        free.erase(*best);
        if (ranks) continue;
        ++score.system;
        for (int l = 0; l < best_level; ++l) ++score.reached[l];
      }
    }
    for (size_t i : free) {
      if (article->claims[i].kind != ClaimKind::kRank) ++score.system;
    }
  }
  return score;
}

TEST(GoldGate, NoFloorIsBroken) {
  const Json floors = Json::parse(ReadFile(SourceDir() / "tests" / "gold_floors.json"));
  int sets = 0;
  for (const auto& [name, set] : floors.items()) {
    const bool shared = set["where"] == "shared";
    if (shared && SharedData().empty()) continue;
    ++sets;
    const auto root = shared ? SharedData() : SourceDir();
    const Score score =
        ScoreSet(root / set["gold"].get<std::string>(), root / set["texts"].get<std::string>());
    std::string line =
        name + ": gold " + std::to_string(score.gold) + ", system " + std::to_string(score.system);
    for (int l = 0; l < 5; ++l) {
      char buffer[64];
      std::snprintf(buffer, sizeof buffer, "  %s %.3f", kLevels[l], score.F1(l));
      line += buffer;
      EXPECT_GE(score.F1(l), set["f1"][kLevels[l]].get<double>())
          << name << ": F1 of level " << kLevels[l] << " fell under its floor";
    }
    std::cout << line << "\n";
    EXPECT_GT(score.gold, 0);
  }
  EXPECT_GE(sets, 1);
}

}  // namespace
}  // namespace hanfact::testing
