// One client's connection: reads requests, carries out what the APIs decide, closes when idle.
#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>

#include "world.hpp"

namespace lstarget {

// Serves `socket` until it closes, on the thread that runs its executor; `tls` if it speaks TLS, else nullptr. Both and
// `world` outlive it.
void serve(world&, boost::asio::ip::tcp::socket socket, boost::asio::ssl::context* tls);

}  // namespace lstarget
