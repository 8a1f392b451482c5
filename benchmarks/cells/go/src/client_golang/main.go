// The loops of client_golang.
package main

import (
	"fmt"

	"github.com/prometheus/client_golang/prometheus"
	dto "github.com/prometheus/client_model/go"

	"loop"
)

func read(metric prometheus.Metric) *dto.Metric {
	var out dto.Metric
	if err := metric.Write(&out); err != nil {
		panic(err)
	}
	return &out
}

// Here, so that what was made is alive when memory is measured.
var (
	registry = prometheus.NewRegistry()
	kept     []prometheus.Observer
)

func main() {
	loop.ReadInputs()
	counter := prometheus.NewCounter(prometheus.CounterOpts{Name: "counter_total"})
	gauge := prometheus.NewGauge(prometheus.GaugeOpts{Name: "gauge"})
	histogram := prometheus.NewHistogram(prometheus.HistogramOpts{Name: "histogram_seconds", Buckets: loop.Bounds})
	vec := prometheus.NewCounterVec(prometheus.CounterOpts{Name: "requests_total"}, loop.LabelNames)
	registry.MustRegister(counter, gauge, histogram, vec)
	lookupTotal := func() (total float64) {
		for _, l := range loop.Labels {
			total += read(vec.WithLabelValues(l[0], l[1], l[2])).GetCounter().GetValue()
		}
		return
	}
	lookupTotal()
	counterTotal := func() float64 { return read(counter).GetCounter().GetValue() }
	operations := map[string]loop.Operation{
		"counter_inc": {Loop: func(turns int) {
			for i := 0; i < turns; i++ {
				counter.Inc()
			}
		}, Total: counterTotal},
		"counter_inc_by": {Loop: func(turns int) {
			for i := 0; i < turns; i++ {
				counter.Add(1)
			}
		}, Total: counterTotal},
		"gauge_set": {Loop: func(turns int) {
			for i := 0; i < turns; i++ {
				gauge.Set(loop.Observed[i%loop.Values])
			}
		}},
		"histogram_observe": {Loop: func(turns int) {
			for i := 0; i < turns; i++ {
				histogram.Observe(loop.Observed[i%loop.Values])
			}
		}, Total: func() float64 { return float64(read(histogram).GetHistogram().GetSampleCount()) }},
		"lookup_inc": {Loop: func(turns int) {
			for i := 0; i < turns; i++ {
				l := &loop.Labels[loop.Picks[i%loop.Values]]
				vec.WithLabelValues(l[0], l[1], l[2]).Inc()
			}
		}, Total: lookupTotal},
	}

	histograms := func(count int) {
		all := prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: "touched_seconds", Buckets: loop.Bounds}, []string{"id"})
		registry.MustRegister(all)
		for i := 0; i < count; i++ {
			kept = append(kept, all.WithLabelValues(fmt.Sprintf("%06d", i)))
		}
	}
	loop.Serve(operations, map[string]loop.MemoryKind{
		"scalar": {Make: func(count int) {
			all := prometheus.NewCounterVec(prometheus.CounterOpts{Name: "scalars_total"}, []string{"id"})
			registry.MustRegister(all)
			for i := 0; i < count; i++ {
				all.WithLabelValues(fmt.Sprintf("%06d", i))
			}
		}},
		"histogram": {Make: histograms},
		"touched": {Make: histograms, Touch: func(first, count int) {
			for i := first; i < first+count; i++ {
				kept[i].Observe(loop.Observed[i%loop.Values])
			}
		}},
	})
}
