from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from prismdesk.engines.catalogue import available_engines
from prismdesk.engines.errors import UnsupportedError
from prismdesk.engines.weights.catalogue import model_of
from prismdesk.engines.weights.published import published_models
from prismdesk.project.model import ProjectUse
from prismdesk.session.licence_statements import (
    statements_of,
)
from prismdesk.session.licences import (
    TakeJudge,
    refusal_of_use,
    refused,
    refused_takes,
    use_refusal,
    verdict_of,
)
from prismdesk.session.policy import POLICY_VARIABLE
from tests.builders import a_project, a_provenance, a_region, a_segment, a_take

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from prismdesk.project.model import Take
    from prismdesk.session.licences import Refusal

PERSONAL, FREE, SOLD = ProjectUse
MMAUDIO, SELVA = "mmaudio-large_44k_v2", "selva-small_16k"
MD_HASH = "ab" * 32


@pytest.fixture
def policy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    path = tmp_path / "policy.toml"
    monkeypatch.setenv(POLICY_VARIABLE, str(path))

    def write(text: str) -> None:
        path.write_text(f"format = 1\ncompany = 'Nordkai'\n{text}", encoding="utf-8")

    write("")
    return write


def made_by(variant: str, **fields: Any) -> Take:
    values: dict[str, Any] = {
        "engine": "selva",
        "variant": variant,
        "licence": "CC BY-NC 4.0",
        "allows_commercial_use": False,
    }
    return a_take(provenance=a_provenance(**(values | fields)))


def refusal_of_take(use: ProjectUse, take: Take) -> Refusal | None:
    return refused(use, TakeJudge().statements(take))


@pytest.mark.parametrize("model", published_models(), ids=lambda model: model.id)
def test_published_weights_are_for_any_film_but_one_that_is_sold(model: Any) -> None:
    assert use_refusal(PERSONAL, model.engine, model.id) is None
    assert use_refusal(FREE, model.engine, model.id) is None
    refusal = use_refusal(SOLD, model.engine, model.id)
    assert refusal is not None
    assert refusal.title == "Refused in this commercial project."
    assert refusal.sentence.startswith("Refused in this commercial project: ")
    assert refusal.statement.where_stated


def test_the_words_name_licence_or_say_that_none_is_stated() -> None:
    sold = a_project(use=SOLD)
    assert refusal_of_use(sold, "selva", MMAUDIO) == (
        "Refused in this commercial project: MMAudio large v2's weights are for non-commercial "
        "use (CC BY-NC 4.0)."
    )
    assert refusal_of_use(sold, "selva", SELVA).endswith(
        "SelVA small's weights are treated as non-commercial: no licence is stated."
    )
    assert refusal_of_use(a_project(), "selva", SELVA) == ""
    assert refusal_of_use(sold, "ambience", "") == ""


def test_a_free_model_with_a_strict_part_is_refused_for_that_part(
    policy: Callable[[str], None],
) -> None:
    policy(
        '[licences."CC BY-NC 4.0"]\nuses = ["personal", "non-commercial", "commercial"]\n'
        '[licences.unstated]\nuses = ["personal", "non-commercial", "commercial"]\n'
    )
    refusal = use_refusal(SOLD, "selva", MMAUDIO)
    assert refusal is not None
    assert refusal.statement.part == "picture and text encoder"
    assert "MMAudio large v2's picture and text encoder is for non-commercial use" in refusal.body
    assert "Apple ML research" in refusal.body


def test_an_engine_nobody_knows_is_an_error() -> None:
    with pytest.raises(UnsupportedError, match="no engine called"):
        refusal_of_use(a_project(), "nobody", "")


def test_adapters_are_unstated_unless_the_policy_names_them(policy: Callable[[str], None]) -> None:
    adapters = (("planks", 0.8),)
    refusal = use_refusal(SOLD, "ambience", "", adapters)
    assert refusal is not None
    assert refusal.body == "The adapter planks is treated as non-commercial: no licence is stated."
    policy('[adapters.planks]\nuses = ["commercial", "non-commercial", "personal"]\n')
    assert use_refusal(SOLD, "ambience", "", adapters) is None
    policy("[adapters.planks]\nuses = []\n")
    assert use_refusal(PERSONAL, "ambience", "", adapters) is not None


def test_a_policy_answers_for_a_model_and_says_so(policy: Callable[[str], None]) -> None:
    policy(
        f"[models.{MMAUDIO}]\nuses = ['personal', 'non-commercial', 'commercial']\n"
        f"[models.{SELVA}]\nuses = ['personal']\nreason = 'not cleared'\ncontact = 'Kim'\n"
    )
    assert use_refusal(SOLD, "selva", MMAUDIO) is None
    assert verdict_of(statements_of("selva", MMAUDIO)) == (
        "Any use, says the policy file of Nordkai."
    )
    refusal = use_refusal(FREE, "selva", SELVA)
    assert refusal is not None
    assert refusal.sentence == (
        "Refused in this non-commercial project: SelVA small's weights are for personal use "
        "alone, says the policy file of Nordkai: not cleared. Ask Kim."
    )
    assert use_refusal(PERSONAL, "selva", SELVA) is None


def test_a_policy_that_refuses_what_it_does_not_name_leaves_what_needs_no_weights(
    policy: Callable[[str], None],
) -> None:
    policy(f"unnamed = 'refuse'\ncontact = 'Kim'\n[models.{SELVA}]\nuses = ['personal']\n")
    assert use_refusal(PERSONAL, "selva", SELVA) is None
    refusal = use_refusal(PERSONAL, "selva", MMAUDIO)
    assert refusal is not None
    assert refusal.body.endswith("it names what is allowed, and not this. Ask Kim.")
    assert use_refusal(SOLD, "ambience", "") is None


def test_a_broken_policy_allows_nothing_beyond_personal_use(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(POLICY_VARIABLE, str(tmp_path / "gone.toml"))
    for engine in available_engines():
        for variant in engine.variants:
            assert use_refusal(PERSONAL, engine.id, variant.id) is None
            refusal = use_refusal(FREE, engine.id, variant.id)
            assert refusal is not None
            assert "a policy file that can't be read" in refusal.body
    assert use_refusal(SOLD, "ambience", "") is None


def test_a_weight_file_is_answered_for_by_its_hash(policy: Callable[[str], None]) -> None:
    policy(f"[weights.{MD_HASH}]\nuses = []\n")
    name = model_of(SELVA).files["generator"].file_name
    assert refusal_of_take(PERSONAL, made_by(SELVA)) is None
    refusal = refusal_of_take(PERSONAL, made_by(SELVA, weights=((name, MD_HASH),)))
    assert refusal is not None
    assert "not to be used" in refusal.body
    gone = made_by("custom-gone", weights=(("own.pth", MD_HASH),))
    assert refusal_of_take(PERSONAL, gone) is not None


def test_takes_are_judged_by_the_catalogue_and_by_their_record(
    policy: Callable[[str], None],
) -> None:
    assert refusal_of_take(SOLD, a_take()) is None
    assert refusal_of_take(SOLD, made_by(MMAUDIO)) is not None
    # A take whose model nobody knows any more goes by what it recorded.
    gone = refusal_of_take(SOLD, made_by("custom-gone"))
    assert gone is not None
    assert "CC BY-NC 4.0" in gone.body
    assert refusal_of_take(SOLD, made_by("custom-gone", allows_commercial_use=True)) is None
    # Weights that nobody states a licence for are no free ones, whatever the record says.
    unsaid = made_by("custom-gone", allows_commercial_use=True, licence="")
    assert refusal_of_take(SOLD, unsaid) is not None
    # A record can't loosen what the catalogue says now.
    assert refusal_of_take(SOLD, made_by(MMAUDIO, allows_commercial_use=True)) is not None
    policy(
        f"[models.{MMAUDIO}]\nuses = ['personal', 'non-commercial', 'commercial']\n"
        "[models.custom-gone]\nuses = ['personal', 'non-commercial', 'commercial']\n"
    )
    assert refusal_of_take(SOLD, made_by(MMAUDIO)) is None
    assert refusal_of_take(SOLD, made_by("custom-gone")) is None


def test_only_takes_that_are_heard_are_refused() -> None:
    take = made_by(MMAUDIO)
    chosen = a_region(takes=(take,), comp=(a_segment("take-1", 100, 200),))
    project = a_project(regions=(chosen,), use=SOLD)
    assert [(region.id, one.id) for region, one, _ in refused_takes(project)] == [
        (chosen.id, take.id)
    ]
    assert TakeJudge()(project, take).startswith("MMAudio large v2's weights")
    assert refused_takes(a_project(regions=(a_region(takes=(take,)),), use=SOLD)) == ()
    assert refused_takes(a_project(regions=(chosen,))) == ()
