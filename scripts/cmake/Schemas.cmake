# lendport_schemas(out.cpp folder): writes a source that holds every <name>.json of plugin-api/schema
# as lendport::connectors::built_in_schemas(), sorted by name.
function(lendport_schemas out folder)
  file(GLOB files CONFIGURE_DEPENDS ${folder}/*.json)
  list(SORT files)
  set(rows "")
  foreach(file IN LISTS files)
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${file})
    cmake_path(GET file FILENAME name)
    string(REGEX REPLACE "\\.json$" "" name "${name}")
    file(READ ${file} text)
    string(APPEND rows "    {\"${name}\", R\"~schema~(${text})~schema~\"},\n")
  endforeach()
  file(CONFIGURE OUTPUT ${out} CONTENT
"// Made from plugin-api/schema by scripts/cmake/Schemas.cmake.
#include \"connectors/schemas.hpp\"

#include <array>

namespace lendport::connectors {

std::span<const BuiltInSchema> built_in_schemas() {
  static constexpr BuiltInSchema kAll[] = {
@rows@  };
  return kAll;
}

}  // namespace lendport::connectors
" @ONLY)
endfunction()
