// The command line of idea-search.
#pragma once

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <numeric>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <thread>
#include <vector>

#include "idea/error.hpp"
#include "idea/files/files.hpp"
#include "idea/image.hpp"
#include "idea/strategies/options.hpp"

namespace idea {

inline constexpr std::string_view kHelp =
    R"(usage: idea-search MODEL.dat [options]

Search the binary images of 28×28 pixels, or of another shape, for the one that a trained network
scores highest as a digit, or for another class: its ideal of that class.

  MODEL.dat          the network's weights as bare floats; python -m idea.export makes them
  --shape HxW        height and width of its images in pixels (default: 28x28)
  --classes N        number of its outputs (default: 10)

what to search for:
  --digit D          5, or 0,3,5, or all; with --classes N one of 0…N-1 (default: 5, or N-1 if
                     that is smaller)

how:
  --method NAME      greedy or mc, see below (default: greedy)
  --start FILE.vf    a dump to start from (default: random greys)
  --seed N           seed of the random number generator (default: 0)
  --restarts N       keep the best of N runs (default: 1)
  --sweeps N         number of passes of greedy over the pixels (default: 5)
  --steps N          number of changes that mc proposes (default: 10000)
  --every N          steps between frames; a step of greedy is a pixel (default: 200)
  --jobs N           number of threads (default: one for each core); the result is the same for
                     any number

what to write:
  --out DIR          folder for idea_5.vf (default: ideas)
  --frames           also the frames as x0000.vf …, in place of those of an earlier search; for
                     more than one digit in folders frames_5 …

methods:
  greedy: visit the pixels in order and set each to black or white, whichever has the higher
    energy (white on a tie); five sweeps reach a local optimum or come close.
  mc: Monte Carlo: draw a random pixel and value, and keep the change only if it raises the
    energy.

examples:
  idea-search mlp.dat                            the network's ideal 5
  idea-search mlp.dat --digit all --out ten      all ten, into the folder ten
  idea-search mlp.dat --digit 3,8 --restarts 20  the best of 20 random starts each
  idea-search mlp.dat --method mc --frames       by Monte Carlo, with the numbered frames
  idea-search a.dat --shape 8x8 --classes 3      a network of 64 pixels and three classes
  python -m idea.vf2png ideas --gif search.gif   draw and animate the written dumps

IDEA_SIMD=avx512, avx2 or plain in the environment forces an instruction set.

exit status: 0 success, 2 invalid input, 130 interrupted
)";

// The parsed command line.
struct Command {
  bool help = false;
  std::string model;
  std::optional<std::string> start;
  Task task;
  std::vector<std::size_t> targets;
  Options options;
  Path out = "ideas";
};

inline std::uint64_t whole_number(
    const std::string& name, const std::string& text, unsigned least,
    std::uint64_t most = 1'000'000'000'000'000) {  // products with it must not overflow
  std::uint64_t value = 0;
  const char* end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, value);
  const bool large = error == std::errc::result_out_of_range || value > most;
  if (large && rest == end)
    throw Error(name + " must be at most " + std::to_string(most) + ", not " + text);
  require_whole(error == std::errc() && rest == end && value >= least, name, least, text);
  return value;
}

inline Method method_named(const std::string& name) {
  for (const Method method : {Method::kGreedy, Method::kMonteCarlo})
    if (name == name_of(method)) return method;
  throw Error("method must be one of greedy, mc, not " + name);
}

// Reads digits without leading zeros; nothing if the text is anything else.
inline std::optional<std::size_t> plain_number(const std::string& text) {
  std::size_t value = 0;
  const char* end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc() || rest != end || (text.size() > 1 && text[0] == '0')) return {};
  return value;
}

// Reads a list such as "0,3,5", each class once, in order.
inline std::vector<std::size_t> targets_named(const std::string& text, std::size_t classes) {
  std::vector<std::size_t> targets;
  if (text == "all") {
    targets.resize(classes);
    std::iota(targets.begin(), targets.end(), 0);
    return targets;
  }
  for (std::size_t begin = 0; begin <= text.size();) {
    const std::size_t comma = std::min(text.find(',', begin), text.size());
    const std::string name = text.substr(begin, comma - begin);
    const std::optional<std::size_t> target = plain_number(name);
    if (!target || *target >= classes)
      throw Error("digit must be one of 0…" + std::to_string(classes - 1) +
                  ", or all alone, not '" + name + "'");
    if (std::find(targets.begin(), targets.end(), *target) == targets.end())
      targets.push_back(*target);
    begin = comma + 1;
  }
  return targets;
}

// Reads a height and a width such as "28x28".
inline Task task_of(const std::string& shape, std::size_t classes) {
  const std::size_t times = std::min(shape.find('x'), shape.size());
  const std::optional<std::size_t> height = plain_number(shape.substr(0, times));
  const std::optional<std::size_t> width =
      plain_number(shape.substr(std::min(times + 1, shape.size())));
  if (!height || !width)
    throw Error("shape must be a height and a width such as 28x28, not " + shape);
  return {*height, *width, classes};
}

// Reads the arguments one after the other.
class Parser {
 public:
  explicit Parser(std::vector<std::string> arguments) : arguments_(std::move(arguments)) {
    command_.options.jobs = std::max(1U, std::thread::hardware_concurrency());
  }

  Command parse() {
    while (next_ < arguments_.size() && !command_.help) parse_argument(arguments_[next_++]);
    if (command_.help) return command_;
    if (command_.model.empty()) throw Error("expected MODEL.dat, found nothing; see --help");
    command_.task = task_of(shape_, classes_);
    const std::string last = std::to_string(std::min<std::size_t>(5, classes_ - 1));
    command_.targets = targets_named(digit_.value_or(last), classes_);
    require_method_option("sweeps", sweeps_, Method::kGreedy, "steps");
    require_method_option("steps", steps_, Method::kMonteCarlo, "sweeps");
    check(command_.options, command_.task);
    return command_;
  }

 private:
  void parse_argument(const std::string& argument) {
    if (argument.substr(0, 1) != "-") return parse_model(argument);
    const std::size_t equals = argument.find('=');
    name_ = argument.substr(0, equals);
    value_.reset();
    if (equals != std::string::npos) value_ = argument.substr(equals + 1);
    if (!parse_flag() && !parse_search_option() && !parse_other_option())
      throw Error("unknown option " + name_ + "; see --help");
  }

  void parse_model(const std::string& argument) {
    if (!command_.model.empty())
      throw Error("expected one MODEL.dat, found " + command_.model + " and " + argument +
                  "; digits are listed with commas: --digit 3,8");
    command_.model = argument;
  }

  bool parse_flag() {
    const bool help = name_ == "--help" || name_ == "-h";
    if (!help && name_ != "--frames") return false;
    if (value_) throw Error(name_ + " takes no value, found " + *value_);
    if (help) command_.help = true;
    if (!help) command_.options.frames = true;
    return true;
  }

  bool parse_search_option() {
    constexpr std::uint64_t kAny = std::numeric_limits<std::uint64_t>::max();
    Options& options = command_.options;
    if (name_ == "--method")
      options.method = method_named(value());
    else if (name_ == "--seed")
      options.seed = whole_number("seed", value(), 0, kAny);
    else if (name_ == "--restarts")
      options.restarts = whole_number("restarts", value(), 1);
    else if (name_ == "--every")
      options.every = whole_number("every", value(), 1);
    else if (name_ == "--sweeps")
      options.sweeps = whole_number("sweeps", value(), 1), sweeps_ = true;
    else if (name_ == "--steps")
      options.steps = whole_number("steps", value(), 1), steps_ = true;
    else if (name_ == "--jobs")
      options.jobs = whole_number("jobs", value(), 1, 256);
    else
      return false;
    return true;
  }

  bool parse_other_option() {
    if (name_ == "--digit")
      digit_ = value();
    else if (name_ == "--shape")
      shape_ = value();
    else if (name_ == "--classes")
      classes_ = whole_number("classes", value(), Task::kLeastClasses, Task::kMostClasses);
    else if (name_ == "--start")
      command_.start = value();
    else if (name_ == "--out")
      command_.out = value();
    else
      return false;
    return true;
  }

  // That of the present option: after the equals sign, or the next argument.
  std::string value() {
    if (!value_ && next_ < arguments_.size()) value_ = arguments_[next_++];
    if (!value_ || value_->empty()) throw Error(name_ + ": expected a value, found nothing");
    return *value_;
  }

  void require_method_option(const std::string& name, bool given, Method owner,
                             const std::string& other) const {
    const Method method = command_.options.method;
    if (given && method != owner)
      throw Error(name_of(method) + " has no option " + name + "; it has " + other);
  }

  std::vector<std::string> arguments_;
  std::size_t next_ = 0;
  std::string name_;                  // of the present option
  std::optional<std::string> value_;  // and its value
  std::string shape_ = "28x28";
  std::size_t classes_ = kMnist.classes;
  std::optional<std::string> digit_;
  bool sweeps_ = false;
  bool steps_ = false;
  Command command_;
};

}  // namespace idea
