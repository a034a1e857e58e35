# lendport_migrations(<output.cpp> a.sql b.sql …): writes a C++ file that holds the migrations' text.
# The first four digits of a file's name are its number; a number given twice stops the build.
function(lendport_migrations output)
  set(rows "")
  set(numbers "")
  foreach(file ${ARGN})
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${file})
    get_filename_component(file ${file} ABSOLUTE)
    get_filename_component(name ${file} NAME_WE)
    string(SUBSTRING ${name} 0 4 number)
    string(REGEX REPLACE "^0+" "" plain_number ${number})
    if(number IN_LIST numbers)
      message(FATAL_ERROR "two migrations have the number ${number}: ${file}")
    endif()
    list(APPEND numbers ${number})
    file(READ ${file} sql)
    string(APPEND rows "    {${plain_number}, \"${name}\", R\"lendport-sql(${sql})lendport-sql\"},\n")
  endforeach()
  file(CONFIGURE OUTPUT ${output} @ONLY CONTENT [[
// Written by the build from host/db/migrations/*.sql.
#include "db/migrations.hpp"

namespace lendport::db {
namespace {

constexpr Migration kBuiltIn[] = {
@rows@};

}  // namespace

std::span<const Migration> built_in_migrations() { return kBuiltIn; }

}  // namespace lendport::db
]])
endfunction()
