"""What the machine has to compute on: CPU, CUDA or MPS by one code path."""

from contextlib import AbstractContextManager, nullcontext

import torch


def best_device() -> torch.device:
    """CUDA where there is one, else MPS, else the CPU."""
    if torch.cuda.is_available():
        return torch.device("cuda")
    return torch.device("mps" if torch.backends.mps.is_available() else "cpu")


def half_precision(device: torch.device) -> AbstractContextManager[object]:
    """Autocast to bfloat16 on a GPU that has it. On a CPU without such units it is slower."""
    if device.type == "cuda" and torch.cuda.is_bf16_supported():
        return torch.autocast("cuda", dtype=torch.bfloat16)
    return nullcontext()


def is_out_of_memory(error: BaseException) -> bool:
    """Whether `error` says that memory ran out, in the words of CUDA, MPS or the CPU."""
    if isinstance(error, torch.OutOfMemoryError | MemoryError):
        return True
    words = ("out of memory", "can't allocate memory", "not enough memory")
    return isinstance(error, RuntimeError) and any(word in str(error).lower() for word in words)


def free_memory(device: torch.device) -> None:
    """Give back what the allocator holds unused."""
    if device.type == "cuda":
        torch.cuda.empty_cache()
    elif device.type == "mps":
        torch.mps.empty_cache()
