#!/usr/bin/python3
"""g++ 12 copies some temporaries bit by bit in a statement with co_await: name them, then await.

Found are, in one statement with co_await (the body of a lambda is another function, not part of it):
a lambda that captures by value, braces with content, a co_await that is an operand of `?:`, and a
co_await in the range of a for. Braces of a type with a constructor would be safe; a text check
cannot tell, so they are named too. The asan preset stays the judge.
"""
import pathlib
import sys

import cpp_text

FOLDERS = ("host", "plugin-api", "plugins", "tests")
OPENING, CLOSING = {"(", "[", "{"}, {")", "]", "}"}


def captures_by_value(captures):
    return any(not capture.startswith("&") and capture != "this" for capture in captures)


def operand_groups(tokens):
    """Splits a statement at commas, `=` and brackets: yields the tokens that are one operand list."""
    stack, groups = [[]], []
    for token in tokens:
        if token.text in OPENING:
            stack.append([])
        elif token.text in CLOSING and len(stack) > 1:
            inner = stack.pop()
            groups.append(inner)
            # What is awaited inside brackets is also inside the expression around them.
            stack[-1] += [t for t in inner if t.text == "co_await"]
        elif token.text in {",", "=", "return", "co_return"}:
            groups.append(stack[-1])
            stack[-1] = []
        else:
            stack[-1].append(token)
    return groups + stack


def is_range_for_over_await(texts):
    if texts[:2] != ["for", "("] or ":" not in texts or "?" in texts:
        return False
    return "co_await" in texts[texts.index(":"):]


def problems_in(text):
    """(line, what to do) for each unsafe temporary of one file."""
    for statement in cpp_text.read(text)[0]:
        texts = [token.text for token in statement.tokens]
        if "co_await" not in texts:
            continue
        for line, captures in statement.lambdas:
            if captures_by_value(captures):
                yield line, "name the lambda that captures by value before co_await"
        for line in statement.braces:
            yield line, "name what the braces make before co_await"
        for group in operand_groups(statement.tokens):
            words = {token.text for token in group}
            if {"?", "co_await"} <= words:
                yield statement.line, "write if/else: no co_await inside a conditional expression"
        if is_range_for_over_await(texts):
            yield statement.line, "name the range before the for: its temporaries cross the co_await"


def problems(root):
    for path in cpp_text.sources(root, *FOLDERS):
        for line, what in problems_in(path.read_text()):
            yield f"{path.relative_to(root)}:{line}: {what}"


if __name__ == "__main__":
    found = list(problems(pathlib.Path(sys.argv[1] if sys.argv[1:] else ".").resolve()))
    print("\n".join(found))
    sys.exit(bool(found))
