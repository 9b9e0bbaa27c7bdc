// A compact tree of an HTML page: what libxml2's parser reports, without what nobody asks for.
//
// The parser's SAX events are kept, not its document: an element costs 40 bytes here and several
// hundred there, and building it takes half the time.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace hanfact::ingest {

// Elements the cleaner tells apart. Everything unknown is kInline.
enum class Tag : uint8_t {
  kRoot,
  kText,
  kInline,
  kA,
  kAddress,
  kArticle,
  kAside,
  kB,
  kBlock,
  kBlockquote,
  kBody,
  kBr,
  kCaption,
  kCode,
  kDd,
  kDiv,
  kDl,
  kDt,
  kFieldset,
  kFigcaption,
  kFigure,
  kFooter,
  kForm,
  kH1,
  kH2,
  kH3,
  kH4,
  kH5,
  kH6,
  kHead,
  kHeader,
  kHr,
  kHtml,
  kImg,
  kInput,
  kLi,
  kLink,
  kMain,
  kMenu,
  kMeta,
  kNav,
  kOl,
  kOption,
  kP,
  kPre,
  kScript,
  kSection,
  kSelect,
  kSkip,
  kTable,
  kTbody,
  kTd,
  kTextarea,
  kTh,
  kTime,
  kTitle,
  kTr,
  kUl,
  kVideo,  // as kSkip: nobody reads what is in it
};

[[nodiscard]] bool IsBlockTag(Tag tag);
[[nodiscard]] inline bool IsHeading(Tag tag) { return tag >= Tag::kH1 && tag <= Tag::kH6; }

struct HtmlNode {
  Tag tag = Tag::kInline;
  bool hidden = false;  // display:none, the hidden attribute
  bool empty_text = false;
  uint32_t parent = 0;
  uint32_t end = 0;         // one past the last node of the subtree
  uint32_t text_begin = 0;  // kText, kScript: bytes of HtmlTree::text
  uint32_t text_end = 0;
  uint32_t attributes = 0;  // index of its attributes, 0 for none
};

// The attributes the cleaner reads; views into HtmlTree::attribute_text.
struct HtmlAttributes {
  uint32_t class_begin = 0, class_end = 0;  // class and id, parted by a blank
  uint32_t value_begin = 0, value_end = 0;  // href, datetime, content, type or alt, by element
  uint32_t name_begin = 0, name_end = 0;    // itemprop, property, name or rel
};

struct HtmlTree {
  std::vector<HtmlNode> nodes;  // document order; nodes[0] is the root
  std::vector<HtmlAttributes> attributes;
  std::string text;
  std::string attribute_text;

  [[nodiscard]] std::string_view Text(const HtmlNode& node) const {
    return std::string_view(text).substr(node.text_begin, node.text_end - node.text_begin);
  }
  [[nodiscard]] std::string_view Class(const HtmlNode& node) const {
    const HtmlAttributes& a = attributes[node.attributes];
    return std::string_view(attribute_text).substr(a.class_begin, a.class_end - a.class_begin);
  }
  [[nodiscard]] std::string_view Value(const HtmlNode& node) const {
    const HtmlAttributes& a = attributes[node.attributes];
    return std::string_view(attribute_text).substr(a.value_begin, a.value_end - a.value_begin);
  }
  [[nodiscard]] std::string_view Name(const HtmlNode& node) const {
    const HtmlAttributes& a = attributes[node.attributes];
    return std::string_view(attribute_text).substr(a.name_begin, a.name_end - a.name_begin);
  }
};

// Parses valid UTF-8 without NUL. Any text gives a tree. Linear time: what would make libxml2 take
// quadratic time is taken out before (attributes past 256 in a tag, elements nested past 512 deep:
// their tags go, their text stays).
[[nodiscard]] HtmlTree ParseHtml(std::string_view utf8);

// The bytes of the page with those taken out; `utf8` itself is returned in the usual case that
// there is nothing to do, `buffer` holds the text otherwise. For tests and benchmarks.
[[nodiscard]] std::string_view BoundHtml(std::string_view utf8, std::string& buffer);

}  // namespace hanfact::ingest
