"""Reads C++ as far as the checks need it: comments, strings, statements, blocks. No types, no macros."""
import re
from dataclasses import dataclass, field

SKIPPED_FOLDERS = {"build", "node_modules", "third_party", "target", "dist", "__pycache__"}
SUFFIXES = {".c", ".h", ".cpp", ".hpp"}

_RAW = re.compile(r'(?:u8|[uUL])?R"([^()\\ \t\n]*)\(')
_LEXEME = re.compile(
    r"(?P<line>//[^\n]*)|(?P<block>/\*.*?\*/)"
    r'|(?P<text>"(?:\\.|[^"\\\n])*")'
    r"|(?P<char>(?<![0-9a-zA-Z_])'(?:\\.|[^'\\\n])+'|(?<=\bu8)'(?:\\.|[^'\\\n])+')", re.S)
_DIRECTIVE = re.compile(r"^[ \t]*#(?:[^\n]*\\\n)*[^\n]*", re.M)
_TOKEN = re.compile(r"[A-Za-z_]\w*|\d[\w.']*|::|->|&&|\S")


def sources(root, *folders):
    """Every C and C++ file below the named folders, in order; build output and packages left out."""
    for folder in folders:
        for path in sorted((root / folder).rglob("*")):
            inside = path.relative_to(root).parts
            if path.suffix in SUFFIXES and path.is_file() and not SKIPPED_FOLDERS & set(inside):
                yield path


def _spaces(text):
    return re.sub(r"[^\n]", " ", text)


def without_comments(text, keep_strings=True):
    """The text with comments (and the inside of strings) turned into spaces: lines and columns stay."""
    out, at, raw = [], 0, _RAW.search(text)
    while at < len(text):
        if raw and raw.start() < at:
            raw = _RAW.search(text, at)
        lexeme = _LEXEME.search(text, at)
        if raw and (not lexeme or raw.start() < lexeme.start()):
            closing = f"){raw.group(1)}\""
            end = text.find(closing, raw.end())
            end = len(text) if end < 0 else end + len(closing)
            whole = text[raw.start():end]
            out += [text[at:raw.start()], whole if keep_strings else f'"{_spaces(whole)[2:]}"']
            at = end
            continue
        if not lexeme:
            break
        found = lexeme.group()
        if lexeme.group("line") or lexeme.group("block"):
            found = _spaces(found)
        elif not keep_strings:
            found = found[0] + _spaces(found[1:-1]) + found[-1]
        out += [text[at:lexeme.start()], found]
        at = lexeme.end()
    return "".join(out) + text[at:]


def code_only(text):
    return without_comments(text, keep_strings=False)


@dataclass
class Token:
    text: str
    line: int


@dataclass
class Statement:
    """One full expression or the head of a block. Bodies of lambdas in it are statements of their own."""
    line: int
    tokens: list = field(default_factory=list)
    lambdas: list = field(default_factory=list)  # (line, [capture, ...])
    braces: list = field(default_factory=list)   # lines of braces with content


@dataclass
class Block:
    kind: str  # "scope" (namespace, class), "function", "lambda" or "inner"
    first_line: int
    last_line: int
    head: Statement


def _tokens(text):
    text = _DIRECTIVE.sub(lambda found: _spaces(found.group()), code_only(text))
    line, last = 1, 0
    for found in _TOKEN.finditer(text):
        line += text.count("\n", last, found.start())
        last = found.start()
        yield Token(found.group(), line)


_CLOSING = {"(": ")", "[": "]", "{": "}"}
_NOT_A_VALUE = {"return", "co_return", "co_await", "co_yield", "case", "else", "throw", "in"}
_SCOPES = {"namespace", "class", "struct", "union", "enum", "extern", "concept"}
_CONTROL = {"if", "for", "while", "switch", "catch", "else", "do", "try"}
_BEFORE_BLOCK = {")", "}", "else", "do", "try", "const", "noexcept", "override", "final", ":", "mutable"}


class _Reader:
    def __init__(self, text):
        self.tokens = list(_tokens(text))
        self.at = 0
        self.statements = []
        self.blocks = []

    def peek(self, ahead=0):
        at = self.at + ahead
        return self.tokens[at].text if at < len(self.tokens) else ""

    def matching(self, opening_at):
        """Index of the bracket that closes the one at opening_at."""
        opening, depth = self.tokens[opening_at].text, 0
        closing = _CLOSING[opening]
        for at in range(opening_at, len(self.tokens)):
            depth += (self.tokens[at].text == opening) - (self.tokens[at].text == closing)
            if depth == 0:
                return at
        return len(self.tokens) - 1

    def block(self, scope):
        """Reads statements up to the closing brace, which it takes."""
        statement = None
        while self.at < len(self.tokens):
            token = self.tokens[self.at]
            if token.text == "}":
                break
            statement = statement or Statement(token.line)
            if token.text == ";":
                self.at += 1
                self.end(statement)
                statement = None
            elif token.text == "{" and self.opens_block(statement):
                self.end(statement)
                self.inner_block(statement, scope)
                statement = None
            else:
                self.piece(statement)
        if statement:
            self.end(statement)
        self.at += 1

    def end(self, statement):
        if statement.tokens or statement.braces:
            self.statements.append(statement)

    def inner_block(self, head, scope):
        texts = [token.text for token in head.tokens]
        first = self.tokens[self.at].line
        if _SCOPES & set(texts) and texts[-1:] != [")"] or texts == ["extern"]:
            kind = "scope"
        elif scope == "scope" and texts and texts[0] not in _CONTROL:
            kind = "function"
        else:
            kind = "inner"
        self.at += 1
        self.block(kind)
        last = self.tokens[min(self.at, len(self.tokens)) - 1].line
        self.blocks.append(Block(kind, head.line if kind == "function" else first, last, head))

    def opens_block(self, statement):
        texts = [token.text for token in statement.tokens]
        if not texts or texts[-1] in _BEFORE_BLOCK:
            return True
        if "=" in texts or texts[-1] in _NOT_A_VALUE:
            return False
        trailing_return = any(a == ")" and b == "->" for a, b in zip(texts, texts[1:]))
        return trailing_return or bool(_SCOPES & set(texts))

    def piece(self, statement):
        """Takes one token, or one bracketed group, or one lambda, into the statement."""
        token = self.tokens[self.at]
        if token.text == "[" and self.is_lambda(statement):
            self.lambda_(statement)
        elif token.text in _CLOSING:
            end = self.matching(self.at)
            if token.text == "{" and end > self.at + 1:
                statement.braces.append(token.line)
            statement.tokens.append(token)
            self.at += 1
            while self.at < end:
                self.piece(statement)
            if self.at < len(self.tokens):
                statement.tokens.append(self.tokens[self.at])
            self.at += 1
        else:
            statement.tokens.append(token)
            self.at += 1

    def is_lambda(self, statement):
        before = [token.text for token in statement.tokens[-2:]]
        last = before[-1] if before else ""
        if last == "auto" or (before[:1] == ["auto"] and last in ("&", "&&")):
            return False  # structured binding
        if last in (")", "]") or (re.match(r"[A-Za-z_]", last) and last not in _NOT_A_VALUE):
            return False  # subscript
        end = self.matching(self.at)
        after = self.tokens[end + 1].text if end + 1 < len(self.tokens) else ""
        return after in ("(", "{", "<", "mutable", "->", "noexcept", "constexpr")

    def lambda_(self, statement):
        line, end = self.tokens[self.at].line, self.matching(self.at)
        inside = Statement(line)
        self.at += 1
        while self.at < end:
            self.piece(inside)
        self.at = end + 1
        statement.tokens += inside.tokens
        statement.lambdas += [(line, _captures(inside.tokens))] + inside.lambdas
        statement.braces += inside.braces
        while self.at < len(self.tokens) and self.peek() != "{":
            if self.peek() == "(":
                self.at = self.matching(self.at)
            self.at += 1
        first = self.tokens[min(self.at, len(self.tokens) - 1)].line
        self.at += 1
        self.block("lambda")
        last = self.tokens[min(self.at, len(self.tokens)) - 1].line
        self.blocks.append(Block("lambda", first, last, statement))
        statement.tokens.append(Token("lambda", line))


def _captures(tokens):
    captures, depth, words = [], 0, []
    for token in tokens:
        depth += (token.text in _CLOSING) - (token.text in _CLOSING.values())
        if token.text == "," and depth == 0:
            captures.append(" ".join(words))
            words = []
        else:
            words.append(token.text)
    return captures + [" ".join(words)] if words else captures


def read(text):
    """(statements, blocks) of a file, each with its lines."""
    reader = _Reader(text)
    while reader.at < len(reader.tokens):
        reader.block("scope")
    return reader.statements, reader.blocks
