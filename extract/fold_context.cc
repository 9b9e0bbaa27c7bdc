// What a sentence hands on to the next: whom it was about, what it measured, when, how sure.
#include <algorithm>
#include <utility>

#include "extract/fold.h"

namespace hanfact::extract {

using Class = TokenClass;

// 一边是亮眼的200亿美元，…，甲公司进退两难: the one company that a sentence names, at the head of a
// clause. Empty for none.
Ref Fold::LoneOpener(const Parts& p) const {
  Ref only;
  for (size_t t = 0; t < p.row.tokens.size(); ++t) {
    const Token& token = p.row.tokens[t];
    if (token.token_class != Class::kOrg || p.speaker[t] != 0) continue;
    const Ref ref = EntityRef(token);
    const bool opens = token.span.begin == p.clause_begin[static_cast<size_t>(p.clause[t])];
    // 甲牌7系 is a thing.
    const bool model = token.span.end < p.span.end && IsAsciiDigit(text_[token.span.end]);
    if (!opens || model || p.paren[t] != 0 || p.compared[t] != 0 || IsAgency(ref) ||
        (!only.empty() && only.id != ref.id)) {
      return {};
    }
    only = ref;
  }
  return only;
}

// Whether `week` is the week of `day`.
bool Fold::WeekOf(const Period& week, const Period& day) {
  return week.grain == Grain::kWeek && day.grain <= Grain::kDay && week.start && week.end &&
         day.start && !(day.start->date < week.start->date) && !(week.end->date < day.start->date);
}

// 周五金价收高，|本周创最大跌幅: whether a day of the week at `token` stands in front of it.
bool Fold::WeekOfDayInFront(const Parts& p, int token) {
  const auto& tokens = p.row.tokens;
  const Period& week = tokens[static_cast<size_t>(token)].mention->period;
  return std::any_of(tokens.begin(), tokens.begin() + token, [&](const Token& front) {
    return front.token_class == Class::kPeriod && WeekOf(week, front.mention->period);
  });
}

// What, with no known name, the last number was about.
void Fold::NoteThing(const Parts& p, int index) {
  if (p.drafts.empty()) return;
  // 零售业营业额A，其中百货业B。: of the whole again.
  const Draft& last = p.drafts.back();
  const Draft* head = last.own_metric ? nullptr : HeadOfParts(p, last);
  const Draft& whole = head != nullptr && !head->subject.empty() ? *head : last;
  // 其中百货业B。: parts of what the sentence before was of.
  const Token& opens = p.row.tokens.front();
  if (opens.token_class == Class::kPart && opens.outer.begin == p.span.begin && !last.own_metric &&
      thing_sentence_ == index - 1) {
    thing_sentence_ = index;
  } else if (!whole.subject.entity && !whole.subject.empty() &&
             (nouns_.Is("thing", whole.metric.id) ||
              (IsBranch(whole.subject.text) && !nouns_.Is("public", whole.metric.id)) ||
              (nouns_.Is("corporate", whole.metric.id) && OwnerRef().empty()))) {
    thing_ = whole.subject;
    thing_.span = {};
    thing_metric_ = whole.metric.id;
    thing_measure_ = whole.metric.text;
    thing_sentence_ = index;
    thing_paragraph_ = paragraph_;
  }
}

// Whom the number was about, if what follows may go on about them.
void Fold::NoteSubject(const Parts& p, const Draft& d) {
  // A place that a company's article mentions does not take the company's place.
  const bool place = d.subject.entity && d.subject.type == EntityType::kPlace && subject_.entity &&
                     subject_.type == EntityType::kOrg && !nouns_.Is("macro", d.metric.id);
  // 某省新增5例，其中甲市2例。: nor does a part take the whole's.
  const bool ware = d.subject.type == EntityType::kProduct;
  const Draft* whole = d.own_metric && !ware ? nullptr : HeadOfParts(p, d);
  const Draft* head = d.own_metric ? nullptr : whole;
  // 甲公司交付50万辆，其中乙型交付48万辆。储能装机…: nor does one of its products.
  const bool product = whole != nullptr && ware && whole->subject.type == EntityType::kOrg &&
                       whole->metric.id == d.metric.id;
  // 甲公司营收9亿元。乙型交付1万辆。产能…: nor does one of what it sells, told by how many.
  const bool sold = ware && subject_.entity && subject_.type == EntityType::kOrg &&
                    !IsAgency(subject_) && nouns_.Is("sold", d.metric.id);
  const bool part = product || sold || (head != nullptr && !head->subject.empty());
  if (!place && !part &&
      (d.subject.entity || d.subject.named ||
       (d.own_subject && !d.subject.empty() && !subject_.entity && local_.empty() &&
        (nouns_.EndsWith("agent", d.subject.text) || IsBranch(d.subject.text))) ||
       // 两市共3192只个股下跌。687只上涨: of the market again.
       (d.own_subject && d.claim.kind == ClaimKind::kCount &&
        nouns_.Is("player", d.subject.text)))) {
    subject_ = d.subject;
    subject_metric_ = d.metric.id;
  }
  const bool firm = d.subject.type == EntityType::kOrg && !IsAgency(d.subject) &&
                    !d.subject.id.starts_with("group:") && d.own_subject &&
                    !nouns_.EndsWith("agent", d.subject.text);
  // 某某环保的收入: a company by its ending alone.
  const bool called = d.subject.named && d.own_subject && !d.subject.entity &&
                      nouns_.EndsWith("company", d.subject.text);
  if (called) firm_ = d.subject;
  if (firm && (d.subject.entity || d.subject.named)) {
    firm_ = d.subject;
    if (!d.subject.text.empty()) NoteName(d.subject);
  }
}

// The measure, money, day of trade, dealer and index of a number.
void Fold::NoteNumber(const Parts& p, const Draft& d, const Claim& made) {
  const Token& value = p.row.tokens[static_cast<size_t>(d.token)];
  if (!d.metric.empty()) {
    if (d.metric.text != metric_.text) {
      metric_class_ = value.token_class;
      metric_unit_ = made.quantity.unit;
    }
    metric_ = d.metric;
  }
  if (value.token_class == Class::kMoney && !value.mention->unit_assumed &&
      (nouns_.Is("corporate", d.metric.id) || nouns_.Is("macro", d.metric.id))) {
    paid_in_ = {d.subject.text, value.mention->quantity.unit};
  }
  NoteTradeDay(d, made.modality);
  if (tells_once_ && made.kind == ClaimKind::kCount && !d.period.empty() &&
      std::find(counted_.begin(), counted_.end(), made.quantity.unit) == counted_.end()) {
    counted_.push_back(made.quantity.unit);
  }
  if (nouns_.Is("deed", d.metric.id) && nouns_.Is("player", d.subject.text)) {
    dealer_ = d.subject;
    dealer_.span = {};
  }
  if (d.metric.id == "index_level" && !IsListed(d.subject) && !d.subject.empty()) {
    last_index_ = d.subject;
    last_index_.span = {};
  }
}

// 公布移转栋数！台北市1000栋: what a sentence without numbers says is counted.
void Fold::NoteMeasureSpokenOf(const Parts& p) {
  const int n = static_cast<int>(p.row.tokens.size());
  for (int t = n - 1; t >= 0; --t) {
    const Token& token = p.row.tokens[t];
    if (token.token_class != Class::kMetric || p.paren[t] != 0 || token.cue->units.size() != 1 ||
        token.cue->units[0] != "count") {
      continue;
    }
    metric_ = MetricOf(token);
    unit_metrics_.clear();
    break;
  }
}

// The period that the next sentence goes on with: a sentence whose first number took the date from
// before keeps to it; else the latest of its dates holds, those before it being what it is compared
// with. Null for none; `same` where it is of the year before alone.
const PeriodRef* Fold::PeriodToCarry(const Parts& p, int index, bool& same) const {
  const PeriodRef* carried = nullptr;
  for (const Draft& d : p.drafts) {
    if (d.period.empty() || !d.period.mention->period.start) continue;
    // 过去12个月增长4%: nor is a stretch up to then what the next sentence is of.
    const bool stretch = d.period.sentence == index && !period_.empty() &&
                         Text(d.period.mention->span).starts_with("过去") &&
                         period_.mention->period.grain == Grain::kMonth;
    // 创1990年2569点以来新高: nor is when it was last as high.
    const bool record = d.own_period && BeforeRecord(p, p.row.tokens[d.token].outer.end);
    if (stretch || (record && d.claim.kind != ClaimKind::kDuration) ||
        d.period.mention->period_role == PeriodRole::kSamePeriod) {
      same = true;
      continue;
    }
    // 1—9月…，1—8月为…: of two that begin together the longer.
    const auto later = [](const Period& a, const Period& b) {
      return *a.start != *b.start ? *b.start < *a.start : !(a.end < b.end);
    };
    if (carried == nullptr || later(d.period.mention->period, carried->mention->period)) {
      carried = &d.period;
    }
    if (d.period.sentence < index) break;
  }
  return carried;
}

// 去年亏损4亿元；2022年盈利8亿元。: an aside of a year before the one told.
bool Fold::IsAside(const Parts& p, const PeriodRef& carried, int index) const {
  if (!tells_once_ || period_.empty() || carried.sentence != index ||
      period_.sentence != index - 1 || !EndsAt(text_, p.span.begin, ";")) {
    return false;
  }
  const Period& a = carried.mention->period;
  const Period& told = period_.mention->period;
  return a.grain == Grain::kYear && told.grain >= Grain::kYear && a.end && told.start &&
         a.end->date < told.start->date;
}

// The date of a sentence whose numbers have none.
void Fold::NotePeriodSpokenOf(const Parts& p, int index) {
  const int n = static_cast<int>(p.row.tokens.size());
  for (int t = n - 1; t >= 0; --t) {
    const Class c = p.row.tokens[t].token_class;
    if (c != Class::kPeriod && c != Class::kAsOf) continue;
    if (nouns_.StartsWith("results", Text({p.row.tokens[t].span.end, p.span.end}))) {
      // 上季度财报 dates the report, not what follows; 发布第三季度财报, 一季度业绩如下：: what
      // follows is of it.
      bool published = text_[p.span.end - 1] == ':';
      for (int u = t - 1; u >= 0 && p.clause[u] == p.clause[t]; --u) {
        published = published || (p.row.tokens[u].token_class == Class::kSpeech &&
                                  nouns_.Is("publish", p.row.tokens[u].cue->surface));
      }
      if (!published) continue;
    }
    if (p.compared[t] != 0 || !p.row.tokens[t].mention->period.start || Dateless(p.row.tokens[t])) {
      continue;
    }
    // 图书馆建成于1958年。藏书36万册: of what a thing is now.
    if (DatesFounding(p, t)) break;
    // 恒指收报2万点。上海周三起恢复堂食: what begins on a day does not date the quotes that go
    // on. Nor does the week of the day that was told: 周五金价收高，本周创最大跌幅。收报1929美元.
    if (WeekOfDayInFront(p, t)) continue;
    if ((TellsTrade(metric_) && StandsAt(text_, p.row.tokens[t].span.end, "起")) ||
        (!period_.empty() && WeekOf(p.row.tokens[t].mention->period, period_.mention->period))) {
      if (!period_.empty() && paragraph_ == period_paragraph_) period_.sentence = index;
      break;
    }
    period_ = {p.row.tokens[t].mention, index};
    period_paragraph_ = paragraph_;
    period_foreseen_ =
        std::any_of(p.row.tokens.begin(), p.row.tokens.end(), [](const Token& token) {
          return token.token_class == Class::kForecast || token.token_class == Class::kPlan;
        });
    break;
  }
}

// The time that the next sentence is of.
void Fold::CarryPeriod(const Parts& p, const Claim* made, int index) {
  const Mention* before = period_.mention;
  TakePeriodOn(p, made, index);
  // 近日, 近年来: what follows is no more of the day before.
  const auto open = [&](const Token& t) {
    return t.token_class == Class::kVague && !t.mention->period.start &&
           !nouns_.Is("session", Text(t.span));
  };
  if (std::any_of(p.row.tokens.begin(), p.row.tokens.end(), open)) {
    time_left_open_ = true;
  } else if (period_.mention != before) {
    time_left_open_ = false;
  }
}

void Fold::TakePeriodOn(const Parts& p, const Claim* made, int index) {
  bool same = false;  // 上年同期: of those numbers alone
  const PeriodRef* carried = PeriodToCarry(p, index, same);
  if (carried != nullptr && IsAside(p, *carried, index)) {
    period_.sentence = index;
  } else if (carried != nullptr) {
    if (lead_period_.empty()) lead_period_ = {carried->mention, index};
    period_ = {carried->mention, index};
    period_paragraph_ = paragraph_;
    period_foreseen_ = true;
    for (size_t i = 0; i < p.drafts.size(); ++i) {
      if (p.drafts[i].period.mention == period_.mention && made[i].modality == Modality::kActual) {
        period_foreseen_ = false;
      }
    }
    // What is told of a time that is not over says nothing of what the report is of; nor does how
    // something has gone since a day (自9月以来, 年初至今).
    const std::string_view told = Text(period_.mention->span);
    const bool since = nouns_.EndsWith("sofar", told);
    if (!period_foreseen_ && !since && !IsNotOver(period_)) {
      told_period_ = period_;
      told_paragraph_ = paragraph_;
    }
  } else if (!p.drafts.empty() && p.drafts.back().undated) {
    period_ = {};
  } else if (same && !period_.empty() && index - period_.sentence <= 1 &&
             paragraph_ == period_paragraph_) {
    period_.sentence = index;  // what follows is of the time before again
  } else {
    NotePeriodSpokenOf(p, index);
  }
}

// A list parted by ; goes on as it began; a plan of an announcement goes on for a sentence more.
void Fold::CarryModality(const Parts& p, const Claim* made) {
  const int n = static_cast<int>(p.row.tokens.size());
  const bool semicolon = text_[p.span.end - 1] == ';';
  const Modality before = modality_;
  modality_ = Modality::kActual;
  for (size_t i = 0; i < p.drafts.size(); ++i) {
    const Modality modality = made[i].modality;
    // 预测营收6亿，不过昨日股价跌5%；…: what is so was told since.
    if (modality == Modality::kActual && p.drafts[i].own_subject) modality_ = modality;
    if (modality == Modality::kActual || !p.drafts[i].modality_scope) continue;
    if (semicolon || modality == Modality::kPlan) modality_ = modality;
  }
  if (p.drafts.empty()) {
    for (int t = 0; t < n; ++t) {
      const Class c = p.row.tokens[t].token_class;
      if (c == Class::kPlan && (semicolon || p.row.tokens[t].cue->surface.starts_with("拟"))) {
        modality_ = Modality::kPlan;
      }
    }
    if (semicolon && modality_ == Modality::kActual) modality_ = before;
  }
  modality_semicolon_ = semicolon;
  modality_paragraph_ = paragraph_;
}

// 业绩如下：|营收9亿元|净利润1亿元: the lines of a list end without a full stop, or are numbered.
void Fold::NoteHeading(const Parts& p) {
  const bool opens = Any(Text({p.span.end - 1, p.span.end}), {";", ":"});
  const bool line = heading_ && !nouns_.EndsWith("stop", Text(p.span));
  numbered_ = heading_ && !line && !opens && IsNumberedItem(Text(p.span));
  heading_ = opens || line || numbered_;
}

// 证监会同意甲公司上市。公司拟…: of the one company that somebody else did something to.
void Fold::NoteLoneFirm(const Parts& p) {
  const int n = static_cast<int>(p.row.tokens.size());
  Ref lone;
  bool only = true;
  for (int t = 0; t < n; ++t) {
    if (p.row.tokens[t].token_class != Class::kOrg) continue;
    const Ref ref = EntityRef(p.row.tokens[t]);
    if (IsAgency(ref) || IsSort(ref) || ref.id.starts_with("x:")) continue;
    only = only && (lone.empty() || lone.id == ref.id);
    lone = ref;
  }
  if (only && !lone.empty()) {
    lone_firm_ = lone;
    lone_firm_.span = {};
  }
}

// Whom a sentence without numbers speaks of.
void Fold::NoteNameSpokenOf(const Parts& p) {
  const int n = static_cast<int>(p.row.tokens.size());
  bool found = false;
  for (int t = 0; t < n; ++t) {
    if (!IsEntity(p.row.tokens[t].token_class) || p.paren[t] != 0) continue;
    // 甲产品问世后，乙公司首份财报出炉: what follows is the story of whose results they are, told
    // by the article.
    const Ref ref = EntityRef(p.row.tokens[t]);
    if (p.row.tokens[t].token_class == Class::kOrg && !IsAgency(ref) && !IsSort(ref) &&
        OwnsResults(p, t)) {
      subject_ = company_ = ref;
      speaker_ = {};
      break;
    }
    if (p.speaker[t] != 0 || p.row.tokens[t].token_class == Class::kMedia) continue;
    if (IsObject(p, t)) continue;                    // 在甲公司大会上, 与甲公司合作
    if (IsAgency(ref) && !HasMarket(ref)) continue;  // 统计局某司进行了解读: of others' numbers
    // 完成中试线建设: what but looks like a name, and opens no clause, is nobody spoken of.
    const uint32_t head = p.clause_begin[static_cast<size_t>(p.clause[t])];
    const bool dated = t > 0 && IsPeriod(p.row.tokens[t - 1].token_class);
    if (ref.type == EntityType::kOrg && ref.id.starts_with("x:") && !dated &&
        p.row.tokens[t].span.begin != head) {
      continue;
    }
    // 得益于甲芯片的量产: a product by the way does not take its company's place.
    if (ref.type == EntityType::kProduct && subject_.entity && subject_.type == EntityType::kOrg &&
        p.row.tokens[t].span.begin != p.span.begin) {
      continue;
    }
    if (!found) subject_ = ref;
    found = true;
  }
}

// 以某模型为例，训练成本高达…: of whom a sentence speaks that takes it as an example.
void Fold::NoteExample(const Parts& p) {
  constexpr std::string_view kBy = "以", kExample = "为例", kComma = "，";
  for (const uint32_t begin : p.clause_begin) {
    std::string_view clause = Text({begin, p.span.end});
    if (!clause.starts_with(kBy)) continue;
    const size_t end = clause.find(kExample);
    if (end == clause.npos || clause.find(kComma) < end) continue;
    const MatchSpan words{begin + static_cast<uint32_t>(kBy.size()),
                          begin + static_cast<uint32_t>(end)};
    Ref of = RefOfWords(words);
    for (const Token& token : p.row.tokens) {
      if (IsEntity(token.token_class) && token.span.end == words.end &&
          token.span.begin >= words.begin) {
        of = EntityRef(token);
      }
    }
    if (of.empty()) return;
    subject_ = of;
    subject_.span = {};
    return;
  }
}

// Carries the context on to the next sentence. `made` are the claims of the drafts.
void Fold::CarryOn(const Parts& p, const Claim* made, int index) {
  NoteOutlook(p, made);
  NoteThing(p, index);
  if (!p.drafts.empty()) {
    unit_metrics_.clear();
    dealer_ = {};
    last_subject_ = p.drafts.back().subject;
    last_subject_.span = {};
    last_sentence_ = index;
    last_paragraph_ = paragraph_;
  }
  for (size_t i = 0; i < p.drafts.size(); ++i) {
    const Draft& d = p.drafts[i];
    unit_metrics_.emplace_back(made[i].quantity.unit, made[i].kind, d.metric);
    if (d.relative) continue;  // 低于乙公司的22万元: said by the way of somebody else
    NoteSubject(p, d);
    NoteNumber(p, d, made[i]);
  }
  if (p.drafts.empty()) NoteMeasureSpokenOf(p);
  CarryPeriod(p, made, index);
  CarryModality(p, made);
  NoteHeading(p);
  if (p.drafts.empty()) {
    NoteLoneFirm(p);
    NoteNameSpokenOf(p);
  } else if (subject_.empty() && index == 0) {
    subject_ = LoneOpener(p);  // whom alone the article opens with, it goes on about
  }
}

}  // namespace hanfact::extract
