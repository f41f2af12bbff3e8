"""What a recipe file may say. The ``model`` section belongs to the stage's task."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal


@dataclass
class Source:
    """One corpus to train on: a manifest, or shards that hold their own features.

    Attributes:
        manifest: JSONL manifest file.
        features: folder of precomputed tokens and latents of a manifest, for the stages that read
            them.
        repeat: how often an epoch uses each utterance; a fraction is a chance.
        shards: folder of shards, made by ``tts prepare shards``, of which each process needs those
            alone that it reads.
    """

    manifest: str | None = None
    features: str | None = None
    repeat: float = 1.0
    shards: str | None = None

    def __post_init__(self) -> None:
        if (self.manifest is None) == (self.shards is None):
            raise ValueError("a source has a manifest or shards: name one of them")
        if self.shards is not None and self.features is not None:
            raise ValueError("shards hold their own features: leave out `features`")
        if self.repeat <= 0:
            raise ValueError(
                f"{self.name} has repeat {self.repeat:g}: give more than 0, or leave it out"
            )

    @property
    def name(self) -> str:
        """The file or folder that it is."""
        return str(self.manifest or self.shards)

    @property
    def folder(self) -> Path:
        """The folder that it lies in, by which validation calls it."""
        path = Path(self.name).absolute()
        return path.parent if self.manifest else path


@dataclass
class DataConfig:
    """Data of a run.

    Attributes:
        sources: manifests to train on.
        language_power: languages count by their seconds to this power: 1 as many as there are, 0.5
            their square root, 0 all alike. The smaller it is, the oftener small languages come.
        valid_utterances: utterances per source set aside for validation, always the same ones.
        exclude_speakers: speakers that are left out altogether (prefix match), for evaluation.
        exclude_texts: file of texts that are left out altogether, one a line.
        tokenizer: text tokenizer file, for the stages that read text as BPE.
        batch_seconds: padded audio of a global batch, s.
        min_seconds: utterances that are shorter are left out.
        max_seconds: utterances that are longer are left out.
        workers: loader processes per rank.
        lanes: of shards: into so many equal parts they are dealt out, of which each process reads
            its share; the number of processes must divide it.
    """

    sources: list[Source] = field(default_factory=list)
    language_power: float = 1.0
    valid_utterances: int = 64
    exclude_speakers: list[str] = field(default_factory=list)
    exclude_texts: str | None = None
    tokenizer: str | None = None
    batch_seconds: float = 240.0
    min_seconds: float = 0.6
    max_seconds: float = 20.0
    workers: int = 2
    lanes: int = 64


@dataclass
class OptimConfig:
    """AdamW and its schedule: linear warm-up, flat, linear decay, by the elapsed share of the run.

    Attributes:
        lr: peak learning rate.
        betas: of AdamW.
        weight_decay: on matrices; vectors are never decayed.
        warmup: share of the run for the warm-up.
        decay_from: share of the run at which the decay begins; 1 means no decay.
        final_lr: learning rate at the end, as a share of the peak.
        clip: largest gradient norm.
    """

    lr: float = 1e-3
    betas: tuple[float, float] = (0.9, 0.98)
    weight_decay: float = 0.01
    warmup: float = 0.02
    decay_from: float = 0.6
    final_lr: float = 0.05
    clip: float = 1.0


@dataclass
class TrainConfig:
    """The loop.

    Attributes:
        max_steps: optimizer steps of the run.
        max_minutes: end earlier, after this much training time; the schedule follows whichever of
            the two limits is nearer.
        accumulate: micro-batches per optimizer step; each has ``batch_seconds``.
        precision: ``bf16`` autocast or ``fp32``.
        parallel: over several GPUs, ``ddp`` keeps the networks whole on each; ``fsdp`` shares
            weights, gradients and optimizer state out among them (FSDP2).
        checkpoint_activations: compute the inside of each Transformer block a second time for its
            gradient instead of keeping it: less memory, a third more work.
        compile: compile the networks with torch.compile.
        cuda_graph: replay CUDA graphs, of the whole step where all batches have one shape, else of
            each network, where one device trains.
        ema: decay of the averaged weights that are exported; 0 exports the last weights.
        spike: skip steps whose gradient norm is beyond so many times the median of the last ones;
            0 skips those alone that are not finite.
        max_skips: end the run after so many skipped steps in a row.
        log_steps: steps between log lines.
        valid_steps: steps between validations.
        save_minutes: minutes between checkpoints.
        keep: checkpoints to keep.
    """

    max_steps: int = 10_000
    max_minutes: float | None = None
    accumulate: int = 1
    precision: Literal["bf16", "fp32"] = "bf16"
    parallel: Literal["ddp", "fsdp"] = "ddp"
    checkpoint_activations: bool = False
    compile: bool = False
    cuda_graph: bool = True
    ema: float = 0.999
    spike: float = 0.0
    max_skips: int = 50
    log_steps: int = 50
    valid_steps: int = 1_000
    save_minutes: float = 5.0
    keep: int = 2


@dataclass
class RunConfig:
    """A recipe: what to train, on what, how.

    Attributes:
        stage: tokenizer, flow-vae, speech-lm, flow-matching, flow-distillation, recogniser or
            voice-designer.
        out: folder for checkpoints, logs and the exported model.
        seed: of initialisation, data order and dropout.
        init_from: what to start from: the export folder of a run, or a model by folder or name. The
            recipe need not say how large its parts are.
        model: the stage's own settings.
    """

    stage: str
    out: str = "runs/run"
    seed: int = 0
    init_from: str | None = None
    model: dict[str, Any] = field(default_factory=dict)
    data: DataConfig = field(default_factory=DataConfig)
    optim: OptimConfig = field(default_factory=OptimConfig)
    train: TrainConfig = field(default_factory=TrainConfig)
