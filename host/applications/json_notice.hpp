// The notice of an application in JSON, as the API shows it and the store keeps it.
#pragma once

#include "applications/notice.hpp"
#include "json/value.hpp"

#include <string>
#include <string_view>

namespace lendport {

// Writes it into `into`, which becomes an object.
void write_notice(const AdverseNotice& notice, json::Value& into);

std::string write_stored_notice(const AdverseNotice& notice);
AdverseNotice read_stored_notice(std::string_view text);

}  // namespace lendport
