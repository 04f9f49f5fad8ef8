"""Tables of web pages, as internet banking gives them under a name that ends in .xls."""

import gzip
from pathlib import Path

import pytest

from tests.records.reading import Read, mapping, read
from warroom.errors import RecordsError

NAMES = ("record_id", "time", "payer_bank", "payer", "payee_bank", "payee", "amount")
BANGKOK = '[time]\nzone = "Asia/Bangkok"\n'


def _row(number: int, amount: str = "1,234.50") -> tuple[str, ...]:
    return (
        f"T{number}",
        f"2026-11-20 10:0{number}:07",
        "KTB",
        f"01{number:08}",
        "SCB",
        f"02{number:08}",
        amount,
    )


def _cells(*cells: str) -> str:
    return f"<tr>{''.join(f'<td>{cell}</td>' for cell in cells)}</tr>\n"


def _page(folder: Path, *rows: str, before: str = "", after: str = "", encoding: str = "utf-8") -> Path:
    page = (
        f'<html><head><meta http-equiv="Content-Type" content="text/html; charset={encoding}"><style>td {{}}</style>'
        f"</head><body>{before}<table border=1>{''.join(rows)}</table>{after}</body></html>"
    )
    path = folder / "statement.xls"
    path.write_bytes(page.encode(encoding))
    return path


def _read(path: Path, toml: str = BANGKOK) -> Read:
    return read(path, mapping=mapping(path.parent, toml))


@pytest.mark.parametrize("encoding", ["utf-8", "cp874", "utf-16"])
def test_the_table_of_a_page_is_read_as_a_sheet_is(tmp_path: Path, encoding: str) -> None:
    path = _page(
        tmp_path,
        '<tr><td colspan="7">รายการเดินบัญชี<br>พ.ย. 2568</td></tr>',
        _cells(*NAMES),
        _cells(*_row(1)),
        _cells(*_row(2, "<b>1</b>,000&nbsp;"), "<script>0</script>"),
        _cells("รวม", "", "", "", "", "", "2,234.50"),
        encoding=encoding,
    )
    found = _read(path)
    assert (found.column("record_id"), found.rejects) == (["T1", "T2"], [])
    assert [str(each) for each in found.column("amount")] == ["1234.50", "1000.00"]
    assert found.column("payer") == ["0100000001", "0100000002"]
    assert found.column("line") == [3, 4]
    assert "Line 5 is a total ('รวม 2,234.50') and no record; it agrees with the 2 rows read." in found.notes


def test_the_longest_table_of_a_page_is_read_and_the_others_are_named(tmp_path: Path) -> None:
    menu = f"<table>{_cells('Home')}{_cells('Pay')}</table>"
    other = f"<table>{_cells(*NAMES)}{_cells(*_row(9))}</table>"
    path = _page(tmp_path, _cells(*NAMES), _cells(*_row(1)), _cells(*_row(2)), before=menu, after=other)
    found = _read(path)
    assert found.column("record_id") == ["T1", "T2"]
    assert "Read was the sheet 'table 2' and not 'table 1', 'table 3'" in found.notes[0]
    assert _read(path, f"{BANGKOK}[file]\nsheet = 3\n").column("record_id") == ["T9"]
    with pytest.raises(RecordsError, match="has no sheet '4', which the mapping names; it has 'table 1'"):
        _read(path, f"{BANGKOK}[file]\nsheet = 4\n")


def test_a_cell_over_two_rows_gives_its_value_to_the_first_alone(tmp_path: Path) -> None:
    first, second = _row(1), _row(2)
    over = _cells(*first).replace("<td>KTB", '<td rowspan="2">KTB')
    found = _read(_page(tmp_path, _cells(*NAMES), over, _cells(*second[:2], *second[3:]), _cells(*_row(3))))
    assert (found.column("record_id"), found.codes) == (["T1", "T3"], [(3, "payer_bank", "merged")])


def test_a_packed_page_is_read_too(tmp_path: Path) -> None:
    path = _page(tmp_path, _cells(*NAMES), _cells(*_row(1)))
    path.write_bytes(gzip.compress(path.read_bytes()))
    assert _read(path).column("record_id") == ["T1"]


def test_a_page_without_a_table_is_told(tmp_path: Path) -> None:
    with pytest.raises(RecordsError, match="is a web page without a table of records"):
        _read(_page(tmp_path, before="<p>Your session has ended.</p>"))


def test_text_that_the_page_hides_is_left_out_and_told(tmp_path: Path) -> None:
    hidden = [
        (
            *_row(1)[:3],
            '<span style="color: red; display:none">999</span>0100000001<i hidden>77</i>',
            *_row(1)[4:],
        ),
        (*_row(2)[:3], '01<!-- 5 -->00000002<div style="visibility: hidden">8</div>', *_row(2)[4:]),
    ]
    found = _read(_page(tmp_path, _cells(*NAMES), *(_cells(*cells) for cells in hidden), _cells(*_row(3))))
    assert found.column("payer") == ["0100000001", "0100000002", "0100000003"]
    assert "The page hides text in 3 places of the table, which was left out." in found.notes


def test_a_cell_that_the_page_hides_moves_no_other_into_its_column(tmp_path: Path) -> None:
    row = _cells(*_row(2)).replace("<td>KTB", '<td hidden="">KTB')
    found = _read(_page(tmp_path, _cells(*NAMES), _cells(*_row(1)), row))
    assert (found.column("record_id"), found.codes) == (["T1"], [(3, "payer_bank", "required")])


@pytest.mark.parametrize("between", ["<br>", "<br/>", "</p><p>", " <BR> "])
def test_two_lines_in_an_accounts_cell_are_never_joined(tmp_path: Path, between: str) -> None:
    two = [*_row(1)]
    two[3] = f"12345{between}67890"
    one = [*_row(2)]
    one[1], one[3] = "2026-11-20<br>10:02:07", "<br>0100000002<br>"
    found = _read(_page(tmp_path, _cells(*NAMES), _cells(*two), _cells(*one)))
    assert found.codes == [(2, "payer", "several")]
    assert (found.column("payer"), found.column("record_id")) == (["0100000002"], ["T2"])
