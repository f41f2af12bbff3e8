"""The OpenAPI document is complete, and true of requests that schemathesis makes up."""

from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import hypothesis
import pytest
from fastapi.testclient import TestClient
from tiny import tone

from minimax_speech import MiniMaxSpeech
from minimax_speech.audio.io import encode
from minimax_speech.server.app import create_app
from minimax_speech.server.settings import ServerSettings

schemathesis = pytest.importorskip("schemathesis", reason="pip install 'minimax-speech[dev]'")
checks = pytest.importorskip("schemathesis.specs.openapi.checks")


MOST_EXAMPLES = 25
CLIP = encode(tone(2.0), 24_000, "wav")
OPERATIONS = (
    "createSpeech",
    "createVoice",
    "deleteVoice",
    "health",
    "listModels",
    "listVoices",
    "live",
    "metrics",
    "ready",
    "retrieveModel",
    "retrieveVoice",
)


@pytest.fixture(scope="module")
def operations(
    engine: MiniMaxSpeech, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[dict[str, Any]]:
    """The operations of a server's document, as schemathesis reads it, by their ids."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MINIMAX_SPEECH_HOME", str(tmp_path_factory.mktemp("home")))
        app = create_app(engine, ServerSettings(max_text=200))
        with TestClient(app):
            schema = schemathesis.openapi.from_asgi("/openapi.json", app)
            found = [result.ok() for result in schema.get_all_operations()]
            yield {operation.definition.raw["operationId"]: operation for operation in found}


def mend(case: Any) -> None:
    """Have every other request go further than the name that is not there."""
    if len(str(case.body)) % 2 or not isinstance(case.body, dict):
        return
    if "input" in case.body:
        case.body |= {"model": "tts-1", "input": f"Hello there {case.body['input']}"}
        for name in ("voice", "language", "emotion", "instructions", "pronunciation"):
            case.body.pop(name, None)
    elif case.body:  # a form
        name = f"voice {len(str(case.body))}"
        case.body |= {"audio_sample": CLIP, "name": name, "consent": "I agree."}
        for field in ("file", "language", "reference_text"):
            case.body.pop(field, None)


@pytest.mark.parametrize("mode", list(schemathesis.GenerationMode), ids=lambda mode: mode.value)
@pytest.mark.parametrize("name", OPERATIONS)
def test_every_answer_is_as_documented(operations: dict[str, Any], name: str, mode: Any) -> None:
    @hypothesis.given(case=operations[name].as_strategy(generation_mode=mode))
    @hypothesis.settings(
        max_examples=MOST_EXAMPLES,
        deadline=None,
        derandomize=True,
        suppress_health_check=list(hypothesis.HealthCheck),
    )
    def check(case: Any) -> None:
        # No schema tells whether a text can be spoken, or a voice is there.
        excluded = [checks.positive_data_acceptance]
        if mode == schemathesis.GenerationMode.POSITIVE:
            mend(case)
            excluded.append(checks.negative_data_rejection)  # which takes bytes for a fault of ours
        case.call_and_validate(excluded_checks=excluded)

    with suppress(hypothesis.errors.Unsatisfiable):  # nothing can be wrong where nothing is asked
        check()


def test_every_status_is_documented(engine: MiniMaxSpeech) -> None:
    document = create_app(engine, ServerSettings(api_keys=("key",))).openapi()
    operations = {
        (method, path): operation
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
    }
    assert {operation["operationId"] for operation in operations.values()} == set(OPERATIONS)
    for (_, path), operation in operations.items():
        statuses = set(operation["responses"])
        assert "422" not in statuses
        assert "200" in statuses
        if path.startswith("/v1/"):
            assert {"400", "401", "500", "503", "504"} <= statuses
            assert operation["security"] == [{"HTTPBearer": []}]
    speech = operations["post", "/v1/audio/speech"]["responses"]
    assert {"404", "413", "429"} <= set(speech)
    assert {"audio/mpeg", "text/event-stream"} < set(speech["200"]["content"])
    assert "Retry-After" in speech["429"]["headers"]
    assert "HTTPValidationError" not in document["components"]["schemas"]
