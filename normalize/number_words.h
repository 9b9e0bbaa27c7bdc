// Words beside a numeral that decide how it is read, by class: the rows of number_words.tsv.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/table.h"

namespace hanfact::normalize {

enum class NumberWord : uint8_t {
  kAboutBehind,           // 五十来[人]: 来 is about
  kBareBehind,            // 百元[以上]: a magnitude without a digit stands
  kChangeBefore,          // 利差收[窄]23个基点至49个基点: the change, then the level
  kCoinBehind,            // 3块5[角]: the number before is an amount, too
  kDigitBefore,           // 答案[是]五: one Han digit stands for a number
  kDigitSurelyBefore,     // the same where a Han character follows it
  kDirectionBefore,       // 增[加]15.6亿元至2866亿元: the change, then the level
  kFormalDigit,           // of cheques and contracts
  kFormalOther,           // what may stand between those
  kHalfInWordBefore,      // [上]半年: no half of a unit
  kHalfNotBehind,         // 三年半[导体]: 半 is not the unit's half
  kHalfRatioBefore,       // [过]半: a half of all
  kHundredUnitBehind,     // 百[帕]: a unit's name, no numeral
  kJiInWordBefore,        // [这]几: no 2 to 9
  kJoinBounds,            // 大于100[并且]小于300
  kLastOneBehind,         // 二十万一[个]: the last 一 counts what follows
  kLastTwoBehind,         // 500万二[手]住宅: the last 一 or 二 is part of a word
  kLatinMagnitudeBehind,  // 5k[元]: no screen, no watts
  kLatinWanBehind,        // 15w[元]: ten thousands
  kMegaUnitBehind,        // 兆[瓦]
  kMoreInWord,            // 三千多[于]: 多 is no more
  kMoreNotBehind,         // 三年多[家]: 多 is not the unit's more
  kNoRangeBehind,         // 20至30[号]
  kOneBehind,             // 数量是一[却]…
  kOneHalfNotBehind,      // 一半[个]: no half of all
  kPayBehind,             // 15k[左右]: how pay is spoken of
  kRemainderInWord,       // 三千余[额]: 余 is no more
  kShuCountedBefore,      // [人]数: 数 is a noun
  kShuInWordBefore,       // [指]数
  kThousandUnitBehind,    // 千[瓦]
  kUpperBefore,           // 13%至[约]21%
  kCount,
};

class NumberWords {
 public:
  // Reads a table with the columns `class` and `word`; problems are added to `errors`, sound rows
  // are kept. A class without rows is a problem too.
  NumberWords(std::string file, std::string_view text, std::vector<TableError>& errors);
  // The table built into the program, read once. `errors` of it are those of the constructor.
  [[nodiscard]] static const NumberWords& Embedded();
  [[nodiscard]] const std::vector<TableError>& errors() const { return errors_; }

  // Whether a character is a word of the class.
  [[nodiscard]] bool Is(NumberWord word, char32_t c) const {
    return c != 0 && lists_[static_cast<size_t>(word)].characters.find(c) != std::u32string::npos;
  }
  // The length in bytes of the longest word of the class at byte `at`; 0 for none.
  [[nodiscard]] size_t At(NumberWord word, std::string_view text, size_t at) const;
  // Whether `text` is a word of the class.
  [[nodiscard]] bool Whole(NumberWord word, std::string_view text) const;

 private:
  struct List {
    std::u32string characters;
    std::vector<std::string> longer;  // the longest first
  };
  std::array<List, static_cast<size_t>(NumberWord::kCount)> lists_;
  std::vector<TableError> errors_;
};

}  // namespace hanfact::normalize
