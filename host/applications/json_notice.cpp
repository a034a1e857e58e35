#include "applications/json_notice.hpp"

#include "core/words.hpp"
#include "json/reader.hpp"
#include "json/writer.hpp"

#include <nlohmann/json.hpp>

#include <vector>

namespace lendport {
namespace {

using json::Reader;
using json::Value;

const std::vector<std::string_view> kKinds{"decline", "counter_offer"};
const std::vector<std::string_view> kNoticeStates{"due", "sending", "overdue", "sent",
                                                  "not_needed"};

Value write_proof(const NoticeProof& proof) {
  Value written = {{"source", proof.source}, {"words", json::text_or_null(proof.words)}};
  written["code"] = proof.code == 0 ? Value(nullptr) : Value(proof.code);
  written["written_by"] = proof.written_by ? Value(proof.written_by->value) : Value(nullptr);
  written["written_at"] = json::write(proof.written_at);
  return written;
}

NoticeProof read_proof(Reader at) {
  NoticeProof proof;
  proof.source = at.text("source");
  proof.words = at.optional_text("words", json::kTextBytesMax, Lines::many).value_or("");
  proof.code = static_cast<int>(at.optional_integer("code", 0, 999).value_or(0));
  if (auto by = at.optional_text("written_by")) proof.written_by = UserId{*std::move(by)};
  proof.written_at = at.time("written_at");
  return proof;
}

}  // namespace

std::string_view to_string(NoticeKind kind) {
  return kKinds.at(static_cast<std::size_t>(kind));
}

std::string_view to_string(NoticeState state) {
  return kNoticeStates.at(static_cast<std::size_t>(state));
}

void write_notice(const AdverseNotice& notice, Value& into) {
  Value written = {{"kind", std::string(to_string(notice.kind))},
                   {"state", std::string(to_string(notice.state))},
                   {"rule", notice.rule},
                   {"runs_from", json::write(notice.runs_from)},
                   {"due_at", json::write(notice.due_at)},
                   {"sender", notice.by_hub ? "hub" : "lender"}};
  written["mail_id"] = notice.mail ? Value(notice.mail->value) : Value(nullptr);
  written["reminded"] = notice.is_reminded;
  written["why_not_written"] = json::text_or_null(notice.why_not_written);
  written["sent_at"] = json::time_or_null(notice.sent_at);
  written["sent_by"] = json::text_or_null(notice.sent_by);
  written["proof"] = notice.proof ? write_proof(*notice.proof) : Value(nullptr);
  written["ended_because"] = json::text_or_null(notice.ended_because);
  into = std::move(written);
}

std::string write_stored_notice(const AdverseNotice& notice) {
  Value written;
  write_notice(notice, written);
  return json::dump(written);
}

AdverseNotice read_stored_notice(std::string_view text) {
  const Value stored = json::parse(text);
  Reader at(stored);
  at.take_as_it_came();
  AdverseNotice notice;
  notice.kind = enum_of<NoticeKind>(at.choice("kind", kKinds), kKinds).value_or(NoticeKind{});
  notice.state = enum_of<NoticeState>(at.choice("state", kNoticeStates), kNoticeStates)
                     .value_or(NoticeState{});
  notice.rule = at.text("rule");
  notice.runs_from = at.time("runs_from");
  notice.due_at = at.time("due_at");
  notice.by_hub = at.choice("sender", {"hub", "lender"}) == "hub";
  if (auto mail = at.optional_text("mail_id")) notice.mail = MailId{*std::move(mail)};
  notice.is_reminded = at.flag("reminded");
  notice.why_not_written = at.optional_text("why_not_written").value_or("");
  if (at.has("sent_at")) notice.sent_at = at.time("sent_at");
  notice.sent_by = at.optional_text("sent_by").value_or("");
  if (auto proof = at.optional_object("proof")) notice.proof = read_proof(*proof);
  notice.ended_because = at.optional_text("ended_because").value_or("");
  at.finish();
  return notice;
}

}  // namespace lendport
