// The formats of /proc.
#include "run/process_text.hpp"

#include <algorithm>
#include <charconv>
#include <string>

namespace lsrun::run {

namespace {

// Cuts the next run of characters without blanks off `text`.
std::string_view word(std::string_view& text) {
  const auto begin = text.find_first_not_of(" \t\n");
  if (begin == std::string_view::npos) return text = {};
  const auto end = std::min(text.find_first_of(" \t\n", begin), text.size());
  const auto found = text.substr(begin, end - begin);
  text.remove_prefix(end);
  return found;
}

template <class T>
bool number(std::string_view text, T& value, int base = 10) {
  const auto [end, bad] = std::from_chars(text.data(), text.data() + text.size(), value, base);
  return bad == std::errc{} && end == text.data() + text.size();
}

std::string_view line(std::string_view& text) {
  const auto end = std::min(text.find('\n'), text.size());
  const auto found = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  return found;
}

}  // namespace

std::optional<process_line> parse_process_stat(std::string_view text) {
  // The name stands in parentheses and may hold any character, further parentheses too: the last one ends it.
  const auto close = text.rfind(')');
  const auto open = text.find('(');
  if (close == std::string_view::npos || open == std::string_view::npos || open == 0) return std::nullopt;
  process_line p;
  if (!number(text.substr(0, text.find(' ')), p.pid)) return std::nullopt;
  text.remove_prefix(close + 1);
  std::vector<std::string_view> fields{"", "", ""};  // numbered as in proc(5), from 1; pid and name are read already
  for (auto f = word(text); !f.empty(); f = word(text)) fields.push_back(f);
  if (fields.size() < 25) return std::nullopt;
  p.state = fields[3].front();
  std::uint64_t user = 0, system = 0, child_user = 0, child_system = 0;
  std::int64_t rss = 0;
  const bool good = number(fields[4], p.parent) && number(fields[5], p.group) && number(fields[14], user) &&
                    number(fields[15], system) && number(fields[16], child_user) && number(fields[17], child_system) &&
                    number(fields[20], p.threads) && number(fields[22], p.start) && number(fields[24], rss);
  if (!good) return std::nullopt;
  p.ticks = user + system;
  p.child_ticks = child_user + child_system;
  p.rss_pages = static_cast<std::uint64_t>(std::max<std::int64_t>(rss, 0));
  return p;
}

std::vector<process_line> family_of(pid_t root, pid_t group, const std::vector<process_line>& all) {
  std::vector<process_line> family;
  std::vector<char> taken(all.size(), 0);
  const auto take = [&](std::size_t i) {
    if (taken[i] == 0) family.push_back(all[i]);
    taken[i] = 1;
  };
  for (std::size_t i = 0; i < all.size(); ++i)
    if (all[i].pid == root || (group > 0 && all[i].group == group)) take(i);
  for (std::size_t next = 0; next < family.size(); ++next)
    for (std::size_t i = 0; i < all.size(); ++i)
      if (all[i].parent == family[next].pid) take(i);
  return family;
}

std::vector<std::uint64_t> listening_inodes(std::string_view table, std::uint16_t port) {
  std::vector<std::uint64_t> inodes;
  line(table);  // the heading
  while (!table.empty()) {
    std::string_view row = line(table);
    word(row);  // the row's number
    const std::string_view local = word(row);
    word(row);                        // the other end
    if (word(row) != "0A") continue;  // TCP_LISTEN
    const auto colon = local.rfind(':');
    std::uint16_t listened = 0;
    if (colon == std::string_view::npos || !number(local.substr(colon + 1), listened, 16) || listened != port) continue;
    for (int skipped = 0; skipped < 5; ++skipped) word(row);  // queues, timer, retransmits, user, timeouts
    std::uint64_t inode = 0;
    if (number(word(row), inode)) inodes.push_back(inode);
  }
  return inodes;
}

std::optional<std::uint64_t> memory_line(std::string_view meminfo, std::string_view name) {
  while (!meminfo.empty()) {
    std::string_view row = line(meminfo);
    if (row.substr(0, name.size()) != name || row.substr(name.size(), 1) != ":") continue;
    row.remove_prefix(name.size() + 1);
    std::uint64_t kibibytes = 0;
    if (number(word(row), kibibytes)) return kibibytes * 1024;
  }
  return std::nullopt;
}

}  // namespace lsrun::run
