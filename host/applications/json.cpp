// Applications in JSON, as the API and the store spell them.
#include "applications/json.hpp"

#include "applications/attention.hpp"
#include "applications/json_decision.hpp"
#include "applications/json_documents.hpp"
#include "applications/json_language.hpp"
#include "applications/json_notice.hpp"
#include "applications/json_onward.hpp"
#include "applications/texts.hpp"
#include "http/conditional.hpp"
#include "json/reader.hpp"
#include "json/writer.hpp"

#include <nlohmann/json.hpp>

namespace lendport {
namespace {

using applications_texts::kRefusals;
using json::Reader;
using json::Value;

// What a program goes by, and what a person reads.
void write_attention(const Application& application, Value& written) {
  written["attention"] = json::text_or_null(application.attention);
  written["attention_code"] =
      json::text_or_null(std::string(attention::code_of(application.attention)));
}

void write_lender_side(const Application& application, std::string_view language, Value& written) {
  written["lender_application_id"] = json::text_or_null(application.lender_application_id);
  written["lender_status"] = json::text_or_null(application.lender_status);
  written["portal_url"] = json::text_or_null(application.portal_url);
  written["decision"] = nullptr;
  if (application.decision) write_decision(*application.decision, written["decision"]);
  written["failure"] = nullptr;
  if (application.failure) {
    written["failure"] = {{"code", application.failure->code},
                          {"message", application.failure->message}};
  }
  written["documents"] = nullptr;
  if (application.documents) write_documents(application, written["documents"]);
  write_next(application.onward, written["next"]);
  written["notice"] = nullptr;
  if (application.notice) write_notice(*application.notice, written["notice"]);
  write_attention(application, written);
  written["attempts"] = application.attempts;
  written["waits_for"] = nullptr;
  if (const auto& waits = application.waits_for) {
    written["waits_for"] = {{"code", waits->code},
                            {"message", waits->message.in(language)},
                            {"until", json::write(waits->until)}};
  }
}

Consent read_consent(Reader& at, Time now) {
  // This flow asks for a soft check only, whatever the caller would like.
  at.choice("scope", {"soft"});
  const std::string version = at.text("text_version", 64);
  const std::string language = at.choice("language", consent_languages());
  return {version, language, read_consent_time(at, now)};
}

Value write_consent(const Application& application) {
  if (application.consent.text_version.empty()) return nullptr;
  Value written = {{"scope", "soft"},
                   {"text_version", application.consent.text_version},
                   {"language", application.consent.language},
                   {"at", json::write(application.consent.at)}};
  write_onward_consents(application.onward, written["waterfall"]);
  return written;
}

void write_terms(const Application& application, Value& written) {
  written["financed_amount"] = json::write(application.financed_amount);
  written["amount_sent_to_lender"] = json::write(application.amount_sent_to_lender);
  written["term_months"] = application.term_months;
  written["apr"] = json::write(application.apr);
  written["credit_check"] = "soft";
  written["consent"] = write_consent(application);
}

Value write_application(const Application& application, std::string_view language) {
  Value written = {{"id", application.id.value},
                   {"case_id", application.case_id.value},
                   {"quote_id", application.quote.value},
                   {"product_id", application.product.value},
                   {"product_version", application.product_version},
                   {"lender", application.lender}};
  written["connection_id"] =
      application.connection ? Value(application.connection->value) : Value(nullptr);
  written["environment"] = std::string(to_string(application.environment));
  written["handed_over"] = application.handed_over();
  written["state"] = std::string(to_string(application.state));
  written["rep"] = {{"rep_id", application.owner.value},
                    {"lender_rep_id", json::text_or_null(application.rep.lender_rep_id)},
                    {"generic_account", application.rep.generic}};
  write_terms(application, written);
  write_lender_side(application, language, written);
  written["created_at"] = json::write(application.created_at);
  written["confirmed_at"] = json::time_or_null(application.confirmed_at);
  written["decided_at"] = json::time_or_null(application.decided_at);
  written["updated_at"] = json::write(application.updated_at);
  written["version"] = application.version;
  put_in_language(written, language);
  return written;
}

Value write_violations(const std::vector<Violation>& violations) {
  Value written = Value::array();
  for (const Violation& violation : violations) {
    written.push_back(
        {{"pointer", violation.pointer}, {"code", violation.code}, {"detail", violation.detail}});
  }
  return written;
}

Value timeline_entry(const TimelineEntry& entry, std::string_view language) {
  Value details = json::parse(entry.details);
  put_in_language(details, language);
  return {{"at", json::write(entry.at)},
          {"kind", entry.kind},
          {"type", entry.type},
          {"actor", entry.actor},
          {"details", std::move(details)}};
}

}  // namespace

NewApplication read_new_application(std::string_view body, Time now) {
  const Value document = json::parse(body);
  Reader at(document);
  NewApplication application;
  const std::string quote = at.text("quote_id", 64);
  application.quote = QuoteId{quote};
  Reader consent = at.object("consent");
  application.consent = read_consent(consent, now);
  application.again = at.optional_flag("again").value_or(false);
  at.finish();
  return application;
}

Confirmation read_confirmation(std::string_view body, Time now) {
  const Value document = json::parse(body);
  Reader at(document);
  Confirmation seen{at.text("first_name", 128), at.text("last_name", 128),
                    at.text("email", 254),      at.text("phone", 32),
                    at.text("address", 1024),   at.optional_flag("again").value_or(false)};
  if (auto mismatch = at.optional_object("mismatch")) {
    if (!mismatch->flag("accepted")) {
      mismatch->refuse("accepted", "value", said(row_of(kRefusals, "must_be_true")));
    }
    seen.mismatch_reason = mismatch->text("reason", kMismatchReasonBytesMax, Lines::many);
  }
  if (auto consent = at.optional_object("consent")) {
    seen.onward = read_onward_consents(*consent, now);
    if (consent->has("text_version")) seen.consent = read_consent(*consent, now);
  }
  at.finish();
  return seen;
}

ManualDecision read_manual_decision(std::string_view body) {
  const Value document = json::parse(body);
  Reader at(document);
  ManualDecision manual;
  manual.status = at.choice("status", {"needs_info", "prequalified", "conditional", "approved",
                                       "declined", "documents_sent", "signed", "countersigned",
                                       "funded", "cancelled", "expired", "in_review"});
  if (auto decision = at.optional_object("decision")) {
    manual.decision = read_decision(*decision);
    if (manual.decision->notice_sent_at) {
      decision->refuse("notice_sent_at", "value", said(row_of(kRefusals, "notice_by_verb")));
    }
  }
  if (manual.status == "declined" && (!manual.decision || manual.decision->reasons.empty())) {
    at.refuse("decision", "required", said(row_of(kRefusals, "reasons_missing")));
  }
  at.finish();
  return manual;
}

http::Response application_answer(unsigned status, const Application& application,
                                  std::string_view language) {
  const Value written = write_application(application, language);
  http::Response response = http::ok(written);
  response.status = status;
  // What it waits for changes without a new version; French bodies are other ones.
  const bool is_versions_own = !application.waits_for && language != "fr";
  response.etag = is_versions_own ? http::version_etag(application.version)
                                  : http::version_etag(application.version, response.body);
  if (status != 200) {
    response.headers.emplace_back(
        "Location", "/v1/orgs/" + application.org.value + "/applications/" + application.id.value);
  }
  return response;
}

http::Response application_page(const http::Cursors& cursors, const http::Request& request,
                                const std::vector<Application>& page, bool more) {
  Value items = Value::array();
  for (const Application& application : page) {
    items.push_back(write_application(application, request.language));
  }
  std::optional<std::string> next;
  if (more) {
    next = http::write_position(page.back().created_at, page.back().id.value);
  }
  return cursors.page(request, items, next);
}

std::string write_transition(ApplicationState from, const Application& application) {
  Value written = {{"from", std::string(to_string(from))},
                   {"state", std::string(to_string(application.state))},
                   {"case_id", application.case_id.value},
                   {"lender", application.lender},
                   {"lender_status", json::text_or_null(application.lender_status)},
                   {"attempt", application.attempts}};
  if (application.failure) {
    written["failure"] = {{"code", application.failure->code},
                          {"message", application.failure->message}};
  }
  if (application.documents) write_documents(application, written["documents"]);
  if (application.notice) write_notice(*application.notice, written["notice"]);
  if (application.onward.next) write_next(application.onward, written["next"]);
  if (!application.attention.empty()) write_attention(application, written);
  return json::dump(written);
}

std::string write_refused_step(const Application& application, std::string_view step,
                               std::string_view reason) {
  const std::string state(to_string(application.state));
  return json::dump({{"step", std::string(step)},
                     {"from", state},
                     {"state", state},
                     {"case_id", application.case_id.value},
                     {"lender", application.lender},
                     {"reason", std::string(reason)}});
}

std::string write_state(ApplicationState state) {
  return json::dump({{"state", std::string(to_string(state))}});
}

std::string write_stored_mismatch(const Mismatch& mismatch) {
  return json::dump({{"accepted_by", mismatch.accepted_by.value},
                     {"accepted_at_ms", to_unix_ms(mismatch.accepted_at)},
                     {"reason", mismatch.reason},
                     {"differences", write_violations(mismatch.differences)}});
}

Mismatch read_stored_mismatch(std::string_view text) {
  const Value stored = json::parse(text);
  Mismatch mismatch{UserId{stored.at("accepted_by").get<std::string>()},
                    from_unix_ms(stored.at("accepted_at_ms").get<std::int64_t>()),
                    stored.at("reason").get<std::string>(),
                    {}};
  for (const Value& one : stored.at("differences")) {
    mismatch.differences.push_back({one.at("pointer").get<std::string>(),
                                    one.at("code").get<std::string>(),
                                    one.at("detail").get<std::string>()});
  }
  return mismatch;
}

std::string write_mismatch_audit(const Mismatch& mismatch) {
  Value fields = Value::array();
  for (const Violation& one : mismatch.differences) fields.push_back(one.pointer);
  return json::dump({{"fields", fields}});
}

http::Response mismatch_answer(const std::optional<Mismatch>& mismatch, std::string_view language) {
  if (!mismatch) return http::ok({{"accepted", false}});
  std::vector<Violation> differences = mismatch->differences;
  for (Violation& one : differences) {
    one.detail = reworded({applications_texts::kDifferences}, one.detail, language);
  }
  return http::ok({{"accepted", true},
                   {"accepted_by", mismatch->accepted_by.value},
                   {"accepted_at", json::write(mismatch->accepted_at)},
                   {"reason", mismatch->reason},
                   {"differences", write_violations(differences)}});
}

std::string write_heard(const InboundId& webhook, const HeardWord& word, std::string_view why) {
  Value written = {{"webhook_id", webhook.value},
                   {"type", word.type},
                   {"status", nullptr},
                   {"lender_status", nullptr},
                   {"then", std::string(why)}};
  if (word.state) {
    written["status"] = word.state->status;
    written["lender_status"] = word.state->lender_status;
  }
  return json::dump(written);
}

http::Response borrower_answer(const Confirmation& borrower) {
  return http::ok({{"first_name", borrower.first_name},
                   {"last_name", borrower.last_name},
                   {"email", borrower.email},
                   {"phone", borrower.phone},
                   {"address", borrower.address}});
}

http::Response requirements_answer(const Requirements& requirements) {
  Value earlier;
  if (requirements.earlier) {
    earlier = {{"application_id", requirements.earlier->id.value},
               {"state", std::string(to_string(requirements.earlier->state))}};
  }
  Value limit;
  if (const auto& set = requirements.limit) {
    limit = {{"count", set->count}, {"days", set->days}, {"made", set->made}};
  }
  return http::ok({{"lender", requirements.lender},
                   {"complete", requirements.missing.empty()},
                   {"missing", write_violations(requirements.missing)},
                   {"credit_check", "soft"},
                   {"credit_checks_so_far", requirements.credit_checks},
                   {"credit_check_limit", std::move(limit)},
                   {"warning", json::text_or_null(requirements.warning)},
                   {"earlier_application", std::move(earlier)}});
}

std::string write_timeline_entry(const TimelineEntry& entry, std::string_view language) {
  return json::dump(timeline_entry(entry, language));
}

http::Response timeline_answer(const std::vector<TimelineEntry>& entries,
                               std::string_view language) {
  Value data = Value::array();
  for (const TimelineEntry& entry : entries) data.push_back(timeline_entry(entry, language));
  return http::ok({{"data", data}});
}

std::string write_lender_call(const connectors::JournalEntry& call) {
  Value written = {{"call_id", call.id.value},
                   {"effect", std::string(connectors::to_string(call.effect))},
                   {"method", call.method},
                   {"url", call.url},
                   {"attempt", call.attempt},
                   {"ended", call.ended},
                   {"phase", std::string(net::to_string(call.phase))},
                   {"fault", std::string(net::to_string(call.fault))},
                   {"http_status", call.http_status},
                   {"duration_ms", call.duration_ms}};
  return json::dump(written);
}

std::string write_stored_decision(const Decision& decision) {
  Value written;
  write_decision(decision, written);
  return json::dump(written);
}

Decision read_stored_decision(std::string_view text) {
  const Value stored = json::parse(text);
  Reader at(stored);
  at.take_as_it_came();
  return read_decision(at);
}

}  // namespace lendport
