#include "pipeline/article.h"

#include <algorithm>
#include <fstream>
#include <set>
#include <sstream>

#include "base/hash.h"
#include "base/table.h"
#include "dedupe/facts.h"
#include "dedupe/stories.h"
#include "normalize/script.h"

namespace hanfact::pipeline {
namespace {

void AddFields(IdentityHash& hash, const Metadata& m) {
  for (const std::string* field : {&m.external_id, &m.url, &m.site, &m.source, &m.title, &m.author,
                                   &m.published, &m.fetched, &m.region, &m.extra}) {
    hash.Add(*field);
  }
}

size_t MatcherSteps(std::string_view view) {
  const auto digit = [&](size_t at) -> uint32_t {
    return static_cast<uint32_t>(view[at] - '0') < 10u ? 1 : 0;
  };
  uint32_t numbers = view.empty() ? 0 : digit(0);
  // Without a branch, so that the compiler takes many at once.
  for (size_t i = 1; i < view.size(); ++i) numbers += digit(i) & (digit(i - 1) ^ 1);
  return view.size() + numbers * kStepsPerNumber;
}

std::optional<Reject> Beyond(const store::InputKey& key, size_t is, size_t limit,
                             const char* what) {
  if (is <= limit) return std::nullopt;
  return Reject{key.locator, key.sha256, "limit",
                "has " + std::to_string(is) + " " + what + ", more than the " +
                    std::to_string(limit) +
                    " of any article: split it, one article a file or line"};
}

// The rows that the claims and mentions of an article call for.
void AddRows(store::Article& article, const extract::EntityFinder& lexicon) {
  article.entities.reserve(article.mentions.size());
  std::set<std::string_view> seen;
  for (const EntityMention& m : article.mentions) {
    if (seen.insert(m.entity.entity_id).second) {
      article.entities.push_back(EntityRowOf(m.entity, lexicon));
    }
  }
  // A subject or speaker may be an entity that only the headline names.
  for (const Claim& c : article.claims) {
    for (const std::string_view id :
         {std::string_view(c.subject_id), std::string_view(c.attribution_id)}) {
      if (id.empty() || seen.contains(id)) continue;
      if (const auto facts = lexicon.Lookup(id)) {
        seen.insert(id);
        article.entities.push_back(EntityRowOf(
            {std::string(id), std::string(facts->canonical), facts->type, true}, lexicon));
      }
    }
  }
}

}  // namespace

void AddAspects(store::Article& article) {
  article.aspects.reserve(article.claims.size());
  for (const Claim& c : article.claims) {
    article.aspects.push_back(dedupe::AspectKey(c, c.quantity, article.document.meta.published));
  }
}

Result<std::unique_ptr<Tools>> Tools::Load(const std::vector<std::string>& lexicon_files) {
  std::vector<extract::TableText> lexicon;
  std::string contents;
  for (const std::string& path : lexicon_files) {
    std::ifstream in(path, std::ios::binary);
    if (!in) return Error{path + ": cannot be read. --lexicon takes the path of a table (.tsv)"};
    std::ostringstream text;
    text << in.rdbuf();
    lexicon.push_back({path, text.str()});
    contents += Sha256Hex(text.str());
  }
  std::vector<TableError> errors;
  auto tools = std::make_unique<Tools>();
  tools->cleaner_ = std::make_unique<ingest::Cleaner>(errors);
  auto extractor = extract::Extractor::Load(lexicon);
  if (!extractor.ok() || !errors.empty()) {
    std::string message = ToString(errors);
    if (!extractor.ok()) {
      if (!message.empty()) message += '\n';
      message += extractor.error().message;
    }
    return Error{message};
  }
  tools->extractor_ = std::move(*extractor);
  tools->lexicon_digest_ = Sha256Hex(contents);
  return tools;
}

const std::string& Tools::rules_digest() const { return EmbeddedDigest(); }

store::InputKey MakeInputKey(const RawArticle& raw, std::optional<Date> as_of) {
  IdentityHash metadata;
  AddFields(metadata, raw.given);
  AddFields(metadata, raw.sidecar);
  if (!raw.charset.empty()) metadata.Add(raw.charset);
  return {raw.locator, Sha256Hex(raw.payload), metadata.Hex128(), as_of ? as_of->ToString() : ""};
}

std::optional<Moment> PublishedMoment(std::string_view published) {
  auto date = ParseDate(published);
  if (!date) return std::nullopt;
  Moment out{*date, std::nullopt};
  auto two = [&](size_t at) { return (published[at] - '0') * 10 + (published[at + 1] - '0'); };
  if (published.size() >= 16 && published[13] == ':') {
    out.second_of_day = two(11) * 3600 + two(14) * 60;
  }
  return out;
}

store::EntityRow EntityRowOf(const EntityName& name, const extract::EntityFinder& lexicon) {
  store::EntityRow row;
  row.name = name;
  if (const auto facts = lexicon.Lookup(name.entity_id)) {
    row.name.canonical = facts->canonical;
    row.name.type = facts->type;
    row.name.known = true;
    row.ticker = facts->ticker;
    row.fiscal_year_end = facts->fiscal_year_end;
    row.aliases = lexicon.AliasesOf(name.entity_id);
  }
  return row;
}

std::variant<Document, Reject> CleanArticle(RawArticle raw, const store::InputKey& key,
                                            const Tools& tools, std::optional<Date> as_of,
                                            const ArticleLimits& limits) {
  if (auto r = Beyond(key, raw.payload.size(), limits.payload, "bytes")) return std::move(*r);
  if (raw.payload.size() > limits.nodes) {  // else there cannot be so many
    const auto nodes = static_cast<size_t>(std::count(raw.payload.begin(), raw.payload.end(), '<'));
    if (auto r = Beyond(key, nodes, limits.nodes, "tags")) return std::move(*r);
  }
  raw.sha256 = key.sha256;  // asked for once
  auto cleaned = tools.cleaner().Clean(std::move(raw), as_of);
  if (auto* reject = std::get_if<Reject>(&cleaned)) {
    reject->locator = key.locator;
    reject->sha256 = key.sha256;
    return cleaned;
  }
  Document& document = std::get<Document>(cleaned);
  document.locator = key.locator;
  if (auto r = Beyond(key, document.text.size(), limits.text, "bytes of text")) {
    return std::move(*r);
  }
  return cleaned;
}

std::variant<store::Article, Reject> RunArticle(RawArticle raw, const store::InputKey& key,
                                                const Tools& tools, std::optional<Date> as_of,
                                                const ArticleLimits& limits) {
  auto cleaned = CleanArticle(std::move(raw), key, tools, as_of, limits);
  if (auto* reject = std::get_if<Reject>(&cleaned)) return std::move(*reject);
  return ReadArticle(std::move(std::get<Document>(cleaned)), key, tools, limits);
}

std::variant<store::Article, Reject> ReadArticle(Document document, const store::InputKey& key,
                                                 const Tools& tools, const ArticleLimits& limits) {
  std::vector<Document> one;
  one.push_back(std::move(document));
  return std::move(ReadArticles(std::move(one), {&key}, tools, limits)[0]);
}

std::vector<std::variant<store::Article, Reject>> ReadArticles(
    std::vector<Document> documents, const std::vector<const store::InputKey*>& keys,
    const Tools& tools, const ArticleLimits& limits) {
  std::vector<std::variant<store::Article, Reject>> out;
  std::vector<MatchView> views;
  views.reserve(documents.size());
  for (const Document& document : documents) {
    views.push_back(normalize::MakeMatchView(document.text));
  }
  std::vector<store::Article*> articles;  // those within the limits
  std::vector<extract::Extractor::Text> texts;
  out.reserve(documents.size());
  for (size_t i = 0; i < documents.size(); ++i) {
    if (auto r = Beyond(*keys[i], MatcherSteps(views[i].text), limits.steps, "matcher steps")) {
      out.emplace_back(std::move(*r));
      continue;
    }
    store::Article& article = std::get<store::Article>(out.emplace_back(store::Article()));
    article.input = *keys[i];
    article.document = std::move(documents[i]);
    articles.push_back(&article);
    texts.push_back({&article.document, &views[i]});
  }
  std::vector<extract::Extraction> extractions = tools.extractor().ExtractEach(texts);
  for (size_t i = 0; i < articles.size(); ++i) {
    articles[i]->claims = std::move(extractions[i].claims);
    articles[i]->mentions = std::move(extractions[i].entities);
    articles[i]->signature = dedupe::Sign(texts[i].view->text, articles[i]->claims);
  }
  for (store::Article* article : articles) AddRows(*article, tools.extractor().entities());
  return out;
}

}  // namespace hanfact::pipeline
