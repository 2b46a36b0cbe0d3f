"""The Hugging Face hub, which may be out of reach."""


def can_be_had(model: str) -> bool:
    """Whether the hub's cache holds this model or the hub answers for it."""
    from huggingface_hub import HfApi, try_to_load_from_cache

    try:
        if isinstance(try_to_load_from_cache(model, "config.json"), str):
            return True
        HfApi().model_info(model, timeout=5)
    except Exception:  # of whichever HTTP library the hub's client stands on
        return False
    return True
