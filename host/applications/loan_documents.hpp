// When a lender can be asked for the loan documents of an application. Pure.
#pragma once

#include "applications/application.hpp"
#include "core/wording.hpp"

#include <optional>
#include <string_view>

namespace lendport {

// The connector's operation that asks for them.
inline constexpr std::string_view kSendDocuments = "documents.send/1";

bool is_approved(ApplicationState state);

// Whether the lender would take the request: approved, nothing open, and known by its own id.
bool could_be_signed(const Application& application);

// Why they cannot be asked for now; nothing where they can.
std::optional<Sentence> why_no_documents(const Application& application, Time now);

// From here on a job asks for them. `by` is empty where the connection says that they go by
// themselves.
void ask_for(Application& application, const UserId& by, Time now);

}  // namespace lendport
