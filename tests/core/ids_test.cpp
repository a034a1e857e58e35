// Ids: their form, and that they sort by time.
#include "core/ids.hpp"

#include <gtest/gtest.h>

namespace lendport {
namespace {

constexpr std::string_view kUuid = "0190b6f1-6f0e-7cc3-98c4-dc0c0c07398f";

TEST(Id, IsItsPrefixAndAUuidV7) {
  EXPECT_TRUE(ApplicationId::parse("app_" + std::string(kUuid)));
  for (const std::string& text :
       {std::string(kUuid), "case_" + std::string(kUuid), std::string("app_"),
        "app_" + std::string(kUuid) + "0", std::string("app_0190B6F1-6f0e-7cc3-98c4-dc0c0c07398f"),
        std::string("app_0190b6f1-6f0e-4cc3-98c4-dc0c0c07398f"),
        std::string("app_0190b6f1-6f0e-7cc3-c8c4-dc0c0c07398f"),
        std::string("app_0190b6f1_6f0e-7cc3-98c4-dc0c0c07398f")}) {
    EXPECT_FALSE(ApplicationId::parse(text)) << text;
  }
}

TEST(FormatUuidV7, CarriesTheTimeInFront) {
  const std::array<std::uint8_t, 10> ones{255, 255, 255, 255, 255, 255, 255, 255, 255, 255};
  EXPECT_EQ(format_uuid_v7(0x0190b6f16f0e, ones), "0190b6f1-6f0e-7fff-bfff-ffffffffffff");
  EXPECT_LT(format_uuid_v7(1000, ones), format_uuid_v7(1001, {}));
  EXPECT_TRUE(is_uuid_v7(format_uuid_v7(1, {})));
}

}  // namespace
}  // namespace lendport
