// To which lender an application goes on when this one comes to nothing, and what the applicant
// agreed to.
#pragma once

#include "core/ids.hpp"
#include "core/money.hpp"
#include "core/rate.hpp"
#include "core/time.hpp"

#include <optional>
#include <string>
#include <vector>

namespace lendport {

// The applicant's consent, recorded at a confirmation, that a soft check is asked of a further
// lender without another click: for an offer of these terms or better, about the people that were
// confirmed with it. A later confirmation says anew what is consented to; nothing said is nothing.
struct OnwardConsent {
  std::string lender;        // by its name, as it was shown
  std::string text_version;  // of the wording shown
  Rate apr_max;
  int term_months_max = 0;
  Money amount_max;
  std::string language = {};  // in which it was shown
  Time at{};                  // when it was recorded

  friend bool operator==(const OnwardConsent&, const OnwardConsent&) = default;
};
inline constexpr std::size_t kOnwardConsentsMax = 10;

// A lender of the org's order that could not be asked just then: not connected, paused, or its
// catalogue too old. `code` is the one its products were left out with (quotes/quote.hpp).
struct SkippedLender {
  std::string lender;
  std::string code;

  friend bool operator==(const SkippedLender&, const SkippedLender&) = default;
};
inline constexpr std::size_t kSkippedLendersMax = 20;

// What was prepared with the next lender.
struct NextApplication {
  ApplicationId application;
  std::string lender;
  std::vector<SkippedLender> skipped = {};  // those before it in the order

  friend bool operator==(const NextApplication&, const NextApplication&) = default;
};

// Applications that come of one by its consents and prepared offers, one after the other: as many
// as an order may name lenders.
inline constexpr std::size_t kOnwardApplicationsMax = 20;

struct Onward {
  std::vector<OnwardConsent> consents;
  std::optional<NextApplication> next;

  friend bool operator==(const Onward&, const Onward&) = default;
};

}  // namespace lendport
