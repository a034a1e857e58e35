#include "catalog/snapshot.hpp"

#include "catalog/json.hpp"
#include "http/conditional.hpp"

#include <algorithm>

namespace lendport {
namespace {

bool shown(const Product& product, const ProductQuery& query) {
  return (!query.status || product.status == *query.status) &&
         (!query.selected || product.selected == *query.selected);
}

std::string key_of(const ProductQuery& query) {
  std::string key;
  key += query.status ? static_cast<char>('a' + static_cast<int>(*query.status)) : '*';
  key += query.selected ? (*query.selected ? 'y' : 'n') : '*';
  key += query.language;
  key += '/';
  key += query.after;
  key += '/';
  key += std::to_string(query.limit);
  return key;
}

}  // namespace

OrgCatalog::OrgCatalog(std::vector<Quotable> entries, std::int64_t generation, Time expires_at)
    : entries_(std::move(entries)), generation_(generation), expires_at_(expires_at) {}

const Quotable* OrgCatalog::find(const ProductId& id) const {
  const auto found = std::lower_bound(
      entries_.begin(), entries_.end(), id,
      [](const Quotable& entry, const ProductId& wanted) { return entry.product->id < wanted; });
  return found != entries_.end() && found->product->id == id ? &*found : nullptr;
}

std::shared_ptr<const ProductPage> OrgCatalog::page(const ProductQuery& query) const {
  const std::string key = key_of(query);
  {
    const std::lock_guard lock(mutex_);
    const auto found = pages_.find(key);
    if (found != pages_.end()) return found->second;
  }
  auto page = render(query);
  const std::lock_guard lock(mutex_);
  if (pages_.size() >= kRenderedPagesMax) return page;
  return pages_.emplace(key, std::move(page)).first->second;
}

std::string OrgCatalog::body_of(const Quotable& entry, std::string_view language) const {
  const auto at = static_cast<std::size_t>(&entry - entries_.data());
  return texts_in(std::string(language))->at(at);
}

OrgCatalog::Texts OrgCatalog::texts_in(const std::string& language) const {
  {
    const std::lock_guard lock(mutex_);
    const auto found = texts_.find(language);
    if (found != texts_.end()) return found->second;
  }
  auto texts = std::make_shared<std::vector<std::string>>();
  texts->reserve(entries_.size());
  for (const Quotable& entry : entries_) texts->push_back(product_text(entry, language));
  const std::lock_guard lock(mutex_);
  return texts_.emplace(language, std::move(texts)).first->second;
}

std::shared_ptr<const ProductPage> OrgCatalog::render(const ProductQuery& query) const {
  const Texts texts = texts_in(query.language);
  std::vector<const std::string*> items;
  auto page = std::make_shared<ProductPage>();
  const Quotable* last = nullptr;
  for (std::size_t i = 0; i < entries_.size(); ++i) {
    const Product& product = *entries_[i].product;
    if (product.id.value <= query.after || !shown(product, query)) continue;
    if (items.size() == query.limit) {
      page->next = last->product->id.value;
      break;
    }
    items.push_back(&(*texts)[i]);
    last = &entries_[i];
  }
  std::string body = list_text(items);
  if (!page->next) body = R"({"data":)" + body + R"(,"next_cursor":null,"has_more":false})";
  page->etag = http::body_etag(body);
  page->body = std::make_shared<const std::string>(std::move(body));
  return page;
}

}  // namespace lendport
