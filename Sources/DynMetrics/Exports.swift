// The front door: `import DynMetrics` is all that a user needs.

@_exported import struct DynExposition.Problem
@_exported import struct DynInstruments.Counter
@_exported import struct DynInstruments.Gauge
@_exported import struct DynInstruments.Histogram
@_exported import struct DynInstruments.Info
@_exported import struct DynInstruments.IntCounter
@_exported import struct DynInstruments.IntGauge
@_exported import struct DynInstruments.StateSet
@_exported import struct DynInstruments.Summary
@_exported import struct DynModel.Family
@_exported import struct DynModel.Label
@_exported import struct DynModel.LabelBlock
@_exported import enum DynModel.MetricKind
@_exported import enum DynModel.MetricsError
@_exported import struct DynModel.NativeBuckets
@_exported import struct DynModel.NativeHistogram
@_exported import struct DynModel.Sample
@_exported import enum DynModel.SampleSuffix
@_exported import enum DynModel.SampleValue
@_exported import struct DynModel.Text
@_exported import class DynServer.HTTPServer
@_exported import enum DynSources.StalePolicy
