// Mosaic's JSON and the hub's models, each mapped once. See README.md for the API as it is assumed.
#pragma once

#include <lendport/sdk.hpp>

namespace mosaic {

namespace sdk = lendport::sdk;

// A product as GET /v2/partners/{id}/products lists it. Unreadable members stay as they are: the
// hub judges each product and holds back the impossible one.
sdk::LenderProduct product_of(const sdk::Json& listed);

// The body of POST /v2/partners/{id}/applications.
sdk::Json application_body(const sdk::Submission& submission);

// An application as Mosaic answers it; a status Mosaic may invent tomorrow stays `unknown`.
sdk::ApplicationState application_of(const sdk::Json& answered);

// Why Mosaic answered 422, field by field, with pointers into application.submit/1.
sdk::Failure refusal_of(const sdk::Response& reply);

}  // namespace mosaic
