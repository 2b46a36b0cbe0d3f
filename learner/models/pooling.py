"""A linear head on mean-pooled embeddings, written as a stock sequence classifier.

Stock `…ForSequenceClassification` classes read the first token; sentence encoders were trained to
be read by the mean of all tokens. One more transformer layer bridges the two without a line of
custom code in the saved model: its attention is uniform (zero queries and keys), so each token
receives the mean of all tokens; the mean is amplified until the residual vanishes beside it; its
layer norm does the normalising; its feed-forward part is zero. What follows (a dense layer with
tanh in BERT, with ReLU in DistilBERT) is the identity on a scale where both are linear. The saved
folder loads in plain `transformers`, and starts out predicting what the head predicts, so that
fine-tuning goes on from there ("linear probing then fine-tuning", Kumar et al., ICLR 2022).
"""

import copy
from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from torch import nn
from transformers import AutoModelForSequenceClassification, PreTrainedModel

AMPLIFY = 1000.0  # the mean against the residual, both of unit scale
SHRINK = 0.05  # keeps tanh linear: its error is the cube of this, a third


def supports_pooling(model_type: str) -> bool:
    """Whether `classifier_from_head` can write this architecture (a config's `model_type`)."""
    return model_type in ("bert", "distilbert")


def classifier_from_head(
    base: PreTrainedModel,
    coefficients: np.ndarray,
    intercepts: np.ndarray,
    categories: Sequence[str],
) -> PreTrainedModel:
    """A stock sequence classifier that predicts what the linear head predicts.

    `base` is a BERT or DistilBERT encoder; `coefficients` (K, D) and `intercepts` (K,) belong to a
    linear classifier on its mean-pooled embeddings, centred and scaled to unit length
    (`pooled_features`).
    """
    config = copy.deepcopy(base.config)
    depth = "n_layers" if config.model_type == "distilbert" else "num_hidden_layers"
    setattr(config, depth, getattr(config, depth) + 1)
    config.id2label = dict(enumerate(categories))
    config.label2id = {name: index for index, name in enumerate(categories)}
    config.problem_type = "single_label_classification"
    for dropout in ("classifier_dropout", "seq_classif_dropout"):
        if hasattr(config, dropout):
            setattr(config, dropout, 0.0)
    model = AutoModelForSequenceClassification.from_config(config)
    body = getattr(model, model.base_model_prefix)
    body.load_state_dict(base.state_dict(), strict=False)
    scale = float(np.sqrt(coefficients.shape[1])) * SHRINK
    weights = torch.tensor(coefficients / scale, dtype=torch.float32)
    bias = torch.tensor(intercepts, dtype=torch.float32)
    with torch.no_grad():
        if config.model_type == "distilbert":
            _pool_distilbert(body.transformer.layer[-1])
            _scaled_identity(model.pre_classifier, SHRINK)
            model.pre_classifier.bias.fill_(1.0)  # keeps the ReLU open; taken back in the bias
            bias = bias - weights.sum(dim=1)
        else:
            _pool_bert(body.encoder.layer[-1])
            _scaled_identity(body.pooler.dense, SHRINK)
        model.classifier.weight.copy_(weights)
        model.classifier.bias.copy_(bias)
    return model.eval()


def bridge_parameters(model: PreTrainedModel) -> list[nn.Parameter]:
    """The parameters that make up the bridge; fine-tuning leaves them as they are."""
    body: Any = getattr(model, model.base_model_prefix)
    if model.config.model_type == "distilbert":
        parts: list[Any] = [body.transformer.layer[-1], model.pre_classifier]
    else:
        parts = [body.encoder.layer[-1], body.pooler]
    return [parameter for part in parts for parameter in part.parameters()]


def _pool_bert(layer: Any) -> None:
    attention = layer.attention
    for linear in (attention.self.query, attention.self.key):
        _scaled_identity(linear, 0.0)
    _scaled_identity(attention.self.value, 1.0)
    _scaled_identity(attention.output.dense, AMPLIFY)
    _silence(layer.intermediate.dense, layer.output.dense)
    _plain_norm(attention.output.LayerNorm, layer.output.LayerNorm)


def _pool_distilbert(layer: Any) -> None:
    attention = layer.attention
    for linear in (attention.q_lin, attention.k_lin):
        _scaled_identity(linear, 0.0)
    _scaled_identity(attention.v_lin, 1.0)
    _scaled_identity(attention.out_lin, AMPLIFY)
    _silence(layer.ffn.lin1, layer.ffn.lin2)
    _plain_norm(layer.sa_layer_norm, layer.output_layer_norm)


def _scaled_identity(linear: nn.Linear, scale: float) -> None:
    linear.weight.copy_(torch.eye(linear.out_features) * scale)
    linear.bias.zero_()


def _silence(*linears: nn.Linear) -> None:
    for linear in linears:
        linear.weight.zero_()
        linear.bias.zero_()


def _plain_norm(*norms: nn.LayerNorm) -> None:
    for norm in norms:
        norm.weight.fill_(1.0)
        norm.bias.zero_()
