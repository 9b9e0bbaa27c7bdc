// The claims an editor works through, in the filter's order. Private to review/.
#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "store/review_reader.h"

namespace hanfact::review {

// Finding the claims of a filter looks at every claim of the database; the first ones are kept, and
// asked for again when they run out or what they were found in has changed.
class ClaimQueue {
 public:
  struct Page {
    std::vector<store::Row> claims;
    int64_t matching = 0;  // all of them, not only the page's
  };

  explicit ClaimQueue(store::ReviewReader& reader) : reader_(reader) {}

  // Up to `limit` claims that match and are not among `skip`. `anew`: as of now, not as of when the
  // list was made.
  [[nodiscard]] Page Next(const store::ClaimFilter& filter, size_t limit,
                          const std::set<std::string>& skip, bool anew);
  // A claim's status changed by this program.
  void Note(const std::string& before, const std::string& after);
  // The status of many did.
  void Forget() { filled_ = false; }

 private:
  void Find(const store::ClaimFilter& filter);

  store::ReviewReader& reader_;
  store::ClaimFilter filter_;
  std::vector<int64_t> numbers_;
  int64_t matching_ = 0;
  int64_t version_ = -1;               // of the database, when it was asked
  bool filled_ = false, all_ = false;  // all: there are no more than `numbers_`
};

}  // namespace hanfact::review
