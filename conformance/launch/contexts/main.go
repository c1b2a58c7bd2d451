// SPDX-License-Identifier: Apache-2.0

// contexts shows what becomes of CUDA's current context when a goroutine changes threads, on a model
// of libcuda whose path is its argument. The context is kept by thread: what one thread set is
// absent in another (CUDA_ERROR_INVALID_CONTEXT, 201), unless the goroutine is locked to its thread
// or the context is set in the same call, as gng_launch does. It prints the counts, and ends with 1
// if a call is not as it should be, or if no goroutine changed threads within 10 s.
package main

/*
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <gng_launch.h>

static int (*retain)(void **, int), (*release)(int), (*set)(void *);
static int (*create)(void **, unsigned int), (*destroy)(void *);
static void *context;

struct used { int error, thread; };

static int find(void *library, const char *name, void *function)
{
	int (*ask)(const char *, void **, int, unsigned long long, int *);
	void *at = dlsym(library, "cuGetProcAddress_v2");
	int found;

	memcpy(&ask, &at, sizeof(ask));
	return at && ask(name, function, 11040, 0, &found) == 0;
}

static int contexts_open(const char *path)
{
	void *library = dlopen(path, RTLD_NOW | RTLD_LOCAL);

	return library && find(library, "cuDevicePrimaryCtxRetain", &retain) &&
	       find(library, "cuDevicePrimaryCtxRelease", &release) &&
	       find(library, "cuCtxSetCurrent", &set) && find(library, "cuStreamCreate", &create) &&
	       find(library, "cuStreamDestroy", &destroy) && retain(&context, 0) == 0;
}

static void contexts_close(void)
{
	release(0);
}

// contexts_use makes a call that wants a context, and says in which thread; with first it sets it.
static struct used contexts_use(int first)
{
	struct used used = {0, (int)syscall(SYS_gettid)};
	void *stream;

	if (first)
		set(context);
	used.error = create(&stream, 1);
	if (!used.error)
		destroy(stream);
	return used;
}

static uint8_t packets[4096] __attribute__((aligned(4096)));
static struct gng_launch *launch;

static int launches_open(const char *path)
{
	struct gng_launch_request request = {.backend = GNG_LAUNCH_CUDA_LAUNCH,
					     .packets = packets,
					     .packets_len = sizeof(packets),
					     .cpu = GNG_LAUNCH_ANY_CPU,
					     .libcuda = path};

	return gng_launch_open(&launch, &request, 0) == GNG_OK;
}

// launches_use launches one packet and awaits its sum.
static struct used launches_use(void)
{
	struct used used = {0, (int)syscall(SYS_gettid)};
	struct gng_launch_done done;
	bool found = false;

	if (gng_launch_submit(launch, packets, 64, 0, 0) != GNG_OK)
		used.error = 1;
	while (!used.error && !found)
		if (gng_launch_poll(launch, &done, &found, 0) != GNG_OK)
			used.error = 2;
	if (!used.error && done.sum != gng_launch_sum(packets, 64))
		used.error = 3;
	return used;
}

static void launches_close(void)
{
	gng_launch_close(launch);
}
*/
import "C"

import (
	"fmt"
	"os"
	"runtime"
	"sync/atomic"
	"syscall"
	"time"
	"unsafe"
)

const invalidContext = 201

func fail(format string, args ...any) {
	fmt.Fprintf(os.Stderr, format+"\n", args...)
	os.Exit(1)
}

// count is what became of some calls.
type count struct {
	calls, refused int
	threads        map[C.int]bool
}

// disturb keeps threads busy and idle in turn, so that goroutines go on elsewhere, until stop.
func disturb(stop *int32) {
	for atomic.LoadInt32(stop) == 0 {
		syscall.Nanosleep(&syscall.Timespec{Nsec: 1000}, nil)
		runtime.Gosched()
	}
}

// call makes calls until enough says so. with is the thread that has the context, or 0 if all have.
func call(use func() C.struct_used, with C.int, enough func(*count) bool) *count {
	end := time.Now().Add(10 * time.Second)
	c := &count{threads: map[C.int]bool{}}
	for c.calls < 200 || !enough(c) {
		used := use()
		c.calls++
		c.threads[used.thread] = true
		switch {
		case used.error == 0 && (with == 0 || used.thread == with):
		case used.error == invalidContext && with != 0 && used.thread != with:
			c.refused++
		default:
			fail("call %d in thread %d: error %d", c.calls, used.thread, used.error)
		}
		if time.Now().After(end) {
			fail("no goroutine changed threads in %d calls", c.calls)
		}
		syscall.Nanosleep(&syscall.Timespec{Nsec: 1000}, nil) // it may go on elsewhere
	}
	return c
}

func moved(c *count) bool  { return len(c.threads) > 1 }
func always(c *count) bool { return true }

func main() {
	path := C.CString(os.Args[1])
	defer C.free(unsafe.Pointer(path))
	var stop int32

	runtime.GOMAXPROCS(4)
	if C.contexts_open(path) == 0 {
		fail("%s: no model of libcuda", os.Args[1])
	}
	for i := 0; i < 4; i++ {
		go disturb(&stop)
	}
	done := make(chan *count)
	run := func(work func() *count) *count {
		go func() { done <- work() }()
		return <-done
	}
	locked := run(func() *count { // and its thread ends with it, so that none has the context
		runtime.LockOSThread()
		first := C.contexts_use(1)
		return call(func() C.struct_used { return C.contexts_use(0) }, first.thread, always)
	})
	once := run(func() *count {
		first := C.contexts_use(1)
		return call(func() C.struct_used { return C.contexts_use(0) }, first.thread,
			func(c *count) bool { return c.refused > 0 })
	})
	each := run(func() *count {
		return call(func() C.struct_used { return C.contexts_use(1) }, 0, moved)
	})
	C.contexts_close()
	if C.launches_open(path) == 0 {
		fail("gng_launch does not open")
	}
	library := run(func() *count {
		return call(func() C.struct_used { return C.launches_use() }, 0, moved)
	})
	C.launches_close()
	atomic.StoreInt32(&stop, 1)
	fmt.Printf("refused: %d locked, %d set once, %d set each time, %d by the library\n",
		locked.refused, once.refused, each.refused, library.refused)
}
