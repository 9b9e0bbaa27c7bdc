// Claim ids: what enters them and what does not (contract, section 3).
#include <gtest/gtest.h>

#include "base/claim.h"

namespace hanfact {
namespace {

Claim At(std::string_view text, std::string_view surface, CleanSpan sentence, size_t from) {
  Claim c;
  const auto at = static_cast<uint32_t>(text.find(surface, from));
  c.span = {at, at + static_cast<uint32_t>(surface.size())};
  c.sentence = sentence;
  return c;
}

std::vector<std::string> Ids(std::string_view text, const std::vector<CleanSpan>& sentences,
                             std::vector<Claim> claims) {
  AssignClaimIds("doc", text, sentences, claims);
  std::vector<std::string> out;
  for (const Claim& c : claims) out.push_back(c.claim_id);
  return out;
}

TEST(ClaimIds, SameSurfaceAndSameSentenceAreNumbered) {
  const std::string s = "甲增5%，乙增5%。";
  const std::string text = s + s;
  const auto n = static_cast<uint32_t>(s.size());
  const std::vector<CleanSpan> sentences = {{0, n}, {n, 2 * n}};
  const auto ids = Ids(text, sentences,
                       {At(text, "5%", sentences[0], 0), At(text, "5%", sentences[0], 8),
                        At(text, "5%", sentences[1], n), At(text, "5%", sentences[1], n + 8)});
  for (size_t i = 0; i < ids.size(); ++i) {
    EXPECT_EQ(ids[i].size(), 32u);
    for (size_t j = 0; j < i; ++j) EXPECT_NE(ids[i], ids[j]);
  }
}

TEST(ClaimIds, NeitherFieldsNorOtherClaimsNorBlanksEnter) {
  const std::string text = "营收 5 亿元，净利 5 亿元。";
  const std::vector<CleanSpan> one = {{0, static_cast<uint32_t>(text.size())}};
  Claim first = At(text, "5 亿元", one[0], 0), second = At(text, "5 亿元", one[0], 12);
  const auto both = Ids(text, one, {first, second});
  second.metric = "净利润";
  second.rule = "other";
  second.kind = ClaimKind::kChange;
  EXPECT_EQ(Ids(text, one, {second})[0], both[1]);  // also without the first claim

  const std::string tight = "营收5亿元，净利5亿元。";
  const std::vector<CleanSpan> whole = {{0, static_cast<uint32_t>(tight.size())}};
  EXPECT_EQ(Ids(tight, whole, {At(tight, "5亿元", whole[0], 0)})[0], both[0]);
}

TEST(ClaimIds, ASentenceIsCountedEvenWhereItGaveNoClaim) {
  const std::string s = "共5家。";
  const std::string text = s + s;
  const auto n = static_cast<uint32_t>(s.size());
  const std::vector<CleanSpan> sentences = {{0, n}, {n, 2 * n}};
  const auto both =
      Ids(text, sentences, {At(text, "5家", sentences[0], 0), At(text, "5家", sentences[1], n)});
  EXPECT_EQ(Ids(text, sentences, {At(text, "5家", sentences[1], n)})[0], both[1]);
}

}  // namespace
}  // namespace hanfact
