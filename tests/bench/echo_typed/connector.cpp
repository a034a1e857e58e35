// Answers a kilobyte of typed products, to measure what the SDK adds.
#include <lendport/sdk.hpp>

namespace {

using namespace lendport::sdk;

LenderProduct product(const std::string& id) {
  LenderProduct made;
  made.lender_product_id = id;
  made.kind = "loan_solar";
  made.name["en"] = "A loan for a roof of average size";
  made.approved_locales = {"en"};
  made.countries = {"US"};
  made.segments = {"residential"};
  made.currency = "USD";
  made.apr = "5.99";
  made.term_months = 240;
  made.dealer_fee.emplace().percent = "12.5";
  made.dealer_fee->basis = FeeBasis::financed_amount;
  return made;
}

Task<CatalogPage> list_products(Context&, CatalogQuestion question) {
  CatalogPage page;
  const std::string page_id = question.page.value_or("");
  for (const char* id : {"L1", "L2", "L3"})
    page.products.push_back(product(id + page_id.substr(0, 4)));
  co_return page;
}

Connector echo() {
  return Connector().on<CatalogList>(list_products);
}

}  // namespace

LENDPORT_PLUGIN(echo)
