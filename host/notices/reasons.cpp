#include "notices/reasons.hpp"

#include <algorithm>

namespace lendport::notices {
std::vector<std::string> principal_reasons(const Decision& decision, mail::Language language) {
  std::vector<std::string> found;
  for (const Reason& reason : decision.reasons) {
    const std::string_view unified = reasons::text_of(reason.unified_code, language);
    std::string text = unified.empty() ? reason.text : std::string(unified);
    if (text.empty() || std::find(found.begin(), found.end(), text) != found.end()) continue;
    found.push_back(std::move(text));
    if (found.size() == kReasonsMax) break;
  }
  return found;
}

}  // namespace lendport::notices
