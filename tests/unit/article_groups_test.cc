// Articles read together, as runs do with short inputs, are what each of them is alone.
#include <gtest/gtest.h>

#include "normalize/script.h"
#include "pipeline/article.h"
#include "pipeline/outcome.h"
#include "testing.h"

namespace hanfact::testing {
namespace {

std::vector<Document> Documents() {
  std::vector<Document> out;
  for (const nlohmann::json& c : ReadJsonLines(SourceDir() / "tests" / "cases" / "claims.jsonl")) {
    Document d;
    d.text = c.at("text");
    d.document_id = "d" + std::to_string(out.size());
    d.script = normalize::DetectScript(d.text);
    d.meta.published = out.size() % 3 == 0 ? "" : "2026-03-09";
    d.meta.region = out.size() % 5 == 0 ? "TW" : "CN";
    if (out.size() % 2 == 0) d.meta.title = d.text.substr(0, d.text.find("，"));
    out.push_back(std::move(d));
  }
  out.insert(out.begin() + 7, Document());  // no text at all
  return out;
}

std::string Line(const store::InputKey& key, std::variant<store::Article, Reject> result) {
  pipeline::Outcome outcome;
  outcome.key = key;
  outcome.result = std::move(result);
  return pipeline::ToJson(outcome);
}

TEST(ArticleGroups, AreReadAsEachAlone) {
  std::vector<Document> documents = Documents();
  ASSERT_GT(documents.size(), 100u);
  std::vector<store::InputKey> inputs;
  for (size_t i = 0; i < documents.size(); ++i) inputs.push_back({std::to_string(i), "", "", ""});
  pipeline::ArticleLimits limits;
  limits.steps = 400;  // some are refused
  std::vector<std::string> alone;
  for (size_t i = 0; i < documents.size(); ++i) {
    alone.push_back(
        Line(inputs[i], pipeline::ReadArticle(documents[i], inputs[i], SharedTools(), limits)));
  }
  for (const size_t group : {size_t{2}, size_t{13}, documents.size()}) {
    for (size_t from = 0; from < documents.size(); from += group) {
      const size_t end = std::min(documents.size(), from + group);
      std::vector<const store::InputKey*> keys;
      for (size_t i = from; i < end; ++i) keys.push_back(&inputs[i]);
      auto together = pipeline::ReadArticles(
          {documents.begin() + static_cast<ptrdiff_t>(from),
           documents.begin() + static_cast<ptrdiff_t>(end)},
          keys, SharedTools(), limits);
      ASSERT_EQ(together.size(), end - from);
      for (size_t i = from; i < end; ++i) {
        EXPECT_EQ(Line(inputs[i], std::move(together[i - from])), alone[i]);
      }
    }
  }
}

TEST(ArticleGroups, MayBeEmpty) {
  EXPECT_TRUE(pipeline::ReadArticles({}, {}, SharedTools()).empty());
}

}  // namespace
}  // namespace hanfact::testing
