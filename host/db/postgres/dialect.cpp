#include "db/postgres/dialect.hpp"

namespace lendport::db::postgres {

std::string keepers_of(const std::string& table) {
  const std::string call = " EXECUTE FUNCTION " + table + "_is_kept();";
  return "CREATE FUNCTION " + table + "_is_kept() RETURNS trigger LANGUAGE plpgsql AS " +
         "'BEGIN RAISE EXCEPTION ''" + table + " is append-only''; END';" + "CREATE TRIGGER " +
         table + "_no_change BEFORE UPDATE OR DELETE ON " + table + " FOR EACH ROW" + call +
         "CREATE TRIGGER " + table + "_no_truncate BEFORE TRUNCATE ON " + table +
         " FOR EACH STATEMENT" + call;
}

}  // namespace lendport::db::postgres
