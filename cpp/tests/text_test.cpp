#include "idea/files/text.hpp"

#include <doctest/doctest.h>

#include <limits>

TEST_CASE("numbers are written as Python's repr and numpy's str write them") {
  CHECK(idea::shortest(0.0) == "0.0");
  CHECK(idea::shortest(-0.0) == "-0.0");
  CHECK(idea::shortest(147.0) == "147.0");
  CHECK(idea::shortest(0.1) == "0.1");
  CHECK(idea::shortest(-113.23456789012344) == "-113.23456789012344");
  CHECK(idea::shortest(0.0001) == "0.0001");
  CHECK(idea::shortest(0.00001) == "1e-05");
  CHECK(idea::shortest(-1.5e-7) == "-1.5e-07");
  CHECK(idea::shortest(1234567890123456.0) == "1234567890123456.0");
  CHECK(idea::shortest(1e16) == "1e+16");
  CHECK(idea::shortest(1e300) == "1e+300");
  CHECK(idea::shortest(0.1F) == "0.1");
  CHECK(idea::shortest(1.5F) == "1.5");
  CHECK(idea::shortest(123456789.0F) == "123456790.0");
  CHECK(idea::shortest(std::numeric_limits<float>::quiet_NaN()) == "nan");
  CHECK(idea::shortest(-std::numeric_limits<float>::quiet_NaN()) == "nan");
  CHECK(idea::shortest(std::numeric_limits<double>::infinity()) == "inf");
  CHECK(idea::shortest(-std::numeric_limits<float>::infinity()) == "-inf");
}

TEST_CASE("numbers are rounded and grouped as by Python's format") {
  CHECK(idea::fixed(147.39724999, 4) == "147.3972");
  CHECK(idea::fixed(-0.001, 2) == "-0.00");
  CHECK(idea::fixed(1e300, 1).size() == 303);
  CHECK(idea::rounded(0.0076123, 2) == "0.0076");
  CHECK(idea::rounded(1.5e-9, 2) == "1.5e-09");
  CHECK(idea::rounded(123.0, 2) == "1.2e+02");
  CHECK(idea::grouped(0) == "0");
  CHECK(idea::grouped(999) == "999");
  CHECK(idea::grouped(8285) == "8,285");
  CHECK(idea::grouped(1234567) == "1,234,567");
}
