#include "http/documentation.hpp"

#include "core/error.hpp"
#include "http/conditional.hpp"
#include "http/html.hpp"
#include "http/json.hpp"
#include "http/problem.hpp"

#include <map>
#include <memory>

namespace lendport::http {
namespace {

std::string anchor_of(const Schema& schema) {
  return "schema-" + schema.name;
}

std::string schema_link(const std::string& name) {
  return "<a href=\"#schema-" + escaped_html(name) + "\">" + escaped_html(name) + "</a>";
}

std::string row_of(std::string_view term, const std::string& html) {
  return "<dt>" + std::string(term) + "</dt><dd>" + html + "</dd>";
}

std::string section_of(const Route& route, const Words& words) {
  std::string html = "<section>\n<h3><span class=\"method\">" +
                     std::string(to_string(route.method)) + "</span> <code>" +
                     escaped_html(route.path) + "</code></h3>\n<p>" + escaped_html(route.summary) +
                     "</p>\n<dl>";
  html += row_of("Permission",
                 route.permission ? "<code>" + std::string(to_string(*route.permission)) + "</code>"
                                  : std::string("none: public"));
  if (route.idempotency != Idempotency::none) {
    html += row_of("Idempotency-Key",
                   route.idempotency == Idempotency::required ? "required" : "optional");
  }
  if (route.if_match) html += row_of("If-Match", "required");
  std::string query;
  for (const std::string& name : route.query_parameters) {
    query += (query.empty() ? "<code>" : "<br><code>") + escaped_html(name) + "</code> " +
             escaped_html(meaning_of(words.parameters, name));
  }
  if (!query.empty()) html += row_of("Query", query);
  if (!route.request_schema.empty()) html += row_of("Body", schema_link(route.request_schema));
  if (!route.response_schema.empty()) html += row_of("Answer", schema_link(route.response_schema));
  return html + "</dl>\n</section>\n";
}

std::string problem_list() {
  std::string html = "<h2 id=\"problems\">Problems</h2>\n<dl>";
  for (const ErrorCode code : problem_codes()) {
    const ProblemType& type = problem_type(code);
    html += "<dt>" + std::to_string(type.status) + " <a href=\"/problems/" + slug_of(code) + "\">" +
            std::string(to_string(code)) + "</a></dt><dd>" + escaped_html(type.help_en) + "</dd>";
  }
  return html + "</dl>\n";
}

Handler serve(std::string content, std::string type) {
  auto page = std::make_shared<Response>();
  page->content_type = std::move(type);
  page->etag = body_etag(content);
  page->shared_body = std::make_shared<const std::string>(std::move(content));
  return [page](const Request&) -> Task<Response> { co_return *page; };
}

Handler serve_page(Response page) {
  auto shared = std::make_shared<Response>(std::move(page));
  shared->etag = body_etag(shared->body);
  return [shared](const Request&) -> Task<Response> { co_return *shared; };
}

Route public_row(std::string path, std::string summary) {
  Route route;
  route.method = Method::get;
  route.path = std::move(path);
  route.is_public = true;
  route.summary = std::move(summary);
  route.success_status = 200;
  route.handler = [](const Request&) -> Task<Response> { co_return Response(); };
  return route;
}

Task<Response> show_problem(const Request& request) {
  const Language language = request.language == "fr" ? Language::fr : Language::en;
  auto page = problem_page(request.path_parameter("slug"), language);
  if (!page) throw_not_found();
  co_return *std::move(page);
}

}  // namespace

std::string documentation_page(const Routes& routes, const Schemas& schemas, const Words& words) {
  std::map<std::string, std::string> sections;
  for (const Route& route : routes) sections[subject_of(route.path)] += section_of(route, words);
  std::string html =
      "<h1>Lendport API</h1>\n<p>The same as a document for programs: "
      "<a href=\"/openapi.json\">openapi.json</a> (OpenAPI 3.1). Send your key as "
      "<code>Authorization: Bearer &lt;key&gt;</code>. Errors are "
      "<a href=\"#problems\">problems</a>.</p>\n<nav><ul>";
  for (const auto& [subject, section] : sections) {
    html += "<li><a href=\"#" + subject + "\">" + subject + "</a></li>";
  }
  html += "</ul></nav>\n";
  for (const auto& [subject, section] : sections) {
    html += "<h2 id=\"" + subject + "\">" + subject + "</h2>\n<p>" +
            escaped_html(meaning_of(words.subjects, subject)) + "</p>\n" + section;
  }
  html += problem_list() + "<h2>Schemas</h2>\n";
  for (const Schema& schema : with_usual_schemas(schemas)) {
    html += "<section id=\"" + anchor_of(schema) + "\"><h3>" + schema.name +
            "</h3>\n<details><summary>JSON Schema</summary>\n<pre tabindex=\"0\">" +
            escaped_html(indented_json(schema.json)) + "</pre></details></section>\n";
  }
  return html;
}

Routes documentation_routes(const Routes& routes, const Schemas& schemas, const Words& words) {
  Routes own = {public_row("/openapi.json", "This API as an OpenAPI 3.1 document."),
                public_row("/docs", "This API for people."),
                public_row(std::string(kStylePath), "The style sheet of the pages."),
                public_row("/problems/{slug}", "What a problem's type means and what to do.")};
  Routes all = routes;
  all.insert(all.end(), own.begin(), own.end());
  own[0].handler = serve(openapi_document(all, schemas, words), "application/json");
  own[1].handler =
      serve_page(html_page("API", Language::en, documentation_page(all, schemas, words)));
  own[2].handler = serve(std::string(style_sheet()), "text/css; charset=utf-8");
  own[3].handler = show_problem;
  return own;
}

}  // namespace lendport::http
