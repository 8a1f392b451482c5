// The loops of VictoriaMetrics/metrics. A metric is one whole name here: a lookup takes the finished text, labels and
// all, which spares it what the others do. Histograms have log-scale buckets of their own and no bounds to search.
package main

import (
	"fmt"

	"github.com/VictoriaMetrics/metrics"

	"loop"
)

// Here, so that what was made is alive when memory is measured.
var (
	set  = metrics.NewSet()
	kept []*metrics.Histogram
)

func main() {
	loop.ReadInputs()
	counter := set.NewCounter("counter_total")
	gauge := set.NewFloatCounter("gauge")
	histogram := set.NewHistogram("histogram_seconds")
	var names []string
	for _, l := range loop.Labels {
		name := fmt.Sprintf(`requests_total{model=%q,method=%q,code=%q}`, l[0], l[1], l[2])
		names = append(names, name)
		set.NewCounter(name)
	}
	inc := loop.Operation{Loop: func(turns int) {
		for i := 0; i < turns; i++ {
			counter.Inc()
		}
	}, Total: func() float64 { return float64(counter.Get()) }}
	operations := map[string]loop.Operation{
		"counter_inc":    inc,
		"intcounter_inc": inc,
		// What can be set to a float is a float counter here; gauges are callbacks.
		"gauge_set": {Loop: func(turns int) {
			for i := 0; i < turns; i++ {
				gauge.Set(loop.Observed[i%loop.Values])
			}
		}},
		"histogram_observe": {Loop: func(turns int) {
			for i := 0; i < turns; i++ {
				histogram.Update(loop.Observed[i%loop.Values])
			}
		}, Total: func() (total float64) {
			histogram.VisitNonZeroBuckets(func(_ string, count uint64) { total += float64(count) })
			return
		}},
		"lookup_inc": {Loop: func(turns int) {
			for i := 0; i < turns; i++ {
				set.GetOrCreateCounter(names[loop.Picks[i%loop.Values]]).Inc()
			}
		}, Total: func() (total float64) {
			for _, name := range names {
				total += float64(set.GetOrCreateCounter(name).Get())
			}
			return
		}},
	}

	histograms := func(count int) {
		for i := 0; i < count; i++ {
			kept = append(kept, set.NewHistogram(fmt.Sprintf(`touched_seconds{id="%06d"}`, i)))
		}
	}
	loop.Serve(operations, map[string]loop.MemoryKind{
		"scalar": {Make: func(count int) {
			for i := 0; i < count; i++ {
				set.NewCounter(fmt.Sprintf(`scalars_total{id="%06d"}`, i))
			}
		}},
		"histogram": {Make: histograms},
		"touched": {Make: histograms, Touch: func(first, count int) {
			for i := first; i < first+count; i++ {
				kept[i].Update(loop.Observed[i%loop.Values])
			}
		}},
	})
}
