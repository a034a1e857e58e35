// One operation inside the connector: its coroutine, its open calls to the hub, its end.
#pragma once

#include <lendport/plugin.h>
#include <lendport/sdk/http.hpp>
#include <lendport/sdk/task.hpp>

#include <coroutine>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <typeinfo>
#include <utility>

namespace lendport::sdk {

inline lendport_bytes bytes_of(std::string_view text) {
  return lendport_bytes{text.data(), text.size()};
}
inline std::string_view view_of(lendport_bytes bytes) {
  return {static_cast<const char*>(bytes.data), static_cast<std::size_t>(bytes.size)};
}

// The hub's table and its first argument, kept together.
struct Host {
  const lendport_host_api* api = nullptr;
  lendport_host* self = nullptr;
};

namespace detail {

// A copy of an event: the hub's bytes die when the call returns.
struct Answer {
  std::int32_t status = LENDPORT_NET_INTERNAL;
  std::int32_t http_status = 0;
  std::uint32_t phase = 0;
  std::uint64_t bytes_sent = 0;
  std::string meta;
  std::string body;
};

inline Answer answer_of(const lendport_event& event) {
  Answer answer;
  answer.status = event.status;
  answer.http_status = event.http_status;
  answer.phase = event.phase;
  answer.bytes_sent = event.bytes_sent;
  answer.meta = view_of(event.meta);
  answer.body = view_of(event.body);
  return answer;
}

// Whether the answer leaves it possible that the request was carried out: anything but "not sent"
// and a definite refusal. 409 is none: an earlier request of the same key may stand behind it.
inline bool may_stand(const lendport_event& event) {
  if (event.bytes_sent == 0 && event.http_status == 0) return false;
  bool refused = event.http_status >= 400 && event.http_status < 500 && event.http_status != 408 &&
                 event.http_status != 409;
  return event.status != LENDPORT_NET_OK || !refused;
}

// A coroutine that waits for the event of one token.
struct Waiting {
  std::coroutine_handle<> coroutine;
  Answer* answer = nullptr;
  bool changes = false;  // an http_send that creates or updates
};

// What the error-1 schema asks for.
inline Json error_json(const Failure& failure) {
  Json out = {{"code", failure.code}, {"message", failure.message}};
  for (const FieldError& error : failure.field_errors) {
    Json item = {{"pointer", error.pointer}, {"code", error.code}};
    if (!error.detail.empty()) item["detail"] = error.detail;
    out["field_errors"].push_back(std::move(item));
  }
  if (failure.retry_after) out["retry_after_ms"] = failure.retry_after->count();
  if (failure.upstream_status) out["upstream"]["status"] = *failure.upstream_status;
  return out;
}

}  // namespace detail

// Owns the coroutine of one operation. Lives on its instance's strand, in the instance's table,
// from start() until it has completed; all members are touched on that strand only.
class Operation {
 public:
  Operation(Host host, lendport_op handle) : host_(host), handle_(handle) {}
  Operation(const Operation&) = delete;
  Operation& operator=(const Operation&) = delete;

  Host host() const { return host_; }
  lendport_op handle() const { return handle_; }
  bool cancelled() const { return cancelled_; }
  bool ended() const { return ended_; }

  // Runs `work` until it waits for the hub for the first time or ends.
  void start(Task<std::string> work) {
    work_ = std::move(work);
    resume(work_.frame());
  }

  // A token no open call of this operation has.
  lendport_token next_token() { return ++last_token_; }

  void wait(lendport_token token, detail::Waiting waiting) { waiting_[token] = waiting; }
  void stop_waiting(lendport_token token) { waiting_.erase(token); }

  // Resumes who waits for the event's token. LENDPORT_E_STALE if nobody does.
  lendport_status deliver(const lendport_event& event) {
    auto found = waiting_.find(event.token);
    if (found == waiting_.end()) return LENDPORT_E_STALE;
    detail::Waiting waiting = found->second;
    waiting_.erase(found);
    *waiting.answer = detail::answer_of(event);
    if (waiting.changes && detail::may_stand(event)) change_stands_ = true;
    resume(waiting.coroutine);
    return LENDPORT_OK;
  }

  // Ends every open call; their awaits throw Cancelled, and so does each later one.
  void cancel() {
    cancelled_ = true;
    while (!waiting_.empty() && !ended_) {
      auto [token, waiting] = *waiting_.begin();
      waiting_.erase(waiting_.begin());
      if (waiting.changes) change_stands_ = true;
      host_.api->abandon(host_.self, handle_, token);
      resume(waiting.coroutine);
    }
  }

 private:
  void resume(std::coroutine_handle<> coroutine) {
    coroutine.resume();
    if (work_.done() && !ended_) end();
  }

  // The boundary of the SDK: whatever a handler throws becomes an outcome here.
  void end() {
    ended_ = true;
    try {
      complete(Outcome::done, work_.take());
    } catch (Failure& failure) {
      if (failure.while_reading && change_stands_) failure.outcome = Outcome::unknown_outcome;
      fail(failure);
    } catch (const Cancelled&) {
      fail(Failure(change_stands_ ? Outcome::unknown_outcome : Outcome::cancelled,
                   "connector.cancelled", "Stopped before the lender's answer was known"));
    } catch (const std::exception& error) {
      fail_by_defect(typeid(error).name());
    } catch (...) {
      fail_by_defect("not a std::exception");
    }
  }

  // A defect after something that creates or changes has left must not read as "nothing happened":
  // the hub would allow a second submission. Only the exception's type is logged: its text may
  // quote an applicant.
  void fail_by_defect(std::string_view type) {
    std::string fields = to_text(Json{{"exception", std::string(type)}});
    host_.api->log(host_.self, handle_, LENDPORT_LOG_ERROR, bytes_of("connector.bug"),
                   bytes_of(fields));
    fail(Failure(change_stands_ ? Outcome::unknown_outcome : Outcome::internal, "connector.bug",
                 "The connector could not handle this"));
  }

  void fail(const Failure& failure) {
    complete(failure.outcome, to_text(detail::error_json(failure)));
  }

  void complete(Outcome outcome, const std::string& json) {
    lendport_status taken = host_.api->complete(host_.self, handle_,
                                                static_cast<std::int32_t>(outcome), bytes_of(json));
    if (taken != LENDPORT_E_LIMIT || outcome != Outcome::done) return;
    fail(Failure(change_stands_ ? Outcome::unknown_outcome : Outcome::internal,
                 "connector.result_too_large", "The connector's result is over the limit"));
  }

  Host host_;
  lendport_op handle_;
  Task<std::string> work_;
  std::map<lendport_token, detail::Waiting> waiting_;
  lendport_token last_token_ = 0;
  bool change_stands_ = false;  // something that creates or changes may have been done
  bool cancelled_ = false;
  bool ended_ = false;
};

}  // namespace lendport::sdk
