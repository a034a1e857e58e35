// Texts with holes: mustache, as little of it as letters need, checked before it is kept.
//
// {{name}} is a variable; {{#name}}…{{/name}} is there when the variable has a value, {{^name}}…
// {{/name}} when it has none. Nothing else: no unescaped tags, no partials, no other delimiters, no
// comments, no dotted names.
#pragma once

#include "core/violation.hpp"

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace lendport::mail {

inline constexpr int kTagsMax = 200;
inline constexpr int kSectionDepthMax = 8;

// The variables that have a value. A mere condition has "yes".
using Facts = std::map<std::string, std::string, std::less<>>;

// What is wrong with a template at `pointer`: each unknown variable with the nearest known one.
std::vector<Violation> template_problems(std::string_view text,
                                         const std::vector<std::string_view>& known,
                                         const std::string& pointer);

enum class Escape { none, html };

// REQUIRES: template_problems() found nothing. A value is never read as a template.
std::string render(std::string_view text, const Facts& facts, Escape escape);

}  // namespace lendport::mail
