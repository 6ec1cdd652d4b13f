// The command line of idea-search.
#pragma once

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <limits>
#include <numeric>
#include <optional>
#include <string>
#include <system_error>
#include <thread>
#include <vector>

#include "idea/error.hpp"
#include "idea/files/files.hpp"
#include "idea/image.hpp"
#include "idea/strategies/options.hpp"

namespace idea {

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
  std::string known;
  for (const Method method : kMethods) {
    if (name == name_of(method)) return method;
    known.append(name_of(method)).append(", ");
  }
  throw Error("method must be one of " + known + "not " + name);
}

inline Aim aim_named(const std::string& name) {
  std::string known;
  for (const Aim aim : kAims) {
    if (name == name_of(aim)) return aim;
    known.append(name_of(aim)).append(", ");
  }
  known.resize(known.size() - 2);
  throw Error("objective must be one of " + known + ", not " + name);
}

// Reads a finite number; nothing if the text is anything else.
inline std::optional<double> finite_number(const std::string& text) {
  char* end = nullptr;
  const double value = std::strtod(text.c_str(), &end);
  if (end == text.c_str() || *end != '\0' || !std::isfinite(value)) return {};
  return value;
}

inline double seconds_of(const std::string& text) {
  const std::optional<double> seconds = finite_number(text);
  if (!seconds || *seconds < 0) throw Error("seconds must be a number, 0 or more, not " + text);
  return *seconds;
}

inline double weight_of(const std::string& name, const std::string& text) {
  const std::optional<double> weight = finite_number(text);
  if (!weight)
    throw Error("argument " + name + ": expected a number, such as 0.5, not '" + text + "'");
  return *weight;
}

// A method's own options.
inline std::vector<std::string> options_of(Method method) {
  switch (method) {
    case Method::kGreedy: return {"sweeps"};
    case Method::kMonteCarlo:
    case Method::kAnneal: return {"steps"};
    case Method::kSteepest: return {"flips"};
    case Method::kGuided: return {"rounds"};
    case Method::kBest: break;
  }
  return {"starts", "patience", "seconds"};
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
    require_method_options();
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
    if (!parse_flag() && !parse_search_option() && !parse_objective_option() &&
        !parse_method_option() && !parse_other_option())
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
    else if (name_ == "--jobs")
      options.jobs = whole_number("jobs", value(), 1, 256);
    else
      return false;
    return true;
  }

  bool parse_objective_option() {
    Terms& terms = command_.options;
    if (name_ == "--objective")
      terms.aim = aim_named(value());
    else if (name_ == "--ink")
      terms.ink = weight_of(name_, value());
    else if (name_ == "--smooth")
      terms.smooth = weight_of(name_, value());
    else
      return false;
    return true;
  }

  // An option that only some methods have.
  bool parse_method_option() {
    Options& options = command_.options;
    if (name_ == "--sweeps")
      options.sweeps = whole_number("sweeps", value(), 1);
    else if (name_ == "--steps")
      options.steps = whole_number("steps", value(), 1);
    else if (name_ == "--flips")
      options.flips = whole_number("flips", value(), 1);
    else if (name_ == "--rounds")
      options.rounds = whole_number("rounds", value(), 1);
    else if (name_ == "--starts")
      options.best.starts = whole_number("starts", value(), 1);
    else if (name_ == "--patience")
      options.best.patience = whole_number("patience", value(), 1);
    else if (name_ == "--seconds")
      options.best.seconds = seconds_of(value());
    else
      return false;
    own_.push_back(name_.substr(2));
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

  void require_method_options() const {
    const std::vector<std::string> known = options_of(command_.options.method);
    std::string names;
    for (const std::string& name : known) names.append(names.empty() ? "" : ", ").append(name);
    for (const std::string& name : own_) {
      if (std::find(known.begin(), known.end(), name) != known.end()) continue;
      std::string message = name_of(command_.options.method);
      throw Error(message.append(" has no option ").append(name).append("; it has ").append(names));
    }
  }

  std::vector<std::string> arguments_;
  std::size_t next_ = 0;
  std::string name_;                  // of the present option
  std::optional<std::string> value_;  // and its value
  std::string shape_ = "28x28";
  std::size_t classes_ = kMnist.classes;
  std::optional<std::string> digit_;
  std::vector<std::string> own_;  // the given options of methods
  Command command_;
};

}  // namespace idea
