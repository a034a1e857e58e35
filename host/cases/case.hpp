// A case: one customer's project in one org, as everybody else sees it.
#pragma once

#include "core/ids.hpp"
#include "core/money.hpp"
#include "core/secret.hpp"
#include "core/time.hpp"
#include "orgs/orgs.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace lendport {

enum class CustomerKind { prospect, client };
enum class CaseStatus { active, abandoned, closed };
enum class IncomePeriod { year, month, week };

std::string_view to_string(CustomerKind kind);
std::string_view to_string(CaseStatus status);
std::string_view to_string(IncomePeriod period);
std::optional<CustomerKind> parse_customer_kind(std::string_view text);
std::optional<CaseStatus> parse_case_status(std::string_view text);
std::optional<IncomePeriod> parse_income_period(std::string_view text);

inline constexpr std::size_t kApplicantsMax = 2;
inline constexpr std::size_t kCostLinesMax = 50;  // adders, discounts, incentives: each
inline constexpr std::size_t kCaseNumberBytesMax = 64;
inline constexpr std::int64_t kCaseAmountMinorMax = 100'000'000'000;  // one amount: 1 billion USD
inline constexpr std::int64_t kSystemSizeWMax = 1'000'000'000;        // a gigawatt
inline constexpr std::int64_t kEnergyKwhMax = 1'000'000'000;          // a year's

// A postal address. `country` is ISO 3166-1 in two capital letters, `state` its subdivision as it
// is written there ("CA"); both may be empty until known.
struct Address {
  std::string line1;
  std::string line2;
  std::string city;
  std::string state;
  std::string postal_code;
  std::string country;

  friend bool operator==(const Address&, const Address&) = default;
};

struct Income {
  Secret<Money> amount;
  IncomePeriod period = IncomePeriod::year;
};

// A person who applies. Empty text = not given yet. All of it is sealed at rest under a key of this
// person in this case.
struct Applicant {
  PersonId id;
  std::string first_name;
  std::string last_name;
  std::string email;
  std::string phone;                  // "+15125550100", with country and area code
  Secret<std::string> ssn;            // nine digits
  Secret<std::string> date_of_birth;  // "1980-02-29"
  std::optional<Income> income;
  std::optional<Address> address;
  std::string language;  // "en", "fr" …: what the applicant reads
};

// The installation agreement as typed on the case: what the applicant's name, address and e-mail
// are compared with.
struct Agreement {
  std::string name;
  std::optional<Address> address;
  std::string email;
};

struct CostLine {
  std::string label;
  Money amount;  // never negative

  friend bool operator==(const CostLine&, const CostLine&) = default;
};

// All amounts of a case are of one currency.
struct Case {
  CaseId id;
  OrgId org;
  std::string number;  // unique in the org
  CustomerKind kind = CustomerKind::prospect;
  CaseStatus status = CaseStatus::active;
  UserId owner;
  // Raised when an abandoned case is resumed; what hangs on a case belongs to one generation.
  std::int64_t generation = 1;
  std::vector<Applicant> applicants;  // one or two; the first is the borrower
  Address project_address;
  Segment segment = Segment::residential;
  std::optional<Money> system_cost;  // the total; goes before size × cost per watt
  std::optional<std::int64_t> size_w;
  std::optional<Money> cost_per_watt;
  std::vector<CostLine> adders;
  std::vector<CostLine> discounts;
  std::vector<CostLine> incentives;  // paid up front
  std::optional<Money> down_payment;
  std::optional<std::int64_t> consumption_kwh;  // a year's
  std::optional<std::int64_t> production_kwh;
  bool site_design_complete = false;
  std::optional<Agreement> agreement;
  std::int64_t version = 1;
  Time created_at{};
  Time changed_at{};
};

// A new value, or nothing: take what is there away.
template <class T>
using Clearable = std::optional<T>;

// What is given to make or change a case, a merge patch (RFC 7396): what is absent stays as it is
// (or is empty in a new case), an empty Clearable or text takes the value away; lists are replaced
// whole. An applicant with an `id` is the stored one with that id, wherever it stood, and its
// `kMasked` ssn, date of birth and income keep what is stored. One without is whoever stands at its
// position, or a new one, and is given whole: there is nothing a mask could stand for.
struct CaseChange {
  struct AddressChange {
    std::optional<std::string> line1;
    std::optional<std::string> line2;
    std::optional<std::string> city;
    std::optional<std::string> state;
    std::optional<std::string> postal_code;
    std::optional<std::string> country;
  };
  struct AgreementChange {
    std::optional<std::string> name;
    std::optional<Clearable<AddressChange>> address;
    std::optional<std::string> email;
  };
  struct Person {
    Applicant applicant;
    bool keep_ssn = false;
    bool keep_date_of_birth = false;
    bool keep_income = false;
  };
  std::optional<std::string> number;
  std::optional<CustomerKind> kind;
  std::optional<CaseStatus> status;
  std::optional<UserId> owner;
  std::optional<std::vector<Person>> applicants;
  std::optional<Clearable<AddressChange>> project_address;
  std::optional<Segment> segment;
  std::optional<Clearable<Money>> system_cost;
  std::optional<Clearable<std::int64_t>> size_w;
  std::optional<Clearable<Money>> cost_per_watt;
  std::optional<std::vector<CostLine>> adders;
  std::optional<std::vector<CostLine>> discounts;
  std::optional<std::vector<CostLine>> incentives;
  std::optional<Clearable<Money>> down_payment;
  std::optional<Clearable<std::int64_t>> consumption_kwh;
  std::optional<Clearable<std::int64_t>> production_kwh;
  std::optional<bool> site_design_complete;
  std::optional<Clearable<AgreementChange>> agreement;
};

struct CaseFilter {
  std::optional<std::string> number;
  std::optional<CaseStatus> status;
};

}  // namespace lendport
