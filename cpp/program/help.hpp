// The text of idea-search --help.
#pragma once

#include <string_view>

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
  --objective NAME   logit, the logit of D; margin, that minus the largest other logit; or logp,
                     the logarithm of the probability of D (default: logit)
  --ink X            penalty for each white pixel (default: 0)
  --smooth X         penalty for each pair of horizontal or vertical neighbours that differ
                     (default: 0)

how:
  --method NAME      greedy, mc, steepest, guided, anneal or best, see below (default: greedy)
  --start FILE.vf    a dump to start from (default: random greys)
  --seed N           seed of the random number generator (default: 0)
  --restarts N       keep the best of N runs (default: 1)
  --every N          steps between frames, see below (default: 200)
  --jobs N           number of threads (default: one for each core); the result is the same for
                     any number

options of one method:
  --sweeps N         of greedy: passes over the pixels (default: 5)
  --steps N          of mc and anneal: changes proposed (default: 10000 and 100000)
  --flips N          of steepest: flips made at most (default: 10000)
  --rounds N         of guided: rounds at most (default: 100)
  --starts N         of best: starts in a round (default: 20)
  --patience N       of best: attempts without success before a search from one start ends
                     (default: 150)
  --seconds T        of best: how long to search; rounds follow each other (default: 0, for one
                     round)

what to write:
  --out DIR          folder for idea_5.vf (default: ideas)
  --frames           also the frames as x0000.vf …, in place of those of an earlier search; for
                     more than one digit in folders frames_5 …

methods:
  greedy: visit the pixels in order and set each to black or white, whichever has the higher
    energy (white on a tie); five sweeps reach a local optimum or come close. A step is a pixel.
  mc: Monte Carlo: draw a random pixel and value, and keep the change only if it raises the
    energy. A step is a draw.
  steepest: repeatedly make the flip with the largest gain, until none gains. A step is a flip.
  guided: rank all flips by gain, apply those with positive gain, best first, and rank again,
    until none is left: a local optimum, faster than greedy. A step is a flip tried.
  anneal: simulated annealing: random changes, where those that lower the energy are accepted
    with decreasing probability; then an ascent to a local optimum. A step is a draw.
  best: for the highest energy: local ascents from many diverse starts, then simulated annealing
    and iterated local search from two of the results. A step is an ascent.

examples:
  idea-search mlp.dat                            the network's ideal 5
  idea-search mlp.dat --digit all --out ten      all ten, into the folder ten
  idea-search mlp.dat --digit 3,8 --restarts 20  the best of 20 random starts each
  idea-search mlp.dat --method mc --frames       by Monte Carlo, with the numbered frames
  idea-search mlp.dat --method best --seconds 9  as high as nine seconds reach
  idea-search mlp.dat --smooth 0.5               with fewer lone pixels
  idea-search a.dat --shape 8x8 --classes 3      a network of 64 pixels and three classes
  python -m idea.vf2png ideas --gif search.gif   draw and animate the written dumps

IDEA_SIMD=avx512, avx2 or plain in the environment forces an instruction set.

exit status: 0 success, 2 invalid input, 130 interrupted
)";

}  // namespace idea
