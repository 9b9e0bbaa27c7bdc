#include "ingest/html_tree.h"

#include <libxml/HTMLparser.h>
#include <libxml/parserInternals.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <utility>

#include "base/text.h"

namespace hanfact::ingest {
namespace {

// More attributes than any honest tag has; libxml2 compares each new one with all before it.
constexpr size_t kMaxAttributes = 256;
// Deeper than any honest page; libxml2 walks its stack for each end tag that closes nothing.
constexpr int kMaxDepth = 512;

struct TagName {
  std::string_view name;
  Tag tag;
};
// Sorted by name.
constexpr std::array kTagNames = std::to_array<TagName>({
    {"a", Tag::kA},
    {"address", Tag::kAddress},
    {"applet", Tag::kSkip},
    {"article", Tag::kArticle},
    {"aside", Tag::kAside},
    {"audio", Tag::kSkip},
    {"b", Tag::kB},
    {"blockquote", Tag::kBlockquote},
    {"body", Tag::kBody},
    {"br", Tag::kBr},
    {"button", Tag::kSkip},
    {"canvas", Tag::kSkip},
    {"caption", Tag::kCaption},
    {"center", Tag::kDiv},
    {"code", Tag::kCode},
    {"dd", Tag::kDd},
    {"details", Tag::kBlock},
    {"dialog", Tag::kSkip},
    {"div", Tag::kDiv},
    {"dl", Tag::kDl},
    {"dt", Tag::kDt},
    {"embed", Tag::kSkip},
    {"fieldset", Tag::kFieldset},
    {"figcaption", Tag::kFigcaption},
    {"figure", Tag::kFigure},
    {"footer", Tag::kFooter},
    {"form", Tag::kForm},
    {"h1", Tag::kH1},
    {"h2", Tag::kH2},
    {"h3", Tag::kH3},
    {"h4", Tag::kH4},
    {"h5", Tag::kH5},
    {"h6", Tag::kH6},
    {"head", Tag::kHead},
    {"header", Tag::kHeader},
    {"hgroup", Tag::kBlock},
    {"hr", Tag::kHr},
    {"html", Tag::kHtml},
    {"iframe", Tag::kSkip},
    {"img", Tag::kImg},
    {"input", Tag::kInput},
    {"li", Tag::kLi},
    {"link", Tag::kLink},
    {"main", Tag::kMain},
    {"map", Tag::kSkip},
    {"math", Tag::kInline},
    {"menu", Tag::kMenu},
    {"meta", Tag::kMeta},
    {"nav", Tag::kNav},
    {"noscript", Tag::kSkip},
    {"object", Tag::kSkip},
    {"ol", Tag::kOl},
    {"optgroup", Tag::kOption},
    {"option", Tag::kOption},
    {"p", Tag::kP},
    {"pre", Tag::kPre},
    {"progress", Tag::kSkip},
    {"script", Tag::kScript},
    {"section", Tag::kSection},
    {"select", Tag::kSelect},
    {"strong", Tag::kB},
    {"style", Tag::kSkip},
    {"summary", Tag::kBlock},
    {"svg", Tag::kSkip},
    {"table", Tag::kTable},
    {"tbody", Tag::kTbody},
    {"td", Tag::kTd},
    {"template", Tag::kSkip},
    {"textarea", Tag::kTextarea},
    {"tfoot", Tag::kTbody},
    {"th", Tag::kTh},
    {"thead", Tag::kTbody},
    {"time", Tag::kTime},
    {"title", Tag::kTitle},
    {"tr", Tag::kTr},
    {"ul", Tag::kUl},
    {"video", Tag::kVideo},
    {"xmp", Tag::kPre},
});

Tag TagOf(std::string_view name) {
  const auto* it = std::lower_bound(
      kTagNames.begin(), kTagNames.end(), name,
      [](const TagName& entry, std::string_view wanted) { return entry.name < wanted; });
  return it != kTagNames.end() && it->name == name ? it->tag : Tag::kInline;
}

// The names whose elements can be nested without bound by leaving end tags out; the others close
// each other.
bool CanNest(std::string_view name) {
  return name != "p" && name != "li" && name != "br" && name != "img" && name != "input" &&
         name != "meta" && name != "link" && name != "hr" && name != "option" && name != "dt" &&
         name != "dd" && name != "col" && name != "area" && name != "param" && name != "embed" &&
         name != "a" && name != "td" && name != "th" && name != "tr" && name != "tbody" &&
         name != "thead" && name != "base" && name != "wbr" && name != "source" &&
         name != "track" && name != "frame" && name != "script" && name != "style";
}

char Lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }

bool IsNameChar(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
         c == ':' || c == '_';
}

// Position right behind `</name`'s '<' in text from `from`, npos if there is none. ASCII case is
// ignored.
size_t FindEndTag(std::string_view text, size_t from, std::string_view name) {
  while (true) {
    const size_t at = text.find("</", from);
    if (at == std::string_view::npos) return at;
    const std::string_view rest = text.substr(at + 2, name.size());
    if (rest.size() == name.size() && std::equal(rest.begin(), rest.end(), name.begin(),
                                                 [](char a, char b) { return Lower(a) == b; })) {
      return at;
    }
    from = at + 2;
  }
}

bool HasHiddenStyle(std::string_view style) {
  std::string tight;
  for (char c : style) {
    if (c != ' ' && c != '\t' && c != '\n' && c != '\r') tight += Lower(c);
    if (tight.size() > 2000) break;
  }
  if (tight.find("display:none") != std::string::npos) return true;
  // What stands a thousand pixels off the page, or has letters of no size, nobody sees.
  for (std::string_view name : {"left:-", "top:-", "text-indent:-"}) {
    const size_t at = tight.find(name);
    if (at == std::string::npos) continue;
    size_t digits = 0;
    while (at + name.size() + digits < tight.size() &&
           IsAsciiDigit(static_cast<unsigned char>(tight[at + name.size() + digits]))) {
      ++digits;
    }
    if (digits >= 4) return true;
  }
  const size_t size = tight.find("font-size:0");
  return size != std::string::npos &&
         (size + 11 == tight.size() || tight[size + 11] == ';' || tight.substr(size + 11, 2) == "px");
}

bool IsSkipped(Tag tag) { return tag == Tag::kSkip || tag == Tag::kVideo || tag == Tag::kTextarea; }

struct Builder {
  HtmlTree tree;
  std::vector<uint32_t> open;
  int skip_depth = 0;  // inside elements whose content nobody reads

  void Start(std::string_view name, const xmlChar** attributes);
  void End(std::string_view name);
  void Characters(std::string_view chars);
  void Finish();
};

void Builder::Start(std::string_view name, const xmlChar** attributes) {
  const Tag tag = TagOf(name);
  HtmlNode node;
  node.tag = tag;
  node.parent = open.back();
  const bool wants_value = tag == Tag::kA || tag == Tag::kTime || tag == Tag::kMeta ||
                           tag == Tag::kLink || tag == Tag::kScript || tag == Tag::kImg ||
                           tag == Tag::kInput;
  if (attributes != nullptr) {
    HtmlAttributes a;
    std::string_view klass, id, value, label;
    std::string_view type;
    for (; attributes[0] != nullptr; attributes += 2) {
      const std::string_view key = reinterpret_cast<const char*>(attributes[0]);
      const std::string_view val =
          attributes[1] == nullptr ? std::string_view()
                                   : std::string_view(reinterpret_cast<const char*>(attributes[1]));
      if (key == "class") {
        klass = val;
      } else if (key == "id") {
        id = val;
      } else if (key == "style") {
        if (val.size() > 10 && HasHiddenStyle(val)) node.hidden = true;
      } else if (key == "hidden") {
        node.hidden = true;
      } else if (key == "itemprop" || key == "property") {
        label = val;
      } else if (key == "name" || key == "rel" || key == "http-equiv") {
        if (label.empty()) label = val;
      } else if (wants_value &&
                 (key == "href" || key == "datetime" || key == "content" || key == "value")) {
        value = val;
      } else if (key == "type" || key == "charset") {
        type = val;
      } else if (tag == Tag::kImg && key == "alt") {
        value = val;
      }
    }
    if (tag == Tag::kScript) value = type;
    if (tag == Tag::kInput) value = {};
    constexpr size_t kMaxKept = 4096;  // of one attribute: classes, addresses, descriptions
    auto keep = [&](std::string_view s, uint32_t& begin, uint32_t& end) {
      begin = static_cast<uint32_t>(tree.attribute_text.size());
      if (s.size() > kMaxKept) {
        size_t cut = kMaxKept;
        while (cut > 0 && (static_cast<unsigned char>(s[cut]) & 0xC0) == 0x80) --cut;
        s = s.substr(0, cut);
      }
      tree.attribute_text += s;
      end = static_cast<uint32_t>(tree.attribute_text.size());
    };
    if (!klass.empty() || !id.empty() || !value.empty() || !label.empty()) {
      keep(klass, a.class_begin, a.class_end);
      if (!id.empty()) {
        uint32_t unused = 0;
        tree.attribute_text += ' ';
        keep(id, unused, a.class_end);
      }
      keep(value, a.value_begin, a.value_end);
      keep(label, a.name_begin, a.name_end);
      node.attributes = static_cast<uint32_t>(tree.attributes.size());
      tree.attributes.push_back(a);
    }
  }
  open.push_back(static_cast<uint32_t>(tree.nodes.size()));
  tree.nodes.push_back(node);
  if (IsSkipped(tag)) ++skip_depth;
}

void Builder::End(std::string_view) {
  if (open.size() <= 1) return;
  const uint32_t at = open.back();
  open.pop_back();
  HtmlNode& node = tree.nodes[at];
  node.end = static_cast<uint32_t>(tree.nodes.size());
  if (IsSkipped(node.tag)) --skip_depth;
}

void Builder::Characters(std::string_view chars) {
  if (skip_depth > 0 || chars.empty()) return;
  HtmlNode& top = tree.nodes[open.back()];
  const auto begin = static_cast<uint32_t>(tree.text.size());
  if (top.tag == Tag::kScript) {
    if (top.text_begin == top.text_end) top.text_begin = begin;
    tree.text += chars;
    top.text_end = static_cast<uint32_t>(tree.text.size());
    return;
  }
  tree.text += chars;
  const auto end = static_cast<uint32_t>(tree.text.size());
  HtmlNode& last = tree.nodes.back();
  if (last.tag == Tag::kText && last.parent == open.back() && last.text_end == begin) {
    last.text_end = end;
    return;
  }
  HtmlNode node;
  node.tag = Tag::kText;
  node.parent = open.back();
  node.text_begin = begin;
  node.text_end = end;
  node.end = static_cast<uint32_t>(tree.nodes.size()) + 1;
  tree.nodes.push_back(node);
}

void Builder::Finish() {
  while (open.size() > 1) End({});
  tree.nodes[0].end = static_cast<uint32_t>(tree.nodes.size());
}

std::string_view View(const xmlChar* s) {
  return s == nullptr ? std::string_view() : std::string_view(reinterpret_cast<const char*>(s));
}

void OnStart(void* context, const xmlChar* name, const xmlChar** attributes) {
  static_cast<Builder*>(context)->Start(View(name), attributes);
}
void OnEnd(void* context, const xmlChar* name) { static_cast<Builder*>(context)->End(View(name)); }
void OnCharacters(void* context, const xmlChar* chars, int size) {
  static_cast<Builder*>(context)->Characters(
      {reinterpret_cast<const char*>(chars), static_cast<size_t>(size)});
}

}  // namespace

bool IsBlockTag(Tag tag) {
  switch (tag) {
    case Tag::kText:
    case Tag::kInline:
    case Tag::kA:
    case Tag::kB:
    case Tag::kBr:
    case Tag::kCode:
    case Tag::kImg:
    case Tag::kInput:
    case Tag::kLink:
    case Tag::kMeta:
    case Tag::kTime:
    case Tag::kScript:
    case Tag::kSkip:
    case Tag::kVideo:
      return false;
    default:
      return true;
  }
}

std::string_view BoundHtml(std::string_view utf8, std::string& buffer) {
  buffer.clear();
  size_t copied = 0;  // bytes of utf8 that are in buffer, or that were left out
  auto drop = [&](size_t begin, size_t end) {
    buffer.append(utf8, copied, begin - copied);
    copied = end;
  };
  // Open and left-out elements by name; a name is hashed to one of 64 counters, which is enough to
  // bound the depth and costs nothing.
  std::array<int, 64> opened{}, dropped{};
  int depth = 0;
  bool open_comment = false;  // one without an end was seen
  size_t at = 0;
  std::string name;
  while (true) {
    at = utf8.find('<', at);
    if (at == std::string_view::npos || at + 1 >= utf8.size()) break;
    const size_t tag_begin = at;
    char c = utf8[at + 1];
    if (c == '!') {
      if (utf8.substr(at, 4) == "<!--") {
        const size_t end = open_comment ? std::string_view::npos : utf8.find("-->", at + 4);
        if (end == std::string_view::npos) {
          // Never closed: the parser would drop the rest of the page. The sign goes instead.
          open_comment = true;
          drop(at, at + 4);
          at += 4;
        } else {
          at = end + 3;
        }
      } else {
        at += 2;
      }
      continue;
    }
    const bool closing = c == '/';
    size_t p = at + (closing ? 2 : 1);
    if (p >= utf8.size() ||
        !((utf8[p] >= 'a' && utf8[p] <= 'z') || (utf8[p] >= 'A' && utf8[p] <= 'Z'))) {
      ++at;
      continue;
    }
    name.clear();
    while (p < utf8.size() && IsNameChar(utf8[p])) {
      if (name.size() < 32) name += Lower(utf8[p]);
      ++p;
    }
    unsigned hash = 0;
    for (char n : name) hash = hash * 31 + static_cast<unsigned char>(n);
    hash = (hash ^ (hash >> 6)) % 64;
    if (closing) {
      size_t end = utf8.find('>', p);
      end = end == std::string_view::npos ? utf8.size() : end + 1;
      // Text after </html> and second bodies belong to the page like all else.
      bool leave_out = name == "html" || name == "body";
      if (dropped[hash] > 0) {
        --dropped[hash];
        leave_out = true;
      } else if (opened[hash] > 0) {
        --opened[hash];
        if (CanNest(name)) --depth;
      } else if (name != "p" && name != "br") {
        leave_out = true;  // closes nothing
      }
      if (leave_out) drop(tag_begin, end);
      at = end;
      continue;
    }
    // Attributes: only their number and where the tag ends matter.
    size_t count = 0;
    size_t cut = 0;
    bool self_closing = false;
    while (p < utf8.size() && utf8[p] != '>') {
      c = utf8[p];
      if (c == '<') break;  // an unfinished tag
      if (c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f' || c == '/') {
        self_closing = c == '/';
        ++p;
        continue;
      }
      if (++count > kMaxAttributes && cut == 0) cut = p;
      while (p < utf8.size() && utf8[p] != '=' && utf8[p] != '>' && utf8[p] != ' ' &&
             utf8[p] != '\t' && utf8[p] != '\n' && utf8[p] != '\r' && utf8[p] != '/' &&
             utf8[p] != '<') {
        ++p;
      }
      size_t q = p;
      while (q < utf8.size() &&
             (utf8[q] == ' ' || utf8[q] == '\t' || utf8[q] == '\n' || utf8[q] == '\r')) {
        ++q;
      }
      if (q < utf8.size() && utf8[q] == '=') {
        ++q;
        while (q < utf8.size() &&
               (utf8[q] == ' ' || utf8[q] == '\t' || utf8[q] == '\n' || utf8[q] == '\r')) {
          ++q;
        }
        if (q < utf8.size() && (utf8[q] == '"' || utf8[q] == '\'')) {
          const size_t close = utf8.find(utf8[q], q + 1);
          if (close == std::string_view::npos) {
            p = utf8.size();
            break;
          }
          p = close + 1;
        } else {
          while (q < utf8.size() && utf8[q] != '>' && utf8[q] != ' ' && utf8[q] != '\t' &&
                 utf8[q] != '\n' && utf8[q] != '\r') {
            ++q;
          }
          p = q;
        }
        self_closing = false;
      } else if (p < utf8.size() && utf8[p] == '=') {
        ++p;
      }
    }
    size_t end = p < utf8.size() && utf8[p] == '>' ? p + 1 : p;
    if (CanNest(name) && !self_closing) {
      if (depth >= kMaxDepth) {
        ++dropped[hash];
        drop(tag_begin, end);
        at = end;
        continue;
      }
      ++depth;
    }
    ++opened[hash];
    if (cut != 0) drop(cut, p);
    at = std::max(end, tag_begin + 1);
    if (!self_closing && (name == "script" || name == "style")) {
      const size_t close = FindEndTag(utf8, at, name);
      if (close == std::string_view::npos) {
        // Never closed: the parser reads the rest as its content, and so does this scan.
        break;
      }
      at = close;
    }
  }
  if (copied == 0 && buffer.empty()) return utf8;
  buffer.append(utf8, copied, utf8.size() - copied);
  return buffer;
}

HtmlTree ParseHtml(std::string_view utf8) {
  // libxml2 sets itself up on its first use; two threads that both come first lock each other out.
  // Its manual asks for this call before any thread parses.
  [[maybe_unused]] static const bool ready = (xmlInitParser(), true);
  Builder builder;
  HtmlNode root;
  root.tag = Tag::kRoot;
  builder.tree.nodes.push_back(root);
  builder.tree.attributes.emplace_back();
  builder.open.push_back(0);
  builder.tree.text.reserve(utf8.size() / 2);

  std::string buffer;
  const std::string_view page = BoundHtml(utf8, buffer);
  htmlSAXHandler sax;
  std::memset(&sax, 0, sizeof sax);
  sax.startElement = OnStart;
  sax.endElement = OnEnd;
  sax.characters = OnCharacters;
  sax.ignorableWhitespace = OnCharacters;
  sax.cdataBlock = OnCharacters;
  constexpr size_t kMaxPage = 1u << 30;  // the parser counts in int
  if (!page.empty() && page.size() < kMaxPage) {
    htmlParserCtxtPtr context =
        htmlCreateMemoryParserCtxt(page.data(), static_cast<int>(page.size()));
    if (context != nullptr) {
      htmlCtxtUseOptions(context, HTML_PARSE_RECOVER | HTML_PARSE_NOERROR | HTML_PARSE_NOWARNING |
                                      HTML_PARSE_NONET | HTML_PARSE_IGNORE_ENC | XML_PARSE_HUGE);
      if (xmlCharEncodingHandlerPtr handler = xmlFindCharEncodingHandler("UTF-8")) {
        xmlSwitchToEncoding(context, handler);
      }
      context->charset = XML_CHAR_ENCODING_UTF8;
      if (context->sax != nullptr) *context->sax = sax;
      context->userData = &builder;
      htmlParseDocument(context);
      htmlFreeParserCtxt(context);
    }
  }
  builder.Finish();
  return std::move(builder.tree);
}

}  // namespace hanfact::ingest
