// The program: its output, its files and its exit status.
#include <doctest/doctest.h>
#include <sys/wait.h>

#include <csignal>
#include <cstdlib>
#include <string>
#include <vector>

#include "helpers.hpp"
#include "idea/files/vf.hpp"
#include "idea/files/weights.hpp"

namespace {

struct Result {
  int status;
  std::string out;
  std::string err;
};

// A folder with a small network in it, where the program runs.
class Home {
 public:
  Home() {
    add(Weights::random({7, 7}, 1), "m.dat");
    idea::write_vf(folder_ / "x.vf", random_grey(1));
  }

  void add(const Weights& weights, const std::string& name) const {
    std::string data;
    for (const Weights::Layer& layer : weights.layers)
      data += idea::bytes_of(layer.W) + idea::bytes_of(layer.b);
    write_file(folder_ / name, data);
  }

  Result run(const std::string& arguments) const {
    const std::string command = "cd '" + (folder_ / ".").string() + "' && " + IDEA_SEARCH + " " +
                                arguments + " >out.txt 2>err.txt";
    const int status = std::system(command.c_str());
    Result result{WEXITSTATUS(status), contents(folder_ / "out.txt"),
                  contents(folder_ / "err.txt")};
    std::filesystem::remove(folder_ / "out.txt");
    std::filesystem::remove(folder_ / "err.txt");
    return result;
  }

  std::filesystem::path operator/(const std::string& name) const { return folder_ / name; }
  std::vector<std::string> names() const { return folder_.names(); }

 private:
  Folder folder_;
};

// Searches with a random network of a task.
void search_task(const Home& home, const idea::Task& task) {
  CAPTURE(name_of(task));
  home.add(Weights::random({7, 7}, 1, task), "other.dat");
  const std::string shape = std::to_string(task.height) + "x" + std::to_string(task.width);
  const std::string last = std::to_string(task.classes - 1);
  const std::string arguments = "other.dat --out " + shape + " --shape " + shape +
                                " --classes=" + std::to_string(task.classes);
  CHECK(home.run(arguments + " --digit 1," + last).status == 0);
  const auto path = home / (shape + "/idea_" + last + ".vf");
  CHECK(std::filesystem::file_size(path) == 4 * task.pixels());
  const Result again =
      home.run(arguments + " --start " + shape + "/idea_1.vf --out again --digit " + last);
  CHECK(again.status == 0);
  const auto dump = home / ("again/idea_" + last + ".vf");
  const double energy = idea::read_weights(home / "other.dat", task)
                            ->logits(idea::read_vf(dump, task))[task.classes - 1];
  CHECK(again.out.find("energy " + idea::fixed(energy, 4)) != std::string::npos);
  const Result all = home.run(arguments + " --digit all --sweeps 1");
  CHECK(std::count(all.out.begin(), all.out.end(), '\n') ==
        static_cast<std::ptrdiff_t>(task.classes));
  const Result plain = home.run(arguments + " --sweeps 1");
  CHECK(plain.out.substr(0, 3) == (task.classes > 5 ? "5: " : last + ": "));
}

}  // namespace

TEST_CASE("the program finds an ideal") {
  const Home home;
  const Result result = home.run("m.dat --out ./here/");
  CHECK(result.status == 0);
  CHECK(result.err.empty());
  CHECK(result.out.substr(0, 10) == "5: energy ");
  CHECK(std::count(result.out.begin(), result.out.end(), '\n') == 1);
  const idea::Image image = idea::read_vf(home / "here/idea_5.vf");
  const double energy = idea::read_weights(home / "m.dat")->logits(image)[5];
  CHECK(result.out.find("energy " + idea::fixed(energy, 4)) != std::string::npos);
}

TEST_CASE("the program finds several, and writes their frames") {
  const Home home;
  const Result result = home.run("m.dat --digit=3,0,3 --frames --method mc --steps 900 --jobs 2");
  CHECK(result.status == 0);
  CHECK(std::count(result.out.begin(), result.out.end(), '\n') == 2);
  CHECK(result.out.substr(0, 3) == "3: ");
  CHECK(result.out.find("\n0: energy ") != std::string::npos);
  CHECK(idea::read_vf(home / "ideas/frames_0/x0000.vf") ==
        idea::read_vf(home / "ideas/frames_3/x0000.vf"));
  CHECK(std::filesystem::exists(home / "ideas/frames_3/x0004.vf"));
  CHECK_FALSE(std::filesystem::exists(home / "ideas/frames_3/x0005.vf"));
}

TEST_CASE("all digits are found from one start") {
  const Home home;
  const Result result = home.run("--digit all --start x.vf m.dat --sweeps 1");
  CHECK(result.status == 0);
  CHECK(std::count(result.out.begin(), result.out.end(), '\n') == 10);
  for (char digit = '0'; digit <= '9'; ++digit)
    CHECK(std::filesystem::exists(home / (std::string("ideas/idea_") + digit + ".vf")));
}

TEST_CASE("the program finds ideals of other tasks") {
  const Home home;
  for (const idea::Task& task : tasks()) search_task(home, task);
}

TEST_CASE("help lists the options") {
  const Home home;
  for (const char* option : {"--help", "-h", "m.dat --digit all --help"}) {
    const Result result = home.run(option);
    CHECK(result.status == 0);
    CHECK(result.err.empty());
    for (const char* word :
         {"usage:",      "--shape",    "--classes", "--digit",  "--method",  "--start",
          "--seed",      "--restarts", "--sweeps",  "--steps",  "--flips",   "--rounds",
          "--starts",    "--patience", "--seconds", "--every",  "--jobs",    "--out",
          "--objective", "--ink",      "--smooth",  "--frames", "examples:", "exit status:"})
      CHECK(result.out.find(word) != std::string::npos);
  }
  CHECK(home.names() == std::vector<std::string>{"m.dat", "x.vf"});
}

TEST_CASE("invalid input prints an error message, and nothing is written") {
  const Home home;
  write_file(home / "short.dat", "123");
  const std::vector<std::vector<std::string>> cases = {
      {"", "expected MODEL.dat, found nothing; see --help"},
      {"no.dat", "no.dat: can't be read: No such file or directory"},
      {"short.dat",
       "short.dat: expected the float32 of a 784-units-units-10 network, found 3 bytes: 1 units "
       "take 3228 bytes, 2 take 6424, 784 take 4954920"},
      {"m.dat --start m.dat",
       "m.dat: expected a dump of 3136 bytes (784 float32), found 22524 bytes"},
      {"m.dat 8",
       "expected one MODEL.dat, found m.dat and 8; digits are listed with commas: --digit 3,8"},
      {"m.dat --digit 10", "digit must be one of 0…9, or all alone, not '10'"},
      {"m.dat --digit 1,all", "digit must be one of 0…9, or all alone, not 'all'"},
      {"m.dat --digit 1,", "digit must be one of 0…9, or all alone, not ''"},
      {"m.dat --digit 05", "digit must be one of 0…9, or all alone, not '05'"},
      {"m.dat --digit 3 --classes 3", "digit must be one of 0…2, or all alone, not '3'"},
      {"m.dat --classes 1", "classes must be a whole number, 2 or more, not 1"},
      {"m.dat --classes 1001", "classes must be at most 1000, not 1001"},
      {"m.dat --shape 28", "shape must be a height and a width such as 28x28, not 28"},
      {"m.dat --shape 8x8x8", "shape must be a height and a width such as 28x28, not 8x8x8"},
      {"m.dat --shape x8", "shape must be a height and a width such as 28x28, not x8"},
      {"m.dat --shape 1x3", "expected images of 4…4096 pixels, found 1×3"},
      {"m.dat --shape 65x64", "expected images of 4…4096 pixels, found 65×64"},
      {"m.dat --shape 5x3 --classes 2",
       "m.dat: expected the float32 of a 15-units-units-2 network, found 22524 bytes: 66 units "
       "take 22448 bytes, 67 take 23056, 15 take 2048"},
      {"m.dat --method fast",
       "method must be one of greedy, mc, steepest, guided, anneal, best, not fast"},
      {"m.dat --seed -1", "seed must be a whole number, 0 or more, not -1"},
      {"m.dat --seed 1.5", "seed must be a whole number, 0 or more, not 1.5"},
      {"m.dat --seed 18446744073709551616",
       "seed must be at most 18446744073709551615, not 18446744073709551616"},
      {"m.dat --restarts 0", "restarts must be a whole number, 1 or more, not 0"},
      {"m.dat --every 0", "every must be a whole number, 1 or more, not 0"},
      {"m.dat --sweeps x", "sweeps must be a whole number, 1 or more, not x"},
      {"m.dat --sweeps 1000000000000001",
       "sweeps must be at most 1000000000000000, not 1000000000000001"},
      {"m.dat --jobs 257", "jobs must be at most 256, not 257"},
      {"m.dat --method mc --sweeps 3", "mc has no option sweeps; it has steps"},
      {"m.dat --steps 3", "greedy has no option steps; it has sweeps"},
      {"m.dat --method best --steps 3",
       "best has no option steps; it has starts, patience, seconds"},
      {"m.dat --method best --seconds -1", "seconds must be a number, 0 or more, not -1"},
      {"m.dat --objective energy", "objective must be one of logit, margin, logp, not energy"},
      {"m.dat --ink x", "argument --ink: expected a number, such as 0.5, not 'x'"},
      {"m.dat --smooth=inf", "argument --smooth: expected a number, such as 0.5, not 'inf'"},
      {"m.dat --start x.vf --restarts 2",
       "greedy is deterministic, so restarts from the same start are identical; leave out either "
       "the start or the restarts"},
      {"m.dat --gif", "unknown option --gif; see --help"},
      {"m.dat --seed", "--seed: expected a value, found nothing"},
      {"m.dat --out ''", "--out: expected a value, found nothing"},
      {"m.dat --frames=1", "--frames takes no value, found 1"},
      {"m.dat --start x.vf --out x.vf", "x.vf: can't create the folder: File exists"},
  };
  for (const std::vector<std::string>& wrong : cases) {
    CAPTURE(wrong[0]);
    const Result result = home.run(wrong[0]);
    CHECK(result.status == 2);
    CHECK(result.out.empty());
    CHECK(result.err == "error: " + wrong[1] + "\n");
  }
  CHECK(home.names() == std::vector<std::string>{"m.dat", "short.dat", "x.vf"});
}

TEST_CASE("an unknown instruction set prints an error message") {
  const Home home;
  ::setenv("IDEA_SIMD", "sse", 1);
  const Result result = home.run("m.dat");
  CHECK(home.run("--help").status == 0);
  ::unsetenv("IDEA_SIMD");
  CHECK(result.status == 2);
  CHECK(result.err.substr(0, 33) == "error: IDEA_SIMD: expected one of");
  CHECK(home.names() == std::vector<std::string>{"m.dat", "x.vf"});
}

TEST_CASE("a start that would be overwritten stays") {
  const Home home;
  REQUIRE(home.run("m.dat").status == 0);
  const std::string dump = contents(home / "ideas/idea_5.vf");
  const Result result = home.run("m.dat --start ideas/idea_5.vf");
  CHECK(result.status == 2);
  CHECK(result.err ==
        "error: the start ideas/idea_5.vf would be overwritten by the result: name another "
        "--out\n");
  CHECK(contents(home / "ideas/idea_5.vf") == dump);
}

TEST_CASE("a full standard output is an error") {
  const Home home;
  const std::string command =
      "cd '" + (home / ".").string() + "' && " + IDEA_SEARCH + " m.dat >/dev/full 2>err.txt";
  CHECK(WEXITSTATUS(std::system(command.c_str())) == 2);
  CHECK(contents(home / "err.txt") == "error: standard output: No space left on device\n");
}

TEST_CASE("Ctrl-C ends the search, and nothing is written for digits not finished") {
  const Home home;
  const pid_t child = ::fork();
  if (child == 0) {
    std::filesystem::current_path(home / ".");
    if (std::freopen("err.txt", "w", stderr) == nullptr) std::_Exit(1);
    ::execl(IDEA_SEARCH, IDEA_SEARCH, "m.dat", "--method", "mc", "--steps", "1000000000000",
            static_cast<char*>(nullptr));
    std::_Exit(1);
  }
  for (int n = 0; n < 10000 && !std::filesystem::exists(home / "ideas"); ++n) ::usleep(1000);
  ::usleep(100000);  // from the folder's making to the watch for Ctrl-C
  ::kill(child, SIGINT);
  int status = 0;
  ::waitpid(child, &status, 0);
  CHECK(WIFEXITED(status));
  CHECK(WEXITSTATUS(status) == 130);
  CHECK(contents(home / "err.txt") ==
        "interrupted: nothing written for digits that were not finished\n");
  CHECK(std::filesystem::is_empty(home / "ideas"));
}
