// The form is chosen by the file's extension: .csv, .jsonl or .ndjson, else lines.
#include "config/message_file.hpp"

#include <algorithm>
#include <boost/json.hpp>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "config/corpus.hpp"
#include "config/nearest.hpp"

namespace lsrun::config {
namespace {

using model::error;
using list = std::vector<std::string>;

constexpr std::uintmax_t largest_file = 256u << 20;

// One record of RFC 4180 taken off the front of `text`; false if a quoted field does not end.
bool take_record(std::string_view& text, list& fields) {
  fields.assign(1, "");
  bool in_quotes = false, was_quoted = false;
  std::size_t i = 0;
  for (; i < text.size(); ++i) {
    const char c = text[i];
    if (in_quotes) {
      if (c != '"') {
        fields.back() += c;
      } else if (i + 1 < text.size() && text[i + 1] == '"') {
        fields.back() += '"';
        ++i;
      } else {
        in_quotes = false;
      }
    } else if (c == '"' && fields.back().empty() && !was_quoted) {
      in_quotes = was_quoted = true;
    } else if (c == ',') {
      fields.emplace_back();
      was_quoted = false;
    } else if (c == '\n' || (c == '\r' && i + 1 < text.size() && text[i + 1] == '\n')) {
      i += c == '\r' ? 2 : 1;
      break;
    } else {
      fields.back() += c;
    }
  }
  text.remove_prefix(std::min(i, text.size()));
  return !in_quotes;
}

std::string no_column(const std::string& column, const list& there) {
  std::string text = "has no column `" + column + "`; it has";
  for (std::size_t i = 0; i < there.size() && i < 8; ++i) text += (i == 0 ? " `" : ", `") + there[i] + "`";
  if (there.size() > 8) text += " and more";
  const auto near = nearest(column, there);
  return text + (near.empty() ? "; name one in `column` of [messages]" : "; did you mean column = \"" + near + "\"?");
}

model::result<list> unless_empty(list messages) {
  if (messages.empty()) return error{"holds no message"};
  return messages;
}

std::string_view take_line(std::string_view& text) {
  const auto end = text.find('\n');
  auto line = text.substr(0, end);
  text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
  return line;
}

bool blank(std::string_view line) { return line.find_first_not_of(" \t\r") == std::string_view::npos; }

// Well-formed UTF-8 by the table of Unicode 15, 3.9, D92; the byte at fault, or npos.
std::size_t first_bad_byte(std::string_view s) {
  const auto byte = [&](std::size_t i) { return i < s.size() ? static_cast<unsigned char>(s[i]) : 0u; };
  for (std::size_t i = 0; i < s.size();) {
    const unsigned a = byte(i), b = byte(i + 1);
    std::size_t n = a < 0x80 ? 1 : a >= 0xc2 && a < 0xe0 ? 2 : (a & 0xf0u) == 0xe0 ? 3 : a >= 0xf0 && a < 0xf5 ? 4 : 0;
    if (n == 0 || (a == 0xe0 && b < 0xa0) || (a == 0xed && b >= 0xa0) || (a == 0xf0 && b < 0x90) ||
        (a == 0xf4 && b >= 0x90))
      return i;
    for (std::size_t k = 1; k < n; ++k)
      if ((byte(i + k) & 0xc0u) != 0x80) return i;
    i += n;
  }
  return std::string_view::npos;
}

}  // namespace

model::result<list> messages_of_lines(std::string_view text) {
  list messages;
  while (!text.empty())
    if (const auto line = take_line(text); !blank(line)) messages.emplace_back(line);
  return unless_empty(std::move(messages));
}

model::result<list> messages_of_csv(std::string_view text, const std::string& column) {
  list header, record, messages;
  if (text.empty()) return error{"holds no message"};
  if (!take_record(text, header)) return error{"has a quoted field in its header that does not end"};
  const auto found = std::find(header.begin(), header.end(), column);
  if (found == header.end()) return error{no_column(column, header)};
  const auto index = static_cast<std::size_t>(found - header.begin());
  for (std::size_t number = 2; !text.empty(); ++number) {
    if (!take_record(text, record))
      return error{"has a quoted field that does not end, in record " + std::to_string(number)};
    if (record.size() == 1 && blank(record[0])) continue;
    if (index >= record.size())
      return error{"has too few fields in record " + std::to_string(number) + ": " + std::to_string(record.size()) +
                   " of " + std::to_string(header.size())};
    if (!blank(record[index])) messages.push_back(record[index]);
  }
  return unless_empty(std::move(messages));
}

model::result<list> messages_of_jsonl(std::string_view text, const std::string& column) {
  list messages;
  for (std::size_t number = 1; !text.empty(); ++number) {
    const auto line = take_line(text);
    if (blank(line)) continue;
    const std::string where = " in line " + std::to_string(number);
    boost::json::error_code failed;
    const auto parsed = boost::json::parse({line.data(), line.size()}, failed);
    if (failed) return error{"is not JSON" + where + ": " + failed.message()};
    if (parsed.is_string()) {
      if (!blank({parsed.get_string().data(), parsed.get_string().size()}))
        messages.emplace_back(parsed.get_string().data(), parsed.get_string().size());
      continue;
    }
    if (!parsed.is_object()) return error{"has neither an object nor a string" + where};
    const auto& object = parsed.get_object();
    const auto* member = object.if_contains(column);
    if (!member) {
      list keys;
      for (const auto& m : object) keys.emplace_back(m.key());
      return error{no_column(column, keys) + where};
    }
    if (!member->is_string()) return error{"has something other than a string as `" + column + "`" + where};
    if (!blank({member->get_string().data(), member->get_string().size()}))
      messages.emplace_back(member->get_string().data(), member->get_string().size());
  }
  return unless_empty(std::move(messages));
}

model::result<list> load_messages(const messages& m) {
  if (m.file.empty()) {
    const auto built_in = corpus();
    return list(built_in.begin(), built_in.end());
  }
  const std::filesystem::path path = m.file;
  const std::string shown = "\"" + m.file + "\" ";
  std::error_code failed;
  if (!std::filesystem::exists(path, failed)) return error{shown + "does not exist"};
  if (!std::filesystem::is_regular_file(path, failed)) return error{shown + "is not a file"};
  if (std::filesystem::file_size(path, failed) > largest_file && !failed)
    return error{shown + "is larger than 256 MiB"};
  std::ifstream in(path, std::ios::binary);
  std::ostringstream all;
  if (in && std::filesystem::file_size(path, failed) > 0) all << in.rdbuf();
  if (!in) return error{shown + "cannot be read: " + std::strerror(errno)};
  const std::string text = all.str();
  std::string_view body = text;
  if (body.starts_with("\xef\xbb\xbf")) body.remove_prefix(3);
  if (const auto bad = first_bad_byte(body); bad != std::string_view::npos)
    return error{shown + "is not UTF-8 at byte " + std::to_string(bad + 1)};
  const auto extension = path.extension();
  auto result = extension == ".csv"                               ? messages_of_csv(body, m.column)
                : extension == ".jsonl" || extension == ".ndjson" ? messages_of_jsonl(body, m.column)
                                                                  : messages_of_lines(body);
  if (!result) return error{shown + result.error_text()};
  return result;
}

}  // namespace lsrun::config
