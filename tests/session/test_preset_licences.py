from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from prismdesk.project.model import ProjectUse
from prismdesk.session.licence_statements import statements_of, statements_of_take
from prismdesk.session.licences import use_refusal
from prismdesk.session.policy import POLICY_VARIABLE
from prismdesk.session.preset_licences import credit_by_name, uses_by_name
from prismdesk.session.presets import find_preset, own_root
from tests.adapters.preset_files import write_preset
from tests.builders import a_provenance, a_take

if TYPE_CHECKING:
    from pathlib import Path

ANY = tuple(ProjectUse)
PERSONAL, FREE, SOLD = ProjectUse


@pytest.mark.parametrize(
    ("licence", "sound_from", "allows", "uses"),
    [
        ("CC BY 4.0", "field recordings", None, ANY),
        ("CC0-1.0", "", None, ANY),
        ("Apache-2.0", "", None, ANY),
        ("own recordings", "", None, ANY),
        ("CC BY-NC 4.0", "", None, (PERSONAL, FREE)),
        ("cc_by_nc_sa", "", None, (PERSONAL, FREE)),
        ("CC BY 4.0", "a library for non-commercial use", None, (PERSONAL, FREE)),
        ("for personal use", "", None, (PERSONAL,)),
        ("house rules", "", None, (PERSONAL, FREE)),
        ("house rules", "", True, ANY),
        ("CC0", "", False, (PERSONAL, FREE)),
    ],
)
def test_a_licence_is_told_by_its_words(
    licence: str, sound_from: str, allows: bool | None, uses: tuple[ProjectUse, ...]
) -> None:
    assert uses_by_name(licence, sound_from, allows) == uses


def test_a_licence_that_names_the_author_asks_for_a_credit() -> None:
    assert credit_by_name("CC BY 4.0", "planks", "Ada") == "“planks” by Ada, CC BY 4.0"
    assert credit_by_name("CC0", "planks", "Ada") == credit_by_name("CC BY 4.0", "p", "") == ""


def test_licence_and_sound_source_together_make_a_statement() -> None:
    path = own_root() / "planks.safetensors"
    write_preset(path, licence="CC BY 4.0", author="Ada")
    half = find_preset("planks")
    _, said = statements_of("ambience", "", ((half.reference, 1.0),))
    assert (said.is_stated, said.uses, said.sha256) == (
        False,
        (PERSONAL, FREE),
        half.content_sha256,
    )
    write_preset(path, licence="CC BY 4.0", author="Ada", sound_from="own recordings")
    _, said = statements_of("ambience", "", ((half.reference, 1.0),))
    assert (said.licence, said.uses, said.name) == ("CC BY 4.0", ANY, "planks")
    assert "own recordings" in said.where_stated
    assert said.credit == "“planks” by Ada, CC BY 4.0"
    assert use_refusal(SOLD, "ambience", "", ((half.reference, 1.0),)) is None


def test_a_free_preset_does_not_free_its_base() -> None:
    write_preset(own_root() / "planks.safetensors", licence="CC0", sound_from="own")
    reference = find_preset("planks").reference
    refused = use_refusal(SOLD, "selva", "selva-small_16k", ((reference, 1.0),))
    assert refused is not None
    assert refused.statement.part != "adapter"


def test_a_policy_answers_by_name_or_checksum(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_preset(own_root() / "planks.safetensors")
    preset = find_preset("planks")
    policy = tmp_path / "policy.toml"
    monkeypatch.setenv(POLICY_VARIABLE, str(policy))
    for key in ("planks", preset.content_sha256):
        policy.write_text(
            f'format = 1\n[adapters."{key}"]\nuses = ["commercial"]\n', encoding="utf-8"
        )
        _, said = statements_of("ambience", "", ((preset.reference, 1.0),))
        assert said.uses == (SOLD,), key


def test_a_take_whose_preset_is_gone_is_judged_by_its_recorded_checksum(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sha256 = "0123456789ab" + "c" * 52
    made = a_provenance(
        engine="ambience",
        adapters=(("gone@0123456789ab", 1.0),),
        weights=(("adapter gone", sha256),),
    )
    own, adapter = statements_of_take(a_take(provenance=made))
    assert (own.part, adapter.part, adapter.is_stated) == ("weights", "adapter", False)
    policy = tmp_path / "policy.toml"
    monkeypatch.setenv(POLICY_VARIABLE, str(policy))
    policy.write_text(
        f'format = 1\n[adapters."{sha256}"]\nuses = ["commercial"]\n', encoding="utf-8"
    )
    _, adapter = statements_of_take(a_take(provenance=made))
    assert adapter.uses == (SOLD,)
