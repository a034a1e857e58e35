#include "http/problem.hpp"

#include "core/quote.hpp"
#include "http/html.hpp"

#include <algorithm>
#include <optional>

namespace lendport::http {
namespace {

struct French {
  std::string_view violation;
  std::string_view detail;
};

// The French of violations by their code, where they do not bring their own; others keep the detail
// they came with.
constexpr French kViolationsInFrench[] = {
    {"required", "est obligatoire"},
    {"unknown", "n'est pas connu ici"},
    {"type", "n'est pas du type attendu"},
    {"too_long", "est trop long"},
    {"too_many", "contient trop d'\xC3\xA9l\xC3\xA9ments"},
    {"too_small", "est trop petit"},
    {"too_large", "est trop grand"},
    {"out_of_range", "est hors des limites"},
    {"control_character", "contient des caract\xC3\xA8res de contr\xC3\xB4le"},
    {"blank", "ne contient rien de lisible"},
    {"direction_mark", "contient des marques qui changent le sens de lecture"},
    {"not_a_country", "n'est pas un code de pays"},
    {"not_a_state", "n'est pas un \xC3\xA9tat des \xC3\x89tats-Unis"},
    {"not_a_language", "n'est pas un code de langue"},
    {"unknown_parameter", "n'est pas un param\xC3\xA8tre lu ici"},
    {"unknown_choice", "ne fait pas partie des choix possibles"},
    {"unknown_currency", "n'est pas une devise connue"},
    {"not_an_amount", "n'est pas un montant"},
    {"not_a_rate", "n'est pas un taux"},
    {"not_a_date", "n'est pas une date"},
    {"not_a_time", "n'est pas une date et heure"},
};

std::string_view detail_of(const Violation& violation, Language language) {
  if (language == Language::en) return violation.detail;
  if (!violation.detail_fr.empty()) return violation.detail_fr;
  const auto* found =
      std::find_if(std::begin(kViolationsInFrench), std::end(kViolationsInFrench),
                   [&](const French& french) { return french.violation == violation.code; });
  return found == std::end(kViolationsInFrench) ? violation.detail : found->detail;
}

// Where a detail would tell more than the caller may know, or nothing at all, the help stands.
bool hides_detail(ErrorCode code) {
  return code == ErrorCode::internal || code == ErrorCode::not_found ||
         code == ErrorCode::database_unavailable;
}

std::string_view detail_of(const Error& error, const ProblemType& type, Language language) {
  if (!hides_detail(error.code()) && !error.detail().empty()) {
    const bool is_french = language == Language::fr && !error.detail_fr().empty();
    return is_french ? error.detail_fr() : error.detail();
  }
  return language == Language::fr ? type.help_fr : type.help_en;
}

void append_member(std::string& json, std::string_view name, std::string_view text) {
  json += json.size() > 1 ? ",\"" : "\"";
  json += name;
  json += "\":";
  append_quoted(json, text);
}

std::string errors_of(const Error& error, Language language) {
  std::string list = "[";
  for (const Violation& violation : error.violations()) {
    if (list.size() > 1) list += ',';
    std::string item = "{";
    append_member(item, "pointer", violation.pointer);
    append_member(item, "code", violation.code);
    append_member(item, "detail", detail_of(violation, language));
    list += item + "}";
  }
  return list + "]";
}

Response problem_response(unsigned status, std::string body) {
  Response response;
  response.status = status;
  response.content_type = "application/problem+json";
  response.body = std::move(body);
  if (status == 401) response.headers.emplace_back("WWW-Authenticate", "Bearer realm=\"lendport\"");
  return response;
}

std::string opening(ErrorCode code, std::string_view title, unsigned status) {
  std::string json = "{";
  append_member(json, "type", "/problems/" + slug_of(code));
  append_member(json, "title", title);
  json += ",\"status\":" + std::to_string(status);
  append_member(json, "code", to_string(code));
  return json;
}

}  // namespace

std::string slug_of(ErrorCode code) {
  std::string slug(to_string(code));
  std::replace(slug.begin(), slug.end(), '_', '-');
  return slug;
}

Response problem(const Error& error, Language language, std::string_view request_id) {
  const ProblemType& type = problem_type(error.code());
  const bool french = language == Language::fr;
  std::string json = opening(error.code(), french ? type.title_fr : type.title_en, type.status);
  append_member(json, "detail", detail_of(error, type, language));
  append_member(json, "request_id", request_id);
  if (!error.violations().empty()) json += ",\"errors\":" + errors_of(error, language);
  return problem_response(type.status, json + "}");
}

Response problem(const Refusal& refusal, std::string_view request_id) {
  const ProblemType& type = problem_type(ErrorCode::malformed_request);
  std::string json = opening(type.code, type.title_en, refusal.status);
  append_member(json, "detail", refusal.reason);
  append_member(json, "request_id", request_id);
  return problem_response(refusal.status, json + "}");
}

std::optional<Response> problem_page(std::string_view slug, Language language) {
  const auto& codes = problem_codes();
  const auto code =
      std::find_if(codes.begin(), codes.end(), [&](ErrorCode one) { return slug_of(one) == slug; });
  if (code == codes.end()) return std::nullopt;
  const ProblemType& type = problem_type(*code);
  const bool french = language == Language::fr;
  const std::string_view title = french ? type.title_fr : type.title_en;
  std::string content = "<h1>" + escaped_html(title) + "</h1>\n<p>" +
                        escaped_html(french ? type.help_fr : type.help_en) + "</p>\n<dl><dt>";
  content += french ? "Statut" : "Status";
  content += "</dt><dd>" + std::to_string(type.status) + "</dd><dt>Code</dt><dd><code>" +
             std::string(to_string(*code)) + "</code></dd></dl>\n";
  return html_page(title, language, content);
}

}  // namespace lendport::http
