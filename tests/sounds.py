"""Sounds made for tests (DATA CONTOH)."""

import io

import numpy as np
import soundfile


def sound(seconds: float = 0.5, rate: int = 8000, kind: str = "WAV", channels: int = 1) -> bytes:
    """A tone with a title that may not survive."""
    times = np.arange(int(seconds * rate)) / rate
    wave = np.repeat(0.3 * np.sin(2 * np.pi * 440 * times)[:, None], channels, axis=1)
    out = io.BytesIO()
    with soundfile.SoundFile(out, "w", rate, channels, format=kind) as file:
        file.title = "RAHASIA"
        file.write(wave)
    return out.getvalue()
