// Tokens are counted, not random: a test reads them in the book.
#include "fake-lender/tokens.hpp"

#include <openssl/evp.h>

#include <stdexcept>

namespace lendport::fake {
namespace {

std::string percent_decoded(const std::string& text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%' && i + 2 < text.size()) {
      out += static_cast<char>(std::stoi(text.substr(i + 1, 2), nullptr, 16));
      i += 2;
    } else {
      out += text[i] == '+' ? ' ' : text[i];
    }
  }
  return out;
}

std::map<std::string, std::string> form_of(const std::string& body) {
  std::map<std::string, std::string> form;
  for (std::size_t begin = 0; begin < body.size();) {
    std::size_t end = std::min(body.find('&', begin), body.size());
    std::string pair = body.substr(begin, end - begin);
    std::size_t equals = std::min(pair.find('='), pair.size());
    std::string value = equals < pair.size() ? pair.substr(equals + 1) : "";
    form[percent_decoded(pair.substr(0, equals))] = percent_decoded(value);
    begin = end + 1;
  }
  return form;
}

std::string basic_of(const std::string& id, const std::string& secret) {
  std::string plain = id + ":" + secret;
  std::string out(4 * ((plain.size() + 2) / 3) + 1, '\0');
  int size = EVP_EncodeBlock(reinterpret_cast<unsigned char*>(out.data()),
                             reinterpret_cast<const unsigned char*>(plain.data()),
                             static_cast<int>(plain.size()));
  return "Basic " + out.substr(0, static_cast<std::size_t>(size));
}

}  // namespace

void Tokens::configure(const Json& settings) {
  std::lock_guard lock(mutex_);
  try {
    client_id_ = settings.value("client_id", client_id_);
    client_secret_ = settings.value("client_secret", client_secret_);
    path_ = settings.value("path", path_);
    lifetime_ = std::chrono::seconds(settings.value("expires_in_s", lifetime_.count()));
    protected_paths_ = settings.value("protect", protected_paths_);
    if (settings.value("revoke", false)) expiry_by_token_.clear();
  } catch (const Json::exception& error) {
    throw std::invalid_argument(error.what());
  }
}

void Tokens::clear() {
  std::lock_guard lock(mutex_);
  expiry_by_token_.clear();
}

bool Tokens::serves(const Request& request) const {
  std::lock_guard lock(mutex_);
  return !client_id_.empty() && request.method == "POST" && request.path == path_;
}

Reply Tokens::issue(const Request& request) {
  std::lock_guard lock(mutex_);
  auto form = form_of(request.body);
  bool in_body = form["client_id"] == client_id_ && form["client_secret"] == client_secret_;
  bool in_header =
      header_of(request.headers, "authorization") == basic_of(client_id_, client_secret_);
  if (!in_body && !in_header) return json_reply(401, R"({"error":"invalid_client"})");
  if (form["grant_type"] != "client_credentials") {
    return json_reply(400, R"({"error":"unsupported_grant_type"})");
  }
  std::string token = "token-" + std::to_string(++issued_);
  expiry_by_token_[token] = Clock::now() + lifetime_;
  Json body = {
      {"access_token", token}, {"token_type", "Bearer"}, {"expires_in", lifetime_.count()}};
  return json_reply(200, body.dump());
}

bool Tokens::protects(const std::string& path) const {
  std::lock_guard lock(mutex_);
  for (const std::string& protected_path : protected_paths_) {
    if (protected_path == path) return true;
    if (protected_path.ends_with('*') &&
        path.starts_with(protected_path.substr(0, protected_path.size() - 1))) {
      return true;
    }
  }
  return false;
}

bool Tokens::accepts(const Request& request) const {
  std::string header = header_of(request.headers, "authorization");
  if (!header.starts_with("Bearer ")) return false;
  std::lock_guard lock(mutex_);
  auto found = expiry_by_token_.find(header.substr(7));
  return found != expiry_by_token_.end() && Clock::now() < found->second;
}

}  // namespace lendport::fake
