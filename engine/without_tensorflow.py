"""Lets Rasa 3.6.21 run without TensorFlow, and without the Telegram library it imports the same way.

Rasa imports TensorFlow whenever it is imported, even for a pipeline that has no component built on it. ``install()``
puts inert stand-ins in its place. Nothing may use them: a component that needs TensorFlow fails when it is trained
or loaded, not silently.
"""

from __future__ import annotations

import importlib.abc
import importlib.machinery
import importlib.util
import sys
from collections.abc import Sequence
from types import ModuleType
from typing import Any, Optional

PACKAGES = frozenset({"tensorflow", "tensorflow_text", "tensorflow_hub", "keras", "aiogram"})
UNUSED = frozenset(
    {"boto3", "botocore", "pymongo", "matplotlib", "slack_sdk", "twilio", "webexteamssdk", "fbmessenger",
     "mattermostwrapper", "rocketchat_API", "colorhash", "scipy.stats"}
)  # fmt: skip
"""Imported by Rasa, and of no use to a server with our store and channel: 60 MB, and a second of its start."""
VERSION = "2.12.0"


class _Inert(type):
    """A class that can be subclassed, indexed, used as a decorator and asked for any attribute."""

    def __getattr__(cls, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return _inert(name)

    def __getitem__(cls, key: object) -> Any:
        return cls

    def __or__(cls, other: object) -> Any:
        return cls

    __ror__ = __or__

    def __call__(cls, *args: Any, **kwargs: Any) -> Any:
        if len(args) == 1 and callable(args[0]) and not kwargs:
            return args[0]
        return super().__call__()


def _inert(name: str) -> Any:
    return _Inert(f"Inert_{name}", (), {"__init_subclass__": classmethod(lambda cls, **kwargs: None)})


class _Module(ModuleType):
    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.__path__: list[str] = []
        self.__version__ = VERSION

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return _inert(name)


class _Finder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    def __init__(self, packages: frozenset[str]) -> None:
        self._packages = packages

    def find_spec(
        self, fullname: str, path: Optional[Sequence[str]], target: Optional[ModuleType] = None
    ) -> Optional[importlib.machinery.ModuleSpec]:
        if not any(fullname == package or fullname.startswith(f"{package}.") for package in self._packages):
            return None
        return importlib.machinery.ModuleSpec(fullname, self, is_package=True)

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> ModuleType:
        return _Module(spec.name)

    def exec_module(self, module: ModuleType) -> None:
        """Nothing to execute."""


def install(serving: bool = False) -> None:
    """Stand in for TensorFlow where it is not installed, and for what is unused while ``serving``.

    Must run before the first import of ``rasa``.
    """
    absent = PACKAGES if importlib.util.find_spec("tensorflow") is None else frozenset()
    sys.meta_path.insert(0, _Finder(absent | (UNUSED if serving else frozenset())))
