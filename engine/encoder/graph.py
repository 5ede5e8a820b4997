"""Builds an int8 ONNX graph of a BERT encoder out of its ``safetensors`` weights.

The graph takes the token ids of one sentence, ``ids``: int64 [tokens], and gives ``embedding``: float32 [hidden], the
mean of the last layer's tokens, normalised to length 1 (the pooling of the sentence-transformers models).
Architecture: Devlin et al., BERT, 2019 (post-layer-norm, GELU by erf). Weights are quantised dynamically to int8.
"""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import onnx
from onnx import TensorProto, helper, numpy_helper
from onnxruntime.quantization import QuantType, quantize_dynamic
from safetensors.numpy import load_file

OPSET = 17


class _Graph:
    """Collects nodes and constants; every method returns the name of its output."""

    def __init__(self) -> None:
        self.nodes: list[onnx.NodeProto] = []
        self.constants: list[onnx.TensorProto] = []

    def constant(self, value: npt.NDArray[Any]) -> str:
        name = f"c{len(self.constants)}"
        self.constants.append(numpy_helper.from_array(np.ascontiguousarray(value), name))
        return name

    def __call__(self, operator: str, *inputs: str, **attributes: Any) -> str:
        name = f"n{len(self.nodes)}"
        self.nodes.append(helper.make_node(operator, list(inputs), [name], **attributes))
        return name


def build(weights: Path, config: Path, target: Path) -> None:
    """Write the quantised graph of the model in ``weights`` to ``target``.

    Raises KeyError when the weights are not those of a BERT encoder.
    """
    shape = json.loads(config.read_text(encoding="utf-8"))
    tensors = {name.removeprefix("bert."): value for name, value in load_file(weights).items()}
    hidden, heads = shape["hidden_size"], shape["num_attention_heads"]
    epsilon = float(shape["layer_norm_eps"])
    size = hidden // heads
    g = _Graph()

    def norm(x: str, prefix: str) -> str:
        scale, bias = (g.constant(tensors[f"{prefix}.LayerNorm.{part}"]) for part in ("weight", "bias"))
        return g("LayerNormalization", x, scale, bias, epsilon=epsilon)

    def dense(x: str, prefix: str) -> str:
        product = g("MatMul", x, g.constant(tensors[f"{prefix}.weight"].T))
        return g("Add", product, g.constant(tensors[f"{prefix}.bias"]))

    def split(x: str, order: list[int]) -> str:
        parts = g("Reshape", x, g.constant(np.array([-1, heads, size], dtype=np.int64)))
        return g("Transpose", parts, perm=order)

    zero = g.constant(np.array([0], dtype=np.int64))
    positions = g.constant(tensors["embeddings.position_embeddings.weight"])
    x = g("Gather", g.constant(tensors["embeddings.word_embeddings.weight"]), "ids")
    x = g("Add", x, g("Slice", positions, zero, g("Shape", "ids"), zero))
    x = g("Add", x, g.constant(tensors["embeddings.token_type_embeddings.weight"][0]))
    x = norm(x, "embeddings")
    for layer in range(shape["num_hidden_layers"]):
        prefix = f"encoder.layer.{layer}"
        attention = f"{prefix}.attention.self"
        query = split(dense(x, f"{attention}.query"), [1, 0, 2])
        key = split(dense(x, f"{attention}.key"), [1, 2, 0])
        value = split(dense(x, f"{attention}.value"), [1, 0, 2])
        scale = g.constant(np.array(1 / np.sqrt(size), dtype=np.float32))
        weight = g("Softmax", g("Mul", g("MatMul", query, key), scale), axis=-1)
        context = g("Transpose", g("MatMul", weight, value), perm=[1, 0, 2])
        context = g("Reshape", context, g.constant(np.array([-1, hidden], dtype=np.int64)))
        output = f"{prefix}.attention.output"
        x = norm(g("Add", x, dense(context, f"{output}.dense")), output)
        inner = dense(x, f"{prefix}.intermediate.dense")
        erf = g("Erf", g("Mul", inner, g.constant(np.array(1 / np.sqrt(2), dtype=np.float32))))
        half = g("Mul", inner, g.constant(np.array(0.5, dtype=np.float32)))
        gelu = g("Mul", half, g("Add", erf, g.constant(np.array(1, dtype=np.float32))))
        x = norm(g("Add", x, dense(gelu, f"{prefix}.output.dense")), f"{prefix}.output")
    mean = g("ReduceMean", x, axes=[0], keepdims=0)
    g.nodes.append(helper.make_node("LpNormalization", [mean], ["embedding"], axis=0, p=2))

    ids = helper.make_tensor_value_info("ids", TensorProto.INT64, ["tokens"])
    embedding = helper.make_tensor_value_info("embedding", TensorProto.FLOAT, [hidden])
    graph = helper.make_graph(g.nodes, "encoder", [ids], [embedding], g.constants)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=8)
    onnx.checker.check_model(model)
    with tempfile.TemporaryDirectory() as folder:
        full = Path(folder) / "full.onnx"
        onnx.save(model, str(full))
        quantize_dynamic(full, target, weight_type=QuantType.QInt8, per_channel=True)
