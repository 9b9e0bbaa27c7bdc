// Who a number is about and what it measures, settled once both have been looked for.
#include <algorithm>
#include <utility>

#include "extract/fold.h"

namespace hanfact::extract {

using Class = TokenClass;

// Whether words in front of the number, in its clause, move a forecast (上调, 下修) or name one.
bool Fold::Revises(const Parts& p, const Draft& d) const {
  const auto& tokens = p.row.tokens;
  for (int t = std::max(0, d.token - kReach); t < d.token; ++t) {
    if (p.clause[t] != d.clause || tokens[t].cue == nullptr) continue;
    if (tokens[t].token_class == Class::kForecast) return true;
    if (nouns_.Is("revise", tokens[t].cue->surface)) return true;
  }
  return false;
}

// 工研院下修今年产值至2兆元: whether the clause says that an estimate was moved, whatever it is of.
bool Fold::MovesEstimate(const Parts& p, const Draft& d) const {
  const auto& tokens = p.row.tokens;
  for (int t = d.token - 1; t >= std::max(0, d.token - kReach) && p.clause[t] == d.clause; --t) {
    if (tokens[t].cue != nullptr && nouns_.Is("restates", tokens[t].cue->surface)) return true;
  }
  return false;
}

// 某院下修今年产值成长率至3%，产值2兆元: what stands beside an estimate of an office.
bool Fold::EstimatedBeside(const Parts& p, const Draft& d) const {
  const Draft* last = LastDraft(p, d.token);
  return last != nullptr && last->by_broker && last->clause == d.clause - 1 && !d.own_period &&
         last->claim.modality == Modality::kForecast && !last->claim.attribution.empty() &&
         last->period.mention == d.period.mention && !TellsTrade(d.metric);
}

// 主计总处将今年经济成长率预测上修至3%, 世界银行将印度…: an office has no economy. It speaks of the
// place handed to it, else of its own or the document's country.
void Fold::TellOfficesForecast(const Parts& p, Draft& d, Scene& s) const {
  if (!Revises(p, d)) return;
  const auto& tokens = p.row.tokens;
  const Token *office = nullptr, *place = nullptr;
  for (int t = std::max(0, d.token - kReach); t < d.token; ++t) {
    // 央行|升息半码，并下修成长率至3%
    const bool own = p.clause[t] == d.clause;
    const bool opens = p.clause[t] == d.clause - 1 && tokens[t].span.begin == p.span.begin &&
                       speaker_.sentence != index_;
    if (!(own || opens) || !IsEntity(tokens[t].token_class)) continue;
    const bool firm = tokens[t].token_class == Class::kOrg && nouns_.Is("public", d.metric.id);
    if (IsAgency(EntityRef(tokens[t])) || firm) {
      office = &tokens[t];
    } else if (office != nullptr && tokens[t].token_class == Class::kPlace) {
      place = &tokens[t];
    }
  }
  if (office == nullptr) return;
  d.by_broker = true;
  if (!s.subject.entity || s.subject.id != EntityRef(*office).id) return;
  if (place != nullptr) {
    s.subject = EntityRef(*place);
    return;
  }
  const Ref home = EconomyOf(s.subject);
  if (!home.text.empty()) s.subject = home;
}

// Whose figures an office tells: its country's, else the document's.
Ref Fold::EconomyOf(const Ref& office) const {
  const auto facts = tables_.entities->Lookup(office.id);
  const bool national = facts && !facts->home.empty();
  return national ? PlaceRef(nouns_.First("home:" + std::string(facts->home))) : HomeRef();
}

// 恒生指数高开；指数收报…: the index spoken of before, or the measure that is one (楼价指数).
void Fold::TakeLastIndex(const Parts& p, Draft& d, Scene& s) const {
  const auto index = [&](const Ref& r) {
    return (nouns_.EndsWith("indexname", r.text) &&
            r.text.size() > std::string_view("指数").size()) ||
           nouns_.Is("bourse", r.text);
  };
  for (auto o = p.drafts.rbegin(); o != p.drafts.rend(); ++o) {
    if (!index(o->subject)) continue;
    s.subject = o->subject;
    return;
  }
  for (int t = d.token - 1; t >= 0; --t) {
    if (p.row.tokens[t].token_class != Class::kIndex) continue;
    s.subject = EntityRef(p.row.tokens[t]);
    return;
  }
  if (index(subject_)) {
    s.subject = subject_;
    return;
  }
  const Draft* last = LastDraft(p, d.token);
  const MetricRef& before = last != nullptr ? last->metric : metric_;
  if (!nouns_.EndsWith("indexname", before.text)) return;
  s.subject = last != nullptr ? last->subject : subject_;
  d.metric = before;
}

// Whether the number counts what names in front of it are examples of (甲、乙等17家), and nobody
// else has been named as its subject: none, or one of them.
bool Fold::IsExample(const Parts& p, const Draft& d, const Scene& s) const {
  constexpr std::string_view kAndOthers = "等", kNext = "、";
  const auto& tokens = p.row.tokens;
  const uint32_t end = tokens[d.token].outer.begin;
  const uint32_t begin = p.clause_begin[static_cast<size_t>(d.clause)];
  const std::string_view list = Text({begin, end});
  if (!list.ends_with(kAndOthers) || list.find(kNext) == std::string_view::npos) return false;
  if (!d.own_subject || s.subject.empty() || s.subject.span.end <= begin) return true;
  const std::string_view behind = Text({s.subject.span.end, end});
  return behind.find(kNext) != std::string_view::npos &&
         std::none_of(tokens.begin(), tokens.begin() + d.token, [&](const Token& t) {
           return t.cue != nullptr && t.span.begin >= s.subject.span.end;
         });
}

// 外销订单年增7%，电子产品年增13%; CPI年增2%，蔬菜价格跌6%: whether what the clause names is a ware
// that the measure of before, an economy's, is made of: no subject of its own.
bool Fold::IsWare(const Parts& p, const Draft& d, const Scene& s) const {
  constexpr std::string_view kWares = "品";
  if (!d.own_subject || s.subject.entity) return false;
  const auto of_before = [&](const auto& fits) {
    return p.drafts.empty() ? fits(metric_)
                            : std::any_of(p.drafts.begin(), p.drafts.end(),
                                          [&](const Draft& o) { return fits(o.metric); });
  };
  // 外销订单A。电子产品接单B，机械业年增C: what is ordered of a country.
  const auto ordered = [](const MetricRef& m) { return Any(m.id, {"export_orders", "orders"}); };
  if (ordered(d.metric) && !s.firm_context && of_before(ordered)) return true;
  // 资通产品出口A: goods are what a country trades.
  if (d.own_metric && d.metric.id != "share_ratio" && nouns_.Is("trade", d.metric.id) &&
      s.subject.text.ends_with(kWares) && !s.firm_context) {
    return true;
  }
  if (!s.change) return false;
  if (!d.own_metric) {
    return s.subject.text.ends_with(kWares) &&
           (nouns_.Is("macro", d.metric.id) || nouns_.Is("public", d.metric.id));
  }
  return d.metric.id == "price" && of_before([](const MetricRef& m) {
           return Any(m.id, {"cpi", "core_cpi"});
         });
}

// 外销订单A。按地区别，美国订单B，欧洲C: what an economy traded or had ordered, of which the place
// that the clause names is where it goes to or comes from; null where it is none.
const MetricRef* Fold::TradedWith(const Parts& p, const Draft& d, const Scene& s) const {
  if (!d.own_subject || !s.subject.entity || s.subject.type != EntityType::kPlace ||
      d.metric.id.empty()) {
    return nullptr;
  }
  const auto traded = [&](const MetricRef& m) {
    return nouns_.Is("trade", m.id) || m.id == "export_orders";
  };
  const MetricRef* before = &metric_;
  const Ref* whose = &subject_;
  for (const Draft& o : p.drafts) {
    if (!traded(o.metric)) continue;
    before = &o.metric;
    whose = &o.subject;
  }
  if (!traded(*before)) return nullptr;
  const std::string home = HomeRef().text;
  if (s.subject.text == home || whose->text != home) return nullptr;
  const bool ordered = d.own_metric && before->id == "export_orders" &&
                       Any(d.metric.id, {"orders", "export_orders", "contract_value"});
  const bool goes_on = !d.own_metric && d.metric.id == before->id && !before->base.empty() &&
                       before->text != before->base;
  return ordered || goes_on ? before : nullptr;
}

// The subject of before where there is no other, groups, and what is said of the measure besides.
// 甲公司营收6亿。乙公司宣布，将投入3亿: the company that announces speaks of itself, where the
// sentence names nobody else; empty for none.
Ref Fold::AnnouncerOf(const Parts& p, const Draft& d, const Scene& s) const {
  const auto& tokens = p.row.tokens;
  const Speaker& speaker = SpeakerOf(p, d.token);
  if (d.metric.id == "market_size") return {};  // who foresees a market is not the market
  const bool named_here = p.span.Contains(s.context.span) && s.context.span.size() > 0;
  if (speaker.empty() || speaker.source || speaker.sentence != index_ || named_here ||
      speaker.verb.begin > tokens[d.token].span.begin) {
    return {};
  }
  Ref firm = speaker.who;
  // 丙公司董事长某人说: of the firm whose officer it is.
  for (size_t t = 0; firm.type == EntityType::kPerson && t + 2 < tokens.size(); ++t) {
    if (tokens[t].token_class == Class::kOrg && tokens[t + 1].token_class == Class::kTitle &&
        tokens[t].span.end == tokens[t + 1].outer.begin &&
        tokens[t + 2].span.begin == speaker.who.span.begin &&
        tokens[t + 1].outer.end == speaker.who.span.begin) {
      firm = EntityRef(tokens[t]);
    }
  }
  if (firm.type != EntityType::kOrg || !firm.entity || IsAgency(firm) || IsBroker(firm) ||
      IsSort(firm)) {
    return {};
  }
  return firm;
}

// 甲公司全球门店9家，中国为3家: a place where a company has a part of what was just told of it.
bool Fold::IsBranchPlace(const Parts& p, const Draft& d, const Scene& s) const {
  const Draft* last = LastDraft(p, d.token);
  // 内地市场营业额A，跌5%；东南亚市场B: of the level before the rate.
  if (last != nullptr && last->claim.kind == ClaimKind::kChange &&
      d.claim.kind != ClaimKind::kChange && last != p.drafts.data()) {
    --last;
  }
  return last != nullptr && d.own_subject && !d.own_metric && s.subject.entity &&
         s.subject.type == EntityType::kPlace && last->subject.entity &&
         last->subject.type == EntityType::kOrg && !IsAgency(last->subject) &&
         // 六都交易量减26%，其中台北市减24%: places have parts of their own.
         !nouns_.EndsWith("agent", last->subject.text) && last->clause >= d.clause - 2 &&
         last->claim.quantity.unit == d.claim.quantity.unit && last->claim.kind == d.claim.kind &&
         d.metric.text == last->metric.text && d.metric.cue != nullptr &&
         !nouns_.Is("macro", d.metric.id) && !nouns_.Is("quote", d.metric.id);
}

// A part or a branch that stands like a name: its measure is one of the company spoken of.
void Fold::TakePartsOfFirm(const Parts& p, Draft& d, Scene& s) const {
  MetricRef& m = d.metric;
  if (IsBranchPlace(p, d, s)) {
    if (m.base.empty()) m.base = m.cue->canonical;
    m.text = s.subject.text + m.base;
    m.span = s.subject.span;
    s.subject = LastDraft(p, d.token)->subject;
  }
  // 甲公司10月营收55亿元。其中，电源及零组件10月营收29亿元: a part of what the company has, no
  // company.
  if (s.firm_context && d.own_metric && d.own_subject && !s.subject.entity && m.cue != nullptr &&
      m.base.empty() && m.text == m.cue->canonical && nouns_.Is("corporate", m.id) &&
      s.context.text != s.subject.text && s.subject.span.begin > p.span.begin) {
    const std::string_view front = Text({p.span.begin, s.subject.span.begin});
    if (front.ends_with("其中") || front.ends_with("其中，")) {
      m.base = m.text;
      m.text = s.subject.text + m.base;
      s.subject = s.context;
      d.own_subject = false;
    }
  }
}

// Nobody is named: the announcing company, or whoever was spoken of.
void Fold::TakeSubjectOfBefore(const Parts& p, const Draft& d, Scene& s) const {
  if (s.subject.empty()) s.subject = AnnouncerOf(p, d, s);
  if (s.subject.empty()) s.subject = s.context;
  // 甲公司净流入9亿元。2791只个股被净卖出: no company is made of shares.
  if (!d.own_subject && d.claim.quantity.unit == "count:只" && IsListed(s.subject) &&
      nouns_.Is("shares", s.post)) {
    s.subject = {};
  }
}

// A ware or a partner of trade that stands like a name: the measure says of what or with whom it
// is.
void Fold::TakeWare(const Parts& p, Draft& d, Scene& s) const {
  MetricRef& m = d.metric;
  if (IsWare(p, d, s)) {
    if (m.base.empty()) m.base = m.text;
    if (Any(m.id, {"cpi", "core_cpi"})) m.base = "价格";
    if (m.id == "orders") m.id = "export_orders";
    m.text = Joined(s.subject.text, m.base);
    m.span = s.subject.span;
    s.subject = HomeRef();
    d.own_subject = false;
  }
  if (const MetricRef* before = TradedWith(p, d, s); before != nullptr) {
    constexpr std::string_view kFrom = "来自";
    std::string place = CleanPhrase(Text(s.subject.span));
    if (Text({p.span.begin, s.subject.span.begin}).ends_with(kFrom)) place.insert(0, kFrom);
    // 东协国家之订单: the measure without what else stands in front of it.
    m.base = d.own_metric && m.cue != nullptr ? m.cue->canonical : before->base;
    m.id = before->id;
    m.text = place + m.base;
    s.subject = HomeRef();
    d.own_subject = false;
  }
}

// Points are of an index, whoever was spoken of.
void Fold::TakeIndexSpokenOf(const Parts& p, Draft& d, Scene& s) const {
  const MetricRef& m = d.metric;
  if (!s.subject.entity && s.subject.text == "指数") TakeLastIndex(p, d, s);
  // 甲公司跌15元…，终场下跌90点: no share has points.
  if (s.points && !d.own_subject && m.id == "index_level" && IsListed(s.subject)) {
    TakeLastIndex(p, d, s);
    if (IsListed(s.subject) && !last_index_.empty()) s.subject = last_index_;
  }
}

// Goods that go abroad and visitors from there: figures of this country.
void Fold::TakeHome(const Parts& p, Draft& d, Scene& s) const {
  MetricRef& m = d.metric;
  if (s.toward && !d.own_subject && s.subject.type != EntityType::kPlace) s.subject = HomeRef();
  if (s.toward && s.subject.empty()) s.subject = HomeRef();
  // 输往内地的货值升14%: whither it goes is said by the measure.
  if (s.toward && s.subject.type == EntityType::kPlace && d.own_metric &&
      m.text.find(Text(s.subject.span)) != std::string::npos) {
    s.subject = HomeRef();
    d.own_subject = false;
  }
  // 日本旅客13万人次: visitors of this country.
  if (m.id == "visitors" && s.subject.type == EntityType::kPlace && d.own_metric &&
      m.text.size() > s.subject.span.size() && m.text.starts_with(Text(s.subject.span)) &&
      s.subject.text != HomeRef().text) {
    s.subject = HomeRef();
    d.own_subject = false;
  }
  // 日本旅客11万人次最多，|韩国9万人次次之: from there.
  if (const Draft* last = LastDraft(p, d.token);
      m.id == "visitors" && s.subject.type == EntityType::kPlace && !d.own_metric &&
      last != nullptr && last->metric.id == m.id && last->clause >= d.clause - 1 &&
      last->metric.cue != nullptr && last->metric.text.ends_with(last->metric.cue->surface) &&
      last->metric.text.size() >= last->metric.cue->surface.size() + 6 &&
      s.subject.text != HomeRef().text && last->subject.text == HomeRef().text) {
    m.text = std::string(Text(s.subject.span)) + last->metric.cue->surface;
    s.subject = HomeRef();
    d.own_subject = false;
  }
}

// 其中|嘉湖山庄|交投量由10宗减至4宗: the estate of homes that the clause names in front of its measure;
// empty for none.
MatchSpan Fold::EstateBefore(const Parts& p, const Draft& d) const {
  constexpr size_t kShortest = 9, kLongest = 30;
  const size_t measure = d.metric.cue == nullptr ? 0 : d.metric.cue->surface.size();
  if (measure == 0 || d.metric.span.end > p.row.tokens[d.token].outer.begin ||
      !EndsAt(text_, d.metric.span.end, d.metric.cue->surface)) {
    return {};
  }
  MatchSpan words{p.clause_begin[static_cast<size_t>(d.clause)],
                  d.metric.span.end - static_cast<uint32_t>(measure)};
  for (const Token& token : p.row.tokens) {
    if (token.outer.begin >= words.end) break;
    if (token.outer.end <= words.begin) continue;
    if (token.token_class != Class::kPart && token.token_class != Class::kConj &&
        !IsPeriod(token.token_class)) {
      return {};
    }
    words.begin = token.outer.end;
  }
  const std::string_view name = Text(words);
  const bool estate =
      name.size() >= kShortest && name.size() <= kLongest && nouns_.EndsWith("garden", name);
  return estate ? words : MatchSpan{};
}

// Of whom the number before is, where this one goes on with it.
void Fold::TakeWhoseNumberGoesOn(const Parts& p, Draft& d, Scene& s) const {
  MetricRef& m = d.metric;
  // 第二产业用电量A，增长B，占总量的C: of whom the number before is, where that is said.
  // 甲苑录5宗，较前周的4宗增加25%: and of whom it is held against a time before.
  const auto held = [&](const Draft& last) {
    const int front = d.token - 1;
    return IsPeriod(p.row.tokens[front].token_class) && p.compared[front] != 0 &&
           !d.own_metric && last.claim.quantity.unit == d.claim.quantity.unit;
  };
  const auto goes_on = [&] {
    const Draft* last = LastDraft(p, d.token);
    return last != nullptr && last->named_subject && !last->subject.empty() &&
           last->clause >= d.clause - 1 && !last->relative &&
           ((s.change && !d.own_metric) || s.share >= 0 || held(*last));
  };
  const bool same_subject = !d.own_subject && goes_on();
  if (same_subject) s.subject = LastDraft(p, d.token)->subject;
  // 嘉湖山庄交投量由10宗减至4宗
  const MatchSpan estate = s.counted && !d.own_subject ? EstateBefore(p, d) : MatchSpan{};
  if (!Text(estate).empty()) {
    s.SetSubject(std::string(Text(estate)), estate);
    m.text = m.cue->canonical;
    d.own_subject = true;
  }
  // 港岛区8个屋苑录7宗买卖: what was traded of the homes counted is of their district.
  const Draft* homes = LastDraft(p, d.token);
  const bool of_district = homes != nullptr && homes->clause == d.clause &&
                           homes->claim.kind == ClaimKind::kCount && s.counted &&
                           !homes->subject.empty() && nouns_.EndsWith("estates", homes->noun);
  if (of_district) s.subject = homes->subject;
  // 某省新增5例，其中甲市2例、乙市3例，新增重症1例: another measure is of the whole again.
  if (const Draft* last = LastDraft(p, d.token); !d.own_subject && d.own_metric &&
                                                 last != nullptr && last->own_subject &&
                                                 !last->own_metric && m.text != last->metric.text) {
    if (const Draft* head = HeadOfParts(p, d); head != nullptr) s.subject = head->subject;
  }
  // 沪深两市两融余额…，其中融资余额…: a part is of whom the whole is.
  const Draft* whole = d.own_subject || same_subject ? nullptr : HeadOfParts(p, d);
  const bool part = whole != nullptr && whole->named_subject && !whole->subject.empty() &&
                    whole->subject.type != EntityType::kPlace && !IsAgency(whole->subject) &&
                    !m.id.empty() && whole->metric.id == m.id;
  if (part) s.subject = whole->subject;
  d.named_subject = d.own_subject || same_subject || of_district || part;
  // 全球设备销售额为A；2026年升至B: what the figure of the sentence before was of.
  if (s.subject.empty() && !d.own_subject && !d.own_metric && !m.empty() &&
      m.text == metric_.text && LastDraft(p, d.token) == nullptr && index_ - last_sentence_ <= 1 &&
      last_paragraph_ == paragraph_) {
    s.subject = last_subject_;
  }
}

// 外资持有国内股票，连同存款余额共A: of whom a clause since the last number opens with; empty for
// none.
Ref Fold::HolderBefore(const Parts& p, const Draft& d) const {
  Ref holder;
  const Draft* last = LastDraft(p, d.token);
  for (int clause = d.clause; holder.empty() && clause >= 0; --clause) {
    if (last != nullptr && clause <= last->clause) break;
    Ref opens = OpeningRef(p, clause, UINT32_MAX);
    if (nouns_.Is("player", opens.text) && !opens.text.ends_with("股")) holder = std::move(opens);
  }
  return holder;
}

// Measures of an economy or of its offices are of the country or city itself.
void Fold::TakeEconomy(const Parts& p, Draft& d, Scene& s) const {
  MetricRef& m = d.metric;
  if (nouns_.Is("macro", m.id) || MovesEstimate(p, d)) TellOfficesForecast(p, d, s);
  // 消费者物价指数|CPI年增率2%: the measure by its full name is nobody.
  if (nouns_.Is("macro", m.id) && !s.subject.entity && s.subject.text.ends_with("物价指数")) {
    s.subject = HomeRef();
    d.own_subject = d.named_subject = false;
  }
  // 中央银行公布10月底外汇储备: an office has no economy of its own.
  const bool office = !s.subject.empty() && IsAgency(s.subject);
  // 外资持有股票，连同|台币|存款余额: money holds nothing.
  const bool held = !d.named_subject || nouns_.Is("currency", s.subject.text);
  const Ref holder = nouns_.Is("macro", m.id) && held ? HolderBefore(p, d) : Ref();
  if (!holder.empty()) s.subject = holder;
  // 某房屋研究员估计，全年移转量A: no agency's, whoever tells it.
  if (m.id == "home_transfers" && !d.own_subject && s.subject.entity &&
      s.subject.type == EntityType::kOrg) {
    s.subject = HomeRef();
  }
  // 本国银行38家，放款余额A: of the banks just spoken of.
  const bool banks = Any(m.id, {"loan", "deposit"}) && !s.subject.entity &&
                     LastDraft(p, d.token) != nullptr && s.subject.text.ends_with("银行") &&
                     LastDraft(p, d.token)->subject.text == s.subject.text;
  // 该社区有居民楼68栋，常住人口1万人: of what the sentence is about.
  const Draft* last = LastDraft(p, d.token);
  const bool body = last != nullptr && !s.subject.entity && s.subject.text == last->subject.text &&
                    nouns_.EndsWith("body", s.subject.text);
  if (!banks && !body && holder.empty() &&
      (nouns_.Is("macro", m.id) || nouns_.Is("public", m.id)) && (!d.named_subject || office) &&
      (s.subject.empty() || s.subject.type != EntityType::kPlace) &&
      (nouns_.Is("public", m.id) ||
       (!(s.subject.entity && s.subject.type == EntityType::kOrg && !IsAgency(s.subject)) &&
        // 《甲片》热映，累计票房: of the film.
        !(s.subject.entity && s.subject.type == EntityType::kProduct && m.id == "box_office")))) {
    const Ref home = office ? EconomyOf(s.subject) : HomeRef();
    if (!home.text.empty()) s.subject = home;
  }
  // 南韩出口降至5亿元。财政部指出，出口金额6亿元: an office tells of its own country.
  if (nouns_.Is("trade", m.id) && !d.named_subject && d.own_metric && s.subject.entity &&
      s.subject.type == EntityType::kPlace && LastDraft(p, d.token) == nullptr &&
      !p.span.Contains(s.subject.span) && speaker_.sentence == index_ && IsAgency(speaker_.who) &&
      !IsBroker(speaker_.who)) {
    const Ref home = EconomyOf(speaker_.who);
    if (!home.text.empty()) s.subject = home;
  }
  // 来台旅客: the place they come to, whoever was spoken of.
  if (!d.own_subject && m.cue != nullptr && m.cue->surface.size() >= 6) {
    const std::string place = nouns_.First("into:" + m.cue->surface.substr(0, 6));
    if (!place.empty()) s.subject = PlaceRef(place);
  }
}

// 新增, 累计 in front of the phrase or the value say which of the kind.
void Fold::TakeScopeInFront(const Parts& p, Draft& d, Scene& s) const {
  MetricRef& m = d.metric;
  const auto& tokens = p.row.tokens;
  if (m.scope.empty()) m.scope = s.accounting;
  for (int t = d.token - 1;
       t > s.previous && t >= std::max(0, d.token - kReach) && p.clause[t] == d.clause; --t) {
    const Class c = tokens[t].token_class;
    if (c == Class::kNew && m.scope.empty()) m.scope = "新增";
    if (c == Class::kTotal && m.scope.empty() && tokens[t].cue->surface.starts_with("累")) {
      m.scope = "累计";
    }
  }
}

// What is measured, by the ware, the rate or the things counted.
void Fold::NameByUnit(Draft& d, Scene& s) const {
  MetricRef& m = d.metric;
  // 金价升至9元: of gold, whoever was spoken of.
  if (const std::string ware = m.id.empty() ? "" : nouns_.First("ware:" + m.id);
      !ware.empty() && !d.own_subject && m.cue != nullptr) {
    s.subject = {};
    s.SetSubject(m.cue->surface.ends_with("价格") && m.cue->surface.size() > 12
                     ? m.cue->surface.substr(0, m.cue->surface.size() - 6)
                     : ware,
                 m.span);
    m.text = "价格";
  }
  // 加息25个基点: what is raised.
  if (d.claim.quantity.unit == "basis_point") {
    if (std::string moved = nouns_.First("moved:" + m.id); !moved.empty()) m.text = moved;
  }
  // 成交7万口: what is traded is counted, no amount of money.
  if (s.counted) {
    const std::string counted = nouns_.First("counted:" + (m.id.empty() ? m.text : m.id));
    if (!counted.empty()) m = Named(counted, m.span);
  }
  // 成交量3000亿元: nor is money a number of shares.
  if (ForMoney(d.claim.quantity.unit) && !m.id.empty()) {
    const std::string worth = nouns_.First("worth:" + m.id);
    if (!worth.empty()) m = Named(worth, m.span);
  }
  if (m.scope == "新增" && m.text.starts_with("累计")) m.text = "新增" + m.text.substr(6);
}

// One number of several, or of a group whose members were named before.
void Fold::TakeGroup(const Parts& p, Draft& d, Scene& s) {
  MetricRef& m = d.metric;
  const auto& tokens = p.row.tokens;
  // 甲公司、乙公司涨近5%: one number of two.
  if (s.subject.entity && d.own_subject && s.entity >= 0 &&
      s.subject.span == tokens[s.entity].span) {
    s.subject = RunRef(p, s.entity);
  }
  // 四大云厂商 spoken of again: the members named before.
  if (!s.subject.id.starts_with("group:") && !groups_.empty()) {
    const uint32_t from = p.clause_begin[static_cast<size_t>(d.clause)];
    for (uint32_t at = from; at < tokens[d.token].outer.begin; at += CodePointLength(text_[at])) {
      if (GroupNumeral(Text({at, at + 3})).empty()) continue;
      const std::string name = GroupName(at, GroupEnd(p, at), 0);
      if (name.empty()) continue;
      const auto same = std::find_if(groups_.rbegin(), groups_.rend(), [&](const Ref& g) {
        return g.text.substr(0, 3) == name.substr(0, 3);
      });
      if (same == groups_.rend()) continue;
      s.subject = *same;
      s.subject.span = {at, at + static_cast<uint32_t>(name.size())};
      d.own_subject = true;
      // 四巨头资本开支: whose measure it is belongs not to its name.
      if (!m.base.empty() && m.text == name + m.base) m.text = m.base;
      break;
    }
  }
  if (s.subject.id.starts_with("group:") && !GroupNumeral(s.subject.text).empty()) {
    groups_.push_back(s.subject);
  }
}

// The year as far as the month: 累计营收 and what goes on with it.
void Fold::TakeYearSoFar(const Parts& p, Draft& d) {
  const MetricRef& m = d.metric;
  const auto& tokens = p.row.tokens;
  // 11月营收A，累计营收B: the year as far as the month, of what companies report.
  // 累计至11月净利C: that date is its end.
  const auto summed = [&](const Token& t) {
    const std::string_view front = Text({p.span.begin, t.outer.begin});
    return t.mention == d.period.mention && (front.ends_with("累计") || front.ends_with("累计至"));
  };
  if (!d.period.empty() && nouns_.Is("corporate", m.id) && document_.meta.region == "TW" &&
      (d.own_period ? std::any_of(tokens.begin(), tokens.end(), summed) : m.scope == "累计")) {
    const Period& month = d.period.mention->period;
    if (month.grain == Grain::kMonth && month.start && month.end &&
        month.start->date.year == month.end->date.year && month.start->date.month > 1 &&
        month.start->date.month == month.end->date.month) {
      const auto start = YearPeriod(month.start->date.year).start;
      OwnPeriod(d, *d.period.mention).start = start;
    }
  }
  // 累计净利A，每股收益B: the next measure of what was told of the year so far.
  if (const Draft* last = LastDraft(p, d.token);
      last != nullptr && m.scope.empty() && !d.own_period && !d.period.empty() &&
      last->clause == d.clause - 1 && last->metric.scope == "累计" && !last->period.empty() &&
      nouns_.Is("corporate", m.id) && nouns_.Is("corporate", last->metric.id)) {
    const Period& year = last->period.mention->period;
    const Period& month = d.period.mention->period;
    if (year.start && year.end && month.start && month.end && year.end->date == month.end->date &&
        year.start->date < month.start->date) {
      d.period = last->period;
    }
  }
}

// 奖金及加班费等|非经常性薪资: a list of what belongs to the measure is nobody.
void Fold::LeaveListedParts(const Parts& p, Draft& d, Scene& s) const {
  const auto& tokens = p.row.tokens;
  if (d.metric.cue == nullptr || s.subject.entity || s.subject.named ||
      !s.subject.text.ends_with("等") ||
      std::any_of(tokens.begin(), tokens.end(), [&](const Token& t) {
        return IsEntity(t.token_class) && s.subject.span.Contains(t.span);
      })) {
    return;
  }
  s.subject = s.context.entity ? s.context : HomeRef();
  d.own_subject = d.named_subject = false;
}

// 大型单位售价指数升1%: the class of homes says which index it is; whose it is, the place does.
void Fold::NameIndexOfHomes(Draft& d, Scene& s) const {
  MetricRef& m = d.metric;
  if (!Any(m.id, {"home_price_index", "rent_index", "other_index"}) || s.subject.entity ||
      !nouns_.EndsWith("estates", s.subject.text)) {
    return;
  }
  const Ref home = HomeRef();
  if (home.text.empty()) return;
  if (d.own_subject && m.text.find(s.subject.text) == std::string::npos) {
    m.text = s.subject.text + (m.cue != nullptr ? m.cue->canonical : m.text);
  }
  s.subject = home;
  d.own_subject = false;
}

// 加权指数收…点，成交值…: an index has no trades, its market has.
void Fold::TakeMarketOfIndex(const Draft& d, Scene& s) const {
  const MetricRef& m = d.metric;
  if (m.id == "turnover" && s.subject.type == EntityType::kIndex && !d.own_subject) {
    std::string market = nouns_.First("traded:" + s.subject.id);
    if (market.empty()) market = nouns_.First("traded:" + document_.meta.region);
    if (!market.empty()) s.subject = NameRef(market);
  }
}

// 过去24小时新增…，累计…: a running total stands at the end of a window of days.
void Fold::DateRunningTotal(Draft& d) {
  const MetricRef& m = d.metric;
  if ((m.scope == "累计" || m.text.starts_with("累计")) && !d.period.empty()) {
    const Period& window = d.period.mention->period;
    if (window.start && window.end && window.start->date < window.end->date &&
        DayNumber(window.end->date) - DayNumber(window.start->date) <= 2) {
      Period& own = OwnPeriod(d, *d.period.mention);
      own.start = own.end;
    }
  }
}

// Whose share a target price is of: no broker's and no dealer's.
void Fold::TakeOwnerOfTarget(const Parts& p, const Draft& d, Scene& s) const {
  const MetricRef& m = d.metric;
  const auto& tokens = p.row.tokens;
  // 外资将目标价调升到300元: a target is of the share that the sentence speaks of.
  if (m.id == "target_price" && !s.subject.entity && s.context.entity) s.subject = s.context;
  // 外资不断上修目标价: nor is it of who buys and sells.
  // 外资买超甲公司2千张，股价收9元: nor has who deals a share.
  for (int t = d.token - 1; m.id == "share_price" && t >= 0 && p.clause[t] >= d.clause - 1; --t) {
    if (!nouns_.Is("player", s.subject.text)) break;
    if (tokens[t].token_class == Class::kOrg) s.subject = EntityRef(tokens[t]);
  }
  if (m.id == "target_price" && nouns_.Is("player", s.subject.text) && !FirmSpokenOf().empty()) {
    s.subject = FirmSpokenOf();
  }
  // 外资不断上调甲公司目标价，其中乙证券的9元最高: whose target it is.
  if (m.id == "target_price" && (!s.subject.entity || IsBroker(s.subject))) {
    for (int t = d.token - 1; t > 0; --t) {
      if (tokens[t].token_class != Class::kMetric || tokens[t].cue->value != "target_price" ||
          tokens[t - 1].token_class != Class::kOrg ||
          tokens[t - 1].span.end != tokens[t].span.begin) {
        continue;
      }
      const Ref owner = EntityRef(tokens[t - 1]);
      if (!IsBroker(owner)) {
        s.subject = owner;
        break;
      }
    }
  }
  if (m.id == "target_price" && (!s.subject.entity || IsBroker(s.subject))) {
    if (const Ref rated = FirmRated(p, d); !rated.empty()) s.subject = rated;
  }
}

// 甲证券维持乙公司「买入」评级，目标价9元: the firm named last that is no broker; empty for none.
Ref Fold::FirmRated(const Parts& p, const Draft& d) const {
  for (int t = d.token - 1; t >= std::max(0, d.token - kReach); --t) {
    const Token& name = p.row.tokens[t];
    if (name.token_class != Class::kOrg || p.compared[t] != 0 || p.paren[t] != 0) continue;
    const Ref firm = EntityRef(name);
    if (!IsBroker(firm) && !IsAgency(firm)) return firm;
  }
  return {};
}

// Whom a broker's figure is of: whom it names, has rated or revises, else of whom the article
// speaks.
void Fold::TakeOwnerOfForecast(const Parts& p, Draft& d, Scene& s) const {
  MetricRef& m = d.metric;
  const auto& tokens = p.row.tokens;
  // 高盛将英伟达2025年营收预测从1200亿上调至1300亿: whose forecast it is, and of whom.
  if (IsBroker(s.subject)) {
    for (int t = std::max(1, d.token - kReach); t < d.token; ++t) {
      const Token& before = tokens[t - 1];
      if (p.clause[t] != d.clause || !IsEntity(tokens[t].token_class) || before.cue == nullptr ||
          !nouns_.Is("object", before.cue->surface) || before.span.end != tokens[t].span.begin) {
        continue;
      }
      s.subject = EntityRef(tokens[t]);
      d.by_broker = true;
      break;
    }
  }
  // 中金维持腾讯评级，估计收入增长5%: whom the broker has named since it spoke.
  if (IsBroker(s.subject) && (nouns_.Is("corporate", m.id) || m.id == "target_price")) {
    const Ref rated = RatedBefore(p, d);
    if (!rated.empty() && rated.id != s.subject.id) {
      s.subject = rated;
      d.by_broker = true;
    }
  }
  // 光大证券下调净利润预测至9亿元: whose forecast it is, of whom the article speaks.
  if (IsBroker(s.subject) && nouns_.Is("corporate", m.id)) {
    const Ref owner = FirmSpokenOf();
    if (Revises(p, d) && !owner.empty() && owner.text != s.subject.text) {
      s.subject = owner;
      d.by_broker = true;
    }
  }
  // 高盛维持目标价9元: nor is it of the broker's own.
  if (m.id == "target_price" && IsBroker(s.subject)) {
    const Ref owner = FirmSpokenOf();
    if (!owner.empty()) s.subject = owner;
  }
}

// 中国手机市场出货量1亿台。上半年出货量2亿台: of the thing that the sentence before was about.
void Fold::TakeThing(const Parts& p, const Draft& d, Scene& s) const {
  const MetricRef& m = d.metric;
  const bool named_here = s.context.span.size() > 0 && p.span.Contains(s.context.span);
  const bool alike = m.text == thing_measure_ || nouns_.Is("thing", m.id)
                         ? m.id == thing_metric_
                         : nouns_.Is("corporate", m.id) && nouns_.Is("corporate", thing_metric_);
  if (!d.own_subject && p.drafts.empty() && thing_sentence_ == index_ - 1 && !named_here &&
      d.own_metric && !m.id.empty() && alike && paragraph_ == thing_paragraph_) {
    s.subject = thing_;
  }
}

// What a count of things is of: no broker's list, but the sort that those named are examples of.
void Fold::TakeSort(const Parts& p, Draft& d, Scene& s) const {
  MetricRef& m = d.metric;
  // 申万所属的28个行业: whose list it is, is not what is counted.
  if (s.counted && IsBroker(s.subject) && m.cue == nullptr) s.subject = {};
  // 甲、乙等17家芯片企业: of the sort that those named are examples of.
  if (s.counted && m.cue == nullptr && !s.post.empty() && s.post == d.noun && IsExample(p, d, s)) {
    size_t head = 3;  // the broadest sort: 企业 of 国产芯片企业
    while (head < s.post.size() && !nouns_.Is("kind", s.post.substr(s.post.size() - head))) ++head;
    if (head < s.post.size()) {
      s.SetSubject(s.post, s.post_span);
      m.text = m.base = s.post.substr(s.post.size() - head) + "数";
    }
  }
}

// Who deals and what they deal in.
void Fold::TakeDealer(const Parts& p, Draft& d, Scene& s) const {
  MetricRef& m = d.metric;
  const auto& tokens = p.row.tokens;
  // 外资买超前三大为甲公司4万张、乙公司2万张: who deals stands in front of the deed, what they deal
  // in behind it.
  if (nouns_.Is("deed", m.id) && s.counted && d.own_subject && IsListed(s.subject)) {
    Ref dealer = DealerInFront(p, d, s.subject);
    // 外资买超前三大为…；卖超前三大为甲公司2万张: of the same dealer.
    for (int t = d.token - 1; dealer.empty() && t >= 0 && p.clause[t] == d.clause; --t) {
      if (tokens[t].token_class == Class::kMetric && tokens[t].cue->value == m.id &&
          tokens[t].span.begin == p.clause_begin[static_cast<size_t>(d.clause)]) {
        dealer = DealerBefore(p, d);
      }
    }
    // 甲公司也遭卖超2万张: what suffers it.
    const uint32_t end = s.subject.span.end, value = tokens[d.token].span.begin;
    const bool suffers = end < value && nouns_.Within("suffers", Text({end, value}));
    if (dealer.empty() && suffers) dealer = DealerBefore(p, d);
    if (!dealer.empty()) {
      if (suffers) d.sufferer = s.subject;
      if (m.base.empty()) m.base = m.text;
      m.text = m.base + s.subject.text;
      s.subject = dealer;
    }
  }
  // 买超甲公司3万张, 买超前三名为甲公司3万张，以及乙公司2万张: what stands right in front of the
  // number.
  if (nouns_.Is("deed", m.id)) {
    Ref firm = DealtIn(p, d);
    // 买超前两名为某某5万张、某某3万张: of shares, whatever the lexicon knows.
    const uint32_t front = tokens[d.token].outer.begin;
    if (firm.empty() && Any(d.claim.quantity.unit, {"count:张", "count:股"})) {
      if (s.subject.named && s.subject.span.end == front) firm = s.subject;
      const bool verb = nouns_.EndsWith("dealverb", s.modifier);  // 其它买|超逾4张
      if (firm.empty() && !verb && s.modifier_span.end == front) {
        firm = RefOfWords(s.modifier_span);
      }
    }
    const bool deals = nouns_.Is("player", s.subject.text);
    Ref dealer = firm.empty() || deals ? s.subject : DealerInFront(p, d, firm);
    if (!firm.empty() && dealer.empty()) dealer = DealerBefore(p, d);
    if (!firm.empty() && nouns_.Is("player", dealer.text)) {
      if (m.base.empty()) m.base = m.text;
      m.text = m.base + firm.text;
      s.subject = dealer;
      return;
    }
  }
  // 外资买超前十名个股，买超甲公司3万张: who deals is whoever dealt before.
  // 外资调节，卖超台股5亿元: what is dealt in deals in nothing.
  const bool object =
      m.cue != nullptr && !s.subject.entity && s.subject.text.starts_with(m.cue->surface);
  if (nouns_.Is("deed", m.id) &&
      (object || (!d.own_subject && (IsListed(s.subject) || s.subject.type == EntityType::kIndex ||
                                     s.subject.type == EntityType::kPlace)))) {
    const Ref dealer = DealerBefore(p, d);
    if (!dealer.empty()) s.subject = dealer;
  }
}

// Subjects that no number is about: a speaker, a technique, the name of a whole trade.
void Fold::TakeWorldOrOwner(Draft& d, Scene& s) const {
  MetricRef& m = d.metric;
  // 某机构预测，全球市场规模: of all the world, whoever was spoken of.
  if (m.id == "market_size" && !d.own_subject && m.cue != nullptr &&
      m.cue->surface.starts_with("全球")) {
    s.SetSubject("全球", m.span);
  }
  // CoWoS月产能达9万片: of the company spoken of, whose technique it is.
  if (s.subject.type == EntityType::kProduct && nouns_.Is("technique", s.subject.text) &&
      !m.empty()) {
    const Ref owner = FirmSpokenOf();
    if (owner.entity && owner.type == EntityType::kOrg) {
      if (m.base.empty()) m.base = m.text;
      m.text = s.subject.text + m.text;
      s.subject = owner;
    }
  }
  // 外资表示，明年营收将增5%: who speaks so has no such measure.
  const auto speaks = [&](const Ref& ref) {
    return nouns_.Is("voice", ref.text) || nouns_.Is("player", ref.text);
  };
  if (nouns_.Is("corporate", m.id) && speaks(s.subject)) {
    s.subject = FirmSpokenOf();
    if (speaks(s.subject)) s.subject = OwnerRef();
    if (speaks(s.subject)) s.subject = {};
  }
  // 全民航: a trade that 中国 is a part of the name of.
  if (!s.subject.entity) {
    if (std::string name = nouns_.First("nation:" + s.subject.text); !name.empty()) {
      s.subject.text = std::move(name);
    }
  }
}

// Whether the words are goods without a name of their own, which whoever makes them tells of: 平板,
// AI伺服器; a trade, a market, a brand or a sort of company is none.
bool Fold::AreCommonGoods(const Ref& words) const {
  if (words.empty() || words.entity || !words.id.empty()) return false;
  if (nouns_.EndsWith("article", words.text)) return true;
  const bool model = std::none_of(words.text.begin(), words.text.end(),
                                  [](char c) { return static_cast<unsigned char>(c) >= 0x80; });
  return !words.named && !model && !IsBranch(words.text) && !nouns_.EndsWith("agent", words.text) &&
         !nouns_.EndsWith("brand", words.text) && !nouns_.EndsWith("company", words.text) &&
         !nouns_.EndsWith("kind", words.text) && !nouns_.EndsWith("market", words.text);
}

// Whether the title, where there is one, names the company: an article of its own.
bool Fold::InHeadline(const Ref& firm) const {
  return title_.empty() || title_.find(firm.text) != std::string::npos ||
         (!firm.printed.empty() && title_.find(firm.printed) != std::string::npos) ||
         headline_.id == firm.id;
}

// 甲公司|笔电|6月出货A。|平板|出货B: goods are those of the company in front of them, of the one
// that speaks or whose figures the passage tells, unless somebody counts a market.
void Fold::TakeGoodsOfFirm(const Parts& p, Draft& d, Scene& s) const {
  MetricRef& m = d.metric;
  const auto makes = [&](const Ref& who) {
    return who.entity && who.type == EntityType::kOrg && !who.id.starts_with("group:") &&
           !IsAgency(who) && !IsBroker(who);
  };
  if (!d.own_subject || !d.own_metric || s.here >= 0 || m.cue == nullptr || !m.base.empty() ||
      !nouns_.Is("sold", m.id)) {
    return;
  }
  Ref goods = s.subject;
  Ref firm;
  if (makes(s.subject)) {
    firm = s.subject;
    goods = {};
    goods.span = {s.subject.span.end, s.subject.span.end};
    for (const Token& token : p.row.tokens) {
      if (token.outer.begin < goods.span.begin) continue;
      goods.span.end = token.outer.begin;
      break;
    }
    goods.text = Text(goods.span);
    if (!nouns_.EndsWith("article", goods.text)) return;
  } else {
    const Speaker& speaker = SpeakerOf(p, d.token);
    const Draft* last = LastDraft(p, d.token);
    if (!speaker.empty() && speaker.paragraph == paragraph_) {
      firm = speaker.who;
    } else if (InHeadline(subject_) &&
               (nouns_.Is("sold", subject_metric_) || nouns_.Is("corporate", subject_metric_)) &&
               (last != nullptr ||
                (last_paragraph_ == paragraph_ && index_ - last_sentence_ <= 1))) {
      firm = subject_;
    }
    if (!makes(firm)) return;
  }
  // 全球智能眼镜|销量: of all there are.
  const bool placed = std::any_of(p.row.tokens.begin(), p.row.tokens.end(), [&](const Token& t) {
    return (t.token_class == Class::kHere || t.token_class == Class::kPlace) &&
           goods.span.Contains(t.span);
  });
  if (placed || !AreCommonGoods(goods)) return;
  m.base = m.text;
  m.text = Joined(goods.text, m.base);
  m.span = goods.span;
  d.own_subject = firm.text == s.subject.text;
  s.subject = std::move(firm);
}

// ①游戏业务：营收16亿美元，同比增长5%: the label says of which part of the company.
void Fold::NamePartByLabel(const Parts& p, Draft& d, const Scene& s) const {
  MetricRef& m = d.metric;
  std::string label = LabelOf(p, d);
  // 交通营收2亿元，占5%: what a share of a level is.
  if (d.claim.kind == ClaimKind::kShare && s.share >= 0 && !d.own_metric && !m.empty() &&
      !nouns_.Is("part", m.id) && !nouns_.Within("ratioword", m.text)) {
    if (m.base.empty()) m.base = m.text;
    m.text += "占比";
  }
  if (label.empty() && s.firm_context && d.own_metric) label = PartOf(p, d);
  if (!label.empty() && !m.empty() && m.base.empty() && m.cue != nullptr &&
      m.text == m.cue->canonical && nouns_.Is("corporate", m.id)) {
    m.base = m.text;
    m.text = label + m.base;
  }
}

// Who a number is about and what it measures, once both have been looked for: each step mends what
// only the two together show.
void Fold::Settle(Parts& p, Draft& d, Scene& s) {
  TakePartsOfFirm(p, d, s);
  TakeSubjectOfBefore(p, d, s);
  TakeWare(p, d, s);
  TakeIndexSpokenOf(p, d, s);
  TakeHome(p, d, s);
  TakeWhoseNumberGoesOn(p, d, s);
  TakeEconomy(p, d, s);
  TakeScopeInFront(p, d, s);
  NameByUnit(d, s);
  TakeGroup(p, d, s);
  TakeYearSoFar(p, d);
  LeaveListedParts(p, d, s);
  NameIndexOfHomes(d, s);
  TakeMarketOfIndex(d, s);
  DateRunningTotal(d);
  TakeOwnerOfTarget(p, d, s);
  TakeOwnerOfForecast(p, d, s);
  TakeThing(p, d, s);
  TakeSort(p, d, s);
  TakeDealer(p, d, s);
  TakeWorldOrOwner(d, s);
  TakeGoodsOfFirm(p, d, s);
  d.subject = s.subject;
  NamePartByLabel(p, d, s);
}

// The part of a company that stands right in front of a bracket that the number opens; empty for
// none.
std::string Fold::PartInFront(const Parts& p, int token) const {
  constexpr uint32_t kLongestPart = 36;
  const uint32_t open = p.row.tokens[token].outer.begin;
  if (p.paren[token] == 0 || open == 0 || text_[open - 1] != '(') return "";
  const uint32_t end = open - 1;
  uint32_t begin = std::max(p.span.begin, end > kLongestPart ? end - kLongestPart : 0);
  begin = std::max(begin, p.clause_begin[static_cast<size_t>(p.clause[token])]);
  for (const Token& t : p.row.tokens) {
    if (t.outer.end <= end && t.outer.begin < end) begin = std::max(begin, t.outer.end);
  }
  while (begin < end && (static_cast<unsigned char>(text_[begin]) & 0xC0) == 0x80) ++begin;
  std::string_view words = Text({begin, end});
  for (std::string_view mark : {"、", "与", "和", "及", ")"}) {
    if (const size_t at = words.rfind(mark); at != words.npos)
      words.remove_prefix(at + mark.size());
  }
  return nouns_.EndsWith("segment", words) && CountCodePoints(words) >= 4 ? std::string(words) : "";
}

// Who buys or sells in front of the deed that the firm named behind it suffers, in one clause, or
// did so with the firm before in a list; empty for none.
Ref Fold::DealerInFront(const Parts& p, const Draft& d, const Ref& firm) const {
  const auto& tokens = p.row.tokens;
  const Draft* last = LastDraft(p, d.token);
  if (last != nullptr && last->clause >= d.clause - 1 && last->metric.id == d.metric.id &&
      nouns_.Is("player", last->subject.text) && !d.own_metric) {
    return last->subject;
  }
  for (int t = d.token - 1; t >= 0 && p.clause[t] == d.clause; --t) {
    if (tokens[t].token_class != Class::kMetric || tokens[t].cue->value != d.metric.id) continue;
    // 甲公司获投信|买超2万张: who deals stands between.
    const bool behind = tokens[t].span.end > firm.span.begin;
    return PlayerIn({behind ? firm.span.end : p.clause_begin[static_cast<size_t>(d.clause)],
                     tokens[t].span.begin});
  }
  return {};
}

// The first of the words who buys and sells; empty for none.
Ref Fold::PlayerIn(MatchSpan words) const {
  for (uint32_t at = words.begin; at < words.end; at += CodePointLength(text_[at])) {
    const size_t n = nouns_.LongestStart("player", Text({at, words.end}));
    if (n == 0) continue;
    Ref ref;
    ref.span = {at, at + static_cast<uint32_t>(n)};
    ref.text = Text(ref.span);
    return ref;
  }
  return {};
}

// The listed company whose shares are dealt in, right in front of the number; empty for none.
Ref Fold::DealtIn(const Parts& p, const Draft& d) const {
  const auto& tokens = p.row.tokens;
  const uint32_t at = tokens[d.token].outer.begin;
  for (int t = d.token - 1; t >= 0 && p.clause[t] == d.clause; --t) {
    if (IsQuantity(tokens[t].token_class) && p.refused[t].empty()) return {};
    if (tokens[t].token_class != Class::kOrg) continue;
    if (tokens[t].span.end != at && BehindBracket(p, tokens[t].span.end) != at) return {};
    Ref firm = EntityRef(tokens[t]);
    return IsListed(firm) ? firm : Ref{};
  }
  return {};
}

// Who buys and sells in an earlier clause of the sentence, or did in the sentence before; empty for
// none.
Ref Fold::DealerBefore(const Parts& p, const Draft& d) const {
  for (int clause = d.clause - 1; clause >= 0; --clause) {
    Ref player = PlayerIn({p.clause_begin[static_cast<size_t>(clause)], ClauseEnd(p, clause)});
    if (!player.empty()) return player;
  }
  return dealer_;
}

// 游戏业务预计营收47亿元: the part of a company that the clause opens with, in front of what it
// foretells or of a date; empty for none.
std::string Fold::PartOf(const Parts& p, const Draft& d) const {
  constexpr size_t kLongestPart = 30;
  const auto& tokens = p.row.tokens;
  uint32_t from = p.clause_begin[static_cast<size_t>(d.clause)];
  for (int t = 0; t < d.token; ++t) {
    if (p.clause[t] != d.clause) continue;
    const Class c = tokens[t].token_class;
    if (tokens[t].outer.begin == from && (IsPeriod(c) || c == Class::kConj)) {
      from = tokens[t].outer.end;
      continue;
    }
    if (c != Class::kForecast && c != Class::kVoice && c != Class::kPeriod) return "";
    if (tokens[t].outer.begin <= from || tokens[t].outer.begin - from > kLongestPart) return "";
    std::string words(Text({from, tokens[t].outer.begin}));
    if (c == Class::kVoice && tokens[t].cue->surface.starts_with("市场")) words += "市场";
    words = CleanPhrase(words);
    const bool part = nouns_.EndsWith("segment", words) && CountCodePoints(words) >= 4;
    return part ? words : "";
  }
  return "";
}

// The part of a company that a label in front of a colon names for what follows in the sentence;
// empty for none.
std::string Fold::LabelOf(const Parts& p, const Draft& d) const {
  constexpr size_t kLongestLabel = 30;
  for (int clause = d.clause; clause > 0; --clause) {
    const uint32_t colon = p.clause_begin[static_cast<size_t>(clause)];
    if (colon == 0 || text_[colon - 1] != ':') continue;
    const MatchSpan words{p.clause_begin[static_cast<size_t>(clause) - 1], colon - 1};
    if (words.size() > kLongestLabel) return "";
    for (const Token& t : p.row.tokens) {
      if (words.Contains(t.span) && (IsQuantity(t.token_class) || IsEntity(t.token_class) ||
                                     IsPeriod(t.token_class) || t.token_class == Class::kMetric)) {
        return "";
      }
    }
    std::string label = CleanPhrase(Text(words));
    const bool part = nouns_.EndsWith("segment", label) && CountCodePoints(label) >= 3;
    return part ? label : "";
  }
  return "";
}

MetricRef Fold::Named(std::string_view surface, MatchSpan span) const {
  const Cue* cue = tables_.cues->Metric(surface);
  if (cue == nullptr) return {};
  return {cue->canonical, cue->value, "", span, cue, ""};
}

}  // namespace hanfact::extract
