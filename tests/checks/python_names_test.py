"""What a program of the house takes from another one by its module's name is there: a function that moved is missed
only when the line is reached, and the benchmarks are reached by nobody's test."""
import ast
import pathlib
import tempfile
import unittest

ROOT = pathlib.Path(__file__).parents[2]
FOLDERS = ("scripts", "tests")


def given_by(tree):
    """The names at the top of a module."""
    names = {"__doc__", "__file__", "__name__"}
    for node in ast.walk(tree):
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            names |= {(one.asname or one.name).partition(".")[0] for one in node.names}
    for node in tree.body:
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            names.add(node.name)
        names |= {one.id for one in ast.walk(node) if isinstance(one, ast.Name) and isinstance(one.ctx, ast.Store)}
    return names


def missing(files):
    """(file, line, name) of each name that is taken of a module in `files`, or imported from it, and is not there."""
    trees = {file: ast.parse(file.read_text()) for file in files}
    modules = {file.stem: given_by(tree) for file, tree in trees.items()}
    for file, tree in trees.items():
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom) and node.module in modules:
                wanted = [(node.module, one.name) for one in node.names]
            elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in modules \
                    and any(node.value.id == one.name for it in ast.walk(tree) if isinstance(it, ast.Import)
                            for one in it.names):
                wanted = [(node.value.id, node.attr)]
            else:
                continue
            for module, name in wanted:
                if name not in modules[module]:
                    yield file, node.lineno, f"{module}.{name}"


class PythonNames(unittest.TestCase):
    def test_are_there(self):
        files = [file for folder in FOLDERS for file in sorted((ROOT / folder).rglob("*.py"))]
        self.assertGreater(len(files), 20)
        self.assertEqual([f"{file.relative_to(ROOT)}:{line}: {name}" for file, line, name in missing(files)], [])

    def test_are_missed_where_they_moved(self):
        with tempfile.TemporaryDirectory() as folder:
            here, there = pathlib.Path(folder, "here.py"), pathlib.Path(folder, "there.py")
            there.write_text("import os\n\nKNOWN, OTHER = 1, 2\n\n\ndef told():\n    pass\n")
            here.write_text("import there\nfrom there import told, gone\nprint(there.KNOWN, there.OTHER, there.moved)\n")
            self.assertEqual([(line, name) for _, line, name in missing([here, there])],
                             [(2, "there.gone"), (3, "there.moved")])


if __name__ == "__main__":
    unittest.main()
