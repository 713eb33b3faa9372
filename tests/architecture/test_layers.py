"""An app knows only the apps in lines above its own in ARCHITECTURE.md: by import and by foreign key."""

import subprocess
import sys
from pathlib import Path

from django.apps import apps
from django.db import models

from tests.architecture.source import GEZHI, layers, listing, modules
from tools.shell import ROOT


def test_imports_follow_the_layers() -> None:
    done = subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-logo"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_app_has_its_layer() -> None:
    folders = {path.parent.name for path in GEZHI.glob("*/apps.py")}
    assert folders <= set(layers()), f"without a layer in pyproject.toml: {sorted(folders - set(layers()))}"


def test_only_tests_use_the_cast_of_the_tests() -> None:
    findings = [
        module.at(node)
        for module in modules()
        for node, name in module.imports()
        if name.startswith("gezhi.testing") and module.app != "testing"
    ]
    assert not findings, listing(findings)


def test_relations_point_down() -> None:
    """A foreign key to a higher or neighbouring app would make two apps inseparable."""
    height, findings = layers(), []
    ours = [model for model in apps.get_models(include_auto_created=True) if model.__module__.startswith("gezhi.")]
    assert ours
    for model in ours:
        for field in model._meta.get_fields():
            target = field.related_model if field.concrete and field.is_relation else None
            if not isinstance(target, type) or not target.__module__.startswith("gezhi."):
                continue
            here, there = room(model), room(target)
            if here != there and height[there] >= height[here]:
                findings.append(f"{model._meta.label}.{field.name} points up or sideways at {target._meta.label}")
    assert not findings, listing(findings)


def room(model: type[models.Model]) -> str:
    """The folder of the layer: an app's own, or that of several apps together (`integrations`)."""
    return model.__module__.split(".")[1]
