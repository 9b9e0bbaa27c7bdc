#include "pipeline/corrections.h"

#include <algorithm>

#include "base/period.h"
#include "normalize/numeral.h"
#include "normalize/script.h"

namespace hanfact::pipeline {
namespace {

std::string Trimmed(std::string_view text) {
  const size_t begin = text.find_first_not_of(" \t\r\n");
  if (begin == std::string_view::npos) return "";
  return std::string(text.substr(begin, text.find_last_not_of(" \t\r\n") + 1 - begin));
}

// Whether a date or a time as claims have them: 2025-03-31, 2025-03-31T14:30:00.
bool IsPoint(std::string_view text) {
  const auto date = ParseDate(text);
  if (!date || !text.starts_with(date->ToString())) return false;
  if (text.size() == 10) return true;
  return text.size() == 19 && text[10] == 'T' && text[13] == ':' && text[16] == ':' &&
         text.find_first_not_of("0123456789:-T") == std::string_view::npos;
}

class Reading {
 public:
  Reading(const FieldValues& typed, const store::ReviewedClaim& claim, const Tools& tools)
      : claim_(claim), tools_(tools) {
    for (const auto& [field, text] : typed) {
      if (!text) {
        typed_[field] = std::nullopt;
      } else {
        const std::string trimmed = Trimmed(*text);
        typed_[field] = trimmed.empty() ? std::nullopt : std::optional(trimmed);
      }
    }
  }

  std::variant<Correction, BadField> Run() {
    for (const auto& [field, text] : typed_) {
      if (std::find(std::begin(kCorrectableFields), std::end(kCorrectableFields), field) ==
          std::end(kCorrectableFields)) {
        return BadField{field, field + " is no field that can be corrected"};
      }
    }
    for (auto step : {&Reading::ReadNames, &Reading::ReadChoices, &Reading::ReadNumbers,
                      &Reading::ReadUnit, &Reading::ReadPeriod}) {
      if (auto bad = (this->*step)()) return std::move(*bad);
    }
    // What is the same as before is no correction.
    std::erase_if(out_.columns, [&](const auto& column) {
      const auto it = claim_.fields.find(column.first);
      return it != claim_.fields.end() && it->second == column.second;
    });
    return std::move(out_);
  }

 private:
  using Trouble = std::optional<BadField>;

  const std::optional<std::string>* Typed(const std::string& field) const {
    const auto it = typed_.find(field);
    return it == typed_.end() ? nullptr : &it->second;
  }
  void Set(const std::string& column, std::optional<std::string> value) {
    out_.columns[column] = std::move(value);
  }
  // The column as it is to be.
  std::optional<std::string> Is(const std::string& column) const {
    if (const auto it = out_.columns.find(column); it != out_.columns.end()) return it->second;
    const auto it = claim_.fields.find(column);
    return it == claim_.fields.end() ? std::nullopt : it->second;
  }

  std::vector<Mention> MentionsOf(std::string_view match_text) const {
    return tools_.extractor().Annotate(match_text, normalize::DetectScript(match_text), "", "",
                                       PublishedMoment(claim_.published));
  }
  // The mention that a text is from its first to its last byte.
  std::optional<Mention> Whole(std::string_view match_text, MentionType type) const {
    for (Mention& m : MentionsOf(match_text)) {
      const MatchSpan span = m.hedge_span.begin == m.hedge_span.end
                                 ? m.span
                                 : MatchSpan{std::min(m.span.begin, m.hedge_span.begin),
                                             std::max(m.span.end, m.hedge_span.end)};
      if (m.type == type && span.begin == 0 && span.end == match_text.size()) return std::move(m);
    }
    return std::nullopt;
  }

  Trouble ReadNames() {
    for (const std::string field : {"subject", "attribution"}) {
      const auto* typed = Typed(field);
      if (typed == nullptr) continue;
      std::optional<std::string> name = *typed, id;
      if (name) {
        name = normalize::MakeMatchView(*name).text;
        const auto entity = Whole(*name, MentionType::kEntity);
        if (entity && entity->entity.known) {
          name = entity->entity.canonical;
          id = entity->entity.entity_id;
          out_.entities.push_back(EntityRowOf(entity->entity, tools_.extractor().entities()));
        }
      }
      Set(field, name);
      Set(field + "_id", id);
    }
    if (const auto* typed = Typed("metric")) {
      std::optional<std::string> name = *typed, id;
      if (name) {
        name = normalize::MakeMatchView(*name).text;
        if (const auto measure = tools_.extractor().FindMeasure(*name)) {
          name = std::string(measure->canonical);
          id = std::string(measure->metric_id);
        }
      }
      Set("metric", name);
      Set("metric_id", id);
    }
    return std::nullopt;
  }

  template <class Parse>
  Trouble ReadChoice(const std::string& field, bool may_be_none, Parse parse) {
    const auto* typed = Typed(field);
    if (typed == nullptr) return std::nullopt;
    if (!*typed && !may_be_none) return BadField{field, field + " cannot be empty"};
    if (*typed && !parse(**typed)) return BadField{field, **typed + " is no " + field};
    Set(field, *typed);
    return std::nullopt;
  }
  Trouble ReadChoices() {
    if (auto bad = ReadChoice("kind", false, ParseClaimKind)) return bad;
    if (auto bad = ReadChoice("bound", false, ParseBound)) return bad;
    if (auto bad = ReadChoice("modality", false, ParseModality)) return bad;
    if (auto bad = ReadChoice("direction", true, ParseDirection)) return bad;
    return ReadChoice("basis", true, ParseBasis);
  }

  // A number alone, with its sign; or a quantity, whose unit and hedge are taken over.
  Trouble ReadNumber(const std::string& field, const std::string& text) {
    const std::string view = normalize::MakeMatchView(text).text;
    const bool negative = view.starts_with('-');
    const size_t at = negative ? 1 : 0;
    const auto numeral = normalize::ReadNumeral(view, at);
    std::optional<Decimal> value, precision;
    if (numeral && numeral->end == view.size() && numeral->low == numeral->high &&
        numeral->kind != normalize::NumeralKind::kPercent) {
      value = numeral->low;
      precision = numeral->precision;
    } else if (const auto quantity = Whole(view, MentionType::kQuantity);
               quantity && quantity->quantity.value) {
      value = quantity->quantity.value;
      precision = quantity->quantity.precision;
      if (Typed("unit") == nullptr) Set("unit", quantity->quantity.unit);
      if (Typed("bound") == nullptr && quantity->quantity.bound != Bound::kExact) {
        Set("bound", std::string(ToString(quantity->quantity.bound)));
      }
    } else {
      return BadField{field, text + " is no number: write 39331000000, 393.31亿 or 393.31亿美元"};
    }
    Set(field, (negative && !value->negative() ? value->Negated() : *value).ToString());
    Set("precision", precision->ToString());
    return std::nullopt;
  }
  Trouble ReadNumbers() {
    const auto *value = Typed("value"), *low = Typed("low"), *high = Typed("high");
    for (const std::string field : {"value", "low", "high"}) {
      const auto* typed = Typed(field);
      if (typed == nullptr) continue;
      if (!*typed) {
        Set(field, std::nullopt);
      } else if (auto bad = ReadNumber(field, **typed)) {
        return bad;
      }
    }
    if (value == nullptr && low == nullptr && high == nullptr) return std::nullopt;
    const bool range = (low != nullptr && *low) || (high != nullptr && *high);
    if (value != nullptr && *value && range) {
      return BadField{"value", "a claim has a value or a range from low to high, not both"};
    }
    if (range) {
      Set("value", std::nullopt);
      if (Typed("bound") == nullptr) Set("bound", "range");
    } else if (value != nullptr && *value) {
      Set("low", std::nullopt);
      Set("high", std::nullopt);
      if (Typed("bound") == nullptr && Is("bound") == "range") Set("bound", "exact");
    }
    const auto one = Is("value"), from = Is("low"), to = Is("high");
    if (!one && !from && !to) return BadField{"value", "a claim needs a number"};
    if (from && to && *Decimal::Parse(*to) < *Decimal::Parse(*from)) {
      return BadField{"high", *to + " is less than " + *from};
    }
    return std::nullopt;
  }

  Trouble ReadUnit() {
    const auto* typed = Typed("unit");
    if (typed == nullptr) return std::nullopt;
    if (!*typed || tools_.extractor().KnowsUnit(**typed)) {
      Set("unit", typed->value_or(""));
      return std::nullopt;
    }
    const auto quantity =
        Whole("5" + normalize::MakeMatchView(**typed).text, MentionType::kQuantity);
    if (!quantity || quantity->quantity.unit.empty()) {
      return BadField{"unit", **typed + " is no unit: write 美元, USD, %, percent, 吨, count:家"};
    }
    Set("unit", quantity->quantity.unit);
    return std::nullopt;
  }

  Trouble ReadPeriod() {
    const auto *start = Typed("period_start"), *end = Typed("period_end");
    if (start == nullptr && end == nullptr) return std::nullopt;
    if (start != nullptr) Set("period_start", *start);
    if (end != nullptr) Set("period_end", *end);
    if (start != nullptr && *start && !IsPoint(**start)) {
      const auto period = Whole(normalize::MakeMatchView(**start).text, MentionType::kPeriod);
      if (!period || !period->period.start || !period->period.end) {
        return BadField{"period_start",
                        **start + " is no date: write 2025-03-31, or a period as 2025年一季度"};
      }
      Set("period_start", period->period.start->ToString());
      Set("period_end", period->period.end->ToString());
    }
    const auto from = Is("period_start"), to = Is("period_end");
    if (to && !IsPoint(*to)) {
      return BadField{"period_end", *to + " is no date: write 2025-03-31"};
    }
    if (from.has_value() != to.has_value()) {
      return BadField{from ? "period_end" : "period_start",
                      "a period has a start and an end; on one day they are the same"};
    }
    if (from && *to < *from) {
      return BadField{"period_end", *to + " is before " + *from};
    }
    return std::nullopt;
  }

  FieldValues typed_;  // trimmed
  const store::ReviewedClaim& claim_;
  const Tools& tools_;
  Correction out_;
};

}  // namespace

std::variant<Correction, BadField> ReadCorrection(const FieldValues& typed,
                                                  const store::ReviewedClaim& claim,
                                                  const Tools& tools) {
  return Reading(typed, claim, tools).Run();
}

}  // namespace hanfact::pipeline
