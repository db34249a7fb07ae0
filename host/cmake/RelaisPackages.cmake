# SPDX-License-Identifier: Apache-2.0
# Debian packages: relais-host (the host, its library, the tool), relais-sdk-dev (what plugin authors and embedding
# programs compile against), relais-plugins (the plugins shipped with Relais).
#   bash plugins/build.sh PRESET && cpack -G DEB --config build/PRESET/CPackConfig.cmake -B build/PRESET/packages
set(CPACK_PACKAGE_NAME relais)
set(CPACK_PACKAGE_VENDOR Relais)
set(CPACK_PACKAGE_CONTACT "Relais <relais@localhost>")
set(CPACK_PACKAGE_VERSION ${PROJECT_VERSION})
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_VERBATIM_VARIABLES ON)
set(CPACK_COMPONENTS_ALL host sdk plugins)
set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_SECTION misc)
# The plugins are projects of their own, built against the installed SDK: they are read when the packages are made.
set(CPACK_PROJECT_CONFIG_FILE ${CMAKE_CURRENT_LIST_DIR}/RelaisPackagedProjects.cmake)
set(CPACK_RELAIS_BUILD ${PROJECT_BINARY_DIR})

set(CPACK_DEBIAN_HOST_PACKAGE_NAME relais-host)
set(CPACK_COMPONENT_HOST_DESCRIPTION "Delegated tasks for medical practice software: host, workers and command-line tool
 Makes a practice's fiches de poste executable: exposes the record over gRPC, runs delegated-task plugins in isolated
 processes, keeps the worklist and the ledger.")
set(CPACK_DEBIAN_HOST_PACKAGE_DEPENDS "tzdata, passwd")
set(service ${PROJECT_SOURCE_DIR}/host/app/service)
set(CPACK_DEBIAN_HOST_PACKAGE_CONTROL_EXTRA ${service}/postinst ${service}/prerm ${service}/postrm)
install(FILES ${service}/relais-host.service DESTINATION lib/systemd/system COMPONENT host)
install(FILES ${service}/relais.sysusers DESTINATION lib/sysusers.d RENAME relais.conf COMPONENT host)
# The package copies it to /etc/relais when there is none.
install(FILES ${service}/relais-host.toml DESTINATION share/relais COMPONENT host)
install(FILES ${PROJECT_SOURCE_DIR}/README.md ${PROJECT_SOURCE_DIR}/LICENSE DESTINATION share/doc/relais-host
  COMPONENT host)

set(CPACK_DEBIAN_SDK_PACKAGE_NAME relais-sdk-dev)
set(CPACK_COMPONENT_SDK_DESCRIPTION "Delegated tasks for medical practice software: SDK
 Headers, CMake packages and the public contract, to write plugins and to embed the host.")
set(CPACK_DEBIAN_SDK_PACKAGE_DEPENDS "relais-host (= ${PROJECT_VERSION}), libgrpc++-dev, protobuf-compiler-grpc")

set(CPACK_DEBIAN_PLUGINS_PACKAGE_NAME relais-plugins)
set(CPACK_COMPONENT_PLUGINS_DESCRIPTION "Delegated tasks for medical practice software: plugins
 Biology triage, ALD expiry, vaccine recalls, and the vaccination forecaster with its data.")
set(CPACK_DEBIAN_PLUGINS_PACKAGE_DEPENDS "relais-host (= ${PROJECT_VERSION})")
include(CPack)
