// Any bytes as what a plugin says of itself. The first byte chooses: an entry with fields changed as the bytes say, or
// the bytes as a file that is to be loaded. What passes is read as the loader and `lsrun plugins` read it.
#include <lsrun/abi.h>

#include <cstdint>
#include <cstring>
#include <memory>
#include <string>
#include <vector>

#include "as_file.hpp"
#include "claim.hpp"
#include "config/config.hpp"
#include "plugin/array.hpp"
#include "plugin/elf.hpp"
#include "plugin/loader.hpp"
#include "plugin/validate.hpp"

namespace {

using namespace lsrun;
using test::claim;

lsrun_status create(const lsrun_host*, lsrun_setup*, lsrun_scenario*, lsrun_text_out*) noexcept { return LSRUN_OK; }
lsrun_status write(const lsrun_host*, lsrun_setup*, const lsrun_report_input*, const lsrun_report_output*,
                   lsrun_text_out*) noexcept {
  return LSRUN_OK;
}

// Takes numbers and texts off the front of the input; zeros when it is used up.
class source {
 public:
  explicit source(std::string_view bytes) : bytes_(bytes) {}
  std::uint8_t byte() {
    if (bytes_.empty()) return 0;
    const auto b = static_cast<std::uint8_t>(bytes_[0]);
    bytes_.remove_prefix(1);
    return b;
  }
  // Mostly the usual value, sometimes anything.
  template <class Number>
  Number number(Number usual) {
    if (byte() < 200) return usual;
    std::uint64_t n = 0;
    for (std::size_t i = 0; i < sizeof(Number); ++i) n = n << 8u | byte();
    return static_cast<Number>(n);
  }
  // A copy with an owner of its own, so that a byte read beyond it is seen. `terminated`: as C has it, or 101 bytes.
  const char* text(const char* usual, bool terminated) {
    if (byte() < 200) return usual;
    if (byte() < 30) return nullptr;
    std::string s(bytes_.substr(0, byte()));
    bytes_.remove_prefix(s.size());
    if (!terminated && s.find('\0') == std::string::npos) s.resize(101, 'x');
    auto& kept = kept_.emplace_back(std::make_unique<char[]>(s.size() + (terminated ? 1u : 0u)));
    std::memcpy(kept.get(), s.data(), s.size());
    return kept.get();
  }
  lsrun_str string(const char* usual) {
    if (byte() < 200) return {usual, std::strlen(usual)};
    if (byte() < 30) return {nullptr, number<std::size_t>(0)};
    const std::string_view s = bytes_.substr(0, byte());
    bytes_.remove_prefix(s.size());
    auto& kept = kept_.emplace_back(std::make_unique<char[]>(s.size() + 1));
    std::memcpy(kept.get(), s.data(), s.size());
    return {kept.get(), byte() < 250 ? s.size() : std::size_t{65 * 1024}};
  }
  // `count` items by `make`, `item_size` bytes apart, in memory of exactly that size.
  template <class T, class Make>
  lsrun_array array(std::size_t usual_count, Make make) {
    lsrun_array a{nullptr, number<std::size_t>(byte() % 4 == 0 ? 0 : usual_count), number<std::size_t>(sizeof(T))};
    if (byte() > 240) a.item_size = sizeof(T) + 8u * byte();
    if (byte() > 250) return a;
    constexpr std::size_t most = 1u << 20u;
    const bool real = a.count <= 1000 && a.item_size >= sizeof(T) && a.item_size <= 64 * 1024;
    if (real) a.count = std::min(a.count, most / a.item_size);
    char* const room = kept_.emplace_back(std::make_unique<char[]>(real ? a.count * a.item_size : sizeof(T))).get();
    a.items = room;
    for (std::size_t i = 0; real && i < a.count; ++i) {
      const T one = make(i % 8);
      std::memcpy(room + i * a.item_size, &one, sizeof one);
    }
    return a;
  }

 private:
  std::string_view bytes_;
  std::vector<std::unique_ptr<char[]>> kept_;
};

lsrun_array options(source& s) {
  static const char* const keys[] = {"a", "b", "c", "d", "e", "f", "g", "h"};
  return s.array<lsrun_option>(2, [&](std::size_t i) {
    return lsrun_option{s.string(keys[i]), s.number<lsrun_type>(0), s.number<std::uint32_t>(0),
                        s.string("1"),     s.string("what it is"),  s.string("")};
  });
}

template <class T, class Function>
T type(source& s, std::size_t i, Function function) {
  static const char* const names[] = {"one", "two", "three", "four", "five", "six", "seven", "eight"};
  T t{};
  t.struct_size = s.number<std::uint32_t>(sizeof(T));
  t.name = s.text(names[i], false);
  t.help = s.text("what it does", true);
  t.options = options(s);
  const Function given = s.byte() > 250 ? nullptr : function;
  std::memcpy(reinterpret_cast<char*>(&t) + sizeof(T) - sizeof given, &given, sizeof given);
  return t;
}

std::size_t length(const char* s) { return s ? std::strlen(s) : 0; }

// What the loader and `lsrun plugins` do with a type that passed.
template <class T>
std::size_t use(const lsrun_array& types) {
  std::size_t sum = 0;
  for (const T* t : plugin::items<T>(types)) {
    sum += length(t->name) + length(t->help);
    std::vector<plugin::problem> problems;
    for (const auto& given : {std::vector<config::option>{}, {{"a", std::string("1s"), {}}, {"zz", true, {}}}}) {
      plugin::check_options(t->options, given, t->name, {}, problems);
      for (const auto& p : problems) sum += p.text.size();
    }
  }
  return sum;
}

void entry(source s) {
  lsrun_plugin p{};
  p.struct_size = s.number<std::uint32_t>(sizeof p);
  p.magic = s.number<std::uint32_t>(LSRUN_MAGIC);
  p.abi_major = s.number<std::uint16_t>(LSRUN_ABI_MAJOR);
  p.abi_needs = s.number<std::uint16_t>(0);
  p.name = s.text("name", false);
  p.version = s.text("1.0.0", true);
  p.help = s.text("help", true);
  p.scenarios =
      s.array<lsrun_scenario_type>(1, [&](std::size_t i) { return type<lsrun_scenario_type>(s, i, &create); });
  p.reports = s.array<lsrun_report_type>(1, [&](std::size_t i) { return type<lsrun_report_type>(s, i, &write); });
  if (!plugin::validate(&p).empty()) return;
  const std::size_t words = length(p.name) + length(p.version) + length(p.help) +
                            use<lsrun_scenario_type>(p.scenarios) + use<lsrun_report_type>(p.reports);
  claim(words > 0, "what passes has names");
}

void scenario(source s) {
  lsrun_scenario t{};
  t.struct_size = s.number<std::uint32_t>(sizeof t);
  t.session_size = s.number<std::uint32_t>(8);
  t.session_align = s.number<std::uint32_t>(8);
  t.construct = [](void*, void*) noexcept {};
  t.step = [](void*, void*, lsrun_session*, lsrun_step) noexcept {};
  t.destruct = t.construct;
  t.destroy = [](void*) noexcept {};
  if (!plugin::validate(t).empty()) return;
  claim(t.session_align != 0 && (t.session_align & (t.session_align - 1)) == 0, "an alignment is a power of two");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view rest(reinterpret_cast<const char*>(data) + 1, size - 1);
  if (data[0] % 4 == 0) {
    const test::as_file file(rest);
    (void)plugin::not_loadable(file.path());
  } else if (data[0] % 4 == 1) {
    scenario(source(rest));
  } else {
    entry(source(rest));
  }
  return 0;
}
