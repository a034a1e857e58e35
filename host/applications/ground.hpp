// What an application stands on, looked up in its unit: the quote, its case and connection, and
// what the connector says of itself.
#pragma once

#include "applications/needs.hpp"

#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace lendport {

// The connector that stands for every lender without an integration.
inline constexpr std::string_view kHandOverPlugin = "com.lendport.configured";

// Of a case, whether its people are opened: what is frozen tells who they are.
enum class CasePeople { opened, left_out };

struct ApplicationGround {
  Quote quote;
  Case the_case;
  std::optional<Connection> connection;                  // none: a hand-over
  std::shared_ptr<const connectors::Manifest> manifest;  // null: the connector is not ready
  std::string plugin_id;
};

// Throws not_found for what the caller does not see.
ApplicationGround ground_of(const ApplicationNeeds& needs, db::Snapshot& at,
                            const Principal& caller, const OrgId& org, const QuoteId& id,
                            CasePeople people);

// Throws conflict where the quote, the case or the connection takes no applications now.
void require_in_force(const ApplicationGround& ground);

}  // namespace lendport
