"""Whether the decoding step can run as fused kernels here."""

import logging

from minimax_speech.inference.rows import Decoder
from minimax_speech.inference.static_decode import StaticDecoder


def fuse(static: StaticDecoder) -> Decoder:
    """A decoder with fused kernels for single rows; ``static`` itself where there can be none.

    They need a CUDA device, Triton, which builds of torch for CUDA bring along, and a C compiler
    with Python's headers, with which Triton starts its kernels.
    """
    head_dim = static.blocks[0]["heads"].shape[1]
    if static.embedding.device.type != "cuda" or head_dim & (head_dim - 1):
        return static
    try:
        from minimax_speech.inference.fused_decode import FusedDecoder

        decoder = FusedDecoder(static)
        decoder.probe()
    except Exception as error:
        reason = str(error).strip().partition("\n")[0] or type(error).__name__
        logging.getLogger(__name__).warning(
            f"decoding goes without fused kernels, at a fraction of the speed: {reason}"
        )
        return static
    return decoder
