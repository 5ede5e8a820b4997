"""The sentence encoder: its vectors, and that only the one that was installed is used."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from engine.encoder import Encoder, EncoderMissing
from engine.encoder.sentences import DIGEST, GRAPH, TOKENIZER
from tests.engine.understanding.samples import ENCODER, encoder

ENCODE = encoder()


def test_vectors_have_length_one_and_keep_the_order() -> None:
    sentences = ["Who approves a clinical trial?", "", "x", "word " * 500, "Où sont les incubateurs ?"]
    vectors = ENCODE(sentences)
    assert vectors.shape == (len(sentences), 384) and vectors.dtype == np.float32
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-4)
    assert np.allclose(vectors[0], ENCODE(sentences[:1])[0], atol=1e-6)


@hypothesis_settings(max_examples=30)
@given(st.text(max_size=80))
def test_any_text_has_a_vector_of_length_one(text: str) -> None:
    assert np.isclose(np.linalg.norm(ENCODE([text])[0]), 1, atol=1e-4)


@pytest.mark.parametrize(
    ("sentence", "near", "far"),
    [
        ("How long does approval of a trial take?", "time until a study is authorised", "where can I rent an office"),
        ("How much does a patent cost?", "price of protecting an invention", "which hospitals treat children"),
        ("I want to hire my first employee", "recruiting a worker", "recycling laboratory waste"),
        ("Goodbye", "see you later", "biosafety level of the laboratory"),
    ],
)
def test_similar_sentences_are_nearer(sentence: str, near: str, far: str) -> None:
    one, similar, different = ENCODE([sentence, near, far])
    assert one @ similar > one @ different + 0.1


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    return shutil.copytree(ENCODER, tmp_path / "encoder")


def test_a_copy_is_the_same_encoder(copy: Path) -> None:
    assert Encoder(copy).digest == ENCODE.digest


@pytest.mark.parametrize("name", [GRAPH, TOKENIZER])
def test_a_tampered_file_is_refused(copy: Path, name: str) -> None:
    data = bytearray((copy / name).read_bytes())
    data[len(data) // 2] ^= 1
    (copy / name).write_bytes(data)
    with pytest.raises(EncoderMissing, match="not the one that was installed"):
        Encoder(copy)


@pytest.mark.parametrize("name", [GRAPH, TOKENIZER, DIGEST])
def test_a_missing_file_is_refused(copy: Path, name: str) -> None:
    (copy / name).unlink()
    with pytest.raises(EncoderMissing, match="no encoder in"):
        Encoder(copy)


def test_a_missing_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(EncoderMissing, match="nowhere"):
        Encoder(tmp_path / "nowhere")
