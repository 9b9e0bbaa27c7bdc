// The seed texts, where they are at hand: every line listed as boilerplate is gone, and every
// sentence still ends as it did.
#include <algorithm>

#include "base/text.h"
#include "ingest/cleaner.h"
#include "testing.h"

namespace hanfact::testing {
namespace {

std::string Tight(std::string_view text) {
  std::string out;
  for (size_t i = 0; i < text.size(); i += CodePointLength(text[i])) {
    if (!IsSpace(CodePointAt(text, i))) out.append(text, i, CodePointLength(text[i]));
  }
  return out;
}

size_t Count(const std::string& text, const std::string& piece) {
  size_t count = 0;
  for (size_t at = text.find(piece); at != std::string::npos; at = text.find(piece, at + 1)) ++count;
  return count;
}

TEST(SeedsClean, BoilerplateGoneAndSentencesWhole) {
  const std::filesystem::path data = SourceDir() / ".." / "shared" / "data";
  if (!std::filesystem::exists(data / "seeds-gold" / "clean.jsonl")) GTEST_SKIP() << "no seeds";
  std::vector<TableError> errors;
  const ingest::Cleaner cleaner(errors);
  for (const auto& gold : ReadJsonLines(data / "seeds-gold" / "clean.jsonl")) {
    const std::string doc = gold["doc"];
    std::string raw;
    for (const auto& entry : std::filesystem::directory_iterator(data / "seeds")) {
      const std::string name = entry.path().filename().string();
      if (name.starts_with(doc.substr(doc.size() - 3)) && name.ends_with(".txt")) {
        raw = ReadFile(entry.path());
      }
    }
    ASSERT_FALSE(raw.empty()) << doc;
    RawArticle article;
    article.locator = doc;
    article.payload = raw;
    auto result = cleaner.Clean(std::move(article), std::nullopt);
    ASSERT_TRUE(std::holds_alternative<Document>(result)) << doc;
    const Document& document = std::get<Document>(result);
    EXPECT_EQ(document.meta.title, gold["title"].get<std::string>());
    const std::string clean = Tight(document.text);
    std::string rest = Tight(raw);
    constexpr size_t kShort = 18;  // six Han characters
    for (const auto& block : gold["boilerplate"]) {
      for (std::string_view part : Split(block.get_ref<const std::string&>(), '\n')) {
        const std::string line = Tight(part);
        if (line.size() < kShort) continue;
        // Of a paragraph that stands there twice one stays.
        EXPECT_LT(Count(clean, line), std::max<size_t>(1, Count(rest, line))) << doc << " " << line;
        if (const size_t at = rest.find(line); at != std::string::npos) {
          rest.replace(at, line.size(), "\n");
        }
      }
    }
    // Heads and credits may stand before a sentence, so that its end is what is looked for.
    constexpr std::string_view kStop = "。";
    for (size_t begin = 0, at = rest.find(kStop); at != std::string::npos;
         begin = at + kStop.size(), at = rest.find(kStop, begin)) {
      size_t from = at - std::min<size_t>(at - begin, 48);
      while (from < at && (static_cast<unsigned char>(rest[from]) & 0xC0) == 0x80) ++from;
      const std::string tail = rest.substr(from, at - from);
      if (tail.size() < kShort || tail.find('\n') != std::string::npos) continue;
      EXPECT_NE(clean.find(tail), std::string::npos) << doc << " lost: " << tail;
    }
  }
}

}  // namespace
}  // namespace hanfact::testing
