// Carries out the auth profiles of a manifest, so that no connector ever holds a secret.
#pragma once

#include "connectors/instance.hpp"
#include "core/task.hpp"
#include "net/http_client.hpp"

#include <string>

namespace lendport::connectors {

enum class AuthEnd {
  ready,        // the request carries its credentials
  refused,      // no such profile, a secret is not set, or the token endpoint says no
  unreachable,  // the token endpoint gave no usable answer
};

struct Authorised {
  AuthEnd end = AuthEnd::refused;
  std::string token;        // oauth2: the one in use, to name it when the lender answers 401
  int endpoint_status = 0;  // of the token endpoint when it was asked
  std::string why;          // for the log; no secret
};

// Puts the credentials of `profile` on `request`. An OAuth2 token is cached per instance and
// fetched by one coroutine at a time; `rejected` is a token the lender just refused: it is not used
// again. REQUIRES: runs on the instance's strand; the parameters outlive the await.
Task<Authorised> authorise(Instance& instance, const Call& call, const std::string& profile,
                           const std::string& rejected, net::OutboundRequest& request,
                           net::HttpClient& client, Time now, Deadline deadline);

// Text of application/x-www-form-urlencoded.
std::string form_encode(std::string_view text);

}  // namespace lendport::connectors
