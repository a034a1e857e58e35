// An OAuth2 token endpoint for client credentials, with expiry and revocation.
#pragma once

#include "fake-lender/book.hpp"
#include "fake-lender/message.hpp"

#include <chrono>
#include <map>
#include <mutex>
#include <string>
#include <vector>

namespace lendport::fake {

// Thread-safe. Off until configured.
class Tokens {
 public:
  // JSON member "oauth" of POST /_script: client_id, client_secret (both: the endpoint is on),
  // path ("/oauth/token"), expires_in_s (3600), protect (paths that need a token, * at the end),
  // revoke (true: no token given so far is good any more). Absent members stay as they are.
  // Throws std::invalid_argument.
  void configure(const Json& settings);
  void clear();

  // Whether the request is for the endpoint.
  bool serves(const Request& request) const;
  // Form body or Basic: 200 with a token, 401 invalid_client, 400 unsupported_grant_type.
  Reply issue(const Request& request);

  // Whether the path needs a token.
  bool protects(const std::string& path) const;
  // Whether the request carries a bearer token that was issued, has not expired and not been
  // revoked.
  bool accepts(const Request& request) const;

 private:
  using Clock = std::chrono::steady_clock;

  mutable std::mutex mutex_;  // protects all below
  std::string client_id_;
  std::string client_secret_;
  std::string path_ = "/oauth/token";
  std::chrono::seconds lifetime_{3600};
  std::vector<std::string> protected_paths_;
  std::map<std::string, Clock::time_point> expiry_by_token_;
  int issued_ = 0;
};

}  // namespace lendport::fake
