#include "dedupe/facts.h"

#include <algorithm>
#include <cstring>
#include <map>
#include <numeric>
#include <set>
#include <tuple>
#include <unordered_map>
#include <utility>

#include "base/hash.h"
#include "dedupe/intervals.h"
#include "dedupe/links.h"

namespace hanfact::dedupe {
namespace {

// Who or what by id, where the lexicon knows it. A name that only its form tells (甲科技有限公司)
// is found in one article and stands as a plain noun in the next: both are its text.
std::string NamePart(const std::string& id, const std::string& name) {
  if (!id.empty() && !IsUnknownEntity(id)) return "id:" + id;
  return CanonicalText(name);
}

// Tabs part the fields of a key; canonical text has none.
std::string SubjectPart(const ClaimTerms& terms) {
  std::string name = NamePart(terms.subject_id, terms.subject);
  return name.empty() || name.starts_with("id:") ? name : "text:" + name;
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

bool Dated(const std::optional<Period>& period) { return period && (period->start || period->end); }

std::string PeriodPart(const std::optional<Period>& period, std::string_view published,
                       int year_end) {
  if (!Dated(period)) return PeriodBucket(period, published);
  const Period p = FiscalReading(*period, year_end);
  return (p.start ? p.start->ToString() : "") + ".." + (p.end ? p.end->ToString() : "");
}

std::string SpeakerOf(const ClaimTerms& terms) {
  return NamePart(terms.attribution_id, terms.attribution);
}

std::string_view StoryOf(const FactSource& source) {
  return source.story_id.empty() ? source.document_id : source.story_id;
}

// An opinion of nobody named is that of whoever wrote it.
bool KeyedByStory(const ClaimTerms& terms) {
  return terms.modality == Modality::kActual && SpeakerOf(terms).empty() && IsOpinion(terms);
}

// Forecasts, rumours, suppositions and opinions belong to who utters them; a plan is the subject's
// own, whoever reports it.
std::string ModalityPart(const ClaimTerms& terms, const FactSource& source) {
  std::string out(ToString(terms.modality));
  switch (terms.modality) {
    case Modality::kForecast:
    case Modality::kPossible:
    case Modality::kHypothetical:
      return out + ':' + SpeakerOf(terms);
    case Modality::kActual:
      if (!IsOpinion(terms)) break;
      out += ':';
      out += KeyedByStory(terms) ? StoryOf(source) : SpeakerOf(terms);
      break;
    case Modality::kPlan:
    case Modality::kNegated:
      break;
  }
  return out;
}

FactKeyParts MakeKey(const FactClaim& claim, std::string_view subject, int year_end) {
  const ClaimTerms& terms = *claim.terms;
  FactKeyParts key;
  key.Append(subject);
  key.Append(KeyMetric(terms));
  key.Append(ScopePart(terms.scope));
  key.Append(ToString(terms.kind));
  key.Append(ToString(terms.basis));
  key.Append(PeriodPart(terms.period, claim.source->published, year_end));
  key.Append(UnitDimension(claim.quantity.unit));
  key.Append(ModalityPart(terms, *claim.source));
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

// The claims that make facts, with their keys.
struct Entries {
  // In the order the contract takes them: by key, then (latest versions first) by agreeing width,
  // value, claim_id.
  std::vector<Entry> sorted;
  // All that a key is made of; the story only where the key may be its own.
  using KeySource = std::tuple<const ClaimTerms*, std::string_view /*unit*/,
                               std::string_view /*year published*/, std::string_view /*story*/>;
  std::map<KeySource, FactKeyParts> keys;
};

// What is asked of the terms of some claims, once of each.
class KnownTerms {
 public:
  struct Subject {
    std::string part;  // of the key
    int year_end = 0;
  };
  explicit KnownTerms(const std::vector<const FactClaim*>& claims) {
    for (const FactClaim* claim : claims) {
      const auto [at, fresh] = known_.try_emplace(claim->terms.get());
      if (fresh) at->second = {SubjectNo(*claim->terms), KeyedByStory(*claim->terms)};
      int& year_end = subjects_[at->second.subject].year_end;
      year_end = std::max(year_end, claim->fiscal_year_end);
    }
  }
  // One subject has one year end: a claim that does not know it takes it from those that do.
  [[nodiscard]] const Subject& SubjectOf(const FactClaim& claim) const {
    return subjects_[known_.at(claim.terms.get()).subject];
  }
  [[nodiscard]] bool ByStory(const FactClaim& claim) const {
    return known_.at(claim.terms.get()).by_story;
  }

 private:
  struct Known {
    size_t subject = 0;
    bool by_story = false;
  };
  // Most aspects have one subject, so that those met are few.
  size_t SubjectNo(const ClaimTerms& terms) {
    std::string part = SubjectPart(terms);
    size_t i = 0;
    while (i < subjects_.size() && subjects_[i].part != part) ++i;
    if (i == subjects_.size()) subjects_.push_back({std::move(part)});
    return i;
  }

  std::vector<Subject> subjects_;
  std::unordered_map<const ClaimTerms*, Known> known_;
};

Entries SortEntries(const std::vector<FactClaim>& claims) {
  std::vector<const FactClaim*> order;
  order.reserve(claims.size());
  for (const FactClaim& claim : claims) order.push_back(&claim);
  std::sort(order.begin(), order.end(),
            [](const FactClaim* a, const FactClaim* b) { return a->claim_id < b->claim_id; });
  order.erase(std::unique(order.begin(), order.end(),
                          [](const FactClaim* a, const FactClaim* b) {
                            return a->claim_id == b->claim_id;
                          }),
              order.end());

  const KnownTerms known(order);
  Entries out;
  std::vector<Entry> entries;
  entries.reserve(order.size());
  for (const FactClaim* claim : order) {
    const KnownTerms::Subject& subject = known.SubjectOf(*claim);
    if (subject.part.empty()) continue;
    const ClaimTerms& terms = *claim->terms;
    std::optional<Reading> reading = ReadNumber(terms, claim->quantity);
    if (!reading) continue;
    const std::string_view year =
        Dated(terms.period) ? "" : std::string_view(claim->source->published).substr(0, 4);
    const std::string_view story = known.ByStory(*claim) ? StoryOf(*claim->source) : "";
    const auto [key, fresh] = out.keys.try_emplace({&terms, claim->quantity.unit, year, story});
    if (fresh) {
      key->second = MakeKey(*claim, subject.part, subject.year_end);
      key->second.aspect = AspectPlace(AspectKey(terms, claim->quantity, claim->source->published));
    }
    entries.push_back({claim, *std::move(reading), &key->second});
  }
  // Places are sorted rather than entries, which are large.
  std::vector<size_t> places(entries.size());
  std::iota(places.begin(), places.end(), size_t{0});
  std::sort(places.begin(), places.end(), [&](size_t x, size_t y) {
    const Entry &a = entries[x], &b = entries[y];
    if (a.key != b.key) {
      if (const int by_key = a.key->text().compare(b.key->text()); by_key != 0) return by_key < 0;
    }
    const bool a_latest = a.claim->source->latest_version;
    if (a_latest != b.claim->source->latest_version) return a_latest;
    if (a.reading.width != b.reading.width) return a.reading.width < b.reading.width;
    if (a.reading.value != b.reading.value) return a.reading.value < b.reading.value;
    return x < y;  // in order of claim_id
  });
  out.sorted.reserve(entries.size());
  for (const size_t place : places) out.sorted.push_back(std::move(entries[place]));
  return out;
}

bool SameKey(const Entry& a, const Entry& b) { return a.key == b.key || *a.key == *b.key; }

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

ClaimRelation RelationTo(const FactClaim& first, const FactClaim& claim) {
  if (&first == &claim) return ClaimRelation::kIdentical;
  const Quantity &a = first.quantity, &b = claim.quantity;
  if (a.unit != b.unit) return ClaimRelation::kConverted;
  if (first.terms != claim.terms) {
    const auto ends = [](const ClaimTerms& t) {
      return t.period ? std::pair(t.period->start, t.period->end)
                      : std::pair<std::optional<Moment>, std::optional<Moment>>();
    };
    if (ends(*first.terms) != ends(*claim.terms) ||
        CanonicalText(first.terms->metric) != CanonicalText(claim.terms->metric)) {
      return ClaimRelation::kConverted;
    }
  }
  const bool same = a.value == b.value && a.low == b.low && a.high == b.high &&
                    a.low_open == b.low_open && a.high_open == b.high_open && a.bound == b.bound;
  return same ? ClaimRelation::kIdentical : ClaimRelation::kConsistent;
}

// The aspect's place, and a hash of the key and the first claim's value and unit. The hedge is part
// of the value: more than 20 and less than 20 are two facts.
std::string FactId(const Entry& first) {
  const Quantity& q = first.claim->quantity;
  IdentityHash hash;
  for (size_t part = 0; part < kKeyParts; ++part) hash.Add((*first.key)[part]);
  hash.Add(first.reading.value.ToString());
  hash.Add(q.low ? q.low->ToString() : "");
  hash.Add(q.high ? q.high->ToString() : "");
  hash.Add(ToString(q.bound));
  hash.Add(q.unit);
  return IdOfAspect(first.key->aspect, hash);
}

void CountSources(const std::vector<const Entry*>& entries, Fact& fact) {
  if (entries.size() == 1) {  // as most are
    const FactSource& c = *entries.front()->claim->source;
    fact.documents = 1;
    fact.stories = 1;
    fact.first_published = c.published;
    fact.last_published = c.published;
    return;
  }
  std::set<std::string_view> documents;
  std::vector<Voice> voices;
  for (const Entry* entry : entries) {
    const FactSource& c = *entry->claim->source;
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
  draft.live = first.claim->source->latest_version;
  for (const Entry* entry : draft.entries) {
    const FactSource& c = *entry->claim->source;
    if (c.latest_version) draft.stories.push_back(StoryOf(c));
  }
  std::sort(draft.stories.begin(), draft.stories.end());
  draft.stories.erase(std::unique(draft.stories.begin(), draft.stories.end()), draft.stories.end());
  Fact& fact = draft.fact;
  fact.fact_id = FactId(first);
  fact.key = first.key->text();
  fact.place = {KeyHash(fact.key), UINT32_MAX, 0};
  for (const Entry* entry : draft.entries) {
    fact.place.low = std::min(fact.place.low, LowPlace(entry->reading.agreeing));
    fact.place.high = std::max(fact.place.high, HighPlace(entry->reading.agreeing));
  }
  fact.representative = first.claim->claim_id;
  for (const Entry* entry : draft.entries) {
    fact.members.push_back({entry->claim->claim_id, RelationTo(*first.claim, *entry->claim)});
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
    while (end < entries.size() && SameKey(entries[end], entries[begin])) ++end;
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

std::string AspectKey(const ClaimTerms& terms, const Quantity& q, std::string_view published) {
  std::string key = SubjectPart(terms);
  if (key.empty() || (!q.value && !q.low && !q.high)) return {};
  const std::string metric = AspectMetric(terms), bucket = PeriodBucket(terms.period, published);
  const std::string dimension = UnitDimension(q.unit);
  for (const std::string_view part : {std::string_view(metric), ToString(terms.kind),
                                      std::string_view(dimension), std::string_view(bucket)}) {
    key += '\t';
    key += part;
  }
  return key;
}

uint32_t AspectPlace(std::string_view aspect) {
  // Numbers have a sign.
  return static_cast<uint32_t>(Hash64(aspect) >> 32) ^ uint32_t { 1 } << 31;
}

std::string IdOfAspect(uint32_t place, const IdentityHash& hash) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string id = hash.Hex128();
  constexpr size_t kPlaceDigits = 8;
  id.resize(id.size() - kPlaceDigits);
  std::string out;
  out.reserve(id.size() + kPlaceDigits);
  for (int shift = 28; shift >= 0; shift -= 4) out += kDigits[place >> shift & 15];
  return out += id;
}

std::string PeriodBucket(const std::optional<Period>& period, std::string_view published) {
  if (!Dated(period)) {
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
  const std::string subject = SubjectPart(*claim.terms);
  if (subject.empty() || !ReadNumber(*claim.terms, claim.quantity)) return {};
  return MakeKey(claim, subject, year_end).text();
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
  const std::optional<Reading> reading = ReadNumber(*claim.terms, claim.quantity);
  if (!reading) return std::nullopt;
  PlacedClaim out;
  out.key = FactKey(claim, claim.fiscal_year_end);
  if (out.key.empty()) return std::nullopt;
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
  const Entries entries = SortEntries(claims);
  ForEachFact(entries.sorted, [&](const std::vector<const Entry*>& group) {
    JoinedClaims& joined = out.emplace_back();
    joined.key = group.front()->key->text();
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
  const Entries entries = SortEntries(claims);
  std::vector<FactDraft> drafts = MakeDrafts(entries.sorted);
  AspectFacts out;
  LinkFacts(drafts, linked, out.links, out.conflicts);
  out.facts.reserve(drafts.size());
  for (FactDraft& draft : drafts) out.facts.push_back(std::move(draft.fact));
  return out;
}

std::vector<std::string> CheckFacts(const std::vector<FactClaim>& claims,
                                    const AspectFacts& stored) {
  std::vector<std::string> breaches;
  const Entries made = SortEntries(claims);
  const std::vector<Entry>& entries = made.sorted;
  std::map<std::string_view, size_t> by_claim;  // place in `entries`, which is the joining order
  for (size_t i = 0; i < entries.size(); ++i) by_claim[entries[i].claim->claim_id] = i;

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
          " claim " + e.claim->claim_id + " (" + Describe(*e.claim) + ")";
      if (!SameKey(e, first)) {
        breaches.push_back(name + ":" + claim_name + " has another key than claim " +
                           first.claim->claim_id);
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
    const std::string& id = e.claim->claim_id;
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
