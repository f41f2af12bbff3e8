"""Networks over several processes, and activations computed anew: done to them from outside.

The networks are plain modules and know nothing of it. Under DDP every rank holds them whole, and
gradients are averaged. Under FSDP2 (Zhao et al. 2023, arXiv 2304.11277) every rank holds a share of
each parameter, its gradient and its optimizer state, and one Transformer block at a time is put
together to be computed.
"""

import copy
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager

import torch
import torch.distributed as dist
from accelerate import Accelerator
from torch import Tensor, nn
from torch.distributed.device_mesh import init_device_mesh
from torch.distributed.fsdp import FSDPModule, MixedPrecisionPolicy, fully_shard
from torch.distributed.tensor import DTensor
from torch.nn.parallel import DistributedDataParallel

from minimax_speech.errors import InputError
from minimax_speech.models.layers import ConvNeXtBlock
from minimax_speech.models.transformer import Block
from minimax_speech.training.convolutions import write_out_convolutions
from minimax_speech.training.recompute import recompute_blocks, transformer_blocks
from minimax_speech.training.run_config import TrainConfig
from minimax_speech.training.tasks.base import Task

BUCKET_MIB = 100
"""Gradients that are exchanged together: those of about a layer of a large network."""


def parallelise(
    task: Task, trained: Collection[str], accelerator: Accelerator
) -> dict[str, nn.Module]:
    """The networks as the task calls them in training, those in ``trained`` changed as set.

    In this order: activations computed anew, convolutions written out and all compiled, sharded or
    wrapped. Parameters are replaced by their shares under ``fsdp``: optimizers must be made
    afterwards.

    Raises:
        InputError: activations are to be computed anew, but nothing that is trained has a
            Transformer block.
    """
    settings = task.run.train
    learning = {name: task.networks[name] for name in task.networks if name in trained}
    if settings.checkpoint_activations:
        if not any(transformer_blocks(network) for network in learning.values()):
            raise InputError(
                "train.checkpoint_activations is true, but this stage trains no Transformer block: "
                "set it to false"
            )
        for network in learning.values():
            recompute_blocks(network)
    if settings.compile:
        for network in learning.values():
            write_out_convolutions(network)
            _compile(network, dynamic=not task.fixed_shapes)
    if accelerator.num_processes > 1:
        _begin_alike(task.networks.values())
        spread = _shard if settings.parallel == "fsdp" else _replicate
        learning = {
            name: spread(network, settings, accelerator) for name, network in learning.items()
        }
    return {**task.networks, **learning}


def _begin_alike(networks: Iterable[nn.Module]) -> None:
    """Let all ranks begin with what the first one has, which may have measured other data."""
    for network in networks:
        for tensor in (*network.parameters(), *network.buffers()):
            first = tensor.detach().contiguous()
            dist.broadcast(first, src=0)
            tensor.detach().copy_(first)


def _compile(network: nn.Module, dynamic: bool) -> None:
    """Compile the repeated layers, which share their code, or all of a network that has none.

    Layer by layer it takes seconds, where the whole of a large network takes minutes; and gradients
    can be exchanged, and parameters gathered, between the layers.
    """
    torch._dynamo.config.optimize_ddp = False  # would cut layers at the borders of DDP's buckets
    layers: list[nn.Module] = [
        module for module in network.modules() if isinstance(module, Block | ConvNeXtBlock)
    ]
    for layer in layers or [network]:
        layer.compile(dynamic=dynamic)


def _replicate(
    network: nn.Module, _settings: TrainConfig, accelerator: Accelerator
) -> DistributedDataParallel:
    return DistributedDataParallel(
        network,
        device_ids=[accelerator.device] if accelerator.device.type == "cuda" else None,
        broadcast_buffers=False,  # they are the same on all ranks already
        gradient_as_bucket_view=True,
        bucket_cap_mb=BUCKET_MIB,
    )


def _shard(network: nn.Module, settings: TrainConfig, accelerator: Accelerator) -> nn.Module:
    mesh = init_device_mesh(accelerator.device.type, (accelerator.num_processes,))
    # Blocks compute in the precision of autocast anyway: gathered so, they are half as much to
    # send. What flows between them, gradients and optimizer state stay fp32.
    dtype = torch.bfloat16 if settings.precision == "bf16" else None
    policy = MixedPrecisionPolicy(dtype, torch.float32, cast_forward_inputs=False)
    for block in transformer_blocks(network):
        fully_shard(block, mesh=mesh, mp_policy=policy)
    network.register_forward_hook(_expect_tensor)
    fully_shard(network, mesh=mesh, mp_policy=MixedPrecisionPolicy(cast_forward_inputs=False))
    return network


def _expect_tensor(network: nn.Module, _inputs: object, output: object) -> None:
    """FSDP would look for tensors in vain in anything else, and never exchange the gradients."""
    if not isinstance(output, Tensor):
        raise TypeError(f"{type(network).__name__} must return a tensor to be sharded")


@contextmanager
def gradients_stay(networks: Iterable[nn.Module], stay: bool) -> Iterator[None]:
    """While ``stay``, ranks keep their gradients, to exchange them with a later micro-batch's."""
    with ExitStack() as stack:
        for network in networks:
            if isinstance(network, FSDPModule):
                network.set_requires_gradient_sync(not stay)
            elif isinstance(network, DistributedDataParallel) and stay:
                stack.enter_context(network.no_sync())
        yield


def local(tensor: Tensor) -> Tensor:
    """This rank's share of a tensor, or all of it where it is not shared out."""
    return tensor.to_local() if isinstance(tensor, DTensor) else tensor


def gradient_norm(gradients: Sequence[Tensor]) -> Tensor:
    """Norm of all gradients together, of the shares of all ranks: a scalar on the device."""
    norm = nn.utils.get_total_norm([local(gradient) for gradient in gradients], foreach=True)
    if any(isinstance(gradient, DTensor) for gradient in gradients):
        squared = norm.square()
        dist.all_reduce(squared)
        norm = squared.sqrt()
    return norm


def hollow_copy(network: nn.Module) -> nn.Module:
    """A copy of a plain network without memory for its parameters, to be filled by :func:`fill`."""
    hollow = {
        id(p): nn.Parameter(torch.empty_like(p, device="meta"), requires_grad=False)
        for p in network.parameters()
    }
    return copy.deepcopy(network, hollow)


def fill(hollow: nn.Module, tensors: dict[str, Tensor]) -> nn.Module:
    """A copy of ``hollow`` with a state dict's tensors, put together from the shares of all ranks.

    Tensors that are whole are not copied. All ranks must call it together.
    """
    whole = {
        name: tensor.full_tensor() if isinstance(tensor, DTensor) else tensor.detach()
        for name, tensor in tensors.items()
    }
    filled = copy.deepcopy(hollow)
    filled.load_state_dict(whole, assign=True)
    return filled.eval()
