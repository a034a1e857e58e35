# Installs the kit, copies examples/hello to another folder, changes nothing but its id and builds
# and tests it there: a connector needs nothing outside its folder, and the kit nothing of the hub.
# Where there is a hub (HUB, its build folder) what was built then appears in one that runs.
# cmake -DBUILD=… -DWORK=… -DHUB=… -P copied_folder.cmake
function(run)
  execute_process(COMMAND ${ARGN} RESULT_VARIABLE failed OUTPUT_VARIABLE out ERROR_VARIABLE out)
  if(failed)
    message(FATAL_ERROR "${ARGN}\n${out}")
  endif()
  set(out "${out}" PARENT_SCOPE)
endfunction()

file(REMOVE_RECURSE ${WORK})
run(${CMAKE_COMMAND} --install ${BUILD} --component plugin-api --prefix ${WORK}/kit)

file(COPY ${WORK}/kit/share/lendport-plugin/examples/hello/ DESTINATION ${WORK}/tree/bonjour)
set(manifest ${WORK}/tree/bonjour/manifest.json)
file(READ ${manifest} text)
string(REPLACE "com.example.hello" "com.example.bonjour" text "${text}")
file(WRITE ${manifest} "${text}")
file(WRITE ${WORK}/tree/CMakeLists.txt
"cmake_minimum_required(VERSION 3.25)
project(bonjour LANGUAGES C CXX)
enable_testing()
find_package(lendport-plugin 1 REQUIRED)
add_subdirectory(bonjour)
")
run(${CMAKE_COMMAND} -S ${WORK}/tree -B ${WORK}/build -G Ninja -DCMAKE_PREFIX_PATH=${WORK}/kit
  "-DCMAKE_CXX_FLAGS=${FLAGS}" "-DCMAKE_CXX_COMPILER_LAUNCHER=${LAUNCHER}")
run(${CMAKE_COMMAND} --build ${WORK}/build)
run(${CMAKE_CTEST_COMMAND} --test-dir ${WORK}/build --no-tests=error --output-on-failure)

set(library ${WORK}/build/plugins/bonjour/connector.so)
file(STRINGS ${library} ids REGEX "com\\.example\\.bonjour")
if(NOT ids)
  message(FATAL_ERROR "the copy does not carry its own id")
endif()
file(SHA256 ${manifest} source)
file(SHA256 ${WORK}/build/plugins/bonjour/manifest.json beside)
if(NOT source STREQUAL beside)
  message(FATAL_ERROR "the manifest beside the library is not the folder's")
endif()
if(HUB)
  run(/usr/bin/python3 -B ${CMAKE_CURRENT_LIST_DIR}/copied_folder_test.py ${HUB} ${WORK}/build/plugins/bonjour)
endif()
file(REMOVE_RECURSE ${WORK})
