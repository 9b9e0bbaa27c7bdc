// Pages and texts made to cost time or memory, in any size.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "ingest/cleaner.h"

namespace hanfact::testing {

struct HostilePage {
  std::string name, bytes;
  std::string want;   // the text; empty where any article or reject will do
  bool text = false;  // plain text, no HTML
};

inline std::string Repeat(std::string_view piece, size_t times) {
  std::string out;
  out.reserve(piece.size() * times);
  for (size_t i = 0; i < times; ++i) out += piece;
  return out;
}

// What the cleaner makes of it: the text, or "REJECT " and the reason.
inline std::string TextOf(std::string bytes, bool text) {
  static const std::unique_ptr<ingest::Cleaner> cleaner = [] {
    std::vector<TableError> errors;
    return std::make_unique<ingest::Cleaner>(errors);
  }();
  RawArticle article;
  article.locator = "page";
  article.payload = std::move(bytes);
  if (text) article.kind = PayloadKind::kText;
  auto result = cleaner->Clean(std::move(article), std::nullopt);
  if (auto* document = std::get_if<Document>(&result)) return std::move(document->text);
  return "REJECT " + std::get<Reject>(result).reason;
}

// One page of each kind; `scale` 1 is some 100 KB, 100 is what the house promises to bear: a
// million attributes, a million paragraphs, elements 100,000 deep, 50 MB.
inline std::vector<HostilePage> HostilePages(size_t scale) {
  const std::string head = "<html><head><meta charset=utf-8></head><body><h1>港口的账本说明了什么</h1>";
  const std::string text =
      "港口集团今天公布的数据显示，上半年的货物吞吐量为2.31亿吨，同比增长6.8%，创下了新高。";
  const std::string p = "<p>" + text + "</p>";
  std::vector<HostilePage> out;
  auto add = [&](std::string name, std::string bytes, std::string want, bool plain = false) {
    out.push_back({std::move(name), std::move(bytes), std::move(want), plain});
  };
  const size_t k = 1000 * scale;
  add("deep", head + Repeat("<div>", k) + p + Repeat("</div>", k), text);
  add("deep, never closed", head + Repeat("<div>", 10 * k) + p, text);
  add("deep lists", head + Repeat("<ul><li>", 2 * k) + p, text);
  add("deep formats", head + Repeat("<b><i><u>", 5 * k) + p, text);
  add("deep tables", head + Repeat("<table><tr><td>", 3 * k) + p, text);
  std::string attributes = head + "<div";
  for (size_t i = 0; i < 10 * k; ++i) attributes += " a" + std::to_string(i) + "=1";
  add("attributes", attributes + ">" + p, text);
  add("class names", head + "<div class=\"" + Repeat("a b c-d ", 10 * k) + "\">" + p, text);
  add("paragraphs", head + Repeat("<p>", 10 * k) + p, text);
  add("paragraphs of one letter", head + Repeat("<p>x", 10 * k) + p, "");
  add("end tags of nothing", head + p + Repeat("</b></i></div></span>", 10 * k), text);
  add("crossed tags", head + Repeat("<p>x<div>", 5 * k) + Repeat("</p>", 5 * k) + p, "");
  add("comments", head + p + Repeat("<!--", 20 * k), text);
  add("signs", head + p + Repeat("<", 200 * k), "");
  add("zero bytes", head + p + std::string(200 * k, '\0'), text);
  add("quotes in a script",
      head + Repeat(p, 1) + "<script>" + Repeat("'a\"b", 50 * k) + "</script>", text);
  add("brackets in JSON-LD",
      head + p + "<script type=application/ld+json>" + Repeat("[", 50 * k) + "</script>", text);
  add("braces in a script", head + p + "<script>" + Repeat("{\"a\":", 30 * k) + "</script>", text);
  add("editors", head + Repeat("<p>责任编辑：何晴</p>", 5 * k) + p, text);
  add("titles", "<html><head>" + Repeat("<title>港口的账本</title>", 5 * k) + "</head>" + p, text);
  add("metas", "<html><head>" + Repeat("<meta name=author content=x>", 5 * k) + "</head>" + p,
      text);
  add("dates", head + p + Repeat("<p>2024-07-18 12:00</p>", 5 * k), "");
  add("bylines", head + p + Repeat("（记者（记者【来源：", 5 * k), "");
  std::string teasers = head;
  for (size_t i = 0; i < 3 * k; ++i) {
    teasers += "<div><a href=x>另一个标题" + std::to_string(i) + "</a><p>2024-07-18</p></div>";
  }
  add("teasers", teasers + Repeat(p, 1), "");
  add("letters on lines of their own", Repeat("一\n", 50 * k), "", true);
  add("editors in a text", Repeat("责任编辑：何晴\n", 5 * k), "", true);
  add("related headings in a text", Repeat("相关阅读\n" + text + "\n", 2 * k), "", true);
  std::string wrapped;
  for (size_t i = 0; i < 2 * k; ++i) {
    wrapped += "港口集团公布的数据显示上半年的货物吞吐量为" + std::to_string(100000 + i) +
               "万吨同比增长一成这是历年来的新高的记\n";
  }
  add("wrapped lines", wrapped, "", true);
  return out;
}

}  // namespace hanfact::testing
