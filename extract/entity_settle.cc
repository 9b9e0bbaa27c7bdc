// Which of the names found stand: the longest, joined where several make one.
#include <algorithm>

#include "extract/entity_steps.h"

namespace hanfact::extract {

std::vector<uint8_t> EntityFinder::Impl::KeepLongest(std::vector<Found>& all, size_t text_bytes,
                                                     std::vector<Found>& kept) {
  std::sort(all.begin(), all.end(), [](const Found& a, const Found& b) {
    return std::make_tuple(b.end - b.begin, b.priority, a.begin, a.entity) <
           std::make_tuple(a.end - a.begin, a.priority, b.begin, b.entity);
  });
  std::vector<uint8_t> taken(text_bytes + 1, 0);
  kept.clear();
  kept.reserve(all.size());
  for (Found& found : all) {
    bool free = true;
    for (uint32_t k = found.begin; k < found.end && free; ++k) free = !taken[k];
    if (!free) continue;
    std::fill(taken.begin() + found.begin, taken.begin() + found.end, 1);
    kept.push_back(std::move(found));
  }
  std::sort(kept.begin(), kept.end(),
            [](const Found& a, const Found& b) { return a.begin < b.begin; });
  return taken;
}

// Joins two names that touch into the first where they are one: 江苏南通, 北京联通, 花旗中国.
bool EntityFinder::Impl::Join(const Work& work, Found& left, const Found& right) const {
  auto country = [&](const Found& f) { return IsCountry(f); };
  auto body = [](const Found& f) {
    return f.type == EntityType::kOrg || f.type == EntityType::kMedia;
  };
  if (work.Text(right.begin, right.end).starts_with("《")) return false;  // 英国《每日电讯报》
  if (left.type == EntityType::kPlace && right.type == EntityType::kPlace) {
    if (country(right) && right.entity != left.entity) return false;  // 越南菲律宾 are two
    if (left.entity != kNone && right.entity != kNone) {
      const std::string_view a = lexicon.IdOf(left.entity);
      const std::string_view b = lexicon.IdOf(right.entity);
      if (IsDivision(a) && IsDivision(b) && !b.starts_with(a)) return false;  // 成都绵阳 are two
    }
    left.end = right.end;
    left.entity = right.entity;
    left.rule = right.rule;
    return true;
  }
  if (left.type == EntityType::kPlace && body(right)) {
    // A country before a known company changes nothing, a town makes it a branch.
    left.entity = country(left) ? right.entity : kNone;
    left.end = right.end;
    left.type = EntityType::kOrg;
    left.rule = right.rule;
    return true;
  }
  // 中央财经大学 and 中国银行业研究中心: a body recognised by its tail right behind another is its
  // part.
  if (body(left) && body(right) && right.entity == kNone && right.rule.table == RuleRef::kForms &&
      left.rule.table != kNone && right.end - left.begin <= kLongestBody) {
    left.end = right.end;
    left.entity = kNone;
    left.type = EntityType::kOrg;
    left.canonical = {};
    left.rule = right.rule;
    return true;
  }
  if (body(left) && left.entity != kNone && right.entity != kNone && !(left.rule == "ticker")) {
    if (body(right)) {
      // One in two scripts, or one told by its two names, are two mentions.
      if (left.entity == right.entity || IsHanText(work.Text(left.begin, left.end)) !=
                                             IsHanText(work.Text(right.begin, right.end))) {
        return false;
      }
      // 工行建行, two of a kind, stand side by side.
      const std::string_view kind = lexicon.Entity(left.entity).industry;
      if (!kind.empty() && kind == lexicon.Entity(right.entity).industry) return false;
      left.end = right.end;
      left.entity = kNone;
      left.type = EntityType::kOrg;
      return true;
    }
    if (right.type == EntityType::kPlace) {
      // 花旗中国也, and no 苹果中国市场.
      const size_t t = work.TokenAt(right.end);
      const bool ends =
          t >= work.tokens.size() || work.tokens[t].begin != right.end ||
          work.tokens[t].kind == SegmentToken::kPunctuation ||
          (work.tokens[t].Is(FormKind::kSpeech) && !work.tokens[t].Is(FormKind::kStopNot)) ||
          Speaks(work.text, right.end) ||
          forms.LongestStartingAt(FormKind::kTitle, work.text, right.end) != 0;
      if (!ends) return false;
      left.end = right.end;
      left.entity = kNone;
      left.type = EntityType::kOrg;
      return true;
    }
  }
  return false;
}

// Neighbouring places become one; then the longest of what overlaps.
void EntityFinder::Impl::Settle(Work& work) const {
  std::vector<Found> all = std::move(work.found);
  all.reserve(all.size() + work.names.size());
  for (const Found& name : work.names) all.push_back(name);
  KeepLongest(all, work.text.size(), work.found);
  std::vector<Found> merged;
  merged.reserve(work.found.size());
  for (Found& found : work.found) {
    if (merged.empty() || merged.back().end != found.begin || found.rule == "ticker" ||
        !Join(work, merged.back(), found)) {
      merged.push_back(std::move(found));
      continue;
    }
    // 上海南京东路: 南京 is no part of 上海, the road is.
    while (merged.size() > 1 && merged.back().type == EntityType::kPlace &&
           merged[merged.size() - 2].end == merged.back().begin &&
           Join(work, merged[merged.size() - 2], merged.back())) {
      merged.pop_back();
    }
  }
  work.found = std::move(merged);
}

// A place in brackets right behind a company names its branch there: 花旗银行(中国).
void EntityFinder::Impl::JoinBranches(Work& work) const {
  std::vector<Found> joined;
  joined.reserve(work.found.size());
  for (Found& found : work.found) {
    if (!joined.empty()) {
      Found& left = joined.back();
      if (found.type == EntityType::kPlace && found.entity != kNone && left.entity != kNone &&
          left.type == EntityType::kOrg && left.rule.table != kNone &&
          left.end + 1 == found.begin && work.text[left.end] == '(' &&
          found.end < work.text.size() && work.text[found.end] == ')') {
        left.end = found.end + 1;
        left.entity = kNone;
        continue;
      }
    }
    joined.push_back(std::move(found));
  }
  work.found = std::move(joined);
}

// Letters in brackets right behind a name are its other form: 深度求索(DeepSeek), 通用汽车(GM).
void EntityFinder::Impl::JoinBracketed(Work& work) const {
  const std::string_view text = work.text;
  std::vector<Found> more;
  for (size_t i = 0; i < work.found.size(); ++i) {
    Found& found = work.found[i];
    if (found.type == EntityType::kPlace || found.end + 2 >= text.size() ||
        text[found.end] != '(') {
      continue;
    }
    const uint32_t begin = found.end + 1;
    uint32_t end = begin;
    bool letters = false, sound = true;
    while (end < text.size() && text[end] != ')' && text[end] != '\n' && end - begin < 60 &&
           !(text.substr(end).starts_with("，"))) {
      const char32_t c = CodePointAt(text, end);
      letters = letters || IsAsciiLetter(c);
      if (IsHan(c) || c == ':' || c == ';' || c == '/') sound = false;
      end += CodePointLength(text[end]);
    }
    if (!letters || !sound || end >= text.size() || end - begin < 2 || end - begin >= 60) continue;
    if (text[begin] < 'A' || text[begin] > 'Z') continue;
    const std::string_view inside = work.Text(begin, end);
    if (forms.Find(FormKind::kNotName, inside) != nullptr) continue;
    // The name in brackets may be known itself; else it is who stands before.
    if (i + 1 < work.found.size() && work.found[i + 1].begin < end) {
      Found& other = work.found[i + 1];
      if (other.begin != begin || other.end != end) continue;
      if (found.entity == kNone && other.entity != kNone && found.type == other.type) {
        found.entity = other.entity;
      } else if (other.entity == kNone) {
        other.entity = found.entity;
        other.type = found.type;
        if (found.entity == kNone) {
          other.canonical =
              found.canonical.empty() ? work.Text(found.begin, found.end) : found.canonical;
        }
      }
      continue;
    }
    Found joined = found;
    joined.begin = begin;
    joined.end = end;
    joined.rule = "brackets";
    if (found.entity == kNone && found.canonical.empty()) {
      joined.canonical = work.Text(found.begin, found.end);
    }
    more.push_back(std::move(joined));
  }
  for (Found& found : more) work.found.push_back(std::move(found));
  std::sort(work.found.begin(), work.found.end(),
            [](const Found& a, const Found& b) { return a.begin < b.begin; });
}

}  // namespace hanfact::extract
