#include "applications/upload.hpp"

#include "core/words.hpp"
#include "crypto/hash.hpp"

#include <algorithm>
#include <array>
#include <cctype>

namespace lendport {
namespace {

constexpr std::size_t kIdBytesMax = 64;
constexpr std::array<std::string_view, kStipulationStateCount> kStipulationStates{
    "open", "sent", "accepted", "rejected"};

bool can_stand_in_a_path(std::string_view id) {
  return !id.empty() && id.size() <= kIdBytesMax &&
         std::all_of(id.begin(), id.end(),
                     [](unsigned char c) { return std::isalnum(c) != 0 || c == '-' || c == '_'; });
}

std::string hashed_id(const Stipulation& stipulation) {
  constexpr std::size_t kHexDigits = 16;
  const std::string whole =
      stipulation.lender_id + "\n" + stipulation.code + "\n" + stipulation.text;
  return "stip-" + crypto::hex(crypto::sha256(whole)).substr(0, kHexDigits);
}

}  // namespace

std::string_view to_string(StipulationState state) {
  return kStipulationStates.at(static_cast<std::size_t>(state));
}

std::optional<StipulationState> parse_stipulation_state(std::string_view text) {
  return enum_of<StipulationState>(text, kStipulationStates);
}

std::vector<std::string> stipulation_ids(const std::vector<Stipulation>& all) {
  std::vector<std::string> ids;
  for (const Stipulation& one : all) {
    const auto alike = std::count_if(all.begin(), all.end(), [&](const Stipulation& other) {
      return other.lender_id == one.lender_id;
    });
    ids.push_back(alike == 1 ? stipulation_id(one) : hashed_id(one));
  }
  return ids;
}

std::string stipulation_id(const Stipulation& stipulation) {
  return can_stand_in_a_path(stipulation.lender_id) ? stipulation.lender_id
                                                    : hashed_id(stipulation);
}

bool is_same(const Stipulation& one, const Stipulation& other) {
  return one.lender_id == other.lender_id && one.code == other.code && one.text == other.text;
}

bool is_for(const Upload& upload, std::string_view id, const Stipulation& stipulation) {
  if (upload.stipulation == id) return true;
  return is_same({upload.lender_id, upload.code, upload.text, {}}, stipulation);
}

bool is_under_way(const Upload& upload) {
  return upload.delivery.state != DocumentsState::sent &&
         upload.delivery.state != DocumentsState::failed;
}

StipulationState state_of(const Stipulation& stipulation, std::string_view id,
                          const std::vector<Upload>& uploads) {
  if (stipulation.fulfilled) return StipulationState::accepted;
  if (stipulation.said && *stipulation.said != StipulationState::open) return *stipulation.said;
  const bool is_there = std::any_of(uploads.begin(), uploads.end(), [&](const Upload& upload) {
    return upload.delivery.state == DocumentsState::sent && is_for(upload, id, stipulation);
  });
  return is_there ? StipulationState::sent : StipulationState::open;
}

std::vector<StipulationView> views_of(const Application& application,
                                      const std::vector<Upload>& uploads) {
  std::vector<StipulationView> views;
  if (!application.decision) return views;
  const auto& stipulations = application.decision->stipulations;
  const auto ids = stipulation_ids(stipulations);
  for (std::size_t i = 0; i < ids.size(); ++i) {
    StipulationView view{ids[i], stipulations[i], state_of(stipulations[i], ids[i], uploads), {}};
    std::copy_if(uploads.begin(), uploads.end(), std::back_inserter(view.uploads),
                 [&](const Upload& upload) { return is_for(upload, view.id, view.stipulation); });
    views.push_back(std::move(view));
  }
  return views;
}

Stipulation* find_stipulation(Application& application, const Upload& upload) {
  if (!application.decision) return nullptr;
  auto& stipulations = application.decision->stipulations;
  const auto ids = stipulation_ids(stipulations);
  for (std::size_t i = 0; i < ids.size(); ++i) {
    if (is_for(upload, ids[i], stipulations[i])) return &stipulations[i];
  }
  return nullptr;
}

}  // namespace lendport
