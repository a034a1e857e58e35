// The trace of whoever asked, passed on to connectors and lenders (W3C Trace Context).
#pragma once

#include <string>
#include <string_view>

namespace lendport::connectors {

inline constexpr std::string_view kTraceHeader = "traceparent";

// A `traceparent` with the trace id of `parent` and a new span id: what the lender may see of the
// request that caused a call. Of the flags it keeps "sampled" alone. Empty where `parent` is.
// REQUIRES: `parent` is empty or a traceparent of version 00.
std::string child_of(std::string_view parent);

}  // namespace lendport::connectors
