// What goes to the lender: one document, frozen when the application is made, sealed under the key
// of its applicant.
#pragma once

#include "applications/application.hpp"
#include "applications/json.hpp"
#include "applications/needs.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace lendport {

// Thread-safe.
class Submissions {
 public:
  explicit Submissions(const ApplicationNeeds& needs) : needs_(needs) {}

  Blob seal(db::Transaction& tx, const Application& application, std::string_view submission) const;
  // Nothing when the applicant was erased.
  std::optional<std::string> find(db::Snapshot& at, const Application& application) const;
  // The same; throws conflict when the applicant was erased.
  std::string open(db::Snapshot& at, const Application& application) const;
  // Its applicant was erased: nothing more is learnt. Else nobody erases it before the unit ends.
  bool is_forgotten(db::Transaction& tx, const Application& application) const;
  // Seals bodies of lender calls like the document itself.
  connectors::Seal sealer_of(db::Transaction& tx, const Application& application) const;

  // The borrower as the lender knows it; nothing when its data was erased.
  std::optional<Confirmation> borrower_of(db::Snapshot& at, const Application& application) const;
  // Whether both were made of the same applicants with the same particulars; false when one's data
  // was erased.
  bool are_about_the_same_people(db::Snapshot& at, const Application& one,
                                 const Application& other) const;

 private:
  ApplicationNeeds needs_;
};

}  // namespace lendport
