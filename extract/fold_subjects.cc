// Who or what a number is about.
#include <algorithm>

#include "extract/fold.h"

namespace hanfact::extract {
using Class = TokenClass;

std::string_view GroupNumeral(std::string_view text) {
  for (std::string_view digit : {"二", "三", "四", "五", "六", "七", "八", "九", "十"}) {
    if (text.starts_with(digit)) return text.substr(0, 3);
  }
  return "";
}

Ref Fold::EntityRef(const Token& token) const {
  Ref ref;
  ref.text = token.mention->entity.canonical;
  ref.id = token.mention->entity.entity_id;
  ref.type = token.mention->entity.type;
  ref.span = token.span;
  ref.entity = true;
  ref.printed = Text(token.span);
  if (ref.type != EntityType::kOrg) return ref;
  // 甲公司董事会 is the company, where the lexicon knows it.
  if (ref.id.starts_with("x:") && nouns_.EndsWith("organ", ref.text)) {
    for (size_t n = 9; n <= 12 && n < ref.text.size(); n += 3) {
      Ref owner = NameRef(std::string_view(ref.text).substr(0, ref.text.size() - n));
      if (!owner.entity || !nouns_.Is("organ", ref.text.substr(ref.text.size() - n))) continue;
      owner.span = ref.span;
      owner.printed = ref.printed;
      return owner;
    }
  }
  // 甲公司H9: a name with a model behind it is the model's.
  size_t end = token.span.end;
  bool letter = false;
  bool digit = false;
  while (end < text_.size() && end - token.span.end < 16) {
    const auto c = static_cast<unsigned char>(text_[end]);
    if (!IsAsciiLetter(c) && !IsAsciiDigit(c) && !(end > token.span.end && c == '-')) break;
    letter = letter || IsAsciiLetter(c);
    digit = digit || IsAsciiDigit(c);
    ++end;
  }
  // 甲公司Q3: a part of the year is no model.
  const std::string_view tail = Text({token.span.end, static_cast<uint32_t>(end)});
  const bool quarter =
      tail.size() == 2 && Any(tail.substr(0, 1), {"Q", "H"}) && tail[1] >= '1' && tail[1] <= '4';
  if (letter && digit && !quarter &&
      IsAsciiLetter(static_cast<unsigned char>(text_[token.span.end]))) {
    ref.text += text_.substr(token.span.end, end - token.span.end);
    ref.id = UnknownEntityId(EntityType::kProduct, ref.text);
    ref.type = EntityType::kProduct;
    ref.span.end = static_cast<uint32_t>(end);
  }
  return ref;
}

// The province that a city, or the city that a county lies in, where the word speaks of one (全省,
// 全市), by the division codes that ids of places on the mainland end in; else the place itself.
Ref Fold::RegionAround(Ref place, std::string_view word) const {
  constexpr std::string_view kMainland = "place:cn-";
  constexpr size_t kProvince = 2, kCity = 4;  // digits
  const size_t digits = word.ends_with("省")   ? kProvince
                        : word.ends_with("市") ? kCity
                                               : std::string_view::npos;
  if (!place.id.starts_with(kMainland) || place.id.size() - kMainland.size() <= digits) {
    return place;
  }
  // A city under the central government has the province's code.
  std::string id = place.id.substr(0, kMainland.size() + digits);
  auto facts = tables_.entities->Lookup(id);
  if (!facts && digits == kCity) {
    id.resize(kMainland.size() + kProvince);
    facts = tables_.entities->Lookup(id);
  }
  if (facts) {
    place.text = facts->canonical;
    place.id = std::move(id);
  }
  return place;
}

Ref Fold::HereRef(const Token& token) const {
  const std::string_view word = token.cue->surface;
  Ref ref;
  ref.type = EntityType::kPlace;
  constexpr std::string_view kWorld = "全球";
  if (const std::string meant = nouns_.First("meant:" + token.cue->surface); !meant.empty()) {
    ref = PlaceRef(meant);
  } else if (word == kWorld) {
    ref.text = kWorld;
  } else if (nouns_.Is("homeland", word)) {
    // 某国…。全国7天内: the country spoken of.
    const bool country =
        subject_.entity && subject_.type == EntityType::kPlace && !IsLocal(subject_);
    ref = word != "我国" && country ? subject_ : HomeRef();
  } else {
    ref = RegionAround(LocalRef(), word);  // 全省, 本市
    if (ref.empty() && nouns_.EndsWith("townend", word)) {
      ref.text = word;  // which one, nothing says
      ref.named = true;
    }
  }
  ref.span = token.span;
  return ref;
}

// Whether 内地 or the like says of what kind the people behind it are: 内地旅客.
bool Fold::SaysWhatKind(const Token& token) const {
  return nouns_.StartsWith("folk", std::string_view(text_).substr(token.span.end)) &&
         !nouns_.Is("wholeland", token.cue->surface);
}

// 中国内地|旅客: the name says whence the people come.
bool Fold::IsMainland(const Token& token) const {
  const std::string_view name = Text(token.span);
  return token.token_class == Class::kPlace && (name.ends_with("内地") || name.ends_with("大陆")) &&
         nouns_.StartsWith("folk", std::string_view(text_).substr(token.span.end));
}

// What 公司 at the token means: the company whose officer speaks in the sentence, else who
// announces, else whom the number before is about, else the last company spoken of. Empty for none.
Ref Fold::CompanyRef(const Parts& p, int token) const {
  const auto& tokens = p.row.tokens;
  for (int t = 0; t < token; ++t) {
    if (tokens[t].token_class != Class::kTitle || p.paren[t] != 0) continue;
    if (nouns_.Is("watcher", tokens[t].cue->surface)) continue;
    if (t > 0 && tokens[t - 1].token_class == Class::kOrg &&
        tokens[t - 1].span.end == tokens[t].span.begin) {
      const Ref ref = EntityRef(tokens[t - 1]);
      if (!IsAgency(ref)) return ref;
    }
    for (const Ref& name : names_) {
      if (Text({p.span.begin, tokens[t].span.begin}).ends_with(name.text)) return name;
    }
  }
  // 该公司: the last one spoken of, whoever announced before.
  const Cue* word = tokens[token].cue;
  const bool that = word != nullptr && word->surface.starts_with("该");
  for (int t = token - 1; that && t >= 0; --t) {
    if (tokens[t].token_class != Class::kOrg || p.paren[t] != 0 || p.speaker[t] != 0 ||
        p.compared[t] != 0 || p.clause[t] == p.clause[token] || IsObject(p, t)) {
      continue;
    }
    Ref named = EntityRef(tokens[t]);
    if (!IsAgency(named) && !IsBroker(named) && !IsSort(named)) return named;
  }
  if (that && p.drafts.empty() && !firm_.empty()) {
    return firm_;
  }
  // 乙公司虽无预测，但表示公司产能…: whom an earlier clause of the sentence opens with.
  for (int t = 0; t < token && p.clause[t] < p.clause[token]; ++t) {
    if (tokens[t].token_class != Class::kOrg || p.paren[t] != 0 ||
        tokens[t].span.begin != p.clause_begin[static_cast<size_t>(p.clause[t])]) {
      continue;
    }
    Ref opens = EntityRef(tokens[t]);
    if (IsListed(opens) && !IsAgency(opens) && !IsBroker(opens)) return opens;
  }
  // 乙公司表示，公司上半年…: who speaks in the paragraph, whoever announced before.
  if (!speaker_.empty() && !speaker_.report && !speaker_.source &&
      speaker_.paragraph == paragraph_ && IsListed(speaker_.who) && !IsAgency(speaker_.who)) {
    return speaker_.who;
  }
  if (!company_.empty()) return company_;
  if (!p.drafts.empty()) {
    const Ref& last = p.drafts.back().subject;
    if (last.entity && last.type == EntityType::kOrg && !IsAgency(last)) return last;
  }
  const Ref owner = OwnerRef();
  return owner.empty() ? lone_firm_ : owner;
}

// Keeps a name that no lexicon knows for the rest of the document.
void Fold::NoteName(const Ref& ref) {
  constexpr size_t kMostNames = 16;
  if (!ref.named || ref.text.find("、") != std::string::npos || ref.text.size() > 30) return;
  const auto same = [&](const Ref& other) {
    return other.text == ref.text && other.printed == ref.printed;
  };
  if (names_.size() < kMostNames && std::none_of(names_.begin(), names_.end(), same)) {
    names_.push_back(ref);
    names_.back().span = {};
  }
}

// The first such name in a part of the text, or a model called by its front (甲公司 and 甲H9);
// empty for none, and behind a word that makes it an object.
Ref Fold::KnownHere(const Parts& p, uint32_t begin, uint32_t end) const {
  Ref best;
  const std::string_view text = Text({begin, end});
  for (const Ref& name : names_) {
    const std::string& words = name.printed.empty() ? name.text : name.printed;
    const size_t at = text.find(words);
    if (at == std::string_view::npos) continue;
    const auto from = begin + static_cast<uint32_t>(at);
    if (!best.empty() && best.span.begin <= from) continue;
    bool object = false;
    for (const Token& token : p.row.tokens) {
      if (token.outer.end == from) {
        object = token.token_class == Class::kPrep || token.token_class == Class::kCompare ||
                 token.token_class == Class::kSource || IsQuantity(token.token_class) ||
                 (token.cue != nullptr && nouns_.Is("deed", token.cue->value));
      }
    }
    if (object) continue;
    best = name;
    best.span = {from, from + static_cast<uint32_t>(words.size())};
  }
  return best;
}

// Whose measures a sentence without a name gives: who announces, else the last company spoken of,
// else the title's. Empty for none.
Ref Fold::OwnerRef() const {
  if (!company_.empty()) return company_;
  if (!firm_.empty()) return firm_;
  if (headline_.entity && headline_.type == EntityType::kOrg && !IsAgency(headline_)) {
    return headline_;
  }
  return {};
}

// Of whom the sentences before spoke, where that is nobody who speaks of others; else OwnerRef.
Ref Fold::FirmSpokenOf() const {
  return !subject_.empty() && !IsAgency(subject_) ? subject_ : OwnerRef();
}

// The entity of a place's name. The few that a document asks for are looked up once.
Ref Fold::PlaceRef(std::string_view name) const {
  Ref ref = NameRef(name);
  if (ref.entity && ref.type != EntityType::kPlace) {
    ref = {};  // 财政部 is no place
    ref.text = name;
  }
  ref.type = EntityType::kPlace;
  return ref;
}

// Somebody by words that no lexicon knows; empty where they name nobody.
Ref Fold::RefOfWords(MatchSpan words) const {
  Ref ref;
  ref.text = CleanPhrase(Text(words));
  ref.span = words;
  ref.named = true;
  const bool name = CountCodePoints(ref.text) >= 2 && !nouns_.Is("generic", ref.text) &&
                    !nouns_.EndsWith("measure", ref.text);
  return name ? ref : Ref();
}

// What the lexicon knows by a name; the words alone where it does not.
Ref Fold::NameRef(std::string_view name) const {
  if (const auto known = by_name_.find(name); known != by_name_.end()) return known->second;
  Ref& ref = by_name_[std::string(name)];
  if (name.empty()) return ref;
  ref.text = name;
  // Most phrases hold no name; to find that out in full takes a hundred times as long.
  if (!tables_.entities->MayKnow(name)) return ref;
  std::vector<Mention> found;
  tables_.entities->Find(name, document_.meta.region, "", found);
  if (found.size() == 1 && found[0].span.size() == name.size() && found[0].entity.known) {
    ref.text = found[0].entity.canonical;
    ref.id = found[0].entity.entity_id;
    ref.type = found[0].entity.type;
    ref.entity = true;
  }
  return ref;
}

// The country that an office's name opens with: 德国 for 德国联邦统计局. Empty for none.
Ref Fold::CountryOf(std::string_view office) const {
  constexpr int kLongestPlace = 6;  // characters
  size_t end = 0;
  for (int n = 0; n < kLongestPlace && end < office.size(); ++n) {
    end += CodePointLength(office[end]);
    if (n == 0) continue;
    Ref place = PlaceRef(office.substr(0, end));
    if (place.entity && place.type == EntityType::kPlace && !IsLocal(place)) return place;
  }
  return {};
}

// The province or city that an office is of: 海南 for 海南省统计局. Empty for none.
Ref Fold::LocalOf(std::string_view office) const {
  constexpr int kLongestPlace = 6;  // characters
  Ref longest;
  size_t end = 0;
  for (int n = 0; n < kLongestPlace && end < office.size(); ++n) {
    end += CodePointLength(office[end]);
    if (n == 0) continue;
    Ref place = PlaceRef(office.substr(0, end));
    if (place.entity && IsLocal(place)) longest = std::move(place);
  }
  return longest;
}

// The province or city whose office speaks, else the last one spoken of. Empty for none.
Ref Fold::LocalRef() const {
  if (!speaker_.empty() && IsAgency(speaker_.who)) {
    Ref place = LocalOf(speaker_.who.text);
    if (!place.empty()) return place;
  }
  for (; !offices_.empty(); offices_.pop_back()) {
    Ref place = LocalOf(offices_.back());
    if (place.empty()) continue;
    region_ = std::move(place);
    region_.span = {};
    offices_.clear();
    break;
  }
  return region_;
}

// Whether a place is a part of a country.
bool Fold::IsLocal(const Ref& place) {
  return place.id.starts_with("place:") && place.id.find('-') != std::string::npos;
}

// Whether a trade is told of by itself where that was spoken of: the country's own offices do so;
// the trades of a city are the city's, and abroad the country has to be said.
bool Fold::TellsTrades(const Ref& context) const {
  if (!context.entity) return true;
  std::string_view home = document_.meta.region;
  if (home.empty() && document_.script == Script::kHans) home = "CN";
  return Any(home, {"CN", "TW"}) &&
         context.id == PlaceRef(nouns_.First("home:" + std::string(home))).id;
}

// The country or city the document speaks of, for measures of an economy.
Ref Fold::HomeRef() const {
  Ref ref;
  ref.type = EntityType::kPlace;
  if (speaker_.sentence == index_ && IsAgency(speaker_.who)) {
    Ref local = LocalOf(speaker_.who.text);
    if (!local.empty()) return local;
  }
  // 全市生产总值…。农业产值…: of the same city.
  if (!local_.empty() && (speaker_.sentence != index_ || !IsAgency(speaker_.who))) return local_;
  std::string home;
  if (!speaker_.empty() && !speaker_.who.id.empty()) {
    const auto facts = tables_.entities->Lookup(speaker_.who.id);
    if (facts && IsAgency(speaker_.who)) home = facts->home;
    // 国际能源署预计，用电量…: of no one country.
    constexpr std::string_view kBetweenCountries = "国际组织", kWorld = "全球";
    if (facts && facts->industry == kBetweenCountries) {
      ref.text = kWorld;
      return ref;
    }
  }
  // 乙国某局公布: of the country that its name opens with.
  if (home.empty() && !speaker_.empty() && IsAgency(speaker_.who)) {
    Ref country = CountryOf(speaker_.who.text);
    if (!country.empty()) return country;
  }
  if (home.empty()) home = document_.meta.region;
  if (home.empty() && document_.script == Script::kHans) home = "CN";
  return PlaceRef(nouns_.First("home:" + home));
}

// Whether the words are the name of a trade: 汽车制造业.
bool Fold::IsBranch(std::string_view words) const {
  constexpr size_t kShortest = 9;
  return words.size() >= kShortest && nouns_.EndsWith("tradename", words) &&
         !nouns_.EndsWith("notrade", words);
}

// The words a clause opens with, where they stand for somebody: by their ending (外资, 台指期), or
// in front of a date and a measure (甲公司9月营收). They end before byte `before`. Empty for none.
Ref Fold::OpeningRef(const Parts& p, int clause, uint32_t before) const {
  const auto& tokens = p.row.tokens;
  constexpr uint32_t kLongestName = 24;
  uint32_t from = p.clause_begin[static_cast<size_t>(clause)];
  uint32_t to = ClauseEnd(p, clause);
  bool dated = false;
  bool acts = false;  // 甲公司拟投资: one that plans is somebody
  bool says = false;
  bool spent = false;  // a number follows at once
  bool known = false;  // a name of the lexicon is among the words
  bool measure = false;  // the words end in a known measure
  MatchSpan last_measure;
  bool route = false;  // 甲地到乙地运价
  const bool firm = !company_.empty() || (subject_.entity && subject_.type == EntityType::kOrg);
  for (size_t t = 0; t < tokens.size(); ++t) {
    if (p.clause[t] != clause) continue;
    if (firm && tokens[t].span.begin < before && MovesMeasure(p, static_cast<int>(t))) return {};
  }
  for (size_t t = 0; t < tokens.size(); ++t) {
    if (p.clause[t] != clause) continue;
    const Class c = tokens[t].token_class;
    if (IsRoute(p, static_cast<int>(t))) {
      route = true;
      continue;
    }
    const bool date = IsPeriod(c) && !IsContract(tokens[t]);
    if (tokens[t].span.begin == from &&
        (date || c == Class::kConj || c == Class::kPart || c == Class::kAdverb)) {
      from = tokens[t].outer.end;
      if (date && StandsAt(text_, from, "末")) from += 3;
      continue;
    }
    if (InPhrase(c) || (IsPeriod(c) && !date)) {
      known = known || (IsEntity(c) && !IsDoubtful(tokens[t]));
      measure = c == Class::kMetric;
      if (measure) last_measure = tokens[t].span;
      continue;
    }
    // 甲公司、乙公司和丙公司2月合计: a list of names.
    if (c == Class::kPrep && tokens[t].span.begin > from + 3 &&
        nouns_.Is("joins", tokens[t].cue->surface) &&
        (t + 1 >= tokens.size() || tokens[t + 1].outer.begin > tokens[t].span.end)) {
      continue;
    }
    to = std::min(to, tokens[t].outer.begin);
    if (c == Class::kVague && to <= from + 6) to = from;  // 美股盘前 is a time
    acts = tokens[t].outer.begin == to && (c == Class::kPlan || c == Class::kNegation) &&
           tokens[t].cue->surface != "目标";
    // 某某以21亿元竞得: one that does something with so much.
    acts = acts || (tokens[t].outer.begin == to && (c == Class::kPrep || c == Class::kConj) &&
                    tokens[t].cue->surface == "以" && t + 1 < tokens.size() &&
                    IsQuantity(tokens[t + 1].token_class) &&
                    tokens[t + 1].outer.begin == tokens[t].outer.end);
    says = tokens[t].outer.begin == to && c == Class::kSpeech;
    if (IsQuantity(c) && tokens[t].outer.begin == to) spent = true;
    // 甲2月的营收, but not 这些产品去年的销量
    const bool named = !nouns_.StartsWith("unnamed", Text({from, to}));
    const uint32_t of = date && named && StandsAt(text_, tokens[t].outer.end, "的") ? 3 : 0;
    // 甲产品第一季度的|总体|销量
    uint32_t behind = tokens[t].outer.end + of;
    size_t next = t + 1;
    if (next < tokens.size() && tokens[next].cue != nullptr &&
        nouns_.Is("whole", tokens[next].cue->surface) && tokens[next].span.begin == behind) {
      behind = tokens[next++].span.end;
    }
    dated = date && next < tokens.size() && tokens[next].outer.begin == behind &&
            (tokens[next].token_class == Class::kMetric ||
             (of == 0 && IsPredicate(tokens[next].token_class)));
    break;
  }
  Ref ref;
  // 北水首日回归，…: who buys and sells, whatever the clause goes on with.
  const bool player = nouns_.StartsWith("player", Text({from, p.span.end}));
  for (size_t n : {15, 12, 9, 6, 4}) {  // A股 is four bytes
    if (!player) break;
    const std::string_view word = Text({from, std::min(p.span.end, from + static_cast<uint32_t>(n))});
    if (from + n > before || !nouns_.Is("player", word)) continue;
    // A股上市公司: the companies, not who trades in them.
    const std::string_view rest = Text({from + static_cast<uint32_t>(n), p.span.end});
    if (nouns_.StartsWith("traders", rest)) continue;
    ref.text = word;
    ref.span = {from, from + static_cast<uint32_t>(n)};
    return ref;
  }
  // 甲公司旗下|乙集团: the part of the one in front.
  for (const Token& token : tokens) {
    if (token.span.begin != from || token.token_class != Class::kOrg) continue;
    const size_t kin = nouns_.LongestStart("kin", Text({token.span.end, to}));
    if (kin != 0 && token.span.end + kin + 6 <= to) {
      from = token.span.end + static_cast<uint32_t>(kin);
    }
  }
  // 截至|发稿: a time.
  if (nouns_.StartsWith("until", Text({from, to}))) return ref;
  if (from >= to || to >= before) return ref;
  if (measure && last_measure.end == to) {
    // 离岸人民币兑美元报…: what is measured stands in front.
    to = last_measure.begin;
    dated = acts = says = false;
    if (from >= to) return ref;  // the measure is all there is, or opened before
    for (const Token& token : tokens) {
      // 全球甲类市场规模: the market whose size it is.
      if (token.span == last_measure && token.cue->value == "market_size" && to >= from + 6) {
        ref.text = CleanPhrase(Text({from, to}));
        if (!ref.text.ends_with("市场")) ref.text += "市场";
        ref.span = {from, to};
        return ref;
      }
      // 全球甲类设备出货金额|持续攀升，: the goods of which that is told.
      if (token.span == last_measure && !firm && to - from <= kLongestName + 12 &&
          Any(token.cue->value, {"sales_volume", "production", "shipments", "shipments_value"})) {
        ref.text = CleanPhrase(Text({from, to}));
        ref.span = {from, to};
        if (CountCodePoints(ref.text) < 2 || nouns_.Is("generic", ref.text)) ref = {};
        return ref;
      }
    }
  }
  if (const size_t bracket = Text({from, to}).find('('); bracket != std::string_view::npos) {
    to = from + static_cast<uint32_t>(bracket);
  }
  for (const Token& token : tokens) {
    if (token.token_class == Class::kMetric && token.span.end == to) return ref;
  }
  if (from >= to) return ref;
  // How many names the words list, were they names.
  uint32_t names = 1;
  for (uint32_t at = from; at < to; at += CodePointLength(text_[at])) {
    if (CodePointAt(text_, at) == U'、') ++names;
  }
  if (names > 1) ++names;
  if (to - from > (names > 1 ? kLongestName * names : 45u)) return ref;
  // 甲行业、乙行业|紧随其后，规模均超…: whom the clause says that of.
  const std::string_view whole = Text({from, to});
  const size_t outcome = nouns_.LongestEnd("outcome", whole);
  if (outcome != 0 && outcome < whole.size()) {
    to -= static_cast<uint32_t>(outcome);
    // 今年获利|表现亮眼: of a measure.
    const auto ends = [&](const Token& token) {
      return token.token_class == Class::kMetric && token.span.end == to;
    };
    if (nouns_.EndsWith("measure", Text({from, to})) ||
        std::any_of(tokens.begin(), tokens.end(), ends)) {
      return ref;
    }
    acts = true;
  }
  // 甲项目|位于某镇，占地8亩: of what it is told where it is.
  for (uint32_t at = from + 6; outcome == 0 && at < to; at += CodePointLength(text_[at])) {
    if (!nouns_.StartsWith("located", Text({at, p.span.end}))) continue;
    to = at;
    acts = true;
    break;
  }
  std::string text = CleanPhrase(Text({from, to}));
  if (text == "公司" || nouns_.Is("limb", text)) return OwnerRef();  // which part, nothing says
  if (CountCodePoints(text) < 2 || nouns_.Is("generic", text)) return ref;
  // 汽车制造业完成营业收入: a trade of its own.
  constexpr size_t kShortestTrade = 9;
  const bool branch = !firm && IsBranch(text) && text.find("、") == std::string::npos &&
                      (text.size() > kShortestTrade || document_.script == Script::kHans);
  const bool agent = branch || nouns_.EndsWith("agent", text);
  // 数据中心业务部门第二季度营收: of the company spoken of (PartOf).
  if (firm && dated && nouns_.EndsWith("segment", text)) return ref;
  if (nouns_.EndsWith("measure", text) && !agent) return ref;
  if (spent && nouns_.Is("currency", text)) return ref;
  const bool company =
      text.size() <= 18 && company_.empty() && !subject_.entity && nouns_.EndsWith("company", text);
  const bool speaks = says && !known && nouns_.EndsWith("company", text);
  // 某某破万店: 某某以…, what the title opens with, where it names nobody known.
  const bool titled = text.size() <= 18 && title_.starts_with(text) && !known && !firm &&
                      headline_.empty() && subject_.empty() && !nouns_.EndsWith("crowd", text);
  if (!agent && !company && !speaks && !route && !titled &&
      !((dated || acts) && text.size() <= size_t{kLongestName} * names)) {
    return ref;
  }
  // 恒生 where the article speaks of 恒生银行.
  for (const Ref* full : {&company_, &firm_, &subject_, &headline_}) {
    if (full->entity && full->type == EntityType::kOrg && !IsAgency(*full) &&
        !full->id.starts_with("x:") && full->text.size() > text.size() &&
        full->text.starts_with(text)) {
      ref = *full;
      ref.span = {from, to};
      return ref;
    }
  }
  // 某某集团公布业绩: a name that the lexicon has, however it ends.
  for (const Token& token : tokens) {
    if (IsEntity(token.token_class) && token.span.begin == from && token.span.end == to) {
      Ref named = EntityRef(token);
      if (says && IsAgency(named) && !HasMarket(named)) return {};  // 甲地产统计，: of others
      return named;
    }
  }
  ref.text = std::move(text);
  ref.span = {from, to};
  ref.named = dated || acts || company || speaks || titled;
  return ref;
}

// The subject of the clauses and sentences before, where the own clause names none.
Ref Fold::ContextSubject(const Parts& p, const Draft& d, bool corporate) const {
  const auto& tokens = p.row.tokens;
  const Draft* last = LastDraft(p, d.token);
  // 华为出货量为A，高于微软的B，份额为C: of the first again.
  while (last != nullptr && last->relative && last != p.drafts.data()) --last;
  const bool firm = !company_.empty() ||
                    (subject_.entity && subject_.type == EntityType::kOrg && !IsAgency(subject_));
  const auto usable = [&](int t) {
    const Class c = tokens[t].token_class;
    if (!IsEntity(c) || p.compared[t] != 0 || IsObject(p, t)) return false;
    if (IsDoubtful(tokens[t]) || IsMainland(tokens[t])) return false;
    // 卫健委某司|司长|某人表示，…: who speaks is not what it is of.
    const auto next = static_cast<size_t>(t) + 1;
    if (c == Class::kOrg && next < tokens.size() && tokens[next].span.begin == tokens[t].span.end &&
        (tokens[next].token_class == Class::kTitle || tokens[next].token_class == Class::kPerson) &&
        IsAgency(EntityRef(tokens[t]))) {
      return false;
    }
    // 《人工智能发展报告》: where it is told.
    std::string_view title = Text(tokens[t].span);
    if (title.ends_with("》")) title.remove_suffix(std::string_view("》").size());
    if (title.starts_with("《") ||
        (tokens[t].span.begin > 0 && CodePointBefore(text_, tokens[t].span.begin) == U'《')) {
      if (nouns_.EndsWith("document", title)) return false;
    }
    // 收到国家药监局的证书，累计研发投入…: no office has such a measure.
    if (corporate && c == Class::kOrg) {
      const Ref office = EntityRef(tokens[t]);
      if (IsAgency(office) && (firm || !HasMarket(office))) return false;
    }
    // “甲”是一部…, but not “甲公司领先，净利润…”, which is what somebody says.
    constexpr std::string_view kQuote = "“";
    if (EndsAt(text_, tokens[t].span.begin, kQuote) &&
        (tokens[t].span.begin != p.span.begin + kQuote.size() ||
         StandsAt(text_, tokens[t].span.end, "”"))) {
      return false;
    }
    // 创下某国历史上…: what follows a verb is no topic, nor is a place that the words lead up to.
    uint32_t plain = 0;
    uint32_t at = p.clause_begin[static_cast<size_t>(p.clause[t])];
    for (int u = std::max(0, t - kReach); u < t; ++u) {
      if (p.clause[u] != p.clause[t] || p.paren[u] != 0) continue;
      const Class b = tokens[u].token_class;
      if (b == Class::kLevel || b == Class::kTo || b == Class::kUp || b == Class::kDown ||
          b == Class::kShare) {
        return false;
      }
      if (tokens[u].outer.begin > at) plain += tokens[u].outer.begin - at;
      at = std::max(at, tokens[u].outer.end);
    }
    if (tokens[t].span.begin > at) plain += tokens[t].span.begin - at;
    if (plain > (c == Class::kPlace ? 9u : 24u)) return false;
    // 《甲游戏》|收入增幅最大: whose measure it is.
    const bool measured = c == Class::kProduct && next < tokens.size() &&
                          tokens[next].token_class == Class::kMetric &&
                          tokens[next].span.begin == tokens[t].span.end;
    return !(corporate && firm && !measured &&
             (c == Class::kPlace || c == Class::kPerson || c == Class::kProduct));
  };
  if (part_sentence_ == index_ && corporate && last == nullptr) return company_;
  // What a clause since the last number opens with.
  for (int clause = d.clause - 1; clause >= std::max(0, d.clause - 8); --clause) {
    if (last != nullptr && clause < last->clause) break;
    // 撇除出售甲银行股权之收益，…: what is left out is not what the rest is about.
    if (nouns_.StartsWith(
            "leftout", Text({p.clause_begin[static_cast<size_t>(clause)], ClauseEnd(p, clause)}))) {
      continue;
    }
    // 日本市场表现强劲，受甲公司新机带动，出货量增长15%: nor is what moved it.
    const std::string_view words =
        Text({p.clause_begin[static_cast<size_t>(clause)], ClauseEnd(p, clause)});
    // 甲公司受惠需求，带动乙公司新品出货，营收…: nor what that moved.
    if (clause > 0 && (last == nullptr || clause - 1 >= last->clause) &&
        (nouns_.StartsWith("cause", words) || nouns_.StartsWith("effect", words) ||
         nouns_.EndsWith("effect", words))) {
      continue;
    }
    Ref placed = PlacedRef(p, clause);
    if (!placed.empty()) return placed;
    // 个人电脑市场方面，出货量…: another market than whom the clause before was about.
    if (clause == d.clause - 1 && (last == nullptr || last->clause < clause)) {
      if (std::string topic = TopicBefore(p, d); nouns_.EndsWith("market", topic)) {
        placed.text = std::move(topic);
        placed.span = {p.clause_begin[static_cast<size_t>(clause)], ClauseEnd(p, clause)};
        return placed;
      }
    }
    // 净流出最多的个股是甲公司，金额为…: whom the clause before ends with.
    const auto ends = [&](const Token& t) {
      return t.token_class == Class::kOrg && t.span.end == ClauseEnd(p, clause) &&
             nouns_.Is("isword", Text({t.span.begin - 3, t.span.begin})) &&
             t.span.begin > p.span.begin + 3;
    };
    const auto named = std::find_if(tokens.begin(), tokens.begin() + d.token, ends);
    if (named != tokens.begin() + d.token && !IsAgency(EntityRef(*named))) return EntityRef(*named);
    for (int t = std::max(0, d.token - kReach); t < d.token; ++t) {
      if (p.clause[t] != clause || p.paren[t] != 0 || (last != nullptr && t <= last->token))
        continue;
      if (KinBehind(p, t) >= 0) continue;
      if (tokens[t].token_class == Class::kPronoun && tokens[t].cue->value == "company") {
        const Ref company = CompanyRef(p, t);
        if (!company.empty()) return company;
      }
      if (p.speaker[t] == 0 && usable(t)) return RunRef(p, t);
    }
    if (last == nullptr || clause > last->clause) {
      const size_t next = static_cast<size_t>(clause) + 1;
      Ref known = KnownHere(p, p.clause_begin[static_cast<size_t>(clause)],
                            next < p.clause_begin.size() ? p.clause_begin[next] : p.span.end);
      if (!known.empty()) return known;
      const Ref opening = OpeningRef(p, clause, UINT32_MAX);
      if (!opening.empty()) return opening;
    }
  }
  const auto of_firm = [&](const Draft& o) {
    return o.subject.entity && o.subject.type == EntityType::kOrg && !IsAgency(o.subject);
  };
  // A company's measure behind the price of a thing or a currency is the company's again.
  const auto owned = [&](const Ref& ref, std::string_view metric_id) {
    const bool somebody = ref.entity && (ref.type == EntityType::kOrg ||
                                         ref.type == EntityType::kProduct);
    const bool known =
        !OwnerRef().empty() || std::any_of(p.drafts.begin(), p.drafts.end(), of_firm);
    const bool place = ref.entity && ref.type == EntityType::kPlace;
    return !corporate || somebody || (nouns_.Is("corporate", metric_id) && !place) || !known;
  };
  // 甲公司遭外资卖超9千张，下跌2%: of the one that the clause before is about.
  if (last != nullptr && !last->sufferer.empty()) return last->sufferer;
  if (last != nullptr && !last->subject.empty()) {
    if (owned(last->subject, last->metric.id)) return last->subject;
    // 营收…，以美元兑新台币汇率…，新台币营收…
    const auto firm_before = std::find_if(p.drafts.rbegin(), p.drafts.rend(), of_firm);
    return firm_before == p.drafts.rend() ? OwnerRef() : firm_before->subject;
  }
  // 甲公司预计下一季度营收: a company that speaks of its own.
  // An exchange that is listed speaks of its own results too.
  if (corporate && speaker_.sentence == index_ && speaker_.who.entity &&
      speaker_.who.type == EntityType::kOrg && (HasMarket(speaker_.who) || !IsAgency(speaker_.who))) {
    return speaker_.who;
  }
  if (!subject_.empty() && owned(subject_, subject_metric_)) return subject_;
  if (!OwnerRef().empty()) return OwnerRef();
  if (!headline_.empty() && !IsAgency(headline_)) return headline_;
  // An exchange that is listed has results of its own.
  if (!speaker_.empty() && speaker_.who.entity && speaker_.who.type == EntityType::kOrg &&
      (!IsAgency(speaker_.who) || (corporate && HasMarket(speaker_.who)))) {
    return speaker_.who;
  }
  // 中国某协会: figures of its country.
  if (speaker_.who.id.starts_with("gov:") ||
      (speaker_.who.text.starts_with("中国") && IsAgency(speaker_.who))) {
    Ref home = HomeRef();
    if (!home.text.empty()) return home;
  }
  return {};
}

// 领涨的是|煤炭板块，其次是|甲公司，: who a clause says has that place among others. Empty for none.
Ref Fold::PlacedRef(const Parts& p, int clause) const {
  constexpr size_t kLongest = 45;
  const MatchSpan whole{p.clause_begin[static_cast<size_t>(clause)], ClauseEnd(p, clause)};
  const std::string_view text = Text(whole);
  size_t is = text.rfind("是");
  if (is == std::string_view::npos) is = text.rfind("为");
  if (is == std::string_view::npos || is == 0) return {};
  const MatchSpan who{whole.begin + static_cast<uint32_t>(is + 3), whole.end};
  // 最大的客户是甲公司，销售占比…: of whose customer it is.
  const bool partner = nouns_.EndsWith("counterpart", text.substr(0, is));
  if (who.size() < 6 || who.size() > kLongest || partner ||
      !nouns_.Within("ranked", text.substr(0, is))) {
    return {};
  }
  for (size_t t = 0; t < p.row.tokens.size(); ++t) {
    const Token& token = p.row.tokens[t];
    if (token.outer.end <= who.begin || token.outer.begin >= who.end) continue;
    if (IsQuantity(token.token_class) || IsPeriod(token.token_class)) return {};
    if (token.span.begin == who.begin && IsEntity(token.token_class)) {
      Ref named = RunRef(p, static_cast<int>(t));
      if (named.span.end == who.end) return named;
    }
  }
  return RefOfWords(who);
}

// The number that the parts behind the last 其中 before the draft are parts of, nullptr for none.
const Draft* Fold::HeadOfParts(const Parts& p, const Draft& d) {
  const auto& tokens = p.row.tokens;
  int part = d.token - 1;
  while (part >= 0 && !(tokens[part].token_class == Class::kPart && p.paren[part] == 0 &&
                        tokens[part].cue->surface == "其中")) {
    --part;
  }
  const Draft* head = nullptr;
  for (const Draft& o : p.drafts) {
    if (o.token < part) head = &o;
  }
  return head;
}

// 公司|控股股东|乙集团, 甲公司|子公司|丙公司: the token that names the holder or part of the
// company at `token`, -1 for none.
int Fold::KinBehind(const Parts& p, int token) const {
  const auto& tokens = p.row.tokens;
  const uint32_t from = tokens[token].span.end;
  const size_t kin = nouns_.LongestStart("kin", Text({from, p.span.end}));
  if (kin == 0) return -1;
  for (size_t t = static_cast<size_t>(token) + 1; t < tokens.size(); ++t) {
    if (tokens[t].span.begin < from + kin) continue;
    const bool named =
        tokens[t].span.begin == from + kin &&
        (tokens[t].token_class == Class::kOrg || tokens[t].token_class == Class::kPerson);
    return named && p.clause[t] == p.clause[token] ? static_cast<int>(t) : -1;
  }
  return -1;
}

// 子公司|乙公司, 控股子公司|某某能源公司: the company that the words at `from` call somebody's part
// or holder, known or by the way it is called. Empty for none.
Ref Fold::KinAt(const Parts& p, uint32_t from) const {
  constexpr uint32_t kLongest = 45;
  const size_t kin = nouns_.LongestStart("kin", Text({from, p.span.end}));
  if (kin == 0) return {};
  const uint32_t begin = from + static_cast<uint32_t>(kin);
  for (const Ref& name : names_) {
    if (StandsAt(text_, begin, name.printed.empty() ? name.text : name.printed)) return name;
  }
  uint32_t end = std::min(p.span.end, begin + kLongest);
  bool dated = false;
  for (const Token& token : p.row.tokens) {
    if (token.span.begin == begin && token.token_class == Class::kOrg) return EntityRef(token);
    const Class c = token.token_class;
    const bool inside = InPhrase(c) ? c != Class::kMetric : c == Class::kPronoun;
    if (token.outer.begin < begin || inside || token.outer.begin >= end) continue;
    end = token.outer.begin;
    dated = IsPeriod(c);
  }
  for (uint32_t at = begin; at < end; at += CodePointLength(text_[at])) {
    if (IsCut(CodePointAt(text_, at))) end = at;
  }
  Ref ref;
  if (end < begin + 6 || StandsAt(text_, begin, "的")) return ref;
  const std::string_view words = Text({begin, end});
  constexpr size_t kShortName = 18;
  const bool name = dated && words.size() <= kShortName && !nouns_.EndsWith("segment", words) &&
                    !nouns_.EndsWith("crowd", words) && !nouns_.EndsWith("measure", words) &&
                    !nouns_.Is("generic", words);
  if (!name && !nouns_.EndsWith("company", words) && !words.ends_with("公司")) return ref;
  ref.text = words;
  ref.span = {begin, end};
  ref.named = true;
  return ref;
}

// A name, or the run of names joined by 、和及与 that it belongs to; where words like 四大云厂商
// follow the run, they name it.
Ref Fold::RunRef(const Parts& p, int token) const {
  const auto& tokens = p.row.tokens;
  const int n = static_cast<int>(tokens.size());
  if (tokens[token].token_class == Class::kPlace) return EntityRef(tokens[token]);
  const auto joined = [&](int a, int b) {
    if (!IsEntity(tokens[b].token_class) || p.speaker[b] != 0 || p.clause[a] != p.clause[b]) {
      return false;
    }
    return nouns_.Is("and", Text({tokens[a].span.end, tokens[b].span.begin}));
  };
  const auto step = [&](int t, int by) {
    int u = t + by;
    while (u >= 0 && u < n && tokens[u].token_class == Class::kPrep) u += by;
    return u;
  };
  std::vector<int> members = {token};
  for (int u = step(token, -1);
       u >= 0 && joined(u, members.front()) && IsEntity(tokens[u].token_class) && p.speaker[u] == 0;
       u = step(u, -1)) {
    members.insert(members.begin(), u);
  }
  for (int u = step(token, 1); u < n && joined(members.back(), u); u = step(u, 1))
    members.push_back(u);
  if (members.size() < 2) return EntityRef(tokens[token]);
  Ref group = GroupRef(p, members);
  const uint32_t behind = tokens[members.back()].span.end;
  const std::string name = GroupName(behind, GroupEnd(p, behind), members.size());
  if (!name.empty()) group.text = name;
  return group;
}

// Where a group's name that begins at `begin` must end: at the next word of the tables behind it.
uint32_t Fold::GroupEnd(const Parts& p, uint32_t begin) const {
  constexpr uint32_t kLead = 9;  // 这四大
  for (const Token& token : p.row.tokens) {
    if (token.outer.begin >= begin + kLead) return token.outer.begin;
  }
  return p.span.end;
}

// 四大云厂商, 四巨头 at `begin` or behind 这 or 等: the words, where they count `members` (0 for
// any number); empty for none.
std::string Fold::GroupName(uint32_t begin, uint32_t end, size_t members) const {
  constexpr std::string_view kDigits[] = {"二", "三", "四", "五", "六", "七", "八", "九", "十"};
  std::string_view text = Text({begin, std::min(end, begin + 45)});
  for (std::string_view lead : {"等", "这"}) {
    if (text.starts_with(lead)) text.remove_prefix(lead.size());
  }
  for (size_t i = 0; i < std::size(kDigits); ++i) {
    if (!text.starts_with(kDigits[i])) continue;
    if (members != 0 && members != i + 2) return "";
    const std::string_view rest = text.substr(3);
    if (!nouns_.StartsWith("grouped", rest)) return "";
    size_t size = 3;
    while (size < text.size() && size < 30) {
      const char32_t c = CodePointAt(text, size);
      if (c == U'的' || c == U'在' || c == U'将' || c == U'均' || c == U'都' ||
          !(IsHan(c) || IsAsciiLetter(c))) {
        break;
      }
      size += CodePointLength(text[size]);
    }
    return std::string(text.substr(0, size));
  }
  return "";
}

// 四大云厂商(甲、乙、丙和丁): a group whose members a bracket lists, kept for when it is spoken of
// again, also where its own sentence has no number.
void Fold::FindListedGroups(const Parts& p) {
  const auto& tokens = p.row.tokens;
  const int n = static_cast<int>(tokens.size());
  for (int t = 0; t + 1 < n; ++t) {
    if (p.paren[t] == 0 || !IsEntity(tokens[t].token_class)) continue;
    if (t > 0 && p.paren[t - 1] != 0 && IsEntity(tokens[t - 1].token_class)) continue;
    const uint32_t open = tokens[t].span.begin;
    if (open == 0 || text_[open - 1] != '(') continue;
    std::vector<int> members = {t};
    while (members.back() + 1 < n) {
      const int u = members.back() + 1;
      if (tokens[u].token_class == Class::kPrep || tokens[u].token_class == Class::kConj) {
        if (u + 1 >= n || p.paren[u + 1] == 0 || !IsEntity(tokens[u + 1].token_class)) break;
        members.push_back(u + 1);
        continue;
      }
      if (p.paren[u] == 0 || !IsEntity(tokens[u].token_class)) break;
      members.push_back(u);
    }
    // The name ends at the bracket and begins at a numeral at most 30 bytes before it.
    for (uint32_t at = open - 1; members.size() >= 2 && at > p.span.begin && open - at < 30;) {
      at = static_cast<uint32_t>(PreviousBorder(text_, at));
      const std::string name = GroupName(at, open - 1, members.size());
      if (name.size() != open - 1 - at) continue;
      Ref group = GroupRef(p, members);
      group.text = name;
      groups_.push_back(std::move(group));
      break;
    }
  }
}

// Whether the words close behind a name, brackets left out, say whose results they are: 首份财报.
bool Fold::OwnsResults(const Parts& p, int token) const {
  constexpr uint32_t kNear = 15;
  uint32_t plain = 0;
  int depth = 0;
  for (uint32_t at = p.row.tokens[token].span.end; at < p.span.end && plain <= kNear;) {
    const char32_t c = CodePointAt(text_, at);
    if (c == U'，' || c == ';') return false;
    if (depth == 0 && nouns_.StartsWith("results", Text({at, p.span.end}))) return true;
    depth += c == '(' ? 1 : c == ')' ? -1 : 0;
    const uint32_t n = CodePointLength(text_[at]);
    if (depth == 0 && c != ')') plain += n;
    at += n;
  }
  return false;
}

// Several names as one subject.
Ref Fold::GroupRef(const Parts& p, const std::vector<int>& members) const {
  Ref group;
  std::vector<std::string> ids;
  group.span = p.row.tokens[members.front()].span;
  for (int t : members) {
    const EntityName& name = p.row.tokens[t].mention->entity;
    ids.push_back(name.entity_id);
    // 甲公司和乙公司: joined as the text joins them.
    const std::string_view mark = Text({group.span.end, p.row.tokens[t].span.begin});
    if (!group.text.empty()) group.text += nouns_.Is("joins", mark) ? mark : "、";
    group.text += name.canonical;
    group.span.begin = std::min(group.span.begin, p.row.tokens[t].span.begin);
    group.span.end = std::max(group.span.end, p.row.tokens[t].span.end);
  }
  std::sort(ids.begin(), ids.end());
  ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
  if (ids.size() == 1) return EntityRef(p.row.tokens[members.front()]);  // 微信及WeChat
  for (size_t i = 0; i < ids.size(); ++i) group.id += (i == 0 ? "group:" : "+") + ids[i];
  group.entity = true;
  return group;
}

}  // namespace hanfact::extract
