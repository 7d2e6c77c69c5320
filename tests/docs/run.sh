#!/bin/bash
# The examples of README.md and docs/ say what the programs say today.
#
# In a fenced block a line that starts with "$ " is a command, with its continuation lines (after a backslash, or up to the END of a
# here-document); the lines after it are its answer, shortened and with other seconds. Every command that calls a built program is run,
# all of a page in one scratch folder. It must end with 0, 1 or 2, and where the page shows a verdict first (proved, refuted, …), with that verdict.
#
# run.sh BIN SOURCE SCRATCH: the folder of the programs, the source tree, a folder that is made anew.
set -u
bin=$1 source=$2 scratch=$3
failed=0 ran=0

# What takes more than a few seconds runs with NARROWS_LONG only.
slow='narrows prove|digits/\*\.onnx|narrows regimes'

# Writes the commands of a page to files 1.command, 1.answer (its first line), 2.command, … in the current folder.
split_page() {
  awk '
    function open_command() { n++; command = n ".command"; text = substr($0, 3); wanted = 1 }
    function is_open() { return text ~ /\\$/ || (text ~ /<<.END/ && text !~ /\nEND$/) }
    /^```/ { fenced = !fenced; wanted = 0; next }
    !fenced { next }
    text != "" && is_open() { text = text "\n" $0; if (!is_open()) { print text > command; text = "" } next }
    /^\$ / { open_command(); if (!is_open()) { print text > command; text = "" } next }
    wanted { print > (n ".answer"); wanted = 0 }
  ' "$1"
}

verdict_of() { head -n 1 "$1" | grep -oE '^(proved|refuted|undecided|ACCEPTED|REJECTED)' || true; }

run_page() {
  local page=$1 folder=$scratch/$(basename "$1" .md)
  mkdir -p "$folder/build" "$folder/parts" && ln -s "$bin" "$folder/build/bin" && ln -s "$source/data" "$folder/data" && ln -s "$source/proofs" "$folder/proofs"
  (cd "$folder/parts" && split_page "$source/$page")
  local number=1 command shown got status
  while [ -e "$folder/parts/$number.command" ]; do
    command=$(cat "$folder/parts/$number.command")
    shown=$folder/parts/$number.answer
    number=$((number + 1))
    [[ $command == *build/bin/* ]] || continue
    [ -z "${NARROWS_LONG-}" ] && grep -qE "$slow" <<<"$command" && continue
    (cd "$folder" && bash -c "$command" >parts/out 2>parts/err)
    status=$?
    ran=$((ran + 1))
    if [ "$status" -gt 2 ]; then
      echo "$page: exit code $status of: $command" && cat "$folder/parts/err" && failed=$((failed + 1))
    elif [ -e "$shown" ] && [ "$(verdict_of "$shown")" != "$(verdict_of "$folder/parts/out")" ]; then
      got=$(head -n 1 "$folder/parts/out")
      echo "$page: the page shows \"$(head -n 1 "$shown")\", the program says \"$got\": $command" && failed=$((failed + 1))
    fi
  done
}

rm -rf "$scratch" && mkdir -p "$scratch" || exit 1
for page in README.md $(cd "$source" && ls docs/*.md); do
  run_page "$page"
done
# Links to files of the tree.
while IFS=: read -r page link; do
  target=$(dirname "$source/$page")/${link%%#*}
  [ -e "$target" ] || { echo "$page: no such file: $link" && failed=$((failed + 1)); }
done < <(cd "$source" && grep -oE '\]\([^):# ]+' README.md docs/*.md | sed 's/\](//')
echo "$ran commands, $failed failures"
[ "$ran" -ge 20 ] && [ "$failed" -eq 0 ]
