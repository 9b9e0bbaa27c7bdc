// Words that tell what a noun phrase is (nouns.tsv), and word borders.
#pragma once

#include <array>
#include <bitset>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/table.h"
#include "extract/word_trie.h"

namespace hanfact::extract {

// A class of nouns.tsv, by its number in the list of all of them. Written as its name: a name that
// is none does not compile.
class NounClass {
 public:
  static constexpr std::string_view kNames[] = {
      "accounts", "acquires", "act", "afterhours", "against", "aged", "agency", "agent", "alike",
      "allowedfor", "among", "amount", "and", "andalso", "announced", "announces", "anyone",
      "apart", "article", "bare", "baseline", "because", "becomes", "body", "bodyend", "bodykind",
      "bodyunit", "bond", "bourse", "brand", "broker", "budgeted", "but", "by", "byline",
      "casenoun", "caseunit", "cause", "circumstance", "classifier", "clause", "coming",
      "company", "compound", "contract", "convert", "converts", "corporate", "counterpart",
      "credit", "crowd", "currency", "daily", "datanoun", "dayword", "dealing", "dealunit",
      "dealverb", "debut", "deed", "deictic", "demonstrative", "denies", "dividend", "division",
      "document", "doer", "done", "earned", "economy", "effect", "equals", "estate", "estates",
      "estimate", "event", "every", "except", "expected", "extent", "extentof", "fate", "feat",
      "files", "filler", "firms", "firmtail", "folk", "foremost", "foretells", "founded", "from",
      "future", "garden", "gauge", "generic", "givenyear", "goal", "goesto", "good", "goods",
      "grouped", "guidance", "handles", "has", "heard", "heshe", "holds", "homeland", "homeunit",
      "hopes", "indexname", "inside", "issues", "isword", "joins", "kin", "kind", "lately",
      "leadsup", "learns", "led", "leftout", "lengthunit", "lent", "less", "limb", "listend",
      "listtail", "listword", "located", "macro", "manner", "mark", "market", "marketed",
      "measure", "monthago", "moves", "nextin", "nobody", "nodone", "nosource", "notrade",
      "notself", "notvoiced", "nounend", "nowadays", "noway", "numbers", "object", "oblique",
      "occasion", "oftrade", "oneself", "organ", "other", "outcome", "outlet", "outlook", "pace",
      "paidout", "paper", "part", "particle", "partner", "past", "personend", "player", "portion",
      "proclaims", "public", "publish", "quarterago", "quote", "quoted", "raisesrate", "ranked",
      "rated", "ratioword", "reaches", "reason", "received", "reckon", "reckoned", "reckons",
      "reckonsin", "record", "region", "regionpart", "reported", "restates", "restored",
      "results", "revise", "risenoun", "rolling", "roughly", "round", "rumour", "samepart",
      "scheme", "seat", "sector", "segment", "serial", "session", "shareloose", "shares",
      "sharesort", "shareunit", "shift", "signed", "sincetail", "sinceword", "single", "size",
      "sofar", "sold", "soldby", "sort", "sortunit", "spent", "stake", "standing", "stockprice",
      "stop", "striking", "suffers", "sum", "tail", "tallies", "technique", "telling", "than",
      "thatis", "thatmonth", "thing", "thingend", "thinks", "thisquarter", "timetail", "to",
      "tocome", "told", "toward", "townend", "trade", "tradename", "traders", "tradeword",
      "transitive", "undertaking", "undone", "unnamed", "unsummed", "until", "untold", "verb",
      "versus", "voice", "volition", "watcher", "way", "weekago", "whither", "whole", "wholeland",
      "whose", "will", "with", "writer", "yearago", "yearclose"};

  // NOLINTNEXTLINE(google-explicit-constructor): so that a call reads nouns.Is("verb", word)
  consteval NounClass(const char* name) : index_(0) {
    while (kNames[index_] != name) ++index_;  // runs off the list, an error, for an unknown name
  }
  [[nodiscard]] static std::optional<NounClass> Parse(std::string_view name);
  [[nodiscard]] constexpr size_t index() const { return index_; }

 private:
  struct Index {
    size_t value;
  };
  constexpr explicit NounClass(Index index) : index_(index.value) {}
  size_t index_;
};

// The words of nouns.tsv, by class; the table says what each class is for.
class NounTable {
 public:
  // Reads the embedded nouns.tsv. Problems go to `errors`.
  explicit NounTable(std::vector<TableError>& errors);

  // Whether the text is a word of the class, or ends or starts with one. One look-up a character
  // as far as any word goes.
  [[nodiscard]] bool Is(NounClass which, std::string_view text) const;
  [[nodiscard]] bool EndsWith(NounClass which, std::string_view text) const;
  [[nodiscard]] bool StartsWith(NounClass which, std::string_view text) const;
  // The length of the longest word of the class that the text starts with, 0 for none.
  [[nodiscard]] size_t LongestStart(NounClass which, std::string_view text) const;
  // That of the longest that it ends with.
  [[nodiscard]] size_t LongestEnd(NounClass which, std::string_view text) const;
  // Where the first word of the class stands in the text, npos for none; and whether any does.
  [[nodiscard]] size_t Find(NounClass which, std::string_view text) const;
  [[nodiscard]] bool Within(NounClass which, std::string_view text) const;
  // The text without the words of a class, the longest taken first, each at most once.
  [[nodiscard]] std::string Without(NounClass which, std::string text) const;
  // The text without the words of a class that it starts or ends with, as many as there are.
  [[nodiscard]] std::string_view TrimStart(NounClass which, std::string_view text) const;
  [[nodiscard]] std::string_view TrimEnd(NounClass which, std::string_view text) const;
  // Whether the text is one or more words of the class behind each other.
  [[nodiscard]] bool MadeOf(NounClass which, std::string_view text) const;
  // The first word of a class of the kind home:XX, unit:XX or counted:XX, empty for none.
  [[nodiscard]] std::string First(std::string_view which) const;

 private:
  static constexpr size_t kClasses = std::size(NounClass::kNames);
  using Classes = std::bitset<kClasses>;
  // The words read from one end.
  struct Side {
    WordTrie trie;
    std::vector<Classes> ends;   // by node: the classes of the word that ends there
    std::vector<Classes> below;  // and of those that go on from there
  };

  // The words of a class by their size and their first and last bytes, as bits of a small table:
  // most texts that are asked for are none of them, and one bit says so.
  struct Shapes {
    static constexpr size_t kBits = 512;
    static size_t Of(std::string_view text);
    std::bitset<kBits> seen;
  };

  static void Add(Side& side, NounClass which, std::string_view word, bool backwards);

  std::array<Shapes, kClasses> shapes_;
  Side forward_, backward_;
  std::vector<std::vector<std::string>> longest_first_;      // by class
  // Of classes named kind:XX.
  struct HashOf {
    using is_transparent = void;
    size_t operator()(std::string_view text) const { return std::hash<std::string_view>()(text); }
  };
  std::unordered_map<std::string, std::string, HashOf, std::equal_to<>> first_;
};

// The words of a text by ICU's Chinese dictionary, as byte ranges that cover it; the whole text as
// one word where ICU has no dictionary. Keeps one iterator a thread.
using WordSpans = std::vector<std::pair<uint32_t, uint32_t>>;
[[nodiscard]] WordSpans SplitWords(std::string_view text);

}  // namespace hanfact::extract
