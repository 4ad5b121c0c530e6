#include "plugin/elf.hpp"

#include <elf.h>

#include <cstring>
#include <fstream>

namespace lsrun::plugin {
namespace {

#if defined(__x86_64__)
constexpr unsigned machine = EM_X86_64;
#elif defined(__aarch64__)
constexpr unsigned machine = EM_AARCH64;
#elif defined(__riscv)
constexpr unsigned machine = EM_RISCV;
#elif defined(__powerpc64__)
constexpr unsigned machine = EM_PPC64;
#elif defined(__s390x__)
constexpr unsigned machine = EM_S390;
#else
constexpr unsigned machine = EM_NONE;  // not known: not compared
#endif
constexpr unsigned char byte_order = __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__ ? ELFDATA2LSB : ELFDATA2MSB;

constexpr const char* cut_off = "it is an ELF file that was cut off: copy or build it again";

std::string wrong_header(const Elf64_Ehdr& h) {
  if (h.e_ident[EI_CLASS] != ELFCLASS64 || h.e_ident[EI_DATA] != byte_order ||
      (machine != EM_NONE && h.e_machine != machine))
    return "it is an ELF file for another kind of machine: build it on this one";
  if (h.e_type == ET_REL) return "it is an object file: link it as a shared object (-shared)";
  if (h.e_type != ET_DYN) return "it is an ELF file, but no shared object: link it with -shared";
  return h.e_phentsize == sizeof(Elf64_Phdr) ? "" : cut_off;
}

}  // namespace

std::string not_loadable(const std::filesystem::path& file) {
  std::error_code failed;
  if (std::filesystem::is_directory(file, failed)) return "it is a directory";
  const auto size = std::filesystem::file_size(file, failed);
  if (failed) return "it cannot be read: " + failed.message();
  std::ifstream in(file, std::ios::binary);
  if (!in) return std::string("it cannot be read: ") + std::strerror(errno);
  Elf64_Ehdr h{};
  in.read(reinterpret_cast<char*>(&h), sizeof h);
  if (in.gcount() < SELFMAG || std::memcmp(h.e_ident, ELFMAG, SELFMAG) != 0)
    return "it is not an ELF shared object: a plugin is a .so that a compiler built";
  if (in.gcount() < static_cast<std::streamsize>(sizeof h)) return cut_off;
  if (auto wrong = wrong_header(h); !wrong.empty()) return wrong;
  in.seekg(static_cast<std::streamoff>(h.e_phoff));
  for (unsigned i = 0; i < h.e_phnum; ++i) {
    Elf64_Phdr part{};
    in.read(reinterpret_cast<char*>(&part), sizeof part);
    if (!in) return cut_off;
    if (part.p_offset > size || part.p_filesz > size - part.p_offset) return cut_off;
  }
  return h.e_phnum == 0 ? cut_off : "";
}

}  // namespace lsrun::plugin
