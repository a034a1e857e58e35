// Small pages for people: one sheet of style, nothing from elsewhere, nothing that runs.
#pragma once

#include "http/language.hpp"
#include "http/message.hpp"

#include <string>
#include <string_view>

namespace lendport::http {

inline constexpr std::string_view kStylePath = "/docs.css";

std::string escaped_html(std::string_view text);

// A whole page around `content`, which is HTML. Its policy allows our own style sheet alone.
Response html_page(std::string_view title, Language language, std::string_view content);

// The style sheet served at kStylePath.
std::string_view style_sheet();

}  // namespace lendport::http
