// idea-search: finds a network's ideals of its classes; see idea-search --help.

#include <algorithm>
#include <atomic>
#include <csignal>
#include <exception>
#include <iostream>
#include <memory>
#include <new>
#include <string>
#include <utility>
#include <vector>

#include "command_line.hpp"
#include "help.hpp"
#include "idea/files/report.hpp"
#include "idea/files/vf.hpp"
#include "idea/files/weights.hpp"
#include "idea/network/network.hpp"
#include "idea/simd/kernels.hpp"
#include "idea/strategies/options.hpp"
#include "idea/strategies/search.hpp"

namespace {

constexpr int kInvalidInput = 2;
constexpr int kInterrupted = 130;  // as a shell counts a command that Ctrl-C ended

std::atomic<bool> interrupted{false};
static_assert(std::atomic<bool>::is_always_lock_free, "a signal handler may set it");

// A second Ctrl-C ends the program at once.
void watch_for_interrupts() {
  struct sigaction action {};
  action.sa_handler = [](int) { interrupted = true; };
  action.sa_flags = static_cast<int>(SA_RESTART | SA_RESETHAND);
  ::sigaction(SIGINT, &action, nullptr);
}

int run(const std::vector<std::string>& arguments) {
  idea::Command command = idea::Parser(arguments).parse();
  if (command.help) {
    std::cout << idea::kHelp;
    return 0;
  }
  idea::Options& options = command.options;
  options.interrupted = &interrupted;
  options.kernels = &idea::chosen_kernels();
  const std::shared_ptr<const idea::Network> network =
      idea::read_weights(command.model, command.task);
  if (command.start) options.start = idea::read_vf(*command.start, command.task);
  idea::check(options, command.task);

  const idea::Report report(command.out, command.targets, options.frames, command.task);
  report.prepare(command.start.value_or(""));
  watch_for_interrupts();
  idea::Search search(network, command.targets, options);
  for (std::size_t n = 0; n < command.targets.size(); ++n) report.write(search.next());
  return 0;
}

int fail(const std::string& message) {
  std::cerr << "error: " << message << '\n';
  return kInvalidInput;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    return run({argv + std::min(argc, 1), argv + argc});
  } catch (const idea::Interrupted&) {
    std::cerr << "interrupted: nothing written for digits that were not finished\n";
    return kInterrupted;
  } catch (const std::bad_alloc&) {
    return fail("not enough memory");
  } catch (const std::exception& error) {
    return fail(error.what());
  }
}
