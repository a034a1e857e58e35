// How often a customer's credit was checked, in whichever case, and what a lender allows of it.
#pragma once

#include "applications/application.hpp"
#include "applications/ground.hpp"
#include "applications/requirements.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace lendport {

// Whose credit is checked.
struct CheckedCustomer {
  CaseId case_id;
  std::optional<Blob> mark;  // of the borrower, in every case of the org
};

// Thread-safe.
class CreditChecks {
 public:
  explicit CreditChecks(const ApplicationNeeds& needs) : needs_(needs) {}

  CheckedCustomer customer_of(db::Snapshot& at, const ApplicationGround& ground,
                              std::string_view submission) const;
  // By the mark that is kept; a draft of before there were marks gets its own.
  CheckedCustomer marked_customer_of(db::Transaction& tx, const ApplicationGround& ground,
                                     const Application& application,
                                     std::string_view submission) const;
  // The borrower's, to tell the same person in another case; nothing where nothing tells who it is.
  std::optional<Blob> mark_of(db::Snapshot& at, const OrgId& org,
                              std::string_view submission) const;
  void keep_mark(db::Transaction& tx, const Application& application,
                 const std::optional<Blob>& mark) const;

  // How many were made in the last `window`, by `plugin_id` or by every lender.
  int made(db::Snapshot& at, const ApplicationGround& ground, const CheckedCustomer& customer,
           std::chrono::milliseconds window, const std::optional<std::string>& plugin_id) const;
  // What the lender allows, with what was made of it; nothing where it names no limit.
  std::optional<CheckLimit> limit_of(db::Snapshot& at, const ApplicationGround& ground,
                                     const CheckedCustomer& customer) const;
  // Throws conflict where the lender's limit is reached. Confirmations for one customer wait for
  // each other here, so that two of them cannot both be the last one that the lender allows.
  void require_left(db::Transaction& tx, const ApplicationGround& ground,
                    const CheckedCustomer& customer) const;

 private:
  ApplicationNeeds needs_;
};

}  // namespace lendport
