// Everything one org sees in one environment, in memory and ready to be sent.
#pragma once

#include "catalog/product.hpp"
#include "http/message.hpp"

#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace lendport {

// Which products a list shows. Nothing = any.
struct ProductQuery {
  std::optional<ProductStatus> status = ProductStatus::live;
  std::optional<bool> selected = true;
  std::string language = "en";
  std::string after;  // id of the last product of the page before; empty: the first page
  std::size_t limit = 50;
};

// A page of a list, rendered once.
struct ProductPage {
  // The whole answer when `next` is empty, else the items alone ("[…]").
  http::SharedBody body;
  std::string etag;  // of these bytes
  std::optional<std::string> next;
};

// Pages of one snapshot that are kept rendered; what is asked for beyond is rendered each time.
inline constexpr std::size_t kRenderedPagesMax = 64;

// Immutable but for what is rendered on first use. Thread-safe. Holds nothing of the database.
class OrgCatalog {
 public:
  // `entries` by product id. Valid until `expires_at`, and only while the catalogue's generation
  // is `generation`.
  OrgCatalog(std::vector<Quotable> entries, std::int64_t generation, Time expires_at);

  const std::vector<Quotable>& entries() const { return entries_; }
  const Quotable* find(const ProductId& id) const;
  std::int64_t generation() const { return generation_; }
  Time expires_at() const { return expires_at_; }

  std::shared_ptr<const ProductPage> page(const ProductQuery& query) const;
  // The product as the API shows it.
  std::string body_of(const Quotable& entry, std::string_view language) const;

 private:
  using Texts = std::shared_ptr<const std::vector<std::string>>;
  Texts texts_in(const std::string& language) const;
  std::shared_ptr<const ProductPage> render(const ProductQuery& query) const;

  const std::vector<Quotable> entries_;
  const std::int64_t generation_;
  const Time expires_at_;

  mutable std::mutex mutex_;
  // State below is protected by mutex_.
  mutable std::unordered_map<std::string, std::shared_ptr<const ProductPage>> pages_;
  mutable std::unordered_map<std::string, Texts> texts_;  // by language, one per entry
};

}  // namespace lendport
