# Build settings shared by every target, and the helpers that declare one library per module and one test
# program per module.
add_library(narrows_settings INTERFACE)
target_compile_features(narrows_settings INTERFACE cxx_std_20)
# Rigour rests on IEEE double arithmetic: no contraction, no value-changing optimisation, SSE2 doubles.
target_compile_options(narrows_settings INTERFACE -ffp-contract=off -fno-fast-math)
# GCC 12 reports moved-from variants of rationals as maybe-uninitialized and "text" + string as an overlapping or overlong copy
# (its bug 105651); those warnings are off.
target_compile_options(narrows_settings INTERFACE "$<BUILD_INTERFACE:-Wall;-Wextra;-Wno-maybe-uninitialized;-Wno-restrict;-Wno-stringop-overflow;-Wno-stringop-overread;-Wno-array-bounds>")
if(NARROWS_WARNINGS_AS_ERRORS)
  target_compile_options(narrows_settings INTERFACE "$<BUILD_INTERFACE:-Werror>")
endif()
if(NARROWS_SANITIZE)
  target_compile_options(narrows_settings INTERFACE -fsanitize=address,undefined -fno-sanitize-recover=all)
  target_link_options(narrows_settings INTERFACE -fsanitize=address,undefined)
endif()
set_target_properties(narrows_settings PROPERTIES EXPORT_NAME settings)
install(TARGETS narrows_settings EXPORT narrowsTargets)

# Most of the time of a compiler goes into the headers of Boost's rationals, nlohmann_json, the standard library and Catch2: they are
# precompiled once for the modules that compute, once for those that write, once for all tests; the checker has its own. Without them
# everything compiles the same
# (-D CMAKE_DISABLE_PRECOMPILE_HEADERS=ON; every header is also compiled alone by the test `headers`).
set(narrows_precompiled <algorithm> <array> <cmath> <cstddef> <cstdint> <functional> <limits> <map> <memory> <optional> <set>
                        <span> <sstream> <string> <string_view> <utility> <variant> <vector> <boost/multiprecision/gmp.hpp>)
# narrows_precompiled_headers(TARGET [OPTIONS flags …] [HEADERS more …] [LIBRARIES libs …]): they serve only sources that are compiled
# with the same flags.
function(narrows_precompiled_headers target)
  cmake_parse_arguments(arg "" "" "OPTIONS;HEADERS;LIBRARIES" ${ARGN})
  set(source ${CMAKE_CURRENT_BINARY_DIR}/${target}.cpp)
  file(CONFIGURE OUTPUT ${source} CONTENT "// nothing of its own: owns the precompiled headers\n")
  add_library(${target} OBJECT ${source})
  target_compile_options(${target} PRIVATE ${arg_OPTIONS})
  target_link_libraries(${target} PRIVATE narrows_settings ${arg_LIBRARIES})
  target_precompile_headers(${target} PRIVATE ${narrows_precompiled} ${arg_HEADERS})
endfunction()

# Code that runs once per command, per file written or per test is not worth the compiler's time; the libraries that compute are.
set(narrows_light -O1)

# narrows_module(NAME [LIGHT] SOURCES a.cpp … HEADERS a.hpp … PUBLIC libs … PRIVATE libs …)
# A static library narrows_NAME, alias narrows::NAME, whose headers are included as "NAME/a.hpp" and installed. LIGHT: it writes and
# draws what others computed, with fmt and nlohmann_json.
function(narrows_module name)
  cmake_parse_arguments(arg "LIGHT" "" "SOURCES;HEADERS;PUBLIC;PRIVATE" ${ARGN})
  set(target narrows_${name})
  add_library(${target} STATIC)
  add_library(narrows::${name} ALIAS ${target})
  set_target_properties(${target} PROPERTIES EXPORT_NAME ${name} VERIFY_INTERFACE_HEADER_SETS ON)
  target_sources(${target} PRIVATE ${arg_SOURCES}
                 PUBLIC FILE_SET HEADERS BASE_DIRS ${PROJECT_SOURCE_DIR}/src FILES ${arg_HEADERS})
  target_link_libraries(${target} PUBLIC narrows_settings ${arg_PUBLIC} PRIVATE ${arg_PRIVATE})
  if(arg_LIGHT)
    target_compile_options(${target} PRIVATE ${narrows_light})
    target_link_libraries(${target} PRIVATE fmt::fmt nlohmann_json::nlohmann_json)
    target_precompile_headers(${target} REUSE_FROM narrows_light_headers)
  elseif(NOT name MATCHES "^(base|checker)$")  # they know nothing of Boost
    target_precompile_headers(${target} REUSE_FROM narrows_headers)
  endif()
  install(TARGETS ${target} EXPORT narrowsTargets FILE_SET HEADERS DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/narrows)
endfunction()

# narrows_together(TARGET a.cpp …): sources of the target that the compiler takes as one, because headers that they share (nlohmann_json,
# CLI11, Catch2) cost more than what they hold themselves. Their names in anonymous namespaces must differ. One by one: -D NARROWS_TOGETHER=OFF.
option(NARROWS_TOGETHER "Compile groups of small sources as one" ON)
function(narrows_together target first)
  set_target_properties(${target} PROPERTIES UNITY_BUILD ${NARROWS_TOGETHER} UNITY_BUILD_MODE GROUP)
  set_source_files_properties(${first} ${ARGN} PROPERTIES UNITY_GROUP ${first})
endfunction()

# narrows_test(NAME SOURCES a_test.cpp … LIBRARIES libs …): a Catch2 program registered with CTest.
function(narrows_test name)
  cmake_parse_arguments(arg "" "" "SOURCES;LIBRARIES" ${ARGN})
  add_executable(test_${name} ${arg_SOURCES})
  target_link_libraries(test_${name} PRIVATE narrows_settings narrows_catch_main ${arg_LIBRARIES})
  target_link_libraries(test_${name} PRIVATE Boost::headers)  # the definitions that the precompiled headers were made with
  target_compile_options(test_${name} PRIVATE ${narrows_light})
  target_precompile_headers(test_${name} REUSE_FROM narrows_test_headers)
  target_compile_definitions(test_${name} PRIVATE NARROWS_DATA_DIR="${PROJECT_SOURCE_DIR}/data")
  add_test(NAME ${name} COMMAND test_${name})
endfunction()

# Options for code with the checker's Lanes, vectors of four doubles that are passed between functions.
set(narrows_checker_lane_options -Wno-psabi)
if(CMAKE_SYSTEM_PROCESSOR MATCHES "x86_64|AMD64")
  list(APPEND narrows_checker_lane_options -mavx2)
endif()

# narrows_lane_sources(TARGET a.cpp …): compiles each source once per instruction set, with NARROWS_ISA naming it
# (portable, and on x86-64 avx2 and avx512). See src/arith/lanes.hpp for what such a source may contain.
function(narrows_lane_sources target)
  set(isas portable)
  set(flags_portable -O3)
  if(CMAKE_SYSTEM_PROCESSOR MATCHES "x86_64|AMD64")
    list(APPEND isas avx2 avx512)
    set(flags_portable -O1)  # a fallback that few processors use, and the slowest to compile
    set(flags_avx2 -O3 -mavx2 -mfma)
    set(flags_avx512 -O3 -mavx512f -mavx512dq -mavx512vl -mavx512bw -mfma -mprefer-vector-width=512)
  endif()
  foreach(source IN LISTS ARGN)
    get_filename_component(stem ${source} NAME_WE)
    foreach(isa IN LISTS isas)
      set(wrapper ${CMAKE_CURRENT_BINARY_DIR}/${stem}_${isa}.cpp)
      file(CONFIGURE OUTPUT ${wrapper} CONTENT "#define NARROWS_ISA ${isa}\n#include \"${CMAKE_CURRENT_SOURCE_DIR}/${source}\"\n")
      # -Wno-psabi: vectors wider than the base instruction set are passed between functions of one source only.
      set_source_files_properties(${wrapper} PROPERTIES COMPILE_OPTIONS "-fno-math-errno;-Wno-psabi;-Wno-ignored-attributes;${flags_${isa}}")
      set_source_files_properties(${wrapper} PROPERTIES SKIP_PRECOMPILE_HEADERS ON)
      target_sources(${target} PRIVATE ${wrapper})
    endforeach()
  endforeach()
endfunction()
