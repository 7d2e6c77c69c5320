#include "base/atomic_file.hpp"

#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>

#include "base/errors.hpp"

namespace narrows {

std::string read_file(const std::string& path) {
  if (path == "-") return {std::istreambuf_iterator<char>(std::cin), std::istreambuf_iterator<char>()};
  std::error_code ignored;
  if (std::filesystem::is_directory(path, ignored))
    throw InputError(path, "is a folder", "name a file", ExitCode::bad_input);
  std::ifstream in(path, std::ios::binary);
  if (!in) throw InputError(path, std::string("cannot be read: ") + std::strerror(errno), "check the path", ExitCode::not_found);
  std::string bytes{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
  if (in.bad()) throw InputError(path, "reading failed", "check the disk", ExitCode::bad_input);
  return bytes;
}

AtomicFile::AtomicFile(std::string path) : path_(std::move(path)) {
  if (path_ == "-") return;
  temporary_ = path_ + ".part" + std::to_string(::getpid());
  out_.open(temporary_, std::ios::binary | std::ios::trunc);
}

AtomicFile::~AtomicFile() {
  if (!temporary_.empty()) std::remove(temporary_.c_str());
}

void AtomicFile::write(std::string_view bytes) {
  std::ostream& out = path_ == "-" ? std::cout : out_;
  out.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
}

void AtomicFile::commit() {
  if (path_ == "-") {
    std::cout.flush();
    return;
  }
  out_.close();
  if (!out_) throw InputError(path_, "cannot be written", "check that the folder exists and is writable");
  std::error_code error;
  std::filesystem::rename(temporary_, path_, error);
  if (error) throw InputError(path_, "cannot be written: " + error.message(), "check that the folder exists and is writable");
  temporary_.clear();
}

void write_file_atomically(const std::string& path, std::string_view bytes) {
  AtomicFile file(path);
  file.write(bytes);
  file.commit();
}

}  // namespace narrows
