// Without words of its own: what is compiled for it beforehand the test files use again (tests/CMakeLists.txt).
