// The rows of mails and letters in the route table.
#pragma once

#include "http/cursor.hpp"
#include "http/route.hpp"
#include "http/schemas.hpp"
#include "mail/mail.hpp"

namespace lendport {

// Both outlive the routes.
http::Routes mail_routes(Mails& mails, const http::Cursors& cursors);
http::Schemas mail_schemas();

}  // namespace lendport
