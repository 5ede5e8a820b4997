"""A BERT-type sentence encoder as an optional source of features, run by onnxruntime without torch."""

from engine.encoder.sentences import Encoder, EncoderMissing

__all__ = ["Encoder", "EncoderMissing"]
