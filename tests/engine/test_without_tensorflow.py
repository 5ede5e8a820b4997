"""Rasa runs without TensorFlow, and nothing that would need it passes unnoticed."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from importlib import metadata

import pytest

from engine import without_tensorflow
from engine.without_tensorflow import PACKAGES, UNUSED

_IMPORTED = """
import sys, warnings
warnings.simplefilter("ignore")
from engine.__main__ import prepare
prepare()
import rasa, rasa.model_training, rasa.core.run, rasa.nlu.classifiers.diet_classifier
real = [name for name, module in sys.modules.items()
        if name.split(".")[0] in {packages} and type(module).__module__ != "engine.without_tensorflow"]
stand_ins = [name for name in sys.modules if name.split(".")[0] == "tensorflow"]
print(len(stand_ins), real)
"""


def test_rasa_imports_and_no_tensorflow_module_is_real() -> None:
    script = _IMPORTED.format(packages=set(PACKAGES))
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    count, real = done.stdout.split(maxsplit=1)
    assert int(count) > 0 and real.strip() == "[]"


def test_a_server_leaves_out_what_it_does_not_use_and_still_imports() -> None:
    script = _IMPORTED.replace("prepare()", "prepare(serving=True)").format(packages=set(UNUSED))
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.split(maxsplit=1)[1].strip() == "[]"


@pytest.mark.parametrize("package", ["tensorflow", "tensorflow-text", "tensorflow-hub", "keras", "torch"])
def test_it_is_not_installed(package: str) -> None:
    with pytest.raises(metadata.PackageNotFoundError):
        metadata.version(package)


def test_a_component_that_needs_it_fails_when_it_is_made_or_trained() -> None:
    """DIET, with Rasa's own defaults."""
    from rasa.engine.graph import ExecutionContext, GraphSchema
    from rasa.engine.storage.resource import Resource
    from rasa.nlu.classifiers.diet_classifier import DIETClassifier
    from rasa.shared.nlu.training_data.message import Message
    from rasa.shared.nlu.training_data.training_data import TrainingData

    examples = [Message.build(text, intent) for text, intent in (("hello", "greet"), ("bye", "goodbye"))]
    with pytest.raises(Exception):  # noqa: B017 -- whatever it is, it must not pass
        component = DIETClassifier.create(
            DIETClassifier.get_default_config(), None, Resource("diet"), ExecutionContext(GraphSchema({}))
        )
        component.train(TrainingData(examples))


def test_only_the_named_packages_are_stood_in_for() -> None:
    finder = without_tensorflow._Finder(PACKAGES)
    assert finder.find_spec("tensorflow.keras.layers", None) is not None
    assert finder.find_spec("tensorflowx", None) is None
    assert finder.find_spec("numpy", None) is None
    assert importlib.util.find_spec("no_such_package") is None
