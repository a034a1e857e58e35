// Who is asking: the caller a key or a session stands for.
#pragma once

#include "core/ids.hpp"
#include "core/permission.hpp"

namespace lendport {

// Which world a key, a connection or an application belongs to. Never mixed.
enum class Environment { production, sandbox };

std::string_view to_string(Environment environment);
std::optional<Environment> parse_environment(std::string_view text);

// An authenticated caller. Immutable for the life of one request.
struct Principal {
  KeyId key;
  OrgId org;    // the org the key belongs to; for platform roles the platform's own org
  UserId user;  // whose key it is
  Role role = Role::viewer;
  // The role's permissions narrowed by the key's scopes.
  Permissions permissions;
  // Keys of the sandbox reach sandbox connections only.
  Environment environment = Environment::production;
  // The request it is asking with, for the audit; empty for work of the hub's own.
  std::string request_id = {};
  // That request's W3C traceparent, for the lender calls it makes; empty where it named none.
  std::string traceparent = {};

  bool may(Permission permission) const {
    return permissions.test(static_cast<std::size_t>(permission));
  }
};

}  // namespace lendport
