# lendport_commit(<library>): adds a source that knows the commit the tree stands on. It is looked up
# at every build and written only when it changed, so that a commit compiles one small file anew.
# Empty where the sources are no git tree of their own.
if(CMAKE_SCRIPT_MODE_FILE)
  set(commit "")
  execute_process(COMMAND git -C ${SOURCE} rev-parse --show-toplevel HEAD
    OUTPUT_VARIABLE said ERROR_QUIET RESULT_VARIABLE failed OUTPUT_STRIP_TRAILING_WHITESPACE)
  if(NOT failed)
    string(REGEX REPLACE "\n.*" "" top "${said}")
    string(REGEX REPLACE ".*\n" "" head "${said}")
    file(REAL_PATH ${SOURCE} source)
    file(REAL_PATH "${top}" top)
    if(top STREQUAL source AND head MATCHES "^[0-9a-f]+$")
      set(commit ${head})
    endif()
  endif()
  file(CONFIGURE OUTPUT ${OUTPUT} @ONLY CONTENT [[
// Written by the build: the commit of the tree.
#include "commit.hpp"

namespace lendport {

std::string_view built_from_commit() { return "@commit@"; }

}  // namespace lendport
]])
  return()
endif()

function(lendport_commit library)
  set(output ${CMAKE_CURRENT_BINARY_DIR}/commit.cpp)
  add_custom_target(lendport_commit_look BYPRODUCTS ${output}
    COMMAND ${CMAKE_COMMAND} -D SOURCE=${PROJECT_SOURCE_DIR} -D OUTPUT=${output}
      -P ${PROJECT_SOURCE_DIR}/scripts/cmake/Commit.cmake VERBATIM)
  target_sources(lendport_${library} PRIVATE ${output})
  add_dependencies(lendport_${library} lendport_commit_look)
endfunction()
