#include "applications/checks.hpp"

#include "applications/json_connector.hpp"
#include "applications/store.hpp"
#include "applications/texts.hpp"
#include "crypto/hash.hpp"

namespace lendport {
namespace {

namespace store = applications_store;
namespace texts = applications_texts;

constexpr std::string_view kLock = "applications.checks/";

}  // namespace

CheckedCustomer CreditChecks::customer_of(db::Snapshot& at, const ApplicationGround& ground,
                                          std::string_view submission) const {
  return {ground.the_case.id, mark_of(at, ground.the_case.org, submission)};
}

CheckedCustomer CreditChecks::marked_customer_of(db::Transaction& tx,
                                                 const ApplicationGround& ground,
                                                 const Application& application,
                                                 std::string_view submission) const {
  auto kept =
      needs_.sealing.kept_mark(tx, application.org, store::kBorrowerMark, application.id.value);
  if (kept) return {ground.the_case.id, std::move(kept)};
  CheckedCustomer customer = customer_of(tx, ground, submission);
  keep_mark(tx, application, customer.mark);
  return customer;
}

std::optional<Blob> CreditChecks::mark_of(db::Snapshot& at, const OrgId& org,
                                          std::string_view submission) const {
  const Secret<std::string> identity = read_identity(submission);
  if (identity.expose().empty()) return std::nullopt;
  return needs_.sealing.mark(at, org, store::kBorrowerMark, identity.expose());
}

void CreditChecks::keep_mark(db::Transaction& tx, const Application& application,
                             const std::optional<Blob>& mark) const {
  if (!mark) return;
  needs_.sealing.keep_mark(tx, application.org, application.borrower.value, store::kBorrowerMark,
                           application.id.value, *mark);
}

int CreditChecks::made(db::Snapshot& at, const ApplicationGround& ground,
                       const CheckedCustomer& customer, std::chrono::milliseconds window,
                       const std::optional<std::string>& plugin_id) const {
  return store::checks_since(at, {ground.the_case.org, customer.case_id, ground.quote.environment,
                                  needs_.clock.now() - window, plugin_id, customer.mark});
}

std::optional<CheckLimit> CreditChecks::limit_of(db::Snapshot& at, const ApplicationGround& ground,
                                                 const CheckedCustomer& customer) const {
  auto limit = ground.manifest ? check_limit(*ground.manifest->document) : std::nullopt;
  if (!limit) return std::nullopt;
  limit->made = made(at, ground, customer, std::chrono::days{limit->days}, ground.plugin_id);
  return limit;
}

void CreditChecks::require_left(db::Transaction& tx, const ApplicationGround& ground,
                                const CheckedCustomer& customer) const {
  if (!ground.manifest || !check_limit(*ground.manifest->document)) return;
  // The case first, everywhere.
  tx.lock(std::string(kLock) + customer.case_id.value);
  if (customer.mark) tx.lock(std::string(kLock) + crypto::hex(customer.mark->bytes));
  const CheckLimit limit = limit_of(tx, ground, customer).value();
  if (limit.made < limit.count) return;
  throw Error(ErrorCode::conflict, said(row_of(texts::kRefusals, "checks_used_up"),
                                        {{"count", std::to_string(limit.count)},
                                         {"days", std::to_string(limit.days)},
                                         {"made", std::to_string(limit.made)}}));
}

}  // namespace lendport
