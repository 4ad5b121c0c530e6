// From the config's entries to client addresses.
#include "pool/expand.hpp"

#include <algorithm>
#include <charconv>
#include <optional>

namespace lsrun::pool {

namespace {

using model::error;

constexpr std::string_view forms = "write \"10.0.0.7\", \"10.0.0.0/24\", \"10.0.0.1-10.0.0.50\" or the like in IPv6";

error bad_entry(std::string_view entry, const std::string& why) {
  return {"\"" + std::string(entry) + "\" " + why + "; " + std::string(forms)};
}

std::string_view trimmed(std::string_view text) {
  const auto begin = text.find_first_not_of(" \t");
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t") - begin + 1);
}

// The network's first and last address, host bits cleared and set.
void span_network(address& first, address& last, unsigned prefix) {
  const unsigned bits = first.family == AF_INET ? 32 : 128;
  const unsigned host = bits - prefix;
  const std::uint64_t low = host >= 64 ? ~std::uint64_t{0} : (std::uint64_t{1} << host) - 1;
  const std::uint64_t high = host <= 64 ? 0 : host == 128 ? ~std::uint64_t{0} : (std::uint64_t{1} << (host - 64)) - 1;
  first.low &= ~low;
  first.high &= ~high;
  last.low = first.low | low;
  last.high = first.high | high;
}

model::result<address_range> parse_network(std::string_view entry, std::string_view base, std::string_view length) {
  const auto a = parse_address(base);
  if (!a) return bad_entry(entry, "is not a range: \"" + std::string(base) + "\" is not an IP address");
  const unsigned bits = a->family == AF_INET ? 32 : 128;
  unsigned prefix = 0;
  const auto [end, bad] = std::from_chars(length.data(), length.data() + length.size(), prefix);
  if (bad != std::errc{} || end != length.data() + length.size() || prefix > bits)
    return bad_entry(entry, "is not a range: the prefix must be 0 to " + std::to_string(bits));
  address_range range{*a, *a, std::string(entry)};
  span_network(range.first, range.last, prefix);
  if (prefix + 1 < bits) {
    range.first = advanced(range.first, 1);
    if (a->family == AF_INET) --range.last.low;
  }
  return range;
}

model::result<address_range> parse_span(std::string_view entry, std::string_view from, std::string_view to) {
  const auto first = parse_address(from), last = parse_address(to);
  if (!first || !last)
    return bad_entry(entry, "is not a range: \"" + std::string(first ? to : from) + "\" is not an IP address");
  if (first->family != last->family) return bad_entry(entry, "is not a range: it mixes IPv4 and IPv6");
  if (*last < *first) return bad_entry(entry, "is not a range: it ends before it starts");
  return address_range{*first, *last, std::string(entry)};
}

std::optional<error> overlap(std::vector<address_range> ranges) {
  std::sort(ranges.begin(), ranges.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  for (std::size_t i = 1; i < ranges.size(); ++i) {
    const auto &before = ranges[i - 1], &next = ranges[i];
    if (before.first.family != next.first.family || before.last < next.first) continue;
    return error{text_of(next.first) + " is listed twice: \"" + before.text + "\" and \"" + next.text +
                 "\" overlap; every client address must stand in one entry only"};
  }
  return std::nullopt;
}

std::uint64_t capacity(const std::vector<address_range>& ranges) {
  std::uint64_t sum = 0;
  for (const auto& r : ranges) sum = sum > UINT64_MAX - r.size() ? UINT64_MAX : sum + r.size();
  return sum;
}

identity make_identity(const address& a, bool bound, bool forwarded) {
  identity one;
  one.text = text_of(a);
  if (bound) one.bind = socket_address(a);
  one.forwarded = forwarded;
  return one;
}

}  // namespace

model::result<address_range> parse_entry(std::string_view text) {
  const std::string_view entry = trimmed(text);
  if (const auto slash = entry.find('/'); slash != std::string_view::npos)
    return parse_network(entry, trimmed(entry.substr(0, slash)), trimmed(entry.substr(slash + 1)));
  if (const auto dash = entry.find('-'); dash != std::string_view::npos)
    return parse_span(entry, trimmed(entry.substr(0, dash)), trimmed(entry.substr(dash + 1)));
  const auto a = parse_address(entry);
  if (!a) return bad_entry(entry, "is not an IP address");
  return address_range{*a, *a, std::string(entry)};
}

model::result<std::vector<identity>> expand(std::uint32_t count, const std::vector<std::string>& entries, bool bound,
                                            bool forwarded) {
  std::vector<address_range> ranges;
  for (const auto& entry : entries) {
    auto range = parse_entry(entry);
    if (!range) return error{range.error_text()};
    ranges.push_back(std::move(*range));
  }
  if (const auto twice = overlap(ranges)) return *twice;
  if (count == 0) return error{"a pool of 0 client addresses sends nothing; `count` must be at least 1"};
  if (const std::uint64_t held = capacity(ranges); held < count)
    return error{"`count` asks for " + std::to_string(count) + " client addresses, but the entries of `from` hold " +
                 std::to_string(held) + "; add entries, or lower `count`"};

  std::vector<identity> pool;
  pool.reserve(count);
  for (std::uint64_t round = 0; pool.size() < count; ++round)
    for (const auto& r : ranges)
      if (round < r.size() && pool.size() < count)
        pool.push_back(make_identity(advanced(r.first, round), bound, forwarded));
  return pool;
}

}  // namespace lsrun::pool
