"""The one shape of sound in memory."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

AudioBlock = npt.NDArray[np.float32]
"""float32 (channels, samples), full scale 1.0; may exceed it."""
