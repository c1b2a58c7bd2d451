// SPDX-License-Identifier: Apache-2.0

// main.go - DPDK started from Go, inside init() or main(): the threads of the runtime keep their
// CPUs, their signals and their mount namespace, a failure has its reason, and the collector leaves
// DPDK's memory as it is. Prints "ok NAME" for each claim that holds.
package main

/*
#include <stdlib.h>

#include <gng_eal.h>

int rte_eal_init(int argc, char **argv);
int rte_eal_cleanup(void);
void *rte_malloc(const char *type, size_t size, unsigned align);
void rte_free(void *memory);

static struct gng_eal *eal;

// argv is C memory, of which EAL keeps parts and whose order it changes.
static enum gng_status start(char **argv, int argc, struct gng_eal_report *report, char *helper,
			     struct gng_why *why)
{
	const struct gng_eal_config config = {.argc = argc, .argv = (const char *const *)argv,
					      .num_wanted = SIZE_MAX, .helper = helper};

	return gng_eal_start(&eal, report, &config, why);
}

static enum gng_status run(uint64_t max_ns, struct gng_eal_run *run, struct gng_why *why)
{
	enum gng_status status = gng_eal_open_ports(eal, why);

	run->max_ns = max_ns;
	run->parse = run->histogram = run->forward = true;
	return status == GNG_OK ? gng_eal_poll(eal, run, why) : status;
}

static void stop(void)
{
	gng_eal_stop(eal);
}
*/
import "C"

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"time"
	"unsafe"
)

var before map[string]string

func check(ok bool, name string, args ...any) {
	if !ok {
		fmt.Println("NOT", name, fmt.Sprint(args...))
		os.Exit(1)
	}
	fmt.Println("ok", name)
}

// masks is what a thread's status says of its allowed CPUs and blocked signals.
func masks(status []byte) string {
	found := ""
	for _, line := range strings.Split(string(status), "\n") {
		if strings.HasPrefix(line, "Cpus_allowed:") || strings.HasPrefix(line, "SigBlk:") {
			found += line + " "
		}
	}
	return found
}

// threads maps each thread of this process to its masks and its mount namespace.
func threads() map[string]string {
	all := map[string]string{}
	tasks, _ := filepath.Glob("/proc/self/task/*")
	for _, task := range tasks {
		status, err := os.ReadFile(task + "/status")
		if err != nil {
			continue // it has ended
		}
		mounts, _ := os.Readlink(task + "/ns/mnt")
		all[filepath.Base(task)] = masks(status) + mounts
	}
	return all
}

// spread makes n goroutines stand on n threads at once, and calls on for each.
func spread(n int, on func()) {
	var all, ready sync.WaitGroup
	all.Add(n)
	ready.Add(n)
	for i := 0; i < n; i++ {
		go func() {
			defer all.Done()
			runtime.LockOSThread()
			defer runtime.UnlockOSThread()
			ready.Done()
			ready.Wait()
			on()
		}()
	}
	all.Wait()
}

func start(arguments ...string) (C.enum_gng_status, C.struct_gng_eal_report, string) {
	argv := (**C.char)(C.calloc(C.size_t(len(arguments)+1), C.size_t(unsafe.Sizeof(uintptr(0)))))
	list := unsafe.Slice(argv, len(arguments))
	for i, argument := range arguments {
		list[i] = C.CString(argument)
	}
	helper := C.CString(os.Args[1])
	var report C.struct_gng_eal_report
	var why C.struct_gng_why
	status := C.start(argv, C.int(len(arguments)), &report, helper, &why)
	return status, report, C.GoString(&why.text[0])
}

var small = []string{"--no-pci", "--no-huge", "-m", "64", "--no-telemetry", "-l", "0",
	"--file-prefix", fmt.Sprint("gonogo-go", os.Getpid())}

func begin() {
	spread(8, func() {})
	before = threads()
	for i := 0; i < 50; i++ { // none of them is making another one
		time.Sleep(20 * time.Millisecond)
		now := threads()
		same := len(now) == len(before) && !differ(now)
		before = now
		if same {
			break
		}
	}
	_, report, why := start(append(small, "--vdev", "net_pcap0,rx_pcap=/no.pcap")...)
	check(C.GoString(C.gng_dpdk_reason_name(report.reason)) == "file-absent" &&
		strings.Contains(C.GoString(&report.line[0]), "/no.pcap"), "a-failure-has-its-reason", why)
	status, report, why := start(append(small, "--vdev", "net_null0", "--vdev", "net_null1")...)
	check(status == C.GNG_OK && report.num_ports == 2, "it-starts", why)
}

func init() {
	if len(os.Args) > 2 && os.Args[2] == "init" {
		begin()
	}
}

func differ(after map[string]string) bool {
	for thread, was := range before {
		if now, alive := after[thread]; alive && now != was {
			return true
		}
	}
	return false
}

// checkThreads: those that were there are as they were, and new ones are as those.
func checkThreads() {
	want := before[fmt.Sprint(os.Getpid())]
	after := threads()
	// The runtime blocks all signals of a thread for as long as that makes another one.
	for i := 0; i < 50 && differ(after); i++ {
		time.Sleep(20 * time.Millisecond)
		after = threads()
	}
	same := 0
	for thread, was := range before {
		if now, alive := after[thread]; alive {
			check(now == was, "thread-"+thread, was, " became ", now)
			same++
		}
	}
	check(same > 0, "threads-stay-as-they-were")
	var lock sync.Mutex
	wrong := ""
	spread(64, func() {
		status, _ := os.ReadFile("/proc/thread-self/status")
		mounts, _ := os.Readlink("/proc/thread-self/ns/mnt")
		lock.Lock()
		defer lock.Unlock()
		if now := masks(status) + mounts; now != want {
			wrong = now
		}
	})
	check(wrong == "", "new-threads-are-as-the-first", wrong)
}

var sink [][]byte

// kept lets an object escape to the heap.
var kept *[64]byte

// churn fills the heap with garbage and collects it.
func churn(rounds int) {
	for i := 0; i < rounds; i++ {
		for j := 0; j < 200; j++ {
			sink = append(sink, make([]byte, 10000))
		}
		sink = nil
		runtime.GC()
	}
}

func checkMemory() {
	const size = 1 << 20
	memory := C.rte_malloc(nil, size, 64)
	check(memory != nil, "rte-malloc")
	view := unsafe.Slice((*byte)(memory), size)
	for i := range view {
		view[i] = byte(i * 7)
	}
	var run C.struct_gng_eal_run
	var why C.struct_gng_why
	done := make(chan C.enum_gng_status)
	go func() { done <- C.run(500000000, &run, &why) }()
	object := new([64]byte)
	kept = object
	at := uintptr(unsafe.Pointer(object))
	churn(100)
	check(at == uintptr(unsafe.Pointer(object)), "the-collector-moves-no-object")
	runtime.KeepAlive(object)
	status := <-done
	check(status == C.GNG_OK, "the-loop-ran-beside-the-collector", C.GoString(&why.text[0]))
	check(run.in[C.GNG_EAL_RECEIVE] > 1000 &&
		run.in[C.GNG_EAL_RECEIVE] == run.out[C.GNG_EAL_SEND], "no-frame-was-lost")
	for i := range view {
		if view[i] != byte(i*7) {
			check(false, "memory-of-dpdk-is-left-alone", i)
		}
	}
	check(true, "memory-of-dpdk-is-left-alone")
	C.rte_free(memory)
}

// slice hands rte_eal_init the memory of a Go slice, without a NULL at its end, as the article does.
// The strings are C memory that lives on, for EAL keeps parts of them.
func slice() {
	runtime.LockOSThread()
	arguments := append([]string{"gonogo"}, small...)
	argv := make([]*C.char, len(arguments))
	for i, argument := range arguments {
		argv[i] = C.CString(argument)
	}
	rc := C.rte_eal_init(C.int(len(argv)), (**C.char)(unsafe.Pointer(&argv[0])))
	check(rc >= 0, "a-slice-is-an-argv", rc)
	churn(100)
	memory := C.rte_malloc(nil, 4096, 64)
	check(memory != nil, "it-runs-after-a-collection")
	C.rte_free(memory)
	check(C.rte_eal_cleanup() == 0, "it-ends")
	folder := C.CString(os.Getenv("RUNTIME_DIRECTORY") + "/dpdk/" + small[len(small)-1])
	check(C.gng_dpdk_remove(folder, nil) == C.GNG_OK, "nothing-is-left")
}

func main() {
	if os.Args[2] == "slice" {
		slice()
		return
	}
	if before == nil {
		begin()
	}
	checkThreads()
	checkMemory()
	C.stop()
	status, report, _ := start(small...)
	check(status != C.GNG_OK && report.reason == C.GNG_DPDK_STARTED, "a-second-start-is-refused")
}
