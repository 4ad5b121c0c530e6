// Lines of any bytes as the answers that one json_form reads, each several times so that it learns them: what it finds
// by their shape is what members() finds by reading, and what it calls repeated is what it was the time before.
#include <array>
#include <cstdint>
#include <lsrun/json_form.hpp>
#include <memory>
#include <string>

#include "claim.hpp"

namespace {

using form = lsrun::json_form<5>;

// In memory of exactly its size, so that a sanitizer sees a read beyond its end.
struct exact {
  explicit exact(std::string_view s) : size(s.size()), bytes(new char[s.size()]) { s.copy(bytes.get(), s.size()); }
  std::string_view view() const { return {bytes.get(), size}; }
  std::size_t size;
  std::unique_ptr<char[]> bytes;
};

struct reading {
  bool good = false;
  std::array<std::string, 5> members;
};

reading by_shape(form& f, std::string_view text) {
  reading r;
  r.good = f.look(text);
  for (std::size_t i = 0; r.good && i < 5; ++i) r.members[i] = f.member(i).raw();
  return r;
}

void check(form& f, std::string_view line, reading& before) {
  using lsrun::test::claim;
  const exact text(line);
  const auto expected = lsrun::json_view(text.view()).members("/a", "/b", "/b/c", "/d", "/e");
  reading now = by_shape(f, text.view());
  claim(now.good == expected.has_value(), "a form takes what members() takes", line);
  for (std::size_t i = 0; now.good && i < 5; ++i) {
    const lsrun::json_view member = (*expected)[i];
    claim(now.members[i] == member.raw(), "a form finds what members() finds", line);
    const bool scalar = member.kind() != lsrun::json_kind::object && member.kind() != lsrun::json_kind::array;
    if (f.repeated(i)) claim(before.good, "nothing is repeated after a text that was refused", line);
    if (f.repeated(i) && scalar) claim(now.members[i] == before.members[i], "repeated is what it was before", line);
  }
  before = std::move(now);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view rest(reinterpret_cast<const char*>(data), size);
  form f("/a", "/b", "/b/c", "/d", "/e");
  reading before;
  while (!rest.empty()) {
    const std::string_view line = rest.substr(0, rest.find('\n'));
    rest.remove_prefix(line.size() == rest.size() ? line.size() : line.size() + 1);
    // The first byte says how often: what came eight times in a row is taken for fixed.
    const int times = line.empty() ? 1 : 1 + static_cast<unsigned char>(line[0]) % 10;
    for (int i = 0; i < times; ++i) check(f, line.substr(line.empty() ? 0 : 1), before);
  }
  return 0;
}
