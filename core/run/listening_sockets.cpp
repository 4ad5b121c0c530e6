// sock_diag over netlink: one request for each address family, answers in as many datagrams as the kernel needs.
#include "run/listening_sockets.hpp"

#include <arpa/inet.h>
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <array>
#include <optional>

#include "run/file_text.hpp"
#include "run/process_text.hpp"

namespace lsrun::run {

namespace {

struct request {
  nlmsghdr head;
  inet_diag_req_v2 what;
};

class diagnosis {
 public:
  diagnosis() : socket_(::socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_SOCK_DIAG)) {
    const timeval patience{1, 0};  // the kernel answers at once; nothing may hold the start for ever
    if (socket_ >= 0) ::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  }
  diagnosis(const diagnosis&) = delete;
  diagnosis& operator=(const diagnosis&) = delete;
  ~diagnosis() {
    if (socket_ >= 0) ::close(socket_);
  }

  // Adds what listens on `port` in one address family; false if the kernel did not tell all.
  bool ask(int family, std::uint16_t port, std::vector<std::uint64_t>& inodes) const {
    request asked{};
    asked.head.nlmsg_len = sizeof asked;
    asked.head.nlmsg_type = SOCK_DIAG_BY_FAMILY;
    asked.head.nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
    asked.what.sdiag_family = static_cast<std::uint8_t>(family);
    asked.what.sdiag_protocol = IPPROTO_TCP;
    asked.what.idiag_states = 1U << TCP_LISTEN;
    if (socket_ < 0 || ::send(socket_, &asked, sizeof asked, 0) != static_cast<ssize_t>(sizeof asked)) return false;
    alignas(nlmsghdr) std::array<char, 32768> datagram;
    for (int datagrams = 0; datagrams < 10'000; ++datagrams) {
      const ssize_t got = ::recv(socket_, datagram.data(), datagram.size(), 0);
      if (got <= 0) return false;
      if (const auto done = read(datagram.data(), static_cast<std::size_t>(got), port, inodes)) return *done;
    }
    return false;
  }

 private:
  // True at the end of the answer, false at an error, nothing if more datagrams follow.
  static std::optional<bool> read(const char* bytes, std::size_t length, std::uint16_t port,
                                  std::vector<std::uint64_t>& inodes) {
    while (length >= sizeof(nlmsghdr)) {
      const auto* head = reinterpret_cast<const nlmsghdr*>(bytes);
      if (head->nlmsg_len < sizeof(nlmsghdr) || head->nlmsg_len > length) return false;
      if (head->nlmsg_type == NLMSG_DONE) return true;
      if (head->nlmsg_type != SOCK_DIAG_BY_FAMILY || head->nlmsg_len < NLMSG_LENGTH(sizeof(inet_diag_msg)))
        return false;
      const auto* socket = reinterpret_cast<const inet_diag_msg*>(bytes + NLMSG_HDRLEN);
      if (ntohs(socket->id.idiag_sport) == port) inodes.push_back(socket->idiag_inode);
      const std::size_t step = NLMSG_ALIGN(head->nlmsg_len);
      bytes += step;
      length -= step < length ? step : length;
    }
    return std::nullopt;
  }

  int socket_;
};

}  // namespace

std::vector<std::uint64_t> listening_sockets(std::uint16_t port) {
  std::vector<std::uint64_t> inodes;
  const diagnosis kernel;
  if (kernel.ask(AF_INET, port, inodes) && kernel.ask(AF_INET6, port, inodes)) return inodes;
  inodes = listening_inodes(file_text("/proc/net/tcp"), port);
  for (const auto inode : listening_inodes(file_text("/proc/net/tcp6"), port)) inodes.push_back(inode);
  return inodes;
}

}  // namespace lsrun::run
