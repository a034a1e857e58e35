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

// A lender that says one id twice means two things all the same: documents go to one of them.
TEST(StipulationId, TellsApartWhatSharesTheLenders) {
  Application application;
  auto& all = application.decision.emplace().stipulations;
  all = {stipulation("s"), stipulation("s"), stipulation("t")};
  all[1].text = "A title";
  const auto ids = stipulation_ids(all);
  EXPECT_NE(ids[0], ids[1]);
  EXPECT_EQ(ids[2], "t");
  Upload upload = upload_for(all[1], DocumentsState::sent);
  for (std::size_t i = 0; i < all.size(); ++i) {
    upload.stipulation = ids[all.size() - 1 - i];
    EXPECT_EQ(find_stipulation(application, upload), &all[all.size() - 1 - i]);
  }
  upload.stipulation = ids[1];
  const auto views = views_of(application, {upload});
  EXPECT_EQ(views[0].state, StipulationState::open);
  EXPECT_TRUE(views[0].uploads.empty());
  EXPECT_EQ(views[1].state, StipulationState::sent);
  EXPECT_EQ(views[1].uploads.size(), 1U);
  std::swap(all[0], all[1]);
  EXPECT_EQ(stipulation_ids(all)[0], ids[1]) << "in whatever order they come";
}

// The name changes with the namesake; what was sent is still for the one it was sent for.
TEST(StipulationId, KeepsItsUploadsWhenANamesakeComesOrGoes) {
  Stipulation title = stipulation("s");
  title.text = "A title";
  Application alone;
  alone.decision.emplace().stipulations = {stipulation("s")};
  Application both;
  both.decision.emplace().stipulations = {title, stipulation("s")};
  for (const auto& [then, now] : {std::pair{&alone, &both}, std::pair{&both, &alone}}) {
    const auto& listed = then->decision->stipulations;
    Upload upload = upload_for(listed.back(), DocumentsState::unknown);
    upload.stipulation = stipulation_ids(listed).back();
    upload.lender_id = "s";
    upload.code = listed.back().code;
    upload.text = listed.back().text;
    const auto views = views_of(*now, {upload});
    EXPECT_NE(views.back().id, upload.stipulation);
    ASSERT_EQ(views.back().uploads.size(), 1U);
    EXPECT_EQ(find_stipulation(*now, upload), &now->decision->stipulations.back());
    upload.delivery.state = DocumentsState::sent;
    EXPECT_EQ(views_of(*now, {upload}).back().state, StipulationState::sent);
    if (views.size() == 1) continue;
    EXPECT_TRUE(views.front().uploads.empty()) << "it is for the other one";
    EXPECT_EQ(views_of(*now, {upload}).front().state, StipulationState::open);
  }
}

TEST(StipulationId, KeepsItsUploadsWhenItsWordsChange) {
  Application application;
  Stipulation& one = application.decision.emplace().stipulations.emplace_back(stipulation("s"));
  Upload upload = upload_for(one, DocumentsState::sent);
  upload.lender_id = "s";
  upload.text = one.text;
  one.text = "Three pay stubs";
  EXPECT_EQ(views_of(application, {upload}).front().uploads.size(), 1U);
  EXPECT_EQ(find_stipulation(application, upload), &one);
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
    EXPECT_EQ(state_of(one, stipulation_id(one), uploads), row.is);
  }
  Stipulation fulfilled = stipulation("s", rejected);
  fulfilled.fulfilled = true;
  EXPECT_EQ(state_of(fulfilled, "s", {}), accepted);
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
