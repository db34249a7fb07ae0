# SPDX-License-Identifier: Apache-2.0
# Every outside library, from Debian 12, with the reason it is here.
find_package(Threads REQUIRED)
find_package(PkgConfig REQUIRED)

# fmt and spdlog: structured logs and text formatting (g++ 12 has no std::format).
find_package(fmt REQUIRED)
find_package(spdlog REQUIRED)
# nlohmann::json: JSON in and out; the canonical form of RFC 8785 is built on its ordered tree.
find_package(nlohmann_json REQUIRED)
# yaml-cpp: the fiche de poste and plugin manifests are YAML.
find_package(yaml-cpp REQUIRED)
# Boost: Boost.DLL loads plugins (it needs filesystem); Boost.Locale's headers check UTF-8.
find_package(Boost 1.74 REQUIRED COMPONENTS filesystem)
# valijson: a plugin's manifest is checked against a JSON Schema (header-only; Debian ships no CMake package for it).
find_path(VALIJSON_INCLUDE_DIR valijson/validator.hpp REQUIRED)
# CLI11: command lines.
find_package(CLI11 REQUIRED)
# tl::expected: a function returns a value or an error, never both (C++20 has no std::expected).
find_package(tl-expected REQUIRED)
# date (Howard Hinnant): civil dates and the practice's time zone (g++ 12 has no time zones).
find_package(date REQUIRED)
# Protocol Buffers and gRPC: the public contract, and the stream between host and worker.
find_package(Protobuf REQUIRED)
if(RELAIS_WITH_GRPC)
  find_package(gRPC CONFIG REQUIRED)
endif()
# prometheus-cpp: counts and durations of a running host, in the format that every monitoring reads, with its HTTP door.
find_package(prometheus-cpp CONFIG REQUIRED)
# libsodium: hashes, Ed25519 signatures, password hashing, base64.
pkg_check_modules(SODIUM REQUIRED IMPORTED_TARGET libsodium)
# libarchive: the .relais file of a signed package is a tar archive; reading one that nobody vouches for yet is its trade.
pkg_check_modules(LIBARCHIVE REQUIRED IMPORTED_TARGET libarchive)
# expat: refuses XML that is not well formed, a DOCTYPE or endless nesting, before a tree is built (pugixml is lenient).
find_package(EXPAT REQUIRED)
# libseccomp: the system call filter that holds a plugin's worker in.
pkg_check_modules(SECCOMP REQUIRED IMPORTED_TARGET libseccomp)
# pugixml: the tree of a CDA document.
find_package(pugixml REQUIRED)
# libical: agendas kept elsewhere are iCalendar; repetitions (RRULE) are no trade of ours.
pkg_check_modules(LIBICAL REQUIRED IMPORTED_TARGET libical)
# ICU: names of patients are compared without accents and case, over the whole of Unicode.
find_package(ICU REQUIRED COMPONENTS uc)
# Catch2 v2, rapidcheck: tests and properties.
find_package(Catch2 2 REQUIRED)
find_package(rapidcheck REQUIRED)
include(Catch)
add_library(relais_catch_main STATIC ${PROJECT_SOURCE_DIR}/tests/catch_main.cpp)
target_include_directories(relais_catch_main PRIVATE ${PROJECT_SOURCE_DIR}/tests)
target_link_libraries(relais_catch_main PUBLIC Catch2::Catch2)
# SOCI with its SQLite and PostgreSQL backends: one SQL for the embedded default and for editors who host many
# practices. Debian's package has no CMake configuration. sqlite3 and libpq: error codes behind SOCI's exceptions.
pkg_check_modules(SQLITE3 REQUIRED IMPORTED_TARGET sqlite3)
pkg_check_modules(LIBPQ REQUIRED IMPORTED_TARGET libpq)
find_path(SOCI_INCLUDE_DIR soci/soci.h REQUIRED)
foreach(part core sqlite3 postgresql)
  find_library(SOCI_${part}_LIBRARY soci_${part} REQUIRED)
  add_library(soci::${part} UNKNOWN IMPORTED)
  set_target_properties(soci::${part} PROPERTIES
    IMPORTED_LOCATION ${SOCI_${part}_LIBRARY} INTERFACE_INCLUDE_DIRECTORIES ${SOCI_INCLUDE_DIR})
endforeach()
# Debian's libsoci_core hides the type information that the sanitizer's vptr check links against.
if(RELAIS_SANITIZE MATCHES "undefined")
  set_property(TARGET soci::core PROPERTY INTERFACE_COMPILE_OPTIONS -fno-sanitize=vptr)
endif()
set_property(TARGET soci::sqlite3 PROPERTY INTERFACE_LINK_LIBRARIES soci::core PkgConfig::SQLITE3)
set_property(TARGET soci::postgresql PROPERTY INTERFACE_LINK_LIBRARIES soci::core PkgConfig::LIBPQ)
# Boost.Asio: the bounded pool that handlers run on, addresses and local sockets, the MLLP listener.
find_package(Boost REQUIRED)
