"""What a failure looks like on the command line."""

import pytest
from torch.utils.data import DataLoader, Dataset

from minimax_speech.cli import failures
from minimax_speech.errors import InputError


class Broken(Dataset[int]):
    """Refuses to be read."""

    def __len__(self) -> int:
        return 1

    def __getitem__(self, index: int) -> int:
        raise InputError("a.wav is damaged: copy it again")


def test_a_mistake_found_by_a_loaders_process_is_one_line(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with pytest.raises(InputError) as error:
        list(DataLoader(Broken(), num_workers=1))
    assert failures.report(error.value, debug=False) == 2
    assert capsys.readouterr().err == "error: a.wav is damaged: copy it again\n"
