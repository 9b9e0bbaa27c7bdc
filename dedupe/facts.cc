#include "dedupe/facts.h"

#include <algorithm>
#include <cstring>
#include <map>
#include <numeric>
#include <set>
#include <utility>

#include "base/hash.h"
#include "dedupe/intervals.h"
#include "dedupe/links.h"

namespace hanfact::dedupe {
namespace {

// Tabs part the fields of a key; canonical text has none.
std::string SubjectPart(const Claim& claim) {
  if (!claim.subject_id.empty()) return "id:" + claim.subject_id;
  std::string text = CanonicalText(claim.subject);
  return text.empty() ? text : "text:" + text;
}

// The scope without what makes no difference: an intraday move and one that does not say closing
// are one scope, only a closing move is its own.
std::string ScopePart(std::string_view scope) {
  if (scope.empty()) return "{}";
  std::string out(scope);
  constexpr std::string_view kIntraday = "\"session\":\"intraday\"";
  if (const size_t at = out.find(kIntraday); at != std::string::npos) {
    size_t end = at + kIntraday.size();
    size_t begin = at;
    if (end < out.size() && out[end] == ',') {
      ++end;
    } else if (begin > 0 && out[begin - 1] == ',') {
      --begin;
    }
    out.erase(begin, end - begin);
  }
  return out;
}

std::string PeriodPart(const std::optional<Period>& period, std::string_view published,
                       int year_end) {
  if (!period || (!period->start && !period->end)) return PeriodBucket(period, published);
  const Period p = FiscalReading(*period, year_end);
  return (p.start ? p.start->ToString() : "") + ".." + (p.end ? p.end->ToString() : "");
}

std::string SpeakerOf(const Claim& claim) {
  return claim.attribution_id.empty() ? CanonicalText(claim.attribution)
                                      : "id:" + claim.attribution_id;
}

// Forecasts, rumours, suppositions and opinions belong to who utters them; a plan is the subject's
// own, whoever reports it.
std::string ModalityPart(const FactClaim& fact_claim) {
  const Claim& claim = fact_claim.claim;
  std::string out(ToString(claim.modality));
  switch (claim.modality) {
    case Modality::kForecast:
    case Modality::kPossible:
    case Modality::kHypothetical:
      return out + ':' + SpeakerOf(claim);
    case Modality::kActual:
      if (!IsOpinion(claim)) break;
      out += ':' + SpeakerOf(claim);
      // Nobody named: whoever wrote it.
      if (out.ends_with(':')) {
        out += fact_claim.story_id.empty() ? fact_claim.document_id : fact_claim.story_id;
      }
      break;
    case Modality::kPlan:
    case Modality::kNegated:
      break;
  }
  return out;
}

FactKeyParts MakeKey(const FactClaim& fact_claim, std::string_view subject, const Reading& reading,
                     int year_end) {
  const Claim& claim = fact_claim.claim;
  FactKeyParts key;
  key.Append(subject);
  key.Append(reading.metric);
  key.Append(ScopePart(claim.scope));
  key.Append(ToString(claim.kind));
  key.Append(ToString(claim.basis));
  key.Append(PeriodPart(claim.period, fact_claim.published, year_end));
  key.Append(reading.dimension);
  key.Append(ModalityPart(fact_claim));
  return key;
}

// 24 bits of a number in an order that is the numbers': sign, exponent, 12 bits behind.
uint32_t OrderedBits(double value) {
  uint64_t bits = 0;
  std::memcpy(&bits, &value, sizeof bits);
  bits = (bits >> 63) != 0 ? ~bits : bits | uint64_t{1} << 63;
  // The exponent of doubles has three bits more than any figure needs, but the order has to hold.
  return static_cast<uint32_t>(bits >> 40);
}
// One more than the nearest on either side, since the double itself is rounded.
uint32_t LowPlace(const Interval& interval) {
  if (!interval.low) return 0;
  const uint32_t at = OrderedBits(interval.low->ToDouble());
  return at == 0 ? 0 : at - 1;
}
uint32_t HighPlace(const Interval& interval) {
  constexpr uint32_t kMost = (1U << 24) - 1;
  if (!interval.high) return kMost;
  return std::min(kMost, OrderedBits(interval.high->ToDouble()) + 1);
}

// The claims that make facts, in the order the contract takes them: by key, then (latest versions
// first) by agreeing width, value, claim_id.
std::vector<Entry> SortedEntries(const std::vector<FactClaim>& claims) {
  std::vector<const FactClaim*> order;
  order.reserve(claims.size());
  for (const FactClaim& claim : claims) order.push_back(&claim);
  std::sort(order.begin(), order.end(), [](const FactClaim* a, const FactClaim* b) {
    return a->claim.claim_id < b->claim.claim_id;
  });
  order.erase(std::unique(order.begin(), order.end(),
                          [](const FactClaim* a, const FactClaim* b) {
                            return a->claim.claim_id == b->claim.claim_id;
                          }),
              order.end());

  // One subject has one year end: a claim that does not know it takes it from those that do. Most
  // aspects have one subject, so that those met are few.
  struct Subject {
    std::string name;
    int year_end = 0;
  };
  std::vector<Subject> subjects;
  std::vector<size_t> subject_of(order.size());
  for (size_t i = 0; i < order.size(); ++i) {
    std::string name = SubjectPart(order[i]->claim);
    size_t at = 0;
    while (at < subjects.size() && subjects[at].name != name) ++at;
    if (at == subjects.size()) subjects.push_back({std::move(name)});
    subjects[at].year_end = std::max(subjects[at].year_end, order[i]->fiscal_year_end);
    subject_of[i] = at;
  }

  std::vector<Entry> entries;
  entries.reserve(order.size());
  for (size_t i = 0; i < order.size(); ++i) {
    const Subject& subject = subjects[subject_of[i]];
    if (subject.name.empty()) continue;
    std::optional<Reading> reading = ReadNumber(order[i]->claim);
    if (!reading) continue;
    FactKeyParts key = MakeKey(*order[i], subject.name, *reading, subject.year_end);
    entries.push_back({order[i], *std::move(reading), std::move(key)});
  }
  // Places are sorted rather than entries, which are large.
  std::vector<size_t> places(entries.size());
  std::iota(places.begin(), places.end(), size_t{0});
  std::sort(places.begin(), places.end(), [&](size_t x, size_t y) {
    const Entry &a = entries[x], &b = entries[y];
    if (const int by_key = a.key.text().compare(b.key.text()); by_key != 0) return by_key < 0;
    if (a.claim->latest_version != b.claim->latest_version) return a.claim->latest_version;
    if (a.reading.width != b.reading.width) return a.reading.width < b.reading.width;
    if (a.reading.value != b.reading.value) return a.reading.value < b.reading.value;
    return x < y;  // in order of claim_id
  });
  std::vector<Entry> sorted;
  sorted.reserve(entries.size());
  for (const size_t place : places) sorted.push_back(std::move(entries[place]));
  return sorted;
}

Decimal Distance(const Decimal& a, const Decimal& b) {
  return a.Subtract(b).value_or(Decimal::PowerOfTen(900)).Abs();
}

// The groups of claims of one key that are one fact each, every group in the order of joining.
//
// A group is opened by a claim that meets no other group's first claim, so the first claims'
// agreeing intervals are disjoint: kept in order of value, those a new claim meets lie side by side
// and are found by bisection.
std::vector<std::vector<const Entry*>> JoinEntries(const Entry* begin, const Entry* end) {
  std::vector<std::vector<const Entry*>> groups;
  std::vector<size_t> by_value;
  for (const Entry* entry = begin; entry != end; ++entry) {
    const Reading& reading = entry->reading;
    const auto first = [&](size_t group) -> const Reading& { return groups[group][0]->reading; };
    const auto low = std::partition_point(by_value.begin(), by_value.end(), [&](size_t group) {
      return Below(first(group).agreeing, reading.agreeing);
    });
    const auto high = std::partition_point(low, by_value.end(), [&](size_t group) {
      return !Below(reading.agreeing, first(group).agreeing);
    });
    if (low == high) {
      by_value.insert(low, groups.size());
      groups.push_back({entry});
      continue;
    }
    auto nearest = std::partition_point(
        low, high, [&](size_t group) { return first(group).value < reading.value; });
    if (nearest == high) --nearest;
    if (nearest != low && Distance(first(*(nearest - 1)).value, reading.value) <=
                              Distance(first(*nearest).value, reading.value)) {
      --nearest;
    }
    groups[*nearest].push_back(entry);
  }
  return groups;
}

ClaimRelation RelationTo(const Claim& first, const Claim& claim) {
  if (&first == &claim) return ClaimRelation::kIdentical;
  const auto ends = [](const Claim& c) {
    return c.period ? std::pair(c.period->start, c.period->end)
                    : std::pair<std::optional<Moment>, std::optional<Moment>>();
  };
  if (first.quantity.unit != claim.quantity.unit || ends(first) != ends(claim) ||
      CanonicalText(first.metric) != CanonicalText(claim.metric)) {
    return ClaimRelation::kConverted;
  }
  const Quantity &a = first.quantity, &b = claim.quantity;
  const bool same = a.value == b.value && a.low == b.low && a.high == b.high &&
                    a.low_open == b.low_open && a.high_open == b.high_open && a.bound == b.bound;
  return same ? ClaimRelation::kIdentical : ClaimRelation::kConsistent;
}

// The key, and the first claim's value and unit. The hedge is part of the value: more than 20 and
// less than 20 are two facts.
std::string FactId(const Entry& first) {
  const Quantity& q = first.claim->claim.quantity;
  IdentityHash hash;
  for (size_t part = 0; part < kKeyParts; ++part) hash.Add(first.key[part]);
  hash.Add(first.reading.value.ToString());
  hash.Add(q.low ? q.low->ToString() : "");
  hash.Add(q.high ? q.high->ToString() : "");
  hash.Add(ToString(q.bound));
  hash.Add(q.unit);
  return hash.Hex128();
}

void CountSources(const std::vector<const Entry*>& entries, Fact& fact) {
  if (entries.size() == 1) {  // as most are
    const FactClaim& c = *entries.front()->claim;
    fact.documents = 1;
    fact.stories = 1;
    fact.first_published = c.published;
    fact.last_published = c.published;
    return;
  }
  std::set<std::string_view> documents;
  std::vector<Voice> voices;
  for (const Entry* entry : entries) {
    const FactClaim& c = *entry->claim;
    if (documents.insert(c.document_id).second) {
      voices.push_back({c.document_id, c.story_id, c.canonical_url, c.site, c.source});
    }
    if (c.published.empty()) continue;
    if (fact.first_published.empty() || c.published < fact.first_published) {
      fact.first_published = c.published;
    }
    fact.last_published = std::max(fact.last_published, c.published);
  }
  fact.documents = static_cast<uint32_t>(documents.size());
  fact.stories = CountVoices(voices);
}

FactDraft MakeDraft(std::vector<const Entry*> entries) {
  FactDraft draft;
  draft.entries = std::move(entries);
  const Entry& first = *draft.entries.front();
  draft.live = first.claim->latest_version;
  for (const Entry* entry : draft.entries) {
    const FactClaim& c = *entry->claim;
    if (c.latest_version) draft.stories.push_back(c.story_id.empty() ? c.document_id : c.story_id);
  }
  std::sort(draft.stories.begin(), draft.stories.end());
  draft.stories.erase(std::unique(draft.stories.begin(), draft.stories.end()), draft.stories.end());
  Fact& fact = draft.fact;
  fact.fact_id = FactId(first);
  fact.key = first.key.text();
  fact.place = {KeyHash(fact.key), UINT32_MAX, 0};
  for (const Entry* entry : draft.entries) {
    fact.place.low = std::min(fact.place.low, LowPlace(entry->reading.agreeing));
    fact.place.high = std::max(fact.place.high, HighPlace(entry->reading.agreeing));
  }
  fact.representative = first.claim->claim.claim_id;
  for (const Entry* entry : draft.entries) {
    fact.members.push_back(
        {entry->claim->claim.claim_id, RelationTo(first.claim->claim, entry->claim->claim)});
  }
  std::sort(fact.members.begin(), fact.members.end(),
            [](const FactMember& a, const FactMember& b) { return a.claim_id < b.claim_id; });
  CountSources(draft.entries, fact);
  return draft;
}

// Calls `body` with the claims of each fact, in the order of joining.
template <class Body>
void ForEachFact(const std::vector<Entry>& entries, Body body) {
  for (size_t begin = 0; begin < entries.size();) {
    size_t end = begin + 1;
    while (end < entries.size() && entries[end].key == entries[begin].key) ++end;
    for (auto& group : JoinEntries(entries.data() + begin, entries.data() + end)) {
      body(std::move(group));
    }
    begin = end;
  }
}

// Drafts of all facts, sorted by fact_id. Points into `entries`.
std::vector<FactDraft> MakeDrafts(const std::vector<Entry>& entries) {
  std::vector<FactDraft> drafts;
  ForEachFact(entries, [&](std::vector<const Entry*> group) {
    drafts.push_back(MakeDraft(std::move(group)));
  });
  // Places are sorted rather than drafts, which are large.
  std::vector<size_t> places(drafts.size());
  std::iota(places.begin(), places.end(), size_t{0});
  std::sort(places.begin(), places.end(),
            [&](size_t a, size_t b) { return drafts[a].fact.fact_id < drafts[b].fact.fact_id; });
  std::vector<FactDraft> sorted;
  sorted.reserve(drafts.size());
  for (const size_t place : places) sorted.push_back(std::move(drafts[place]));
  return sorted;
}

class Components {
 public:
  explicit Components(size_t size) : parent_(size) {
    std::iota(parent_.begin(), parent_.end(), size_t{0});
  }
  void Unite(size_t a, size_t b) {
    a = Root(a);
    b = Root(b);
    parent_[std::max(a, b)] = std::min(a, b);
  }
  size_t Root(size_t i) {
    while (parent_[i] != i) i = parent_[i] = parent_[parent_[i]];
    return i;
  }
  size_t Count() {
    size_t count = 0;
    for (size_t i = 0; i < parent_.size(); ++i) count += Root(i) == i ? 1 : 0;
    return count;
  }

 private:
  std::vector<size_t> parent_;
};

}  // namespace

std::string AspectKey(const Claim& claim, std::string_view published) {
  const Quantity& q = claim.quantity;
  std::string key = SubjectPart(claim);
  if (key.empty() || (!q.value && !q.low && !q.high)) return {};
  const std::string metric = AspectMetric(claim), bucket = PeriodBucket(claim.period, published);
  const std::string dimension = UnitDimension(q.unit);
  for (const std::string_view part : {std::string_view(metric), ToString(claim.kind),
                                      std::string_view(dimension), std::string_view(bucket)}) {
    key += '\t';
    key += part;
  }
  return key;
}

std::string PeriodBucket(const std::optional<Period>& period, std::string_view published) {
  if (!period || (!period->start && !period->end)) {
    return "undated " + std::string(published.substr(0, 4));
  }
  const Date start = period->start ? period->start->date : period->end->date;
  const Date end = period->end ? period->end->date : start;
  const int64_t first = DayNumber(start), last = DayNumber(end);
  constexpr int64_t kShort = 10;
  const std::string middle = FromDayNumber(first + (last - first) / 2).ToString();
  return middle.substr(0, middle.size() - (last - first < kShort ? 3 : 6));
}

std::string FactKey(const FactClaim& claim, int year_end) {
  if (AspectKey(claim.claim, claim.published).empty()) return {};
  const std::optional<Reading> reading = ReadNumber(claim.claim);
  if (!reading) return {};
  return MakeKey(claim, SubjectPart(claim.claim), *reading, year_end).text();
}

uint32_t CountVoices(const std::vector<Voice>& documents) {
  Components components(documents.size());
  std::map<std::string, size_t> first_with;  // by "kind:value"
  const auto unite = [&](size_t i, std::string key) {
    const auto [it, fresh] = first_with.emplace(std::move(key), i);
    if (!fresh) components.Unite(it->second, i);
  };
  for (size_t i = 0; i < documents.size(); ++i) {
    const Voice& d = documents[i];
    unite(i, "story:" + std::string(d.story_id.empty() ? d.document_id : d.story_id));
    if (!d.canonical_url.empty()) unite(i, "url:" + std::string(d.canonical_url));
    if (std::string source = CanonicalText(d.source); !source.empty()) {
      unite(i, "source:" + std::move(source));
    }
  }
  // Documents of one site are voices of their own, unless another names that site as its source.
  for (size_t i = 0; i < documents.size(); ++i) {
    const std::string site = CanonicalText(documents[i].site);
    if (site.empty()) continue;
    if (auto it = first_with.find("source:" + site); it != first_with.end()) {
      components.Unite(it->second, i);
    }
  }
  return static_cast<uint32_t>(components.Count());
}

uint32_t KeyHash(std::string_view key) { return static_cast<uint32_t>(Hash64(key) >> 32); }

std::optional<PlacedClaim> PlaceClaim(const FactClaim& claim) {
  const std::optional<Reading> reading = ReadNumber(claim.claim);
  if (!reading) return std::nullopt;
  const std::string subject = SubjectPart(claim.claim);
  if (subject.empty()) return std::nullopt;
  PlacedClaim out;
  out.key = MakeKey(claim, subject, *reading, claim.fiscal_year_end).text();
  out.place = {KeyHash(out.key), LowPlace(reading->agreeing), HighPlace(reading->agreeing)};
  return out;
}

std::string GroupOf(std::string_view key, FactRelation relation) {
  switch (relation) {
    case FactRelation::kDifferentScope:
      return GroupOf(key, kScopePart);
    case FactRelation::kDifferentBasis:
      return GroupOf(key, kBasisPart);
    case FactRelation::kDifferentPeriod:
      return GroupOf(key, kPeriodPart);
    case FactRelation::kForecastActual:
      return GroupOf(key, kModalityPart);
    case FactRelation::kRevision:
    case FactRelation::kContradiction:
    case FactRelation::kTypoSuspect:
      break;
  }
  return GroupOf(key, kKeyParts);
}

std::vector<JoinedClaims> JoinClaims(const std::vector<FactClaim>& claims) {
  std::vector<JoinedClaims> out;
  ForEachFact(SortedEntries(claims), [&](const std::vector<const Entry*>& group) {
    JoinedClaims& joined = out.emplace_back();
    joined.key = group.front()->key.text();
    for (const Entry* entry : group) {
      joined.claims.push_back(static_cast<size_t>(entry->claim - claims.data()));
    }
  });
  return out;
}

AspectFacts BuildFacts(const std::vector<FactClaim>& claims) {
  return BuildFacts(claims, [](const std::string&, size_t facts) { return facts <= kCrowded; });
}

AspectFacts BuildFacts(const std::vector<FactClaim>& claims, const LinkedGroups& linked) {
  const std::vector<Entry> entries = SortedEntries(claims);
  std::vector<FactDraft> drafts = MakeDrafts(entries);
  AspectFacts out;
  LinkFacts(drafts, linked, out.links, out.conflicts);
  out.facts.reserve(drafts.size());
  for (FactDraft& draft : drafts) out.facts.push_back(std::move(draft.fact));
  return out;
}

std::vector<std::string> CheckFacts(const std::vector<FactClaim>& claims,
                                    const AspectFacts& stored) {
  std::vector<std::string> breaches;
  const std::vector<Entry> entries = SortedEntries(claims);
  std::map<std::string_view, size_t> by_claim;  // place in `entries`, which is the joining order
  for (size_t i = 0; i < entries.size(); ++i) by_claim[entries[i].claim->claim.claim_id] = i;

  // Drafts as stored: the members in joining order, so that the first is the one that opened it.
  std::map<std::string_view, std::string_view> fact_of_claim;
  std::map<std::string_view, FactDraft> drafts;
  for (const Fact& fact : stored.facts) {
    const std::string name = "fact " + fact.fact_id;
    std::vector<size_t> places;
    for (const FactMember& member : fact.members) {
      const auto place = by_claim.find(member.claim_id);
      if (place == by_claim.end()) {
        breaches.push_back(name + " holds claim " + member.claim_id +
                           ", which is not there, is rejected or makes no fact");
        continue;
      }
      const auto [other, fresh] = fact_of_claim.emplace(member.claim_id, fact.fact_id);
      if (!fresh) {
        breaches.push_back(name + " holds claim " + member.claim_id + ", as does fact " +
                           std::string(other->second));
      }
      places.push_back(place->second);
    }
    if (places.empty()) {
      breaches.push_back(name + " has no claims");
      continue;
    }
    std::sort(places.begin(), places.end());
    std::vector<const Entry*> members;
    const Entry& first = entries[places.front()];
    for (const size_t place : places) {
      const Entry& e = entries[place];
      members.push_back(&e);
      const std::string claim_name =
          " claim " + e.claim->claim.claim_id + " (" + Describe(*e.claim) + ")";
      if (e.key != first.key) {
        breaches.push_back(name + ":" + claim_name + " has another key than claim " +
                           first.claim->claim.claim_id);
      } else if (!Meet(e.reading.agreeing, first.reading.agreeing)) {
        breaches.push_back(name + ":" + claim_name + " does not agree with " +
                           Describe(*first.claim));
      }
    }
    FactDraft draft = MakeDraft(std::move(members));
    if (draft.fact.fact_id != fact.fact_id) {
      breaches.push_back(name + " should be " + draft.fact.fact_id + " by its key and first claim");
    }
    if (draft.fact.documents != fact.documents || draft.fact.stories != fact.stories) {
      breaches.push_back(name + " counts " + std::to_string(fact.documents) + " documents and " +
                         std::to_string(fact.stories) + " voices; its claims have " +
                         std::to_string(draft.fact.documents) + " and " +
                         std::to_string(draft.fact.stories));
    }
    drafts.emplace(fact.fact_id, std::move(draft));
  }
  for (const Entry& e : entries) {
    const std::string& id = e.claim->claim.claim_id;
    if (!fact_of_claim.contains(id)) breaches.push_back("claim " + id + " is in no fact");
  }

  std::map<std::string_view, std::string_view> conflict_of_fact;
  for (const Conflict& conflict : stored.conflicts) {
    const std::string name = "conflict " + conflict.conflict_id;
    std::vector<const FactDraft*> facts;
    for (const std::string& id : conflict.facts) {
      conflict_of_fact[id] = conflict.conflict_id;
      if (const auto it = drafts.find(id); it != drafts.end()) {
        facts.push_back(&it->second);
      } else {
        breaches.push_back(name + " holds fact " + id + ", which is not there");
      }
    }
    if (conflict.facts.size() < 2) breaches.push_back(name + " has fewer than two facts");
    for (size_t i = 0; i < facts.size(); ++i) {
      const std::string fact_name = " fact " + facts[i]->fact.fact_id;
      if (facts[i]->key() != facts.front()->key()) {
        breaches.push_back(name + ":" + fact_name + " has another key than fact " +
                           facts.front()->fact.fact_id);
      }
    }
    // Disjoint first claims, looked at in order of value: only neighbours can meet.
    std::vector<const FactDraft*> order = facts;
    std::sort(order.begin(), order.end(), [](const FactDraft* a, const FactDraft* b) {
      const Interval &x = a->reading().agreeing, &y = b->reading().agreeing;
      if (*x.low != *y.low) return *x.low < *y.low;
      if (x.low_open != y.low_open) return y.low_open;
      return a->fact.fact_id < b->fact.fact_id;
    });
    for (size_t i = 0; i + 1 < order.size(); ++i) {
      if (Meet(order[i]->reading().agreeing, order[i + 1]->reading().agreeing)) {
        breaches.push_back(name + ": facts " + order[i]->fact.fact_id + " and " +
                           order[i + 1]->fact.fact_id + " agree");
      }
    }
    for (const FactDraft* a : facts) {
      const bool contradicts = std::any_of(facts.begin(), facts.end(), [&](const FactDraft* b) {
        return a != b && Contradict(*a, *b);
      });
      if (!contradicts) {
        breaches.push_back(name + ": fact " + a->fact.fact_id + " contradicts none of the others");
      }
    }
  }
  for (const Fact& fact : stored.facts) {
    const auto it = conflict_of_fact.find(fact.fact_id);
    const std::string_view expected = it == conflict_of_fact.end() ? "" : it->second;
    if (fact.conflict_id != expected) {
      breaches.push_back("fact " + fact.fact_id + " names conflict \"" + fact.conflict_id +
                         "\" but is in \"" + std::string(expected) + "\"");
    }
  }
  return breaches;
}

}  // namespace hanfact::dedupe
