// Rows of what staff are told. Every statement but one is bound to the org, and
// to the person where it is one's own.
#pragma once

#include "db/database.hpp"
#include "notices/notice.hpp"

#include <optional>
#include <string_view>
#include <utility>
#include <vector>

namespace lendport::notices_store {

// False when the person has one of this cause.
bool insert(db::Transaction& tx, const StaffNotice& notice);

struct Filter {
  OrgId org;
  UserId user;
  Environment environment = Environment::sandbox;
  std::optional<bool> read;  // none: both
  std::optional<std::pair<Time, std::string>> after;
  int limit = 50;
};
// Those in the list, newest first.
std::vector<StaffNotice> list(db::Snapshot& at, const Filter& filter);
std::optional<StaffNotice> find(db::Snapshot& at, const OrgId& org, const UserId& user,
                                const StaffNoticeId& id);
// Once read it stays as it is.
void mark_read(db::Transaction& tx, const StaffNotice& notice, Time now);

// The mail that told the same as a notice that was removed.
struct Removed {
  OrgId org;
  std::optional<MailId> mail;
};
std::vector<Removed> remove_of_case(db::Transaction& tx, const OrgId& org, const CaseId& id);
// Of all orgs, the oldest first.
std::vector<Removed> remove_before(db::Transaction& tx, Time before, int limit);

// What was never said is by mail and in the list.
NoticePreferences preferences(db::Snapshot& at, const OrgId& org, const UserId& user,
                              Environment environment);
// Writes them as version `before` + 1; false when that is not the stored one.
bool keep(db::Transaction& tx, const OrgId& org, const UserId& user, Environment environment,
          const NoticePreferences& preferences, std::int64_t before, Time now);

// False when it was told already.
bool mark(db::Transaction& tx, const OrgId& org, std::string_view cause, Time now);

}  // namespace lendport::notices_store
