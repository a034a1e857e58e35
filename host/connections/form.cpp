#include "connections/form.hpp"

#include "connections/texts.hpp"
#include "connectors/texts.hpp"

#include <utility>

namespace lendport::connections {
namespace {

using connections_texts::kReasons;
using connections_texts::kRefusals;
using connectors::OutcomeKind;

std::set<std::string> names_of(const connectors::Secrets& secrets) {
  std::set<std::string> names;
  for (const auto& [name, secret] : secrets) names.insert(name);
  return names;
}

std::vector<Violation> below_settings(std::vector<Violation> violations) {
  for (Violation& violation : violations) violation.pointer.insert(0, "/settings");
  return violations;
}

// Stored secrets that the form left alone; each is "re_enter" where they may not follow it.
void reuse(const Stored& stored, bool same_audience, CompletedForm& completed) {
  for (const auto& [name, secret] : stored.secrets) {
    if (completed.form.secrets.contains(name)) continue;
    if (same_audience) {
      completed.form.secrets.emplace(name, secret);
    } else {
      completed.violations.push_back(
          {"/settings/" + name, "re_enter",
           "enter it again: the stored one belongs to the address or account before"});
    }
  }
}

// Names of the secrets that are new, gone or other than before.
std::set<std::string> differing(const connectors::Secrets& before,
                                const connectors::Secrets& after) {
  std::set<std::string> names = names_of(before);
  names.merge(names_of(after));
  std::erase_if(names, [&](const std::string& name) {
    const auto was = before.find(name);
    const auto is = after.find(name);
    return was != before.end() && is != after.end() && was->second.expose() == is->second.expose();
  });
  return names;
}

// What came with an outcome or a check: the hub's words, where it spoke in the connector's place,
// the lender's own in any language, or `silent`.
Sentence heard(const std::string& message, const Wording& silent) {
  if (message.empty()) return said(silent);
  const Wording* ours = row_saying(connectors_texts::kOutcomes, message);
  return ours == nullptr ? Sentence{message, message} : said(*ours);
}

void say(Sentence sentence, ConnectionRefused& refused) {
  refused.detail = std::move(sentence.en);
  refused.detail_fr = std::move(sentence.fr);
}

ConnectionRefused unanswered(const connectors::Outcome& outcome) {
  ConnectionRefused refused;
  refused.code = ErrorCode::lender_unavailable;
  say(heard(outcome.message, row_of(kRefusals, "no_usable_answer")), refused);
  return refused;
}

// The fields a lender that only says "no" is about: the secrets, or the form as a whole.
std::vector<Violation> refused_credentials(const connectors::Manifest& manifest,
                                           const std::string& message) {
  const Sentence detail = heard(message, row_of(kRefusals, "refuses_these_credentials"));
  std::vector<Violation> found;
  for (const std::string& name : connectors::secret_fields(manifest)) {
    found.push_back({"/settings/" + name, "auth_failed", detail.en, detail.fr});
  }
  if (found.empty()) found.push_back({"/settings", "auth_failed", detail.en, detail.fr});
  return found;
}

ConnectionRefused refused_by(const connectors::Manifest& manifest, const Check& check) {
  ConnectionRefused refused;
  say(heard(check.message, row_of(kReasons, "refuses_settings")), refused);
  refused.become_partner_url = check.become_partner_url;
  refused.violations = below_settings(check.field_errors);
  if (!refused.violations.empty()) return refused;
  if (check.status == CheckStatus::auth_failed) {
    refused.violations = refused_credentials(manifest, check.message);
  } else {
    refused.violations.push_back({"/settings", "misconfigured", refused.detail, refused.detail_fr});
  }
  return refused;
}

}  // namespace

CompletedForm complete(const connectors::Manifest& manifest, const json::Value& settings,
                       const Stored* stored) {
  connectors::Secrets none;
  const connectors::Secrets& before = stored == nullptr ? none : stored->secrets;
  auto checked = connectors::check_settings(manifest, settings, names_of(before));
  CompletedForm completed;
  completed.form.settings = std::move(checked.settings);
  completed.form.secrets = std::move(checked.secrets);
  completed.violations = below_settings(std::move(checked.violations));
  completed.form.changed_secrets = names_of(completed.form.secrets);
  if (stored == nullptr) return completed;
  const std::string& settings_before = stored->connection.settings;
  reuse(*stored, connectors::same_audience(manifest, settings_before, completed.form.settings),
        completed);
  completed.form.changed_secrets = differing(before, completed.form.secrets);
  completed.form.changed =
      completed.form.settings != settings_before || !completed.form.changed_secrets.empty();
  return completed;
}

connectors::Call check_call(const Connection& connection, const Form& form, Deadline deadline) {
  connectors::Call call;
  call.plugin = connection.plugin_id;
  call.org = connection.org;
  call.connection = connection.id;
  call.environment = connection.environment;
  call.settings_revision = connection.settings_revision;
  call.settings = form.settings;
  call.secrets = form.secrets;
  call.operation = kCheckOperation;
  call.request = R"({"draft":true})";
  call.draft = true;
  call.subject = connection.id.value;
  call.deadline = deadline;
  return call;
}

Verdict judge(const connectors::Manifest& manifest, const connectors::Outcome& outcome) {
  Verdict verdict;
  switch (outcome.kind) {
    case OutcomeKind::done: verdict.check = read_check(*outcome.result); break;
    case OutcomeKind::auth_failed:
      verdict.check.status = CheckStatus::auth_failed;
      verdict.check.message = outcome.message;
      verdict.check.field_errors = outcome.field_errors;
      break;
    case OutcomeKind::invalid:
      verdict.check.status = CheckStatus::misconfigured;
      verdict.check.message = outcome.message;
      verdict.check.field_errors = outcome.field_errors;
      break;
    case OutcomeKind::retryable:
    case OutcomeKind::upstream_error:
    case OutcomeKind::unknown_outcome:
    case OutcomeKind::unsupported:
    case OutcomeKind::internal:
    case OutcomeKind::cancelled: verdict.refused = unanswered(outcome); return verdict;
  }
  if (verdict.check.status != CheckStatus::ready) {
    verdict.refused = refused_by(manifest, verdict.check);
  }
  return verdict;
}

ConnectionRefused unknown_plugin(std::string_view plugin_id) {
  ConnectionRefused refused;
  say(said(row_of(kReasons, "not_valid")), refused);
  refused.violations.push_back(violation(
      "/plugin_id", "unknown", row_of(kRefusals, "unknown_plugin"), {{"plugin", plugin_id}}));
  return refused;
}

std::vector<Violation> fixed_fields(const Connection& before, const ConnectionDraft& draft) {
  std::vector<Violation> found;
  const Wording& rule = row_of(kRefusals, "fixed");
  if (draft.plugin_id != before.plugin_id) found.push_back(violation("/plugin_id", "fixed", rule));
  if (draft.environment != before.environment) {
    found.push_back(violation("/environment", "fixed", rule));
  }
  return found;
}

ConnectionRefused refusal(std::vector<Violation> violations, const json::Value& form,
                          const std::set<std::string>& secret_fields) {
  ConnectionRefused refused;
  say(said(row_of(kReasons, "not_valid")), refused);
  refused.violations = std::move(violations);
  refused.submitted = masked_form(form, secret_fields);
  return refused;
}

}  // namespace lendport::connections
