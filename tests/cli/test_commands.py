"""Every command, run in this process on the example town: what it says, writes, and leaves with."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from junheng.cli.main import COMMANDS, EXIT_CODES, main
from junheng.district.files import read_district

HAN = range(0x4E00, 0xA000)
CITY = Path(__file__).resolve().parents[2] / "src/junheng/standards/data/examples/city.yaml"

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture(autouse=True)
def english(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the machine's own locale decide nothing."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    """Return a function that runs the command line: exit code, standard output, standard error."""

    def go(*arguments: object) -> tuple[int, str, str]:
        try:
            code = main([str(argument) for argument in arguments])
        except SystemExit as left:  # argparse leaves by itself
            code = int(left.code or 0)
        out, err = capsys.readouterr()
        return code, out, err

    return go


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write the example town as a workbook, by the command itself."""
    file = tmp_path_factory.mktemp("town") / "town.xlsx"
    assert main(["example", "town", str(file), "--lang", "en"]) == 0
    return file


@pytest.fixture(scope="module")
def broken(town: Path) -> Path:
    """Copy the town's workbook, with a negative area and a school code that nobody has."""
    book = openpyxl.load_workbook(town)
    for sheet in book:
        header = {cell.value: cell.column for cell in sheet[1]}
        if sheet.title == "premises":
            sheet.cell(row=3, column=header["teaching and auxiliary rooms"]).value = -5
        if sheet.title == "stages":
            sheet.cell(row=4, column=header["school code"]).value = "NOBODY"
    file = town.with_name("broken.xlsx")
    book.save(file)
    return file


@pytest.fixture(scope="module")
def plan(town: Path) -> Path:
    """Write a quick plan for the town, by the command itself."""
    file = town.with_name("plan.json")
    assert main(["plan", "catchments", str(town), "--out", str(file), "--seconds", "2"]) == 0
    return file


def parsed(out: str) -> dict[str, Any]:
    """Read JSON and refuse what JSON does not have: NaN and infinity."""

    def refuse(constant: str) -> None:
        raise AssertionError(constant)

    result: dict[str, Any] = json.loads(out, parse_constant=refuse)
    return result


def is_chinese(text: str) -> bool:
    return any(ord(character) in HAN for character in text)


# --- help


@pytest.mark.parametrize(
    "words", [(), *((command,) for command in COMMANDS), ("plan", "catchments")], ids=" ".join
)
@pytest.mark.parametrize("language", ["zh", "en"])
def test_help_is_in_the_language_asked_for(run: Run, words: tuple[str, ...], language: str) -> None:
    code, out, err = run("--lang", language, *words, "--help")
    assert (code, err) == (0, "")
    assert is_chinese(out) == (language == "zh")
    assert out.startswith("用法：" if language == "zh" else "usage: ")
    assert "usage:" not in out or language == "en"
    assert "options:" not in out or language == "en"


def test_help_lists_every_command_and_every_exit_code(run: Run) -> None:
    _, out, _ = run("--help")
    assert all(f"\n    {command} " in out for command in COMMANDS)
    assert all(text.en in out for text in EXIT_CODES.values())


@pytest.mark.parametrize(
    ("environment", "language"),
    [
        ({"LANG": "zh_CN.UTF-8"}, "zh"),
        ({"LANG": "en_GB.UTF-8"}, "en"),
        ({"LANG": "de_DE.UTF-8"}, "en"),
        ({"LANG": "en_GB.UTF-8", "LC_ALL": "zh_TW.UTF-8"}, "zh"),
        ({"LANG": "zh_CN.UTF-8", "LC_MESSAGES": "C"}, "en"),
        ({"LANG": "zh_CN.UTF-8", "LC_ALL": ""}, "zh"),
        ({}, "en"),
    ],
)
def test_without_being_asked_it_speaks_the_language_of_the_locale(
    run: Run, monkeypatch: pytest.MonkeyPatch, environment: dict[str, str], language: str
) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    _, out, _ = run("--help")
    assert is_chinese(out) == (language == "zh")


@pytest.mark.parametrize("place", ["before", "after", "joined"])
def test_the_language_may_be_given_before_or_after_the_command(run: Run, tmp_path: Path, place: str) -> None:
    file = tmp_path / "template.xlsx"
    words = {
        "before": ("--lang", "zh", "template", file),
        "after": ("template", file, "--lang", "zh"),
        "joined": ("template", file, "--lang=zh"),
    }[place]
    code, out, _ = run(*words)
    assert (code, out) == (0, f"已生成 {file}\n")


def test_the_version_is_told(run: Run) -> None:
    code, out, _ = run("--version")
    assert code == 0
    assert out.startswith("junheng ")


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("dance",),
        ("example", "village", "x.xlsx"),
        ("assess",),
        ("assess", "x.xlsx", "--lan", "zh"),  # no abbreviations: they would break when an option is added
        ("assess", "x.xlsx", "--date", "1 September"),
        ("plan",),
        ("plan", "buses"),
        ("plan", "catchments", "x.xlsx", "--stage", "senior"),
        ("plan", "catchments", "x.xlsx", "--seconds", "0"),
        ("plan", "catchments", "x.xlsx", "--seconds", "nan"),
        ("plan", "catchments", "x.xlsx", "--seconds", "inf"),
        ("plan", "catchments", "x.xlsx", "--max-moved", "-1"),
        ("example", "town", "x.xlsx", "--seed", "-1"),
        ("compare", "x.xlsx"),
    ],
    ids=" ".join,
)
@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_wrong_call_leaves_with_2_and_points_to_the_help(
    run: Run, arguments: tuple[str, ...], language: str
) -> None:
    code, out, err = run("--lang", language, *arguments)
    assert (code, out) == (2, "")
    assert "--help" in err
    assert is_chinese(err) == (language == "zh")


# --- template and example


@pytest.mark.parametrize(("language", "sheet"), [("zh", "学校"), ("en", "schools")])
def test_the_template_has_the_sheets_of_its_language(
    run: Run, tmp_path: Path, language: str, sheet: str
) -> None:
    file = tmp_path / "template.xlsx"
    assert run("template", file, "--lang", language)[0] == 0
    assert sheet in openpyxl.load_workbook(file, read_only=True).sheetnames


def test_a_template_that_is_not_filled_in_is_no_district(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "template.xlsx"
    run("template", file)
    code, out, _ = run("check", file, "--json")
    assert code == 3
    assert parsed(out)["ok"] is False


def test_the_same_seed_gives_the_same_example_and_another_seed_another(
    run: Run, town: Path, tmp_path: Path
) -> None:
    hashes = [
        parsed(run("example", "town", tmp_path / f"{seed}", "--seed", seed, "--json")[1])["hash"]
        for seed in (1, 2)
    ]
    assert hashes[0] == read_district(town).hash != hashes[1]


def test_an_example_can_be_a_folder_of_csv(run: Run, town: Path, tmp_path: Path) -> None:
    folder = tmp_path / "town"
    assert run("example", "town", folder)[0] == 0
    assert {"schools.csv", "stages.csv"} <= {file.name for file in folder.iterdir()}
    assert read_district(folder).hash == read_district(town).hash


# --- check


def test_a_sound_workbook_is_fine(run: Run, town: Path) -> None:
    code, out, err = run("check", town)
    assert (code, err) == (0, "")
    assert "errors 0, warnings 0" in out
    told = parsed(run("check", town, "--json")[1])
    assert (told["ok"], told["counts"]["error"]) == (True, 0)
    assert told["hash"] == read_district(town).hash


@pytest.mark.parametrize("command", ["check", "assess", "compare", "plan catchments"])
@pytest.mark.parametrize("as_json", [False, True])
def test_a_broken_workbook_leaves_with_3_and_lists_every_error(
    run: Run, broken: Path, plan: Path, command: str, as_json: bool
) -> None:
    extra = [plan] if command == "compare" else []
    code, out, err = run(*command.split(), broken, *extra, *(["--json"] if as_json else []))
    assert code == 3
    if as_json:
        told = parsed(out)
        rows = {(p["sheet"], p["row"]) for p in told["problems"] if p["severity"] == "error"}
        assert {("stages", 4), ("premises", 3)} <= rows
    else:
        said = out + err
        assert "NOBODY" in said
        assert "premises" in said
    assert "Traceback" not in err


def test_errors_are_told_in_chinese_too(run: Run, broken: Path) -> None:
    code, _, err = run("assess", broken, "--lang", "zh")
    assert code == 3
    assert "应为" in err


@pytest.mark.parametrize("command", ["check", "assess", "compare", "plan catchments"])
def test_a_file_that_is_not_there_leaves_with_2(run: Run, plan: Path, tmp_path: Path, command: str) -> None:
    extra = [plan] if command == "compare" else []
    code, out, err = run(*command.split(), tmp_path / "absent.xlsx", *extra)
    assert (code, out) == (2, "")
    assert "absent.xlsx" in err


# --- assess


def test_an_assessment_tells_people_what_is_missing_in_real_units(run: Run, town: Path) -> None:
    code, out, _ = run("assess", town)
    assert code == 0
    assert "[synthetic]" in out
    assert "district fail" in out
    assert " m²" in out
    assert "== indicators that fail: 4 ==" in out
    assert "G11 Rotation of teachers: 1 failing" in out
    assert "declare guarantee.G13/primary" in out
    # The thresholds of large classes come from the standard.
    assert "of 56 and more: " in out


def test_an_assessment_in_chinese_has_no_english_but_codes(run: Run, town: Path) -> None:
    code, out, _ = run("assess", town, "--lang", "zh")
    assert code == 0
    assert "请申报 guarantee.G13/primary 就近划片入学比例（小学）" in out
    for word in ("not met", "declare", "record", "national", "pass", "fail", "stage"):
        assert word not in out, word


def test_an_assessment_in_json_is_whole(run: Run, town: Path) -> None:
    code, out, _ = run("assess", town, "--json")
    told = parsed(out)
    assert code == 0
    assert told["format"] == "junheng-assessment-1"
    assert (told["verdict"], told["standard"]["on"]) == ("fail", "2026-09-01")
    assert len(told["indicators"]) == 39
    assert told["district"]["hash"] == read_district(town).hash
    assert told["district"]["synthetic"] is True


def test_means_and_coefficients_have_the_decimals_of_the_form(run: Run, town: Path) -> None:
    _, out, _ = run("assess", town)
    (row,) = [line.split() for line in out.splitlines() if line.startswith("primary") and " R4 " in line]
    assert [len(number.partition(".")[2]) for number in row[2:5]] == [2, 3, 3]


def test_notices_of_overlay_waiver_and_day_are_shown(run: Run, town: Path) -> None:
    waiver = "waiver.size.built_before_2011"
    _, out, _ = run("assess", town, "--overlay", CITY, "--waiver", waiver)
    assert "unverified dates of waiver" in out
    assert "standard cn + Example City on 2026-09-01" in out
    _, later, _ = run("assess", town, "--waiver", waiver, "--date", "2028-09-01")
    assert "is not in force on 2028-09-01" in later
    told = parsed(run("assess", town, "--waiver", waiver, "--json")[1])
    assert [notice["code"] for notice in told["notices"]] == ["waiver-dates-unverified"]
    assert told["standard"]["waivers"] == [waiver]


def test_an_unknown_waiver_or_overlay_leaves_with_2(run: Run, town: Path) -> None:
    code, _, err = run("assess", town, "--waiver", "waiver.size.built_before_2020")
    assert (code, "did you mean waiver.size.built_before_2011?" in err) == (2, True)
    _, _, err = run("assess", town, "--waiver", "nonsense")
    assert ("did you mean" in err, "there are waiver.size.built_before_2011, " in err) == (False, True)
    assert run("assess", town, "--overlay", "absent.yaml")[0] == 2


def test_a_day_before_the_standard_leaves_with_2(run: Run, town: Path) -> None:
    code, _, err = run("assess", town, "--date", "2010-01-01")
    assert (code, "no value in force on 2010-01-01 for stage primary; it has" in err) == (2, True)


def test_a_report_is_written_beside_the_answer(run: Run, town: Path, tmp_path: Path) -> None:
    report = tmp_path / "report.html"
    code, out, _ = run("assess", town, "--report", report)
    assert code == 0
    assert str(report) in out
    assert report.read_text(encoding="utf-8").lower().startswith("<!doctype html>")


# --- plan and compare


def test_a_plan_is_written_and_measured_again(run: Run, town: Path, plan: Path, tmp_path: Path) -> None:
    out_file, zones = tmp_path / "plan.json", tmp_path / "zones.geojson"
    code, out, _ = run(
        "plan", "catchments", town, "--out", out_file, "--geojson", zones, "--seconds", "2", "--json"
    )
    assert code == 0
    told = parsed(out)
    written = json.loads(out_file.read_text(encoding="utf-8"))
    assert told["plan"] == written
    assert written["inputs"]["district"] == read_district(town).hash
    assert told["comparison"][0]["en"] == "present catchments"
    assert json.loads(zones.read_text(encoding="utf-8"))["type"] == "FeatureCollection"


def test_plans_are_compared_side_by_side(run: Run, town: Path, plan: Path) -> None:
    code, out, _ = run("compare", town, plan, plan)
    assert code == 0
    assert "present catchments" in out
    told = parsed(run("compare", town, plan, plan, "--json")[1])
    assert told["stage"] == "primary"
    present, first, second = told["comparison"]
    assert first == second
    copy = plan.with_name("copy.json")
    copy.write_bytes(plan.read_bytes())
    names = [row["en"] for row in parsed(run("compare", town, plan, copy, "--json")[1])["comparison"][1:]]
    assert names == [f"primary catchment plan ({file})" for file in (plan, copy)]
    assert present["moved"] == 0


def test_plans_of_several_kinds_are_compared_by_verdicts_class_sizes_and_places(
    run: Run, town: Path, plan: Path, tmp_path: Path
) -> None:
    leaders = tmp_path / "leaders.json"
    assert run("plan", "leaders", town, "--out", leaders)[0] == 0
    told = parsed(run("compare", town, leaders, plan, "--json")[1])
    today, after_leaders, after_zones = told["effects"]
    assert [row["kind"] for row in told["effects"]] == [None, "leaders", "catchments"]
    assert today["capacity"] == after_leaders["capacity"] == after_zones["capacity"] > 0
    assert len(told["comparison"]) == 2  # the zones in force, and the one plan that draws zones
    alone = parsed(run("compare", town, leaders, "--json")[1])
    assert (alone["stage"], alone["comparison"], len(alone["effects"])) == (None, [], 2)
    assert "largest class" in run("compare", town, leaders)[1]


def test_a_plan_from_other_records_leaves_with_2_unless_that_is_meant(
    run: Run, plan: Path, tmp_path: Path
) -> None:
    other = tmp_path / "other.xlsx"
    run("example", "town", other, "--seed", "2")
    code, _, err = run("compare", other, plan)
    assert (code, "--allow-changed" in err) == (2, True)


def test_a_broken_plan_leaves_with_2_and_its_name(run: Run, town: Path, tmp_path: Path) -> None:
    file = tmp_path / "plan.json"
    file.write_text("{", encoding="utf-8")
    code, out, err = run("compare", town, file)
    assert (code, out) == (2, "")
    assert "plan.json" in err
    told = parsed(run("compare", town, file, "--json")[1])
    assert told["error"] == "UsageError"


def test_plans_of_two_stages_are_not_compared(run: Run, town: Path, plan: Path, tmp_path: Path) -> None:
    given = json.loads(plan.read_text(encoding="utf-8"))
    for action in given["actions"]:
        action["stage"] = "junior"
    other = tmp_path / "junior.json"
    other.write_text(json.dumps(given), encoding="utf-8")
    code, _, err = run("compare", town, plan, other)
    assert (code, "junior, primary" in err) == (2, True)


@pytest.mark.parametrize("wish", [("--lock", "H1"), ("--forbid", "=A"), ("--lock", "H1=A", "--lock", "H1=B")])
def test_a_wish_that_cannot_be_read_leaves_with_2(run: Run, town: Path, wish: tuple[str, ...]) -> None:
    assert run("plan", "catchments", town, *wish)[0] == 2


def test_a_wish_for_a_home_that_nobody_knows_leaves_with_3(run: Run, town: Path, tmp_path: Path) -> None:
    district = read_district(town)
    home = district.table("homes")["home"][0]
    junior = district.table("schools").filter(kind="junior")["school"][0]
    locks = ["--lock", "NOWHERE=NOBODY", "--lock", f"{home}={junior}"]
    code, _, err = run("plan", "catchments", town, *locks, "--out", tmp_path / "plan.json")
    assert (code, "[NOWHERE=NOBODY]: no home NOWHERE, no school NOBODY;" in err) == (3, True)
    assert f"[{home}={junior}]: the school {junior} (" in err
    assert not (tmp_path / "plan.json").exists(), "nothing is half done"


def test_a_plan_that_cannot_be_leaves_with_4_and_says_why(run: Run, town: Path, tmp_path: Path) -> None:
    district = read_district(town)
    home = district.table("catchments").filter(stage="primary")["home"][0]
    schools = district.table("stages").filter(stage="primary")["school"].to_list()
    forbidden = [word for school in schools for word in ("--forbid", f"{home}={school}")]
    code, out, err = run("plan", "catchments", town, *forbidden, "--out", tmp_path / "plan.json")
    assert code == 4
    assert home in out + err


# --- demo


def test_the_demo_turns_the_loop_and_writes_what_it_found(run: Run, tmp_path: Path) -> None:
    code, out, _ = run("demo", "--size", "town", "--seconds", "2", "--out", tmp_path, "--json")
    assert code == 0
    told = parsed(out)
    assert set(told["verdict"]) == {"before", "after"}
    written = {file.name for file in tmp_path.iterdir()}
    files = {"district.xlsx", "report.html", "plan.json", "plan.geojson", "assessment.json"}
    assert files == {Path(file).name for file in told["files"]} == written
    both = json.loads((tmp_path / "assessment.json").read_text(encoding="utf-8"))
    assert both["before"]["format"] == both["after"]["format"] == "junheng-assessment-1"


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("plan", "catchments"), "缺少 FILE"),
        (("plan", "catchments", "x", "--max-moved", "-1"), "--max-moved：“-1”应为 0, 1, 2"),
        (("plan", "catchments", "x", "--years", "2030-2026"), "--years：“2030-2026”应形如 2026-2030"),
        (("plan", "catchments", "x", "--stage", "senior"), "--stage：“senior”应为 "),
        (("plan", "catchments", "x", "--seed"), "--seed：后面须有一个值"),
        (("check", "x", "--frob"), "不认识 --frob"),
        (("check", "x", "--json=1"), "--json：不带值，却给了 '1'"),
        (("forecast", "fly"), "“fly”应为 "),
    ],
)
def test_a_call_that_cannot_be_read_is_answered_in_one_line_of_the_users_language(
    words: tuple[str, ...], told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    for language, is_told in (("zh", True), ("en", False)):
        with pytest.raises(SystemExit) as left:
            main(["--lang", language, *words])
        line = capsys.readouterr().err
        assert (left.value.code, line.count("\n"), told in line) == (2, 1, is_told)
        assert is_chinese(line) == is_told
