#include "extract/claims.h"

#include <map>

#include "extract/fold.h"

namespace hanfact::extract {

namespace {

// A company that no lexicon knows is recognised in some sentences, or in the title, and a mere
// phrase in others: it is one subject in all of them.
void ShareIds(const std::vector<Mention>& mentions, const std::vector<Mention>& title_mentions,
              std::vector<Claim>& claims) {
  std::map<std::string_view, std::string_view> ids;  // of unknown organisations, by name
  for (const std::vector<Mention>* some : {&title_mentions, &mentions}) {
    for (const Mention& mention : *some) {
      const EntityName& name = mention.entity;
      if (mention.type == MentionType::kEntity && name.type == EntityType::kOrg && !name.known) {
        ids.emplace(name.canonical, name.entity_id);
      }
    }
  }
  for (const Claim& claim : claims) {
    if (claim.subject_id.starts_with("x:")) ids.emplace(claim.subject, claim.subject_id);
  }
  for (Claim& claim : claims) {
    if (!claim.subject_id.empty() || claim.subject.empty()) continue;
    const auto it = ids.find(claim.subject);
    if (it != ids.end()) claim.subject_id = it->second;
  }
}

}  // namespace

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
  ShareIds(mentions, title_mentions, claims);
}

}  // namespace hanfact::extract
