#include "http/html.hpp"

namespace lendport::http {

std::string escaped_html(std::string_view text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '<': out += "&lt;"; break;
      case '>': out += "&gt;"; break;
      case '&': out += "&amp;"; break;
      case '"': out += "&quot;"; break;
      case '\'': out += "&#39;"; break;
      default: out += c;
    }
  }
  return out;
}

Response html_page(std::string_view title, Language language, std::string_view content) {
  Response response;
  response.content_type = "text/html; charset=utf-8";
  response.headers.emplace_back("Content-Security-Policy",
                                "default-src 'none'; style-src 'self'; base-uri 'none'; "
                                "form-action 'none'; frame-ancestors 'none'");
  response.body = "<!doctype html>\n<html lang=\"" + std::string(to_string(language)) +
                  "\">\n<head>\n<meta charset=\"utf-8\">\n"
                  "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
                  "<title>" +
                  escaped_html(title) + " - Lendport</title>\n<link rel=\"stylesheet\" href=\"" +
                  std::string(kStylePath) + "\">\n</head>\n<body>\n<main>\n" +
                  std::string(content) + "</main>\n</body>\n</html>\n";
  return response;
}

std::string_view style_sheet() {
  return R"(:root { color-scheme: light dark; }
body { margin: 0; font: 16px/1.5 system-ui, sans-serif; color: #1b1f24; background: #fff; }
main { max-width: 60rem; margin: 0 auto; padding: 1.5rem 1rem 4rem; }
h1 { font-size: 1.6rem; } h2 { font-size: 1.25rem; margin-top: 2.5rem; }
h3 { font-size: 1rem; margin: 0; overflow-wrap: anywhere; }
a { color: #0b5394; }
code, pre { font: 0.875rem/1.45 ui-monospace, monospace; }
pre { padding: 0.75rem; background: #f3f5f7; overflow-x: auto; }
section { border-top: 1px solid #c8ced5; padding: 1rem 0; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: 0.2rem 1rem; margin: 0.5rem 0; }
dt { font-weight: 600; } dd { margin: 0; overflow-wrap: anywhere; }
.method { display: inline-block; min-width: 4.5rem; font-weight: 700; }
@media (prefers-color-scheme: dark) {
  body { color: #e6e9ed; background: #14171a; } a { color: #8ab8f0; }
  pre { background: #1f2429; } section { border-color: #3a424a; }
}
)";
}

}  // namespace lendport::http
