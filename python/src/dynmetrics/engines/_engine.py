"""Registers an engine: which registry, which directory, in which order. What the three engines have in common."""

from __future__ import annotations

import logging
import os
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .._switch import is_off
from ..callbacks import register_engine_metrics_callback
from ..multiprocess import directory_of
from ..runtime import Node
from . import _directory
from ._sums import Rest, Together, is_of_directory

_logger = logging.getLogger("dynmetrics")


class EngineMetrics:
    """An engine's metrics on a page, until `close()`. A context manager."""

    def __init__(self, title: str, directory: str | None, registry: Any) -> None:
        self.directory = directory
        """The multiprocess directory that is shown, None when there is none."""
        self.registry = registry
        """The registry that is shown, None when the directory has all of it."""
        self._title = title
        self._closing: list[Callable[[], object]] = []

    def close(self) -> None:
        """Take the engine's metrics off the page. Twice is fine."""
        closing, self._closing = self._closing, []
        for close in closing:
            close()

    def __enter__(self) -> EngineMetrics:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __repr__(self) -> str:
        shown = [part for part in (self.directory, self.registry and type(self.registry).__name__) if part]
        return f"<EngineMetrics of {self._title}: {' and '.join(shown) or 'nothing'}>"


@dataclass(frozen=True)
class Engine:
    """What has to be known of an engine."""

    title: str
    prefixes: tuple[str, ...]
    """Of the families that are its own."""
    has_processes: bool = False
    """Whether it always counts in more than one process, so that one registry is never all."""

    def prepare(self) -> str:
        """Make sure that PROMETHEUS_MULTIPROC_DIR is set, before the engine and prometheus_client are imported.

        One that is set is kept (and made when it is not there); else a fresh directory is made, which is removed when
        this process ends. Returns its path.
        """
        return _directory.prepared(self.title)

    def register(
        self,
        endpoint: Any,
        registry: Any = None,
        *,
        multiprocess_dir: str | os.PathLike[str] | None = None,
        prefixes: Sequence[str] | None = None,
        more_prefixes: Sequence[str] = (),
        exclude_prefixes: Sequence[str] | None = None,
        add_prefix: str | None = None,
        inject_custom_labels: Mapping[str, str] | None = None,
        namespace_name: str | None = None,
        component_name: str | None = None,
        endpoint_name: str | None = None,
        model_name: str | None = None,
        auto_labels: bool = True,
        adopt: bool | None = None,
    ) -> EngineMetrics:
        """Show the engine's metrics on the page of `endpoint`: all its processes, each series once.

        Call it when the engine has been made. Nothing more need be said: where PROMETHEUS_MULTIPROC_DIR is set the sum
        of all processes is read from there, without Python; else prometheus_client's REGISTRY is shown. `registry` and
        `multiprocess_dir` name others. `prefixes` take the place of the engine's own, `more_prefixes` come to them.
        The other options are those of `register_engine_metrics_callback`. `endpoint` may be Dynamo's.
        """
        if is_off():
            return EngineMetrics(self.title, None, None)
        directory = self._directory(registry, multiprocess_dir)
        shown = EngineMetrics(self.title, directory, self._registry(registry, directory, multiprocess_dir))
        include = [*(self.prefixes if prefixes is None else prefixes), *more_prefixes]

        def show(target: Any, source: Any) -> Any:
            return register_engine_metrics_callback(
                target,
                source,
                include,
                exclude_prefixes,
                add_prefix,
                inject_custom_labels=inject_custom_labels,
                namespace_name=namespace_name,
                component_name=component_name,
                endpoint_name=endpoint_name,
                model_name=model_name,
                auto_labels=auto_labels,
                adopt=adopt,
            )

        try:
            _show(shown, endpoint, show)
        except BaseException:
            shown.close()
            raise
        return shown

    # ---- which ----

    def _directory(self, registry: Any, given: str | os.PathLike[str] | None) -> str | None:
        if given is not None:
            path = os.fspath(given)
            if not os.path.isdir(path):
                raise NotADirectoryError(
                    f"multiprocess_dir {path!r} is no directory; give the one that PROMETHEUS_MULTIPROC_DIR names in "
                    f"the processes of {self.title}"
                )
            return path
        if registry is not None:
            return directory_of(registry) or _directory_within(registry) or _directory.set_directory()
        path_set = _directory.set_directory()
        if path_set is None and self.has_processes and not _directory.is_imported():
            return _directory.prepared(self.title)  # before the engine is made: it will be used
        return path_set

    def _registry(self, registry: Any, directory: str | None, given: object) -> Any:
        """Return what is shown beside the directory."""
        import prometheus_client  # late: not before PROMETHEUS_MULTIPROC_DIR is set

        if directory is None:
            if self.has_processes and registry is None:
                _logger.warning(
                    "%s counts in several processes and %s is not set: only what this one counts is shown. Start it "
                    "with --enable-metrics, or call dynmetrics.engines.sglang.prepare() first",
                    self.title,
                    _directory.VARIABLE,
                )
            return prometheus_client.REGISTRY if registry is None else registry
        if registry is not None and directory_of(registry) is not None:
            return None
        if not _directory.is_in_memory():
            # What this process counts is in the directory too: its own part would stand beside the sum.
            is_known = registry is None or isinstance(registry, prometheus_client.CollectorRegistry)
            return None if is_known else registry
        if given is None and registry is None:
            _directory.warn_of_import(directory)
        if registry is None:
            return prometheus_client.REGISTRY
        return Rest(registry) if _directory_within(registry) else registry


def _directory_within(registry: Any) -> str | None:
    """Return the directory of a registry that has other collectors too."""
    for collector in list(getattr(registry, "_collector_to_names", ())):
        if is_of_directory(collector):
            return str(collector._path)
    return None


def of_directory(path: str) -> Any:
    """Return a registry that shows a directory and nothing else."""
    from prometheus_client import CollectorRegistry, multiprocess

    registry = CollectorRegistry()
    multiprocess.MultiProcessCollector(registry, path)  # type: ignore[no-untyped-call]
    return registry


# ---- where ----

_TEXT = "register_prometheus_expfmt_callback"
_TYPED = "register_prometheus_typed_callback"


def _show(shown: EngineMetrics, endpoint: Any, show: Callable[[Any, Any], Any]) -> None:
    directory = None if shown.directory is None else of_directory(shown.directory)
    if isinstance(endpoint, Node):
        for source in (directory, shown.registry):
            if source is not None:
                shown._closing.append(show(endpoint, source).close)
        return
    if not hasattr(getattr(endpoint, "metrics", None), _TEXT):
        show(endpoint, shown.registry)  # which says what is wrong with it
    target = _Silenceable(endpoint)
    shown._closing.append(target.silenced.set)
    if directory is not None and shown.registry is not None:
        show(target, Together(directory, shown.registry))
    else:
        show(target, shown.registry if directory is None else directory)


class _Silenceable:
    """An endpoint of another system, where callbacks stay for good: once silenced, they bring nothing."""

    def __init__(self, endpoint: Any) -> None:
        self.silenced = threading.Event()
        self.connection_id = getattr(endpoint, "connection_id", None)
        self.metrics = self
        for name, nothing in ((_TEXT, str), (_TYPED, list)):
            register = getattr(endpoint.metrics, name, None)
            if register is not None:
                setattr(self, name, self._forwarding(register, nothing))

    def _forwarding(self, register: Callable[[Any], object], nothing: Callable[[], Any]) -> Callable[[Any], None]:
        def forward(callback: Callable[[], Any]) -> None:
            register(lambda: nothing() if self.silenced.is_set() else callback())

        return forward
