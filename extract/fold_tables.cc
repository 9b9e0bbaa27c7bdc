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

// 营收(亿元): the words in front of the bracket; all of them where there is none.
std::string_view WithoutBracket(std::string_view words) {
  const size_t bracket = words.find('(');
  return bracket != words.npos && bracket > 0 ? Trim(words.substr(0, bracket)) : words;
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
    cells.push_back(
        {line.begin + static_cast<uint32_t>(begin), line.begin + static_cast<uint32_t>(end)});
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

// A number of a table that is no claim, and why; what a guard said of it stays.
void Fold::RefuseCell(Parts& p, size_t token, std::string_view why) {
  if (IsQuantity(p.row.tokens[token].token_class) && p.refused[token].empty()) {
    p.refused[token] = why;
  }
}

// Whether no cell but the first holds a number other than a year.
bool Fold::IsHeading(const Parts& p, const std::vector<MatchSpan>& cells) const {
  if (cells.size() < 2) return false;
  for (size_t c = 1; c < cells.size(); ++c) {
    for (const Token& token : p.row.tokens) {
      if (cells[c].Contains(token.span) && IsQuantity(token.token_class) &&
          !IsYear(Text(cells[c]))) {
        return false;
      }
    }
  }
  return true;
}

// What a heading says of its column.
Fold::TableColumn Fold::ReadColumn(Parts& p, MatchSpan cell) {
  const auto& tokens = p.row.tokens;
  TableColumn column;
  column.span = cell;
  column.unit = UnitOf(InBracket(Text(cell)));
  column.serial = nouns_.Is("serial", Text(cell));
  for (size_t t = 0; t < tokens.size(); ++t) {
    if (!cell.Contains(tokens[t].span)) continue;
    RefuseCell(p, t, "in the heading of a table");
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
  column.change = column.change || nouns_.EndsWith("shift", Text(cell));
  if (column.period == nullptr && IsYear(Text(cell))) {
    column.period = MakeYear(cell);
    column.forecast = column.forecast || Text(cell).ends_with('E');
  }
  return column;
}

// The label of a row: what stands first but for a number that orders the rows.
Fold::RowLabel Fold::ReadLabel(Parts& p, const std::vector<MatchSpan>& cells) {
  const auto& tokens = p.row.tokens;
  RowLabel label;
  while (label.cell + 1 < cells.size() && label.cell < table_.columns.size() &&
         table_.columns[label.cell].serial) {
    ++label.cell;
  }
  const MatchSpan cell = cells[label.cell];
  for (size_t t = 0; t < tokens.size() && tokens[t].span.begin < cell.end; ++t) {
    RefuseCell(p, t, "the label of a table's row");
    if (!cell.Contains(tokens[t].span)) continue;
    const Class k = tokens[t].token_class;
    if (k == Class::kMetric) {
      label.metric = MetricOf(tokens[t]);
    } else if (IsEntity(k) && label.subject.empty() && !IsDoubtful(tokens[t])) {
      label.subject = EntityRef(tokens[t]);
    } else if (IsPeriod(k) && tokens[t].mention->period.start) {
      label.period = tokens[t].mention;
    }
  }
  std::string_view words = Text(cell);
  if (label.period == nullptr && IsYear(words)) {
    label.period = MakeYear(cell);
    label.forecast = words.ends_with('E');
  }
  words = WithoutBracket(words);
  label.words = words;
  label.span = {cell.begin, cell.begin + static_cast<uint32_t>(words.size())};
  label.unit = UnitOf(InBracket(Text(cell)));
  return label;
}

// A number without a unit has that of its column, of its row or of the table. Returns what kind of
// number it is then.
TokenClass Fold::TakeCellsUnit(const Token& number, const TableColumn& column,
                               const RowLabel& label, Quantity& quantity) const {
  const Quantity* unit = nullptr;
  for (const Quantity* one : {&column.unit, &label.unit, &table_.unit}) {
    if (unit == nullptr && !one->unit.empty()) unit = one;
  }
  if (!quantity.unit.empty() || unit == nullptr) return number.token_class;
  const auto scale = [&](std::optional<Decimal>& value) {
    if (value) value = value->Multiply(*unit->value);
  };
  scale(quantity.value);
  scale(quantity.low);
  scale(quantity.high);
  if (const auto step = quantity.precision.Multiply(*unit->value)) quantity.precision = *step;
  quantity.unit = unit->unit;
  Mention scaled = *number.mention;
  scaled.quantity = quantity;
  scaled.type = MentionType::kQuantity;
  return QuantityClass(scaled);
}

// Whose and what: the measure is in the label or in the heading; the other says whose.
void Fold::NameCell(size_t c, const RowLabel& label, Draft& d) const {
  const TableColumn& column = table_.columns[c];
  const std::string& words = label.words;
  d.subject = label.subject;
  if (!label.metric.empty()) {
    d.metric = label.metric;
    if (words.size() > label.metric.span.size() && words.size() <= 45 &&
        label.metric.text == Text(label.metric.span)) {
      d.metric.base = d.metric.text;
      d.metric.text = words;
    }
  } else if (!column.metric.empty()) {
    d.metric = column.metric;
  } else if (const MetricRef* left = MeasureLeftOf(c); column.change && left != nullptr) {
    d.metric = *left;
  } else if (column.period != nullptr || column.change) {
    d.metric.text = words;
    d.metric.span = label.span;
    d.subject = {};
  } else {
    d.metric.text = std::string(WithoutBracket(Text(column.span)));
    d.metric.span = column.span;
  }
  const bool named_row = label.metric.empty() && column.period == nullptr &&
                         label.period == nullptr && d.metric.span != label.span;
  if (d.subject.empty() && named_row && words.size() >= 6 && !nouns_.Is("generic", words)) {
    d.subject.text = words;
    d.subject.span = label.span;
  }
  d.own_subject = !d.subject.empty();
  d.own_metric = true;
  if (d.subject.empty()) d.subject = OwnerRef();
  if (d.subject.empty()) d.subject = subject_;
  if (d.subject.empty()) d.subject = headline_;
  if (!d.own_subject) d.subject.span = {};
}

// The claim of a cell. False where its number is none; `refused` then says why.
bool Fold::ReadCell(Parts& p, size_t t, size_t c, const RowLabel& label, int index,
                    std::vector<Claim>& claims) {
  const Token& number = p.row.tokens[t];
  const TableColumn& column = table_.columns[c];
  Draft d;
  d.token = static_cast<int>(t);
  d.clause = p.clause[t];
  d.claim.quantity = number.mention->quantity;
  d.claim.span = view_.map.ToClean(number.span);
  d.claim.sentence = view_.map.ToClean(p.span);
  d.claim.rule = "table";
  const Class k = TakeCellsUnit(number, column, label, d.claim.quantity);
  NameCell(c, label, d);
  if (d.claim.quantity.unit.empty() && d.metric.cue == nullptr) {
    RefuseCell(p, t, "a cell without a unit under no known measure");
    return false;
  }
  d.claim.kind = column.change ? ClaimKind::kChange : PlainKind(k);
  if (column.change) {
    d.claim.basis = column.basis;
    // A printed minus says that it is a fall.
    const auto& value = d.claim.quantity.value;
    if (value && !value->negative()) d.claim.direction = Direction::kUp;
  }
  const Mention* period = column.period != nullptr ? column.period : label.period;
  for (size_t other = 0; period == nullptr && column.change && other < table_.columns.size();
       ++other) {
    period = table_.columns[other].period;
  }
  if (period != nullptr) {
    d.period = {period, index};
    d.period_from = PeriodFrom::kParagraph;
    d.own_period = true;
  }
  const bool later = period != nullptr && period->period.start && published_ &&
                     period->period.start->date > *published_;
  if (column.forecast || label.forecast || later) d.claim.modality = Modality::kForecast;
  FillAttribution(p, d.token, index, d);
  Finish(p, d, claims);
  return true;
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
  if (IsHeading(p, cells)) {
    table_.columns.clear();
    for (const MatchSpan cell : cells) table_.columns.push_back(ReadColumn(p, cell));
    return true;
  }
  if (table_.columns.size() < 2) return false;
  const auto& tokens = p.row.tokens;
  const RowLabel label = ReadLabel(p, cells);
  for (size_t c = label.cell + 1; c < cells.size(); ++c) {
    bool first = true;
    for (size_t t = 0; t < tokens.size(); ++t) {
      if (!cells[c].Contains(tokens[t].span) || !IsQuantity(tokens[t].token_class)) continue;
      if (c >= table_.columns.size()) {
        RefuseCell(p, t, "no heading stands above the cell");
        continue;
      }
      if (table_.columns[c].serial) RefuseCell(p, t, "a number that only orders the rows");
      if (!first) RefuseCell(p, t, "beside the number of its cell");
      if (!p.refused[t].empty() && !p.refused[t].starts_with("guard:")) continue;
      p.refused[t].clear();
      if (ReadCell(p, t, c, label, index, claims)) first = false;
    }
  }
  return true;
}

}  // namespace hanfact::extract
