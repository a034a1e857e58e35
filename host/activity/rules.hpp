// Who may see an event: the permission its subject asks for.
#pragma once

#include "core/permission.hpp"

#include <optional>
#include <string_view>

namespace lendport {

// Nothing for a kind of subject that is not in the table: its events are shown to nobody.
std::optional<Permission> permission_for(std::string_view subject_kind);

}  // namespace lendport
