// Applications in the database. Every statement is bound to the org.
#pragma once

#include "applications/application.hpp"
#include "core/blob.hpp"
#include "db/database.hpp"

#include <optional>
#include <string_view>
#include <utility>
#include <vector>

namespace lendport::applications_store {

// REQUIRES: the id and the lender key are new.
void insert(db::Transaction& tx, const Application& application, const Blob& sealed_request);

std::optional<Application> find(db::Snapshot& at, const OrgId& org, const ApplicationId& id);
// The same, locked until the unit ends where several writers exist.
std::optional<Application> find_for_update(db::Transaction& tx, const OrgId& org,
                                           const ApplicationId& id);
// What was prepared after this one, and after that: its onward applications, locked nearest first,
// as everybody locks them: before anything is appended.
std::vector<Application> those_after(db::Transaction& tx, const Application& application);
std::optional<Blob> sealed_request(db::Snapshot& at, const OrgId& org, const ApplicationId& id);

// What a person accepted at the confirmation; nothing when nobody did.
std::optional<Blob> sealed_mismatch(db::Snapshot& at, const OrgId& org, const ApplicationId& id);
void keep_mismatch(db::Transaction& tx, const Application& application, const Blob& sealed);

// Writes everything that can change after creation, but for silence, and raises `version` by one.
// Throws Error{precondition_failed} when the stored version is not `application.version`: somebody
// else changed it.
void update(db::Transaction& tx, const Application& application);

// Writes the consent and the request that holds it, given at a confirmation.
void keep_consent(db::Transaction& tx, const Application& application, const Blob& sealed_request);

// Writes `silent_since` alone, which nobody is shown: the version stays.
void keep_silence(db::Transaction& tx, const Application& application);

// What a list selects. Empty fields do not filter.
struct Filter {
  std::optional<CaseId> case_id;
  std::optional<ApplicationState> state;
  std::optional<UserId> case_owner;  // the caller sees only its own cases'
  Environment environment = Environment::sandbox;
  std::optional<std::pair<Time, std::string>> after;  // last of the page before
  int limit = 50;
};

// Newest first.
std::vector<Application> list(db::Snapshot& at, const OrgId& org, const Filter& filter);

// Whose marks (db/sealing.hpp) the rows of applications carry: their borrowers'.
inline constexpr std::string_view kBorrowerMark = "applications.borrower";

// Soft credit checks of one customer: applications a lender has, may have or is about to get, in
// whichever case of the org they carry the borrower's mark, and those of the case itself: across
// its generations, and whatever was corrected in it since. A check in the sandbox is none.
struct ChecksOf {
  OrgId org;
  CaseId case_id;
  Environment environment = Environment::sandbox;
  Time since{};
  std::optional<std::string> plugin_id;  // none: every lender
  std::optional<Blob> mark = {};         // none: the case alone
};
int checks_since(db::Snapshot& at, const ChecksOf& of);

// The newest other application for the same case, product and environment that a lender has, had or
// is about to get, unless nothing came of it: declined, cancelled, expired or failed.
struct EarlierThan {
  OrgId org;
  CaseId case_id;
  ProductId product;
  Environment environment = Environment::sandbox;
  std::optional<ApplicationId> than;  // none: one that is not made yet
};
std::optional<EarlierApplication> earlier_application(db::Snapshot& at, const EarlierThan& of);

// Whether the lender's application with this id is already that of another one here.
bool is_another_ones(db::Snapshot& at, const Application& application,
                     std::string_view lender_application_id);

// The applications of a connection, of whatever org, that a webhook's word names by the lender's id
// or by the key of the submission: one, none, or two that it must not have named together.
std::vector<std::pair<OrgId, ApplicationId>> find_named(db::Snapshot& at,
                                                        const ConnectionId& connection,
                                                        const HeardWord& word);

}  // namespace lendport::applications_store
