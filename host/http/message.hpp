// A request as handlers see it, and the answer they return. No socket, no Beast.
#pragma once

#include "core/principal.hpp"
#include "core/time.hpp"
#include "json/value.hpp"

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace lendport::db {
class Transaction;
}

namespace lendport::http {

class Stream;  // http/stream.hpp
struct Response;

// Keeps `answer` for a repeated Idempotency-Key in the transaction of what it tells. `people` are
// the ids of whom it shows: erasing one of them erases it. It is sealed with the org's key where
// there are none. Throws idempotency_in_flight when another node was faster.
using KeepAnswer = std::function<void(db::Transaction& tx, const Response& answer,
                                      const std::vector<std::string>& people)>;

enum class Method { get, post, put, patch, del };

std::string_view to_string(Method method);

inline constexpr std::size_t kLastEventIdBytesMax = 256;

// What the gate let through. Text is as it came, percent-decoded where it stood in the path or the
// query.
struct Request {
  Method method = Method::get;
  std::string path;                                    // decoded, without the query
  std::map<std::string, std::string> path_parameters;  // {org}, {id}, by name
  std::map<std::string, std::string> query;  // last one wins is refused: a name comes once
  std::string body;                          // raw; at most the route's body limit
  std::string id;                            // X-Request-Id, ours or the caller's if well formed
  std::string traceparent;                   // W3C; empty when none came
  std::string language;                      // "en" or "fr", from Accept-Language
  std::string if_match;                      // raw header values; empty when missing
  std::string if_none_match;
  std::string last_event_id;    // Last-Event-ID of a reader that comes back; empty when none came
  std::string idempotency_key;  // 1 to 255 visible characters, or empty
  KeepAnswer keep;  // set when idempotency_key is; the story calls it (http/stored_answer.hpp)
  // The fields of the head as they came, in order; only where the route keeps them.
  std::vector<std::pair<std::string, std::string>> headers;
  std::string peer;     // address of the other end, for limits and the log
  Principal principal;  // REQUIRES: the route is not public
  Deadline deadline{};  // when the answer must have left

  // A path parameter as an id, or Error{not_found}: an id that cannot exist is one that does not.
  template <class AnyId>
  AnyId id_in_path(std::string_view name) const;
  // A query parameter as an id; one that cannot exist selects nothing, it is no error.
  template <class AnyId>
  std::optional<AnyId> id_in_query(std::string_view name) const;
  const std::string& path_parameter(std::string_view name) const;
  std::optional<std::string> query_parameter(std::string_view name) const;
};

// A body that many answers share: rendered once, sent as it is.
using SharedBody = std::shared_ptr<const std::string>;

struct Response {
  unsigned status = 200;
  std::string content_type = "application/json";
  std::vector<std::pair<std::string, std::string>> headers;
  std::string etag;  // with its quotes; a GET that names it in If-None-Match is answered 304
  std::string body;
  SharedBody shared_body;          // sent instead of `body` when set
  std::shared_ptr<Stream> stream;  // sent after the head, for as long as it lasts; no body
};

// The usual answers. `location` is a path.
Response ok(const json::Value& body);
Response created(std::string location, const json::Value& body);
Response accepted(std::string location, const json::Value& body);
Response no_content();

[[noreturn]] void throw_not_found();
// What was found; 404 where nothing was.
template <class T>
T known(std::optional<T> found) {
  if (!found) throw_not_found();
  return *std::move(found);
}

template <class AnyId>
AnyId Request::id_in_path(std::string_view name) const {
  auto parsed = AnyId::parse(path_parameter(name));
  if (!parsed) throw_not_found();
  return *std::move(parsed);
}

template <class AnyId>
std::optional<AnyId> Request::id_in_query(std::string_view name) const {
  const auto text = query_parameter(name);
  if (!text) return std::nullopt;
  return AnyId::parse(*text).value_or(AnyId{*text});
}

}  // namespace lendport::http
