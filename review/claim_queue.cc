#include "review/claim_queue.h"

#include "review/json.h"

namespace hanfact::review {
namespace {
constexpr int64_t kKept = 2000;
}

void ClaimQueue::Find(const store::ClaimFilter& filter) {
  version_ = reader_.Version();
  filter_ = filter;
  numbers_ = reader_.FindClaims(filter, kKept);
  all_ = static_cast<int64_t>(numbers_.size()) < kKept;
  matching_ = all_ ? static_cast<int64_t>(numbers_.size()) : reader_.CountClaims(filter);
  filled_ = true;
}

ClaimQueue::Page ClaimQueue::Next(const store::ClaimFilter& filter, size_t limit,
                                  const std::set<std::string>& skip, bool anew) {
  bool fresh = !filled_ || !(filter == filter_) || (anew && reader_.Version() != version_);
  if (fresh) Find(filter);
  while (true) {
    Page out;
    for (const int64_t no : numbers_) {
      if (out.claims.size() == limit) break;
      auto claim = reader_.LoadClaim(no);
      if (!claim || skip.contains(TextOf(*claim, "claim_id"))) continue;
      if (filter.status != "any" && TextOf(*claim, "status") != filter.status) continue;
      out.claims.push_back(std::move(*claim));
    }
    out.matching = matching_;
    // The list ran out although there are more: what was decided is no longer in the next one.
    if (!out.claims.empty() || all_ || fresh) return out;
    Find(filter);
    fresh = true;
  }
}

void ClaimQueue::Note(const std::string& before, const std::string& after) {
  if (!filled_ || filter_.status == "any") return;
  matching_ += (after == filter_.status ? 1 : 0) - (before == filter_.status ? 1 : 0);
}

}  // namespace hanfact::review
