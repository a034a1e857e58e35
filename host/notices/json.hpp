// The only spelling of what notices read and answer.
#pragma once

#include "http/cursor.hpp"
#include "json/value.hpp"
#include "notices/clock.hpp"
#include "notices/letter.hpp"
#include "notices/notices.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace lendport::notices {

// The change of state in an application's event; nothing where it is none.
std::optional<Turn> read_turn(const events::Event& event);
// The mail that an event is about.
std::optional<MailId> read_mail_of(const events::Event& event);
// A webhook endpoint that the hub no longer sends to; nothing where a person disabled it.
struct GivenUp {
  std::string host;
  Environment environment;
};
std::optional<GivenUp> read_given_up(const events::Event& event);

// Whether the manifest leaves the notice to the hub; one that does not say leaves it to the lender.
bool hub_sends_notice(const json::Value& manifest);
std::optional<Creditor> read_creditor(const json::Value& manifest);

// The payload of a job about an application, and back.
std::string write_job(const ApplicationId& application);
ApplicationId read_job(std::string_view payload);

// What `POST …:record-notice` takes. Throws invalid_input.
NoticeRecord read_record(std::string_view body);
std::string write_audit(const AdverseNotice& notice);
// The payload of `application.expiry_near`.
std::string write_expiry(const Application& application, Time expiry);

http::Response notice_answer(const StaffNotice& notice);
http::Response notice_page(const http::Cursors& cursors, const http::Request& request,
                           const std::vector<StaffNotice>& page, bool more);

// The channels by topic, as the store keeps them; without the version.
std::string write_channels(const NoticePreferences& preferences);
NoticePreferences read_preferences(std::string_view text);
// What a topic is not said of, is by both.
http::Response preferences_answer(const NoticePreferences& preferences);

}  // namespace lendport::notices
