#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <nlohmann/json.hpp>

#include "base/decimal.h"
#include "base/text.h"
#include "cli/command.h"
#include "cli/table.h"
#include "cli/timeline.h"
#include "normalize/script.h"
#include "store/reader.h"

namespace hanfact::cli {
namespace {

struct Options {
  Common common;
  std::string db;
  store::FactFilter filter;
  std::string format;
  bool timeline = false;
  std::string svg;  // file, or - for standard output
};

std::string Get(const store::Row& row, std::string_view name) {
  for (const auto& [column, cell] : row) {
    if (column == name) return cell.text;
  }
  return "";
}

// A value as Chinese readers group it: 39331000000 USD -> 393.31亿 USD. Exact, only shorter.
std::string ShortNumber(const std::string& text) {
  const auto value = Decimal::Parse(text);
  if (!value) return text;
  const Decimal size = value->Abs();
  if (size >= Decimal::PowerOfTen(8)) return value->Shifted(-8).ToString() + "亿";
  if (size >= Decimal::PowerOfTen(4)) return value->Shifted(-4).ToString() + "万";
  return text;
}

std::string UnitText(const std::string& unit) {
  static constexpr std::array<std::pair<std::string_view, std::string_view>, 5> kShort = {
      {{"percent", "%"},
       {"percentage_point", "pp"},
       {"basis_point", "bp"},
       {"multiple", "x"},
       {"ratio", ""}}};
  for (const auto& [name, text] : kShort) {
    if (unit == name) return std::string(text);
  }
  return unit.starts_with("count:") ? unit.substr(6) : " " + unit;
}

std::string ValueText(const store::Row& row) {
  static constexpr std::array<std::pair<std::string_view, std::string_view>, 6> kSigns = {
      {{"about", "~"},
       {"more_than", ">"},
       {"at_least", ">="},
       {"less_than", "<"},
       {"at_most", "<="},
       {"nearly", "~<"}}};
  std::string out;
  const std::string bound = Get(row, "bound");
  for (const auto& [name, sign] : kSigns) {
    if (bound == name) out += sign;
  }
  const std::string value = Get(row, "value");
  out += !value.empty() ? ShortNumber(value)
                        : ShortNumber(Get(row, "low")) + "–" + ShortNumber(Get(row, "high"));
  out += UnitText(Get(row, "unit"));
  const std::string direction = Get(row, "direction"), basis = Get(row, "basis");
  if (!direction.empty()) out += direction == "up" ? " ↑" : " ↓";
  if (!basis.empty()) out += " " + basis;
  return out;
}

std::string PeriodText(const store::Row& row) {
  const std::string start = Get(row, "period_start"), end = Get(row, "period_end");
  if (start.empty() && end.empty()) return "";
  return start == end ? start : start + ".." + end;
}

nlohmann::ordered_json ToJson(const store::Row& row,
                              const std::vector<store::ClaimEvidence>& evidence) {
  nlohmann::ordered_json out;
  for (const auto& [column, cell] : row) {
    switch (cell.type) {
      case store::Cell::Type::kNull:
        out[column] = nullptr;
        break;
      case store::Cell::Type::kInteger:
        out[column] = std::stoll(cell.text);
        break;
      case store::Cell::Type::kReal:
        out[column] = std::stod(cell.text);
        break;
      case store::Cell::Type::kText:
        out[column] = cell.text;
        break;
    }
  }
  nlohmann::ordered_json claims_json = nlohmann::ordered_json::array();
  for (const store::ClaimEvidence& e : evidence) {
    claims_json.push_back({{"claim_id", e.claim_id},
                           {"document_id", e.document_id},
                           {"locator", e.locator},
                           {"published", e.published},
                           {"surface", e.surface},
                           {"sentence", e.sentence},
                           {"relation", e.relation}});
  }
  out["evidence"] = std::move(claims_json);
  return out;
}

std::string CsvField(const std::string& text) {
  if (text.find_first_of(",\"\n\r") == std::string::npos) return text;
  std::string out = "\"";
  for (char c : text) {
    if (c == '"') out += '"';
    out += c;
  }
  return out + "\"";
}

TimelineFact ToTimelineFact(const store::Row& row,
                            const std::vector<store::ClaimEvidence>& evidence) {
  TimelineFact f;
  f.fact_id = Get(row, "fact_id");
  f.subject = Get(row, "subject");
  f.metric = Get(row, "metric");
  f.kind = Get(row, "kind");
  f.basis = Get(row, "basis");
  f.scope = Get(row, "scope");
  f.unit = Get(row, "unit");
  f.period_start = Get(row, "period_start");
  f.period_end = Get(row, "period_end");
  f.value = ValueText(row);
  const auto number = [&](std::string_view name) -> std::optional<double> {
    const std::string text = Get(row, name);
    return text.empty() ? std::nullopt : std::optional(std::strtod(text.c_str(), nullptr));
  };
  const auto value = number("value_num");
  f.low = value ? value : number("low_num");
  f.high = value ? value : number("high_num");
  if (!f.low) f.low = f.high;
  if (!f.high) f.high = f.low;
  if (Get(row, "direction") == "down" && f.low && *f.low > 0) {
    f.low = -*f.low;
    f.high = -*f.high;
    std::swap(f.low, f.high);
  }
  f.modality = Get(row, "modality");
  f.attribution = Get(row, "attribution");
  f.first_published = Get(row, "first_published");
  f.stories = std::atoll(Get(row, "stories").c_str());
  f.disputed = !Get(row, "conflict_id").empty();
  f.former = !evidence.empty() &&
             std::all_of(evidence.begin(), evidence.end(), [](const auto& e) { return e.former; });
  if (!evidence.empty()) f.sentence = evidence.front().sentence;
  return f;
}

size_t TerminalWidth() {
  winsize size{};
  if (::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) return size.ws_col;
  return 120;
}

int RunTimeline(const Options& options, store::Reader& reader) {
  std::vector<TimelineFact> facts;
  auto status = reader.ForEachFact(
      options.filter,
      [&](const store::Row& row, const std::vector<store::ClaimEvidence>& evidence) {
        facts.push_back(ToTimelineFact(row, evidence));
      });
  std::vector<TimelineLink> links;
  for (const TimelineFact& f : facts) {
    auto rows = reader.Query(
        "SELECT fact_a, fact_b, relation, explanation FROM fact_links WHERE fact_a = ?1"
        " ORDER BY fact_b, relation",
        {f.fact_id});
    if (!rows.ok()) {
      status = rows.error();
      break;
    }
    for (const store::Row& row : *rows) {
      links.push_back(
          {row[0].second.text, row[1].second.text, row[2].second.text, row[3].second.text});
    }
  }
  if (!status.ok()) {
    LogError(options.common, options.db + ": " + status.error().message);
    return kCannot;
  }
  if (facts.empty()) LogInfo(options.common, "no facts match");
  const std::vector<TimelineSeries> series = MakeTimeline(std::move(facts));
  if (options.svg == "-") {
    std::cout << DrawTimelineSvg(series, links);
  } else if (!options.svg.empty()) {
    std::ofstream out(options.svg, std::ios::binary);
    out << DrawTimelineSvg(series, links) << std::flush;
    if (!out) {
      LogError(options.common, options.svg + ": cannot be written. Is the folder there?");
      return kCannot;
    }
  }
  if (options.svg != "-") {
    const bool terminal = ::isatty(STDOUT_FILENO) != 0;
    const bool colour = terminal && std::getenv("NO_COLOR") == nullptr;
    std::cout << DrawTimeline(series, links, TerminalWidth(), colour);
    if (terminal && !series.empty()) {
      std::cout << "● actual  ◇ forecast or plan  ○ former version  ! contradicted\n";
    }
  }
  return kOk;
}

int Run(Options& options) {
  auto database = OpenDatabase(options.common, options.db, store::Database::Mode::kRead);
  if (database == nullptr) return kCannot;
  std::string format = options.format;
  if (format.empty()) format = "table";
  // Names in the database are simplified; a reader may type either script.
  options.filter.subject = normalize::ToSimplified(options.filter.subject);
  options.filter.metric = normalize::ToSimplified(options.filter.metric);

  store::Reader reader(*database);
  // The rows of the other formats stand in order of period as they are.
  if (options.timeline && format == "table") return RunTimeline(options, reader);
  Table table({"subject", "metric", "period", "value", "modality", "stories", "evidence"});
  table.Limit(0, 24).Limit(1, 24).Limit(6, 60);
  bool first = true;
  int64_t shown = 0;
  auto status = reader.ForEachFact(
      options.filter,
      [&](const store::Row& row, const std::vector<store::ClaimEvidence>& evidence) {
        ++shown;
        if (format == "jsonl") {
          std::cout << ToJson(row, evidence).dump() << '\n';
        } else if (format == "json") {
          std::cout << (first ? "[\n" : ",\n") << ToJson(row, evidence).dump();
        } else if (format == "csv") {
          std::string names, values;
          for (const auto& [column, cell] : row) {
            names += (names.empty() ? "" : ",") + column;
            values += (&column == &row.front().first ? "" : ",") + CsvField(cell.text);
          }
          if (first) std::cout << names << "\r\n";
          std::cout << values << "\r\n";
        } else {
          const std::string conflict = Get(row, "conflict_id").empty() ? "" : " !";
          table.Add({Get(row, "subject"), Get(row, "metric"), PeriodText(row), ValueText(row),
                     Get(row, "modality"), Get(row, "stories") + conflict,
                     evidence.empty() ? "" : evidence.front().sentence});
        }
        first = false;
      });
  if (!status.ok()) {
    LogError(options.common, options.db + ": " + status.error().message);
    return kCannot;
  }
  if (format == "json") std::cout << (first ? "[]\n" : "\n]\n");
  if (format == "table") {
    if (shown == 0) {
      LogInfo(options.common, "no facts match");
    } else {
      std::cout << table.ToString();
      if (::isatty(STDOUT_FILENO) != 0) std::cout << shown << " facts; ! marks a contradiction\n";
    }
  }
  return kOk;
}

}  // namespace

void AddFacts(CLI::App& app, int& status) {
  auto options = std::make_shared<Options>();
  CLI::App* command = app.add_subcommand("facts", "Query the facts of a database");
  AddDatabase(*command, options->db);
  CLI::Option* subject = command->add_option("--subject", options->filter.subject,
                                             "Name, alias (either script), or entity id");
  CLI::Option* metric =
      command->add_option("--metric", options->filter.metric, "Name of the measure, or part of it");
  auto date = [](const std::string& text) {
    return ParseDate(text) && text.size() == 10
               ? std::string()
               : "'" + text + "' is no date; write it as 2025-02-28";
  };
  command->add_option("--from", options->filter.from, "Periods from this day on")
      ->check(date)
      ->type_name("DATE");
  command->add_option("--to", options->filter.to, "Periods up to this day")
      ->check(date)
      ->type_name("DATE");
  command
      ->add_option("--min-stories", options->filter.min_stories,
                   "Only facts of at least N independent stories")
      ->type_name("N");
  command
      ->add_option("--min-confidence", options->filter.min_confidence,
                   "Only facts with a claim at least so sure (0 to 1)")
      ->check(CLI::Range(0.0, 1.0))
      ->type_name("X");
  command->add_flag("--conflicts", options->filter.conflicts_only,
                    "Only facts that contradict another");
  command->add_option("--limit", options->filter.limit, "At most N facts")->type_name("N");
  command->add_option("--format", options->format, "table, json, jsonl or csv")
      ->check(CLI::IsMember({"table", "json", "jsonl", "csv"}));
  CLI::Option* timeline = command
                              ->add_flag("--timeline", options->timeline,
                                         "Draw them by period (of one subject and metric)")
                              ->needs(subject)
                              ->needs(metric);
  command->add_option("--svg", options->svg, "Timeline as SVG; - for standard output")
      ->needs(timeline)
      ->type_name("FILE");
  AddCommon(*command, options->common);
  command->callback([options, &status] { status = Run(*options); });
}

}  // namespace hanfact::cli
