// What the hub says of an org's order of lenders, in both languages side by side. What it says of
// an application on its way through them stands in applications/texts.hpp, with the application.
#pragma once

#include "core/wording.hpp"

namespace lendport::waterfall_texts {

inline constexpr Wording kRefusals[] = {
    {"no_product", "no product is of this lender", "aucun produit n'est de ce prêteur"},
    {"no_product_meant", "no product is of this lender: did you mean {lender}?",
     "aucun produit n'est de ce prêteur : vouliez-vous dire {lender} ?"},
    {"named_twice", "names a lender twice", "nomme deux fois un prêteur"},
    {"changed_since", "the order was changed since: read it again",
     "l'ordre a été modifié depuis : relisez-le"},
};

}  // namespace lendport::waterfall_texts
