// The files and lines that a search writes.
#pragma once

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <filesystem>
#include <iostream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "idea/error.hpp"
#include "idea/files/files.hpp"
#include "idea/files/text.hpp"
#include "idea/files/vf.hpp"
#include "idea/strategies/ideal.hpp"
#include "idea/strategies/options.hpp"

namespace idea {

// Without symbolic links, as far as it exists.
inline Path real_path(const Path& path) {
  std::error_code failed;
  const Path absolute = std::filesystem::absolute(path);
  const Path real = std::filesystem::weakly_canonical(absolute, failed);
  return failed ? absolute : real;
}

// The number is written with four digits or more.
inline std::string frame_name(std::size_t number) {
  const std::string digits = std::to_string(number);
  return "x" + std::string(digits.size() < 4 ? 4 - digits.size() : 0, '0') + digits + ".vf";
}

inline bool is_frame_name(const std::string& name) {
  const std::string_view end = ".vf";
  return name.size() >= 5 + end.size() && name[0] == 'x' &&
         name.compare(name.size() - end.size(), end.size(), end) == 0 &&
         std::all_of(name.begin() + 1, name.end() - static_cast<std::ptrdiff_t>(end.size()),
                     [](char c) { return c >= '0' && c <= '9'; });
}

// An ideal's energy, and of what: log p, which is close to 0, in significant digits.
inline std::string energy_text(const Ideal& ideal) {
  const Terms& terms = ideal.terms;
  const bool small = terms.aim == Aim::kLogProbability;
  std::string energy = small ? rounded(ideal.energy, 4) : fixed(ideal.energy, 4);
  if (terms.plain()) return energy;
  std::string prices;
  const auto add = [&prices](double price, const std::string& what) {
    if (price == 0) return;
    prices += (prices.empty() ? ", minus " : " and ") + rounded(price, 6) + " for each " + what;
  };
  add(terms.ink, "white pixel");
  add(terms.smooth, "differing pair");
  return energy + " (" + name_of(terms.aim) + prices + "), logit " +
         fixed(ideal.logits[ideal.target], 4);
}

// The line that is printed for an ideal.
inline std::string line_of(const Ideal& ideal) {
  std::string optimum = "local optimum";
  if (ideal.flat)
    optimum = "flat: no flip changes the energy";
  else if (!ideal.locally_optimal)
    optimum = "no local optimum (best gain left " + rounded(ideal.best_gain_left, 2) + ")";
  std::string agreeing;
  if (ideal.restarts > 1)
    agreeing = ", " + std::to_string(ideal.agreeing) + " of " + std::to_string(ideal.restarts) +
               " starts agree";
  return std::to_string(ideal.target) + ": energy " + energy_text(ideal) + ", probability " +
         fixed(ideal.probability(), 4) + ", runner-up " + std::to_string(ideal.runner_up()) +
         ", margin " + fixed(ideal.margin(), 2) + ", " + optimum + agreeing + ", " +
         grouped(ideal.evaluations) + " flips evaluated in " + fixed(ideal.seconds, 2) + " s";
}

// The files of a search, and its lines on standard output.
class Report {
 public:
  // frames: whether to write them besides the dumps; with several targets, into a folder for each.
  Report(Path folder, std::vector<std::size_t> targets, bool frames, const Task& task = kMnist)
      : folder_(std::move(folder)), targets_(std::move(targets)), frames_(frames), task_(task) {}

  // Makes the folders, and checks before the search that the files can be written. start: the path
  // of the dump to start from, or empty.
  void prepare(const Path& start) const {
    std::vector<Path> files;
    for (const std::size_t target : targets_) files.push_back(path(target));
    if (!start.empty()) refuse_overwrite(start, files);
    require_no_folders(files);
    make_folder(folder_);
    for (const Path& folder : frames_folders()) make_folder(folder);
  }

  // Writes the dumps of an ideal, and prints its line.
  void write(const Ideal& ideal) const {
    if (frames_) write_frames(ideal);
    write_vf(path(ideal.target), ideal.image, task_);
    if (!(std::cout << line_of(ideal) << std::endl))
      throw Error("standard output: " + error_text(errno));
  }

 private:
  Path path(std::size_t target) const {
    return folder_ / ("idea_" + std::to_string(target) + ".vf");
  }

  Path frames_folder(std::size_t target) const {
    return targets_.size() == 1 ? folder_ : folder_ / ("frames_" + std::to_string(target));
  }

  std::vector<Path> frames_folders() const {
    std::vector<Path> folders;
    if (frames_)
      for (const std::size_t target : targets_) folders.push_back(frames_folder(target));
    return folders;
  }

  // Throws an Error if the start would be overwritten.
  void refuse_overwrite(const Path& start, const std::vector<Path>& files) const {
    const auto holds = [](const std::vector<Path>& paths, const Path& path) {
      return std::any_of(paths.begin(), paths.end(), [real = real_path(path)](const Path& other) {
        return real_path(other) == real;
      });
    };
    const Path parent = start.has_parent_path() ? start.parent_path() : Path(".");
    const bool frame = is_frame_name(start.filename().string()) && holds(frames_folders(), parent);
    if (frame || holds(files, start))
      throw Error("the start " + start.string() +
                  " would be overwritten by the result: name another --out");
  }

  // If an earlier search left more frames there than this one has, those whose numbers follow are
  // removed.
  void write_frames(const Ideal& ideal) const {
    const Path folder = frames_folder(ideal.target);
    Files files;
    for (const Image& frame : ideal.frames)
      files.emplace_back(folder / frame_name(files.size()), dump_bytes(frame, task_));
    write_files(files);
    std::error_code ignored;
    for (std::size_t number = files.size();; ++number) {
      const Path stale = folder / frame_name(number);
      if (!std::filesystem::is_regular_file(stale, ignored)) return;
      if (!std::filesystem::remove(stale, ignored))
        throw Error(stale.string() + ": can't be removed: " + ignored.message());
    }
  }

  Path folder_;
  std::vector<std::size_t> targets_;
  bool frames_;
  Task task_;
};

}  // namespace idea
