// Confirming although the installation agreement names the applicant otherwise: by whom, why, and
// with both spellings, sealed.
#include "applications/applications.hpp"
#include "applications/json.hpp"
#include "applications/json_connector.hpp"
#include "applications/store.hpp"
#include "events/audit.hpp"

namespace lendport {
namespace {

namespace store = applications_store;
namespace texts = applications_texts;

crypto::Field mismatch_field(const ApplicationId& id) {
  return {"applications", id.value, "sealed_mismatch"};
}

}  // namespace

void Applications::accept_mismatch(db::Transaction& tx, const http::Request& request,
                                   const Application& application, const ApplicationGround& ground,
                                   Mismatch mismatch) const {
  if (!request.principal.may(Permission::applications_override)) {
    throw Error(ErrorCode::forbidden, said(row_of(texts::kRefusals, "may_not_override")));
  }
  const bool allowed =
      ground.manifest && ground.manifest->document && allows_override(*ground.manifest->document);
  if (!allowed) {
    throw Error(std::move(mismatch.differences), said(row_of(texts::kRefusals, "no_difference")));
  }
  const Blob sealed = needs_.sealing.seal(tx, application.org, application.borrower.value,
                                          mismatch_field(application.id),
                                          write_stored_mismatch(mismatch), needs_.clock.now());
  store::keep_mismatch(tx, application, sealed);
  events::audit(tx, {application.org,
                     request.principal.user.value,
                     "application.accept_mismatch",
                     {"application", application.id.value},
                     std::nullopt,
                     write_mismatch_audit(mismatch),
                     request.id,
                     needs_.clock.now()});
}

Task<std::optional<Mismatch>> Applications::mismatch(const http::Request& request, OrgId org,
                                                     ApplicationId id) {
  const auto look = [&](db::Snapshot& at) -> std::optional<Mismatch> {
    const Application application = records_.visible(at, request, org, id);
    const auto sealed = store::sealed_mismatch(at, org, id);
    if (!sealed) return std::nullopt;
    const auto opened = needs_.sealing.unseal(at, org, mismatch_field(application.id), *sealed);
    if (!opened) return std::nullopt;
    return read_stored_mismatch(opened->expose());
  };
  co_return co_await needs_.db.read(look, request.deadline);
}

}  // namespace lendport
