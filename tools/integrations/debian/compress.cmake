# Manual pages and changelogs of a package are compressed, as Debian's policy asks.
file(GLOB_RECURSE pages ${CPACK_TEMPORARY_INSTALL_DIRECTORY}/usr/share/man/*)
set(doc ${CPACK_TEMPORARY_INSTALL_DIRECTORY}/usr/share/doc/lsrun)
foreach(file ${pages} ${doc}/changelog ${doc}/CHANGELOG.md)
  if(EXISTS ${file} AND NOT file MATCHES "\\.gz$")
    execute_process(COMMAND gzip -9n ${file} COMMAND_ERROR_IS_FATAL ANY)
  endif()
endforeach()
