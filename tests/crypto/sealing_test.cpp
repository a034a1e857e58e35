// A sealed value opens with its key in its place, unaltered, and not otherwise.
#include "crypto/sealing.hpp"

#include "core/error.hpp"

#include <gtest/gtest.h>

namespace lendport::crypto {
namespace {

const Place kPlace = {"org_1", "applicants", "person_1", "income"};

std::optional<std::string> opened(const SealingKey& key, const Place& place, const Blob& sealed) {
  try {
    return unseal(key, place, sealed).expose();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::internal);
    return std::nullopt;
  }
}

class Seal : public testing::Test {
 protected:
  const SealingKey key_ = make_sealing_key("dek_1");
};

TEST_F(Seal, OpensWithItsKeyInItsPlace) {
  for (const std::string& plain :
       {std::string(), std::string("52000"), std::string(100'000, '\0')}) {
    const Blob sealed = seal(key_, kPlace, plain);
    EXPECT_EQ(opened(key_, kPlace, sealed), plain);
    EXPECT_EQ(sealing_key_id_of(sealed), "dek_1");
    EXPECT_EQ(sealed.bytes.size(), 2 + 5 + 12 + plain.size() + 16);
  }
}

TEST_F(Seal, NeverRepeatsItself) {
  EXPECT_NE(seal(key_, kPlace, "52000"), seal(key_, kPlace, "52000"));
  EXPECT_EQ(seal(key_, kPlace, "52000").bytes.find("52000"), std::string::npos);
}

TEST_F(Seal, RefusesAnotherPlaceOrKey) {
  const Blob sealed = seal(key_, kPlace, "52000");
  EXPECT_FALSE(opened(key_, {"org_2", "applicants", "person_1", "income"}, sealed));
  EXPECT_FALSE(opened(key_, {"org_1", "others", "person_1", "income"}, sealed));
  EXPECT_FALSE(opened(key_, {"org_1", "applicants", "person_2", "income"}, sealed));
  EXPECT_FALSE(opened(key_, {"org_1", "applicants", "person_1", "birth"}, sealed));
  EXPECT_FALSE(opened(key_, {"org_1", "applicant", "sperson_1", "income"}, sealed));
  EXPECT_FALSE(opened(make_sealing_key("dek_1"), kPlace, sealed));
  EXPECT_FALSE(opened({"dek_2", key_.bytes}, kPlace, sealed));
}

TEST_F(Seal, RefusesEveryAlteredByteAndLength) {
  const Blob sealed = seal(key_, kPlace, "52000");
  for (std::size_t i = 0; i < sealed.bytes.size(); ++i) {
    Blob altered = sealed;
    altered.bytes[i] = static_cast<char>(altered.bytes[i] ^ 1);
    EXPECT_FALSE(opened(key_, kPlace, altered)) << i;
    EXPECT_FALSE(opened(key_, kPlace, Blob{sealed.bytes.substr(0, i)})) << i;
  }
  EXPECT_FALSE(opened(key_, kPlace, Blob{sealed.bytes + "x"}));
}

TEST_F(Seal, RefusesAKeyOfAnotherLength) {
  EXPECT_THROW(seal({"dek_1", Secret(std::string(31, 'x'))}, kPlace, ""), Error);
}

TEST(Keyring, FindsKeysByTheirName) {
  const Keyring ring(make_sealing_key("new"), {make_sealing_key("old")});
  EXPECT_EQ(ring.current().id, "new");
  EXPECT_EQ(ring.find("new"), &ring.current());
  EXPECT_EQ(ring.find("old")->id, "old");
  EXPECT_EQ(ring.find("other"), nullptr);
}

}  // namespace
}  // namespace lendport::crypto
