// Shows problems as compilers do: place, sentence, the line, a caret and the way out.
#include "config/problem.hpp"

#include <algorithm>
#include <fstream>
#include <optional>
#include <sstream>
#include <tuple>

#include "config/text_width.hpp"

namespace lsrun::config {
namespace {

constexpr std::size_t longest_line = 160;

bool starts_character(char c) { return (static_cast<unsigned char>(c) & 0xc0u) != 0x80u; }

// The byte at which the column-th character begins; columns count characters from 1, as toml++ does.
std::size_t byte_of_column(std::string_view line, int column) {
  std::size_t i = 0;
  for (int at = 1; at < column && i < line.size(); ++at) {
    ++i;
    while (i < line.size() && !starts_character(line[i])) ++i;
  }
  return i;
}

// How many columns the word, string, array or table that begins here has.
std::size_t token_width(std::string_view text) {
  if (text.empty()) return 1;
  std::size_t end = 0;
  if (text[0] == '"' || text[0] == '\'') {
    end = text.find(text[0], 1);
    end = end == std::string_view::npos ? text.size() : end + 1;
  } else if (text[0] == '[' || text[0] == '{') {
    end = text.find_last_of("]}");
    end = end == std::string_view::npos ? text.size() : end + 1;
  } else {
    end = std::min(text.find_first_of(" \t,]}=#"), text.size());
  }
  return std::max<std::size_t>(display_width(text.substr(0, end)), 1);
}

std::optional<std::string> line_of(const std::string& content, int number) {
  std::istringstream in(content);
  std::string line;
  for (int i = 1; std::getline(in, line); ++i) {
    if (i < number) continue;
    if (!line.empty() && line.back() == '\r') line.pop_back();
    return line;
  }
  return std::nullopt;
}

class source_reader {
 public:
  explicit source_reader(const sources& known) : known_(known) {}
  std::optional<std::string> line(const place& p) {
    if (p.line <= 0) return std::nullopt;
    if (const auto found = known_.find(p.file); found != known_.end()) return line_of(found->second, p.line);
    const auto [entry, fresh] = read_.try_emplace(p.file);
    if (fresh) {
      std::ifstream in(p.file, std::ios::binary);
      std::ostringstream all;
      if (in) all << in.rdbuf();
      entry->second = all.str();
    }
    return line_of(entry->second, p.line);
  }

 private:
  const sources& known_;
  std::map<std::string, std::string> read_;
};

void render_line(std::ostringstream& out, const problem& p, std::string line) {
  std::size_t at = byte_of_column(line, std::max(p.where.column, 1));
  const auto width = token_width(std::string_view(line).substr(at));
  auto column = display_width(std::string_view(line).substr(0, at));
  if (line.size() > longest_line && at > longest_line / 2) {  // keep what is meant in sight
    std::size_t cut = at - longest_line / 4;
    while (cut > 0 && !starts_character(line[cut])) --cut;
    column -= display_width(std::string_view(line).substr(0, cut));
    column += 3;
    line = "..." + line.substr(cut);
  }
  if (line.size() > longest_line) {
    std::size_t cut = longest_line;
    while (cut > 0 && !starts_character(line[cut])) --cut;
    line = line.substr(0, cut) + "...";
  }
  std::replace(line.begin(), line.end(), '\t', ' ');
  const std::string number = std::to_string(p.where.line);
  const std::string margin(5 - std::min<std::size_t>(5, number.size()), ' ');
  out << margin << number << " | " << line << '\n';
  out << std::string(std::max<std::size_t>(5, number.size()), ' ') << " | " << std::string(column, ' ')
      << std::string(std::min(width, longest_line - std::min(column, longest_line - 1)), '^');
  if (!p.hint.empty()) out << ' ' << p.hint;
  out << '\n';
}

}  // namespace

std::string to_string(const place& p) {
  if (p.line <= 0) return p.file;
  return p.file + ":" + std::to_string(p.line) + ":" + std::to_string(std::max(p.column, 1));
}

std::string render(std::vector<problem> problems, const sources& known) {
  if (problems.empty()) return {};
  const auto key = [](const problem& p) {
    return std::tie(p.where.file, p.where.line, p.where.column, p.text, p.hint);
  };
  std::stable_sort(problems.begin(), problems.end(), [&](const auto& a, const auto& b) { return key(a) < key(b); });
  problems.erase(
      std::unique(problems.begin(), problems.end(), [&](const auto& a, const auto& b) { return key(a) == key(b); }),
      problems.end());
  std::ostringstream out;
  source_reader reader(known);
  for (const auto& p : problems) {
    if (const auto where = to_string(p.where); !where.empty()) out << where << ": ";
    out << p.text << '\n';
    if (const auto line = reader.line(p.where))
      render_line(out, p, *line);
    else if (!p.hint.empty())
      out << "      " << p.hint << '\n';
  }
  out << problems.size() << (problems.size() == 1 ? " error" : " errors") << ", nothing was sent.\n";
  return out.str();
}

}  // namespace lsrun::config
