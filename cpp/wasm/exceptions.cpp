// What a throw does in a module without exceptions: its message goes to the page, which throws an
// error of its own. The instance is unusable afterwards, for nothing is unwound.

#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <exception>

// Of the page; doesn't return.
extern "C" __attribute__((import_module("idea"), import_name("fail"))) void fail(const char* text,
                                                                                 std::size_t size);

// Instead of libc++'s, which print and bring all of printf along.
extern "C" [[noreturn]] void __abort_message(const char*, ...) { __builtin_trap(); }
namespace std {
inline namespace __1 {
[[noreturn]] void __libcpp_verbose_abort(const char*, ...) noexcept { __builtin_trap(); }
}  // namespace __1
}  // namespace std

extern "C" {
void* __cxa_allocate_exception(std::size_t size) noexcept { return std::malloc(size); }
void __cxa_free_exception(void*) noexcept {}
// All that the library and the headers throw is a std::exception.
[[noreturn]] void __cxa_throw(void* thrown, void*, void (*)(void*)) {
  const char* text = static_cast<std::exception*>(thrown)->what();
  fail(text, std::strlen(text));
  __builtin_trap();
}
void* __cxa_begin_catch(void*) noexcept { __builtin_trap(); }
void __cxa_end_catch() {}
[[noreturn]] void __cxa_rethrow() { __builtin_trap(); }
}
