"""The Triton kernels of a decoding step; `fused_decode` strings them together.

A step of one row waits for memory: it reads all weights and does little with them. Each kernel
therefore asks for its weights first, then waits for the kernel before it (programmatic dependent
launch lets it start while that one still runs), and only then reads what that one has computed.

Shapes: C model width, H query heads, K key/value heads, D head dimension, L length of the cache,
S stretches of it; N rows. Where N is not named it is 1.
"""

import torch
import triton
import triton.language as tl
from triton.language.extra.cuda import gdc_launch_dependents, gdc_wait


def launch_options(device: torch.device) -> dict[str, bool]:
    """Of all kernels that take turns: whether the device lets the next one start early."""
    chained = device.type == "cuda" and torch.cuda.get_device_capability(device) >= (9, 0)
    return {"CHAINED": chained, "launch_pdl": chained}


@triton.jit
def take_turn(CHAINED: tl.constexpr):
    """Wait for the kernel before, and let the next one ask for its weights."""
    if CHAINED:
        gdc_wait()
        gdc_launch_dependents()


@triton.jit
def embed(ids, table, x, WIDTH: tl.constexpr, BLOCK: tl.constexpr):
    """A row of a table (V, C) to x (C). One program.

    Not chained: what a step reads early, the step before it has written.
    """
    column = tl.arange(0, BLOCK)
    inside = column < WIDTH
    tl.store(x + column, tl.load(table + tl.load(ids) * WIDTH + column, mask=inside), mask=inside)


@triton.jit
def project(
    x,
    sizes,
    matrix,
    y,
    INPUTS: tl.constexpr,
    OUTPUTS: tl.constexpr,
    FORM: tl.constexpr,
    NORMALISED: tl.constexpr,
    STRETCHES: tl.constexpr,
    HEAD_DIM: tl.constexpr,
    BLOCK: tl.constexpr,
    CHUNK: tl.constexpr,
    CHAINED: tl.constexpr,
):
    """Multiply x (INPUTS) by rows of a matrix. A program for each ``BLOCK`` of them.

    Args:
        x: of one stretch, or (S, INPUTS), to be merged by ``sizes`` (S, H).
        matrix: (OUTPUTS, INPUTS), or (2 * OUTPUTS, INPUTS) in the form "gate".
        y: (OUTPUTS).
        FORM: "store" the product, "add" it to ``y``, or "gate" the second half of it by the first,
            as SwiGLU does.
        NORMALISED: whether x is brought to a root mean square of 1.
    """
    lane = tl.arange(0, BLOCK)
    column = tl.arange(0, CHUNK)
    if FORM == "gate":  # each gate beside what it lets through
        output = tl.program_id(0) * (BLOCK // 2) + lane // 2
        entry = tl.minimum(output, OUTPUTS - 1) + OUTPUTS * (lane % 2)
    else:
        output = tl.program_id(0) * BLOCK + lane
        entry = tl.minimum(output, OUTPUTS - 1)
    tiles = ()
    for start in tl.static_range(0, INPUTS, CHUNK):
        place = matrix + entry[:, None] * INPUTS + (start + column)[None, :]
        if start + CHUNK <= INPUTS:
            tiles += (tl.load(place),)
        else:
            tiles += (tl.load(place, mask=(start + column < INPUTS)[None, :], other=0.0),)
    take_turn(CHAINED)
    total = tl.zeros((BLOCK, CHUNK), tl.float32)
    squares = tl.zeros((CHUNK,), tl.float32)
    for start in tl.static_range(0, INPUTS, CHUNK):
        part = columns(x, sizes, start + column, INPUTS, STRETCHES, HEAD_DIM)
        total += tiles[start // CHUNK].to(tl.float32) * part[None, :]
        squares += part * part
    product = tl.sum(total, 1)
    if NORMALISED:
        product *= tl.rsqrt(tl.sum(squares, 0) / INPUTS + 1e-6)
    if FORM == "gate":
        gate, up = tl.split(tl.reshape(product, (BLOCK // 2, 2)))
        product = gate * tl.sigmoid(gate) * up
        output = tl.program_id(0) * (BLOCK // 2) + tl.arange(0, BLOCK // 2)
    if FORM == "add":
        product += tl.load(y + output, mask=output < OUTPUTS)
    tl.store(y + output, product, mask=output < OUTPUTS)


@triton.jit
def columns(
    x,
    sizes,
    column,
    WIDTH: tl.constexpr,
    STRETCHES: tl.constexpr,
    HEAD_DIM: tl.constexpr,
):
    """Columns of x: the mean of its stretches, in proportion to their sizes."""
    inside = column < WIDTH
    if STRETCHES == 1:
        mean = tl.load(x + column, mask=inside, other=0.0).to(tl.float32)
    else:
        heads = WIDTH // HEAD_DIM
        first_size = sizes + column // HEAD_DIM
        largest = tl.load(first_size, mask=inside, other=0.0)
        for stretch in tl.static_range(1, STRETCHES):
            size = tl.load(first_size + stretch * heads, mask=inside, other=0.0)
            largest = tl.maximum(largest, size)
        total = tl.zeros_like(largest)
        mean = tl.zeros_like(largest)
        for stretch in tl.static_range(STRETCHES):
            size = tl.load(first_size + stretch * heads, mask=inside, other=0.0)
            share = tl.exp(size - largest)
            part = tl.load(x + stretch * WIDTH + column, mask=inside, other=0.0)
            mean += share * part.to(tl.float32)
            total += share
        mean /= total
    return mean


@triton.jit
def merge(
    parts,
    sizes,
    y,
    WIDTH: tl.constexpr,
    STRETCHES: tl.constexpr,
    HEAD_DIM: tl.constexpr,
    PARTS: tl.constexpr,
    BLOCK: tl.constexpr,
):
    """The means of stretches (N, S, WIDTH), by sizes (N, S, H), to y (PARTS, N, WIDTH)."""
    row = tl.program_id(0)
    column = tl.program_id(1) * BLOCK + tl.arange(0, BLOCK)
    parts += row * STRETCHES * WIDTH
    sizes += row * STRETCHES * (WIDTH // HEAD_DIM)
    mean = columns(parts, sizes, column, WIDTH, STRETCHES, HEAD_DIM)
    store_parts(y + row * WIDTH + column, mean, column < WIDTH, tl.num_programs(0) * WIDTH, PARTS)


@triton.jit
def store_parts(place, value, inside, step, PARTS: tl.constexpr):
    """Numbers as a sum of so many of the type of ``place``, ``step`` places apart."""
    for part in tl.static_range(PARTS):
        rounded = value.to(place.dtype.element_ty)
        tl.store(place + part * step, rounded, mask=inside)
        value -= rounded.to(tl.float32)


@triton.jit
def load_sum(place, inside, step, PARTS: tl.constexpr):
    """The sum of so many numbers, ``step`` places apart."""
    total = tl.load(place, mask=inside, other=0.0).to(tl.float32)
    for part in tl.static_range(1, PARTS):
        total += tl.load(place + part * step, mask=inside, other=0.0).to(tl.float32)
    return total


@triton.jit
def finish(
    x,
    product,
    y,
    parts,
    INPUTS: tl.constexpr,
    OUTPUTS: tl.constexpr,
    FORM: tl.constexpr,
    NORMALISED: tl.constexpr,
    SUMMANDS: tl.constexpr,
    PARTS: tl.constexpr,
    CHUNK: tl.constexpr,
    BLOCK: tl.constexpr,
):
    """What `project` does with a product, here of a matrix library.

    A program for each row and ``BLOCK`` outputs.

    Args:
        x: (N, INPUTS), looked at if ``NORMALISED``.
        product: (SUMMANDS, N, OUTPUTS), or twice as wide in the form "gate".
        y: (N, OUTPUTS).
        parts: (PARTS, N, OUTPUTS), y as a sum; none if ``PARTS`` is 0.
        FORM: as for `project`.
        NORMALISED: as for `project`.
    """
    row, rows = tl.program_id(0), tl.num_programs(0)
    output = tl.program_id(1) * BLOCK + tl.arange(0, BLOCK)
    inside = output < OUTPUTS
    scale = 1.0
    if NORMALISED:
        column = tl.arange(0, CHUNK)
        squares = tl.zeros((CHUNK,), tl.float32)
        for start in tl.static_range(0, INPUTS, CHUNK):
            place = x + row * INPUTS + start + column
            part = tl.load(place, mask=start + column < INPUTS, other=0.0)
            squares += part * part
        scale = tl.rsqrt(tl.sum(squares, 0) / INPUTS + 1e-6)
    if FORM == "gate":
        place, step = product + row * 2 * OUTPUTS + output, rows * 2 * OUTPUTS
        gate = load_sum(place, inside, step, SUMMANDS) * scale
        up = load_sum(place + OUTPUTS, inside, step, SUMMANDS) * scale
        result = gate * tl.sigmoid(gate) * up
    else:
        place = product + row * OUTPUTS + output
        result = load_sum(place, inside, rows * OUTPUTS, SUMMANDS) * scale
    place = row * OUTPUTS + output
    if FORM == "add":
        result += tl.load(y + place, mask=inside, other=0.0)
    tl.store(y + place, result, mask=inside)
    if PARTS:
        store_parts(parts + place, result, inside, rows * OUTPUTS, PARTS)


@triton.jit
def attend(
    qkv,
    norms,
    inverse,
    positions,
    keys,
    values,
    seen,
    sizes,
    length,
    HEADS: tl.constexpr,
    KV_HEADS: tl.constexpr,
    HEAD_DIM: tl.constexpr,
    STRETCH: tl.constexpr,
    CHAINED: tl.constexpr,
):
    """One query against a stretch of a cache. A program for each query head, stretch and row.

    Args:
        qkv: (N, (H + 2 * K) * D) as projected; pairs to be turned alternate, as in the cache.
        norms: (H + K, D) of queries and keys.
        inverse: (D / 2,) angles of position 1.
        positions: (N,) of the query, which sees the cache up to there, where its own key goes.
        keys, values: (N, K, L, D).
        seen: (N, S, H * D).
        sizes: (N, S, H) logarithms of the sums behind the softmax.
    """
    head, stretch, row = tl.program_id(0), tl.program_id(1), tl.program_id(2)
    qkv += row * (HEADS + 2 * KV_HEADS) * HEAD_DIM
    positions += row
    keys += row * KV_HEADS * length * HEAD_DIM
    values += row * KV_HEADS * length * HEAD_DIM
    group = head // (HEADS // KV_HEADS)
    position = tl.load(positions).to(tl.int32)
    place = stretch * STRETCH + tl.arange(0, STRETCH)
    dim = tl.arange(0, HEAD_DIM)
    start = group * length * HEAD_DIM
    old = start + place[:, None] * HEAD_DIM + dim[None, :]
    past = (place < position)[:, None]
    key = tl.load(keys + old, mask=past, other=0.0)
    value = tl.load(values + old, mask=past, other=0.0)
    angle = position.to(tl.float32) * tl.load(inverse + dim // 2)
    cos, sin = tl.cos(angle), tl.where(dim % 2 == 0, -tl.sin(angle), tl.sin(angle))
    query_norm = norms + head * HEAD_DIM
    key_norm = norms + (HEADS + group) * HEAD_DIM
    query_cos, query_sin = tl.load(query_norm + dim) * cos, tl.load(query_norm + (dim ^ 1)) * sin
    key_cos, key_sin = tl.load(key_norm + dim) * cos, tl.load(key_norm + (dim ^ 1)) * sin
    take_turn(CHAINED)
    query = turned(qkv + head * HEAD_DIM, dim, query_cos, query_sin, HEAD_DIM)
    new_key = turned(qkv + (HEADS + group) * HEAD_DIM, dim, key_cos, key_sin, HEAD_DIM)
    new_key = new_key.to(key.dtype)
    new_value = tl.load(qkv + (HEADS + KV_HEADS + group) * HEAD_DIM + dim)
    writes = (head % (HEADS // KV_HEADS) == 0) & (position // STRETCH == stretch)
    new = start + position * HEAD_DIM + dim
    tl.store(keys + new, new_key, mask=(dim >= 0) & writes)
    tl.store(values + new, new_value, mask=(dim >= 0) & writes)
    here = (place == position)[:, None]
    key = tl.where(here, new_key[None, :], key).to(tl.float32)
    value = tl.where(here, new_value[None, :], value).to(tl.float32)
    scores = tl.where(place <= position, tl.sum(key * query[None, :], 1), float("-inf"))
    largest = tl.maximum(tl.max(scores, 0), -1e30)  # finite, even where all is out of sight
    weights = tl.exp(scores - largest)
    total = tl.sum(weights, 0)
    answer = tl.sum(value * weights[:, None], 0) / tl.where(total > 0, total, 1.0)
    part = (row * tl.num_programs(1) + stretch) * HEADS + head
    tl.store(seen + part * HEAD_DIM + dim, answer)
    tl.store(sizes + part, largest + tl.log(total))


@triton.jit
def turned(head, dim, cos, sin, HEAD_DIM: tl.constexpr):
    """A head, normalised and turned; norms are in the cosines and signed sines of its pairs."""
    own, other = tl.load(head + dim).to(tl.float32), tl.load(head + (dim ^ 1)).to(tl.float32)
    scale = tl.rsqrt(tl.sum(own * own, 0) / HEAD_DIM + 1e-6)
    return scale * (own * cos + other * sin)


@triton.jit
def draw(
    logits,
    settings,
    in_loop,
    uniform,
    tokens,
    leads,
    runs,
    fewest,
    count,
    ids,
    positions,
    offset,
    steps,
    CLASSES: tl.constexpr,
    BLOCK: tl.constexpr,
    RAW: tl.constexpr,
    PENALISED: tl.constexpr,
    WINDOW: tl.constexpr,
    PERIODS: tl.constexpr,
    LOOP: tl.constexpr,
    BELOW_ONE: tl.constexpr,
    CHAINED: tl.constexpr,
):
    """Draw from logits (N, CLASSES) and go on. A program for each row.

    Args:
        settings, in_loop, uniform, tokens, leads, runs, fewest, count: the state of a `Sampler`.
        ids, positions: (N,) of the next step.
        offset: from tokens to ids.
        steps: for how many there is room.
        RAW: whether leads, temperature, penalty and fewest tokens are still to be minded.
    """
    row = tl.program_id(0)
    number = tl.load(count + row)
    said = tokens + row * (WINDOW + steps) + number
    period = 1 + tl.arange(0, PERIODS)
    run = tl.load(runs + row * PERIODS + period - 1)
    before = tl.load(said + WINDOW - period)
    target = tl.minimum(tl.load(uniform + row * steps + number), BELOW_ONE)
    token = tl.arange(0, BLOCK)
    penalised = token < 0
    if RAW:
        looping = tl.max((run >= LOOP - period).to(tl.int32), 0) > 0
        now, then = settings + row * 4, in_loop + row * 4
        temperature = tl.where(looping, tl.load(then), tl.load(now))
        least = tl.load(fewest + row)
        if PENALISED:
            penalty = tl.where(looping, tl.load(then + 3), tl.load(now + 3))
            for back in range(WINDOW):
                penalised |= token == tl.load(said + back)
    take_turn(CHAINED)
    place = logits + row * CLASSES + token
    logit = tl.load(place, mask=token < CLASSES, other=float("-inf"))
    if RAW:
        likeliest = tl.max(tl.where(token < CLASSES - 1, logit, float("-inf")), 0)
        end = tl.sum(tl.where(token == CLASSES - 1, logit, 0.0), 0)
        tl.store(leads + row * (WINDOW + steps) + number + WINDOW, likeliest - end)
        if PENALISED:
            lowered = tl.where(logit > 0, tl.div_rn(logit, penalty), logit * penalty)
            logit = tl.where(penalised, lowered, logit)
        logit = tl.div_rn(logit, temperature)
        logit = tl.where((token == CLASSES - 1) & (number < least), float("-inf"), logit)
    # Any token that has a probability, even where sums are rounded up beyond it.
    probability = tl.exp(logit - tl.max(logit, 0))
    cumulative = tl.where(probability > 0, tl.cumsum(probability, 0), 0.0)
    beyond = cumulative > target * tl.max(cumulative, 0)
    drawn = tl.min(tl.where(beyond, token, CLASSES), 0).to(tl.int64)
    tl.store(runs + row * PERIODS + period - 1, tl.where(before == drawn, run + 1, 0))
    tl.store(said + WINDOW, drawn)
    tl.store(count + row, tl.minimum(number + 1, steps - 1))
    tl.store(ids + row, drawn + offset)
    tl.store(positions + row, tl.minimum(tl.load(positions + row) + 1, steps - 1))
