// JSON → value → one call → JSON.
#include "mail/routes.hpp"

#include "core/error.hpp"
#include "http/conditional.hpp"
#include "mail/json.hpp"

namespace lendport {
namespace {

using http::Request;
using http::Response;

OrgId org_of(const Request& request) {
  return request.id_in_path<OrgId>("org");
}

MailId id_of(const Request& request) {
  return request.id_in_path<MailId>("mail");
}

// A letter or language that does not exist is a path that does not.
mail::Letter letter_of(const Request& request) {
  const auto letter = mail::parse_letter(request.path_parameter("letter"));
  if (!letter) http::throw_not_found();
  return *letter;
}

mail::Language language_of(const Request& request) {
  const auto language = mail::parse_language(request.path_parameter("language"));
  if (!language) http::throw_not_found();
  return *language;
}

std::optional<MailState> state_of(const Request& request) {
  const auto text = request.query_parameter("state");
  if (!text) return std::nullopt;
  const auto state = parse_mail_state(*text);
  if (!state) {
    throw Error(
        {{"/state", "unknown_choice", "must be one of: queued, sending, sent, refused, unknown"}});
  }
  return state;
}

Task<Response> list_mails(Mails& mails, const http::Cursors& cursors, const Request& request) {
  const http::PageRequest page = cursors.read(request);
  Mails::ListQuery query;
  query.state = state_of(request);
  query.case_id = request.id_in_query<CaseId>("case");
  query.application = request.id_in_query<ApplicationId>("application");
  query.after = http::read_position(page);
  query.limit = static_cast<int>(page.limit) + 1;
  auto found = co_await mails.list(request, org_of(request), std::move(query));
  const bool more = found.size() > page.limit;
  if (more) found.pop_back();
  co_return mail_page(cursors, request, found, more, mails.why_off());
}

Task<Response> get_mail(Mails& mails, const Request& request) {
  const OpenedMail mail = co_await mails.get(request, org_of(request), id_of(request));
  co_return mail_answer(200, mail, mails.why_off());
}

Task<Response> resend_mail(Mails& mails, const Request& request) {
  co_return co_await mails.resend(request, org_of(request), id_of(request));
}

Task<Response> shown(Mails& mails, const Request& request, OrgLetter letter) {
  const auto versions =
      co_await mails.versions(org_of(request), letter.letter, letter.language, request.deadline);
  co_return letter_answer(letter, versions);
}

Task<Response> get_letter(Mails& mails, const Request& request) {
  OrgLetter letter = co_await mails.letter(org_of(request), letter_of(request),
                                           language_of(request), request.deadline);
  co_return co_await shown(mails, request, std::move(letter));
}

// The letter in force, once If-Match names it.
Task<OrgLetter> matched(Mails& mails, const Request& request) {
  OrgLetter letter = co_await mails.letter(org_of(request), letter_of(request),
                                           language_of(request), request.deadline);
  http::require_match(request, http::version_etag(letter.version));
  co_return letter;
}

Task<Response> put_letter(Mails& mails, const Request& request) {
  OrgLetter wanted = co_await matched(mails, request);
  wanted.texts = read_texts(request.body);
  wanted.built_in = false;
  OrgLetter published = co_await mails.publish(request, org_of(request), std::move(wanted));
  co_return co_await shown(mails, request, std::move(published));
}

Task<Response> delete_letter(Mails& mails, const Request& request) {
  OrgLetter wanted = co_await matched(mails, request);
  wanted.built_in = true;
  OrgLetter published = co_await mails.publish(request, org_of(request), std::move(wanted));
  co_return co_await shown(mails, request, std::move(published));
}

Task<Response> preview_letter(Mails& mails, const Request& request) {
  const mail::Letter letter = letter_of(request);
  const mail::Language language = language_of(request);
  PreviewRequest wanted = read_preview(request.body);
  mail::Facts facts = mail::sample_facts(letter, language);
  if (letter == mail::Letter::decision) {
    facts.erase("approved");
    facts[wanted.variant] = "yes";
  }
  const mail::Texts texts =
      co_await mails.preview(org_of(request), letter, language, std::move(wanted.texts),
                             std::move(facts), request.deadline);
  co_return preview_answer(texts);
}

}  // namespace

http::Routes mail_routes(Mails& mails, const http::Cursors& cursors) {
  using enum http::Method;
  using enum http::Idempotency;
  const auto with = [&](Task<Response> (*handle)(Mails&, const Request&)) {
    return [&mails, handle](const Request& request) { return handle(mails, request); };
  };
  const auto listed = [&mails, &cursors](const Request& request) {
    return list_mails(mails, cursors, request);
  };
  const std::string all = "/v1/orgs/{org}/mails";
  const std::string letter = "/v1/orgs/{org}/letters/{letter}/{language}";
  const Permission reads = Permission::applications_read;
  const Permission edits = Permission::letters_write;
  http::Routes routes = {
      {get, all, reads, none, "Mails, newest first", "", "MailPage", listed},
      {get, all + "/{mail}", reads, none, "A mail with its words", "", "MailWithWords",
       with(get_mail)},
      {post, all + "/{mail}:resend", Permission::applications_write, optional,
       "Send a refused mail again, or one whose fate is unknown", "", "MailWithWords",
       with(resend_mail)},
      {get, letter, Permission::orgs_read, none, "The texts of a letter in force", "", "Letter",
       with(get_letter)},
      {put, letter, edits, none,
       "Publish the org's own texts of a letter; with a production key only", "LetterTexts",
       "Letter", with(put_letter)},
      {del, letter, edits, none,
       "Go back to the hub's own texts of a letter; with a production key only", "", "Letter",
       with(delete_letter)},
      {post, letter + ":preview", Permission::orgs_read, none,
       "Fill a letter with sample values; nothing is kept or sent", "LetterPreview", "LetterTexts",
       with(preview_letter)},
  };
  routes[0].query_parameters = {"limit", "cursor", "state", "case", "application"};
  routes[2].success_status = 202;
  for (http::Route& route : routes) {
    route.if_match = route.method == put || route.method == del;
  }
  return routes;
}

}  // namespace lendport
