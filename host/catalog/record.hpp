// What every change of the catalogue leaves behind: its event, its audit record, its version.
#pragma once

#include "catalog/catalog.hpp"

#include <string>
#include <string_view>

namespace lendport::catalog {

// A person's change of a product. `before` is null for a new one.
void record(const Catalog::Needs& needs, db::Transaction& tx, const ProductAct& act,
            std::string_view action, const Product* before, const Product& after);

// A person's change of what the org quotes as a whole; `before` and `after` are JSON text.
void record_selection(const Catalog::Needs& needs, db::Transaction& tx, const ProductAct& act,
                      const std::string& before, const std::string& after);

// The hub's own note on a connection's catalogue; `payload` is JSON text.
void note(const Catalog::Needs& needs, db::Transaction& tx, const Connection& connection,
          std::string_view type, std::string payload);

}  // namespace lendport::catalog
