// What every call that a job makes about an application shares.
#pragma once

#include "applications/application.hpp"
#include "connections/connections.hpp"
#include "connectors/connectors.hpp"
#include "connectors/manifest.hpp"
#include "jobs/jobs.hpp"
#include "orgs/orgs.hpp"

#include <chrono>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace lendport {

// A call of the connector that a job is about to make.
struct LenderAttempt {
  Application application;
  connectors::Call call;
  std::string submission;  // text of the frozen request; empty where it is not needed
  User rep;
  RepPolicy rep_policy;
  std::shared_ptr<const connectors::Manifest> manifest;
  Time begun_at{};
  std::chrono::milliseconds even_for{std::chrono::milliseconds::max()};  // the clock's, then
  std::vector<FileId> files = {};   // whose bytes go with the call
  std::shared_ptr<void> room = {};  // from UploadPlaces, for those bytes
};

// A failure of the hub's own: code and English of a row of texts.hpp.
TechnicalFailure failure_of(const Wording& row);
// The same with another code, where one sentence stands for several, or several for one.
TechnicalFailure failure_of(const Wording& row, std::string_view code);
// What a person reads of an outcome that is none of success, freed of what is the applicant's.
TechnicalFailure failure_of(const connectors::Outcome& outcome, std::string_view submission);

// Whether the same attempt may simply be made again: for sure nothing happened at the lender.
bool may_send_again(const connectors::Outcome& outcome);

// Lets a request leave only while the job is still this worker's. Holds a value of its own: a
// connector that was given up may still reach it.
connectors::Fence fence_of(const jobs::Lease& lease);

}  // namespace lendport
