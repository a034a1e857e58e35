#!/usr/bin/python3
"""Files of one library of host/ are compiled as one: what a file names for itself, inside an unnamed namespace, is seen by
those after it. Fails where two of them name a value, a type, or a function of the same parameters alike: in one
namespace that does not compile, in two the nearer one is silently taken. Fails, too, where such a function has the name
of one that a header the library includes gives to a namespace around it: those after it would find the nearer one
alone. Files that are compiled alone (`lendport_alone` in host/CMakeLists.txt) may.
"""
import collections
import pathlib
import re
import sys

import cpp_text

NAMESPACE = re.compile(r"^(?:namespace ?(?P<name>[\w:]*) \{|\}  // namespace)", re.M)
INCLUDE = re.compile(r'^#include "(.+)"', re.M)
LIBRARY = re.compile(r"lendport_library\((\w+)([^)]*)\)")
ALONE = re.compile(r"lendport_alone\(([^)]*)\)")
TOKEN = re.compile(r"\w+|::|->|\S")
WORD = re.compile(r"[A-Za-z_]\w*$")
CLOSING = {"(": ")", "[": "]", "{": "}", "<": ">"}
TYPES = {"struct", "class", "union", "enum"}
TEXTS = {("const", "std", "::", "string", "&"), ("std", "::", "string_view"), ("const", "std", "::", "string_view", "&")}

Name = collections.namedtuple("Name", "text path parameters alias line")


def end_of(tokens, at):
    """Behind the bracket that closes the one at `at`."""
    depth, opening, closing = 0, tokens[at], CLOSING[tokens[at]]
    for i in range(at, len(tokens)):
        depth += (tokens[i] == opening) - (tokens[i] == closing)
        if depth == 0:
            return i + 1
    return len(tokens)


def declarations(text):
    """(tokens, offset) of each declaration of a namespace's content."""
    found = [(one.group(), one.start()) for one in TOKEN.finditer(text)]
    tokens = [token for token, _ in found]
    begin = at = 0
    while at < len(tokens):
        token = tokens[at]
        if token in "([{":
            at = end_of(tokens, at)
            # A body ends a function; braces of a value or a type are followed by `;`.
            if token != "{" or (at < len(tokens) and tokens[at] in ";,"):
                continue
        elif token != ";":
            at += 1
            continue
        else:
            at += 1
        if at - begin > 1:
            yield tokens[begin:at], found[begin][1]
        begin = at


def without_introduction(tokens):
    """Without `template <…>`, attributes, `inline` and the like."""
    while tokens:
        if tokens[0] == "template":
            tokens = tokens[end_of(tokens, 1):]
        elif tokens[0] == "[":
            tokens = tokens[end_of(tokens, 0):]
        elif tokens[0] in {"inline", "static", "constexpr", "thread_local", "extern", "friend"}:
            tokens = tokens[1:]
        else:
            break
    return tokens


def type_of(parameter):
    """Its name and default say nothing; a text that is read is taken for another."""
    tokens = parameter[:parameter.index("=")] if "=" in parameter else parameter
    named = len(tokens) > 1 and WORD.match(tokens[-1]) and tokens[-2] not in {"::", "const"}
    kept = tuple(tokens[:-1] if named else tokens)
    return ("std", "::", "string") if kept in TEXTS else kept


def types_of(inside):
    """The types of a list of parameters."""
    types, begin, at = [], 0, 0
    while at < len(inside):
        if inside[at] in CLOSING:
            at = end_of(inside, at)
            continue
        if inside[at] == ",":
            types.append(type_of(inside[begin:at]))
            begin = at + 1
        at += 1
    return tuple(types + ([type_of(inside[begin:])] if inside[begin:] else []))


def named_in(tokens):
    """(name, types of the parameters or None, what an alias stands for) of a declaration; None where it names nothing."""
    tokens = without_introduction(tokens)
    if not tokens or tokens[:2] == ["using", "namespace"]:
        return None
    if tokens[0] in {"using", "namespace"}:
        return (tokens[1], None, tuple(tokens[3:])) if tokens[2:3] == ["="] else None
    if tokens[0] in TYPES:
        words = [one for one in tokens[1:tokens.index("{")] if one != "class"] if "{" in tokens else []
        if words[:1] == ["alignas"]:
            words = words[end_of(words, 1):]
        return (words[0], None, None) if words else None
    at, before = 0, ""
    while at < len(tokens):
        token = tokens[at]
        if token == "(" and tokens[at - 2] == "::":
            return None  # of a class that stands here
        if token == "(" and WORD.match(before) and before not in {"decltype", "alignas", "noexcept"}:
            end = end_of(tokens, at)
            is_value = re.match(r"k[A-Z]", before)
            return before, None if is_value else types_of(tokens[at + 1:end - 1]), None
        if token in "={[;":
            return (before, None, None) if WORD.match(before) else None
        if token in {"<", "("}:
            at, before = end_of(tokens, at), ""
            continue
        at, before = at + 1, token
    return None


def namespaces_in(text):
    """(path, begin, end, unnamed) of each namespace's whole content; the comment at its end tells it from a body's."""
    open_ones = []
    for found in NAMESPACE.finditer(text):
        if found["name"] is not None:
            open_ones.append((found["name"], found.end()))
            continue
        name, begin = open_ones.pop()
        path = tuple(part for outer, _ in open_ones for part in outer.split("::"))
        yield path + (tuple(name.split("::")) if name else ()), begin, found.start(), not name


def names_in(text, unnamed=True):
    """Each Name of the unnamed namespaces of a file, or of its others."""
    code = cpp_text.code_only(text)
    for path, begin, end, is_unnamed in namespaces_in(text):
        content = code[begin:end]
        if is_unnamed != unnamed or (not unnamed and NAMESPACE.search(text, begin, end)):
            continue
        for tokens, offset in declarations(content):
            named = named_in(tokens)
            if named:
                yield Name(named[0], path, named[1], named[2], code.count("\n", 0, begin + offset) + 1)


def clash(one, other):
    """Whether one is seen where the other is, and might be taken for it. The same alias twice is one."""
    shorter = min(len(one.path), len(other.path))
    both_functions = one.parameters is not None and other.parameters is not None
    return (one.path[:shorter] == other.path[:shorter] and not (one.alias and one.alias == other.alias)
            and (not both_functions or one.parameters == other.parameters))


def compiled_together(host):
    """The files of each library that are."""
    text = (host / "CMakeLists.txt").read_text()
    alone = {name for found in ALONE.finditer(text) for name in found[1].split()}
    for library in LIBRARY.finditer(text):
        yield [host / name for name in library[2].split()
               if name.endswith(".cpp") and "$" not in name and name not in alone]


def functions_of_headers(root):
    """name -> [(namespace, header)]."""
    found = collections.defaultdict(list)
    for header in cpp_text.sources(root, "host"):
        if header.suffix == ".hpp":
            for name in names_in(header.read_text(), unnamed=False):
                if name.parameters is not None:
                    found[name.text].append((name.path, header))
    return found


def problems(root):
    functions = functions_of_headers(root)
    for files in compiled_together(root / "host"):
        seen = collections.defaultdict(list)
        texts = {file: file.read_text() for file in files}
        included = {root / "host" / one for text in texts.values() for one in INCLUDE.findall(text)}
        for file, text in texts.items():
            for name in names_in(text):
                other = next((one for one, it in seen[name.text] if one != file and clash(it, name)), None)
                seen[name.text].append((file, name))
                hidden = [header for path, header in functions[name.text] if header in included
                          and name.parameters is not None
                          and len(path) < len(name.path) and name.path[:len(path)] == path]
                spelled = name.text if name.parameters is None else f"{name.text}()"
                for place in [other] if other else hidden[:1]:
                    yield (f"{file.relative_to(root)}:{name.line}: {spelled} is named in {place.relative_to(root)} too: "
                           f"share it, rename one, or compile one of the files alone")


def main():
    found = list(problems(pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else ".").resolve()))
    print("\n".join(found) or "names: each is given once in its library")
    sys.exit(1 if found else 0)


if __name__ == "__main__":
    main()
