// A recorded case: a request, the lender's answers, what has to come out.
#pragma once

#include "testing/loaded_plugin.hpp"
#include "testing/test_host.hpp"

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace lendport::testing {

// A folder of tests/cases:
//   request.json    {"operation":"catalog.list/1","request":{…}} and, if wanted,
//                   "settings":{…}   of the instance; a secret is {"$secret":"name"}
//                   "secrets":{"name":"value"}   for crypto
//                   "context":{"idempotency_key":"…"}
//                   "payload":"…"    a webhook's body, or "payload_file":"body.bin"
//                   "instance":{…}   members put over the usual instance
//                   "held_back":["id"]   products of the answer that the hub is to hold back
//                   "cancel_after":N cancels when N requests were sent, before the Nth answer
//   upstream/NN.http   the lender's answer to the NNth request, as it is on the wire: status line,
//                   headers, empty line, body. Or one line "! timeout sent 312": a network error
//                   (dns, connect, tls, timeout, reset, too_large, auth, busy), how far it came
//                   (none, dns, connect, tls, sending, sent, response), bytes sent
//   expected.json   {"outcome":"done","result":{…},"requests":[…]}; "error" in place of "result"
//                   for any other outcome. Each request with its effect, headers and body.
//
// The instance is {org_id: org_case, environment: sandbox, base_url: of the manifest}.

// What the connector did: the shape of expected.json. Throws std::runtime_error for a case folder
// that is not as said above.
Json run_case(const LoadedPlugin& plugin, const std::filesystem::path& folder);

// The differences as a JSON patch from expected to actual, indented; nothing when they are equal.
std::optional<std::string> difference(const Json& expected, const Json& actual);

// An answer file's text; throws std::runtime_error if it is not of the form above.
UpstreamAnswer read_answer(const std::string& text);

std::string read_file(const std::filesystem::path& file);
// The case folders under `cases`, by name.
std::vector<std::filesystem::path> cases_in(const std::filesystem::path& cases);

}  // namespace lendport::testing
