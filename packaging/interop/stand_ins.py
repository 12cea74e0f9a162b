"""Lets tools be imported whose heavy dependencies the checks never reach.

The dataset checks of ultralytics are plain Python over numpy and OpenCV, and labelme's reader is plain Python over
Pillow, but importing them imports torch, Qt and ONNX Runtime. Where these are not installed, empty modules take
their place. Where they are installed, they are used.
"""

import importlib.abc
import importlib.machinery
import importlib.metadata
import importlib.util
import sys
from unittest import mock

NAMES = ("torch", "torchvision", "onnxruntime", "PyQt5", "matplotlib", "polars", "thop", "osam", "skimage")


class _Module(mock.MagicMock):
    """A module of which every attribute exists, and every class can be inherited from."""

    __path__ = []
    __all__ = []
    __version__ = "2.5.0"

    def __getattr__(self, name):
        if name[:1].isupper():
            base = Warning if name.endswith("Warning") else Exception if name.endswith("Error") else object
            made = type(name, (base,), {})
            setattr(self, name, made)
            return made
        return super().__getattr__(name)


class _Finder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    def __init__(self, names):
        self.names = names

    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in self.names:
            return importlib.machinery.ModuleSpec(name, self, is_package=True)
        return None

    def create_module(self, spec):
        return _Module(name=spec.name)

    def exec_module(self, module):
        pass


def install():
    """Must be called before the tools are imported."""
    absent = [name for name in NAMES if importlib.util.find_spec(name) is None]
    sys.meta_path.append(_Finder(absent))
    version = importlib.metadata.version
    importlib.metadata.version = lambda name: "0.20.0" if name in absent else version(name)
