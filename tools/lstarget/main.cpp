// lstarget: the reference target. docs/lstarget.md says what it imitates and how to run it.
#include <exception>
#include <iostream>

#include "options.hpp"
#include "server.hpp"

int main(int argc, char** argv) {
  int exit_code = 0;
  const auto options = lstarget::read_options(argc, argv, exit_code);
  if (!options) return exit_code;
  try {
    lstarget::world world(*options);
    lstarget::run_server(world);
    return 0;
  } catch (const std::exception& failure) {
    std::cerr << "lstarget: " << failure.what() << "\n";
    return 1;
  }
}
