"""One finished unit as one compact file, written whole or not at all, until the folder gathers it."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

RECORD = "record"


def write_part(path: Path, record: Mapping[str, Any], frames: Mapping[str, pd.DataFrame]) -> None:
    """Keep a unit's record and its small tables; columns are numbers, yes and no, or texts."""
    arrays = {RECORD: np.frombuffer(json.dumps(record).encode("utf-8"), np.uint8)}
    for table, frame in frames.items():
        arrays.update({f"{table}.{column}": _plain(frame[column]) for column in frame.columns})
    unfinished = path.with_name(f".{path.name}-{os.getpid()}")
    with unfinished.open("wb") as file:
        np.savez_compressed(file, allow_pickle=False, **arrays)
    unfinished.replace(path)


def _plain(column: pd.Series) -> npt.NDArray[Any]:
    is_text = isinstance(column.dtype, pd.CategoricalDtype) or not isinstance(column.dtype, np.dtype) or column.dtype == object
    plain: npt.NDArray[Any] = column.to_numpy(dtype=np.str_) if is_text else column.to_numpy()
    return plain


def read_record(path: Path) -> dict[str, Any]:
    """What is remembered of a unit beside its tables."""
    with np.load(path, allow_pickle=False) as part:
        record: dict[str, Any] = json.loads(part[RECORD].tobytes().decode("utf-8"))
    return record


def read_table(path: Path, table: str) -> pd.DataFrame:
    """One of a unit's small tables."""
    with np.load(path, allow_pickle=False) as part:
        names = [name for name in part.files if name.startswith(f"{table}.")]
        return pd.DataFrame({name.removeprefix(f"{table}."): part[name] for name in names})
