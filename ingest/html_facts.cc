#include <algorithm>
#include <utility>

#include "base/text.h"
#include "ingest/html_page.h"
#include "ingest/html_script.h"

namespace hanfact::ingest {

void CollectFacts(const HtmlTree& tree, HtmlArticle& out) {
  for (size_t i = 1; i < tree.nodes.size(); ++i) {
    const HtmlNode& node = tree.nodes[i];
    switch (node.tag) {
      case Tag::kMeta: {
        std::string name(tree.Name(node));
        for (char& c : name) {
          if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
        }
        if (!name.empty() && out.facts.metas.size() < 400) {
          out.facts.metas.emplace_back(std::move(name), std::string(Trim(tree.Value(node))));
        }
        break;
      }
      case Tag::kLink:
        if (tree.Name(node) == "canonical" && out.facts.canonical.empty()) {
          out.facts.canonical = std::string(Trim(tree.Value(node)));
        }
        break;
      case Tag::kTime:
        if (!tree.Value(node).empty() && out.times.size() < 50) {
          out.times.emplace_back(Trim(tree.Value(node)));
        }
        break;
      case Tag::kScript: {
        const std::string_view text = tree.Text(node);
        if (tree.Value(node).find("ld+json") != std::string_view::npos) {
          if (out.facts.json_ld.size() < 50) out.facts.json_ld.emplace_back(text);
        }
        out.scripts += DecodeScript(text);
        out.scripts += '\n';
        break;
      }
      case Tag::kTitle: {
        std::string title;
        for (size_t k = i + 1; k < node.end; ++k) {
          if (tree.nodes[k].tag == Tag::kText) title += tree.Text(tree.nodes[k]);
        }
        if (!Trim(title).empty() && out.facts.titles.size() < 4) {
          out.facts.titles.emplace_back(Trim(title));
        }
        break;
      }
      default:
        break;
    }
  }
}

std::string_view FindMeta(const PageFacts& facts, std::initializer_list<std::string_view> names) {
  for (std::string_view name : names) {
    for (const auto& [key, value] : facts.metas) {
      if (key == name && !value.empty()) return value;
    }
  }
  return {};
}

uint32_t FindHeadline(const Page& page, const std::vector<std::string>& title_keys) {
  uint32_t best = kNone;
  double best_score = 0;
  for (uint32_t i = 0; i < page.lines.size(); ++i) {
    const Line& line = page.lines[i];
    if (line.text.size() > 400 || line.units < 6) continue;
    const NodeInfo& info = page.info[line.node];
    const Tag tag = page.tree.nodes[line.node].tag;
    const bool heading = line.heading;
    const bool titled = (info.roles & kRoleTitle) != 0 ||
                        (page.info[page.tree.nodes[line.node].parent].roles & kRoleTitle) != 0;
    if (info.out) continue;
    const std::string& key = KeyOf(line);
    if (key.size() < 6) continue;
    double match = 0;
    for (const std::string& title : title_keys) {
      if (title.empty()) continue;
      if (title == key) {
        match = std::max(match, 1.0);
      } else if (title.starts_with(key)) {
        match = std::max(match, 0.55 + 0.4 * static_cast<double>(key.size()) /
                                           static_cast<double>(title.size()));
      } else if (key.starts_with(title) && title.size() * 3 >= key.size()) {
        match = std::max(match, 0.9);
      } else if (key.size() >= 18 && title.find(key) != std::string::npos) {
        match = std::max(match, 0.5);
      }
    }
    double score = match * 10;
    if (match == 0) {
      // Without a title to compare with, only a heading can be one.
      if (!title_keys.empty() && !(tag == Tag::kH1)) continue;
      score = tag == Tag::kH1 ? 3 : heading && titled ? 2 : titled ? 1 : 0;
      if (score == 0) continue;
    }
    if (tag == Tag::kH1) {
      score += 2.5;
    } else if (heading) {
      score += 1.5;
    } else if (titled) {
      score += 1;
    }
    if (LinkShare(line) > 0.5) score -= 4;
    if (line.hidden) score -= 3;
    if ((info.up & (kRoleJunk | kRoleComment)) != 0) score -= 1.5;
    if (score > best_score + 0.01) {
      best_score = score;
      best = i;
    }
  }
  return best;
}

bool LooksLikeHtml(std::string_view text) {
  const std::string_view head = Trim(text.substr(0, 8192));
  if (head.empty() || head[0] == '{' || head[0] == '[') return false;
  std::string lower(head);
  for (char& c : lower) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  if (lower.find("<!doctype html") != std::string::npos ||
      lower.find("<html") != std::string::npos || lower.find("<head") != std::string::npos ||
      lower.find("<body") != std::string::npos) {
    return true;
  }
  if (lower[0] != '<' && lower.find("<meta ") == std::string::npos) {
    // Text with a few tags is text; a fragment has several elements.
    size_t tags = 0;
    for (std::string_view name : {"<div", "<p>", "<p ", "<span", "<table", "<br", "</a>", "<img"}) {
      for (size_t at = lower.find(name); at != std::string::npos; at = lower.find(name, at + 1)) {
        ++tags;
      }
    }
    return tags >= 4;
  }
  for (std::string_view name :
       {"<div", "<p", "<span", "<table", "<article", "<section", "<h1", "<h2", "<title", "<meta",
        "<script", "<style", "<ul", "<br", "<!--", "<main", "<center", "<font"}) {
    if (lower.find(name) != std::string::npos) return true;
  }
  return false;
}

std::string StripSiteSuffix(std::string_view title) {
  std::string text;
  {
    bool blank = false;
    for (size_t i = 0; i < title.size();) {
      const char32_t c = CodePointAt(title, i);
      const uint32_t n = CodePointLength(title[i]);
      if (IsSpace(c) && c != 0x3000) {
        blank = !text.empty();
      } else {
        if (blank) text += ' ';
        blank = false;
        text.append(title, i, n);
      }
      i += n;
    }
  }
  title = Trim(text);
  // Candidates for the border between the title and what follows, the strongest first.
  auto cut_at = [&](std::string_view separator, bool first) -> bool {
    const size_t at = first ? title.find(separator) : title.rfind(separator);
    if (at == std::string_view::npos || at == 0) return false;
    Line head;
    CountLine(title.substr(0, at), head);
    Line tail;
    CountLine(title.substr(at + separator.size()), tail);
    if (head.units < 10 || tail.units > head.units * 1.5F + 24) return false;
    title = Trim(title.substr(0, at));
    return true;
  };
  for (std::string_view separator : {"_", "｜", "--", "::", "|", " - ", " – ", " — ", " -", "- "}) {
    while (cut_at(separator, separator == "_" || separator == "|" || separator == "｜")) {
    }
  }
  return std::string(title);
}

}  // namespace hanfact::ingest
