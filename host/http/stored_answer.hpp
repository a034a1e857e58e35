// The answer of a story that a repeated Idempotency-Key gets again: rendered and kept in the
// story's own transaction, given again by the gate.
//
//   Response answer;
//   const auto keep = http::keeping<Org>(request, answer, shown);
//   co_await orgs.create_org(request.principal, draft, request.deadline, keep);
//   co_return answer;
#pragma once

#include "http/message.hpp"
#include "http/ports.hpp"

#include <functional>
#include <string>
#include <string_view>
#include <utility>

namespace lendport::http {

// For a story that takes a db::Keep<T>: called with what was made, it puts `render`'s answer into
// `answer`, and keeps it if the caller sent a key. It may be called twice: the last call counts.
// `request` and `answer` outlive it.
template <class T, class Render>
std::function<void(db::Transaction&, const T&)> keeping(const Request& request, Response& answer,
                                                        Render render) {
  return [&request, &answer, render = std::move(render)](db::Transaction& tx, const T& made) {
    answer = render(made);
    if (request.keep) request.keep(tx, answer, {});
  };
}

// What of an answer is kept.
StoredAnswer stored(const Response& response);
// And given again, marked Idempotent-Replayed.
Response replay(const StoredAnswer& stored);

// All but status and body as one text, and read back into `answer`.
std::string stored_headers(const StoredAnswer& answer);
void read_stored_headers(std::string_view headers, StoredAnswer& answer);

}  // namespace lendport::http
