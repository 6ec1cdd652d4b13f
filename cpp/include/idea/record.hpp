// Records: what idea_5.json says of an ideal, enough to find it again to the byte.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "idea/ideal.hpp"
#include "idea/json.hpp"
#include "idea/options.hpp"
#include "idea/sha256.hpp"
#include "idea/vf.hpp"

namespace idea {

// A file that a search read, by the name that it was given, and its SHA-256.
struct Source {
  std::string name;
  std::string sum;
};

// What a search was made of.
struct Sources {
  Source model;
  std::optional<Source> start;
  std::vector<std::pair<std::string, std::string>> versions;  // that can make a difference
};

inline Json text_or_null(const std::optional<Source>& source, std::string Source::*part) {
  return source ? Json::text((*source).*part) : Json::null();
}

inline Json options_of(const Options& options, const Sources& sources) {
  const bool greedy = options.method == Method::kGreedy;
  return Json::object({
      {"method", Json::text(name_of(options.method))},
      {"model", Json::text(sources.model.name)},
      {"start", text_or_null(sources.start, &Source::name)},
      {"seed", Json::count(options.seed)},
      {"restarts", Json::count(options.restarts)},
      {"every", Json::count(options.every)},
      {"objective", Json::text("logit")},
      {"ink", Json::number(0)},
      {"smooth", Json::number(0)},
      {"freeze", Json::null()},
      {greedy ? "sweeps" : "steps", Json::count(greedy ? options.sweeps : options.steps)},
  });
}

// The same keys in the same order as `python -m idea.search` writes, which can replay it. What real
// digits reach, and objectives other than the logit, are Python's alone.
inline Json record(const Ideal& ideal, const Options& options, const Sources& sources) {
  std::vector<Json> logits;
  for (const double logit : ideal.logits) logits.push_back(Json::number(logit));
  std::vector<Json::Member> versions;
  for (const auto& [name, version] : sources.versions)
    versions.emplace_back(name, Json::text(version));
  return Json::object({
      {"digit", Json::count(ideal.digit)},
      {"energy", Json::number(ideal.energy)},
      {"logit", Json::number(ideal.energy)},
      {"real_digits", Json::null()},
      {"probability", Json::number(ideal.probability())},
      {"runner_up", Json::count(ideal.runner_up())},
      {"margin", Json::number(ideal.margin())},
      {"logits", Json::array(std::move(logits))},
      {"locally_optimal", Json::boolean(ideal.locally_optimal)},
      {"best_gain_left", Json::number(ideal.best_gain_left)},
      {"restarts", Json::count(ideal.restarts)},
      {"agreeing", Json::count(ideal.agreeing)},
      {"evaluations", Json::count(ideal.evaluations)},
      {"seconds", Json::number(std::stod(fixed(ideal.seconds, 3)))},
      {"interrupted", Json::boolean(false)},
      {"options", options_of(options, sources)},
      {"sha256", Json::object({{"start", text_or_null(sources.start, &Source::sum)},
                               {"freeze", Json::null()},
                               {"model", Json::text(sources.model.sum)},
                               {"dump", Json::text(sha256(dump_bytes(ideal.image)))}})},
      {"versions", Json::object(std::move(versions))},
  });
}

}  // namespace idea
