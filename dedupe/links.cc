#include "dedupe/links.h"

#include <algorithm>
#include <cstdlib>
#include <map>
#include <numeric>
#include <set>
#include <string_view>
#include <tuple>
#include <utility>

#include "base/hash.h"
#include "base/text.h"
#include "dedupe/facts.h"

namespace hanfact::dedupe {
namespace {

constexpr size_t kLookAhead = 16;  // how far an informational link looks in order of value

// A number as a Chinese reader would print it: 39331000000 as 393.31亿.
std::string FormatNumber(const Decimal& value, std::string_view unit) {
  std::string out;
  const bool scaled = unit != "percent";
  if (scaled && value.Abs() >= Decimal::PowerOfTen(8)) {
    out = value.Shifted(-8).ToString() + "亿";
  } else if (scaled && value.Abs() >= Decimal::PowerOfTen(4)) {
    out = value.Shifted(-4).ToString() + "万";
  } else {
    out = value.ToString();
  }
  if (unit.empty()) return out;
  if (unit == "percent") return out + "%";
  if (unit.starts_with("count:")) return out + std::string(unit.substr(6));
  return out + " " + std::string(unit);
}

std::string_view HedgeWords(Bound bound) {
  switch (bound) {
    case Bound::kAbout:
      return "about ";
    case Bound::kMoreThan:
      return "more than ";
    case Bound::kAtLeast:
      return "at least ";
    case Bound::kLessThan:
      return "less than ";
    case Bound::kAtMost:
      return "at most ";
    case Bound::kNearly:
      return "nearly ";
    case Bound::kExact:
    case Bound::kRange:
      break;
  }
  return "";
}

const FactClaim& First(const FactDraft& draft) { return *draft.entries.front()->claim; }
std::string Describe(const FactDraft& draft) { return dedupe::Describe(First(draft)); }

std::string DescribeVoices(const FactDraft& draft) {
  const uint32_t n = draft.fact.stories;
  return Describe(draft) + " (" + std::to_string(n) + (n == 1 ? " voice)" : " voices)");
}

std::string DescribePeriod(const std::optional<Period>& period) {
  if (!period || (!period->start && !period->end)) return "no period";
  if (!period->start) return "until " + period->end->ToString();
  if (!period->end) return "from " + period->start->ToString();
  if (*period->start == *period->end) return period->start->ToString();
  return period->start->ToString() + " to " + period->end->ToString();
}

// "15.0 % apart": the difference against the larger of the two; empty where that says nothing.
std::string Apart(const Decimal& a, const Decimal& b) {
  const Decimal larger = std::max(a.Abs(), b.Abs());
  const std::optional<Decimal> difference = a.Subtract(b);
  if (!difference || larger.zero()) return {};
  const std::optional<Decimal> share = difference->Abs().Divide(larger);
  if (!share) return {};
  // Rounded to a tenth of a percent without floating point.
  const std::optional<Decimal> shifted = share->Shifted(3).Add(Decimal::Scaled(5, -1));
  if (!shifted) return {};
  std::string digits = shifted->ToString();
  digits.resize(std::min(digits.size(), digits.find('.')));
  while (digits.size() < 2) digits.insert(0, "0");
  digits.insert(digits.size() - 1, ".");
  return digits + " % apart";
}

// Dates as days, for comparing only; nullopt for an empty or unreadable one.
std::optional<int64_t> Day(std::string_view published) {
  const std::optional<Date> date = ParseDate(published);
  return date ? std::optional(DayNumber(*date)) : std::nullopt;
}

// Whether facts without a period may speak of the same time. Unknown dates may.
bool NearInTime(const Fact& a, const Fact& b) {
  const auto a_first = Day(a.first_published), a_last = Day(a.last_published);
  const auto b_first = Day(b.first_published), b_last = Day(b.last_published);
  if (!a_first || !a_last || !b_first || !b_last) return true;
  return *a_first - *b_last <= kUndatedDays && *b_first - *a_last <= kUndatedDays;
}

// Whether each of two facts is stated by a story that does not state the other.
bool StatedApart(const FactDraft& a, const FactDraft& b) {
  return !std::includes(a.stories.begin(), a.stories.end(), b.stories.begin(), b.stories.end()) &&
         !std::includes(b.stories.begin(), b.stories.end(), a.stories.begin(), a.stories.end());
}

size_t SignificantDigits(const Decimal& value) {
  return value.Abs().Shifted(-value.exponent()).ToString().size();
}

// n where one value is exactly 10^n times the other or, for 万 written for 亿, is so within what
// was stated; 0 for neither.
int PowerApart(const FactDraft& a, const FactDraft& b) {
  const Reading* small = &a.reading();
  const Reading* large = &b.reading();
  if (small->value.Abs() > large->value.Abs()) std::swap(small, large);
  if (small->value.zero() || small->value.negative() != large->value.negative()) return 0;
  const std::optional<Decimal> ratio = large->value.Divide(small->value);
  if (ratio && ratio->exponent() > 0 && *ratio == Decimal::PowerOfTen(ratio->exponent())) {
    return ratio->exponent();
  }
  Interval raised = small->agreeing;
  if (raised.low) raised.low = raised.low->Shifted(4);
  if (raised.high) raised.high = raised.high->Shifted(4);
  return Meet(raised, large->agreeing) ? 4 : 0;
}

// Within one article the same digits at another power of ten are a slip only where there are so
// many of them that chance is out of the question.
bool LooksMistyped(const FactDraft& a, const FactDraft& b) {
  constexpr size_t kTellingDigits = 3;
  return PowerApart(a, b) > 0 && SignificantDigits(a.reading().value) >= kTellingDigits &&
         SignificantDigits(b.reading().value) >= kTellingDigits;
}

FactLink MakeLink(const FactDraft& a, const FactDraft& b, FactRelation relation,
                  std::string explanation) {
  FactLink link;
  link.fact_a = std::min(a.fact.fact_id, b.fact.fact_id);
  link.fact_b = std::max(a.fact.fact_id, b.fact.fact_id);
  link.relation = relation;
  link.explanation = std::move(explanation);
  return link;
}

FactLink ConflictLink(const FactDraft& a, const FactDraft& b) {
  // The better attested value first, so that the text does not depend on ids.
  const auto before = [](const FactDraft& x, const FactDraft& y) {
    return std::tuple(~x.fact.stories, x.reading().value, x.fact.fact_id) <
           std::tuple(~y.fact.stories, y.reading().value, y.fact.fact_id);
  };
  const FactDraft& x = before(a, b) ? a : b;
  const FactDraft& y = &x == &a ? b : a;
  std::string text = DescribeVoices(x) + " against " + DescribeVoices(y) + ": ";
  if (const int power = PowerApart(a, b); power > 0) {
    text += "the same digits, a factor of " + Decimal::PowerOfTen(power).ToString() + " apart";
    if (power == 4) text += " (万 for 亿?)";
    return MakeLink(a, b, FactRelation::kTypoSuspect, std::move(text));
  }
  text += "no value fits both";
  if (const std::string apart = Apart(x.reading().value, y.reading().value); !apart.empty()) {
    text += ", " + apart;
  }
  return MakeLink(a, b, FactRelation::kContradiction, std::move(text));
}

// Collects links once each.
class LinkSet {
 public:
  explicit LinkSet(const std::vector<FactDraft>& drafts) : drafts_(drafts) {}

  bool Has(size_t a, size_t b, FactRelation relation) const {
    return seen_.contains({std::min(a, b), std::max(a, b), relation});
  }
  void Add(size_t a, size_t b, FactRelation relation, std::string explanation) {
    if (!seen_.insert({std::min(a, b), std::max(a, b), relation}).second) return;
    links_.push_back(MakeLink(drafts_[a], drafts_[b], relation, std::move(explanation)));
  }
  void AddConflict(size_t a, size_t b) {
    FactLink link = ConflictLink(drafts_[a], drafts_[b]);
    if (!seen_.insert({std::min(a, b), std::max(a, b), link.relation}).second) return;
    links_.push_back(std::move(link));
    conflicts_.emplace_back(std::min(a, b), std::max(a, b));
  }
  const std::vector<std::pair<size_t, size_t>>& conflicts() const { return conflicts_; }
  std::vector<FactLink> Take() { return std::move(links_); }

 private:
  const std::vector<FactDraft>& drafts_;
  std::set<std::tuple<size_t, size_t, FactRelation>> seen_;
  std::vector<FactLink> links_;
  std::vector<std::pair<size_t, size_t>> conflicts_;
};

// Puts drafts into the groups that are linked. Every part of a key is a number here, the same where
// the text is: keys are long, and are compared for each kind of group.
class Groups {
 public:
  Groups(const std::vector<FactDraft>& drafts, const LinkedGroups& linked)
      : drafts_(drafts), linked_(linked), parts_(drafts.size()) {
    for (size_t part = 0; part < kKeyParts; ++part) Number(part);
  }

  // Whether all drafts have one value in a part of the key: then no group has two that differ
  // there.
  [[nodiscard]] bool Uniform(size_t part) const { return distinct_[part] < 2; }

  // Calls `body` with the places of all drafts that agree in every part of the key but `free` (pass
  // kKeyParts for all parts), in order of value, then fact_id.
  // Groups that are not to be linked are left out.
  template <class Body>
  void ForEach(size_t free, Body body) const {
    std::vector<size_t> order(drafts_.size());
    std::iota(order.begin(), order.end(), size_t{0});
    std::sort(order.begin(), order.end(), [&](size_t x, size_t y) {
      for (size_t part = 0; part < kKeyParts; ++part) {
        if (part != free && parts_[x][part] != parts_[y][part]) {
          return parts_[x][part] < parts_[y][part];
        }
      }
      const Decimal &a = drafts_[x].reading().value, &b = drafts_[y].reading().value;
      return a != b ? a < b : x < y;  // sorted by fact_id
    });
    for (size_t begin = 0; begin < order.size();) {
      size_t end = begin + 1;
      while (end < order.size() && Same(order[begin], order[end], free)) ++end;
      if (end - begin > 1 && linked_(GroupOf(drafts_[order[begin]].fact.key, free), end - begin)) {
        body(std::vector<size_t>(&order[begin], &order[begin] + (end - begin)));
      }
      begin = end;
    }
  }

 private:
  void Number(size_t part) {
    std::map<std::string_view, uint32_t> numbers;
    for (size_t i = 0; i < drafts_.size(); ++i) {
      const std::string_view text = drafts_[i].key()[part];
      parts_[i][part] = i > 0 && text == drafts_[i - 1].key()[part]
                            ? parts_[i - 1][part]
                            : numbers.emplace(text, numbers.size()).first->second;
    }
    distinct_[part] = numbers.size();
  }
  [[nodiscard]] bool Same(size_t x, size_t y, size_t free) const {
    for (size_t part = 0; part < kKeyParts; ++part) {
      if (part != free && parts_[x][part] != parts_[y][part]) return false;
    }
    return true;
  }

  const std::vector<FactDraft>& drafts_;
  const LinkedGroups& linked_;
  std::vector<std::array<uint32_t, kKeyParts>> parts_;  // of each draft
  std::array<size_t, kKeyParts> distinct_{};
};

// Values that changed between versions of one address: the old fact has no claim of the address's
// latest version, the new one none of its former versions.
void LinkRevisions(const std::vector<FactDraft>& drafts, const Groups& groups, LinkSet& links) {
  const bool former = std::any_of(drafts.begin(), drafts.end(), [](const FactDraft& d) {
    return std::any_of(d.entries.begin(), d.entries.end(),
                       [](const Entry* entry) { return !entry->claim->source->latest_version; });
  });
  if (!former) return;
  groups.ForEach(kKeyParts, [&](const std::vector<size_t>& group) {
    struct Sides {
      std::set<size_t> former, latest;
    };
    std::map<std::string_view, Sides> by_address;
    for (const size_t i : group) {
      for (const Entry* entry : drafts[i].entries) {
        const FactSource& source = *entry->claim->source;
        if (source.canonical_url.empty()) continue;
        Sides& sides = by_address[source.canonical_url];
        (source.latest_version ? sides.latest : sides.former).insert(i);
      }
    }
    for (const auto& [address, sides] : by_address) {
      for (const size_t old : sides.former) {
        if (sides.latest.contains(old)) continue;
        // The new value nearest to the old one.
        std::optional<size_t> revised;
        Decimal least;
        for (const size_t candidate : sides.latest) {
          if (sides.former.contains(candidate)) continue;
          const Decimal distance = drafts[candidate]
                                       .reading()
                                       .value.Subtract(drafts[old].reading().value)
                                       .value_or(Decimal::PowerOfTen(900))
                                       .Abs();
          if (!revised || distance < least) {
            revised = candidate;
            least = distance;
          }
        }
        if (!revised) continue;
        links.Add(old, *revised, FactRelation::kRevision,
                  Describe(drafts[old]) + " in a former version, " + Describe(drafts[*revised]) +
                      " in the latest one of " + std::string(address));
      }
    }
  });
}

// Whether a revision explains the difference: every source that still stands for the old value
// published before one that was revised to the new.
bool ExplainedByRevision(const FactDraft& a, const FactDraft& b) {
  const auto explains = [](const FactDraft& old, const FactDraft& revised) {
    std::set<std::string_view> former;
    std::optional<int64_t> last;
    for (const Entry* entry : old.entries) {
      const FactSource& source = *entry->claim->source;
      if (!source.latest_version) {
        former.insert(source.canonical_url);
        continue;
      }
      const std::optional<int64_t> day = Day(source.published);
      if (!day) return false;
      last = std::max(last.value_or(*day), *day);
    }
    for (const Entry* entry : revised.entries) {
      const FactSource& source = *entry->claim->source;
      if (!source.latest_version || !former.contains(source.canonical_url)) continue;
      const std::optional<int64_t> day = Day(source.published);
      if (!last || (day && *last < *day)) return true;
    }
    return false;
  };
  return explains(a, b) || explains(b, a);
}

void LinkContradictions(const std::vector<FactDraft>& drafts, const Groups& groups,
                        LinkSet& links) {
  const auto contradict = [&](size_t a, size_t b) {
    return Contradict(drafts[a], drafts[b]) &&
           !(links.Has(a, b, FactRelation::kRevision) && ExplainedByRevision(drafts[a], drafts[b]));
  };
  groups.ForEach(kKeyParts, [&](const std::vector<size_t>& group) {
    std::vector<size_t> live;
    for (const size_t i : group) {
      if (drafts[i].live) live.push_back(i);
    }
    if (live.size() <= kAllPairs) {
      for (size_t i = 0; i < live.size(); ++i) {
        for (size_t j = i + 1; j < live.size(); ++j) {
          if (contradict(live[i], live[j])) links.AddConflict(live[i], live[j]);
        }
      }
      return;
    }
    // What lies above the end of one interval is told by the greatest possible low end.
    const auto low_of = [&](size_t i) { return drafts[i].reading().possible.low; };
    size_t top = live.front();
    for (const size_t i : live) {
      if (!low_of(i)) continue;
      if (!low_of(top) || *low_of(top) < *low_of(i)) top = i;
    }
    size_t bottom = live.front();
    for (const size_t i : live) {
      const auto &high = drafts[i].reading().possible.high,
                 &least = drafts[bottom].reading().possible.high;
      if (!high) continue;
      if (!least || *high < *least) bottom = i;
    }
    for (size_t i = 0; i < live.size(); ++i) {
      size_t found = 0;
      for (size_t j = i + 1; j < live.size() && j <= i + kLookAhead && found < kNeighbours; ++j) {
        if (!contradict(live[i], live[j])) continue;
        links.AddConflict(live[i], live[j]);
        ++found;
      }
      if (found > 0) continue;
      for (const size_t end : {top, bottom}) {
        if (end != live[i] && contradict(live[i], end)) links.AddConflict(live[i], end);
      }
    }
  });
}

// The informational links between facts that differ in one part of their key.
template <class Wanted, class Explain>
void LinkDifference(const std::vector<FactDraft>& drafts, const Groups& groups, size_t part,
                    FactRelation relation, Wanted wanted, Explain explain, LinkSet& links) {
  if (groups.Uniform(part)) return;
  groups.ForEach(part, [&](std::vector<size_t> group) {
    std::erase_if(group, [&](size_t i) { return !drafts[i].live; });
    if (part == kPeriodPart) {
      // Neighbours in time, not in value.
      std::stable_sort(group.begin(), group.end(), [&](size_t a, size_t b) {
        return drafts[a].key()[part] < drafts[b].key()[part];
      });
    }
    for (size_t i = 0; i < group.size(); ++i) {
      size_t found = 0;
      for (size_t j = i + 1; j < group.size() && j <= i + kLookAhead && found < kNeighbours; ++j) {
        const FactDraft &a = drafts[group[i]], &b = drafts[group[j]];
        if (a.key()[part] == b.key()[part] || !wanted(a, b)) continue;
        links.Add(group[i], group[j], relation, explain(a, b));
        ++found;
      }
    }
  });
}

// Periods that are easily taken for one another: they share at least half of the longer one
// (financial and calendar quarter), or end on one day (the month, and the year up to it).
bool LookAlike(const FactDraft& a, const FactDraft& b) {
  const auto &p = First(a).terms->period, &q = First(b).terms->period;
  if (!p || !q || !p->start || !p->end || !q->start || !q->end) return false;
  const int64_t p_start = DayNumber(p->start->date), p_end = DayNumber(p->end->date) + 1;
  const int64_t q_start = DayNumber(q->start->date), q_end = DayNumber(q->end->date) + 1;
  if (p_end <= p_start || q_end <= q_start) return false;
  const int64_t shared = std::min(p_end, q_end) - std::max(p_start, q_start);
  const int64_t longer = std::max(p_end - p_start, q_end - q_start);
  const int64_t shorter = std::min(p_end - p_start, q_end - q_start);
  if (shared * 2 < longer && (p_end != q_end || shorter <= 1)) return false;
  // Facts of other aspects are not at hand.
  return PeriodBucket(p, First(a).source->published) == PeriodBucket(q, First(b).source->published);
}

void LinkForecasts(const std::vector<FactDraft>& drafts, const Groups& groups, LinkSet& links) {
  if (groups.Uniform(kModalityPart)) return;
  groups.ForEach(kModalityPart, [&](const std::vector<size_t>& group) {
    std::vector<size_t> actual;
    for (const size_t i : group) {
      if (drafts[i].live && First(drafts[i]).terms->modality == Modality::kActual) {
        actual.push_back(i);
      }
    }
    if (actual.empty()) return;
    for (const size_t i : group) {
      const FactDraft& forecast = drafts[i];
      const ClaimTerms& claim = *First(forecast).terms;
      if (!forecast.live ||
          (claim.modality != Modality::kForecast && claim.modality != Modality::kPlan &&
           claim.modality != Modality::kPossible)) {
        continue;
      }
      // The outcome nearest in value; `actual` is in order of value.
      auto it = std::partition_point(actual.begin(), actual.end(), [&](size_t a) {
        return drafts[a].reading().value < forecast.reading().value;
      });
      if (it == actual.end() ||
          (it != actual.begin() &&
           forecast.reading()
                   .value.Subtract(drafts[*(it - 1)].reading().value)
                   .value_or(Decimal()) < drafts[*it]
                                              .reading()
                                              .value.Subtract(forecast.reading().value)
                                              .value_or(Decimal()))) {
        --it;
      }
      std::string text(ToString(claim.modality));
      if (!claim.attribution.empty()) text += " by " + claim.attribution;
      text += ": " + Describe(forecast) + "; actual: " + Describe(drafts[*it]);
      const std::string apart = Apart(forecast.reading().value, drafts[*it].reading().value);
      if (Meet(forecast.reading().possible, drafts[*it].reading().possible)) {
        text += ", as foreseen";
      } else if (!apart.empty()) {
        text += ", " + apart;
      }
      links.Add(i, *it, FactRelation::kForecastActual, std::move(text));
    }
  });
}

std::vector<Conflict> MakeConflicts(std::vector<FactDraft>& drafts,
                                    const std::vector<std::pair<size_t, size_t>>& pairs) {
  std::map<size_t, size_t> parent;
  const auto root = [&](size_t i) {
    parent.emplace(i, i);
    while (parent[i] != i) i = parent[i] = parent[parent[i]];
    return i;
  };
  for (const auto& [a, b] : pairs) {
    const size_t x = root(a), y = root(b);
    parent[std::max(x, y)] = std::min(x, y);
  }
  std::map<size_t, std::vector<size_t>> components;
  for (const auto& [i, unused] : parent) components[root(i)].push_back(i);

  std::vector<Conflict> conflicts;
  for (auto& [unused, members] : components) {
    Conflict conflict;
    IdentityHash hash;
    for (const size_t i : members) {  // in order of fact_id, as `drafts` are
      conflict.facts.push_back(drafts[i].fact.fact_id);
      hash.Add(drafts[i].fact.fact_id);
    }
    conflict.conflict_id = IdOfAspect(drafts[members.front()].key().aspect, hash);
    for (const size_t i : members) drafts[i].fact.conflict_id = conflict.conflict_id;

    std::sort(members.begin(), members.end(), [&](size_t a, size_t b) {
      return std::tuple(~drafts[a].fact.stories, drafts[a].reading().value, a) <
             std::tuple(~drafts[b].fact.stories, drafts[b].reading().value, b);
    });
    const FactClaim& first = First(drafts[members.front()]);
    const ClaimTerms& claim = *first.terms;
    conflict.subject = claim.subject.empty() ? claim.subject_id : claim.subject;
    conflict.metric = claim.metric.empty() ? claim.metric_id : claim.metric;
    conflict.unit = first.quantity.unit;
    if (claim.period && claim.period->start) {
      conflict.period_start = claim.period->start->ToString();
    }
    if (claim.period && claim.period->end) conflict.period_end = claim.period->end->ToString();
    constexpr size_t kNamed = 6;
    for (size_t i = 0; i < members.size() && i < kNamed; ++i) {
      conflict.reason += (i == 0 ? "" : " / ") + DescribeVoices(drafts[members[i]]);
    }
    if (members.size() > kNamed) {
      conflict.reason += " / " + std::to_string(members.size() - kNamed) + " more";
    }
    conflicts.push_back(std::move(conflict));
  }
  std::sort(conflicts.begin(), conflicts.end(),
            [](const Conflict& a, const Conflict& b) { return a.conflict_id < b.conflict_id; });
  return conflicts;
}

}  // namespace

std::string GroupOf(std::string_view key, size_t free) {
  std::string out(1, static_cast<char>('0' + free));
  size_t part = 0;
  for (size_t at = 0; at <= key.size(); ++part) {
    const size_t end = std::min(key.size(), key.find('\t', at));
    out += '\t';
    if (part != free) out += key.substr(at, end - at);
    at = end + 1;
  }
  return out;
}

std::string Describe(const FactClaim& claim) {
  const Quantity& q = claim.quantity;
  std::string out;
  if (claim.terms->kind == ClaimKind::kChange) {
    if (claim.terms->direction == Direction::kUp) out = "up ";
    if (claim.terms->direction == Direction::kDown) out = "down ";
  }
  out += HedgeWords(q.bound);
  if (!claim.surface.empty()) return out + RemoveSpace(claim.surface);
  if (q.value) return out + FormatNumber(*q.value, q.unit);
  if (q.low && q.high) {
    return out + FormatNumber(*q.low, q.unit) + " to " + FormatNumber(*q.high, q.unit);
  }
  if (q.low) return out + "from " + FormatNumber(*q.low, q.unit) + " up";
  if (q.high) return out + "up to " + FormatNumber(*q.high, q.unit);
  return out + "no number";
}

bool Contradict(const FactDraft& a, const FactDraft& b) {
  if (!a.live || !b.live || a.key() != b.key()) return false;
  // A number without a metric may measure anything; denied and supposed values exclude nothing.
  if (a.key()[kMetricPart].empty()) return false;
  const Modality modality = First(a).terms->modality;
  if (modality == Modality::kNegated || modality == Modality::kHypothetical) return false;
  if (Meet(a.reading().possible, b.reading().possible)) return false;
  const auto& period = First(a).terms->period;
  const bool dated = period && (period->start || period->end);
  if (!dated && !NearInTime(a.fact, b.fact)) return false;
  return StatedApart(a, b) || LooksMistyped(a, b);
}

void LinkFacts(std::vector<FactDraft>& drafts, const LinkedGroups& linked,
               std::vector<FactLink>& links, std::vector<Conflict>& conflicts) {
  if (drafts.size() < 2) return;
  LinkSet set(drafts);
  const Groups groups(drafts, linked);
  LinkRevisions(drafts, groups, set);
  LinkContradictions(drafts, groups, set);
  LinkForecasts(drafts, groups, set);
  const auto always = [](const FactDraft&, const FactDraft&) { return true; };
  LinkDifference(
      drafts, groups, kScopePart, FactRelation::kDifferentScope, always,
      [](const FactDraft& a, const FactDraft& b) {
        const auto scope = [](const FactDraft& d) {
          return "scope " + std::string(d.key()[kScopePart]) + ": " + Describe(d);
        };
        return scope(a) + "; " + scope(b);
      },
      set);
  LinkDifference(
      drafts, groups, kBasisPart, FactRelation::kDifferentBasis, always,
      [](const FactDraft& a, const FactDraft& b) {
        const auto basis = [](const FactDraft& d) {
          const std::string_view stated = d.key()[kBasisPart];
          return std::string(stated.empty() ? "no basis stated" : stated);
        };
        return basis(a) + ": " + Describe(a) + "; " + basis(b) + ": " + Describe(b);
      },
      set);
  LinkDifference(
      drafts, groups, kPeriodPart, FactRelation::kDifferentPeriod, LookAlike,
      [](const FactDraft& a, const FactDraft& b) {
        return DescribePeriod(First(a).terms->period) + ": " + Describe(a) + "; " +
               DescribePeriod(First(b).terms->period) + ": " + Describe(b);
      },
      set);
  conflicts = MakeConflicts(drafts, set.conflicts());
  links = set.Take();
  std::sort(links.begin(), links.end(), [](const FactLink& a, const FactLink& b) {
    return std::tie(a.fact_a, a.fact_b, a.relation) < std::tie(b.fact_a, b.fact_b, b.relation);
  });
}

}  // namespace hanfact::dedupe
