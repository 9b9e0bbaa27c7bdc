// Title, date, author and source of an article.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/document.h"
#include "base/period.h"
#include "ingest/html_clean.h"
#include "ingest/rules.h"

namespace hanfact::ingest {

// A date as it stands in a text.
struct Stamp {
  Date date;
  std::optional<int> second_of_day;
  std::optional<int> offset_minutes;
  bool two_digit_year = false;
  size_t begin = 0, end = 0;  // bytes of the text searched

  // "2025-02-27", or "2025-02-27T10:00:00+08:00"; +08:00 where the text gives no offset.
  [[nodiscard]] std::string ToIso() const;
};

// All dates with a year that a text names, in order: 2019-09-05, 2019/9/5 14:03, 2019年9月5日,
// 二〇一九年九月五日, 民國108年9月5日, 20190905, 201909051403, Mon Mar 01 10:52:32 HKT 2021,
// Mar 1, 2021, 18-03-08. Linear.
[[nodiscard]] std::vector<Stamp> FindStamps(std::string_view text);
// The first of them.
[[nodiscard]] std::optional<Stamp> FirstStamp(std::string_view text);

// The host of an address, without "www." and port, lower case; empty for what is none.
[[nodiscard]] std::string HostOf(std::string_view url);
// The date that stands in the path of an address.
[[nodiscard]] std::optional<Stamp> DateInUrl(std::string_view url);

// Fills what `document.meta` does not have yet from the page: JSON-LD, meta, address, text, in this
// order, and published_from with it. `document.text` is set already.
void FillFromHtml(const HtmlArticle& article, const Rules& rules, Document& document);

// One side of what bylines tell, joined: "甲、乙" for several authors.
struct BylineFacts {
  std::string author, source, original_title;
  int author_priority = 9, source_priority = 9;
};
// Adds what one line tells, where it is surer than what is there.
void AddBylines(std::string_view line, const Rules& rules, BylineFacts& facts);

// A date that a text gives without its year or month: a dateline (新华社北京9月5日电, 台北23日電),
// or 昨天 and 3小时前 in a byline. `anchor` is when the page was fetched, or the day to count from;
// the date is the last such day that is not after it.
[[nodiscard]] std::optional<Date> AnchoredDate(std::string_view line, Date anchor, bool byline);

// Region by site, place and vocabulary for what is known by now.
void FillRegion(const Rules& rules, Document& document);

}  // namespace hanfact::ingest
