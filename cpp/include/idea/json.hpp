// JSON, written.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "idea/text.hpp"

namespace idea {

// How many bytes the text's first character takes, or 0 if it isn't valid UTF-8.
inline std::size_t utf8_length(std::string_view text) {
  const auto byte = [text](std::size_t place) {
    return static_cast<std::uint32_t>(static_cast<unsigned char>(text[place]));
  };
  if (byte(0) < 0x80) return 1;
  const std::size_t length = byte(0) < 0xE0 ? 2 : byte(0) < 0xF0 ? 3 : 4;
  if (byte(0) < 0xC2 || byte(0) > 0xF4 || length > text.size()) return 0;
  std::uint32_t code = byte(0) & (0x7FU >> length);
  for (std::size_t place = 1; place < length; ++place) {
    if ((byte(place) & 0xC0U) != 0x80) return 0;
    code = code << 6U | (byte(place) & 0x3FU);
  }
  const bool surrogate = code >= 0xD800 && code <= 0xDFFF;
  const bool overlong = code < (length == 2 ? 0x80U : length == 3 ? 0x800U : 0x10000U);
  return surrogate || overlong || code > 0x10FFFF ? 0 : length;
}

// A JSON string. A byte that isn't UTF-8, which a file's name can hold, becomes the lone surrogate
// that Python reads and writes in its place.
inline std::string json_string(std::string_view text) {
  constexpr std::string_view kHex = "0123456789abcdef";
  std::string result = "\"";
  while (!text.empty()) {
    const std::size_t length = utf8_length(text);
    const auto byte = static_cast<unsigned char>(text[0]);
    if (length == 0 || byte < 0x20) {
      result += length == 0 ? "\\udc" : "\\u00";
      result += kHex[byte / 16];
      result += kHex[byte % 16];
    } else {
      if (byte == '"' || byte == '\\') result += '\\';
      result += text.substr(0, length);
    }
    text.remove_prefix(length == 0 ? 1 : length);
  }
  return result + "\"";
}

// A value; the members of an object keep their order.
class Json {
 public:
  using Member = std::pair<std::string, Json>;

  static Json null() { return Json("null"); }
  static Json boolean(bool value) { return Json(value ? "true" : "false"); }
  static Json count(std::uint64_t value) { return Json(std::to_string(value)); }
  // value: finite.
  static Json number(double value) { return Json(shortest(value)); }
  static Json text(std::string_view value) { return Json(json_string(value)); }
  static Json object(std::vector<Member> members) { return {Kind::kObject, std::move(members)}; }
  static Json array(std::vector<Json> values) {
    std::vector<Member> members;
    members.reserve(values.size());
    for (Json& value : values) members.emplace_back("", std::move(value));
    return {Kind::kArray, std::move(members)};
  }

  // On one line.
  std::string line() const {
    std::string out;
    write(out, ", ", "");
    return out;
  }

  // On a line for each value, indented by two spaces.
  std::string lines() const {
    std::string out;
    write(out, ",", "\n");
    return out + "\n";
  }

 private:
  enum class Kind { kScalar, kObject, kArray };

  explicit Json(std::string scalar) : scalar_(std::move(scalar)) {}
  Json(Kind kind, std::vector<Member> members) : kind_(kind), members_(std::move(members)) {}

  // newline: empty, or a line break and the present indentation.
  void write(std::string& out, std::string_view comma, const std::string& newline) const {
    if (kind_ == Kind::kScalar) {
      out += scalar_;
      return;
    }
    const std::string inner = newline.empty() ? "" : newline + "  ";
    out += kind_ == Kind::kObject ? '{' : '[';
    std::string_view separator;
    for (const auto& [name, value] : members_) {
      out.append(separator).append(inner);
      if (kind_ == Kind::kObject) out += json_string(name) + ": ";
      value.write(out, comma, inner);
      separator = comma;
    }
    out += newline;
    out += kind_ == Kind::kObject ? '}' : ']';
  }

  Kind kind_ = Kind::kScalar;
  std::string scalar_;
  std::vector<Member> members_;
};

}  // namespace idea
