"""From light to photograph: metering, white balance, tone curve, lens and sensor, as a camera or a phone does it."""

from dataclasses import dataclass

import numpy as np

LUMA = np.array([0.2126, 0.7152, 0.0722])


@dataclass
class Exposure:
    """One setting of the camera: the same for every version of a scene, so that only what was taken out changes."""

    gain: np.ndarray
    saturation: float
    contrast: float
    vignette: float
    grain: float

    @classmethod
    def metered(cls, light, light_colour, brighter, rng):
        """Meter the scene for the middle of the frame, spare the highlights, then err a little, as cameras do."""
        height, width = light.shape[:2]
        middle = light[height // 6 : -height // 6, width // 6 : -width // 6] @ LUMA
        by_mean = 0.44 * 2**brighter / max(middle.mean(), 1e-4)
        by_highlights = 1.4 / max(np.quantile(middle, 0.97), 1e-4)
        stops = rng.normal(0, 0.22)
        cast = np.exp(rng.normal(0, [0.03, 0.01, 0.04]))
        balance = cast * light_colour ** -rng.uniform(0.65, 1.0)
        return cls(
            gain=min(by_mean, by_highlights) * 2**stops * balance / (balance @ LUMA),
            saturation=rng.normal(1.06, 0.08),
            contrast=rng.uniform(0.9, 1.1),
            vignette=rng.uniform(0, 0.3),
            grain=rng.choice([0.002, 0.005, 0.01], p=[0.5, 0.35, 0.15]),
        )

    def develop(self, light, rng) -> np.ndarray:
        """(H, W, 3) linear light to uint8 sRGB."""
        height, width = light.shape[:2]
        y, x = np.mgrid[-1 : 1 : height * 1j, -1 : 1 : width * 1j]
        light = light * self.gain * (1 - self.vignette * (x**2 + y**2)[..., None] / 2)
        grey = (light @ LUMA)[..., None]
        light = np.clip(grey + self.saturation * (light - grey), 0, None)
        tone = _shoulder(light)
        tone = np.where(tone <= 0.0031308, 12.92 * tone, 1.055 * np.maximum(tone, 1e-8) ** (1 / 2.4) - 0.055)
        tone = np.clip(tone, 0, 1)
        tone = tone + (self.contrast - 0.75) * 0.35 * (tone * tone * (3 - 2 * tone) - tone)
        shot = rng.normal(0, self.grain, (height, width, 1)) + rng.normal(0, self.grain / 2, (height, width, 3))
        return (np.clip(tone + shot, 0, 1) * 255 + 0.5).astype(np.uint8)


def _shoulder(light, knee=0.6):
    """Straight up to the knee, then bending towards white, so that bright cream and plates keep their form."""
    room = 1 - knee
    return np.where(light < knee, light, knee + room * (1 - np.exp(-(light - knee) / room)))
