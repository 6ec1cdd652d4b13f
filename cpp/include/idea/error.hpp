// The only exception that this library throws, with a message that names what was expected and
// found.
#pragma once

#include <stdexcept>

namespace idea {

class Error : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

}  // namespace idea
