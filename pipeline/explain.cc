#include "pipeline/explain.h"

#include <algorithm>
#include <charconv>

#include "normalize/script.h"
#include "store/reader.h"

namespace hanfact::pipeline {
namespace {

std::string Get(const store::Row& row, std::string_view name) {
  for (const auto& [column, cell] : row) {
    if (column == name) return cell.text;
  }
  return "";
}

void Line(std::string& out, std::string_view label, std::string_view value) {
  if (value.empty()) return;
  out += "  ";
  out += label;
  out.append(label.size() < 14 ? 14 - label.size() : 1, ' ');
  out += value;
  out += '\n';
}

std::string PointText(const std::optional<Moment>& m) { return m ? m->ToString() : "unknown"; }

std::string Describe(const Mention& m) {
  std::string out(ToString(m.type));
  const Quantity& q = m.quantity;
  switch (m.type) {
    case MentionType::kNumber:
    case MentionType::kOrdinal:
    case MentionType::kQuantity:
      out += q.value ? " " + q.value->ToString()
                     : " " + (q.low ? q.low->ToString() : "") + ".." +
                           (q.high ? q.high->ToString() : "");
      if (!q.unit.empty()) out += " " + q.unit;
      if (q.bound != Bound::kExact) out += ", " + std::string(ToString(q.bound));
      if (m.unit_assumed) out += ", currency told by the region";
      break;
    case MentionType::kPeriod:
    case MentionType::kSet:
      out += " " + PointText(m.period.start) + " to " + PointText(m.period.end);
      break;
    case MentionType::kEntity:
      out += " " + m.entity.canonical + " [" + m.entity.entity_id + "]";
      break;
  }
  if (!m.rule.empty()) out += "  (" + m.rule + ")";
  return out;
}

struct Rerun {
  Document document;
  MatchView view;
  extract::Extraction extraction;
};

Rerun ExtractAgain(Document document, const Tools& tools) {
  Rerun out;
  out.document = std::move(document);
  out.view = normalize::MakeMatchView(out.document.text);
  out.extraction = tools.extractor().Extract(out.document, out.view);
  return out;
}

void DescribeSentence(std::string& out, const Rerun& r, CleanSpan sentence, const Tools& tools) {
  const MatchSpan in_view = r.view.map.ToMatch(sentence);
  out += "\nSentence\n  " + std::string(Slice(r.document.text, sentence)) + "\nMatch view\n  " +
         std::string(Slice(r.view.text, in_view)) + "\nMentions\n";
  const std::vector<Mention> mentions =
      tools.extractor().Annotate(r.view.text, r.document.script, r.document.meta.region,
                                 normalize::MakeMatchView(r.document.meta.title).text,
                                 PublishedMoment(r.document.meta.published));
  for (const Mention& m : mentions) {
    if (in_view.Contains(m.span)) {
      Line(out, Slice(r.view.text, m.span), Describe(m));
    }
  }
}

std::string InputLines(const Document& d) {
  std::string out = "Input\n";
  Line(out, "locator", d.locator);
  Line(out, "title", d.meta.title);
  Line(out, "published",
       d.meta.published + (d.published_from.empty() ? "" : " (from " + d.published_from + ")"));
  Line(out, "url", d.meta.url);
  Line(out, "document", d.document_id);
  return out;
}

Result<std::string> ExplainClaim(const store::Row& row, store::Reader& reader, const Tools& tools) {
  auto document = reader.LoadDocument(Get(row, "document_id"));
  if (!document) return Error{"the claim's document is not in the database; run hanfact verify"};
  const std::string claim_id = Get(row, "claim_id");
  Rerun r = ExtractAgain(std::move(*document), tools);
  std::string out = "Claim " + claim_id + "\n";
  for (const auto& [column, cell] : row) {
    if (column == "sentence" || column == "document_id" || column == "claim_id" ||
        column.ends_with("_num") || column == "start" || column == "end" ||
        column.starts_with("sentence_") || column == "checks") {
      continue;
    }
    Line(out, column, cell.text);
  }
  out += InputLines(r.document);
  auto it = std::find_if(r.extraction.claims.begin(), r.extraction.claims.end(),
                         [&](const Claim& c) { return c.claim_id == claim_id; });
  if (it == r.extraction.claims.end()) {
    out +=
        "\nToday's rules do not make this claim any more: it was extracted with other rules or "
        "another lexicon.\n  " +
        Get(row, "sentence") + "\n";
    return out;
  }
  DescribeSentence(out, r, it->sentence, tools);
  out += "Evidence\n";
  for (const ClaimSpan& s : it->spans) {
    Line(out, ToString(s.role), Slice(r.document.text, s.span));
  }
  out += "Checks\n";
  for (const ClaimCheck& c : it->checks) {
    Line(out, ToString(c.name),
         (c.passed ? "passed" : "failed") + (c.note.empty() ? "" : ": " + c.note));
  }
  return out;
}

Result<std::string> ExplainPlace(const std::string& document_id, uint32_t offset,
                                 store::Reader& reader, const Tools& tools) {
  auto document = reader.LoadDocument(document_id);
  if (!document) return Error{document_id + ": no such document in this database"};
  Rerun r = ExtractAgain(std::move(*document), tools);
  const std::string& text = r.document.text;
  const CodePointIndex index(text);
  if (offset >= index.size()) {
    return Error{document_id + " has " + std::to_string(index.size()) + " characters; " +
                 std::to_string(offset) + " lies behind them"};
  }
  const uint32_t at = index.ToBytes(text, offset);
  std::string out = InputLines(r.document);
  for (const Claim& c : r.extraction.claims) {
    if (c.span.begin <= at && at < c.span.end) {
      out += "\nThe number there is claim " + c.claim_id + ": hanfact explain " + c.claim_id + "\n";
      return out;
    }
  }
  for (CleanSpan sentence : r.extraction.sentences) {
    if (sentence.begin <= at && at < sentence.end) DescribeSentence(out, r, sentence, tools);
  }
  bool any = false;
  for (const extract::Refusal& refusal : r.extraction.refusals) {
    if (refusal.span.begin <= at && at < refusal.span.end) {
      out += "\nNo claim: " + std::string(Slice(text, refusal.span)) + ": " + refusal.reason + "\n";
      any = true;
    }
  }
  if (!any) out += "\nNo number was found at that place.\n";
  return out;
}

}  // namespace

Result<std::string> Explain(const std::string& id, const Tools& tools, store::Database& database) {
  store::Reader reader(database);
  const size_t colon = id.rfind(':');
  if (colon != std::string::npos) {
    uint32_t offset = 0;
    const char* begin = id.data() + colon + 1;
    const auto [end, error] = std::from_chars(begin, id.data() + id.size(), offset);
    if (error != std::errc() || end != id.data() + id.size()) {
      return Error{id + ": after the colon a character offset is wanted, as in DOCUMENT:120"};
    }
    return ExplainPlace(id.substr(0, colon), offset, reader, tools);
  }
  auto rows = reader.Query("SELECT * FROM claims WHERE claim_id = ?1", {id});
  if (!rows.ok()) return rows.error();
  if (rows->empty()) {
    return Error{id + ": no such claim in this database (a number's place is DOCUMENT:OFFSET)"};
  }
  return ExplainClaim(rows->front(), reader, tools);
}

}  // namespace hanfact::pipeline
