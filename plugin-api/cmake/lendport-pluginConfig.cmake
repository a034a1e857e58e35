# find_package(lendport-plugin): the target lendport::plugin_api, lendport_add_plugin(),
# lendport_plugin_cases(), and the kit's programs as imported targets.
get_filename_component(_lendport_prefix "${CMAKE_CURRENT_LIST_DIR}/../../.." ABSOLUTE)

if(NOT TARGET lendport::plugin_api)
  add_library(lendport::plugin_api INTERFACE IMPORTED)
  target_include_directories(lendport::plugin_api INTERFACE ${_lendport_prefix}/include)
endif()
foreach(program lendport-cases fake-lender)
  if(NOT TARGET ${program} AND EXISTS ${_lendport_prefix}/bin/${program})
    add_executable(${program} IMPORTED)
    set_target_properties(${program} PROPERTIES
      IMPORTED_LOCATION ${_lendport_prefix}/bin/${program})
  endif()
endforeach()

include(${CMAKE_CURRENT_LIST_DIR}/LendportPlugin.cmake)
unset(_lendport_prefix)
