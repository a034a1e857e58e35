// The spelling of the support's views on the wire.
#pragma once

#include "json/value.hpp"
#include "orgs/support_views.hpp"

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace lendport::orgs {

SupportViewDraft read_support_view(std::string_view body);

std::shared_ptr<const json::Value> write(const SupportView& view);
std::shared_ptr<const json::Value> write(const std::vector<SupportView>& views);

// For events and the audit.
std::string record_text(const SupportView& view);

}  // namespace lendport::orgs
