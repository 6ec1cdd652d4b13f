// The one kind of error that this library throws: a sentence that names what was expected and
// found.
#pragma once

#include <stdexcept>

namespace idea {

class Error : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

}  // namespace idea
