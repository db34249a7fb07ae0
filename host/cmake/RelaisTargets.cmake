# SPDX-License-Identifier: Apache-2.0
# How every target of this repository is compiled: one place for warnings, sanitizers and test registration.
include(GNUInstallDirs)

add_library(relais_options INTERFACE)
target_compile_options(relais_options INTERFACE -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Werror)
if(CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
  target_compile_options(relais_options INTERFACE -Wthread-safety)
endif()
if(RELAIS_SANITIZE)
  add_compile_options(-fsanitize=${RELAIS_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  add_link_options(-fsanitize=${RELAIS_SANITIZE})
endif()
# lld links the two hundred programs of the tests several times as fast as ld; what is installed and measured is linked
# by ld.
find_program(RELAIS_LLD ld.lld)
if(RELAIS_LLD AND CMAKE_BUILD_TYPE STREQUAL "Debug")
  add_link_options(-fuse-ld=lld)
endif()
# Coverage for the fuzzers, which are built where clang's address sanitizer is on: in what they call, not in tests.
add_library(relais_coverage INTERFACE)
if(CMAKE_CXX_COMPILER_ID STREQUAL "Clang" AND RELAIS_SANITIZE MATCHES "address")
  target_compile_options(relais_coverage INTERFACE -fsanitize=fuzzer-no-link)
endif()
# ThreadSanitizer reports hundreds of false races in Debian's gRPC: a tsan build leaves out what links it.
set(RELAIS_WITH_GRPC ON)
if(RELAIS_SANITIZE MATCHES "thread")
  set(RELAIS_WITH_GRPC OFF)
endif()

# Most of a file's compile time is the headers of gRPC and Protobuf, so presets whose builds start from nothing compile
# a folder's files eight at a time; so does tests/run.sh for a dev build that it begins. A developer's own dev build does
# not: there each file proves that it includes what it needs. Tests whose files have helpers of the same names are SEPARATE.
option(RELAIS_UNITY "Compile the files of a target in batches" OFF)

function(relais_batched name)
  set_target_properties(${name} PROPERTIES UNITY_BUILD ${RELAIS_UNITY} UNITY_BUILD_BATCH_SIZE 8)
endfunction()

# A batch includes its files by their whole path, which every assertion of Catch2 holds: without the checkout's folder,
# another checkout finds the same objects in the compiler cache.
function(relais_plain_paths name)
  target_compile_options(${name} PRIVATE -ffile-prefix-map=${PROJECT_SOURCE_DIR}/=)
endfunction()

# relais_library(NAME SOURCES a.cpp … [PUBLIC libs…] [PRIVATE libs…])
# One folder of host/, as a static library whose headers are included as "folder/file.h".
function(relais_library name)
  cmake_parse_arguments(arg "" "" "SOURCES;PUBLIC;PRIVATE" ${ARGN})
  add_library(${name} STATIC ${arg_SOURCES})
  relais_batched(${name})
  target_include_directories(${name} PUBLIC ${PROJECT_SOURCE_DIR}/host)
  target_link_libraries(${name} PUBLIC ${arg_PUBLIC} PRIVATE relais_options relais_coverage ${arg_PRIVATE})
endfunction()

# relais_test(NAME SUITE unit|integration|… SOURCES a.cpp … LIBS … [SEPARATE] [TIMEOUT s])
# A Catch2 program whose every test case becomes one ctest entry labelled with its suite.
function(relais_test name)
  cmake_parse_arguments(arg "SEPARATE" "SUITE;TIMEOUT" "SOURCES;LIBS" ${ARGN})
  if(NOT arg_TIMEOUT)
    set(arg_TIMEOUT 300)
  endif()
  add_executable(${name} ${arg_SOURCES})
  if(NOT arg_SEPARATE)
    relais_batched(${name})
  endif()
  relais_plain_paths(${name})
  target_link_libraries(${name} PRIVATE relais_options relais_catch_main ${arg_LIBS})
  catch_discover_tests(${name} TEST_PREFIX "${arg_SUITE}/${name}: "
    PROPERTIES LABELS ${arg_SUITE} TIMEOUT ${arg_TIMEOUT} SKIP_RETURN_CODE 4)
endfunction()
