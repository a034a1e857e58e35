#include "applications/submission.hpp"

#include "applications/json_connector.hpp"
#include "applications/state.hpp"
#include "applications/store.hpp"
#include "applications/texts.hpp"

namespace lendport {
namespace {

namespace store = applications_store;
namespace texts = applications_texts;

crypto::Field request_field(const Application& application) {
  return {"applications", application.id.value, "sealed_request"};
}

}  // namespace

Blob Submissions::seal(db::Transaction& tx, const Application& application,
                       std::string_view submission) const {
  return needs_.sealing.seal(tx, application.org, application.borrower.value,
                             request_field(application), submission, needs_.clock.now());
}

std::optional<std::string> Submissions::find(db::Snapshot& at,
                                             const Application& application) const {
  const auto sealed = store::sealed_request(at, application.org, application.id);
  const auto opened =
      needs_.sealing.unseal(at, application.org, request_field(application), sealed.value());
  if (!opened) return std::nullopt;
  return opened->expose();
}

std::string Submissions::open(db::Snapshot& at, const Application& application) const {
  auto submission = find(at, application);
  if (!submission) {
    throw Error(ErrorCode::conflict, said(row_of(texts::kRefusals, "erased")));
  }
  return *std::move(submission);
}

// Its case may have been deleted since it ended, also while the lender was asked about it.
bool Submissions::is_forgotten(db::Transaction& tx, const Application& application) const {
  return is_final(application.state) &&
         !needs_.sealing.hold_key(tx, application.org, application.borrower.value);
}

connectors::Seal Submissions::sealer_of(db::Transaction& tx, const Application& application) const {
  auto seal =
      needs_.sealing.sealer(tx, application.org, application.borrower.value, needs_.clock.now());
  return [seal = std::move(seal)](const CallId& call, std::string_view column,
                                  std::string_view plain) {
    return seal({"lender_calls", call.value, column}, plain);
  };
}

std::optional<Confirmation> Submissions::borrower_of(db::Snapshot& at,
                                                     const Application& application) const {
  const auto submission = find(at, application);
  if (!submission) return std::nullopt;
  return read_borrower(*submission);
}

bool Submissions::are_about_the_same_people(db::Snapshot& at, const Application& one,
                                            const Application& other) const {
  const auto ours = find(at, one);
  const auto theirs = find(at, other);
  return ours && theirs && same_applicants(*ours, *theirs);
}

}  // namespace lendport
