"""A benchmark's report as text and as a picture."""

from pathlib import Path
from typing import Any

_MIB = 1 << 20


def table(report: dict[str, Any]) -> str:
    """The report in lines for people."""
    model, place, memory = report["model"], report["environment"], report["bytes_per_second"]
    counts = ", ".join(f"{name} {n / 1e6:.1f}" for name, n in model["parameters"].items())
    weights = "random weights" if model["random"] else "trained"
    lines = [
        f"model {model['name']}, {weights}, {model['dtype']}",
        f"parameters in millions: {counts}",
        f"machine {place['gpu'] or place['cpu']}, {place['threads']} threads, torch "
        f"{place['torch']}; memory {max(memory.values()) / 1e9:.1f} GB/s",
        f"first audio: {_first(report['first_audio'])}",
        "",
        f"{'at once':>7}  {'tokens/s':>9}  {'of floor':>8}  {'LM':>7}  {'flow':>7}  "
        f"{'decoder':>7}  {'whole':>7}  {'speech s/s':>10}  {'peak MiB':>8}",
    ]
    for row in report["batches"]:
        lm, whole = row["speech_lm"], row["whole"]
        factors = (row[part]["real_time_factor"] for part in ("flow_matching", "decoder", "whole"))
        flow, decoder, all_ = factors
        peak = "?" if row["peak_bytes"] is None else f"{row['peak_bytes'] / _MIB:.0f}"
        lines.append(
            f"{row['batch']:>7}  {lm['tokens_per_second']:>9.0f}  {lm['share_of_floor']:>8.1%}  "
            f"{lm['real_time_factor']:>7.3f}  {flow:>7.3f}  {decoder:>7.3f}  {all_:>7.3f}  "
            f"{whole['speech_seconds_per_second']:>10.1f}  {peak:>8}"
        )
    lines.append("LM to whole: real-time factors, seconds of work for a second of speech")
    if "against" in report:
        lines += ["", *_against(report["against"])]
    return "\n".join(lines)


def _first(first: Any) -> str:
    facts = first["seconds"]
    return f"{_ms(facts)} for {first['speech_seconds']:.2f} s of speech"


def _ms(facts: dict[str, Any]) -> str:
    """Median and range in milliseconds."""
    middle, low, high = (1000 * facts[name] for name in ("median", "min", "max"))
    return f"{middle:.0f} ms ({low:.0f} to {high:.0f})"


def _against(report: dict[str, Any]) -> list[str]:
    lines = [f"against {report['name']}, {report['parameters'] / 1e6:.1f} M parameters, in turns:"]
    for who in ("ours", "theirs"):
        facts = report[who]
        first = _ms(facts["first_audio"])
        factor = facts["real_time_factor"]
        lines.append(
            f"{who:>8}  real-time factor {factor['median']:.3f} ({factor['min']:.3f} to "
            f"{factor['max']:.3f}), first audio {first}"
        )
    ratio = report["ratio"]
    lines.append(
        f"   ratio  {ratio['median']:.2f} ({ratio['min']:.2f} to {ratio['max']:.2f}): theirs over "
        "ours, above 1 we are faster"
    )
    return lines


def plot(report: dict[str, Any], path: Path) -> None:
    """A picture of speed over batch sizes: of decoding with its floor, and of each part."""
    from matplotlib.figure import Figure

    rows = report["batches"]
    batches = [row["batch"] for row in rows]
    figure = Figure(figsize=(10, 4), layout="constrained")
    left, right = figure.subplots(1, 2)
    for name, label in (("tokens_per_second", "measured"), ("floor_tokens_per_second", "floor")):
        left.plot(batches, [row["speech_lm"][name] for row in rows], "o-", label=label)
    left.set(title="speech language model", ylabel="tokens/s")
    for part in ("speech_lm", "flow_matching", "decoder", "whole"):
        values = [row[part]["speech_seconds_per_second"] for row in rows]
        right.plot(batches, values, "o-", label=part.replace("_", " "))
    right.set(title=f"{report['model']['name']}, {report['environment']['device']}")
    right.set_ylabel("seconds of speech a second")
    for axes in (left, right):
        axes.set(xlabel="utterances at once", yscale="log")
        axes.set_xscale("log", base=2)
        axes.grid(alpha=0.3)
        axes.legend()
    figure.savefig(path)
