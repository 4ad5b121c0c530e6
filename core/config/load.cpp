// The order of things: parse, environment, command line, shape, read, rules, scale.
#include "config/load.hpp"

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <sstream>

#include "config/build.hpp"
#include "config/effective.hpp"
#include "config/secrets.hpp"
#include "config/tree.hpp"

namespace lsrun::config {
namespace {

constexpr std::uintmax_t largest_file = 16u << 20;

std::string stem_of(const std::string& name) { return std::filesystem::path(name).stem().string(); }

loaded failure(const std::string& file, const std::string& text, const std::string& hint) {
  loaded result;
  result.problems.push_back({{file, 0, 0}, text, hint});
  return result;
}

// A message file that is not there may be beside the config.
void resolve_message_file(plan& p) {
  if (p.messages.file.empty()) return;
  const std::filesystem::path file = p.messages.file;
  std::error_code ignored;
  if (file.is_absolute() || std::filesystem::exists(file, ignored)) return;
  const auto beside = std::filesystem::path(p.file).parent_path() / file;
  if (std::filesystem::exists(beside, ignored)) p.messages.file = beside.string();
}

}  // namespace

loaded load_text(std::string_view text, const std::string& name, const overrides& o, const environment& environ) {
  loaded result;
  result.texts[name] = std::string(text);
  auto root = parse_toml(text, name, result.problems);
  if (!root) return result;
  root->where = {};
  plan p;
  p.file = name;
  p.name = stem_of(name);
  apply_overrides(*root, o, result.problems);
  expand_environment(*root, environ ? environ : environment([](const char* n) { return std::getenv(n); }), p.secrets,
                     result.problems);
  fill_shape(*root);
  scale_shape(*root, o, result.problems);
  build(*root, p, result.problems);
  resolve_message_file(p);
  check_rules(*root, p, result.problems);
  settle_secrets(p.secrets);
  if (!result.problems.empty()) {  // sentences quote values, and lines of the file are shown
    for (auto& problem : result.problems) {
      problem.text = masked(p, std::move(problem.text));
      problem.hint = masked(p, std::move(problem.hint));
      problem.where.file = masked(p, std::move(problem.where.file));
    }
    result.texts[name] = with_secrets_starred(p.secrets, std::move(result.texts[name]));
    return result;
  }
  if (!root->find("name")) root->members.insert(root->members.begin(), {"name", {}, text_value(p.name)});
  apply_time_scale(p);
  p.effective = std::make_shared<const value>(std::move(*root));
  result.plan = std::move(p);
  return result;
}

loaded load(const std::filesystem::path& file, const overrides& o) {
  std::error_code failed;
  const auto status = std::filesystem::status(file, failed);
  if (!std::filesystem::exists(status))
    return failure(file.string(), "there is no such file", "`lsrun --list` shows the named tests");
  if (std::filesystem::is_directory(status)) return failure(file.string(), "is a directory, not a config", "");
  std::ifstream in(file, std::ios::binary);
  if (!in) return failure(file.string(), "cannot be read: " + std::string(std::strerror(errno)), "");
  std::string text;
  text.resize(largest_file + 1);
  in.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (in.bad()) return failure(file.string(), "cannot be read: " + std::string(std::strerror(errno)), "");
  text.resize(static_cast<std::size_t>(in.gcount()));
  if (text.size() > largest_file) return failure(file.string(), "is larger than 16 MiB, which no config is", "");
  return load_text(text, file.string(), o);
}

}  // namespace lsrun::config
