// The claim that the fuzzer and the corpus driver check: however an answer's bytes are cut, and whether the fast path
// or Beast's parser reads them, the same comes out.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "transport/plain_answer.hpp"
#include "transport/response_reader.hpp"

namespace lsrun::test {

inline constexpr std::size_t largest_body = 1'000;
inline constexpr std::size_t most_two_piece_cuts = 400;

class answer_check {
 public:
  // "" or how two readings of these bytes differ. One thread; keeps its readers, as a connection does.
  std::string difference(std::string_view bytes) {
    if (bytes.empty()) return {};
    for (const kind k : {kind{false, false}, {true, false}, {false, true}}) {
      const std::string whole = read(bytes, {}, k);
      for (const auto& cuts : all_cuts(bytes)) {
        const std::string other = read(bytes, cuts, k);
        if (other == whole) continue;
        std::string text = "whole: " + whole + "\ncut at";
        for (std::size_t cut : cuts) text += " " + std::to_string(cut);
        return text + ": " + other;
      }
    }
    std::string text = plain_difference(bytes);
    return text.empty() ? repeated_difference(bytes) : text;
  }

  unsigned long plain = 0;  // of the answers seen, how many the fast path took

 private:
  struct kind {  // of response_reader::begin
    bool no_body, stream;
  };
  struct collecting final : transport::body_sink {
    bool on_piece(std::string_view piece) override {
      text.append(piece);
      return true;
    }
    std::string text;
  };

  static std::string described(unsigned status, bool keep_alive, bool refuses_load, std::string_view body,
                               std::size_t surplus, const std::vector<transport::header_view>& headers) {
    std::string text = std::to_string(status) + (keep_alive ? " kept, " : " closed, ") +
                       (refuses_load ? "refuses load, " : "") + std::to_string(surplus) + " bytes follow\n";
    for (const auto& h : headers) text.append(h.name).append("=").append(h.value).append("\n");
    return text.append(body);
  }

  // What the reader makes of the bytes, fed in the pieces between the cuts, and of the connection's end after them.
  std::string read(std::string_view bytes, const std::vector<std::size_t>& cuts, kind k, bool parser_only = false) {
    using progress = transport::response_reader::progress;
    collecting sink;
    reader_->begin(k.no_body, k.stream, largest_body, parser_only);
    progress p = progress::more;
    std::size_t fed = 0;
    for (std::size_t i = 0; i <= cuts.size() && p == progress::more; ++i) {
      const std::size_t end = i < cuts.size() ? cuts[i] : bytes.size();
      if (end <= fed) continue;
      // A piece of its own, gone when the next one comes: nothing that the reader keeps may point there.
      piece_ = std::make_unique<char[]>(end - fed);
      bytes.copy(piece_.get(), end - fed, fed);
      p = reader_->feed({piece_.get(), end - fed}, sink);
      fed = end;
    }
    const bool ended = p == progress::more;
    if (ended) p = reader_->finish();
    if (p == progress::failed) return "failed";
    return (ended ? "at the connection's end " : "") +
           described(reader_->status(), reader_->keep_alive(), reader_->refuses_load(),
                     std::string(reader_->body()) + sink.text, reader_->surplus() + bytes.size() - fed,
                     reader_->headers());
  }

  // Every cut into two, every byte by itself, and some into three that follow from the bytes.
  static std::vector<std::vector<std::size_t>> all_cuts(std::string_view bytes) {
    std::vector<std::vector<std::size_t>> list(1);
    for (std::size_t i = 1; i < bytes.size(); ++i) list[0].push_back(i);
    for (std::size_t i = 1; i < std::min(bytes.size(), most_two_piece_cuts); ++i) list.push_back({i});
    std::uint64_t hash = 1469598103934665603u;
    for (char c : bytes) hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211u;
    for (int i = 0; i < 8; ++i) {
      hash = hash * 6364136223846793005u + 1442695040888963407u;
      const std::size_t a = (hash >> 33) % bytes.size(), b = (hash >> 13) % bytes.size();
      list.push_back({std::min(a, b), std::max(a, b)});
    }
    return list;
  }

  // The fast path called by itself, so that a reader that stopped using it is no excuse. It takes no answer that
  // refuses load.
  std::string plain_difference(std::string_view bytes) {
    std::vector<transport::header_view> headers;
    transport::plain_answer a;
    if (!transport::read_plain_answer(bytes, largest_body, headers, a)) return {};
    ++plain;
    const std::string fast = described(a.status, a.keep_alive, false, a.body, bytes.size() - a.size, headers);
    const std::string slow = read(bytes, {}, {false, false}, true);
    return fast == slow ? std::string() : "the fast path: " + fast + "\nBeast's parser: " + slow;
  }

  // One answer after the other in the same memory, as on a worker: what the reader remembers of the first must not show
  // in what it makes of the second, be that the same or the same but for one byte.
  std::string repeated_difference(std::string_view bytes) {
    using progress = transport::response_reader::progress;
    const auto outcome = [&](transport::response_reader& reader, bool parser_only) -> std::string {
      collecting sink;
      reader.begin(false, false, largest_body, parser_only);
      progress p = reader.feed(place_, sink);
      const bool ended = p == progress::more;
      if (ended) p = reader.finish();
      if (p == progress::failed) return "failed";
      return (ended ? "at the connection's end " : "") + described(reader.status(), reader.keep_alive(),
                                                                   reader.refuses_load(), reader.body(),
                                                                   reader.surplus(), reader.headers());
    };
    const std::size_t head = std::min(bytes.find("\r\n\r\n"), bytes.size() - 1) + 1;
    std::uint64_t hash = bytes.size() * 0x9e3779b97f4a7c15u;
    for (std::size_t i = 0; i < 12; ++i) {
      place_.assign(bytes);
      outcome(*remembering_, false);
      hash = hash * 6364136223846793005u + 1442695040888963407u;
      char& one = place_[(hash >> 33) % head];
      if (i > 0)
        one = one >= '0' && one <= '9' ? static_cast<char>('0' + (hash >> 13) % 10) : static_cast<char>(hash >> 7);
      const std::string second = outcome(*remembering_, false), alone = outcome(*reader_, true);
      if (second != alone) return "after an answer like it: " + second + "\nalone: " + alone + "\nof " + place_;
    }
    return {};
  }

  std::unique_ptr<transport::response_reader> reader_ = transport::make_response_reader(),
                                              remembering_ = transport::make_response_reader();
  std::unique_ptr<char[]> piece_;
  std::string place_ = std::string(1 << 16, ' ');  // which does not move for any answer of a test
};

}  // namespace lsrun::test
