#include "waterfall/store.hpp"

#include "core/error.hpp"
#include "core/words.hpp"
#include "db/stored.hpp"
#include "waterfall/json.hpp"

#include <array>

namespace lendport {
namespace {

constexpr std::array<std::string_view, 5> kStates{"wanted", "quoted", "prepared", "sent", "ended"};

std::optional<WaterfallState> parse_state(std::string_view text) {
  return enum_of<WaterfallState>(text, kStates);
}

}  // namespace

std::string_view to_string(WaterfallState state) {
  return kStates.at(static_cast<std::size_t>(state));
}

namespace waterfall_store {

WaterfallOrder order(db::Snapshot& at, const OrgId& org, Environment environment) {
  const auto row = at.find(
      "SELECT lenders, version FROM waterfall_orders WHERE org_id = $1 AND environment = $2",
      {org, to_string(environment)});
  if (!row) return {};
  return {waterfall::read_lenders(row->text("lenders")), row->integer("version")};
}

bool keep(db::Transaction& tx, const OrgId& org, Environment environment,
          const WaterfallOrder& order, std::int64_t before, const UserId& by, Time now) {
  const std::string lenders = waterfall::write_lenders(order.lenders);
  if (before == 0) {
    return tx.execute(
               "INSERT INTO waterfall_orders (org_id, environment, lenders, version, changed_by, "
               "changed_at_ms) VALUES ($1, $2, $3, 1, $4, $5) "
               "ON CONFLICT (org_id, environment) DO NOTHING",
               {org, to_string(environment), lenders, by, now}) == 1;
  }
  return tx.execute(
             "UPDATE waterfall_orders SET lenders = $3, version = version + 1, changed_by = $4, "
             "changed_at_ms = $5 WHERE org_id = $1 AND version = $2 AND environment = $6",
             {org, before, lenders, by, now, to_string(environment)}) == 1;
}

void insert(db::Transaction& tx, const WaterfallStep& step) {
  tx.execute(
      "INSERT INTO waterfall_steps (org_id, application_id, state, lender, reason, "
      "created_at_ms, updated_at_ms) VALUES ($1, $2, $3, '', '', $4, $4) "
      "ON CONFLICT (org_id, application_id) DO NOTHING",
      {step.org, step.application, to_string(step.state), step.created_at});
}

std::optional<WaterfallStep> find(db::Snapshot& at, const OrgId& org, const ApplicationId& id) {
  const auto row = at.find(
      "SELECT org_id, application_id, state, lender, quote_id, next_id, reason, waits_since_ms, "
      "skipped, created_at_ms, updated_at_ms FROM waterfall_steps WHERE org_id = $1 AND "
      "application_id = $2",
      {org, id});
  if (!row) return std::nullopt;
  WaterfallStep step;
  step.org = row->id<OrgId>("org_id");
  step.application = row->id<ApplicationId>("application_id");
  step.state = db::stored(parse_state(row->text("state")), row->text("state"));
  step.lender = row->text("lender");
  if (auto quote = row->optional_text("quote_id")) step.quote = QuoteId{*std::move(quote)};
  if (auto next = row->optional_text("next_id")) step.next = ApplicationId{*std::move(next)};
  step.reason = row->text("reason");
  step.waits_since = row->optional_time("waits_since_ms");
  step.skipped = waterfall::read_skipped(row->text("skipped"));
  step.created_at = row->time("created_at_ms");
  step.updated_at = row->time("updated_at_ms");
  return step;
}

void update(db::Transaction& tx, const WaterfallStep& step, WaterfallState from) {
  const auto touched = tx.execute(
      "UPDATE waterfall_steps SET state = $4, lender = $5, quote_id = $6, next_id = $7, "
      "reason = $8, updated_at_ms = $9, waits_since_ms = $10, skipped = $11 WHERE org_id = $1 AND "
      "application_id = $2 AND state = $3",
      {step.org, step.application, to_string(from), to_string(step.state), step.lender, step.quote,
       step.next, step.reason, step.updated_at, step.waits_since,
       waterfall::write_skipped(step.skipped)});
  if (touched != 1) throw Error(ErrorCode::conflict, "the step was taken already");
}

void erase(db::Transaction& tx, const WaterfallStep& step) {
  const auto touched = tx.execute(
      "DELETE FROM waterfall_steps WHERE org_id = $1 AND application_id = $2 AND state = $3",
      {step.org, step.application, to_string(step.state)});
  if (touched != 1) throw Error(ErrorCode::conflict, "the step was taken already");
}

}  // namespace waterfall_store
}  // namespace lendport
