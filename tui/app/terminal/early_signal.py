"""A signal that ends the app before the app can take it."""

from __future__ import annotations

from types import FrameType


class Left(BaseException):
    """A signal came before the app could take it."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.number = number


class EarlySignal:
    """The signal that came before the app could take it.

    Python drops what a handler raises in the callback of a weak reference, and imports have those. So the
    number is kept: `check` asks for it, and the driver once the app takes signals itself.
    """

    def __init__(self) -> None:
        self.number: int | None = None
        self.raises = True

    def take(self, number: int, _frame: FrameType | None) -> None:
        self.number = self.number or number
        if self.raises:
            raise Left(number)

    def check(self) -> None:
        if self.number is not None:
            raise Left(self.number)
