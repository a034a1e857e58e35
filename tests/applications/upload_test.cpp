// Stipulations: what they are called, and where they stand by what the lender says.
#include "applications/upload.hpp"

#include <gtest/gtest.h>

namespace lendport {
namespace {

Stipulation stipulation(const std::string& lender_id, std::optional<StipulationState> said = {}) {
  return {lender_id, "PAYSTUB", "Two pay stubs", {}, false, said};
}

Upload upload_for(const Stipulation& one, DocumentsState state) {
  Upload upload;
  upload.stipulation = stipulation_id(one);
  upload.delivery.state = state;
  return upload;
}

TEST(StipulationId, IsTheLendersWhereItCanStandInAPath) {
  EXPECT_EQ(stipulation_id(stipulation("stip-1")), "stip-1");
  EXPECT_EQ(stipulation_id(stipulation("A_9")), "A_9");
  for (const char* id : {"", "a/b", "a:b", "..", "é", "a b"}) {
    const std::string made = stipulation_id(stipulation(id));
    EXPECT_TRUE(made.starts_with("stip-")) << made;
    EXPECT_EQ(made.size(), 21U);
    EXPECT_EQ(made, stipulation_id(stipulation(id)));
  }
  EXPECT_NE(stipulation_id(stipulation("a/b")), stipulation_id(stipulation("a:b")));
}

TEST(StipulationState, IsWhatTheLenderSaysElseWhetherItHasDocuments) {
  using enum StipulationState;
  struct Row {
    std::optional<StipulationState> said;
    std::optional<DocumentsState> upload;
    StipulationState is;
  };
  for (const Row& row :
       {Row{{}, {}, open}, Row{open, {}, open}, Row{{}, DocumentsState::sent, sent},
        Row{open, DocumentsState::sent, sent}, Row{{}, DocumentsState::sending, open},
        Row{{}, DocumentsState::failed, open}, Row{rejected, DocumentsState::sent, rejected},
        Row{accepted, {}, accepted}, Row{sent, {}, sent}}) {
    const Stipulation one = stipulation("s", row.said);
    std::vector<Upload> uploads;
    if (row.upload) uploads.push_back(upload_for(one, *row.upload));
    uploads.push_back(upload_for(stipulation("other"), DocumentsState::sent));
    EXPECT_EQ(state_of(one, uploads), row.is);
  }
  Stipulation fulfilled = stipulation("s", rejected);
  fulfilled.fulfilled = true;
  EXPECT_EQ(state_of(fulfilled, {}), accepted);
}

TEST(StipulationState, RoundTrips) {
  for (std::size_t i = 0; i < kStipulationStateCount; ++i) {
    const auto state = static_cast<StipulationState>(i);
    EXPECT_EQ(parse_stipulation_state(to_string(state)), state);
  }
  EXPECT_FALSE(parse_stipulation_state("received"));
}

TEST(Upload, IsUnderWayUntilItsEndIsKnown) {
  using enum DocumentsState;
  for (const DocumentsState state : {requested, sending, unknown, pending, sent, failed}) {
    EXPECT_EQ(is_under_way(upload_for(stipulation("s"), state)), state != sent && state != failed);
  }
}

}  // namespace
}  // namespace lendport
