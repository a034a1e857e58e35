// The request for loan documents, as a person makes it; a job carries it (carry_documents.cpp).
#include "applications/applications.hpp"
#include "applications/loan_documents.hpp"
#include "applications/texts.hpp"
#include "db/refusal.hpp"

namespace lendport {
namespace {

namespace texts = applications_texts;

}  // namespace

void Applications::require_capability(db::Snapshot& at, const Application& application,
                                      std::string_view operation) const {
  const auto connection = needs_.connections.find_by_id(at, *application.connection);
  if (!connection || !connection->followable()) {
    throw Error(ErrorCode::conflict, said(row_of(texts::kRefusals, "connection_removed")));
  }
  const auto manifest = needs_.connectors.manifest(application.plugin_id);
  if (!manifest) {
    throw Error(ErrorCode::lender_unavailable,
                said(row_of(texts::kRefusals, "connector_not_running")));
  }
  if (!manifest->has(operation)) {
    throw Error(ErrorCode::capability_missing,
                said(row_of(texts::kRefusals, "not_offered"),
                     {{"plugin", application.plugin_id}, {"operation", operation}}));
  }
}

Task<http::Response> Applications::send_documents(const http::Request& request, OrgId org,
                                                  ApplicationId id) {
  const auto work = [&](db::Transaction& tx) -> db::OrRefusal<http::Response> {
    Application application = records_.visible_for_update(tx, request, org, id);
    if (auto why = why_no_documents(application, needs_.clock.now())) {
      return records_.refuse_step(tx, request, application, "send_documents", *std::move(why));
    }
    require_capability(tx, application, kSendDocuments);
    submissions_.open(tx, application);
    const ApplicationState from = application.state;
    ask_for(application, request.principal.user, needs_.clock.now());
    application.asked_by = {request.id, request.traceparent};
    records_.record(tx, application, from, "documents_requested", request.principal.user.value);
    records_.enqueue(tx, application, kSendDocumentsJob);
    records_.audit(tx, request, application, from, "send_documents");
    return records_.answer(tx, request, 202, application);
  };
  co_return co_await db::write_or_refuse(needs_.db, work, request.deadline);
}

}  // namespace lendport
