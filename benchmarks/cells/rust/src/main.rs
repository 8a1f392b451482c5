//! The loops of rust-prometheus; the protocol is that of loop.h. Built with link-time optimisation, so that what can be
//! inlined is.

use std::fs;
use std::hint::black_box;
use std::io::{self, BufRead, Write};
use std::path::Path;
use std::str::FromStr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::Barrier;
use std::thread;
use std::time::Instant;

use prometheus::{
    Counter, CounterVec, Gauge, Histogram, HistogramOpts, HistogramVec, IntCounter, IntCounterVec, Opts, Registry,
};

const VALUES: usize = 8192;
const TOUCHING_THREADS: usize = 64;

struct Bench {
    bounds: Vec<f64>,
    values: Vec<f64>,
    labels: Vec<[String; 3]>,
    picks: Vec<usize>,
    registry: Registry,
    counter: Counter,
    intcounter: IntCounter,
    gauge: Gauge,
    histogram: Histogram,
    vec: CounterVec,
}

fn words<T: FromStr>(folder: &Path, name: &str) -> Vec<T> {
    let text = fs::read_to_string(folder.join(name)).expect(name);
    text.split_whitespace().map(|word| word.parse().ok().expect("an input that parses")).collect()
}

impl Bench {
    fn new(folder: &Path) -> Bench {
        let bounds: Vec<f64> = words(folder, "bounds");
        let registry = Registry::new();
        let counter = Counter::new("counter_total", "A metric.").unwrap();
        let intcounter = IntCounter::new("intcounter_total", "A metric.").unwrap();
        let gauge = Gauge::new("gauge", "A metric.").unwrap();
        let histogram = HistogramOpts::new("histogram_seconds", "A metric.").buckets(bounds.clone());
        let histogram = Histogram::with_opts(histogram).unwrap();
        let vec = CounterVec::new(Opts::new("requests_total", "A metric."), &["model", "method", "code"]).unwrap();
        registry.register(Box::new(counter.clone())).unwrap();
        registry.register(Box::new(intcounter.clone())).unwrap();
        registry.register(Box::new(gauge.clone())).unwrap();
        registry.register(Box::new(histogram.clone())).unwrap();
        registry.register(Box::new(vec.clone())).unwrap();
        let flat: Vec<String> = words(folder, "labels");
        let labels = flat.chunks(3).map(|of| [of[0].clone(), of[1].clone(), of[2].clone()]).collect();
        let (values, picks) = (words(folder, "values"), words(folder, "picks"));
        let bench = Bench { bounds, values, labels, picks, registry, counter, intcounter, gauge, histogram, vec };
        bench.total("lookup_inc");
        bench
    }

    /// None where there is no such operation.
    fn run(&self, operation: &str, turns: usize) -> Option<()> {
        let values: &[f64; VALUES] = self.values[..].try_into().unwrap();
        let picks: &[usize; VALUES] = self.picks[..].try_into().unwrap();
        // A black box at the metric: its update is inlined, but no two turns are melted into one.
        match operation {
            "counter_inc" => (0..turns).for_each(|_| black_box(&self.counter).inc()),
            "counter_inc_by" => (0..turns).for_each(|_| black_box(&self.counter).inc_by(black_box(1.0))),
            "intcounter_inc" => (0..turns).for_each(|_| black_box(&self.intcounter).inc()),
            "gauge_set" => (0..turns).for_each(|i| black_box(&self.gauge).set(values[i % VALUES])),
            "histogram_observe" => (0..turns).for_each(|i| black_box(&self.histogram).observe(values[i % VALUES])),
            "lookup_inc" => (0..turns).for_each(|i| {
                let [a, b, c] = &self.labels[picks[i % VALUES]];
                black_box(&self.vec).with_label_values(&[a, b, c]).inc()
            }),
            _ => return None,
        }
        Some(())
    }

    /// How many turns the metric has seen.
    fn total(&self, operation: &str) -> Option<f64> {
        match operation {
            "counter_inc" | "counter_inc_by" => Some(self.counter.get()),
            "intcounter_inc" => Some(self.intcounter.get() as f64),
            "histogram_observe" => Some(self.histogram.get_sample_count() as f64),
            "lookup_inc" => Some(self.labels.iter().map(|[a, b, c]| self.vec.with_label_values(&[a, b, c]).get()).sum()),
            _ => None,
        }
    }

    fn measure(&self, operation: &str, threads: usize, turns: usize) -> Option<(f64, f64)> {
        self.run(operation, 0)?;
        let (warm, ready, zero) = (turns / 8, AtomicUsize::new(0), Instant::now());
        let before = self.total(operation);
        let body = || {
            self.run(operation, warm);
            let waited_before = waited();
            ready.fetch_add(1, Ordering::SeqCst);
            while ready.load(Ordering::SeqCst) < threads {}
            let start = zero.elapsed();
            self.run(operation, turns);
            let end = zero.elapsed();
            (start, end, waited() - waited_before)
        };
        let spans = if threads == 1 {
            vec![body()]
        } else {
            thread::scope(|scope| {
                let running: Vec<_> = (0..threads).map(|_| scope.spawn(body)).collect();
                running.into_iter().map(|one| one.join().unwrap()).collect()
            })
        };
        if let (Some(before), Some(after)) = (before, self.total(operation)) {
            assert_eq!(after - before, (threads * (turns + warm)) as f64, "the total is wrong");
        }
        let start = spans.iter().map(|span| span.0).min()?;
        let end = spans.iter().map(|span| span.1).max()?;
        let spent = (end - start).as_nanos() as f64;
        Some((spent / turns as f64, spans.iter().map(|span| span.2).fold(0.0, f64::max) / spent))
    }

    fn memory(&self, kind: &str, count: usize) -> Option<f64> {
        if kind == "scalar" {
            let before = resident();
            let all = IntCounterVec::new(Opts::new("scalars_total", "A metric."), &["id"]).unwrap();
            self.registry.register(Box::new(all.clone())).unwrap();
            (0..count).for_each(|i| drop(all.with_label_values(&[&format!("{i:06}")])));
            return Some((resident() - before) / count as f64);
        }
        let options = HistogramOpts::new("touched_seconds", "A metric.").buckets(self.bounds.clone());
        let before = resident();
        let all = HistogramVec::new(options, &["id"]).unwrap();
        self.registry.register(Box::new(all.clone())).unwrap();
        let kept: Vec<Histogram> = (0..=count).map(|i| all.with_label_values(&[&format!("{i:06}")])).collect();
        match kind {
            "histogram" => Some((resident() - before) / count as f64),
            "touched" => Some(self.touched(&kept) / count as f64),
            _ => None,
        }
    }

    /// What 64 living threads have added after an update of each but the first.
    fn touched(&self, kept: &[Histogram]) -> f64 {
        let steps: Vec<Barrier> = (0..4).map(|_| Barrier::new(TOUCHING_THREADS + 1)).collect();
        thread::scope(|scope| {
            for _ in 0..TOUCHING_THREADS {
                scope.spawn(|| {
                    kept[0].observe(self.values[0]);
                    steps[0].wait();
                    steps[1].wait();
                    kept[1..].iter().zip(self.values.iter().cycle()).for_each(|(one, value)| one.observe(*value));
                    steps[2].wait();
                    steps[3].wait();
                });
            }
            steps[0].wait();
            let before = resident();
            steps[1].wait();
            steps[2].wait();
            let after = resident();
            steps[3].wait();
            after - before
        })
    }

    fn answer(&self, request: &[&str]) -> String {
        let number = |at: usize| request.get(at).and_then(|word| word.parse().ok()).unwrap_or(0);
        let outcome = match request {
            ["time", operation, _, _] => self.measure(operation, number(2), number(3)),
            ["run", operation, _] => self.run(operation, number(2)).map(|_| (0.0, 0.0)),
            ["memory", kind, _] => self.memory(kind, number(2)).map(|bytes| (bytes, 0.0)),
            _ => None,
        };
        outcome.map_or("-".to_string(), |(value, waited)| format!("{value:.4} {waited:.4}"))
    }
}

/// For how long the scheduler let this thread wait although it could have run, in nanoseconds.
fn waited() -> f64 {
    let told = fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    told.split_whitespace().nth(1).and_then(|word| word.parse().ok()).unwrap_or(0.0)
}

fn resident() -> f64 {
    let rollup = fs::read_to_string("/proc/self/smaps_rollup").expect("smaps_rollup");
    let line = rollup.lines().find(|line| line.starts_with("Anonymous:")).expect("Anonymous");
    line.split_whitespace().nth(1).and_then(|word| word.parse::<f64>().ok()).expect("kB") * 1024.0
}

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    let bench = Bench::new(Path::new(&arguments[1]));
    let request: Vec<&str> = arguments[2..].iter().map(String::as_str).collect();
    if !request.is_empty() {
        println!("{}", bench.answer(&request));
        return;
    }
    for line in io::stdin().lock().lines() {
        let line = line.unwrap();
        println!("{}", bench.answer(&line.split_whitespace().collect::<Vec<_>>()));
        io::stdout().flush().unwrap();
    }
}
