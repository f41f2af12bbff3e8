"""Many requests at once: each as if alone, whoever enters, leaves or is cancelled beside it."""

import dataclasses
from collections.abc import Generator, Iterator, Sequence

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from tiny import TIMBRE, tiny_speech_lm

from minimax_speech.inference import engine as engines
from minimax_speech.inference.engine import Engine, Generated, Request, Session
from minimax_speech.inference.rows import LENGTH_STEP, MORE_TOKENS, Rows
from minimax_speech.inference.settings import Sampling
from minimax_speech.inference.static_decode import StaticDecoder
from minimax_speech.models.speech_lm import SpeechLM

VOCAB = 50
WARM = Sampling(temperature=1.0)


@pytest.fixture(scope="module")
def model() -> SpeechLM:
    return tiny_speech_lm(VOCAB)


@pytest.fixture(scope="module")
def plain(model: SpeechLM) -> Engine:
    """The host waits for every step."""
    return Engine(model)


@pytest.fixture(scope="module", params=[(1, 0), (3, 1)])
def engine(request: pytest.FixtureRequest, model: SpeechLM) -> Iterator[Engine]:
    """The host waits for every step, or looks at some while more are under way."""
    with pytest.MonkeyPatch.context() as patch:
        for table, value in zip((engines.STRIDE, engines.AHEAD), request.param, strict=True):
            patch.setitem(table, "cpu", value)
        yield Engine(model)


class Listener:
    """Hears by their number alone how much tokens say."""

    def all_said(self, tokens: Sequence[int]) -> bool:
        """After two thirds of the numbers from 15 on."""
        return len(tokens) >= 15 and len(tokens) % 3 > 0

    def stops_early(self, tokens: Sequence[int]) -> bool:
        """Before 12, half of the time."""
        return len(tokens) < 12 and len(tokens) % 2 > 0


def requests(count: int, max_tokens: int = 30) -> list[Request]:
    """Texts, timbres and prompts of many lengths; half of them are listened to."""
    generator = torch.Generator().manual_seed(0)
    return [
        Request(
            torch.randint(0, VOCAB, (3 + 5 * number,), generator=generator).tolist(),
            torch.randn(TIMBRE, generator=generator),
            seed=number,
            max_tokens=max_tokens + number,
            min_tokens=2,
            prompt=torch.randint(0, 25, (4 * (number % 3),), generator=generator).tolist(),
            sampling=WARM,
            listener=Listener() if number % 2 else None,
        )
        for number in range(count)
    ]


def test_a_ragged_batch_equals_singles(engine: Engine) -> None:
    many = requests(7)
    together = engine.generate(many)
    assert together == [engine.generate([request])[0] for request in many]
    assert len({len(result.tokens) for result in together}) > 3  # rows left one by one


def test_the_seed_decides(engine: Engine) -> None:
    request = requests(1)[0]
    other = dataclasses.replace(request, seed=99)
    assert engine.generate([request]) == engine.generate([request])
    assert engine.generate([request]) != engine.generate([other])


def test_limits_are_kept_and_reported(engine: Engine) -> None:
    for result, request in zip(engine.generate(requests(6, 8)), requests(6, 8), strict=True):
        assert 2 <= len(result.tokens) <= request.max_tokens
        assert result.ended or len(result.tokens) == request.max_tokens
        assert all(0 <= token < 25 for token in result.tokens)
    endless = [dataclasses.replace(r, min_tokens=r.max_tokens) for r in requests(2, 5)]
    assert [(len(r.tokens), r.ended) for r in engine.generate(endless)] == [(5, False), (6, False)]
    assert engine.generate([]) == []


def test_the_prompt_matters_and_is_not_repeated(engine: Engine) -> None:
    base = dataclasses.replace(requests(1)[0], min_tokens=10, max_tokens=10)
    prompted = dataclasses.replace(base, prompt=(1, 2, 3))
    without, with_prompt = engine.generate([base, prompted])
    assert len(with_prompt.tokens) == 10
    assert with_prompt.tokens != without.tokens


def finish(session: Session, steps: int | None = None) -> dict[int, Generated]:
    """What finishes within so many steps."""
    done: dict[int, Generated] = {}
    spoken: dict[int, list[int]] = {}
    while session and steps != 0:
        steps = None if steps is None else steps - 1
        for key, progress in session.step().items():
            spoken.setdefault(key, []).extend(progress.tokens)
            if progress.result:
                done[key] = progress.result
    for key, result in done.items():
        assert result.tokens[len(result.tokens) - len(spoken[key]) :] == spoken[key]
    return done


def drain(stream: Generator[int | Generated]) -> tuple[list[int], Generated]:
    """The rest of a stream of one request."""
    *tokens, result = stream
    assert isinstance(result, Generated)
    return [token for token in tokens if isinstance(token, int)], result


@given(st.lists(st.integers(0, 6), min_size=1, max_size=6), st.integers(1, 4))
@settings(max_examples=8, deadline=None)
def test_rows_that_enter_late_are_as_if_alone(
    engine: Engine, plain: Engine, pauses: list[int], most_rows: int
) -> None:
    many = requests(len(pauses), 12)
    alone = plain.generate(many)
    with engine.session(most_rows) as session:
        results, keys = {}, []
        for request, pause in zip(many, pauses, strict=True):
            keys.append(session.add(request))
            results |= finish(session, pause)
        results |= finish(session)
    assert [results[key] for key in keys] == alone


def test_no_more_rows_are_live_than_allowed(engine: Engine) -> None:
    with engine.session(2) as session:
        for request in requests(5):
            session.add(request)
        while session:
            assert len(session.step()) <= 2


def test_the_others_do_not_notice_a_cancelled_row(engine: Engine) -> None:
    many = requests(5)
    alone = engine.generate(many)
    with engine.session(3) as session:
        keys = [session.add(request) for request in many]
        results = finish(session, 2)
        for cancelled in (keys[0], keys[4], keys[4]):  # live, waiting, gone
            session.cancel(cancelled)
        results |= finish(session)
    assert results == dict(zip(keys[1:4], alone[1:4], strict=True))


def test_a_stream_says_what_generate_says(engine: Engine) -> None:
    for request in requests(3):
        tokens, result = drain(engine.stream([request]))
        assert [result] == engine.generate([request])
        assert tokens == result.tokens


@pytest.mark.parametrize("most_rows", [1, 2, 9])
def test_a_stream_of_many_gives_them_in_order(engine: Engine, most_rows: int) -> None:
    many = requests(5)
    items = list(engine.stream(many, most_rows))
    results = [item for item in items if isinstance(item, Generated)]
    assert results == engine.generate(many)
    assert items == [item for result in results for item in (*result.tokens, result)]


def test_streams_that_are_interleaved_or_left_disturb_nobody(engine: Engine) -> None:
    first, second = requests(2)
    alone = engine.generate([first, second])
    streams = [engine.stream([first]), engine.stream([second])]
    begun = [[next(stream), next(stream)] for stream in streams]
    assert engine.generate([second]) == alone[1:]
    assert begun[0] == alone[0].tokens[:2]
    streams[0].close()
    rest, result = drain(streams[1])
    assert begun[1] + rest == result.tokens == alone[1].tokens


@pytest.mark.parametrize("stride", [1, 3, 8])
@pytest.mark.parametrize("ahead", [0, 1, 2])
def test_when_the_host_looks_makes_no_difference(
    model: SpeechLM, plain: Engine, stride: int, ahead: int
) -> None:
    # As on other devices: steps of fixed shapes, seen by the host every few tokens.
    many = requests(6)
    rows = Rows(model, StaticDecoder(model, torch.float32))
    session = Session(rows, model.end, most_rows=4, stride=stride, ahead=ahead)
    keys = [session.add(request) for request in many]
    results = finish(session)
    assert [results[key] for key in keys] == plain.generate(many)


@given(st.data())
@settings(max_examples=25, deadline=None)
def test_strides_ahead_disturb_nobody_whoever_comes_and_goes(
    model: SpeechLM, plain: Engine, data: st.DataObject
) -> None:
    many = requests(5, 12)
    rows = Rows(model, StaticDecoder(model, torch.float32))
    session = Session(rows, model.end, most_rows=2, stride=data.draw(st.integers(1, 8)), ahead=1)
    keys, results, cancelled = [], {}, set()
    for request in many:
        keys.append(session.add(request))
        results |= finish(session, data.draw(st.integers(0, 3)))
        if data.draw(st.booleans()):
            key = data.draw(st.sampled_from(keys))
            session.cancel(key)
            cancelled |= {key} - results.keys()
    results |= finish(session)
    assert len(session) == 0
    expected = dict(zip(keys, plain.generate(many), strict=True))
    assert results == {key: expected[key] for key in keys if key not in cancelled}


def test_rows_have_room_for_the_strides_ahead(model: SpeechLM) -> None:
    rows = Rows(model, StaticDecoder(model, torch.float32))
    session = Session(rows, model.end, most_rows=1, stride=8, ahead=1)
    request = requests(1)[0]
    before = len(model.layout(request.text, request.prompt, ended=False))
    # With the stride of the limit alone they would be full to the last position.
    most = LENGTH_STEP - 8 - 1 - before
    session.add(dataclasses.replace(request, max_tokens=most, min_tokens=most))
    (result,) = finish(session).values()
    assert (len(result.tokens), result.ended) == (most, False)
    assert before + most < int(rows._positions[0]) == before + 8 * (-(-most // 8) + 1)


def test_the_first_stride_is_handed_out_at_once(model: SpeechLM) -> None:
    rows = Rows(model, StaticDecoder(model, torch.float32))
    session = Session(rows, model.end, most_rows=4, stride=3, ahead=1)
    many = [dataclasses.replace(request, min_tokens=20) for request in requests(2)]
    first = session.add(many[0])
    assert [len(session.step()[first].tokens) for _ in range(2)] == [3, 3]
    second = session.add(many[1])
    assert [sorted(session.step()) for _ in range(2)] == [[first], [first, second]]


def test_a_row_that_stops_early_goes_on(engine: Engine) -> None:
    deaf = [dataclasses.replace(requests(1)[0], seed=seed) for seed in range(60)]
    plain = engine.generate(deaf)
    heard = engine.generate([dataclasses.replace(r, listener=Listener()) for r in deaf])
    early = [
        (before.tokens, after.tokens)
        for before, after in zip(plain, heard, strict=True)
        if before.ended and Listener().stops_early(before.tokens)
    ]
    assert len(early) > 5
    for before, after in early:
        assert after[: len(before)] == before
        assert len(after) >= min(len(before) + MORE_TOKENS, 15)
    assert len({after[len(before)] for before, after in early}) > 3


def test_a_row_that_says_more_is_cut(engine: Engine) -> None:
    deaf = [dataclasses.replace(requests(1)[0], seed=seed, min_tokens=12) for seed in range(40)]
    plain = engine.generate(deaf)
    heard = engine.generate([dataclasses.replace(r, listener=Listener()) for r in deaf])
    cut = [
        after.tokens
        for before, after in zip(plain, heard, strict=True)
        if len(after.tokens) < len(before.tokens) and after.ended
    ]
    assert len(cut) > 5
    assert all(Listener().all_said(tokens) for tokens in cut)
    for before, after in zip(plain, heard, strict=True):
        assert before.tokens[: len(after.tokens)] == after.tokens
