// The only spelling of a product's fields: lender's catalogue, API and stored rows alike.
#pragma once

#include "catalog/product.hpp"
#include "json/value.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace lendport {

inline constexpr std::size_t kCatalogPageProductsMax = 500;
inline constexpr std::size_t kPageTokenBytesMax = 1024;

// The terms as an object's text, and back from a stored row. A stored text that cannot be read is a
// bug: Error{internal}.
std::string terms_text(const Terms& terms);
Terms terms_in(std::string_view text);

// One product of a lender's catalogue (product/1). Members nobody knows are left alone.
struct LenderProduct {
  std::string lender_product_id;
  std::optional<std::string> supersedes;  // a lender_product_id
  Terms terms;
};
// A product that cannot be: which one, as far as it says, and why.
struct ImpossibleProduct {
  std::string lender_product_id;  // empty: it does not even say
  std::string reason;
};
using ReadProduct = std::variant<LenderProduct, ImpossibleProduct>;

struct CatalogPage {
  std::vector<ReadProduct> products;
  std::string next_page;  // empty: the last
};
// Reads a result of catalog.list/1, or says in one sentence what is malformed in its envelope: then
// nothing of it counts.
std::variant<CatalogPage, std::string> read_catalog_page(const json::Value& result);
std::string catalog_request(const std::string& page);

// The three below throw Error{malformed_request} for what is not JSON, and Error{invalid_input}
// naming every wrong field and every impossible term.
ProductDraft read_configured(std::string_view body);
// `body` laid over `before` member by member; null removes (RFC 7396).
ProductDraft read_changes(const ProductDraft& before, std::string_view body);
// {"selected": true}
bool read_selection(std::string_view body);
// {"mode": "all"}; whether it says "chosen".
bool read_org_selection(std::string_view body);
std::string selection_text(const OrgSelection& selection);
// A product with why it cannot be quoted, if so, as the API shows it. Texts only in approved
// locales; `display_name` in `language` where approved.
std::string product_text(const Quotable& entry, std::string_view language);
// "[…]" of items that are texts already.
std::string list_text(const std::vector<const std::string*>& items);
std::string lenders_text(const std::vector<LenderView>& lenders, std::string_view language);
std::string revisions_text(const std::vector<ProductRevision>& revisions);
std::string state_text(const CatalogState& state);

// What an event says of a product, and what the audit keeps of it.
std::string change_text(const Product& product);
std::string audit_text(const Product& product);
// What an event says of a sync.
std::string sync_text(int added, int changed, int retired, int held_back);
std::string problem_text(const std::string& reason);
// The payload of a sync job, and back.
std::string sync_job_text(const ConnectionId& connection);
ConnectionId connection_in(std::string_view payload);

}  // namespace lendport
