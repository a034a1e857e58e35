// The only spelling of a waterfall's fields.
#pragma once

#include "waterfall/waterfall.hpp"

namespace lendport::waterfall {

// What `PUT …/waterfall` takes. Throws invalid_input.
WaterfallOrder read_order(std::string_view body);
http::Response order_answer(const WaterfallOrder& order);

// The lenders as the store keeps them.
std::string write_lenders(const std::vector<std::string>& lenders);
// For the event and the audit.
std::string write_order(const std::vector<std::string>& lenders, Environment environment);
std::vector<std::string> read_lenders(std::string_view text);

// The lenders that were away, as the store keeps them.
std::string write_skipped(const std::vector<SkippedLender>& skipped);
std::vector<SkippedLender> read_skipped(std::string_view text);

std::string write_job(const ApplicationId& application);
ApplicationId read_job(std::string_view payload);
// The application that an answer of applications shows.
ApplicationId read_made(const http::Response& answer);

// The payload of `application.next_missing` and `application.next_waiting`: which lenders were
// away, if any.
std::string write_missing(const Application& application, std::string_view reason,
                          const std::vector<SkippedLender>& away);

}  // namespace lendport::waterfall
