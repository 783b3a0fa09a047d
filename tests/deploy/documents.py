"""The command blocks of README and docs/deploy.md, as a reader meets them.

A block is what is indented by a tab.  The paragraph before it says what it is:

	In `FILE`...:			the block is that file
	Add to `FILE`...:		it is appended to the file
	anything else			commands

and the paragraph behind a block says what comes out, if it begins with
"says `TEXT`" (in README: says TEXT).
"""
import os
import re

REPO = os.path.realpath(os.path.join(os.path.dirname(__file__), "../.."))
NAME = re.compile(r"(?:^|[.,:] |\n)([Ii]n|Add\s+to)\s+`(/[^`]+)`[^.]*:$")
SAYS = re.compile(r"says\s+(?:`([^`]+)`|(\"status\":\"ok\"))")


class Block:
    def __init__(self, document, section, step, intro, text):
        self.document = document
        self.section = section
        self.step = step        # "1", or the words of an item without number
        self.text = text
        self.says = None
        found = NAME.search(intro)
        self.path = found.group(2) if found else None
        self.append = bool(found) and found.group(1).startswith("Add")

    def title(self):
        """What names the block in messages: its place and first line."""
        return f"{self.document}, {self.section}: " \
            f"{self.text.splitlines()[0].strip()}"


def paragraphs(text):
    """Yield (kind, text): heading, block or text."""
    lines = text.splitlines()
    i = 0
    while i < len(lines):
        line = lines[i]
        if line.startswith("## ") or line.startswith("# "):
            yield "heading", line.lstrip("# ")
            i += 1
        elif i + 1 < len(lines) and line and re.fullmatch("[-=]{4,}",
                                                          lines[i + 1]):
            yield "heading", line
            i += 2
        elif line.startswith("\t"):
            j = i
            while j < len(lines) and (lines[j].startswith("\t") or
                                      not lines[j].strip() and
                                      j + 1 < len(lines) and
                                      lines[j + 1].startswith("\t")):
                j += 1
            yield "block", "".join(s[1:] + "\n" for s in lines[i:j])
            i = j
        elif line.strip():
            j = i
            while j < len(lines) and lines[j].strip() and \
                    not lines[j].startswith("\t"):
                j += 1
            yield "text", "\n".join(s.strip() for s in lines[i:j])
            i = j
        else:
            i += 1


def blocks(document):
    """Return the blocks of a document, in order."""
    found = []
    section = step = intro = ""
    with open(os.path.join(REPO, document)) as f:
        text = f.read()
    behind = None
    for kind, part in paragraphs(text):
        if kind == "heading":
            section, step, intro, behind = part, "", "", None
        elif kind == "block":
            behind = Block(document, section, step, intro, part)
            found.append(behind)
            intro = ""
        else:
            says = SAYS.match(part)
            if behind is not None and says:
                behind.says = says.group(1) or says.group(2)
            behind = None
            intro = part
            item = re.match(r"(\d+)\. |- (.*)", part)
            if item:
                step = item.group(1) or item.group(2)
    return found
