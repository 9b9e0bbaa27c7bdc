// Titles of works, models of makers, and teams called by their place.
#include <algorithm>

#include "extract/entity_steps.h"

namespace hanfact::extract {

// Works in title marks are products.
void EntityFinder::Impl::FindTitles(Work& work) const {
  constexpr std::string_view kOpen = "《", kClose = "》";
  const std::string_view text = work.text;
  for (size_t at = text.find(kOpen); at != std::string_view::npos; at = text.find(kOpen, at)) {
    const size_t from = at + kOpen.size();
    size_t end = from;
    uint32_t chars = 0;
    while (end < text.size() && chars <= 40 && text[end] != '\n' &&
           !text.substr(end).starts_with(kOpen) && !text.substr(end).starts_with(kClose)) {
      end += CodePointLength(text[end]);
      ++chars;
    }
    if (chars > 0 && end < text.size() && text.substr(end).starts_with(kClose)) {
      Found title{static_cast<uint32_t>(at),
                  static_cast<uint32_t>(end + kClose.size()),
                  EntityType::kProduct,
                  kNone,
                  text.substr(from, end - from),
                  "title marks",
                  1,
                  false};
      // 《华尔街日报》 is the outlet.
      for (const Found& name : work.names) {
        if (name.begin != from || name.end != end || name.type != EntityType::kMedia) continue;
        title.type = name.type;
        title.entity = name.entity;
        title.rule = name.rule;
      }
      work.found.push_back(std::move(title));
      at = end + kClose.size();
    } else {
      at = from;
    }
  }
}

// Whether a token in letters can be a name that is spelt as one: not an abbreviation (SaaS, AI) and
// no code.
static bool SpeltAsName(const SegmentToken& token, std::string_view word) {
  bool capital = false, small = false;
  for (const char c : word) {
    if (IsAsciiDigit(static_cast<unsigned char>(c))) return false;
    capital = capital || (c >= 'A' && c <= 'Z');
    small = small || (c >= 'a' && c <= 'z');
  }
  return token.kind == SegmentToken::kLatin && capital && small && word.size() > 2 &&
         !token.Is(FormKind::kNotName) && !token.Is(FormKind::kTitle);
}

// 芯片初创公司Rivos, 研究机构Jato Dynamics: what kind of body it is stands right before a name that
// no lexicon knows. 该公司 and 特斯拉公司 name theirs already; behind these stands a product.
void EntityFinder::Impl::FindNamedByKind(Work& work, size_t i) const {
  constexpr uint32_t kLongestKind = 15;  // bytes
  const std::string_view text = work.text;
  const auto& tokens = work.tokens;
  const uint32_t begin = tokens[i].begin;
  if (!SpeltAsName(tokens[i], work.Text(tokens[i])) || i == 0) return;
  const uint32_t kind = begin - (tokens[i - 1].end + 1 == begin && text[begin - 1] == ' ' ? 1 : 0);
  const uint32_t n = forms.LongestEndingAt(FormKind::kBodyKind, text,
                                           kind > kLongestKind ? kind - kLongestKind : 0, kind);
  if (n == 0) return;
  const NameForms::Form& form = *forms.Find(FormKind::kBodyKind, text.substr(kind - n, n));
  const size_t before = work.TokenAt(kind - n);
  const bool inside = before < tokens.size() && tokens[before].begin < kind - n;
  // 该公司, as one word
  if (inside && forms.LongestStartingAt(FormKind::kStop, text, tokens[before].begin) != 0) return;
  if (!inside && form.weight >= 2) {
    if (before == 0 || tokens[before - 1].end != kind - n) return;
    const SegmentToken& of = tokens[before - 1];
    const bool named = work.token_name[before - 1] != kNone &&
                       work.names[work.token_name[before - 1]].type != EntityType::kPlace;
    if (named || of.kind == SegmentToken::kPunctuation || of.kind == SegmentToken::kLatin ||
        of.Is(FormKind::kStop)) {
      return;
    }
  }
  size_t last = i;
  while (last + 1 < tokens.size() && last - i < 3 && work.token_name[last + 1] == kNone &&
         tokens[last + 1].kind == SegmentToken::kLatin &&
         tokens[last + 1].begin == tokens[last].end + 1 && text[tokens[last].end] == ' ' &&
         !tokens[last + 1].Is(FormKind::kTitle) && text[tokens[last + 1].begin] >= 'A' &&
         text[tokens[last + 1].begin] <= 'Z') {
    ++last;
  }
  work.found.push_back(
      {begin, tokens[last].end, EntityType::kOrg, kNone, "", RuleRef(form), 4, false});
}

// Where the name of the product at the token begins. A car is called by its brand and its own name
// (大众途锐); 英伟达 and H800 are two.
uint32_t EntityFinder::Impl::BeginWithMaker(const Work& work, size_t product) const {
  constexpr std::string_view kMaker = "maker:";
  const Found& name = work.names[work.token_name[product]];
  if (name.type != EntityType::kProduct || name.entity == kNone || product == 0 ||
      work.token_name[product - 1] == kNone) {
    return name.begin;
  }
  const Found& maker = work.names[work.token_name[product - 1]];
  const bool beside =
      maker.end == name.begin || (maker.end + 1 == name.begin && work.text[maker.end] == ' ');
  const std::string_view of = lexicon.Entity(name.entity).industry;
  constexpr std::string_view kCars = "汽车";
  return beside && maker.type == EntityType::kOrg && maker.entity != kNone &&
                 of.starts_with(kMaker) && of.substr(kMaker.size()) == lexicon.IdOf(maker.entity) &&
                 lexicon.Entity(maker.entity).industry.find(kCars) != std::string_view::npos
             ? maker.begin
             : name.begin;
}

// A maker and a model's code are one product: 英菲尼迪Q50.
void EntityFinder::Impl::FindModels(Work& work) const {
  const std::string_view text = work.text;
  const auto& tokens = work.tokens;
  for (size_t i = 0; i < tokens.size(); ++i) {
    if (tokens[i].kind == SegmentToken::kLatin && work.Text(tokens[i]) == "ETF") {
      // Funds are named by what they hold: 半导体ETF.
      uint32_t begin = tokens[i].begin;
      size_t k = i;
      for (int words = 0; k > 0 && words < 5; ++words) {
        const SegmentToken& p = tokens[k - 1];
        const bool blank = p.end + 1 == begin && text[p.end] == ' ';
        if ((p.end != begin && !blank) || p.kind == SegmentToken::kPunctuation ||
            (work.token_name[k - 1] == kNone &&
             (p.Is(FormKind::kStop) || p.Is(FormKind::kSpeech)))) {
          break;
        }
        begin = p.begin;
        --k;
      }
      if (begin < tokens[i].begin && CountCodePoints(work.Text(begin, tokens[i].begin)) >= 2) {
        work.found.push_back(
            {begin, tokens[i].end, EntityType::kProduct, kNone, "", "ETF", 6, false});
      }
      continue;
    }
    if (tokens[i].kind == SegmentToken::kLatin && work.Text(tokens[i]) == "ST" &&
        i + 1 < tokens.size() && tokens[i + 1].begin == tokens[i].end &&
        work.token_name[i + 1] == kNone) {
      // Listed companies under special treatment: ST and two to four characters.
      uint32_t end = tokens[i].end, chars = 0;
      for (size_t k = i + 1; k < tokens.size() && tokens[k].begin == end && chars < 2 &&
                             tokens[k].kind > SegmentToken::kLatin;
           ++k) {
        chars += CountCodePoints(work.Text(tokens[k]));
        end = tokens[k].end;
      }
      uint32_t begin = tokens[i].begin;
      if (begin > 0 && text[begin - 1] == '*') --begin;
      if (chars >= 2 && chars <= 4) {
        work.found.push_back({begin, end, EntityType::kOrg, kNone, "", "ST", 6, false});
      }
      continue;
    }
    if (work.token_name[i] == kNone) {
      if (tokens[i].kind == SegmentToken::kLatin) FindNamedByKind(work, i);
      continue;
    }
    const Found& maker = work.names[work.token_name[i]];
    if (maker.type != EntityType::kOrg && maker.type != EntityType::kProduct) continue;
    const uint32_t begin = BeginWithMaker(work, i);
    uint32_t end = maker.end;
    size_t k = i + 1;
    bool digits = false;
    int parts = 0;
    while (k < tokens.size() && parts < 4) {
      const SegmentToken& t = tokens[k];
      if (work.token_name[k] != kNone) {
        parts = 0;  // 英伟达 and H800 are two names
        break;
      }
      const bool blank = t.begin == end + 1 && text[end] == ' ';
      const bool hyphen = (parts > 0 || maker.type == EntityType::kProduct) &&
                          t.kind == SegmentToken::kPunctuation && t.begin == end &&
                          (text[t.begin] == '-' || text[t.begin] == '/');
      if (t.begin != end && !blank) break;
      if (hyphen && k + 1 < tokens.size() && tokens[k + 1].begin == t.end &&
          (tokens[k + 1].kind == SegmentToken::kLatin ||
           tokens[k + 1].kind == SegmentToken::kDigits)) {
        end = t.end;
        ++k;
        continue;
      }
      if (t.kind == SegmentToken::kLatin) {
        if (t.Is(FormKind::kTitle) || t.Is(FormKind::kNotName)) {
          break;
        }
        for (uint32_t b = t.begin; b < t.end; ++b) {
          digits = digits || IsAsciiDigit(static_cast<unsigned char>(text[b]));
        }
      } else if (t.kind == SegmentToken::kDigits) {
        // A number before a unit or year word is no model.
        const char32_t next = t.end < text.size() ? CodePointAt(text, t.end) : 0;
        // What is counted has a classifier in front of it: 麒麟990芯片 are not 990 of them.
        const std::string_view of = "的";  // 特斯拉Model 3的续航里程
        const bool model = t.end - t.begin <= 4 &&
                           (forms.LongestStartingAt(FormKind::kModelAfter, text, t.end) != 0 ||
                            (parts > 0 && text.substr(t.end).starts_with(of)));
        // Lumia1520, iPad mini2: digits that touch a product's name in letters, and count nothing.
        constexpr std::u32string_view kCounts =
            U"万千百亿余多部台款个件张套辆架元美港英寸年月日号倍成";
        const bool version = parts == 0 && maker.type == EntityType::kProduct &&
                             t.begin == maker.end && t.end - t.begin <= 4 &&
                             IsAsciiLetter(static_cast<unsigned char>(text[t.begin - 1])) &&
                             kCounts.find(next) == kCounts.npos;
        if (parts == 0 && !model && !version && t.end - t.begin != 3) break;
        if (IsHan(next) && !model && !version) break;
        if (next == '%' || next == '.' || next == ',' || next == '~' || IsAsciiLetter(next)) break;
        digits = true;
      } else {
        break;
      }
      end = t.end;
      ++parts;
      ++k;
    }
    // ThinkPad Helix, and 谷歌Nexus手机: what letters alone name is told by the product or the
    // noun.
    const bool named =
        parts > 0 && (digits || (text[end - 1] >= 'a' && maker.type == EntityType::kProduct) ||
                      forms.LongestStartingAt(FormKind::kModelAfter, text, end) != 0);
    // 酷睿i5处理器, 尼米兹号航母: what it is ends the name (weight 2).
    uint32_t whole = named ? end : maker.end;
    if (const uint32_t n = forms.LongestStartingAt(FormKind::kModelAfter, text, whole);
        n != 0 && (named || maker.type == EntityType::kProduct) &&
        forms.Find(FormKind::kModelAfter, text.substr(whole, n))->weight >= 2) {
      whole += n;
    }
    if (!named) {
      // 大众途锐
      if (begin < maker.begin || whole > maker.end) {
        Found longer = maker;
        longer.begin = begin;
        longer.end = whole;
        longer.priority = 6;
        work.found.push_back(longer);
      }
      continue;
    }
    work.found.push_back({begin, whole, EntityType::kProduct, kNone, "", maker.rule, 6, false});
    const std::string_view model = Trim(work.Text(maker.end, end));
    if (model.size() >= 2 && IsAsciiLetter(static_cast<unsigned char>(model[0]))) {
      work.models.emplace(std::string(model), std::string(work.Text(begin, end)));
    }
    i = k - 1;
  }
}

// Where a text is about matches, foreign towns and foreign names are teams.
void EntityFinder::Impl::TurnTeams(Work& work) const {
  const std::string_view text = work.text;
  uint32_t cues = 0;
  auto is_cue = [&](size_t t) {
    return t < work.tokens.size() && work.tokens[t].Is(FormKind::kSport);
  };
  for (size_t t = 0; t < work.tokens.size(); ++t) cues += is_cue(t);
  if (cues == 0) return;
  const bool short_text = text.size() < 450;  // where one cue stands for the whole text
  for (size_t t = 0; t < work.tokens.size(); ++t) {
    const SegmentToken& token = work.tokens[t];
    const bool name = work.token_name[t] != kNone;
    if (!name && token.kind != SegmentToken::kForeign) continue;
    const bool beside = is_cue(t + 1) || (t > 0 && is_cue(t - 1));
    // A coach, and who heads a ball, is a person.
    if (!name && ((t > 0 && work.tokens[t - 1].end == token.begin &&
                   work.tokens[t - 1].Is(FormKind::kTitle)) ||
                  (t + 1 < work.tokens.size() && work.tokens[t + 1].Is(FormKind::kSpeech)))) {
      continue;
    }
    if (name) {
      Found& found = work.names[work.token_name[t]];
      if (found.type != EntityType::kPlace || found.entity == kNone) continue;
      const EntityFacts facts = lexicon.Entity(found.entity);
      if (facts.home.empty() || facts.home == "CN" || facts.home == "TW" || facts.home == "HK") {
        continue;
      }
      if (!beside && !short_text) continue;
      // 意大利球星 and 意大利联赛 are the country's, 意大利主场 is the team's.
      if (IsCountry(found) && t + 1 < work.tokens.size() && is_cue(t + 1) &&
          work.tokens[t + 1].begin == token.end &&
          forms.Find(FormKind::kSport, work.Text(work.tokens[t + 1]))->weight >= 2) {
        continue;
      }
      if (forms.LongestEndingAt(FormKind::kPlaceLead, text, token.begin > 12 ? token.begin - 12 : 0,
                                token.begin) != 0) {
        continue;
      }
      found.type = EntityType::kOrg;
      found.entity = kNone;
      // 基辅迪纳摩: the town's team by its name.
      if (t + 1 < work.tokens.size() && work.tokens[t + 1].kind == SegmentToken::kForeign &&
          work.tokens[t + 1].begin == token.end) {
        work.found.push_back(
            {token.begin, work.tokens[t + 1].end, EntityType::kOrg, kNone, "", "sport", 4, false});
      }
    } else if (beside) {
      const uint32_t end = text.substr(token.end).starts_with("队") ? token.end + 3 : token.end;
      work.found.push_back({token.begin, end, EntityType::kOrg, kNone, "", "sport", 4, false});
    }
  }
}

}  // namespace hanfact::extract
