"""The project's documents as a test sees them: blocks with their languages, links, headings as anchors."""

import dataclasses
import re

from support.places import SOURCE

PAGES = ["README.md", "CONTRIBUTING.md", "SECURITY.md", "plugin_api/README.md", "plugins/reports/README.md",
         *sorted(str(path.relative_to(SOURCE)) for path in (SOURCE / "docs").glob("*.md"))]


@dataclasses.dataclass
class Block:
    """A fenced block: its language ("" for what is only shown), the file that it is to be saved as, if it names one, its
    content and the line it begins at."""
    language: str
    file: str
    content: str
    line: int

    def commands(self):
        """The commands of a block of `sh`: a line each, continued ones joined, comments off."""
        lines = re.sub(r"\\\n\s*", "", self.content).splitlines()
        return [c for c in (re.sub(r"(^|\s+)#.*$", "", line).strip() for line in lines) if c]


def text_of(page):
    return (SOURCE / page).read_text(encoding="utf-8")


def blocks(text):
    """All fenced blocks, in order."""
    return [Block(m[1], m[2].strip(), m[3], text[:m.start()].count("\n") + 1)
            for m in re.finditer(r"^```([^\s`]*)([^\n]*)\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)]


def prose(text):
    """The text without its fenced blocks and without its code spans."""
    return re.sub(r"`[^`\n]+`", "", re.sub(r"^```.*?^```$", "", text, flags=re.MULTILINE | re.DOTALL))


def links(text):
    """[(text, target)] of all links and pictures."""
    return re.findall(r"\[([^\]]*)\]\(([^)\s]+)\)", prose(text))


def anchors(text):
    """The anchors that a page's headings have, made as GitHub and GitLab make them."""
    found = []
    for title in re.findall(r"^#+ +(.*?) *$", re.sub(r"^```.*?^```$", "", text, flags=re.MULTILINE | re.DOTALL), re.MULTILINE):
        title = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", title).lower()
        name = re.sub(r"[^\w\- ]", "", title).replace(" ", "-")
        found.append(name if name not in found else f"{name}-{found.count(name)}")
    return found
