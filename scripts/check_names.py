#!/usr/bin/python3
"""Files of one library of host/ are compiled as one: what a file names for itself, inside an unnamed namespace, is seen by
those after it. Fails where two of them name a value, a type, or a function of the same parameters alike: in one
namespace that does not compile, in two the nearer one is silently taken. Files that are compiled alone
(`lendport_alone` in host/CMakeLists.txt) may.
"""
import collections
import pathlib
import re
import sys

import cpp_text

NAMESPACE = re.compile(r"^(?:namespace ?(?P<name>[\w:]*) \{|\}  // namespace)", re.M)
TYPE = re.compile(r"^(?:(?:struct|class|union|enum(?: class)?) (?P<name>\w+)(?= (?:final )?[:{])|using (?P<alias>\w+) = (?P<of>[^;]*))", re.M)
VARIABLE = re.compile(r"^(?!using |struct |class |union |enum |namespace |template |return )"
                      r"(?:[A-Za-z_][^;={}()]*?[\s*&>])(\w+)(?=(?:\[\w*\])*(?:;| ?=| ?\{))", re.M)
FUNCTION = re.compile(r"^(?:\[\[\w+\]\] )?[A-Za-z_](?:[^;={}()]|<[^;{}]*?>)*?[\s*&>](\w+)\(([^;{}]*?)\)"
                      r"(?: noexcept)?(?: -> [^;{}]+)? (?=\{)", re.M)
STRING = re.compile(r"^(?:const)?std::string(?:_view)?&{0,2}$")
LIBRARY = re.compile(r"lendport_library\((\w+)([^)]*)\)")
ALONE = re.compile(r"lendport_alone\(([^)]*)\)")


def types_of(parameters):
    """The parameters' types in order: their names, defaults and spaces say nothing, and a text is taken for another."""
    without = [re.sub(r"\s*=.*$|\b\w+$", "", one.strip()) if " " in one.strip() else one.strip()
               for one in parameters.split(",")]
    return tuple(STRING.sub("std::string", re.sub(r"\s+", "", one)) for one in without)


def unnamed_in(text):
    """(path of names around it, where it begins, where it ends) of each unnamed namespace."""
    open_ones = []
    for found in NAMESPACE.finditer(text):
        if found["name"] is not None:
            open_ones.append((found["name"], found.end()))
            continue
        name, begin = open_ones.pop()
        if not name:
            yield tuple(part for outer, _ in open_ones for part in outer.split("::")), begin, found.start()


def names_in(text):
    """(name with what tells it apart, path, what an alias stands for, line) of all that a file names for itself."""
    code = cpp_text.code_only(text)
    for path, begin, end in unnamed_in(text):
        block = code[begin:end]
        for kind in (TYPE, VARIABLE, FUNCTION):
            for found in kind.finditer(block):
                line = code.count("\n", 0, begin + found.start()) + 1
                if kind is TYPE:
                    yield found["name"] or found["alias"], path, found["of"], line
                else:
                    yield found[1] if kind is VARIABLE else (found[1], types_of(found[2])), path, None, line


def clash(one, other):
    """Whether one is seen where the other is. The same alias twice is one."""
    (path, alias), (other_path, other_alias) = one, other
    shorter = min(len(path), len(other_path))
    return path[:shorter] == other_path[:shorter] and not (alias and alias == other_alias)


def compiled_together(host):
    """The files of each library that are."""
    text = (host / "CMakeLists.txt").read_text()
    alone = {name for found in ALONE.finditer(text) for name in found[1].split()}
    for library in LIBRARY.finditer(text):
        yield [host / name for name in library[2].split() if name.endswith(".cpp") and "$" not in name and name not in alone]


def problems(root):
    for files in compiled_together(root / "host"):
        seen = collections.defaultdict(list)
        for file in files:
            for name, path, alias, line in names_in(file.read_text()):
                other = next((one for one, *what in seen[name] if one != file and clash(what, (path, alias))), None)
                seen[name].append((file, path, alias))
                if other:
                    spelled = name if isinstance(name, str) else f"{name[0]}()"
                    yield (f"{file.relative_to(root)}:{line}: {spelled} is named in {other.relative_to(root)} too: "
                           f"share it, rename one, or compile one of the files alone")


def main():
    found = list(problems(pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else ".").resolve()))
    print("\n".join(found) or "names: each is given once in its library")
    sys.exit(1 if found else 0)


if __name__ == "__main__":
    main()
