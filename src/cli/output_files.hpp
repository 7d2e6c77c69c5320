// Whether the files that a command is to write can be written: asked before any work, so that an error leaves no file behind.
#pragma once

#include <string>
#include <vector>

namespace narrows::cli {

/// Before any work is done: every file of the list can be written, as far as its folder tells; "" and - are skipped.
/// Errors  InputError naming the first file whose folder is missing or not writable, or that is a folder itself.
void require_writable(const std::vector<std::string>& files);

}  // namespace narrows::cli
