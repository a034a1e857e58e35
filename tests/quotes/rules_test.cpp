// Which products fit a case, and what the engine is told of both.
#include "quotes/rules.hpp"

#include "quotes/samples.hpp"

#include <gtest/gtest.h>

#include <cctype>
#include <set>

namespace lendport::quotes {
namespace {

// The one place that asks: the code of what does not fit, or "".
template <class Change>
std::string code_after(const Change& change, std::string_view language = "en") {
  Case subject = project();
  Terms terms = level_terms();
  change(subject, terms);
  const auto costs = costs_of(subject);
  if (const auto* refusal = std::get_if<Refusal>(&costs)) return refusal->code;
  const auto outcome =
      priced(subject, std::get<Costs>(costs), product(terms), language, FeeHandling::in_loan);
  if (const auto* refusal = std::get_if<Refusal>(&outcome)) {
    EXPECT_FALSE(refusal->detail.empty());
    return refusal->code;
  }
  return "";
}

TEST(Misfit, NamesWhatDoesNotFit) {
  EXPECT_EQ(code_after([](Case&, Terms&) {}), "");
  EXPECT_EQ(code_after([](Case& c, Terms&) { c.project_address.country = ""; }), "country");
  EXPECT_EQ(code_after([](Case& c, Terms&) { c.project_address.country = "FR"; }), "country");
  EXPECT_EQ(code_after([](Case& c, Terms&) { c.project_address.state = "NY"; }), "state");
  EXPECT_EQ(code_after([](Case& c, Terms&) { c.project_address.state = ""; }), "state");
  EXPECT_EQ(code_after([](Case& c, Terms&) { c.segment = Segment::commercial; }), "segment");
  EXPECT_EQ(code_after([](Case& c, Terms& t) {
              c.project_address.state = "NY";
              c.segment = Segment::commercial;
              t.states.clear();
              t.segments.clear();
            }),
            "");
  EXPECT_EQ(code_after([](Case&, Terms&) {}, "fr"), "language");
  EXPECT_EQ(code_after([](Case&, Terms&) {}, "es-MX"), "");
}

TEST(Misfit, RefusesWhatIsNotLevel) {
  EXPECT_EQ(code_after([](Case&, Terms& t) { t.structure = Structure::ppa; }), "unsupported_kind");
  EXPECT_EQ(code_after([](Case&, Terms& t) { t.structure = Structure::cash; }), "unsupported_kind");
  EXPECT_EQ(code_after([](Case&, Terms& t) { t.promo.emplace(); }), "unsupported_kind");
  EXPECT_EQ(code_after([](Case&, Terms& t) { t.itc_paydown.emplace(); }), "unsupported_kind");
  EXPECT_EQ(code_after([](Case&, Terms& t) { t.escalator = percent("2.9"); }), "unsupported_kind");
}

TEST(Priced, NamesTheProductsLimits) {
  EXPECT_EQ(code_after([](Case&, Terms& t) { t.max_amount = usd("20999.99"); }), "max_amount");
  EXPECT_EQ(code_after([](Case&, Terms& t) { t.min_amount = usd("21000.01"); }), "min_amount");
  EXPECT_EQ(code_after([](Case&, Terms& t) { t.down_payment = usd("1"); }), "down_payment");
  EXPECT_EQ(code_after([](Case&, Terms& t) { t.day_count = DayCount::actual_365; }), "day_count");
  EXPECT_EQ(code_after([](Case&, Terms& t) { t.payment_frequency = PaymentFrequency::quarterly; }),
            "payment_frequency");
  EXPECT_EQ(code_after([](Case&, Terms& t) { t.term_months = 0; }), "term_months");
  EXPECT_EQ(code_after([](Case&, Terms& t) {
              t.fees = {{"origination", Money{kMinorUnitsMax, {}}, true}};
            }),
            "fees");
  EXPECT_EQ(code_after([](Case&, Terms& t) {
              t.fees = {{"origination", Money{1, Currency::parse("EUR").value()}, true}};
            }),
            "currency");
  EXPECT_EQ(code_after([](Case& c, Terms&) {
              c.incentives = {{"rebate", usd("20000")}};
            }),
            "net_cost");
}

// Words an English sentence of ours cannot do without, and French has not.
bool reads_english(const std::string& sentence) {
  std::string words = " ";
  for (const char c : sentence) {
    const bool joins = std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c < 0;
    words += joins ? static_cast<char>(std::tolower(static_cast<unsigned char>(c))) : ' ';
  }
  words += ' ';
  for (const char* word :
       {"the",         "is",           "must",          "not",        "be",          "of",
        "with",        "without",      "can",           "cannot",     "only",        "than",
        "at",          "it",           "loan",          "loans",      "payments",    "months",
        "cost",        "fee",          "fees",          "quarterly",  "semi_annual", "annual",
        "actual",      "residential",  "and",           "rise",       "project",     "lease",
        "cash",        "bullet",       "interest_only", "no_payment", "graduated",   "ppa",
        "ppa_prepaid", "ppa_levelized"}) {
    if (words.find(" " + std::string(word) + " ") != std::string::npos) return true;
  }
  return false;
}

const Currency kEuro = Currency::parse("EUR").value();

// Every way to be refused, by what causes it.
class Causes {
 public:
  Causes() {
    of_the_case();
    of_the_terms();
    of_the_amounts();
  }
  const std::vector<Refusal>& refusals() const { return found_; }

 private:
  template <class Change>
  void add(const Change& change, std::string_view language = "en",
           FeeHandling handling = FeeHandling::in_loan) {
    Case subject = project();
    Terms terms = level_terms();
    change(subject, terms);
    const auto costs = costs_of(subject);
    if (const auto* refusal = std::get_if<Refusal>(&costs)) {
      found_.push_back(*refusal);
      return;
    }
    const auto outcome =
        priced(subject, std::get<Costs>(costs), product(terms), language, handling);
    const auto* refusal = std::get_if<Refusal>(&outcome);
    if (refusal != nullptr) found_.push_back(*refusal);
    EXPECT_NE(refusal, nullptr) << found_.size();
  }

  void of_the_case() {
    add([](Case& c, Terms&) { c.system_cost.reset(), c.size_w.reset(); });
    add([](Case& c, Terms&) {
      c.system_cost.reset();
      c.size_w = kSystemSizeWMax;
      c.cost_per_watt = usd("1000");
    });
    add([](Case& c, Terms&) { c.project_address.country = ""; });
    add([](Case& c, Terms&) { c.project_address.country = "FR"; });
    add([](Case& c, Terms&) { c.project_address.state = ""; });
    add([](Case& c, Terms&) { c.project_address.state = "NY"; });
    add([](Case& c, Terms&) { c.segment = Segment::commercial; });
    add([](Case&, Terms& t) { t.segments = {"commercial"}; });
    add([](Case&, Terms&) {}, "fr");
  }

  void of_the_terms() {
    for (const Structure structure :
         {Structure::bullet, Structure::interest_only, Structure::no_payment, Structure::graduated,
          Structure::lease, Structure::ppa, Structure::ppa_prepaid, Structure::ppa_levelized,
          Structure::cash}) {
      add([structure](Case&, Terms& t) { t.structure = structure; });
    }
    add([](Case&, Terms& t) { t.promo.emplace(); });
    add([](Case&, Terms& t) { t.itc_paydown.emplace(); });
    add([](Case&, Terms& t) { t.escalator = percent("2.9"); });
    add([](Case&, Terms& t) { t.fees = {{"origination", Money{1, kEuro}, true}}; });
    add([](Case&, Terms& t) { t.fees = {{"origination", Money{kMinorUnitsMax, {}}, true}}; });
    add([](Case&, Terms& t) {
      t.fees = {{"a", Money{kPrincipalMinorMax, {}}, true},
                {"b", Money{kPrincipalMinorMax, {}}, true}};
    });
    add([](Case&, Terms& t) { t.apr = Rate{-1}; });
    add([](Case&, Terms& t) { t.term_months = 0; });
    for (const PaymentFrequency frequency :
         {PaymentFrequency::quarterly, PaymentFrequency::semi_annual, PaymentFrequency::annual}) {
      add([frequency](Case&, Terms& t) { t.payment_frequency = frequency; });
    }
    for (const DayCount count :
         {DayCount::actual_360, DayCount::actual_365, DayCount::actual_actual}) {
      add([count](Case&, Terms& t) { t.day_count = count; });
    }
    add([](Case&, Terms& t) {
      t.max_amount.reset();
      t.fees = {{"origination", Money{kPrincipalMinorMax, {}}, true}};
    });
    add([](Case&, Terms& t) { t.currency = kEuro; });
  }

  void of_the_amounts() {
    add([](Case&, Terms& t) { t.min_amount = usd("50000"); });
    add([](Case&, Terms& t) { t.max_amount = usd("6000.50"); });
    add([](Case&, Terms& t) { t.down_payment = usd("1.50"); });
    add([](Case& c, Terms&) { c.incentives = {{"rebate", usd("20000.50")}}; });
    add([](Case&, Terms& t) {
      t.dealer_fee->percent.reset();
      t.dealer_fee->flat = Money{1, kEuro};
    });
    add([](Case&, Terms& t) {
      t.dealer_fee->percent.reset();
      t.dealer_fee->flat = Money{-1, {}};
    });
    add([](Case&, Terms& t) { t.dealer_fee->percent = percent("100.5"); });
    add(
        [](Case&, Terms& t) {
          t.dealer_fee->percent.reset();
          t.dealer_fee->flat = usd("30000");
          t.dealer_fee->included_in_quoted_cost = true;
        },
        "en", FeeHandling::own_cost);
    add([](Case& c, Terms& t) {
      c.system_cost = Money{kCostMinorMax, {}};
      t.dealer_fee->basis = lendport::FeeBasis::financed_amount;
      t.dealer_fee->percent = percent("99.9");
    });
    add([](Case& c, Terms& t) {
      c.system_cost = usd("0.01");
      t.min_amount.reset();
      t.dealer_fee.reset();
      t.term_months = kTermMonthsMax;
    });
    add([](Case&, Terms& t) { t.fees = {{"filing", usd("21000"), false}}; });
  }

  std::vector<Refusal> found_;
};

TEST(Refusals, AreSaidInEnglishAndInFrench) {
  const Causes causes;
  std::set<std::string> codes;
  for (const Refusal& refusal : causes.refusals()) {
    codes.insert(refusal.code);
    EXPECT_TRUE(reads_english(refusal.in("en"))) << refusal.code << ": " << refusal.in("en");
    EXPECT_FALSE(reads_english(refusal.in("fr"))) << refusal.code << ": " << refusal.in("fr");
    EXPECT_FALSE(refusal.in("fr").empty()) << refusal.code;
    EXPECT_EQ(refusal.in("es"), refusal.in("en"));
  }
  EXPECT_EQ(codes, (std::set<std::string>{"system_cost",
                                          "country",
                                          "state",
                                          "segment",
                                          "language",
                                          "unsupported_kind",
                                          "currency",
                                          "fees",
                                          "rate",
                                          "term_months",
                                          "payment_frequency",
                                          "day_count",
                                          "min_amount",
                                          "max_amount",
                                          "down_payment",
                                          "net_cost",
                                          "dealer_fee",
                                          "amount_limit",
                                          "payment_rounding",
                                          "apr"}));
}

TEST(Refusals, WriteFrenchNumbers) {
  const Causes causes;
  for (const Refusal& refusal : causes.refusals()) {
    if (refusal.code != "max_amount") continue;
    EXPECT_EQ(refusal.in("fr"),
              "le produit s'arrête à 6000,50 USD, on demanderait 21000,00 USD au prêteur");
  }
}

TEST(CostsOfCase, TakeTheTotalBeforeSizeTimesCostPerWatt) {
  Case subject = project();
  subject.size_w = 10'915;
  subject.cost_per_watt = usd("3.75");
  auto costs = std::get<Costs>(costs_of(subject));
  EXPECT_EQ(costs.system_cost, usd("20000"));
  EXPECT_FALSE(costs.from_size);
  subject.system_cost.reset();
  costs = std::get<Costs>(costs_of(subject));
  EXPECT_EQ(costs.system_cost, usd("40931.25"));
  EXPECT_TRUE(costs.from_size);
  subject.size_w.reset();
  EXPECT_EQ(std::get<Refusal>(costs_of(subject)).code, "system_cost");
}

TEST(CostsOfCase, SumTheLines) {
  Case subject = project();
  subject.adders = {{"battery", usd("9000.01")}, {"charger", usd("500")}};
  subject.discounts = {{"spring", usd("250.50")}};
  subject.incentives = {{"state", usd("1000")}, {"utility", usd("750")}};
  const auto costs = std::get<Costs>(costs_of(subject));
  EXPECT_EQ(costs.adders, usd("9500.01"));
  EXPECT_EQ(costs.discounts, usd("250.50"));
  EXPECT_EQ(costs.incentives, usd("1750"));
  EXPECT_EQ(costs.down_payment, usd("0"));
}

TEST(TermsOfProduct, CarryTheFeesApart) {
  Terms terms = level_terms();
  terms.fees = {{"origination", usd("500"), true}, {"filing", usd("75"), false}};
  const auto found = std::get<LoanTerms>(terms_of(product(terms)));
  EXPECT_EQ(found.fees_financed, usd("500"));
  EXPECT_EQ(found.fees_prepaid, usd("75"));
  EXPECT_EQ(found.dealer_fee.basis, FeeBasis::system_cost);
  EXPECT_EQ(found.dealer_fee.percent, percent("5"));
}

TEST(LanguageOfQuote, IsAskedForOrTheApplicants) {
  Case subject = project();
  EXPECT_EQ(language_of(subject, "es"), "es");
  EXPECT_EQ(language_of(subject, ""), "en");
  subject.applicants[0].language = "fr";
  EXPECT_EQ(language_of(subject, ""), "fr");
  subject.applicants[0].language = "";
  EXPECT_EQ(language_of(subject, ""), "en");
}

TEST(SortOffers, ByPaymentRateAndTerm) {
  const Case subject = project();
  const auto costs = std::get<Costs>(costs_of(subject));
  std::vector<PricedProduct> lines;
  for (const auto& [id, apr, months] :
       {std::tuple{"a", "7.99", 120}, std::tuple{"b", "3.99", 180}, std::tuple{"c", "5.99", 300}}) {
    Terms terms = level_terms();
    terms.apr = percent(apr);
    terms.term_months = months;
    Product offered = product(terms);
    offered.id = ProductId{id};
    lines.push_back(
        std::get<PricedProduct>(priced(subject, costs, offered, "en", FeeHandling::in_loan)));
  }
  const auto ids = [&](QuoteOrder order) {
    sort(lines, order);
    std::string text;
    for (const auto& line : lines) text += line.product.value;
    return text;
  };
  EXPECT_EQ(ids(QuoteOrder::lowest_payment), "cba");
  EXPECT_EQ(ids(QuoteOrder::lowest_rate), "bca");
  EXPECT_EQ(ids(QuoteOrder::shortest_term), "abc");
}

}  // namespace
}  // namespace lendport::quotes
