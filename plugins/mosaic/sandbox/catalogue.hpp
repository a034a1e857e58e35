// The products Mosaic's sandbox sells.
#pragma once

#include "fake-lender/book.hpp"

namespace mosaic_sandbox {

// Ten loans, as GET /v2/partners/{id}/products lists them.
lendport::fake::Json catalogue();

}  // namespace mosaic_sandbox
