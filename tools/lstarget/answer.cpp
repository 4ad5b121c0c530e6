// Answers as bytes: header names, their order and letter case are those of uvicorn with its h11 protocol.
#include "answer.hpp"

#include <boost/json.hpp>
#include <ctime>
#include <memory>

namespace lstarget {
namespace {

std::string_view reason(int status) {
  switch (status) {
    case 200:
      return "OK";
    case 201:
      return "Created";
    case 204:
      return "No Content";
    case 400:
      return "Bad Request";
    case 403:
      return "Forbidden";
    case 404:
      return "Not Found";
    case 405:
      return "Method Not Allowed";
    case 413:
      return "Request Entity Too Large";
    case 422:
      return "Unprocessable Entity";
    case 429:
      return "Too Many Requests";
    case 431:
      return "Request Header Fields Too Large";
    case 500:
      return "Internal Server Error";
    case 504:
      return "Gateway Timeout";
    default:
      return "Unknown";
  }
}

// "date: Mon, 23 Nov 2026 20:23:07 GMT", made anew once a second.
std::string_view date_line() {
  thread_local std::time_t second = 0;
  thread_local char line[48];
  thread_local std::size_t length = 0;
  if (const auto now = std::time(nullptr); now != second) {
    second = now;
    std::tm parts{};
    gmtime_r(&now, &parts);
    length = std::strftime(line, sizeof line, "date: %a, %d %b %Y %H:%M:%S GMT\r\n", &parts);
  }
  return {line, length};
}

void begin(std::string& to, int status) {
  to.append("HTTP/1.1 ").append(std::to_string(status)).append(" ").append(reason(status)).append("\r\n");
  to.append(date_line()).append("server: uvicorn\r\n");
}

void cross_origin(std::string& to, const request& r) {
  if (const auto* origin = r.header("origin")) {
    to.append("access-control-allow-origin: ").append(*origin);
    to.append("\r\naccess-control-allow-credentials: true\r\n");
  }
  to.append("vary: Origin\r\n");
}

}  // namespace

step complete(const request& r, int status, std::string_view body, const head& h) {
  return complete(r, status, body, lsrun::model::outcome_of_status(static_cast<unsigned>(status)), h);
}

step complete(const request& r, int status, std::string_view body, outcome ended, const head& h) {
  step s;
  s.done = true;
  s.status = status;
  s.ended = ended;
  s.close = !r.keep_alive;
  s.bytes.reserve(256 + body.size());
  begin(s.bytes, status);
  s.bytes.append(h.more);
  if (status != 204) s.bytes.append("content-length: ").append(std::to_string(body.size())).append("\r\n");
  s.bytes.append("content-type: ").append(h.content_type).append("\r\n");
  if (h.vary) cross_origin(s.bytes, r);
  if (s.close) s.bytes.append("Connection: close\r\n");
  s.bytes.append("\r\n");
  if (status != 204 && r.method != "HEAD") s.bytes.append(body);
  return s;
}

step detail(const request& r, int status, std::string_view text) {
  return complete(r, status, "{\"detail\":" + json_string(text) + "}");
}

std::string stream_head(const request& r) {
  std::string text;
  begin(text, 200);
  text.append(
      "cache-control: no-cache\r\nconnection: keep-alive\r\ncontent-type: text/event-stream; charset=utf-8\r\n");
  cross_origin(text, r);
  return text.append("Transfer-Encoding: chunked\r\n\r\n");
}

std::string chunk(std::string_view data) {
  char size[20];
  const int length = std::snprintf(size, sizeof size, "%zx\r\n", data.size());
  return std::string(size, static_cast<std::size_t>(length)).append(data).append("\r\n");
}

step internal_error(const request&) {
  step s;
  s.done = s.close = true;
  s.status = 500;
  s.ended = outcome::server_error;
  begin(s.bytes, 500);
  s.bytes.append("content-type: text/plain; charset=utf-8\r\nconnection: close\r\nTransfer-Encoding: chunked\r\n\r\n");
  s.bytes.append(chunk("Internal Server Error")).append(last_chunk);
  return s;
}

std::string invalid_request(int status, std::string_view text) {
  std::string bytes;
  begin(bytes, status);
  bytes.append("content-type: text/plain; charset=utf-8\r\nconnection: close\r\nTransfer-Encoding: chunked\r\n\r\n");
  return bytes.append(chunk(text)).append(last_chunk);
}

std::string json_string(std::string_view text) { return boost::json::serialize(boost::json::string_view(text)); }

move at_once(step s) {
  return [kept = std::make_shared<step>(std::move(s))](instant) { return std::move(*kept); };
}

}  // namespace lstarget
