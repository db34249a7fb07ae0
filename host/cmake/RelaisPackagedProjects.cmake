# SPDX-License-Identifier: Apache-2.0
# Read by cpack: the builds whose installed components go into the packages, this one and those of the plugins.
set(CPACK_INSTALL_CMAKE_PROJECTS ${CPACK_RELAIS_BUILD} relais ALL /)
file(GLOB plugins ${CPACK_RELAIS_BUILD}/plugins/*/cmake_install.cmake)
foreach(script IN LISTS plugins)
  cmake_path(GET script PARENT_PATH build)
  cmake_path(GET build FILENAME name)
  list(APPEND CPACK_INSTALL_CMAKE_PROJECTS ${build} ${name} ALL /)
endforeach()
