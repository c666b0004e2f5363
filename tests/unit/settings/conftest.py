import pytest

from tui.settings.paths import find_places


@pytest.fixture
def places(tmp_path):
    return find_places({"REDIRECTORY_HOME": str(tmp_path / "home")})


@pytest.fixture
def write(places):
    def put(path, text, mode=0o600):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        path.chmod(mode)
        return path

    return put
