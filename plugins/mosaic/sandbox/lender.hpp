// Mosaic as ../README.md says it behaves: partners, products, reps, applications and decisions.
#pragma once

#include "fake-lender/book.hpp"
#include "fake-lender/message.hpp"

#include <chrono>
#include <filesystem>
#include <optional>
#include <string>

namespace mosaic_sandbox {

namespace fake = lendport::fake;
using fake::Json;

// The one client the token endpoint knows. A sandbox's: it may act for every partner.
inline constexpr const char* kClientId = "mosaic-demo";
inline constexpr const char* kClientSecret =
    "mosaic-demo-secret";  // NOLINT: a demo's, not a secret
struct Settings {
  std::filesystem::path applications;           // book of applications; empty: in memory
  std::chrono::milliseconds decide_after{500};  // from the submission to the decision
};

// The lender's routes. Called by one thread at a time. What decides is the last four digits of the
// borrower's SSN (the table in ../README.md) and the time since the submission.
class MosaicLender {
 public:
  explicit MosaicLender(const Settings& settings);

  fake::Reply answer(const fake::Request& request);

 private:
  fake::Reply partner(const std::string& id, const fake::Request& request);
  fake::Reply products(const fake::Request& request) const;
  fake::Reply find_rep(const fake::Request& request) const;
  fake::Reply create_rep(const fake::Request& request);
  fake::Reply submit(const std::string& partner, const fake::Request& request);
  fake::Reply find_applications(const std::string& partner, const fake::Request& request) const;
  fake::Reply application(const std::string& partner, const std::string& id) const;
  fake::Reply every_application() const;
  fake::Reply send_documents(const Json& entry, const fake::Request& request);
  fake::Reply documents_of(const Json& entry) const;
  // uploads.cpp
  fake::Reply upload(const Json& entry, const std::string& stipulation,
                     const fake::Request& request);
  fake::Reply uploads_of(const Json& entry, const std::string& reference) const;
  Json stipulations_of(const Json& entry, std::int64_t decided_at) const;
  fake::Reply judge(const std::string& id, const std::string& stipulation,
                    const fake::Request& request);
  // The lender's own desk, no part of its API.
  fake::Reply change_status(const std::string& id, const fake::Request& request);
  fake::Reply tell(const fake::Request& request);

  Json answered(const Json& entry) const;
  std::string status_of(const Json& entry) const;
  bool is_pending(const Json& entry) const;
  std::optional<Json> change_of(const Json& entry) const;
  bool change(const Json& entry, const std::string& status);
  void announce(const Json& entry);

  Settings settings_;
  fake::Book applications_;
  std::size_t next_number_;  // of an application's id: one is never given twice
  fake::Book reps_;
  fake::Book changes_;    // of status, after the decision
  fake::Book documents_;  // every request for loan documents
  fake::Book uploads_;    // every upload of documents, and what the desk says of a stipulation
  Json listener_;         // who is told of changes: {"url","secret"}
};

}  // namespace mosaic_sandbox
