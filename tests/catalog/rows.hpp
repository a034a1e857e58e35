// A migrated store and products to put into it.
#pragma once

#include "catalog/product.hpp"
#include "catalog/sample_terms.hpp"
#include "connections/connection.hpp"
#include "db/migrations.hpp"
#include "db/stores.hpp"

#include <cstdio>
#include <memory>
#include <string>
#include <utility>

namespace lendport::test {

inline constexpr std::int64_t kNowMs = 1'780'000'000'000;  // 2026-05-28

// Ids that count: the same in every run.
class CountedIds final : public IdSource {
 public:
  std::string next_uuid() override {
    char text[37];
    std::snprintf(text, sizeof text, "0190b6f1-6f0e-7cc3-98c4-%012d", ++made_);
    return text;
  }

 private:
  int made_ = 0;
};

class StoreTest : public testing::TestWithParam<db::Engine> {
 protected:
  StoreTest();
  ~StoreTest() override;

  template <class Closure>
  auto write(Closure closure) {
    using T = std::invoke_result_t<Closure&, db::Transaction&>;
    if constexpr (std::is_void_v<T>) {
      database_->write_now(closure);
    } else {
      std::optional<T> result;
      database_->write_now([&](db::Transaction& tx) { result = closure(tx); });
      return *std::move(result);
    }
  }

  Product configured(const std::string& lender = "Credit Union");

  Connection connection(const OrgId& org);

  Time now_ = from_unix_ms(kNowMs);
  CountedIds ids_;
  OrgId org_ = ids_.next<OrgId>();
  OrgId other_ = ids_.next<OrgId>();
  db::FreshStore store_{GetParam(), db::Tables::built_in};
  std::unique_ptr<db::Database> database_ = store_.open();
};

}  // namespace lendport::test
