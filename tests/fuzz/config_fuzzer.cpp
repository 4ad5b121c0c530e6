// Any bytes as a config: refused with words, or read; what was read, written as effective.toml and read again, is the
// same, and holds nothing of the environment.
#include <cstdint>
#include <cstring>
#include <string>

#include "claim.hpp"
#include "config/effective.hpp"
#include "config/load.hpp"

namespace {

constexpr const char* secret = "s3cr3t-7f1e";

const char* environment(const char* name) {
  if (std::strcmp(name, "KEY") == 0) return secret;
  return std::strcmp(name, "EMPTY") == 0 ? "" : nullptr;
}
const char* stars(const char*) { return "***"; }

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace lsrun;
  using test::claim;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const config::loaded read = config::load_text(text, "fuzz.toml", {}, environment);
  if (!read) {
    claim(!config::render(read.problems, read.texts).empty(), "a refusal has words");
    return 0;
  }
  const std::string effective = config::effective_toml(*read.plan);
  claim(effective.find(secret) == std::string::npos || text.find(secret) != std::string_view::npos,
        "effective.toml holds nothing of the environment", effective);
  claim(config::effective_json(*read.plan).find(secret) == std::string::npos ||
            text.find(secret) != std::string_view::npos,
        "run.config holds nothing of the environment");
  claim(!config::effective_values(*read.plan).empty(), "--explain shows values");
  const config::loaded again = config::load_text(effective, "again.toml", {}, stars);
  // What *** stands for may be needed to read it: then there is nothing to compare.
  if (effective.find("***") != std::string::npos) return 0;
  claim(bool(again), "effective.toml can be read again",
        effective + "\n---\n" + config::render(again.problems, again.texts));
  claim(config::effective_toml(*again.plan) == effective, "effective.toml read again is the same",
        effective + "\n---\n" + config::effective_toml(*again.plan));
  return 0;
}
