#include "store/band_rows.h"

#include <string>

#include "base/hash.h"

namespace hanfact::store {
namespace {

// Bands are stored short, as what shares one is compared in full: 36 bits of the band, and behind
// them the document's rank, of 12 bits; six bytes together.
constexpr int64_t kBandRanks = 1 << 12;
int64_t RankOf(std::string_view document_id) {
  return static_cast<int64_t>(Hash64(document_id) % kBandRanks);
}
int64_t StoredBand(uint64_t band) {
  return (static_cast<int64_t>(band & 0xfffffffff) - 0x800000000LL) * kBandRanks;
}

}  // namespace

void BandRows::Add(int64_t no, std::string_view document_id, const std::vector<uint64_t>& bands) {
  const int64_t rank = RankOf(document_id);
  Sql("INSERT OR IGNORE INTO unbanded_rows VALUES (?1)").Bind(1, no).Run();
  recent_.AddDocument(no);
  for (uint64_t band : bands) recent_.Add(StoredBand(band) + rank, no);
}

void BandRows::Drop(int64_t no) {
  recent_.Drop(no);
  // Those that are written. Of a document in `unbanded_rows` some may be.
  std::string document_id, text;
  {
    Statement& s =
        Sql("SELECT document_id, text FROM document_rows JOIN text_rows ON document_no"
            " = no WHERE no = ?1");
    s.Bind(1, no);
    if (s.Next()) {
      document_id = s.Text(0);
      text = s.Text(1);
    }
    s.Reset();
  }
  if (make_ == nullptr) {
    Sql("DELETE FROM band_rows WHERE document_no = ?1").Bind(1, no).Run();
  } else {
    for (const uint64_t band : make_(text)) {
      Sql("DELETE FROM band_rows WHERE band = ?1 AND document_no = ?2")
          .Bind(1, StoredBand(band) + RankOf(document_id))
          .Bind(2, no)
          .Run();
    }
  }
  Sql("DELETE FROM unbanded_rows WHERE document_no = ?1").Bind(1, no).Run();
}

std::vector<int64_t> BandRows::Candidates(int64_t no, std::string_view document_id,
                                          const std::vector<uint64_t>& bands) {
  const int64_t rank = RankOf(document_id);
  std::vector<int64_t> out;
  std::vector<RecentBands::Row> unwritten;
  for (uint64_t band : bands) {
    Statement& s =
        Sql("SELECT document_no, band FROM band_rows WHERE band >= ?1 AND band < ?2 ORDER BY band");
    const int64_t first = StoredBand(band);
    s.Bind(1, first).Bind(2, first + kBandRanks);
    size_t seen = 0;
    int64_t last = -1;  // rank of the last speaker
    // Those that are written and those that are not yet, in one order.
    unwritten.clear();
    recent_.Read(first, first + kBandRanks, unwritten);
    auto recent = unwritten.begin();
    bool stored = s.Next();
    while (stored || recent != unwritten.end()) {
      RecentBands::Row next;
      if (stored && (recent == unwritten.end() || s.Int(1) < recent->first)) {
        next = {s.Int(1), s.Int(0)};
        stored = s.Next();
      } else {
        next = *recent++;
      }
      const int64_t theirs = next.first - first;
      // All of one rank speak, or none: which of them came first makes no difference.
      if (seen >= Writer::kBandSpeakers && theirs > last && rank > last) break;
      if (seen < Writer::kBandSpeakers) last = theirs;
      ++seen;
      out.push_back(next.second);
    }
    s.Reset();
  }
  std::sort(out.begin(), out.end());
  out.erase(std::unique(out.begin(), out.end()), out.end());
  std::erase(out, no);
  return out;
}

std::vector<int64_t> BandRows::NextUnbanded(int64_t after, int limit) {
  std::vector<int64_t> out;
  Statement& s = Sql(
      "SELECT document_no FROM unbanded_rows WHERE document_no > ?1 ORDER BY document_no LIMIT ?2");
  s.Bind(1, after).Bind(2, static_cast<int64_t>(limit));
  while (s.Next()) out.push_back(s.Int(0));
  s.Reset();
  return out;
}

bool BandRows::WriteSome() {
  constexpr size_t kAtOnce = 20'000;
  for (const auto& [band, no] : recent_.Take(kAtOnce)) {
    Sql("INSERT OR IGNORE INTO band_rows VALUES (?1, ?2)").Bind(1, band).Bind(2, no).Run();
  }
  if (recent_.size() > 0) return true;
  for (const int64_t no : recent_.documents()) {
    Sql("DELETE FROM unbanded_rows WHERE document_no = ?1").Bind(1, no).Run();
  }
  recent_.Clear();
  return false;
}

}  // namespace hanfact::store
