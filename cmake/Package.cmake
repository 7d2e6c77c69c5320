# The installed package: find_package(narrows) gives the targets narrows::critical, narrows::io, narrows::checker, …
# Included last, when every module has been declared.
include(CMakePackageConfigHelpers)
set(narrows_package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/narrows)

configure_package_config_file(cmake/narrowsConfig.cmake.in ${PROJECT_BINARY_DIR}/narrowsConfig.cmake
                              INSTALL_DESTINATION ${narrows_package_dir})
write_basic_package_version_file(${PROJECT_BINARY_DIR}/narrowsConfigVersion.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/narrowsConfig.cmake ${PROJECT_BINARY_DIR}/narrowsConfigVersion.cmake
        DESTINATION ${narrows_package_dir})
install(EXPORT narrowsTargets NAMESPACE narrows:: DESTINATION ${narrows_package_dir})

install(FILES ${PROJECT_BINARY_DIR}/generated/base/version.hpp
        DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/narrows/base)
install(FILES LICENSE README.md CHANGELOG.md src/checker/FORMAT.md DESTINATION ${CMAKE_INSTALL_DOCDIR})
install(DIRECTORY docs DESTINATION ${CMAKE_INSTALL_DOCDIR})
# What `narrows prove` and the examples of the README read: found beside the program, wherever the prefix is.
install(DIRECTORY proofs/tunnel proofs/one-neuron proofs/convresnet proofs/stored DESTINATION ${CMAKE_INSTALL_DATADIR}/narrows/proofs)
install(DIRECTORY data/ DESTINATION ${CMAKE_INSTALL_DATADIR}/narrows/data PATTERN scripts EXCLUDE)
