// Reads manifests: by their schema, then what a schema cannot say.
#include "connectors/json.hpp"
#include "connectors/manifest.hpp"
#include "connectors/schemas.hpp"
#include "json/schema.hpp"
#include "lendport/abi.h"
#include "net/egress.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <charconv>

namespace lendport::connectors {
namespace {

using json::Value;

template <class T>
void read_optional(const Value& object, const char* name, T& into) {
  if (const auto found = object.find(name); found != object.end()) into = found->get<T>();
}

ProfileValue read_value(const Value& value) {
  if (value.is_string()) return {ProfileValue::Kind::text, value.get<std::string>()};
  if (value.contains("$setting")) {
    return {ProfileValue::Kind::setting, value["$setting"].get<std::string>()};
  }
  return {ProfileValue::Kind::secret, value["$secret"].get<std::string>()};
}

AuthProfile::Type read_type(const std::string& name) {
  if (name == "oauth2_client_credentials") return AuthProfile::Type::oauth2_client_credentials;
  if (name == "api_key") return AuthProfile::Type::api_key;
  if (name == "hmac") return AuthProfile::Type::hmac;
  if (name == "mtls") return AuthProfile::Type::mtls;
  return AuthProfile::Type::basic;
}

AuthProfile read_profile(const Value& value) {
  AuthProfile profile;
  profile.type = read_type(value["type"].get<std::string>());
  for (const char* name : {"client_id", "username", "certificate"}) {
    if (value.contains(name)) profile.user = read_value(value[name]);
  }
  for (const char* name : {"client_secret", "password", "value", "secret", "private_key"}) {
    if (value.contains(name)) profile.secret = read_value(value[name]);
  }
  profile.algorithm = "sha256";
  profile.encoding = "hex";
  profile.credentials_in_body = value.value("client_auth", "basic") == "body";
  read_optional(value, "token_url", profile.token_url);
  read_optional(value, "scope", profile.scope);
  read_optional(value, "audience", profile.audience);
  read_optional(value, "header", profile.header);
  read_optional(value, "prefix", profile.prefix);
  read_optional(value, "algorithm", profile.algorithm);
  read_optional(value, "encoding", profile.encoding);
  read_optional(value, "timestamp_header", profile.timestamp_header);
  read_optional(value, "signed", profile.signed_parts);
  return profile;
}

void read_lending(const Value& value, Manifest& manifest) {
  const std::string mode = value["reconcile"]["mode"].get<std::string>();
  manifest.reconcile = mode == "by_key"      ? ReconcileMode::by_key
                       : mode == "by_search" ? ReconcileMode::by_search
                                             : ReconcileMode::none;
  read_optional(value["reconcile"], "window_s", manifest.reconcile_window_s);
  read_optional(value["availability"], "countries", manifest.countries);
  read_optional(value["availability"], "states", manifest.states);
  read_optional(value["availability"], "segments", manifest.segments);
  if (const auto rep = value.find("rep"); rep != value.end()) {
    read_optional(*rep, "create", manifest.rep_create);
    read_optional(*rep, "generic_account", manifest.rep_generic_account);
  }
  if (const auto application = value.find("application"); application != value.end()) {
    read_optional(*application, "required", manifest.application_required);
    read_optional(*application, "decision_days", manifest.decision_days);
    read_optional(*application, "poll_s", manifest.poll_s);
  }
}

void read_members(const Value& value, Manifest& manifest) {
  manifest.id = value["id"].get<std::string>();
  manifest.name = value["name"].get<std::string>();
  manifest.version = value["version"].get<std::string>();
  manifest.kind = value["kind"].get<std::string>();
  manifest.vendor = value["vendor"]["name"].get<std::string>();
  manifest.min_host_minor = value["abi"]["min_host_minor"].get<std::uint32_t>();
  for (const Value& one : value["capabilities"]) {
    manifest.capabilities.push_back({one["id"].get<std::string>(),
                                     one.value("rev", std::int64_t{0}),
                                     one["stability"].get<std::string>()});
  }
  manifest.settings_version = value["settings"]["version"].get<std::string>();
  for (const auto& [name, environment] : value["environments"].items()) {
    std::string url = environment["base_url"].get<std::string>();
    while (url.ends_with('/')) url.pop_back();
    manifest.base_urls.emplace(name, std::move(url));
  }
  manifest.egress = value["egress"].get<std::vector<std::string>>();
  if (const auto auth = value.find("auth"); auth != value.end()) {
    for (const auto& [name, profile] : auth->items()) {
      manifest.auth.emplace(name, read_profile(profile));
    }
  }
  if (const auto limits = value.find("limits"); limits != value.end()) {
    read_optional(*limits, "max_inflight", manifest.max_inflight);
    read_optional(*limits, "operation_timeout_ms", manifest.operation_timeout_ms);
  }
  read_lending(value, manifest);
}

// What fits the schema and still cannot work.
class ManifestJudge {
 public:
  ManifestJudge(const Value& value, const Manifest& manifest)
      : fields_(value["settings"]["schema"]["properties"]), value_(value), manifest_(manifest) {}

  std::vector<Violation> judge() {
    judge_settings();
    judge_capabilities();
    judge_addresses();
    for (const auto& [name, profile] : manifest_.auth) {
      judge_value("/auth/" + name, profile.user);
      judge_value("/auth/" + name, profile.secret);
    }
    return std::move(violations_);
  }

 private:
  void note(std::string pointer, const char* code, std::string detail) {
    violations_.push_back({std::move(pointer), code, std::move(detail)});
  }

  void judge_settings() {
    const Value& schema = value_["settings"]["schema"];
    const auto compiled = json::Schema::compile(schema);
    if (!compiled) {
      const Error problems = compiled.error();  // a copy: error() gives one that dies at once
      for (const Violation& one : problems.violations()) {
        note("/settings/schema" + one.pointer, "schema", one.detail);
      }
    }
    if (const auto required = schema.find("required"); required != schema.end()) {
      for (const Value& name : *required) {
        if (!fields_.contains(name.get<std::string>())) {
          note("/settings/schema/required", "unknown",
               "names " + name.get<std::string>() + ", which is no setting");
        }
      }
    }
    for (const auto& [name, field] : fields_.items()) {
      if (!field.value("x-secret", false)) continue;
      const std::string where = json::member_pointer("/settings/schema/properties", name);
      if (field["type"] != "string") note(where, "secret", "a secret must be text");
      if (field.contains("default")) note(where, "secret", "a secret has no default");
    }
  }

  void judge_capabilities() {
    std::set<std::string> seen;
    for (const Capability& capability : manifest_.capabilities) {
      if (!seen.insert(capability.id).second) {
        note("/capabilities", "duplicate", capability.id + " comes twice");
      }
    }
  }

  void judge_addresses() {
    for (std::size_t i = 0; i < manifest_.egress.size(); ++i) {
      const std::string& entry = manifest_.egress[i];
      const std::size_t colon = entry.rfind(':');
      unsigned port = 0;
      std::from_chars(entry.data() + colon + 1, entry.data() + entry.size(), port);
      if (colon == 0 || port == 0 || port > 65535) {
        note("/egress/" + std::to_string(i), "invalid", "must be host:port, port 1 to 65535");
      }
    }
    for (const auto& [name, url] : manifest_.base_urls) {
      if (!url.empty()) judge_url("/environments/" + name + "/base_url", url);
      for (const auto& [profile_name, profile] : manifest_.auth) {
        static constexpr std::string_view kBase = "{base_url}";
        std::string token = profile.token_url;
        if (token.empty() || url.empty()) continue;
        if (token.starts_with(kBase)) token = url + token.substr(kBase.size());
        judge_url("/auth/" + profile_name + "/token_url", token);
      }
    }
  }

  void judge_url(const std::string& pointer, const std::string& url) {
    const auto target = net::parse_target(url);
    if (!target || target->scheme != "https") {
      return note(pointer, "invalid", "must be an https address");
    }
    if (std::find(manifest_.egress.begin(), manifest_.egress.end(), target->host_port()) ==
        manifest_.egress.end()) {
      note(pointer, "egress", target->host_port() + " is missing in egress");
    }
  }

  void judge_value(const std::string& pointer, const ProfileValue& value) {
    if (value.kind == ProfileValue::Kind::text) return;
    const auto field = fields_.find(value.value);
    if (field == fields_.end()) {
      return note(pointer, "unknown", value.value + " is no setting");
    }
    const bool is_secret = field->value("x-secret", false);
    if (is_secret != (value.kind == ProfileValue::Kind::secret)) {
      note(pointer, "secret",
           value.value + (is_secret ? " is a secret: name it by $secret"
                                    : " is no secret: mark it x-secret or name it by $setting"));
    }
  }

  const Value& fields_;
  const Value& value_;
  const Manifest& manifest_;
  std::vector<Violation> violations_;
};

}  // namespace

bool Manifest::has(std::string_view operation) const {
  return std::any_of(capabilities.begin(), capabilities.end(),
                     [&](const Capability& one) { return one.id == operation; });
}

Manifest read_manifest(std::string_view text) {
  if (text.size() > LENDPORT_JSON_BYTES_MAX) {
    throw Error(ErrorCode::payload_too_large, "the manifest is over 4 MiB");
  }
  Manifest manifest;
  manifest.document = parse_box(text);
  auto violations = check_by("manifest-1", *manifest.document);
  if (!violations.empty()) throw Error(std::move(violations), "the manifest is not valid");
  read_members(*manifest.document, manifest);
  violations = ManifestJudge(*manifest.document, manifest).judge();
  if (!violations.empty()) throw Error(std::move(violations), "the manifest is not valid");
  manifest.text = text;
  return manifest;
}

}  // namespace lendport::connectors
