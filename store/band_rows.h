// The bands by which documents that may be alike find each other: those written, and those that
// wait in memory. Private to store/.
#pragma once

#include <algorithm>
#include <cstdint>
#include <set>
#include <string_view>
#include <utility>
#include <vector>

#include "store/sqlite.h"
#include "store/writer.h"

namespace hanfact::store {

// Bands that are not written yet, with their documents, sixteen bytes a band. Bands are hashes: in
// buckets by their upper bits, each sorted, a row finds its place among some hundred.
class RecentBands {
 public:
  using Row = std::pair<int64_t, int64_t>;  // band as stored, document

  [[nodiscard]] size_t size() const { return size_; }
  // A document may have no bands at all.
  void AddDocument(int64_t no) { documents_.insert(no); }
  void Add(int64_t band, int64_t no) {
    std::vector<Row>& rows = buckets_[BucketOf(band)];
    const Row row(band, no);
    const auto at = std::lower_bound(rows.begin(), rows.end(), row);
    if (at != rows.end() && *at == row) return;
    rows.insert(at, row);
    ++size_;
  }
  // Rows of bands from `first` on and before `end`, which are of one band with any rank.
  void Read(int64_t first, int64_t end, std::vector<Row>& out) const {
    const std::vector<Row>& rows = buckets_[BucketOf(first)];
    for (auto it = std::lower_bound(rows.begin(), rows.end(), Row(first, 0));
         it != rows.end() && it->first < end; ++it) {
      out.push_back(*it);
    }
  }
  // Takes out the first `limit` rows.
  std::vector<Row> Take(size_t limit) {
    std::vector<Row> out;
    for (std::vector<Row>& rows : buckets_) {
      const size_t taken = std::min(limit - out.size(), rows.size());
      const auto end = rows.begin() + static_cast<ptrdiff_t>(taken);
      out.insert(out.end(), rows.begin(), end);
      rows.erase(rows.begin(), end);
    }
    size_ -= out.size();
    return out;
  }
  // Few documents are dropped so soon: all rows are looked through.
  void Drop(int64_t no) {
    if (documents_.erase(no) == 0) return;
    for (std::vector<Row>& rows : buckets_) {
      size_ -= std::erase_if(rows, [&](const Row& row) { return row.second == no; });
    }
  }
  void Clear() { *this = RecentBands(); }
  // Those added since this was last empty.
  [[nodiscard]] const std::set<int64_t>& documents() const { return documents_; }

 private:
  static constexpr int kBucketBits = 10;
  // Of the 48 bits of a stored band, which has a sign.
  static size_t BucketOf(int64_t band) {
    return static_cast<size_t>((band + (1LL << 47)) >> (48 - kBucketBits));
  }

  std::vector<std::vector<Row>> buckets_{size_t{1} << kBucketBits};
  size_t size_ = 0;
  std::set<int64_t> documents_;
};

class BandRows {
 public:
  explicit BandRows(Statements& statements) : statements_(statements) {}

  void SetMaker(BandMaker maker) { make_ = std::move(maker); }

  // As Writer says of its functions of the same names.
  [[nodiscard]] std::vector<int64_t> Candidates(int64_t no, std::string_view document_id,
                                                const std::vector<uint64_t>& bands);
  [[nodiscard]] std::vector<int64_t> NextUnbanded(int64_t after, int limit);
  bool WriteSome();

  void Add(int64_t no, std::string_view document_id, const std::vector<uint64_t>& bands);
  // Takes out those of a document whose row and text are there still.
  void Drop(int64_t no);
  [[nodiscard]] size_t in_memory() const { return recent_.size(); }
  // Their documents are in unbanded_rows, or not there at all.
  void ForgetRecent() { recent_.Clear(); }

 private:
  Statement& Sql(std::string_view sql) { return statements_.Get(sql); }

  Statements& statements_;
  BandMaker make_;
  RecentBands recent_;
};

}  // namespace hanfact::store
