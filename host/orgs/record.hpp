// What every change of an org, a user or a key leaves behind: its event, its audit entry, and the
// version that caches watch.
#pragma once

#include "db/database.hpp"
#include "orgs/stories.hpp"

#include <string_view>

namespace lendport::orgs {

// The topic of `versions` that the directory follows.
inline constexpr std::string_view kTopic = "orgs";

// `before` is null for what is new. Comes last in a transaction.
void record(const Needs& needs, db::Transaction& tx, const Principal& caller,
            std::string_view action, const Org* before, const Org& after);
void record(const Needs& needs, db::Transaction& tx, const Principal& caller,
            std::string_view action, const User* before, const User& after);
void record(const Needs& needs, db::Transaction& tx, const Principal& caller,
            std::string_view action, const ApiKey& key);

}  // namespace lendport::orgs
