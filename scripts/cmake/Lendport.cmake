# The warnings and the language level every target of ours is built with.
add_library(lendport_options INTERFACE)
target_compile_features(lendport_options INTERFACE cxx_std_20)
target_compile_options(lendport_options INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wno-psabi
  # g++ tidies its memory up a seventh of its time; half a GB first costs nobody who has the 1 GB that a file wants.
  $<$<CXX_COMPILER_ID:GNU>:--param=ggc-min-heapsize=524288>
  $<$<COMPILE_LANGUAGE:CXX>:-Wold-style-cast -Wnon-virtual-dtor -Woverloaded-virtual>
  -Werror=switch -Werror=return-type $<$<BOOL:${LENDPORT_WERROR}>:-Werror>)
target_compile_definitions(lendport_options INTERFACE
  BOOST_ASIO_SEPARATE_COMPILATION BOOST_BEAST_SEPARATE_COMPILATION
  BOOST_DLL_USE_STD_FS BOOST_ASIO_NO_DEPRECATED
  $<$<BOOL:${LENDPORT_CRASH_POINTS}>:LENDPORT_CRASH_POINTS>)

# Everything of one build is sanitized alike; g++ 12 warns about fences it cannot follow under tsan.
if(LENDPORT_SANITIZE)
  add_compile_options(-fsanitize=${LENDPORT_SANITIZE} -fno-omit-frame-pointer)
  add_link_options(-fsanitize=${LENDPORT_SANITIZE})
  if(LENDPORT_SANITIZE MATCHES "undefined")
    add_compile_options(-fno-sanitize-recover=undefined)
  endif()
  if(LENDPORT_SANITIZE MATCHES "thread")
    add_compile_options(-Wno-tsan)
    # Asio 1.81 counts references with fences, which ThreadSanitizer does not model: without them it
    # counts with acquire and release, and needs no suppression.
    add_compile_definitions(BOOST_ASIO_DISABLE_STD_ATOMIC BOOST_ASIO_DISABLE_FENCED_BLOCK)
  endif()
endif()

find_program(CCACHE ccache)
if(CCACHE)
  # By the compiler's own list of what it read: one pass less over every file that is not in the cache. What a
  # precompiled header may hide from it (macros, the date) no file of ours goes by. Set here whatever the caller's is.
  set(CMAKE_C_COMPILER_LAUNCHER env CCACHE_DEPEND=1 CCACHE_SLOPPINESS=pch_defines,time_macros ${CCACHE})
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CMAKE_C_COMPILER_LAUNCHER})
endif()
find_program(LLD ld.lld)
if(LLD)
  add_link_options(-fuse-ld=lld)
endif()

find_package(Boost 1.81 REQUIRED)
find_package(Threads REQUIRED)

# What nearly every file reads is read once for all of them: over a quarter of the time in which they compile.
# Small on purpose; what is seldom needed costs the others more than it saves. A file still includes what it uses:
# scripts/tidy compiles without this. PROGRAMS: for those, not for libraries (their code lies elsewhere).
function(lendport_precompiled name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "PROGRAMS" "" "HEADERS;DEPENDS")
  set(source ${CMAKE_CURRENT_BINARY_DIR}/${name}_precompiled.cpp)
  if(arg_PROGRAMS)
    file(CONFIGURE OUTPUT ${source} CONTENT "int main() {}\n")
    add_executable(lendport_${name}_precompiled ${source})
  else()
    file(CONFIGURE OUTPUT ${source} CONTENT "")
    add_library(lendport_${name}_precompiled STATIC ${source})
  endif()
  target_link_libraries(lendport_${name}_precompiled PRIVATE lendport_options ${arg_DEPENDS})
  target_precompile_headers(lendport_${name}_precompiled PRIVATE ${arg_HEADERS})
endfunction()

# Several files of a library or a test program are compiled as one, in a third of the time, in every preset alike: what is
# tested is what is shipped. Names without linkage are then seen by the files that follow: scripts/check_names.py refuses
# two that are alike in a library of host/, and what cannot be helped is compiled alone (lendport_alone). scripts/tidy
# sees each file by itself.
option(LENDPORT_TOGETHER "Compile several files as one" ON)
set(LENDPORT_FILES_TOGETHER 8)
function(lendport_together target)
  if(LENDPORT_TOGETHER)
    set_target_properties(${target} PROPERTIES UNITY_BUILD ON UNITY_BUILD_BATCH_SIZE ${LENDPORT_FILES_TOGETHER})
    # About what has no linkage in a file that is included, which these are in name alone.
    target_compile_options(${target} PRIVATE -Wno-subobject-linkage)
  endif()
endfunction()
function(lendport_alone)
  set_source_files_properties(${ARGV} PROPERTIES SKIP_UNITY_BUILD_INCLUSION ON)
endfunction()

# lendport_library(core SOURCES core/a.cpp DEPENDS lendport::x): one static library per folder of host/.
function(lendport_library name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "SOURCES;DEPENDS;PRIVATE_DEPENDS")
  add_library(lendport_${name} STATIC ${arg_SOURCES})
  add_library(lendport::${name} ALIAS lendport_${name})
  target_include_directories(lendport_${name} PUBLIC ${PROJECT_SOURCE_DIR}/host)
  target_link_libraries(lendport_${name} PUBLIC ${arg_DEPENDS}
    PRIVATE lendport_options ${arg_PRIVATE_DEPENDS})
  target_precompile_headers(lendport_${name} REUSE_FROM lendport_host_precompiled)
  lendport_together(lendport_${name})
endfunction()

# lendport_test(core SOURCES core/a_test.cpp DEPENDS lendport::core): one test program per folder,
# `<name>_test`, registered with ctest under the label <name>. TIMEOUT in seconds; COST, about how many it takes, where
# they are many: it begins before the others.
function(lendport_test name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "TIMEOUT;COST" "SOURCES;DEPENDS")
  if(NOT arg_TIMEOUT)
    set(arg_TIMEOUT 300)
  endif()
  if(NOT arg_COST)
    set(arg_COST 0)
  endif()
  if(LENDPORT_SANITIZE)
    math(EXPR arg_TIMEOUT "${arg_TIMEOUT} * 3")
  endif()
  add_executable(${name}_test ${arg_SOURCES})
  target_include_directories(${name}_test PRIVATE ${PROJECT_SOURCE_DIR}/tests)
  target_link_libraries(${name}_test PRIVATE lendport_options ${arg_DEPENDS} GTest::gmock
    GTest::gtest_main)
  target_precompile_headers(${name}_test REUSE_FROM lendport_tests_precompiled)
  lendport_together(${name}_test)
  target_compile_definitions(${name}_test PRIVATE
    LENDPORT_SOURCE_DIR="${PROJECT_SOURCE_DIR}" LENDPORT_BINARY_DIR="${CMAKE_BINARY_DIR}")
  add_test(NAME ${name} COMMAND ${name}_test)
  set_tests_properties(${name} PROPERTIES LABELS ${name} TIMEOUT ${arg_TIMEOUT} COST ${arg_COST})
endfunction()
