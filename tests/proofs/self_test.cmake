# check_coq.cmake refuses each thing that it forbids: a copy of the sources with one offence each.
#
#   cmake -D COQ=proofs/coq -D SCRATCH=folder -P self_test.cmake
cmake_minimum_required(VERSION 3.24)

# check(NAME EXPECTED): runs the check on the scratch copy; EXPECTED is "accepted" or a part of the message.
function(check name expected)
  execute_process(COMMAND ${CMAKE_COMMAND} -D COQ=${SCRATCH} -P ${CMAKE_CURRENT_LIST_DIR}/check_coq.cmake
                  RESULT_VARIABLE result ERROR_VARIABLE message OUTPUT_QUIET)
  if(expected STREQUAL "accepted")
    if(NOT result EQUAL 0)
      message(FATAL_ERROR "${name}: refused: ${message}")
    endif()
  elseif(result EQUAL 0 OR NOT message MATCHES "${expected}")
    message(FATAL_ERROR "${name}: expected '${expected}', got: ${message}")
  endif()
endfunction()

function(fresh_copy)
  file(REMOVE_RECURSE "${SCRATCH}")
  file(GLOB_RECURSE files RELATIVE "${COQ}" "${COQ}/*.v" "${COQ}/*.txt" "${COQ}/_CoqProject")
  foreach(file IN LISTS files)
    configure_file("${COQ}/${file}" "${SCRATCH}/${file}" COPYONLY)
  endforeach()
endfunction()

fresh_copy()
check("the sources" accepted)
foreach(line IN ITEMS "Proof. Admitted." "Proof. admit. Abort." "Axiom a : False." "Parameter p : False." "Conjecture c : False."
                      "Unset Guard Checking." "#[bypass_check(guard)] Definition x := 1.")
  fresh_copy()
  file(APPEND "${SCRATCH}/activations.v" "\n${line}\n")
  check("${line}" "activations.v: ")
endforeach()
fresh_copy()
file(APPEND "${SCRATCH}/activations.v" "\nHypothesis h : False.\n")
check("a hypothesis without a section" "without a section")
fresh_copy()
file(WRITE "${SCRATCH}/stray.v" "")
check("a file that is not built" "stray.v is not in _CoqProject")
fresh_copy()
file(APPEND "${SCRATCH}/theorems.txt" "tunnel/T0 no.such.theorem\n")
check("a theorem without its line in assumptions.txt" "same theorems")
