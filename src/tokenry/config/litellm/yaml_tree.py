"""A YAML file from anywhere as plain dicts, lists, texts and numbers; whatever would cost more than that is refused.

Refused: large files, deep nesting, aliases that multiply, tags that name types of Python, a key that stands twice, more
than one document. Source of the grammar: https://yaml.org/spec/1.1/
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from tokenry.base.errors import TokenryError

FILE_SIZE_MAX = 512 * 1024  # bytes
NODES_MAX = 50_000  # once every alias is written out
DEPTH_MAX = 40
_MERGE = "tag:yaml.org,2002:merge"


class NotReadable(TokenryError):
    """The file is not one that can be read safely; the words say where."""


def read_tree(path: Path) -> dict[str, Any]:
    """The file's one mapping, keys as texts.

    Raises:
        NotReadable: in one line what is wrong, and on which line of the file. It never quotes a value.
    """
    try:
        with path.open("rb") as file:
            data = file.read(FILE_SIZE_MAX + 1)
    except OSError as error:
        raise NotReadable(f"cannot read {path}: {error.strerror}") from None
    if len(data) > FILE_SIZE_MAX:
        raise NotReadable(f"{path} is larger than {FILE_SIZE_MAX} bytes; is this a configuration file?")
    try:
        return _tree(data.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise NotReadable(f"{path} is not UTF-8 text") from None
    except RecursionError:
        raise NotReadable(f"{path} nests deeper than any configuration") from None
    except yaml.YAMLError as error:
        raise NotReadable(f"{path} is not YAML that can be read: {_words(error)}") from None
    except _RefusedError as error:
        raise NotReadable(f"{path}:{error.line}: {error}") from None
    except ValueError:  # a number of thousands of digits, a date that is none
        raise NotReadable(f"{path} holds a number or a date that cannot be read") from None


class _RefusedError(Exception):
    def __init__(self, node: Node, words: str) -> None:
        super().__init__(words)
        self.line = node.start_mark.line + 1


def _tree(text: str) -> dict[str, Any]:
    loader = yaml.SafeLoader(text)
    try:
        root = loader.get_single_node()
        if root is None:
            return {}
        _Measure().size(root, 0)
        if not isinstance(root, MappingNode):
            raise _RefusedError(root, "the file must be a mapping, such as `model_list: …`")
        made = loader.construct_document(root)
    finally:
        loader.dispose()
    plain = _plain(made)
    assert isinstance(plain, dict)
    return plain


class _Measure:
    """How many nodes there are when every alias is written out, without writing them out."""

    def __init__(self) -> None:
        self._sizes: dict[int, int] = {}
        self._open: set[int] = set()

    def size(self, node: Node, depth: int) -> int:
        known = self._sizes.get(id(node))
        if known is not None:
            return known
        if depth > DEPTH_MAX:
            raise _RefusedError(node, "nests deeper than any configuration")
        if id(node) in self._open:
            raise _RefusedError(node, "an anchor that contains itself")
        self._open.add(id(node))
        size = 1 + sum(self.size(child, depth + 1) for child in _children(node))
        self._open.discard(id(node))
        if size > NODES_MAX:
            raise _RefusedError(node, f"holds more than {NODES_MAX} values once its aliases are written out")
        self._sizes[id(node)] = size
        return size


def _children(node: Node) -> list[Node]:
    if isinstance(node, SequenceNode):
        return list(node.value)
    if not isinstance(node, MappingNode):
        return []
    seen: set[str] = set()
    for key, _ in node.value:
        if not isinstance(key, ScalarNode):
            raise _RefusedError(key, "a key must be a plain word")
        if key.value in seen and key.tag != _MERGE:
            raise _RefusedError(key, "a key that stands twice in one mapping")
        seen.add(key.value)
    return [child for pair in node.value for child in pair]


def _plain(value: Any) -> Any:
    """Texts, whole numbers, floats, truth and None as they are; everything else (dates, bytes) as text."""
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set):
        return [_plain(item) for item in value]
    return value if value is None or isinstance(value, str | bool | int | float) else str(value)


def _words(error: yaml.YAMLError) -> str:
    """What the parser says, without the piece of the file that it would quote."""
    mark = getattr(error, "problem_mark", None)
    place = f" (line {mark.line + 1})" if mark is not None else ""
    problem = str(getattr(error, "problem", None) or "it breaks the grammar")
    if "could not determine a constructor" in problem:
        problem = "a tag that names a type of a program"
    elif "undefined alias" in problem:
        problem = "an alias of an anchor that is not there"
    return f"{problem.splitlines()[0][:120]}{place}"
