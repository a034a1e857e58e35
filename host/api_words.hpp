// What the paths and queries of the API speak of, in words for /openapi.json and /docs. A row of
// the route table with a subject or a parameter that is missing here keeps the hub from starting.
#pragma once

#include "http/documentation.hpp"

namespace lendport {

inline constexpr http::Word kSubjects[] = {
    {"applications", "Credit applications: made from a quote, confirmed, decided by their lender."},
    {"audit", "Who did what in an org, append-only, with a chain of hashes."},
    {"cases", "Customers' projects, with their applicants, documents and quotes."},
    {"connections", "An org's accounts with lenders and incentives, by their connectors."},
    {"events", "What happens in an org, as a list and as server-sent events."},
    {"hooks", "Where lenders send their webhooks."},
    {"keys", "API keys of an org's users."},
    {"lenders", "Which lenders an org works with, partnership and products apart."},
    {"letters", "The texts of the hub's mails, an org's own or built in."},
    {"mails", "Mails to applicants and an org's people, and how far they are."},
    {"me", "Whoever asks."},
    {"notices", "What waits for one of an org's people."},
    {"offers", "Connectors that the platform lets an org connect."},
    {"orgs", "Orgs, one above the other."},
    {"plugins", "Connectors of this hub, and what they are doing."},
    {"products", "The catalogue: what lenders offer an org, and what it quotes of that."},
    {"support-views", "The support's sight of an org, opened with a reason and for a while."},
    {"system", "Health, metrics and this description."},
    {"users", "People of an org, with their roles."},
    {"waterfall", "The order in which lenders are tried when one declines."},
    {"webhook-endpoints", "Where an org's own systems are told what happens."},
};

inline constexpr http::Word kParameters[] = {
    {"after", "The id of the last entry that was read; what came later follows."},
    {"application", "The id of an application."},
    {"case", "The id of a case."},
    {"connection", "The id of a connection."},
    {"cursor", "next_cursor of the page before; the first page without it."},
    {"delivery", "The id of a delivery."},
    {"endpoint", "The id of a webhook endpoint."},
    {"file", "The id of a document of the case."},
    {"format", "json (the usual) or csv."},
    {"key", "The id of an API key; not the key itself."},
    {"language", "en or fr."},
    {"letter", "Which of the hub's letters, by its name in the list."},
    {"limit", "Entries of a page at most."},
    {"mail", "The id of a mail."},
    {"name", "The name of the document, with its ending."},
    {"notice", "The id of a notice."},
    {"number", "Only the case with this number of the org's own."},
    {"offer", "The id of an offer."},
    {"org", "The id of the org: the caller's, or one below it."},
    {"plugin", "The id of a connector, as com.example.lender."},
    {"product", "The id of a product."},
    {"quote", "The id of a quote."},
    {"selected", "true (the usual), false or any: whether the org quotes it."},
    {"since", "Only what came at this time (RFC 3339) or later."},
    {"slug", "The last part of a problem's type."},
    {"state", "Only those in this state."},
    {"status", "Only those of this status."},
    {"stipulation", "The id of a stipulation in the application's list of them."},
    {"token", "The secret part of a connection's webhook address."},
    {"type", "Only those of this type of event."},
    {"until", "Only what came before this time (RFC 3339)."},
    {"user", "The id of a user."},
    {"view", "The id of a support view."},
};

inline constexpr http::Words kApiWords{kSubjects, kParameters};

}  // namespace lendport
