# lendport_add_plugin([name]): builds the connector in the calling folder from its manifest.json,
# connector.cpp and, if there is one, wire.cpp, into <build>/plugins/<name>/connector.so beside a
# copy of manifest.json. Sets every flag a connector needs, so that the hub's inspection passes:
#   - hidden visibility and a version script: one exported symbol
#   - -z defs, now, relro: nothing undefined, nothing bound lazily
#   - libstdc++ and libgcc linked in: runs on any machine with glibc 2.36 (not with sanitizers)
# Without a name it takes the folder's: a copied folder is another connector as it stands.
# SOURCES a.cpp …   instead of connector.cpp and wire.cpp; also C, for a connector without the SDK
# MANIFEST file     instead of manifest.json
include_guard(GLOBAL)
set(LENDPORT_PLUGIN_CMAKE_DIR ${CMAKE_CURRENT_LIST_DIR})

# Writes <folder>/lendport_manifest.h: the manifest's bytes, id, version and hash, from the one
# source manifest.json. Plain C, so that a connector in C includes it as well.
function(_lendport_embed_manifest manifest header)
  file(READ ${manifest} text)
  file(READ ${manifest} hex HEX)
  file(SHA256 ${manifest} sha256)
  string(JSON id GET "${text}" id)
  string(JSON version GET "${text}" version)
  string(REGEX REPLACE "(..)" "0x\\1," bytes "${hex}")
  string(REGEX REPLACE "(................................................................................)"
    "\\1\n" bytes "${bytes}")
  file(CONFIGURE OUTPUT ${header} CONTENT
"/* Made by lendport_add_plugin() from manifest.json. */
#define LENDPORT_MANIFEST_ID \"${id}\"
#define LENDPORT_MANIFEST_VERSION \"${version}\"
#define LENDPORT_MANIFEST_SHA256 \"${sha256}\"
static const unsigned char lendport_manifest_json[] = {
${bytes}};
" @ONLY)
endfunction()

function(_lendport_plugin_name out)
  if(ARGC GREATER 1)
    set(${out} ${ARGV1} PARENT_SCOPE)
  else()
    cmake_path(GET CMAKE_CURRENT_SOURCE_DIR FILENAME folder_name)
    set(${out} ${folder_name} PARENT_SCOPE)
  endif()
endfunction()

function(lendport_add_plugin)
  cmake_parse_arguments(PARSE_ARGV 0 arg "" "OUTPUT_DIRECTORY;MANIFEST" "SOURCES")
  _lendport_plugin_name(name ${arg_UNPARSED_ARGUMENTS})
  set(folder ${CMAKE_CURRENT_SOURCE_DIR})
  if(NOT arg_MANIFEST)
    set(arg_MANIFEST ${folder}/manifest.json)
  endif()
  set(manifest ${arg_MANIFEST})
  if(NOT arg_SOURCES)
    set(arg_SOURCES connector.cpp)
    if(EXISTS ${folder}/wire.cpp)
      list(APPEND arg_SOURCES wire.cpp)
    endif()
  endif()
  if(NOT arg_OUTPUT_DIRECTORY)
    set(arg_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/plugins/${name})
  endif()
  set(target ${name}_connector)
  set(generated ${CMAKE_CURRENT_BINARY_DIR}/${target}.generated)

  _lendport_embed_manifest(${manifest} ${generated}/lendport_manifest.h)
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${manifest})

  add_library(${target} MODULE ${arg_SOURCES})
  set_target_properties(${target} PROPERTIES
    OUTPUT_NAME connector PREFIX "" SUFFIX ".so"
    LIBRARY_OUTPUT_DIRECTORY ${arg_OUTPUT_DIRECTORY}
    CXX_STANDARD 20 CXX_STANDARD_REQUIRED ON CXX_EXTENSIONS OFF
    C_STANDARD 11 C_EXTENSIONS OFF
    C_VISIBILITY_PRESET hidden CXX_VISIBILITY_PRESET hidden VISIBILITY_INLINES_HIDDEN ON
    POSITION_INDEPENDENT_CODE ON
    LINK_DEPENDS ${CMAKE_CURRENT_FUNCTION_LIST_DIR}/connector.map)
  target_include_directories(${target} PRIVATE ${generated})
  target_link_libraries(${target} PRIVATE lendport::plugin_api)
  if(TARGET lendport_options)
    target_link_libraries(${target} PRIVATE lendport_options)
  endif()
  target_link_options(${target} PRIVATE
    -Wl,--version-script=${CMAKE_CURRENT_FUNCTION_LIST_DIR}/connector.map -Wl,-z,now -Wl,-z,relro)
  # A sanitizer's own symbols are found in the program, at load time.
  if(NOT "${CMAKE_CXX_FLAGS} ${LENDPORT_SANITIZE}" MATCHES "address|thread|undefined")
    target_link_options(${target} PRIVATE -Wl,-z,defs -static-libstdc++ -static-libgcc)
  endif()
  add_custom_command(TARGET ${target} POST_BUILD
    COMMAND ${CMAKE_COMMAND} -E copy_if_different ${manifest} ${arg_OUTPUT_DIRECTORY}/manifest.json)
endfunction()

# lendport_plugin_cases([name]): a ctest test <name>.cases that runs tests/cases of the calling
# folder against the connector of that name (testing/case.hpp says what a case is). Nothing when
# the tests are off or there are no cases.
function(lendport_plugin_cases)
  _lendport_plugin_name(name ${ARGV})
  set(cases ${CMAKE_CURRENT_SOURCE_DIR}/tests/cases)
  if(NOT TARGET lendport-cases OR NOT EXISTS ${cases})
    return()
  endif()
  add_test(NAME ${name}.cases
    COMMAND lendport-cases $<TARGET_FILE:${name}_connector> ${cases})
  set_tests_properties(${name}.cases PROPERTIES LABELS "plugins;${name}" TIMEOUT 60)
  get_target_property(imported lendport-cases IMPORTED)
  if(NOT imported)
    add_dependencies(${name}_connector lendport-cases)
  endif()
endfunction()
