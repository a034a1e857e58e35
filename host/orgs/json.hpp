// The spelling of orgs, users and keys on the wire.
#pragma once

#include "json/value.hpp"
#include "orgs/org.hpp"

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace lendport::orgs {

// A document made for an answer; `*written` is what http::ok() and its like take.
using Written = std::shared_ptr<const json::Value>;

// Throw Error{malformed_request} for what is not JSON, Error{invalid_input} with everything that is
// wrong, unknown fields included.
OrgDraft read_org_draft(std::string_view body);
OrgPatch read_org_patch(std::string_view body);
UserDraft read_user_draft(std::string_view body);
UserPatch read_user_patch(std::string_view body);
KeyDraft read_key_draft(std::string_view body);

Written write(const Org& org);
Written write(const User& user);
Written write(const ApiKey& key);
// With the key's text: the one answer that shows it.
Written write(const NewKey& key);
Written write(const std::vector<Org>& orgs);
Written write(const std::vector<User>& users);
Written write(const std::vector<ApiKey>& keys);

// For events and the audit: the same without what names a person (e-mail address, name, label).
std::string record_text(const Org& org);
std::string record_text(const User& user);
std::string record_text(const ApiKey& key);

}  // namespace lendport::orgs
