// What the parts of applications stand on.
#pragma once

#include "cases/cases.hpp"
#include "connections/connections.hpp"
#include "connectors/connectors.hpp"
#include "core/ids.hpp"
#include "core/time.hpp"
#include "db/database.hpp"
#include "db/sealing.hpp"
#include "files/files.hpp"
#include "mail/mail.hpp"
#include "quotes/quotes.hpp"

namespace lendport {

class Catalog;

// All outlive whoever is made of them.
struct ApplicationNeeds {
  db::Database& db;
  const Clock& clock;
  IdSource& ids;
  const crypto::Sealing& sealing;
  Connections& connections;
  Catalog& catalog;
  Cases& cases;
  Files& files;
  Quotes& quotes;
  connectors::Connectors& connectors;
  Mails& mails;
};

}  // namespace lendport
