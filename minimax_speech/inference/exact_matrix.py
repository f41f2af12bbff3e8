"""Matrices for decoding on a CPU, where reading the weights is most of the work.

Weights files hold a matrix as int8 times one scale per output channel. Whole numbers up to 2048
are exact in half precision, so that such a matrix can be read at half the bytes of fp32 without
changing a single weight; activations and sums stay fp32.
"""

import warnings

import torch
from torch import Tensor

_EXACT = 1e-6  # of a row's largest weight: rounding of fp32 itself


class ExactMatrix:
    """A weight matrix (out, in) that multiplies rows of activations (B, in).

    FBGEMM's half-precision product is used where the weights are int8 times a scale and this build
    of torch has it; else the product is the ordinary one.
    """

    def __init__(self, weight: Tensor) -> None:
        self._scale: Tensor | None = None
        self._numbers = weight.numel()
        self._weight = weight.detach().float().t()
        whole, scale = split(weight.detach().float())
        if _has_half_product() and whole is not None:
            self._scale, self._weight = scale, _pack(whole)

    @property
    def nbytes(self) -> int:
        """Bytes that a product reads of it."""
        return self._numbers * (4 if self._scale is None else 2)

    def product(self, x: Tensor, out: Tensor) -> Tensor:
        """Write the product (B, out) into ``out`` and return it."""
        if self._scale is None:
            return torch.mm(x, self._weight, out=out)
        return torch.mul(_half_product(x, self._weight), self._scale, out=out)

    def add_product(self, x: Tensor, out: Tensor) -> Tensor:
        """Add the product to ``out`` (B, out) in place."""
        if self._scale is None:
            return out.addmm_(x, self._weight)
        return out.addcmul_(_half_product(x, self._weight), self._scale)


def split(weight: Tensor) -> tuple[Tensor | None, Tensor]:
    """Whole numbers (out, in) of at most 127 and scales (out,) whose product is the weight.

    The numbers are None where there are none such.
    """
    largest = weight.abs().amax(1)
    scale = (largest / 127).clamp(min=torch.finfo(torch.float32).tiny)
    whole = (weight / scale[:, None]).round()
    error = (whole * scale[:, None] - weight).abs().amax(1)
    return (whole if bool((error <= _EXACT * largest).all()) else None), scale


def _has_half_product() -> bool:
    return hasattr(torch, "fbgemm_linear_fp16_weight_fp32_activation") and (
        "fbgemm" in torch.backends.quantized.supported_engines
    )


def _pack(whole: Tensor) -> Tensor:
    """Half-precision weights in FBGEMM's order."""
    with warnings.catch_warnings():
        # Announced to go some day; then the ordinary product serves.
        warnings.simplefilter("ignore", UserWarning)
        packed = torch.fbgemm_pack_gemm_matrix_fp16(whole)
        _half_product(torch.zeros(1, whole.shape[1]), packed)
    return packed


def _half_product(x: Tensor, packed: Tensor) -> Tensor:
    return torch.fbgemm_linear_fp16_weight_fp32_activation(x, packed, None)
