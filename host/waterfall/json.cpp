#include "waterfall/json.hpp"

#include "http/conditional.hpp"
#include "json/reader.hpp"
#include "waterfall/texts.hpp"

#include <nlohmann/json.hpp>

#include <set>

namespace lendport::waterfall {
namespace {

using json::Reader;
using json::Value;

Value skipped_value(const std::vector<SkippedLender>& skipped) {
  Value written = Value::array();
  for (const SkippedLender& one : skipped) {
    written.push_back({{"lender", one.lender}, {"code", one.code}});
  }
  return written;
}

}  // namespace

WaterfallOrder read_order(std::string_view body) {
  const Value document = json::parse(body);
  Reader at(document);
  WaterfallOrder order;
  order.lenders = at.texts("lenders", kWaterfallLendersMax);
  const std::set<std::string> once(order.lenders.begin(), order.lenders.end());
  if (once.size() != order.lenders.size()) {
    at.refuse("lenders", "not_unique", said(row_of(waterfall_texts::kRefusals, "named_twice")));
  }
  at.finish();
  return order;
}

http::Response order_answer(const WaterfallOrder& order) {
  http::Response answer = http::ok({{"lenders", order.lenders}});
  answer.etag = http::version_etag(order.version);
  return answer;
}

std::string write_lenders(const std::vector<std::string>& lenders) {
  return json::dump(Value(lenders));
}

std::string write_order(const std::vector<std::string>& lenders, Environment environment) {
  return json::dump({{"environment", std::string(to_string(environment))}, {"lenders", lenders}});
}

std::vector<std::string> read_lenders(std::string_view text) {
  return json::parse(text).get<std::vector<std::string>>();
}

std::string write_skipped(const std::vector<SkippedLender>& skipped) {
  return json::dump(skipped_value(skipped));
}

std::vector<SkippedLender> read_skipped(std::string_view text) {
  std::vector<SkippedLender> skipped;
  for (const Value& one : json::parse(text)) {
    skipped.push_back({one.at("lender").get<std::string>(), one.at("code").get<std::string>()});
  }
  return skipped;
}

std::string write_job(const ApplicationId& application) {
  return json::dump({{"application_id", application.value}});
}

ApplicationId read_job(std::string_view payload) {
  return ApplicationId{json::parse(payload).at("application_id").get<std::string>()};
}

ApplicationId read_made(const http::Response& answer) {
  return ApplicationId{json::parse(answer.body).at("id").get<std::string>()};
}

std::string write_missing(const Application& application, std::string_view reason,
                          const std::vector<SkippedLender>& away) {
  return json::dump({{"state", std::string(to_string(application.state))},
                     {"case_id", application.case_id.value},
                     {"lender", application.lender},
                     {"reason", std::string(reason)},
                     {"away", skipped_value(away)}});
}

}  // namespace lendport::waterfall
