// Quotes that do not name what they are of: 涨5%, 收在9元, 报3900点.
#include <algorithm>
#include <utility>

#include "extract/fold.h"

namespace hanfact::extract {

using Class = TokenClass;

// 韩元贬值0.15%: money is measured by its rate of exchange.
void Fold::CurrencyMeasure(const Parts& p, Draft& d, Scene& s, MetricRef& m) const {
  const Token& value = p.row.tokens[d.token];
  if ((s.change || s.market) && !s.counted &&
      (nouns_.Is("currency", s.modifier) || nouns_.Is("currency", s.subject.text))) {
    if (!s.modifier.empty()) s.SetSubject(s.modifier, s.modifier_span);
    s.modifier.clear();
    d.own_subject = true;
    m = Named("汇率", value.span);
  }
}

// Quotes told without their measure: levels of an index, prices at a market.
// `priced`: an index that has a price; `yearly`: told against a year or a quarter before.
void Fold::IndexMeasure(const Parts& p, const Phrase& phrase, Draft& d, Scene& s, bool priced,
                        bool yearly, MetricRef& m) const {
  const Token& value = p.row.tokens[d.token];
  const Class vc = value.token_class;
  const Draft* last = LastDraft(p, d.token);
  const Ref& who = s.subject.empty() ? s.context : s.subject;
  if (m.empty() && priced && vc == Class::kRate && s.modifier.empty() &&
      (last == nullptr || last->metric.id == "index_level")) {
    m = Named("价格", value.span);
  }
  // 某指数甲市年涨6%、乙市涨9%: the next place's, by the same measure.
  if (m.empty() && s.change && d.own_subject && s.subject.type == EntityType::kPlace &&
      last != nullptr && last->subject.type == EntityType::kPlace &&
      last->claim.kind == ClaimKind::kChange && last->clause >= d.clause - 1 &&
      last->claim.quantity.unit == d.claim.quantity.unit && !last->metric.empty() &&
      last->subject.text != s.subject.text && s.modifier.empty()) {
    m = last->metric;
  }
  if (m.empty() && s.points && last != nullptr && !d.own_subject &&
      (last->metric.id == "fx_rate" ||
       (last->claim.quantity.unit == d.claim.quantity.unit && !last->metric.empty()))) {
    m = last->metric;  // 信心指数为72点，月减1点
  } else if (m.empty() && s.points && last == nullptr && metric_.id == "confidence_index" &&
             !s.subject.entity && !(s.subject.empty() && s.modifier.empty())) {
    // 制造业测验点为91点；服务业升2点: of another trade.
    m = metric_;
    if (m.cue != nullptr) m.base = m.cue->canonical;
    m.span = s.subject.empty() ? s.modifier_span : s.subject.span;
    m.text = Joined(s.subject.empty() ? s.modifier : s.subject.text, m.base);
    s.subject = {};
    d.own_subject = false;
    s.modifier.clear();
  } else if (m.empty() && s.points) {
    m = Named("点位", value.span);
  } else if (m.empty() && (s.market || d.own_subject || nouns_.EndsWith("market", who.text)) &&
             !s.counted &&
             !(nouns_.EndsWith("market", who.text) && !d.own_subject && last != nullptr)) {
    if (priced)
      m = Named("价格", value.span);
    else if (who.entity && who.type == EntityType::kIndex)
      m = Named("点位", value.span);
    else if (!who.entity && d.own_subject && nouns_.EndsWith("indexname", who.text) &&
             vc == Class::kPercent && !s.change && !phrase.predicates.empty()) {
      // 从业人员指数为48%: what a survey measures, no market.
      m.text = s.subject.text;
      m.span = s.subject.span;
      s.subject = {};
      d.own_subject = false;
    } else if (!who.entity && (nouns_.EndsWith("indexname", who.text) ||
                               (s.market && nouns_.EndsWith("bourse", who.text))))
      m = Named("点位", value.span);
    else if (nouns_.EndsWith("market", who.text) && !s.market)
      m = Named("市场规模", value.span);
    else if (s.market && d.own_subject && !yearly) {
      const bool share = (who.entity && who.type == EntityType::kOrg) || who.text.ends_with("类股");
      m = Named(share ? "股价" : "价格", value.span);
    }
  }
}

// Quotes told without their measure: a listed company's share beside other quotes.
void Fold::SharesMeasure(const Parts& p, const Draft& d, const Scene& s, bool priced, bool yearly,
                         MetricRef& m) const {
  constexpr int kMostForRise = 10000;
  const Token& value = p.row.tokens[d.token];
  const Class vc = value.token_class;
  const Draft* last = LastDraft(p, d.token);
  const Ref& who = s.subject.empty() ? s.context : s.subject;
  // 甲公司遭卖超3000张，下跌2%，收在9元: a listed company's quotes beside what is traded in it.
  const bool traded = last != nullptr && IsListed(who) &&
                      (last->metric.id == "turnover" || nouns_.Is("deed", last->metric.id) ||
                       last->claim.quantity.unit == "count:张");
  if (m.empty() && s.market && !yearly && !s.counted && s.modifier.empty() && !who.empty() &&
      (last == nullptr || last->metric.empty() || nouns_.Is("quote", last->metric.id) ||
       !last->noun.empty() || traded)) {
    if (last != nullptr && last->metric.id == "market_cap" && vc == Class::kMoney && !s.change &&
        !d.own_subject && d.claim.quantity.value && *d.claim.quantity.value > Decimal(100000000))
      m = last->metric;  // 市值减少2亿元，降至9亿元
    else if (priced)
      m = Named("价格", value.span);
    else if (who.type == EntityType::kIndex && who.entity)
      m = Named("点位", value.span);
    else if (last != nullptr && last->metric.id == "index_level" && last->subject.text == who.text)
      m = last->metric;  // 大盘收在2万点，涨幅1%
    else if (last != nullptr && last->metric.id == "price")
      m = last->metric;  // 均价为9元，上涨1元
    else if (who.entity ? who.type == EntityType::kOrg || who.type == EntityType::kProduct
                        : who.text.ends_with("股") || who.text.ends_with("公司"))
      m = Named("股价", value.span);
    else if (who.type != EntityType::kPerson && !(who.entity && who.type == EntityType::kPlace))
      m = Named("价格", value.span);
  }
  // 甲公司升3%: what a listed company's rate without a measure is of.
  // Nor is it of the oil price or the index in front.
  const bool others = last != nullptr && last->subject.text != who.text &&
                      (nouns_.Is("quote", last->metric.id) || nouns_.Is("goods", last->metric.id));
  // 甲公司升1.6元: nor is so little money of anything else.
  const bool little = vc == Class::kMoney && s.metric < 0 && d.claim.quantity.value &&
                      *d.claim.quantity.value < Decimal(kMostForRise);
  if (m.empty() && s.modifier.empty() && s.change && (vc == Class::kPercent || little) &&
      d.own_subject && !yearly && IsListed(who) &&
      (last == nullptr || last->metric.empty() || others)) {
    m = Named("股价", value.span);
  }
}

// 涨5%, 收在9元: what quotes without a measure are of.
void Fold::QuoteMeasure(const Parts& p, const Phrase& phrase, Draft& d, Scene& s,
                        MetricRef& m) const {
  const auto& tokens = p.row.tokens;
  const Token& value = tokens[d.token];
  const Class vc = value.token_class;
  const Draft* last = LastDraft(p, d.token);
  // 甲公司按年跌3成: no share is told against a year or a quarter before.
  const bool yearly = (d.claim.basis == Basis::kYoy || d.claim.basis == Basis::kQoq) &&
                      IsListed(s.subject.empty() ? s.context : s.subject);
  // What a s.subject's own kind is measured by.
  const Ref& who = s.subject.empty() ? s.context : s.subject;
  // 净利润升83%，盘后跌4%: what moves outside trading hours is the share.
  if (m.empty() && !s.counted && IsListed(who)) {
    uint32_t from = p.clause_begin[static_cast<size_t>(d.clause)];
    if (s.previous >= 0) from = std::max(from, tokens[s.previous].outer.end);
    if (nouns_.Within("afterhours", Text({from, value.outer.begin}))) m = Named("股价", value.span);
  }
  // 主力合约以9元/吨收盘, 上涨3元, 涨幅1%: no index has a price.
  const bool index =
      who.entity ? who.type == EntityType::kIndex : nouns_.EndsWith("indexname", who.text);
  const bool priced = index && !s.points && !s.counted &&
                      (vc == Class::kRate || vc == Class::kMoney ||
                       (last != nullptr && last->clause >= d.clause - 2 &&
                        last->metric.id == "price" && !d.own_subject));
  IndexMeasure(p, phrase, d, s, priced, yearly, m);
  SharesMeasure(p, d, s, priced, yearly, m);
}

// So little money as is no sum is the price of a share or of a ware.
void Fold::ShareQuote(const Parts& p, const Phrase& phrase, const Draft& d, const Scene& s,
                      MetricRef& m) const {
  const auto& tokens = p.row.tokens;
  const Token& value = tokens[d.token];
  const Class vc = value.token_class;
  constexpr int kMostForShare = 100000;
  // 主力合约以21560元/吨收盘: so much for one of something is a price, no level of an index.
  if (m.id == "index_level" && vc == Class::kRate && d.claim.quantity.unit.find('/') == 3) {
    m = Named("价格", value.span);
  }
  // 甲公司早盘曾升至9元: what so little money is the level of, where nothing else is said.
  if (m.empty() && d.claim.kind == ClaimKind::kLevel && vc == Class::kMoney &&
      IsListed(s.subject.empty() ? s.context : s.subject) && d.claim.quantity.value &&
      *d.claim.quantity.value < Decimal(kMostForShare) &&
      std::any_of(phrase.predicates.begin(), phrase.predicates.end(), [&](int t) {
        // 报价为9元 may be of anything.
        return tokens[t].token_class == Class::kTo && !nouns_.Is("becomes", tokens[t].cue->surface);
      })) {
    m = Named("股价", value.span);
  }
  // 甲公司成交额9亿元。乙公司收在9元: so little is no sum, but the price of a share.
  if (!d.own_metric && vc == Class::kMoney && IsListed(s.subject) && s.share < 0 &&
      (m.id == "turnover" || nouns_.Is("deed", m.id)) && d.claim.quantity.value &&
      *d.claim.quantity.value < Decimal(kMostForShare)) {
    m = Named("股价", value.span);
  }
}

}  // namespace hanfact::extract
