"""What the tests of the whole program share with those of the commands."""

from tests.cli.conftest import shell as shell
