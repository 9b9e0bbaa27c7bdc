#include "extract/claims.h"

#include "extract/fold.h"

namespace hanfact::extract {

void BuildClaims(const ClaimTables& tables, const Document& document, const MatchView& view,
                 const std::vector<Sentence>& sentences, const std::vector<Mention>& mentions,
                 std::string_view title, const std::vector<Mention>& title_mentions,
                 std::vector<Claim>& claims, std::vector<Refusal>& refusals) {
  // Behind the last number nothing is left to say.
  uint32_t last_number = 0;
  size_t numbers = 0;
  for (const Mention& mention : mentions) {
    if (mention.type == MentionType::kNumber || mention.type == MentionType::kQuantity ||
        mention.type == MentionType::kOrdinal) {
      last_number = mention.span.end;
      ++numbers;
    }
  }
  if (numbers == 0) return;
  claims.reserve(claims.size() + numbers);
  Fold fold(tables, document, view);
  fold.ReadTitle(title, title_mentions);
  size_t m = 0;
  for (size_t s = 0; s < sentences.size() && sentences[s].span.begin < last_number; ++s) {
    while (m < mentions.size() && mentions[m].span.begin < sentences[s].span.begin) ++m;
    size_t end = m;
    while (end < mentions.size() && mentions[end].span.end <= sentences[s].span.end) ++end;
    if (end > m || IsTableLine(Slice(view.text, sentences[s].span))) {
      fold.Read(sentences[s], static_cast<int>(s), mentions.data() + m, end - m, claims, refusals);
    }
    m = end;
  }
}

}  // namespace hanfact::extract
