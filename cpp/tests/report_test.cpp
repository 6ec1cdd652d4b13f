#include "idea/files/report.hpp"

#include <doctest/doctest.h>

#include <iostream>
#include <sstream>
#include <string>
#include <vector>

#include "helpers.hpp"

namespace fs = std::filesystem;

namespace {

idea::Ideal made_up() {
  idea::Ideal ideal;
  ideal.target = 5;
  ideal.image = filled(1);
  ideal.logits = {0, 0, 0, 0.25, 0, 100.5, 0, 0, 0, 0};
  ideal.energy = 100.5;
  ideal.locally_optimal = true;
  ideal.best_gain_left = -0.0625;
  ideal.evaluations = 12345;
  ideal.seconds = 0.98765;
  ideal.restarts = 1;
  ideal.agreeing = 1;
  return ideal;
}

// What an action prints.
template <typename Action>
std::string printed_by(Action action) {
  std::ostringstream out;
  std::streambuf* before = std::cout.rdbuf(out.rdbuf());
  action();
  std::cout.rdbuf(before);
  return out.str();
}

// The names of the frames in a folder, sorted.
std::vector<std::string> frames_in(const fs::path& folder) {
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(folder))
    if (idea::is_frame_name(entry.path().filename().string()))
      names.push_back(entry.path().filename().string());
  std::sort(names.begin(), names.end());
  return names;
}

}  // namespace

TEST_CASE("the line that is printed for an ideal") {
  idea::Ideal ideal = made_up();
  CHECK(idea::line_of(ideal) ==
        "5: energy 100.5000, probability 1.0000, runner-up 3, margin 100.25, local optimum, "
        "12,345 flips evaluated in 0.99 s");
  ideal.locally_optimal = false;
  ideal.best_gain_left = 0.007654;
  ideal.restarts = 20;
  ideal.agreeing = 3;
  CHECK(idea::line_of(ideal) ==
        "5: energy 100.5000, probability 1.0000, runner-up 3, margin 100.25, no local "
        "optimum (best gain left 0.0077), 3 of 20 starts agree, 12,345 flips evaluated in 0.99 s");
  ideal.flat = true;
  CHECK(idea::line_of(ideal) ==
        "5: energy 100.5000, probability 1.0000, runner-up 3, margin 100.25, flat: no flip changes "
        "the energy, 3 of 20 starts agree, 12,345 flips evaluated in 0.99 s");
}

TEST_CASE("frames are numbered with four digits or more") {
  CHECK(idea::frame_name(0) == "x0000.vf");
  CHECK(idea::frame_name(12345) == "x12345.vf");
  for (const char* name : {"x0000.vf", "x12345.vf"}) CHECK(idea::is_frame_name(name));
  for (const char* name : {"x000.vf", "x000a.vf", "y0000.vf", "x0000.vff", "ax0000.vf", ".vf", ""})
    CHECK_FALSE(idea::is_frame_name(name));
}

TEST_CASE("a start that the result would overwrite is refused") {
  const Folder folder;
  const auto message_of = [&](const std::vector<std::size_t>& digits, bool frames,
                              const fs::path& start) {
    return error_of([&] { idea::Report(folder / "out", digits, frames).prepare(start); });
  };
  const auto refusal = [](const fs::path& start) {
    return "the start " + start.string() +
           " would be overwritten by the result: name another --out";
  };
  fs::create_directory_symlink(folder / "out", folder / "link");
  fs::create_directory(folder / "out");
  for (const fs::path& start :
       {folder / "out/idea_5.vf", folder / "link/idea_5.vf", folder / "out/../out/idea_5.vf"}) {
    CHECK(message_of({5}, false, start) == refusal(start));
    CHECK(message_of({3, 5}, false, start) == refusal(start));
    CHECK(message_of({3}, false, start) == "no error");
  }
  CHECK(message_of({5}, true, folder / "link/x0003.vf") == refusal(folder / "link/x0003.vf"));
  CHECK(message_of({5}, false, folder / "out/x0003.vf") == "no error");
  CHECK(message_of({5}, true, folder / "out/x.vf") == "no error");
  CHECK(message_of({5}, true, folder / "x0003.vf") == "no error");
  const fs::path inner = folder / "out/frames_5/x0003.vf";
  CHECK(message_of({3, 5}, true, inner) == refusal(inner));
}

TEST_CASE("a path that can't be written is found before the search") {
  const Folder folder;
  idea::make_folder(folder / "out/idea_5.vf");
  CHECK(error_of([&] {
          idea::Report(folder / "out", {3, 5}, false).prepare("");
        }) == (folder / "out/idea_5.vf").string() + ": is a folder; expected a file path");
  write_file(folder / "file", "");
  CHECK(error_of([&] { idea::Report(folder / "file", {5}, false).prepare(""); }) ==
        (folder / "file").string() + ": can't create the folder: File exists");
  CHECK(error_of([&] { idea::Report("", {5}, false).prepare(""); }) ==
        "expected a folder name, found an empty one");
}

TEST_CASE("fewer frames replace those of an earlier search") {
  const Folder folder;
  const idea::Report report(folder / ".", {5}, true);
  report.prepare("");
  idea::Ideal ideal = made_up();
  ideal.frames.assign(5, filled(0));
  write_file(folder / "x0009.vf", "another's");  // doesn't go on from the new ones
  CHECK(printed_by([&] { report.write(ideal); }) == idea::line_of(ideal) + "\n");
  CHECK(frames_in(folder / ".").size() == 6);
  ideal.frames.assign(2, filled(1));
  printed_by([&] { report.write(ideal); });
  CHECK(frames_in(folder / ".") == std::vector<std::string>{"x0000.vf", "x0001.vf", "x0009.vf"});
  CHECK(idea::read_vf(folder / "x0001.vf") == filled(1));
  CHECK(idea::read_vf(folder / "idea_5.vf") == filled(1));
}

TEST_CASE("frames of several digits get a folder each") {
  const Folder folder;
  const idea::Report report(folder / ".", {3, 5}, true);
  report.prepare("");
  idea::Ideal ideal = made_up();
  ideal.frames.assign(2, filled(0));
  printed_by([&] { report.write(ideal); });
  CHECK(folder.names() == std::vector<std::string>{"frames_3", "frames_5", "idea_5.vf"});
  CHECK(frames_in(folder / "frames_5").size() == 2);
}
