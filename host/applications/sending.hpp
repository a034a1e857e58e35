// What every request that creates something at a lender shares: see submit.cpp.
#pragma once

#include "applications/application.hpp"
#include "connectors/connectors.hpp"
#include "jobs/jobs.hpp"

#include <string_view>

namespace lendport {

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
