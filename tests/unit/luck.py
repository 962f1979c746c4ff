"""Normal numbers for tests of statistics: the model's own addresses of luck, so that a test sees the same ones everywhere."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy import special

from sim.keys import Purpose, uniforms


def normals(seed: int, n: int, columns: int) -> npt.NDArray[np.float64]:
    """Row × column of independent standard normal numbers."""
    stream, number = np.divmod(np.arange(n * columns, dtype=np.int64), columns)
    u = uniforms(seed, Purpose.PARAMETER, stream, number, 0)
    return np.asarray(special.ndtri(u), np.float64).reshape(n, columns)
