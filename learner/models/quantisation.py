"""Dynamic quantisation: a transformer's linear layers with 8-bit weights, for a CPU."""

import copy
import warnings
from dataclasses import replace

import torch
from torch import nn

from labeling.errors import InputError
from learner.models.protocol import Model
from learner.models.transformer import Transformer


def quantised(model: Model) -> Transformer:
    """The model on the CPU, its linear layers' weights int8 and the activations as they come.

    Made anew after each load: what is saved stays exact and stock. Raises InputError unless it is a
    transformer.
    """
    if not isinstance(model, Transformer):
        raise InputError("--int8: only a fine-tuned transformer can be quantised; leave it out")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the function is deprecated, its successor another package
        small = torch.ao.quantization.quantize_dynamic(
            copy.deepcopy(model.model).cpu(), {nn.Linear}, dtype=torch.qint8
        )
    return replace(model, model=small)
