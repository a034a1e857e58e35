// What a connector says of itself, read from its manifest; and its settings form.
#pragma once

#include "core/error.hpp"
#include "core/secret.hpp"
#include "json/value.hpp"

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace lendport::connectors {

using Secrets = std::map<std::string, Secret<std::string>, std::less<>>;

struct Capability {
  std::string id;  // "application.submit/1"
  std::int64_t rev = 0;
  std::string stability;
};

// A value of an auth profile: text, or a setting or a secret by name.
struct ProfileValue {
  enum class Kind { text, setting, secret };
  Kind kind = Kind::text;
  std::string value;
};

// Carried out by the hub; which members count depends on `type`.
struct AuthProfile {
  enum class Type { oauth2_client_credentials, basic, api_key, hmac, mtls };
  Type type = Type::basic;
  std::string token_url;  // may begin with {base_url}
  ProfileValue user;      // client_id, username
  ProfileValue secret;    // client_secret, password, value, secret
  std::string scope;
  std::string audience;
  bool credentials_in_body = false;
  std::string header;
  std::string prefix;
  std::string algorithm;  // sha256, sha512
  std::string encoding;   // hex, base64
  std::string timestamp_header;
  std::vector<std::string> signed_parts;
};

enum class ReconcileMode { by_key, by_search, none };

// Immutable once read. Members the hub does not branch on are in `document` alone.
struct Manifest {
  std::string id;  // "com.example.hello"
  std::string name;
  std::string version;
  std::string kind;    // "lender", "configured", …
  std::string vendor;  // its name
  std::uint32_t min_host_minor = 0;
  std::vector<Capability> capabilities;
  std::string settings_version;
  std::map<std::string, std::string, std::less<>> base_urls;  // by environment, no slash at the end
  std::vector<std::string> egress;                            // "host:port"
  std::map<std::string, AuthProfile, std::less<>> auth;
  ReconcileMode reconcile = ReconcileMode::none;
  std::int64_t reconcile_window_s = 0;
  std::vector<std::string> countries;  // "US"
  std::vector<std::string> states;     // empty: all
  std::vector<std::string> segments;   // "residential"
  bool rep_create = false;             // makes the account of a rep that has none
  bool rep_generic_account = false;
  std::vector<std::string> application_required;  // JSON Pointers into application.submit/1
  std::int64_t decision_days = 60;
  std::int64_t poll_s = 0;  // before the first question for the status; 0: as the hub sees fit
  std::int64_t max_inflight = 64;  // per connection
  std::int64_t operation_timeout_ms = 30'000;
  std::string text;                             // byte for byte as the connector gave it
  std::shared_ptr<const json::Value> document;  // the same, parsed

  bool has(std::string_view operation) const;  // "catalog.list/1"
};

// Reads and checks a manifest: by its schema, then what a schema cannot say (URLs of the
// environments are in the egress list, named secrets exist, patterns can be carried out, secrets
// have no default). Throws Error{invalid_input} with everything that is wrong.
Manifest read_manifest(std::string_view text);

// What a settings form sent, checked and sorted.
struct CheckedSettings {
  std::string settings;  // JSON object text without the secrets; addresses already replaced by ids
  Secrets secrets;       // those that came; one that is not there is unchanged
  std::vector<Violation> violations;  // pointers into the form: "/mosaic_id"
};

// Checks `form` (an object) against the manifest's settings schema. A pasted address is replaced by
// the id in it where the field says so (x-from-url). Defaults are filled in. Members of
// `stored_secrets` may be missing in the form. A secret sent as "***" counts as not sent.
CheckedSettings check_settings(const Manifest& manifest, const json::Value& form,
                               const std::set<std::string>& stored_secrets = {});

// Whether every field that says where secrets go (x-audience) is the same in both settings: only
// then may stored secrets be used with the new ones.
bool same_audience(const Manifest& manifest, std::string_view settings_before,
                   std::string_view settings_after);

// The names of the settings marked x-secret.
std::set<std::string> secret_fields(const Manifest& manifest);

}  // namespace lendport::connectors
