// Reading and writing whole files; a write that fails leaves the files as they were.
#pragma once

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include "idea/error.hpp"

namespace idea {

using Path = std::filesystem::path;

// Contents by path.
using Files = std::vector<std::pair<Path, std::string>>;

// The system's message for an error number.
inline std::string error_text(int error) { return std::generic_category().message(error); }

// An open file.
class Descriptor {
 public:
  // If it can't be opened, errno is set.
  Descriptor(const Path& path, int flags)
      : number_(::open(path.c_str(), flags | O_CLOEXEC, 0666)) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() { close(); }

  bool is_open() const { return number_ >= 0; }
  int number() const { return number_; }

  // Whether all data was written; some file systems report failures only here.
  bool close() { return ::close(std::exchange(number_, -1)) == 0; }

 private:
  int number_;
};

// Appends the rest of a file; returns 0 or the error number. Stops after `most` bytes.
inline int read_all(const Descriptor& file, std::string& data, std::size_t most) {
  constexpr std::size_t kChunk = 65536;
  while (data.size() <= most) {
    const std::size_t before = data.size();
    data.resize(before + kChunk);
    const ssize_t count = ::read(file.number(), &data[before], kChunk);
    const int error = count < 0 ? errno : 0;
    data.resize(before + static_cast<std::size_t>(count < 0 ? 0 : count));
    if (error != 0 && error != EINTR) return error;
    if (count == 0) break;
  }
  return 0;
}

// Reads a file of at most so many bytes; a larger one isn't read to its end, which may never come.
inline std::string read_file(const Path& path, std::size_t most) {
  const auto require = [&](std::uintmax_t size, const std::string& found) {
    if (size > most)
      throw Error(path.string() + ": expected a file of at most " + std::to_string(most) +
                  " bytes, found " + found);
  };
  const Descriptor file(path, O_RDONLY);
  struct stat status {};
  std::string data;
  if (!file.is_open() || ::fstat(file.number(), &status) != 0)
    throw Error(path.string() + ": can't be read: " + error_text(errno));
  if (S_ISREG(status.st_mode)) {
    const auto size = static_cast<std::uintmax_t>(status.st_size);
    require(size, std::to_string(size));
    data.reserve(size);
  }
  const int error = read_all(file, data, most);
  if (error != 0) throw Error(path.string() + ": can't be read: " + error_text(error));
  require(data.size(), "more");
  return data;
}

// Returns 0 or the error number.
inline int write_all(const Path& path, std::string_view data) {
  Descriptor file(path, O_WRONLY | O_CREAT | O_TRUNC);
  if (!file.is_open()) return errno;
  while (!data.empty()) {
    const ssize_t count = ::write(file.number(), data.data(), data.size());
    if (count < 0 && errno != EINTR) return errno;
    data.remove_prefix(static_cast<std::size_t>(count < 0 ? 0 : count));
  }
  return file.close() ? 0 : errno;
}

// Checks that no path of a file to write is a folder.
inline void require_no_folders(const std::vector<Path>& paths) {
  std::error_code ignored;
  for (const Path& path : paths)
    if (std::filesystem::is_directory(path, ignored))
      throw Error(path.string() + ": is a folder; expected a file path");
}

// The temporary name beside a file under which it is written; deleted at the end. The process
// number distinguishes programs that write the same file.
class Temporary {
 public:
  explicit Temporary(const Path& path)
      : path_(path.parent_path() /
              ("." + path.filename().string() + "." + std::to_string(::getpid()) + ".part")) {}
  Temporary(const Temporary&) = delete;
  Temporary(Temporary&& other) noexcept : path_(std::exchange(other.path_, Path())) {}
  Temporary& operator=(const Temporary&) = delete;
  Temporary& operator=(Temporary&&) = delete;
  ~Temporary() { ::unlink(path_.c_str()); }

  const Path& path() const { return path_; }

 private:
  Path path_;
};

// Writes several whole files: all to temporary names first, then all renamed. Whatever makes
// writing fail (a full disk, a missing folder, no permission) occurs before the first is renamed,
// so either all are replaced or none.
inline void write_files(const Files& files) {
  std::vector<Path> paths;
  std::vector<Temporary> temporaries;
  for (const auto& [path, data] : files) {
    paths.push_back(path);
    temporaries.emplace_back(path);
  }
  require_no_folders(paths);
  const auto require = [](int error, const Path& path) {
    if (error != 0) throw Error(path.string() + ": can't be written: " + error_text(error));
  };
  for (std::size_t n = 0; n < files.size(); ++n)
    require(write_all(temporaries[n].path(), files[n].second), files[n].first);
  for (std::size_t n = 0; n < files.size(); ++n) {
    const bool renamed = ::rename(temporaries[n].path().c_str(), paths[n].c_str()) == 0;
    require(renamed ? 0 : errno, paths[n]);
  }
}

// Makes a folder and its parents if they are missing; returns 0 or the error number.
inline int make_missing_folders(const Path& path) {
  const auto make = [&path] { return ::mkdir(path.c_str(), 0777) == 0 ? 0 : errno; };
  int error = make();
  if (error == ENOENT && path.has_parent_path() && path.parent_path() != path) {
    error = make_missing_folders(path.parent_path());
    if (error != 0) return error;
    error = make();
  }
  std::error_code ignored;
  return std::filesystem::is_directory(path, ignored) ? 0 : error;
}

// Makes a folder and its parents if they are missing, and checks that files can be written there.
inline void make_folder(const Path& path) {
  if (path.empty()) throw Error("expected a folder name, found an empty one");
  const int error = make_missing_folders(path);
  if (error != 0) throw Error(path.string() + ": can't create the folder: " + error_text(error));
  if (::access(path.c_str(), W_OK | X_OK) != 0)
    throw Error(path.string() + ": no permission to write in this folder");
}

}  // namespace idea
