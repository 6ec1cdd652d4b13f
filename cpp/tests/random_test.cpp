// All numbers here were printed by numpy 2.4.6, with the commands above them.
#include "idea/strategies/random.hpp"

#include <doctest/doctest.h>

#include <array>
#include <cstdint>
#include <limits>
#include <vector>

using State = std::array<std::uint64_t, 4>;
using Draws = std::vector<std::uint64_t>;

TEST_CASE("a seed is spread as by numpy") {
  // for seed in …: print(np.random.SeedSequence(seed).generate_state(4, np.uint64))
  CHECK(idea::SeedSequence(0).state() ==
        State{0xdb2cd7e7b0f478be, 0xabf4641a2c71ba49, 0x20c6ed6d9d7b8d41, 0x2c4099de223c39d4});
  CHECK(idea::SeedSequence(0xFFFFFFFF).state() ==
        State{0x2a05c5e276c1fe08, 0x2032e40fc20e8198, 0xed4ac06d787f4396, 0x56896cb4f3db80fd});
  CHECK(idea::SeedSequence(0x100000000).state() ==
        State{0x50ff846cec53f444, 0x7a4918dbe8278562, 0x3bff9f6c362e2b19, 0xbdb177539a0654e3});
  CHECK(idea::SeedSequence(5000000000).state() ==
        State{0x95fc28982bcde424, 0x4716759f9b64d3c5, 0x0f0fb07b6ea2a46b, 0x5183976a4d6892e9});
  CHECK(idea::SeedSequence(std::numeric_limits<std::uint64_t>::max()).state() ==
        State{0xaebca151928cad0d, 0x119c30448638dc7a, 0x1bbb155659e642a7, 0xa76b11e3e8c4a8f6});
}

TEST_CASE("a spawn key gives another sequence, as by numpy") {
  // np.random.SeedSequence(seed, spawn_key=key).generate_state(4, np.uint64)
  CHECK(idea::SeedSequence(0, {0}).state() ==
        State{0x784dfb2cdff7b411, 0xca65717f56cf8f57, 0x66ba395b9bb52223, 0x6f9b32110fe1e0a9});
  CHECK(idea::SeedSequence(0, {0x100000000}).state() ==
        State{0xcec08954d575e9b1, 0x6a559c3f57969dea, 0xc6c27c86d7668052, 0x7ced1cd735a4c848});
  CHECK(idea::SeedSequence(5000000000, {2}).state() ==
        State{0x1ba69c51daac9da8, 0x3cfff84192d7fc27, 0x639d1d0a45819c75, 0x803dcbf34dca466a});
  CHECK(idea::SeedSequence(5000000000, {1, 3}).state() ==
        State{0xeacedfbb0f39c59a, 0xbc211ab100a9ad4d, 0x5af12b64bcefa54c, 0xb4469e8608e1df15});
}

TEST_CASE("the bits are PCG64's") {
  // for seed in …: print(np.random.default_rng(seed).bit_generator.random_raw(3))
  const auto first_three = [](std::uint64_t seed) {
    idea::Pcg64 bits(idea::SeedSequence(seed).state());
    return Draws{bits.next64(), bits.next64(), bits.next64()};
  };
  CHECK(first_three(0) == Draws{11749869230777074271U, 4976686463289251617U, 755828109848996024U});
  CHECK(first_three(1) == Draws{9441442522235856127U, 17532960557476522086U, 2659275481604167885U});
  CHECK(first_three(5000000000) ==
        Draws{13612822108948717442U, 9602355123249257654U, 8495558616909289051U});
}

TEST_CASE("draws of all kinds follow each other as numpy's do") {
  // g = np.random.default_rng(0)
  // print(g.random(3, dtype=np.float32).tolist(), g.integers(784, size=5), g.integers(2, size=9),
  //       g.random(2, dtype=np.float32).tolist(), g.integers(1, size=2), g.integers(2**32, size=2),
  //       g.integers(2**31 + 1, size=6), g.integers(3000000000, size=6),
  //       g.random(1, dtype=np.float32).tolist())
  idea::Generator g(0);
  CHECK(g.random() == 0.8506242036819458F);
  CHECK(g.random() == 0.6369616389274597F);
  CHECK(g.random() == 0.5111364722251892F);  // half of a draw of 64 bits is left over
  CHECK(g.integers(784, 5) == Draws{211, 241, 32, 58, 12});
  CHECK(g.integers(2, 9) == Draws{0, 1, 1, 1, 1, 1, 1, 1, 1});
  CHECK(g.random() == 0.5436249375343323F);
  CHECK(g.random() == 0.5599173903465271F);
  CHECK(g.integers(1, 2) == Draws{0, 0});  // without a draw
  CHECK(g.integers(std::uint64_t{1} << 32U, 2) == Draws{4016105479, 1191196492});
  // Nearly every second draw is discarded for this number, and every third for the next.
  CHECK(g.integers((std::uint64_t{1} << 31U) + 1, 6) ==
        Draws{1440696408, 72124473, 1818006483, 377217572, 1853662621, 1033071480});
  CHECK(g.integers(3000000000, 6) ==
        Draws{1209715434, 16057921, 372849829, 24852929, 1576853286, 1941568534});
  CHECK(g.random() == 0.2572997808456421F);
}

TEST_CASE("a spawned generator draws as numpy's") {
  // children = np.random.SeedSequence(7).spawn(2)
  // print(np.random.default_rng(children[1]).integers(784, size=4))
  CHECK(idea::Generator(7, {1}).integers(784, 4) == Draws{534, 376, 312, 46});
}

TEST_CASE("numbers in double precision, and of more than 32 bits, are numpy's") {
  // g = np.random.default_rng(3)
  // print(g.random(2).tolist(), g.integers(2**40, size=2), g.integers(2**63 - 5, size=2),
  //       g.integers(5), g.random())
  idea::Generator g(3);
  CHECK(g.uniform() == 0.08564916714362436);
  CHECK(g.uniform() == 0.2368105065960997);
  CHECK(g.integers(std::uint64_t{1} << 40U, 2) == Draws{881010591534, 640093927902});
  CHECK(g.integers((std::uint64_t{1} << 63U) - 5, 2) ==
        Draws{868183486707206022U, 3994890908985562241U});
  CHECK(g.integer(5) == 3);
  CHECK(g.uniform() == 0.15973891463707857);
}

TEST_CASE("the state of numpy's bits is restored") {
  idea::Generator g(5);
  CHECK(g.integer(784) < 784);  // half of a draw of 64 bits is left over
  idea::Generator copy(g.saved());
  for (int n = 0; n < 3; ++n) CHECK(copy.random() == g.random());
  CHECK(copy.uniform() == g.uniform());
}
