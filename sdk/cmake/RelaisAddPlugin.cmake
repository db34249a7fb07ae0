# SPDX-License-Identifier: Apache-2.0

# relais_add_plugin(NAME target SOURCES a.cpp … MANIFEST manifest.yaml [DATA data] [LIBS libs…])
#
# Builds the plugin that the manifest names, with everything hidden but its one symbol, checks the manifest with the
# code of the loader, and lays the package out in <build>/packages/<id>: manifest.yaml, lib<id>.so, data/. `install`
# puts that folder in lib/relais/plugins/<id>. The sources see RELAIS_PLUGIN_ID and RELAIS_PLUGIN_VERSION.
function(relais_add_plugin)
  cmake_parse_arguments(PARSE_ARGV 0 arg "" "NAME;MANIFEST;DATA" "SOURCES;LIBS")
  foreach(needed NAME MANIFEST SOURCES)
    if(NOT arg_${needed})
      message(FATAL_ERROR "relais_add_plugin: ${needed} is missing")
    endif()
  endforeach()
  if(arg_UNPARSED_ARGUMENTS)
    message(FATAL_ERROR "relais_add_plugin: unknown arguments ${arg_UNPARSED_ARGUMENTS}")
  endif()
  cmake_path(ABSOLUTE_PATH arg_MANIFEST BASE_DIRECTORY ${CMAKE_CURRENT_SOURCE_DIR})
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${arg_MANIFEST})
  foreach(key id version)
    file(STRINGS ${arg_MANIFEST} line REGEX "^${key}:" LIMIT_COUNT 1)
    if(NOT line MATCHES "^${key}:[ ]*[\"']?([A-Za-z0-9.+-]+)[\"']?[ ]*(#.*)?$")
      message(FATAL_ERROR "relais_add_plugin: ${arg_MANIFEST} has no line '${key}: …'")
    endif()
    set(${key} ${CMAKE_MATCH_1})
  endforeach()

  set(package ${CMAKE_BINARY_DIR}/packages/${id})
  add_library(${arg_NAME} MODULE ${arg_SOURCES})
  target_link_libraries(${arg_NAME} PRIVATE relais-sdk::sdk ${arg_LIBS})
  target_compile_definitions(${arg_NAME} PRIVATE RELAIS_PLUGIN_ID="${id}" RELAIS_PLUGIN_VERSION="${version}")
  target_link_options(${arg_NAME} PRIVATE LINKER:--version-script=${CMAKE_CURRENT_FUNCTION_LIST_DIR}/relais-plugin.map)
  set_target_properties(${arg_NAME} PROPERTIES
    PREFIX lib OUTPUT_NAME ${id} SUFFIX .so
    LIBRARY_OUTPUT_DIRECTORY ${package}
    LINK_DEPENDS ${CMAKE_CURRENT_FUNCTION_LIST_DIR}/relais-plugin.map
    C_VISIBILITY_PRESET hidden CXX_VISIBILITY_PRESET hidden VISIBILITY_INLINES_HIDDEN ON
    POSITION_INDEPENDENT_CODE ON)

  set(stamp ${CMAKE_CURRENT_BINARY_DIR}/${arg_NAME}.package)
  set(copy_data ${CMAKE_COMMAND} -E rm -rf ${package}/data)
  if(arg_DATA)
    cmake_path(ABSOLUTE_PATH arg_DATA BASE_DIRECTORY ${CMAKE_CURRENT_SOURCE_DIR})
    file(GLOB_RECURSE data_files CONFIGURE_DEPENDS ${arg_DATA}/*)
    list(APPEND copy_data COMMAND ${CMAKE_COMMAND} -E copy_directory ${arg_DATA} ${package}/data)
  endif()
  add_custom_command(OUTPUT ${stamp}
    COMMAND relais-sdk::relais-manifest-check ${arg_MANIFEST} --id ${id} --version ${version}
    COMMAND ${CMAKE_COMMAND} -E make_directory ${package}
    COMMAND ${CMAKE_COMMAND} -E copy ${arg_MANIFEST} ${package}/manifest.yaml
    COMMAND ${copy_data}
    COMMAND ${CMAKE_COMMAND} -E touch ${stamp}
    DEPENDS ${arg_MANIFEST} ${data_files} relais-sdk::relais-manifest-check
    COMMENT "Checking and laying out the package ${id}" VERBATIM)
  add_custom_target(${arg_NAME}_package ALL DEPENDS ${stamp})
  add_dependencies(${arg_NAME} ${arg_NAME}_package)
  if(NOT PROJECT_NAME STREQUAL "relais")
    install(DIRECTORY ${package}/ DESTINATION lib/relais/plugins/${id} COMPONENT plugins USE_SOURCE_PERMISSIONS)
  endif()
endfunction()

# relais_add_plugin_test(PLUGIN target [SOURCES a_test.cpp …] [CASES cases.json …] [LIBS libs…])
#
# Tests of a plugin made by relais_add_plugin, run by ctest. SOURCES are linked with the plugin's own into one program
# that asks it through its exported symbol (relais/testing.h). CASES are played in the built package, in its sandboxed
# worker, by `relais plugin test`; without that program beside this package they are left out, with a warning.
function(relais_add_plugin_test)
  cmake_parse_arguments(PARSE_ARGV 0 arg "" "PLUGIN" "SOURCES;CASES;LIBS")
  if(NOT TARGET ${arg_PLUGIN} OR (NOT arg_SOURCES AND NOT arg_CASES))
    message(FATAL_ERROR "relais_add_plugin_test: PLUGIN names a target of relais_add_plugin, with SOURCES or CASES")
  endif()
  if(arg_SOURCES)
    get_target_property(sources ${arg_PLUGIN} SOURCES)
    get_target_property(definitions ${arg_PLUGIN} COMPILE_DEFINITIONS)
    get_target_property(options ${arg_PLUGIN} COMPILE_OPTIONS)
    get_target_property(package ${arg_PLUGIN} LIBRARY_OUTPUT_DIRECTORY)
    add_executable(${arg_PLUGIN}_test ${sources} ${arg_SOURCES})
    target_link_libraries(${arg_PLUGIN}_test PRIVATE relais-sdk::sdk ${arg_LIBS})
    target_compile_definitions(${arg_PLUGIN}_test PRIVATE ${definitions} RELAIS_PLUGIN_DATA="${package}/data")
    if(options)
      target_compile_options(${arg_PLUGIN}_test PRIVATE ${options})
    endif()
    add_dependencies(${arg_PLUGIN}_test ${arg_PLUGIN}_package)
    add_test(NAME ${arg_PLUGIN}_test COMMAND ${arg_PLUGIN}_test)
  endif()
  if(arg_CASES)
    find_program(RELAIS_PROGRAM relais HINTS ${RELAIS_SDK_PREFIX}/bin)
    if(NOT RELAIS_PROGRAM)
      message(WARNING "relais_add_plugin_test: no program relais beside the SDK, ${arg_CASES} not played")
      return()
    endif()
    foreach(cases IN LISTS arg_CASES)
      cmake_path(ABSOLUTE_PATH cases BASE_DIRECTORY ${CMAKE_CURRENT_SOURCE_DIR} OUTPUT_VARIABLE file)
      add_test(NAME ${arg_PLUGIN}_${cases}
        COMMAND ${RELAIS_PROGRAM} plugin test $<TARGET_FILE_DIR:${arg_PLUGIN}> --cases ${file})
    endforeach()
  endif()
endfunction()
