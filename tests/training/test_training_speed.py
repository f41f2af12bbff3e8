"""How fast a run goes, by what its ranks tell each other."""

import time
from pathlib import Path

import pytest
import torch
from miniature import Miniature, history
from test_loop import run
from torch.autograd import DeviceType
from torch.autograd.profiler_util import FunctionEventAvg

from minimax_speech.training.profiling import Kernel, kernels_among, seconds_by_kind
from minimax_speech.training.speed import Exchange, RankStep, Speed, Stopwatch

CPU = torch.device("cpu")


def step(
    busy: float = 1.0, waited: float = 0.0, tokens: float = 10, flops: float = 4.0
) -> RankStep:
    return RankStep(0.0, 0.0, waited, busy, tokens, flops)


def test_rates_are_of_all_ranks(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = iter([100.0, 104.0, 106.0])
    monkeypatch.setattr(time, "perf_counter", lambda: next(clock))
    speed = Speed(CPU)
    speed.peak = 2.0  # operations a second
    for _ in range(2):
        speed.add([step(waited=0.5), step(waited=0.1)])
    rates = speed.read()
    assert rates == pytest.approx(
        {
            "steps_per_second": 0.5,
            "tokens_per_second": 10.0,
            "data_wait": 0.25,  # of the rank that waits longest
            "mfu": 4 * 4.0 / 4.0 / (2 * 2.0),
        }
    )
    speed.add([step(), step()])
    assert speed.read()["tokens_per_second"] == 10  # since the last reading alone


def test_no_peak_no_utilisation() -> None:
    speed = Speed(CPU)
    assert speed.read() == {}
    speed.add([step()])
    assert "mfu" not in speed.read()


@pytest.mark.parametrize(
    ("busy", "slow"),
    [
        ([1.0, 1.0, 1.0, 1.6], [3]),
        ([1.0, 1.0, 1.0, 1.4], []),
        ([1.0, 2.0], [1]),  # of two, the faster one is the usual
        ([1.0], []),
    ],
)
def test_slow_ranks_are_named(busy: list[float], slow: list[int]) -> None:
    speed = Speed(CPU)
    for _ in range(9):
        speed.add([step(seconds) for seconds in busy])
    assert speed.slow_ranks() == []  # too early to tell
    speed.add([step(seconds) for seconds in busy])
    assert [int(line.split()[1]) for line in speed.slow_ranks()] == slow
    for _ in range(11):
        speed.add([step() for _ in busy])
    assert speed.slow_ranks() == []  # it was slow only for a while


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("nvjet_tst_128x256_64x4_2x1_v_bz_coopA_NTT", "matrix products"),
        ("sm80_xmma_gemm_bf16bf16_bf16f32_f32_tn_n", "matrix products"),
        ("cudnn_generated_fort_native_sdpa_sm90_flash_bprop_wgmma_f16_knob", "attention"),
        ("void pytorch_flash::flash_fwd_kernel<Flash_fwd_kernel_traits<64>>", "attention"),
        ("fmha_cutlassB_bf16_aligned_64x64_k64_sm80", "attention"),
        ("sm80_xmma_wgrad_implicit_gemm_indexed_bf16bf16_bf16f32", "convolutions"),
        ("triton_red_fused__fused_rms_norm_backward_mul_12", "compiled"),
        (
            "void at::native::multi_tensor_apply_kernel<FusedAdamMathFunctor>",
            "optimizer and averages",
        ),
        ("ncclDevKernel_AllReduce_Sum_f32_RING_LL", "exchange"),
        ("Memcpy HtoD (Pinned -> Device)", "copies"),
        ("void at::native::vectorized_elementwise_kernel<4>", "other"),
    ],
)
def test_kernels_are_told_apart_by_name(name: str, kind: str) -> None:
    assert Kernel(name, 1.0).kind == kind


def test_a_device_is_busy_with_its_kernels_alone() -> None:
    def event(name: str, where: DeviceType, microseconds: int) -> FunctionEventAvg:
        made = FunctionEventAvg()
        made.key, made.device_type, made.is_user_annotation = name, where, name == "step"
        # What the device does on a call's behalf is told of by an event of its own, too.
        made.self_device_time_total = microseconds
        made.self_cpu_time_total = 2 * microseconds if where == DeviceType.CPU else 0
        return made

    host, device = DeviceType.CPU, DeviceType.CUDA
    events = [
        event("cudaLaunchKernel", host, 0),
        event("aten::mm", host, 3_000_000),
        event("Memset (Device)", device, 1_000_000),
        event("nvjet_a", device, 3_000_000),
        event("step", device, 9_000_000),
    ]
    of_device = [Kernel("nvjet_a", 3.0), Kernel("Memset (Device)", 1.0)]
    assert kernels_among(events, cuda=True) == of_device
    assert kernels_among(events, cuda=False) == [
        Kernel("aten::mm", 6.0),
        Kernel("cudaLaunchKernel", 0.0),
    ]


def test_time_is_summed_up_by_kind() -> None:
    kernels = [Kernel("nvjet_a", 2.0), Kernel("aten::add", 4.0), Kernel("aten::addmm", 3.0)]
    assert list(seconds_by_kind(kernels).items()) == [("matrix products", 5.0), ("other", 4.0)]


def test_a_process_alone_tells_itself() -> None:
    own = step(busy=3.0)
    assert Exchange(1)(own) == [own]


def test_a_stopwatch_runs_between_start_and_stop() -> None:
    watch = Stopwatch(CPU)
    watch.stop()
    assert watch.read() == 0
    watch.start()
    time.sleep(0.02)
    watch.stop()
    first = watch.read()
    watch.stop()
    assert watch.read() == first >= 0.02


def test_the_log_tells_the_speed(miniature: Miniature, tmp_path: Path) -> None:
    run(miniature, tmp_path, steps=2)
    assert {"tokens_per_second", "steps_per_second", "data_wait"} <= history(tmp_path)[0].keys()
