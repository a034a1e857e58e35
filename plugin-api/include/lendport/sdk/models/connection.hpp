// connection.check/1 and rep.ensure/1: is the lender there, and who sells.
#pragma once

#include <lendport/sdk/models/money.hpp>

namespace lendport::sdk {

enum class CheckStatus : std::uint8_t { unknown, ready, auth_failed, misconfigured };
constexpr auto enum_names(CheckStatus) {
  return std::array<std::string_view, 4>{"unknown", "ready", "auth_failed", "misconfigured"};
}

// A pointer into the settings: {"pointer":"/dealer_id","code":"unknown"}.
struct SettingError {
  std::string pointer;
  std::string code;
  std::optional<std::string> detail;

  static void fields(auto& self, auto& each) {
    each("pointer", self.pointer);
    each("code", self.code);
    each("detail", self.detail);
  }
};

// Who the lender says the settings belong to. Another account at a reconnect is refused by the hub.
struct LenderAccount {
  std::optional<std::string> id;
  std::optional<std::string> name;
  std::optional<bool> generic_account;

  static void fields(auto& self, auto& each) {
    each("id", self.id);
    each("name", self.name);
    each("generic_account", self.generic_account);
  }
};

struct ConnectionQuestion {
  std::optional<bool> draft;

  static void fields(auto& self, auto& each) { each("draft", self.draft); }
};

struct ConnectionAnswer {
  CheckStatus status = CheckStatus::unknown;
  std::vector<SettingError> field_errors;
  std::optional<std::string> message;
  std::optional<LenderAccount> account;
  std::optional<std::string> become_partner_url;
  std::optional<std::string> credentials_expire_at;  // RFC 3339

  static void fields(auto& self, auto& each) {
    each("status", self.status);
    each("field_errors", self.field_errors);
    each("message", self.message);
    each("account", self.account);
    each("become_partner_url", self.become_partner_url);
    each("credentials_expire_at", self.credentials_expire_at);
  }
};

struct ConnectionCheck {
  static constexpr std::string_view kId = "connection.check/1";
  using Request = ConnectionQuestion;
  using Result = ConnectionAnswer;
};

struct Rep {
  std::optional<std::string> rep_id;
  std::string email;
  std::optional<std::string> first_name;
  std::optional<std::string> last_name;
  std::optional<std::string> phone;

  static void fields(auto& self, auto& each) {
    each("rep_id", self.rep_id);
    each("email", self.email);
    each("first_name", self.first_name);
    each("last_name", self.last_name);
    each("phone", self.phone);
  }
};

struct RepQuestion {
  Rep rep;
  bool create = false;  // make the account when there is none
  std::optional<std::string> idempotency_key;

  static void fields(auto& self, auto& each) {
    each("rep", self.rep);
    each("create", self.create);
    each("idempotency_key", self.idempotency_key);
  }
};

enum class RepMatch : std::uint8_t { unknown, existing, created, none };
constexpr auto enum_names(RepMatch) {
  return std::array<std::string_view, 4>{"unknown", "existing", "created", "none"};
}

struct RepAnswer {
  RepMatch match = RepMatch::unknown;
  std::optional<std::string> lender_rep_id;

  static void fields(auto& self, auto& each) {
    each("match", self.match);
    each("lender_rep_id", self.lender_rep_id);
  }
};

struct RepEnsure {
  static constexpr std::string_view kId = "rep.ensure/1";
  using Request = RepQuestion;
  using Result = RepAnswer;
};

}  // namespace lendport::sdk
