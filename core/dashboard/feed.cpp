#include "dashboard/feed.hpp"

#include <charconv>

namespace lsrun::dashboard {
namespace {

bytes event(const std::string& id, std::string_view name, const std::string& json) {
  std::string text = "id: " + id + "\nevent: ";
  text += name;
  text += "\ndata: " + json + "\n\n";
  return std::make_shared<const std::string>(std::move(text));
}

}  // namespace

bytes feed::add(std::string_view name, const std::string& json) {
  ++last_;
  events_.push_back(event(id(), name, json));
  if (events_.size() > kept) events_.pop_front();
  return events_.back();
}

bytes feed::snapshot(const std::string& json) const { return event(id(), "snapshot", json); }

std::optional<std::vector<bytes>> feed::since(std::string_view id) const {
  const auto dash = id.rfind('-');
  if (dash == std::string_view::npos || id.substr(0, dash) != run_) return std::nullopt;
  const std::string_view number = id.substr(dash + 1);
  std::uint64_t seen = 0;
  const auto [end, failed] = std::from_chars(number.data(), number.data() + number.size(), seen);
  if (failed != std::errc() || end != number.data() + number.size() || seen > last_) return std::nullopt;
  const std::uint64_t missed = last_ - seen;
  if (missed > events_.size()) return std::nullopt;
  return std::vector<bytes>(events_.end() - static_cast<std::ptrdiff_t>(missed), events_.end());
}

}  // namespace lsrun::dashboard
