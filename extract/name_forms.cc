#include "extract/name_forms.h"

#include <algorithm>
#include <charconv>
#include <limits>


namespace hanfact::extract {
namespace {

constexpr std::string_view kFile = "extract/rules/name_forms.tsv";
constexpr std::string_view kWordsFile = "extract/rules/words.tsv";
// Cost of a form of name_forms.tsv as a word: that of one in ten thousand.
constexpr uint8_t kFormCost = 90;

constexpr std::string_view kKindNames[] = {
    "org_tail",        "org_tail_weak", "org_body",    "place_org",  "place_short",
    "short_org",       "org_inner",     "not_name",    "stop",       "surname",
    "given",           "title",         "title_after", "honorific",  "speech",
    "translit",        "foreign_part",  "given_end",   "place_tail", "place_after",
    "company_context", "company_left",  "alias_lead",  "own_outlet", "latin_first",
    "latin_tail",      "stop_not",      "sport",       "site_tail",  "place_stop",
    "place_char",      "place_lead",    "model_after", "pair_tail",  "verb_tail",
    "nation_keeps",    "body_kind"};
static_assert(std::size(kKindNames) == static_cast<size_t>(FormKind::kCount));

// Kinds whose forms are words, so that text is cut at them.
constexpr FormKind kWordKinds[] = {
    FormKind::kOrgTail, FormKind::kOrgTailWeak, FormKind::kOrgBody,   FormKind::kOrgInner,
    FormKind::kNotName, FormKind::kStop,        FormKind::kTitle,     FormKind::kTitleAfter,
    FormKind::kSpeech,  FormKind::kSport,       FormKind::kPlaceTail, FormKind::kPlaceLead};

std::u32string Decoded(std::string_view text) {
  std::u32string out;
  for (size_t at = 0; at < text.size(); at += CodePointLength(text[at])) {
    out += CodePointAt(text, at);
  }
  return out;
}

}  // namespace

uint32_t NameForms::Trie::AddChild(uint32_t node, char32_t c) {
  if (const uint32_t child = Child(node, c); child != 0) return child;
  if ((used + 1) * 2 > edges.size()) {
    std::vector<Edge> old(edges.size() * 2);
    old.swap(edges);
    for (const Edge& edge : old) {
      if (edge.key == UINT64_MAX) continue;
      size_t i = Hash(edge.key) & (edges.size() - 1);
      while (edges[i].key != UINT64_MAX) i = (i + 1) & (edges.size() - 1);
      edges[i] = edge;
    }
  }
  const auto child = static_cast<uint32_t>(nodes.size());
  nodes.emplace_back();
  const size_t hash = Hash(Key(node, c));
  seen[hash / 64 % seen.size()] |= uint64_t{1} << hash % 64;
  size_t i = hash & (edges.size() - 1);
  while (edges[i].key != UINT64_MAX) i = (i + 1) & (edges.size() - 1);
  edges[i] = {Key(node, c), child};
  ++used;
  return child;
}

uint32_t NameForms::Trie::Add(const std::u32string& form, Kinds kinds) {
  uint32_t node = 0;
  for (const char32_t c : form) {
    if (node == 0 && c >= NameForms::kBmp) return 0;
    node = AddChild(node, c);
    nodes[node].below |= kinds;
  }
  return node;
}

void NameForms::Trie::MarkWords() {
  for (Edge& edge : edges) {
    if (edge.key == UINT64_MAX) continue;
    edge.word_cost = nodes[edge.child].word_cost;
    edge.words = (nodes[edge.child].below & kWord) != 0;
  }
}

void NameForms::AddForm(FormKind kind, std::string_view form, Form row) {
  std::u32string characters = Decoded(form);
  const uint32_t node = forward_.Add(characters, Bit(kind));
  forward_.nodes[node].kinds |= Bit(kind);
  rows_.push_back({kind, row, forward_.nodes[node].first_form});
  forward_.nodes[node].first_form = static_cast<uint32_t>(rows_.size() - 1);
  std::reverse(characters.begin(), characters.end());
  backward_.nodes[backward_.Add(characters, Bit(kind))].kinds |= Bit(kind);
}

void NameForms::AddWord(std::string_view word, uint8_t cost) {
  const std::u32string characters = Decoded(word);
  if (characters.size() < 2) return;
  word_pairs_.set(PairBit(characters[0], characters[1]));
  Trie::Node& node = forward_.nodes[forward_.Add(characters, kWord)];
  if (node.word_cost == 0 || cost < node.word_cost) node.word_cost = cost;
}

NameForms::NameForms(std::vector<TableError>& errors) : number_of_(kBmp), characters_(1) {
  std::vector<Character> characters(kBmp);
  const auto text = EmbeddedFile(kFile);
  if (!text) return;
  const Table table =
      Table::Read(std::string(kFile), *text, {"kind", "form", "weight"}, errors);
  for (const Table::Row& row : table.rows()) {
    const std::string& kind_name = table.Get(row, "kind");
    const std::string& form = table.Get(row, "form");
    const std::string& weight_text = table.Get(row, "weight");
    const auto* found = std::find(std::begin(kKindNames), std::end(kKindNames), kind_name);
    if (found == std::end(kKindNames)) {
      errors.push_back(table.ErrorAt(row, "kind", "unknown kind '" + kind_name + "'"));
      continue;
    }
    int weight = 0;
    if (!weight_text.empty()) {
      const char* end = weight_text.data() + weight_text.size();
      const auto [at, code] = std::from_chars(weight_text.data(), end, weight);
      if (code != std::errc() || at != end || weight < 0 || weight > 255) {
        errors.push_back(table.ErrorAt(row, "weight", "weight is a number from 0 to 255"));
        continue;
      }
    }
    if (form.empty()) {
      errors.push_back(table.ErrorAt(row, "form", "form is empty"));
      continue;
    }
    const auto kind = static_cast<FormKind>(found - std::begin(kKindNames));
    const auto share = static_cast<uint8_t>(std::max(1, weight));
    if (kind == FormKind::kGiven || kind == FormKind::kTranslit) {
      for (const char32_t c : Decoded(form)) {
        if (c >= kBmp) continue;
        if (kind == FormKind::kGiven) {
          characters[c].given = share;
        } else {
          characters[c].translit = true;
        }
      }
      continue;
    }
    const char32_t head = CodePointAt(form, 0);
    const bool alone = CodePointLength(form[0]) == form.size();
    if (head < kBmp && kind == FormKind::kStop && alone) characters[head].stop = true;
    if (head < kBmp && kind == FormKind::kSurname) {
      if (alone) {
        characters[head].surname = share;
      } else {
        characters[head].long_surname = true;
      }
    }
    AddForm(kind, form, {weight, row.line});
    if (form.size() >= 6 && IsHan(head) &&
        std::find(std::begin(kWordKinds), std::end(kWordKinds), kind) != std::end(kWordKinds)) {
      AddWord(form, kFormCost);
    }
  }
  const auto words = EmbeddedFile(kWordsFile);
  const Table word_table =
      Table::Read(std::string(kWordsFile), words.value_or(""), {"word", "cost"}, errors);
  for (const Table::Row& row : word_table.rows()) {
    const std::string& cost_text = word_table.Get(row, "cost");
    int cost = 0;
    std::from_chars(cost_text.data(), cost_text.data() + cost_text.size(), cost);
    if (cost < 1 || cost > 255) {
      errors.push_back(word_table.ErrorAt(row, "cost", "cost is a number from 1 to 255"));
      continue;
    }
    AddWord(word_table.Get(row, "word"), static_cast<uint8_t>(cost));
  }
  forward_.MarkWords();
  for (char32_t c = 1; c < kBmp; ++c) {
    Character& of = characters[c];
    of.forward = forward_.Child(0, c);
    of.backward = backward_.Child(0, c);
    of.starts = forward_.nodes[of.forward].below;
    of.ends = backward_.nodes[of.backward].below;
    if (of == Character()) continue;
    number_of_[c] = static_cast<uint16_t>(characters_.size());
    characters_.push_back(of);
  }
}

bool NameForms::IsWord(std::string_view text) const {
  uint32_t node = 0;
  for (size_t at = 0; at < text.size(); at += CodePointLength(text[at])) {
    const char32_t c = CodePointAt(text, at);
    node = forward_.Child(node, c);
    if (node == 0) return false;
  }
  return forward_.nodes[node].word_cost != 0;
}

// From the node of the form's first character.
NameForms::Kinds NameForms::WalkKinds(uint32_t node, std::string_view form) const {
  for (size_t at = CodePointLength(form[0]); at < form.size(); at += CodePointLength(form[at])) {
    node = forward_.Child(node, CodePointAt(form, at));
    if (node == 0) return 0;
  }
  return forward_.nodes[node].kinds;
}

const NameForms::Form* NameForms::Find(FormKind kind, std::string_view form) const {
  uint32_t node = 0;
  for (size_t at = 0; at < form.size(); at += CodePointLength(form[at])) {
    const char32_t c = CodePointAt(form, at);
    if (at == 0 && (Of(c).starts & Bit(kind)) == 0) return nullptr;
    node = at == 0 ? Of(c).forward : forward_.Child(node, c);
    if ((forward_.nodes[node].below & Bit(kind)) == 0) return nullptr;
  }
  for (uint32_t i = forward_.nodes[node].first_form; i != kNoForm; i = rows_[i].next) {
    if (rows_[i].kind == kind) return &rows_[i].form;
  }
  return nullptr;
}

uint32_t NameForms::WalkBackwards(Kinds kinds, std::string_view text, uint32_t begin,
                                  uint32_t end, Kinds& found) const {
  uint32_t best = 0, node = 0;
  for (size_t at = end; at > begin;) {
    const size_t before = PreviousBorder(text, at);
    if (before < begin) break;
    const char32_t c = CodePointAt(text, before);
    node = at == end ? Of(c).backward : backward_.Child(node, c);
    if ((backward_.nodes[node].below & kinds) == 0) break;
    at = before;
    if ((backward_.nodes[node].kinds & kinds) != 0) {
      found = backward_.nodes[node].kinds & kinds;
      best = end - static_cast<uint32_t>(at);
    }
  }
  return best;
}

uint32_t NameForms::WalkForwards(FormKind kind, std::string_view text, uint32_t begin) const {
  uint32_t best = 0, node = 0;
  for (size_t at = begin; at < text.size();) {
    const char32_t c = CodePointAt(text, at);
    node = at == begin ? Of(c).forward : forward_.Child(node, c);
    if ((forward_.nodes[node].below & Bit(kind)) == 0) break;
    at += CodePointLength(text[at]);
    if ((forward_.nodes[node].kinds & Bit(kind)) != 0) best = static_cast<uint32_t>(at) - begin;
  }
  return best;
}

std::string NameForms::RuleOf(const Form& form) {
  return "name_forms.tsv:" + std::to_string(form.line);
}

Segmenter::Segmenter(const NameForms& forms) : forms_(forms) {}

int Segmenter::WordCost(std::string_view word) const { return dictionary_.Cost(word); }

namespace {

// Costs are -10 ln of a frequency, as in the dictionary; bonuses are what a neighbour makes a name
// likelier.
constexpr uint32_t kLongestWord = 8;   // characters; what is longer is a phrase of several
constexpr uint8_t kUnknownCharacter = 115;
constexpr int kLoneCharacter = 14;     // surcharge for a character alone that is no function word
constexpr int kSoftName = 96;          // a lexicon name of two characters
constexpr int kPersonBase = 30;        // a person at all; surname and given name come on top
constexpr int kOneGiven = 14, kTwoGiven = 2;  // given names of one and of two characters
constexpr int kRareGivenAlone = 70;           // and that is no frequent word alone
constexpr int kRareGiven = 118;        // a character that is no part of the known given names
constexpr int kFunctionGiven = 14;     // a given name ending in a function word (刘峰向)
constexpr int kFunctionEnd = 16;       // less than else where the words end with it (刘峰为、…)
constexpr int kForeignBase = 80, kForeignCharacter = 40;
constexpr int kTitleBonus = 34;        // a title right before
constexpr int kSpeechBonus = 16;       // a title or verb of saying right behind
constexpr int kEdgeBonus = 5;          // beside punctuation
constexpr int kSpeakerBonus = 60;      // alone between the start of a line and a colon
constexpr int kDictionaryPerson = 185;  // given name of a dictionary word that is a person, at most

bool IsLatinLetter(char32_t c) {
  return IsAsciiLetter(c) || (c >= 0xC0 && c <= 0x24F && c != 0xD7 && c != 0xF7);
}

}  // namespace

// Buffers kept from one run of Han characters to the next.
struct Segmenter::Scratch {
  static constexpr int kUnreached = std::numeric_limits<int>::max();
  // What is known of the border before a character: the best way to it, and what may start there.
  // All of it in one place, since all of it is asked at once.
  struct Border {
    int cost = kUnreached;
    uint32_t from = 0;
    int own = 0;
    uint32_t name = 0;
    uint32_t name_at = UINT32_MAX;  // a name that starts here
    uint32_t limit = 0;             // words from here may not reach beyond
    SegmentToken::Kind kind = SegmentToken::kCharacter;
    bool inside = false;       // inside a certain name
    bool starts_pair = false;  // a dictionary word of two characters starts here
  };
  // What the tables say of a character. They are asked for all characters of a run before the
  // words are laid out: the answers come from all over the memory, and asked one behind the other
  // without anything to decide between them the processor fetches many at once.
  struct Asked {
    WordDictionary::Start start = 0;  // words of the dictionary that begin with it and the next one
    uint8_t single = 0;               // cost alone
    bool own_word = false;            // a word of words.tsv may begin with the two
    uint8_t surname = 0, given = 0;
    bool long_surname = false, translit = false, stop = false;
    bool ends_title = false;
  };
  std::vector<char32_t> chars;    // of the run
  std::vector<uint32_t> at;       // byte of each, and of the end
  std::vector<Asked> asked;
  std::vector<Border> borders;  // one more than characters

  // Adds the common Han characters (U+4E00 to U+9FFF, three bytes each) from `begin` on that end at
  // or before `stop`, up to the first other one; where that stands.
  uint32_t AddHan(std::string_view text, uint32_t begin, uint32_t stop) {
    const char* const bytes = text.data();
    const auto later = [&](uint32_t i) {  // than U+4DFF
      return bytes[i] != '\xE4' || static_cast<unsigned char>(bytes[i + 1]) >= 0xB8;
    };
    uint32_t end = begin;
    while (end + 3 <= stop && LeadsHan(bytes[end]) && later(end)) end += 3;
    const size_t had = chars.size(), more = (end - begin) / 3;
    chars.resize(had + more);
    at.resize(had + more);
    for (size_t i = 0; i < more; ++i) {
      chars[had + i] = CodePointOfThree(bytes + begin + 3 * i);
      at[had + i] = begin + static_cast<uint32_t>(3 * i);
    }
    return end;
  }
};

void Segmenter::SegmentHan(std::string_view text, uint32_t begin, uint32_t end,
                           const std::vector<LatticeName>& names, size_t& next_name,
                           Scratch& scratch, std::vector<SegmentToken>& out) const {
  constexpr uint32_t kOwnWord = 1;  // a word of words.tsv: surely no person
  using Border = Scratch::Border;
  auto& at = scratch.at;
  at.push_back(end);
  const auto n = static_cast<uint32_t>(scratch.chars.size());
  scratch.asked.resize(n);
  Border fresh;
  fresh.limit = n;
  scratch.borders.assign(n + 1, fresh);
  // Through pointers: what is written would else have the compiler ask the vectors anew each time.
  const char32_t* const chars = scratch.chars.data();
  Scratch::Asked* const asked = scratch.asked.data();
  Border* const borders = scratch.borders.data();
  for (uint32_t i = 0; i < n; ++i) {
    const char32_t c = chars[i];
    const NameForms::Character& of = forms_.Of(c);
    Scratch::Asked& to = asked[i];
    const uint8_t single = dictionary_.Single(c);
    to.single = single != 0 ? single : kUnknownCharacter;
    to.own_word = i + 1 < n && forms_.MayStartWord(c, chars[i + 1]);
    to.surname = of.surname;
    to.given = of.given;
    to.long_surname = of.long_surname;
    to.translit = of.translit;
    to.stop = of.stop;
    to.ends_title = (of.ends & NameForms::Bit(FormKind::kTitle)) != 0;
    if (i + 1 < n) dictionary_.Prefetch(c, chars[i + 1]);
  }
  for (uint32_t i = 0; i + 1 < n; ++i) {
    asked[i].start = dictionary_.StartOf(chars[i], chars[i + 1]);
    if (i + 2 < n) dictionary_.Prefetch(asked[i].start, chars[i + 2]);
  }
  if (n > 0) asked[n - 1].start = 0;
  auto index_of = [&](uint32_t byte) {
    return static_cast<uint32_t>(std::lower_bound(at.begin(), at.end(), byte) - at.begin());
  };
  borders[0].cost = 0;
  while (next_name < names.size() && names[next_name].begin < begin) ++next_name;
  for (size_t i = next_name; i < names.size() && names[i].end <= end; ++i) {
    const uint32_t b = index_of(names[i].begin), e = index_of(names[i].end);
    borders[b].name_at = static_cast<uint32_t>(i);
    if (names[i].certain) {
      for (uint32_t k = b + 1; k < e; ++k) borders[k].inside = true;
      for (uint32_t k = b; k-- > 0 && borders[k].limit == n;) borders[k].limit = b;
      borders[b].limit = e;
    }
  }
  auto relax = [&](uint32_t from, uint32_t to, int cost, SegmentToken::Kind kind, uint32_t name) {
    const int total = borders[from].cost + cost;
    Border& best = borders[to];
    if (best.inside || total >= best.cost) return;
    best.cost = total;
    best.from = from;
    best.own = cost;
    best.name = name;
    best.kind = kind;
  };

  for (uint32_t i = 0; i < n; ++i) {
    Border& here = borders[i];
    if (here.cost == Scratch::kUnreached) continue;
    const uint32_t reach = here.limit;
    if (here.name_at != UINT32_MAX) {
      const LatticeName& name = names[here.name_at];
      const uint32_t e = index_of(name.end);
      relax(i, e, name.certain ? 60 : kSoftName, SegmentToken::kName, here.name_at);
      if (name.certain) continue;
    }
    const Scratch::Asked& self = asked[i];
    // Characters that are no function word seldom stand alone: more of them in a row than words
    // are a name.
    relax(i, i + 1, self.single + (self.stop ? 0 : kLoneCharacter), SegmentToken::kCharacter, 0);
    const auto word = [&](uint32_t to, int cost) {
      relax(i, to, cost, SegmentToken::kWord, 0);
      if (to == i + 2) here.starts_pair = true;
    };
    dictionary_.WordsAt(chars, self.start, i, std::min(reach, i + kLongestWord), word);
    const auto own_word = [&](uint32_t to, int cost) {
      relax(i, to, cost, SegmentToken::kWord, kOwnWord);
      // Also where the dictionary has it cheaper.
      Border& best = borders[to];
      if (best.from == i && best.kind == SegmentToken::kWord) best.name = kOwnWord;
      if (to == i + 2) here.starts_pair = true;
    };
    if (self.own_word) forms_.WordsAt(chars, i, reach, own_word);
    // A person: surname of one or two characters, given name of one or two.
    const uint32_t longest_surname = self.long_surname ? 2 : self.surname != 0 ? 1 : 0;
    for (uint32_t s = 1; s <= longest_surname && i + s < reach; ++s) {
      int surname = 0;
      if (s == 1) {
        surname = self.surname;
      } else {
        const auto* form = forms_.Find(FormKind::kSurname, text.substr(at[i], at[i + s] - at[i]));
        if (form != nullptr) surname = form->weight;
      }
      if (surname == 0) continue;
      const uint32_t one = i + s + 1;
      int g1 = asked[i + s].given;
      int g2 = one < reach ? asked[one].given : 0;
      // 董事长萧绅岚: behind a title any character may be a given name's that is no frequent word.
      bool titled = i > 0 && asked[i - 1].ends_title;
      if (g1 == 0 && !titled) continue;
      titled = titled && forms_.LongestEndingAt(FormKind::kTitle, text, begin, at[i]) != 0;
      if (titled) {
        const auto given = [&](uint32_t k) {
          const bool rare = !asked[k].stop && asked[k].single >= kRareGivenAlone;
          return asked[k].given == 0 && rare ? kRareGiven : asked[k].given;
        };
        g1 = given(i + s);
        if (one < reach) g2 = given(one);
      }
      if (g1 == 0) continue;
      // Most are dearer than what is known already, whatever stands around them.
      const int bonus = std::max((titled ? kTitleBonus : kEdgeBonus) + kSpeechBonus,
                                 i == 0 ? kEdgeBonus + kSpeakerBonus : 0);
      const int least = kPersonBase + surname + g1 - bonus;
      const int so_far = here.cost;
      if (so_far + std::max(20, least + kOneGiven) >= borders[one].cost &&
          (g2 == 0 ||
           so_far + std::max(20, least + g2 + kTwoGiven - kFunctionEnd) >= borders[one + 1].cost)) {
        continue;
      }
      int base = kPersonBase + surname;
      if (titled) {
        base -= kTitleBonus;
      } else if (i == 0) {
        base -= kEdgeBonus;
      }
      auto tail = [&](uint32_t to) {
        if (to == n) {
          if (end >= text.size() || text[end] != ':' || begin != at[i]) return kEdgeBonus;
          return begin == 0 || text[begin - 1] == '\n' ? kSpeakerBonus : kSpeechBonus;
        }
        if (forms_.LongestStartingAt(FormKind::kTitleAfter, text, at[to]) != 0) {
          return kSpeechBonus;
        }
        const uint32_t speech = forms_.LongestStartingAt(FormKind::kSpeech, text, at[to]);
        if (speech == 0) return 0;
        return forms_.Find(FormKind::kSpeech, text.substr(at[to], speech))->weight >= 2
                   ? kSpeechBonus
                   : kSpeechBonus / 2;
      };
      relax(i, one, std::max(20, base + g1 + kOneGiven - tail(one)), SegmentToken::kPerson, 0);
      if (g2 != 0) {
        int function = 0;
        if (asked[one].stop) {
          const bool ends = one + 1 >= n ||
                            forms_.LongestStartingAt(FormKind::kGivenEnd, text, at[one]) != 0;
          function = ends ? -kFunctionEnd : kFunctionGiven;
        }
        relax(i, one + 1, std::max(20, base + g1 + g2 + kTwoGiven + function - tail(one + 1)),
              SegmentToken::kPerson, 0);
      }
    }
    int titled = -1;
    for (uint32_t k = i; k < reach && k - i < 9 && asked[k].translit; ++k) {
      if (k - i < 2) continue;
      if (titled < 0) {
        titled = forms_.LongestEndingAt(FormKind::kTitle, text, begin, at[i]) != 0 ? kTitleBonus : 0;
      }
      relax(i, k + 1, kForeignBase + kForeignCharacter * static_cast<int>(k - i + 1) - titled,
            SegmentToken::kForeign, 0);
    }
  }
  const size_t from = out.size();
  for (uint32_t i = n; i > 0; i = borders[i].from) {
    const Border& node = borders[i];
    SegmentToken::Kind kind = node.kind;
    // The dictionary has well-known persons as words (毛泽东).
    if (kind == SegmentToken::kWord && node.name != kOwnWord && i - node.from == 3 &&
        !borders[node.from].starts_pair &&
        forms_.Find(FormKind::kNotName, text.substr(at[node.from], at[i] - at[node.from])) ==
            nullptr) {
      const int surname = asked[node.from].surname;
      const int g1 = asked[node.from + 1].given;
      const int g2 = asked[node.from + 2].given;
      if (surname != 0 && surname <= 75 && g1 != 0 && g2 != 0 &&
          g1 + g2 <= kDictionaryPerson) {
        kind = SegmentToken::kPerson;
      }
    }
    out.push_back({at[node.from], at[i], kind, node.own,
                   kind == SegmentToken::kName ? node.name : 0, 0, 0, 0});
  }
  std::reverse(out.begin() + static_cast<long>(from), out.end());
}

void Segmenter::Segment(std::string_view text, const std::vector<LatticeName>& names,
                        std::vector<SegmentToken>& out) const {
  out.clear();
  out.reserve(text.size() / 4);  // about one for each four bytes
  // Kept from one text to the next; what a text in one run of a million characters took is given
  // back.
  static thread_local Scratch scratch;
  constexpr size_t kKept = 4096;
  if (scratch.chars.capacity() > kKept) scratch = Scratch();
  size_t next_name = 0;
  const auto size = static_cast<uint32_t>(text.size());
  for (uint32_t i = 0; i < size;) {
    while (next_name < names.size() && names[next_name].begin < i) ++next_name;
    const char32_t c = CodePointAt(text, i);
    // A name that is not of Han characters alone is one token.
    if (next_name < names.size() && names[next_name].begin == i) {
      bool han = true;
      for (uint32_t k = i; k < names[next_name].end && han; k += CodePointLength(text[k])) {
        han = IsHan(CodePointAt(text, k));
      }
      if (!han) {
        out.push_back({i, names[next_name].end, SegmentToken::kName, 60,
                       static_cast<uint32_t>(next_name), 0, 0, 0});
        i = names[next_name].end;
        continue;
      }
    }
    // Where the next name that is no pure Han run begins, a run must stop.
    auto barrier = [&](uint32_t from) {
      for (size_t k = next_name; k < names.size() && k < next_name + 1; ++k) {
        if (names[k].begin > from) return names[k].begin;
      }
      return size;
    };
    uint32_t end = i + CodePointLength(text[i]);
    if (IsHan(c)) {
      scratch.chars.assign(1, c);
      scratch.at.assign(1, i);
      size_t k = next_name;
      uint32_t name_begin = k < names.size() ? names[k].begin : UINT32_MAX;
      while (end < size) {
        while (name_begin < end) name_begin = ++k < names.size() ? names[k].begin : UINT32_MAX;
        end = scratch.AddHan(text, end, std::min(size, name_begin));
        if (end >= size) break;
        const char32_t next = CodePointAt(text, end);
        if (!IsHan(next)) break;
        if (name_begin == end) {
          // Only a name that leaves the run cuts it.
          bool han = true;
          for (uint32_t b = end; b < names[k].end && han; b += CodePointLength(text[b])) {
            han = IsHan(CodePointAt(text, b));
          }
          if (!han) break;
        }
        scratch.chars.push_back(next);
        scratch.at.push_back(end);
        end += CodePointLength(text[end]);
      }
      SegmentHan(text, i, end, names, next_name, scratch, out);
    } else if (IsLatinLetter(c)) {
      const uint32_t stop = barrier(i);
      while (end < stop) {
        const char32_t d = CodePointAt(text, end);
        const bool inner = (d == '-' || d == '&' || d == '.' || d == '\'') && end + 1 < stop &&
                           IsLatinLetter(CodePointAt(text, end + 1));
        if (!IsLatinLetter(d) && !IsAsciiDigit(d) && !inner) break;
        end += CodePointLength(text[end]);
      }
      out.push_back({i, end, SegmentToken::kLatin, 100, 0, 0, 0, 0});
    } else if (IsAsciiDigit(c)) {
      const uint32_t stop = barrier(i);
      while (end < stop) {
        const char32_t d = CodePointAt(text, end);
        const bool inner = (d == '.' || d == ',') && end + 1 < stop &&
                           IsAsciiDigit(CodePointAt(text, end + 1));
        if (!IsAsciiDigit(d) && !inner) break;
        ++end;
      }
      out.push_back({i, end, SegmentToken::kDigits, 50, 0, 0, 0, 0});
    } else if (!IsSpace(c) || c == '\n') {
      out.push_back({i, end, SegmentToken::kPunctuation, 0, 0, 0, 0, 0});
    }
    i = end;
  }
  for (SegmentToken& token : out) forms_.Describe(text, token);
}

}  // namespace hanfact::extract
