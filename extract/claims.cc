#include "extract/claims.h"

namespace hanfact::extract {

void BuildClaims(const ClaimTables&, const Document&, const MatchView&,
                 const std::vector<Sentence>&, const std::vector<Mention>&, std::string_view,
                 const std::vector<Mention>&, std::vector<Claim>&, std::vector<Refusal>&) {}

}  // namespace hanfact::extract
