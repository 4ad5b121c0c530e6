# cpack: a Debian package of all that is installed. `cpack --config build/release/CPackConfig.cmake -B DIRECTORY`, after a build.
set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME lsrun)
set(CPACK_PACKAGE_VERSION ${PROJECT_VERSION})
set(CPACK_PACKAGE_CONTACT "lsrun's maintainers <maintainers@lsrun.invalid>")  # Debian wants an address; there is none to write to
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE WORLD_READ WORLD_EXECUTE)
set(CPACK_PRE_BUILD_SCRIPTS ${CMAKE_CURRENT_LIST_DIR}/compress.cmake)

set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION net)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_RECOMMENDS ca-certificates)  # https targets
set(CPACK_DEBIAN_PACKAGE_SUGGESTS "g++, cmake, ninja-build")  # plugins of one's own
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "load tests for servers that hold conversations")
set(CPACK_PACKAGE_DESCRIPTION "lsrun opens a thousand sessions or a hundred thousand against a
target that limits requests per client address, keeps every address
inside its limits, follows each session to its deletion, adapts when the
target refuses, and says at the end, in a report, whether the target
held. What a session does and what is written are plugins.

With it come lstarget, a target to try things on, the named tests, and
the SDK for plugins.")

install(FILES ${CMAKE_CURRENT_LIST_DIR}/copyright ${PROJECT_SOURCE_DIR}/LICENSE DESTINATION ${CMAKE_INSTALL_DATADIR}/doc/lsrun)
string(TIMESTAMP LSRUN_PACKAGED "%a, %d %b %Y %H:%M:%S +0000" UTC)
configure_file(${CMAKE_CURRENT_LIST_DIR}/changelog.in ${PROJECT_BINARY_DIR}/debian/changelog @ONLY)
install(FILES ${PROJECT_BINARY_DIR}/debian/changelog ${PROJECT_SOURCE_DIR}/CHANGELOG.md DESTINATION ${CMAKE_INSTALL_DATADIR}/doc/lsrun)
include(CPack)
