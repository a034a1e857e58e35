#include "activity/rules.hpp"

#include <array>

namespace lendport {
namespace {

struct Rule {
  std::string_view subject_kind;
  Permission permission;
};

constexpr std::array kRules{
    Rule{"application", Permission::applications_read},
    Rule{"case", Permission::cases_read},
    Rule{"catalog", Permission::products_read},
    Rule{"connection", Permission::connections_read},
    Rule{"job", Permission::audit_read},
    Rule{"key", Permission::keys_write},
    Rule{"letter", Permission::orgs_read},
    Rule{"offer", Permission::connections_read},
    Rule{"org", Permission::orgs_read},
    Rule{"plugin", Permission::plugins_read},
    Rule{"product", Permission::products_read},
    Rule{"quote", Permission::quotes_read},
    Rule{"support_view", Permission::audit_read},
    Rule{"user", Permission::users_read},
    Rule{"webhook_endpoint", Permission::webhooks_read},
};

}  // namespace

std::optional<Permission> permission_for(std::string_view subject_kind) {
  for (const Rule& rule : kRules) {
    if (rule.subject_kind == subject_kind) return rule.permission;
  }
  return std::nullopt;
}

}  // namespace lendport
