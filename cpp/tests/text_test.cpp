#include "idea/text.hpp"

#include <doctest/doctest.h>

#include <limits>

#include "idea/json.hpp"

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

TEST_CASE("JSON is laid out as by Python's json") {
  const idea::Json value =
      idea::Json::object({{"a", idea::Json::array({idea::Json::count(1), idea::Json::number(0.5)})},
                          {"b", idea::Json::object({{"c", idea::Json::null()}})},
                          {"d", idea::Json::boolean(true)},
                          {"e", idea::Json::text("x")}});
  CHECK(value.line() == R"({"a": [1, 0.5], "b": {"c": null}, "d": true, "e": "x"})");
  CHECK(value.lines() ==
        "{\n  \"a\": [\n    1,\n    0.5\n  ],\n  \"b\": {\n    \"c\": null\n  },\n  \"d\": true,\n"
        "  \"e\": \"x\"\n}\n");
}

TEST_CASE("a JSON string holds any bytes") {
  CHECK(idea::json_string("a\"b\\c\n\x01") == R"("a\"b\\c\u000a\u0001")");
  CHECK(idea::json_string("é€😀") == "\"é€😀\"");
  // Python: json.dumps(os.fsdecode(bytes)) for each of these
  CHECK(idea::json_string("\xff") == R"("\udcff")");
  CHECK(idea::json_string("\xc3") == R"("\udcc3")");
  CHECK(idea::json_string("\xc0\x80") == R"("\udcc0\udc80")");
  CHECK(idea::json_string("\xe0\x80\x80") == R"("\udce0\udc80\udc80")");
  CHECK(idea::json_string("\xed\xa0\x80") == R"("\udced\udca0\udc80")");
  CHECK(idea::json_string("\xf4\x90\x80\x80") == R"("\udcf4\udc90\udc80\udc80")");
  CHECK(idea::json_string("\xf0\x9f\x98") == R"("\udcf0\udc9f\udc98")");
}
