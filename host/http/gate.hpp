// The gate: who asks, may they, how often, and is it the same request again. Straight down one
// page (gate.cpp), for every route alike; handlers behind it know nothing of it.
#pragma once

#include "core/task.hpp"
#include "http/envelope.hpp"
#include "http/exchange.hpp"
#include "http/idempotency.hpp"
#include "http/ports.hpp"
#include "http/rate_limit.hpp"
#include "http/router.hpp"
#include "http/settings.hpp"

#include <functional>
#include <string_view>

namespace lendport::http {

// Whether the caller, who may see the org of the path, may change anything in it. Where it is not
// given whoever sees an org may do there what his permissions say.
using MayChangeOrg = std::function<bool(const Principal& principal, const OrgId& org)>;

// Thread-safe. `table`, and what `ports` refers to, outlive it.
class Gate {
 public:
  Gate(const RouteTable& table, Ports ports, const Settings& settings,
       MayChangeOrg may_change_org = nullptr);

  // What can be decided from the header block alone, before a body is read: row, caller, quota,
  // permission, org, If-Match, media type. Throws the Error that answers the request; what the
  // answer must carry beside it is in `exchange.headers`. REQUIRES: request.peer, if_match and
  // deadline are set.
  Task<> admit(const Envelope& envelope, Exchange& exchange);

  // Whether the caller of a stream may still have it: throws like admit() when its key ended or
  // came to mean somebody else. Costs no quota. REQUIRES: exchange.route->streams.
  Task<> readmit(const Exchange& exchange);

  const RouteTable& table() const { return table_; }

  // Runs the handler on the whole request, or gives the answer it gave before.
  Task<Response> answer(Exchange& exchange);

 private:
  void find_row(const Envelope& envelope, Exchange& exchange) const;
  Task<Principal> authenticate(std::string_view token);
  void take_from_quota(Exchange& exchange);
  void require_org(const Exchange& exchange) const;

  const RouteTable& table_;
  Ports ports_;
  MayChangeOrg may_change_org_;
  RateLimits limits_;
  KeysInFlight in_flight_;
};

// The answer as it leaves: 304 in place of a GET's 200 when the caller has it already.
void apply_conditions(const Request& request, Response& response);

}  // namespace lendport::http
