// Package loop is loop.h for Go: the inputs, the clock around a loop, the requests of the driver.
package loop

import (
	"bufio"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

const (
	// Values is how many values and picks there are.
	Values          = 8192
	touchingThreads = 64
)

// The inputs, the same for all programs.
var (
	Bounds     []float64
	Observed   [Values]float64
	Labels     [][3]string
	Picks      [Values]int
	LabelNames = []string{"model", "method", "code"}
)

// Operation is one loop. Total tells how many turns the metric has seen; nil when it cannot.
type Operation struct {
	Loop    func(turns int)
	Total   func() float64
	Missing string
}

// MemoryKind makes count metrics and keeps them, and updates some of them in each of 64 threads.
type MemoryKind struct {
	Make  func(count int)
	Touch func(first, count int)
}

func check(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, "error:", err)
		os.Exit(1)
	}
}

func words(folder, name string) []string {
	text, err := os.ReadFile(filepath.Join(folder, name))
	check(err)
	return strings.Fields(string(text))
}

func numbers(folder, name string) []float64 {
	var all []float64
	for _, word := range words(folder, name) {
		number, err := strconv.ParseFloat(word, 64)
		check(err)
		all = append(all, number)
	}
	return all
}

// ReadInputs reads what the first argument names.
func ReadInputs() {
	folder := os.Args[1]
	Bounds = numbers(folder, "bounds")
	copy(Observed[:], numbers(folder, "values"))
	for i, pick := range numbers(folder, "picks") {
		Picks[i] = int(pick)
	}
	flat := words(folder, "labels")
	for i := 0; i+2 < len(flat); i += 3 {
		Labels = append(Labels, [3]string{flat[i], flat[i+1], flat[i+2]})
	}
}

// For how long the scheduler let this thread wait although it could have run, in nanoseconds.
func waited() float64 {
	text, _ := os.ReadFile("/proc/thread-self/schedstat")
	if fields := strings.Fields(string(text)); len(fields) > 1 {
		wait, _ := strconv.ParseFloat(fields[1], 64)
		return wait
	}
	return 0
}

func measure(what Operation, threads, turns int) (float64, float64) {
	warm := turns / 8
	before := 0.0
	if what.Total != nil {
		before = what.Total()
	}
	zero := time.Now()
	starts := make([]time.Duration, threads)
	ends := make([]time.Duration, threads)
	waits := make([]float64, threads)
	var ready int32
	body := func(thread int) {
		what.Loop(warm)
		waits[thread] = waited()
		atomic.AddInt32(&ready, 1)
		for atomic.LoadInt32(&ready) < int32(threads) {
		}
		starts[thread] = time.Since(zero)
		what.Loop(turns)
		ends[thread] = time.Since(zero)
		waits[thread] = waited() - waits[thread]
	}
	if threads == 1 {
		runtime.LockOSThread()
		body(0)
		runtime.UnlockOSThread()
	} else {
		var all sync.WaitGroup
		for thread := 0; thread < threads; thread++ {
			all.Add(1)
			go func(thread int) {
				runtime.LockOSThread()
				body(thread)
				all.Done()
			}(thread)
		}
		all.Wait()
	}
	if what.Total != nil && what.Total()-before != float64(threads*(turns+warm)) {
		check(fmt.Errorf("the total is wrong"))
	}
	start, end, wait := starts[0], ends[0], 0.0
	for thread := range starts {
		if starts[thread] < start {
			start = starts[thread]
		}
		if ends[thread] > end {
			end = ends[thread]
		}
		if waits[thread] > wait {
			wait = waits[thread]
		}
	}
	spent := float64((end - start).Nanoseconds())
	return spent / float64(turns), wait / spent
}

func resident() float64 {
	runtime.GC()
	debug.FreeOSMemory()
	text, err := os.ReadFile("/proc/self/smaps_rollup")
	check(err)
	for _, line := range strings.Split(string(text), "\n") {
		if fields := strings.Fields(line); len(fields) > 1 && fields[0] == "Anonymous:" {
			kilobytes, err := strconv.ParseFloat(fields[1], 64)
			check(err)
			return kilobytes * 1024
		}
	}
	check(fmt.Errorf("no Anonymous in smaps_rollup"))
	return 0
}

func memory(kind MemoryKind, count int) float64 {
	if kind.Touch == nil {
		before := resident()
		kind.Make(count)
		return (resident() - before) / float64(count)
	}
	kind.Make(count + 1)
	var ready, done sync.WaitGroup
	begin, leave := make(chan bool), make(chan bool)
	for i := 0; i < touchingThreads; i++ {
		ready.Add(1)
		done.Add(1)
		go func() {
			runtime.LockOSThread()
			kind.Touch(0, 1)
			ready.Done()
			<-begin
			kind.Touch(1, count)
			done.Done()
			<-leave
		}()
	}
	ready.Wait()
	before := resident()
	close(begin)
	done.Wait()
	after := resident()
	close(leave)
	return (after - before) / float64(count)
}

func answer(request []string, operations map[string]Operation, kinds map[string]MemoryKind) string {
	number := func(at int) int {
		value, _ := strconv.Atoi(request[at])
		return value
	}
	if len(request) < 3 {
		return "-"
	}
	if kind, ok := kinds[request[1]]; ok && request[0] == "memory" {
		return fmt.Sprintf("%.2f", memory(kind, number(2)))
	}
	what, ok := operations[request[1]]
	switch {
	case !ok:
		return "-"
	case what.Loop == nil:
		return "- " + what.Missing
	case request[0] == "time" && len(request) == 4:
		spent, wait := measure(what, number(2), number(3))
		return fmt.Sprintf("%.4f %.4f", spent, wait)
	case request[0] == "run":
		what.Loop(number(2))
		return "0"
	}
	return "-"
}

// Serve answers the requests of the arguments, or else of standard input.
func Serve(operations map[string]Operation, kinds map[string]MemoryKind) {
	if len(os.Args) > 2 {
		fmt.Println(answer(os.Args[2:], operations, kinds))
		return
	}
	lines := bufio.NewScanner(os.Stdin)
	for lines.Scan() {
		fmt.Println(answer(strings.Fields(lines.Text()), operations, kinds))
	}
}
