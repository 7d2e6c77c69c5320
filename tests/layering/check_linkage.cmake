# The trusted program must load GMP, MPFR and the C and C++ run-time libraries, nothing else.
#
#   cmake -D PROGRAM=narrows-check -P check_linkage.cmake
cmake_minimum_required(VERSION 3.24)
execute_process(COMMAND ldd ${PROGRAM} OUTPUT_VARIABLE output RESULT_VARIABLE result)
if(NOT result EQUAL 0)
  message(FATAL_ERROR "ldd ${PROGRAM} failed")
endif()
string(REGEX MATCHALL "[^ \t\n/]+\\.so[.0-9]*" libraries "${output}")
list(REMOVE_DUPLICATES libraries)
if(NOT libraries MATCHES "libmpfr")
  message(FATAL_ERROR "ldd says nothing useful: ${output}")
endif()
foreach(library IN LISTS libraries)
  if(NOT library MATCHES "^(lib(gmp|gmpxx|mpfr|stdc\\+\\+|gcc_s|m|c)\\.so[.0-9]*|linux-vdso\\.so.*|ld-linux.*)$")
    message(FATAL_ERROR "${PROGRAM} loads ${library}")
  endif()
endforeach()
message(STATUS "${libraries}")
