"""Finding data that are not shipped: ``--data DIR``, else SNN_DATA."""

from __future__ import annotations

import csv
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from snn.errors import SnnError


class DataError(SnnError, OSError):
    """Data are missing or damaged; says what was expected where, and how to get it."""


@dataclass(frozen=True, kw_only=True)
class DataSet:
    """A folder of data.

    Parameters
    ----------
    name : str
        Of the folder.
    origin : str
        How to get it.
    """

    name: str
    origin: str

    def folder(self, given: str | Path | None = None) -> Path:
        """Return the folder: in `given`, else in SNN_DATA; either may be the folder itself.

        Raises
        ------
        DataError
            There is none.
        """
        root = given or os.environ.get("SNN_DATA")
        if not root:
            raise DataError(f"the data set {self.name!r} is not given: pass --data DIR or set "
                            f"SNN_DATA to the folder that holds it; {self.origin}")  # fmt: skip
        for place in (Path(root) / self.name, Path(root)):
            if place.is_dir() and (place.name == self.name or place != Path(root)):
                return place
        raise DataError(f"expected a folder {Path(root) / self.name}; {self.origin}")

    def rows(self, path: Path, columns: Sequence[str]) -> list[dict[str, str]]:
        """Return the rows of a CSV file that has at least these columns.

        Raises
        ------
        DataError
            It is not there, or its columns are others, or a row is too short.
        """
        if not path.is_file():
            raise DataError(f"expected the file {path}; {self.origin}")
        with path.open(newline="", encoding="utf-8", errors="replace") as file:
            found = list(csv.DictReader(file, skipinitialspace=True))
        missing = [c for c in columns if not found or c not in found[0]]
        if missing:
            raise DataError(f"{path} is damaged: expected the columns {', '.join(missing)}; "
                            f"{self.origin}")  # fmt: skip
        short = [k for k, row in enumerate(found) if any(row[c] is None for c in columns)]
        if short:
            raise DataError(f"{path} is damaged: row {short[0] + 2} is too short; {self.origin}")
        return found
