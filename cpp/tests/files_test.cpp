#include "idea/files/files.hpp"

#include <doctest/doctest.h>
#include <sys/wait.h>

#include <cstdlib>
#include <string>
#include <vector>

#include "helpers.hpp"

namespace fs = std::filesystem;
using Names = std::vector<std::string>;

TEST_CASE("a file is read whole") {
  const Folder folder;
  const std::string data("a\0b\n", 4);
  write_file(folder / "a", data);
  CHECK(idea::read_file(folder / "a", 4) == data);
  const std::string large(1000000, 'x');
  write_file(folder / "b", large);
  CHECK(idea::read_file(folder / "b", large.size()) == large);
  write_file(folder / "c", "");
  CHECK(idea::read_file(folder / "c", 0).empty());
}

TEST_CASE("what can't be read is named") {
  const Folder folder;
  const std::string missing = (folder / "no.vf").string();
  CHECK(error_of([&] { idea::read_file(missing, 9); }) ==
        missing + ": can't be read: No such file or directory");
  const std::string here = (folder / ".").string();
  CHECK(error_of([&] { idea::read_file(here, 9); }) == here + ": can't be read: Is a directory");
}

TEST_CASE("a file without end isn't read to its end") {
  const Folder folder;
  const std::string path = (folder / "a").string();
  write_file(path, "12345");
  CHECK(error_of([&] { idea::read_file(path, 4); }) ==
        path + ": expected a file of at most 4 bytes, found 5");
  CHECK(error_of([] { idea::read_file("/dev/zero", 1000000); }) ==
        "/dev/zero: expected a file of at most 1000000 bytes, found more");
}

TEST_CASE("several files are replaced together") {
  const Folder folder;
  write_file(folder / "a", "old");
  idea::write_files({{folder / "a", "new"}, {folder / "b", std::string(100000, 'b')}});
  CHECK(contents(folder / "a") == "new");
  CHECK(contents(folder / "b").size() == 100000);
  CHECK(folder.names() == Names{"a", "b"});
}

TEST_CASE("a write that fails leaves all as it was") {
  const Folder folder;
  write_file(folder / "a", "old");
  SUBCASE("into a missing folder") {
    const std::string path = (folder / "no/b").string();
    CHECK(error_of([&] {
            idea::write_files({{folder / "a", "new"}, {path, "new"}});
          }) == path + ": can't be written: No such file or directory");
  }
  SUBCASE("where a folder is") {
    const std::string path = (folder / "b").string();
    fs::create_directory(path);
    CHECK(error_of([&] {
            idea::write_files({{folder / "a", "new"}, {path, "new"}});
          }) == path + ": is a folder; expected a file path");
    fs::remove(path);
  }
  SUBCASE("under a file") {
    const std::string path = (folder / "a/b").string();
    CHECK(error_of([&] {
            idea::write_files({{folder / "a", "new"}, {path, "new"}});
          }) == path + ": can't be written: Not a directory");
  }
  CHECK(contents(folder / "a") == "old");
  CHECK(folder.names() == Names{"a"});
}

TEST_CASE("a full disk is noticed") { CHECK(idea::write_all("/dev/full", "data") == ENOSPC); }

TEST_CASE("a file in the present folder needs no folder name") {
  const Folder folder;
  const fs::path before = fs::current_path();
  fs::current_path(folder / ".");
  idea::write_files({{"a", "1"}});
  idea::make_folder("b/c");
  fs::current_path(before);
  CHECK(folder.names() == Names{"a", "b"});
  CHECK(fs::is_directory(folder / "b/c"));
}

TEST_CASE("folders are made with their parents") {
  const Folder folder;
  idea::make_folder(folder / "a/b/c");
  CHECK(fs::is_directory(folder / "a/b/c"));
  idea::make_folder(folder / "a/b/c");
  idea::make_folder(folder / "a/d/");
  CHECK(fs::is_directory(folder / "a/d"));
}

TEST_CASE("a folder that can't be made is named") {
  const Folder folder;
  write_file(folder / "a", "");
  const std::string file = (folder / "a").string();
  CHECK(error_of([&] { idea::make_folder(file); }) ==
        file + ": can't create the folder: File exists");
  CHECK(error_of([&] { idea::make_folder(file + "/b"); }) ==
        file + "/b: can't create the folder: Not a directory");
  CHECK(error_of([] { idea::make_folder(""); }) == "expected a folder name, found an empty one");
  CHECK(error_of([] { idea::make_folder("/proc/no"); }) ==
        "/proc/no: can't create the folder: No such file or directory");
}

TEST_CASE("a folder without permission is named") {
  const Folder folder;
  fs::permissions(folder / ".", fs::perms(0755));
  fs::create_directory(folder / "a");
  fs::permissions(folder / "a", fs::perms(0555));
  const std::string path = (folder / "a").string();
  const pid_t child = ::fork();
  if (child == 0) {
    // root may write anywhere
    const bool changed = ::geteuid() != 0 || ::setuid(65534) == 0;
    const std::string message = error_of([&] { idea::make_folder(path); });
    std::_Exit(changed && message == path + ": no permission to write in this folder" ? 0 : 1);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  CHECK(status == 0);
}
