// Walks over the tokens once; at each opening bracket it looks ahead by at most a line to see whether it fits on one.
#include "json/layout.hpp"

#include <string>
#include <vector>

namespace reports {
namespace {

constexpr std::size_t line = 120;
constexpr std::size_t piece = 65536;

bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

// Just behind the string that opens at `at`.
std::size_t string_end(std::string_view text, std::size_t at) {
  for (++at; at < text.size() && text[at] != '"'; ++at)
    if (text[at] == '\\') ++at;
  return std::min(at + 1, text.size());
}

class layout {
 public:
  layout(std::string_view text, bool pretty, const sink& out) : text_(text), pretty_(pretty), out_(out) {}

  void run() {
    while (at_ < text_.size()) {
      step();
      if (buffer_.size() >= piece) flush();
    }
    if (pretty_) buffer_ += '\n';
    flush();
  }

 private:
  void step() {
    const char c = text_[at_];
    if (is_space(c)) {
      ++at_;
    } else if (c == '"') {
      const std::size_t end = string_end(text_, at_);
      buffer_ += text_.substr(at_, end - at_);
      at_ = end;
    } else {
      mark(c);
      ++at_;
    }
  }

  void mark(char c) {
    buffer_ += (c == '}' || c == ']') ? "" : std::string_view(&c, 1);
    if (c == '{' || c == '[') {
      on_lines_.push_back(pretty_ && !fits());
      if (on_lines_.back()) new_line();
    } else if (c == '}' || c == ']') {
      const bool spread = !on_lines_.empty() && on_lines_.back();
      if (!on_lines_.empty()) on_lines_.pop_back();
      if (spread) new_line();
      buffer_ += c;
    } else if (c == ',') {
      if (!on_lines_.empty() && on_lines_.back())
        new_line();
      else if (pretty_)
        buffer_ += ' ';
    } else if (c == ':' && pretty_) {
      buffer_ += ' ';
    }
  }

  // Does the container that opens at at_ end within the line? Empty ones always do.
  bool fits() const {
    std::size_t width = 2 * on_lines_.size(), depth = 0;
    for (std::size_t i = at_; i < text_.size() && width <= line; ++i) {
      const char c = text_[i];
      if (is_space(c)) continue;
      if (c == '"') {
        const std::size_t longest = std::min(text_.size(), i + line);
        const std::size_t end = string_end(text_.substr(0, longest), i);
        width += end - i;
        i = end - 1;
        continue;
      }
      width += (c == ',' || c == ':') ? 2 : 1;
      if (c == '{' || c == '[') ++depth;
      if ((c == '}' || c == ']') && --depth == 0) return width <= line;
    }
    return false;
  }

  void new_line() {
    buffer_ += '\n';
    buffer_.append(2 * on_lines_.size(), ' ');
  }
  void flush() {
    out_(buffer_);
    buffer_.clear();
  }

  std::string_view text_;
  bool pretty_;
  const sink& out_;
  std::size_t at_ = 0;
  std::vector<bool> on_lines_;  // of each open container: spread over lines
  std::string buffer_;
};

}  // namespace

void lay_out(std::string_view text, bool pretty, const sink& out) { layout(text, pretty, out).run(); }

}  // namespace reports
