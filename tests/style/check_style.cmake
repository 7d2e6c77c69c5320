# House rules that a machine can check, over the folder ROOT of the project:
#   - no source file over 400 lines; files that are mostly tables may be listed below and reach 600;
#   - the trusted checker stays small enough to be read in a day;
#   - one stem, several places: checker rule NAME is src/checker/rules/NAME.cpp, tests/unit/checker/rules/NAME_test.cpp and a
#     word of src/checker/FORMAT.md (with - for _);
#   - no compiler flag that gives up IEEE arithmetic.
#
#   cmake -D ROOT=. -P check_style.cmake
cmake_minimum_required(VERSION 3.24)

get_filename_component(ROOT "${ROOT}" ABSOLUTE)
set(max_lines 400)
set(max_table_lines 600)
set(tables "")  # files of src/ that are tables
set(max_checker_code 3650)  # lines of the checker that are neither blank nor comment

set(offences "")
macro(offence text)
  string(APPEND offences "\n  ${text}")
endmacro()

# count_lines(FILE): `lines` is the number of lines, `code` of those that are neither blank nor a comment.
function(count_lines file)
  file(READ "${file}" text)
  string(REGEX REPLACE "[^\n]" "" newlines "${text}")
  string(LENGTH "${newlines}" count)
  set(lines ${count} PARENT_SCOPE)
  # Every line of code becomes one x, every other line nothing; a leading newline makes all lines alike.
  string(REGEX REPLACE "\n[ \t]*//[^\n]*" "" text "\n${text}")
  string(REGEX REPLACE "\n[ \t]*[^ \t\n][^\n]*" "x" text "${text}")
  string(REGEX REPLACE "[^x]" "" text "${text}")
  string(LENGTH "${text}" count)
  set(code ${count} PARENT_SCOPE)
endfunction()

file(GLOB_RECURSE sources RELATIVE "${ROOT}/src" "${ROOT}/src/*.cpp" "${ROOT}/src/*.hpp")
if(NOT sources)
  message(FATAL_ERROR "no sources under ${ROOT}/src")
endif()
set(checker_code 0)
foreach(file IN LISTS sources)
  count_lines("${ROOT}/src/${file}")
  set(limit ${max_lines})
  if(file IN_LIST tables)
    set(limit ${max_table_lines})
  endif()
  if(lines GREATER limit)
    offence("src/${file} has ${lines} lines, more than ${limit}: one file, one question")
  endif()
  if(file MATCHES "^checker/")
    math(EXPR checker_code "${checker_code}+${code}")
  endif()
endforeach()
if(checker_code GREATER max_checker_code)
  offence("the checker has ${checker_code} lines of code, more than ${max_checker_code}: what is trusted must stay small")
endif()

file(READ "${ROOT}/src/checker/FORMAT.md" format)
file(GLOB rules RELATIVE "${ROOT}/src/checker/rules" "${ROOT}/src/checker/rules/*.cpp")
list(REMOVE_ITEM rules table.cpp)
foreach(rule IN LISTS rules)
  string(REPLACE ".cpp" "" rule "${rule}")
  string(REPLACE "_" "-" name "${rule}")
  if(NOT EXISTS "${ROOT}/tests/unit/checker/rules/${rule}_test.cpp")
    offence("checker rule ${rule} has no tests/unit/checker/rules/${rule}_test.cpp")
  endif()
  # morse_index and reduction are not rule names but keys of the format.
  if(NOT format MATCHES "`\\[?\"?(${name}|${rule})[\"`]")
    offence("checker rule ${rule} is not in src/checker/FORMAT.md as `${name}`")
  endif()
endforeach()
file(GLOB tests RELATIVE "${ROOT}/tests/unit/checker/rules" "${ROOT}/tests/unit/checker/rules/*_test.cpp")
foreach(test IN LISTS tests)
  string(REPLACE "_test.cpp" ".cpp" rule "${test}")
  if(NOT rule IN_LIST rules)
    offence("tests/unit/checker/rules/${test} tests no rule of that name")
  endif()
endforeach()

file(GLOB_RECURSE builds "${ROOT}/src/CMakeLists.txt" "${ROOT}/tests/CMakeLists.txt" "${ROOT}/cmake/*")
foreach(file IN LISTS builds ITEMS "${ROOT}/CMakeLists.txt" "${ROOT}/CMakePresets.json" "${ROOT}/dev")
  if(EXISTS "${file}")
    file(READ "${file}" text)
    if(text MATCHES "-(ffast-math|Ofast|funsafe-math-optimizations|ffp-contract=fast|fassociative-math|ffinite-math-only)")
      offence("${file} uses -${CMAKE_MATCH_1}: proofs need IEEE arithmetic")
    endif()
  endif()
endforeach()

if(offences)
  message(FATAL_ERROR "house rules are violated:${offences}")
endif()
list(LENGTH sources files)
list(LENGTH rules rules)
message(STATUS "${files} source files and ${rules} checker rules follow the house rules; checker: ${checker_code} lines of code")
