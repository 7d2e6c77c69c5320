# check_style.cmake must refuse each of these small bad projects with the right complaint, and accept the good one.
#
#   cmake -D SCRATCH=folder -P self_test.cmake
cmake_minimum_required(VERSION 3.24)

set(root ${SCRATCH}/project)

function(write_good_project)
  file(REMOVE_RECURSE ${root})
  file(WRITE ${root}/src/base/errors.hpp "#pragma once\n")
  file(WRITE ${root}/src/checker/rules/direction_sign.cpp "// one rule\n\nint rule();\n")
  file(WRITE ${root}/src/checker/FORMAT.md "| `[\"direction-sign\", P]` | accepted if |\n")
  file(WRITE ${root}/tests/unit/checker/rules/direction_sign_test.cpp "int test();\n")
  file(WRITE ${root}/proofs/tunnel/T1.toml "id = \"tunnel/T1\"\nrules = [\"direction_sign\"]\n")
  file(WRITE ${root}/CMakeLists.txt "add_compile_options(-fno-fast-math)\n")
endfunction()

function(expect complaint)
  execute_process(COMMAND ${CMAKE_COMMAND} -D ROOT=${root} -P ${CMAKE_CURRENT_LIST_DIR}/check_style.cmake
                  RESULT_VARIABLE result OUTPUT_VARIABLE output ERROR_VARIABLE output)
  string(REGEX REPLACE "[ \n]+" " " output "${output}")
  if(complaint STREQUAL "nothing" AND result EQUAL 0)
    return()
  endif()
  string(FIND "${output}" "${complaint}" position)
  if(result EQUAL 0 OR position LESS 0)
    message(FATAL_ERROR "expected the complaint \"${complaint}\", got: ${output}")
  endif()
endfunction()

write_good_project()
expect("nothing")

string(REPEAT "\n" 401 long)
file(WRITE ${root}/src/base/errors.hpp "${long}")
expect("src/base/errors.hpp has 401 lines")

write_good_project()
string(REPEAT "int x;\n" 390 many)
foreach(part RANGE 10)
  file(WRITE ${root}/src/checker/part${part}.cpp "${many}")
endforeach()
expect("the checker has 4291 lines of code")

write_good_project()
foreach(part IN ITEMS level_sets piecewise_linear rules/ray)
  file(WRITE ${root}/src/checker/${part}.cpp "${many}")
endforeach()
expect("the checker's rules for level-set have 1170 lines of code")

write_good_project()
file(REMOVE ${root}/tests/unit/checker/rules/direction_sign_test.cpp)
expect("has no tests/unit/checker/rules/direction_sign_test.cpp")

write_good_project()
file(WRITE ${root}/src/checker/FORMAT.md "nothing\n")
expect("is not in src/checker/FORMAT.md")

write_good_project()
file(WRITE ${root}/proofs/tunnel/T1.toml "id = \"tunnel/T1\"\nrules = []\n# \"direction_sign\"\n")
expect("serves no theorem")

write_good_project()
file(WRITE ${root}/tests/unit/checker/rules/other_test.cpp "int test();\n")
expect("tests no rule of that name")

write_good_project()
file(WRITE ${root}/CMakeLists.txt "add_compile_options(-ffast-math)\n")
expect("uses -ffast-math")
