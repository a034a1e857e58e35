// Names of things: UUIDv7 with a prefix that says what is named, lower case, 36 characters after
// the prefix. "app_0190b6f1-6f0e-7cc3-98c4-dc0c0c07398f".
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace lendport {

// An id of one kind of thing. `Kind` has a static `kPrefix` ("app_"). Value type; empty until made.
template <class Kind>
struct Id {
  std::string value;

  // The id in `text`, or nothing when its prefix or form is another's.
  static std::optional<Id> parse(std::string_view text);

  friend auto operator<=>(const Id&, const Id&) = default;
};

// Whether `text` is a UUIDv7 in the hub's spelling.
bool is_uuid_v7(std::string_view text);

// RFC 9562, 5.7: 48 bits of Unix milliseconds, then 74 random bits.
std::string format_uuid_v7(std::int64_t unix_ms, const std::array<std::uint8_t, 10>& random);

// Where new ids come from. Production: the clock and the system's randomness (crypto/random.hpp);
// a simulation: its seed. Thread-safe.
class IdSource {
 public:
  virtual ~IdSource() = default;
  virtual std::string next_uuid() = 0;

  template <class AnyId>
  AnyId next();
};

// clang-format off
struct OrgKind { static constexpr std::string_view kPrefix = "org_"; };
struct UserKind { static constexpr std::string_view kPrefix = "user_"; };
struct KeyKind { static constexpr std::string_view kPrefix = "key_"; };
struct ConnectionKind { static constexpr std::string_view kPrefix = "conn_"; };
struct ProductKind { static constexpr std::string_view kPrefix = "prod_"; };
struct CaseKind { static constexpr std::string_view kPrefix = "case_"; };
struct PersonKind { static constexpr std::string_view kPrefix = "person_"; };
struct QuoteKind { static constexpr std::string_view kPrefix = "quote_"; };
struct ApplicationKind { static constexpr std::string_view kPrefix = "app_"; };
struct JobKind { static constexpr std::string_view kPrefix = "job_"; };
struct EventKind { static constexpr std::string_view kPrefix = "evt_"; };
struct CallKind { static constexpr std::string_view kPrefix = "call_"; };
struct OfferKind { static constexpr std::string_view kPrefix = "offer_"; };
struct EndpointKind { static constexpr std::string_view kPrefix = "hook_"; };
struct DeliveryKind { static constexpr std::string_view kPrefix = "dlv_"; };
struct MessageKind { static constexpr std::string_view kPrefix = "msg_"; };
struct InboundKind { static constexpr std::string_view kPrefix = "inhook_"; };
struct FileKind { static constexpr std::string_view kPrefix = "file_"; };
struct UploadKind { static constexpr std::string_view kPrefix = "upload_"; };
struct MailKind { static constexpr std::string_view kPrefix = "mail_"; };
// clang-format on

using OrgId = Id<OrgKind>;
using UserId = Id<UserKind>;
using KeyId = Id<KeyKind>;
using ConnectionId = Id<ConnectionKind>;
using ProductId = Id<ProductKind>;
using CaseId = Id<CaseKind>;
using PersonId = Id<PersonKind>;
using QuoteId = Id<QuoteKind>;
using ApplicationId = Id<ApplicationKind>;
using JobId = Id<JobKind>;
using EventId = Id<EventKind>;
using CallId = Id<CallKind>;  // one call of a connector, in the journal
using OfferId = Id<OfferKind>;
using EndpointId = Id<EndpointKind>;  // where an org wants its webhooks
using DeliveryId = Id<DeliveryKind>;  // of one message to one endpoint
using MessageId = Id<MessageKind>;    // what a webhook says, whoever is told
using InboundId = Id<InboundKind>;    // a webhook that a lender sent
using FileId = Id<FileKind>;          // a document on a case
using UploadId = Id<UploadKind>;      // documents on their way to a lender
using MailId = Id<MailKind>;

template <class Kind>
std::optional<Id<Kind>> Id<Kind>::parse(std::string_view text) {
  if (!text.starts_with(Kind::kPrefix)) return std::nullopt;
  if (!is_uuid_v7(text.substr(Kind::kPrefix.size()))) return std::nullopt;
  return Id{std::string(text)};
}

template <class Kind>
std::string_view prefix_of(const Id<Kind>&) {
  return Kind::kPrefix;
}

template <class AnyId>
AnyId IdSource::next() {
  AnyId id;
  id.value = std::string(prefix_of(id)) + next_uuid();
  return id;
}

}  // namespace lendport

template <class Kind>
struct std::hash<lendport::Id<Kind>> {
  std::size_t operator()(const lendport::Id<Kind>& id) const {
    return std::hash<std::string>{}(id.value);
  }
};
