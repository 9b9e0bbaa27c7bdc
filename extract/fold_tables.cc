// Lines that are rows of a table: the heading gives measure, unit and period of a column, the label
// of a row its measure or whom it is about.
#include <algorithm>

#include "extract/fold.h"

namespace hanfact::extract {

using Class = TokenClass;

namespace {

constexpr size_t kMostColumns = 24;

bool HasCells(std::string_view line) {
  if (line.find('\t') != std::string_view::npos) return true;
  return line.starts_with('|') && std::count(line.begin(), line.end(), '|') >= 3;
}

// What a cell's last bracket holds: 营业收入(亿元).
std::string_view InBracket(std::string_view cell) {
  const size_t open = cell.rfind('(');
  const size_t close = cell.rfind(')');
  if (open == std::string_view::npos || close == std::string_view::npos || close < open) return "";
  return Trim(cell.substr(open + 1, close - open - 1));
}

// 2025, and 2026E of forecasts.
bool IsYear(std::string_view cell) {
  if (cell.size() == 5 && (cell.ends_with('E') || cell.ends_with('A'))) cell.remove_suffix(1);
  return cell.size() == 4 && (cell.starts_with("19") || cell.starts_with("20")) &&
         std::all_of(cell.begin(), cell.end(),
                     [](char c) { return IsAsciiDigit(static_cast<unsigned char>(c)); });
}

ClaimKind PlainKind(Class c) {
  switch (c) {
    case Class::kMultiple:
      return ClaimKind::kMultiple;
    case Class::kRatio:
      return ClaimKind::kShare;
    case Class::kCount:
    case Class::kTwo:
      return ClaimKind::kCount;
    case Class::kDuration:
      return ClaimKind::kDuration;
    case Class::kRate:
      return ClaimKind::kPrice;
    default:
      return ClaimKind::kLevel;
  }
}

}  // namespace

bool IsTableLine(std::string_view line) {
  // 单位:亿元 stands above a table.
  return HasCells(line) || line.starts_with("单位");
}

std::vector<MatchSpan> Fold::Cells(MatchSpan line) const {
  std::vector<MatchSpan> cells;
  const std::string_view text = Text(line);
  const char mark = text.find('\t') != std::string_view::npos ? '\t' : '|';
  size_t from = mark == '|' && text.starts_with('|') ? 1 : 0;
  while (from <= text.size() && cells.size() < kMostColumns) {
    size_t to = std::min(text.find(mark, from), text.size());
    if (mark == '|' && to == text.size() && Trim(text.substr(from)).empty()) break;
    size_t begin = from;
    size_t end = to;
    while (begin < end && text[begin] == ' ') ++begin;
    while (end > begin && text[end - 1] == ' ') --end;
    cells.push_back({line.begin + static_cast<uint32_t>(begin),
                     line.begin + static_cast<uint32_t>(end)});
    from = to + 1;
  }
  return cells;
}

// One of a unit: 亿元 is 100,000,000 CNY. Empty unit for words that are none.
Quantity Fold::UnitOf(std::string_view words) const {
  if (words.starts_with("单位")) words.remove_prefix(6);
  while (!words.empty() && (words[0] == ':' || words[0] == ' ')) words.remove_prefix(1);
  if (words.empty() || words.size() > 24 || tables_.quantities == nullptr) return {};
  const std::string one = "1" + std::string(words);
  std::vector<Mention> found;
  tables_.quantities->Find(one, {document_.meta.region, document_.script}, found);
  if (found.size() != 1 || found[0].span.size() != one.size() || !found[0].quantity.value) {
    return {};
  }
  return found[0].quantity;
}

// The measure of the nearest column to the left that has one: what 同比 beside it is of.
const MetricRef* Fold::MeasureLeftOf(size_t column) const {
  for (size_t c = std::min(column, table_.columns.size()); c-- > 0;) {
    if (!table_.columns[c].metric.empty()) return &table_.columns[c].metric;
  }
  return nullptr;
}

// The period of a bare year in a cell.
const Mention* Fold::MakeYear(MatchSpan cell) {
  int year = 0;
  for (char c : Text({cell.begin, cell.begin + 4})) year = year * 10 + (c - '0');
  made_.emplace_back();
  made_.back().span = cell;
  made_.back().type = MentionType::kPeriod;
  made_.back().period = YearPeriod(year);
  return &made_.back();
}

bool Fold::ReadTableRow(Parts& p, int index, std::vector<Claim>& claims) {
  const std::string_view line = Text(p.span);
  if (line.starts_with("单位") && !HasCells(line)) {
    table_.columns.clear();
    table_.unit = UnitOf(line);
    table_.index = index;
    return false;
  }
  if (index != table_.index + 1) table_ = {};
  if (!HasCells(line)) return false;
  table_.index = index;
  const std::vector<MatchSpan> cells = Cells(p.span);
  const auto& tokens = p.row.tokens;
  const auto in = [&](size_t cell, const Token& token) { return cells[cell].Contains(token.span); };
  bool heading = cells.size() >= 2;
  for (size_t c = 1; c < cells.size(); ++c) {
    for (const Token& token : tokens) {
      if (in(c, token) && IsQuantity(token.token_class) && !IsYear(Text(cells[c]))) heading = false;
    }
  }
  const auto refuse = [&](size_t token, std::string_view why) {
    if (IsQuantity(tokens[token].token_class) && p.refused[token].empty()) p.refused[token] = why;
  };
  if (heading) {
    table_.columns.assign(cells.size(), {});
    for (size_t c = 0; c < cells.size(); ++c) {
      TableColumn& column = table_.columns[c];
      column.span = cells[c];
      column.unit = UnitOf(InBracket(Text(cells[c])));
      column.serial = nouns_.Is("serial", Text(cells[c]));
      for (size_t t = 0; t < tokens.size(); ++t) {
        if (!in(c, tokens[t])) continue;
        refuse(t, "in the heading of a table");
        const Class k = tokens[t].token_class;
        if (k == Class::kBasis) {
          column.basis = ParseBasis(tokens[t].cue->value).value_or(Basis::kOther);
          column.change = true;
        } else if (k == Class::kUp || k == Class::kDown) {
          column.change = true;
          const std::string& word = tokens[t].cue->value;
          if (const auto basis = ParseBasis(word.substr(word.find('-') + 1))) column.basis = *basis;
        } else if (k == Class::kMetric) {
          column.metric = MetricOf(tokens[t]);
        } else if (IsPeriod(k) && k != Class::kSet && tokens[t].mention->period.start) {
          column.period = tokens[t].mention;
        } else if (k == Class::kForecast || k == Class::kPlan) {
          column.forecast = true;
        }
      }
      column.change = column.change || nouns_.EndsWith("shift", Text(cells[c]));
      if (column.period == nullptr && IsYear(Text(cells[c]))) {
        column.period = MakeYear(cells[c]);
        column.forecast = column.forecast || Text(cells[c]).ends_with('E');
      }
    }
    return true;
  }
  if (table_.columns.size() < 2) return false;
  // The label: what stands first but for a number that orders the rows.
  size_t label = 0;
  while (label + 1 < cells.size() && label < table_.columns.size() &&
         table_.columns[label].serial) {
    ++label;
  }
  const MetricRef* label_metric = nullptr;
  MetricRef found;
  Ref label_subject;
  const Mention* label_period = nullptr;
  for (size_t t = 0; t < tokens.size(); ++t) {
    if (tokens[t].span.begin >= cells[label].end) break;
    refuse(t, "the label of a table's row");
    if (!in(label, tokens[t])) continue;
    const Class k = tokens[t].token_class;
    if (k == Class::kMetric) {
      found = MetricOf(tokens[t]);
      label_metric = &found;
    } else if (IsEntity(k) && label_subject.empty() && !IsDoubtful(tokens[t])) {
      label_subject = EntityRef(tokens[t]);
    } else if (IsPeriod(k) && tokens[t].mention->period.start) {
      label_period = tokens[t].mention;
    }
  }
  std::string_view words = Text(cells[label]);
  bool forecast = false;
  if (label_period == nullptr && IsYear(words)) {
    label_period = MakeYear(cells[label]);
    forecast = words.ends_with('E');
  }
  if (const size_t bracket = words.find('('); bracket != words.npos && bracket > 0) {
    words = Trim(words.substr(0, bracket));
  }
  const Quantity label_unit = UnitOf(InBracket(Text(cells[label])));
  const MatchSpan words_span{cells[label].begin,
                             cells[label].begin + static_cast<uint32_t>(words.size())};
  const Mention* first_period = nullptr;
  for (const TableColumn& column : table_.columns) {
    if (first_period == nullptr) first_period = column.period;
  }
  for (size_t c = label + 1; c < cells.size(); ++c) {
    bool first = true;
    for (size_t t = 0; t < tokens.size(); ++t) {
      if (!in(c, tokens[t]) || !IsQuantity(tokens[t].token_class)) continue;
      if (c >= table_.columns.size()) {
        refuse(t, "no heading stands above the cell");
        continue;
      }
      const TableColumn& column = table_.columns[c];
      if (column.serial) refuse(t, "a number that only orders the rows");
      if (!first) refuse(t, "beside the number of its cell");
      if (!p.refused[t].empty() && !p.refused[t].starts_with("guard:")) continue;
      p.refused[t].clear();
      Draft d;
      d.token = static_cast<int>(t);
      d.clause = p.clause[t];
      d.claim.quantity = tokens[t].mention->quantity;
      d.claim.span = view_.map.ToClean(tokens[t].span);
      d.claim.sentence = view_.map.ToClean(p.span);
      d.claim.rule = "table";
      Class k = tokens[t].token_class;
      if (d.claim.quantity.unit.empty()) {
        const Quantity* unit = nullptr;
        for (const Quantity* one : std::initializer_list<const Quantity*>{&column.unit, &label_unit,
                                                                         &table_.unit}) {
          if (unit == nullptr && !one->unit.empty()) unit = one;
        }
        if (unit != nullptr) {
          Quantity& q = d.claim.quantity;
          const auto scale = [&](std::optional<Decimal>& value) {
            if (value) value = value->Multiply(*unit->value);
          };
          scale(q.value);
          scale(q.low);
          scale(q.high);
          if (const auto step = q.precision.Multiply(*unit->value)) q.precision = *step;
          q.unit = unit->unit;
          Mention scaled = *tokens[t].mention;
          scaled.quantity = q;
          scaled.type = MentionType::kQuantity;
          k = QuantityClass(scaled);
        }
      }
      // Whose and what: the measure is in the label or in the heading; the other says whose.
      if (label_metric != nullptr) {
        d.metric = *label_metric;
        if (words.size() > label_metric->span.size() && words.size() <= 45 &&
            label_metric->text == Text(label_metric->span)) {
          d.metric.base = d.metric.text;
          d.metric.text = std::string(words);
        }
        d.subject = label_subject;
      } else if (!column.metric.empty()) {
        d.metric = column.metric;
        d.subject = label_subject;
      } else if (const MetricRef* left = MeasureLeftOf(c); column.change && left != nullptr) {
        d.metric = *left;
        d.subject = label_subject;
      } else if (column.period != nullptr || column.change) {
        d.metric.text = std::string(words);
        d.metric.span = words_span;
      } else {
        std::string_view name = Text(column.span);
        if (const size_t bracket = name.find('('); bracket != name.npos && bracket > 0) {
          name = Trim(name.substr(0, bracket));
        }
        d.metric.text = std::string(name);
        d.metric.span = column.span;
        d.subject = label_subject;
      }
      const bool named_row = label_metric == nullptr && column.period == nullptr &&
                             label_period == nullptr && d.metric.span != words_span;
      if (d.subject.empty() && named_row && words.size() >= 6 && !nouns_.Is("generic", words)) {
        d.subject.text = std::string(words);
        d.subject.span = words_span;
      }
      d.own_subject = !d.subject.empty();
      d.own_metric = true;
      if (d.subject.empty()) d.subject = OwnerRef();
      if (d.subject.empty()) d.subject = subject_;
      if (d.subject.empty()) d.subject = headline_;
      d.subject.span = d.own_subject ? d.subject.span : MatchSpan{};
      if (d.claim.quantity.unit.empty() && d.metric.cue == nullptr) {
        refuse(t, "a cell without a unit under no known measure");
        continue;
      }
      d.claim.kind = column.change ? ClaimKind::kChange : PlainKind(k);
      if (column.change) {
        d.claim.basis = column.basis;
        // A printed minus says that it is a fall.
        const auto& value = d.claim.quantity.value;
        if (value && !value->negative()) d.claim.direction = Direction::kUp;
      }
      const Mention* period = column.period != nullptr ? column.period
                              : label_period != nullptr ? label_period
                              : column.change           ? first_period
                                                        : nullptr;
      if (period != nullptr) {
        d.period = {period, index};
        d.period_from = PeriodFrom::kParagraph;
        d.own_period = true;
      }
      const bool later = period != nullptr && period->period.start && published_ &&
                         period->period.start->date > *published_;
      if (column.forecast || forecast || later) d.claim.modality = Modality::kForecast;
      FillAttribution(p, static_cast<int>(t), index, d);
      Finish(p, d, claims);
      first = false;
    }
  }
  return true;
}

}  // namespace hanfact::extract
