from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from prismdesk.adapters.sidecar import Sidecar, write_sidecar
from prismdesk.errors import Cancelled, InputError
from prismdesk.session import preset_conversion
from prismdesk.session.preset_editing import BIN, remove, rename, set_alpha, set_fields
from prismdesk.session.preset_export import export_preset
from prismdesk.session.preset_import import import_folder, import_preset
from prismdesk.session.presets import find_preset, library, own_root
from tests.adapters.preset_files import (
    AUDIOX_LAYERS,
    LAYERS,
    low_rank_tensors,
    write_preset,
    write_tensors,
)
from tests.session.convert_work import ConvertWork

if TYPE_CHECKING:
    from prismdesk.adapters.card import Preset
    from prismdesk.jobs.training.messages import ConvertTask

SMALL = "selva-small_16k"


@pytest.fixture(autouse=True)
def converted_here(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have conversion done without a process of its own, which ``test_preset_conversion`` has."""

    def do(task: ConvertTask, label: str, **_: object) -> None:
        ConvertWork().convert(
            Path(task.source), Path(task.target), task.alpha, task.model_id, task.title
        )

    monkeypatch.setattr(preset_conversion, "do_apart", do)


def kept(name: str = "planks", **own: Any) -> Preset:
    write_preset(own_root() / f"{name}.safetensors", **own)
    library().scan()
    return find_preset(name)


def files() -> list[str]:
    return sorted(path.name for path in own_root().iterdir()) if own_root().exists() else []


class TestImport:
    def test_what_is_as_the_library_keeps_it_is_copied(self, tmp_path: Path) -> None:
        source = write_preset(tmp_path / "planks.safetensors", author="Ada")
        for ending in ("jpeg", "wav"):
            (tmp_path / f"planks.{ending}").write_bytes(b"x")
        write_sidecar(tmp_path / "planks.json", Sidecar(notes="thin", tags=("wood",)))
        card = Sidecar(licence="CC0", tags=("wet",))
        preset = import_preset(source, name="Harbour planks", base="small_16k", card=card)
        assert preset.path.read_bytes() == source.read_bytes()
        assert files() == [
            f"Harbour planks.{end}" for end in ("jpeg", "json", "safetensors", "wav")
        ]
        assert (preset.notes, preset.licence, preset.author) == ("thin", "CC0", "Ada")
        assert (preset.tags, preset.base_model) == (("wet",), SMALL)
        assert find_preset("Harbour planks") == preset

    def test_other_forms_are_converted(self, tmp_path: Path) -> None:
        tensors = low_rank_tensors(layers=LAYERS[:1])
        flat = {
            f"lora_unet_{LAYERS[0].replace('.', '_')}.lora_{half}.weight": tensors[
                f"{LAYERS[0]}.lora_{letter}.weight"
            ]
            for half, letter in (("down", "A"), ("up", "B"))
        }
        source = write_tensors(tmp_path / "k.safetensors", flat, {"ss_network_alpha": "8"})
        preset = import_preset(source, base=SMALL)
        assert preset.facts is not None
        assert preset.facts.training == {
            "alpha": None, "model": SMALL, "title": "", "from": ".safetensors",
        }  # fmt: skip

    def test_an_alpha_that_is_lacking_has_to_be_given(self, tmp_path: Path) -> None:
        source = write_preset(tmp_path / "planks.safetensors", alpha=None)
        with pytest.raises(InputError, match=r"states no alpha.*its rank, 4, or twice"):
            import_preset(source)
        with pytest.raises(InputError, match="above 0"):
            import_preset(source, alpha=-1)
        assert files() == []
        assert import_preset(source, alpha=16).alpha == 16

    def test_what_the_file_states_is_not_asked_again(self, tmp_path: Path) -> None:
        source = write_preset(tmp_path / "planks.safetensors", base_model=SMALL)
        with pytest.raises(InputError, match=r"states its alpha \(8\); leave --alpha out"):
            import_preset(source, alpha=8)
        with pytest.raises(InputError, match="says that it was trained on selva-small_16k"):
            import_preset(source, base="large_44k")
        assert import_preset(source, base="small_16k").base_model == SMALL
        bare = write_preset(tmp_path / "bare.safetensors", seed=2, base_model="small_16k")
        assert import_preset(bare, base=SMALL).base_model == "small_16k"

    def test_another_familys_model_is_no_base(self, tmp_path: Path) -> None:
        source = write_preset(tmp_path / "planks.safetensors", layers=AUDIOX_LAYERS)
        with pytest.raises(InputError, match="changes a network of audiox"):
            import_preset(source, base=SMALL)

    def test_copies_and_taken_names_are_refused(self, tmp_path: Path) -> None:
        source = write_preset(tmp_path / "planks.safetensors")
        import_preset(source)
        other = write_preset(tmp_path / "other" / "planks.safetensors", seed=2)
        with pytest.raises(InputError, match="in the library already, as planks"):
            import_preset(source, name="boards")
        with pytest.raises(InputError, match="There is a preset planks"):
            import_preset(other)
        assert files() == ["planks.safetensors"]

    def test_a_damaged_file_or_conversion_leaves_nothing(self, tmp_path: Path) -> None:
        broken = tmp_path / "broken.safetensors"
        broken.write_bytes(b"<html>")
        with pytest.raises(InputError, match="broken"):
            import_preset(broken)
        refused = write_preset(tmp_path / "refused.safetensors", alpha=None)
        with pytest.raises(InputError, match=r"refused\.safetensors is refused"):
            import_preset(refused, alpha=8)
        assert files() == []

    def test_a_folder_brings_what_can_be_used(self, tmp_path: Path) -> None:
        write_preset(tmp_path / "a" / "planks.safetensors")
        write_preset(tmp_path / "a" / "deep" / "tar.safetensors", seed=2, alpha=None)
        (tmp_path / "a" / "broken.pt").write_bytes(b"x")
        done = import_folder(tmp_path / "a", alpha=4, card=Sidecar(licence="CC0"))
        assert [preset.name for preset in done.presets] == ["tar", "planks"]
        assert {preset.licence for preset in done.presets} == {"CC0"}
        assert len(done.refused) == 1
        with pytest.raises(Cancelled):
            import_folder(tmp_path / "a", cancelled=lambda: True)
        (tmp_path / "empty").mkdir()
        with pytest.raises(InputError, match="no adapter files"):
            import_folder(tmp_path / "empty")


class TestEditing:
    def test_fields_are_set_and_the_others_stay(self) -> None:
        preset = set_fields(kept(author="Ada"), trigger="boards", tags=("wet",), is_favourite=True)
        changed = set_fields(preset, notes="thin", strength=-0.5, base_model="small_16k")
        assert (changed.trigger, changed.tags, changed.is_favourite) == ("boards", ("wet",), True)
        assert (changed.notes, changed.strength, changed.author) == ("thin", -0.5, "Ada")
        assert changed.base_model == SMALL
        assert changed.reference == preset.reference
        with pytest.raises(InputError, match="from -1 to 2"):
            set_fields(changed, strength=3.0)

    def test_a_name_takes_along_what_lies_beside(self) -> None:
        preset = set_fields(kept(), notes="thin")
        (own_root() / "planks.preview.png").write_bytes(b"x")
        kept("tar", seed=2)
        with pytest.raises(InputError, match="is there already"):
            rename(preset, "tar")
        renamed = rename(preset, "Old boards")
        assert (renamed.name, renamed.notes, renamed.hash) == ("Old boards", "thin", preset.hash)
        assert files() == [
            *(f"Old boards.{ending}" for ending in ("json", "preview.png", "safetensors")),
            "tar.safetensors",
        ]

    def test_a_lacking_alpha_is_stated_once(self) -> None:
        preset = set_fields(kept(alpha=None), notes="thin", base_model=SMALL)
        stated = set_alpha(preset, 16)
        assert (stated.alpha, stated.lacks_alpha, stated.notes) == (16, False, "thin")
        assert stated.reference != preset.reference
        assert stated.path == preset.path
        with pytest.raises(InputError, match="states its alpha"):
            set_alpha(stated, 8)

    def test_what_is_removed_lies_in_the_bin(self) -> None:
        preset = set_fields(kept(), notes="thin")
        folder = remove(preset)
        assert folder.parent == own_root() / BIN
        assert sorted(path.name for path in folder.iterdir()) == [
            "planks.json",
            "planks.safetensors",
        ]
        assert library().presets() == ()


class TestExport:
    def test_the_file_says_what_the_card_says(self, tmp_path: Path) -> None:
        preset = set_fields(
            kept(author="Ada", base_model=SMALL), trigger="boards", licence="CC0", strength=0.4
        )
        (own_root() / "planks.wav").write_bytes(b"sound")
        out = export_preset(preset, tmp_path)
        assert out == tmp_path / "planks.safetensors"
        assert (tmp_path / "planks.wav").read_bytes() == b"sound"
        (tmp_path / "planks.json").unlink()
        alone = library().look_at(out)
        assert alone.content_sha256 == preset.content_sha256
        assert (alone.trigger, alone.licence, alone.author) == ("boards", "CC0", "Ada")
        assert (alone.strength, alone.base_model) == (0.4, SMALL)
        assert alone.facts is not None
        metadata = alone.facts.metadata
        assert metadata["modelspec.sai_model_spec"] == "1.0.0"
        assert (metadata["modelspec.license"], metadata["ss_network_alpha"]) == ("CC0", "8")

    def test_nothing_is_written_over_without_being_told(self, tmp_path: Path) -> None:
        preset = kept()
        out = tmp_path / "mine.safetensors"
        out.write_bytes(b"precious")
        with pytest.raises(InputError, match="is there already"):
            export_preset(preset, out)
        assert out.read_bytes() == b"precious"
        assert export_preset(preset, out, overwrite=True) == out
        assert library().look_at(out).hash == preset.hash

    def test_a_peft_folder_is_written_by_conversion(self, tmp_path: Path) -> None:
        preset = set_fields(kept(), notes="thin")
        out = export_preset(preset, tmp_path / "boards", form="peft")
        asked = json.loads((out / "asked.json").read_text(encoding="utf-8"))
        assert asked == {"alpha": None, "model": "", "title": "planks", "from": ".safetensors"}
        assert (tmp_path / "boards.json").is_file()

    def test_what_cannot_be_used_or_has_no_such_form_is_refused(self, tmp_path: Path) -> None:
        with pytest.raises(InputError, match="states no alpha"):
            export_preset(kept(alpha=None), tmp_path)
        preset = kept("tar", seed=2)
        with pytest.raises(InputError, match=r"must end in \.safetensors"):
            export_preset(preset, tmp_path / "tar.pt")
        with pytest.raises(InputError, match="must be a folder"):
            export_preset(preset, tmp_path / "tar.safetensors", form="peft")
