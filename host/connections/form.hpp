// A settings form on its way to a connection: completed with stored secrets, then shown to the
// lender.
#pragma once

#include "connections/connections.hpp"
#include "connections/json.hpp"

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace lendport::connections {

// What a connection has stored, opened.
struct Stored {
  Connection connection;
  connectors::Secrets secrets;
};

// Settings ready to be tried: every secret is there.
struct Form {
  std::string settings;
  connectors::Secrets secrets;
  bool changed = true;  // differs from what is stored
  std::set<std::string> changed_secrets;
};

// Checks the form against the manifest. Masked or missing secrets come from `stored`, but only if
// every x-audience field is unchanged: otherwise each is a violation "re_enter". Violations point
// into the request: "/settings/…".
struct CompletedForm {
  Form form;
  std::vector<Violation> violations;
};
CompletedForm complete(const connectors::Manifest& manifest, const json::Value& settings,
                       const Stored* stored);

// The operation that asks the lender whether the form is right, and the call of it.
inline constexpr std::string_view kCheckOperation = "connection.check/1";
connectors::Call check_call(const Connection& connection, const Form& form, Deadline deadline);

// What came of it: the lender's answer, or why there is none to build on.
struct Verdict {
  Check check;                               // when `refused` is not set
  std::optional<ConnectionRefused> refused;  // without `submitted`
};
Verdict judge(const connectors::Manifest& manifest, const connectors::Outcome& outcome);

// There is no such plugin, or it is not running: its form is not known and not given back.
ConnectionRefused unknown_plugin(std::string_view plugin_id);

// What a change may not touch: plugin and environment.
std::vector<Violation> fixed_fields(const Connection& before, const ConnectionDraft& draft);

// A refusal that gives the form back.
ConnectionRefused refusal(std::vector<Violation> violations, const json::Value& form,
                          const std::set<std::string>& secret_fields);

}  // namespace lendport::connections
