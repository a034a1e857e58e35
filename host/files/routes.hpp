// The paths of documents.
#pragma once

#include "files/files.hpp"
#include "http/route.hpp"
#include "http/schemas.hpp"

namespace lendport {

// `files` outlives the table.
http::Routes file_routes(Files& files);
http::Schemas file_schemas();

}  // namespace lendport
