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

Ref Fold::HereRef(const Token& token) const {
  const std::string_view word = token.cue->surface;
  Ref ref;
  ref.type = EntityType::kPlace;
  if (word.starts_with("本港") || word == "全港") {
    ref = PlaceRef("香港");
  } else if (word.find("大陆") != std::string_view::npos || word == "内地") {
    ref = PlaceRef("中国");
  } else if (word == "全台") {
    ref = PlaceRef("台湾");
  } else if (word == "全球") {
    ref.text = "全球";
  } else if (Any(word, {"我国", "全国", "国内"})) {
    // 某国…。全国7天内: the country spoken of.
    const bool country =
        subject_.entity && subject_.type == EntityType::kPlace && !IsLocal(subject_);
    ref = word != "我国" && country ? subject_ : HomeRef();
  } else {
    ref = LocalRef();  // 全省, 本市
    const bool named = word.ends_with("省") || word.ends_with("市") || word.ends_with("州") ||
                       word.ends_with("县") || word.ends_with("旗");
    if (ref.empty() && named) {
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
         !Any(token.cue->surface, {"全球", "全国", "我国"});
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
  if (word != nullptr && word->surface.starts_with("该") && p.drafts.empty() && !firm_.empty()) {
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
bool Fold::IsBranch(std::string_view words) {
  constexpr size_t kShortest = 9;
  return words.size() >= kShortest && words.ends_with("业") && !words.ends_with("企业") &&
         !words.ends_with("事业") && !words.ends_with("就业");
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
    const bool date = IsPeriod(c) && !IsContract(text_, tokens[t]);
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
        Any(tokens[t].cue->surface, {"和", "及", "与"}) &&
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
  for (size_t n : {15, 12, 9, 6, 4}) {  // A股 is four bytes
    const std::string_view word = Text({from, std::min(p.span.end, from + static_cast<uint32_t>(n))});
    if (from + n > before || !nouns_.Is("player", word)) continue;
    // A股上市公司: the companies, not who trades in them.
    const std::string_view rest = Text({from + static_cast<uint32_t>(n), p.span.end});
    if (rest.starts_with("公司") || rest.starts_with("上市") || rest.starts_with("企业")) continue;
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
  if (Any(Text({from, to}).substr(0, 6), {"截至", "截止"})) return ref;
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
    if (clause > 0 && (last == nullptr || clause - 1 >= last->clause) &&
        (nouns_.StartsWith("cause", words) || nouns_.EndsWith("effect", words))) {
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
             Any(Text({t.span.begin - 3, t.span.begin}), {"是", "为"}) &&
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
  const bool partner = text.substr(0, is).ends_with("客户") || text.substr(0, is).ends_with("供应商");
  if (who.size() < 6 || who.size() > kLongest || partner ||
      !nouns_.Within("ranked", text.substr(0, is))) {
    return {};
  }
  Ref ref;
  for (size_t t = 0; t < p.row.tokens.size(); ++t) {
    const Token& token = p.row.tokens[t];
    if (token.outer.end <= who.begin || token.outer.begin >= who.end) continue;
    if (IsQuantity(token.token_class) || IsPeriod(token.token_class)) return {};
    if (token.span.begin == who.begin && IsEntity(token.token_class)) {
      Ref named = RunRef(p, static_cast<int>(t));
      if (named.span.end == who.end) return named;
    }
  }
  ref.text = CleanPhrase(Text(who));
  ref.span = who;
  ref.named = true;
  const bool name = CountCodePoints(ref.text) >= 2 && !nouns_.Is("generic", ref.text) &&
                    !nouns_.EndsWith("measure", ref.text);
  return name ? ref : Ref();
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
    return Any(Text({tokens[a].span.end, tokens[b].span.begin}), {"、", "和", "及", "与", "以及"});
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
    if (!rest.starts_with("大") && !rest.starts_with("巨头") && !rest.starts_with("强")) return "";
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
    if (!group.text.empty()) group.text += Any(mark, {"和", "及", "与", "以及"}) ? mark : "、";
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

namespace {

// Letters and digits alone, as products of no lexicon are called: Star-2 Mini.
bool IsModelName(std::string_view text) {
  bool lower = false;
  bool digit = false;
  for (char c : text) {
    const auto b = static_cast<unsigned char>(c);
    if (!IsAsciiLetter(b) && !IsAsciiDigit(b) && c != '-' && c != '.' && c != ' ') return false;
    lower = lower || (c >= 'a' && c <= 'z');
    digit = digit || IsAsciiDigit(b);
  }
  constexpr size_t kShortest = 4;
  return text.size() >= kShortest && text[0] >= 'A' && text[0] <= 'Z' && lower && digit;
}

// GPT-6, H100: letters, at least one of them great and in front, and a number.
bool IsCodeName(std::string_view text) {
  constexpr size_t kShortest = 3;
  const auto in = [&](auto holds) { return std::any_of(text.begin(), text.end(), holds); };
  return text.size() >= kShortest && text[0] >= 'A' && text[0] <= 'Z' &&
         in([](char c) { return IsAsciiDigit(static_cast<unsigned char>(c)); }) && !in([](char c) {
           const auto b = static_cast<unsigned char>(c);
           return !IsAsciiLetter(b) && !IsAsciiDigit(b) && c != '-' && c != '.' && c != ' ';
         });
}

}  // namespace

// The name of a market that the clause opens with, place and all, where its size or growth is what
// the number gives: behind it stands the verb, or a date and 规模. Empty for none.
MatchSpan Fold::MarketBefore(const Parts& p, const Phrase& phrase, const Scene& s) const {
  constexpr size_t kShortest = 12, kLongest = 60;
  const auto& tokens = p.row.tokens;
  if (s.counted || s.points || s.share >= 0) return {};
  uint32_t end = phrase.end;
  int t = phrase.last;
  if (s.metric >= 0) {
    if (!Any(tokens[s.metric].cue->surface, {"规模", "市场规模"}) ||
        tokens[s.metric].span.begin != phrase.begin) {
      return {};
    }
    t = s.metric - 1;
    while (t >= 0 && IsPeriod(tokens[t].token_class) && p.clause[t] == p.clause[s.metric] &&
           tokens[t].outer.end == phrase.begin) {
      end = tokens[t--].outer.begin;
    }
    if (end == phrase.end) return {};  // right in front of the measure: FindSubject's own case
  } else if (!s.change) {
    return {};
  }
  const auto clause = static_cast<size_t>(p.clause[phrase.first > 0 ? phrase.first - 1 : 0]);
  uint32_t begin = s.metric >= 0 ? p.clause_begin[clause] : phrase.begin;
  // A date in front, and what the sentence says by the way, are none of it.
  for (int u = 0; u <= t; ++u) {
    const Class c = tokens[u].token_class;
    if (tokens[u].outer.end > end || tokens[u].outer.end <= begin) continue;
    const bool name = c == Class::kPlace || c == Class::kHere || c == Class::kProduct;
    if (!name && c != Class::kMetric) begin = tokens[u].outer.end;
    if (c == Class::kMetric && s.metric < 0) return {};
  }
  if (begin >= end || end - begin > kLongest || end - begin < kShortest) return {};
  const std::string_view words = Text({begin, end});
  for (uint32_t at = begin; at < end; at += CodePointLength(text_[at])) {
    if (IsCut(CodePointAt(text_, at))) return {};
  }
  return nouns_.EndsWith("market", words) ? MatchSpan{begin, end} : MatchSpan{};
}

// 甲公司的模型H9(1750亿参数): the name right in front of a bracket that the number opens, nullptr
// for none.
const Token* Fold::BeforeBracket(const Parts& p, int token) const {
  const auto& tokens = p.row.tokens;
  if (p.paren[token] == 0) return nullptr;
  uint32_t at = tokens[token].outer.begin;
  int t = token - 1;
  while (t >= 0 && tokens[t].outer.end == at &&
         (IsPredicate(tokens[t].token_class) || tokens[t].token_class == Class::kForecast)) {
    at = tokens[t--].outer.begin;
  }
  if (t < 0 || at == 0 || text_[at - 1] != '(' || tokens[t].outer.end + 1 != at) return nullptr;
  const Class c = tokens[t].token_class;
  return c == Class::kOrg || c == Class::kProduct ? &tokens[t] : nullptr;
}

// 急升半成的甲公司: the name that a rise or fall right before 的 is of, nullptr for none.
const Token* Fold::RelativeOf(const Parts& p, const Draft& d) const {
  const auto& tokens = p.row.tokens;
  const int next = d.token + 1;
  if (d.claim.kind != ClaimKind::kChange || next >= static_cast<int>(tokens.size()) ||
      !IsEntity(tokens[next].token_class) || tokens[next].token_class == Class::kPlace ||
      p.clause[next] != d.clause) {
    return nullptr;
  }
  return Text({tokens[d.token].outer.end, tokens[next].span.begin}) == "的" ? &tokens[next]
                                                                            : nullptr;
}

// 甲公司的|MiniM|只有, 甲公司的|G1|售价: a name in letters behind 的, in front of a word of the
// tables or the value; short ones in capitals (AI, GPU) say of what kind something is. Empty for
// none.
MatchSpan Fold::ModelBehind(const Parts& p, int token, int value) const {
  const auto& tokens = p.row.tokens;
  constexpr size_t kLongestKind = 4;
  uint32_t begin = tokens[token].span.end;
  if (tokens[token].token_class != Class::kOrg || !StandsAt(text_, begin, "的")) return {};
  begin += 3;
  uint32_t end = begin;
  bool lower = false;
  bool digit = false;
  while (end < tokens[value].outer.begin && !(text_[end] & 0x80)) {
    const auto c = static_cast<unsigned char>(text_[end]);
    if (!IsAsciiLetter(c) && !IsAsciiDigit(c) && c != '-' && c != '.' && c != ' ') return {};
    lower = lower || (c >= 'a' && c <= 'z');
    digit = digit || IsAsciiDigit(c);
    ++end;
  }
  if (end < begin + 2 || !IsAsciiLetter(static_cast<unsigned char>(text_[begin])) ||
      (!lower && !digit && end - begin <= kLongestKind)) {
    return {};
  }
  for (int t = token + 1; t <= value; ++t) {
    if (tokens[t].outer.begin == end) return {begin, end};
  }
  return {};
}

// 甲公司|持有|乙公司27%股权: who holds a share of the company in front of the number; nullptr for
// nobody.
const Token* Fold::HolderOf(const Parts& p, const Draft& d, const Scene& s) const {
  const auto& tokens = p.row.tokens;
  if (s.entity < 1 || tokens[d.token].token_class != Class::kPercent || s.metric >= 0)
    return nullptr;
  constexpr std::string_view kHolds = "持有";
  if (!Text({p.span.begin, tokens[s.entity].span.begin}).ends_with(kHolds)) return nullptr;
  for (int t = s.entity - 1; t >= 0 && p.clause[t] == d.clause; --t) {
    if (IsEntity(tokens[t].token_class) && p.paren[t] == 0 && p.compared[t] == 0) return &tokens[t];
  }
  return nullptr;
}

// The goods in front of 国内 or 全球 that a measure of things sold follows; empty for none, and
// where a company is spoken of, whose goods they are.
MatchSpan Fold::GoodsBeforeHere(const Parts& p, const Phrase& phrase, const Scene& s) const {
  constexpr uint32_t kLongest = 36, kShortest = 6;
  const auto& tokens = p.row.tokens;
  if (s.here < 0 || s.entity >= 0 || s.metric < 0 || s.firm_context ||
      !nouns_.Is("marketed", tokens[s.metric].cue->value)) {
    return {};
  }
  const MatchSpan goods{phrase.begin, tokens[s.here].span.begin};
  if (goods.end < goods.begin + kShortest || goods.size() > kLongest) return {};
  for (int t = phrase.first; t < s.here; ++t) {
    if (tokens[t].outer.begin >= goods.begin) return {};
  }
  const std::string words = CleanPhrase(Text(goods));
  return CountCodePoints(words) >= 2 && !nouns_.Is("generic", words) ? goods : MatchSpan{};
}

// Whether a company and a date stand right in front of the phrase: 甲公司9月|新能源销量.
bool Fold::DatedFirm(const Parts& p, const Phrase& phrase) const {
  const auto& tokens = p.row.tokens;
  int t = std::min(phrase.first, static_cast<int>(tokens.size())) - 1;
  if (t < 1 || !IsPeriod(tokens[t].token_class) || tokens[t].outer.end != phrase.begin)
    return false;
  while (t > 0 && IsPeriod(tokens[t].token_class)) --t;
  // 该公司|去年|智能手机出货量
  if (tokens[t].token_class == Class::kPronoun && tokens[t].cue->value == "company") {
    return tokens[t].span.end == tokens[t + 1].outer.begin && p.clause[t] == p.clause[t + 1];
  }
  return tokens[t].token_class == Class::kOrg && tokens[t].span.end == tokens[t + 1].outer.begin &&
         p.clause[t] == p.clause[t + 1] && p.speaker[t] == 0 && !IsAgency(EntityRef(tokens[t]));
}

// Whether the clause has named a company in front of the token: 甲公司在国内市场份额.
bool Fold::FirmBefore(const Parts& p, int token) const {
  for (int t = token - 1; t >= 0 && p.clause[t] == p.clause[token]; --t) {
    if (p.row.tokens[t].token_class == Class::kOrg && p.speaker[t] == 0 && p.paren[t] == 0 &&
        !IsAgency(EntityRef(p.row.tokens[t]))) {
      return true;
    }
  }
  return false;
}

// 成交7宗，某区某园占3宗: whether the number before was a count of the same things.
bool Fold::CountsOn(const Parts& p, const Draft& d) const {
  if (const Draft* last = LastDraft(p, d.token); last != nullptr) {
    return last->claim.quantity.unit == d.claim.quantity.unit;
  }
  return !unit_metrics_.empty() && std::get<0>(unit_metrics_.back()) == d.claim.quantity.unit;
}

// Who the own clause says the number is about.
void Fold::FindSubject(Parts& p, const Phrase& phrase, Draft& d, Scene& s) const {
  const auto& tokens = p.row.tokens;
  const Token& value = tokens[d.token];
  const Draft* last = LastDraft(p, d.token);
  const uint32_t modifier_end = s.metric >= 0 ? MeasureBegin(p, s.metric) : phrase.end;
  const bool behind_name = phrase.first > 0 && phrase.first <= static_cast<int>(tokens.size()) &&
                           tokens[phrase.first - 1].span.end == phrase.begin &&
                           (tokens[phrase.first - 1].token_class == Class::kPronoun ||
                            IsEntity(tokens[phrase.first - 1].token_class));
  // 在某地市场市占率: the phrase says where, not who.
  const bool next_in_rank = phrase.begin >= 6 && Text({phrase.begin - 6, phrase.begin}) == "次为";
  const bool where = !next_in_rank && phrase.first > 0 &&
                     phrase.first <= static_cast<int>(tokens.size()) &&
                     tokens[phrase.first - 1].outer.end == phrase.begin &&
                     tokens[phrase.first - 1].cue != nullptr &&
                     Any(tokens[phrase.first - 1].cue->surface, {"在", "于", "对", "向", "为"});
  // 甲公司9月新能源销量, 其中海外销量6万辆: kinds of what a company sells.
  // 甲公司公告，8月新能源汽车销量: who announces tells of its own.
  const bool goes_on =
      last != nullptr && last->subject.text == s.context.text && last->metric.id == s.metric_id;
  const bool told = last != nullptr && last->subject.text == s.context.text &&
                    last->clause >= d.clause - 2 && nouns_.Is("corporate", last->metric.id);
  const bool own = ((!company_.empty() && company_.text == s.context.text) || told) &&
                   document_.script == Script::kHans && !nouns_.EndsWith("brand", s.modifier) &&
                   std::none_of(s.modifier.begin(), s.modifier.end(), [](char c) {
                     return IsAsciiLetter(static_cast<unsigned char>(c));
                   });
  // 某机构显示，全球|智能眼镜|出货量: of all there are, no single company's.
  const bool here = s.entity < 0 && s.here >= 0 && tokens[s.here].cue->surface == "全球" &&
                    tokens[s.here].span.end == s.modifier_span.begin;
  const bool sold = s.firm_context && !here && (goes_on || own) && !IsModelName(s.modifier) &&
                    Any(s.metric_id, {"sales_volume", "deliveries", "production", "shipments"}) &&
                    !nouns_.EndsWith("agent", s.modifier);
  // 甲集团公告，全球智能手机出货量A; 甲集团收入B。智能手机出货量A: what it tells of its own, unless
  // some office counts the market.
  const bool tells_own =
      s.firm_context && !s.context.id.empty() && !IsModelName(s.modifier) &&
      Any(s.metric_id, {"sales_volume", "deliveries", "shipments"}) &&
      !(speaker_.sentence == index_ && IsAgency(speaker_.who)) &&
      ((index_ - speaker_.sentence <= 1 && speaker_.paragraph == paragraph_ &&
        speaker_.who.id == s.context.id) ||
       (last == nullptr && subject_.id == s.context.id && last_paragraph_ == paragraph_ &&
        index_ - last_sentence_ <= 1 && nouns_.Is("corporate", subject_metric_)));
  // 产能与|出货量: another measure in front.
  const bool joined =
      s.modifier.ends_with("与") || s.modifier.ends_with("和") || s.modifier.ends_with("及");
  // 华为排在第二位，该季的全球智能手机出货量: of whose rank was told.
  const bool ranked = last != nullptr && last->claim.kind == ClaimKind::kRank &&
                      last->clause == d.clause - 1 && last->subject.entity &&
                      last->subject.type == EntityType::kOrg;
  // 测试设备销售额增长48%，封装设备销售额增长19%: the next goods of which the same is told.
  const bool next_goods =
      last != nullptr && last->own_subject && !last->subject.entity && !last->subject.empty() &&
      last->clause < d.clause && last->metric.id == s.metric_id && last->metric.base.empty() &&
      last->metric.cue != nullptr && last->metric.text == last->metric.cue->canonical;
  const bool thing =
      s.metric >= 0 && CountCodePoints(s.modifier) >= 2 && !joined && !ranked && !where && !sold &&
      !tells_own && !DatedFirm(p, phrase) && (next_goods || nouns_.Is("thing", s.metric_id)) &&
      // 客运|收益率 of a company that spoke, its 续租|租金
      !(s.firm_context && Any(s.metric_id, {"yield", "rent"}) &&
        !nouns_.EndsWith("bond", s.modifier)) &&
      // 贷款和垫款|总额: how much of what a company has.
      !(s.firm_context && nouns_.Is("size", tokens[s.metric].cue->surface)) && !s.toward &&
      !nouns_.MadeOf("act", s.modifier) &&
      !(nouns_.Is("lent", s.metric_id) && s.context.entity &&
        !nouns_.EndsWith("bond", s.modifier)) &&
      (s.entity < 0 || tokens[s.entity].token_class == Class::kPlace) && !behind_name;
  if (const Token* holder = HolderOf(p, d, s); holder != nullptr) {
    s.subject = EntityRef(*holder);
    s.modifier.clear();
  } else if (const Token* named = BeforeBracket(p, d.token); named != nullptr && s.metric < 0) {
    s.subject = EntityRef(*named);
  } else if (const Token* thing_of = RelativeOf(p, d); thing_of != nullptr) {
    s.subject = EntityRef(*thing_of);
    d.relative = true;
  } else if (thing) {
    // 甲国10年期国债收益率, 大豆平均价格: the whole phrase in front of such a measure.
    // 全球|新能源车|市场规模: 全球 belongs to it, and the market whose size it is.
    const uint32_t begin = s.entity >= 0 ? tokens[s.entity].span.begin
                           : here        ? tokens[s.here].span.begin
                                         : s.modifier_span.begin;
    std::string text = s.entity >= 0 ? std::string(Text({begin, s.modifier_span.end})) : s.modifier;
    if (here) text = tokens[s.here].cue->surface + text;
    // 四川省|2021年|新能源汽车产量: where that is stands in front of the date.
    const int dated = phrase.first - 1;
    if (s.entity < 0 && !here && dated > 0 && IsPeriod(tokens[dated].token_class) &&
        tokens[dated].outer.end == phrase.begin && p.clause[dated] == d.clause &&
        tokens[dated - 1].token_class == Class::kPlace && p.clause[dated - 1] == d.clause &&
        tokens[dated - 1].span.end == tokens[dated].outer.begin && p.speaker[dated - 1] == 0) {
      text = EntityRef(tokens[dated - 1]).text + text;
    }
    if (text.ends_with("的")) text.resize(text.size() - 3);
    // 宝岛|股价指数|收20360点: an index by its whole name.
    if (s.points && tokens[s.metric].cue->surface == "股价指数") {
      s.SetSubject(text + tokens[s.metric].cue->surface, {begin, tokens[s.metric].span.end});
      s.subject.type = EntityType::kIndex;
      s.modifier.clear();
      s.metric = s.clause_metric = -1;
      d.own_subject = true;
      return;
    }
    const bool market = tokens[s.metric].cue->surface.starts_with("市场规模") &&
                        !text.ends_with("市场");
    if (market) text += "市场";
    s.SetSubject(std::move(text), {begin, s.modifier_span.end + (market ? 6u : 0u)});
    s.modifier.clear();
  } else if (const MatchSpan market = MarketBefore(p, phrase, s); market.size() > 0) {
    // 全球晶圆代工市场成长20%, 某国服务器市场上半年规模: the market whose size it is.
    s.SetSubject(CleanPhrase(Text(market)), market);
    s.modifier.clear();
    s.market_size = true;
  } else if (s.entity >= 0 && s.metric < 0 && !s.modifier.empty() && s.modifier.size() <= 36 &&
             !nouns_.Is("tail", s.modifier) && !nouns_.EndsWith("measure", s.modifier) &&
             (s.counted ? tokens[s.entity].token_class == Class::kPlace && CountsOn(p, d)
                        : s.change || tokens[s.entity].token_class == Class::kIndex)) {
    // 沪深300 ETF, 甲地设备市场: the name is part of another's.
    s.SetSubject(CleanPhrase(Text({tokens[s.entity].span.begin, phrase.end})),
         {tokens[s.entity].span.begin, phrase.end});
    s.modifier.clear();
  } else if (s.entity >= 0 && s.corporate && s.firm_context &&
             tokens[s.entity].token_class == Class::kPlace && s.entity == s.last_entity) {
    // 海外业务利润 of a company: the place belongs to the measure.
    s.modifier = CleanPhrase(Text({tokens[s.entity].span.begin, modifier_end}));
    s.modifier_span = {tokens[s.entity].span.begin, modifier_end};
    s.subject = s.context;
  } else if (s.entity >= 0) {
    int chosen = s.entity;
    if (tokens[s.entity].token_class == Class::kPlace && s.last_entity != s.entity &&
        tokens[s.last_entity].token_class != Class::kPlace &&
        tokens[s.last_entity].token_class != Class::kPerson) {
      chosen = s.last_entity;
    }
    // 跟踪某指数的某基金: what stands behind 的 is the thing itself.
    if (s.last_entity != s.entity && (s.metric < 0 || s.last_entity < s.metric) &&
        Text({tokens[s.last_entity - 1].span.end, tokens[s.last_entity].span.begin}) == "的") {
      chosen = s.last_entity;
    }
    s.subject = EntityRef(tokens[chosen]);
    // 甲公司的M1售价: a thing of its own name.
    if (const MatchSpan model = ModelBehind(p, chosen, d.token); model.size() > 0) {
      s.SetSubject(std::string(Text(model)), model);
      s.subject.type = EntityType::kProduct;
      s.subject.named = true;
      s.modifier_span.begin = std::max(s.modifier_span.begin, model.end);
      s.modifier = CleanPhrase(Text(s.modifier_span));
    }
  } else if (const MatchSpan goods = GoodsBeforeHere(p, phrase, s); goods.size() > 0) {
    // 新能源乘用车|国内零售销量: what is sold here.
    s.SetSubject(CleanPhrase(Text(goods)), goods);
    s.modifier_span = {tokens[s.here].span.begin, modifier_end};
    s.modifier = Text(s.modifier_span);
  } else if (s.here >= 0 && !(s.metric_id == "market_share" && s.firm_context) &&
             (!(s.corporate && s.firm_context) ||
              (Foretells(p) && tokens[s.here].cue->surface == "全球")) &&
             !SaysWhatKind(tokens[s.here]) &&
             // 成为全国首家市值…的公司: among whom somebody is the first.
             !nouns_.StartsWith("foremost", Text({tokens[s.here].span.end, p.span.end})) &&
             !(s.here > 0 && tokens[s.here - 1].token_class == Class::kPrep &&
               tokens[s.here - 1].outer.end == tokens[s.here].outer.begin &&
               (s.firm_context || FirmBefore(p, s.here)))) {
    s.subject = HereAgent(p, s.here, modifier_end);
    if (!s.subject.empty()) {
      s.modifier.clear();
    } else {
      s.subject = HereRef(tokens[s.here]);
    }
    if (s.subject.text.empty() || (s.counted && !s.context.empty() && s.subject.text == "全球"))
      s.subject = {};
  }
  if (s.subject.empty() && s.share >= 0) {
    // 个人占…比重: the part.
    const Phrase part = LeftPhrase(p, s.share);
    int who = -1;
    for (int t = part.first; t <= part.last; ++t) {
      if (IsEntity(tokens[t].token_class) && who < 0) who = t;
    }
    const bool measured = part.last >= part.first && part.last > who &&
                          tokens[part.last].token_class == Class::kMetric &&
                          tokens[part.last].span.end == part.end;
    if (who >= 0) s.subject = EntityRef(tokens[who]);
    if (measured) {
      s.part_metric = part.last;
    } else if (who < 0 && !part.empty()) {
      const std::string text = CleanPhrase(Text({part.begin, part.end}));
      if (text.size() >= 6 && !nouns_.Is("generic", text) &&
          (nouns_.EndsWith("agent", text) || s.context.empty() ||
           // 甲产品占比42%，乙产品占37%: the next part.
           (last != nullptr && last->claim.kind == ClaimKind::kShare && !last->subject.empty() &&
            !last->subject.entity && last->clause == d.clause - 1))) {
        s.SetSubject(text, {part.begin, part.end});
      }
    }
  }
  // DRAM产业|营收: of the trade.
  // 沪市公司|营收: of such companies.
  const bool branch = IsBranch(s.modifier) && !s.points && TellsTrades(s.context) &&
                      !nouns_.StartsWith("except", s.modifier);
  const bool trade = branch || s.modifier.ends_with("产业") || s.modifier.ends_with("行业") ||
                     ((s.modifier.ends_with("公司") || s.modifier.ends_with("企业")) &&
                      !nouns_.Is("generic", s.modifier) && !nouns_.EndsWith("limb", s.modifier));
  if (s.subject.empty() && !s.modifier.empty() && s.entity < 0 &&
      (s.metric < 0 || !s.corporate || trade) &&
      (branch || nouns_.EndsWith("agent", s.modifier) ||
       (s.context.empty() && s.modifier.size() <= 18 && nouns_.EndsWith("company", s.modifier))) &&
      !(s.counted && !s.exists &&
        // 某区成交宗数3宗, but 甲公司4月|新能源销量3万辆 is the company's.
        !((s.metric >= 0 && !s.firm_context && !DatedFirm(p, phrase)) || (branch && s.change))) &&
      !behind_name && !where) {
    s.SetSubject(s.modifier, s.modifier_span);
    s.modifier.clear();
  }
  // 甲苑上周录得3宗成交: whose record it is.
  const auto records = [&](int t) {
    return tokens[t].cue != nullptr && Any(tokens[t].cue->surface, {"录", "录得", "占"});
  };
  if (s.subject.empty() && s.counted && s.metric < 0 && s.entity < 0 && !s.modifier.empty() &&
      s.modifier.size() <= 24 && !nouns_.EndsWith("measure", s.modifier) && !behind_name &&
      !where && std::any_of(phrase.predicates.begin(), phrase.predicates.end(), records)) {
    s.SetSubject(s.modifier, s.modifier_span);
    s.subject.named = true;
    s.modifier.clear();
  }
  if (s.subject.empty() && s.metric < 0 && s.entity < 0 && IsModelName(s.modifier)) {
    // 甲公司发布的Star-2 Mini只有30亿参数.
    s.SetSubject(s.modifier, s.modifier_span);
    s.subject.type = EntityType::kProduct;
    s.subject.named = true;
    s.modifier.clear();
  }
  if (s.subject.empty() && s.entity < 0 && !behind_name) {
    // 甲芯片的营业支出: a name that no lexicon knows.
    if (const std::string owner = OwnerInFront(p, d, s); !owner.empty()) {
      const uint32_t begin = s.modifier_span.begin;
      const uint32_t end = begin + static_cast<uint32_t>(owner.size());
      s.SetSubject(owner, {begin, end});
      s.subject.named = true;
      const uint32_t of = StandsAt(text_, end, "的") ? 3 : 0;
      s.modifier_span.begin = std::min(end + of, s.modifier_span.end);
      s.modifier = CleanPhrase(Text(s.modifier_span));
    }
  }
  // 南下|资金净流入: who buys, and what.
  if (s.subject.empty() && s.metric >= 0 && tokens[s.metric].cue->surface.starts_with("资金") &&
      nouns_.Is("player", s.modifier + "资金")) {
    s.SetSubject(s.modifier + "资金", s.modifier_span);
    s.modifier.clear();
  }
  if (s.subject.empty()) s.subject = CountedBefore(p, d, s);
  if (s.subject.empty()) s.subject = NameInClause(p, d, s);
  if (s.subject.empty()) s.subject = ForetoldRef(p, d);
  if (s.subject.empty() && s.corporate) {
    for (int t = std::max(0, d.token - kReach); t < d.token; ++t) {
      if (p.clause[t] != d.clause || p.speaker[t] == 0) continue;
      if (tokens[t].token_class != Class::kOrg || (s.previous >= 0 && t < s.previous)) continue;
      const Ref ref = EntityRef(tokens[t]);
      if (!IsAgency(ref)) s.subject = ref;
    }
  }
  if (s.subject.empty() && s.modifier.size() >= 6 && title_.find(s.modifier) != std::string::npos &&
      s.metric >= 0 && s.modifier.size() <= 24 && !nouns_.EndsWith("measure", s.modifier) &&
      (s.context.empty() || !s.context.entity || s.corporate)) {
    // 甲公司营收, where the title speaks of 甲公司.
    if (s.modifier.size() <= 15 || nouns_.EndsWith("agent", s.modifier)) {
      s.SetSubject(s.modifier, s.modifier_span);
      s.subject.named = true;
      s.modifier.clear();
    }
  }
  if (s.subject.empty()) {
    // 5月期指以30000点作收: what the clause opens with.
    const bool taken = s.previous >= 0 && last != nullptr && last->token == s.previous;
    if (!taken) {
      Ref opening = OpeningRef(p, d.clause, s.counted ? phrase.end : value.outer.begin + 1);
      const bool player = nouns_.Is("player", opening.text);
      if (opening.text != s.modifier || player) s.subject = opening;
      if (opening.text == s.modifier && player) s.modifier.clear();  // 两市超3000只个股上涨
    }
  }
  // 30家试点企业中，已有8家: the set is what the numbers are about.
  if (!s.post.empty() && s.post_span.end < p.span.end && !s.subject.entity &&
      Any(Text({s.post_span.end, s.post_span.end + 3}), {"中", "里"})) {
    s.SetSubject(s.post, s.post_span);
  }
  // 减持不超过6万股，即不超过公司总股本的2%: the same said in other words.
  for (int t = std::max(0, d.token - kReach); t < d.token; ++t) {
    if (p.clause[t] != d.clause) continue;
    if (tokens[t].token_class == Class::kAdverb && last != nullptr &&
        last->clause == d.clause - 1 && Any(tokens[t].cue->surface, {"即", "即是", "也就是"}) &&
        tokens[t].span.begin == p.clause_begin[static_cast<size_t>(d.clause)]) {
      s.subject = last->subject;
    }
    break;
  }
  d.own_subject = !s.subject.empty();
}

// 某证券预计甲公司2025年净利润: the words between what foretells and a date in front of a measure,
// whom the forecast is about. Empty for none.
Ref Fold::ForetoldRef(const Parts& p, const Draft& d) const {
  constexpr uint32_t kShortest = 6, kLongest = 30;
  const auto& tokens = p.row.tokens;
  for (int t = std::max(1, d.token - kReach); t + 1 < d.token; ++t) {
    if (p.clause[t] != d.clause || p.clause[t - 1] != d.clause) continue;
    const Class after = tokens[t + 1].token_class;
    if (!IsPeriod(tokens[t].token_class) || tokens[t - 1].token_class != Class::kForecast ||
        !(after == Class::kMetric || IsPeriod(after)) ||
        !Any(Text({tokens[t].outer.end, tokens[t + 1].outer.begin}), {"", "/", "、"})) {
      continue;
    }
    const MatchSpan words{tokens[t - 1].outer.end, tokens[t].outer.begin};
    if (words.size() < kShortest || words.size() > kLongest) return {};
    Ref ref;
    ref.text = CleanPhrase(Text(words));
    ref.span = words;
    ref.named = true;
    const bool name = CountCodePoints(ref.text) >= 2 && !nouns_.Is("generic", ref.text) &&
                      !nouns_.EndsWith("measure", ref.text);
    return name ? ref : Ref();
  }
  return {};
}

// The listed company that a clause before the number's names behind the broker who speaks in the
// sentence; empty for none.
Ref Fold::RatedBefore(const Parts& p, const Draft& d) const {
  const auto& tokens = p.row.tokens;
  if (speaker_.sentence != index_ || !IsBroker(speaker_.who)) return {};
  for (int t = d.token - 1; t >= std::max(0, d.token - kReach); --t) {
    if (tokens[t].span.begin < speaker_.verb.begin) break;
    if (tokens[t].token_class != Class::kOrg || p.compared[t] != 0 || p.speaker[t] != 0 ||
        p.paren[t] != 0 || p.clause[t] == d.clause) {
      continue;
    }
    const Ref named = EntityRef(tokens[t]);
    if (IsListed(named) && !IsAgency(named)) return named;
  }
  return {};
}

// 甲类客户的采购推动营收: a name with 的 behind it, in front of a verb that moves the measure.
bool Fold::CausesMeasure(const Parts& p, int name, int value) const {
  const auto& tokens = p.row.tokens;
  if (!Text({tokens[name].span.end, p.span.end}).starts_with("的")) return false;
  for (int t = name + 1; t < value && p.clause[t] == p.clause[name]; ++t) {
    if (MovesMeasure(p, t)) return true;
  }
  return false;
}

// Whether the token is such a verb, right in front of a measure.
bool Fold::MovesMeasure(const Parts& p, int token) const {
  const auto& tokens = p.row.tokens;
  return tokens[token].token_class == Class::kConj && token + 1 < static_cast<int>(tokens.size()) &&
         nouns_.Is("moves", tokens[token].cue->surface) &&
         tokens[token + 1].token_class == Class::kMetric &&
         tokens[token + 1].span.begin == tokens[token].span.end;
}

// 甲芯片|的营业支出, 懒人甲书|的付费率: whose measure the phrase says it is, by the way companies
// are called, or a name that opens the clause and is no common word. Empty for none.
std::string Fold::OwnerInFront(const Parts& p, const Draft& d, const Scene& s) const {
  constexpr std::string_view kOf = "的";
  constexpr size_t kLongest = 18, kLongestName = 30;
  const std::string_view words = Text(s.modifier_span);
  const size_t of = words.find(kOf);
  // 恒道科技|端侧处理器收入: by the way companies are called, at the head of the sentence.
  if (of == std::string_view::npos && s.metric >= 0 && !s.macro &&
      !nouns_.Is("public", s.metric_id) && s.modifier_span.begin == p.span.begin) {
    for (const std::string_view end : {"科技", "股份", "集团", "控股"}) {
      const size_t at = words.find(end);
      if (at < 6 || at > 12 || at + end.size() + 6 > words.size()) continue;
      const std::string_view front = words.substr(0, at);
      if (SplitWords(front).size() > 1) return std::string(words.substr(0, at + end.size()));
    }
  }
  if (of == std::string_view::npos || of > kLongestName) return "";
  const std::string owner(words.substr(0, of));
  if (nouns_.Is("generic", owner)) return "";
  if (s.modifier == words && of <= kLongest && nouns_.EndsWith("company", owner)) return owner;
  const bool measured = s.metric >= 0 || nouns_.EndsWith("measure", words);
  // GPT-6的训练|效率: a thing that goes by letters and a number.
  if (measured && IsCodeName(owner)) return owner;
  uint32_t from = p.clause_begin[static_cast<size_t>(d.clause)];
  for (const Token& token : p.row.tokens) {
    const Class c = token.token_class;
    if (token.outer.begin == from && (IsPeriod(c) || c == Class::kConj || c == Class::kPart)) {
      from = token.outer.end;
    }
  }
  const bool common = CountCodePoints(owner) < 2 || nouns_.EndsWith("segment", owner) ||
                      nouns_.EndsWith("crowd", owner) || nouns_.EndsWith("good", owner) ||
                      nouns_.EndsWith("limb", owner) || nouns_.EndsWith("measure", owner) ||
                      nouns_.StartsWith("whose", owner) || RefersBack(s.modifier_span) ||
                      nouns_.StartsWith("unnamed", owner) || CleanPhrase(owner) != owner ||
                      std::any_of(p.row.tokens.begin(), p.row.tokens.end(), [&](const Token& t) {
                        return IsQuantity(t.token_class) && s.modifier_span.Contains(t.span);
                      });
  const bool owned = s.corporate || s.firm_context || !OwnerRef().empty();
  if (!measured || !owned || from != s.modifier_span.begin || common) {
    return "";
  }
  return SplitWords(owner).size() > 1 ? owner : "";
}

// 28家科创公司研发费用占比平均为13%: those just counted, without their number where their name says
// which they are. Empty for none.
Ref Fold::CountedBefore(const Parts& p, const Draft& d, const Scene& s) const {
  const Draft* last = LastDraft(p, d.token);
  if (last == nullptr || last->token != s.previous || last->clause != d.clause) return {};
  if (last->noun.empty() || last->claim.kind != ClaimKind::kCount) return {};
  if (last->claim.quantity.unit == d.claim.quantity.unit) return {};  // 主板9家公司、创业板8家公司
  const uint32_t begin = p.row.tokens[last->token].outer.end;
  if (!StandsAt(text_, begin, last->noun) || !nouns_.EndsWith("agent", last->noun)) return {};
  Ref ref;
  ref.span = {begin, begin + static_cast<uint32_t>(last->noun.size())};
  if (CountCodePoints(last->noun) <= 2) ref.span.begin = p.row.tokens[last->token].span.begin;
  ref.text = Text(ref.span);
  return ref;
}

// 全国|规模以上工业企业, 全国|铁路: the words behind it up to the token or byte, where they stand
// for somebody. Empty for none.
Ref Fold::HereAgent(const Parts& p, int here, uint32_t end) const {
  constexpr uint32_t kLongest = 36;
  const auto& tokens = p.row.tokens;
  if (!Any(tokens[here].cue->surface, {"全国", "我国", "国内"})) return {};
  const uint32_t begin = tokens[here].span.end;
  const auto next = static_cast<size_t>(here) + 1;
  if (next < tokens.size()) end = std::min(end, tokens[next].outer.begin);
  if (end <= begin + 3 || end - begin > kLongest) return {};
  for (uint32_t at = begin; at < end; at += CodePointLength(text_[at])) {
    if (IsCut(CodePointAt(text_, at))) return {};
  }
  const std::string_view words = Text({begin, end});
  if (!nouns_.EndsWith("agent", words) && !IsBranch(words)) return {};
  Ref ref;
  ref.span = {tokens[here].span.begin, end};
  ref.text = nouns_.First("nation:" + std::string(Text(ref.span)));  // 全国民航: 中国民航
  if (ref.text.empty()) ref.text = Text(ref.span);
  return ref;
}

// The first name of the clause that is no speaker, no object and no part of a measure; a pronoun's
// name. Empty for none.
Ref Fold::NameInClause(const Parts& p, const Draft& d, const Scene& s) const {
  const auto& tokens = p.row.tokens;
  const Draft* last = LastDraft(p, d.token);
  Ref subject;
  // 周先生直接持有公司26%股权: who holds them.
  if (tokens[d.token].token_class == Class::kPercent || d.claim.quantity.unit == "count:股") {
    int holds = d.token - 1;
    while (holds > s.previous && p.clause[holds] == d.clause &&
           !(tokens[holds].cue != nullptr && tokens[holds].cue->surface == "持有")) {
      --holds;
    }
    if (holds > s.previous && p.clause[holds] == d.clause) {
      bool place = false;
      for (int t = holds - 1; t > s.previous && p.clause[t] == d.clause; --t) {
        if (!IsEntity(tokens[t].token_class) || p.paren[t] != 0) continue;
        // 咸阳|某院持有: where it is from is part of a name.
        place = tokens[t].token_class == Class::kPlace &&
                tokens[t].span.end + 6 <= tokens[holds].outer.begin;
        if (!place) return EntityRef(tokens[t]);
        break;
      }
      // 甲集团持有公司股份: who holds them, by its ending.
      constexpr uint32_t kLongestHolder = 36;
      const MatchSpan who{p.clause_begin[static_cast<size_t>(d.clause)], tokens[holds].outer.begin};
      if (s.previous < 0 && who.begin < who.end && who.size() <= kLongestHolder &&
          (place || nouns_.EndsWith("company", Text(who)))) {
        Ref holder;
        holder.text = CleanPhrase(Text(who));
        holder.span = who;
        holder.named = true;
        if (CountCodePoints(holder.text) > 2 && !nouns_.Is("generic", holder.text)) return holder;
      }
    }
  }
  if (s.previous < 0) {
    uint32_t from = p.clause_begin[static_cast<size_t>(d.clause)];
    for (const Token& token : tokens) {
      if (token.outer.begin == from && IsPeriod(token.token_class)) from = token.outer.end;
    }
    if (Ref kin = KinAt(p, from); !kin.empty() && kin.span.end <= tokens[d.token].span.begin) {
      return kin;
    }
  }
  for (int t = std::max(0, d.token - kReach); t < d.token; ++t) {
    if (p.clause[t] != d.clause || p.paren[t] > p.paren[d.token]) continue;
    if (s.previous >= 0 && t <= s.previous && last != nullptr && last->token == s.previous) {
      continue;  // the number before has taken it
    }
    const Class c = tokens[t].token_class;
    // 占我国外贸总值的55%: what it is a part of.
    // 质押4000万股，占其所持股份比例10%: nor is who has the whole.
    if (s.share >= 0 && t > s.share &&
        (c == Class::kHere || (c == Class::kPronoun && last != nullptr))) {
      continue;
    }
    if (p.speaker[t] == 0 && KinBehind(p, t) >= 0) continue;
    if (p.compared[t] != 0 && c == Class::kHere) continue;  // 比全国高1.8个百分点
    if (c == Class::kHere && !(s.corporate && s.firm_context) && !SaysWhatKind(tokens[t]) &&
        !nouns_.StartsWith("foremost", Text({tokens[t].span.end, p.span.end}))) {
      Ref agent = HereAgent(p, t, tokens[d.token].outer.begin);
      if (!agent.empty()) return agent;
      const Ref ref = HereRef(tokens[t]);
      if (!ref.text.empty() && !(ref.text == "全球" && (s.counted || !s.context.empty()))) {
        subject = ref;
        return subject;
      }
    }
    if (c == Class::kPronoun && tokens[t].cue->value == "company") {
      subject = CompanyRef(p, t);
      if (subject.empty()) subject = s.context;
      if (!subject.empty()) {
        subject.span = tokens[t].span;
        return subject;
      }
    }
    // 甲公司宣布，其产品乙模型…: the name behind it.
    constexpr uint32_t kKindOfThing = 24;
    if (c == Class::kPronoun && tokens[t].cue->value == "it" && t + 1 < d.token &&
        tokens[t + 1].token_class == Class::kProduct && p.clause[t + 1] == d.clause &&
        tokens[t + 1].span.begin > tokens[t].span.end &&
        tokens[t + 1].span.begin - tokens[t].span.end <= kKindOfThing &&
        nouns_.EndsWith("good", Text({tokens[t].span.end, tokens[t + 1].span.begin}))) {
      continue;
    }
    if (c == Class::kPronoun && tokens[t].cue->value == "it" && !IsObject(p, t)) {
      // 其: the last name before it, a speaker's too.
      for (int u = t - 1; u >= 0 && subject.empty(); --u) {
        if (!IsEntity(tokens[u].token_class) || p.paren[u] != 0 || p.compared[u] != 0) continue;
        // 以某模型为例，据甲机构测算，其成本: whose figures they are, is not whom they are of.
        if (p.speaker[u] != 0 && u > 0 && tokens[u - 1].token_class == Class::kSource &&
            tokens[u - 1].span.end == tokens[u].span.begin) {
          continue;
        }
        int first = u;
        for (int v = u - 1; v >= 0 && p.clause[v] == p.clause[u]; --v) {
          // 美国芯片公司甲公司宣布，其…: where it is from, is not who it is.
          if (tokens[v].token_class == Class::kPlace && tokens[u].token_class != Class::kPlace) {
            continue;
          }
          if (IsEntity(tokens[v].token_class) && p.paren[v] == 0 && !IsObject(p, v)) first = v;
        }
        // 瑞银将腾讯…，并预计其营收: no broker speaks of its own.
        if (nouns_.Is("broker", tokens[first].mention->entity.canonical)) first = u;
        subject = EntityRef(tokens[first]);
      }
      if (subject.empty()) subject = s.context;
      if (!subject.empty()) {
        subject.span = tokens[t].span;
        return subject;
      }
    }
    if (!IsEntity(c) || p.speaker[t] != 0 || p.compared[t] != 0 || IsObject(p, t)) continue;
    if (IsDoubtful(tokens[t]) || IsMainland(tokens[t])) continue;
    // 客户的采购推动营收增长: of whom the document speaks, not of whose purchases.
    if (s.corporate && s.firm_context && CausesMeasure(p, t, d.token)) continue;
    if (t + 1 < d.token && IsRoute(p, t + 1)) break;  // 甲地到乙地运价 is of neither
    if (c == Class::kPlace && s.corporate && s.firm_context) continue;
    subject = RunRef(p, t);
    // 某地芯片厂甲公司: the name behind the place.
    if (c == Class::kPlace) {
      Ref behind = KnownHere(p, tokens[t].span.end, tokens[d.token].outer.begin);
      if (!behind.empty()) return behind;
    }
    return subject;
  }
  if (names_.empty()) return {};
  uint32_t from = p.clause_begin[static_cast<size_t>(d.clause)];
  if (s.previous >= 0 && last != nullptr && last->token == s.previous) {
    from = tokens[s.previous].outer.end;
  }
  return KnownHere(p, from, tokens[d.token].outer.begin);
}

}  // namespace hanfact::extract
