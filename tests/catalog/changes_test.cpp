// What admins change: the choice of products, and the products they configure.
#include "catalog/market.hpp"
#include "events/audit.hpp"

namespace lendport {
namespace {

using test::lender_product;
using test::level_loan;

class Changes : public test::Market {
 protected:
  Deadline soon() { return orgs::Stage::soon(); }

  void choose(const std::string& name, bool selected) {
    const Product before = product(name);
    stage_.run(catalog_.choose(act(), {before.id, before.revision}, selected, soon()));
  }

  OrgSelection selection() {
    return stage_.run(catalog_.selection(org_.id, Environment::sandbox, soon()));
  }
  OrgSelection select(std::int64_t version, bool narrowed) {
    return stage_.run(catalog_.select(act(), version, narrowed, soon()));
  }

  ProductDraft draft(const std::string& lender = "Credit Union") {
    ProductDraft draft;
    draft.lender = lender;
    draft.terms = level_loan();
    return draft;
  }

  Product create(const ProductDraft& draft) {
    return stage_.run(catalog_.create(act(), draft, soon()));
  }
  Product release(const Product& product) {
    return stage_.run(catalog_.release(act(), {product.id, product.revision}, soon()));
  }
  Product live(const std::string& lender = "Credit Union") {
    return release(create(draft(lender)));
  }
  Product change(const Product& product, const std::function<void(ProductDraft&)>& bend) {
    const ProductEdit edit = [&](const ProductDraft& before) {
      ProductDraft after = before;
      bend(after);
      return after;
    };
    return stage_.run(catalog_.change(act(), {product.id, product.revision}, edit, soon()));
  }

  // Pointer and code of what a call refuses.
  template <class Call>
  std::string refused(const Call& call) {
    try {
      call();
    } catch (const Error& error) {
      std::string text(to_string(error.code()));
      for (const Violation& v : error.violations()) text += " " + v.pointer + " " + v.code;
      return text;
    }
    return "taken";
  }
};

TEST_P(Changes, TakeNewProductsInUntilAnAdminNarrows) {
  lender_.lists(lender_product("a") + "," + lender_product("b"));
  const Connection connection = connect(org_);
  sync(connection);
  choose("b", false);
  EXPECT_EQ(seen(), "a b:not_selected");
  lender_.lists(lender_product("a", "6") + "," + lender_product("b", "6") + "," +
                lender_product("c"));
  sync(connection);
  EXPECT_EQ(seen(), "a b:not_selected c:not_selected");
  choose("c", true);
  choose("b", true);
  EXPECT_EQ(seen(), "a b c");
  EXPECT_EQ(events("product."), "product.deselected product.selected product.selected");
}

TEST_P(Changes, LetASubOrgNarrowButNotWiden) {
  const Org below = stage_.org("Below", org_.id);
  lender_.lists(lender_product("a") + "," + lender_product("b"));
  sync(connect(org_, Environment::sandbox, true));
  choose("a", false);
  EXPECT_EQ(seen(below.id), "a:not_selected b");
  const ProductAct theirs{admin_of(below), below.id};
  const auto choose_below = [&](const std::string& name, bool selected) {
    const Product before = product(name, below.id);
    stage_.run(catalog_.choose(theirs, {before.id, before.revision}, selected, soon()));
  };
  EXPECT_EQ(refused([&] { choose_below("a", true); }), "conflict");
  choose_below("b", false);
  EXPECT_EQ(seen(below.id), "a:not_selected b:not_selected");
  EXPECT_EQ(seen(), "a:not_selected b");
}

TEST_P(Changes, GoBackToAllAtOnce) {
  lender_.lists(lender_product("a") + "," + lender_product("b"));
  const Connection connection = connect(org_);
  sync(connection);
  EXPECT_FALSE(selection().narrowed);
  choose("b", false);
  EXPECT_TRUE(selection().narrowed);
  lender_.lists(lender_product("a") + "," + lender_product("b") + "," + lender_product("c"));
  sync(connection);
  EXPECT_EQ(seen(), "a b:not_selected c:not_selected");
  const Product waiting = product("c");
  EXPECT_FALSE(select(selection().version, false).narrowed);
  EXPECT_EQ(seen(), "a b c");
  EXPECT_GT(product("c").revision, waiting.revision);
  lender_.lists(lender_product("a") + "," + lender_product("d"));
  sync(connection);
  EXPECT_EQ(seen(), "a d");
  const OrgSelection all = selection();
  EXPECT_EQ(select(all.version, false).version, all.version) << "nothing changed";
  EXPECT_EQ(events("catalog.selection"), "catalog.selection_changed");
}

TEST_P(Changes, LetNewProductsWaitWithoutLeavingAnyOut) {
  lender_.lists(lender_product("a"));
  const Connection connection = connect(org_);
  sync(connection);
  EXPECT_TRUE(select(selection().version, true).narrowed);
  lender_.lists(lender_product("a") + "," + lender_product("b"));
  sync(connection);
  EXPECT_EQ(seen(), "a b:not_selected");
}

TEST_P(Changes, TakeBackInWhatIsOutOfSightInThisEnvironmentOnly) {
  lender_.lists(lender_product("a") + "," + lender_product("b"));
  const Connection sandbox = connect(org_);
  const Connection production = connect(org_, Environment::production);
  sync(sandbox);
  sync(production);
  choose("b", false);
  for (const Quotable& entry : quotable(org_.id, Environment::production)) {
    if (entry.product->lender_product_id != "a") continue;
    stage_.run(catalog_.choose(act(Environment::production),
                               {entry.product->id, entry.product->revision}, false, soon()));
  }
  lender_.lists(lender_product("a"));
  sync(sandbox);  // b is retired, and left out
  select(selection().version, false);
  lender_.lists(lender_product("a") + "," + lender_product("b"));
  sync(sandbox);
  EXPECT_EQ(seen(), "a b");
  EXPECT_EQ(seen(org_.id, Environment::production), "a:not_selected b");
}

TEST_P(Changes, RefuseAChoiceOfAnEarlierRevision) {
  lender_.lists(lender_product("a"));
  sync(connect(org_));
  const Product before = product("a");
  choose("a", false);
  EXPECT_GT(product("a").revision, before.revision);
  EXPECT_EQ(refused([&] {
              stage_.run(catalog_.choose(act(), {before.id, before.revision}, true, soon()));
            }),
            "precondition_failed");
  EXPECT_EQ(refused([&] { select(selection().version - 1, false); }), "precondition_failed");
}

TEST_P(Changes, CarryAConfiguredProductFromDraftToLiveToRetired) {
  const Product made = create(draft());
  EXPECT_EQ(made.status, ProductStatus::draft);
  EXPECT_EQ(seen(), "Credit Union:not_live");
  const Product changed = change(made, [](ProductDraft& d) { d.terms.term_months = 120; });
  EXPECT_EQ(changed.version, 1);
  const Product released = release(changed);
  EXPECT_EQ(released.status, ProductStatus::live);
  EXPECT_EQ(seen(), "Credit Union");
  EXPECT_EQ(seen(org_.id, Environment::production), "Credit Union");
  EXPECT_EQ(refused([&] { release(released); }), "conflict");
  const Product retired =
      stage_.run(catalog_.retire(act(), {released.id, released.revision}, soon()));
  EXPECT_EQ(retired.status, ProductStatus::retired);
  EXPECT_EQ(seen(), "");
  EXPECT_EQ(refused([&] { release(retired); }), "conflict");
  EXPECT_EQ(refused([&] { change(retired, [](ProductDraft& d) { d.lender = "X"; }); }), "conflict");
  EXPECT_EQ(events("product."), "product.created product.changed product.released product.retired");
}

TEST_P(Changes, ReviseTheDealerFeeOfALiveProductWithADate) {
  const Product before = live();
  const Product after = change(
      before, [](ProductDraft& d) { d.terms.dealer_fee->percent = parse_rate("21").value(); });
  EXPECT_EQ(after.version, 2);
  EXPECT_EQ(after.id, before.id);
  const auto revisions =
      stage_.run(catalog_.revisions(org_.id, Environment::sandbox, before.id, soon()));
  ASSERT_EQ(revisions.size(), 2u);
  EXPECT_EQ(revisions[0].made_at, stage_.clock.now());
  EXPECT_EQ(revisions[0].made_by, admin_.user.value);
  EXPECT_EQ(revisions[1].terms, before.terms);
}

TEST_P(Changes, OfferANewProductForAnotherPrice) {
  const Product before = live();
  EXPECT_EQ(refused([&] {
              change(before, [](ProductDraft& d) {
                d.terms.apr = parse_rate("6.5").value();
                d.terms.term_months = 120;
                d.terms.promo = Promo{12, {}, {}, true};
              });
            }),
            "invalid_input /apr needs_new_product /term_months needs_new_product /promo "
            "needs_new_product");
  ProductDraft successor = draft();
  successor.supersedes = before.id;
  EXPECT_EQ(create(successor).supersedes, before.id);
}

TEST_P(Changes, ChangeNothingWhenNothingIsAsked) {
  const Product before = live();
  const Product after = change(before, [](ProductDraft&) {});
  EXPECT_EQ(after.revision, before.revision);
  EXPECT_EQ(events("product."), "product.created product.released");
}

TEST_P(Changes, RefusePaceThatNoLenderIntegrates) {
  ProductDraft pace = draft();
  pace.terms.structure = Structure::pace;
  const Product made = create(pace);
  EXPECT_EQ(refused([&] { release(made); }), "invalid_input /structure pace_needs_integration");
}

TEST_P(Changes, RefuseAPredecessorThatIsNotThere) {
  const Org other = stage_.org("Others");
  const ProductAct theirs{admin_of(other), other.id};
  ProductDraft successor = draft();
  successor.supersedes = stage_.run(catalog_.create(theirs, draft(), soon())).id;
  const std::string foreign = refused([&] { create(successor); });
  successor.supersedes = stage_.ids.next<ProductId>();
  EXPECT_EQ(refused([&] { create(successor); }), foreign);
  EXPECT_EQ(foreign, "invalid_input /supersedes unknown");
}

TEST_P(Changes, LeaveIntegratedProductsToTheirLender) {
  lender_.lists(lender_product("a"));
  sync(connect(org_));
  const Product integrated = product("a");
  EXPECT_EQ(refused([&] { change(integrated, [](ProductDraft& d) { d.lender = "X"; }); }),
            "conflict");
  EXPECT_EQ(refused([&] {
              stage_.run(catalog_.retire(act(), {integrated.id, integrated.revision}, soon()));
            }),
            "conflict");
}

TEST_P(Changes, HideAnUpstreamDraftAndForbidChangingWhatItShares) {
  const Org below = stage_.org("Below", org_.id);
  const ProductAct theirs{admin_of(below), below.id};
  const Product made = create(draft());
  EXPECT_EQ(seen(below.id), "");
  EXPECT_EQ(refused([&] {
              stage_.run(catalog_.release(theirs, {made.id, made.revision}, soon()));
            }),
            "not_found");
  const Product released = release(made);
  EXPECT_EQ(seen(below.id), "Credit Union");
  EXPECT_EQ(refused([&] {
              stage_.run(catalog_.retire(theirs, {released.id, released.revision}, soon()));
            }),
            "forbidden");
}

TEST_P(Changes, AreAudited) {
  const Product made = live();
  stage_.db->read_now([&](db::Snapshot& at) {
    std::string actions;
    for (const auto& entry : lendport::events::list_audit(at, org_.id, 0, 200)) {
      if (entry.subject.id != made.id.value) continue;
      EXPECT_EQ(entry.actor, admin_.user.value);
      actions += entry.action + (entry.before ? "+ " : " ");
    }
    EXPECT_EQ(actions, "product.created product.released+ ");
  });
}

INSTANTIATE_TEST_SUITE_P(Engines, Changes, db::kEngines, db::engine_name);

}  // namespace
}  // namespace lendport
