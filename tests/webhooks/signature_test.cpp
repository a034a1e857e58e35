// Signatures as the published library of Standard Webhooks (npm, 1.1.1) makes them.
#include "webhooks/signature.hpp"

#include "crypto/mac.hpp"
#include "support/run_task.hpp"

#include <gtest/gtest.h>

#include <set>

namespace lendport::webhooks {
namespace {

struct Vector {
  const char* secret;
  const char* id;
  std::int64_t seconds;
  const char* body;
  const char* signature;
};

// Written down from `new Webhook(secret).sign(id, date, body)`.
const Vector kVectors[] = {
    {"whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330,
     R"({"test": 2432232314})", "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="},
    {"whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "msg_0190b6f1-6f0e-7cc3-98c4-dc0c0c07398f",
     1780000000,
     R"({"type":"application.approved","timestamp":"2026-05-28T20:26:40.000Z",)"
     R"("data":{"subject":{"kind":"application","id":"app_é"}}})",
     "v1,ZhiqfNk9HGMxInujp85FAJyVGrfFnUHDi8wgowbrWUY="},
    {"whsec_BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc=", "msg_1", 1780000001, "",
     "v1,y19Qh6tDAHvwaSj13kVyJiP2NywYQ6c/FljV/OV3Rkw="},
};

Secret<std::string> secret(const char* text) {
  return Secret<std::string>(std::string(text));
}

TEST(Signature, IsThatOfThePublishedLibrary) {
  for (const Vector& one : kVectors) {
    const Stamp stamp =
        sign({secret(one.secret)}, one.id, from_unix_ms(one.seconds * 1000 + 999), one.body);
    EXPECT_EQ(stamp.signature, one.signature);
    EXPECT_EQ(stamp.id, one.id);
    EXPECT_EQ(stamp.timestamp, std::to_string(one.seconds));
  }
}

TEST(Signature, IsOneForEachSecret) {
  const Vector& a = kVectors[0];
  const Stamp stamp = sign({secret(a.secret), secret(kVectors[2].secret)}, a.id,
                           from_unix_ms(a.seconds * 1000), a.body);
  const auto blank = stamp.signature.find(' ');
  ASSERT_NE(blank, std::string::npos);
  EXPECT_EQ(stamp.signature.substr(0, blank), a.signature);
  EXPECT_TRUE(stamp.signature.substr(blank + 1).starts_with("v1,"));
  EXPECT_NE(stamp.signature.substr(blank + 1), a.signature);
}

TEST(Signature, WantsASecretOfItsForm) {
  for (const char* text : {"", "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsec_*"}) {
    EXPECT_THROW(sign({secret(text)}, "msg_1", from_unix_ms(0), ""), Error) << text;
  }
}

TEST(Secrets, AreLongAndNeverTheSame) {
  std::set<std::string> seen;
  for (int i = 0; i < 100; ++i) {
    const Secret<std::string> made = new_secret();
    ASSERT_TRUE(made.expose().starts_with("whsec_"));
    const auto key = crypto::from_base64(made.expose().substr(6));
    ASSERT_TRUE(key);
    EXPECT_EQ(key->size(), kSecretBytes);
    EXPECT_TRUE(seen.insert(made.expose()).second);
  }
}

}  // namespace
}  // namespace lendport::webhooks
