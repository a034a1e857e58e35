// Pricing for real: a lender's catalogue, a customer's case, quotes that stay as they were made.
#include "quotes/quotes.hpp"

#include "db/overtaken.hpp"
#include "quotes/market.hpp"

#include <functional>

namespace lendport::quotes {
namespace {

class QuoteStories : public QuoteMarket {
 protected:
  // "L-25 L-20" by lowest payment; "L-10:max_amount" for what is left out.
  std::string offers(const Comparison& comparison) {
    std::string text;
    for (const PricedProduct& line : comparison.priced) {
      text += (text.empty() ? "" : " ") + line.product_name.substr(5);
    }
    for (const LeftOut& left : comparison.left_out) {
      text += (text.empty() ? "" : " ") + left.product_name.substr(5) + ":" + left.code;
    }
    return text;
  }
  std::string refused(const Case& subject, QuoteRequest request) {
    try {
      stage_.run(quotes_.create(rep_, org_.id, subject.id, std::move(request), Stage::soon()));
      return "";
    } catch (const Error& error) {
      if (error.violations().empty()) return std::string(to_string(error.code()));
      return error.violations().front().pointer + " " + error.violations().front().code;
    }
  }
  std::optional<Quote> found(const QuoteId& id, const Principal& caller) {
    std::optional<Quote> quote;
    stage_.db->read_now([&](db::Snapshot& at) { quote = quotes_.find(at, org_.id, id, caller); });
    return quote;
  }
};

INSTANTIATE_TEST_SUITE_P(Engines, QuoteStories, db::kEngines, db::engine_name);

TEST_P(QuoteStories, AQuoteHoldsEveryAmountAndStaysAsItWasMade) {
  const Connection connection = open_market();
  const Case subject = opened();
  const Quote made = quoted(subject, "L-20");
  EXPECT_EQ(format_amount(made.amounts.dealer_fee), "1000.00");
  EXPECT_EQ(format_amount(made.financed_amount()), "21000.00");
  EXPECT_EQ(format_amount(made.amount_sent_to_lender()), "21000.00");
  EXPECT_EQ(made.connection, connection.id);
  EXPECT_EQ(made.lender_product_id, "L-20");
  EXPECT_EQ(made.environment, Environment::sandbox);
  EXPECT_TRUE(made.apr_within_tolerance);
  EXPECT_EQ(made.total_of_payments, made.amounts.financed + made.finance_charge);

  const Quote kept = got(rep_, made);
  EXPECT_EQ(kept.schedule, made.schedule);
  EXPECT_EQ(kept.schedule.size(), 240U);
  EXPECT_EQ(kept.schedule.back().payment, kept.last_payment.minor_units);
  EXPECT_EQ(kept.apr, made.apr);
  EXPECT_EQ(kept.payment, made.payment);
  EXPECT_EQ(kept.first_payment_on, made.first_payment_on);

  stage_.run(cases_.change(rep_, org_.id, subject.id, subject.version,
                           cases::read_change(R"({"project":{"size_w":1}})"), Stage::soon()));
  lender_.lists(loan("L-20", "8.99", 240));
  sync(connection);
  stage_.run(catalog_.refresh());
  EXPECT_EQ(got(rep_, made).apr_stated, parse_rate("6.99").value());
  EXPECT_EQ(quoted(subject, "L-20").product_version, made.product_version + 1);
}

TEST_P(QuoteStories, TheConnectionsSwitchDecidesWhatIsSent) {
  Connection connection = open_market();
  ConnectionDraft draft;
  draft.plugin_id = lender_.plugin->id;
  draft.settings = std::make_shared<json::Value>(json::Value::object());
  draft.dealer_fee.include_in_amount_sent = false;
  stage_.run(connections_.change(admin_, org_.id, connection.id, connection.version, draft,
                                 Stage::soon()));
  stage_.run(catalog_.refresh());
  const Quote quote = quoted(opened(), "L-20");
  EXPECT_EQ(format_amount(quote.financed_amount()), "20000.00");
  EXPECT_EQ(format_amount(quote.amount_sent_to_lender()), "20000.00");
  EXPECT_EQ(format_amount(quote.amounts.dealer_fee), "1000.00");
  EXPECT_EQ(quote.amounts.dealer_fee_handling, FeeHandling::own_cost);
}

TEST_P(QuoteStories, ComparePricesAllAndSaysWhyOneIsLeftOut) {
  const Connection connection = open_market();
  lender_.lists(loan("L-10", "7.99", 120) + "," + loan("L-20", "6.99", 240) + "," +
                loan("L-25", "5.99", 300) + "," +
                loan("L-CA", "1.99", 60, R"(,"valid_from":"2099-01-01")") + "," +
                loan("L-IO", "5.49", 120, R"(,"promo":{"months":12,"rate":"0"})"));
  sync(connection);
  stage_.run(catalog_.refresh());
  const Case subject = opened();
  EXPECT_EQ(offers(compared(subject)), "L-25 L-20 L-10 L-CA:not_yet_valid L-IO:unsupported_kind");
  CompareRequest shortest;
  shortest.order = QuoteOrder::shortest_term;
  EXPECT_EQ(offers(compared(subject, shortest)),
            "L-10 L-20 L-25 L-CA:not_yet_valid L-IO:unsupported_kind");
  CompareRequest french;
  french.language = "fr";
  EXPECT_EQ(offers(compared(subject, french)),
            "L-10:language L-20:language L-25:language L-CA:not_yet_valid L-IO:unsupported_kind");
  const Case large = opened(cases::case_body(R"(,"kind":"client")"));
  const std::string cost = R"({"project":{"system_cost":{"amount":"200000.00","currency":"USD"}}})";
  stage_.run(cases_.change(rep_, org_.id, large.id, large.version, cases::read_change(cost),
                           Stage::soon()));
  EXPECT_EQ(offers(compared(large)),
            "L-10:max_amount L-20:max_amount L-25:max_amount L-CA:not_yet_valid "
            "L-IO:unsupported_kind");
}

TEST_P(QuoteStories, WhatIsNotSelectedOrDisabledIsLeftOut) {
  const Connection connection = open_market();
  const Case subject = opened();
  const Product narrowed = product("L-10");
  stage_.run(catalog_.choose(act(), {narrowed.id, narrowed.revision}, false, Stage::soon()));
  EXPECT_EQ(offers(compared(subject)), "L-25 L-20 L-10:not_selected");
  stage_.run(connections_.disable(admin_, org_.id, connection.id, connection.version,
                                  "the fair is over", Stage::soon()));
  stage_.run(catalog_.refresh());
  EXPECT_EQ(offers(compared(subject)).find("L-25:not_connected") != std::string::npos, true);
  QuoteRequest request;
  request.product = product("L-25").id;
  EXPECT_EQ(refused(subject, request), "/product_id not_connected");
}

TEST_P(QuoteStories, ALimitIsNamedInTheRefusal) {
  open_market();
  const Case subject = opened();
  QuoteRequest request;
  request.product = product("L-20").id;
  request.term_months = 239;
  EXPECT_EQ(refused(subject, request), "/term_months term_months");
  request.term_months = 240;
  request.language = "fr";
  EXPECT_EQ(refused(subject, request), "/product_id language");
  const Case tiny = stage_.run(cases_.change(
      rep_, org_.id, subject.id, subject.version,
      cases::read_change(R"({"project":{"system_cost":{"amount":"100.00","currency":"USD"}}})"),
      Stage::soon()));
  request.language = "";
  EXPECT_EQ(refused(tiny, request), "/product_id min_amount");
  const Case closed =
      stage_.run(cases_.change(rep_, org_.id, tiny.id, tiny.version,
                               cases::read_change(R"({"status":"closed"})"), Stage::soon()));
  EXPECT_EQ(refused(closed, request), "conflict");
}

TEST_P(QuoteStories, ACaseThatChangesWhileItIsQuotedHasNoQuoteOfItsOldCost) {
  open_market();
  for (const char* change : {R"({"project":{"system_cost":{"amount":"9000","currency":"USD"}}})",
                             R"({"status":"closed"})"}) {
    const Case subject = opened();
    const auto faster = [&](int) -> Task<void> {
      co_await cases_.change(rep_, org_.id, subject.id, subject.version, cases::read_change(change),
                             Stage::soon());
    };
    db::OvertakenDatabase overtaken(*stage_.db, faster);
    Quotes quotes({overtaken, stage_.clock, stage_.ids, cases_, catalog_, connections_});
    QuoteRequest request;
    request.product = product("L-20").id;
    EXPECT_EQ(db::failure_of([&] {
                stage_.run(quotes.create(rep_, org_.id, subject.id, request, Stage::soon()));
              }),
              ErrorCode::conflict);
    EXPECT_TRUE(stage_.run(quotes_.list(rep_, org_.id, subject.id, std::nullopt, 2, Stage::soon()))
                    .empty());
  }
}

TEST_P(QuoteStories, AForeignProductIsAMissingOne) {
  open_market();
  const Case subject = opened();
  const Org other = stage_.org("Other Roofs");
  QuoteRequest request;
  request.product = stage_.ids.next<ProductId>();
  EXPECT_EQ(refused(subject, request), "not_found");
  request.product = ProductId{"prod_x"};
  EXPECT_EQ(refused(subject, request), "not_found");
  EXPECT_EQ(db::failure_of([&] {
              stage_.run(quotes_.compare(admin_of(other), other.id, subject.id, {}, Stage::soon()));
            }),
            ErrorCode::not_found);
}

TEST_P(QuoteStories, ANewerQuoteOfAProductSupersedesTheOlder) {
  open_market();
  const Case subject = opened();
  const Quote first = quoted(subject, "L-20");
  const Quote other = quoted(subject, "L-25");
  const Quote second = quoted(subject, "L-20");
  EXPECT_EQ(got(rep_, first).status, QuoteStatus::superseded);
  EXPECT_EQ(got(rep_, first).version, 2);
  EXPECT_EQ(got(rep_, other).status, QuoteStatus::active);
  EXPECT_EQ(got(rep_, second).status, QuoteStatus::active);
  const auto listed =
      stage_.run(quotes_.list(rep_, org_.id, subject.id, std::nullopt, 2, Stage::soon()));
  ASSERT_EQ(listed.size(), 2U);
  EXPECT_EQ(listed[0].id, second.id);
  EXPECT_EQ(listed[1].id, other.id);
  EXPECT_TRUE(listed[0].schedule.empty());
}

TEST_P(QuoteStories, OfQuotesMadeSideBySideOneIsActive) {
  open_market();
  const Case subject = opened();
  QuoteRequest request;
  request.product = product("L-20").id;
  const auto make = [&]() -> Task<void> {
    co_await quotes_.create(rep_, org_.id, subject.id, request, Stage::soon());
  };
  std::vector<Task<void>> side_by_side;
  for (int i = 0; i < 8; ++i) side_by_side.push_back(make());
  support::run_tasks(std::move(side_by_side));
  int active = 0;
  for (const Quote& quote :
       stage_.run(quotes_.list(rep_, org_.id, subject.id, std::nullopt, 50, Stage::soon()))) {
    active += quote.status == QuoteStatus::active ? 1 : 0;
  }
  EXPECT_EQ(active, 1);
}

TEST_P(QuoteStories, AQuoteFollowsItsCaseAndItsEnvironment) {
  open_market();
  const Quote quote = quoted(opened(), "L-20");
  EXPECT_TRUE(found(quote.id, rep_));
  EXPECT_TRUE(found(quote.id, admin_));
  EXPECT_FALSE(found(quote.id, hired("colleague")));
  Principal production = rep_;
  production.environment = Environment::production;
  EXPECT_FALSE(found(quote.id, production));
  EXPECT_EQ(db::failure_of([&] { got(production, quote); }), ErrorCode::not_found);
  EXPECT_EQ(db::failure_of([&] {
              stage_.run(quotes_.get(rep_, org_.id, opened().id, quote.id, Stage::soon()));
            }),
            ErrorCode::not_found);
}

TEST_P(QuoteStories, DeletingTheCaseTakesItsQuotes) {
  open_market();
  const Case subject = opened();
  const Quote quote = quoted(subject, "L-20");
  stage_.run(cases_.remove(rep_, org_.id, subject.id, subject.version, Stage::soon()));
  EXPECT_FALSE(found(quote.id, admin_));
  EXPECT_EQ(events("quote."), "quote.created");
}

}  // namespace
}  // namespace lendport::quotes
